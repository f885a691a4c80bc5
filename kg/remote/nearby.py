"""An endpoint seen through what has come of it, so that ordinary code needs few requests."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeVar

from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
)

from kg.opened import Graph
from kg.remote.endpoint import Endpoint, leading
from kg.search.rows import fold
from kg.search.things import ALSO, SHOWN

T = TypeVar("T")

#: What bears a name, whatever its letter case: a scan, as letter case has no index.
NAMED = """
SELECT DISTINCT ?thing ?name WHERE {{
  {{ SELECT ?thing ?name (LCASE(STR(?name)) AS ?lower) WHERE {{
       VALUES ?property {{ {properties} }}
       ?thing ?property ?name }} }}
  VALUES ?lower {{ {names} }}
}}
"""

#: A pattern of triples: all of a subject, or all with a predicate, with a value, with both.
Pattern = tuple[NamedNode | None, NamedNode | None, NamedNode | Literal | None]


class Nearby:
    """What of ``pyoxigraph.Store`` the reading commands call, over an endpoint.

    What has come once is not fetched again: the graph is taken not to change meanwhile.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        """Begin with nothing fetched."""
        self.endpoint = endpoint
        self._store = Store()
        self._patterns: set[Pattern] = set()
        #: Names as ``fold`` writes them, to what bears them.
        self._bearers: dict[str, tuple[str, ...]] = {}
        #: What was asked for and has not come, in the order of asking.
        self._missed: dict[Pattern | str, None] = {}
        self._waiting = False

    def settled(self, compute: Callable[[], T]) -> T:
        """Run what reads the graph until it asks for nothing that has not come.

        Each time, all that it asked for is fetched at once: a way through the graph costs as many
        rounds as it has steps, and not a request for each node. What is computed must depend on
        the graph alone.
        """
        while True:
            self._waiting = True
            try:
                found = compute()
            # Half a graph can make any code fail; what it fails for with all of it is told.
            except Exception:
                if not self._missed:
                    raise
            else:
                if not self._missed:
                    return found
            finally:
                self._waiting = False
            self._fetch()

    def query(
        self,
        text: str,
        *,
        base_iri: str | None = None,
        prefixes: Mapping[str, str] = MappingProxyType({}),
        use_default_graph_as_union: bool = False,
    ) -> QueryBoolean | QuerySolutions | QueryTriples:
        """Answer a query: see ``Endpoint.query``."""
        self._complete()
        return self.endpoint.query(
            text,
            base_iri=base_iri,
            prefixes=prefixes,
            use_default_graph_as_union=use_default_graph_as_union,
        )

    def quads_for_pattern(
        self,
        subject: NamedNode | None,
        predicate: NamedNode | None,
        value: NamedNode | Literal | None,
        graph: None = None,
    ) -> Iterator[Quad]:
        """Yield the triples of all graphs that fit."""
        pattern = (None, predicate, value) if subject is None else (subject, None, None)
        if pattern not in self._patterns:
            self._miss(pattern)
        return self._store.quads_for_pattern(subject, predicate, value, None)

    def named(self, name: str) -> tuple[str, ...]:
        """Return the IRIs of all that bears a name, sorted; letter case does not matter."""
        folded = fold(name)
        if folded not in self._bearers:
            self._miss(folded)
        return self._bearers.get(folded, ())

    def select(self, text: str) -> QuerySolutions:
        """Answer a SELECT over all graphs: see ``Endpoint.select``."""
        self._complete()
        return self.endpoint.select(text)

    def __len__(self) -> int:
        """Count the triples of all graphs."""
        return self.endpoint.count("?s ?p ?o")

    def _complete(self) -> None:
        if self._missed:
            raise LookupError("what is asked may hang on what has not come yet")

    def _miss(self, wanted: Pattern | str) -> None:
        self._missed[wanted] = None
        if not self._waiting:
            self._fetch()

    def _fetch(self) -> None:
        """Fetch what was missed."""
        missed, self._missed = self._missed, {}
        subjects: list[NamedNode] = []
        values: dict[NamedNode, list[NamedNode | Literal]] = defaultdict(list)
        for subject, predicate, value in (one for one in missed if not isinstance(one, str)):
            if subject is not None:
                subjects.append(subject)
            elif predicate is not None and value is not None:
                values[predicate].append(value)
            else:
                pattern = "?s ?p ?o" if predicate is None else leading(predicate)
                bound = "" if value is None else f"VALUES ?o {{ {value} }}"
                self.endpoint.load(self._store, f"{bound} {pattern}")
        self.endpoint.load_about(self._store, "?s ?p ?o", "?s", subjects)
        for predicate, some in values.items():
            self.endpoint.load_about(self._store, leading(predicate), "?o", some)
        self._patterns.update(one for one in missed if not isinstance(one, str))
        self._find([one for one in missed if isinstance(one, str)])

    def _find(self, names: list[str]) -> None:
        if not names:
            return
        bearers: dict[str, set[str]] = {name: set() for name in names}
        lower = sorted({name.lower() for name in names})
        text = NAMED.format(
            properties=" ".join((*SHOWN, *ALSO)),
            names=" ".join(str(Literal(name)) for name in lower),
        )
        for row in self.endpoint.select(text):
            if isinstance(row["thing"], NamedNode):
                bearers.setdefault(fold(row["name"].value), set()).add(row["thing"].value)
        self._bearers.update((name, tuple(sorted(bearers[name]))) for name in names)


def settled(graph: Graph, compute: Callable[[Graph], T]) -> T:
    """Compute something from a graph; from one behind an endpoint, in few requests."""
    store: object = graph.store
    if isinstance(store, Nearby):
        return store.settled(lambda: compute(graph))
    return compute(graph)
