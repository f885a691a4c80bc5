"""Commands that ask a graph."""

import sys
from typing import Annotated

import typer

from kg.cli.options import Endpoint, Graph, around, opened, settled, whole
from kg.cli.screen import pairs, say, width
from kg.errors import KgError


def query(
    graph: Graph,
    question: Annotated[
        str, typer.Argument(help="A saved name (`kg queries`), a .rq file or SPARQL.")
    ],
    param: Annotated[list[str] | None, typer.Option(help="name=value, for each parameter.")] = None,
    format: Annotated[str, typer.Option(help="table, csv, tsv, json, xml or turtle.")] = "table",
    endpoint: Endpoint = None,
) -> None:
    """Ask a graph in SPARQL, or one of the saved questions."""
    from kg import query
    from kg.terms import plain, short

    answer = query.ask(opened(graph), question, parameters=pairs(param or []))
    for name, thing in answer.bound:
        address = plain(short(thing.iri, answer.base)).strip("<>")
        say(f"{name} = {plain(thing.name)} ({thing.kind} {address})")
    print(query.render(answer, format, width=width()), end="")


def queries(
    word: Annotated[
        str | None, typer.Argument(help="Only the questions that say this word.")
    ] = None,
) -> None:
    """List the saved questions with their parameters."""
    from kg.query import questions

    print(questions.listing(questions.search(word)), end="")


def ask(
    graph: Graph,
    words: Annotated[str, typer.Argument(help="A question in your own words.")],
    format: Annotated[str, typer.Option(help="table, csv, tsv, json or xml.")] = "table",
    endpoint: Endpoint = None,
) -> None:
    """Ask in words: the nearest saved question is chosen, shown with its SPARQL, and answered."""
    from kg import ask

    asked, answer = settled(graph, lambda found: ask.ask(found, words))
    print(ask.render(asked, answer, format, width=width()), end="")


def search(
    graph: Graph,
    words: Annotated[str, typer.Argument(help="Words of titles, names and abstracts.")],
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Only Paper, Author, Venue, Method, Dataset, Task or Concept."),
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Hits to show.")] = 20,
    format: Annotated[str, typer.Option(help="text, or json for a line each.")] = "text",
    endpoint: Endpoint = None,
) -> None:
    """Search titles, names and abstracts; the best hits come first."""
    from kg import search

    where = opened(graph)
    found = where.index.search(words, kinds=kind or (), most=most)
    print(search.render(found, format, highlight=sys.stdout.isatty(), base=where.base), end="")


def why(
    graph: Graph,
    name: Annotated[str, typer.Argument(help="An entity or a paper: label, alias, title or IRI.")],
    other: Annotated[
        str | None, typer.Argument(help="A second one: why the two are linked.")
    ] = None,
    endpoint: Endpoint = None,
) -> None:
    """Show the sentences behind an entity, a paper, or the link between two."""
    from kg import why

    names = (name,) if other is None else (name, other)
    found = why.why(around(graph, *names), *names)
    print(why.render(found, highlight=sys.stdout.isatty()), end="")


def stats(graph: Graph, endpoint: Endpoint = None) -> None:
    """Count what a graph holds."""
    from kg import query

    print(query.render_stats(query.stats(opened(graph))), end="")


def diff(
    old: Graph,
    new: Graph,
    most: Annotated[int, typer.Option(min=0, help="Lines of each kind.")] = 20,
    format: Annotated[str, typer.Option(help="text, or json for a line each.")] = "text",
    endpoint: Endpoint = None,
) -> None:
    """Show what a graph gained and lost: papers, entities, statements."""
    from kg import diff

    if format not in ("text", "json"):
        raise KgError(f"--format {format}: not a format; use text or json")
    with whole(old, evidence=False) as one, whole(new, evidence=False) as other:
        found = diff.diff(one.store, other.store)
    if format == "json":
        for row in diff.rows(found):
            print(row)
    else:
        print(diff.render(found, most=most), end="")
