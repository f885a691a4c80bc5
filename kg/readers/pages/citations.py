"""A formatted reference in, its fields as lines of their own out.

Publication lists often print one reference a line: "A. Souza and B. Li. Title. Venue, 2024." or
"Souza, A. (2024). Title. Venue." or with the title in quotation marks. A line is taken for one
only if it begins with people, and a page only if it has several.
"""

import re
from collections.abc import Sequence

from kg.readers import fields
from kg.readers.pages import kinds
from kg.readers.pages.lines import Line

#: Fewer lines than this that look like references are an accident.
LEAST = 2

_NUMBER = re.compile(r"^\s*(?:\[\d+\]|\d{1,3}[.)]|[•*–-])\s+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_QUOTED = re.compile(
    r"^(?P<who>.{4,}?)[,.:]?\s*[\"“](?P<title>[^\"”]{8,}?)[,.]?[\"”][,.]?\s*(?P<rest>.*)$"
)
_DATED = re.compile(
    r"^(?P<who>.{4,}?),?\s*\(?(?P<year>(?:19|20)\d\d)[a-z]?\)?[.,:]\s+"
    r"(?P<title>.{8,}?[.?!])(?:\s+(?P<rest>.*))?$"
)
_PLAIN = re.compile(r"^(?P<title>.{8,}?[.?!])\s+(?P<rest>.+)$")
_INITIALS = re.compile(r"(?:[A-Z]\.?[ -]?){1,4}")


def expand(lines: Sequence[Line]) -> list[Line]:
    """Put the fields of each reference in its place: title, people, venue, date, link."""
    parsed = [None if line.hint or line.heading else _parse(line) for line in lines]
    if sum(own is not None for own in parsed) < LEAST:
        return list(lines)
    return [x for line, own in zip(lines, parsed, strict=True) for x in (own or [line])]


def _parse(line: Line) -> list[Line] | None:
    if kinds.FOLD.search(line.text) or len(line.text) > 600:
        return None
    text = re.sub(r"(?:\s*\[[\w ]+\])+\s*$", "", _NUMBER.sub("", line.text))
    found = next(filter(None, (_split(pattern, text) for pattern in (_QUOTED, _DATED))), None)
    people, title, rest, year = found or _plain(text) or ([], "", "", None)
    if not people or len(title.split()) < 3:
        return None
    year = year or (_YEAR.findall(rest) or [None])[-1]
    venue = _venue(rest)
    if year is None and venue is None:
        return None
    parts = [
        ("title", title),
        *(("names", name) for name in people),
        ("venue", venue),
        ("date", year),
    ]
    own = [Line(line.number, text, kind, line.href) for kind, text in parts if text]
    doi, arxiv = fields.find_doi(text), fields.find_arxiv(text)
    links = [f"doi:{doi}"] if doi else []
    links += [f"arXiv:{arxiv}"] if arxiv else []
    return [*own, *(Line(line.number, link, "identifier") for link in links)]


def _split(pattern: re.Pattern[str], text: str) -> tuple[list[str], str, str, str | None] | None:
    match = pattern.match(text)
    if match is None:
        return None
    people = _people(match["who"])
    if not people:
        return None
    year = match.groupdict().get("year")
    return people, match["title"].rstrip(". "), match["rest"] or "", year


def _plain(text: str) -> tuple[list[str], str, str, str | None] | None:
    """Split where the people end: at the first full stop before which all are people."""
    for stop in re.finditer(r"\.\s+(?=\S)", text):
        people = _people(text[: stop.start() + 1])
        after = _PLAIN.match(text[stop.end() :])
        if people and after and not kinds.split_names(after["title"]):
            return people, after["title"].rstrip(". "), after["rest"], None
    return None


def _people(text: str) -> list[str]:
    """Return the people of a reference, "Souza, A." in one piece; none if it names others too."""
    text = re.sub(r",?\s+(?:and|&|et)\s+|\s*;\s*", ", ", text.strip(" ,"))
    text = re.sub(r",?\s+et al\.?$", "", text)
    parts = [part.strip() for part in text.split(",") if part.strip()]
    families, initials = parts[::2], parts[1::2]
    if (
        len(families) == len(initials)
        and all(map(_INITIALS.fullmatch, initials))
        and not any("." in family for family in families)
    ):
        return [f"{family}, {given}" for family, given in zip(families, initials, strict=True)]
    people = all(map(kinds.is_name, parts)) and not _INITIALS.fullmatch(parts[-1])
    return [_without_stop(part) for part in parts] if people else []


def _without_stop(name: str) -> str:
    """Drop the full stop of a sentence, but not that of an initial."""
    return name if re.search(r"(?:^|\W)\w\.$", name) else name.rstrip(".")


def _venue(rest: str) -> str | None:
    """Cut volume, pages, year and links off what follows the title."""
    text = re.sub(r"^\s*In:?\s+", "", re.sub(r"https?://\S+|doi:?\s*\S+|\barXiv:\S+", "", rest))
    text = re.split(r"[,;]|\.\s|\(\s*(?:19|20)\d\d|\b\d+\s*\(|\s\d+\s*:|\bpp\.?\s|\bvol\b", text)[0]
    text = text.strip(" .,()")
    return text if re.search(r"[^\W\d]{2}", text) else None
