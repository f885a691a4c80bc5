"""What components share: where spans are kept, what is known of each, and what a clean span is."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from spacy.tokens import Doc, Span, Token

#: Components write their spans to ``doc.spans[KEY]``.
KEY = "kg"
#: What is known of a span beside its label, as ``span._.NAME``, and what it is until it is set.
OF_SPANS: dict[str, object] = {
    # Probability that the span and its label are right.
    "kg_confidence": 1.0,
    # Name of the component that found it.
    "kg_by": "",
    # A role of ``kg.vocab``; None is the default role of the label.
    "kg_role": None,
    "kg_role_confidence": 1.0,
}
#: What is known of a doc, as ``doc._.NAME``.
OF_DOCS: dict[str, object] = {
    # (short form, long form), each a (start, end) in tokens.
    "kg_abbreviations": [],
    # (head, relation, tail, probability), head and tail each a (start, end) in tokens.
    "kg_relations": [],
}

_OPEN, _CLOSE = "([{", ")]}"
#: Signs that begin no name, and signs that end none; brackets count only where unmatched.
_NOT_FIRST = frozenset(",;:.!?-–—/\\'\"“”‘’`*|=<>&~^_%+…•·@)]}")
_NOT_LAST = frozenset(",;:.!?-–—/\\'\"“”‘’`|=<>&~^_…•·@([{")


def register() -> None:
    """Tell spaCy of the extensions."""
    for kind, extensions in ((Span, OF_SPANS), (Doc, OF_DOCS)):
        for name, default in extensions.items():
            kind.set_extension(name, default=default, force=True)


def found(doc: Doc) -> list[Span]:
    """List the spans of a doc by their offsets."""
    return sorted(doc.spans.get(KEY, ()), key=lambda span: (span.start, span.end))


def name_key(text: str) -> str:
    """Fold what does not tell names apart: case, hyphens, white space, the last word's plural."""
    words = re.sub(r"[\s\-‐‑–_]+", " ", text).strip()
    if re.search(r"[A-Z0-9]s$", words):
        return words[:-1].casefold()
    words = words.casefold()
    for ending, singular in _PLURALS:
        if ending.search(words):
            return ending.sub(singular, words)
    return words


#: Endings of plurals, the first that fits, and what stands there in the singular.
_PLURALS = (
    (re.compile(r"(?:ss|us|is|ics|series|species|\b\w{1,3})$"), r"\g<0>"),
    (re.compile(r"(ss|x|z|ch|sh)es$"), r"\1"),
    (re.compile(r"([^aeiou\W])ies$"), r"\1y"),
    (re.compile(r"s$"), ""),
)


def tidy(spans: Iterable[Span]) -> list[Span]:
    """Trim spans to clean ones, and drop those of which nothing is left or that overlap another.

    Of two that overlap the longer stays, of two as long the surer. A span that crosses the end of
    a sentence is cut to its longest part.
    """
    kept: list[Span] = []
    taken: set[int] = set()
    trimmed = [trim(span) for span in spans]
    for span in sorted(
        (span for span in trimmed if span is not None),
        key=lambda span: (span.start - span.end, -span._.kg_confidence, span.start, span.label_),
    ):
        if taken.isdisjoint(range(span.start, span.end)):
            taken.update(range(span.start, span.end))
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def trim(span: Span) -> Span | None:
    """Cut to the longest part, then cut off white space and signs that begin or end no name.

    Parts are cut where a sentence starts, and at brackets that are closed or opened elsewhere.
    """
    doc = span.doc
    if len(span) == 1 and span.text.isalnum():
        return span
    cuts = {token.i for token in span[1:] if token.is_sent_start} | _unmatched(span)
    starts = [span.start, *sorted(cuts), span.end]
    start, end = max(zip(starts, starts[1:], strict=False), key=lambda part: part[1] - part[0])
    while start < end:
        if _loose(doc[start], doc[start:end], _NOT_FIRST) or _wrapped(doc[start:end]) == "(":
            start += 1
        elif _loose(doc[end - 1], doc[start:end], _NOT_LAST):
            end -= 1
        else:
            break
    if not any(character.isalnum() for character in doc[start:end].text):
        return None
    if (start, end) == (span.start, span.end):
        return span
    return like(span, start, end)


def _unmatched(span: Span) -> set[int]:
    """Find the tokens within a span that open or close a bracket whose other half is outside."""
    opened: list[int] = []
    alone = set()
    for token in span:
        if token.text in _OPEN:
            opened.append(token.i)
        elif token.text in _CLOSE and opened:
            opened.pop()
        elif token.text in _CLOSE:
            alone.add(token.i)
    return (alone | set(opened)) - {span.start, span.end - 1}


def like(span: Span, start: int, end: int) -> Span:
    """Make a span of other tokens with the label and the extensions of this one."""
    other = Span(span.doc, start, end, label=span.label)
    for name in OF_SPANS:
        setattr(other._, name, getattr(span._, name))
    return other


def _loose(token: Token, span: Span, signs: frozenset[str]) -> bool:
    """Say whether a token at an edge of a span does not belong to the name."""
    text = token.text
    if token.is_space:
        return True
    if text == "$":
        return span.text.count("$") % 2 == 1
    if text in _OPEN and text in signs:
        return True
    if text in _OPEN:
        return span.text.count(text) > span.text.count(_CLOSE[_OPEN.index(text)])
    if text in _CLOSE:
        return span.text.count(text) > span.text.count(_OPEN[_CLOSE.index(text)])
    return text in signs


def _wrapped(span: Span) -> str:
    """Give the bracket that opens a span, where the one that ends it closes it; else nothing."""
    first, last = span[0].text, span[-1].text
    if first in _OPEN and last == _CLOSE[_OPEN.index(first)] and span.text.count(first) == 1:
        return "("
    return ""


def sentence_bounds(doc: Doc) -> list[tuple[int, int]]:
    """Give for each token the start and the end of its sentence, in tokens."""
    begins = doc.to_array("SENT_START") == 1
    begins[:1] = True
    starts = begins.nonzero()[0].tolist()
    bounds = zip(starts, [*starts[1:], len(doc)], strict=False)  # an empty doc has an end only
    return [(start, end) for start, end in bounds for _ in range(start, end)]


def entities(doc: Doc, spans: list[Span]) -> list[str]:
    """Name the thing that each span names: spans of one thing share the key of its long form."""
    long_of = {
        name_key(doc[short[0] : short[1]].text): name_key(doc[long[0] : long[1]].text)
        for short, long in reversed(doc._.kg_abbreviations)
    }
    keys = (name_key(span.text) for span in spans)
    return [long_of.get(key, key) for key in keys]


def occurrences(doc: Doc, names: Iterable[Span]) -> Iterator[tuple[Span, int, int]]:
    """Find the places where the tokens of names stand, as (name, start, end) in tokens.

    A single word with a capital must be written alike, since "AID" is not "aid"; a place that is
    glued to a neighbour by a hyphen is part of another word.
    """
    written = [token.text for token in doc]
    lowered = [word.lower() for word in written]
    places: dict[str, list[int]] = defaultdict(list)
    for at, word in enumerate(lowered):
        places[word].append(at)
    for name in names:
        alike = len(name) == 1 and written[name.start] != lowered[name.start]
        words = written if alike else lowered
        wanted = words[name.start : name.end]
        for at in places[lowered[name.start]]:
            stop = at + len(wanted)
            if words[at:stop] == wanted and not (_hyphen(doc, at - 1) or _hyphen(doc, stop)):
                yield name, at, stop


def _hyphen(doc: Doc, at: int) -> bool:
    """Say whether the token at ``at`` is a hyphen without a space on either side."""
    if not 0 < at < len(doc) - 1 or doc[at].text not in "-‐‑–/_":
        return False
    return not doc[at - 1].whitespace_ and not doc[at].whitespace_
