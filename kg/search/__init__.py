"""Words in, what the graph says with them out: an index of names, titles and abstracts."""

import difflib
import json
import sqlite3
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from kg.errors import KgError
from kg.search.rows import COLUMNS, FILE, MEMORY, fold, read, write
from kg.search.things import KINDS
from kg.terms import plain, printable, short
from kg.vocab import BASE


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper, entity, author or venue that answers a search."""

    #: Paper, Author, Venue, or a key of ``kg.vocab.TYPES``.
    kind: str
    #: Its label; for a paper its title or, where it has none, how its abstract begins.
    name: str
    iri: str
    #: Pieces of a text, each with whether it is one of the words.
    snippet: tuple[tuple[str, bool], ...]
    #: The higher the better; what bears the words as its name stands above what does not.
    score: float
    #: How many papers name it, are by it, or are in it; none for a paper.
    papers: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave."""

    hits: tuple[Hit, ...]
    #: How many there are in all.
    total: int
    #: False where nothing has all the words, and the hits have some of them.
    all_words: bool


#: Around the words in a snippet; no text of an index has them (``kg.terms.printable``).
_OPEN, _CLOSE = "\x01", "\x02"
#: Of a search, the characters and the words that count.
LONGEST, MOST_WORDS = 1000, 24
#: From so many letters on, the last word may be the beginning of one.
BEGINNING = 3
#: Kind of a hit to the column that its snippet is cut from, and the length in words.
SNIPPETS: Mapping[str, tuple[str, int]] = {"Paper": ("text", 32)}
#: An FTS5 query that nothing answers.
NOTHING = '""'
#: How many names are looked at for those that are close to one, by how they begin and end.
CANDIDATES = 2000
#: How alike a name is at least to look like another, 0 to 1 (``difflib``).
ALIKE = 0.7

#: How many bear a name or have the words.
_TOTAL = """
SELECT COUNT(*) FROM thing WHERE kind IN (SELECT value FROM json_each(:kinds)) AND id IN (
  SELECT rowid FROM words WHERE words MATCH :match
  UNION SELECT thing FROM name WHERE folded = :name
)
"""
#: The same, the best first. BM25 with its weights for names, titles and texts
#: (https://www.sqlite.org/fts5.html#the_bm25_function); many papers make up to half as much again.
_HITS = """
WITH bearer AS MATERIALIZED (SELECT DISTINCT thing FROM name WHERE folded = :name),
match AS (
  SELECT rowid AS id, -bm25(words, 10.0, 5.0, 1.0) AS score FROM words WHERE words MATCH :match
  UNION ALL
  SELECT thing, 0 FROM bearer
  WHERE NOT EXISTS (SELECT 1 FROM words WHERE words MATCH :match AND rowid = bearer.thing)
)
SELECT thing.id, kind, name, iri, papers,
  score * (1 + 0.5 * papers / (papers + 20.0)) + (id IN bearer) * 1000.0 * (1 + papers) AS score
FROM match JOIN thing USING (id) WHERE kind IN (SELECT value FROM json_each(:kinds))
ORDER BY 6 DESC, name, iri LIMIT :most OFFSET :skip
"""
#: Names that begin or end like one, and are about as long.
_CLOSE_NAMES = """
SELECT folded, written, papers FROM name JOIN thing ON thing.id = name.thing
WHERE {column} >= :from AND {column} < :to AND back IS NOT NULL
  AND ABS(LENGTH({column}) - :long) <= :more AND kind IN (SELECT value FROM json_each(:kinds))
ORDER BY ABS(LENGTH({column}) - :long), folded LIMIT :most
"""
#: Names that have the words of one.
_LONGER_NAMES = """
SELECT thing.name FROM words JOIN thing ON thing.id = words.rowid
WHERE words MATCH :match AND kind IN (SELECT value FROM json_each(:kinds))
ORDER BY papers DESC, LENGTH(thing.name), thing.name LIMIT :most
"""


class Index:
    """The index of one graph, open for reading by any thread."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        """Take what opens or makes the tables, when they are first needed."""
        self._connect = connect

    @cached_property
    def _tables(self) -> sqlite3.Connection:
        return self._connect()

    def search(
        self, words: str, *, kinds: Collection[str] = (), most: int = 20, skip: int = 0
    ) -> Found:
        """Return the best hits for words, of all kinds where none is named.

        First comes what bears the words as its name, then what has them all, the last of them
        perhaps only the beginning of one; where nothing has, what lacks one of them, and where
        nothing has so many, what has some. Kinds are keys of
        ``kg.search.things.KINDS``; KgError for any other.
        """
        wanted = {"name": fold(words[:LONGEST]), "kinds": _kinds(kinds), "most": most, "skip": skip}
        every, *fewer = _matches(words)
        total = 0
        for match in (every, *fewer):
            wanted["match"] = match
            ((total,),) = self._rows(_TOTAL, wanted)
            if total:
                break
        hits = tuple(
            Hit(kind, name, iri, self._snippet(id, kind, match), round(score, 4), papers)
            for id, kind, name, iri, papers, score in self._rows(_HITS, wanted)
        )
        return Found(hits, total, not total or match == every)

    def named(self, name: str) -> tuple[str, ...]:
        """Return the IRIs of all that bears a name or an identifier, sorted.

        Letter case, spaces, and forms that Unicode takes for the same do not matter.
        """
        query = """SELECT DISTINCT iri FROM name JOIN thing ON thing.id = name.thing
            WHERE folded = :name ORDER BY iri"""
        return tuple(iri for (iri,) in self._rows(query, {"name": fold(name)}))

    def papers(self, iri: str) -> int:
        """Return how many papers name a thing, are by it, or are in it."""
        rows = self._rows("SELECT papers FROM thing WHERE iri = :iri", {"iri": printable(iri)})
        return int(rows[0][0]) if rows else 0

    def close(self, name: str, kinds: Collection[str] = (), *, most: int = 3) -> tuple[str, ...]:
        """Return names that look like one, the closest first, then names that have its words."""
        folded = fold(name[:LONGEST])
        if not folded:
            return ()
        # A slip of the pen leaves one half of a name as it is.
        half = max(1, (len(folded) - 1) // 2)
        wanted = {
            "long": len(folded),
            "more": 1 + len(folded) // 4,
            "kinds": _kinds(kinds),
            "most": CANDIDATES,
        }
        names: dict[str, tuple[int, str]] = {}
        for column, begin in (("folded", folded[:half]), ("back", folded[::-1][:half])):
            ends = {"from": begin, "to": f"{begin}\U0010ffff"}
            for key, written, papers in self._rows(
                _CLOSE_NAMES.format(column=column), {**wanted, **ends}
            ):
                names[key] = max(names.get(key, (0, "")), (papers, written))
        near = [names[key][1] for key in _nearest(folded, names)]
        match = f"{{name title}} : ({_matches(name)[0]})"
        longer = self._rows(_LONGER_NAMES, {**wanted, "match": match})
        return tuple(dict.fromkeys([*near, *(row[0] for row in longer)]))[:most]

    def _snippet(self, id: int, kind: str, match: str) -> tuple[tuple[str, bool], ...]:
        """Cut out where the words are: of a paper's abstract, of the names of anything else."""
        column, words = SNIPPETS.get(kind, ("name", 16))
        wanted = {"open": _OPEN, "close": _CLOSE, "words": words, "match": match, "id": id}
        cut = f"snippet(words, {list(COLUMNS).index(column)}, :open, :close, '…', :words)"
        found = self._rows(
            f"SELECT {cut} FROM words WHERE words MATCH :match AND rowid = :id", wanted
        )
        if found:
            return _pieces(found[0][0])
        ((text,),) = self._rows(f"SELECT {column} FROM words WHERE rowid = :id", wanted)
        return _pieces(" ".join(text.split()[:words]))

    def _rows(self, query: str, wanted: dict[str, object]) -> list[tuple[Any, ...]]:
        try:
            return self._tables.execute(query, wanted).fetchall()
        except sqlite3.DatabaseError as error:
            raise KgError(f"the index of the graph is damaged, build it again: {error}") from error


def open_index(folder: Path, store: Store) -> Index:
    """Open the index in the folder of a store's state.

    Where there is none, as for an RDF file and for a store that an older kg made, it is made in
    memory when it is first needed: half a second for a hundred papers, minutes for 50,000.
    Raises KgError where it is damaged.
    """
    tables = read(folder / FILE)
    return Index(lambda: tables or write(MEMORY, store))


def render(found: Found, form: str = "text", *, highlight: bool = False, base: str = BASE) -> str:
    """Write hits in one of ``FORMATS``; IRIs of a text are short, below the base.

    The words stand in square brackets or, highlighted, between ANSI codes. Raises KgError for an
    unknown form.
    """
    if form not in FORMATS:
        raise KgError(f"--format {form}: unknown: use {', '.join(FORMATS)}")
    return FORMATS[form](found, highlight, base)


def _to_text(found: Found, highlight: bool, base: str) -> str:
    before, after = ("\x1b[1;33m", "\x1b[0m") if highlight else ("[", "]")
    lines = [] if found.hits else ["nothing found"]
    if not found.all_words:
        lines += ["nothing has all the words: these have some of them", ""]
    for hit in found.hits:
        papers = f", {hit.papers} paper" + "s" * (hit.papers != 1) if hit.kind != "Paper" else ""
        lines.append(f"{plain(hit.name)} ({hit.kind}{papers})  {plain(short(hit.iri, base))}")
        pieces = (
            f"{before}{plain(text)}{after}" if marked else plain(text)
            for text, marked in hit.snippet
        )
        snippet = " ".join("".join(pieces).split())
        lines += [f"    {snippet}"] if snippet else []
    if found.hits and found.total > len(found.hits):
        lines += ["", f"{len(found.hits)} of {found.total}: --most shows more"]
    return "\n".join(lines) + "\n"


def _to_json(found: Found, highlight: bool, base: str) -> str:
    lines = (json.dumps(asdict(hit), ensure_ascii=False) + "\n" for hit in found.hits)
    return "".join(lines)


#: Name of a form to what writes it: for people, or a JSON object a line.
FORMATS: Mapping[str, Callable[[Found, bool, str], str]] = {"text": _to_text, "json": _to_json}


def _kinds(kinds: Collection[str]) -> str:
    """Return the kinds of hits as JSON."""
    for kind in kinds:
        if kind not in KINDS:
            raise KgError(f"no kind {printable(kind)!r}: use {', '.join(KINDS)}")
    return json.dumps([one for kind in kinds or ("Thing",) for one in KINDS[kind]])


def _matches(words: str) -> tuple[str, str, str]:
    """Return the FTS5 queries for what has all the words, all but one, and some of them.

    Each word is a phrase, so that nothing in it is syntax; those without a letter are left out.
    """
    text = printable(words[:LONGEST])
    said = [word for word in text.split() if any(map(_counts, word))][:MOST_WORDS]
    if not said:
        return NOTHING, NOTHING, NOTHING
    phrases = ['"{}"'.format(word.replace('"', '""')) for word in said]
    if not text[-1].isspace() and len(said[-1]) >= BEGINNING:
        phrases[-1] = f"({phrases[-1]} OR {phrases[-1]} *)"
    some = " OR ".join(phrases)
    count = len(phrases)
    lacking = combinations(phrases, count - 1) if count > 2 else ()
    most = " OR ".join(f"({' AND '.join(kept)})" for kept in lacking)
    return " AND ".join(phrases), most or some, some


def _counts(letter: str) -> bool:
    return letter.isalnum() or letter in "+#"


def _nearest(name: str, names: Collection[str]) -> list[str]:
    """Return those of names that are close to one, the closest first."""
    matcher = difflib.SequenceMatcher(b=name)
    ratios = []
    for other in names:
        matcher.set_seq1(other)
        if matcher.quick_ratio() >= ALIKE:
            ratios.append((-matcher.ratio(), other))
    return [other for ratio, other in sorted(ratios) if -ratio >= ALIKE]


def _pieces(text: str) -> tuple[tuple[str, bool], ...]:
    pieces = []
    for rank, part in enumerate(text.split(_OPEN)):
        marked, closed, rest = part.rpartition(_CLOSE) if rank else ("", "", part)
        pieces += [(marked, True), (rest, False)]
    return tuple(piece for piece in pieces if piece[0])
