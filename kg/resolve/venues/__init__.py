"""Printed venues in, venues out, and which of them are one.

``venue`` takes one string apart with the shipped table; ``venues`` does so for all strings of a
corpus, adds the short names that the corpus explains, and says which strings name one venue.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from kg.model import Entity, Merge, Venue
from kg.resolve.venues.reading import KEPT, Reading, known_names, read, read_all
from kg.resolve.venues.table import name_key
from kg.resolve.venues.text import Find

#: Refused candidates of at least this score stand in the ledger.
REFUSED = 0.3


def venue(text: str | None) -> Venue:
    """Take one printed venue apart.

    "Re-Align @ ICLR 2024" is the workshop Re-Align of 2024 in ICLR; "Proc. of the 61st Annual
    Meeting of the ACL" is ACL in 2023. A companion volume of findings is a series of its own,
    "Findings of EMNLP", with the conference as its parent; system demonstrations, tutorials and
    industry tracks are the conference, and their name is the status. Workshops of a conference
    that are not told apart ("CVPRW") are the series "CVPR Workshops". Where nothing is printed,
    series and name are empty.
    """
    return read(text or "", known_names()).venue


def venues(
    texts: Iterable[str],
) -> tuple[dict[str, tuple[Entity, Entity | None]], list[Merge]]:
    """Return the venue of each printed text and the conference around it, and the ledger.

    Beside the shipped table it uses what the texts explain: "Workshop on Foo (WFoo)" tells what
    "WFoo 2024" is, where WFoo stands for one name only; a workshop whose host is printed once is
    in that host everywhere, if no text has it in another. Texts that name nothing are left out.
    Sees all texts before it answers; their order and number change nothing.
    """
    known = known_names()
    read = read_all(sorted(set(texts)), known)
    readings = {text: reading for text, reading in read.items() if reading.venue.series}
    keys = _keys(readings, known)
    groups: dict[str, list[str]] = defaultdict(list)
    for text, (own, _) in keys.items():
        groups[own].append(text)
    made = {
        own: _entity(own, [(text, readings[text]) for text in group])
        for own, group in groups.items()
    }
    found = {
        text: (made[own], _host_entity(readings[text], own, made, known))
        for text, (own, _) in keys.items()
    }
    rows = [
        Merge("venue", text, own, rule, _SCORES[rule], readings[text].venue.name)
        for text, (own, rule) in keys.items()
        if text != made[own].name
    ]
    rows += _refused(made, readings, groups)
    return found, sorted(rows, key=lambda row: (row.into, row.what, row.rule))


#: Probability that a merge by each rule is right, as judged on ACL Anthology and arXiv comments.
_SCORES = {
    "listed name": 0.99,
    "printed name": 0.95,
    "short name": 0.9,
    "explained short name": 0.9,
    "only host": 0.8,
}


@lru_cache(KEPT)
def _core(name: str) -> str:
    """Return a key of a full name without the words that printings add or leave out."""
    kept = [word for word in name_key(name).split() if word not in ("international", "joint")]
    return " ".join(kept)


def _alike(one: str, other: str) -> float:
    """Return the share of words that two keys have in common, 0 to 1."""
    a, b = set(one.split()), set(other.split())
    return len(a & b) / len(a | b) if a and b else 0.0


#: Two full names that share their short name are one from this share of common words on.
SAME_NAME = 0.5


def _explained(readings: Iterable[Reading], known: Find) -> tuple[dict[str, str], set[str]]:
    """Return short names by the full names they stand for, and those that stand for several."""
    names: dict[str, set[str]] = defaultdict(set)
    for reading in readings:
        own = reading.venue
        # A short name that the table has, beside another full name, explains nothing.
        new = reading.row is None and reading.short and known(own.series) is None
        if new and len(own.name.split()) > 2:
            names[own.series.casefold()].add(_core(own.name))
    several = {
        short
        for short, cores in names.items()
        if any(_alike(min(cores), core) < SAME_NAME for core in cores)
    }
    shorts: dict[str, set[str]] = defaultdict(set)
    for short, cores in names.items():
        for core in cores if short not in several else ():
            shorts[core].add(short)
    return {core: min(found) for core, found in shorts.items() if len(found) == 1}, several


def _keys(readings: Mapping[str, Reading], known: Find) -> dict[str, tuple[str, str]]:
    """Return the key of each text's venue, and the rule that told it."""
    explained, several = _explained(readings.values(), known)
    bases = {text: _base(reading, explained, several, known) for text, reading in readings.items()}
    hosts: dict[str, set[str]] = defaultdict(set)
    for text, (base, _, _) in bases.items():
        parent = readings[text].venue.parent
        if readings[text].row is None and parent:
            hosts[base].add(parent)
    keys = {}
    for text, (base, rule, own) in bases.items():
        reading = readings[text]
        parent = reading.venue.parent
        if own and parent is None and len(hosts[base]) == 1:
            parent, rule = min(hosts[base]), "only host"
        keys[text] = (f"{base} @ {parent.casefold()}" if own and parent else base, rule)
    return keys


def _base(
    reading: Reading, explained: Mapping[str, str], several: set[str], known: Find
) -> tuple[str, str, bool]:
    """Return (key without a host, rule, whether a host belongs to the key)."""
    own = reading.venue
    if reading.row is not None:
        return own.series.casefold(), "listed name", False
    if own.parent and own.series == f"{own.parent} Workshops":
        return own.series.casefold(), "listed name", False
    core = _core(own.name)
    if core in explained:
        rule = "short name" if reading.short else "explained short name"
        return explained[core], rule, True
    told = own.series.casefold() not in several and known(own.series) is None
    if reading.short and (told or own.name == own.series):
        return own.series.casefold(), "short name", True
    plain = _core(own.series if own.workshop and not reading.short else own.name)
    return plain or own.series.casefold(), "printed name", True


def _entity(own: str, group: Sequence[tuple[str, Reading]]) -> Entity:
    """Name a venue by its listed or short name; every printing is an alias."""
    shown = Counter(
        (reading.row is None, not reading.short, reading.venue.series) for _, reading in group
    )
    name = min(shown, key=lambda one: (*one[:2], -shown[one], one[2]))[2]
    names = {reading.venue.name for _, reading in group} | {text for text, _ in group}
    return Entity("Venue", own, name, tuple(sorted(names - {name})))


def _host_entity(
    reading: Reading, own: str, made: Mapping[str, Entity], known: Find
) -> Entity | None:
    """Return the conference that a text's venue belongs to."""
    parent = reading.venue.parent or (own.rpartition(" @ ")[2] if " @ " in own else None)
    if parent is None:
        return None
    key = parent.casefold()
    if key in made:
        return made[key]
    row = known(parent)
    name, full = (row.series, row.name) if row else (parent, parent)
    return Entity("Venue", key, name, (full,) if full != name else ())


#: Words that more venues than these have tell nothing.
LARGEST_BLOCK = 50


def _refused(
    made: Mapping[str, Entity],
    readings: Mapping[str, Reading],
    groups: Mapping[str, Sequence[str]],
) -> list[Merge]:
    """Return near matches that stay apart: one workshop in two hosts, names much alike."""
    blocks: dict[str, list[str]] = defaultdict(list)
    cores: dict[str, str] = {}
    for own in sorted(made):
        base = own.partition(" @ ")[0]
        blocks[f"@{base}"].append(own)
        if all(readings[text].row is None for text in groups[own]):
            cores[own] = _core(readings[groups[own][0]].venue.name)
            for word in set(cores[own].split()):
                blocks[word].append(own)
    rows = set()
    for word in sorted(blocks):
        block = blocks[word] if len(blocks[word]) <= LARGEST_BLOCK else ()
        for i, one in enumerate(block):
            for other in block[i + 1 :]:
                if word.startswith("@"):
                    rows.add(Merge("venue", other, one, "other host", 0.45, merged=False))
                    continue
                alike = _alike(cores[one], cores[other])
                if alike >= 2 * REFUSED and one.partition(" @ ")[0] != other.partition(" @ ")[0]:
                    score, core = round(alike / 2, 2), cores[other]
                    rows.add(Merge("venue", other, one, "names alike", score, core, merged=False))
    return sorted(rows, key=lambda row: (row.into, row.what, row.rule))
