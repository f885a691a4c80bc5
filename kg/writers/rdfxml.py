"""A store in, RDF/XML out."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import IO, cast

from pyoxigraph import Literal, RdfFormat, Store, Triple, serialize

from kg.graph import PREFIXES, printable
from kg.writers import order


def write(store: Store, file: IO[bytes], *, evidence: bool) -> int:
    """Write RDF/XML, all graphs as one, and return the number of triples.

    Characters that XML cannot carry become U+FFFD.
    """
    written = 0

    def printed() -> Iterator[Triple]:
        nonlocal written
        for triple in order.triples(store, evidence=evidence):
            written += 1
            yield _printable(triple)

    def write_bytes(chunk: bytes) -> int:
        # An XML parser reads a bare carriage return as a line feed, and offsets would shift.
        file.write(chunk.replace(b"\r", b"&#13;"))
        return len(chunk)

    sink = SimpleNamespace(write=write_bytes, flush=file.flush)
    serialize(printed(), cast(IO[bytes], sink), RdfFormat.RDF_XML, prefixes=dict(PREFIXES))
    return written


def _printable(triple: Triple) -> Triple:
    literal = triple.object
    if not isinstance(literal, Literal) or printable(literal.value) == literal.value:
        return triple
    text = printable(literal.value)
    if literal.language is not None:
        return Triple(triple.subject, triple.predicate, Literal(text, language=literal.language))
    return Triple(triple.subject, triple.predicate, Literal(text, datatype=literal.datatype))
