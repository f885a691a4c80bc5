"""SPARQL with holes in, rows of texts out; and what a page says of a thing, and where it links.

A hub stands in tens of thousands of quads, and each that is made a text costs a look into the
store: so queries join, count and sort, and give out no more rows than a page shows.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions

from kg.opened import Graph
from kg.terms import FOLDERS, PREFIXES, term
from kg.view.facts import name

#: What fills a hole: ``$thing`` a term, ``$papers`` some, ``$most`` a number.
Filling: TypeAlias = int | NamedNode | Literal | Sequence[NamedNode]
#: Name of one of the graphs that a store holds.
GraphName: TypeAlias = NamedNode | DefaultGraph
#: The graph of what is known of papers and things, beside ``EVIDENCE``.
PLAIN = DefaultGraph()

#: First segment of a path to what stands there; anything else is a resource of no kind.
KINDS: Mapping[str, str] = {
    "paper": "Paper",
    **{folder: kind for kind, folder in FOLDERS.items()},
}
#: Kind to the property that names it.
NAME: Mapping[str, str] = {
    "Paper": "dct:title",
    "Author": "foaf:name",
    **dict.fromkeys(("Method", "Dataset", "Task", "Concept", "Venue"), "skos:prefLabel"),
}

#: More papers than these are not put in order of their dates.
MOST_SORTED = 2000
#: Some of the papers that a property leads to a thing, the newest first or in no order.
NEWEST = """
SELECT ?paper ?date {
  ?paper $property $thing . OPTIONAL { ?paper dct:issued ?date }
} ORDER BY DESC(?date) ?paper OFFSET $skip LIMIT $most
"""
ANY = """
SELECT ?paper ?date {
  { SELECT ?paper { ?paper $property $thing } OFFSET $skip LIMIT $most }
  OPTIONAL { ?paper dct:issued ?date }
}
"""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a page calls something, and where that leads."""

    name: str
    #: None where it leads nowhere.
    href: str | None = None
    #: A key of ``NAME``, or empty.
    kind: str = ""
    #: The address is not of this server.
    away: bool = False


def rows(
    graph: Graph, query: str, *, only: GraphName | None = None, **fillings: Filling
) -> list[tuple[str, ...]]:
    """Return the rows of a SELECT, each value as its text, empty where there is none.

    A hole ``$name`` takes terms as pyoxigraph writes them, which has checked them. ``only`` one
    named graph is asked, in half the time, unless it is empty, as in a file that has no others.
    """
    filled = re.sub(r"\$(\w+)", lambda hole: _written(fillings[hole[1]]), query)
    alone = only is not None and _holds(graph, only)
    found = graph.store.query(
        filled,
        prefixes=dict(PREFIXES),
        use_default_graph_as_union=not alone,
        default_graph=only if alone else None,
    )
    return [
        tuple("" if one is None else cast(NamedNode | Literal, one).value for one in solution)
        for solution in cast(QuerySolutions, found)
    ]


def _holds(graph: Graph, name: GraphName) -> bool:
    return next(graph.store.quads_for_pattern(None, None, None, name), None) is not None


def _written(filling: Filling) -> str:
    return " ".join(map(str, filling)) if isinstance(filling, Sequence) else str(filling)


def count(graph: Graph, predicate: str, thing: NamedNode | Literal) -> int:
    """Return how many nodes have a value."""
    query = "SELECT (COUNT(*) AS ?number) { ?node $predicate $thing }"
    ((number,),) = rows(graph, query, only=PLAIN, predicate=term(predicate), thing=thing)
    return int(number)


def node(iri: str) -> NamedNode | None:
    """Make a term of an IRI, or None of what is none."""
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def nodes(iris: Iterable[str]) -> list[NamedNode]:
    """Make terms of IRIs, and pass over what is none, such as a blank node of another's file."""
    return [one for one in map(node, iris) if one is not None]


def kind(graph: Graph, iri: str) -> str:
    """Tell the kind of a thing by its path, empty where it has none."""
    below = iri.startswith(graph.base)
    return KINDS.get(iri.removeprefix(graph.base).partition("/")[0], "") if below else ""


def anchor(graph: Graph, iri: str, called: str = "") -> Anchor:
    """Link a thing under its own name, or under another one."""
    own = kind(graph, iri)
    path = iri.removeprefix(graph.base) if iri.startswith(graph.base) else ""
    # An address that begins with two slashes would be that of another server.
    if path and not path.startswith(("/", "\\")):
        return Anchor(called or _name(graph, iri, own), f"/{path}", own)
    return outward(called or iri, iri)


def outward(text: str, iri: str) -> Anchor:
    """Link to an address elsewhere, or give only the text where a browser should not follow it."""
    return Anchor(text, iri, away=True) if iri.startswith(("https://", "http://")) else Anchor(text)


def _name(graph: Graph, iri: str, own: str) -> str:
    if own:
        predicate = term(NAME[own])
        for quad in graph.store.quads_for_pattern(NamedNode(iri), predicate, None, None):
            if isinstance(quad.object, Literal) and quad.object.value.strip():
                return " ".join(quad.object.value.split())
        return name(graph.store, iri)
    return iri.removeprefix(graph.base)
