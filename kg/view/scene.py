"""A store and the nodes chosen from it in, all that the page says of them out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode, Store

from kg.graph import term
from kg.view.facts import Said, Value, facts_of, name, said, subjects, texts
from kg.view.outline import ALIASES, Outline
from kg.view.passages import (
    MOST_READ,
    MOST_SENTENCES,
    Passage,
    Place,
    Places,
    Span,
    fraction,
    mentions_in,
    passages,
    places,
    sentences,
    whole,
)


@dataclass(frozen=True, slots=True)
class Node:
    """A node and what its panel shows."""

    iri: str
    type: str
    name: str
    aliases: tuple[str, ...]
    #: How many papers it is linked to, in the whole graph.
    papers: int
    facts: tuple[tuple[str, tuple[Value, ...]], ...]
    #: Whole abstracts of a paper, sentences of anything else.
    passages: tuple[Span, ...]
    #: How often the whole graph mentions it.
    mentions: int


@dataclass(frozen=True, slots=True)
class Link:
    """A property between two nodes, with the sentences behind it."""

    subject: int
    object: int
    predicate: str
    #: 0 to 1; None where it is no claim of a text: authors, venues.
    confidence: float | None
    #: How many abstracts say it.
    support: int
    passages: tuple[Span, ...]
    #: How many mentions are its evidence.
    mentions: int


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a page shows."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    passages: Mapping[Span, Passage]
    #: How many nodes the whole graph has.
    nodes_in_all: int
    #: Number of the node that the page is about, if it is about one.
    centre: int | None = None


def read(store: Store, outline: Outline, chosen: Sequence[int], centre: int | None) -> Scene:
    """Read names, facts, links and sentences of the chosen nodes, numbered in their order."""
    number = {outline.iris[node]: place for place, node in enumerate(chosen)}
    whole_abstracts = {
        outline.iris[node]: [
            Span(abstract, 0, len("".join(texts(said(store, abstract), "kg:text")[:1])))
            for abstract in subjects(store, "kg:of", outline.iris[node])
        ]
        for node in chosen
        if outline.types[node] == "Paper"
    }
    own = {span.abstract for spans in whole_abstracts.values() for span in spans}
    known: Places = {}
    by_entity: dict[str, list[Place]] = defaultdict(list)
    for abstract in sorted(own):
        for place in places(store, mentions_in(store, abstract), known):
            by_entity[place.entity].append(place)

    def quoted(mentions: Sequence[str], near: Sequence[Place]) -> tuple[Span, ...]:
        # A hub has more mentions than anybody reads: those of the papers shown will do.
        if len({place.sentence for place in near}) >= MOST_SENTENCES:
            return sentences(near, own)
        found = places(store, mentions[:MOST_READ], known)
        return sentences({*near, *found}, own)

    def to_node(place: int) -> Node:
        iri = outline.iris[place]
        mentions = subjects(store, "kg:entity", iri)
        return Node(
            iri,
            outline.types[place],
            name(store, iri),
            _aliases(said(store, iri)),
            outline.papers[place],
            tuple(facts_of(store, iri, number)),
            tuple(whole_abstracts.get(iri) or quoted(mentions, by_entity.get(iri, []))),
            len(mentions),
        )

    def to_link(subject: int, predicate: str, object_: int, claim: Said) -> Link:
        mentions = texts(claim, "kg:evidence")
        confidence = texts(claim, "kg:confidence")
        return Link(
            subject,
            object_,
            predicate,
            fraction(confidence) if confidence else None,
            whole(texts(claim, "kg:support")),
            quoted(mentions, [place for one in mentions if (place := known.get(one))]),
            len(mentions),
        )

    nodes = tuple(to_node(place) for place in chosen)
    links = tuple(to_link(*found) for found in _links(store, outline, number))
    spans = {span for node in nodes for span in node.passages}
    spans |= {span for link in links for span in link.passages}
    return Scene(
        nodes,
        links,
        passages(store, spans, number, filter(None, known.values())),
        len(outline.iris),
        None if centre is None else number[outline.iris[centre]],
    )


def _aliases(facts: Said) -> tuple[str, ...]:
    return tuple(sorted({text for predicate in ALIASES for text in texts(facts, predicate)}))


def _links(
    store: Store, outline: Outline, number: Mapping[str, int]
) -> Iterable[tuple[int, str, int, Said]]:
    """Yield subject, property, object and statement of each link between nodes shown."""
    wanted: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for (subject, object_), predicates in outline.links.items():
        ends = (outline.iris[subject], outline.iris[object_])
        if ends[0] in number and ends[1] in number:
            wanted[ends[0]].append((ends[1], predicates))
    for subject_iri, links in wanted.items():
        claims = _claims(store, subject_iri, number)
        for object_iri, predicates in links:
            for predicate in predicates:
                claim = claims.get((term(predicate).value, object_iri), {})
                yield number[subject_iri], predicate, number[object_iri], claim


def _claims(
    store: Store, subject: str, number: Mapping[str, int]
) -> Mapping[tuple[str, str], Said]:
    """Return the statements about a subject: property and object to what is said of it."""
    claims: dict[tuple[str, str], Said] = {}
    for statement in subjects(store, "rdf:subject", subject):
        objects = store.quads_for_pattern(NamedNode(statement), term("rdf:object"), None, None)
        if any(getattr(quad.object, "value", None) in number for quad in objects):
            claim = said(store, statement)
            for predicate in texts(claim, "rdf:predicate"):
                for object_ in texts(claim, "rdf:object"):
                    claims[predicate, object_] = claim
    return claims
