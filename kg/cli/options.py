"""Arguments and options that several commands share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    from kg.opened import Graph as OpenGraph

T = TypeVar("T")

Inputs = Annotated[
    list[Path],
    typer.Argument(help="Files or folders: listing pages (text, HTML), JSON lines, ACL XML."),
]
Graph = Annotated[
    str, typer.Argument(help="A store that `kg build` made, an RDF file, or an endpoint's URL.")
]
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

#: Read by ``Reading``, which puts the address in the place of GRAPH.
Endpoint = Annotated[
    str | None,
    typer.Option("--endpoint", metavar="URL", help="A SPARQL endpoint to ask, instead of GRAPH."),
]

#: How the address of an endpoint begins.
REMOTE = ("http://", "https://")


class Reading(TyperCommand):
    """A command whose first argument is a graph: ``--endpoint URL`` stands for that argument."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the endpoint's address in front, where the graph stands."""
        end = args.index("--") if "--" in args else len(args)
        for at, written in enumerate(args[:end]):
            name, equals, address = written.partition("=")
            if name == "--endpoint" and (equals or at + 1 < end):
                return super().parse_args(ctx, [address or args[at + 1], *args])
        return super().parse_args(ctx, args)


def opened(graph: str) -> "OpenGraph":
    """Open a store or an RDF file, or an endpoint by its address."""
    if graph.startswith(REMOTE):
        from kg import remote

        return remote.open(graph)
    from kg.opened import open

    return open(Path(graph))


def around(graph: str, *names: str) -> "OpenGraph":
    """Open a graph for code that follows all links of some things: a remote one's are fetched."""
    if graph.startswith(REMOTE):
        from kg import remote

        return remote.around(opened(graph), *names)
    return opened(graph)


def settled(graph: str, compute: Callable[["OpenGraph"], T]) -> T:
    """Compute something of a graph that asks it many small things: a remote one in few requests."""
    if graph.startswith(REMOTE):
        from kg import remote

        return remote.settled(opened(graph), compute)
    return compute(opened(graph))


@contextmanager
def whole(graph: str, *, evidence: bool = True) -> Iterator["OpenGraph"]:
    """Open a graph for code that reads all of it: that of an endpoint is copied first."""
    if graph.startswith(REMOTE):
        from kg import remote

        with remote.whole(graph, evidence=evidence) as copy:
            yield copy
    else:
        yield opened(graph)
