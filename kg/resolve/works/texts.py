"""Titles and abstracts in, weighed words out: what two texts are held against each other by.

Words are folded to stems by their endings alone ("optimisation", "optimizing" and "optimizer" are
one), numbers are words, and a stem weighs the more the fewer papers use it. How many do is a
shipped table, ``kg/data/words.txt.gz``; so a record's words depend on the record alone.
"""

import gzip
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources

#: Weight of a stem that the table does not have, and of the most frequent one that it has.
RAREST, COMMONEST = 10.0, 1.0
#: Weight from which a stem tells papers apart: fewer than one paper in 150 uses it.
TELLING = 5.0
#: Fewest papers of the counted corpus that put a stem into the table.
LEAST_PAPERS = 12

#: Marks that stand inside words ("{D}e{B}ug", "Co$^4$"), and those that part them.
_INNER = re.compile(
    r"\\(?:text\w*|emph|math\w+|ensuremath|mbox|operatorname)\b\s*|</?[a-z]+/?>|[{}$^]"
)
_MARKUP = re.compile(r"\\(?:cite\w*|url|href|left|right)\b|https?://\S+|[~\\]")
_GREEK = str.maketrans(
    dict(zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho"
        " sigma sigma tau upsilon phi chi psi omega".split(),
        strict=True,
    ))
)  # fmt: skip
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+[+#]*")
#: Endings that are cut, the longest first; at least four letters stay.
_ENDINGS = tuple(
    sorted(
        """
        ations ation ators ator ating ative atively ates ated ational ization isation izations
        isations izing ising izers isers izer iser ized ised izes ises ize ise
        ically ical ics ic ically ions ion ives ive ively ings ing ers er ors or ed es s ly
        ments ment ness ities ity ances ance ences ence ants ant ents ent able ably ible ability
        ibility ally al als ies ied y e ate ar ary ous ously ful fully
        """.split(),
        key=lambda ending: (-len(ending), ending),
    )
)
#: Words that say nothing of a paper.
STOPWORDS = frozenset(
    """
    a about above after again against all also although am among an and any are as at be because
    been before being below between both but by can could did do does doing down due during each
    either et etc for from further furthermore had has have having he her here hers him his how
    however i if in into is it its itself just may me might more moreover most much must my no nor
    not of off on once one only onto or other our ours out over own per rather s same she should
    since so some such than that the their theirs them then there thereby therefore these they
    this those though through thus to too under until up upon us use used uses using very via was
    we well were what when where whereas whether which while who whom whose why will with within
    without would yet you your s t don doesn isn
    """.split()
)


def plain(text: str) -> str:
    """Return a text without the marks of TeX and HTML, its characters in their plain forms."""
    if "http" in text or any(sign in text for sign in "\\{}$~^<"):
        text = _MARKUP.sub(" ", _INNER.sub("", text))
    return text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_GREEK)


def written(text: str) -> list[str]:
    """Return the words and numbers of a text in order, as written, hyphens taken apart."""
    return _WORD.findall(plain(text))


def words(text: str) -> list[str]:
    """Return the words and numbers of a text in order, in lower case."""
    return fold(written(text))


def fold(some: Iterable[str]) -> list[str]:
    """Return words in lower case."""
    return " ".join(some).casefold().split()


def names(some: Iterable[str]) -> list[str]:
    """Return those of some words that are written with capitals or digits inside."""
    return [
        word
        for word in some
        if not (word.islower() or word.istitle() if word.isalpha() else word[0].isdigit())
    ]


@lru_cache(maxsize=1 << 18)
def stem(word: str) -> str:
    """Return a word without its ending; numbers and words of five letters or fewer keep theirs.

    Of a short word only the s of a plural goes: "maps".
    """
    if not word.isalpha() or not word.isascii():
        return word.replace(",", "") if word[:1].isdigit() else word
    for ending in _ENDINGS if len(word) > 5 else ():
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "su" else word


@lru_cache(maxsize=1 << 18)
def weight(own: str) -> float:
    """Return how telling a stem is, ``COMMONEST`` to ``RAREST``: the logarithm of its rarity."""
    known = _table().get(own)
    if known is not None:
        return known
    if own.isdigit() and len(own) < 3:
        return COMMONEST
    return RAREST if len(own) > 2 else TELLING - 1


def count(some: Iterable[str]) -> Counter[str]:
    """Return how often each stem occurs among words, without those that say nothing."""
    counted: Counter[str] = Counter()
    for word, times in Counter(some).items():
        if word not in STOPWORDS:
            counted[stem(word)] += times
    return counted


@lru_cache(maxsize=1 << 18)
def square(own: str) -> int:
    """Return the square of a stem's weight in hundredths: whole, so that sums have no order."""
    return round(10 * weight(own)) ** 2


@cache
def _table() -> Mapping[str, float]:
    """Read the shipped table: one line a weight, in tenths, and the stems that have it."""
    packed = resources.files("kg").joinpath("data/words.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode("utf-8").splitlines()
    rows = (line.split(" ") for line in lines if not line.startswith("#"))
    return {own: int(first) / 10 for first, *same in rows for own in same}


def table(texts: Iterable[str]) -> Iterator[str]:
    """Yield the lines of the shipped table, counted over the texts of many papers, one each."""
    counted: Counter[str] = Counter()
    papers = 0
    for text in texts:
        papers += 1
        counted.update(count(words(text)).keys())
    tenths: dict[int, list[str]] = {}
    for own, times in counted.items():
        if times >= LEAST_PAPERS:
            value = min(RAREST, max(COMMONEST, math.log(papers / times)))
            tenths.setdefault(round(10 * value), []).append(own)
    yield f"# Stems of {papers} titles with abstracts, by the tenths of ln(papers / papers with it)"
    for value in sorted(tenths):
        yield " ".join([str(value), *sorted(tenths[value])])
