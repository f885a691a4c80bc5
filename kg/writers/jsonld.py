"""A store in, expanded JSON-LD 1.1 out: needs no context, so none is fetched."""

from typing import IO

from pyoxigraph import RdfFormat, Store, serialize

from kg.writers import order


def write(store: Store, file: IO[bytes], *, evidence: bool) -> int:
    """Write JSON-LD with named graphs and return the number of quads."""
    quads = list(order.quads(store, evidence=evidence))
    serialize(quads, file, RdfFormat.JSON_LD)
    return len(quads)
