"""The page of a paper: what is printed of it, its abstracts with all they name, its claims."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.opened import Graph
from kg.serve.pages.lookup import Anchor, anchor, nodes, outward, rows
from kg.serve.pages.sheet import Parameters, Sheet
from kg.terms import EVIDENCE, predicate_iri
from kg.view.facts import FACTS, Said, link, said, subjects, texts
from kg.view.outline import WORDS
from kg.view.passages import Piece, Place, Span, cut, fraction, whole
from kg.vocab import RELATIONS

#: Authors and relations shown.
MOST_AUTHORS, MOST_RELATIONS = 200, 100

SEATS = """
SELECT ?author ?position ?affiliation {
  $paper kg:authorship ?seat .
  ?seat kg:author ?author ; kg:position ?position
  OPTIONAL { ?seat kg:affiliation ?affiliation }
} ORDER BY ?position ?affiliation
"""
CLAIMS = """
SELECT ?statement ?role ?thing ?sure {
  ?statement rdf:subject $paper ; rdf:predicate ?role ; rdf:object ?thing ; kg:confidence ?sure
} ORDER BY DESC(?sure) ?thing
"""
MENTIONS = """
SELECT ?mention ?thing ?start ?end ?sure {
  ?mention kg:in $abstract ; kg:entity ?thing ; kg:start ?start ; kg:end ?end ; kg:confidence ?sure
} ORDER BY ?start ?end ?mention
"""
RELATED = """
SELECT DISTINCT ?statement ?head ?relation ?tail ?sure {
  VALUES ?mention { $mentions }
  ?statement kg:evidence ?mention ; rdf:subject ?head ; rdf:predicate ?relation ;
    rdf:object ?tail ; kg:confidence ?sure
} ORDER BY DESC(?sure) ?statement
"""


@dataclass(frozen=True, slots=True)
class Author:
    """A place of the by-line."""

    author: Anchor
    affiliations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Abstract:
    """One version of the abstract."""

    own: Anchor
    #: Text in pieces, with the numbers of what they name.
    pieces: tuple[Piece, ...]
    sources: tuple[Anchor, ...]
    #: What is missing of it.
    flaws: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that the paper makes, by its confidence."""

    subject: Anchor | None
    words: str
    object: Anchor
    statement: Anchor


@dataclass(frozen=True, slots=True)
class Record:
    """A record that the paper was read from."""

    own: Anchor
    file: str
    lines: str
    format: str
    id: str
    date: str


#: What flags of an abstract say.
FLAWS: Mapping[str, str] = {
    "kg:truncated": "its end is missing in the source",
    "kg:startsMid": "its beginning is missing in the source",
}


def show(graph: Graph, thing: NamedNode, parameters: Parameters) -> Sheet:
    """Show a paper."""
    facts = said(graph.store, thing.value)
    own = anchor(graph, thing.value)
    abstracts = subjects(graph.store, "kg:of", thing.value)
    places = {abstract: _places(graph, abstract) for abstract in abstracts}
    named = sorted({place.entity for found in places.values() for _, place in found})
    number = {iri: at for at, iri in enumerate(named)}
    authors = _authors(graph, thing, facts)
    return Sheet(
        "paper.html",
        own.name,
        {
            "own": own,
            "titled": bool(texts(facts, "dct:title")),
            "also": texts(facts, "dct:alternative"),
            "authors": authors[:MOST_AUTHORS],
            "more_authors": len(authors) - MOST_AUTHORS,
            "venues": [anchor(graph, venue) for venue in texts(facts, "kg:venue")],
            "facts": [
                (words, [outward(text, link(text, address) or "") for text in values])
                for predicate, (words, address) in FACTS.items()
                if (values := texts(facts, predicate))
            ],
            "things": [anchor(graph, iri) for iri in named],
            "abstracts": [_abstract(graph, one, places[one], number) for one in abstracts],
            "claims": _claims(graph, thing),
            "relations": _relations(graph, [name for one in places.values() for name, _ in one]),
            "records": [_record(graph, one) for one in texts(facts, "prov:wasDerivedFrom")],
        },
        resource=True,
    )


def _authors(graph: Graph, thing: NamedNode, facts: Said) -> list[Author]:
    """Return the authors in the order of the by-line, then those without a place in it."""
    affiliations: dict[str, list[str]] = {}
    for author, _, affiliation in rows(graph, SEATS, paper=thing):
        affiliations.setdefault(author, []).append(affiliation)
    for author in texts(facts, "dct:creator"):
        affiliations.setdefault(author, [])
    return [
        Author(anchor(graph, author), tuple(filter(None, where)))
        for author, where in affiliations.items()
    ]


def _places(graph: Graph, abstract: str) -> list[tuple[str, Place]]:
    """Return the mentions of an abstract, and where they stand."""
    own = Span(abstract, 0, 0)
    return [
        (mention, Place(own, whole([start]), whole([end]), entity, fraction([sure])))
        for mention, entity, start, end, sure in rows(
            graph, MENTIONS, only=EVIDENCE, abstract=NamedNode(abstract)
        )
    ]


def _abstract(
    graph: Graph, iri: str, places: Sequence[tuple[str, Place]], number: Mapping[str, int]
) -> Abstract:
    facts = said(graph.store, iri)
    text = "".join(texts(facts, "kg:text")[:1])
    return Abstract(
        anchor(graph, iri),
        cut(text, Span(iri, 0, len(text)), [place for _, place in places], number),
        tuple(anchor(graph, source) for source in texts(facts, "prov:wasDerivedFrom")),
        tuple(words for flag, words in FLAWS.items() if texts(facts, flag)),
    )


def _claims(graph: Graph, thing: NamedNode) -> list[tuple[str, list[Claim]]]:
    """Return what the paper does with each thing, by role, the surest first."""
    found: dict[str, list[Claim]] = defaultdict(list)
    for statement, role, other, sure in rows(graph, CLAIMS, only=EVIDENCE, paper=thing):
        words = WORDS.get(f"kg:{role.rpartition('#')[2]}", (role, role))[0]
        certain = anchor(graph, statement, f"{fraction([sure]):.2f}")
        found[words].append(Claim(None, words, anchor(graph, other), certain))
    order = [words for words, _ in WORDS.values()]
    return sorted(found.items(), key=lambda one: order.index(one[0]) if one[0] in order else 99)


def _relations(graph: Graph, mentions: Sequence[str]) -> list[Claim]:
    """Return what the paper says of two things, the surest first."""
    words = {predicate_iri(name).value: name for name, _, _ in RELATIONS.values()}
    found = rows(graph, RELATED, only=EVIDENCE, mentions=nodes(mentions))
    related = [
        Claim(
            anchor(graph, head),
            WORDS["skos:broader" if words[relation] == "broader" else f"kg:{words[relation]}"][0],
            anchor(graph, tail),
            anchor(graph, statement, f"{fraction([sure]):.2f}"),
        )
        for statement, head, relation, tail, sure in found
        if relation in words
    ]
    return related[:MOST_RELATIONS]


def _record(graph: Graph, iri: str) -> Record:
    facts = said(graph.store, iri)
    names = ("kg:file", "kg:lines", "dct:format", "dct:identifier", "dct:issued")
    first = ("".join(texts(facts, name)[:1]) for name in names)
    return Record(anchor(graph, iri, "source"), *first)
