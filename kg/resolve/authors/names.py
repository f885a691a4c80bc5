"""A printed name in, its parts out.

Nothing but the name is looked at, and the shipped table of how common the words of names are.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

#: Words before a family name that come and go with it: "van der Meer", "Meer", "Al-Khatib".
_PARTICLES = frozenset(
    """
    al el ul bin ibn ben bint abu abd af av da das de dei del dela della dem den der des di do dos
    du e het la las le les lo los mac mc op san st te ten ter 't tot und van vande vanden vander
    vom von y zu zum zur
    """.split()
)
#: Particles that are also given or family names where they stand first or alone: Van Nguyen.
_SUFFIXES = frozenset("jr sr ii iii iv junior senior filho neto phd md".split())
_TITLES = frozenset("dr prof professor mr mrs ms sir".split())
#: Forms of Muhammad that stand before a given name and are left out at will.
HONORIFICS = frozenset("md mohd mohammad mohammed muhammad mohamed".split())
#: Letters that keep no base letter when their accent is taken off.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i",
     "ħ": "h", "ŧ": "t", "ŋ": "n", "ə": "a", "ĸ": "k"}
)  # fmt: skip
#: Letters that German, Danish and others spell with two where the accent cannot be printed.
_UMLAUTS = frozenset("äöüøåæœÄÖÜØÅÆŒ")
_DIGRAPH = re.compile(r"(?<![aeiouq])(?:([aou])e|(a)a)(?=[^aeiou]|$)")
_QUOTES = re.compile(r"['’`´ʼʻ‘]")
_DASHES = re.compile(r"[‐-―−⁃﹘﹣-]+")
_BRACKETS = re.compile(r"\(([^()]*)\)|[(]([^()]*)[)]|\[([^\[\]]*)\]|[\"“”„]([^\"“”„]+)[\"“”„']+")
_ACCENT = re.compile(r"\\[`'\"^~=.uvHcdrbk]\s*\{?\s*\\?([A-Za-z])\s*\}?|(?<=[a-z])[`\"](?=[a-z])")
_MARKS = re.compile(r"[\d*†‡§¶#@\\/{}$^_|<>:\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
#: Family names of two syllables that are also printed in two words.
_COMPOUND = frozenset("ouyang situ sima shangguan zhuge xiahou huangfu dongfang murong".split())


@dataclass(frozen=True, slots=True)
class Name:
    """A printed name taken apart; words in lower case without accents, parted by spaces."""

    #: Without its particles; all its words: "plaza arco".
    family: str
    particles: str = ""
    #: Names in order; one of one letter is an initial; a hyphen joins halves: "jean-pierre".
    given: tuple[str, ...] = ()
    #: What stood in brackets or in quotes among the given names, in Latin letters.
    nickname: str = ""
    #: The name in a script other than Latin, without spaces.
    native: str = ""
    #: Some letter has two spellings: ü as u or ue.
    umlauts: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Return all words, the given names first."""
        return (*" ".join(self.given).replace("-", " ").split(), *self.family.split())

    @property
    def full(self) -> bool:
        """Tell whether a given name is written out."""
        return any(spelt_out(name) for name in self.given)


def spelt_out(name: str) -> bool:
    """Tell a given name from an initial, and from initials by a hyphen."""
    return any(len(half) > 1 for half in name.split("-"))


def fold(text: str) -> str:
    """Return a text in lower case, without accents, as Latin letters where it has any."""
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    signs = unicodedata.normalize("NFKD", lowered)
    return "".join(sign for sign in signs if not unicodedata.combining(sign)).translate(_LETTERS)


@lru_cache(maxsize=1 << 18)
def parse(name: str | None) -> Name:
    """Take a printed name apart, whatever its order: "F. Surname", "Surname, First", "Surname F".

    A family name that stands first without a comma is seen by how often the words are family and
    given names. Text in no known form is taken as one family name.
    """
    text = unicodedata.normalize("NFKC", name or "").replace("~", " ")
    text = _ACCENT.sub(lambda match: match[1] or "", text)
    text, native, nickname = _brackets(text)
    text = _MARKS.sub(" ", text.replace("\x00", " "))
    if _foreign(text):
        return _native(text, native)
    parts = [part for part in (_suffixless(part) for part in re.split(r"[,;]", text)) if part]
    umlauts = any(sign in _UMLAUTS for sign in text)
    if len(parts) > 1:
        family, given = parts[0], " ".join(parts[1:])
        given_words = _given(given)
        while len(given_words) > 1 and given_words[-1] in _PARTICLES:
            family = f"{given_words.pop()} {family}"
        return _made(_words(family), given_words, native, nickname, umlauts)
    tokens = parts[0].split() if parts else []
    given_tokens, family_tokens = _split(tokens)
    return _made(
        _words(" ".join(family_tokens)),
        _given(" ".join(given_tokens)),
        native,
        nickname,
        umlauts,
    )


def _brackets(text: str) -> tuple[str, str, str]:
    """Take out what stands in brackets or quotes: a native spelling, or another given name."""
    native, nickname = "", ""
    for match in _BRACKETS.finditer(text):
        inner = next((group for group in match.groups() if group), "")
        if _foreign(inner):
            native = native or re.sub(r"[\s,·・]+", "", inner)
        elif re.fullmatch(r"[^\W\d_]{2,}[.]?", inner.strip()):
            nickname = nickname or fold(inner).strip(" .")
    return _BRACKETS.sub(" ", text), native, nickname


def _foreign(text: str) -> bool:
    """Tell text whose first letter is not Latin."""
    first = next((sign for sign in text if sign.isalpha()), "")
    return bool(first) and not unicodedata.name(first, "").startswith(("LATIN", "MODIFIER"))


def _native(text: str, native: str) -> Name:
    """Take apart a name in another script: Chinese and Korean put the family name first."""
    plain = " ".join(fold(text).replace(",", " ").split())
    joined = re.sub(r"[\s·・.]+", "", plain)
    first = unicodedata.name(joined[0], "")
    if first.startswith(("CJK", "HANGUL")) and len(joined) <= 4:
        joined = unicodedata.normalize("NFC", joined)
        return Name(joined[0], given=(joined[1:],) if joined[1:] else (), native=native or joined)
    words = plain.replace(".", ". ").split()
    given = tuple(word.strip(".") for word in words[:-1] if word.strip("."))
    return Name(words[-1].strip(".") or plain, given=given, native=native or joined)


def _suffixless(text: str) -> str:
    """Drop titles before a name, and Jr. or III behind it."""
    words = text.split()
    while len(words) > 1 and fold(words[-1]).strip(".") in _SUFFIXES:
        words.pop()
    if len(words) == 1 and fold(words[0]).strip(".") in _SUFFIXES - {"md", "neto"}:
        return ""
    while len(words) > 2 and fold(words[0]).strip(".") in _TITLES:
        words.pop(0)
    if words:
        words[-1] = re.sub(r"(?<=\w)-(?:Jr|Sr|Junior|II|III)\.?$", "", words[-1])
    return " ".join(words)


def _initials(token: str) -> bool:
    """Tell a token that is initials only: "J.", "J.-P.", "JP", "B"."""
    bare = _DASHES.sub("", token)
    if re.fullmatch(r"(?:[^\W\d_]\.){1,4}[^\W\d_]?|[^\W\d_]", bare):
        return True
    return bool(re.fullmatch(r"[^\W\d_]{2,4}", bare)) and bare.isupper() and not _vowel(bare)


def _vowel(token: str) -> bool:
    """Tell capitals that may be a short family name, HE or WU, and no initials."""
    return commonness(fold(token))[0] >= 5


def _split(tokens: list[str]) -> tuple[list[str], list[str]]:
    """Part given names from the family name, that stands last unless the words say otherwise."""
    if len(tokens) < 2:
        return [], tokens
    if _initials(tokens[-1]) and not _initials(tokens[0]) and not _shouted(tokens):
        last = len(tokens)
        while last > 1 and _initials(tokens[last - 1]):
            last -= 1
        return tokens[last:], tokens[:last]
    if len(tokens) == 2 and _family_first(*map(fold, tokens)):
        return tokens[1:], tokens[:1]
    start = len(tokens) - 1
    while start > 1 and fold(tokens[start - 1]).strip(".'’") in _PARTICLES:
        start -= 1
    return tokens[:start], tokens[start:]


def _shouted(tokens: list[str]) -> bool:
    return all(token.isupper() for token in tokens) and any(len(token) > 3 for token in tokens)


def _family_first(first: str, last: str) -> bool:
    """Tell "Wang Xiaoming" by its words; what may be read both ways is left as printed."""
    first, last = (re.sub(r"[\W_]+", "", word) for word in (first, last))
    one, other = commonness(first), commonness(last)
    if one[0] < 20 or other[0] > 0.05 * one[0]:
        return False
    return (one[0] + 1) * (other[1] + 1) > 30 * (other[0] + 1) * (one[1] + 1)


def _words(text: str) -> list[str]:
    """Return the folded words of a family name."""
    bare = _DASHES.sub(" ", _QUOTES.sub("", text))
    return [word for word in map(_letters, re.split(r"[\s._]+", fold(bare))) if word]


def _given(text: str) -> list[str]:
    """Return the folded given names; what a hyphen joins is one: "yun-nung", "j-p".

    Initials that are run together are parted, and two syllables of Chinese are one name, as
    they are where they stand joined.
    """
    given: list[str] = []
    for token in text.split():
        bare = _QUOTES.sub("", token)
        if _initials(bare) and not _is_word(bare):
            hyphen = "-" if _DASHES.search(bare.strip("-")) else " "
            given += hyphen.join(sign for sign in fold(bare) if sign.isalpha()).split()
            continue
        # "J.Robert" holds an initial and a name.
        for part in re.split(r"[._]+", bare):
            halves = (_letters(fold(half)) for half in _DASHES.split(part))
            given += ["-".join(half for half in halves if half)]
    given = [name for name in given if name]
    if len(given) == 2 and all(len(name) > 1 and _syllable(name) for name in given):
        return ["-".join(given)]
    return given


def _syllable(word: str) -> bool:
    return word in _syllables()


def _is_word(token: str) -> bool:
    """Tell a given name of two letters that is printed in capitals: "YU"."""
    return "." not in token and len(token) > 1 and commonness(fold(token))[1] >= 20


def _letters(word: str) -> str:
    return "".join(sign for sign in word if sign.isalpha())


def _made(family: list[str], given: list[str], native: str, nickname: str, umlauts: bool) -> Name:
    particles = []
    while len(family) > 1 and family[0] in _PARTICLES:
        particles.append(family.pop(0))
    if "".join(family) in _COMPOUND:
        family = ["".join(family)]
    words = [word for word in family if word not in _PARTICLES] or family
    if not words and given:
        words, given = given[-1:], given[:-1]
    return Name(" ".join(words), " ".join(particles), tuple(given), nickname, native, umlauts)


@lru_cache(maxsize=1 << 17)
def block(name: str | None) -> str:
    """Return the block of a name: the family name's last word, folded, and the first initial.

    All spellings of one name that can be told without its by-line share a block: order, accents,
    ü and ue, particles, hyphens and suffixes change nothing. "" where the text holds no letter.
    """
    parsed = parse(name)
    if not parsed.family:
        return ""
    core = parsed.family.split()[-1]
    core = re.sub(r"^(?:al|el)(?=[a-z]{5})", "", core)
    core = re.sub(r"(.)\1", r"\1", digraphless(core))
    given = parsed.given[1:] if len(parsed.given) > 1 and _skipped(parsed.given) else parsed.given
    return f"{core} {digraphless(given[0])[0]}" if given else core


def _skipped(given: tuple[str, ...]) -> bool:
    return given[0] in HONORIFICS and spelt_out(given[1])


def digraphless(word: str) -> str:
    """Return a folded word with ue, oe, ae and aa as u, o, a and a where they may be ü, ö, ä, å."""
    return _DIGRAPH.sub(lambda match: match[1] or match[2], word) if len(word) > 4 else word


#: Chinese syllables as pinyin spells them, without tones: each final with its initials.
_FINALS = """
    a - b p m f d t n l g k h zh ch sh z c s y w|o - b p m f l y w|e - m d t n l g k h zh ch sh
    r z c s y|ai - b p m d t n l g k h zh ch sh z c s w|ei b p m f d n l g h w z sh|ao - b p m d
    t n l g k h zh ch sh r z c s y|ou - p m f d t n l g k h zh ch sh r z c s y|an - b p m f d t
    n l g k h zh ch sh r z c s y w|en - b p m f n g k h zh ch sh r z c s w|ang - b p m f d t n l
    g k h zh ch sh r z c s y w|eng b p m f d t n l g k h zh ch sh r z c s w|ong d t n l g k h zh
    ch r z c s y|i b p m d t n l j q x zh ch sh r z c s y|ia j q x l|ie b p m d t n l j q x|iao
    b p m d t n l j q x|iu m d n l j q x|ian b p m d t n l j q x|in b p m n l j q x y|iang n l j
    q x|ing b p m d t n l j q x y|iong j q x|u b p m f d t n l g k h zh ch sh r z c s j q x y
    w|ua g k h zh sh|uo d t n l g k h zh ch sh r z c s|uai g k h zh ch sh|ui d t g k h zh ch sh
    r z c s|uan d t n l g k h zh ch sh r z c s j q x y|un d t l g k h zh ch sh r z c s j q x
    y|uang g k h zh ch sh|ue n l j q x y|er -
"""


@cache
def _syllables() -> frozenset[str]:
    rows = (row.split() for row in _FINALS.replace("\n", " ").split("|"))
    return frozenset(first.strip("-") + final for final, *firsts in rows for first in firsts)


@lru_cache(maxsize=1 << 15)
def syllables(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to read a folded word as Chinese syllables: "jinan" is jin an and ji nan."""
    if len(word) > 14:
        return ()
    whole = ((word,),) if word in _syllables() else ()
    parted = (
        (word[:at], *rest)
        for at in range(1, min(len(word), 7))
        if word[:at] in _syllables()
        for rest in syllables(word[at:])
    )
    return (*whole, *parted)


# How common a name is


@cache
def _table() -> dict[str, tuple[int, int]]:
    text = resources.files("kg").joinpath("data", "names", "words.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {word: (int(family), int(given)) for word, family, given in rows}


@cache
def shares() -> tuple[float, dict[str, float]]:
    """Return how many names the table counts, and the share of given names by first letter."""
    letters: dict[str, float] = {}
    for word, (_, given) in _table().items():
        letters[word[0]] = letters.get(word[0], 0) + given
    total = sum(letters.values()) or 1.0
    return total, {letter: count / total for letter, count in letters.items()}


def commonness(word: str) -> tuple[int, int]:
    """Return of a folded word with how many given names it was seen as family name, and back.

    Counted over the distinct names of arXiv 2025-2026 and the ACL Anthology 2020-2025; (0, 0)
    below three.
    """
    return _table().get(word, (0, 0))
