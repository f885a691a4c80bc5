"""Annotated abstracts in, scores of the extraction out."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.extractors import extract, extraction, pipeline
from kg.extractors import gold as gold_format
from kg.extractors.gold import Gold
from kg.extractors.spans import KEY, name_key
from kg.model import Extraction
from kg.vocab import PAPER_PREDICATE, RELATIONS

#: Name of the row that adds up the rows of its level.
ALL = "all"
_RELATION_OF = {predicate: name for name, (predicate, _, _) in RELATIONS.items()}


@dataclass(frozen=True, slots=True)
class Score:
    """How well one kind of thing was found."""

    #: A key of ``LEVELS``.
    level: str
    #: A type, property or relation; ``ALL`` for all of them together.
    kind: str
    #: How many were annotated, how many found; of each, how many have their match in the other.
    gold: int
    found: int
    gold_matched: int
    found_matched: int

    @property
    def precision(self) -> float:
        """The share of the found that is right; 0 where nothing was found."""
        return self.found_matched / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """The share of the annotated that was found; 0 where nothing was annotated."""
        return self.gold_matched / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


#: What was annotated in an abstract, and what was found in it.
Pair = tuple[Gold, Extraction]
#: What one abstract says of one thing: its kind, and whether it was matched.
Judged = Iterator[tuple[str, bool]]
#: Gives what was annotated and what was found, each judged by the other.
Level = Callable[[Gold, Extraction], tuple[Judged, Judged]]


def score(gold: Path, *, nlp: Any = None) -> list[Score]:
    """Score the extraction from each abstract of a file of annotated ones, as ``compare`` does."""
    return compare(extracted(gold, nlp=nlp))


def extracted(gold: Path, *, nlp: Any = None, given: bool = False) -> list[Pair]:
    """Extract from each abstract of a file of annotated ones.

    ``nlp`` is a pipeline of ``kg.extractors``, by default the shipped one. Where the mentions are
    ``given``, it finds only the roles and the relations of the annotated ones.
    """
    golds = list(gold_format.read(gold))
    if not golds:
        raise KgError(f"{gold}: holds no annotated abstract; give a file with one a line")
    nlp = nlp or pipeline()
    if given:
        return [(one, _of_given(one, nlp)) for one in golds]
    return list(zip(golds, extract((one.text for one in golds), nlp=nlp), strict=True))


def _of_given(one: Gold, nlp: Any) -> Extraction:
    """Extract with the annotated mentions in the place of those that the tagger finds."""
    doc = nlp.make_doc(one.text)
    for name, component in nlp.pipeline:
        if name in ("kg_names", "kg_consistency"):
            continue
        doc = component(doc)
        if name == "kg_tagger":
            spans = [
                doc.char_span(start, end, label=entity.type)
                for entity in one.entities
                for start, end in entity.mentions
            ]
            doc.spans[KEY] = [span for span in spans if span is not None]
    return extraction(one.text, doc)


def compare(pairs: Iterable[Pair]) -> list[Score]:
    """Score extractions against the annotations of the same abstracts.

    Rows come in the order of ``LEVELS``, within one by kind, ``ALL`` last.
    """
    counts: dict[str, Counter[tuple[str, str]]] = {level: Counter() for level in LEVELS}
    for one, found in pairs:
        for level, judge in LEVELS.items():
            for side, judged in zip(("gold", "found"), judge(one, found), strict=True):
                for kind, matched in judged:
                    for name in (kind, ALL):
                        counts[level][name, side] += 1
                        counts[level][name, f"{side}_matched"] += matched
    return [
        Score(level, kind, *(count[kind, side] for side in _SIDES))
        for level, count in counts.items()
        for kind in sorted({kind for kind, _ in count}, key=lambda kind: (kind == ALL, kind))
    ]


@dataclass(frozen=True, slots=True)
class Bin:
    """Mentions found with a confidence from ``least`` to below ``most``."""

    least: float
    most: float
    found: int
    #: Sum of their confidences, and how many of them are annotated so, span and type.
    confidence: float
    right: int


def reliability(pairs: Iterable[Pair], bins: int = 10) -> list[Bin]:
    """Compare the confidences of mentions with the share that is right, in ranges of one width."""
    rows: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for one, found in pairs:
        truth = _gold_spans(one)
        for mention in found.mentions:
            right = (mention.quote.start, mention.quote.end, mention.type) in truth
            at = min(bins - 1, int(mention.confidence * bins + 1e-9))
            rows[at].append((mention.confidence, right))
    return [
        Bin(
            at / bins,
            (at + 1) / bins,
            len(row),
            sum(sure for sure, _ in row),
            sum(right for _, right in row),
        )
        for at, row in enumerate(rows)
        if row
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Give the expected calibration error (Naeini et al. 2015): the mean gap, by mentions."""
    found = sum(row.found for row in bins)
    return sum(abs(row.confidence - row.right) for row in bins) / found if found else 0.0


def reliability_lines(bins: Sequence[Bin]) -> Iterator[str]:
    """Lay ranges of confidence out as lines of text, the expected calibration error last."""
    yield f"{'confidence':<14}{'mean':>10}{'right':>8}{'found':>15}"
    for row in bins:
        mean, right = row.confidence / row.found, row.right / row.found
        yield f"  {row.least:.1f} to {row.most:.1f}  {mean:>10.3f}{right:>8.3f}{row.found:>15}"
    yield f"  expected calibration error {calibration_error(bins):.3f}"


def lines(scores: Iterable[Score]) -> Iterator[str]:
    """Lay scores out as lines of text, a paragraph a level."""
    level = ""
    for row in scores:
        if row.level != level:
            yield f"{row.level:<14}{'precision':>10}{'recall':>8}{'F1':>8}{'gold':>7}{'found':>7}"
            level = row.level
        yield (
            f"  {row.kind:<12}{row.precision:>10.3f}{row.recall:>8.3f}{row.f1:>8.3f}"
            f"{row.gold:>7}{row.found:>7}"
        )


def _exact(one: Gold, extraction: Extraction) -> tuple[Judged, Judged]:
    gold, found = _gold_spans(one), _found_spans(extraction)
    return (
        ((kind, (start, end, kind) in found) for start, end, kind in sorted(gold)),
        ((kind, (start, end, kind) in gold) for start, end, kind in sorted(found)),
    )


def _overlapping(one: Gold, extraction: Extraction) -> tuple[Judged, Judged]:
    gold, found = _gold_spans(one), _found_spans(extraction)
    return _touched(gold, found), _touched(found, gold)


def _touched(spans: set[tuple[int, int, str]], others: set[tuple[int, int, str]]) -> Judged:
    for start, end, kind in sorted(spans):
        yield kind, any(a < end and start < b and kind == other for a, b, other in others)


def _entities(one: Gold, extraction: Extraction) -> tuple[Judged, Judged]:
    """Judge the sets of things that an abstract names, by type and normalised name."""
    gold = [(entity.type, _names(one, at)) for at, entity in enumerate(one.entities)]
    keys = _keys(extraction)
    found = {(mention.type, keys[mention.quote.text]) for mention in extraction.mentions}
    return (
        ((kind, any((kind, name) in found for name in names)) for kind, names in gold),
        (
            (kind, any(kind == other and name in names for other, names in gold))
            for kind, name in sorted(found)
        ),
    )


def _roles(one: Gold, extraction: Extraction) -> tuple[Judged, Judged]:
    """Judge the paper's properties on the mentions that were found exactly."""
    found = {
        (claim.object.quote.start, claim.object.quote.end, claim.object.type): claim.predicate
        for claim in extraction.claims
        if claim.subject is None
    }
    gold = {
        (start, end, entity.type): PAPER_PREDICATE[entity.type, entity.role]
        for entity in one.entities
        for start, end in entity.mentions
    }
    both = sorted(found.keys() & gold.keys())
    return (
        ((gold[span], gold[span] == found[span]) for span in both),
        ((found[span], gold[span] == found[span]) for span in both),
    )


def _relations(one: Gold, extraction: Extraction) -> tuple[Judged, Judged]:
    """Judge the relations between things, each thing by its names in the abstract."""
    keys = _keys(extraction)
    found = {
        (
            keys[claim.subject.quote.text],
            _RELATION_OF[claim.predicate],
            keys[claim.object.quote.text],
        )
        for claim in extraction.claims
        if claim.subject is not None
    }
    gold = [
        (_names(one, head), relation, _names(one, tail)) for head, relation, tail in one.relations
    ]

    def said(head: set[str], relation: str, tail: set[str]) -> bool:
        return any(a in head and relation == name and b in tail for a, name, b in found)

    def stated(head: str, relation: str, tail: str) -> bool:
        return any(head in a and relation == name and tail in b for a, name, b in gold)

    return (
        ((relation, said(head, relation, tail)) for head, relation, tail in gold),
        ((relation, stated(head, relation, tail)) for head, relation, tail in sorted(found)),
    )


#: The levels of the table.
LEVELS: dict[str, Level] = {
    "exact": _exact,
    "overlapping": _overlapping,
    "entities": _entities,
    "roles": _roles,
    "relations": _relations,
}
_SIDES = ("gold", "found", "gold_matched", "found_matched")


def _gold_spans(one: Gold) -> set[tuple[int, int, str]]:
    return {(*span, entity.type) for entity in one.entities for span in entity.mentions}


def _found_spans(extraction: Extraction) -> set[tuple[int, int, str]]:
    return {
        (mention.quote.start, mention.quote.end, mention.type) for mention in extraction.mentions
    }


def _names(one: Gold, position: int) -> set[str]:
    """Collect the normalised names of an annotated thing."""
    entity = one.entities[position]
    surfaces = {one.text[start:end] for start, end in entity.mentions}
    return {name_key(name) for name in (entity.name, *surfaces)}


def _keys(extraction: Extraction) -> dict[str, str]:
    """Map each text that was found to the normalised name of its long form."""
    long_of = {name_key(short): name_key(long) for short, long in extraction.abbreviations}
    texts = {mention.quote.text for mention in extraction.mentions}
    return {text: long_of.get(name_key(text), name_key(text)) for text in texts}
