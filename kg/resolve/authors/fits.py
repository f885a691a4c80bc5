"""Two names in, how they go together out: as one person's, from surely to not at all."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log

from kg.resolve.authors.names import (
    HONORIFICS,
    Name,
    commonness,
    digraphless,
    parse,
    shares,
    spelt_out,
    syllables,
)

#: Given names that go by another, each line one group; where one is the other's beginning
#: (Alex, Alexander) nothing need be said.
_NICKNAMES = """
    william bill will billy liam|robert bob rob bobby bert|richard dick rick rich|john jack johnny
    james jim jimmy jamie|michael mike mick misha mikhail|anthony tony|edward ed ted eddie ned
    thomas tom tommy|joseph joe joey|charles charlie chuck|david dave davy|daniel dan danny
    christopher chris kit|christine chris christina tina|matthew matt|andrew andy drew
    stephen steve steven|kenneth ken kenny|ronald ron|donald don|gregory greg
    jeffrey jeff geoffrey|lawrence larry laurence|timothy tim|samuel sam|benjamin ben
    nicholas nick nicolas nicola|alexander alex sasha aleksandr alexandr
    alexandra alex sandra sasha|elizabeth liz beth betty|katherine kate kathy katie catherine
    margaret maggie peggy meg|patricia pat patty trish|jennifer jen jenny|rebecca becky
    deborah debbie debora|susan sue suzanne|victoria vicky|philip phil phillip
    frederick fred freddy|gerald gerry jerry|vincent vince|leonard len leo|francis frank
    franz francois francesco|eugene gene evgeny|peter pete|patrick pat|raymond ray
    theodore ted theo|walter walt|zachary zach zack|jonathan jon|nathaniel nate nathan nat
    abigail abby|amanda mandy|barbara barb|cynthia cindy|dorothy dot|jacob jake|joshua josh
    maximilian max|dmitry dmitri dima|sergey sergei serge|yuri yury iouri|ivan vanya|maria masha
    natalia natasha natalya|ekaterina katya|tatiana tanya tatyana|vladimir volodymyr vova
    konstantin kostya|aleksei alexey alexei aleksey|yevgeny evgenii evgeny|johannes hans johann
    joao johann|jose pepe|francisco paco|ignacio nacho|manuel manolo|lucille lucy|ralph raphael
    yulia julia iuliia|elena yelena helena|venkatesh venkat|subramanian subbu|rachel rae
    harold harry|henry harry hank|nancy ann|gabriel gabe|isabel isabelle isabella|julian jules
    madeleine maddie|mitchell mitch
"""

#: Korean syllables of four letters and more: Seung is no short form of Seunghyun.
_KOREAN = frozenset(
    """
    beom byung chang cheol choong chul chun dong gyeong gyun heon hong hoon hwan hyeok hyeon hyuk
    hyun hyung jang jeong jong joon joong jung keun kwan kwang kyeong kyoung kyun kyung moon myeong
    myoung myung sang seob seok seon seong seop seung soon soong suhk sung taek tack wook woong
    woon yeon yeong yoon yong young youn
    """.split()
)

#: Behind these a letter makes another given name: Jinhyuk, Junhyuk.
_KOREAN_FAMILIES = frozenset(
    """
    ahn bae baek bang chang cho choi choo chun chung gu ha han heo hong hwang hyun jang jeon jeong
    jin jo joo jung kang kim ko koo kwak kwon lee lim min moon na nam noh oh park roh ryu seo seok
    shim shin son song suh sung woo yang yi yim yoo yoon yu yun
    """.split()
)

_KOREAN_NAME = re.compile(
    r"(?:(?:ch|k?w|[bdghjkmnprsty])?(?:yeo|you|yoo|yu|ya|yo|ae|eo|eu|oo|ou|ui|ee|oe|a|e|i|o|u)"
    r"(?:ng|[knmlpbth])?){2}"
)


@dataclass(frozen=True, slots=True)
class Fit:
    """How two names go together."""

    #: "full", "middle", "nickname", "spelling", "order", "part", "initial" or "apart".
    level: str
    #: Logarithm of how many other people the shipped table lets expect behind what both share.
    namesakes: float


#: No reading of the two names lets them be one person's.
APART = Fit("apart", 9.0)


@lru_cache(maxsize=1 << 18)
def fit(one: Name, other: Name) -> Fit:
    """Return how two names go together, the same whichever comes first."""
    if (other.family, other.given) < (one.family, one.given):
        one, other = other, one
    if not one.family or not other.family:
        return APART
    if one.native and other.native:
        if not _same_native(one.native, other.native):
            return APART
        if one.native == other.native:
            # Many share three signs of Chinese, and more share two.
            return Fit("full", min(_namesakes(one), _namesakes(other), 3.0 - len(one.native)))
    umlauts = one.umlauts or other.umlauts
    if _equal(one.family, other.family, umlauts) or _joined(one) == _joined(other):
        return _fit_given(one, other, umlauts)
    turned = (*one.family.split(), *one.words[: -len(one.family.split())])
    if sorted(one.words) == sorted(other.words) or "".join(turned) == "".join(other.words):
        return Fit("order", max(_namesakes(one), _namesakes(other)))
    return _fit_parts(one, other, umlauts)


def _same_native(one: str, other: str) -> bool:
    """Tell names in one script that are the same; two scripts say nothing of each other."""
    scripts = {unicodedata.name(text[0], "?").split()[0] for text in (one, other)}
    return one == other or len(scripts) > 1 or sorted(one) == sorted(other)


def _joined(name: Name) -> str:
    return (name.particles + name.family).replace(" ", "")


def _equal(one: str, other: str, umlauts: bool) -> bool:
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return True
    return umlauts and digraphless(one) == digraphless(other)


def _fit_given(one: Name, other: Name, umlauts: bool) -> Fit:
    """Hold the given names of one family name against each other."""
    if not one.given and not other.given:
        return Fit("full", log(0.3 + sum(commonness(one.family.split()[-1]))))
    if not one.given or not other.given:
        return Fit("part", log(1 + commonness(one.family.split()[-1])[0]) + 1)
    if _equal(_solid(one.given), _solid(other.given), umlauts):
        level = "full" if one.full and other.full else "initial"
        return Fit(level, _namesakes(one))
    level = _align(one.given, other.given, umlauts)
    if level != "apart" and one.family in _KOREAN_FAMILIES and not _korean_fit(one, other, level):
        return APART
    if level == "apart":
        level = _by_nickname(one, other)
    if level == "apart" and sorted(one.words) == sorted(other.words):
        level = "order"
    if level == "apart":
        return APART
    return Fit(level, max(_namesakes(one), _namesakes(other)))


def _korean_fit(one: Name, other: Name, level: str) -> bool:
    """Tell Korean names that are one's: no letter differs, and no initial is for nothing."""
    if level == "spelling":
        return False
    few, many = sorted((one.given, other.given), key=len)
    if len(few) == 1 and spelt_out(few[0]) and all(len(name) == 1 for name in many):
        return _stands_for("-".join(many), few[0])
    return True


def _by_nickname(one: Name, other: Name) -> str:
    for name, written in ((one, other), (other, one)):
        if name.nickname and written.given[0] == name.nickname:
            return "nickname"
        if len(name.given) > 1 and len(written.given) == 1 and len(written.given[0]) > 2:
            # "Ting-Hao Kenneth Huang" signs as Kenneth Huang, Md Nishat Raihan as Nishat.
            if name.given[0] in HONORIFICS and name.given[1] == written.given[0]:
                return "middle"
            if written.given[0] in name.given[1:] and not _chinese(written.given[0]):
                return "nickname"
    return "apart"


def _solid(given: Iterable[str]) -> str:
    return "".join(given).replace("-", "")


def _align(one: tuple[str, ...], other: tuple[str, ...], umlauts: bool) -> str:
    """Return the level of two lists of given names that differ, "apart" where they clash."""
    one, other = _halves(one, other), _halves(other, one)
    if _solid(one) == _solid(other):
        return "full"
    level = _name_level(one[0], other[0], umlauts)
    if level == "apart":
        return level
    short, long = sorted((one[1:], other[1:]), key=len)
    if level == "initial" and not short and long and spelt_out(long[0]):
        # M. Firoz goes by Firoz, so he is no Mohammed; an M. he may be.
        bare = one if len(one) == 1 else other
        return "apart" if spelt_out(bare[0]) else level
    at = 0
    for name in short:
        found = (
            i
            for i, middle in enumerate(long[at:], start=at)
            if _name_level(name, middle, umlauts) != "apart"
        )
        at = next(found, len(long)) + 1
        if at > len(long):
            return "apart"
    return "middle" if level == "full" else level


def _halves(given: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Part a name of two halves where the other has as many initials, or stands parted."""
    if len(given) != 1 or len(other) < 2:
        return given
    if any("-" in name for name in other):
        return given
    if "-" in given[0]:
        return tuple(given[0].split("-"))
    letters = [name[0] for name in other if len(name) == 1]
    if len(letters) == len(other):
        read = [way for way in syllables(given[0]) if len(way) == len(letters)]
        # No reading that agrees: the first one, so that X. T. is not Xiaoming.
        return min(read, key=lambda way: ([half[0] for half in way] != letters, way), default=given)
    return given


def _name_level(one: str, other: str, umlauts: bool) -> str:
    """Return how two given names go together, each a name, an initial, or two by a hyphen."""
    if "-" not in one + other:
        return _word_level(one, other, umlauts)
    if _solid((one,)) == _solid((other,)):
        return "full" if spelt_out(one) else "initial"
    if len(one) == 1 or len(other) == 1:
        return "initial" if one[0] == other[0] else "apart"
    if spelt_out(one) == spelt_out(other) == ("-" in one and "-" in other):
        levels = [
            _word_level(a, b, umlauts)
            for a, b in zip(one.split("-"), other.split("-"), strict=False)
        ]
        alike = one.count("-") == other.count("-") and set(levels) <= {"full", "spelling"}
        return "spelling" if alike else "apart"
    initials, name = sorted((one, other), key=spelt_out)
    return "initial" if not spelt_out(initials) and _stands_for(initials, name) else "apart"


def _stands_for(initials: str, name: str) -> bool:
    """Tell whether "x-m" is short for "xiao-ming" or "xiaoming"."""
    letters = initials.split("-")
    if "-" in name:
        return letters == [half[0] for half in name.split("-")]
    if _chinese(name):
        return any(letters == [half[0] for half in way] for way in syllables(name))
    return letters[0] == name[0] and all(letter in name[2:] for letter in letters[1:])


def _chinese(word: str) -> bool:
    return bool(syllables(word))


def _word_level(one: str, other: str, umlauts: bool) -> str:
    """Return how two given names go together, each a word or an initial."""
    if _equal(one, other, umlauts):
        return "full" if len(one) > 1 else "initial"
    short, long = sorted((one, other), key=len)
    if len(short) == 1:
        return "initial" if long[0] == short else "apart"
    if other in _nicknames().get(one, ()):
        return "nickname"
    if len(short) >= 4 and long.startswith(short) and len(long) - len(short) >= 2:
        # Xiao is no short form of Xiaoming, nor Seung one of Seunghyun.
        return "apart" if short in _KOREAN or _chinese(long) else "nickname"
    if _chinese(one) or _chinese(other):
        return "apart"
    if len(short) >= 4 and (_near(short, long, 7) or _skeleton(short) == _skeleton(long)):
        return "spelling"
    return "apart"


@cache
def _nicknames() -> dict[str, frozenset[str]]:
    groups = [frozenset(group.split()) for group in re.split(r"[|\n]", _NICKNAMES)]
    found: dict[str, frozenset[str]] = {}
    for group in groups:
        for word in group:
            found[word] = found.get(word, frozenset()) | group
    return found


def _near(short: str, long: str, least: int) -> bool:
    """Tell words one letter apart, of so many letters at least, that begin alike."""
    if len(short) < least or len(long) - len(short) > 1 or short[0] != long[0]:
        return False
    start = next((i for i in range(len(short)) if short[i] != long[i]), len(short))
    rest = start + 1 if len(short) == len(long) else start
    if short[rest:] != long[start + 1 :]:
        return False
    # Mario and Maria, Daniel and Daniela are two people.
    return start < len(long) - 1 or {short[-1], long[-1]} <= set("iyej")


def _skeleton(word: str) -> str:
    """Return what transliterations of one name share: Sergey and Sergei, Mohammed and Muhamad."""
    for pattern, plain in (
        (r"kh|ch(?=[rl])|ck|q|c(?=[aoulr])", "k"),
        (r"ph", "f"),
        (r"(?:ii|iy|yi|yy|ij|ey|ei|ay|ie|y|j|i)+", "i"),
        (r"w|v", "v"),
        (r"ou|oo|u", "u"),
        (r"x", "ks"),
        (r"m[uo]h[ae]m+[ae]d", "muhamad"),
        (r"(.)\1", r"\1"),
    ):
        word = re.sub(pattern, plain, word)
    return word


def _fit_parts(one: Name, other: Name, umlauts: bool) -> Fit:
    """Hold names against each other whose family names differ: one may be a part of the other."""
    families = [name.family.split() for name in (one, other)]
    if not one.given or not other.given:
        return APART
    for (name, words), (longer, more) in (
        ((one, families[0]), (other, families[1])),
        ((other, families[1]), (one, families[0])),
    ):
        # "Laura Cabello Piqueras" is printed as Laura Cabello, "Flor Miriam Del Arco" as
        # "Flor Miriam Plaza-del-Arco".
        everything = [*longer.given[1:], *more]
        if len(words) < len(everything) and _within(words, everything):
            level = _align(name.given[:1], longer.given[:1], umlauts)
            if name.given == longer.given[:1] or level == "full":
                return Fit("part", _namesakes(name))
            if level == "initial":
                return Fit("initial", _namesakes(name) + 1)
    if families[0][-1] == families[1][-1] and min(map(len, families)) == 1:
        return _fit_given(one, other, umlauts)
    return _fit_spelt(one, other, umlauts)


def _within(words: list[str], more: Iterable[str]) -> bool:
    left = iter(more)
    return all(any(word == candidate for candidate in left) for word in words)


def _fit_spelt(one: Name, other: Name, umlauts: bool) -> Fit:
    """Allow for another spelling of the family name where the given name is written out."""
    a, b = one.family.replace(" ", ""), other.family.replace(" ", "")
    if {_chinese(a), _chinese(b)} != {False} or not one.full or not other.full:
        return APART
    short, long = sorted((a, b), key=len)
    spelt = len(short) >= 4 and (
        _near(short, long, 6)
        or _skeleton(short) == _skeleton(long)
        or digraphless(short) == digraphless(long)
    )
    prefixed = {a.removeprefix("al"), a.removeprefix("el")} & {
        b.removeprefix("al"),
        b.removeprefix("el"),
    }
    if not spelt and not (prefixed and len(short) >= 5):
        return APART
    inner = _fit_given(one, other, umlauts)
    return Fit("spelling", inner.namesakes) if inner.level in ("full", "middle") else APART


@lru_cache(maxsize=1 << 17)
def _namesakes(name: Name) -> float:
    """Return the logarithm of how many people the table lets expect under a name."""
    total, letters = shares()
    family = min((commonness(word)[0] for word in name.family.split()), default=0) + 1.0
    if not name.given:
        return log(family)
    spelt = [one.replace("-", "") for one in name.given if spelt_out(one)]
    if not spelt:
        middle = 0.15 ** (len(_solid(name.given)) - 1)
        return log(max(family * letters.get(name.given[0][0], 0.001) * middle, 1e-4))
    given = (min(map(_given_count, spelt)) + 1.0) / total
    expected = family * given * 0.15 ** (len(name.given) - 1) * _kinship(name.family, spelt[0])
    return log(max(expected, 1e-4))


def _kinship(family: str, given: str) -> float:
    """Return how many times likelier a given name is behind a family name of its own language.

    Of the names that the table counts, about four in ten are Chinese, and one in twenty Korean.
    """
    if _chinese(family) and _chinese(given):
        return 2.5
    return 8.0 if family in _KOREAN_FAMILIES and _KOREAN_NAME.fullmatch(given) else 1.0


def _given_count(name: str) -> int:
    return commonness(name)[1]


def namesakes(name: str | None) -> float:
    """Return the logarithm of how many people the shipped table lets expect under a name."""
    return _namesakes(parse(name))
