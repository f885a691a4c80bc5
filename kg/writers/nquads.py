"""A store in, N-Triples or N-Quads out: sorted lines, canonical as W3C RDF 1.1 N-Triples has it."""

from typing import IO

from pyoxigraph import Store

from kg.writers import order


def write(store: Store, file: IO[bytes], *, evidence: bool) -> int:
    """Write N-Quads and return the number of quads."""
    written = 0
    for quad in order.quads(store, evidence=evidence):
        file.write(f"{quad} .\n".encode())
        written += 1
    return written


def write_triples(store: Store, file: IO[bytes], *, evidence: bool) -> int:
    """Write N-Triples, all graphs as one, and return the number of triples."""
    written = 0
    for triple in order.triples(store, evidence=evidence):
        file.write(f"{triple} .\n".encode())
        written += 1
    return written
