"""A path in, a graph open for reading out: its quads, its index of names and texts, its base."""

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Store

from kg import search
from kg.errors import KgError
from kg.search import rows
from kg.store import base_of, open_graph, state
from kg.terms import term
from kg.vocab import BASE


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph open for reading."""

    store: Store
    index: search.Index
    #: Namespace of the graph's IRIs.
    base: str


def open(path: Path) -> Graph:
    """Open a store, or load an RDF file; KgError where there is none, or where it is damaged."""
    while True:
        folder = state(path)
        try:
            store = open_graph(path)
            base = base_of(path) if path.is_dir() else _base(store)
            graph = Graph(store, search.open_index(folder, store), base)
        except KgError:
            if state(path) == folder:
                raise
            continue
        # A writer may have put a new state in place of the old one in the meantime.
        if state(path) == folder:
            return graph


def of(store: Store, *, base: str = BASE) -> Graph:
    """Take quads for a graph; its index is made in memory."""
    return Graph(store, search.Index(lambda: rows.write(rows.MEMORY, store)), base)


def _base(store: Store) -> str:
    """Return the namespace of the IRIs in an RDF file, as its sources show it."""
    for quad in store.quads_for_pattern(None, term("rdf:type"), term("kg:Source"), None):
        if isinstance(quad.subject, NamedNode):
            return quad.subject.value.rpartition("source/")[0] or BASE
    return BASE
