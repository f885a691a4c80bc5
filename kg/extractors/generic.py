"""Annotated abstracts in, the phrases that their readers hardly ever mark out.

Whether a phrase names something is mostly known from the phrase itself: of the places where
"robustness" stands alone, readers mark nearly all, of those of "generation" one in seven. The
tagger, which judges each place by what is around it, marks such a word now and then; a graph in
which all these places are one thing would say nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from spacy.lang.en.stop_words import STOP_WORDS
from spacy.tokens import Doc

from kg.extractors.spans import name_key

#: A phrase of up to so many words is generic where it stands alone so often, and readers mark less
#: than this share of those places.
WORDS, OFTEN, SHARE = 2, 8, 0.2


def phrases(doc: Doc) -> Iterator[tuple[str, int, int]]:
    """Yield the keys of the short phrases of a doc's sentences, with their tokens."""
    for sentence in doc.sents:
        words = [(token.i, token.text) for token in sentence if not token.is_space]
        for at in range(len(words)):
            for count in range(1, WORDS + 1):
                some = words[at : at + count]
                if len(some) == count and all(_word(text) for _, text in some):
                    start, end = some[0][0], some[-1][0] + 1
                    yield name_key(doc[start:end].text), start, end


def _word(text: str) -> bool:
    """Say whether a token is a word that a name could be made of, written small or as a title."""
    return (
        text.isalpha() and (text[1:].islower() or len(text) == 1) and text.lower() not in STOP_WORDS
    )


def generic(docs: Iterable[tuple[Doc, set[tuple[int, int]]]]) -> list[str]:
    """List the keys of generic phrases, from docs with the token spans that readers marked."""
    stood: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    for doc, spans in docs:
        inside = [{span for span in spans if span[0] <= at < span[1]} for at in range(len(doc))]
        for key, start, end in phrases(doc):
            around = inside[start] & inside[end - 1]
            if around <= {(start, end)}:
                stood[key] += 1
                marked[key] += (start, end) in around
    return sorted(
        key for key, count in stood.items() if count >= OFTEN and marked[key] < SHARE * count
    )
