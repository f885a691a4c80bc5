"""A store in, its triples and quads out in their one order, whatever order they came in."""

from collections import defaultdict
from collections.abc import Iterator
from typing import cast

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QuerySolutions, Store, Triple

from kg.graph import EVIDENCE, PREFIXES, term

#: Every subject with each graph that it stands in; no graph is the default one.
SUBJECTS = """
SELECT DISTINCT ?graph ?subject WHERE {
  { ?subject ?predicate ?object } UNION { GRAPH ?graph { ?subject ?predicate ?object } }
}
"""

#: What is evidence wherever it stands: a file without named graphs has it among the rest.
EVIDENCE_NODES = """
SELECT DISTINCT ?node {
  VALUES ?class { kg:Mention kg:Statement kg:Name kg:Link } ?node a ?class
}
"""
#: What leads from an entity to evidence.
TO_EVIDENCE = (term("skosxl:prefLabel"), term("skosxl:altLabel"))

Node = NamedNode | BlankNode | Triple
Graph = NamedNode | BlankNode | DefaultGraph


def triples(store: Store, *, evidence: bool) -> Iterator[Triple]:
    """Yield every triple once, as if all graphs were one, in order of its N-Triples line.

    Holds all subjects in memory, but the triples of one subject at a time.
    """
    places: dict[Node, list[Graph]] = defaultdict(list)
    for graph, subject in _subjects(store, evidence):
        places[subject].append(graph)
    for subject in sorted(places, key=str):
        yield from sorted(
            {
                quad.triple
                for graph in places[subject]
                for quad in store.quads_for_pattern(subject, None, None, graph)
                if evidence or quad.predicate not in TO_EVIDENCE
            },
            key=str,
        )


def quads(store: Store, *, evidence: bool) -> Iterator[Quad]:
    """Yield every quad, the default graph first; in a graph, in order of its N-Triples line."""
    for graph, subject in sorted(_subjects(store, evidence), key=_place):
        found = store.quads_for_pattern(subject, None, None, graph)
        yield from sorted(
            (quad for quad in found if evidence or quad.predicate not in TO_EVIDENCE), key=str
        )


def _subjects(store: Store, evidence: bool) -> Iterator[tuple[Graph, Node]]:
    nodes = store.query(EVIDENCE_NODES, prefixes=dict(PREFIXES), use_default_graph_as_union=True)
    apart = set() if evidence else {row[0] for row in cast(QuerySolutions, nodes)}
    # Ten times as fast as walking over all quads, which would fetch every text from disk.
    for graph, subject in cast(QuerySolutions, store.query(SUBJECTS)):
        if evidence or (graph != EVIDENCE and subject not in apart):
            yield cast(Graph, graph) or DefaultGraph(), cast(Node, subject)


def _place(pair: tuple[Graph, Node]) -> tuple[str, str]:
    graph, subject = pair
    return ("" if isinstance(graph, DefaultGraph) else str(graph), str(subject))
