"""Docs with spans in, docs with consistent spans out.

Within one abstract a name means one thing: it is found wherever it stands, it has one type, and
both sides of an abbreviation pair are found and share it.
"""

from collections import defaultdict

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extractors import abbreviations
from kg.extractors.spans import KEY, entities, found, like, occurrences, tidy

#: Names with two senses to which the annotation guide gives one type for good.
FIXED = dict.fromkeys(
    (
        "in context learning",
        "reinforcement learning",
        "machine learning",
        "deep learning",
        "self supervised learning",
        "contrastive learning",
        "federated learning",
        "meta learning",
        "knowledge distillation",
        "fine tuning",
        "pre training",
        "prompt tuning",
        "regularization",
        "chain of thought",
    ),
    "Method",
)
FIXED |= dict.fromkeys(
    (
        "domain adaptation",
        "domain generalization",
        "continual learning",
        "transfer learning",
        "representation learning",
        "question answering",
        "teleoperation",
    ),
    "Task",
)
FIXED |= dict.fromkeys(
    (
        "natural language processing",
        "computer vision",
        "neuroscience",
        "mechanistic interpretability",
        "calibration",
        "alignment",
        "robustness",
        "generalization",
        "fairness",
        "privacy",
        "uncertainty",
        "interpretability",
        "hallucination",
        "overfitting",
        "sparsity",
        "reasoning",
        "artificial intelligence",
        "explainable ai",
        "generative ai",
    ),
    "Concept",
)
#: A name is looked for again only where it was found with this confidence.
SURE = 0.85


def make(nlp: Language, name: str) -> "Consistency":
    """Make the component that makes spans consistent."""
    return Consistency(name)


class Consistency:
    """Rewrites ``doc.spans["kg"]``."""

    def __init__(self, name: str) -> None:
        """Sign new spans with the name."""
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Make one doc consistent."""
        spans = tidy(found(doc))
        self._widen_long_forms(doc, spans)
        spans = self._other_sides(doc, spans)
        spans = self._repeats(doc, spans)
        doc.spans[KEY] = _one_type(doc, spans)
        return doc

    def _widen_long_forms(self, doc: Doc, spans: list[Span]) -> None:
        """Take the tagger's span for the long form where both end alike and begin with one letter.

        The algorithm finds the shortest long form: "language model" for "large language LLM".
        """
        ends = {span.end: span for span in spans}
        pairs = []
        for short, long in doc._.kg_abbreviations:
            span = ends.get(long[1])
            alike = span is not None and span.text[0].lower() == doc[short[0]].text[0].lower()
            pairs.append((short, (span.start, span.end) if span is not None and alike else long))
        doc._.kg_abbreviations = pairs

    def _other_sides(self, doc: Doc, spans: list[Span]) -> list[Span]:
        """Add the side of an abbreviation pair that was not found though the other was."""
        at = {(span.start, span.end): span for span in spans}
        taken = _tokens(spans)
        for pair in abbreviations.sides(doc):
            for known, other in (pair, pair[::-1]):
                span = at.get((known.start, known.end))
                place = range(other.start, other.end)
                if span is not None and taken.isdisjoint(place):
                    taken.update(place)
                    at[other.start, other.end] = self._again(span, other.start, other.end)
        return sorted(at.values(), key=lambda span: span.start)

    def _repeats(self, doc: Doc, spans: list[Span]) -> list[Span]:
        """Find the names again where they stand unmarked, long names first."""
        best: dict[str, Span] = {}
        for span in spans:
            if span._.kg_confidence >= SURE:
                known = best.get(span.text)
                if known is None or span._.kg_confidence > known._.kg_confidence:
                    best[span.text] = span
        longest_first = [best[text] for text in sorted(best, key=lambda text: (-len(text), text))]
        taken = _tokens(spans)
        again = []
        for name, start, end in occurrences(doc, longest_first):
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                again.append(self._again(name, start, end))
        return sorted([*spans, *again], key=lambda span: span.start)

    def _again(self, span: Span, start: int, end: int) -> Span:
        """Make a span for another place of a name, a little less sure."""
        again = like(span, start, end)
        again._.kg_confidence = round(0.9 * span._.kg_confidence, 2)
        again._.kg_by = self.name
        return again


def _tokens(spans: list[Span]) -> set[int]:
    return {token for span in spans for token in range(span.start, span.end)}


def _one_type(doc: Doc, spans: list[Span]) -> list[Span]:
    """Give all spans of one thing the label that is fixed, or that most confidence is for."""
    votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    keys = entities(doc, spans)
    for key, span in zip(keys, spans, strict=True):
        votes[key][span.label_] += span._.kg_confidence
    for key, span in zip(keys, spans, strict=True):
        voted = max(sorted(votes[key]), key=lambda label: votes[key][label])
        span.label_ = FIXED.get(key, voted)
    return spans
