"""Changed works in, authors decided again: which signatures are one person's."""

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import networkx

from kg.graph import printable
from kg.growth.decisions import Decision
from kg.growth.tables import Cache, Track, column, wanted
from kg.growth.works import records_of
from kg.model import Entity, Merge, Paper, Signature
from kg.resolve import authors
from kg.resolve.names import person_key

#: Of a by-line longer than this, those who stand nearest count as a signature's co-authors.
NEAREST = 50


#: Two signatures, each a work and a position, and whether they are one person's.
Tie = tuple[tuple[str, int], tuple[str, int], bool]


def sign(tables: sqlite3.Connection, changed: Iterable[str]) -> set[str]:
    """Take the by-lines of changed works down; return the blocks whose signatures changed.

    Works are given by their ids, of before and of now.
    """
    name = wanted(tables, "signed", changed)
    there = dict(tables.execute(f"SELECT first, id FROM work JOIN {name} ON id = value"))
    blocks = set(
        column(
            tables.execute(f"SELECT block FROM signature WHERE work IN (SELECT value FROM {name})")
        )
    )
    tables.execute(f"DELETE FROM signature WHERE work IN (SELECT value FROM {name})")
    for first, records in list(records_of(tables, there)):
        said = byline(records)
        line = json.dumps([asdict(one) for one in said])
        tables.execute("UPDATE work SET byline = ? WHERE first = ?", (line, first))
        rows = [
            (there[first], position, printable(authors.block(one.name)))
            for position, one in enumerate(said, start=1)
        ]
        tables.executemany("INSERT INTO signature (work, position, block) VALUES (?, ?, ?)", rows)
        blocks |= {block for _, _, block in rows}
    return blocks


def byline(records: Sequence[Paper]) -> list[Signature]:
    """Return the signatures of a work: the longest by-line, with what other records know of it."""
    chosen = max(records, key=_fullness)
    known: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for paper in records:
        for field, values in (("affiliation", paper.affiliations), ("orcid", paper.orcids)):
            for name, value in zip(paper.authors, values, strict=False):
                known[person_key(name)][field].add(value)
    title = min((paper.title for paper in records if paper.title), default=None)
    venue = min((paper.venue for paper in records if paper.venue), default=None)
    date = min((paper.date for paper in records if paper.date), default=None)
    categories = tuple(sorted({one for paper in records for one in paper.categories}))
    names = [name for name in chosen.authors if person_key(name)]
    return [
        Signature(
            name,
            position=position,
            affiliation=max(known[person_key(name)]["affiliation"], default="") or None,
            orcid=max(known[person_key(name)]["orcid"], default="") or None,
            title=title,
            venue=venue,
            date=date,
            categories=categories,
        )
        for position, name in enumerate(names, start=1)
    ]


def _fullness(paper: Paper) -> tuple[object, ...]:
    """Order by-lines: the most names, then the fewest initials, then by what they are."""
    words = (word for name in paper.authors for word in person_key(name).split())
    letters = sum(len(word) for word in words if len(word) > 1)
    return (len(paper.authors), letters, paper.authors, paper.affiliations, paper.orcids)


def signature(work: str, line: Sequence[Signature], position: int) -> Signature:
    """Complete one signature of a work's by-line by the work and the co-authors."""
    place = position - 1
    start = max(0, min(place - NEAREST // 2, len(line) - NEAREST - 1))
    near = range(start, min(len(line), start + NEAREST + 1))
    own = line[place]
    return Signature(
        own.name,
        work,
        position,
        tuple(line[rank].name for rank in near if rank != place),
        own.affiliation,
        own.orcid,
        own.title,
        own.venue,
        own.date,
        own.categories,
    )


def meet(
    tables: sqlite3.Connection, blocks: Iterable[str], ruled: Iterable[Decision], track: Track
) -> tuple[set[str], set[str]]:
    """Decide who is who in blocks; return the changed authors' keys and the works they signed."""
    ties = _ties(tables, ruled)
    groups = sorted(_together(tables, blocks, ties), key=min)
    before = _clear(tables, {block for group in groups for block in group})
    new: dict[str, list[Any]] = {}
    again: list[tuple[str, str | None, str]] = []
    lines = _lines(tables)
    for group in track(groups, "telling people apart", len(groups)):
        rows = [row for block in sorted(group) for row in _signed(tables, block)]
        found, person_of, ledger = _persons(sorted(rows), lines, ties)
        new |= found
        tables.executemany("INSERT INTO ledger VALUES ('author', ?, ?)", ledger)
        tables.executemany(
            "INSERT INTO person (first, block, stem, name, names, orcid) VALUES (?, ?, ?, ?, ?, ?)",
            [(first, min(group), *facts) for first, facts in found.items()],
        )
        moved = [
            (person_of[work, position], work, position)
            for work, position, before_, _ in rows
            if person_of[work, position] != before_
        ]
        tables.executemany("UPDATE signature SET person = ? WHERE work = ? AND position = ?", moved)
        again += [(work, before_, person_of[work, at]) for work, at, before_, _ in rows]
    kept = [(key, first) for first, (key, *_) in before.items() if first in new]
    tables.executemany("UPDATE person SET key = ? WHERE first = ?", kept)
    changed: set[str] = set()
    stems: set[str] = set()
    for first, (key, *facts) in before.items():
        if new.get(first) != facts:
            changed.add(key)
            stems.add(facts[0])
    for first, (stem, *_) in new.items():
        if first not in before or before[first][1] != stem:
            stems.add(stem)
    changed |= _settle(tables, stems)
    return changed, _signed_anew(tables, again, before)


def _clear(tables: sqlite3.Connection, blocks: Iterable[str]) -> dict[str, list[Any]]:
    """Delete the persons of blocks, and their ledger; return each one's key and facts."""
    name = wanted(tables, "met", blocks)
    query = f"SELECT first, key, stem, name, names, orcid FROM person JOIN {name} ON block = value"
    before = {first: facts for first, *facts in tables.execute(query)}
    tables.execute(f"DELETE FROM person WHERE block IN (SELECT value FROM {name})")
    tables.execute(
        f"DELETE FROM ledger WHERE kind = 'author' AND owner IN (SELECT value FROM {name})"
    )
    return before


def blocks_of(tables: sqlite3.Connection, ruled: Iterable[Decision]) -> set[str]:
    """Return the blocks of the signatures that decisions name."""
    ends = {end for one, other, _ in _ties(tables, ruled) for end in (one, other)}
    query = "SELECT block FROM signature WHERE work = ? AND position = ?"
    return {row[0] for end in ends for row in tables.execute(query, end)}


def _ties(tables: sqlite3.Connection, ruled: Iterable[Decision]) -> list[Tie]:
    """Return the signatures, as work and position, that the user declared one person's or two's."""
    ties = []
    for decision in ruled:
        if decision.kind == "author":
            ends = [_signature_of(tables, end) for end in (decision.one, decision.other)]
            if ends[0] is not None and ends[1] is not None:
                ties.append((ends[0], ends[1], decision.same))
    return ties


def _signature_of(tables: sqlite3.Connection, end: str) -> tuple[str, int] | None:
    """Find the signature that a decision names as ``name | id of a record``."""
    name, _, record = end.rpartition(" | ")
    rows = tables.execute(
        """SELECT DISTINCT work.id, byline FROM body JOIN work ON work.first = body.work
        WHERE body.name = ? ORDER BY work.id""",
        (record,),
    )
    for work, line in rows:
        for position, one in enumerate(json.loads(line or "[]"), start=1):
            if person_key(one["name"]) == person_key(name):
                return work, position
    return None


def _together(
    tables: sqlite3.Connection,
    blocks: Iterable[str],
    ties: Collection[Tie],
) -> Iterator[set[str]]:
    """Yield the blocks one by one, those that the user tied together as one."""
    graph = networkx.Graph()
    for one, other, same in ties:
        if same:
            found = [
                tables.execute(
                    "SELECT block FROM signature WHERE work = ? AND position = ?", end
                ).fetchone()
                for end in (one, other)
            ]
            graph.add_edge(*(row[0] for row in found))
    left = set(blocks)
    while left:
        own = left.pop()
        tied = networkx.node_connected_component(graph, own) if own in graph else {own}
        left -= tied
        yield tied


#: A signature: its work, its position, its person until now, its block.
Row = tuple[str, int, str | None, str]


def _signed(tables: sqlite3.Connection, block: str) -> list[Row]:
    query = "SELECT work, position, person, block FROM signature WHERE block = ?"
    return tables.execute(query, (block,)).fetchall()


#: By-lines of works by their ids.
Lines = Cache[str, list[Signature]]


def _lines(tables: sqlite3.Connection) -> Lines:
    def read(work: str) -> list[Signature]:
        (line,) = tables.execute("SELECT byline FROM work WHERE id = ?", (work,)).fetchone()
        return [
            Signature(**{**one, "coauthors": (), "categories": tuple(one["categories"])})
            for one in json.loads(line)
        ]

    return Cache(read, 20_000)


def _persons(
    rows: Sequence[Row],
    lines: Lines,
    ties: Collection[Tie],
) -> tuple[dict[str, list[Any]], dict[tuple[str, int], str], list[tuple[str, str]]]:
    """Return the persons of signatures by their first: stem, name, counted names, ORCID.

    Beside them, the person of each signature, and the ledger by block.
    """
    signatures = [signature(work, lines[work], position) for work, position, *_ in rows]
    by_block: dict[str, list[int]] = defaultdict(list)
    for rank, row in enumerate(rows):
        by_block[row[3]].append(rank)
    groups: list[list[int]] = []
    ledger = []
    for block, ranks in sorted(by_block.items()):
        found, said = authors.persons([signatures[rank] for rank in ranks])
        groups += [[ranks[rank] for rank in group] for group in found]
        ledger += [(block, json.dumps(asdict(row))) for row in said]
    made: dict[str, list[Any]] = {}
    person_of: dict[tuple[str, int], str] = {}
    for group in _ruled(signatures, groups, ties):
        own = [signatures[rank] for rank in sorted(group)]
        first = f"{own[0].work}#{own[0].position}"
        made[first] = _described(own)
        person_of |= {(one.work, one.position): first for one in own}
    return made, person_of, ledger


def _ruled(
    signatures: Sequence[Signature],
    groups: Iterable[list[int]],
    ties: Collection[Tie],
) -> list[list[int]]:
    """Put together and part the groups as the user decided."""
    if not ties:
        return [sorted(group) for group in groups]
    place = {(one.work, one.position): rank for rank, one in enumerate(signatures)}
    found = [set(group) for group in groups]
    known = [tie for tie in ties if tie[0] in place and tie[1] in place]
    for one, other, same in sorted(known, key=lambda tie: (not tie[2], tie)):
        a, b = place[one], place[other]
        with_a = next(group for group in found if a in group)
        with_b = next(group for group in found if b in group)
        if same and with_a is not with_b:
            found.remove(with_b)
            with_a |= with_b
        elif not same and with_a is with_b:
            part = _nearer(signatures, with_a, b, a)
            with_a -= part
            found.append(part)
    return [sorted(group) for group in found]


def _nearer(signatures: Sequence[Signature], group: set[int], own: int, rival: int) -> set[int]:
    """Return those of a group that share more co-authors with one signature than with a rival."""

    def shared(rank: int, end: int) -> int:
        names = [set(map(person_key, signatures[one].coauthors)) for one in (rank, end)]
        return len(names[0] & names[1])

    rest = group - {own, rival}
    return {own} | {rank for rank in rest if shared(rank, own) > shared(rank, rival)}


def _described(own: Sequence[Signature]) -> list[Any]:
    """Return the stem of a person's key, the name, all names with their counts, and the ORCID."""
    counted = Counter(printable(" ".join(one.name.split())) for one in own)
    short = re.compile(r"(?<!\w)\w\.?(?!\w)")
    name = min(counted, key=lambda text: (len(short.findall(text)) > 1, -counted[text], text))
    orcid = min((one.orcid for one in own if one.orcid), default="")
    return [person_key(name), name, json.dumps(sorted(counted.items())), orcid]


def _signed_anew(
    tables: sqlite3.Connection,
    rows: Iterable[tuple[str, str | None, str]],
    before: Mapping[str, Sequence[Any]],
) -> set[str]:
    """Return the works of signatures whose author has another key than before.

    Each row is a work with the person of one of its signatures, of before and of now.
    """
    query = "SELECT key FROM person WHERE first = ?"
    keys = Cache[str, str](lambda first: str(tables.execute(query, (first,)).fetchone()[0]))
    return {
        work
        for work, old, new in rows
        if old is None or old not in before or before[old][0] != keys[new]
    }


def _settle(tables: sqlite3.Connection, stems: Iterable[str]) -> set[str]:
    """Give persons of one name a key each; return the changed keys."""
    changed = set()
    for stem in stems:
        rows = tables.execute("SELECT first, key FROM person WHERE stem = ?", (stem,)).fetchall()
        for first, old in rows:
            work, _, position = first.removeprefix("paper/").rpartition("#")
            apart = f"{stem} {work.replace('/', ' ')} {position}"
            key = stem if len(rows) == 1 else apart
            if key != old:
                changed |= {key, old} - {None}
                tables.execute("UPDATE person SET key = ? WHERE first = ?", (key, first))
    return changed


def entity(tables: sqlite3.Connection, key: str) -> Entity | None:
    """Return the author of a key, if there is one."""
    row = tables.execute("SELECT name, names, orcid FROM person WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    name, names, orcid = row
    counted = dict(json.loads(names))
    aliases = tuple(sorted(set(counted) - {name}))
    counts = tuple(counted[one] for one in (name, *aliases))
    return Entity("Author", key, name, aliases, counts, orcid)


def signed(tables: sqlite3.Connection, work: str) -> tuple[Entity, ...]:
    """Return the authors of a work in order; only their keys and names are filled."""
    rows = tables.execute(
        """SELECT key, name FROM signature JOIN person ON person.first = signature.person
        WHERE work = ? ORDER BY position""",
        (work,),
    )
    return tuple(Entity("Author", key, name) for key, name in rows)


def ledger(tables: sqlite3.Connection) -> Iterator[Merge]:
    """Yield which signatures were taken for one person's, and which were not."""
    for (row,) in tables.execute("SELECT row FROM ledger WHERE kind = 'author'"):
        yield Merge(**json.loads(row))
