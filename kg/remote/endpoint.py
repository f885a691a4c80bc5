"""A graph behind a SPARQL endpoint, asked as a store on this machine is."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import IO, cast

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    parse_query_results,
)

from kg.errors import KgError
from kg.query.binding import complete
from kg.query.safety import refuse_depth, refuse_service
from kg.remote.protocol import GRAPHS, ROWS, Address, answer
from kg.terms import PREFIXES

#: All triples of a store, as the answer to a query.
ALL = "CONSTRUCT WHERE { ?s ?p ?o }"

#: How many things one request asks for.
BATCH = 400

#: By this name Oxigraph's server takes the wish that all graphs be seen as one.
UNION = "union-default-graph"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What of ``pyoxigraph.Store`` the reading commands call, over the SPARQL 1.1 Protocol."""

    address: Address
    #: The server has to be asked to see all graphs as one.
    union: bool = False
    #: The evidence stands in a named graph of its own.
    layered: bool = False

    def query(
        self,
        text: str,
        *,
        base_iri: str | None = None,
        prefixes: Mapping[str, str] = MappingProxyType({}),
        use_default_graph_as_union: bool = False,
    ) -> QueryBoolean | QuerySolutions | QueryTriples:
        """Answer a query; the whole answer has come, and can be read, before this returns.

        Raises SyntaxError as a store does, and KgError for what goes wrong on the way.
        """
        refuse_depth(text, "the query")
        refuse_service(text, "the query")
        # Tells the form of the query, and keeps a mistake or an update from going out.
        form = type(Store().query(text, base_iri=base_iri, prefixes=dict(prefixes)))
        sent = complete(text, base=base_iri, prefixes=prefixes)
        union = use_default_graph_as_union and self.union
        if form is QueryTriples:
            store = Store()
            with answer(self.address, _form(sent, union), GRAPHS) as (media, body):
                _load(self.address, store, body, media, None)
            return store.query(ALL)
        with answer(self.address, _form(sent, union), ROWS) as (media, body):
            written = body.read()
        found = _rows(self.address, written, media)
        if type(found) is not form:
            raise KgError(f"{self.address}: answers another question: name a SPARQL endpoint")
        return found

    def load(
        self, store: Store, pattern: str, *, union: bool = True, graph: NamedNode | None = None
    ) -> None:
        """Put the triples ``?s ?p ?o`` of a pattern into a store, as they come."""
        sent = _form(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}", union and self.union)
        with answer(self.address, sent, GRAPHS) as (media, body):
            _load(self.address, store, body, media, graph)

    def load_about(
        self, store: Store, pattern: str, variable: str, terms: Iterable[NamedNode | Literal]
    ) -> None:
        """Put the triples ``?s ?p ?o`` of a pattern into a store, for some values of a variable."""
        # A term is as N-Triples has it, escaped by pyoxigraph, and SPARQL reads it so.
        rest = iter(sorted(map(str, terms)))
        while batch := " ".join(islice(rest, BATCH)):
            self.load(store, f"VALUES {variable} {{ {batch} }} {pattern}")

    def count(self, pattern: str, *, union: bool = True) -> int:
        """Count the solutions of a pattern."""
        (row,) = self.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}", union=union)
        return int(row["n"].value)

    def select(self, text: str, *, union: bool = True) -> QuerySolutions:
        """Answer a SELECT, with the prefixes of ``kg.terms``."""
        found = self.query(text, prefixes=PREFIXES, use_default_graph_as_union=union)
        return cast(QuerySolutions, found)


def leading(predicate: NamedNode) -> str:
    """Return the pattern of the triples of a property; VALUES would make Oxigraph read all."""
    return f"?s {predicate} ?o BIND({predicate} AS ?p)"


def _broken(address: Address, error: Exception) -> KgError:
    """Say that an answer ended too early, or is none."""
    reason = " ".join(str(error).split())
    return KgError(f"{address}: the answer was cut off, or is not what it says: {reason}")


def _form(text: str, union: bool) -> dict[str, str]:
    return {"query": text, **({UNION: "true"} if union else {})}


def _load(
    address: Address, store: Store, body: IO[bytes], media: str, graph: NamedNode | None
) -> None:
    try:
        store.bulk_load(body, GRAPHS[media], to_graph=graph)
    except SyntaxError as error:
        raise _broken(address, error) from error


def _rows(address: Address, written: bytes, media: str) -> QueryBoolean | QuerySolutions:
    """Read SPARQL 1.1 Query Results JSON Format, to its end before any row is given out."""
    parsed = partial(parse_query_results, written, ROWS[media])
    try:
        if isinstance(parsed(), QueryBoolean):
            # Read no further than the truth.
            json.loads(written)
        else:
            for _ in cast(QuerySolutions, parsed()):
                pass
        return parsed()
    except (SyntaxError, ValueError, RecursionError) as error:
        raise _broken(address, error) from error
