"""What a graph is made from, in tables: records, what was found in their abstracts, who is who.

One SQLite file beside the quads. The columns above the line "decided" in the schema are what was
read and found; those below are what resolution made of it, a pure function of the former. So rows
may come and go in any order: only what they touch is decided again, and the outcome is the same.
Numbers of rows depend on their order of arrival, and so decide nothing.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, fields
from hashlib import blake2b, sha256
from itertools import islice
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from kg.model import Claim, Extraction, Mention, Paper, Quote, Source

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")

#: Name of the file in a store.
FILE = "papers.sqlite"

SCHEMA = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT);

CREATE TABLE abstract (
  id INTEGER PRIMARY KEY, sha TEXT UNIQUE, text TEXT, extraction TEXT);

-- What a record says, whatever file says it.
CREATE TABLE body (
  id INTEGER PRIMARY KEY, digest TEXT UNIQUE, name TEXT, paper TEXT, abstract INTEGER,
  venue TEXT,
  -- decided: the first digest among the records of its work
  work TEXT);
CREATE INDEX body_abstract ON body (abstract);
CREATE INDEX body_work ON body (work);
CREATE INDEX body_venue ON body (venue);
CREATE INDEX body_name ON body (name);
CREATE TABLE record (body INTEGER, file TEXT, source TEXT, PRIMARY KEY (body, source))
  WITHOUT ROWID;
CREATE INDEX record_file ON record (file);
CREATE TABLE block (value INTEGER, body INTEGER, PRIMARY KEY (value, body)) WITHOUT ROWID;
CREATE INDEX block_body ON block (body);

-- decided
CREATE TABLE link (
  a INTEGER, b INTEGER, same INTEGER, score REAL, rule TEXT, evidence TEXT, PRIMARY KEY (a, b))
  WITHOUT ROWID;
CREATE INDEX link_b ON link (b);
CREATE TABLE work (first TEXT PRIMARY KEY, stem TEXT, id TEXT, byline TEXT);
CREATE INDEX work_stem ON work (stem);
CREATE INDEX work_id ON work (id);
CREATE TABLE signature (
  work TEXT, position INTEGER, block TEXT, person TEXT, PRIMARY KEY (work, position))
  WITHOUT ROWID;
CREATE INDEX signature_block ON signature (block);
CREATE INDEX signature_person ON signature (person);
-- A person by the first signature.
CREATE TABLE person (
  first TEXT PRIMARY KEY, block TEXT, stem TEXT, key TEXT, name TEXT, names TEXT, orcid TEXT);
CREATE INDEX person_block ON person (block);
CREATE INDEX person_stem ON person (stem);
CREATE INDEX person_key ON person (key);
CREATE TABLE place (text TEXT PRIMARY KEY, key TEXT);
CREATE TABLE venue (key TEXT PRIMARY KEY, entity TEXT, host TEXT);

-- A name in an abstract: how often it stands there, how sure that is in hundredths, all together,
-- and how sure that the paper proposes it, 0 where the abstract writes the name out.
CREATE TABLE naming (
  abstract INTEGER, surface TEXT, type TEXT, times INTEGER, weight INTEGER, proposed INTEGER,
  key TEXT, short TEXT, long TEXT,
  -- decided: the key of what it is short for, of what that folds to, and the entity
  meant TEXT, score REAL, folded TEXT, own TEXT, etype TEXT, ekey TEXT,
  PRIMARY KEY (abstract, surface, type)) WITHOUT ROWID;
CREATE INDEX naming_short ON naming (short) WHERE short IS NOT NULL;
CREATE INDEX naming_key ON naming (key);
CREATE INDEX naming_meant ON naming (meant, type);
CREATE INDEX naming_own ON naming (own, type, etype, ekey, weight, proposed);
CREATE INDEX naming_joined ON naming (folded) WHERE own <> folded;
CREATE INDEX naming_folded ON naming (folded);
CREATE INDEX naming_entity ON naming (ekey, etype);
CREATE TABLE pair (abstract INTEGER, short TEXT, long TEXT, PRIMARY KEY (abstract, short))
  WITHOUT ROWID;
CREATE INDEX pair_short ON pair (short);

-- decided
CREATE TABLE meaning (short TEXT PRIMARY KEY, long TEXT, score REAL, evidence TEXT);
CREATE TABLE fold (target TEXT, key TEXT, type TEXT, PRIMARY KEY (target, key, type))
  WITHOUT ROWID;
CREATE TABLE entity (type TEXT, key TEXT, PRIMARY KEY (type, key)) WITHOUT ROWID;
CREATE TABLE head (target TEXT, key TEXT, PRIMARY KEY (target, key)) WITHOUT ROWID;
CREATE TABLE headed (
  type TEXT, key TEXT, target TEXT, cut INTEGER DEFAULT 0, PRIMARY KEY (type, key)) WITHOUT ROWID;
CREATE TABLE said (
  abstract INTEGER, claim INTEGER, predicate TEXT, confidence INTEGER,
  stype TEXT, skey TEXT, otype TEXT, okey TEXT, PRIMARY KEY (abstract, claim)) WITHOUT ROWID;
CREATE INDEX said_ends ON said (skey, okey);
CREATE INDEX said_broader ON said (predicate) WHERE predicate = 'broader';
CREATE TABLE broader (
  ctype TEXT, ckey TEXT, ptype TEXT, pkey TEXT, PRIMARY KEY (ckey, ctype, pkey, ptype))
  WITHOUT ROWID;
CREATE TABLE ledger (kind TEXT, owner TEXT, row TEXT);
CREATE INDEX ledger_owner ON ledger (kind, owner);
CREATE TABLE outward (type TEXT, key TEXT, row TEXT);
CREATE INDEX outward_key ON outward (key, type);
"""

#: Fields of a paper that are kept apart from its JSON.
_APART = ("source", "abstract")


def create(path: Path) -> sqlite3.Connection:
    """Make the tables in a new file."""
    tables = connect(path)
    tables.executescript(SCHEMA)
    return tables


def connect(path: Path) -> sqlite3.Connection:
    """Open the tables of a store that is being made.

    Nothing is safe from a crash in here, since a store that is not complete is thrown away.
    """
    tables = sqlite3.connect(path, isolation_level=None)
    tables.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;"
        "PRAGMA temp_store = MEMORY; BEGIN;"
    )
    return tables


def column(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Return the first column of rows."""
    return [row[0] for row in rows]


def wanted(tables: sqlite3.Connection, name: str, values: Iterable[object]) -> str:
    """Put values into a temporary table of one column ``value`` to join with; return its name."""
    tables.execute(f"DROP TABLE IF EXISTS temp.{name}")
    tables.execute(f"CREATE TEMP TABLE {name} (value PRIMARY KEY) WITHOUT ROWID")
    tables.executemany(
        f"INSERT OR IGNORE INTO temp.{name} VALUES (?)", ((value,) for value in values)
    )
    return f"temp.{name}"


class Track(Protocol):
    """Passes things through while it shows how far they are: things, what is done, how many."""

    def __call__(self, things: Iterable[T], task: str, total: int | None) -> Iterable[T]:
        """Yield the things; None is a number that nobody knows yet."""


def silent(things: Iterable[T], task: str, total: int | None) -> Iterable[T]:
    """Show nothing."""
    return things


class Cache(Generic[K, V]):
    """Keeps what was read last, so that neighbours read it once."""

    def __init__(self, read: Callable[[K], V], size: int = 4096) -> None:
        """Keep so many of the things that ``read`` gives."""
        self._read = read
        self._size = size
        self._known: dict[K, V] = {}

    def __getitem__(self, name: K) -> V:
        """Return a thing, read or remembered."""
        if name not in self._known:
            if len(self._known) >= self._size:
                del self._known[next(iter(self._known))]
            self._known[name] = self._read(name)
        return self._known[name]


def batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield things in lists of a size; the last one may be shorter."""
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some


def digest(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal digits."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def number(text: str) -> int:
    """Return a number of 63 bits for a text, the same everywhere."""
    drawn = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(drawn, "big") >> 1


def body_of(paper: Paper) -> str:
    """Write what a record says as JSON, whatever file says it; the abstract by its id."""
    said = {
        field.name: getattr(paper, field.name)
        for field in fields(paper)
        if field.name not in _APART
    }
    said["abstract"] = paper.abstract_id
    said["own"] = paper.source.id
    kept = {name: value for name, value in said.items() if value not in (None, (), False)}
    return json.dumps(kept, sort_keys=True)


def source_of(source: Source) -> str:
    """Write where a record stood as JSON."""
    return json.dumps(asdict(source), sort_keys=True)


def paper_of(body: str, text: str | None, source: str) -> Paper:
    """Read a paper back: its body, the text of its abstract as JSON, and its source."""
    said = json.loads(body)
    said.pop("own", None)
    said.pop("abstract", None)
    made: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in said.items()
    }
    abstract = None if text is None else json.loads(text)
    return Paper(source=place_of(source), abstract=abstract, **made)


def place_of(source: str) -> Source:
    """Read back where a record stood."""
    place = json.loads(source)
    place["lines"] = tuple(place["lines"])
    return Source(**place)


def to_json(found: Extraction) -> str:
    """Write an extraction as JSON; the words of its quotes stand in the abstract."""
    place = {mention: rank for rank, mention in enumerate(found.mentions)}
    return json.dumps(
        [
            [
                [m.quote.start, m.quote.end, m.type, m.confidence, m.by, *m.sentence]
                for m in found.mentions
            ],
            [
                [c.predicate, place[c.object], c.confidence, c.subject and place[c.subject]]
                for c in found.claims
            ],
            found.abbreviations,
        ]
    )


def from_json(written: str, abstract: str, text: str) -> Extraction:
    """Read an extraction of an abstract, given its id and its text, back."""
    mentions_, claims, pairs = json.loads(written)
    mentions = tuple(
        Mention(Quote(abstract, start, end, text[start:end]), type, sure, by, (first, last))
        for start, end, type, sure, by, first, last in mentions_
    )
    return Extraction(
        abstract,
        mentions,
        tuple(
            Claim(predicate, mentions[object_], sure, None if one is None else mentions[one])
            for predicate, object_, sure, one in claims
        ),
        tuple((short, long) for short, long in pairs),
    )


def papers(tables: sqlite3.Connection, bodies: Iterable[int]) -> Iterator[tuple[int, Paper]]:
    """Yield the records of bodies, by number; each in the order of its sources."""
    name = wanted(tables, "asked", bodies)
    query = f"""
        SELECT body.id, paper, text, source FROM {name} JOIN body ON body.id = value
        JOIN record ON record.body = body.id LEFT JOIN abstract ON abstract.id = body.abstract
        ORDER BY body.digest, source"""
    for own, body, text, source in tables.execute(query).fetchall():
        yield own, paper_of(body, text, source)
