"""An entity in, the entities that statements link it to out, the best supported first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from pyoxigraph import NamedNode

from kg.model import Entity, Statement
from kg.opened import Graph
from kg.serve.pages.lookup import PLAIN, Anchor, anchor, kind, nodes, rows
from kg.terms import BORROWED, EVIDENCE, predicate_iri, statement_iri
from kg.view.outline import WORDS
from kg.view.passages import fraction, whole
from kg.vocab import RELATIONS, TYPES

#: Predicate of a statement to the words for it, seen from its subject and from its object.
RELATED: Mapping[str, tuple[str, str]] = {
    name: WORDS[BORROWED.get(name, f"kg:{name}")] for name, _, _ in RELATIONS.values()
}

#: Of each relation so many neighbours are shown.
MOST_SHOWN = 12
#: So many links are weighed one by one. Of more, only those that look best: the best supported
#: among the first statements, and some others.
MOST_WEIGHED, MOST_READ, MOST_RANKED, SOME = 1_500, 12_000, 300, 24

#: End of a statement where the thing stands, to the links from there.
LINKS: Mapping[str, str] = {
    "subject": "?thing $property ?other",
    "object": "?other $property ?thing",
}
COUNT = "SELECT (COUNT(*) AS ?number) {{ VALUES ?thing {{ $thing }} {link} }}"
OTHERS = "SELECT ?other {{ VALUES ?thing {{ $thing }} {link} }} LIMIT $most"
RANKED = """
SELECT ?property ?other {{
  {{
    SELECT ?statement {{
      {{ SELECT ?statement {{ ?statement rdf:{end} $thing }} LIMIT $read }}
      ?statement kg:support ?support
      FILTER(?support > 1)
    }} ORDER BY DESC(?support) LIMIT $most
  }}
  ?statement rdf:predicate ?property ; rdf:{other} ?other
}}
"""
WEIGHTS = """
SELECT ?statement ?support ?confidence {
  VALUES ?statement { $statements }
  ?statement kg:support ?support ; kg:confidence ?confidence
}
"""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An entity at the other end of a statement."""

    other: Anchor
    #: The statement, named by the number of abstracts that support it.
    support: Anchor
    confidence: float


@dataclass(frozen=True, slots=True)
class Group:
    """The neighbours by one relation."""

    words: str
    #: How many there are, of which the best are listed.
    total: int
    neighbours: tuple[Neighbour, ...]


def neighbours(graph: Graph, thing: NamedNode) -> tuple[Group, ...]:
    """Return the neighbours of an entity by relation, in the order of ``RELATED``."""
    totals: dict[str, int] = defaultdict(int)
    claims: dict[str, dict[str, str]] = defaultdict(dict)
    for at, end in enumerate(LINKS):
        here = {name: number for name in RELATED if (number := _count(graph, end, name, thing)) > 0}
        for name, others in _candidates(graph, end, thing, here).items():
            words = RELATED[name][at]
            totals[words] += here[name]
            for other in (one for one in others if kind(graph, one) in TYPES):
                ends = (thing.value, other) if end == "subject" else (other, thing.value)
                claims[words][_statement(graph, ends[0], name, ends[1])] = other
    weights = _weights(graph, [claim for found in claims.values() for claim in found])
    return tuple(
        Group(words, totals[words], _best(graph, claims[words], weights))
        for words in dict.fromkeys(both for pair in RELATED.values() for both in pair)
        if words in claims
    )


def _count(graph: Graph, end: str, name: str, thing: NamedNode) -> int:
    query = COUNT.format(link=LINKS[end])
    ((number,),) = rows(graph, query, only=PLAIN, thing=thing, property=predicate_iri(name))
    return int(number)


def _candidates(
    graph: Graph, end: str, thing: NamedNode, totals: Mapping[str, int]
) -> Mapping[str, set[str]]:
    """Choose which others to weigh, by relation: all, or those that may be the best."""
    few = sum(totals.values()) <= MOST_WEIGHED
    found: dict[str, set[str]] = {}
    for name in totals:
        query = OTHERS.format(link=LINKS[end])
        most = MOST_WEIGHED if few else SOME
        others = rows(
            graph, query, only=PLAIN, thing=thing, property=predicate_iri(name), most=most
        )
        found[name] = {other for (other,) in others} - {thing.value}
    if not few:
        query = RANKED.format(end=end, other="object" if end == "subject" else "subject")
        best = rows(graph, query, only=EVIDENCE, thing=thing, read=MOST_READ, most=MOST_RANKED)
        names = {predicate_iri(name).value: name for name in totals}
        for predicate, other in best:
            if predicate in names and other != thing.value:
                found[names[predicate]].add(other)
    return found


def _statement(graph: Graph, subject: str, name: str, other: str) -> str:
    """Name the statement of a link, which no quad leads to."""
    ends = (_entity(graph, subject), _entity(graph, other))
    return statement_iri(Statement(ends[0], name, ends[1], 0), graph.base).value


def _entity(graph: Graph, iri: str) -> Entity:
    """Read type and key back from an IRI, as ``kg.terms.path`` writes them."""
    key = iri.removeprefix(graph.base).partition("/")[2]
    return Entity(kind(graph, iri), unquote(key.replace("-", " "), errors="surrogatepass"), "")


def _weights(graph: Graph, statements: Iterable[str]) -> Mapping[str, tuple[int, float]]:
    found = rows(graph, WEIGHTS, only=EVIDENCE, statements=nodes(statements))
    return {statement: (whole([support]), fraction([sure])) for statement, support, sure in found}


def _best(
    graph: Graph, claims: Mapping[str, str], weights: Mapping[str, tuple[int, float]]
) -> tuple[Neighbour, ...]:
    def merit(claim: str) -> tuple[int, float, str]:
        support, sure = weights.get(claim, (0, 0.0))
        return -support, -sure, claims[claim]

    ranked = sorted(claims, key=merit)
    return tuple(
        Neighbour(
            anchor(graph, claims[claim]),
            anchor(graph, claim, str(weights.get(claim, (0, 0.0))[0])),
            weights.get(claim, (0, 0.0))[1],
        )
        for claim in ranked[:MOST_SHOWN]
    )
