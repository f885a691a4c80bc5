"""Two keys in, how they relate in words out: one wording of one thing, a kind of it, or other.

Knows nothing of contexts and of abbreviations. The probabilities are shares of pairs with that
relation that a reader took for one thing, rounded, where there were enough, and estimates where
there were few; ``tests/bench/names.py`` measures them.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from kg.readers.words import common
from kg.resolve.names import folds
from kg.resolve.spelling import singular

#: Words that join others and may be left out when the words around them change places.
_JOINTS = frozenset("a an and at by for from in of on the with".split())
#: Those that say nothing of how the words around them relate.
_LIGHT = frozenset("a an and the".split())
#: Words around which the order of the others tells.
_ARROWS = frozenset("to from into versus vs over".split())
#: General words that add nothing to what they stand behind, by what they may stand behind.
_TOOLS = frozenset(
    "optimizer solver tool toolkit library package platform family series tokenizer backbone "
    "baseline".split()
)
_WAYS = frozenset("algorithm approach method procedure technique trick".split())
_FRAMES = frozenset("framework methodology paradigm pipeline scheme strategy system".split())
_MODELS = frozenset("architecture mechanism model network".split())
_DATASETS = frozenset(
    "benchmark challenge collection corpus data database dataset leaderboard set suite".split()
)
_PROBLEMS = frozenset("issue phenomenon problem".split())
_MEASURES = frozenset("coefficient index measure metric score value".split())
_SIGNALS = frozenset("recording scan signal transformer".split())
#: Words that may make of a name another, though seldom.
_LOOSE = frozenset("backbone challenge network pipeline system".split()) | _SIGNALS
_EVERY = (
    _SIGNALS
    | _TOOLS
    | _WAYS
    | _FRAMES
    | _MODELS
    | _DATASETS
    | _PROBLEMS
    | _MEASURES
    | {"task", "classifier", "function"}
)
#: Metrics that are common words.
_METRICS = frozenset("accuracy precision recall perplexity f1 dice jaccard fidelity".split())
#: Names that end like this are of things that work; "model" adds nothing to them.
_MACHINE = re.compile(
    r"(?:former|(?<!sf)er|or|net|network|machine|forest|field|process|perceptron|ensemble|tree"
    r"|boosting|bayes|model)$"
)
#: And these are of what one does; "method" adds nothing to them.
_DEED = re.compile(
    r"(?:[a-z]{3}ing|tion|sion|descent|search|ment|sis|attention|ascent|lasso|means|regression)$"
)


@dataclass(frozen=True, slots=True)
class Relation:
    """How two keys relate, and the probability that they name one thing."""

    score: float
    rule: str


def relation(one: str, other: str, *, named: bool = False) -> Relation:
    """Tell how two keys relate; the order of the two changes nothing.

    ``named`` says that the shorter of the two is written like a name of its own, so that a general
    word after it adds nothing.
    """
    one, other = sorted((one, other))
    if one == other:
        return Relation(0.97, "same key")
    return _relation(one, other, named)


@lru_cache(maxsize=1 << 16)
def _relation(one: str, other: str, named: bool) -> Relation:
    if one.replace(" ", "") == other.replace(" ", ""):
        lone = any(len(word) == 1 for word in f"{one} {other}".split())
        return Relation(0.8 if lone and len(one) < 6 else 0.95, "same but for spaces")
    if _numbers(one) != _numbers(other):
        return _with_numbers(one, other)
    rules = (_order, _action, _inflection, _slip, _respelt, _based)
    found = [rule(one, other) for rule in rules] + [_tail(one, other, named)]
    best = max((item for item in found if item), key=lambda item: item.score, default=None)
    return best or _part(one, other)


def _numbers(own: str) -> list[str]:
    """Return the numbers of a key, sorted; versions without v and a last ".0"."""
    numbers = re.findall(r"\d+(?:\.\d+)*", own)
    return sorted(re.sub(r"(?:\.0)+$", "", number) for number in numbers)


def _with_numbers(one: str, other: str) -> Relation:
    """Judge names whose numbers differ: CIFAR-10 and CIFAR-100, CoNLL-03 and CoNLL-2003."""
    names = [one.replace(" ", ""), other.replace(" ", "")]
    short = [re.sub(r"(?<!\d)(?:19|20)(?=\d\d(?!\d))", "", name) for name in names]
    if short[0] == short[1]:
        return Relation(0.85, "same year")
    if _figures(one) == _figures(other):
        return Relation(0.93, "same number in words")
    return Relation(0.03, "other number")


_FIGURES = {
    word: str(i) for i, word in enumerate("zero one two three four five six seven eight".split())
}


def _figures(own: str) -> str:
    """Write a key's numbers in figures, and "3 dimensional" as "3d"."""
    words = [_FIGURES.get(word, word) for word in own.split()]
    return re.sub(r"(\d) ?dimensional\b", r"\1d", " ".join(words)).replace(" ", "")


def _respelt(one: str, other: str) -> Relation | None:
    """Find a spelling that both can be folded to: "neural nets", "Squad v1.1", "MS COCO"."""
    shared = _spellings(one) & _spellings(other)
    return Relation(0.92, "same but for spelling") if shared else None


def _spellings(own: str) -> set[str]:
    """Return a key, and what it is without version signs, plurals, makers and such."""
    found = {own.replace(" ", "")}
    steps = [step for step in folds(own, "") if step.replace(" ", "") not in found]
    for step in steps:
        found.add(step.replace(" ", ""))
        found.update(further.replace(" ", "") for further in folds(step, ""))
    return found


def _tail(one: str, other: str, named: bool) -> Relation | None:
    """Judge general words more at the end: "Adam optimizer", "ImageNet dataset", "GAN model"."""
    short, long = sorted((" ".join(map(singular, own.split())) for own in (one, other)), key=len)
    if not long.startswith(short + " "):
        return None
    tail = long[len(short) :].split()
    if not _EVERY.issuperset(tail):
        return None
    if len(tail) > 1:
        return Relation(0.75, "general words at the end") if named else None
    score = _named_tail(tail[0]) if named else _common_tail(short, tail[0])
    return Relation(score, "general word at the end") if score else None


def _named_tail(word: str) -> float:
    """Return what a general word after a name of its own leaves of sameness."""
    if word in _MEASURES | _DATASETS | {"optimizer", "algorithm"}:
        return 0.92
    return 0.65 if word in _LOOSE else 0.85


def _common_tail(short: str, word: str) -> float:
    """Return what a general word after a common phrase leaves of sameness; 0 where all changes."""
    deed, machine = bool(_DEED.search(short)), bool(_MACHINE.search(short))
    if word == "task":
        return 0.85 if deed else 0.45
    if word in _WAYS:
        return 0.65 if deed or machine else 0.0
    if word in _FRAMES:
        return 0.4 if deed or machine else 0.0
    if word == "function":
        return 0.0 if common(short.split()[-1]) and short != "loss" else 0.75
    if word == "classifier":
        return 0.75 if machine or short.endswith("regression") else 0.0
    if word == "mechanism":
        return 0.75 if short.endswith("attention") else 0.4 * deed
    if word in _MODELS:
        return (0.3 if word == "network" else 0.75) if machine else 0.0
    if word in _PROBLEMS:
        return 0.7 if deed or " " in short else 0.0
    return 0.8 if word in _MEASURES and short in _METRICS else 0.0


def _order(one: str, other: str) -> Relation | None:
    """Judge the same words in another order: "classification of images", not "en-de"."""
    pair = [[singular(word) for word in name.split()] for name in (one, other)]
    full = [[word for word in words if word not in _JOINTS] for words in pair]
    if sorted(full[0]) != sorted(full[1]) or not full[0]:
        return None
    ways = [[word for word in words if word in _JOINTS - _LIGHT] for words in pair]
    if full[0] == full[1]:
        same = 0.9 if ways[0] == ways[1] else 0.75 if all(ways) else 0.35
        return Relation(same, "same but for small words")
    if _ARROWS & {*pair[0], *pair[1]} or any(
        len(word) < 3 and word.isalpha() for word in full[0][:-1]
    ):
        return Relation(0.05, "other order")
    turned = [_turned(words) for words in pair]
    if any(ways) and turned[0] == turned[1]:
        deed = all(_HEAD.search(words[-1]) for words in turned)
        return Relation(0.93 if deed else 0.6, "same words around a preposition")
    if full[0][-1] == full[1][-1] or "off" in full[0][-1]:
        coordinated = [words.count("and") for words in pair]
        same = 0.1 if coordinated[0] != coordinated[1] else 0.8
        return Relation(same, "modifiers in another order")
    within = any(way in words[1:-1] for words, way in zip(pair, map(" ".join, ways), strict=True))
    return Relation(0.65 if within else 0.1, "other order")


#: Nouns of what is done or had, that "of" may stand behind.
_HEAD = re.compile(
    r"(?:tion|sion|ment|ing|sis|al|ance|ence|ery|ure|ity|theory|law|ness|bound|loss|rate|error)$"
)


def _turned(words: list[str]) -> list[str]:
    """Turn words around their first preposition: "image classification"."""
    joints = {"of", "for", "in", "on", "from", "with", "by"}
    place = next((i for i, word in enumerate(words) if word in joints), None)
    if place is None:
        return [word for word in words if word not in _JOINTS]
    rest = _turned(words[place + 1 :])
    return [word for word in [*rest, *words[:place]] if word not in _JOINTS]


def _action(one: str, other: str) -> Relation | None:
    """Judge a deed with its object after or before it: "detecting anomalies"."""
    for verb, noun in ((one, other), (other, one)):
        first, *rest = [singular(word) for word in verb.split() if word not in ("of", "the")]
        *before, last = [singular(word) for word in noun.split() if word not in ("of", "the")]
        if not rest or not first.endswith("ing") or rest[-1] in _AGENTS:
            continue
        if rest == before and (first == last or _deed(first, last)):
            return Relation(0.9, "verb and its object")
        # "detecting persuasive techniques" and "detection of persuasive techniques".
        if before and _deed(first, before[0]) and rest == [*before[1:], last]:
            return Relation(0.85, "verb and its object")
    return None


#: What does something; with a verb before it, it is no object: "reasoning LLM".
_AGENTS = frozenset("agent ai llm lm machine model network policy system".split())


def _deed(one: str, other: str) -> bool:
    """Tell a verb and its noun: "generating" and "generation", "estimating" and "estimation"."""
    if one.endswith("ing") == other.endswith("ing"):
        return False
    verb, noun = (one, other) if one.endswith("ing") else (other, one)
    stem = re.sub(r"(?:ification|[ai]tion|tion|ion|ment|al|sis|ance|ence)$", "", noun)
    roots = [re.sub(r"(?:at|ify|iz|yz|e|t)$", "", root) for root in (verb[:-3], stem)]
    return stem != noun and len(roots[0]) >= 3 and roots[0] == roots[1]


#: Endings that make an adjective of a noun, and what the noun may end in instead.
_ADJECTIVE = re.compile(
    r"(?:ational|atical|ion|ive|ional|ical|etic|istic|al|ic|ar|ary|ing|based|y|e|is|ics|s)$"
)
#: Pairs of words that look like one and are two.
_FALSE_FRIENDS = frozenset(
    frozenset(pair.split(":"))
    for pair in "graph:graphical physic:physical critic:critical logistic:logical "
    "contrast:contrasting univers:universal rational:ration topic:topical general:generic "
    "optic:optical spectr:spectral system:systemic "
    "relation:relative relational:relative negation:negative alternation:alternative form:formal "
    "norm:normal person:personal state:static unit:unitary".split()
)
#: Nouns and adjectives of one thing that share no stem.
_TWINS = frozenset(
    frozenset(pair.split(":"))
    for pair in "face:facial language:linguistic vision:visual brain:cerebral lung:pulmonary "
    "heart:cardiac kidney:renal liver:hepatic speech:spoken mouth:oral tooth:dental eye:ocular "
    "space:spatial time:temporal sound:acoustic net:network convolution:convolutional "
    "sense:sensing automated:automatic multi:multiple movie:film photo:image neuron:neuronal "
    "aided:assisted aware:conscious driven:based guided:based powered:based "
    "relation:relationship recommender:recommendation ability:capability triple:triplet "
    "augmented:enhanced enabled:based decision:decisional answer:answering".split()
)


#: Twins that are one as modifiers only: "face recognition", but not "my face" and "my facial".
_VAGUE = frozenset("net network language photo image movie film answer neuron".split())


def _inflection(one: str, other: str) -> Relation | None:
    """Judge names of the same length whose words differ in their endings only."""
    pairs = list(zip(one.split(), other.split(), strict=False))
    if len(one.split()) != len(other.split()):
        return None
    differ = [(i, a, b) for i, (a, b) in enumerate(pairs) if singular(a) != singular(b)]
    if not differ:
        return Relation(0.93, "same but for number")
    if len(differ) > 1:
        return None
    place, a, b = differ[0]
    if frozenset((a, b)) in _FALSE_FRIENDS:
        return None
    head = place == len(pairs) - 1
    if frozenset((a, b)) in _TWINS and len(pairs) > 1:
        return Relation(0.35 if head and {a, b} & _VAGUE else 0.75, "words of one meaning")
    if _deed(a, b):
        return Relation(0.75, "nouns of one deed")
    if head:
        return Relation(0.35, "nouns of one verb") if _verb(a, b) else None
    return Relation(0.75, "adjective of the noun") if _adjective(a, b) else None


def _verb(one: str, other: str) -> bool:
    """Tell a noun and its gerund: "tool call" and "tool calling"."""
    short, long = sorted((one, other), key=len)
    return long in (short + "ing", short.removesuffix("e") + "ing", short + short[-1] + "ing")


def _adjective(one: str, other: str) -> bool:
    """Tell a noun and its adjective: "logic" and "logical", "geometry" and "geometric"."""
    if re.search(r"\d", one + other) or not (common(one) or common(other)):
        return False
    if one + "al" == other or other + "al" == one:
        return True
    roots = [_ADJECTIVE.sub("", word) for word in (one, other)]
    exact = {roots[0], one} & {roots[1], other}
    return any(len(root) >= 4 for root in exact)


def _based(one: str, other: str) -> Relation | None:
    """Judge "LLM-based agents" and "LLM agents"."""
    names = [re.sub(r"(?<=\w) (?:based|driven|powered)\b", "", own) for own in (one, other)]
    return Relation(0.72, "same but for based") if names[0] == names[1] else None


def _slip(one: str, other: str) -> Relation | None:
    """Judge names that differ by a slip of the pen: "recogntion"; only one of both is a word."""
    pairs = list(zip(one.split(), other.split(), strict=False))
    differ = [(a, b) for a, b in pairs if a != b]
    if len(one.split()) != len(other.split()) or len(differ) != 1:
        return None
    a, b = differ[0]
    known = [common(word) or common(word + "s") for word in (a, b)]
    slip = (a + b).isalpha() and min(len(a), len(b)) >= 6 and sum(known) == 1
    return Relation(0.75, "one letter") if slip and _one_letter(a, b) else None


def _one_letter(one: str, other: str) -> bool:
    """Tell words that one letter more or less inside, or two that change places, make the same."""
    short, long = sorted((one, other), key=len)
    pairs = enumerate(zip(short, long, strict=False))
    start = next((i for i, (a, b) in pairs if a != b), len(short))
    if start < 2 or start >= len(short) - 1:
        return False
    if len(long) - len(short) == 1:
        return short[start:] == long[start + 1 :]
    moved = short[:start] + short[start + 1] + short[start] + short[start + 2 :]
    return len(short) == len(long) and moved == long


def _part(one: str, other: str) -> Relation:
    """Judge what is left: a kind and what it is a kind of, or two things."""
    short, long = sorted((one.split(), other.split()), key=len)
    if len(short) < len(long):
        if long[-len(short) :] == short:
            extra = long[: -len(short)]
            if all(word in _WEAK for word in extra) and _DEED.search(short[-1]):
                return Relation(0.52, "weak modifier")
            return Relation(0.08, "a kind of the other")
        if long[: len(short)] == short:
            return Relation(0.06, "a part of the name")
    return Relation(0.03, "other words")


#: Modifiers that hardly tell one thing from another.
_WEAK = frozenset("automated automatic".split())
