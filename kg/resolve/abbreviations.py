"""A short form in, what it stands for out: by its text, or by what abstracts in general say.

``kg/data/abbreviations.tsv.gz`` holds what the short forms of abstracts stand for: the short form,
the key of the long form, the number of abstracts that introduce it so, and words that tell it from
the short form's other meanings; a row without a long form counts the abstracts with rarer ones.
Counted over 74,728 arXiv abstracts of 2025 and 2026 (CC0 1.0) and 40,740 of the ACL Anthology
(CC BY 4.0); ``tests/bench/names.py table`` makes it again.
"""

import gzip
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kg.extractors.abbreviations import find
from kg.extractors.sentences import split
from kg.readers.words import stems, weight
from kg.resolve.names import key

#: Abstracts that must introduce a short form in one way for the shipped table to have it.
LEAST = 2
#: Words that a meaning of an ambiguous short form is told by, at most.
TELLING = 8
#: Power of a meaning's count, and log odds by its words and by each telling word in a text; tuned
#: on short forms that one half of the abstracts introduce, with a table made of the other half.
PRIOR, NAMED, TOLD = 0.8, 3.0, 1.5
TABLE = Path(__file__).parent.parent / "data" / "abbreviations.tsv.gz"
#: Words that an abbreviation may leave out.
_SMALL = frozenset("a an and as at by for from in is of on or the to via with".split())
#: A short form in brackets with a digit for a word or for a repeated letter: T2I, A2PO, E$^2$C.
_DIGITS = re.compile(r"\(([A-Z]\$?\^?\{?\d\}?\$?[A-Za-z]+)\)")
_NOTHING: Mapping[str, int] = MappingProxyType({})


def short_form(text: str) -> str:
    """Return an abbreviation as it is written, without the s of a plural: case tells it apart."""
    return re.sub(r"(?<=[A-Z0-9])s$", "", " ".join(text.split()))


def introduced(text: str) -> dict[str, str]:
    """Return what the abbreviations of a text stand for in it: {"LLM": "large language model"}.

    Keys of the mapping are short forms, values the keys of long forms. Of two meanings that a text
    gives one short form, the first counts.
    """
    found: dict[str, str] = {}
    if "(" in text or "[" in text:
        starts = [*split(text), len(text)]
        for start, end in zip(starts, starts[1:], strict=False):
            for short, long in _pairs(text[start:end]):
                found.setdefault(short, long)
    return found


def _pairs(sentence: str) -> Iterator[tuple[str, str]]:
    for (start, end), (first, last) in find(sentence):
        short = short_form(sentence[start:end])
        yield from _pair(short, sentence[_beginning(short, sentence, first, last) : last])
    for bracket in _DIGITS.finditer(sentence):
        for letters in _spelt(bracket.group(1)):
            words = list(re.finditer(r"\w+", sentence[: bracket.start()]))[-len(letters) :]
            if "".join(word.group()[0].lower() for word in words) == letters:
                long = sentence[words[0].start() : bracket.start()]
                yield from _pair(short_form(bracket.group(1)), long)


def _pair(short: str, long: str) -> Iterator[tuple[str, str]]:
    own = key(long)
    if own and key(short) != own:
        yield short, own


def _spelt(short: str) -> set[str]:
    """Return what the digits of a short form may stand for: T2I is "tti", C3PO "cccpo"."""
    text = short_form(re.sub(r"[$^{}]", "", short)).lower()
    words = text.replace("2", "t").replace("4", "f")
    times = re.sub(r"([a-z])([2-9])", lambda found: found.group(1) * int(found.group(2)), text)
    return {letters for letters in (words, times) if letters.isalpha() and len(letters) > 1}


def _beginning(short: str, sentence: str, first: int, last: int) -> int:
    """Move the beginning of a long form to the left, if its initials then are the short form.

    Letter by letter from the right, PPO would be found in the "policy optimization" of "proximal
    policy optimization".
    """
    letters = "".join(sign for sign in short.lower() if sign.isalnum())
    words = [
        word for word in re.finditer(r"\w+", sentence[:last]) if word.group().lower() not in _SMALL
    ]
    told = words[-len(letters) :]
    initials = "".join(word.group()[0].lower() for word in told)
    return min(first, told[0].start()) if told and initials == letters else first


def initials(own: str) -> str:
    """Return the first letters of a key's words, but for small words: "cot"."""
    return "".join(word[0] for word in own.split() if word not in _SMALL)


def expansions(short: str) -> Mapping[str, int]:
    """Return the keys of what a short form stands for, and how many abstracts say so.

    Most frequent first; empty where the table does not know the short form.
    """
    meanings = _table().get(short_form(short))
    if meanings is None:
        return _NOTHING
    return MappingProxyType({long: times for long, (times, _) in meanings.items() if long})


def known(short: str) -> bool:
    """Tell a short form that the table has, be it with many rare meanings only."""
    return short_form(short) in _table()


@cache
def _table() -> dict[str, dict[str, tuple[int, tuple[str, ...]]]]:
    table: dict[str, dict[str, tuple[int, tuple[str, ...]]]] = defaultdict(dict)
    with gzip.open(TABLE, "rt", encoding="utf-8") as lines:
        for line in lines:
            short, long, times, words = line.rstrip("\n").split("\t")
            table[short][long] = int(times), tuple(words.split())
    return dict(table)


def expand(short: str, context: str) -> dict[str, float]:
    """Return what a short form may stand for in a text, with probabilities that sum to at most 1.

    A text that introduces it decides. Else the table does: by the share of each meaning, and by
    its own words and its telling words in the text. What is left of 1 is for meanings that the
    table has not seen; all of it where the table does not know the short form.
    """
    short = short_form(short)
    own = introduced(context).get(short)
    if own:
        return {own: 1.0}
    meanings = _table().get(short, {})
    seen = stems(context)
    rest, _ = meanings.get("", (0, ()))
    weights = {
        long: times**PRIOR * math.exp(_evidence(long, words, seen))
        for long, (times, words) in meanings.items()
        if long
    }
    total = sum(weights.values()) + (rest + 0.5) ** PRIOR
    return {long: weight / total for long, weight in weights.items()}


def _evidence(long: str, words: Iterable[str], seen: set[str]) -> float:
    """Return the log odds that a text speaks of a meaning, by the words that it uses."""
    named = stems(long)
    share = len(named & seen) / len(named) if named else 0.0
    return NAMED * share + TOLD * len(seen.intersection(words))


def count(texts: Iterable[str]) -> list[str]:
    """Count what the short forms of abstracts stand for, and return the lines of the table.

    Sees all texts before it answers; their order changes nothing.
    """
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    words: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for text in texts:
        told = stems(text)
        for short, long in introduced(text).items():
            forms[short][long] += 1
            words[short][long].update(told)
    lines = []
    for short, times in sorted(forms.items()):
        groups = _merged(times)
        for long, group in groups.items():
            if _times(group, times) >= LEAST:
                telling = _telling(long, groups, words[short], times) if len(groups) > 1 else []
                row = (short, long, str(_times(group, times)), " ".join(telling))
                lines.append("\t".join(row))
        rest = sum(
            _times(group, times) for group in groups.values() if _times(group, times) < LEAST
        )
        if rest and len(groups) > 1:
            lines.append(f"{short}\t\t{rest}\t")
    return lines


def _times(group: Iterable[str], counted: Mapping[str, int]) -> int:
    return sum(counted[form] for form in group)


def _merged(counted: Mapping[str, int]) -> dict[str, list[str]]:
    """Group long forms that are one but for inflection and slips; the most frequent names it."""
    groups: dict[str, list[str]] = {}
    for long in sorted(counted, key=lambda long: (-counted[long], long)):
        name = next((name for name in groups if near(name, long)), long)
        groups.setdefault(name, []).append(long)
    return groups


def near(one: str, other: str) -> bool:
    """Tell long forms that differ in the ends of words or in spaces: "named entity recognizer"."""
    if one.replace(" ", "") == other.replace(" ", ""):
        return True
    pairs = list(zip(one.split(), other.split(), strict=False))
    same = len(one.split()) == len(other.split())
    return same and all(_alike(a, b) for a, b in pairs)


def _alike(one: str, other: str) -> bool:
    """Tell words that share their beginning: four letters, and all but the last four."""
    shared = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return one == other or (shared >= 4 and shared >= max(len(one), len(other)) - 4)


def _telling(
    long: str,
    groups: Mapping[str, Iterable[str]],
    words: Mapping[str, Counter[str]],
    times: Counter[str],
) -> list[str]:
    """Return the stems that abstracts of one meaning use, and others and those of others do not."""
    own, rest = Counter[str](), Counter[str]()
    for name, group in groups.items():
        for form in group:
            (own if name == long else rest).update(words[form])
    mine = _times(groups[long], times)
    others = times.total() - mine

    def telling(stem: str) -> float:
        share = own[stem] / (mine + 1)
        usual = math.exp(-weight(stem))
        return share * math.log(share / max(usual, (rest[stem] + 10 * usual) / (others + 10)))

    ranked = sorted(
        {stem for stem in own if len(stem) > 2} - stems(long),
        key=lambda stem: (-telling(stem), stem),
    )
    return [stem for stem in ranked[:TELLING] if own[stem] > 1 and telling(stem) > 0.1]
