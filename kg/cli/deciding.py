"""Commands on what is the same: what was merged, what people decide, links to other graphs."""

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import Name, Store
from kg.cli.screen import track
from kg.errors import KgError


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


def same(graph: Store, one: Name, other: Name) -> None:
    """Declare two things one: papers, authors, venues or entities. Every rebuild honours it."""
    from kg import builder

    said = builder.decide(graph, one, other, same=True, track=track)
    print(f"{graph}: {said.one} and {said.other} are one {said.kind}")


def different(graph: Store, one: Name, other: Name) -> None:
    """Declare two things two: papers, authors, venues or entities. Every rebuild honours it."""
    from kg import builder

    said = builder.decide(graph, one, other, same=False, track=track)
    print(f"{graph}: {said.one} and {said.other} are not one {said.kind}")


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
        builder.rule(graph, gone=[said[undo - 1]], track=track)
        said = merges.decisions(graph)
    for number, one in enumerate(said, start=1):
        print(
            f"{number}  {'same' if one.same else 'different'} {one.kind}: {one.one} | {one.other}"
        )
    print(f"{graph}: {len(said)} decisions")


def link(
    graph: Store,
    to: Annotated[Path, typer.Option("--to", help="SKOS file, or table of names and IRIs.")],
) -> None:
    """Link entities to the terms of another graph: CSO, Wikidata, OpenAlex topics, any SKOS."""
    from kg import builder, links

    found, refused = builder.link(graph, to, track=track)
    for line in links.report(found, refused):
        print(line)
