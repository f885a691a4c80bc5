"""A printed venue in, what it says out: series, year, workshop in conference, status."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from kg.model import Venue
from kg.resolve.venues.names import (
    HEADS,
    NAMING,
    NO_WORKSHOP,
    agrees,
    clean,
    is_full_name,
    is_short,
    printed_name,
    topic,
    workshop_name,
)
from kg.resolve.venues.table import Row, find, fold, name_key, shipped, squeeze, year_of
from kg.resolve.venues.text import Find, Piece, Printed, printed, tidy, without_pages

#: Names found are kept up to this number; the rest are looked up again.
KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Reading:
    """A venue, and what told its series."""

    venue: Venue
    #: Row of the table that the series is; None where it is printed only.
    row: Row | None = None
    #: The series is a short name that stands beside, or instead of, a full one.
    short: bool = False


@cache
def known_names() -> Find:
    """Return a look-up in the shipped table that remembers what it found."""
    table = shipped()
    return lru_cache(KEPT)(lambda text: find(text, table))


_THESIS = re.compile(
    r"\b(?P<kind>ph\.?\s?d\.?|doctoral|doctorate|master(?:'?s)?|m\.?\s?sc\.?|bachelor(?:'?s)?|b\.?\s?sc\.?"
    r"|habilitation|diploma)?\s*(?:thesis|dissertation|th[eè]se)\b",
    re.I,
)


_ONE_YEAR = re.compile(r"\D*(?<!\d)((?:19[5-9]|20[0-4])\d)(?!\d)\D*")
#: Stands for the year of texts that differ in their year only.
ANY_YEAR = "2001"


def read_all(texts: Iterable[str], known: Find) -> dict[str, Reading]:
    """Read texts as ``read`` does; those that differ in year and pages only, once."""
    found: dict[str, Reading] = {}
    seen: dict[tuple[str, str], Reading] = {}
    for text in texts:
        plain = without_pages(tidy(text))
        match = _ONE_YEAR.fullmatch(plain)
        year = match[1] if match else ""
        form = plain.replace(year, ANY_YEAR) if year else plain
        reading = seen.get((form, year))
        if reading is None:
            reading = seen.get((form, ANY_YEAR if year else ""))
        if reading is None:
            reading = _take_apart(form, known)
            seen[form, ANY_YEAR if year else ""] = reading
        if year and str(reading.venue.year) == ANY_YEAR != year:
            reading = replace(reading, venue=replace(reading.venue, year=int(year)))
            seen[form, year] = reading
        found[text] = reading
    return found


def read(text: str, known: Find) -> Reading:
    """Read one printed venue; one that names nothing has an empty series."""
    return _take_apart(without_pages(tidy(text)), known)


def _take_apart(text: str, known: Find) -> Reading:
    if "@" in text and (whole := known(text)) is not None:
        # "L@S" hosts nothing.
        return Reading(Venue(whole.series, whole.name, workshop=whole.kind == "workshop"), whole)
    parts = printed(text, known)
    thesis = _THESIS.search(text)
    if thesis and not NAMING.search(text):
        return _thesis(text, thesis, parts)
    rows = _rows(parts.pieces, known)
    if not rows and len(parts.pieces) == 1 and parts.years and parts.pieces[0].text.islower():
        # "soda 2021": with a year beside it an English word is a short name.
        rows = _rows([replace(parts.pieces[0], text=parts.pieces[0].text.upper())], known)
    printer = len(rows) == 1 == len(parts.pieces) and rows[0].row.kind == "series"
    if printer:
        reading = _plain(parts, rows, known)
    elif parts.findings or parts.student:
        reading = _companion(parts, rows)
    elif parts.workshop or any(piece.lead == "@" for piece in parts.pieces):
        reading = _workshop(parts, rows, known)
    else:
        reading = _plain(parts, rows, known)
    return reading if reading.venue.series else Reading(Venue("", ""))


@dataclass(frozen=True, slots=True)
class Match:
    """Pieces from first to last, both included, that are a row of the table."""

    first: int
    last: int
    row: Row
    #: The words as printed.
    text: str


def _rows(pieces: Sequence[Piece], known: Find) -> list[Match]:
    """Return the rows that whole pieces name, in order; the longest run of pieces first."""
    found: list[Match] = []
    at = 0
    while at < len(pieces):
        for last in range(min(len(pieces), at + 4) - 1, at - 1, -1):
            if any(piece.lead not in (",", ":") for piece in pieces[at + 1 : last + 1]):
                continue
            text = ", ".join(piece.text for piece in pieces[at : last + 1])
            row = known(text)
            if row is not None:
                found.append(Match(at, last, row, text))
                at = last
                break
        at += 1
    return found


def _status(parts: Printed) -> str | None:
    """Return the most telling status: what stands with the name before "accepted"."""
    told = [
        one for one in parts.statuses if not re.match(r"accept|publi|appear|present", one, re.I)
    ]
    return " ".join((told or parts.statuses)[-1].split()) if parts.statuses else None


def _year(parts: Printed, match: Match | None, *, journal: bool = False) -> int | None:
    """Return the year: as printed, or of the meeting, volume or preprint number."""
    if parts.years:
        return parts.years[-1 if journal else 0]
    if match is not None:
        row = match.row
        # "Sixth Workshop on Social Media Mining (SMM4H)": the number stands with the full name.
        first = match.first - (match.first > 0 and parts.pieces[match.first].lead == "(")
        numbers = [one.number for one in parts.pieces[first : match.last + 1] if one.number]
        if numbers and (year := year_of(numbers[0], row.meetings)):
            return year
        if parts.pmlr is not None and (
            year := dict((a, b) for a, b, _ in row.pmlr).get(parts.pmlr)
        ):
            return year
        if parts.volume is not None and (year := year_of(parts.volume, row.volumes)):
            return year
    return parts.submitted if match is None or match.row.kind == "preprint" else None


def _thesis(text: str, thesis: re.Match[str], parts: Printed) -> Reading:
    kind = (thesis["kind"] or "").lower().replace(" ", "")
    named = (
        "PhD thesis"
        if kind.startswith(("ph", "doc"))
        or (not kind and "th" in thesis[0].lower()[:2] and "è" in text)
        else "Master's thesis"
        if kind.startswith(("ma", "m.", "ms"))
        else "Bachelor's thesis"
        if kind.startswith("b")
        else "Thesis"
    )
    year = parts.years[-1] if parts.years else None
    school = next((one.text for one in parts.pieces if not _THESIS.search(one.text)), None)
    name = f"{named}, {school}" if school else named
    return Reading(Venue(named, name, year, status=_status(parts)))


def _companion(parts: Printed, rows: Sequence[Match]) -> Reading:
    """Read findings and student workshops, which are named by their conference."""
    meetings = [match for match in rows if match.row.kind == "conference"]
    kind = "Findings" if parts.findings else "Student Research Workshop"
    if not meetings:
        host = printed_name(parts.pieces)[0] if parts.pieces else ""
        meeting = None
    else:
        meeting = meetings[-1 if parts.findings else 0]
        host = meeting.row.series
    series = f"Findings of {host}".removesuffix(" of ") if parts.findings else f"{host} SRW".strip()
    full = meeting.row.name if meeting else host
    name = f"Findings of {full}" if parts.findings else f"{full}: Student Research Workshop"
    found = Venue(
        series, name.strip(": "), _year(parts, meeting), not parts.findings, host or None, kind
    )
    return Reading(found, meeting.row if meeting else None)


_RANK = {"conference": 0, "workshop": 0, "journal": 0, "series": 2, "preprint": 3}


def _plain(parts: Printed, rows: Sequence[Match], known: Find) -> Reading:
    """Read a venue that no word says to be a workshop."""
    best = _best(parts, rows)
    if best is None:
        return _pair(parts, known) or _unlisted(parts)
    row = best.row
    if row.kind == "conference":
        inner = _inner(parts, rows, best)
        if inner is not None:
            return inner
    year = _year(parts, best, journal=row.kind in ("journal", "preprint"))
    if row.series == "PMLR" and parts.pmlr is not None and parts.pmlr in shipped().pmlr:
        row, year = shipped().pmlr[parts.pmlr]
    workshop = row.kind == "workshop"
    host = next((one.row.series for one in rows if one.row.kind == "conference" and workshop), None)
    if host and parts.years and year is None:
        year = parts.years[0]
    return Reading(Venue(row.series, row.name, year, workshop, host, _status(parts)), row)


def _best(parts: Printed, rows: Sequence[Match]) -> Match | None:
    """Return the row that names the venue, unless an unlisted full name stands before it."""
    if not rows:
        return None
    best = min(rows, key=lambda match: (_RANK[match.row.kind], match.first))
    meeting = next((one for one in rows if one.row.kind == "conference"), None)
    if meeting is not None and _is_topic(best) and parts.pieces[meeting.first].lead in (",", ":"):
        best = meeting
    if best.row.kind in ("conference", "workshop", "journal"):
        before = [piece for piece in parts.pieces[: best.first] if is_full_name(piece.text)]
        if before and not agrees(before[-1].text, best.row):
            return None
    elif any(is_full_name(piece.text) for piece in parts.pieces[: best.first]):
        return None
    return best


def _is_topic(match: Match) -> bool:
    """Tell a journal whose name is also the title of a book: "Pattern Recognition. GCPR 2021"."""
    return match.row.kind == "journal" and not re.search(
        r"(?i:journal|trans|letters|forum|review|magazine)|[A-Z]{2}|\.", match.text
    )


def _inner(parts: Printed, rows: Sequence[Match], outer: Match) -> Reading | None:
    """Read "ACL 2025 GEM", "ICLR 2025 (LMRL)": a conference, and a short name right behind."""
    if outer.last + 1 >= len(parts.pieces):
        return None
    piece = parts.pieces[outer.last + 1]
    row = next((one.row for one in rows if one.first == outer.last + 1), None)
    if row is not None and row.kind == "workshop" and row.series != outer.row.series:
        return Reading(
            Venue(
                row.series, row.name, _year(parts, outer), True, outer.row.series, _status(parts)
            ),
            row,
        )
    own = piece.text
    if row is not None or piece.lead not in ("year", "(") or not is_short(own):
        return None
    if squeeze(own) in NO_WORKSHOP or len(own) < 3 or not parts.years:
        return None
    if len(outer.text.split()) > 3 or not re.search(r"[A-Z]{2}", own):
        return None
    found = Venue(own, own, _year(parts, outer), True, outer.row.series, _status(parts))
    return Reading(found, short=True)


def _pair(parts: Printed, known: Find) -> Reading | None:
    """Read "ACL GEM 2025", "UDM-KDD'24": a conference and a workshop in one piece."""
    text = parts.pieces[0].text if parts.pieces else ""
    for own, outer in (_halves(text), _halves(text)[::-1]):
        host, row = known(outer), known(own)
        if (
            host is None
            or host.kind != "conference"
            or (row is not None and row.kind != "workshop")
        ):
            continue
        if row is None and not (is_short(own) and "-" in text) or squeeze(own) in NO_WORKSHOP:
            continue
        series, name = (row.series, row.name) if row else (own, own)
        year = parts.years[0] if parts.years else None
        return Reading(Venue(series, name, year, True, host.series, _status(parts)), row, True)
    return None


def _halves(text: str) -> tuple[str, str]:
    match = re.fullmatch(r"(\S+?)[\s-]+(\S+)", text)
    return (match[1], match[2]) if match else ("", "")


def _unlisted(parts: Printed) -> Reading:
    """Read a venue that the table does not have."""
    series, name, short = printed_name(parts.pieces)
    journal = not parts.workshop and re.search(r"journal|transactions|letters|\breview", name, re.I)
    year = _year(parts, None, journal=bool(journal))
    return Reading(Venue(series, name, year, status=_status(parts)), short=short)


#: What many conferences have, and none names without itself.
_COMMON = frozenset("challenge challenges competition hackathon demo tutorial posters".split())


def _workshop(parts: Printed, rows: Sequence[Match], known: Find) -> Reading:
    """Read a workshop: what is left when its host is taken away."""
    own = _own(parts, rows)
    host, left = _host(parts, rows, own, known)
    if own is not None:
        row = own.row
        year = _year(parts, own)
        if year is None and host is not None and not isinstance(host, str):
            year = _year(parts, host)
        parent = _series(host)
        workshop = row.kind == "workshop" or "workshop" in fold(own.text)
        if not workshop:
            parent = None
        return Reading(Venue(row.series, row.name, year, workshop, parent, _status(parts)), row)
    if host is None and not parts.workshop:
        return _plain(parts, rows, known)
    left = [one for one in left if not _is_meeting(topic(clean(one.text)), host, known)]
    series, name, short = workshop_name(left)
    parent = _series(host)
    year = _year(parts, host if isinstance(host, Match) else None)
    listed = known(series) if short else None
    if listed is not None and listed.kind == "workshop":
        found = Venue(listed.series, listed.name, year, True, parent, _status(parts))
        return Reading(found, listed)
    if parent and series.casefold() in _COMMON:
        series = name = f"{parent} {series}"
    if not series:
        series = name = f"{parent} Workshops" if parent else "Workshop"
    return Reading(Venue(series, name, year, True, parent, _status(parts)), short=short)


def _is_meeting(text: str, host: Match | str | None, known: Find) -> bool:
    """Tell words that name the host once more, or the series of its proceedings."""
    row = known(text)
    if row is None:
        return False
    return row.kind == "series" or (isinstance(host, Match) and row == host.row)


def _series(host: Match | str | None) -> str | None:
    return host.row.series if isinstance(host, Match) else host


def _own(parts: Printed, rows: Sequence[Match]) -> Match | None:
    """Return the row that the paper appeared in, where that is a workshop or is no host."""
    for match in rows:
        if match.row.kind == "workshop" and not _contradicted(parts, match):
            return match
    for match in rows:
        if "workshop" in fold(match.text) and match.row.kind == "conference":
            forms = (match.row.name, *match.row.aliases)
            if any("orkshop" in form and name_key(form) == name_key(match.text) for form in forms):
                return match
    named = [match for match in rows if match.row.kind in ("conference", "journal")]
    at = next((i for i, piece in enumerate(parts.pieces) if piece.lead == "@"), None)
    if at is not None and not parts.workshop and named and named[0].last < at:
        after = [match for match in named if match.first >= at]
        whole = named[0].first == 0 or not clean(parts.pieces[0].text)
        same = all(match.row == named[0].row for match in named if match.first < at)
        covered = sum(match.last + 1 - match.first for match in named if match.first < at)
        if whole and (not after or (same and covered == at)):
            return named[0]
    return None


def _contradicted(parts: Printed, match: Match) -> bool:
    """Tell a short name that stands beside the full name of another workshop."""
    near = parts.pieces[max(0, match.first - 1) : match.last + 2]
    names = [one.text for one in near if is_full_name(one.text) and one.text not in match.text]
    return (
        " " not in match.text
        and bool(names)
        and not any(agrees(name, match.row) or HEADS.search(name) for name in names)
    )


def _host(
    parts: Printed, rows: Sequence[Match], own: Match | None, known: Find
) -> tuple[Match | str | None, list[Piece]]:
    """Return the conference around a workshop, and the pieces that are not its name."""
    pieces = parts.pieces
    meetings = [
        match
        for match in rows
        if match.row.kind == "conference"
        and match is not own
        and (own is None or match.row != own.row)
    ]
    order = sorted(range(len(pieces)), key=lambda i: (pieces[i].lead != "@", i))
    inner = None
    for i in order if own is None else ():
        inside = _inside(pieces[i].text, known)
        if inside is not None:
            row, rest = inside
            left = [*pieces[:i], replace(pieces[i], text=rest), *pieces[i + 1 :]]
            # The number in that piece is the workshop's, not the host's.
            inner = Match(i, i - 1, row, pieces[i].text), [one for one in left if one.text]
            break
    for match in sorted(meetings, key=lambda one: (pieces[one.first].lead != "@", one.first)):
        if inner is not None and pieces[match.first].lead == "(":
            break
        left = [one for i, one in enumerate(pieces) if not match.first <= i <= match.last]
        return match, left
    if inner is not None:
        return inner
    for i, piece in enumerate(pieces):
        if piece.lead == "@" and (is_short(piece.text) or HEADS.search(piece.text)) and i:
            return printed_name(pieces[i:])[0], list(pieces[:i])
    if (
        own is None
        and len(pieces) > 1
        and is_short(pieces[0].text)
        and pieces[1].lead == "year"
        and re.match(r"workshops?\b", pieces[1].text, re.I)
    ):
        return pieces[0].text, list(pieces[1:])
    return None, list(pieces)


_TOKEN = re.compile(r"[A-Za-z0-9*][\w*&+/]*")


def _inside(text: str, known: Find) -> tuple[Row, str] | None:
    """Find a conference's short name among other words: "NAACL workshop", "MMFM CVPR Workshops"."""
    tokens = list(_TOKEN.finditer(text))
    if re.search(r"\bworkshop", text, re.I) is None and "-" not in text and len(tokens) > 2:
        return None
    for size in (2, 1):
        for i in range(len(tokens) - size + 1):
            start, end = tokens[i].start(), tokens[i + size - 1].end()
            form = text[start:end]
            if text[end : end + 1] == "-" and len(tokens) > 3:
                continue
            if len(form) < 3 or sum(sign.isupper() for sign in form) < 2:
                continue
            row = known(form)
            if row is not None and row.kind == "conference" and len(form) < 20:
                rest = f"{text[:start]} {text[end:]}"
                return row, " ".join(rest.split()).strip(" ,:;-/'")
    match = re.search(
        r"(?P<own>.*\bworkshops?)\s(?:of|in|for)\s(?:the\s)?(?P<host>.+)$", text, re.I
    )
    if match and (row := known(match["host"])) is not None and row.kind == "conference":
        return row, match["own"]
    match = re.match(r"(?P<host>.+?)\sworkshops?\b(?P<own>.*)$", text, re.I)
    if match and (row := known(match["host"])) is not None and row.kind == "conference":
        return row, f"Workshop{match['own']}"
    return None
