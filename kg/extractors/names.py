"""Docs with spans in, docs without the spans that name nothing out.

The annotation guide lists words that are never marked alone, and the annotated abstracts show more
(see ``kg.extractors.generic``); the tagger marks one now and then.
"""

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extractors.small import Arrays, Small
from kg.extractors.spans import KEY, found, name_key, tidy

#: The guide's "never marked, unless part of a longer term" and its generic tails, in the singular.
GENERIC = frozenset(
    "accuracy performance efficiency cost complexity parameter weight feature embedding "
    "representation image video text language modality agent user human robot simulation ablation "
    "layer pixel token sample question benchmark dataset domain knowledge information gpu method "
    "approach model system technique strategy pipeline algorithm framework task data architecture "
    "mechanism scheme problem scan experiment step network module sota".split()
)


def make(nlp: Language, name: str, folder: str | None) -> "Names":
    """Make the component that drops what names nothing; it reads its list when it is needed."""
    return Names(folder)


class Names(Small):
    """Rewrites ``doc.spans["kg"]``; spans that come later it does not see."""

    def __init__(self, folder: str | None = None) -> None:
        """Take a folder of weights, None for those that ship."""
        super().__init__("name.", folder)
        self._generic: tuple[Arrays, frozenset[str]] | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Clean the spans of one doc."""
        spans = tidy(found(doc))
        doc.spans[KEY] = [span for span in spans if _names(span) and not self._is_generic(span)]
        return doc

    def _is_generic(self, span: Span) -> bool:
        """Say whether readers hardly ever mark this phrase; one with a capital may be a name."""
        arrays = self.arrays()
        if self._generic is None or self._generic[0] is not arrays:
            listed = arrays["name.generic"].tobytes().decode("utf-8").split("\n")
            self._generic = arrays, GENERIC.union(listed)
        text = span.text
        small = text.islower() or (span[0].is_sent_start and text[1:].islower())
        return name_key(text) in (self._generic[1] if small else GENERIC)


def _names(span: Span) -> bool:
    """Say whether a span can be a name: not a sign, a number, or the end of a word."""
    text = span.text
    if (len(text) < 2 and text.isascii()) or not any(sign.isalpha() for sign in text):
        return False
    # As in "GPT-4V(ision)".
    before = span.doc[: span.start]
    glued = len(before) > 1 and before[-1].text == "(" and not before[-1].whitespace_
    return not (glued and before[-2].text[-1].isalnum() and not before[-2].whitespace_)
