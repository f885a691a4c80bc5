"""Commands that make a graph and let it grow."""

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import Format, Inputs, SkipBad, Store
from kg.cli.screen import printable, say, tell, track


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
        print(line if printable(line) else json.dumps(record))
    for line in report(notes):
        say(line)
    kinds = [
        f"{sum(n.kind == kind for n in notes)} {kind}" for kind in sorted({n.kind for n in notes})
    ]
    say(f"{count} records; " + (", ".join(kinds) or "nothing guessed, nothing left out"))


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
        track=track,
    )
    tell(out, built)


def add(graph: Store, inputs: Inputs, format: Format = None, skip_bad: SkipBad = False) -> None:
    """Add papers to a graph; nothing is extracted again."""
    from kg import builder

    built = builder.add(graph, inputs, format=format, skip_bad=skip_bad, track=track)
    tell(graph, built)


def remove(
    graph: Store,
    what: Annotated[
        str, typer.Argument(help="A paper (title, identifier, IRI), or a source: its file's name.")
    ],
) -> None:
    """Take a paper out of a graph, or all that a source said."""
    from kg import builder

    tell(graph, builder.remove(graph, what, track=track))


def update(graph: Store, inputs: Inputs, format: Format = None, skip_bad: SkipBad = False) -> None:
    """Read sources again: what they say no more goes, what is new comes."""
    from kg import builder

    built = builder.update(graph, inputs, format=format, skip_bad=skip_bad, track=track)
    tell(graph, built)
