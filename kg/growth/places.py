"""All printed venues in, venues decided again: they are few, so all of them at once."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

import networkx

from kg.growth.decisions import Decision
from kg.growth.tables import column, wanted
from kg.model import Entity, Merge
from kg.resolve import venues
from kg.resolve.names import text_key

#: A venue, and the conference that hosts it.
Place = tuple[Entity, Entity | None]


def place(tables: sqlite3.Connection, ruled: Iterable[Decision]) -> tuple[set[str], set[str]]:
    """Decide what the printed venues mean; return the changed venues' keys and their works' ids."""
    printed = column(tables.execute("SELECT DISTINCT venue FROM body WHERE venue IS NOT NULL"))
    found, ledger = venues.venues(sorted(printed))
    by_text = _ruled(found, [one for one in ruled if one.kind == "venue"])
    by_key = _by_key(by_text.values())
    changed = _replace(
        tables,
        "SELECT key, entity, host FROM venue",
        "venue",
        {key: (_to_json(entity), _to_json(host)) for key, (entity, host) in by_key.items()},
    )
    texts = _replace(
        tables,
        "SELECT text, key FROM place",
        "place",
        {text: (entity.key,) for text, (entity, _) in by_text.items()},
    )
    tables.execute("DELETE FROM ledger WHERE kind = 'venue'")
    tables.executemany(
        "INSERT INTO ledger VALUES ('venue', '', ?)", [(json.dumps(asdict(row)),) for row in ledger]
    )
    name = wanted(tables, "texts", texts)
    works = column(
        tables.execute(
            f"SELECT DISTINCT work.id FROM {name} JOIN body ON venue = value "
            "JOIN work ON work.first = body.work"
        )
    )
    return changed, set(works)


def _ruled(found: Mapping[str, Place], ruled: Iterable[Decision]) -> dict[str, Place]:
    """Put together and part what the user decided; the ends are printed venues or their names."""
    by_text = dict(found)
    called: dict[str, list[str]] = defaultdict(list)
    for text, (entity, _) in sorted(found.items()):
        for name in {text, entity.name, entity.key, *entity.aliases}:
            called[text_key(name)].append(text)
    joined = networkx.Graph()
    for decision in ruled:
        one, other = (called.get(text_key(end), []) for end in (decision.one, decision.other))
        if decision.same:
            joined.add_edges_from((a, b) for a in one[:1] for b in other[:1])
        else:
            apart = [text for text in other if text_key(text) == text_key(decision.other)]
            for text in apart:
                by_text[text] = (Entity("Venue", text_key(text), text), None)
    for texts in networkx.connected_components(joined):
        keys = {by_text[text][0].key for text in texts}
        into = min(keys)
        for text, (entity, host) in by_text.items():
            if entity.key in keys:
                by_text[text] = (replace(entity, key=into), host)
    return by_text


def _by_key(places: Iterable[Place]) -> dict[str, Place]:
    """Return the venue of each key with all its names, hosts among them."""
    merged: dict[str, list[Place]] = defaultdict(list)
    for entity, host in places:
        merged[entity.key].append((entity, host))
    for _, host in list(places):
        if host is not None:
            merged.setdefault(host.key, [(host, None)])
    found = {}
    for key, own in merged.items():
        first = min(own, key=lambda one: (len(one[0].name), one[0]))[0]
        names = {name for one, _ in own for name in (one.name, *one.aliases)}
        hosts = sorted({host for _, host in own if host is not None and host.key != key})
        entity = replace(first, aliases=tuple(sorted(names - {first.name})), counts=())
        found[key] = (entity, hosts[0] if hosts else None)
    return found


def _replace(
    tables: sqlite3.Connection, query: str, table: str, new: Mapping[str, tuple[str | None, ...]]
) -> set[str]:
    """Put new rows for the old ones of a table; return the first columns of those that differ."""
    old = {first: tuple(rest) for first, *rest in tables.execute(query)}
    changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    tables.executemany(
        f"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} WHERE "
        f"{'key' if table == 'venue' else 'text'} = ?)",
        [(name,) for name in changed],
    )
    for name in sorted(changed & set(new)):
        marks = ", ".join("?" * (1 + len(new[name])))
        tables.execute(f"INSERT INTO {table} VALUES ({marks})", (name, *new[name]))
    return changed


def _to_json(entity: Entity | None) -> str | None:
    return None if entity is None else json.dumps(asdict(entity), sort_keys=True)


def _from_json(written: str) -> Entity:
    said: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(written).items()
    }
    return Entity(**said)


def entity(tables: sqlite3.Connection, key: str) -> Place | None:
    """Return the venue of a key with its host, if there is one."""
    row = tables.execute("SELECT entity, host FROM venue WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    own, host = row
    return _from_json(own), None if host is None else _from_json(host)


def of_work(tables: sqlite3.Connection, work: str) -> tuple[Entity, ...]:
    """Return the venues of a work, sorted."""
    rows = tables.execute(
        """SELECT DISTINCT venue.entity FROM work JOIN body ON body.work = work.first
        JOIN place ON place.text = body.venue JOIN venue ON venue.key = place.key
        WHERE work.id = ?""",
        (work,),
    )
    return tuple(sorted(_from_json(row) for (row,) in rows))


def ledger(tables: sqlite3.Connection) -> Iterator[Merge]:
    """Yield which printed venues were taken for one, and which were not."""
    for (row,) in tables.execute("SELECT row FROM ledger WHERE kind = 'venue'"):
        yield Merge(**json.loads(row))
