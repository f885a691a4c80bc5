"""A query or a path in, an answer complete in its form out: what workers do for ``/sparql``."""

from collections.abc import Iterable, Sequence
from itertools import chain
from textwrap import shorten

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    Triple,
)

from kg.errors import KgError
from kg.opened import Graph
from kg.query.safety import (
    QUERIES,
    UPDATES,
    names_dataset,
    refuse_depth,
    refuse_service,
    words,
)
from kg.serve import forms, media
from kg.serve.messages import Limits, Reply, refusal
from kg.serve.protocol import READ_ONLY
from kg.terms import PREFIXES

#: Characters of what the parser says of a query.
LONGEST = 200

#: Why there is no resource.
NOTHING = "the graph says nothing of this address: search for a name at /search"


def sparql(
    graph: Graph,
    limits: Limits,
    *,
    text: str,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    accept: str | None = None,
    gzip: bool = False,
) -> Reply:
    """Answer a query in the form that an Accept header asks for.

    It sees all graphs as one, unless it says FROM; graphs that the request names take the place
    of those that the query names. Prefixes of ``kg.terms.PREFIXES`` need no declaration. Rows come
    in the order of the engine, triples sorted. Raises KgError for a query that cannot be.
    """
    refuse_depth(text, "query")
    refuse_service(text, "query")
    given = bool(default_graphs or named_graphs)
    default: list[NamedNode | BlankNode | DefaultGraph] = [*map(_node, default_graphs)]
    named: list[NamedNode | BlankNode] = [*map(_node, named_graphs)]
    try:
        found = graph.store.query(
            text,
            base_iri=graph.base,
            prefixes=dict(PREFIXES),
            use_default_graph_as_union=not given and not names_dataset(text),
            default_graph=default if given else None,
            named_graphs=named if given else None,
        )
        return _reply(found, limits, accept, gzip)
    except SyntaxError as error:
        known = set(words(text))
        if known & UPDATES and not known.intersection(QUERIES):
            raise KgError(READ_ONLY) from error
        raise KgError(f"not a SPARQL 1.1 query: {shorten(str(error), LONGEST)}") from error
    except (RuntimeError, ValueError) as error:
        raise KgError(f"query: {shorten(str(error), LONGEST)}") from error


def describe(
    graph: Graph, limits: Limits, *, path: str, accept: str | None = None, gzip: bool = False
) -> Reply:
    """Answer with all that the graph says of the resource at a path below its base, as triples.

    The path is encoded as it is in the IRI. 404 where the graph says nothing of it.
    """
    try:
        node = NamedNode(graph.base + path)
    except ValueError:
        return refusal(404, NOTHING)
    quads = graph.store.quads_for_pattern(node, None, None, None)
    first = next(quads, None)
    if first is None:
        return refusal(404, NOTHING)
    return _reply((quad.triple for quad in chain((first,), quads)), limits, accept, gzip)


def _reply(
    found: QuerySolutions | QueryBoolean | Iterable[Triple],
    limits: Limits,
    accept: str | None,
    gzip: bool,
) -> Reply:
    offered = media.TABLES if isinstance(found, QuerySolutions | QueryBoolean) else media.GRAPHS
    chosen = media.choose(accept, offered)
    if chosen is None:
        return refusal(406, f"this answer comes as {', '.join(offered)}: accept one of them")
    try:
        body = _body(found, chosen, limits)
    except forms.TooMuch as error:
        return refusal(422, str(error))
    reply = Reply(200, media.typed(chosen), body, (("vary", "Accept"),))
    return media.packed(reply) if gzip else reply


def _body(
    found: QuerySolutions | QueryBoolean | Iterable[Triple], chosen: str, limits: Limits
) -> bytes:
    if isinstance(found, QueryBoolean):
        return forms.truth(found, media.TABLES[chosen])
    if isinstance(found, QuerySolutions):
        names = [variable.value for variable in found.variables]
        return forms.table(names, map(tuple, found), media.TABLES[chosen], limits)
    return forms.graph(found, media.GRAPHS[chosen], limits)


def _node(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise KgError(f"graph {iri[:LONGEST]!a}: not an absolute IRI: give one") from error
