"""The page of an author or a venue: the papers, and what and whom they name most."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import NamedNode

from kg.opened import Graph
from kg.serve.pages.lookup import (
    ANY,
    MOST_SORTED,
    NEWEST,
    PLAIN,
    Anchor,
    anchor,
    count,
    kind,
    outward,
    rows,
)
from kg.serve.pages.sheet import Parameters, Sheet, part, turning
from kg.terms import term
from kg.view.facts import FACTS, link

#: Kind to the property that leads to it from a paper.
SHELVES: Mapping[str, str] = {"Author": "dct:creator", "Venue": "kg:venue"}
#: What its papers lead to, and what of these is shown under which heading.
PROFILE: Mapping[str, Mapping[str, str]] = {
    "kg:mentions": {
        "Method": "Methods",
        "Task": "Tasks",
        "Dataset": "Datasets",
        "Concept": "Concepts",
    },
    "dct:creator": {"Author": "Authors"},
    "kg:venue": {"Venue": "Venues"},
}

#: Papers of one part of the list.
PAPERS = 50
#: Papers that are counted through for the profile, and what is shown of each kind.
MOST_READ, MOST_SHOWN = 300, 10

NAMED = """
SELECT ?other (COUNT(?paper) AS ?papers) {
  { SELECT ?paper { ?paper $shelf $thing } LIMIT $read }
  ?paper $property ?other
} GROUP BY ?other ORDER BY DESC(?papers) LIMIT 400
"""
NAMES = (
    "SELECT ?name { VALUES ?label { foaf:name skos:prefLabel skos:altLabel } $thing ?label ?name }"
)
AFFILIATIONS = """
SELECT ?affiliation (COUNT(*) AS ?papers) {
  ?seat kg:author $thing ; kg:affiliation ?affiliation
} GROUP BY ?affiliation ORDER BY DESC(?papers) ?affiliation LIMIT 20
"""
PLACES = """
SELECT ?whole ?other {
  { $thing dct:isPartOf ?other BIND(true AS ?whole) } UNION { ?other dct:isPartOf $thing }
} ORDER BY ?other LIMIT 50
"""
ORCID = "SELECT ?orcid { $thing kg:orcid ?orcid } ORDER BY ?orcid"


@dataclass(frozen=True, slots=True)
class Tally:
    """What papers name, each thing with the number of papers."""

    heading: str
    things: tuple[tuple[Anchor, int], ...]


def show(graph: Graph, thing: NamedNode, parameters: Parameters) -> Sheet:
    """Show an author or a venue; ``page`` chooses from the list of papers."""
    own = anchor(graph, thing.value)
    predicate = SHELVES[own.kind]
    total = count(graph, predicate, thing)
    papers = rows(
        graph,
        NEWEST if total <= MOST_SORTED else ANY,
        only=PLAIN,
        property=term(predicate),
        thing=thing,
        skip=(part(parameters) - 1) * PAPERS,
        most=PAPERS,
    )
    places = rows(graph, PLACES, thing=thing)
    return Sheet(
        "shelf.html",
        own.name,
        {
            "own": own,
            "names": sorted({name for (name,) in rows(graph, NAMES, thing=thing)} - {own.name}),
            "orcids": [
                outward(one, link(one, FACTS["kg:orcid"][1]) or "")
                for (one,) in rows(graph, ORCID, thing=thing)
            ],
            "affiliations": [place for place, _ in rows(graph, AFFILIATIONS, thing=thing)],
            "hosts": [anchor(graph, other) for whole, other in places if whole],
            "workshops": [anchor(graph, other) for whole, other in places if not whole],
            "total": total,
            "sorted": total <= MOST_SORTED,
            "years": [
                (year, [(anchor(graph, paper), date) for paper, date in found])
                for year, found in groupby(papers, key=lambda row: row[1][:4])
            ],
            "turning": turning({"page": str(part(parameters))}, PAPERS, total),
            "tallies": _profile(graph, thing, predicate),
            "sample": MOST_READ if total > MOST_READ else None,
        },
        resource=True,
    )


def _profile(graph: Graph, thing: NamedNode, predicate: str) -> list[Tally]:
    """Count what the papers name, and with whom they are written."""
    tallies = []
    for property_, headings in PROFILE.items():
        found: dict[str, list[tuple[Anchor, int]]] = defaultdict(list)
        counted = rows(
            graph,
            NAMED,
            only=PLAIN,
            shelf=term(predicate),
            thing=thing,
            property=term(property_),
            read=MOST_READ,
        )
        # Sorted by names in here, since a query would look up those of thousands.
        for other, papers in sorted(counted, key=lambda row: (-int(row[1]), row[0])):
            if other != thing.value and len(found[kind(graph, other)]) < MOST_SHOWN:
                found[kind(graph, other)].append((anchor(graph, other), int(papers)))
        for own, heading in headings.items():
            if found[own]:
                tallies.append(Tally(heading, tuple(found[own])))
    return tallies
