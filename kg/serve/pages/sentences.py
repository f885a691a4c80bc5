"""Places where things are named in, sentences out, cut where the marked words begin and end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from kg.opened import Graph
from kg.serve.pages.lookup import PLAIN, nodes, rows
from kg.view.passages import Piece, Place, Span, cut, fraction, whole

#: A sentence in pieces; those that are marked have a number.
Sentence: TypeAlias = tuple[Piece, ...]

TEXTS = "SELECT ?abstract ?text { VALUES ?abstract { $abstracts } ?abstract kg:text ?text }"


def place(
    abstract: str, entity: str, sure: str, sentence: tuple[str, str], words: tuple[str, str]
) -> Place:
    """Read where a mention stands from what the graph says of it."""
    (first, last), (start, end) = (tuple(whole([at]) for at in ends) for ends in (sentence, words))
    return Place(Span(abstract, first, last), start, end, entity, fraction([sure]))


def surest(places: Iterable[Place]) -> list[Span]:
    """Return the sentences, that with the surest mention first."""
    sure: dict[Span, float] = defaultdict(float)
    for one in places:
        sure[one.sentence] = max(sure[one.sentence], one.confidence)
    return sorted(sure, key=lambda span: (-sure[span], span))


def quote(graph: Graph, spans: Iterable[Span], places: Sequence[Place]) -> Mapping[Span, Sentence]:
    """Read sentences, and mark in them all that is named in these places."""
    marked = defaultdict(list)
    for one in places:
        marked[one.sentence].append(one)
    number = {one.entity: 0 for one in places}
    spans = set(spans)
    abstracts = nodes(sorted({span.abstract for span in spans}))
    texts = {one: text for one, text in rows(graph, TEXTS, only=PLAIN, abstracts=abstracts)}
    return {span: cut(texts.get(span.abstract, ""), span, marked[span], number) for span in spans}
