"""A name in, its key out: the form that all spellings of one name share.

A key is local: it needs no other name. What a name means only if something else exists (``folds``,
``heads``) is said as keys to look for.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from os.path import commonprefix

from kg.readers.words import common
from kg.resolve.spelling import american, singular

__all__ = [
    "folds",
    "heads",
    "in_singular",
    "key",
    "person_key",
    "plain",
    "proper",
    "singular",
    "text_key",
]

#: Prefixes that are written joined, with a hyphen or with a space: pretraining, pre-training.
_PREFIXES = (
    "anti|auto|bi|bio|co|counter|fine|geo|hyper|infra|inter|intra|macro|meta|micro|mis|multi|nano"
    "|neuro|non|out|over|post|pre|pseudo|semi|spatio|sub|super|tri|ultra|un|under|uni"
)
_PREFIX = re.compile(rf"\b({_PREFIXES})[ -](?=[a-z]{{4}})")
#: Prefixes that are words of their own, in other languages at least, unless a hyphen follows.
_HYPHENED = re.compile(r"\b(de|dis|re|trans)[-‐‑](?=[a-z]{4})")
#: What separates words in a name: dashes of all kinds, slashes, underscores, spaces.
_SEPARATORS = re.compile(r"[\s_/‐-―−-]+")
_LATEX = re.compile(
    r"\\(?:text|emph|mathrm|mathbf|textbf|textit|textsc|texttt|mathcal|mathbb|cite\w*)?(?![a-z])"
    r"|\\(?=[a-z])|[{}$~^]"
)
_FONT = re.compile(r"\\(?:text(?:bf|it|sc|tt|rm|sf)?|emph|math(?:rm|bf|cal|bb|sf|it))\b")
_QUOTES = re.compile(r"[\"“”„‘’'`´]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’´`]s\b|(?<=s)['’´`](?=\s)")
#: Emphasis, not the star of A* and RRT*.
_STARS = re.compile(r"(?<![^\W_])\*+|\*+(?=[^\W_])|\*{2,}")
#: A model and its number, however joined: GPT-4, GPT 4, GPT4; YOLO v5; 3-D.
_NUMBER = re.compile(r"(?<=[^\W\d_]) (?=v?\d)|(?<=\b\d) (?=d\b)")
_VERSION = re.compile(r"\b(?:ver(?:sion)?|v)\.? ?(?=\d)")
#: "end-to-end (E2E) driving": a short form that only repeats the words before it.
_BRACKET = re.compile(r"\s*\(\s*([A-Z][\w-]{1,9}|[A-Z0-9][\w-]*[A-Z][\w-]*)\s*\)")
_GREEK = re.compile(r"(?<![α-ω])[α-ωϕϵ](?![α-ω])")
#: Words that a plural head stands before: "chains of thought" are "chain of thought".
_OF = re.compile(r"(\S+s) (?=of )")
#: Names that only look like a plural.
_WHOLE = re.compile(r"\b(?:least[ -]squares|k[ -]means)$", re.I)


@lru_cache(maxsize=1 << 17)
def key(name: str) -> str:
    """Return the key of a name: case, hyphens, accents, plural and British spelling folded.

    Greek letters are written out, possessives and a bracketed short form are dropped; C, C++ and
    C#, A and A*, CIFAR-10 and CIFAR-100 stay apart. Words are parted by single spaces. Empty where
    nothing is named: no letter and no digit, or a prefix that lost its word ("pre- and
    post-training").
    """
    text = _tidy(name)
    text = re.sub(r"(?<=[A-Z]{2})s$", "", text.strip(" .,;:!?"))
    capitals = re.search(r"\b[A-Z0-9]*[A-Z]{2}[A-Z0-9]*$", text) is not None
    text = _HYPHENED.sub(r"\1", text.casefold())
    text = _SEPARATORS.sub(" ", text).strip(" .,;:!?()[]")
    text = _NUMBER.sub("", _VERSION.sub("v", _PREFIX.sub(r"\1", text)))
    if not re.search(r"\w", text) or (re.fullmatch(_PREFIXES, text) and not name.isupper()):
        return ""
    if " of " in text:
        text = _OF.sub(lambda match: singular(match.group(1)) + " ", text, count=1)
    *first, last = text.split(" ")
    last = last if capitals or _WHOLE.search(text) else singular(last)
    return " ".join([*map(american, first), american(last)])


def _tidy(name: str) -> str:
    """Return a name in plain letters: without mark-up, quotes, accents and bracketed short form."""
    if name.isascii() and re.fullmatch(r"[\w\s.+#-]*", name):
        return name
    text = unicodedata.normalize("NFKC", name)
    text = re.sub(r"\\ell(?![a-zA-Z])", "l", _FONT.sub("", text))
    text = _LATEX.sub("", text)
    text = _STARS.sub("", _QUOTES.sub("", _POSSESSIVE.sub("", text)))
    if not text.isascii():
        text = plain(_GREEK.sub(_written, text.replace("ß", "ss")))
    text = text.replace(" & ", " and ").replace("Q&A", "QA")
    return _BRACKET.sub(_unless_new, text) if "(" in text else text


def _written(match: re.Match[str]) -> str:
    """Return the name of a Greek letter: beta for β."""
    return unicodedata.name(match.group()).split()[-1].lower().replace("lamda", "lambda")


def _unless_new(match: re.Match[str]) -> str:
    """Drop a bracket whose letters stand in the words before it, in order."""
    letters = iter(match.string[: match.start()].casefold())
    short = re.sub(r"(?<=[A-Z0-9])s$", "", match.group(1))
    repeats = all(sign in letters for sign in short.casefold() if sign.isalpha())
    return "" if repeats else match.group()


def plain(text: str) -> str:
    """Return a text without the accents of Latin and Greek letters; other scripts keep theirs."""
    signs: list[str] = []
    latin = False
    for sign in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(sign):
            latin = sign < "Ѐ" or "Ḁ" <= sign < "ἀ"
        elif latin:
            continue
        signs.append({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ı": "i"}.get(sign, sign))
    return unicodedata.normalize("NFC", "".join(signs))


#: Last words that say what kind of thing a name of each type is, and add nothing to it.
_TAILS = {
    "Dataset": "dataset benchmark corpus data collection challenge database suite leaderboard set "
    "repository testbed environment simulator",
    "Method": "model algorithm method framework architecture approach technique procedure strategy "
    "mechanism scheme system pipeline paradigm methodology",
    "Task": "task problem challenge objective",
    "Concept": "phenomenon problem issue data signal metric scan effect",
}
#: Last words that add nothing to a name of its own only: "adam optimizer", not "global optimizer".
_PROPER_TAILS = {
    "Dataset": "task",
    "Method": "optimizer network solver tool toolkit library package classifier detector backbone "
    "baseline tokenizer platform series "
    "family",
    "Task": "",
    "Concept": "score measure index coefficient value disease language theory image",
}
_TAIL_SETS = {type: frozenset(words.split()) for type, words in _TAILS.items()}
_PROPER_TAIL_SETS = {type: frozenset(words.split()) for type, words in _PROPER_TAILS.items()}
#: Makers whose name may stand before that of what they made.
_MAKERS = frozenset(
    "alibaba anthropic deepmind facebook google huggingface microsoft nvidia openai".split()
)
#: First words that tell nothing of what is named.
_EMPTY = frozenset("existing our popular proposed the".split())
#: Ways to write one word, where the word before or the whole name leaves no doubt.
_SYNONYMS = (
    (re.compile(r"\b(neural|bayesian|belief|convolutional|adversarial|recurrent) net$"),
     r"\1 network"),
    (re.compile(r"\b(neural|bayesian|belief|convolutional|adversarial|recurrent) net "),
     r"\1 network "),
    (re.compile(r"^ms coco\b"), "coco"),
    (re.compile(r"^meta (?=llama)"), ""),
    (re.compile(r"\b(?:two dimensional|2 ?dimensional|two d)\b"), "2d"),
    (re.compile(r"\b(?:three dimensional|3 ?dimensional|three d)\b"), "3d"),
    (re.compile(r"\b(?:end2end|e2e)\b"), "end to end"),
    (re.compile(r"\b(\w+)wise\b"), r"\1 wise"),
    (re.compile(r"\bf(?=[12] measure| ?measure$)"), "f"),
)  # fmt: skip
#: Nouns that name what is done to what follows "of": "classification of images".
_DEED = re.compile(r"(?:tion|sion|ment|ing|sis|al|ance|ery|ure|xity|theory|law)$")


def folds(own: str, type: str) -> tuple[str, ...]:
    """Return keys that a key means too, if an entity of that type has them, best first.

    "adam optimizer" gives "adam", "u net" gives "unet", "detection of lesion" gives "lesion
    detection". Each is shorter, or nearer to the common spelling, so that following them ends.
    """
    words = own.split()
    found = dict.fromkeys(
        other
        for step in (_without_tail, _without_start, _respelled, _reordered, _joined)
        for other in step(own, words, type)
    )
    return tuple(other for other in found if other and other != own)


def _uncommon(words: list[str]) -> bool:
    """Tell words that are a name of its own: one that abstracts do not use all the time."""
    return bool(words) and len(words[-1]) > 1 and not common(words[-1]) and len(words) <= 3


def _without_tail(own: str, words: list[str], type: str) -> Iterator[str]:
    *rest, last = words
    if rest and (
        last in _TAIL_SETS.get(type, frozenset())
        or (last in _PROPER_TAIL_SETS.get(type, frozenset()) and _uncommon(rest))
    ):
        yield " ".join(rest)


def _without_start(own: str, words: list[str], type: str) -> Iterator[str]:
    first, *rest = words
    if rest and (first in _EMPTY or (first in _MAKERS and _uncommon(rest[:1]))):
        yield " ".join(rest)


def _respelled(own: str, words: list[str], type: str) -> Iterator[str]:
    yield re.sub(r"(?<=[a-z])v(?=\d)", "", own)
    yield re.sub(r"(?<=\d)\.0\b", "", own)
    for pattern, other in _SYNONYMS:
        yield pattern.sub(other, own)
    if type != "Dataset" and not _WHOLE.search(own):
        yield " ".join(word if word.endswith("ss") else singular(word) for word in words)


def _joined(own: str, words: list[str], type: str) -> Iterator[str]:
    if _LINKS.intersection(words):
        return
    if len(words) == 2:
        yield "".join(words)
    elif len(words) > 2:
        for i in range(len(words) - 1):
            yield " ".join([*words[:i], words[i] + words[i + 1], *words[i + 2 :]])


def _reordered(own: str, words: list[str], type: str) -> Iterator[str]:
    """Yield "image classification" for "classification of image"."""
    head, of, rest = own.partition(" of ")
    if of and _DEED.search(head) and not _LINKS.intersection(rest.split()):
        yield f"{singular(rest.removeprefix('the '))} {head}"


#: Words after which no new name begins, and that a head does not reach over.
_LINKS = frozenset(
    "a an and as at between by for from in into of on or over per the to under using via vs with "
    "without".split()
)
#: Modifiers that hold such a word, in the singular of their inner words.
_COMPOUNDS = re.compile(
    r"(?:\w+ to \w+|(?:chain|tree|graph|program) of thought|mixture of experts?|bag of words?"
    r"|state of the art|out of \w+|in (?:context|domain|hand|vitro|vivo)|human in the loop"
    r"|point of interest|part of speech|internet of things?|question and answer"
    r"|best of n|on (?:policy|device|the fly)|off policy|of the shelf) "
)
#: Words that make of a thing another: fake news are no news.
_PRIVATIVE = frozenset("anti counter fake false near no non not pseudo quasi without zero".split())
#: Heads too broad to say anything.
_BROAD = frozenset(
    "algorithm approach architecture based benchmark challenge data dataset domain framework "
    "method methodology model module network paradigm pipeline problem process scheme set step "
    "strategy structure study system task technique tool type use variant way".split()
)


def heads(own: str) -> tuple[str, ...]:
    """Return the keys of broader things that a key ends in, the longest first.

    "graph neural network" gives "neural network". None for what is joined by a preposition, since
    the head then stands before it ("chain of thought"), but for known compounds ("text to image
    generation" gives "generation"); none for names of their own ("fashion mnist").
    """
    compound = _COMPOUNDS.match(own)
    words = own[compound.end() :].split() if compound else own.split()
    first = 0 if compound else 1
    if not words or _LINKS.intersection(words) or not common(words[-1]):
        return ()
    if words[0] in _PRIVATIVE and not compound:
        return ()
    tails = (words[i:] for i in range(first, len(words)))
    return tuple(
        " ".join(tail) for tail in tails if len(tail) > 1 or tail[0] not in _BROAD | _PRIVATIVE
    )


def proper(name: str) -> bool:
    """Tell a name that is written as one's own (LoRA, TRACE, GPT-4) from a common phrase.

    "Chain of Thought" and "LLM agents" are common: capitals that any phrase may have.
    """
    words = re.findall(r"[^\s/]+", name.strip(" .,;:\"'“”‘’()"))
    if not words:
        return False
    if len(words) == 1:
        return _own(words[0])
    capital = all(word[:1].isupper() or word[:1].isdigit() for word in words)
    own = [word for word in words if _own(word)]
    return capital and (own == words or not all(word.isupper() for word in own))


def _own(word: str) -> bool:
    """Tell a word that is a name: capitals inside, a digit, or a capital on an uncommon word."""
    bare = re.sub(r"(?<=[A-Z])s$", "", word)
    if re.search(r"[a-z][A-Z]|[A-Z]{2}.*[a-z]|[A-Z].*\d|[a-z]{2,}-?\d|[A-Z]{2}", bare):
        return re.fullmatch(r"\d[Dd]", bare) is None
    return bare[:1].isupper() and not any(common(part) for part in bare.lower().split("-"))


def in_singular(name: str) -> str:
    """Return a name with its last word in the singular, in the name's own case.

    "Neural Networks" and "LLMs" lose their s; "Mixture-of-Experts", "GPS", "nuScenes" and "least
    squares" keep it.
    """
    head, word = re.fullmatch(r"(.*?)([^\s-]*)", name, re.S).groups()  # type: ignore[union-attr]
    short = singular(word.lower())
    own = word.isupper() or re.search(r"[a-z][A-Z]", word) or re.search(r"\bof\b", name, re.I)
    if own or short == word.lower() or _WHOLE.search(name):
        return name
    same = len(commonprefix((word.lower(), short)))
    return f"{head}{word[:same]}{short[same:]}"


def person_key(name: str) -> str:
    """Return the key of a person's name: case, accents, dots and "Surname, First" folded."""
    family, comma, given = name.partition(",")
    text = f"{given} {family}" if comma and given.strip() else name
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w]+|_", " ", plain.casefold()).split())


def text_key(text: str) -> str:
    """Return a text's words in lower case: what two printings of one text share."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
