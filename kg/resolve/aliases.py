"""Two names in their contexts in, a verdict out: do they mean one thing?

Each name is read in every way that it can be: as it stands, with its abbreviations written out as
its context says or as abstracts in general use them, and with the words that its context puts
before it. The best agreement of two readings decides, unless the contexts speak of two things.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from kg.model import Verdict
from kg.readers.words import common, stems, weight
from kg.resolve.abbreviations import (
    expand,
    initials,
    introduced,
    known,
    near,
    short_form,
)
from kg.resolve.names import key, proper
from kg.resolve.wording import Relation, relation

SYNONYMS = Path(__file__).parent.parent / "data" / "synonyms.tsv"
#: Contexts less alike than this speak of two things, if each proposes its own.
UNLIKE = 0.2
#: Characters of the longest short form.
LONGEST = 10
#: A word that may be a short form: LLM, LLMs, CoT, mBERT, GPT-4V, k-NN.
_SHORT = re.compile(r"(?<![\w.])(?=[\w-]*[A-Z])(?=[\w-]{2,10}(?![\w-]))[\w-]*[A-Z][\w-]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """A key that a name may have, and how probable that is."""

    own: str
    probability: float
    #: How the name came to be read so; empty where it stands so.
    rule: str = ""


def same_entity(
    one: str,
    other: str,
    *,
    context: str = "",
    other_context: str = "",
    type: str | None = None,
    other_type: str | None = None,
) -> Verdict:
    """Tell whether two names mean one method, dataset, task or concept.

    A context is a sentence or an abstract that the name stands in; a type is a key of
    ``kg.vocab.TYPES``. All but the names may be missing. The order of the two changes nothing. A
    kind of a thing is not the thing: "vision transformer" is not "transformer".
    """
    sides = sorted(
        [
            (_text(one), _text(context), type or ""),
            (_text(other), _text(other_context), other_type or ""),
        ]
    )
    return _same(*sides)


def _text(text: object) -> str:
    """Return a text with single spaces; what is no text is empty."""
    return " ".join(text.split()) if isinstance(text, str) else ""


Side = tuple[str, str, str]


def _same(one: Side, other: Side) -> Verdict:
    keys = key(one[0]), key(other[0])
    if not all(keys):
        same = keys == ("", "") and one[0].casefold() == other[0].casefold() != ""
        return _verdict(Relation(0.9 if same else 0.0, "no words"), "")
    if keys[0] == keys[1]:
        return _one_key(one, other, keys[0])
    best: Relation = Relation(0.0, "other words")
    evidence = ""
    for first in _readings(one, other[0]):
        for second in _readings(other, one[0]):
            found = _related(first, second, one[0], other[0])
            if found.score > best.score:
                best, evidence = found, f"{first.own} / {second.own}"
    if best.score >= 0.5:
        against = _against(one, other)
        if against is not None and not best.rule.startswith("abbreviation"):
            best = against
    return _verdict(best, evidence)


def _verdict(found: Relation, evidence: str) -> Verdict:
    score = round(found.score, 3)
    return Verdict(score >= 0.5, score, found.rule, evidence)


def _related(first: Reading, second: Reading, one: str, other: str) -> Relation:
    """Judge two readings of two names."""
    short = min((one, other), key=lambda name: len(key(name)))
    written = {first.rule, second.rule} >= {"abbreviation"}
    found = relation(first.own, second.own, named=written or proper(short))
    if first.rule == second.rule == "":
        return found
    rule = first.rule or second.rule
    return Relation(found.score * first.probability * second.probability, rule)


def _readings(side: Side, other: str) -> Iterator[Reading]:
    """Yield the keys that a name may have, the one that it stands in first."""
    name, context, _ = side
    own = key(name)
    yield Reading(own, 1.0)
    for group in _synonyms().get(own, ()):
        yield Reading(group[0], _means(name, context, group), "synonym")
    for match in _SHORT.finditer(name):
        short = short_form(match.group())
        for long, probability in expand(short, context).items():
            if probability >= 0.05:
                full = key(name[: match.start()] + long + name[match.end() :])
                yield Reading(full, _asked(probability, context), "abbreviation")
        if match.group() == name and not introduced(context).get(short):
            probability = _initials(short, key(other), context)
            if probability:
                yield Reading(key(other), probability, "abbreviation by initials")


def _initials(short: str, long: str, context: str) -> float:
    """Return the probability that a short form stands for a key that has its initials.

    More where the short form is long, or where its context uses the words of the key.
    """
    letters = re.sub(r"\W", "", short).casefold()
    every = "".join(word[0] for word in long.split())
    if letters not in (initials(long), every) or len(letters) < 2:
        return 0.0
    named = stems(long)
    told = bool(named) and named <= stems(context)
    if told:
        return 0.85
    if known(short):
        return 0.1
    return {2: 0.2, 3: 0.45}.get(len(letters), 0.75)


@cache
def _synonyms() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Return the groups of synonyms that each key is in."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for line in SYNONYMS.read_text(encoding="utf-8").splitlines():
        group = () if line.startswith("#") else tuple(dict.fromkeys(map(key, line.split("|"))))
        for name in group:
            found[name] = (*found.get(name, ()), group)
    return found


def _means(name: str, context: str, group: tuple[str, ...]) -> float:
    """Return the probability that a name means what its group of synonyms does.

    A short form does, unless its context says or makes probable that it stands for something else.
    """
    if not _SHORT.fullmatch(name):
        return 0.95
    other = sum(
        probability
        for long, probability in expand(name, context).items()
        if not any(long == own or near(long, own) for own in group)
    )
    return 0.95 * _asked(1 - other, context)


def _asked(probability: float, context: str) -> float:
    """Return how probable a meaning is, given that the other name is one that has it.

    Who asks whether AP is average precision seldom asks for nothing: of 856 sentences with a short
    form that may mean what was asked, those in which it was so by 0.3 meant it in 0.54, and those
    by 0.8 in 0.79; without a context 0.6 and 0.83 of 833.
    """
    return float(min(1.0, probability) ** (0.5 if context else 0.4))


def _one_key(one: Side, other: Side, own: str) -> Verdict:
    """Judge two names of one key: they are one thing unless something tells them apart."""
    found = _against(one, other) or _meanings(one, other)
    if found is None:
        types = {one[2], other[2]} - {""}
        found = Relation(0.97 if len(types) < 2 else 0.8, "same name")
    return _verdict(found, own)


def _against(one: Side, other: Side) -> Relation | None:
    """Find what tells two names apart that are written alike: meanings, or capitals."""
    found = _meanings(one, other)
    if found is not None:
        return found if found.score < 0.5 else None
    if _capitals(one, other):
        return Relation(0.2, "a name of its own and a word")
    if _proposed(*one[:2]) and _proposed(*other[:2]) and _alike(one[1], other[1], one[0]) < UNLIKE:
        return Relation(0.15, "two papers propose it")
    return _full_forms(one, other)


#: How a paper says that what it names is its own; what it names follows soon.
_PROPOSES = re.compile(
    r"(?i)\b(?:we|paper|work|study|authors?)\b[^.]{0,40}?\b"
    r"(?:propos|introduc|present|develop|releas|build|creat|design|contribut|construct|publish)\w*"
)


def _proposed(name: str, context: str) -> bool:
    """Tell whether a context proposes what it calls by a name in capitals."""
    if not name[:1].isupper() and not proper(name):
        return False
    return any(
        name in context[match.end() : match.end() + 60] for match in _PROPOSES.finditer(context)
    )


def _meanings(one: Side, other: Side) -> Relation | None:
    """Judge one short form by what it stands for in two contexts; None where nobody knows.

    A logistic regression on what the meanings' probabilities agree to, what is left for unknown
    ones, and how alike the contexts are; fitted on 950 pairs of sentences with an ambiguous short
    form, where it is right on 0.68, and on 0.69 of 950 others. That two types speak against one
    meaning is an estimate.
    """
    short = short_form(one[0])
    if not _SHORT.fullmatch(short) or short != short_form(other[0]):
        return None
    first, second = (introduced(side[1]).get(short) for side in (one, other))
    if first and second:
        same = _one_meaning(first, second)
        return Relation(0.97 if same else 0.04, "meanings in their contexts")
    if not known(short) and not first and not second:
        return None
    senses = [expand(short, side[1]) for side in (one, other)]
    agreed = sum(
        p * q
        for long, p in senses[0].items()
        for wide, q in senses[1].items()
        if _one_meaning(long, wide)
    )
    if not one[1] or not other[1]:
        return Relation(max(0.55, agreed), "meanings of one short form")
    left = [1.0 - sum(meanings.values()) for meanings in senses]
    logit = (
        0.31 * math.log((agreed + 0.02) / (1.02 - agreed))
        - 1.08 * left[0] * left[1]
        + 5.8 * _alike(one[1], other[1], short)
        + 0.36 * (not senses[0])
        - 0.7 * (len({one[2], other[2]} - {""}) == 2)
    )
    return Relation(1 / (1 + math.exp(-logit)), "meanings in their contexts")


def _one_meaning(one: str, other: str) -> bool:
    """Tell whether two long forms of one short form are wordings of one meaning."""
    return one == other or near(one, other) or relation(one, other).score >= 0.3


def _alike(one: str, other: str, short: str) -> float:
    """Return the cosine of two contexts' telling words, 0 to 1, but for the short form itself."""
    first, second = (stems(context) - stems(short) for context in (one, other))
    sizes = [sum(weight(stem) ** 2 for stem in sorted(words)) for words in (first, second)]
    if not all(sizes):
        return 0.0
    return sum(weight(stem) ** 2 for stem in sorted(first & second)) / math.sqrt(math.prod(sizes))


def _capitals(one: Side, other: Side) -> bool:
    """Tell a common word (rain) from a name in capitals that looks like it (RAIN)."""
    names = [side[0] for side in (one, other)]
    words = [name for name in names if name.islower() or name.istitle()]
    capital = [name for name in names if not name.islower() and not name.istitle()]
    if len(words) != 1 or len(capital) != 1 or " " in names[0]:
        return False
    return common(key(words[0])) and short_form(capital[0]).isupper()


def _full_forms(one: Side, other: Side) -> Relation | None:
    """Judge one common word by the fuller names that its contexts have for it.

    "drift" in a text on concept drift is not "drift" in one on client drift.
    """
    full = [_fuller(side, 2) or _always(side) for side in (one, other)]
    if full[0] and full[1] and not full[0] & full[1]:
        return Relation(0.35, "fuller names in their contexts")
    return None


def _fuller(side: Side, least: int = 1) -> frozenset[str]:
    """Return the fuller names of a bare noun in its context: keys of "concept drift" for "drift".

    Empty where the noun is not one lower-case word, where its context modifies it in several ways,
    or not that many times.
    """
    name, context, _ = side
    if not re.fullmatch(r"[A-Za-z][a-z]+", name) or not common(key(name)):
        return frozenset()
    return _modified(key(name), context, least)


def _always(side: Side) -> frozenset[str]:
    """Return the one fuller name of a noun that never stands bare in its context."""
    full = frozenset(own for own in _fuller(side) if not own.split()[0].endswith("ing"))
    bare = len(re.findall(rf"(?i)\b{re.escape(side[0])}\b", side[1]))
    shown = sum(len(re.findall(rf"(?i)\b{re.escape(own)}\b", side[1])) for own in full)
    return full if 0 < bare <= shown else frozenset()


@lru_cache(maxsize=1 << 12)
def _modified(noun: str, context: str, least: int) -> frozenset[str]:
    found: dict[str, int] = {}
    for match in re.finditer(
        rf"\b([A-Za-z][\w-]{{2,}})\s+({re.escape(noun[:-1])}\w{{0,4}})\b", context
    ):
        before = match.group(1).lower()
        if key(match.group(2)) == noun and before not in _EMPTY and not before.endswith("ly"):
            full = key(f"{before} {noun}")
            found[full] = found.get(full, 0) + 1
    often = {full for full, times in found.items() if times >= 2}
    return frozenset(often or (found if len(found) == 1 and least == 1 else ()))


#: Words before a noun that make no name with it.
_EMPTY = frozenset(
    "the and for with from our their its this that these those any each all both such under over "
    "between new novel strong large small high low more less most other various different severe "
    "several many some using via per into without through across same good better best".split()
)
