"""Text in, tokens out: the words that spans count in, and the pieces that the encoder reads."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]  # compiled, untyped
from spacy.tokens import Doc
from tokenizers import Tokenizer as PieceTokenizer

#: Combining marks and invisible characters: they belong to the word that they stand in, so that a
#: decomposed accent does not cut a word.
MARKS = "\u00ad\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u2060-\u2064\u20d0-\u20ff"
MARKS += "\ufe00-\ufe0f\ufe20-\ufe2f\ufeff"
#: Every other sign is a token of its own, and so is an ideograph, as they are to the encoder.
SIGN = rf"[^\w\s{MARKS}]|_|[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]"

#: How a word is cased; its position is the id that the network learns a vector for.
CASES = (
    "sign",
    "digits",
    "lower",
    "Title",
    "X",
    "UPPER",
    "UPPERs",
    "miXed",
    "lower1",
    "Upper1",
)
#: Rows of the table of shape vectors: case by glue by sentence start, then case of the whole chunk
#: by whether signs join it.
SHAPES = len(CASES) * 4 + len(CASES) * 2
#: Pieces that the encoder takes at once, its two special ones left out.
WINDOW = 510
#: Ids of the special pieces: before and after a text, and for a hidden word.
CLS, SEP, MASK = 101, 102, 103
#: Shape of a chunk of signs alone; special pieces carry it.
NO_CHUNK = len(CASES) * 4
#: Pieces that two windows of a long text share.
OVERLAP = 128


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text as the encoder reads it, without special pieces."""

    ids: npt.NDArray[np.int64]
    #: Two shape ids for each piece.
    shapes: npt.NDArray[np.int64]
    #: For each token of the doc the position of its first piece, -1 where it has none.
    first: npt.NDArray[np.int64]


def make(nlp: Language) -> Tokenizer:
    """Make a tokenizer that cuts at whitespace and around every sign, and changes no character."""
    return Tokenizer(
        nlp.vocab,
        prefix_search=re.compile(rf"^(?:{SIGN})").search,
        suffix_search=re.compile(rf"(?:{SIGN})$").search,
        infix_finditer=re.compile(SIGN).finditer,
    )


@lru_cache(maxsize=10_000)
def case(word: str) -> int:
    """Classify the casing of a word; the answer is a position in ``CASES``."""
    letters = [character for character in word if character.isalpha()]
    digits = any(character.isdigit() for character in word)
    upper = sum(character.isupper() for character in letters)
    if not letters:
        return 1 if digits else 0
    if digits:
        return 9 if upper else 8
    if not upper:
        return 2
    if upper == len(letters):
        return 4 if upper == 1 else 5
    if upper == 1 and letters[0].isupper():
        return 3
    if upper == len(letters) - 1 and letters[-1] == "s":
        return 6
    return 7


def pieces(doc: Doc, tokenizer: PieceTokenizer) -> Pieces:
    """Cut a doc with sentence starts into the encoder's pieces, aligned with its tokens."""
    encoding = tokenizer.encode(doc.text, add_special_tokens=False)
    offsets: list[tuple[int, int]] = encoding.offsets
    rows = _token_shapes(doc)
    first = np.full(len(doc), -1, dtype=np.int64)
    shapes = np.zeros((len(offsets), 2), dtype=np.int64)
    shapes[:, 1] = NO_CHUNK
    piece = 0
    for token, row in zip(doc, rows, strict=True):
        start, end = token.idx, token.idx + len(token)
        while piece < len(offsets) and offsets[piece][1] <= start:
            piece += 1
        reach = piece
        while reach < len(offsets) and offsets[reach][0] < end:
            shapes[reach] = row
            reach += 1
        if reach > piece and not token.is_space:
            first[token.i] = piece
    return Pieces(np.array(encoding.ids, dtype=np.int64), shapes, first)


def one_window(cut: Pieces) -> Pieces:
    """Keep what the encoder takes at once; tokens beyond have no piece, as if they were space."""
    first = np.where(cut.first < WINDOW, cut.first, -1)
    return Pieces(cut.ids[:WINDOW], cut.shapes[:WINDOW], first)


def begins(doc: Doc, visible: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Say for each of some tokens whether a sentence begins between it and the one before."""
    number = np.cumsum([bool(token.is_sent_start) for token in doc])[visible]
    return np.diff(number, prepend=-1) > 0


def _token_shapes(doc: Doc) -> list[tuple[int, int]]:
    """Give each token its two shape ids: its own, and that of the chunk between white space."""
    rows: list[tuple[int, int]] = []
    begin = 0
    own: list[int] = []
    apart = True
    words = [token.text for token in doc]
    for token, word in zip(doc, words, strict=True):
        if apart:
            begin = token.i
        own.append(case(word) * 4 + 2 * (not apart) + bool(token.is_sent_start))
        follower = words[token.i + 1] if token.i + 1 < len(words) else " "
        apart = bool(token.whitespace_) or word.isspace() or follower.isspace()
        if apart:
            whole = _chunk("".join(words[begin : token.i + 1]))
            rows += [(each, whole) for each in own[begin:]]
    return rows


@lru_cache(maxsize=10_000)
def _chunk(text: str) -> int:
    """Give the shape id of what stands between white space, its outer signs left off."""
    word = text.strip("()[]{},.;:!?'\"`“”‘’$")
    return NO_CHUNK + case(word) * 2 + (re.search(SIGN, word) is not None)


def windows(length: int) -> list[tuple[int, int]]:
    """Cut ``length`` pieces into overlapping windows that the encoder can take."""
    spans = [(0, min(length, WINDOW))]
    while spans[-1][1] < length:
        start = spans[-1][1] - OVERLAP
        spans.append((start, min(length, start + WINDOW)))
    return spans


def load(path: Path) -> PieceTokenizer:
    """Load a piece tokenizer that neither cuts, pads nor obeys special pieces in the text."""
    return settle(PieceTokenizer.from_file(str(path)))


def settle(tokenizer: PieceTokenizer) -> PieceTokenizer:
    """Make a piece tokenizer take the whole text, "[MASK]" in it included, as plain text."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer
