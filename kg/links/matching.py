"""Names and terms in, links out, with what was too weak to be one."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.graph import Link
from kg.links.noun import Term
from kg.query.answers import plain
from kg.resolve.names import key

#: How an entity's name meets a term's name, to the score where nothing else answers to the name.
#: Chosen by hand: what a label says is meant, an alias may be a looser or a rarer name.
SCORES: Mapping[tuple[str, str], float] = {
    ("label", "label"): 0.95,
    ("label", "alias"): 0.75,
    ("label", "label without brackets"): 0.7,
    ("alias", "label"): 0.7,
    ("alias", "alias"): 0.5,
    ("alias", "label without brackets"): 0.5,
}
#: What a score is multiplied by where the name is an abbreviation, since it may mean other things.
ABBREVIATED = 0.8
#: What a term weighs among those that answer to one name.
WEIGHTS: Mapping[str, float] = {"label": 1.0, "alias": 0.5, "label without brackets": 0.5}
#: A close match below this is refused: too many terms, or entities, answer to the name.
LEAST = 0.1
#: Names of so few characters are refused: R, AI, F1, C#.
SHORT = 2
#: Names in common do not make more of a close match than this.
CLOSE = 0.9

#: An abbreviation is at most so long.
_LONGEST = 8
#: "Transformer (machine learning model)".
_BRACKETS = re.compile(r"(.+?)\s*[(\[][^()\[\]]*[)\]]\s*")

#: Type and key of an entity.
Own = tuple[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Refused:
    """An entity and a term that share a name, which is too little for a link."""

    type: str
    key: str
    #: The entity's label.
    name: str
    iri: str
    #: "short name", "abbreviation", "keyword", "many meanings", "exact match elsewhere".
    reason: str


@dataclass(frozen=True, slots=True, order=True)
class _Meeting:
    """A name of an entity that a term has too."""

    score: float
    own: str
    own_kind: str
    other: str
    other_kind: str
    #: How many terms, and how many entities by their labels, answer to it.
    terms: int
    entities: int

    @property
    def exact(self) -> bool:
        return (self.own_kind, self.other_kind) == ("label", "label") and (
            self.terms == 1 == self.entities
        )


def match(
    names: Mapping[Own, tuple[str, Sequence[str]]],
    terms: Iterable[Term],
    refused: list[Refused] | None = None,
) -> list[Link]:
    """Link entities, given as (type, key) to (label, aliases), to terms; sorted.

    Names are compared by ``kg.resolve.names.key``. "exactMatch" is a label that is one term's label
    and no other term's name, and no other entity's label: score 0.95, abbreviations 0.76. All else
    is "closeMatch": ``SCORES`` by what kinds of names are shared, times the term's share among the
    terms that answer to the name (``WEIGHTS``), over the number of entities with that label;
    several names in common add up, as independent evidence, to at most 0.9. An entity with an exact
    match has no close ones, nor has a term that is an entity's exact match. Names of one or two
    characters, one-word abbreviations that only an alias of the table bears out, keywords, and
    scores below 0.1 make no link: they are added to ``refused``.
    """
    refused = [] if refused is None else refused
    table, keywords = _indexed(terms)
    labelled = Counter(key(label) for label, _ in names.values())
    meetings = {own: _meetings(*names[own], table, labelled) for own in sorted(names)}
    exact = {
        own: iri
        for own, by_term in meetings.items()
        for iri, found in by_term.items()
        if any(one.exact and not _short(one.own) for one in found)
    }
    taken = set(exact.values())
    links: list[Link] = []
    for own, by_term in meetings.items():
        label, aliases = names[own]
        for iri in sorted(by_term):
            link = _link(own, iri, by_term[iri], exact.get(own), iri in taken)
            if isinstance(link, Link):
                links.append(link)
            else:
                refused.append(Refused(*own, label, iri, link))
        by_keyword = {iri for name in (label, *aliases) for iri in keywords.get(key(name), ())}
        for iri in sorted(by_keyword - by_term.keys()):
            refused.append(Refused(*own, label, iri, "keyword"))
    return sorted(links)


def report(links: Iterable[Link], refused: Iterable[Refused]) -> Iterator[str]:
    """Yield the counts of links and of what was refused, then each of both, a line each."""
    made, weak = sorted(links), sorted(refused)
    kinds = Counter(link.predicate for link in made)
    yield f"{kinds['exactMatch']} exact and {kinds['closeMatch']} close matches"
    reasons = Counter(one.reason for one in weak)
    told = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
    yield f"{len(weak)} refused{': ' if told else ''}{told}"
    for link in made:
        what = f"{link.type} {plain(link.key)} {link.predicate} {plain(link.iri)}"
        yield f"{link.score:.2f} {what}: {plain(link.evidence)}"
    for one in weak:
        what = f"{one.type} {plain(one.key)} {plain(one.iri)}"
        yield f"refused {what}: {one.reason}: {plain(one.name)}"


#: Key of a name to each IRI that answers to it, with the kind of name and the name.
_Table = Mapping[str, Mapping[str, tuple[str, str]]]


def _indexed(terms: Iterable[Term]) -> tuple[_Table, Mapping[str, set[str]]]:
    """Return the terms that answer to each key, and those that have it as a keyword."""
    table: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    keywords: dict[str, set[str]] = defaultdict(set)
    labels: dict[str, str] = {}
    for term in sorted(terms):
        bare = _BRACKETS.fullmatch(term.label)
        # One IRI has one label: that of its first term.
        first = labels.setdefault(term.iri, term.label)
        called = [("label" if term.label == first else "alias", term.label)]
        called += [("alias", alias) for alias in term.aliases]
        called += [("label without brackets", bare[1])] if bare else []
        for kind, name in called:
            known = table[key(name)].get(term.iri)
            if known is None or WEIGHTS[kind] > WEIGHTS[known[0]]:
                table[key(name)][term.iri] = (kind, name)
        for keyword in term.keywords:
            keywords[key(keyword)].add(term.iri)
    table.pop("", None)
    keywords.pop("", None)
    return table, keywords


def _meetings(
    label: str, aliases: Sequence[str], table: _Table, labelled: Counter[str]
) -> dict[str, list[_Meeting]]:
    """Return the terms that share names with an entity, with the best meeting of each name."""
    found: dict[str, dict[str, _Meeting]] = defaultdict(dict)
    called = [("label", label), *(("alias", alias) for alias in sorted(aliases))]
    for own_kind, name in called:
        own = key(name)
        answering = table.get(own, {})
        total = sum(WEIGHTS[kind] for kind, _ in answering.values())
        entities = labelled[own] + (own_kind == "alias")
        for iri, (kind, other) in answering.items():
            score = SCORES[own_kind, kind] * WEIGHTS[kind] / total / entities
            score *= ABBREVIATED if _abbreviated(name, other) else 1
            meeting = _Meeting(score, name, own_kind, other, kind, len(answering), entities)
            best = found[iri].get(own)
            if best is None or meeting.score > best.score:
                found[iri][own] = meeting
    return {iri: sorted(by_key.values(), reverse=True) for iri, by_key in found.items()}


def _link(
    own: Own, iri: str, meetings: Sequence[_Meeting], exact: str | None, taken: bool
) -> Link | str:
    """Return the link of an entity and a term, or why there is none."""
    told = [one for one in meetings if not _short(one.own)]
    if not told:
        return "short name"
    if all(one.other_kind == "alias" and _abbreviated(one.own, one.other) for one in told):
        return "abbreviation"
    if exact == iri:
        best = next(one for one in told if one.exact)
        return Link(*own, iri, "exactMatch", round(best.score, 4), _evidence(best))
    if exact is not None or taken:
        return "exact match elsewhere"
    score = min(CLOSE, 1 - math.prod(1 - one.score for one in told))
    if score < LEAST:
        return "many meanings"
    return Link(*own, iri, "closeMatch", round(score, 4), "; ".join(map(_evidence, told)))


def _evidence(one: _Meeting) -> str:
    said = f'{one.own_kind} "{one.own}" is its {one.other_kind} "{one.other}"'
    said += f", one of {one.terms} terms that answer to it" if one.terms > 1 else ""
    several = one.own_kind == "label" and one.entities > 1
    return said + (f", one of {one.entities} entities with this label" if several else "")


def _short(name: str) -> bool:
    return len(key(name).replace(" ", "")) <= SHORT


def _abbreviated(*names: str) -> bool:
    """Tell whether one of the names is a word of capitals for the most part: LLM, GANs, mAP."""
    for name in names:
        capitals = sum(sign.isupper() for sign in name)
        letters = sum(sign.isalpha() for sign in name)
        if 2 <= capitals >= letters / 2 and " " not in name and len(name) <= _LONGEST:
            return True
    return False
