"""Docs with spans in, docs with relations between spans out."""

from collections import defaultdict

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extractors import heads
from kg.extractors.roles import running
from kg.extractors.small import Small
from kg.extractors.spans import entities, found, sentence_bounds

#: Pairs are scored so many at a time: numpy gives larger products to several threads, which then
#: wait for one another longer than the product takes.
SLICE = 128
#: Position of a pair's head and tail among the spans, a relation's id, and its probability.
Said = tuple[int, int, int, float]


def make(nlp: Language, name: str, folder: str | None) -> "Relations":
    """Make the component; it reads its weights when it is first needed."""
    return Relations("relation.", folder)


class Relations(Small):
    """Sets ``doc._.kg_relations``; a doc without vectors has none."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the relations of one doc."""
        spans = [span for span in found(doc) if span.label_ in heads.TYPE_NAMES]
        doc._.kg_relations = []
        if len(spans) < 2 or len(doc.tensor) != len(doc):
            return doc
        keys = entities(doc, spans)
        doc._.kg_relations = [
            (
                (spans[head].start, spans[head].end),
                heads.RELATION_NAMES[relation],
                (spans[tail].start, spans[tail].end),
                round(sure, 2),
            )
            for head, tail, relation, sure in _one_way(self._score(doc, spans, keys), keys)
        ]
        return doc

    def _score(self, doc: Doc, spans: list[Span], keys: list[str]) -> list[Said]:
        """List what pairs of spans say with more than the threshold's probability."""
        arrays = self.arrays()
        types = np.array([heads.TYPE_NAMES.index(span.label_) for span in spans])
        ends = np.array([(span.start, span.end) for span in spans])
        bounds = sentence_bounds(doc)
        number = {bound: at for at, bound in enumerate(dict.fromkeys(bounds))}
        rows = heads.pairs(
            [(span.start, span.end) for span in spans],
            types.tolist(),
            [number[bounds[span.start]] for span in spans],
        )
        other = [keys[head] != keys[tail] for head, tail in rows[:, :2].tolist()]
        rows = rows[np.array(other, dtype=bool)]
        added = running(doc, "relation.head", "relation.between")
        span = heads.mean(added, ends[:, 0], ends[:, 1])
        between = heads.part("relation.between", added)
        scores = [
            heads.score_relations(
                span, heads.mean(between, *heads.between(ends, some)), types, some, arrays
            )
            for some in np.split(rows, range(SLICE, len(rows), SLICE))
        ]
        sure: npt.NDArray[np.float64] = 1 / (1 + np.exp(-np.concatenate(scores)))
        sure = np.where(heads.RELATION_MASK[types[rows[:, 0]], types[rows[:, 1]]], sure, 0.0)
        said = np.argwhere(sure >= arrays["relation.threshold"])
        return [
            (int(rows[row, 0]), int(rows[row, 1]), int(relation), float(sure[row, relation]))
            for row, relation in said.tolist()
        ]


def _one_way(said: list[Said], keys: list[str]) -> list[Said]:
    """Keep the likelier direction where a relation is said both ways of the same two things."""
    best: dict[tuple[str, str, int], float] = defaultdict(float)
    for head, tail, relation, sure in said:
        at = (keys[head], keys[tail], relation)
        best[at] = max(best[at], sure)
    return [
        (head, tail, relation, sure)
        for head, tail, relation, sure in said
        if (best[keys[head], keys[tail], relation], keys[head])
        >= (best.get((keys[tail], keys[head], relation), 0.0), keys[tail])
    ]
