"""A store in, the plain network out: papers, entities, authors and venues, and what joins them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg.graph import PREFIXES, printable

#: Says less than any other edge between the same two nodes, and is left out beside one.
WEAKEST = "kg:mentions"

#: The nodes of the network, each with its class and its names.
NODES = """
SELECT ?node ?class ?name WHERE {
  VALUES (?class ?called) {
    (kg:Paper dct:title) (kg:Author foaf:name) (kg:Venue skos:prefLabel)
    (kg:Method skos:prefLabel) (kg:Dataset skos:prefLabel)
    (kg:Task skos:prefLabel) (kg:Concept skos:prefLabel)
  }
  ?node a ?class
  OPTIONAL { ?node ?called ?name }
  FILTER isIRI(?node)
}
"""

#: The statements, each with its figures and where its best sentence stands.
STATEMENTS = """
SELECT ?source ?predicate ?target ?support ?confidence ?abstract ?start ?end WHERE {
  ?statement a kg:Statement ; rdf:subject ?source ; rdf:predicate ?predicate ; rdf:object ?target ;
    kg:support ?support ; kg:confidence ?confidence
  OPTIONAL { ?statement kg:in ?abstract ; kg:sentenceStart ?start ; kg:sentenceEnd ?end }
}
"""

#: The texts that sentences stand in.
TEXTS = "SELECT ?abstract ?text WHERE { ?abstract kg:text ?text }"


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A paper, entity, author or venue."""

    id: str
    label: str
    type: str
    #: How many papers point to it; 1 for a paper.
    papers: int


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A triple between two nodes, with the figures of its statement where it has one."""

    source: str
    target: str
    #: Prefixed name: ``kg:proposes``.
    predicate: str
    support: int | None = None
    confidence: float | None = None
    #: The best sentence behind it, where evidence is asked for.
    sentence: str | None = None


def nodes(store: Store) -> list[Node]:
    """Return all nodes, sorted; one without a name is called by the end of its IRI.

    Labels are one line of characters that XML can carry.
    """
    types, labels = _named(store)
    papers: dict[str, set[str]] = defaultdict(set)
    for source, _, target in _pairs(store, types):
        if types[source] == "Paper":
            papers[target].add(source)
    return sorted(
        Node(node, labels[node], kind, 1 if kind == "Paper" else len(papers[node]))
        for node, kind in types.items()
    )


def edges(store: Store, *, evidence: bool) -> list[Edge]:
    """Return all edges, sorted; ``kg:mentions`` only where nothing else joins the two."""
    types, _ = _named(store)
    predicates: dict[tuple[str, str], set[str]] = defaultdict(set)
    for source, predicate, target in _pairs(store, types):
        predicates[source, target].add(predicate)
    stated = {(edge.source, edge.predicate, edge.target): edge for edge in _stated(store, evidence)}
    return sorted(
        stated.get((source, predicate, target)) or Edge(source, target, predicate)
        for (source, target), joining in predicates.items()
        for predicate in (joining - {WEAKEST} or joining)
    )


def _named(store: Store) -> tuple[dict[str, str], dict[str, str]]:
    """Map each node to its class and to its label; the first of several, by the alphabet."""
    types: dict[str, str] = {}
    labels: dict[str, str] = {}
    for node, class_, name in sorted(_select(store, NODES)):
        types.setdefault(node, _local(class_))
        labels.setdefault(node, _line(name) or _local(node))
    return types, labels


def _pairs(store: Store, types: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for node in types:
        for quad in store.quads_for_pattern(NamedNode(node), None, None, None):
            if isinstance(quad.object, NamedNode) and quad.object.value in types:
                yield node, _prefixed(quad.predicate.value), quad.object.value


def _stated(store: Store, evidence: bool) -> Iterator[Edge]:
    texts = {abstract: text for abstract, text in _select(store, TEXTS)} if evidence else {}
    for row in sorted(_select(store, STATEMENTS)):
        source, predicate, target, support, confidence, abstract, start, end = row
        text = texts.get(abstract)
        sentence = _line(text[int(start) : int(end)]) if text else None
        yield Edge(source, target, _prefixed(predicate), int(support), float(confidence), sentence)


def _select(store: Store, query: str) -> Iterator[tuple[str, ...]]:
    """Yield the values of each solution; an unbound variable is empty."""
    solutions = store.query(query, use_default_graph_as_union=True, prefixes=dict(PREFIXES))
    for solution in cast(QuerySolutions, solutions):
        terms = cast(Iterable[NamedNode | Literal | None], solution)
        yield tuple("" if found is None else found.value for found in terms)


def _prefixed(value: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if value.startswith(namespace):
            return f"{prefix}:{value.removeprefix(namespace)}"
    return value


def _local(value: str) -> str:
    return value[max(value.rfind("/"), value.rfind("#")) + 1 :]


def _line(text: str) -> str:
    return " ".join(printable(text).split())
