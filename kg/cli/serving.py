"""Commands that answer others: over HTTP, or for language models."""

import os
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.screen import say
from kg.errors import KgError

Graph = Annotated[Path, typer.Argument(help="A store that `kg build` made, or an RDF file.")]
Timeout = Annotated[
    float, typer.Option(min=0.1, help="Seconds after which a query is stopped.", show_default=True)
]
Memory = Annotated[int, typer.Option(min=64, help="Megabytes that a query may need.")]
Rows = Annotated[int, typer.Option(min=1, help="Rows or triples that an answer may have.")]
Size = Annotated[int, typer.Option(min=1, help="Megabytes that an answer may have.")]


def serve(
    graph: Graph,
    host: Annotated[
        str, typer.Option(help="Address to listen at; any but this machine's own opens the graph.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any that is free.")] = 8000,
    token: Annotated[
        str | None, typer.Option(help="Ask for this token; better given in $KG_TOKEN.")
    ] = None,
    cors: Annotated[
        list[str] | None, typer.Option(help="Origin whose pages may read answers, or *.")
    ] = None,
    timeout: Timeout = 30,
    memory: Memory = 1024,
    rows: Rows = 100_000,
    size: Size = 64,
) -> None:
    """Serve a graph to browsers and SPARQL clients, read-only: search, pages, /query, /sparql."""
    from kg.serve import server

    server.serve(
        graph,
        host=host,
        port=port,
        token=token or os.environ.get("KG_TOKEN") or None,
        cors=cors or (),
        limits=server.Limits(timeout, memory << 20, rows, size << 20),
        say=say,
    )


def mcp(
    graph: Graph,
    timeout: Timeout = 30,
    memory: Memory = 1024,
    rows: Rows = 50,
) -> None:
    """Serve a graph to language models over stdio (Model Context Protocol; the extra [mcp])."""
    try:
        from kg.mcp import server
    except ModuleNotFoundError as error:
        raise KgError(f"{error}; install what this needs: pip install 'kg[mcp]'") from error
    from kg.serve.messages import Limits

    server.serve(graph, limits=Limits(timeout, memory << 20, rows))
