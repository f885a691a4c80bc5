"""Words and names in, what a graph behind an endpoint says with them out: by SPARQL alone.

Any endpoint can answer so, at the price of a scan and of a plain order: names before abstracts.
"""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias, cast

from pyoxigraph import Literal, NamedNode, Store

from kg.errors import KgError
from kg.remote.nearby import Nearby
from kg.search import Found, Hit
from kg.search.rows import PAPERS, fold
from kg.search.things import ALSO, IDENTIFIERS, KINDS, SHOWN, see
from kg.terms import printable, term

#: Properties whose values have words.
CALLED = tuple(name for name in (*SHOWN, *ALSO) if name not in IDENTIFIERS)

#: Names that pass a test, with what bears them; such forms Oxigraph answers fastest.
NAMES = """
SELECT DISTINCT ?thing ?text WHERE {{
  VALUES ?property {{ {properties} }}
  ?thing ?property ?text .
  ?thing a ?kind .
  FILTER({test})
  FILTER(?kind IN ({kinds}))
}}
"""
#: Papers with an abstract that passes a test.
TEXTS = """
SELECT DISTINCT ?thing WHERE {{
  ?abstract kg:text ?text .
  FILTER({test})
  ?abstract kg:of ?thing .
}}
"""
#: A test: a text has a word; a text begins so.
HAS = "CONTAINS(LCASE(STR(?text)), {})"
BEGINS = "STRSTARTS(LCASE(STR(?text)), {})"
#: How many papers name things, are by them, or are in them.
COUNTED = """
SELECT ?thing (COUNT(*) AS ?papers) WHERE {{
  VALUES ?thing {{ {things} }}
  VALUES ?property {{ {properties} }}
  ?paper ?property ?thing .
}} GROUP BY ?thing
"""

#: Of a search, the words that count.
MOST_WORDS = 24
#: Letters of a text around the first word in it.
BEFORE, AFTER = 60, 180
#: How alike a name is at least to look like another, 0 to 1 (``difflib``).
ALIKE = 0.7

#: 0 for what is called so, 1 for a name with the words, 2 for a text; then, of a name, how many
#: words are not whole words in it, its length, and the name.
Rank: TypeAlias = tuple[int, int, int, str]


class Names:
    """What of ``kg.search.Index`` the reading commands call, over an endpoint."""

    def __init__(self, nearby: Nearby) -> None:
        """Look in a graph behind an endpoint."""
        self._nearby = nearby
        self._store = cast(Store, nearby)

    def named(self, name: str) -> tuple[str, ...]:
        """Return the IRIs of all that bears a name, sorted; letter case does not matter."""
        return self._nearby.named(name)

    def papers(self, iri: str) -> int:
        """Return how many papers name a thing, are by it, or are in it."""
        return self._papers([iri]).get(iri, 0)

    def close(self, name: str, kinds: Collection[str] = (), *, most: int = 3) -> tuple[str, ...]:
        """Return names that look like one, the closest first, then names that have it inside."""
        folded = fold(name)
        test = f"{HAS.format(Literal(folded))} || {BEGINS.format(Literal(folded[:2]))}"
        names = {fold(called): called for _, called in self._called(test, kinds)}
        near = difflib.get_close_matches(folded, names, n=most, cutoff=ALIKE)
        inside = sorted((key for key in names if folded in key), key=lambda key: (len(key), key))
        return tuple(names[key] for key in dict.fromkeys([*near, *inside]))[:most]

    def search(
        self, words: str, *, kinds: Collection[str] = (), most: int = 20, skip: int = 0
    ) -> Found:
        """Return the hits for words: what is called so, then what has them in a name, in a text.

        A name or a text has to have all the words; where none does, some.
        """
        wanted = _words(words)
        for joined in (" && ", " || ") if wanted else ():
            test = joined.join(HAS.format(Literal(word)) for word in wanted)
            ranks = self._ranks(fold(words), wanted, test, kinds)
            if ranks:
                shown = sorted(ranks, key=lambda iri: (ranks[iri], iri))[skip : skip + most]
                papers = self._papers(shown)
                hits = self._nearby.settled(partial(self._hits, shown, ranks, wanted, papers))
                return Found(hits, len(ranks), joined == " && ")
        return Found((), 0, True)

    def _ranks(
        self, name: str, wanted: Sequence[str], test: str, kinds: Collection[str]
    ) -> dict[str, Rank]:
        """Rank what passes a test; the best comes first."""
        ranks: dict[str, Rank] = {}
        for iri, called in self._called(test, kinds):
            inside = _words(called)
            missing = sum(word not in inside for word in wanted)
            rank = (0 if fold(called) == name else 1, missing, len(called), called)
            ranks[iri] = min(rank, ranks.get(iri, rank))
        if "Paper" in _kinds(kinds):
            for row in self._nearby.select(TEXTS.format(test=test)):
                ranks.setdefault(row["thing"].value, (2, 0, 0, ""))
        return ranks

    def _called(self, test: str, kinds: Collection[str]) -> Iterator[tuple[str, str]]:
        text = NAMES.format(
            properties=" ".join(CALLED),
            test=test,
            kinds=", ".join(f"kg:{kind}" for kind in _kinds(kinds)),
        )
        for row in self._nearby.select(text):
            if isinstance(row["thing"], NamedNode):
                yield row["thing"].value, row["text"].value

    def _hits(
        self,
        shown: Sequence[str],
        ranks: Mapping[str, Rank],
        wanted: Sequence[str],
        papers: Mapping[str, int],
    ) -> tuple[Hit, ...]:
        # Two loops, so that all is asked for in one go.
        seen = [list(see(self._store, NamedNode(iri))) for iri in shown]
        texts = [list(self._texts(iri)) for iri in shown]
        return tuple(
            Hit(
                things[0].kind,
                things[0].name,
                iri,
                _snippet([*sorted(some), ranks[iri][-1]], wanted),
                1 / (1 + ranks[iri][0]),
                papers.get(iri, 0),
            )
            for iri, things, some in zip(shown, seen, texts, strict=True)
            if things
        )

    def _texts(self, iri: str) -> Iterator[str]:
        """Yield the abstracts of a paper."""
        for abstract in self._store.quads_for_pattern(None, term("kg:of"), NamedNode(iri), None):
            if isinstance(abstract.subject, NamedNode):
                for text in self._store.quads_for_pattern(
                    abstract.subject, term("kg:text"), None, None
                ):
                    if isinstance(text.object, Literal):
                        yield printable(text.object.value)

    def _papers(self, iris: Sequence[str]) -> dict[str, int]:
        text = COUNTED.format(
            things=" ".join(str(NamedNode(iri)) for iri in iris), properties=" ".join(PAPERS)
        )
        return {row["thing"].value: int(row["papers"].value) for row in self._nearby.select(text)}


def _kinds(kinds: Collection[str]) -> tuple[str, ...]:
    for kind in kinds:
        if kind not in KINDS:
            raise KgError(f"no kind {printable(kind)!r}: use {', '.join(KINDS)}")
    return tuple(dict.fromkeys(one for kind in kinds or ("Thing",) for one in KINDS[kind]))


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a text as a server compares them."""
    found = re.findall(r"[\w+#]+", printable(text).lower())
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def _snippet(texts: Sequence[str], words: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Cut out of the first text that has one of the words where it is, with the words marked."""
    pattern = re.compile(f"({'|'.join(map(re.escape, words))})", re.IGNORECASE)
    for text in texts:
        found = pattern.search(text)
        if found is not None:
            start = max(0, found.start() - BEFORE)
            end = min(len(text), found.start() + AFTER)
            cut = f"{'…' * (start > 0)}{text[start:end]}{'…' * (end < len(text))}"
            # What is split by a group in brackets alternates with what the group found.
            pieces = enumerate(pattern.split(cut))
            return tuple((piece, rank % 2 == 1) for rank, piece in pieces if piece)
    return ()
