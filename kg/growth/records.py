"""Records in and out of the tables, and the abstracts that they bring or take with them."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.graph import printable
from kg.growth import tables as t
from kg.growth.tables import Cache
from kg.model import Extraction, Paper
from kg.resolve.abbreviations import introduced, short_form
from kg.resolve.names import key


@dataclass(slots=True)
class Changes:
    """What came and what went, by the numbers of the rows."""

    new: set[int] = field(default_factory=set)
    #: Bodies that have no record left; their rows are still there.
    gone: set[int] = field(default_factory=set)
    #: Bodies that stay and have other records than before.
    touched: set[int] = field(default_factory=set)
    #: Entities, by type and key, whose links to other graphs are not as before.
    linked: set[tuple[str, str]] = field(default_factory=set)


def put(tables: sqlite3.Connection, papers: Iterable[Paper], changes: Changes) -> int:
    """Add records and return how many of them were not there yet."""
    added = 0
    for paper in papers:
        body = t.body_of(paper)
        digest = t.digest(body)
        found = tables.execute("SELECT id FROM body WHERE digest = ?", (digest,)).fetchone()
        own = found[0] if found else _new(tables, paper, digest, body)
        row = (own, printable(paper.source.file), t.source_of(paper.source))
        count = tables.execute("INSERT OR IGNORE INTO record VALUES (?, ?, ?)", row).rowcount
        if not count:
            continue
        added += 1
        if found is None:
            changes.new.add(own)
        elif own not in changes.new:
            changes.gone.discard(own)
            changes.touched.add(own)
    return added


def _new(tables: sqlite3.Connection, paper: Paper, digest: str, body: str) -> int:
    abstract = None
    if paper.abstract is not None:
        text = json.dumps(paper.abstract)
        sha = paper.abstract_id
        tables.execute("INSERT OR IGNORE INTO abstract (sha, text) VALUES (?, ?)", (sha, text))
        abstract = tables.execute("SELECT id FROM abstract WHERE sha = ?", (sha,)).fetchone()[0]
    venue = None if paper.venue is None else printable(paper.venue)
    row = (digest, printable(paper.id), body, abstract, venue)
    made = tables.execute(
        "INSERT INTO body (digest, name, paper, abstract, venue) VALUES (?, ?, ?, ?, ?)", row
    )
    return int(made.lastrowid or 0)


def take(tables: sqlite3.Connection, records: Iterable[tuple[int, str]], changes: Changes) -> int:
    """Take records away, each a body and a source as written; return how many there were."""
    taken = 0
    for own, source in records:
        taken += tables.execute(
            "DELETE FROM record WHERE body = ? AND source = ?", (own, source)
        ).rowcount
        left = tables.execute("SELECT 1 FROM record WHERE body = ? LIMIT 1", (own,)).fetchone()
        if left:
            changes.touched.add(own)
        elif own in changes.new:
            changes.new.discard(own)
            tables.execute("DELETE FROM body WHERE id = ?", (own,))
        else:
            changes.touched.discard(own)
            changes.gone.add(own)
    return taken


def find(tables: sqlite3.Connection, paper: Paper) -> tuple[int, str] | None:
    """Return a record as it stands in the tables: its body and its source as written."""
    digest = t.digest(t.body_of(paper))
    row = tables.execute("SELECT id FROM body WHERE digest = ?", (digest,)).fetchone()
    return None if row is None else (row[0], t.source_of(paper.source))


def unread(tables: sqlite3.Connection) -> list[tuple[int, str]]:
    """Return the abstracts that nothing was extracted from yet: number and text, by their id."""
    rows = tables.execute("SELECT id, text FROM abstract WHERE extraction IS NULL ORDER BY sha")
    return [(own, json.loads(text)) for own, text in rows]


def learn(
    tables: sqlite3.Connection, found: Iterable[tuple[int, Extraction]], least: float
) -> set[int]:
    """Keep what was extracted from abstracts; return their numbers."""
    done = set()
    for own, extraction in found:
        written = t.to_json(extraction)
        tables.execute("UPDATE abstract SET extraction = ? WHERE id = ?", (written, own))
        text = tables.execute("SELECT text FROM abstract WHERE id = ?", (own,)).fetchone()[0]
        _names(tables, own, json.loads(text), extraction.surer(least))
        done.add(own)
    return done


def _names(tables: sqlite3.Connection, own: int, abstract: str, found: Extraction) -> None:
    """Keep the names of one abstract, and the abbreviations that it introduces."""
    pairs = long_forms(abstract, found)
    tables.executemany(
        "INSERT INTO pair VALUES (?, ?, ?)", [(own, short, long) for short, long in pairs.items()]
    )
    proposed: dict[tuple[str, str], float] = defaultdict(float)
    for claim in found.claims:
        if claim.subject is None and claim.predicate in ("proposes", "introduces"):
            place = (surface(claim.object.quote.text), claim.object.type)
            proposed[place] = max(proposed[place], claim.confidence)
    times: Counter[tuple[str, str]] = Counter()
    weight: Counter[tuple[str, str]] = Counter()
    for mention in found.mentions:
        place = (surface(mention.quote.text), mention.type)
        times[place] += 1
        weight[place] += round(100 * mention.confidence)
    rows = []
    for (text, type), count in times.items():
        name = key(text)
        if name:
            short = short_form(text) if _abbreviates(text) else None
            long = pairs.get(short or "")
            sure = 0 if long else round(100 * proposed[text, type])
            row = (
                own,
                text,
                type,
                count,
                weight[text, type],
                sure,
                name,
                short,
                long,
            )
            rows.append(row)
    tables.executemany(
        "INSERT INTO naming (abstract, surface, type, times, weight, proposed, key, short, long)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


#: Characters and words of a name that may be short for another, at most.
LONGEST, WORDS = 10, 2


def _abbreviates(text: str) -> bool:
    """Tell a name that may be short for another: a short one with a capital."""
    return (
        2 <= len(text) <= LONGEST
        and len(text.split()) <= WORDS
        and any(sign.isupper() for sign in text)
    )


def surface(text: str) -> str:
    """Return a name as it is counted: with single spaces."""
    return printable(" ".join(text.split()))


def long_forms(abstract: str, found: Extraction) -> dict[str, str]:
    """Return the abbreviations that an abstract introduces, with the keys of their long forms.

    Where the initials bear out a longer form than was found, it is taken.
    """
    told = introduced(abstract)
    pairs = {
        short: told.get(short) or key(long)
        for short, long in ((short_form(short), long) for short, long in found.abbreviations)
    }
    return {
        printable(short): printable(long)
        for short, long in pairs.items()
        if short and long and key(short) != long
    }


#: What was found in abstracts, by their numbers.
Extractions = Cache[int, Extraction]


def extractions(tables: sqlite3.Connection, least: float) -> Extractions:
    """Return what was found in abstracts, of those below a confidence nothing."""

    def read(number: int) -> Extraction:
        query = "SELECT sha, text, extraction FROM abstract WHERE id = ?"
        sha, text, written = tables.execute(query, (number,)).fetchone()
        found = t.from_json(written, sha, json.loads(text))
        return found.surer(least) if least else found

    return Cache(read)


def forget(tables: sqlite3.Connection, gone: Iterable[int]) -> set[int]:
    """Delete bodies without records; return the abstracts that went with them."""
    lost = set()
    for own in gone:
        (abstract,) = tables.execute("SELECT abstract FROM body WHERE id = ?", (own,)).fetchone()
        tables.execute("DELETE FROM body WHERE id = ?", (own,))
        left = tables.execute("SELECT 1 FROM body WHERE abstract = ? LIMIT 1", (abstract,))
        if abstract is not None and left.fetchone() is None:
            lost.add(abstract)
    return lost
