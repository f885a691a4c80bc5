"""Files in, a graph out: the stages one after the other."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pyoxigraph import Quad, Store

from kg import extractors, readers, store, writers
from kg.errors import KgError
from kg.extractors import tagger
from kg.graph import to_graph
from kg.model import Extraction, Note
from kg.relate import relate
from kg.resolve import entities, works
from kg.vocab import BASE

T = TypeVar("T")


class Track(Protocol):
    """Passes things through while it shows how far they are: things, what is done, how many."""

    def __call__(self, things: Iterable[T], task: str, total: int | None) -> Iterable[T]:
        """Yield the things; None is a number that nobody knows yet."""


def silent(things: Iterable[T], task: str, total: int | None) -> Iterable[T]:
    """Show nothing."""
    return things


@dataclass(frozen=True, slots=True)
class Built:
    """What a build read and made."""

    records: int
    works: int
    entities: int
    statements: int
    mentions: int
    notes: tuple[Note, ...]


def build(
    inputs: Sequence[Path],
    out: Path,
    *,
    format: str | None = None,
    skip_bad: bool = False,
    base: str = BASE,
    min_confidence: float = 0.0,
    extract: Callable[[Iterable[str]], Iterable[Extraction]] = extractors.extract,
    track: Track = silent,
) -> Built:
    """Read papers, extract, resolve, and write a graph: a store directory or an RDF file.

    ``out`` with the suffix of an RDF format is a file, else a store directory. The same papers
    give the same graph, whatever their order. Sees all papers before it writes. Mentions and claims
    of a confidence below ``min_confidence`` are left out.
    Raises KgError for input that cannot be read, and before any work for an ``out`` that cannot
    be written.
    """
    _check_out(out)
    notes: list[Note] = []
    read = readers.read(inputs, format=format, skip_bad=skip_bad, notes=notes)
    papers = list(track(read, "reading", None))
    found, merged_works = works(papers)
    texts = {paper.abstract_id or "": paper.abstract or "" for paper in papers if paper.abstract}
    ordered = [texts[key] for key in sorted(texts)]
    extracted = track(extract(ordered), "extracting", len(ordered))
    extractions = [one.surer(min_confidence) for one in extracted]
    entity_of, merged_names = entities(extractions)
    statements = list(relate(found, extractions, entity_of))
    run = {"version": version("kg"), "model": _model()}
    made = to_graph(found, sorted(entity_of.items()), statements, base=base, run=run)
    quads = track(made, "writing", None)
    facts: dict[str, Any] = {
        "records": len(papers),
        "min_confidence": min_confidence,
        "sources": sorted({paper.source.file for paper in papers}),
        **run,
    }
    if out.suffix in store.RDF:
        _write_file(quads, out)
    else:
        store.write(quads, out, facts=facts, ledger=[*merged_works, *merged_names])
    return Built(
        records=len(papers),
        works=len(found),
        entities=len(set(entity_of.values())),
        statements=len(statements),
        mentions=len(entity_of),
        notes=tuple(notes),
    )


def _model() -> str:
    """Name the shipped weights by a digest of their files, whatever the card says of them."""
    digest = hashlib.sha256()
    for name in (tagger.NETWORK, tagger.PIECES, tagger.HEADS):
        digest.update((tagger.SHIPPED / name).read_bytes())
    return digest.hexdigest()[:16]


def _check_out(out: Path) -> None:
    if out.suffix in store.RDF:
        if not out.absolute().parent.is_dir():
            raise KgError(f"{out}: its folder does not exist: make it first")
    elif out.suffix in writers.FORMATS:
        raise KgError(f"{out}: build makes a store or an RDF file; `kg export` writes {out.suffix}")
    else:
        store.check_place(out)


def _write_file(quads: Iterable[Quad], out: Path) -> None:
    graph = Store()
    graph.extend(quads)
    writers.write(graph, out, evidence=True)


def report(notes: Sequence[Note]) -> Iterator[str]:
    """Say what was guessed and left out, one line each, in the order of files and lines."""
    for note in sorted(notes):
        first, last = note.lines
        lines = f"{first}" if first == last else f"{first}-{last}"
        yield f"{note.file}:{lines}: {note.kind}: {note.text}"
