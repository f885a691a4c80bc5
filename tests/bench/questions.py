"""The time of every saved question on a graph, asked with its example and with the largest hubs.

    python tests/bench/questions.py GRAPH [LIMIT_MS] [QUESTION...]

The hubs are picked from the graph: the method, dataset, task, concept, author and venue of most
papers, and a paper that names the first of these. Names are looked up beforehand, so that a time is
that of the query alone, the best of three, until its last row; LIMIT_MS is 300 where none is given.
A question that says it reads the whole graph is timed once, and held to no limit. Beside each time
stands that of the processor, which tells more where others keep the machine busy.
"""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QuerySolutions, Variable

from kg import opened
from kg.errors import KgError
from kg.opened import Graph
from kg.query import SavedQuery, saved
from kg.query.binding import bind
from kg.query.things import find
from kg.terms import PREFIXES

TURNS = 3

#: Kind to the property that leads from a paper to it, and the class of what it leads to.
HUBS = {
    "Method": ("kg:mentions", "kg:Method"),
    "Dataset": ("kg:mentions", "kg:Dataset"),
    "Task": ("kg:mentions", "kg:Task"),
    "Concept": ("kg:mentions", "kg:Concept"),
    "Author": ("dct:creator", "kg:Author"),
    "Venue": ("kg:venue", "kg:Venue"),
}
MOST = """
SELECT ?thing WHERE {{
  {{
    SELECT ?thing (COUNT(?paper) AS ?papers) WHERE {{ ?paper {property} ?thing }} GROUP BY ?thing
  }}
  ?thing a {kind} .
}}
ORDER BY DESC(?papers) ?thing LIMIT 2
"""
OF_HUB = "SELECT ?thing WHERE { ?thing a kg:Paper ; kg:mentions ?hub } ORDER BY ?thing LIMIT 1"

Terms = dict[Variable, NamedNode | Literal]


def rows(graph: Graph, text: str, terms: Mapping[Variable, NamedNode | Literal]) -> QuerySolutions:
    """Begin to answer a query."""
    found = graph.store.query(
        bind(text, terms),
        base_iri=graph.base,
        prefixes=dict(PREFIXES),
        use_default_graph_as_union=True,
    )
    assert isinstance(found, QuerySolutions)
    return found


def hubs(graph: Graph) -> dict[str, list[NamedNode]]:
    """Pick the two things of each kind that most papers have, and a paper."""
    picked = {
        kind: [row["thing"] for row in rows(graph, MOST.format(property=name, kind=class_), {})]
        for kind, (name, class_) in HUBS.items()
    }
    picked["Entity"] = picked["Method"]
    hub = {Variable("hub"): picked["Method"][0]}
    picked["Paper"] = [row["thing"] for row in rows(graph, OF_HUB, hub)]
    return picked


def asked(graph: Graph, query: SavedQuery, most: Mapping[str, list[NamedNode]]) -> Iterator[Terms]:
    """Yield what a question is asked with: its example where the graph knows it, the hubs."""
    with suppress(KgError):
        yield dict(terms(graph, query))
    kinds = [parameter.kind for parameter in query.parameters if parameter.kind]
    if kinds and all(most[kind] for kind in kinds):
        own = {p.name for p in query.parameters if p.kind is None and p.default is None}
        assert not own, f"{query.name}: no hub for {own}"
        picked: Terms = {}
        for parameter in query.parameters:
            if parameter.kind is None:
                picked[Variable(parameter.name)] = literal(parameter.default or "")
            else:
                # Of two tasks the second is another one.
                rank = min(kinds.count(parameter.kind), 1 + len(picked)) - 1
                picked[Variable(parameter.name)] = most[parameter.kind][rank]
        yield picked


def terms(graph: Graph, query: SavedQuery) -> Iterator[tuple[Variable, NamedNode | Literal]]:
    """Yield the terms of a question's example; KgError where the graph has no such thing."""
    for parameter in query.parameters:
        value = query.example.get(parameter.name, parameter.default or "")
        if parameter.kind is None:
            yield Variable(parameter.name), literal(value)
        elif value:
            yield Variable(parameter.name), NamedNode(find(graph, value, parameter.kind)[0].iri)


def literal(value: str) -> Literal:
    """Write a value as ``kg.query.ask`` does: a number where it is one."""
    return Literal(int(value)) if value.isdecimal() else Literal(value)


def main() -> None:
    """Print a line for each question and what it was asked with."""
    graph = opened.open(Path(sys.argv[1]))
    limit = float(sys.argv[2]) if len(sys.argv) > 2 else 300.0
    most = hubs(graph)
    misses = 0
    print(f"{'question':40} {'rows':>7} {'ms':>7} {'cpu':>7}  limit  asked with")
    for query in saved().values():
        if sys.argv[3:] and query.name not in sys.argv[3:]:
            continue
        for given in asked(graph, query, most):
            best = busy = float("inf")
            for _ in range(1 if query.whole else TURNS):
                start, before = time.perf_counter(), time.process_time()
                count = sum(1 for _ in rows(graph, query.text, given))
                best = min(best, 1000 * (time.perf_counter() - start))
                busy = min(busy, 1000 * (time.process_time() - before))
            miss = best > limit and not query.whole
            misses += miss
            held = "whole" if query.whole else f"{limit:5.0f}"
            said = " ".join(f"{name.value}={term.value}" for name, term in given.items())
            mark = " MISS" if miss else ""
            figures = f"{count:7} {best:7.0f} {busy:7.0f}  {held}{mark}"
            print(f"{query.name:40} {figures}  {said.replace(graph.base, '')}", flush=True)
    print(f"{misses} over the limit")


if __name__ == "__main__":
    main()
