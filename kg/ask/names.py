"""Words in, the names among them out: those that the graph knows, and what else looks like one."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby

from pyoxigraph import NamedNode

from kg.ask.wordings import stem
from kg.model import Entity
from kg.opened import Graph
from kg.readers.words import common
from kg.resolve.names import key
from kg.search.things import see
from kg.terms import iri
from kg.vocab import TYPES

#: A piece of a question: a name in quotes, an IRI, or a word with what stands at its ends.
_PIECE = re.compile(
    r"""
      "(?P<double>[^"]+)" | “(?P<curled>[^”]+)” | (?<!\w)'(?P<single>[^']+)'(?!\w)
    | (?P<iri><[^<>\s]+>)
    | (?P<word>\S+)
    """,
    re.VERBOSE,
)
#: What stands around a word and is no part of it.
_OPENING, _CLOSING = "([{\"'“‘¿¡", ".,;:!?)]}\"'”’"
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
#: Words with which no name begins or ends; a title may begin with an article.
_JOINTS = frozenset(
    "am and are as at be by did do does for from has have how in is of on or since than that to was"
    " were what when where which who whom why with".split()
)
#: A number that is no identifier.
_BARE = re.compile(r"\d{1,4}")
#: How alike a misspelt word is to the word that is meant, 0 to 1.
CLOSE = 0.8
#: Most words of a name, as titles of papers are long, and of one looked for in other spellings.
_LONGEST, _LONGEST_KEY = 24, 6
#: How sure words are a name: one common word that is one too, several, and words nobody knows.
_ONE_COMMON, _COMMON, _UNKNOWN = 0.25, 0.75, 0.5


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question, or a name in quotes, and where it stands."""

    text: str
    start: int
    end: int
    #: In quotes or in ``<>``: a name, whatever the graph says.
    quoted: bool


@dataclass(frozen=True, slots=True)
class Name:
    """Words that name something, or seem to, and where they stand."""

    text: str
    start: int
    end: int
    #: Kinds of things that are called so, to how each is asked for: as written, or by its IRI.
    kinds: Mapping[str, str]
    #: How sure it is meant as a name, 0 to 1.
    strength: float
    quoted: bool = False

    def meets(self, start: int, end: int) -> bool:
        """Tell whether a stretch of the words shares some with the name."""
        return self.start < end and start < self.end


def find(graph: Graph, text: str, usual: Collection[str]) -> tuple[Name, ...]:
    """Return what a question names, from the surest and longest name on; they may overlap.

    ``usual`` are the stems of words that questions are made of, and that name nothing alone.
    """
    words = tuple(_split(text))
    found = [
        Name(word.text, word.start, word.end, _known(graph, word), 1, quoted=True)
        for word in words
        if word.quoted
    ]
    for run in _runs(words, usual):
        start, end = run[0].start, run[-1].end
        kinds = _kinds(graph, text[start:end])
        if kinds:
            found.append(Name(text[start:end], start, end, kinds, _strength(run)))
    found += _unknown(text, words, found, usual)
    return tuple(
        sorted(found, key=lambda name: (-name.strength, name.start - name.end, name.start))
    )


def _split(text: str) -> Iterator[Word]:
    """Part a question into words and quoted names."""
    for piece in _PIECE.finditer(text):
        group = str(piece.lastgroup)
        start, end = piece.span(group)
        if group == "word":
            start += len(piece[0]) - len(piece[0].lstrip(_OPENING))
            end -= len(piece[0]) - len(piece[0].rstrip(_CLOSING))
            end -= len(text[start:end]) - len(_POSSESSIVE.sub("", text[start:end]))
        if text[start:end].strip():
            yield Word(text[start:end], start, end, group != "word")


def _runs(words: Sequence[Word], usual: Collection[str]) -> Iterator[Sequence[Word]]:
    """Yield the runs of words that may be a name."""
    joints = [word.text.casefold() in _JOINTS for word in words]
    plain = [_plain(word, usual) for word in words]
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            if words[end - 1].quoted:
                break
            if not (joints[start] or joints[end - 1] or all(plain[start:end])):
                yield words[start:end]


def _unknown(
    text: str, words: Sequence[Word], known: Collection[Name], usual: Collection[str]
) -> Iterator[Name]:
    """Yield the runs of words that are neither names of the graph nor common ones."""

    def strange(word: Word) -> bool:
        if _plain(word, usual) or common(word.text):
            return False
        misspelt = word.text.islower() and get_close_matches(stem(word.text), usual, 1, CLOSE)
        return not misspelt and not any(name.meets(word.start, word.end) for name in known)

    for is_strange, run in groupby(words, key=strange):
        first, *rest = run
        if is_strange:
            start, end = first.start, (rest or [first])[-1].end
            yield Name(text[start:end], start, end, {}, _UNKNOWN)


def _plain(word: Word, usual: Collection[str]) -> bool:
    """Tell a word that questions are made of, and a bare number."""
    own = stem(word.text)
    return not word.quoted and (own in usual or _BARE.fullmatch(own) is not None)


def _strength(words: Sequence[Word]) -> float:
    if any(not word.text.islower() or not common(word.text) for word in words):
        return 1
    return _ONE_COMMON if len(words) == 1 else _COMMON


def _known(graph: Graph, word: Word) -> Mapping[str, str]:
    if not word.text.startswith("<"):
        return _kinds(graph, word.text)
    written = word.text[1:-1]
    addresses = (written, graph.base + written)
    return {kind: word.text for address in addresses for kind in _of(graph, address)}


def _kinds(graph: Graph, called: str) -> Mapping[str, str]:
    """Return the kinds of things that are called so; by the key of the name where none is."""
    found = {kind: called for node in graph.index.named(called) for kind in _of(graph, node)}
    if found or called.count(" ") >= _LONGEST_KEY:
        return found
    own = key(called)
    if len(own) < 3 or (" " not in own and common(called)):
        return {}
    nodes = [iri(Entity(kind, own, called), graph.base).value for kind in TYPES]
    return {kind: f"<{node}>" for node in nodes for kind in _of(graph, node)}


def _of(graph: Graph, address: str) -> Iterator[str]:
    """Yield the kinds of a node; nothing for what is none."""
    try:
        node = NamedNode(address)
    except ValueError:
        return
    for thing in see(graph.store, node):
        yield thing.kind
