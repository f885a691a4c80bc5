"""Words in, how alike the wordings of the saved questions are out.

Alike are those that share telling words or meanings, and runs of three letters, so that a misspelt
word still counts: TF-IDF over the three, compared by cosine.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kg.query import SavedQuery, saved

#: A parameter in a wording.
SLOT = re.compile(r"\{(\w+)\}")
#: One with the words that only tell what kind of value it is.
_SLOT = re.compile(r"(?:\b(?:since|at least|in) )?\{\w+\}s?")
#: What a meaning and three letters weigh beside a word.
MEANING, LETTERS = 1.3, 0.1

#: Words that mean much the same in a question, a line for each meaning.
ALIKE = """
    article literature manuscript paper publication study work
    benchmark corpora corpus data dataset testbed
    algorithm approach architecture method model system technique tool
    application challenge job problem purpose task
    concept idea notion phenomenon subject term theme topic
    academic author expert people person researcher scholar scientist writer
    coauthor collaborate collaborator colleague partner together
    against alternative baseline beat compare comparison compete competitor contender opponent
        outperform rival versus vs
    after displace instead newer obsolete overtake replace succeed successor supersede
    assess benchmark evaluate evaluation experiment measure result run score test tested trial
        tried try validate
    adopt apply base build employ exploit leverage rely usage use utilise utilize
    develop introduce invent new novel present propose
    common favorite favourite frequent leading most often popular top widespread
    emerge fashion grow hot increase new popular rise rising trend trending upcoming
    decline die dying disappear drop fade fading lose old shrink vanish
    begin beginner introduction learn literature new read reading start survey
    alike close like near neighbour relate related resemble similar
    about describe detail everything fact information know overview profile summarise summary tell
    gap missing never nobody open unexplored untested untried
    between bridge common connect join link overlap share shared
    absent lack missing no without
    clash conflict contradict contradiction disagree dispute inconsistency inconsistent several
    once one only single
    back evidence proof prove quote sentence support
    annual change development evolution history over progress time timeline trend year
    big contain count coverage how large many much number size statistics
    crew group lab laboratory team
    conference journal venue workshop
    bibliography publication publish write written wrote
    about analyse analyze concern examine explore investigate look study
    class category kind type typing
    entity name thing
    abbreviation acronym alias call name short stand synonym
    beginning debut earliest first inventor origin pioneer start
    clean error garbage mistake noise odd strange suspicious wrong
    code github implementation repository software source
    form kind sort variant version
    area category discipline domain field
    affiliation company institute institution organisation organization university
    month monthly
    alongside appear beside cooccur occur together with
    do doing work
"""
#: Words that people ask with as well, and that name nothing alone.
ASKING = """
    a above again all also although am among an and another any anybody anyone anything are around
    as at away be because been before being below best better both but by can claim collection
    community contribution could different did does done down during each either else every exist
    few field find first follow for from further general get give go good got graph great had
    happen has have he help her here him his i if important in info interest interesting into is
    it its just keep last late latest less let list lot main major make may me mention might more
    must my need next nor not note now of off on onto or other our out own per please point put
    question ranking rather recent recently relevant report research say scientific see seem shall
    she should show since so some somebody someone something still such table take talk than that
    the their them then there these they this those though through title to today too under until
    up us useful usual very via want was way we well were what when where whether which while who
    whom whose why will within word world would yet you your
"""
#: Turns of speech that say nothing of the question.
_FILLER = re.compile(
    r"\b(?:(?:do|does|did|can|could|should|would) (?:people|researchers|one|we|you|i|they|anybody)"
    r"|please|thanks|i'd like to (?:see|know)|i (?:want|need)"
    r"|(?:show|give|tell|find|get) (?:me|us))\b",
    re.IGNORECASE,
)
#: Endings that make no other word of one, after two letters at least.
_ENDING = re.compile(r"(?<=\w\w)(?:ing|ed|es|s|e)$")

#: A text to how alike each of ``library()`` is, 0 to 1, in their order.
Likeness = Callable[[str], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to ask a saved question."""

    question: SavedQuery
    #: Without its slots.
    text: str
    #: Names of parameters, in the order in which the wording has them.
    slots: tuple[str, ...]


@cache
def library() -> tuple[Wording, ...]:
    """Return how the saved questions are asked: their titles, and the wordings they give."""
    return tuple(
        Wording(question, _SLOT.sub(" ", text), tuple(SLOT.findall(text)))
        for question in saved().values()
        for text in (question.title, *question.asks)
    )


@cache
def usual() -> frozenset[str]:
    """Return the stems of the words that questions are made of."""
    texts = (ALIKE, ASKING, *(wording.text for wording in library()))
    return frozenset(stem(word) for text in texts for word in split(text))


def lexical(text: str) -> list[float]:
    """Compare a text with each wording by words, meanings and letters."""
    own = _vector(text)
    return [sum(own.get(f, 0.0) * w for f, w in other.items()) for other in _vectors()]


def stem(word: str) -> str:
    """Return a word in lower case without its ending."""
    return re.sub("i$", "y", _ENDING.sub("", word.casefold()))


def split(text: str) -> list[str]:
    """Return the telling words of a text in lower case."""
    return re.findall(r"\w+", _FILLER.sub(" ", text).casefold().replace("co-", "co"))


@cache
def _meanings() -> Mapping[str, frozenset[int]]:
    """Return the meanings of each stem, by number."""
    meanings: dict[str, set[int]] = defaultdict(set)
    # A line that is indented further goes on with the one before it.
    lines = re.sub(r"\n {8}", " ", ALIKE).splitlines()
    for number, line in enumerate(lines):
        for word in line.split():
            meanings[stem(word)].add(number)
    return {own: frozenset(numbers) for own, numbers in meanings.items()}


def _features(text: str) -> Mapping[str, float]:
    """Return the words, meanings and letters of a text, with the square of what they weigh."""
    squares: dict[str, float] = defaultdict(float)
    for word in split(text):
        own = stem(word)
        squares["=" + own] += 1
        for number in _meanings().get(own, ()):
            squares[f"~{number}"] += MEANING**2
        framed = f"^{word}$"
        for at in range(len(framed) - 2):
            squares[framed[at : at + 3]] += LETTERS**2
    return squares


@cache
def _rarity() -> Callable[[str], float]:
    """Return what tells how rare a feature is among the wordings."""
    counts = Counter(feature for wording in library() for feature in _features(wording.text))
    size = len(library())
    return lambda feature: math.log((size + 1) / (counts[feature] + 0.5))


@cache
def _vectors() -> tuple[Mapping[str, float], ...]:
    return tuple(_vector(wording.text) for wording in library())


def _vector(text: str) -> dict[str, float]:
    rarity = _rarity()
    weighed = {f: math.sqrt(square) * rarity(f) for f, square in _features(text).items()}
    length = math.sqrt(sum(w * w for w in weighed.values())) or 1.0
    return {f: w / length for f, w in weighed.items()}
