"""Text in, fields out: identifiers, dates, links to code, venues and their status."""

import re
from urllib.parse import unquote

#: A DOI: https://www.crossref.org/blog/dois-and-matching-regular-expressions/
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"'<>{}|\\^`\[\]]+", re.I)
#: arXiv's identifiers, new and old style: https://info.arxiv.org/help/arxiv_identifier.html
_ARXIV_ID = r"(?:\d{4}\.\d{4,5}|[a-z-]{2,}(?:\.[a-z]{2})?/\d{7})"
#: Where they stand: arXiv:X, arxiv.org/abs/X, 10.48550/arXiv.X, oai:arXiv.org:X, CoRR abs/X.
_ARXIV = re.compile(
    r"(?:(?:arxiv|ar5iv|alphaxiv)(?:\.(?:labs\.arxiv\.)?org)?(?:/(?:abs|pdf|html|format|e-print)/"
    r"|\.|\s*:\s*|\s+(?:preprint\s+(?:arxiv:)?)?|/(?=\d))|huggingface\.co/papers/|\babs/)"
    rf"({_ARXIV_ID})(?:v\d+)?(?![\d/])",
    re.I,
)
_BARE_ARXIV = re.compile(rf"({_ARXIV_ID})(?:v\d+)?", re.I)
#: The ACL Anthology's: P19-1001 until 2019, 2020.acl-main.1 since.
_OLD_ACL, _NEW_ACL = r"[A-Z]\d{2}-\d{4,5}", r"\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+"
_ACL = re.compile(
    r"(?:(?:aclanthology\.org|aclweb\.org/anthology|aclanthology\.info|acl-arc\.comp\.nus\.edu\.sg)"
    r"/(?:anthology/|papers/|pdf/)?|10\.(?:18653|3115)/(?:v1/)?|\bacl(?: anthology)?\s*:\s*)"
    rf"({_OLD_ACL}|{_NEW_ACL})(?![\w-])",
    re.I,
)
_BARE_ACL = re.compile(rf"({_OLD_ACL}|{_NEW_ACL})(?:\.pdf)?", re.I)
_OPENALEX = re.compile(r"openalex(?:\.org/(?:works/)?|\s*:\s*)(W\d+)", re.I)
_BARE_OPENALEX = re.compile(r"W\d{3,}", re.I)
_OPENREVIEW = re.compile(
    r"openreview(?:\.net/(?:forum|pdf|attachment|references/pdf|revisions)\?(?:[^\s#]*?&)?id=|\s*:\s*)"
    r"([\w-]{6,})",
    re.I,
)
_BARE_OPENREVIEW = re.compile(r"[\w-]{6,}")
#: An ORCID: https://support.orcid.org/hc/en-us/articles/360006897674
_ORCID = re.compile(r"(?<!\d)(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])(?![\dX])", re.I)
_DASHES = re.compile(
    r"[\s\u2010-\u2015\u2212]*[-\u2010-\u2015\u2212][\s\u2010-\u2015\u2212]*|(?<=\d)\s+(?=\d)"
)
#: Hosts whose links lead to code, models or data of a paper.
_CODE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:github\.com|gitlab\.com|gitlab\.[\w.-]+|bitbucket\.org"
    r"|huggingface\.co|codeberg\.org|sourceforge\.net|git\.sr\.ht|code\.google\.com"
    r"|anonymous\.4open\.science)/[^\s\"'<>{}|\\^`\[\]…]+",
    re.I,
)
_URL = re.compile(r"https?://[^\s\"'<>{}|\\^`\[\]…]+", re.I)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv",
            "february feb février févr fevrier",
            "march mar mars",
            "april apr avril avr",
            "may mai",
            "june jun juin",
            "july jul juillet juil",
            "august aug août aout",
            "september sept sep septembre",
            "october oct octobre",
            "november nov novembre",
            "december dec décembre decembre déc",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er)?"
_DATES = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?:T[\d:.]+Z?(?:[+-]\d\d:?\d\d)?)?",
        rf"{_YEAR}[-/](?P<month>\d{{1,2}})",
        rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_DAY}\s+(?:de\s+)?{_MONTH},?\s+{_YEAR}",
        rf"{_MONTH},?\s+{_YEAR}",
        rf"{_YEAR}\s+{_MONTH}(?:\s+{_DAY})?",
        rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{_YEAR}",
        rf"\(?{_YEAR}\)?",
        rf"{_MONTH}\s+{_DAY}",
        rf"{_DAY}\s+{_MONTH}",
    )
)
_DATE_LABEL = re.compile(
    r"^(?:(?:first |originally )?(?:published|submitted|posted|updated|released|announced|publié)"
    r"(?:\s+(?:online|on|in|le))?|(?:publication\s+)?date(?:\s+of publication)?|on)\s*:?\s+",
    re.I,
)

_STATUS = re.compile(
    r"(?:accept|publi|poster|oral\b|spotlight|highlight|preprint|pre-print|submitted|soumis"
    r"|in press|sous presse|forthcoming|to appear|under review|reject|withdrawn|notable|prépub"
    r"|conditional|affiche|invited|long paper|short paper|best paper|outstanding|in review"
    r"|desk|working paper|regular|main\b|findings\b|demo\b)",
    re.I,
)

#: Characters of a link that is looked for at the end of a text.
LONGEST_LINK = 300


def strip_link(link: str) -> str:
    """Drop what belongs to the sentence around a link, not to the link."""
    link = link.rstrip(".,;:!?'\"*_”’")
    while link.endswith(")") and link.count(")") > link.count("("):
        link = link[:-1].rstrip(".,;:!?'\"")
    return link


def find_code(text: str) -> tuple[str, ...]:
    """Return the links to repositories in a text, each once, in order, with their scheme."""
    links = (strip_link(match.group()) for match in _CODE.finditer(text))
    return tuple(dict.fromkeys(x if x.startswith("http") else f"https://{x}" for x in links))


def find_url(text: str) -> str | None:
    """Return the first web link in a text."""
    match = _URL.search(text)
    return strip_link(match.group()) if match else None


def ends_with_link(text: str) -> bool:
    """Tell whether a web link, full or bare, is the last thing in a text."""
    text = text[-LONGEST_LINK:]  # a search for \S+$ takes the square of the length
    pattern = r"(?:https?://|www\.)\S+$|\S+\.(?:com|org|io|net|edu)(?:/\S*)?$"
    return re.search(pattern, text) is not None


def find_doi(text: str | None) -> str | None:
    """Return the first DOI in a text or URL, in lower case since DOIs ignore case."""
    if not text:
        return None
    plain = unquote(text) if re.search(r"10\.\d{4,9}%2f", text, re.I) else text
    match = _DOI.search(plain)
    return strip_link(match.group()).lower() if match else None


def find_arxiv(text: str | None) -> str | None:
    """Return the first arXiv identifier in a text, URL or DOI, without its version.

    Old ones lose their subject class, which says nothing: math.GT/0309136 is math/0309136.
    """
    match = _ARXIV.search(text) if text else None
    return _arxiv(match.group(1)) if match else None


def arxiv_id(text: str | None) -> str | None:
    """Return the arXiv identifier that a text is, bare or as a URL, without its version."""
    match = _BARE_ARXIV.fullmatch(text.strip()) if text else None
    return _arxiv(match.group(1)) if match else find_arxiv(text)


def _arxiv(own: str) -> str:
    archive, slash, number = own.partition("/")
    return f"{archive.partition('.')[0].lower()}/{number}" if slash else own


def find_acl(text: str | None) -> str | None:
    """Return the ACL Anthology identifier in a URL or DOI."""
    match = _ACL.search(text) if text else None
    return _acl(match.group(1)) if match else None


def acl_id(text: str | None) -> str | None:
    """Return the ACL Anthology identifier that a text is, bare, as a URL or a DOI."""
    match = _BARE_ACL.fullmatch(text.strip()) if text else None
    return _acl(match.group(1)) if match else find_acl(text)


def _acl(own: str) -> str:
    return own.upper() if own[0].isalpha() else own.lower()


def find_openalex(text: str | None) -> str | None:
    """Return the OpenAlex work identifier in a URL."""
    match = _OPENALEX.search(text) if text else None
    return match.group(1).upper() if match else None


def openalex_id(text: str | None) -> str | None:
    """Return the OpenAlex work identifier that a text is, bare or as a URL."""
    match = _BARE_OPENALEX.fullmatch(text.strip()) if text else None
    return match.group().upper() if match else find_openalex(text)


def find_openreview(text: str | None) -> str | None:
    """Return the id of a forum at OpenReview in a URL, or behind "openreview:"."""
    match = _OPENREVIEW.search(text) if text else None
    return match.group(1) if match else None


def openreview_id(text: str | None) -> str | None:
    """Return the id of a forum at OpenReview that a text is, bare or as a URL; case counts."""
    match = _BARE_OPENREVIEW.fullmatch(text.strip()) if text else None
    return match.group() if match else find_openreview(text)


def find_orcid(text: str | None) -> str | None:
    """Return the first ORCID in a text or URL: sixteen digits with hyphens, X in capitals."""
    match = _ORCID.search(_DASHES.sub("-", text)) if text else None
    return "-".join(match.groups()).upper() if match else None


def record_id(
    arxiv: str | None,
    doi: str | None,
    acl: str | None,
    openalex: str | None,
    openreview: str | None = None,
) -> str | None:
    """Return the id of a record that has an identifier: ``arxiv:2503.11731``, ``doi:10.1/x``."""
    pairs = (
        ("arxiv", arxiv),
        ("doi", doi),
        ("acl", acl),
        ("openalex", openalex),
        ("openreview", openreview),
    )
    return next((f"{scheme}:{own}" for scheme, own in pairs if own), None)


def arxiv_month(arxiv: str) -> str | None:
    """Return the month that a new-style arXiv identifier names: 2503.11731 gives 2025-03."""
    match = re.fullmatch(r"(\d\d)(0[1-9]|1[0-2])\.\d{4,5}", arxiv)
    return f"20{match[1]}-{match[2]}" if match else None


def _bare_date(text: str) -> str:
    """Drop the label of a date, the marks around it, and a second date behind it."""
    text = _DATE_LABEL.sub("", text.strip(" ·•|,.-–"))
    return re.split(
        r"\s*[;,|·]\s*(?=(?:originally|last|first|updated|modified|v\d))", text, flags=re.I
    )[0]


def is_date(text: str) -> bool:
    """Tell whether a text is a date and nothing else, with or without a year."""
    return any(pattern.fullmatch(_bare_date(text)) for pattern in _DATES)


def date(text: str | None) -> str | None:
    """Return the ISO 8601 form of a text that is a date, as precise as the text.

    None where there is no date, or one without a year: a year is never supplied.
    """
    if text is None:
        return None
    for pattern in _DATES:
        match = pattern.fullmatch(_bare_date(text))
        if match:
            return _iso(match.groupdict())
    return None


def _iso(parts: dict[str, str | None]) -> str | None:
    year, month, day = parts.get("year"), parts.get("month"), parts.get("day")
    if year is None:
        return None
    number = 0 if month is None else int(month) if month.isdigit() else _MONTHS[month.lower()]
    if not 1 <= number <= 12:
        return year
    if day is None or not 1 <= int(day) <= 31:
        return f"{year}-{number:02}"
    return f"{year}-{number:02}-{int(day):02}"


def split_status(line: str) -> tuple[str, str | None]:
    """Split "X (Accept (regular))" into the venue X and the status in its last bracket.

    A bracket that holds no status, an acronym say, stays with the venue.
    """
    line = line.strip()
    if not line.endswith((")", "]")):
        return line, None
    depth = 0
    for at in range(len(line) - 1, -1, -1):
        depth += (line[at] in ")]") - (line[at] in "([")
        if depth == 0:
            status = line[at + 1 : -1].strip()
            if at > 0 and _STATUS.match(status):
                return line[:at].strip(), status
            break
    return line, None


_ACCEPTED = re.compile(
    r"(?:(?:this|the|our)\s+(?:paper|work|article|manuscript|version)\s+(?:has been|is|was)\s+)?"
    r"(?P<how>(?:has been |been )?(?:accepted|to appear|published|presented|to be published"
    r"|to be presented|forthcoming|in press|camera[- ]ready(?: version)?|accept))"
    r"(?:\s+(?:as|for)\s+(?:an?\s+)?(?P<kind>[\w -]{3,40}?))?"
    r"(?:\s+(?:for|and)\s+(?:publication|presentation|inclusion|publish\w*|present\w*))?"
    r"\s*(?:\b(?:to|at|by|in|for|with|on)\b|@|:)\s*(?:the\s+)?(?P<venue>.+)",
    re.I,
)
_ACRONYM_YEAR = re.compile(
    r"(?P<venue>(?:[A-Z][\w&/+-]*[A-Z][\w&/+-]*|Interspeech|Findings of \w+)"
    r"(?:\s+[A-Z]\w*){0,2}[\s'’-]*(?:20)?\d{2})"
    r"(?P<rest>\s+(?:main|findings|workshop|oral|spotlight|highlight|poster|demo)[\w\s-]*)?",
)
_NAMED = re.compile(
    r"(?:IEEE|ACM|Journal|Proceedings|Transactions|Conference|Advances|International)\b.*", re.S
)
_NOT_YET = re.compile(r"submi|under review|in preparation|exten(?:ded|sion)|preprint", re.I)
_PAGES = re.compile(r"\b\d+\s*(?:pages?|pp|figures?|tables?)\b|\bpages?\b|https?://|\bcode\b", re.I)
_DECISION = re.compile(r"\b(oral|spotlight|highlight|poster|best paper\w*|main|findings)\b", re.I)


def venue_of_comment(comment: str | None) -> tuple[str | None, str | None]:
    """Read venue and status out of arXiv's comment where it says that a paper appeared there.

    "10 pages. Accepted to CVPR 2025 (Highlight)" gives CVPR 2025 and Highlight. What is only
    submitted, or under review, gives nothing.
    """
    if not comment:
        return None, None
    for clause in re.split(r";|(?<=[\w)])\.\s+|\.$", " ".join(comment.split())):
        venue, status = _venue_of_clause(clause.strip(" ,."))
        if venue:
            return venue, status
    return None, None


def _venue_of_clause(clause: str) -> tuple[str | None, str | None]:
    accepted = _ACCEPTED.search(clause)
    if accepted and not _NOT_YET.search(clause[: accepted.start("venue")]):
        kind = accepted["kind"]
        venue, status = _trim_venue(accepted["venue"])
        return venue, status or (kind.strip() if kind else None) or accepted["how"].strip()
    if _NOT_YET.search(clause):
        return None, None
    for piece in (clause, *clause.split(", ")):
        bare, status = split_status(piece)
        match = _ACRONYM_YEAR.fullmatch(bare)
        if match:
            return bare, status
    if _NAMED.match(clause) and re.search(r"\b(?:19|20)\d{2}\b", clause):
        return _trim_venue(clause)
    return None, None


def _trim_venue(text: str) -> tuple[str | None, str | None]:
    """Cut page counts, places and links off the end of a venue."""
    pieces = text.split(", ")
    venue = pieces[0]
    if len(pieces) > 1 and re.fullmatch(r"(?:19|20)\d{2}.{0,8}", pieces[1]):
        venue += ", " + pieces[1]
    cut = _PAGES.search(venue)
    if cut:
        venue = venue[: cut.start()]
    venue, status = split_status(venue.strip(" ,.:-"))
    if status is None:
        words = re.search(r"\s+(?:as|for)\s+(?:an?\s+)?(.{3,40})$", venue)
        if words and _DECISION.search(words[1]):
            venue, status = venue[: words.start()], words[1]
    return (venue.strip(" ,.:-") or None), status
