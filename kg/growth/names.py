"""Changed abstracts in, entities decided again: what their names mean, and what type they have."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import networkx

from kg.growth.decisions import Decision
from kg.growth.tables import Track, column, wanted
from kg.model import Entity, Merge
from kg.resolve import entities
from kg.resolve.abbreviations import expand
from kg.resolve.entities import targets
from kg.resolve.names import key

#: Probability that a short form means something in an abstract, from which it is taken for it.
SURE = 0.9
#: Confidence in hundredths from which a paper counts as proposing what it names.
PROPOSED = 65
#: Probability that a name means what it folds to.
FOLDED = 0.9
#: A name in the tables: abstract, surface, type.
Place = tuple[int, str, str]
#: Type and key of an entity.
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Rulings:
    """What the user decided of names."""

    #: Keys of names that mean nothing but themselves.
    detached: frozenset[str]
    #: Spellings that mean nothing but themselves.
    apart: frozenset[str]
    #: Keys that are one entity.
    joined: tuple[tuple[str, str], ...]


def rulings(ruled: Iterable[Decision]) -> Rulings:
    """Read the decisions on names.

    Of two names that are not to be one, the short form is parted from the long one, else the
    longer name from the shorter; of two spellings of one key, the second.
    """
    detached, apart, joined = set(), set(), set()
    for decision in ruled:
        if decision.kind != "entity":
            continue
        one, other = decision.one, decision.other
        if decision.same:
            joined.add((key(one), key(other)))
        elif key(one) == key(other):
            apart.add(other)
        else:
            ends = sorted((one, other), key=lambda name: (_short(name), len(key(name)), name))
            detached.add(key(ends[-1]))
    return Rulings(frozenset(detached), frozenset(apart), tuple(sorted(joined)))


def _short(name: str) -> bool:
    """Tell a name that is written like an abbreviation: one word with two capitals or more."""
    return " " not in name and sum(sign.isupper() for sign in name) > 1


def settle(
    tables: sqlite3.Connection,
    new: Collection[int],
    gone: Collection[int],
    beside: Collection[int],
    ruled: Rulings,
    before: Rulings,
    track: Track,
) -> tuple[set[Pair], set[int]]:
    """Decide the names of changed abstracts, and all that hangs on them.

    ``beside`` are abstracts whose papers have other authors than before. Returns the changed
    entities, and the abstracts with a name that means another entity than before. The rows of the
    abstracts that are gone are deleted.
    """
    owns, changed = _lost(tables, gone)
    owns |= _mean(tables, new, gone, ruled, before)
    owns |= _join(tables, ruled)
    name = wanted(tables, "beside", beside)
    query = f"SELECT own FROM naming JOIN {name} ON abstract = value WHERE proposed >= ?"
    owns |= set(column(tables.execute(query, (PROPOSED,))))
    moved: set[int] = set()
    changed_keys = sorted(owns - {None})
    for own in track(changed_keys, "resolving names", len(changed_keys)):
        pairs, abstracts = _assign(tables, own)
        changed |= pairs
        moved |= abstracts
    return changed, moved


def _lost(tables: sqlite3.Connection, gone: Collection[int]) -> tuple[set[str], set[Pair]]:
    """Return the keys and the entities that abstracts name which are gone."""
    name = wanted(tables, "gone", gone)
    rows = tables.execute(
        f"SELECT own, etype, ekey FROM naming JOIN {name} ON abstract = value"
    ).fetchall()
    return {own for own, *_ in rows}, {(type, own) for _, type, own in rows}


def _mean(
    tables: sqlite3.Connection,
    new: Collection[int],
    gone: Collection[int],
    ruled: Rulings,
    before: Rulings,
) -> set[str]:
    """Decide what names are short for and what they fold to; return the keys that changed."""
    meant = _meant(tables, new, gone, ruled, before)
    rows = {place: _row(tables, place) for place in meant}
    name = wanted(tables, "gone", gone)
    lost = set(
        tables.execute(f"SELECT DISTINCT meant, type FROM naming JOIN {name} ON abstract = value")
    )
    touched = lost | {(own, place[2]) for place, (own, _) in meant.items()}
    touched |= {(row[0], place[2]) for place, row in rows.items() if row[0] is not None}
    was = {pair: _count(tables, pair) for pair in touched}
    for table in ("naming", "pair"):
        tables.execute(f"DELETE FROM {table} WHERE abstract IN (SELECT value FROM {name})")
    tables.executemany(
        "UPDATE naming SET meant = ?, score = ?, folded = NULL"
        " WHERE abstract = ? AND surface = ? AND type = ?",
        [(own, score, *place) for place, (own, score) in meant.items()],
    )
    for own, type in sorted(pair for pair in touched if not was[pair]):
        rows_ = [(target, own, type) for target in targets(own, type)]
        tables.executemany("INSERT OR IGNORE INTO fold VALUES (?, ?, ?)", rows_)
    changed = {pair for pair in touched if _count(tables, pair) != was[pair]}
    owns = {own for _, own in rows.values() if own is not None}
    for pair in sorted(_dependent(tables, touched, changed)):
        owns |= _fold(tables, pair, ruled)
    return owns


def _row(tables: sqlite3.Connection, place: Place) -> tuple[str | None, str | None]:
    """Return what a name was taken to mean, and its key."""
    query = "SELECT meant, own FROM naming WHERE abstract = ? AND surface = ? AND type = ?"
    row: tuple[str | None, str | None] = tables.execute(query, place).fetchone()
    return row


def _count(tables: sqlite3.Connection, pair: tuple[str, str]) -> int:
    """Count how often abstracts name a key as a thing of a type."""
    query = "SELECT COUNT(*) FROM naming WHERE meant = ? AND type = ?"
    return int(tables.execute(query, pair).fetchone()[0])


def _meant(
    tables: sqlite3.Connection,
    new: Collection[int],
    gone: Collection[int],
    ruled: Rulings,
    before: Rulings,
) -> dict[Place, tuple[str, float | None]]:
    """Return what names mean now, of new abstracts, and of others where it is not as before."""
    name = wanted(tables, "changed", {*new, *gone})
    shorts = set(column(tables.execute(f"SELECT short FROM pair JOIN {name} ON abstract = value")))
    shorts |= set(
        column(tables.execute(f"SELECT short FROM naming JOIN {name} ON abstract = value"))
    ) - {None}
    found: dict[Place, tuple[str, float | None]] = {}
    name = wanted(tables, "new", new)
    for abstract, surface, type, own, long in tables.execute(
        f"SELECT abstract, surface, type, key, long FROM naming JOIN {name} ON abstract = value"
    ).fetchall():
        found[abstract, surface, type] = (long or own, None)
    for short in sorted(shorts):
        found |= _of_short(tables, short, new, gone)
    parted = (ruled.detached ^ before.detached) | {key(one) for one in ruled.apart ^ before.apart}
    for own in sorted(parted):
        rows = tables.execute(
            "SELECT abstract, surface, type, key, long, short FROM naming WHERE key = ?", (own,)
        ).fetchall()
        for abstract, surface, type, own_, long, short in rows:
            found.setdefault((abstract, surface, type), (long or own_, None))
            if short is not None and abstract not in gone:
                found |= _of_short(tables, short, {abstract, *new}, gone)
    for place in list(found):
        abstract, surface, _ = place
        if abstract in gone:
            del found[place]
        elif surface in ruled.apart:
            found[place] = (f"{key(surface)} ({surface})", None)
        elif key(surface) in ruled.detached:
            found[place] = (key(surface), None)
    return found


def _of_short(
    tables: sqlite3.Connection, short: str, new: Collection[int], gone: Collection[int]
) -> dict[Place, tuple[str, float | None]]:
    """Return what a short form means in the abstracts that do not introduce it.

    Those where it is open are decided one by one; else only new abstracts are given, unless the
    meaning has changed.
    """
    pairs = [
        (abstract, long)
        for abstract, long in tables.execute(
            "SELECT abstract, long FROM pair WHERE short = ?", (short,)
        )
        if abstract not in gone
    ]
    rows = [
        row
        for row in tables.execute(
            "SELECT abstract, surface, type, key, meant, score FROM naming"
            " WHERE short = ? AND long IS NULL",
            (short,),
        ).fetchall()
        if row[0] not in gone
    ]
    named = {abstract for abstract, *_ in rows} | {abstract for abstract, _ in pairs}
    found = entities.meaning(short, Counter(long for _, long in pairs), len(named))
    tables.execute("DELETE FROM meaning WHERE short = ?", (short,))
    tables.execute(
        "INSERT INTO meaning VALUES (?, ?, ?, ?)",
        (short, found.long, found.score, json.dumps([found.evidence, found.rivals])),
    )
    if found.long is not None or not found.rivals:
        means: dict[int, tuple[str | None, float | None]]
        means = {row[0]: (found.long, None) for row in rows}
    else:
        abstracts = {row[0] for row in rows}
        means = dict(_one_by_one(tables, short, pairs, abstracts, found.rivals))
    changed = {}
    for abstract, surface, type, own, meant, sure in rows:
        long, score = means.get(abstract) or (None, None)
        if abstract in new or (meant, sure) != (long or own, score):
            changed[abstract, surface, type] = (long or own, score)
    return changed


def _one_by_one(
    tables: sqlite3.Connection,
    short: str,
    pairs: Iterable[tuple[int, str]],
    abstracts: Collection[int],
    rivals: Iterable[str],
) -> dict[int, tuple[str, float]]:
    """Decide an open short form in each abstract: by its other names, then by its words."""
    introduced = dict(pairs)
    company: dict[str, Counter[str]] = {long: Counter() for long in rivals}
    names = _names_of(tables, {*introduced, *abstracts})
    for abstract, long in introduced.items():
        company.setdefault(long, Counter()).update(names[abstract])
    own = {key(short)}
    for counted in company.values():
        for name in own:
            counted.pop(name, None)
    found = {}
    for abstract in abstracts:
        decided = entities.by_company(names[abstract] - own, company)
        if decided is None:
            likely = expand(short, _text(tables, abstract))
            best = min(likely.items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0.0))
            decided = (best[0], round(best[1], 2)) if best[1] >= SURE else None
        if decided is not None:
            found[abstract] = decided
    return found


def _names_of(tables: sqlite3.Connection, abstracts: Iterable[int]) -> dict[int, set[str]]:
    """Return the keys that abstracts name, each as it is written."""
    name = wanted(tables, "company", abstracts)
    found: dict[int, set[str]] = defaultdict(set)
    for abstract, own in tables.execute(
        f"SELECT abstract, key FROM naming JOIN {name} ON abstract = value"
    ):
        found[abstract].add(own)
    return found


def _text(tables: sqlite3.Connection, abstract: int) -> str:
    (text,) = tables.execute("SELECT text FROM abstract WHERE id = ?", (abstract,)).fetchone()
    return str(json.loads(text))


def _dependent(
    tables: sqlite3.Connection, touched: set[tuple[str, str]], changed: Iterable[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Return the names whose folding may have changed: touched ones, and what folds to such."""
    found = set(touched)
    edge = set(changed)
    while edge:
        near = {
            (own, type)
            for target, type in edge
            for (own,) in tables.execute(
                "SELECT key FROM fold WHERE target = ? AND type = ?", (target, type)
            )
        }
        edge = near - found
        found |= near
    return found


def _fold(tables: sqlite3.Connection, pair: tuple[str, str], ruled: Rulings) -> set[str]:
    """Fold what a name means to what there is of it; return the keys that changed."""
    meant, type = pair
    own = meant
    seen = {own}
    while own not in ruled.detached and (onward := _onward(tables, own, type, seen)):
        own = onward
        seen.add(own)
    rows = tables.execute(
        "SELECT DISTINCT own FROM naming WHERE meant = ? AND type = ? AND folded IS NOT ?",
        (meant, type, own),
    ).fetchall()
    if not rows:
        return set()
    tables.execute(
        "UPDATE naming SET folded = ?, own = ? WHERE meant = ? AND type = ? AND folded IS NOT ?",
        (own, own, meant, type, own),
    )
    return {own, *column(rows)}


def _onward(tables: sqlite3.Connection, own: str, type: str, seen: Collection[str]) -> str | None:
    """Return the best of what a key folds to that is there, but for what was seen on the way."""
    times = _count(tables, (own, type))
    for one in targets(own, type):
        there = 0 if one in seen else _count(tables, (one, type))
        if there and entities.folds_to(own, one, times, there):
            return one
    return None


def _join(tables: sqlite3.Connection, ruled: Rulings) -> set[str]:
    """Give keys that the user declared one the first of them; return the keys that changed."""
    graph = networkx.Graph()
    for one, other in ruled.joined:
        ends = [
            column(tables.execute("SELECT DISTINCT folded FROM naming WHERE key = ?", (end,)))
            for end in (one, other)
        ]
        if all(ends):
            graph.add_edges_from((ends[0][0], end) for some in ends for end in some)
            # Whatever a name is short for in one abstract or another, all of it is joined.
    into = {own: min(group) for group in networkx.connected_components(graph) for own in group}
    old = column(tables.execute("SELECT DISTINCT folded FROM naming WHERE own <> folded"))
    owns = set()
    for folded in sorted({*into, *old}):
        own = into.get(folded, folded)
        rows = tables.execute(
            "SELECT DISTINCT own FROM naming WHERE folded = ? AND own IS NOT ?", (folded, own)
        ).fetchall()
        if rows:
            owns |= {own, *column(rows)}
            tables.execute("UPDATE naming SET own = ? WHERE folded = ?", (own, folded))
    return owns


def _assign(tables: sqlite3.Connection, own: str) -> tuple[set[Pair], set[int]]:
    """Decide the types and senses of a key; return its entities and the abstracts that moved."""
    rows = tables.execute(
        """SELECT type, etype, ekey, SUM(weight), COUNT(*), SUM(proposed >= ?) FROM naming
        WHERE own = ? GROUP BY type, etype, ekey""",
        (PROPOSED, own),
    ).fetchall()
    changed: set[Pair] = {(etype, ekey) for _, etype, ekey, *_ in rows if ekey is not None}
    if not rows:
        return changed, set()
    weights: Counter[str] = Counter()
    for type, _, _, weight, *_ in rows:
        weights[type] += weight
    became = entities.types(weights)
    moved: set[int] = set()
    for etype in sorted(set(became.values())):
        kinds = tuple(type for type, into in became.items() if into == etype)
        mine = [row for row in rows if row[0] in kinds]
        apart: dict[int, str] = {}
        if entities.may_be_several(sum(row[5] for row in mine), sum(row[4] for row in mine)):
            apart = _senses(tables, own, kinds)
        if apart or any(row[1:3] != (etype, own) for row in mine):
            moved |= _set(tables, own, kinds, etype, apart)
        changed |= {(etype, own), *((etype, ekey) for ekey in apart.values())}
    return changed, moved


def _set(
    tables: sqlite3.Connection,
    own: str,
    kinds: tuple[str, ...],
    etype: str,
    apart: Mapping[int, str],
) -> set[int]:
    """Give the names of a key their entity, in some abstracts another; return where it is new."""
    marks = ", ".join("?" * len(kinds))
    rows = tables.execute(
        "SELECT abstract, surface, type, etype, ekey FROM naming"
        f" WHERE own = ? AND type IN ({marks})",
        (own, *kinds),
    ).fetchall()
    new = [
        (etype, apart.get(abstract, own), abstract, surface, type)
        for abstract, surface, type, *old in rows
        if old != [etype, apart.get(abstract, own)]
    ]
    tables.executemany(
        "UPDATE naming SET etype = ?, ekey = ? WHERE abstract = ? AND surface = ? AND type = ?", new
    )
    return {abstract for _, _, abstract, *_ in new}


def _senses(tables: sqlite3.Connection, own: str, kinds: tuple[str, ...]) -> dict[int, str]:
    """Return the keys of a name's senses by abstract, where papers propose several by it."""
    marks = ", ".join("?" * len(kinds))
    named = tables.execute(
        f"""SELECT DISTINCT naming.abstract, work.id, surface, proposed >= ? FROM naming
        JOIN body ON body.abstract = naming.abstract JOIN work ON work.first = body.work
        WHERE own = ? AND type IN ({marks})""",
        (PROPOSED, own, *kinds),
    ).fetchall()
    works = sorted({work for _, work, _, proposes in named if proposes})
    people = {work: _people(tables, work) for work in {row[1] for row in named}}
    groups = entities.senses(
        {surface for _, _, surface, _ in named},
        [people[work] for work in works],
        len(people),
    )
    if len(groups) < 2:
        return {}
    found: dict[int, str] = {}
    for group in groups:
        mine = {works[rank] for rank in group}
        ours = frozenset[str]().union(*(people[work] for work in mine))
        ekey = f"{own} ({min(mine).removeprefix('paper/').replace('/', ' ')})"
        for abstract, work, *_ in sorted(named):
            if work in mine or people[work] & ours:
                found.setdefault(abstract, ekey)
    return found


def _people(tables: sqlite3.Connection, work: str) -> frozenset[str]:
    rows = tables.execute("SELECT person FROM signature WHERE work = ?", (work,))
    return frozenset(column(rows))


def entity(tables: sqlite3.Connection, type: str, own: str) -> Entity | None:
    """Return an entity by its type and key, if anything names it."""
    rows = tables.execute(
        "SELECT surface, SUM(times), MIN(own) FROM naming WHERE ekey = ? AND etype = ?"
        " GROUP BY surface",
        (own, type),
    ).fetchall()
    if not rows:
        return None
    seen = {surface: times for surface, times, _ in rows}
    return entities.entity(type, own, seen, name_key=min(row[2] for row in rows))


def of_abstract(tables: sqlite3.Connection, abstract: int) -> dict[tuple[str, str], Entity]:
    """Return the entities of an abstract by surface and type; their keys alone are filled."""
    rows = tables.execute(
        "SELECT surface, type, etype, ekey FROM naming WHERE abstract = ?", (abstract,)
    )
    return {(surface, type): Entity(etype, ekey, ekey) for surface, type, etype, ekey in rows}


def ledger(tables: sqlite3.Connection) -> Iterator[Merge]:
    """Yield what was taken for one name, and the short forms that stay open."""
    rows = tables.execute(
        """SELECT DISTINCT ekey, etype, surface, type, key, naming.long, meant, folded, own,
          COALESCE(naming.score, meaning.score, 1.0)
        FROM naming LEFT JOIN meaning ON meaning.short = naming.short ORDER BY ekey, etype"""
    )
    for (ekey, etype), group in groupby(rows, key=itemgetter(0, 1)):
        names = list(group)
        several = len({name[2] for name in names}) > 1
        into = f"{etype} {ekey}"
        for _, _, surface, type, own, long, meant, folded, joined, score in names:
            if several and surface != ekey:
                yield Merge("entity", surface, into, *_why(own, long, meant, folded, joined, score))
            if type != etype:
                yield Merge("entity", f"{type} {surface}", into, "type by vote", 0.67)
    for short, score, evidence in tables.execute(
        """SELECT DISTINCT meaning.short, meaning.score, evidence FROM meaning
        JOIN naming ON naming.short = meaning.short AND naming.meant = naming.key
        WHERE meaning.long IS NULL AND meaning.score >= 0.3"""
    ):
        told, rivals = json.loads(evidence)
        if rivals:
            yield Merge("entity", short, rivals[0], "abbreviation", score, told, merged=False)


def _why(
    own: str, long: str | None, meant: str, folded: str, joined: str, score: float
) -> tuple[str, float, str]:
    """Return the rule that gave a name its entity, how sure it is, and what it saw."""
    if joined != folded:
        return "declared the same", 1.0, "a decision of the user"
    if folded != meant:
        return "same name in other words", FOLDED, f"{meant} is {folded}"
    if long is not None:
        return "abbreviation in its abstract", 1.0, f"introduced as {long}"
    if meant != own:
        return "abbreviation", score, f"{own} is {meant}"
    return "spelling", 1.0, f"both are {own}"
