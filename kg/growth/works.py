"""Changed records in, works decided again: who is held against whom, and which are one paper."""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import combinations, groupby
from operator import itemgetter

import networkx

from kg.growth import tables as t
from kg.growth.decisions import Decision
from kg.growth.records import Changes
from kg.growth.tables import Cache, Track, batches, column, wanted
from kg.model import Merge, Paper, Verdict, Work
from kg.resolve import works

#: Papers that are kept at hand while pairs of them are judged.
KNOWN = 50_000


def link(tables: sqlite3.Connection, changes: Changes, track: Track) -> set[int]:
    """Hold new records against those that share a block; return the bodies whose links changed.

    Links and blocks of the bodies that are gone are deleted.
    """
    gone = wanted(tables, "gone", changes.gone)
    moved = set(
        column(tables.execute(f"SELECT b FROM link JOIN {gone} ON a = value"))
        + column(tables.execute(f"SELECT a FROM link JOIN {gone} ON b = value"))
    )
    tables.execute(
        f"DELETE FROM link WHERE a IN (SELECT value FROM {gone}) OR b IN (SELECT value FROM {gone})"
    )
    lost = column(
        tables.execute(f"SELECT block.value FROM block JOIN {gone} ON body = {gone}.value")
    )
    tables.execute(f"DELETE FROM block WHERE body IN (SELECT value FROM {gone})")
    gained = [
        (t.number(value), own)
        for own, paper in papers(tables, changes.new)
        for value in works.blocks(paper)
    ]
    tables.executemany("INSERT OR IGNORE INTO block VALUES (?, ?)", gained)
    crossers = _crossers(tables, lost, set(gained))
    return (moved | _compare(tables, changes.new | crossers, track) | changes.new) - changes.gone


def _crossers(
    tables: sqlite3.Connection, lost: Iterable[int], gained: Iterable[tuple[int, int]]
) -> set[int]:
    """Return the bodies of blocks that became too large to hold anything, or small enough."""
    delta: dict[int, int] = defaultdict(int)
    for value, _ in gained:
        delta[value] += 1
    for value in lost:
        delta[value] -= 1
    name = wanted(tables, "changed", (value for value, change in delta.items() if change))
    sizes = tables.execute(
        f"SELECT value, COUNT(*) FROM {name} JOIN block USING (value) GROUP BY value"
        f" HAVING COUNT(*) > {works.LARGEST_GROUP // 2}"
    ).fetchall()
    crossed = [
        value
        for value, size in sizes
        if (size > works.LARGEST_GROUP) != (size - delta[value] > works.LARGEST_GROUP)
    ]
    name = wanted(tables, "crossed", crossed)
    return set(column(tables.execute(f"SELECT DISTINCT body FROM block JOIN {name} USING (value)")))


def _compare(tables: sqlite3.Connection, asked: set[int], track: Track) -> set[int]:
    """Judge bodies against all that share a block with them; return the bodies whose links changed.

    Verdicts that are worth no row of the ledger are not kept.
    """
    name = wanted(tables, "compared", asked)
    old = {
        (a, b): tuple(verdict)
        for end in ("a", "b")
        for a, b, *verdict in tables.execute(
            f"SELECT a, b, same, score, rule, evidence FROM link JOIN {name} ON {end} = value"
        )
    }
    known = Cache[int, Paper](lambda own: _first(tables, own), KNOWN)
    digests = Cache[int, str](lambda own: _digest(tables, own), 1 << 20)
    new = {}
    candidates = sorted(_candidates(tables, name, asked))
    for a, b in track(candidates, "comparing records", len(candidates)):
        one, other = (a, b) if digests[a] < digests[b] else (b, a)
        verdict = works.same_paper(known[one], known[other])
        if verdict.score >= works.LEAST_ROW:
            new[a, b] = (int(verdict.same), verdict.score, verdict.rule, verdict.evidence)
    changed = {pair for pair in {*old, *new} if old.get(pair) != new.get(pair)}
    tables.executemany("DELETE FROM link WHERE a = ? AND b = ?", changed & set(old))
    rows = [(*pair, *new[pair]) for pair in sorted(changed & set(new))]
    tables.executemany("INSERT INTO link VALUES (?, ?, ?, ?, ?, ?)", rows)
    return {end for pair in changed for end in pair}


def _candidates(tables: sqlite3.Connection, name: str, asked: set[int]) -> set[tuple[int, int]]:
    """Return the pairs of bodies, one of them asked for, that share a block not too large."""
    rows = tables.execute(
        f"""SELECT value, body FROM block WHERE value IN (
          SELECT block.value FROM {name} JOIN block ON body = {name}.value)
        ORDER BY value"""
    )
    found: set[tuple[int, int]] = set()
    for _, group in groupby(rows, key=itemgetter(0)):
        bodies = sorted(body for _, body in group)
        if 1 < len(bodies) <= works.LARGEST_GROUP:
            found.update(pair for pair in combinations(bodies, 2) if not asked.isdisjoint(pair))
    return found


def _first(tables: sqlite3.Connection, own: int) -> Paper:
    """Return a body as a paper of its first source."""
    query = """SELECT paper, text, source FROM body JOIN record ON record.body = body.id
        LEFT JOIN abstract ON abstract.id = body.abstract
        WHERE body.id = ? ORDER BY source LIMIT 1"""
    return t.paper_of(*tables.execute(query, (own,)).fetchone())


def _digest(tables: sqlite3.Connection, own: int) -> str:
    query = "SELECT digest FROM body WHERE id = ?"
    return str(tables.execute(query, (own,)).fetchone()[0])


def papers(tables: sqlite3.Connection, bodies: Iterable[int]) -> Iterator[tuple[int, Paper]]:
    """Yield each body as a paper of its first source."""
    last = None
    for own, paper in t.papers(tables, bodies):
        if own != last:
            yield own, paper
        last = own


def decided(
    tables: sqlite3.Connection, decisions: Iterable[Decision]
) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Return the pairs of bodies that the user declared one paper, and those declared two."""
    same: set[tuple[int, int]] = set()
    different: set[tuple[int, int]] = set()
    for decision in decisions:
        if decision.kind == "paper":
            one, other = (
                column(tables.execute("SELECT id FROM body WHERE name = ?", (name,)))
                for name in (decision.one, decision.other)
            )
            pairs = {(min(a, b), max(a, b)) for a in one for b in other if a != b}
            (same if decision.same else different).update(pairs)
    return same, different


def regroup(
    tables: sqlite3.Connection, moved: Iterable[int], gone: Iterable[int], ruled: Iterable[Decision]
) -> set[str]:
    """Decide the works of moved bodies and of all that hang on them; return the changed ids.

    These are the ids of works that are there no more, that are new, or whose records changed.
    """
    same, different = decided(tables, ruled)
    dead = wanted(tables, "dead", gone)
    old = set(column(tables.execute(f"SELECT work FROM body JOIN {dead} ON id = value"))) - {None}
    bodies = _closure(tables, moved, old, same) - set(gone)
    name = wanted(tables, "closed", bodies)
    old |= set(column(tables.execute(f"SELECT work FROM body JOIN {name} ON id = value"))) - {None}
    digests = dict(tables.execute(f"SELECT id, digest FROM body JOIN {name} ON id = value"))
    new: dict[str, list[int]] = {}
    for group in _groups(tables, name, digests, same, different):
        new[min(digests[own] for own in group)] = group
    tables.executemany(
        "UPDATE body SET work = ? WHERE id = ?",
        [(first, own) for first, group in new.items() for own in group],
    )
    return _settle(tables, old, new)


def _closure(
    tables: sqlite3.Connection,
    moved: Iterable[int],
    works_: Iterable[str],
    same: Collection[tuple[int, int]],
) -> set[int]:
    """Return all bodies whose work can change where those of ``moved`` and of works change."""
    beside = defaultdict(set)
    for a, b in same:
        beside[a].add(b)
        beside[b].add(a)
    name = wanted(tables, "firsts", works_)
    edge = set(moved)
    edge |= set(column(tables.execute(f"SELECT id FROM body JOIN {name} ON work = value")))
    found: set[int] = set()
    while edge:
        found |= edge
        name = wanted(tables, "edge", edge)
        near = column(tables.execute(f"SELECT b FROM link JOIN {name} ON a = value WHERE same"))
        near += column(tables.execute(f"SELECT a FROM link JOIN {name} ON b = value WHERE same"))
        near += column(
            tables.execute(
                f"""SELECT other.id FROM {name} JOIN body ON body.id = value
                JOIN body other ON other.work = body.work"""
            )
        )
        near += [other for own in edge for other in beside[own]]
        edge = set(near) - found
    return found


def _groups(
    tables: sqlite3.Connection,
    name: str,
    digests: dict[int, str],
    same: Collection[tuple[int, int]],
    different: Collection[tuple[int, int]],
) -> Iterator[list[int]]:
    """Yield the bodies of each work among those of a table."""
    graph = networkx.Graph()
    graph.add_nodes_from(digests)
    rows = tables.execute(
        f"SELECT a, b, same, score, rule, evidence FROM link JOIN {name} ON a = value"
    ).fetchall()
    # A condition on b as well would make SQLite try all pairs.
    verdicts = {(a, b): Verdict(bool(one), *rest) for a, b, one, *rest in rows if b in digests}
    graph.add_edges_from(pair for pair, verdict in verdicts.items() if verdict.same)
    graph.add_edges_from(pair for pair in same if pair[0] in digests and pair[1] in digests)
    beside: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for pair in verdicts:
        beside[pair[0]].append(pair)
    for component in networkx.connected_components(graph):
        if len(component) == 1:
            yield list(component)
            continue
        own = sorted(component, key=digests.__getitem__)
        place = {body: rank for rank, body in enumerate(own)}
        known = dict(papers(tables, own))
        held = {
            _pair(place[a], place[b]): verdicts[a, b]
            for body in own
            for a, b in beside[body]
            if b in place
        }
        yield from (
            [own[rank] for rank in group]
            for group in works.group(
                [known[body] for body in own],
                held,
                {_pair(place[a], place[b]) for a, b in same if a in place and b in place},
                {_pair(place[a], place[b]) for a, b in different if a in place and b in place},
            )
        )


def _pair(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def _settle(tables: sqlite3.Connection, old: Iterable[str], new: Iterable[str]) -> set[str]:
    """Name works anew by their first records; return the ids that are changed."""
    changed, stems = set(), set()
    name = wanted(tables, "firsts", old)
    for stem, own in tables.execute(f"SELECT stem, id FROM work JOIN {name} ON first = value"):
        stems.add(stem)
        changed.add(own)
    tables.execute(f"DELETE FROM work WHERE first IN (SELECT value FROM {name})")
    for some in batches(sorted(new), 5_000):
        rows = [(first, works.work(records).id) for first, records in records_of(tables, some)]
        tables.executemany("INSERT INTO work (first, stem) VALUES (?, ?)", rows)
        stems |= {stem for _, stem in rows}
    for stem in stems:
        rows = tables.execute("SELECT first, id FROM work WHERE stem = ?", (stem,)).fetchall()
        for first, own in rows:
            # Two works of one title are told apart by what their records say.
            named = stem if len(rows) == 1 else f"{stem}-{first[:8]}"
            if named != own:
                tables.execute("UPDATE work SET id = ? WHERE first = ?", (named, first))
                changed |= {named, own} - {None}
    name = wanted(tables, "firsts", new)
    return changed | set(
        column(tables.execute(f"SELECT id FROM work JOIN {name} ON first = value"))
    )


def records_of(
    tables: sqlite3.Connection, firsts: Iterable[str]
) -> Iterator[tuple[str, list[Paper]]]:
    """Yield the records of works, each named by its first record; sorted."""
    name = wanted(tables, "asked_works", firsts)
    rows = tables.execute(
        f"""SELECT work, paper, text, source FROM {name} JOIN body ON work = value
        JOIN record ON record.body = body.id LEFT JOIN abstract ON abstract.id = body.abstract
        ORDER BY work"""
    )
    last, found = None, []
    for first, *said in rows:
        if first != last and last is not None:
            yield last, found
            found = []
        last = first
        found.append(t.paper_of(*said))
    if last is not None:
        yield last, found


def work(tables: sqlite3.Connection, id: str) -> Work | None:
    """Return a work by its id as its records alone tell it, without authors and venues."""
    rows = tables.execute(
        """SELECT paper, text, source FROM work JOIN body ON body.work = work.first
        JOIN record ON record.body = body.id LEFT JOIN abstract ON abstract.id = body.abstract
        WHERE work.id = ?""",
        (id,),
    ).fetchall()
    return replace(works.work([t.paper_of(*row) for row in rows]), id=id) if rows else None


def records_with(tables: sqlite3.Connection, abstract: int) -> Iterator[tuple[str, Paper]]:
    """Yield the records that have an abstract, each with the id of its work."""
    rows = tables.execute(
        """SELECT work.id, paper, text, source FROM body JOIN work ON work.first = body.work
        JOIN record ON record.body = body.id JOIN abstract ON abstract.id = body.abstract
        WHERE body.abstract = ?""",
        (abstract,),
    ).fetchall()
    for id, *row in rows:
        yield id, t.paper_of(*row)


def ledger(tables: sqlite3.Connection) -> Iterator[Merge]:
    """Yield what was held against what, and how it ended."""
    rows = tables.execute(
        """SELECT a.name, (SELECT MIN(source) FROM record WHERE body = a.id), a.work,
          b.name, (SELECT MIN(source) FROM record WHERE body = b.id), b.work,
          score, rule, evidence
        FROM link JOIN body a ON a.id = link.a JOIN body b ON b.id = link.b
        """
    )
    for one, first, work_, other, second, rival, score, rule, evidence in rows:
        into, what = sorted((_record(one, first), _record(other, second)))
        merged = work_ == rival
        yield Merge("paper", what, into, rule, round(score, 2), evidence, merged)
    alike = tables.execute(
        """SELECT name, first, source FROM body JOIN record ON record.body = body.id
        JOIN (SELECT body, MIN(source) AS first FROM record GROUP BY body HAVING COUNT(*) > 1)
          AS several ON several.body = body.id
        WHERE source <> first"""
    )
    for name, first, source in alike:
        into, what = _record(name, first), _record(name, source)
        yield Merge("paper", what, into, "same record", 1.0, "word for word")


def _record(name: str, source: str) -> str:
    """Name a record for the ledger: its id and where it stood."""
    place = t.place_of(source)
    return f"{name} ({place.file}:{place.lines[0]}-{place.lines[1]})"
