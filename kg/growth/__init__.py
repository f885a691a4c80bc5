"""Records that came and went in, the units of the graph that changed out.

The tables (``tables.py``) hold what a graph is made from. Each stage decides again what hangs on
the changed rows and hands on what it changed: works, people, venues, names, claims. What it
decides depends on the records alone, and not on how they came: a graph that grew is the graph that
one build of the same records makes. ``units.py`` turns what changed into quads.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from operator import attrgetter

from kg.graph import Link
from kg.growth import claims, names, people, places, records, works
from kg.growth.decisions import Decision, make
from kg.growth.records import Changes
from kg.growth.tables import Track, column, silent, wanted
from kg.growth.units import Units, abstracts_of, shas
from kg.model import Merge

__all__ = ["Changes", "Units", "fact", "ledger", "note", "settle"]


def settle(
    tables: sqlite3.Connection,
    changes: Changes,
    learned: set[int],
    ruled: Iterable[Decision],
    *,
    least: float,
    track: Track = silent,
) -> Units:
    """Decide again what hangs on changed records; return the units of the graph that changed.

    ``learned`` are the abstracts, by number, that are new in the tables. ``least`` is the
    confidence below which mentions and claims are left out. Decisions of the user that are not as
    before count as changes.
    """
    ruled = tuple(sorted(ruled))
    before = tuple(make(**row) for row in json.loads(fact(tables, "decisions") or "[]"))
    news = set(ruled) ^ set(before)
    found = records.extractions(tables, least)
    units = Units()

    moved = works.link(tables, changes, track)
    same, different = works.decided(tables, news)
    moved |= {body for pair in same | different for body in pair}
    units.works = works.regroup(tables, moved | changes.touched, changes.gone, ruled)
    name = wanted(tables, "old_abstracts", changes.gone)
    old = set(column(tables.execute(f"SELECT abstract FROM body JOIN {name} ON id = value")))
    lost = records.forget(tables, changes.gone)
    near = abstracts_of(tables, units.works)

    blocks = people.sign(tables, units.works) | people.blocks_of(tables, news)
    units.authors, signed = people.meet(tables, blocks, ruled, track)
    units.venues, placed = places.place(tables, ruled)
    beside = near | abstracts_of(tables, signed)

    new = learned - lost
    units.entities, renamed = names.settle(
        tables, new, lost, beside - lost, names.rulings(ruled), names.rulings(before), track
    )
    restated = (new | renamed) - lost
    ends = claims.restate(tables, restated, lost, found)
    units.claims = dict.fromkeys(sorted(ends | claims.broaden(tables, units.entities)))

    units.entities |= changes.linked
    units.works |= signed | placed | _works_of(tables, restated)
    units.abstracts = shas(tables, restated | near | (old - {None}) | lost)
    tables.executemany("DELETE FROM abstract WHERE id = ?", [(own,) for own in lost])
    note(tables, "decisions", json.dumps([asdict(one) for one in ruled]))
    return units


def _works_of(tables: sqlite3.Connection, abstracts: Iterable[int]) -> set[str]:
    name = wanted(tables, "works_of", abstracts)
    return set(
        column(
            tables.execute(
                f"SELECT work.id FROM {name} JOIN body ON body.abstract = value"
                " JOIN work ON work.first = body.work"
            )
        )
    )


def outward(tables: sqlite3.Connection, table: str, links: Iterable[Link]) -> set[tuple[str, str]]:
    """Put the links to a table in place of older ones to it; return the entities linked or not."""
    old = [
        (number, type, key)
        for number, type, key, row in tables.execute("SELECT rowid, type, key, row FROM outward")
        if json.loads(row)[0] == table
    ]
    tables.executemany("DELETE FROM outward WHERE rowid = ?", [(row[0],) for row in old])
    links = sorted(links)
    tables.executemany(
        "INSERT INTO outward VALUES (?, ?, ?)",
        [(one.type, one.key, json.dumps([table, asdict(one)])) for one in links],
    )
    return {(type, key) for _, type, key in old} | {(one.type, one.key) for one in links}


def fact(tables: sqlite3.Connection, name: str) -> str | None:
    """Return what was noted under a name, if anything was."""
    row = tables.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def note(tables: sqlite3.Connection, name: str, value: str) -> None:
    """Note a fact under a name, in place of an older one."""
    tables.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))


def ledger(tables: sqlite3.Connection) -> Iterator[Merge]:
    """Yield every merge and every refused candidate, sorted, each once."""
    rows = {
        *works.ledger(tables),
        *people.ledger(tables),
        *places.ledger(tables),
        *names.ledger(tables),
    }
    # By the fields at once: comparing the nouns themselves takes ten times as long.
    yield from sorted(rows, key=attrgetter(*Merge.__slots__))
