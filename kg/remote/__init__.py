"""A SPARQL endpoint in, its graph open for reading out, as ``kg.opened`` does for a path."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

from pyoxigraph import Store

from kg.errors import KgError
from kg.opened import Graph, of
from kg.query.things import find
from kg.remote import copying
from kg.remote.endpoint import Endpoint
from kg.remote.names import Names
from kg.remote.nearby import Nearby
from kg.remote.nearby import settled as settled
from kg.remote.protocol import Address, address
from kg.search import Index
from kg.vocab import BASE

#: Bytes of an answer, unless told otherwise: of one that memory has to hold, of a whole graph.
MOST, MOST_COPIED = 1 << 30, 1 << 38

#: What an endpoint lets see: a paper, a record, evidence, and evidence in its named graph.
PROBE = """
SELECT ?what ?one WHERE {
  { SELECT ("paper" AS ?what) ?one WHERE { ?one a kg:Paper } LIMIT 1 }
  UNION { SELECT ("source" AS ?what) ?one WHERE { ?one a kg:Source } LIMIT 1 }
  UNION { SELECT ("seen" AS ?what) ?one WHERE { ?one a kg:Mention } LIMIT 1 }
  UNION { SELECT ("apart" AS ?what) ?one
          WHERE { GRAPH kg:evidence { ?one a kg:Mention } } LIMIT 1 }
}
"""


def open(url: str, *, base: str | None = None, seconds: float = 120, most: int = MOST) -> Graph:
    """Open the graph behind a SPARQL endpoint for queries, names and words.

    The URL may hold a name and password; without, ``KG_TOKEN`` is sent as a bearer token where
    the environment has one. An answer of more bytes than ``most``, and a server that is silent
    for so many ``seconds``, raise KgError, as does an endpoint that shows no papers or not their
    evidence. See ``settled`` for code that follows many links.
    """
    endpoint, found = _endpoint(address(url, seconds=seconds, most=most))
    nearby = Nearby(endpoint)
    # They answer what the reading commands ask, of a store and of an index.
    return Graph(cast(Store, nearby), cast(Index, Names(nearby)), base or found)


def around(graph: Graph, *names: str) -> Graph:
    """Copy what ``kg.why`` reads of what a name stands for, or of what links two names.

    A graph on this machine is returned as it is. Raises KgError for a name that nothing bears.
    """
    store: object = graph.store
    if not isinstance(store, Nearby):
        return graph
    asked = [find(graph, name) for name in names]
    return of(copying.around(store.endpoint, asked), base=graph.base)


@contextmanager
def whole(
    url: str,
    *,
    base: str | None = None,
    evidence: bool = True,
    seconds: float = 120,
    most: int = MOST_COPIED,
) -> Iterator[Graph]:
    """Copy the graph behind an endpoint for code that reads all of it; the copy goes at the end.

    ``evidence=False`` leaves out the named graph of the evidence. For the rest see ``open``.
    """
    endpoint, found = _endpoint(address(url, seconds=seconds, most=most))
    with copying.copied(endpoint, evidence=evidence) as store:
        yield of(store, base=base or found)


def _endpoint(address: Address) -> tuple[Endpoint, str]:
    """Find out how an endpoint shows a graph of kg, and the base of the graph's IRIs."""
    endpoint = Endpoint(address)
    found = _probe(endpoint)
    if "apart" in found and "seen" not in found:
        endpoint = replace(endpoint, union=True)
        found = _probe(endpoint)
        if "seen" not in found:
            raise KgError(
                f"{address}: hides the named graph of the evidence: load the N-Triples that"
                " kg export writes, or let its default graph be the union of all (oxigraph serve"
                " --union-default-graph)"
            )
    if "paper" not in found:
        raise KgError(f"{address}: shows no kg:Paper: name the endpoint of a graph of kg")
    base, folder, _ = found.get("source", "").rpartition("source/")
    return replace(endpoint, layered="apart" in found), base if folder else BASE


def _probe(endpoint: Endpoint) -> dict[str, str]:
    return {row["what"].value: row["one"].value for row in endpoint.select(PROBE)}
