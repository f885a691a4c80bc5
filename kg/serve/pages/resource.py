"""The page of any other resource: its properties, and what points to it."""

from collections.abc import Iterable
from itertools import islice

from pyoxigraph import NamedNode, Quad

from kg.opened import Graph
from kg.serve.pages.lookup import Anchor, anchor
from kg.serve.pages.sheet import Parameters, Sheet
from kg.terms import short

#: Values shown, and resources that point here.
MOST_VALUES, MOST_POINTING = 300, 50


def show(graph: Graph, thing: NamedNode, parameters: Parameters) -> Sheet | None:
    """Show what the graph says of a resource; None where it says nothing."""
    store = graph.store
    own = list(islice(store.quads_for_pattern(thing, None, None, None), MOST_VALUES + 1))
    pointing = store.quads_for_pattern(None, None, thing, None)
    others = list(islice(pointing, MOST_POINTING + 1))
    if not own and not others:
        return None
    name = anchor(graph, thing.value).name
    return Sheet(
        "resource.html",
        name,
        {
            "name": name,
            "iri": thing.value,
            "values": _table(graph, own[:MOST_VALUES], own=True),
            "more_values": len(own) > MOST_VALUES,
            "pointing": _table(graph, others[:MOST_POINTING], own=False),
            "more_pointing": len(others) > MOST_POINTING,
        },
        resource=True,
    )


def _table(graph: Graph, quads: Iterable[Quad], *, own: bool) -> list[tuple[str, list[Anchor]]]:
    """Return properties with the other ends of their quads, both sorted."""
    found: dict[str, set[Anchor]] = {}
    for quad in quads:
        other = quad.object if own else quad.subject
        values = found.setdefault(short(quad.predicate.value, graph.base), set())
        if isinstance(other, NamedNode):
            values.add(_anchor(graph, other.value))
        else:
            values.add(Anchor(getattr(other, "value", str(other))))
    return [
        (words, sorted(values, key=lambda one: (one.name, one.href or "")))
        for words, values in sorted(found.items())
    ]


def _anchor(graph: Graph, iri: str) -> Anchor:
    """Link a value: of this graph by its name, of a vocabulary by its short form."""
    written = short(iri, graph.base)
    return anchor(graph, iri) if written.startswith("<") else anchor(graph, iri, written)
