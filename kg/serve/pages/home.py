"""The first page: what the graph holds, and where to go from here."""

from collections import defaultdict
from collections.abc import Mapping

from kg.opened import Graph
from kg.serve.pages.lookup import PLAIN, Anchor, anchor, count, kind, node, rows
from kg.serve.pages.searching import PLURALS
from kg.serve.pages.sheet import Parameters, Sheet
from kg.terms import term

#: Papers among whose things the most named are looked for, how many of these are counted in the
#: whole graph, and how many of each kind are shown.
SAMPLE, COUNTED, SHOWN = 1000, 12, 8

#: Kinds of which the most named are shown.
NAMED: Mapping[str, str] = {"Method": "Methods", "Task": "Tasks", "Dataset": "Datasets"}

YEARS = """
SELECT (MIN(?year) AS ?first) (MAX(?year) AS ?last) { ?paper fabio:hasPublicationYear ?year }
"""
OFTEN = """
SELECT ?thing (COUNT(?paper) AS ?papers) {
  { SELECT ?paper { ?paper a kg:Paper } LIMIT $sample }
  ?paper kg:mentions ?thing .
} GROUP BY ?thing ORDER BY DESC(?papers) LIMIT 3000
"""


def show(graph: Graph, parameters: Parameters) -> Sheet:
    """Show what the graph holds."""
    ((first, last),) = rows(graph, YEARS, only=PLAIN)
    return Sheet(
        "home.html",
        "Papers and what they name",
        {
            "counts": [(words, _nodes(graph, own), own) for own, words in PLURALS.items()],
            "years": (first, last),
            "named": _named(graph),
        },
    )


def _nodes(graph: Graph, own: str) -> int:
    """Return how many things of a kind there are."""
    return count(graph, "rdf:type", term(f"kg:{own}"))


def _named(graph: Graph) -> list[tuple[str, list[tuple[Anchor, int]]]]:
    """Return the most named things of each kind, with the number of papers that name them."""
    often: dict[str, list[str]] = defaultdict(list)
    found = rows(graph, OFTEN, only=PLAIN, sample=SAMPLE)
    for iri, _ in sorted(found, key=lambda row: (-int(row[1]), row[0])):
        if len(often[kind(graph, iri)]) < COUNTED:
            often[kind(graph, iri)].append(iri)
    named = []
    for own, heading in NAMED.items():
        counted = [(anchor(graph, iri), _papers(graph, iri)) for iri in often[own]]
        counted.sort(key=lambda one: (-one[1], one[0].name))
        named.append((heading, counted[:SHOWN]))
    return named


def _papers(graph: Graph, iri: str) -> int:
    thing = node(iri)
    return 0 if thing is None else count(graph, "kg:mentions", thing)
