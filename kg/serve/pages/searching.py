"""The page of a search: what the graph says with some words."""

from collections.abc import Mapping

from kg.opened import Graph
from kg.query.things import KINDS
from kg.serve.pages.lookup import anchor
from kg.serve.pages.sheet import Option, Parameters, Sheet, address, part, turning

#: Hits of one part of the list.
HITS = 20

#: Kind to its plural, the most asked for first.
PLURALS: Mapping[str, str] = {
    "Paper": "papers",
    "Method": "methods",
    "Dataset": "datasets",
    "Task": "tasks",
    "Concept": "concepts",
    "Author": "authors",
    "Venue": "venues",
}


def show(graph: Graph, parameters: Parameters) -> Sheet:
    """Show what ``q`` finds; ``kind`` and ``page`` choose from it."""
    words = parameters.get("q", "").strip()
    kind = parameters.get("kind", "")
    kind = kind if kind in KINDS else ""
    asked = {name: parameters[name] for name in ("q", "kind", "page") if name in parameters}
    filling: dict[str, object] = {"words": words, "kind": kind, "options": _options(asked, kind)}
    if words:
        skip = (part(parameters) - 1) * HITS
        kinds = (kind,) if kind else ()
        found = graph.index.search(words, kinds=kinds, most=HITS, skip=skip)
        filling |= {
            "found": found,
            "hits": [(anchor(graph, hit.iri, hit.name), hit) for hit in found.hits],
            "turning": turning(asked, HITS, found.total),
            "plurals": PLURALS,
        }
    return Sheet("search.html", f"Search: {words}" if words else "Search", filling)


def _options(asked: Parameters, chosen: str) -> list[Option]:
    return [
        Option(words, None, address(asked, kind=kind or None, page=None), kind == chosen)
        for kind, words in {"": "everything", **PLURALS}.items()
    ]
