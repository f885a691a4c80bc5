"""The page of a method, dataset, task or concept: its names, papers, sentences, neighbours."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

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
    nodes,
    outward,
    rows,
)
from kg.serve.pages.neighbours import neighbours
from kg.serve.pages.sentences import Sentence, place, quote, surest
from kg.serve.pages.sheet import Option, Parameters, Sheet, Turning, address, part, turning
from kg.serve.pages.trend import trend
from kg.terms import EVIDENCE, term
from kg.view.outline import WEAKEST, WORDS
from kg.view.passages import Place, fraction
from kg.vocab import PAPER_PREDICATE

#: Leads from a paper to its year.
YEAR = "fabio:hasPublicationYear"

#: Names shown, the most frequent ones.
MOST_NAMES = 30
#: Papers of one part of the list, and sentences of a paper.
PAPERS, SENTENCES = 20, 2

#: Property that leads outward to the words for it.
WORDS_OUT: Mapping[str, str] = {"exactMatch": "Same as", "closeMatch": "Close to"}
#: What a paper does with an entity, in the order in which it is shown.
ROLES = [name for name in WORDS if name.removeprefix("kg:") in set(PAPER_PREDICATE.values())]

NAMES = "SELECT ?name { VALUES ?label { skos:prefLabel skos:altLabel } $thing ?label ?name }"
COUNTS = """
SELECT ?name ?number {
  VALUES ?label { skosxl:prefLabel skosxl:altLabel }
  $thing ?label ?counted . ?counted skosxl:literalForm ?name ; kg:count ?number
}
"""
LINKS = """
SELECT ?property ?other {
  VALUES ?property { skos:exactMatch skos:closeMatch }
  $thing ?property ?other FILTER(isIRI(?other))
} ORDER BY DESC(?property) ?other LIMIT 50
"""
LINK = """
SELECT ?link ?sure { ?link rdf:object $other ; rdf:subject ?thing ; kg:confidence ?sure
  FILTER(?thing = $thing) }
"""
OF_YEAR = """
SELECT ?paper ?date {
  { SELECT ?paper { ?paper $rare $rare_value } }
  ?paper $other $other_value .
  OPTIONAL { ?paper dct:issued ?date }
} OFFSET $skip LIMIT $most
"""
CLAIMS = """
SELECT ?paper ?statement ?role ?sure {
  VALUES ?paper { $papers }
  ?statement rdf:subject ?paper ; rdf:object $thing ; rdf:predicate ?role ; kg:confidence ?sure
} ORDER BY ?paper DESC(?sure) ?statement
"""
MENTIONS = """
SELECT ?abstract ?first ?last ?start ?end ?sure {
  VALUES ?abstract { $abstracts }
  ?mention kg:in ?abstract ; kg:entity $thing ; kg:sentenceStart ?first ; kg:sentenceEnd ?last ;
    kg:start ?start ; kg:end ?end ; kg:confidence ?sure
}
"""
ABSTRACTS = "SELECT ?abstract ?paper { VALUES ?paper { $papers } ?abstract kg:of ?paper }"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a paper does with an entity."""

    words: str
    statement: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper with what it says of an entity."""

    paper: Anchor
    date: str
    claims: tuple[Claim, ...]
    sentences: tuple[Sentence, ...]
    #: How many sentences more there are.
    more: int


def show(graph: Graph, thing: NamedNode, parameters: Parameters) -> Sheet:
    """Show an entity; ``role``, ``year`` and ``page`` choose from the list of its papers."""
    totals = {role: count(graph, role, thing) for role in (WEAKEST, *ROLES)}
    role = f"kg:{parameters.get('role', '')}"
    role = role if role in ROLES else WEAKEST
    entries, turned = _papers(graph, thing, role, totals[role], parameters)
    own = anchor(graph, thing.value)
    return Sheet(
        "entity.html",
        own.name,
        {
            "own": own,
            "type": kind(graph, thing.value),
            "names": _names(graph, thing),
            "most_names": MOST_NAMES,
            "links": _links(graph, thing),
            "total": totals[WEAKEST],
            "roles": _options(totals, role, parameters),
            "year": _year(parameters),
            "sorted": totals[role] <= MOST_SORTED and not _year(parameters),
            "entries": entries,
            "turning": turned,
            "trend": trend(graph, WEAKEST, thing, totals[WEAKEST]),
            "groups": neighbours(graph, thing),
        },
        resource=True,
    )


def _names(graph: Graph, thing: NamedNode) -> list[tuple[str, int]]:
    """Return all names with how often each was seen, the most frequent first; 0: not counted."""
    counts = {name: int(number) for name, number in rows(graph, COUNTS, thing=thing)}
    names = {name: counts.get(name, 0) for (name,) in rows(graph, NAMES, thing=thing)}
    return sorted(names.items(), key=lambda one: (-one[1], one[0]))


def _links(graph: Graph, thing: NamedNode) -> list[tuple[str, Anchor, list[Anchor]]]:
    """Return where the entity leads outward, with how sure each link is."""
    return [
        (
            WORDS_OUT[property_.rpartition("#")[2]],
            outward(other, other),
            [
                anchor(graph, link, f"{fraction([sure]):.2f}")
                for link, sure in rows(
                    graph, LINK, only=EVIDENCE, other=NamedNode(other), thing=thing
                )
            ],
        )
        for property_, other in rows(graph, LINKS, thing=thing)
    ]


def _options(totals: Mapping[str, int], chosen: str, parameters: Parameters) -> list[Option]:
    """Offer what papers do with the entity, as far as there is any."""
    year = _year(parameters) or None
    return [
        Option(
            "all" if role == WEAKEST else WORDS[role][1],
            total,
            address({}, role=None if role == WEAKEST else role.removeprefix("kg:"), year=year),
            role == chosen,
        )
        for role, total in totals.items()
        if total or role == chosen
    ]


def _year(parameters: Parameters) -> str:
    given = parameters.get("year", "")
    return given if given.isascii() and given.isdecimal() and len(given) == 4 else ""


def _papers(
    graph: Graph, thing: NamedNode, role: str, total: int, parameters: Parameters
) -> tuple[list[Entry], Turning]:
    """Read one part of the list of papers, the newest first where they are not too many."""
    year = _year(parameters)
    query = OF_YEAR if year else NEWEST if total <= MOST_SORTED else ANY
    found = rows(
        graph,
        query,
        only=PLAIN,
        thing=thing,
        property=term(role),
        skip=(part(parameters) - 1) * PAPERS,
        most=PAPERS + 1,
        **(_of_year(graph, thing, role, total, year) if year else {}),
    )
    kept = {name: value for name, value in parameters.items() if name in ("role", "year", "page")}
    turned = turning(kept, PAPERS, None if year else total, len(found) > PAPERS)
    return _entries(graph, thing, {paper: date for paper, date in found[:PAPERS]}), turned


def _of_year(
    graph: Graph, thing: NamedNode, role: str, total: int, year: str
) -> Mapping[str, NamedNode | Literal]:
    """Choose what to go through: the papers of the thing or, if fewer, those of the year."""
    when = Literal(year, datatype=term("xsd:gYear"))
    ends: list[tuple[NamedNode, NamedNode | Literal]] = [(term(role), thing), (term(YEAR), when)]
    if count(graph, YEAR, when) < total:
        ends.reverse()
    (rare, rare_value), (other, other_value) = ends
    return {"rare": rare, "rare_value": rare_value, "other": other, "other_value": other_value}


def _entries(graph: Graph, thing: NamedNode, dates: Mapping[str, str]) -> list[Entry]:
    papers = nodes(dates)
    claims: dict[str, list[Claim]] = defaultdict(list)
    for paper, statement, role, sure in rows(
        graph, CLAIMS, only=EVIDENCE, papers=papers, thing=thing
    ):
        name = f"kg:{role.rpartition('#')[2]}"
        words = WORDS[name][0] if name in WORDS else name
        claims[paper].append(Claim(words, anchor(graph, statement).href, fraction([sure])))
    places = _places(graph, thing, papers)
    best = {paper: surest(found) for paper, found in places.items()}
    shown = {paper: spans[:SENTENCES] for paper, spans in best.items()}
    quoted = quote(
        graph,
        (span for spans in shown.values() for span in spans),
        [place for found in places.values() for place in found],
    )
    return [
        Entry(
            anchor(graph, paper),
            date,
            tuple(claims[paper]),
            tuple(quoted[span] for span in shown.get(paper, [])),
            max(0, len(best.get(paper, [])) - SENTENCES),
        )
        for paper, date in dates.items()
    ]


def _places(
    graph: Graph, thing: NamedNode, papers: Sequence[NamedNode]
) -> Mapping[str, list[Place]]:
    """Return where each paper names the thing; papers can share an abstract."""
    carriers = rows(graph, ABSTRACTS, only=PLAIN, papers=papers)
    abstracts = nodes(sorted({abstract for abstract, _ in carriers}))
    named: dict[str, list[Place]] = defaultdict(list)
    for abstract, first, last, start, end, sure in rows(
        graph, MENTIONS, only=EVIDENCE, abstracts=abstracts, thing=thing
    ):
        found = place(abstract, thing.value, sure, (first, last), (start, end))
        named[abstract].append(found)
    places: dict[str, list[Place]] = defaultdict(list)
    for abstract, paper in carriers:
        places[paper] += named[abstract]
    return places
