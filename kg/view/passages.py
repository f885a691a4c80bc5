"""A store and mentions in, the sentences to show out, cut where marked words begin and end."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import NamedNode, Store

from kg.graph import term
from kg.view.facts import name, said, subjects, texts

#: At most so many sentences are kept for a node, and for a link; the page says so.
MOST_SENTENCES = 25
#: At most so many mentions are read for a node, and for a link: those of a hub are very many.
MOST_READ = 300

#: Text, then the numbers of the nodes that it names.
Piece: TypeAlias = tuple[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters of an abstract, which stands here by its IRI."""

    abstract: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a mention stands, and the IRI of the entity that it names."""

    sentence: Span
    start: int
    end: int
    entity: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Passage:
    """The text of a span, in pieces."""

    #: Title of the paper that it stands in.
    title: str
    #: Number of that paper's node, if it is shown.
    paper: int | None
    pieces: tuple[Piece, ...]


#: Mention, by its IRI, to where it stands; None where the graph does not say.
Places: TypeAlias = dict[str, Place | None]


def places(store: Store, mentions: Iterable[str], known: Places) -> list[Place]:
    """Read where mentions stand, sorted; what was read before is taken from ``known``."""
    found = []
    for mention in mentions:
        if mention not in known:
            known[mention] = _place(store, mention)
        place = known[mention]
        if place is not None:
            found.append(place)
    return sorted(found)


def mentions_in(store: Store, abstract: str) -> list[str]:
    """Return the mentions of an abstract, without the statements that rest on it."""
    return [
        node
        for node in subjects(store, "kg:in", abstract)
        if any(store.quads_for_pattern(NamedNode(node), term("kg:entity"), None, None))
    ]


def _place(store: Store, mention: str) -> Place | None:
    facts = said(store, mention)
    abstracts, entities = texts(facts, "kg:in"), texts(facts, "kg:entity")
    if not abstracts or not entities:
        return None
    start = whole(texts(facts, "kg:start"))
    end = whole(texts(facts, "kg:end"))
    sentence = Span(
        abstracts[0],
        whole(texts(facts, "kg:sentenceStart"), start),
        whole(texts(facts, "kg:sentenceEnd"), end),
    )
    return Place(sentence, start, end, entities[0], fraction(texts(facts, "kg:confidence")))


def sentences(found: Iterable[Place], own: Collection[str]) -> tuple[Span, ...]:
    """Return the best sentences, at most ``MOST_SENTENCES``, the best first.

    Those of ``own`` abstracts, whose papers are shown, go first; then what names the most of the
    given things; then what is surest. Of every abstract one sentence comes before the second of
    any.
    """
    by_sentence: dict[Span, list[Place]] = defaultdict(list)
    for place in found:
        by_sentence[place.sentence].append(place)

    def merit(sentence: Span) -> tuple[bool, int, float, Span]:
        here = by_sentence[sentence]
        named = len({place.entity for place in here})
        surest = max(place.confidence for place in here)
        return (sentence.abstract not in own, -named, -surest, sentence)

    turns: dict[str, int] = defaultdict(int)
    ranked: list[tuple[int, int, Span]] = []
    for sentence in sorted(by_sentence, key=merit):
        ranked.append((turns[sentence.abstract], len(ranked), sentence))
        turns[sentence.abstract] += 1
    return tuple(sentence for _, _, sentence in sorted(ranked)[:MOST_SENTENCES])


def passages(
    store: Store, spans: Iterable[Span], number: Mapping[str, int], found: Iterable[Place]
) -> dict[Span, Passage]:
    """Read the text of each span and mark in it what was found.

    ``number`` gives the node of an IRI that is shown.
    """
    by_abstract: dict[str, list[Place]] = defaultdict(list)
    for place in found:
        by_abstract[place.sentence.abstract].append(place)
    wanted: dict[str, set[Span]] = defaultdict(set)
    for span in spans:
        wanted[span.abstract].add(span)
    read: dict[Span, Passage] = {}
    for abstract, here in wanted.items():
        facts = said(store, abstract)
        text = "".join(texts(facts, "kg:text")[:1])
        # Two papers can carry the same abstract: one that is shown is the better name.
        papers = sorted(texts(facts, "kg:of"), key=lambda iri: (iri not in number, iri))[:1]
        title = "".join(name(store, paper) for paper in papers)
        paper = number.get(papers[0]) if papers else None
        for span in here:
            read[span] = Passage(title, paper, cut(text, span, by_abstract[abstract], number))
    return read


def cut(
    text: str, span: Span, found: Sequence[Place], number: Mapping[str, int]
) -> tuple[Piece, ...]:
    """Cut a span of a text at the ends of what it names; overlaps give pieces that name both."""
    named = [
        (max(place.start, span.start), min(place.end, span.end), number[place.entity])
        for place in found
        if place.entity in number and place.start < span.end and place.end > span.start
    ]
    ends = (cut for first, last, _ in named for cut in (first, last))
    cuts = sorted({span.start, min(span.end, len(text)), *ends})

    def names(first: int, last: int) -> tuple[int, ...]:
        return tuple(sorted({node for a, b, node in named if a <= first and last <= b}))

    return tuple((text[a:b], names(a, b)) for a, b in zip(cuts, cuts[1:], strict=False))


def whole(numbers: Sequence[str], missing: int = 0) -> int:
    """Read the first of some texts as a whole number."""
    return int(numbers[0]) if numbers and numbers[0].isdecimal() else missing


def fraction(numbers: Sequence[str]) -> float:
    """Read the first of some texts as a number from 0 to 1."""
    try:
        return min(1.0, max(0.0, float(numbers[0]))) if numbers else 0.0
    except ValueError:
        return 0.0
