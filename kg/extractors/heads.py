"""Vectors in, scores out: the three small networks over the tagger's vectors, and what they see.

The formulas hold for numpy arrays and for torch tensors alike, so that training and running share
them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.vocab import RELATIONS, TYPES

#: The types in the order of their ids.
TYPE_NAMES = tuple(TYPES)
#: Labels of tokens: outside, then the beginning and the inside of each type.
LABELS = ("O", *(f"{place}-{kind}" for kind in TYPE_NAMES for place in "BI"))
#: Roles in the order of their ids; ``default`` stands for the type's own default role.
ROLES = ("default", "proposed", "evaluated")
#: Relations in the order of their ids.
RELATION_NAMES = tuple(RELATIONS)
#: For each role the ids of types that can play it.
ROLE_MASK: npt.NDArray[np.bool_] = np.array(
    [[True] * len(TYPE_NAMES), [True] * len(TYPE_NAMES), [kind == "Dataset" for kind in TYPE_NAMES]]
).T
#: The first layers of the networks, in the order in which they stand in the tagger's vectors. They
#: are linear and so may come before the mean over a span; within the tagger they cost least.
PARTS = (
    "role.span",
    "role.sentence",
    "relation.head",
    "relation.tail",
    "relation.between",
    "span.start",
    "span.end",
    "span.inner",
)
#: How many of them are read after the spans are found.
KEPT = 5
#: Lengths that the spans' head tells apart, in tokens; longer ones are like the longest.
WIDTHS = 12
#: Width of each part.
HIDDEN = 128
#: Upper ends of the ranges of tokens between two mentions.
GAPS = (1, 2, 4, 8, 16)
#: Places that a tail can have as seen from its head: range and side, then sentence before or after.
PLACES = 2 * (len(GAPS) + 1) + 2


def allowed(head: str, tail: str) -> list[bool]:
    """Say for each relation whether it can hold between a head and a tail of these types."""
    return [
        head in heads and (tail in tails if tails else tail == head)
        for _, heads, tails in RELATIONS.values()
    ]


#: (type of head, type of tail, relation), as ids.
RELATION_MASK: npt.NDArray[np.bool_] = np.array(
    [[allowed(head, tail) for tail in TYPE_NAMES] for head in TYPE_NAMES]
)


def pairs(
    spans: Sequence[tuple[int, int]], types: Sequence[int], sentences: Sequence[int]
) -> npt.NDArray[np.int64]:
    """List the pairs of mentions that a relation may join: rows of head, tail and place.

    Mentions are token spans with the id of their type and the number of their sentence; a pair
    stands in one sentence or in two neighbours, and some relation suits its types.
    """
    possible: list[list[bool]] = np.any(RELATION_MASK, axis=2).tolist()
    members: dict[int, list[int]] = {}
    for mention, sentence in enumerate(sentences):
        members.setdefault(sentence, []).append(mention)
    rows = []
    for head, (head_start, head_end) in enumerate(spans):
        for step in (-1, 0, 1):
            for tail in members.get(sentences[head] + step, ()):
                if head == tail or not possible[types[head]][types[tail]]:
                    continue
                tail_start, tail_end = spans[tail]
                gap = max(tail_start - head_end, head_start - tail_end)
                near = sum(gap > limit for limit in GAPS) * 2 + (tail_start > head_start)
                rows.append((head, tail, near if step == 0 else PLACES - 2 + (step > 0)))
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def mean(vectors: Any, start: Any, end: Any) -> Any:
    """Average the vectors of each span of tokens; an empty span is zero.

    ``vectors`` are the running sums of the tokens' vectors with a zero row put before them.
    """
    length = (end - start)[:, None]
    return (vectors[end] - vectors[start]) / (length + (length == 0))


def between(
    spans: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the starts and the ends of what stands between the two mentions of each pair."""
    head, tail = spans[rows[:, 0]], spans[rows[:, 1]]
    start = np.minimum(head[:, 1], tail[:, 1])
    return start, np.maximum(start, np.maximum(head[:, 0], tail[:, 0]))


def part(name: str, vectors: Any) -> Any:
    """Cut out of the tagger's vectors what one of ``PARTS`` reads."""
    at = PARTS.index(name) * HIDDEN
    return vectors[:, at : at + HIDDEN]


def score_spans(starts: Any, ends: Any, added: Any, rows: Any, weights: Mapping[str, Any]) -> Any:
    """Score for each (start, end) of tokens that it names nothing, or a thing of each type.

    ``starts`` and ``ends`` are these parts of the tokens' vectors, ``added`` the running sums of
    the part ``span.inner`` as ``mean`` reads them.
    """
    start, end = rows[:, 0], rows[:, 1]
    hidden = (
        starts[start]
        + ends[end - 1]
        + mean(added, start, end)
        + weights["span.width"][(end - start - 1).clip(0, WIDTHS - 1)]
    )
    return (hidden * (hidden > 0)) @ weights["span.out"] + weights["span.bias"]


def score_roles(span: Any, sentence: Any, types: Any, weights: Mapping[str, Any]) -> Any:
    """Score the roles of mentions, from their vectors and those of their sentences."""
    hidden = part("role.span", span) + part("role.sentence", sentence) + weights["role.type"][types]
    return (hidden * (hidden > 0)) @ weights["role.out"] + weights["role.bias"]


def score_relations(
    span: Any, between: Any, types: Any, rows: Any, weights: Mapping[str, Any]
) -> Any:
    """Score each relation for each row of ``pairs``.

    ``span`` are the vectors of the mentions, ``between`` that part of what is between each pair.
    """
    head, tail, place = rows[:, 0], rows[:, 1], rows[:, 2]
    first, second = part("relation.head", span)[head], part("relation.tail", span)[tail]
    hidden = (
        first
        + second
        + first * second
        + between
        + weights["relation.place"][place]
        + weights["relation.type"][types[head] * len(TYPE_NAMES) + types[tail]]
    )
    return (hidden * (hidden > 0)) @ weights["relation.out"] + weights["relation.bias"]
