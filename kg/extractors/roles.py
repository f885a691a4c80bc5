"""Docs with spans in, docs with spans that have roles out."""

from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extractors import heads
from kg.extractors.small import Small
from kg.extractors.spans import entities, found, sentence_bounds
from kg.vocab import DEFAULT_ROLE


def make(nlp: Language, name: str, folder: str | None) -> "Roles":
    """Make the component; it reads its weights when it is first needed."""
    return Roles("role.", folder)


class Roles(Small):
    """Sets ``span._.kg_role`` and its confidence.

    The mentions of one thing vote, so that it has one role in its paper. Where a doc has no vectors
    every role is the default one.
    """

    def __call__(self, doc: Doc) -> Doc:
        """Give the spans of one doc their roles."""
        spans = [span for span in found(doc) if span.label_ in heads.TYPE_NAMES]
        if not spans or len(doc.tensor) != len(doc):
            return doc
        sure = self._probabilities(doc, spans)
        keys = [(span.label_, key) for span, key in zip(spans, entities(doc, spans), strict=True)]
        rows = defaultdict(list)
        for row, key in enumerate(keys):
            rows[key].append(row)
        for row, span in enumerate(spans):
            mean = sure[rows[keys[row]]].mean(axis=0)
            best = int(mean.argmax())
            role = heads.ROLES[best]
            span._.kg_role = DEFAULT_ROLE[span.label_] if role == "default" else role
            span._.kg_role_confidence = round(float(mean[best]), 2)
        return doc

    def _probabilities(self, doc: Doc, spans: list[Span]) -> npt.NDArray[np.float32]:
        types = np.array([heads.TYPE_NAMES.index(span.label_) for span in spans])
        ends = np.array([(span.start, span.end) for span in spans])
        bounds = sentence_bounds(doc)
        around = np.array([bounds[span.start] for span in spans])
        added = running(doc, "role.span", "role.sentence")
        scores = heads.score_roles(
            heads.mean(added, ends[:, 0], ends[:, 1]),
            heads.mean(added, around[:, 0], around[:, 1]),
            types,
            self.arrays(),
        )
        scores = np.where(heads.ROLE_MASK[types], scores, -1e4)
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        result: npt.NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
        return result


def running(doc: Doc, first: str, last: str) -> Any:
    """Add up some parts of the vectors of a doc's tokens, a zero before them, for ``heads.mean``.

    The other parts are zero.
    """
    start, end = (
        heads.PARTS.index(first) * heads.HIDDEN,
        (heads.PARTS.index(last) + 1) * heads.HIDDEN,
    )
    added = np.zeros((len(doc) + 1, end), dtype=np.float32)
    np.cumsum(doc.tensor[:, start:end], axis=0, out=added[1:, start:])
    return added
