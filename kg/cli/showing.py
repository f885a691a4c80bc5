"""Commands that write a graph out."""

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import Endpoint, Graph, whole


def export(
    graph: Graph,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="File; its suffix names the format.")
    ] = Path("graph.ttl"),
    evidence: Annotated[
        bool, typer.Option("--evidence/--no-evidence", help="Mentions and statements too.")
    ] = True,
    endpoint: Endpoint = None,
) -> None:
    """Write a graph as Turtle, N-Triples, N-Quads, TriG, JSON-LD, RDF/XML, GraphML, GEXF or CSV."""
    from kg import store, writers

    with whole(graph) as found:
        written = writers.write(found.store, out, evidence=evidence)
    unit = "triples" if out.suffix in store.RDF else "nodes and edges"
    print(f"{out}: {written:,} {unit}")


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
    endpoint: Endpoint = None,
) -> None:
    """Write one HTML page to explore a graph: offline, with the sentences behind each claim."""
    from kg.view import write_view

    with whole(graph) as found:
        shown = write_view(found.store, out, around=around, limit=limit)
    print(f"{out}: {shown.nodes} of {shown.nodes_in_all} nodes, {shown.edges} edges")
    if open:
        typer.launch(out.resolve().as_uri())
