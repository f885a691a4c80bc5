"""Changed abstracts and entities in, what is claimed of two entities decided again."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator

from kg import relate
from kg.growth.names import of_abstract
from kg.growth.records import Extractions, surface
from kg.growth.tables import wanted
from kg.model import Claim, Entity, Mention, Statement
from kg.resolve.names import heads

Pair = tuple[str, str]
#: The two ends of a claim, each the type and key of an entity.
Ends = tuple[Pair, Pair]

#: Confidence that a thing is of the kind that its name ends in: "vision transformer".
HEADED = 0.9


def restate(
    tables: sqlite3.Connection, changed: Collection[int], gone: Collection[int], found: Extractions
) -> set[Ends]:
    """Take down again what changed abstracts claim of two entities; return the changed ends."""
    name = wanted(tables, "restated", {*changed, *gone})
    ends = _ends(tables, name)
    tables.execute(f"DELETE FROM said WHERE abstract IN (SELECT value FROM {name})")
    for abstract in sorted(changed):
        named = of_abstract(tables, abstract)
        rows = []
        for rank, claim in enumerate(found[abstract].claims):
            if claim.subject is None:
                continue
            subject, object_ = (_named(named, end) for end in (claim.subject, claim.object))
            if subject and object_ and relate.allowed(claim.predicate, subject, object_):
                sure = round(100 * claim.confidence)
                rows.append((abstract, rank, claim.predicate, sure, *subject, *object_))
        tables.executemany("INSERT INTO said VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    name = wanted(tables, "restated", changed)
    return ends | _ends(tables, name)


def _ends(tables: sqlite3.Connection, name: str) -> set[Ends]:
    rows = tables.execute(
        f"SELECT DISTINCT stype, skey, otype, okey FROM said JOIN {name} ON abstract = value"
    )
    return {((stype, skey), (otype, okey)) for stype, skey, otype, okey in rows}


def _named(named: dict[Pair, Entity], mention: Mention) -> Pair | None:
    entity = named.get((surface(mention.quote.text), mention.type))
    return None if entity is None else (entity.type, entity.key)


def broaden(tables: sqlite3.Connection, changed: Collection[Pair]) -> set[Ends]:
    """Decide anew which entity is broader than which; return the changed ends.

    Those of changed entities count as changed, since their evidence may be another.
    """
    flips = _count(tables, changed)
    again = set(flips)
    for type, target in flips:
        rows = tables.execute("SELECT key FROM head WHERE target = ?", (target,))
        again |= {(type, key) for (key,) in rows}
    ends = _headed(tables, again | set(changed))
    for type, key in again:
        _head(tables, type, key)
    return ends | _headed(tables, again) | _cut(tables)


def _headed(tables: sqlite3.Connection, pairs: Iterable[Pair]) -> set[Ends]:
    """Return the ends of what the names of entities say, by the narrower one."""
    query = "SELECT target FROM headed WHERE type = ? AND key = ?"
    return {
        ((type, key), (type, target))
        for type, key in pairs
        for (target,) in tables.execute(query, (type, key)).fetchall()
    }


def _cut(tables: sqlite3.Connection) -> set[Ends]:
    """Cut every circle of broader things; return the ends that hold now and did not, or did."""
    weights = {
        ((ctype, ckey), (ptype, pkey)): float(weight)
        for ctype, ckey, ptype, pkey, weight in tables.execute(
            "SELECT stype, skey, otype, okey, SUM(confidence) FROM said"
            " WHERE predicate = 'broader' GROUP BY skey, stype, okey, otype"
        )
    }
    said = set(weights)
    _climb(tables, weights)
    kept = relate.acyclic(weights)
    new, cut = said & kept, set(weights) - said - kept
    old = {
        ((ctype, ckey), (ptype, pkey))
        for ctype, ckey, ptype, pkey in tables.execute(
            "SELECT ctype, ckey, ptype, pkey FROM broader"
        )
    }
    tables.executemany(
        "DELETE FROM broader WHERE ctype = ? AND ckey = ? AND ptype = ? AND pkey = ?",
        [(*child, *parent) for child, parent in old - new],
    )
    tables.executemany(
        "INSERT INTO broader VALUES (?, ?, ?, ?)",
        [(*child, *parent) for child, parent in new - old],
    )
    was = {
        ((type, key), (type, target))
        for type, key, target in tables.execute("SELECT type, key, target FROM headed WHERE cut")
    }
    for value, pairs in ((0, was - cut), (1, cut - was)):
        tables.executemany(
            "UPDATE headed SET cut = ? WHERE type = ? AND key = ?",
            [(value, *child) for child, _ in pairs],
        )
    return (old ^ new) | (was ^ cut)


def _climb(tables: sqlite3.Connection, weights: dict[Ends, float]) -> None:
    """Add what the names of broader things say, as far up as it goes: circles may close there."""
    edge = {end for ends in weights for end in ends}
    seen = set(edge)
    while edge:
        found = _headed(tables, edge)
        for ends in found:
            weights[ends] = weights.get(ends, 0.0) + 100 * HEADED
        edge = {parent for _, parent in found} - seen
        seen |= edge


def _count(tables: sqlite3.Connection, changed: Iterable[Pair]) -> set[Pair]:
    """Note which entities there are; return those that came or went."""
    flips = set()
    for type, key in changed:
        query = "SELECT 1 FROM naming WHERE ekey = ? AND etype = ? LIMIT 1"
        there = tables.execute(query, (key, type)).fetchone() is not None
        if there:
            change = tables.execute("INSERT OR IGNORE INTO entity VALUES (?, ?)", (type, key))
        else:
            change = tables.execute("DELETE FROM entity WHERE type = ? AND key = ?", (type, key))
        if change.rowcount:
            flips.add((type, key))
            tables.executemany(
                "INSERT OR IGNORE INTO head VALUES (?, ?)", [(head, key) for head in heads(key)]
            )
    return flips


def _head(tables: sqlite3.Connection, type: str, key: str) -> None:
    """Note the longest head of an entity's name that is an entity of its type itself."""
    tables.execute("DELETE FROM headed WHERE type = ? AND key = ?", (type, key))
    if not _there(tables, type, key):
        return
    target = next((head for head in heads(key) if _there(tables, type, head)), None)
    if target is not None:
        tables.execute(
            "INSERT INTO headed (type, key, target) VALUES (?, ?, ?)", (type, key, target)
        )


def _there(tables: sqlite3.Connection, type: str, key: str) -> bool:
    query = "SELECT 1 FROM entity WHERE type = ? AND key = ?"
    return tables.execute(query, (type, key)).fetchone() is not None


def statements(
    tables: sqlite3.Connection, ends: Ends, found: Extractions
) -> Iterator[tuple[Statement, dict[Mention, Entity]]]:
    """Yield what is claimed of two entities, with what each mention of the evidence names."""
    subject, object_ = ends
    rows = tables.execute(
        """SELECT predicate, abstract, claim FROM said
        WHERE skey = ? AND stype = ? AND okey = ? AND otype = ? ORDER BY predicate""",
        (subject[1], subject[0], object_[1], object_[0]),
    ).fetchall()
    query = "SELECT 1 FROM broader WHERE ctype = ? AND ckey = ? AND ptype = ? AND pkey = ?"
    broader = tables.execute(query, (*subject, *object_)).fetchone() is not None
    ends_of = Entity(*subject, subject[1]), Entity(*object_, object_[1])
    for predicate in sorted({row[0] for row in rows}):
        if predicate != "broader" or broader:
            claims = [found[own].claims[rank] for name, own, rank in rows if name == predicate]
            yield (
                relate.statement(ends_of[0], predicate, ends_of[1], claims),
                _named_by(claims, ends_of),
            )
    if not broader and _by_name(tables, ends):
        mention = _mention(tables, subject, found)
        yield (
            Statement(ends_of[0], "broader", ends_of[1], HEADED, (mention,)),
            {mention: ends_of[0]},
        )


def _named_by(claims: Iterable[Claim], ends: tuple[Entity, Entity]) -> dict[Mention, Entity]:
    named = {}
    for claim in claims:
        named[claim.object] = ends[1]
        if claim.subject is not None:
            named[claim.subject] = ends[0]
    return named


def _by_name(tables: sqlite3.Connection, ends: Ends) -> bool:
    (type, key), (other, target) = ends
    query = "SELECT 1 FROM headed WHERE type = ? AND key = ? AND target = ? AND NOT cut"
    return type == other and tables.execute(query, (type, key, target)).fetchone() is not None


def _mention(tables: sqlite3.Connection, pair: Pair, found: Extractions) -> Mention:
    """Return one mention of an entity: the first in the abstract with the lowest id."""
    (abstract,) = tables.execute(
        """SELECT abstract.id FROM naming JOIN abstract ON abstract.id = abstract
        WHERE ekey = ? AND etype = ? ORDER BY sha LIMIT 1""",
        (pair[1], pair[0]),
    ).fetchone()
    named = of_abstract(tables, abstract)
    mentions = found[abstract].mentions
    return next(mention for mention in mentions if _named(named, mention) == pair)


def all_ends(tables: sqlite3.Connection) -> Iterator[Ends]:
    """Yield the ends of all claims, each once, those of one abstract near each other."""
    rows = tables.execute(
        """SELECT stype, skey, otype, okey, MIN(abstract) FROM said
        GROUP BY skey, stype, okey, otype ORDER BY 5"""
    ).fetchall()
    yield from dict.fromkeys(
        [((stype, skey), (otype, okey)) for stype, skey, otype, okey, _ in rows]
        + [
            ((type, key), (type, target))
            for type, key, target in tables.execute("SELECT type, key, target FROM headed")
        ]
    )
