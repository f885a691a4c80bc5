"""Names in, entities out: what a short form means in a corpus, which type and which name wins.

A name's key is local. What needs the names of all abstracts together is asked here a question at
a time: of one short form, of the types of one key, of one name that several papers propose, of the
spellings of one entity. Each answer depends on its arguments alone.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from kg.model import Entity
from kg.readers.words import common
from kg.resolve.abbreviations import expansions, near
from kg.resolve.names import folds, in_singular, key, proper

T = TypeVar("T", bound=Hashable)

#: A short form is read as one long form where no abstract says so, if this share of the abstracts
#: that introduce it agree, and they are so many, or this share of the abstracts that name it.
AGREED_FORM, AGREED_TIMES, AGREED_SHARE = 0.9, 2, 1 / 3
#: Where no abstract of the corpus introduces it, by the shipped table: as many abstracts of it.
KNOWN_TIMES = 20
#: An abbreviation inside a name is written out if so many abstracts introduce it, nearly all alike.
WRITTEN_OUT = 50
#: Characters of the longest abbreviation.
LONGEST = 10
#: A name without its last word must be found so often for each time it is found with it.
WITHOUT_TAIL = 1 / 3
#: A type with less than this share of a name's weight gives way to the weightiest.
OWN_TYPE = 1 / 3
#: A name that papers propose apart is one for each, if at most so many abstracts name it for each
#: that proposes it. What many use and many seem to propose ("our LoRA") is one thing.
NAMED_PER_PROPOSAL = 2


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a short form stands for in a corpus, where an abstract does not say."""

    #: Key of the long form; None where it is open, or where nothing is known.
    long: str | None
    #: Share of the likeliest meaning among all that are known.
    score: float
    #: The likeliest first.
    rivals: tuple[str, ...]
    evidence: str


def meaning(short: str, forms: Mapping[str, int], named: int) -> Meaning:
    """Decide a short form by how many abstracts introduce each of its long forms.

    ``named`` is the number of abstracts that name it at all. The shipped table decides where the
    corpus introduces it too seldom, or not at all, and does not contradict; it must know one
    meaning only. Long forms that differ in the ends of words count as one.
    """
    table = expansions(short)
    known = _together(table)
    pool = _together(forms) or known
    every = {*forms, *table}
    rivals = tuple(sorted(every, key=lambda one: (-pool.get(one, 0), -known.get(one, 0), one)))
    if not pool:
        return Meaning(None, 0.0, (), "")
    long, share = _likeliest(pool)
    often = pool[long] >= AGREED_TIMES or pool[long] >= AGREED_SHARE * named
    if forms and often:
        told = f"{pool[long]} of {pool.total()} abstracts that introduce it"
        return Meaning(long if share >= AGREED_FORM else None, round(share, 2), rivals, told)
    usual, usual_share = _likeliest(known) if known else (None, 0.0)
    told = f"{pool[long]} of {pool.total()} abstracts that introduce it" if forms else ""
    if usual is None or (forms and not (usual == long or near(usual, long))):
        return Meaning(None, round(share, 2), rivals, told)
    told = f"{known[usual]} of {known.total()} abstracts of the shipped table"
    agreed = known[usual] >= KNOWN_TIMES and usual_share >= AGREED_FORM
    return Meaning(long if agreed else None, round(usual_share, 2), rivals, told)


def _together(forms: Mapping[str, int]) -> Counter[str]:
    """Count long forms that differ in the ends of words as the most frequent of them."""
    found: Counter[str] = Counter()
    for long, times in sorted(forms.items(), key=lambda pair: (-pair[1], pair[0])):
        found[next((other for other in found if near(long, other)), long)] += times
    return found


def _likeliest(forms: Counter[str]) -> tuple[str, float]:
    long, times = min(forms.items(), key=lambda pair: (-pair[1], pair[0]))
    return long, times / forms.total()


def by_company(names: set[str], company: Mapping[str, Counter[str]]) -> tuple[str, float] | None:
    """Choose the meaning of a short form in an abstract by the other names in it.

    ``company`` has, for each meaning, the names of the abstracts that introduce it so, with the
    number of such abstracts. Returns the meaning and its share of the evidence, or None where the
    names do not tell.
    """
    named = [long for long in company if long in names]
    if len(named) == 1:
        return named[0], 0.95
    spread = Counter(name for counted in company.values() for name in counted)
    points = {
        long: sum(1 / spread[name] for name in names & set(counted) if spread[name] < len(company))
        for long, counted in company.items()
    }
    total = sum(points.values())
    best = min(points, key=lambda long: (-points[long], long), default=None)
    if best is None or points[best] < 2 or points[best] < 0.75 * total:
        return None
    return best, round(points[best] / total, 2)


def targets(own: str, type: str) -> Iterator[str]:
    """Yield the keys that a name of a type may mean too, if abstracts have them, best first.

    Those of ``kg.resolve.names.folds``, and the name with an abbreviation in it written out:
    "llm agent" gives "large language model agent".
    """
    yield from folds(own, type)
    words = own.split()
    if len(words) > 1:
        full = [_written_out(word) for word in words]
        if full != words:
            yield " ".join(full)


@lru_cache(1 << 14)
def _written_out(word: str) -> str:
    """Return what a word of a key is short for, where the shipped table is sure of it."""
    if common(word) or len(word) > LONGEST:
        return word
    meanings = _together(expansions(word.upper()))
    if not meanings:
        return word
    long, share = _likeliest(meanings)
    return long if meanings[long] >= WRITTEN_OUT and share >= 0.95 else word


def folds_to(own: str, other: str, times: int, there: int) -> bool:
    """Tell whether a name folds to another by how often abstracts have both.

    What loses its last word must be used without it: a few "vision-language" do not make a
    "vision-language model" one.
    """
    return not own.startswith(f"{other} ") or there >= WITHOUT_TAIL * times


def types(weights: Mapping[str, int]) -> dict[str, str]:
    """Return what each type of a name becomes: itself, or the weightiest one.

    A name that is two things, each with a good share of the mentions, stays two.
    """
    total = sum(weights.values())
    best = min(weights, key=lambda type: (-weights[type], type))
    return {
        type: type if total and weight >= OWN_TYPE * total else best
        for type, weight in weights.items()
    }


def may_be_several(proposals: int, named: int) -> bool:
    """Tell whether so many papers propose a name, of those that name it, that it may be several."""
    return proposals > 1 and named <= NAMED_PER_PROPOSAL * proposals


def senses(names: Iterable[str], proposals: Sequence[frozenset[T]], named: int) -> list[set[int]]:
    """Return which of the papers that propose a thing of one name propose the same thing.

    A paper is given by its people; those with one in common mean one thing. ``named`` is the
    number of abstracts that name it. One group where the name is a common phrase, or where more
    use it than propose it.
    """
    everyone = [set(range(len(proposals)))]
    if not may_be_several(len(proposals), named):
        return everyone
    if not all(proper(name) for name in names):
        return everyone
    groups: list[tuple[set[int], set[T]]] = []
    for rank, people in enumerate(proposals):
        mine, all_people = {rank}, set(people)
        rest = []
        for ranks, others in groups:
            if others & all_people:
                mine |= ranks
                all_people |= others
            else:
                rest.append((ranks, others))
        groups = [*rest, (mine, all_people)]
    return sorted((ranks for ranks, _ in groups), key=min)


def entity(type: str, own: str, seen: Mapping[str, int], *, name_key: str | None = None) -> Entity:
    """Name an entity by its most frequent full form, in the singular unless it is a dataset's.

    A name of one word is no full form of what has several. Names of datasets are proper names:
    Cityscapes are no plural. ``name_key`` is the key of the names, where several entities of one
    name have keys that tell them apart.
    """
    wanted = name_key or own
    several = " " in wanted
    alike: Counter[str] = Counter()
    for name, times in seen.items():
        alike[key(name)] += times

    def one(name: str) -> str:
        return name if type == "Dataset" else in_singular(name)

    def rank(name: str) -> tuple[object, ...]:
        own_key = key(name)
        short = own_key != wanted and several and " " not in own_key
        frequent = (-alike[own_key], own_key != wanted, own_key)
        return (short, *frequent, one(name) != name, -seen[name], name)

    name = one(min(seen, key=rank))
    aliases = tuple(sorted(set(seen) - {name}))
    counts = tuple(seen.get(alias, 0) for alias in (name, *aliases))
    return Entity(type, own, name, aliases, counts)
