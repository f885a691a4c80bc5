"""A path in, its page out: what the graph holds, what it says of one thing, searches, questions.

The pages are whole without scripts. All that comes from a graph or from an address goes through
the escaping of the templates.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pyoxigraph import NamedNode

from kg.errors import KgError
from kg.opened import Graph
from kg.serve.media import packed
from kg.serve.messages import Limits, Reply
from kg.serve.pages import entity, evidence, home, paper, questions, resource, searching, shelf
from kg.serve.pages.lookup import node
from kg.serve.pages.sheet import Parameters, Sheet
from kg.terms import FOLDERS, plain
from kg.vocab import TYPES

#: First segment of a path to what shows a thing below it.
THINGS: Mapping[str, Callable[[Graph, NamedNode, Parameters], Sheet | None]] = {
    **{folder: entity.show if kind in TYPES else shelf.show for kind, folder in FOLDERS.items()},
    "paper": paper.show,
    "statement": evidence.show,
    "mention": evidence.show,
}
#: Path to what shows the page there.
PLACES: Mapping[str, Callable[[Graph, Parameters], Sheet]] = {
    "": home.show,
    "search": searching.show,
    "questions": questions.library,
}


def page(
    graph: Graph,
    limits: Limits,
    *,
    path: str,
    parameters: Mapping[str, str],
    gzip: bool = False,
) -> Reply:
    """Show the page at a path, percent-encoded and without its first slash, or a 404."""
    try:
        sheet = _sheet(graph, path, parameters) or _wrong(404, "Not found", _nothing(path))
    except KgError as error:
        sheet = _wrong(400, "This cannot be shown", str(error))
    template = templates().get_template(sheet.template)
    written = template.render(sheet.filling, title=plain(sheet.title), resource=sheet.resource)
    reply = Reply(sheet.status, "text/html; charset=utf-8", written.encode("utf-8", "replace"))
    return packed(reply) if gzip else reply


def _sheet(graph: Graph, path: str, parameters: Parameters) -> Sheet | None:
    if path in PLACES:
        return PLACES[path](graph, parameters)
    first, _, rest = path.partition("/")
    if first == "questions":
        return questions.show(graph, rest, parameters)
    thing = node(graph.base + path)
    if thing is None or not _known(graph, thing):
        return None
    return THINGS.get(first, resource.show)(graph, thing, parameters)


def _wrong(status: int, title: str, lines: str) -> Sheet:
    return Sheet("wrong.html", title, {"lines": lines.splitlines()}, status)


def _nothing(path: str) -> str:
    written = plain(unquote(path, errors="replace"))
    return f"The graph has nothing at /{written}: search for a name instead."


def _known(graph: Graph, thing: NamedNode) -> bool:
    """Tell whether the graph says anything of a thing, or by it."""
    store = graph.store
    said = store.quads_for_pattern(thing, None, None, None)
    pointing = store.quads_for_pattern(None, None, thing, None)
    return next(said, None) is not None or next(pointing, None) is not None


@cache
def templates() -> Environment:
    """Return the templates of the pages, each of which is compiled when it is first asked for."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
