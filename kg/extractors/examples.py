"""Annotated abstracts in, the numbers that the network is trained on and judged by out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import spacy
from spacy.tokens import Doc

from kg.extractors import heads, sentences, tokens
from kg.extractors.gold import Gold

#: Beside the mentions the spans' head is shown the other stretches of a sentence that are no longer
#: than so many tokens.
REACH = 12


@dataclass(frozen=True, slots=True)
class Example:
    """One abstract with the numbers that the network is trained on."""

    gold: Gold
    doc: Doc
    pieces: tokens.Pieces
    #: Positions of the tokens that have pieces, and their labels.
    visible: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    #: Which of them begin a sentence.
    begins: npt.NDArray[np.bool_]
    #: Stretches of them as (start, end, 0 or 1 + type id).
    stretches: npt.NDArray[np.int64]
    #: Token spans of the mentions with the ids of their types and roles.
    spans: npt.NDArray[np.int64]
    types: npt.NDArray[np.int64]
    roles: npt.NDArray[np.int64]
    #: Which thing each mention names, a position among the annotated ones.
    things: npt.NDArray[np.int64]
    #: Token spans of the sentences of the mentions.
    sentences: npt.NDArray[np.int64]
    #: Rows of ``heads.pairs``, whether each relation holds, and whether that is known.
    pairs: npt.NDArray[np.int64]
    relations: npt.NDArray[np.float32]
    known: npt.NDArray[np.float32]

    def truth(self) -> set[tuple[int, int, int]]:
        """Give the mentions as (start, end, type id) over the visible tokens."""
        rows = self.stretches[self.stretches[:, 2] > 0].tolist()
        return {(start, end, kind - 1) for start, end, kind in rows}


def examples(golds: Iterable[Gold], tokenizer: Any) -> list[Example]:
    """Turn annotated abstracts into what the network is trained on.

    A mention that does not begin and end with a token is left out, and so is what stands beyond
    the encoder's window in a very long abstract.
    """
    nlp = spacy.blank("en")
    nlp.tokenizer = tokens.make(nlp)
    split = sentences.Sentences()
    return [_example(one, split(nlp(one.text)), tokenizer) for one in golds]


def _example(one: Gold, doc: Doc, tokenizer: Any) -> Example:
    pieces = tokens.one_window(tokens.pieces(doc, tokenizer))
    labels = np.zeros(len(doc), dtype=np.int64)
    rows = []
    for number, entity in enumerate(one.entities):
        kind = heads.TYPE_NAMES.index(entity.type)
        role = heads.ROLES.index(entity.role) if entity.role in heads.ROLES else 0
        for start, end in entity.mentions:
            span = doc.char_span(start, end)
            if span is None or (pieces.first[span.start : span.end] < 0).any():
                continue
            labels[span.start : span.end] = 2 + 2 * kind
            labels[span.start] = 1 + 2 * kind
            rows.append((span.start, span.end, kind, role, number))
    rows.sort()
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    bounds = [(sentence.start, sentence.end) for sentence in doc.sents]
    place = [sum(start <= row[0] for start, _ in bounds) - 1 for row in rows]
    pairs = heads.pairs([row[:2] for row in rows], [row[2] for row in rows], place)
    pairs = pairs[table[pairs[:, 0], 4] != table[pairs[:, 1], 4]]
    holds, known = _relations(one, pairs, table)
    visible = np.flatnonzero(pieces.first >= 0)
    begins = tokens.begins(doc, visible)
    return Example(
        gold=one,
        doc=doc,
        pieces=pieces,
        visible=visible,
        labels=labels[visible],
        begins=begins,
        stretches=stretches(np.searchsorted(visible, table[:, :2]), table[:, 2], begins),
        spans=table[:, :2],
        types=table[:, 2],
        roles=table[:, 3],
        things=table[:, 4],
        sentences=np.array([bounds[at] for at in place], dtype=np.int64).reshape(-1, 2),
        pairs=pairs,
        relations=holds,
        known=known,
    )


def stretches(
    spans: npt.NDArray[np.int64], types: npt.NDArray[np.int64], begins: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """List the mentions, then every other short stretch within a sentence."""
    mentions = {(start, end) for start, end in spans.tolist()}
    number = np.cumsum(begins)
    start, length = np.divmod(np.arange(len(begins) * REACH), REACH)
    end = start + length + 1
    inside = end <= len(begins)
    start, end = start[inside], end[inside]
    one = number[start] == number[end - 1]
    others = [row for row in zip(start[one], end[one], strict=True) if row not in mentions]
    return np.concatenate(
        [
            np.column_stack([spans, types + 1]),
            np.column_stack(
                [np.array(others, dtype=np.int64).reshape(-1, 2), np.zeros(len(others))]
            ),
        ]
    ).astype(np.int64)


def _relations(
    one: Gold, pairs: npt.NDArray[np.int64], table: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Spread relations of entities over the pairs of mentions that may say them.

    A relation is taken to be said by each pair in one sentence; only where there is none, by the
    pairs in neighbouring sentences, which are otherwise left unjudged.
    """
    stated = {
        (head, tail, heads.RELATION_NAMES.index(relation)) for head, relation, tail in one.relations
    }
    holds = np.zeros((len(pairs), len(heads.RELATION_NAMES)), dtype=np.float32)
    known = heads.RELATION_MASK[table[pairs[:, 0], 2], table[pairs[:, 1], 2]].astype(np.float32)
    near = pairs[:, 2] < heads.PLACES - 2
    for head, tail, relation in stated:
        same = (table[pairs[:, 0], 4] == head) & (table[pairs[:, 1], 4] == tail)
        holds[same, relation] = 1.0
        if (same & near).any():
            known[same & ~near, relation] = 0.0
    return holds, known
