"""Docs with spans in, docs without the spans that name nothing out.

The annotation guide lists words that are never marked alone; the tagger, which was trained on few
abstracts, marks one now and then. It also cuts a name in two, or takes an article along.
"""

import re
from collections.abc import Iterable

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extractors.spans import KEY, found, like, name_key, tidy

#: The guide's "never marked, unless part of a longer term", its generic tails and more words that
#: its readers never marked alone, in the singular.
GENERIC = frozenset(
    "accuracy performance efficiency cost complexity parameter weight feature embedding "
    "representation image video text language modality agent user human robot simulation ablation "
    "layer pixel token sample question benchmark dataset domain knowledge information gpu method "
    "approach model system technique strategy pipeline algorithm framework task data architecture "
    "mechanism scheme problem scan experiment step result baseline component paper study work "
    "workshop application scenario evaluation network module training input output label "
    "prediction relation validation client learner compute vision modeling recognition analysis "
    "tool decision head learning long low high large small fine extreme discrete uniform past self "
    "pre post sota".split()
)
#: Articles, and adjectives that praise or place a thing but never are part of its name.
LEADING = frozenset(
    "the a an our this these its their novel proposed existing recent various several many "
    "effective such other sota of for with between by to and or on".split()
)
#: A name does not end with these.
TRAILING = frozenset("of for with between by to and or on in the a an as at from via".split())
#: A single small word that ends so is an adjective or a participle, a few nouns aside.
_ADJECTIVE = re.compile(r"[a-z]{3,}(?:al|ive|ous|able|ible|ed|ful|ic|ary|ory)")
_NOUN = re.compile(
    r".*(?:eval|fusal|ersal|isal|ignal|oposal|chive|itiative|objective|music|metric|logic|topic|"
    r"traffic|speed|feed|seed|need|rial|oral|library|dictionary|summary|"
    r"memory|theory|category|trajectory|history|repository|inventory|territory)"
)
#: So does an adverb, or a compound that only qualifies what follows it.
_QUALIFIER = re.compile(
    r"[a-z]{3,}ly|[\w-]+-(?:based|driven|guided|aware|supervised|specialized|specific|context|time|"
    r"shot|free|level|wide|efficient|only)"
)
#: Such a word is believed to be a noun where the tagger is this sure; any span has to be surer
#: than the second.
SURE, LEAST = 0.8, 0.15


def make(nlp: Language, name: str) -> "Names":
    """Make the component that drops what names nothing."""
    return Names()


class Names:
    """Rewrites ``doc.spans["kg"]``; spans that come later it does not see."""

    def __call__(self, doc: Doc) -> Doc:
        """Clean the spans of one doc."""
        spans = (_without_edges(span) for span in _joined(tidy(found(doc))))
        doc.spans[KEY] = [span for span in spans if span is not None and _names(span)]
        return doc


def _names(span: Span) -> bool:
    """Say whether a span names something."""
    text = span.text
    if len(text) < 2 and text.isascii():
        return False
    if _fragment(span) or _QUALIFIER.fullmatch(text):
        return False
    if name_key(text) in GENERIC or span._.kg_confidence < LEAST:
        return False
    adjective = _ADJECTIVE.fullmatch(text) and not _NOUN.fullmatch(text)
    return not adjective or span._.kg_confidence >= SURE


def _fragment(span: Span) -> bool:
    """Say whether a span is the end of a word, as in "GPT-4V(ision)"."""
    before = span.doc[: span.start]
    glued = len(before) > 1 and before[-1].text == "(" and not before[-1].whitespace_
    return glued and before[-2].text[-1].isalnum() and not before[-2].whitespace_


def _without_edges(span: Span) -> Span | None:
    """Cut articles and the like off the front, and prepositions off both ends."""
    start, end = span.start, span.end
    while start < end and span.doc[start].lower_ in LEADING:
        start += 1
    while start < end and span.doc[end - 1].text in TRAILING:
        end -= 1
    if start == end:
        return None
    return span if (start, end) == (span.start, span.end) else like(span, start, end)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Join neighbours of one type with only a space between; readers hardly ever part them."""
    joined: list[Span] = []
    for span in spans:
        before = joined[-1] if joined else None
        if before is None or not _touch(before, span):
            joined.append(span)
            continue
        whole = like(before, before.start, span.end)
        whole._.kg_confidence = min(before._.kg_confidence, span._.kg_confidence)
        joined[-1] = whole
    return joined


def _touch(before: Span, span: Span) -> bool:
    return (
        before.end == span.start
        and before.label == span.label
        and before[-1].whitespace_ == " "
        and not span[0].is_sent_start
    )
