"""Quads in, the rows of an index out: made from a whole store, or changed as its quads change.

One SQLite file: what there is (``thing``), all that it is called (``name``), and the words of its
names and texts (``words``, https://www.sqlite.org/fts5.html). The rows depend on the quads alone;
only their numbers depend on the way by which they came.
"""

import shutil
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.errors import KgError
from kg.search.things import ALSO, IDENTIFIERS, KINDS, SHOWN, called
from kg.terms import printable, term

#: Name of the file in the folder of a state.
FILE = "search.sqlite"
#: In place of a file: an index that writes none.
MEMORY = ":memory:"
#: Of the schema; a file of another one is not used.
VERSION = 1

#: What a node is, and the text of its abstract, as ``what`` of a fact.
KIND, TEXT = "kind", "text"
#: Columns of the words, and what of a node's facts fills them.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("skos:prefLabel", "foaf:name", "skos:altLabel"),
    "title": ("dct:title", "dct:alternative"),
    "text": (TEXT,),
}

# ``folded`` holds names as ``fold`` writes them, ``back`` the same from the last letter to the
# first, to find names that end alike; identifiers have none. A porter stemmer on top of words
# without accents, in which + and # are letters: C++, C#.
SCHEMA = f"""
PRAGMA user_version = {VERSION};
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT, kind TEXT, name TEXT, papers INTEGER);
CREATE UNIQUE INDEX thing_iri ON thing (iri, kind);
CREATE TABLE name (thing INTEGER, folded TEXT, back TEXT, written TEXT);
CREATE INDEX name_thing ON name (thing);
CREATE INDEX name_folded ON name (folded);
CREATE INDEX name_back ON name (back) WHERE back IS NOT NULL;
CREATE VIRTUAL TABLE words USING fts5 (
  {", ".join(COLUMNS)}, tokenize = "porter unicode61 remove_diacritics 2 tokenchars '+#'");
"""

#: What the quads say of a node: a kind, a name by its property, or the text of an abstract.
FACTS = "CREATE TEMP TABLE fact (iri TEXT, what TEXT, value TEXT)"

#: Properties that lead from a paper to what it counts for.
PAPERS = ("kg:mentions", "dct:creator", "kg:venue")
#: Stands between the names of a thing, and between its texts.
BETWEEN = " · "

#: IRI, what, value.
Fact = tuple[str, str, str]


def fold(name: str) -> str:
    """Write a name so that equal names are equal: by Unicode NFKC, letter case and spaces."""
    folded = unicodedata.normalize("NFKC", printable(name)).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def write(path: Path | str, store: Store) -> sqlite3.Connection:
    """Make the index of a store in a new file or in ``MEMORY``, and return it."""
    index = _connect(path)
    index.executescript(f"BEGIN; {SCHEMA} {FACTS};")
    index.executemany("INSERT INTO fact VALUES (?, ?, ?)", _facts(store, None))
    papers: Counter[str] = Counter()
    for predicate in _PAPERS:
        for quad in store.quads_for_pattern(None, predicate, None, None):
            if isinstance(quad.object, NamedNode):
                papers[quad.object.value] += 1
    _fill(index, papers)
    index.execute("INSERT INTO words (words) VALUES ('optimize')")
    index.execute("COMMIT")
    return index


def read(path: Path) -> sqlite3.Connection | None:
    """Open an index for reading; None where there is none, or one of another schema.

    Raises KgError where it is damaged.
    """
    if not path.is_file():
        return None
    # Nobody writes to a finished index: no locks, even where its folder is read-only.
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    try:
        index = sqlite3.connect(address, uri=True, check_same_thread=False)
        (version,) = index.execute("PRAGMA user_version").fetchone()
        # A process that may write no file sorts all the same.
        index.execute("PRAGMA temp_store = MEMORY")
    except sqlite3.DatabaseError as error:
        raise KgError(f"{path}: the index is damaged, build the graph again: {error}") from error
    return index if version == VERSION else None


def change(path: Path, old: Path, store: Store, gone: Iterable[Quad], come: Iterable[Quad]) -> None:
    """Make the index of a store as an old one, with other rows for what the changed quads touch.

    ``gone`` are all in the old store, ``come`` are not. Where there is no old index it is made from
    the whole store.
    """
    found = read(old)
    if found is None:
        write(path, store).close()
        return
    found.close()
    shutil.copyfile(old, path)
    touched: set[NamedNode] = set()
    differ: Counter[str] = Counter()
    for quads, sign in ((gone, -1), (come, 1)):
        for quad in quads:
            touched.update(_touched(store, quad))
            if quad.predicate in _PAPERS and isinstance(quad.object, NamedNode):
                differ[quad.object.value] += sign
    with closing(_connect(path)) as index:
        index.execute("BEGIN")
        index.execute(FACTS)
        papers = {}
        for node in sorted(touched, key=str):
            rows = index.execute("SELECT id, papers FROM thing WHERE iri = ?", (node.value,))
            before = rows.fetchall()
            for id, _ in before:
                for table, column in (("thing", "id"), ("name", "thing"), ("words", "rowid")):
                    index.execute(f"DELETE FROM {table} WHERE {column} = ?", (id,))
            papers[node.value] = (
                before[0][1] + differ[node.value] if before else _papers(store, node)
            )
            index.executemany("INSERT INTO fact VALUES (?, ?, ?)", _facts(store, node))
        index.executemany(
            "UPDATE thing SET papers = papers + ? WHERE iri = ?",
            [(number, iri) for iri, number in differ.items() if number],
        )
        _fill(index, papers)
        index.execute("COMMIT")


def _connect(path: Path | str) -> sqlite3.Connection:
    """Open an index that is being made: what a crash leaves of it is thrown away."""
    index = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    index.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    if path == MEMORY:
        # It may be made where no file can be written, and so no temporary one either.
        index.execute("PRAGMA temp_store = MEMORY")
    if path == MEMORY:
        index.execute("PRAGMA temp_store = MEMORY")
    return index


def _terms(names: Iterable[str]) -> dict[NamedNode, str]:
    return {term(name): name for name in names}


def _touched(store: Store, quad: Quad) -> Iterator[NamedNode]:
    """Yield the nodes whose rows hang on a quad, but for their numbers of papers."""
    nodes: list[object] = []
    if quad.predicate in _NAMES or (quad.predicate == _TYPE and quad.object in _KINDS):
        nodes.append(quad.subject)
    elif quad.predicate == term("kg:of"):
        nodes.append(quad.object)
    elif quad.predicate == term("kg:text") and isinstance(quad.subject, NamedNode):
        of = store.quads_for_pattern(quad.subject, term("kg:of"), None, None)
        nodes += (link.object for link in of)
    yield from (node for node in nodes if isinstance(node, NamedNode))


def _facts(store: Store, node: NamedNode | None) -> Iterator[Fact]:
    """Yield what the quads say of a node, or of all nodes."""
    for kind, name in _KINDS.items():
        for quad in store.quads_for_pattern(node, _TYPE, kind, None):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject.value, KIND, name
    for predicate, name in _NAMES.items():
        for quad in store.quads_for_pattern(node, predicate, None, None):
            subject, value = quad.subject, quad.object
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                yield subject.value, name, printable(value.value)
    for quad in store.quads_for_pattern(None, term("kg:of"), node, None):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            for text in store.quads_for_pattern(quad.subject, term("kg:text"), None, None):
                if isinstance(text.object, Literal):
                    yield quad.object.value, TEXT, printable(text.object.value)


def _papers(store: Store, node: NamedNode) -> int:
    return sum(
        sum(1 for _ in store.quads_for_pattern(None, predicate, node, None))
        for predicate in _PAPERS
    )


def _fill(index: sqlite3.Connection, papers: Mapping[str, int]) -> None:
    """Make rows of the facts, which are used up."""
    (id,) = index.execute("SELECT COALESCE(MAX(id), 0) FROM thing").fetchone()
    facts = index.execute("SELECT DISTINCT iri, what, value FROM fact ORDER BY 1, 2, 3")
    for iri, of_node in groupby(facts, key=itemgetter(0)):
        said: dict[str, list[str]] = defaultdict(list)
        for _, what, value in of_node:
            said[what].append(value)
        for kind in said.get(KIND, ()):
            id += 1
            shown = called(said, said.get(TEXT, []), iri)
            row = (id, iri, kind, shown, papers.get(iri, 0))
            index.execute("INSERT INTO thing VALUES (?, ?, ?, ?, ?)", row)
            index.executemany("INSERT INTO name VALUES (?, ?, ?, ?)", _names(id, said))
            words = (
                BETWEEN.join(value for name in filling for value in said.get(name, ()))
                for filling in COLUMNS.values()
            )
            index.execute(
                f"INSERT INTO words (rowid, {', '.join(COLUMNS)}) VALUES (?, ?, ?, ?)",
                (id, *words),
            )
    index.execute("DROP TABLE fact")


def _names(id: int, said: Mapping[str, list[str]]) -> Iterator[tuple[int, str, str | None, str]]:
    """Yield the rows of a thing's names, each folded name once."""
    seen: set[str] = set()
    for predicate in (*SHOWN, *ALSO):
        for name in said.get(predicate, ()):
            folded = fold(name)
            if folded and folded not in seen:
                seen.add(folded)
                yield id, folded, None if predicate in IDENTIFIERS else folded[::-1], name


_TYPE = term("rdf:type")
_KINDS = {term(f"kg:{kind}"): kind for kind in KINDS["Thing"]}
_NAMES = _terms((*SHOWN, *ALSO))
_PAPERS = _terms(PAPERS)
