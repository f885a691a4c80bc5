"""Files in, a graph out: the stages one after the other; and a graph that grows and shrinks."""

import hashlib
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from pyoxigraph import Quad, Store

from kg import extractors, growth, links, opened, readers, store, writers
from kg.errors import KgError
from kg.extractors import tagger
from kg.graph import Link, run_quads
from kg.growth import decisions, ends, records, tables, units
from kg.growth.decisions import Decision
from kg.growth.records import Changes
from kg.growth.tables import Track, silent
from kg.growth.units import Settings, Units
from kg.model import Extraction, Note
from kg.query.things import find
from kg.terms import check_base, iri, printable
from kg.vocab import BASE, TYPES

Extract = Callable[[Iterable[str]], Iterable[Extraction]]


@dataclass(frozen=True, slots=True)
class Built:
    """What a graph holds after a build or a change, and what changed."""

    records: int
    works: int
    entities: int
    statements: int
    mentions: int
    notes: tuple[Note, ...]
    #: Records that came and that went.
    added: int = 0
    removed: int = 0
    #: Abstracts that were extracted; those of the others were known.
    extracted: int = 0


def build(
    inputs: Sequence[Path],
    out: Path,
    *,
    format: str | None = None,
    skip_bad: bool = False,
    base: str = BASE,
    min_confidence: float = 0.0,
    ruled: Path | None = None,
    extract: Extract = extractors.extract,
    track: Track = silent,
) -> Built:
    """Read papers, extract, resolve, and write a graph: a store directory or an RDF file.

    ``out`` with the suffix of an RDF format is a file, else a store directory. The same papers
    give the same graph, whatever their order. Mentions and claims of a confidence below
    ``min_confidence`` are left out. ``ruled`` is a file with the user's decisions on what is the
    same; those of a store at ``out`` are honoured too, and kept.
    Raises KgError for input that cannot be read, and before any work for an ``out`` that cannot
    be written.
    """
    check_base(base)
    _check_out(out)
    if out.suffix in store.RDF:
        with tempfile.TemporaryDirectory() as room:
            graph = Path(room) / "graph.kg"
            made = build(
                inputs, graph, format=format, skip_bad=skip_bad, base=base,
                min_confidence=min_confidence, ruled=ruled, extract=extract, track=track,
            )  # fmt: skip
            writers.write(store.open_graph(graph), out, evidence=True)
            return made
    notes: list[Note] = []
    settings = Settings(base, min_confidence, run())
    said = {*decisions.read(out / decisions.FILE), *(decisions.read(ruled) if ruled else ())}
    read = readers.read(inputs, format=format, skip_bad=skip_bad, notes=notes)
    changes = Changes()

    def make(new: Path, old: Path | None) -> tuple[dict[str, int], Mapping[str, object]]:
        with closing(tables.create(new / tables.FILE)) as made:
            _note_settings(made, settings)
            records.put(made, track(read, "reading", None), changes)
            found = _whole(new, made, changes, said, settings, extract, track)
            return found, _facts(made)

    found = store.renew(out, make)
    if said:
        decisions.write(out / decisions.FILE, said)
    return _built(out, found, notes)


def add(
    graph: Path,
    inputs: Sequence[Path],
    *,
    format: str | None = None,
    skip_bad: bool = False,
    extract: Extract = extractors.extract,
    track: Track = silent,
) -> Built:
    """Add the papers of files to a graph; what was extracted before is not extracted again.

    The graph becomes the one that a build of all its papers gives. Raises KgError for what is no
    store, for input that cannot be read, and as ``store.renew`` does.
    """
    notes: list[Note] = []
    read = readers.read(inputs, format=format, skip_bad=skip_bad, notes=notes)

    def change(made: sqlite3.Connection, changes: Changes) -> tuple[int, int]:
        return records.put(made, track(read, "reading", None), changes), 0

    return _grow(graph, change, notes, extract, track)


def remove(
    graph: Path,
    what: str,
    *,
    extract: Extract = extractors.extract,
    track: Track = silent,
) -> Built:
    """Take a paper out of a graph, with all its records, or all records of a source.

    A source is the name of a file as the graph has it; a paper is an IRI, an identifier or a title.
    The graph becomes the one that a build without them gives. Raises KgError where there is no such
    thing, or several.
    """
    _check_graph(graph)

    def change(made: sqlite3.Connection, changes: Changes) -> tuple[int, int]:
        return 0, records.take(made, _records_of(graph, made, what), changes)

    return _grow(graph, change, [], extract, track)


def update(
    graph: Path,
    inputs: Sequence[Path],
    *,
    format: str | None = None,
    skip_bad: bool = False,
    extract: Extract = extractors.extract,
    track: Track = silent,
) -> Built:
    """Read sources again: what they say no more goes, what they say now comes.

    A source is known by its file's name; one that the graph does not have is added. The graph
    becomes the one that a build of the papers that are left and the new ones gives.
    """
    notes: list[Note] = []
    read = readers.read(inputs, format=format, skip_bad=skip_bad, notes=notes)

    def change(made: sqlite3.Connection, changes: Changes) -> tuple[int, int]:
        papers = list(track(read, "reading", None))
        files = {printable(paper.source.file) for paper in papers}
        name = tables.wanted(made, "files", files)
        rows = made.execute(f"SELECT body, source FROM record JOIN {name} ON file = value")
        old = set(rows.fetchall())
        added = records.put(made, papers, changes)
        kept = {row for paper in papers if (row := records.find(made, paper))}
        return added, records.take(made, sorted(old - kept), changes)

    return _grow(graph, change, notes, extract, track)


def rule(
    graph: Path,
    come: Collection[Decision] = (),
    gone: Collection[Decision] = (),
    *,
    extract: Extract = extractors.extract,
    track: Track = silent,
) -> Built:
    """Add decisions of the user to a graph, or take them back; it is resolved again by them.

    Raises KgError for what is no store.
    """
    _check_graph(graph)
    said = (set(decisions.read(graph / decisions.FILE)) - set(gone)) | set(come)

    def change(made: sqlite3.Connection, changes: Changes) -> tuple[int, int]:
        return 0, 0

    return _grow(graph, change, [], extract, track, said=said)


def decide(
    graph: Path,
    one: str,
    other: str,
    *,
    same: bool,
    extract: Extract = extractors.extract,
    track: Track = silent,
) -> Decision:
    """Declare two things of a graph the same or different, and resolve it again by that.

    A name is a label, an alias, a title, an identifier or an IRI; a record goes by the id that it
    came with, an author of one record by ``NAME | ID``. Raises KgError where a name is nobody's or
    several things', and where the two are no things of one kind.
    """
    _check_graph(graph)
    with closing(tables.connect(store.state(graph) / tables.FILE)) as made:
        said = ends.decision(made, opened.open(graph), one, other, same=same)
        made.rollback()
    opposite = decisions.make(said.kind, said.one, said.other, not same)
    rule(graph, [said], [opposite], extract=extract, track=track)
    return said


def link(
    graph: Path, to: Path, *, extract: Extract = extractors.extract, track: Track = silent
) -> tuple[list[Link], list[links.Refused]]:
    """Link the entities of a graph to the terms of a table; return the links and what was refused.

    Older links to a table of the same file name are replaced. Entities that come later have none
    until the table is linked again. Raises KgError for what is no store and for what is no table.
    """
    _check_graph(graph)
    with closing(tables.connect(store.state(graph) / tables.FILE)) as made:
        base = growth.fact(made, "base") or BASE
    refused: list[links.Refused] = []
    named = links.names(store.open_graph(graph), base)
    found = links.match(named, links.read(to), refused)

    def change(made: sqlite3.Connection, changes: Changes) -> tuple[int, int]:
        changes.linked |= growth.outward(made, to.name, found)
        return 0, 0

    _grow(graph, change, [], extract, track)
    return found, refused


def _records_of(graph: Path, made: sqlite3.Connection, what: str) -> list[tuple[int, str]]:
    """Return the records of a source or of a paper."""
    rows = made.execute(
        "SELECT body, source FROM record WHERE file = ? ORDER BY body, source", (what,)
    ).fetchall()
    if rows:
        return rows
    there = opened.open(graph)
    papers = find(there, what, "Paper")
    if len(papers) > 1:
        names = ", ".join(f"<{paper.iri}>" for paper in papers)
        raise KgError(f"{what!r} is the name of {len(papers)} papers: give one of {names}")
    for work, first in made.execute("SELECT id, first FROM work"):
        if iri(work, there.base).value == papers[0].iri:
            query = """SELECT body, source FROM record JOIN body ON body.id = record.body
                WHERE work = ? ORDER BY body, source"""
            return made.execute(query, (first,)).fetchall()
    raise KgError(f"{what!r}: its paper has no records: build the graph again")


#: Changes the records of tables; returns how many came and how many went.
Change = Callable[[sqlite3.Connection, Changes], tuple[int, int]]


def _grow(
    graph: Path,
    change: Change,
    notes: Sequence[Note],
    extract: Extract,
    track: Track,
    said: Collection[Decision] | None = None,
) -> Built:
    """Change the records of a graph and bring all that hangs on them up to date."""
    _check_graph(graph)
    ruled = set(decisions.read(graph / decisions.FILE) if said is None else said)
    counted = (0, 0, 0)

    def make(new: Path, old: Path | None) -> tuple[dict[str, int], Mapping[str, object]]:
        nonlocal counted
        assert old is not None
        shutil.copyfile(old / tables.FILE, new / tables.FILE)
        with closing(tables.connect(new / tables.FILE)) as made:
            changes = Changes()
            came, went = change(made, changes)
            settings = _settings(made)
            if settings.run == run():
                learned = _extract(made, settings, extract, track)
                dirty = growth.settle(
                    made, changes, learned, ruled, least=settings.least, track=track
                )
                found = _patch(new, old, made, dirty, settings, track)
            else:
                settings = Settings(settings.base, settings.least, run())
                found, learned = _afresh(new, made, ruled, settings, extract, track)
                _note_settings(made, settings)
            counted = came, went, len(learned)
            if not made.execute("SELECT 1 FROM record LIMIT 1").fetchone():
                raise KgError(f"{graph}: nothing would be left: remove the folder instead")
            return found, _facts(made)

    found = store.renew(graph, make)
    if said is not None:
        decisions.write(graph / decisions.FILE, ruled)
    came, went, learned = counted
    return _built(graph, found, notes, added=came, removed=went, extracted=learned)


def _whole(
    new: Path,
    made: sqlite3.Connection,
    changes: Changes,
    said: Collection[Decision],
    settings: Settings,
    extract: Extract,
    track: Track,
) -> dict[str, int]:
    """Resolve all records of tables, and write the quads of a whole graph."""
    learned = _extract(made, settings, extract, track)
    growth.settle(made, changes, learned, said, least=settings.least, track=track)
    whole = units.every(made)
    maker = units.made(made, settings)
    ordered = track(units.in_order(made, whole), "writing", len(whole))
    quads = (quad for unit in ordered for quad in units.new_quads(maker, unit))
    found = store.fill(new, chain(run_quads(settings.run, settings.base), quads))
    store.write_ledger(new, growth.ledger(made))
    made.commit()
    return found


def _afresh(
    new: Path,
    old: sqlite3.Connection,
    said: Collection[Decision],
    settings: Settings,
    extract: Extract,
    track: Track,
) -> tuple[dict[str, int], set[int]]:
    """Build again from the records of tables that another version of kg or its model made."""
    place = new / f".{tables.FILE}"
    changes = Changes()
    with closing(tables.create(place)) as made:
        _note_settings(made, settings)
        bodies = tables.column(old.execute("SELECT id FROM body ORDER BY id"))
        records.put(made, (paper for _, paper in tables.papers(old, bodies)), changes)
        found = _whole(new, made, changes, said, settings, extract, track)
        learned = set(tables.column(made.execute("SELECT id FROM abstract")))
    place.replace(new / tables.FILE)
    return found, learned


def _extract(
    made: sqlite3.Connection, settings: Settings, extract: Extract, track: Track
) -> set[int]:
    """Extract from the abstracts that are new in tables; return their numbers."""
    unread = records.unread(made)
    if not unread:
        return set()
    found = extract(text for _, text in unread)
    numbers = (number for number, _ in unread)
    pairs = zip(numbers, track(found, "extracting", len(unread)), strict=True)
    return records.learn(made, pairs, settings.least)


def _patch(
    new: Path,
    old: Path,
    made: sqlite3.Connection,
    dirty: Units,
    settings: Settings,
    track: Track,
) -> dict[str, int]:
    """Write a graph as an old one with other quads for the units that changed."""
    gone: set[Quad] = set()
    come: set[Quad] = set()
    before = Store.read_only(str(old / store.FOLDER))
    maker = units.made(made, settings)
    for unit in track(list(units.in_order(made, dirty)), "writing", len(dirty)):
        was = units.old_quads(before, unit, settings.base)
        now = set(units.new_quads(maker, unit))
        gone |= was - now
        come |= now - was
    del before
    differ = store.change(new, old, gone - come, come - gone)
    store.write_ledger(new, growth.ledger(made))
    made.commit()
    counts = store.manifest(new.parent)["counts"]
    assert isinstance(counts, dict)
    return {name: int(count) + differ.get(name, 0) for name, count in counts.items()}


def run() -> dict[str, str]:
    """Name what makes the mentions of this program: the version of kg and of the weights."""
    return {"version": version("kg"), "model": _model()}


def _note_settings(made: sqlite3.Connection, settings: Settings) -> None:
    growth.note(made, "base", settings.base)
    growth.note(made, "min_confidence", repr(settings.least))
    growth.note(made, "run", json.dumps(dict(settings.run), sort_keys=True))


def _settings(made: sqlite3.Connection) -> Settings:
    return Settings(
        growth.fact(made, "base") or BASE,
        float(growth.fact(made, "min_confidence") or 0),
        json.loads(growth.fact(made, "run") or "{}"),
    )


def _facts(made: sqlite3.Connection) -> dict[str, object]:
    settings = _settings(made)
    (counted,) = made.execute("SELECT COUNT(*) FROM record").fetchone()
    return {
        "base": settings.base,
        "records": counted,
        "min_confidence": settings.least,
        "sources": tables.column(made.execute("SELECT DISTINCT file FROM record ORDER BY file")),
        **settings.run,
    }


def _built(
    graph: Path,
    found: Mapping[str, int],
    notes: Sequence[Note],
    *,
    added: int = 0,
    removed: int = 0,
    extracted: int = 0,
) -> Built:
    facts = store.manifest(graph)["facts"]
    assert isinstance(facts, dict)
    return Built(
        records=int(facts["records"]),
        works=found["Paper"],
        entities=sum(found[type] for type in TYPES),
        statements=found["Statement"],
        mentions=found["Mention"],
        notes=tuple(notes),
        added=added,
        removed=removed,
        extracted=extracted,
    )


def _check_graph(graph: Path) -> None:
    """Raise KgError where a graph cannot grow: it is no store, or one without its tables."""
    if not graph.exists():
        raise KgError(f"{graph}: no such graph: check the name, or make it with kg build")
    if not store.is_store(graph):
        raise KgError(
            f"{graph}: not a store directory, which alone can grow: make one with kg build"
        )
    if not (store.state(graph) / tables.FILE).is_file():
        raise KgError(f"{graph}: an older kg made it, without its records: build it again")


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


def report(notes: Sequence[Note]) -> Iterator[str]:
    """Say what was guessed and left out, one line each, in the order of files and lines."""
    for note in sorted(notes):
        first, last = note.lines
        lines = f"{first}" if first == last else f"{first}-{last}"
        yield f"{note.file}:{lines}: {note.kind}: {note.text}"
