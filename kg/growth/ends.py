"""Names as a person gives them in, the ends of a decision out."""

import json
import sqlite3

from kg.errors import KgError
from kg.growth.decisions import Decision, make
from kg.growth.tables import column
from kg.model import Entity
from kg.opened import Graph
from kg.query.things import Thing, find
from kg.terms import iri
from kg.vocab import TYPES

#: Class of a thing to the kind of a decision.
KINDS = {"Paper": "paper", "Author": "author", "Venue": "venue", **dict.fromkeys(TYPES, "entity")}


def decision(
    tables: sqlite3.Connection, graph: Graph, one: str, other: str, *, same: bool
) -> Decision:
    """Declare two things the same or different, by the names that a graph knows them under.

    A name is a label, an alias, a title, an identifier or an IRI; for a record the id that it came
    with, for an author in one record ``NAME | ID``. Raises KgError for a name that nothing has,
    that several things have, and for two that cannot be one, such as a paper and a method.
    """
    first, second = (_candidates(tables, graph, name) for name in (one, other))
    kinds = sorted({kind for kind, _ in first} & {kind for kind, _ in second})
    if len(kinds) != 1:
        said = [", ".join(sorted({kind for kind, _ in some})) for some in (first, second)]
        raise KgError(
            f"{one!r} is {said[0]}, {other!r} is {said[1]}: give IRIs of two things of one kind"
        )
    kind = kinds[0]
    ends = [
        _only(name, [end for own, end in some if own == kind])
        for name, some in ((one, first), (other, second))
    ]
    if ends[0] == ends[1]:
        raise KgError(f"{one!r} and {other!r} are one {kind} already, by one name: {_hint(kind)}")
    return make(kind, ends[0], ends[1], same)


def _hint(kind: str) -> str:
    hints = {
        "paper": "name two of its records by their ids (kg merges shows them)",
        "author": "write each as NAME | ID OF A RECORD (kg merges shows them)",
    }
    return hints.get(kind, "name two of its spellings (kg merges shows them)")


def _only(name: str, ends: list[str]) -> str:
    found = sorted(set(ends))
    if len(found) > 1:
        raise KgError(f"{name!r} is the name of several things: give one of {'; '.join(found)}")
    return found[0]


def _candidates(tables: sqlite3.Connection, graph: Graph, name: str) -> list[tuple[str, str]]:
    """Return the kinds and ends that a name may mean."""
    if tables.execute("SELECT 1 FROM body WHERE name = ?", (name,)).fetchone():
        return [("paper", name)]
    person, bar, record = name.rpartition(" | ")
    if bar and tables.execute("SELECT 1 FROM body WHERE name = ?", (record,)).fetchone():
        return [("author", f"{person} | {record}")]
    things = find(graph, name)
    return [(KINDS[thing.kind], _end(tables, thing, name, graph.base)) for thing in things]


def _end(tables: sqlite3.Connection, thing: Thing, name: str, base: str) -> str:
    """Return what stays of a thing's name when it is merged or split."""
    if thing.kind == "Paper":
        return _record(tables, thing, base)
    if thing.kind == "Author":
        return _signature(tables, thing, base)
    # An IRI stands for the label; a spelling for itself, since the label has others.
    return thing.name if "/" in name and thing.iri.endswith(name.strip("<>")) else name


def _record(tables: sqlite3.Connection, thing: Thing, base: str) -> str:
    for id, first in tables.execute("SELECT id, first FROM work").fetchall():
        if iri(id, base).value == thing.iri:
            rows = tables.execute("SELECT name FROM body WHERE work = ? ORDER BY name", (first,))
            return str(column(rows)[0])
    raise KgError(f"{thing.name!r}: its records are not known: build the graph again")


def _signature(tables: sqlite3.Connection, thing: Thing, base: str) -> str:
    """Return the first signature of an author, as the name in it and the id of a record."""
    for person, own in tables.execute("SELECT first, key FROM person").fetchall():
        if iri(Entity("Author", own, own), base).value == thing.iri:
            work, _, position = person.rpartition("#")
            (line,) = tables.execute("SELECT byline FROM work WHERE id = ?", (work,)).fetchone()
            name = json.loads(line)[int(position) - 1]["name"]
            rows = tables.execute(
                "SELECT name FROM body JOIN work ON work.first = body.work WHERE work.id = ?"
                " ORDER BY name",
                (work,),
            )
            return f"{name} | {column(rows)[0]}"
    raise KgError(f"{thing.name!r}: its papers are not known: build the graph again")
