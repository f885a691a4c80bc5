"""The names of venues that no table has: what is printed of them, cleaned."""

import re
from collections.abc import Sequence
from dataclasses import replace

from kg.resolve.venues.table import Row, name_key, squeeze, without_ordinals
from kg.resolve.venues.text import Piece

HEADS = re.compile(
    r"\b(?:conferences?|conf|symposium|symp|meeting|congress|colloquium|summit|forum|convention"
    r"|school|challenge|conf[eé]rence|journ[eé]es|simp[oó]sio|congreso|tagung|konferenz)\b",
    re.I,
)
NAMING = re.compile(rf"{HEADS.pattern}|\b(?:workshops?|journal|transactions|letters|track)\b", re.I)


NO_WORKSHOP = frozenset(
    "usa uae uk eu ieee acm aaai cvf springer elsevier acl isca usenix pmlr lncs lnai ceur preview "
    "virtual online openreview arxiv ccis lipics siam iacr mit ny ca tx wa".split()
)


def is_full_name(text: str) -> bool:
    """Tell a full name: three words or more, one of which says what kind of venue it is."""
    return len(text.split()) >= 3 and NAMING.search(text) is not None


def agrees(text: str, row: Row) -> bool:
    """Tell whether a full name and a short name that follows it can be one venue."""
    words = set(name_key(text).split()) - {"international", "conference", "joint", "ieee", "acm"}
    for form in (row.name, *row.aliases):
        known = set(name_key(form).split()) - {"international", "conference", "joint"}
        if known and len(words & known) >= 0.5 * len(words | known):
            return True
    return False


def is_short(text: str) -> bool:
    """Tell a short name: one word with two capitals, or a capital and a digit."""
    return (
        len(text) <= 24
        and re.fullmatch(r"[\w*@&+'/.-]+", text) is not None
        and sum(sign.isupper() for sign in text) + any(sign.isdigit() for sign in text) >= 2
    )


_LEADS = re.compile(
    r"^(?:(?:in|the|of|for|conference\sproceedings|proceedings|proc\.?|advances\sin(?=\s*$)|actes|actas|annual|de\sla|de\sl'|de|du|des|edition|selected\spapers\s"
    r"from|post-proceedings)\b[\s.:]*)+",
    re.I,
)
_TAILS = re.compile(
    r"(?:[\s,:-]+(?:proceedings|conference\sproceedings|\((?:elsevier|springer|mdpi|ieee)\)))+$",
    re.I,
)
_PUBLISHERS = frozenset(
    "springer elsevier ieee acm mdpi wiley sage oup iop aip aps acl isca online virtual hybrid "
    "springer nature|taylor & francis|oxford university press|cambridge university press|mit press "
    "association for computational linguistics".split("|")[0].split()
) | {"springer nature", "taylor & francis", "oxford university press", "mit press"}


def clean(text: str) -> str:
    """Strip a name of its number, "Proceedings of the" and the like."""
    # "First Amendment Studies" is no first meeting.
    if text[:1].isdigit() or NAMING.search(text):
        text = without_ordinals(text)
    text = _LEADS.sub("", " ".join(text.split()).strip(" ,.:;-'\""))
    if text[:1].isdigit():
        text = " ".join(without_ordinals(text).split())
    return _TAILS.sub("", text).strip(" ,.:;-'\"")


def printed_name(pieces: Sequence[Piece]) -> tuple[str, str, bool]:
    """Return (series, name, whether the series is a short name) of what the table lacks."""
    cleaned = [
        replace(piece, text=own)
        for piece in pieces
        if (own := clean(piece.text)) and own.lower() not in _PUBLISHERS
    ]
    if not cleaned:
        return ("", "", False)
    start = next((i for i, piece in enumerate(cleaned) if is_full_name(piece.text)), None)
    if start is None:
        start = 0
    name, end = _full_name(cleaned, start)
    short = None
    for i, piece in enumerate(cleaned):
        near = i == end + 1 or i == start - 1 or (i > end and piece.lead == "(")
        if near and is_short(piece.text) and squeeze(piece.text) not in NO_WORKSHOP:
            short = piece.text
            break
    if short is None and is_short(name):
        return name, name, True
    return (short, name, True) if short else (name, name, False)


def _full_name(pieces: Sequence[Piece], start: int) -> tuple[str, int]:
    """Join the pieces of one name: "Fairness", "Accountability", "and Transparency"."""
    end = start
    for last in range(start + 1, min(start + 4, len(pieces))):
        if pieces[last].lead != ",":
            break
        text = pieces[last].text
        if re.match(r"(?:and|&)\s", text) or (
            last == start + 1 and re.search(r"\w\s(?:and|&)\s\w", text)
        ):
            end = last
    return ", ".join(piece.text for piece in pieces[start : end + 1]), end


_ON = re.compile(
    r"^(?P<before>.*?)\s*\b(?:workshops?|wkshps?|wksps?|ws|atelier)\b\s*(?P<on>on|for|about|sur|of|in)?\b"
    r"\s*(?P<after>.*)$",
    re.I,
)
_EMPTY = re.compile(
    r"^(?:(?:the|international|annual|joint|in|at|of|on|and|proceedings|a|an|new|grand|paper|papers|\W)+|workshops?)?$",
    re.I,
)


_GRAND = re.compile(r"^(?:(?:the|international|joint|annual|acm|ieee)\s+)+(?=\S)", re.I)


def workshop_name(pieces: Sequence[Piece]) -> tuple[str, str, bool]:
    """Return (series, name, whether the series is short) of an unlisted workshop."""
    named = [replace(piece, text=own) for piece in pieces if (own := clean(piece.text))]
    bare = [replace(piece, text=topic(piece.text)) for piece in named]
    kept = [i for i, piece in enumerate(bare) if not _EMPTY.match(piece.text)]
    if any(_EMPTY.match(piece.text) and _ON.match(named[i].text) for i, piece in enumerate(bare)):
        # "CVPR Workshops, Nashville": a place.
        kept = [i for i in kept if bare[i].lead != "," or is_short(bare[i].text)]
    if not kept:
        return "", "", False
    first = next((i for i in kept if _ON.match(named[i].text)), kept[0])
    if first != kept[0] and named[kept[0]].lead != "(" and first - kept[0] > 1:
        first = kept[0]
    for i in sorted(kept, key=lambda i: (named[i].lead != "(", -i if named[i].lead == "(" else i)):
        near = abs(i - first) <= 1 or named[i].lead == "("
        if near and is_short(bare[i].text) and squeeze(bare[i].text) not in NO_WORKSHOP:
            other = next((named[j].text for j in kept if j != i and j >= first - 1), "")
            full = _full_name(named, first)[0] if first != i else other
            name = full if len(full.split()) > 2 else named[i].text
            return _unnumbered(bare[i].text, pieces), name, True
    match = re.match(
        r"(?P<short>\S+)\s+workshop\s+(?:on|for)\s+(?P<long>.+)$", named[first].text, re.I
    )
    if match and is_short(match["short"]):
        return match["short"], named[first].text, True
    full, _ = _full_name(named, first)
    return topic(full), full, False


def _unnumbered(short: str, pieces: Sequence[Piece]) -> str:
    """Strip the number of the meeting off a short name: "VerifAI-2", the second workshop."""
    match = re.fullmatch(r"(.+?)-?(\d{1,2}|(?<=-)[IVX]{2,})", short)
    if match is None:
        return short
    told = not match[2].isdigit() or any(piece.number == int(match[2]) for piece in pieces)
    return match[1] if told else short


def topic(text: str) -> str:
    """Return what a workshop is on: "Workshop on X", "X Workshop" and "X" are X."""
    match = _ON.match(text)
    if match is None:
        return text
    before = _GRAND.sub("", match["before"].strip(" ,:-"))
    after = re.sub(r"^(?:the|an?)\s", "", match["after"].strip(" ,:-"), flags=re.I)
    if _EMPTY.match(before):
        named = match["on"] or not after or before or is_short(after)
        return after if named else f"Workshop {after}"
    if match["on"] and is_short(before.split()[-1]):
        return before.split()[-1]
    return before if not after else f"{before} {after}" if not match["on"] else after
