"""Names in, the things of the graph that bear them out."""

from collections.abc import Iterator

from pyoxigraph import NamedNode, Store

from kg.errors import KgError
from kg.graph import printable
from kg.opened import Graph
from kg.search.things import KINDS as KINDS
from kg.search.things import OPENING as OPENING
from kg.search.things import Thing as Thing
from kg.search.things import see as see
from kg.terms import plain


def find(graph: Graph, name: str, kind: str = "Thing") -> tuple[Thing, ...]:
    """Return all that a name stands for, sorted; letter case is ignored.

    The name is a label, an alias, a title, an identifier, or an IRI, in ``<>`` or not, also below
    the base of the graph. Raises KgError where nothing of that kind is called so.
    """
    wanted = printable(" ".join(name.split()))
    nodes = {*map(NamedNode, graph.index.named(wanted)), *_addressed(graph, wanted)}
    things = {
        thing for node in nodes for thing in see(graph.store, node) if thing.kind in KINDS[kind]
    }
    if not things:
        close = graph.index.close(wanted, [kind])
        hint = (
            f"did you mean {' or '.join(map(plain, close))}?" if close else "ask for another name"
        )
        raise KgError(f"no {kind.lower()} in the graph is called {wanted!r}: {hint}")
    return tuple(sorted(things))


def _addressed(graph: Graph, name: str) -> Iterator[NamedNode]:
    written = name.removeprefix("<").removesuffix(">")
    for address in (written, graph.base + written):
        try:
            node = NamedNode(address)
        except ValueError:
            continue
        if _known(graph.store, node):
            yield node


def _known(store: Store, node: NamedNode) -> bool:
    return next(store.quads_for_pattern(node, None, None, None), None) is not None
