"""Mentions in, entities out: which names mean one thing, and what type it has.

A name's key is local; abbreviations and types are decided by all abstracts together. An
abbreviation stands for its long form in the abstract that introduces it, and elsewhere where the
whole corpus knows one long form only.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from kg.model import Entity, Extraction, Mention, Merge
from kg.resolve.names import in_singular, key

#: An abbreviation is read as one long form where no abstract says so, if this share of those that
#: introduce it agree, and they are so many, or this share of the abstracts that name it.
AGREED_FORM, AGREED_TIMES, AGREED_SHARE = 0.9, 2, 1 / 3
#: Share of a name's weight that a type needs, to be the type of all its mentions.
AGREED_TYPE = 2 / 3


def entities(
    extractions: Iterable[Extraction],
) -> tuple[dict[Mention, Entity], list[Merge]]:
    """Return the entity of every mention that has a name, and the ledger of what was merged.

    The order of the extractions changes nothing.
    """
    found = sorted(extractions, key=lambda extraction: extraction.abstract)
    local = {extraction.abstract: _long_forms(extraction) for extraction in found}
    agreed = _agreed(found, local)
    keys = {
        mention: _expand(mention.quote.text, local[extraction.abstract], agreed)
        for extraction in found
        for mention in extraction.mentions
    }
    keys = {mention: own for mention, own in keys.items() if own}
    types, votes = _types(keys)
    named: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for mention, own in keys.items():
        named[types.get(own, mention.type), own][" ".join(mention.quote.text.split())] += 1
    made = {(type, own): _entity(type, own, seen) for (type, own), seen in named.items()}
    ledger = {
        Merge(key(m.quote.text), own, "abbreviation", 1.0)
        for m, own in keys.items()
        if key(m.quote.text) != own
    }
    ledger |= set(votes)
    entity_of = {m: made[types.get(own, m.type), own] for m, own in keys.items()}
    return entity_of, sorted(ledger, key=lambda row: (row.into, row.what, row.rule))


def _short(text: str) -> str:
    """Return an abbreviation as it is written, without the s of a plural: case tells it apart."""
    return re.sub(r"(?<=[A-Z0-9])s$", "", " ".join(text.split()))


def _long_forms(extraction: Extraction) -> dict[str, str]:
    """Return the abbreviations that an abstract introduces, with the keys of their long forms."""
    pairs = ((_short(short), key(long)) for short, long in extraction.abbreviations)
    return {short: long for short, long in pairs if short and long and key(short) != long}


def _agreed(found: Iterable[Extraction], local: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the abbreviations that the corpus expands in one way, and often enough."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for pairs in local.values():
        for short, long in pairs.items():
            forms[short][long] += 1
    named: Counter[str] = Counter()
    for extraction in found:
        named.update({_short(mention.quote.text) for mention in extraction.mentions} & set(forms))
    agreed = {}
    for short, counted in forms.items():
        long, times = min(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        often = times >= AGREED_TIMES or times >= AGREED_SHARE * named[short]
        if often and times >= AGREED_FORM * counted.total():
            agreed[short] = long
    return agreed


def _expand(text: str, local: Mapping[str, str], agreed: Mapping[str, str]) -> str:
    """Return the key of a name, or of what it is short for."""
    short = _short(text)
    return local.get(short) or agreed.get(short) or key(text)


def _types(keys: Mapping[Mention, str]) -> tuple[dict[str, str], list[Merge]]:
    """Return the one type of each name that has an agreed one, and a row for each that gave way."""
    weights: dict[str, Counter[str]] = defaultdict(Counter)
    for mention, own in keys.items():
        weights[own][mention.type] += round(100 * mention.confidence)
    types, rows = {}, []
    for own, weighed in weights.items():
        total = weighed.total()
        best, weight = min(weighed.items(), key=lambda pair: (-pair[1], pair[0]))
        if total and weight >= AGREED_TYPE * total:
            types[own] = best
            score = round(weight / total, 2)
            rows += [
                Merge(f"{other} {own}", f"{best} {own}", "type by vote", score)
                for other in weighed
                if other != best
            ]
    return types, rows


def _entity(type: str, own: str, seen: Counter[str]) -> Entity:
    """Name an entity by its most frequent full form, in the singular unless it is a dataset's.

    Names of datasets are proper names: Cityscapes are no plural.
    """

    def one(name: str) -> str:
        return name if type == "Dataset" else in_singular(name)

    def rank(name: str) -> tuple[object, ...]:
        return (key(name) != own, one(name) != name, -seen[name], name)

    name = one(min(seen, key=rank))
    return Entity(type, own, name, tuple(sorted(set(seen) - {name})))
