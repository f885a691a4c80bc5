"""A printed venue in, its pieces out: years, statuses and numbers set apart from names."""

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from kg.resolve.venues.table import Row, ordinal, roman

#: From a short or full name to the row of the table that it is a form of.
Find = Callable[[str], Row | None]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a venue between two separators."""

    text: str
    #: What stands before it: "", "," (a mark), ":" (or a dash), "(", ")", "year" or "@" (at,
    #: co-located with).
    lead: str = ""
    #: Number of the meeting that stood in it, "61st".
    number: int | None = None


@dataclass(slots=True)
class Printed:
    """A printed venue, taken apart."""

    pieces: list[Piece] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    #: First number that can be a volume's.
    volume: int | None = None
    #: Of the Proceedings of Machine Learning Research.
    pmlr: int | None = None
    #: Year that a preprint's number tells.
    submitted: int | None = None
    workshop: bool = False
    findings: bool = False
    student: bool = False


_DASHES = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        **dict.fromkeys("‘’‛`´′", "'"),
        **dict.fromkeys("“”„«»", '"'),
    }
)
_LATEX = re.compile(
    r"\\(?:textsuperscript|textit|textbf|texttt|textsc|emph|mbox|text|em|it|bf|sc)\b|[{}$^]"
)
_ACCENT = re.compile(r"\\[\"'`^~=.cuvHkr](?![A-Za-z]{2})\s?")
_LINKS = re.compile(
    r"(?:https?://|www\.)\S+|\bdoi\s*:?\s*10\.\S+|\b10\.\d{4,}/\S+|\bIS[BS]N\b[:\s]*[\dXx-]+", re.I
)
_ARXIV = re.compile(
    r"\b(?:arxiv\s*:\s*|abs/|arxiv\s+)?(?:(?P<year>\d\d)(?:0[1-9]|1[0-2])\.\d{4,5}"
    r"|[a-z-]+(?:\.[A-Z]{2})?/(?P<old>\d\d)(?:0[1-9]|1[0-2])\d{3})(?:v\d+)?(?:\s*\[[\w.-]+\])?",
    re.I,
)
_BIORXIV = re.compile(r"\b10\.1101/(20\d\d)\.\d\d\.\d\d")
_PMLR = re.compile(
    r"\b(?:PMLR|Proceedings of Machine Learning Research"
    r"|JMLR\W*(?:W&CP|Workshop and Conference Proceedings))\b[\s,:(-]*"
    r"(?:vol(?:ume)?\.?\s*|V)?(\d{1,3})\b(?![-\d])",
    re.I,
)


def tidy(text: str) -> str:
    """Undo entities, LaTeX and odd dashes; single spaces."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.replace("*", "*")).translate(_DASHES)
    else:
        text = text.replace("`", "'")
    if "\\" in text or "{" in text or "$" in text:
        text = _LATEX.sub("", text.replace("\\&", "&").replace("\\_", "_"))
        text = _ACCENT.sub("", text).replace("\\", " ")
    text = text.replace("~", " ").replace("''", '"')
    if "--" in text:
        text = re.sub(r"--+", "-", text)
    return " ".join(text.split())


_FILL = (
    r"(?:as|an?|the|our|for|to|at|in|by|on|with|of|and|or|be|is|was|been|presented?|published"
    r"|appear|presentation|publication|inclusion|review|consideration|oral|poster|spotlight"
    r"|highlight|full|short|long|regular|main|top\s\d+%|demo|late-breaking|extended abstract"
    r"|(?:research\s)?(?:paper|article|manuscript)s?|(?:conference|workshop|journal|position|survey)"
    r"\s(?:paper|article|publication|presentation|version)s?)"
)
_LEADING = re.compile(
    r"^(?:(?:this|the|our)\s(?:paper|work|article|manuscript|version)\s)?"
    r"(?:(?:has|have|been|was|is|will|be|to\sbe|currently|recently|conditionally|provisionally)\s)*"
    r"(?P<status>accept(?:ed|ance)?|to\sappear|appear(?:s|ed|ing)?|published|publication"
    r"|present(?:ed|ation)|forthcoming|in\spress|in\ssubmission|submitted|submission"
    r"|under\s(?:double-blind\s)?(?:review|submission|revision|consideration)|camera[- ]ready"
    r"|preprint\ssubmitted|oral(?:\spresentation)?|spotlight|poster|highlight"
    r"|best\s(?:student\s)?paper(?:\s(?:award|candidate|nominee|finalist))?|invited\spaper|in)"
    rf"\b[\s:,.]*(?:{_FILL}\b[\s:,]*)*",
    re.I,
)
_STATUS = (
    r"orals?(?:\s(?:presentation|paper))?|spotlights?(?:\s\w+)?|posters?(?:\s(?:presentation|session|paper))?"
    r"|highlights?|notable[\w\s%-]*|top\s?-?\s?\d+%?|accept(?:ed)?(?:\s\([\w\s]+\))?(?:\sas\s\w+)?"
    r"|regular(?:\spaper)?|to\sappear|in\spress|forthcoming|under\sreview|submitted|published"
    r"|preprint|best\s(?:\w+\s)?paper[\w\s]*|outstanding\spaper[\w\s]*|honou?rable\smention"
    r"|distinguished\spaper[\w\s]*|runner-up|camera[- ]ready|withdrawn|reject(?:ed)?"
    r"|(?:full|short|long|regular|research|conference|demo|workshop|position|resource|journal|industry"
    r"|survey|main[- ]conference|tiny|poster)[\s-]papers?(?:\strack)?"
    r"|(?:main|industry|industrial|demo(?:nstration)?s?|resources?|research|journal|special|"
    r"applied(?:\sdata\sscience)?|ads|position|findings?|datasets?|creative\sai|short|survey|"
    r"system(?:s)?|late[- ]breaking|reproducibility|benchmarks?|"
    r"datasets?(?:\s(?:and|&)\sbenchmarks?)?|d&b|tiny|student)"
    r"\s(?:papers?\s)?track"
    r"|main(?:[\s-]conference|[\s-]volume|[\s-]proceedings)?|long|short|conference\strack"
    r"|system\sdemonstrations?|demonstrations?|demos?|tutorial(?:s|\sabstracts?)?|doctoral\sconsortium"
    r"|extended\sabstracts?|late[- ]breaking(?:\s(?:work|results?|reports?))?|student\sabstracts?"
    r"|long\sand\sshort\spapers|industry|keynotes?|invited\stalks?|abstracts?|companion"
    r"|adjunct(?:\sproceedings)?|datasets?\s(?:and|&)\sbenchmarks?|grand\schallenge"
    r"|conference\sabstracts|short\sversion|dual\ssubmission|non-archival|archival|hybrid"
    r"|as\san?\s(?:[\w-]+\s){0,3}(?:paper|article|abstract|poster|demo|talk)s?(?:\s(?:and|with|in)\s.*)?"
)
_BRACKETED = re.compile(rf"[(\[]\s*(?P<status>(?:{_STATUS})(?:\b[^()\[\]]*)?)\s*[)\]]", re.I)
_VOLUME_OF = re.compile(r"\b(?:volume|vol\.?|part|pt\.?)\s*(?:\d+|[IVX]+)\s*:\s*", re.I)
_TRAILING = re.compile(rf"(?:^|[\s,;:|(-]+)(?P<status>{_STATUS})\s*[).\s]*$", re.I)
_TRACK = re.compile(
    r"[\s,:-]*\b(?P<status>system\sdemonstrations?|datasets?\s(?:and|&)\sbenchmarks?(?:\strack)?"
    r"|(?:industry|industrial|main|applied\sdata\sscience|resources?|demo(?:nstration)?s?"
    r"|system\sdemos?|journal|dataset|finding|creative\sai|position\spaper)\strack"
    r"|main\sconference|student\sabstract(?:\sand\sposter\sprogram)?|doctoral\sconsortium"
    r"|tutorial\sabstracts|extended\sabstracts?|late[- ]breaking\s(?:work|results?)"
    r"|shared\stasks?(?=\s*(?::|$|at\b|@))|companion(?=\s(?:proceedings|volume|of|of\sthe)\b)"
    r"|companion\s(?:proceedings|volume)"
    r"|task\s\d+)\b(?:\s(?:of|at|in)(?:\sthe)?\b)?",
    re.I,
)
_FINDINGS = re.compile(r"[\s(-]*\bfindings?\b(?:\strack|\spapers?)?[)]?(?:\sof(?:\sthe)?\b)?", re.I)
_STUDENT = re.compile(
    r"[\s:,-]*(?:\b(?:proceedings\sof\sthe\s)?(?:\d{1,2}(?:st|nd|rd|th)\s)?(?:ACL\s)?student\sresearch\sworkshop\b(?:\sassociated\swith)?|\bSRW\b)",
    re.I,
)
_PAGES = re.compile(
    r"\b(?:pp\.?|p\.)\s?\d[\d\s,:-]*|\bpages?\s\d[\d\s,:-]*|\b\d+\s?(?:pages?|pp|figures?|tables?)\b"
    r"|\b(?:no|number|issue|iss|art(?:icle)?(?:\sno)?|id|nr|num[eé]ro)\b\.?\s?:?\s?\d[\d-]*"
    r"|:\s*\d+\s?-\s?\d+",
    re.I,
)
_DAY = re.compile(
    r"(?:\bon\s)?\b(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December)\s\d{1,2}(?:st|nd|rd|th)?\b(?!\d)",
)
_DIGIT = re.compile(r"\d")
_RANGE = re.compile(r"\b\d{1,5}\s?-\s?\d{1,5}\b")
_WORKSHOP = re.compile(r"\b(?:workshops?|wkshps?|wksps?|ws(?=\s|$)|atelier|hackashop)\b", re.I)
_WORKSHOPS_OF = re.compile(r"\b([A-Z0-9]{2,}[A-Za-z]*)[- ]?[Ww][Ss]?(?=\b|\d)")


def without_pages(text: str) -> str:
    """Return a text without page numbers, counts of figures and numbers of issues."""
    return _PAGES.sub(" , ", text) if _DIGIT.search(text) else text


def printed(text: str, find: Find) -> Printed:
    """Take a tidy text without pages apart; ``find`` knows the short names of conferences."""
    out = Printed()
    text = _identifiers(text, out)
    text = _statuses(text, out)
    text = text.replace("Workshop Track", "Workshop").replace("workshop track", "workshop")
    text = _WORKSHOPS_OF.sub(lambda match: _workshops(match, find), text)
    text = re.sub(r"(\d(?:st|nd|rd|th))(?=[A-Z])", r"\1 ", text)
    if _DIGIT.search(text):
        text = _short_years(_DAY.sub(" , ", text), find)
        text = _RANGE.sub(_keep_years, text)
    out.workshop = _WORKSHOP.search(text) is not None
    _cut(text, out, find)
    return out


def _identifiers(text: str, out: Printed) -> str:
    if "10.1101" in text and (dated := _BIORXIV.search(text)):
        out.submitted = int(dated[1])
    if "/" in text or "10." in text or "IS" in text:
        text = _LINKS.sub(" ", text)
    match = _ARXIV.search(text)
    if match:
        year = int(match["year"] or match["old"])
        out.submitted = 1900 + year if year > 90 else 2000 + year
        text = f"{text[: match.start()]} arXiv {text[match.end() :]}"
    volume = _PMLR.search(text)
    if volume:
        out.pmlr = int(volume[1])
        text = f"{text[: volume.start()]} , PMLR , {text[volume.end() :]}"
    return text


def _statuses(text: str, out: Printed) -> str:
    """Cut statuses and tracks off, in front, in brackets, behind and between."""
    whole = text
    for _ in range(2):
        match = _LEADING.match(text)
        if match is None or match.end() == len(text):
            break
        if match["status"].lower() != "in" or re.match(
            r"in[:\s]+(?:the\s)?(?:proc|\d)", text, re.I
        ):
            if match["status"].lower() != "in":
                out.statuses.append(match["status"])
            text = text[match.end() :]
    text = _VOLUME_OF.sub(" ", text)
    for pattern in (_BRACKETED, _TRACK):
        while (match := pattern.search(text)) is not None:
            out.statuses.append(match["status"].strip())
            text = f"{text[: match.start()]} , {text[match.end() :]}"
    while (match := _TRAILING.search(text)) is not None and match.start() > 0:
        out.statuses.append(match["status"])
        text = text[: match.start()]
    folded = text.lower()
    if ("srw" in folded or "student" in folded) and (match := _STUDENT.search(text)) is not None:
        out.student = True
        text = f"{text[: match.start()]} , {text[match.end() :]}"
    if "finding" in folded and (match := _FINDINGS.search(text)) is not None:
        out.findings = True
        text = f"{text[: match.start()]} , {text[match.end() :]}"
    if not re.search(r"\w", text):
        out.statuses.clear()
        return whole
    return text


def _workshops(match: re.Match[str], find: Find) -> str:
    """Write CVPRW out; leave WWW and LAW alone."""
    whole = find(match[0])
    row = None if whole else find(match[1])
    return f"{match[1]} Workshops " if row and row.kind == "conference" else match[0]


_ATTACHED = re.compile(r"(?<=[A-Za-z*)])(?:\s?'|-|\s-\s)?((?:19[5-9]|20[0-4])\d)(?!\d)")
_QUOTED = re.compile(r"(?<=[A-Za-z*)])\s?'\s?(\d\d)(?![\d\w])|(?<=\s)'(\d\d)(?!\w)")
_TWO_DIGITS = re.compile(
    r"\b([A-Za-z*][A-Za-z*&/+-]*[A-Za-z*])([-\s]?)(\d\d)(?![\d\w.%]|\s?(?:\(|:\d|pages|pp))"
)


def _short_years(text: str, find: Find) -> str:
    """Write years that hang on a name apart and in full: CVPR2025, CVPR'24, AAAI-26, ICLR26."""
    text = _ATTACHED.sub(r" \1 ", text)
    if "'" in text:
        text = _QUOTED.sub(lambda match: f" {_century(match[1] or match[2])} ", text)
    number = ordinal(text)

    def year(match: re.Match[str]) -> str:
        name, joint, digits = match.groups()
        if int(digits) == number and joint == "-":
            return name
        capitals = name[-2:].isupper() and name[:5].upper() != "COVID" and joint != " "
        row = find(name) if capitals or joint == " " or not name.islower() else None
        numbered = row is not None and row.kind == "workshop" and joint == "-"
        if row and numbered and any((int(digits), 0) == (one[0], one[2]) for one in row.meetings):
            # "ISA-21" is the 21st, of 2025.
            return f"{digits}th {name}"
        meets = row is not None and row.kind in ("conference", "workshop" if joint != " " else "")
        plausible = not 30 <= int(digits) < 70
        if plausible and (meets or (capitals and row is None and len(name) > 2)):
            return f"{name} {_century(digits)} "
        return match[0]

    return _TWO_DIGITS.sub(year, text)


def _century(digits: str) -> str:
    return ("19" if int(digits) >= 50 else "20") + digits


def _keep_years(match: re.Match[str]) -> str:
    """Drop a range of pages or days; keep one of years, of which the first counts."""
    first = re.match(r"(?:19[5-9]|20[0-4])\d(?!\d)", match[0])
    last = int(match[0].split("-")[-1])
    return f" {first[0]} " if first and last - int(first[0]) in (0, 1) else " "


_NUMERAL = re.compile(r"(?<=\w)\s([IVX]{2,})$")
_CUT = re.compile(
    r"""\s*(?:
    (?P<at>@|\b(?:(?:to\sbe\s|is\s|was\s)?(?:co-?\s?located|collocated|associated|affiliated|held|organi[sz]ed
        |hosted|jointly|joint)\s(?:with|at|by|within|in(?!\s(?:conj|assoc)))
        |(?:held\s|organi[sz]ed\s)?in\s(?:conjunction|association)\swith|within
        |alongside|during|(?:as\s)?part\sof|,?\s?an?\s(?:\w+\s)?workshop\s(?:at|of)|at
        |(?<=workshop)\sof|(?<=workshops)\sof)(?=[\s(])(?:\sthe\b)?)
    |(?P<open>[(\[])|(?P<close>[)\]])
    |(?P<year>(?<![\d.:/-])(?:19[5-9]|20[0-4])\d(?!\d|[:/]\d))
    |(?P<mark>[,;"|]|:(?!\d)|(?<=[\d)])\.(?=\s|$)|(?<=[a-z]{8})\.\s(?-i:(?=[A-Z]{2}|[A-Z]\w{5,}(?:\s|$)))|\s-\s|\s/\s|(?<=\w)-\s)
    )\s*""",
    re.X | re.I,
)
_NUMBERS = re.compile(
    r"(?:[\s,]+|^)(?:vol(?:ume)?\.?|v\.|tome|band|bd\.)?\s*(?P<volume>\d{1,4})(?:\s*[:/(]\s*\d*)?$"
    r"|(?:^|\s)(?:vol(?:ume)?\.?|v\.|tome|band|bd\.)\s*(?P<only>\d{1,4})\b",
    re.I,
)


def _cut(text: str, out: Printed, find: Find) -> None:
    """Fill in the pieces, the years and the first volume."""
    lead, at = "", 0
    for match in _CUT.finditer(text):
        _add(text[at : match.start()], lead, out, find)
        at = match.end()
        if match["year"]:
            out.years.append(int(match["year"]))
            lead = "@" if lead == "@" and not text[at - 5 : match.start()].strip() else "year"
        elif match["at"]:
            lead = "@"
        elif match["open"] or match["close"]:
            lead = "(" if match["open"] else ")"
        else:
            dash = match["mark"].strip() in (":", "-")
            lead = ":" if dash else ","
    _add(text[at:], lead, out, find)


def _add(text: str, lead: str, out: Printed, find: Find) -> None:
    match = _NUMBERS.search(text)
    if match and (match["only"] or match["volume"]):
        if out.volume is None:
            out.volume = int(match["volume"] or match["only"])
        text = f"{text[: match.start()]} {text[match.end() :]}"
    text = text.strip(" .,;:-'\"/|")
    if text and re.search(r"[^\W\d_]|\d[A-Z]", text):
        number = ordinal(text)
        numeral = _NUMERAL.search(text)
        if numeral and find(text) is None:
            number = number or roman(numeral[1])
            text = text[: numeral.start()]
        out.pieces.append(Piece(text, lead, number))
