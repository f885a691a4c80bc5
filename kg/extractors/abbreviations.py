"""Docs in, docs with abbreviation pairs out: the algorithm of Schwartz and Hearst (2003).

A. S. Schwartz and M. A. Hearst, "A simple algorithm for identifying abbreviation definitions in
biomedical text", Pacific Symposium on Biocomputing 8, 451-462.
"""

import re
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc, Span

#: A short form has two to ten characters in at most two words.
SHORTEST, LONGEST = 2, 10
_HYPHENS = frozenset("-‐‑–")


def make(nlp: Language, name: str) -> "Abbreviations":
    """Make the component that finds abbreviation pairs."""
    return Abbreviations()


class Abbreviations:
    """Sets ``doc._.kg_abbreviations``."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the pairs of one doc."""
        pairs = []
        for sentence in doc.sents:
            for short, long in find(sentence.text):
                spans = [
                    doc.char_span(sentence.start_char + start, sentence.start_char + end)
                    for start, end in (short, long)
                ]
                pair = tuple((span.start, span.end) for span in spans if span is not None)
                if len(pair) == 2:
                    pairs.append(pair)
        doc._.kg_abbreviations = pairs
        return doc


def find(sentence: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """List (short form, long form) of a sentence, each a (start, end) in its characters.

    Both orders are found: "large language model (LLM)" and "LLM (large language model)".
    """
    for bracket in re.finditer(r"[(\[]([^()\[\]]+)[)\]]", sentence):
        before = sentence[: bracket.start()].rstrip()
        inside = re.split(r"[,;:]|\s(?:or|and)\s", bracket.group(1))[0]
        start = bracket.start(1) + len(inside) - len(inside.lstrip())
        inside = inside.strip().strip("\"'“”‘’")
        start = sentence.find(inside, start)
        if _is_short(inside):
            long = match(inside, before)
            if long is not None:
                yield (start, start + len(inside)), (long, len(before))
            continue
        word = re.search(r"[^\s(\[,;:]+$", before)
        if word is not None and _is_short(word.group()):
            end = _end_of_long(inside)
            whole = match(word.group(), inside[:end])
            if whole == 0:
                yield (word.start(), word.end()), (start, start + end)


def match(short: str, before: str) -> int | None:
    """Find where in ``before`` the long form of ``short`` begins; it ends where ``before`` ends.

    The characters of the short form are looked for from right to left, the first of them at the
    beginning of a word. None where some character is missing, or the words are too many.
    """
    place = _match(short, before)
    if place is None and re.search(r"[A-Z0-9]s$", short):
        place = _match(short[:-1], before)
    return place


def _match(short: str, before: str) -> int | None:
    letters = [character.lower() for character in short if character.isalnum()]
    text = before.lower()
    if len(text) != len(before):
        # A rare capital grows when lowered; offsets would slip.
        return None
    place = len(text)
    for rank in range(len(letters) - 1, -1, -1):
        place -= 1
        while place >= 0 and not (
            text[place] == letters[rank]
            and (rank > 0 or place == 0 or not text[place - 1].isalnum())
        ):
            place -= 1
        if place < 0:
            return None
    # "supervised learning" would do for SSL, but "self-supervised" begins with its letter too.
    start = max(text.rfind(sign, 0, place) for sign in " (\n") + 1
    if text[place - 1 : place] in _HYPHENS and text[start : start + 1] == letters[0]:
        place = start
    long = before[place:]
    words = len(long.split())
    if words > min(len(letters) + 5, len(letters) * 2) or len(long) <= len(short):
        return None
    if re.search(r"[,;:]\s", long):
        # No name but a clause, as in "best on hard questions, above all on those of many (BHQ)".
        return None
    if re.search(rf"(?<!\w){re.escape(short)}(?!\w)", long) or long.count("(") != long.count(")"):
        return None
    return place


def _is_short(text: str) -> bool:
    """Say whether a text can be a short form."""
    return (
        SHORTEST <= len(text) <= LONGEST
        and len(text.split()) <= 2
        and text[0].isalnum()
        and any(character.isalpha() for character in text)
        and any(character.isupper() for character in text)
    )


def _end_of_long(inside: str) -> int:
    """Give the end of a long form in brackets, before a comma or a citation."""
    stop = re.search(r"[,;:]", inside)
    return len(inside[: stop.start()].rstrip()) if stop else len(inside)


def sides(doc: Doc) -> Iterator[tuple[Span, Span]]:
    """List the pairs of a doc as spans of it."""
    for short, long in doc._.kg_abbreviations:
        yield doc[short[0] : short[1]], doc[long[0] : long[1]]
