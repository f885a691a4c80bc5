"""A graph on disk: quads in, a store directory out, and either that or an RDF file opened."""

import gzip
import json
import os
import shutil
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import IO, cast

from pyoxigraph import Quad, QuerySolutions, RdfFormat, Store

from kg.errors import KgError
from kg.graph import CLASSES, EVIDENCE, PREFIXES, term
from kg.model import Merge
from kg.search import rows
from kg.vocab import BASE

#: Suffix of an RDF file to its format.
RDF: Mapping[str, RdfFormat] = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".jsonld": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
}

#: The file that makes a directory a store: it names the folder of the present state.
MANIFEST = "manifest.json"
#: What the names of such folders begin with, and the folder in one that holds the quads.
STATE = "state-"
FOLDER = "store"
#: The file that keeps a second writer out.
LOCK = "lock"

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

#: The ledger: a JSON line for each merge and each refused candidate.
LEDGER = "merges.jsonl"

#: What fills a new folder, beside that of the present state: returns counts and facts.
Make = Callable[[Path, Path | None], tuple[dict[str, int], Mapping[str, object]]]


def write(
    quads: Iterable[Quad],
    path: Path,
    *,
    facts: Mapping[str, object],
    ledger: Iterable[Merge] = (),
) -> dict[str, int]:
    """Write a store directory and return its counts: quads, and nodes of each class.

    ``facts`` (what was read, by which model ...) go into the manifest, each row of the ledger into
    a line of ``merges.jsonl``. See ``renew`` for what happens to an older store at ``path``.
    """

    def made(new: Path, old: Path | None) -> tuple[dict[str, int], Mapping[str, object]]:
        write_ledger(new, ledger)
        return fill(new, quads), facts

    return renew(path, made)


def renew(path: Path, make: Make) -> dict[str, int]:
    """Give a store directory its next state, and return its counts.

    ``make`` gets an empty folder to fill, and the folder of the present state, None where there is
    none; it returns the counts and facts of the manifest. The new state counts from the moment at
    which the manifest names its folder, in one step: a crash leaves the old state or the new one.
    Raises KgError where something that is not a store stands at ``path``, or where another
    process writes to it.
    """
    # Through a link, so that what the link points to is replaced and not the link.
    place = path.resolve()
    check_place(path)
    fresh = not place.exists()
    try:
        place.mkdir(exist_ok=True)
        with _lock(place, path):
            old = None if fresh or not is_store(place) else state(place)
            for left in _states(place):
                if left != old:
                    shutil.rmtree(left)
            last = 0 if old is None or old == place else int(old.name.removeprefix(STATE))
            new = place / f"{STATE}{last + 1}"
            new.mkdir()
            try:
                found, facts = make(new, old)
                _commit(place, {"state": new.name, "counts": found, "facts": dict(facts)})
            except BaseException:
                shutil.rmtree(new, ignore_errors=True)
                raise
            for left in _states(place):
                if left != new:
                    shutil.rmtree(left, ignore_errors=True)
    except OSError as error:
        raise KgError(f"{path}: cannot be written: {_line(error)}") from error
    finally:
        if fresh and not (place / MANIFEST).exists():
            shutil.rmtree(place, ignore_errors=True)
    return found


def _states(place: Path) -> list[Path]:
    """Return the folders of all states, finished or not."""
    return sorted(one for one in place.iterdir() if one.name.startswith(STATE))


def _commit(place: Path, said: Mapping[str, object]) -> None:
    manifest = json.dumps({"kg": version("kg"), **said}, indent=2, sort_keys=True) + "\n"
    fresh = place / f".{MANIFEST}"
    with fresh.open("w", encoding="utf-8") as file:
        file.write(manifest)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(place / MANIFEST)


@contextmanager
def _lock(place: Path, path: Path) -> Iterator[None]:
    """Keep other writers out, where the system knows file locks; readers need none."""
    with (place / LOCK).open("w", encoding="utf-8") as file:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise KgError(f"{path}: another kg writes to it: wait until it is done") from error
        yield


def state(path: Path) -> Path:
    """Return the folder of a store that holds its present state."""
    return path / str(manifest(path).get("state", "."))


def write_ledger(folder: Path, ledger: Iterable[Merge]) -> None:
    """Write the ledger of a state, a JSON line for each row."""
    with (folder / LEDGER).open("w", encoding="utf-8", errors="backslashreplace") as file:
        for row in ledger:
            said = {name: getattr(row, name) for name in Merge.__slots__}
            # A lone surrogate becomes its JSON escape.
            file.write(json.dumps(said, ensure_ascii=False) + "\n")


def read_ledger(path: Path) -> Iterator[Merge]:
    """Yield the rows of a store's ledger, in its order; KgError where it has none."""
    try:
        with (state(path) / LEDGER).open(encoding="utf-8") as file:
            for line in file:
                yield Merge(**json.loads(line))
    except (OSError, ValueError, TypeError) as error:
        raise KgError(f"{path}: no ledger of merges can be read: name a store") from error


def check_place(path: Path) -> None:
    """Raise KgError where a store cannot be written: something else is there, or no folder."""
    place = path.resolve()
    if place.exists() and not is_store(place) and not _unfinished(place):
        raise KgError(f"{path}: is there and is not a graph of kg: give another name, or remove it")
    if not place.parent.is_dir():
        raise KgError(f"{path}: its folder does not exist: make it first")


def _unfinished(place: Path) -> bool:
    """Tell a store that a crash kept from its first state."""
    if not place.is_dir():
        return False
    names = {one.name for one in place.iterdir()}
    return LOCK in names and all(one == LOCK or one.startswith((STATE, ".")) for one in names)


def is_store(path: Path) -> bool:
    """Tell whether a path is a store directory that ``renew`` made."""
    return (state(path) / FOLDER).is_dir() and "kg" in manifest(path)


def manifest(path: Path) -> dict[str, object]:
    """Return what a store directory says of itself; nothing, where it says nothing."""
    try:
        said = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def base_of(path: Path) -> str:
    """Return the namespace of a graph's IRIs, as its manifest gives it."""
    said = manifest(path).get("facts")
    return str(said.get("base", BASE)) if isinstance(said, dict) else BASE


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


def fill(folder: Path, quads: Iterable[Quad]) -> dict[str, int]:
    """Write the quads of a new state with the index of its names and texts; return the counts."""
    store = Store(str(folder / FOLDER))
    rest = iter(quads)
    while batch := list(islice(rest, BATCH)):
        store.bulk_extend(batch)
    # Twice the room on disk, and joins in half the time.
    store.optimize()
    store.flush()
    rows.write(folder / rows.FILE, store).close()
    return counts(store)


def change(folder: Path, old: Path, gone: Iterable[Quad], come: Iterable[Quad]) -> dict[str, int]:
    """Write the quads of a new state as those of an old one with some fewer and some more.

    Returns how the counts differ from those of the old state. The quads of both are shared on
    disk as far as they are the same; the index of the old state is copied, then changed. ``gone``
    are all in the old state, ``come`` are not.
    """
    Store.read_only(str(old / FOLDER)).backup(str(folder / FOLDER))
    store = Store(str(folder / FOLDER))
    differ: Counter[str] = Counter()
    names: dict[object, str] = {term(f"kg:{name}"): name for name in CLASSES}
    gone, come = list(gone), list(come)
    for quads, sign in ((gone, -1), (come, 1)):
        for quad in quads:
            differ["quads"] += sign
            differ["evidence"] += sign * (quad.graph_name == EVIDENCE)
            if quad.predicate == term("rdf:type") and quad.object in names:
                differ[names[quad.object]] += sign
            if sign < 0:
                store.remove(quad)
    store.extend(come)
    store.flush()
    rows.change(folder / rows.FILE, old / rows.FILE, store, gone, come)
    return dict(differ)


def _open_directory(path: Path) -> Store:
    if not is_store(path):
        raise KgError(f"{path}: is a directory without a graph: name one that kg build made")
    try:
        store = Store.read_only(str(state(path) / FOLDER))
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
