"""A graph in, a page to explore it out."""

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store

from kg.errors import KgError
from kg.view import outline, page, scene


@dataclass(frozen=True, slots=True)
class ViewSummary:
    """What a page shows."""

    nodes: int
    #: How many the whole graph has.
    nodes_in_all: int
    #: Pairs of nodes with a link between them.
    edges: int


def write_view(
    store: Store, path: Path, *, around: str | None = None, limit: int = 2000
) -> ViewSummary:
    """Write one HTML file that opens offline: the graph, or what lies around one thing in it.

    ``around`` is a name, alias, title or IRI. Of more nodes than ``limit`` the most connected are
    shown. Raises KgError where the graph has nothing to show, the name fits none or several, or
    the file cannot be written.
    """
    if limit < 1:
        raise KgError(f"limit {limit}: a page shows at least one node")
    whole = outline.read(store)
    if not whole.iris:
        raise KgError("the graph has no papers and no entities: nothing to show")
    if around is None:
        centre, chosen = None, outline.most_connected(whole, limit)
    else:
        centre = outline.find(store, whole, around)
        chosen = outline.around(whole, centre, limit)
    view = scene.read(store, whole, chosen, centre)
    try:
        path.write_text(page.to_html(view), encoding="utf-8", newline="\n")
    except OSError as error:
        raise KgError(f"{path}: cannot be written: {error.strerror}") from error
    edges = {tuple(sorted((link.subject, link.object))) for link in view.links}
    return ViewSummary(len(view.nodes), len(whole.iris), len(edges))
