"""A graph on disk: quads in, a store directory out, and either that or an RDF file opened."""

import gzip
import json
import tempfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import IO, cast

import rdflib
from pyoxigraph import Quad, QuerySolutions, RdfFormat, Store

from kg.errors import KgError
from kg.graph import CLASSES, PREFIXES, term
from kg.model import Merge

#: Suffix of an RDF file to its format.
RDF: Mapping[str, RdfFormat] = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".jsonld": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
}

#: The file that makes a directory a store, and the folder in it that holds the quads.
MANIFEST = "manifest.json"
FOLDER = "store"

#: How many quads are sorted in memory at once: 670,000 quads took 454 MB so, 748 MB in one go.
BATCH = 250_000

#: How many nodes there are of each class.
COUNTS = """
SELECT ?class (COUNT(DISTINCT ?node) AS ?nodes) WHERE {
  { ?node a ?class } UNION { GRAPH ?graph { ?node a ?class } }
} GROUP BY ?class
"""

#: How many quads the evidence has.
EVIDENCE_COUNT = "SELECT (COUNT(*) AS ?quads) WHERE { GRAPH kg:evidence { ?s ?p ?o } }"

#: The ledger: a JSON line for each merge.
LEDGER = "merges.jsonl"


def write(
    quads: Iterable[Quad],
    path: Path,
    *,
    facts: Mapping[str, object],
    ledger: Iterable[Merge] = (),
) -> dict[str, int]:
    """Write a store directory and return its counts: quads, and nodes of each class.

    It is built beside its place and moved there when complete, so an older store at ``path``
    stands until then. ``facts`` (what was read, by which model ...) go into the manifest, each
    merge of the ledger into a line of ``merges.jsonl``.
    Raises KgError where something that is not a store stands at ``path``.
    """
    # Through a link, so that what the link points to is replaced and not the link.
    place = path.resolve()
    check_place(path)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{place.name}-", dir=place.parent) as room:
            new = Path(room) / "new"
            new.mkdir()
            found = _fill(new / FOLDER, quads)
            said = {"kg": version("kg"), "counts": found, "facts": dict(facts)}
            text = json.dumps(said, indent=2, sort_keys=True)
            (new / MANIFEST).write_text(text + "\n", encoding="utf-8")
            rows = [json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in ledger]
            # A lone surrogate becomes its JSON escape.
            (new / LEDGER).write_text("".join(rows), encoding="utf-8", errors="backslashreplace")
            _swap(new, place, Path(room) / "old")
    except OSError as error:
        raise KgError(f"{path}: cannot be written: {_line(error)}") from error
    return found


def check_place(path: Path) -> None:
    """Raise KgError where a store cannot be written: something else is there, or no folder."""
    place = path.resolve()
    if place.exists() and not is_store(place):
        raise KgError(f"{path}: is there and is not a graph of kg: give another name, or remove it")
    if not place.parent.is_dir():
        raise KgError(f"{path}: its folder does not exist: make it first")


def is_store(path: Path) -> bool:
    """Tell whether a path is a store directory that ``write`` made."""
    return (path / FOLDER).is_dir() and "kg" in manifest(path)


def manifest(path: Path) -> dict[str, object]:
    """Return what a store directory says of itself; nothing, where it says nothing."""
    try:
        said = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def counts(store: Store) -> dict[str, int]:
    """Count the quads, those of the evidence, and the nodes of each class of the ontology."""
    rows = cast(QuerySolutions, store.query(COUNTS, prefixes=dict(PREFIXES)))
    nodes = {row["class"].value: int(row["nodes"].value) for row in rows}
    found = {name: nodes.get(term(f"kg:{name}").value, 0) for name in CLASSES}
    evidence = cast(QuerySolutions, store.query(EVIDENCE_COUNT, prefixes=dict(PREFIXES)))
    return {"quads": len(store), "evidence": int(next(evidence)["quads"].value), **found}


def open_graph(path: Path) -> Store:
    """Open a store directory for reading, or load an RDF file, gzip or not, into memory.

    Raises KgError where there is none, or where it is damaged.
    """
    if path.is_dir():
        return _open_directory(path)
    if path.is_file():
        return _load_file(path)
    raise KgError(f"{path}: no such graph: check the name, or make it with kg build")


def load(path: Path) -> rdflib.Dataset:
    """Open a graph for rdflib; a query sees the evidence and the rest as one graph."""
    from oxrdflib import OxigraphStore

    return rdflib.Dataset(store=OxigraphStore(store=open_graph(Path(path))), default_union=True)


def _fill(folder: Path, quads: Iterable[Quad]) -> dict[str, int]:
    store = Store(str(folder))
    rest = iter(quads)
    while batch := list(islice(rest, BATCH)):
        store.bulk_extend(batch)
    # Twice the room on disk, and joins in half the time.
    store.optimize()
    store.flush()
    return counts(store)


def _swap(new: Path, path: Path, old: Path) -> None:
    if path.exists():
        path.rename(old)
    try:
        new.rename(path)
    except OSError:
        if old.exists():
            old.rename(path)
        raise


def _open_directory(path: Path) -> Store:
    if not is_store(path):
        raise KgError(f"{path}: is a directory without a graph: name one that kg build made")
    try:
        store = Store.read_only(str(path / FOLDER))
        if next(iter(store), None) is None and _quads(path) > 0:
            raise OSError("it has lost its quads")
    # RocksDB's own complaints come as RuntimeError.
    except (OSError, RuntimeError) as error:
        raise KgError(f"{path}: the graph is damaged, build it again: {_line(error)}") from error
    return store


def _quads(path: Path) -> int:
    """Return how many quads the manifest promises."""
    said = manifest(path).get("counts")
    return int(said.get("quads", 0)) if isinstance(said, dict) else 0


def _load_file(path: Path) -> Store:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    zipped = suffixes[-1:] == [".gz"]
    suffix = (suffixes[:-1] if zipped else suffixes)[-1:]
    if not suffix or suffix[0] not in RDF:
        raise KgError(
            f"{path}: not a graph: it is no store, and its suffix none of {' '.join(RDF)}"
        )
    store = Store()
    try:
        with gzip.open(path) if zipped else path.open("rb") as file:
            store.load(cast(IO[bytes], file), RDF[suffix[0]])
    except (OSError, EOFError, zlib.error, SyntaxError, ValueError) as error:
        raise KgError(f"{path}: cannot be read as RDF: {_line(error)}") from error
    return store


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
