"""The command line: each command parses, calls one function and prints."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from kg.errors import KgError

if TYPE_CHECKING:
    from kg.builder import Built

T = TypeVar("T")

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A graph of papers, methods, datasets, tasks and concepts, every claim with its sentence.",
)

Inputs = Annotated[
    list[Path],
    typer.Argument(help="Files or folders: listing pages (text, HTML), JSON lines, ACL XML."),
]
Graph = Annotated[Path, typer.Argument(help="A store that `kg build` made, or an RDF file.")]
Format = Annotated[
    str | None,
    typer.Option("--format", help="acl, jsonl or pages; found in the content by default."),
]
Store = Annotated[Path, typer.Argument(help="A store that `kg build` made.")]
Name = Annotated[
    str, typer.Argument(help="Label, alias, title, identifier or IRI; an author as NAME | ID.")
]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Name and count records that cannot be read; go on.")
]


@app.command()
def read(inputs: Inputs, format: Format = None, skip_bad: SkipBad = False) -> None:
    """Print the papers of files as JSON lines; say on stderr what was guessed and left out."""
    import json

    from kg import readers
    from kg.builder import report
    from kg.model import Note
    from kg.readers.jsonl import to_record

    notes: list[Note] = []
    count = 0
    for paper in readers.read(inputs, format=format, skip_bad=skip_bad, notes=notes):
        count += 1
        record = to_record(paper)
        line = json.dumps(record, ensure_ascii=False)
        print(line if _printable(line) else json.dumps(record))
    for line in report(notes):
        _say(line)
    kinds = [
        f"{sum(n.kind == kind for n in notes)} {kind}" for kind in sorted({n.kind for n in notes})
    ]
    _say(f"{count} records; " + (", ".join(kinds) or "nothing guessed, nothing left out"))


@app.command()
def build(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("-o", "--out", help="Store directory or RDF file.")] = Path(
        "graph.kg"
    ),
    format: Format = None,
    skip_bad: SkipBad = False,
    base: Annotated[str | None, typer.Option(help="Namespace of the graph's IRIs.")] = None,
    min_confidence: Annotated[
        float, typer.Option(min=0, max=1, help="Leave out what is less sure than this.")
    ] = 0.0,
    decisions: Annotated[
        Path | None, typer.Option(help="Decisions of another graph to honour: decisions.jsonl.")
    ] = None,
) -> None:
    """Build a graph from papers: read, extract, resolve, write."""
    from kg import builder
    from kg.vocab import BASE

    built = builder.build(
        inputs,
        out,
        format=format,
        skip_bad=skip_bad,
        base=base or BASE,
        min_confidence=min_confidence,
        ruled=decisions,
        track=_track,
    )
    _tell(out, built)


@app.command()
def add(graph: Store, inputs: Inputs, format: Format = None, skip_bad: SkipBad = False) -> None:
    """Add papers to a graph; nothing is extracted again."""
    from kg import builder

    built = builder.add(graph, inputs, format=format, skip_bad=skip_bad, track=_track)
    _tell(graph, built)


@app.command()
def remove(
    graph: Store,
    what: Annotated[
        str, typer.Argument(help="A paper (title, identifier, IRI), or a source: its file's name.")
    ],
) -> None:
    """Take a paper out of a graph, or all that a source said."""
    from kg import builder

    _tell(graph, builder.remove(graph, what, track=_track))


@app.command()
def update(graph: Store, inputs: Inputs, format: Format = None, skip_bad: SkipBad = False) -> None:
    """Read sources again: what they say no more goes, what is new comes."""
    from kg import builder

    built = builder.update(graph, inputs, format=format, skip_bad=skip_bad, track=_track)
    _tell(graph, built)


@app.command()
def diff(
    old: Graph,
    new: Graph,
    most: Annotated[int, typer.Option(min=0, help="Lines of each kind.")] = 20,
    format: Annotated[str, typer.Option(help="text, or json for a line each.")] = "text",
) -> None:
    """Show what a graph gained and lost: papers, entities, statements."""
    from kg import diff, store

    if format not in ("text", "json"):
        raise KgError(f"--format {format}: not a format; use text or json")
    found = diff.diff(store.open_graph(old), store.open_graph(new))
    if format == "json":
        for row in diff.rows(found):
            print(row)
    else:
        print(diff.render(found, most=most), end="")


@app.command()
def merges(
    graph: Store,
    name: Annotated[str | None, typer.Argument(help="Only what has to do with this name.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only paper, author, venue or entity.")] = None,
    refused: Annotated[bool, typer.Option("--refused", help="Only what was kept apart.")] = False,
) -> None:
    """Show what was taken for the same thing, and what was held against it and kept apart."""
    from kg import merges

    for line in merges.lines(graph, name, kind=kind, refused=refused):
        print(line)


@app.command()
def same(graph: Store, one: Name, other: Name) -> None:
    """Declare two things one: papers, authors, venues or entities. Every rebuild honours it."""
    from kg import builder

    said = builder.decide(graph, one, other, same=True, track=_track)
    print(f"{graph}: {said.one} and {said.other} are one {said.kind}")


@app.command()
def different(graph: Store, one: Name, other: Name) -> None:
    """Declare two things two: papers, authors, venues or entities. Every rebuild honours it."""
    from kg import builder

    said = builder.decide(graph, one, other, same=False, track=_track)
    print(f"{graph}: {said.one} and {said.other} are not one {said.kind}")


@app.command()
def decisions(
    graph: Store,
    undo: Annotated[
        int | None, typer.Option(min=1, help="Take back the decision with this number.")
    ] = None,
) -> None:
    """List what `kg same` and `kg different` decided, or take one decision back."""
    from kg import builder, merges

    said = merges.decisions(graph)
    if undo is not None:
        if undo > len(said):
            raise KgError(
                f"--undo {undo}: there are {len(said)} decisions; kg decisions lists them"
            )
        builder.rule(graph, gone=[said[undo - 1]], track=_track)
        said = merges.decisions(graph)
    for number, one in enumerate(said, start=1):
        print(
            f"{number}  {'same' if one.same else 'different'} {one.kind}: {one.one} | {one.other}"
        )
    print(f"{graph}: {len(said)} decisions")


@app.command()
def link(
    graph: Store,
    to: Annotated[Path, typer.Option("--to", help="SKOS file, or table of names and IRIs.")],
) -> None:
    """Link entities to the terms of another graph: CSO, Wikidata, OpenAlex topics, any SKOS."""
    from kg import builder, links

    found, refused = builder.link(graph, to, track=_track)
    for line in links.report(found, refused):
        print(line)


@app.command()
def export(
    graph: Graph,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="File; its suffix names the format.")
    ] = Path("graph.ttl"),
    evidence: Annotated[
        bool, typer.Option("--evidence/--no-evidence", help="Mentions and statements too.")
    ] = True,
) -> None:
    """Write a graph as Turtle, N-Triples, N-Quads, TriG, JSON-LD, RDF/XML, GraphML, GEXF or CSV."""
    from kg import store, writers

    written = writers.write(store.open_graph(graph), out, evidence=evidence)
    unit = "triples" if out.suffix in store.RDF else "nodes and edges"
    print(f"{out}: {written:,} {unit}")


@app.command()
def query(
    graph: Graph,
    question: Annotated[
        str, typer.Argument(help="A saved name (`kg queries`), a .rq file or SPARQL.")
    ],
    param: Annotated[list[str] | None, typer.Option(help="name=value, for each parameter.")] = None,
    format: Annotated[str, typer.Option(help="table, csv, tsv, json, xml or turtle.")] = "table",
) -> None:
    """Ask a graph in SPARQL, or one of the saved questions."""
    from kg import query, store

    answer = query.ask(store.open_graph(graph), question, parameters=_pairs(param or []))
    print(query.render(answer, format, width=_width()), end="")


@app.command()
def queries() -> None:
    """List the saved questions with their parameters."""
    from kg import query

    for saved in query.saved().values():
        given = " ".join(f"[{p.name}={p.default or ''}]" for p in saved.parameters)
        print(f"{saved.name:42} {saved.title} {given}".rstrip())


@app.command()
def why(
    graph: Graph,
    name: Annotated[str, typer.Argument(help="An entity or a paper: label, alias, title or IRI.")],
    other: Annotated[
        str | None, typer.Argument(help="A second one: why the two are linked.")
    ] = None,
) -> None:
    """Show the sentences behind an entity, a paper, or the link between two."""
    from kg import store, why

    found = why.why(store.open_graph(graph), name, other)
    print(why.render(found, highlight=sys.stdout.isatty()), end="")


@app.command()
def stats(graph: Graph) -> None:
    """Count what a graph holds."""
    from kg import query, store

    print(query.render_stats(query.stats(store.open_graph(graph))), end="")


@app.command()
def view(
    graph: Graph,
    out: Annotated[Path, typer.Option("-o", "--out", help="The page to write.")] = Path(
        "graph.html"
    ),
    around: Annotated[
        str | None, typer.Option(help="Only what lies around this entity or paper.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most nodes to show.")] = 2000,
    open: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Write one HTML page to explore a graph: offline, with the sentences behind each claim."""
    from kg import store
    from kg.view import write_view

    shown = write_view(store.open_graph(graph), out, around=around, limit=limit)
    print(f"{out}: {shown.nodes} of {shown.nodes_in_all} nodes, {shown.edges} edges")
    if open:
        typer.launch(out.resolve().as_uri())


@app.command("eval")
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Annotated abstracts, JSON lines.")],
    model: Annotated[Path | None, typer.Option(help="Folder of other weights to score.")] = None,
    given: Annotated[
        bool, typer.Option("--given", help="Give the mentions; score their roles and relations.")
    ] = False,
) -> None:
    """Score the extraction against annotated abstracts."""
    from kg import evaluate, extractors

    pairs = evaluate.extracted(gold, nlp=extractors.pipeline(folder=model), given=given)
    print(*evaluate.lines(evaluate.compare(pairs)), sep="\n")
    if not given:
        print(*evaluate.reliability_lines(evaluate.reliability(pairs)), sep="\n")


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(help="A text, such as one abstract; - reads stdin.")],
    format: Annotated[
        str | None, typer.Option(help="text or json; text on a terminal by default, else json.")
    ] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of other weights to use.")] = None,
) -> None:
    """Mark what a text names: methods, datasets, tasks and concepts."""
    from kg import extractors
    from kg.extractors import show

    text = _text(file)
    (found,) = extractors.extract([text], nlp=extractors.pipeline(folder=model))
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    format = format or ("text" if sys.stdout.isatty() else "json")
    shown = show.render(text, found, format, colour=colour)
    encoding = sys.stdout.encoding or "utf-8"
    print(shown.encode(encoding, "backslashreplace").decode(encoding))


@app.command()
def train(
    gold: Annotated[list[Path], typer.Argument(help="Annotated abstracts, JSON lines.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the weights.")],
    dev: Annotated[
        Path | None, typer.Option(help="Annotated abstracts to measure on; they train nothing.")
    ] = None,
    abstracts: Annotated[
        list[Path] | None,
        typer.Option(help="Papers with the texts of annotations that stand apart from theirs."),
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Times each abstract is seen.")] = 10,
    runs: Annotated[int, typer.Option(min=1, help="Trainings to average.")] = 1,
    seed: Annotated[int, typer.Option(help="Same seed, same weights.")] = 0,
) -> None:
    """Train the tagger and its heads (needs the extra [train])."""
    try:
        from kg.extractors import train
    except ModuleNotFoundError as error:
        raise KgError(f"{error}; install what training needs: pip install 'kg[train]'") from error
    from kg import readers

    papers = readers.read(abstracts or [], notes=[])
    scores = train.train(
        gold,
        out,
        dev=dev,
        texts=(paper.abstract for paper in papers if paper.abstract),
        epochs=epochs,
        runs=runs,
        seed=seed,
        report=_say,
    )
    for name, score in scores.items():
        print(name, *(f"{measure} {value:.3f}" for measure, value in score.items()))


def main() -> None:
    """Run a command; a user's mistake is one line on stderr and exit code 1."""
    try:
        app()
    except KgError as error:
        _say(f"kg: {error}")
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has gone; say nothing, and let the interpreter flush nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _tell(graph: Path, built: "Built") -> None:
    """Print what a graph holds after a build or a change."""
    from kg import builder

    for line in builder.report([note for note in built.notes if note.kind == "bad record"]):
        _say(line)
    if built.added or built.removed:
        print(f"{graph}: {built.added} records came, {built.removed} went")
    print(
        f"{graph}: {built.works} papers from {built.records} records, {built.entities} entities, "
        f"{built.mentions} mentions, {built.statements} statements"
    )
    other = sum(note.kind != "bad record" for note in built.notes)
    if other:
        _say(f"{other} guesses and lines left out; `kg read` shows them")


def _say(line: str) -> None:
    print(line.encode("utf-8", "backslashreplace").decode("utf-8"), file=sys.stderr)


def _printable(text: str) -> bool:
    """Tell whether stdout can take a text: its encoding may be ASCII, the text broken."""
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _text(file: Path) -> str:
    """Read all of a text file, gzip or not, or of stdin where it is named ``-``."""
    from kg.readers import DAMAGED, open_text

    try:
        if str(file) == "-":
            return sys.stdin.buffer.read().decode("utf-8")
        with open_text(file) as stream:
            return stream.read()
    except (UnicodeDecodeError, OSError, *DAMAGED) as error:
        raise KgError(f"{file}: no text in UTF-8 ({error}); give a text file") from error


def _width() -> int:
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def _pairs(given: Iterable[str]) -> dict[str, str]:
    pairs = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise KgError(f"--param {text}: write it as name=value")
        pairs[name] = value
    return pairs


def _track(things: Iterable[T], task: str, total: int | None) -> Iterable[T]:
    """Show a bar on stderr, where that is a terminal."""
    if not sys.stderr.isatty():
        return things
    from rich.console import Console
    from rich.progress import track

    return track(things, task, total, console=Console(stderr=True), transient=True)
