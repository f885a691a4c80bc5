"""A graph in, files out: one module a format."""

from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import IO, Protocol

from pyoxigraph import Store

from kg.errors import KgError
from kg.writers import csv, gexf, graphml, jsonld, nquads, rdfxml, turtle


class Writer(Protocol):
    """Writes one file of a format and returns how many triples, nodes or rows it wrote."""

    def __call__(self, store: Store, file: IO[bytes], *, evidence: bool) -> int: ...  # noqa: D102


#: Suffix to the files of the format: what comes before the suffix of each, and its writer.
FORMATS: Mapping[str, Mapping[str, Writer]] = {
    ".ttl": {"": turtle.write},
    ".nt": {"": nquads.write_triples},
    ".nq": {"": nquads.write},
    ".trig": {"": turtle.write_trig},
    ".jsonld": {"": jsonld.write},
    ".rdf": {"": rdfxml.write},
    ".graphml": {"": graphml.write},
    ".gexf": {"": gexf.write},
    ".csv": {".nodes": csv.write_nodes, ".edges": csv.write_edges},
}


def write(store: Store, path: Path, *, evidence: bool, format: str | None = None) -> int:
    """Write a graph to the file or files of a format; return how many things were written.

    The format is a key of ``FORMATS``, by default the suffix of ``path``. CSV is two files:
    ``x.csv`` gives ``x.nodes.csv`` and ``x.edges.csv``. Evidence goes into the one graph of a
    format without named graphs, and as a sentence to each edge of a network. A file appears
    when it is complete. Raises KgError for an unknown format or a folder that is not there.
    """
    suffix = path.suffix.lower() if format is None else f".{format.lower().removeprefix('.')}"
    if suffix not in FORMATS:
        raise KgError(f"{path}: no format {suffix!r}: choose one of {' '.join(FORMATS)}")
    stem = path.name[: -len(suffix)] if path.suffix.lower() == suffix else path.name
    return sum(
        _write(store, path.with_name(f"{stem}{infix}{suffix}") if infix else path, writer, evidence)
        for infix, writer in FORMATS[suffix].items()
    )


def _write(store: Store, path: Path, writer: Writer, evidence: bool) -> int:
    room = path.with_name(f".{path.name}-{token_hex(4)}")
    try:
        with room.open("xb") as file:
            written = writer(store, file, evidence=evidence)
        room.replace(path)
    except OSError as error:
        raise KgError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        room.unlink(missing_ok=True)
    return written
