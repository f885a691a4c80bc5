"""A name in, the sentences behind it out; or two names, and the sentences that link them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby, product

from pyoxigraph import Literal, NamedNode, Store

from kg.errors import KgError
from kg.graph import term
from kg.opened import Graph
from kg.query.answers import plain, short
from kg.query.things import KINDS, Thing, find, see
from kg.vocab import BASE


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """A sentence of an abstract; offsets in code points, ``text == abstract[start:end]``."""

    paper: Thing
    #: IRI of the abstract.
    abstract: str
    start: int
    end: int
    text: str
    #: Where in ``text`` the things are named: starts and ends, sorted.
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """A claim of the graph with what says it."""

    subject: Thing
    #: A property without its prefix, ``proposes``, ``usedFor``; or one of ``UNSTATED``.
    predicate: str
    object: Thing
    #: 0 where no statement makes the claim.
    confidence: float
    #: In order of the papers' names, then of their text.
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """What was asked for, and why the graph holds it."""

    #: All that each name stands for.
    asked: tuple[tuple[Thing, ...], ...]
    #: By what is claimed of what, then by who claims it.
    reasons: tuple[Reason, ...]
    base: str = BASE


#: What holds where no statement does: a paper names a thing, two things share a sentence.
UNSTATED = ("mentions", "named with")


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where a thing is named: the IRI of the abstract, the sentence and the words in it."""

    abstract: str
    sentence: tuple[int, int]
    words: tuple[int, int]


def why(graph: Graph, name: str, other: str | None = None) -> Why:
    """Give the sentences behind a thing, or those behind what links two things.

    A name is a label, alias, title, identifier or IRI; all that it stands for counts. One name
    gives what papers claim of an entity, or all that a paper claims. Two give the statements
    between them in either direction or, where there is none, the sentences that name both.
    Raises KgError for a name that nothing bears, and for two that no sentence links.
    """
    store, base = graph.store, graph.base
    first = find(graph, name)
    if other is None:
        reasons = {reason for thing in first for reason in _about(store, thing)}
        return Why((first,), _sorted(reasons), base)
    second = find(graph, other)
    pairs = [(one, two) for one, two in product(first, second) if one != two]
    reasons = {reason for one, two in pairs for reason in _between(store, one, two)}
    if not reasons:
        reasons = {reason for one, two in pairs for reason in _together(store, one, two)}
    if not reasons:
        raise KgError(f"no sentence links {name!r} and {other!r}: ask for each of them alone")
    return Why((first, second), _sorted(reasons), base)


def render(found: Why, *, highlight: bool = False, most: int = 20) -> str:
    """Write the reasons for a terminal, at most so many sentences of each claim.

    The words stand in square brackets or, highlighted, between ANSI codes.
    """
    lines: list[str] = []
    for thing in chain.from_iterable(found.asked):
        lines.append(f"{plain(thing.name)}: {thing.kind} {plain(short(thing.iri, found.base))}")
    for claim, reasons in groupby(found.reasons, key=_claim):
        shown = [(reason, passage) for reason in reasons for passage in reason.passages]
        lines += ["", f"{claim}: {_counted(len(shown), 'sentence')}"]
        for reason, passage in shown[:most]:
            sure = f", confidence {reason.confidence:.2f}" if reason.confidence else ""
            where = f"{plain(passage.paper.name)}, characters {passage.start} to {passage.end}"
            lines += ["", f"  {_marked(passage, highlight)}", f"    {where}{sure}"]
        if len(shown) > most:
            lines += ["", f"  and {_counted(len(shown) - most, 'sentence')} more"]
    if not found.reasons:
        lines += ["", "no sentence names it"]
    return "\n".join(lines) + "\n"


def _about(store: Store, thing: Thing) -> Iterator[Reason]:
    """Yield what papers claim of an entity, or what a paper claims."""
    if thing.kind == "Paper":
        named: dict[str, list[_Place]] = defaultdict(list)
        for abstract in _subjects(store, "kg:of", thing.iri):
            for mention in _subjects(store, "kg:in", abstract):
                for entity in _nodes(store, mention, "kg:entity"):
                    named[entity].append(_place(store, mention))
        for entity, places in named.items():
            for seen in see(store, NamedNode(entity)):
                yield from _roles(store, thing, seen, places, _links(store, thing, seen))
    elif thing.kind in KINDS["Entity"]:
        stated = defaultdict(list)
        for statement in sorted(_subjects(store, "rdf:object", thing.iri)):
            for subject in _nodes(store, statement, "rdf:subject"):
                stated[subject].append(statement)
        for paper, places in _by_paper(store, _places(store, thing)).items():
            for seen in see(store, NamedNode(paper)):
                yield from _roles(store, seen, thing, places, stated[paper])


def _roles(
    store: Store, paper: Thing, thing: Thing, places: Iterable[_Place], links: Collection[str]
) -> Iterator[Reason]:
    """Yield what a paper claims of a thing that it names in these places, by these statements."""
    passages = _passages(store, places)
    for statement in links:
        yield Reason(paper, *_said(store, statement, thing), passages)
    if not links and passages:
        yield Reason(paper, UNSTATED[0], thing, 0, passages)


def _between(store: Store, one: Thing, two: Thing) -> Iterator[Reason]:
    if "Paper" in (one.kind, two.kind):
        paper, thing = (one, two) if one.kind == "Paper" else (two, one)
        places = _by_paper(store, _places(store, thing)).get(paper.iri, [])
        yield from _roles(store, paper, thing, places, _links(store, paper, thing))
        return
    for subject, other in ((one, two), (two, one)):
        for statement in _links(store, subject, other):
            evidence = [
                _place(store, mention) for mention in _nodes(store, statement, "kg:evidence")
            ]
            sentences = {(place.abstract, place.sentence) for place in evidence}
            both = [
                place
                for place in (*_places(store, one), *_places(store, two))
                if (place.abstract, place.sentence) in sentences
            ]
            passages = _passages(store, both or evidence)
            yield Reason(subject, *_said(store, statement, other), passages)


def _together(store: Store, one: Thing, two: Thing) -> Iterator[Reason]:
    """Yield the sentences that name both of two entities."""
    first, second = _places(store, one), _places(store, two)
    shared = {(place.abstract, place.sentence) for place in first}
    shared &= {(place.abstract, place.sentence) for place in second}
    both = [place for place in (*first, *second) if (place.abstract, place.sentence) in shared]
    if both:
        yield Reason(one, UNSTATED[1], two, 0, _passages(store, both))


def _said(store: Store, statement: str, other: Thing) -> tuple[str, Thing, float]:
    predicate = next(_nodes(store, statement, "rdf:predicate"))
    confidence = float(_text(store, statement, "kg:confidence") or 0)
    return predicate.rpartition("#")[2], other, confidence


def _passages(store: Store, places: Iterable[_Place]) -> tuple[Passage, ...]:
    sentences: dict[str, dict[tuple[int, int], set[tuple[int, int]]]] = defaultdict(dict)
    for place in places:
        sentences[place.abstract].setdefault(place.sentence, set()).add(place.words)
    passages = []
    for abstract, named in sentences.items():
        text = _text(store, abstract, "kg:text")
        papers = (NamedNode(paper) for paper in _nodes(store, abstract, "kg:of"))
        things = [thing for paper in papers for thing in see(store, paper)]
        for (start, end), words in named.items():
            marks = tuple(sorted((first - start, last - start) for first, last in words))
            for thing in things:
                passages.append(Passage(thing, abstract, start, end, text[start:end], marks))
    return tuple(sorted(passages))


def _by_paper(store: Store, places: Iterable[_Place]) -> dict[str, list[_Place]]:
    papers: dict[str, list[_Place]] = defaultdict(list)
    for place in places:
        for paper in _nodes(store, place.abstract, "kg:of"):
            papers[paper].append(place)
    return papers


def _places(store: Store, thing: Thing) -> list[_Place]:
    return [_place(store, mention) for mention in _subjects(store, "kg:entity", thing.iri)]


def _place(store: Store, mention: str) -> _Place:
    # One look at all of it: a common thing has thousands of mentions.
    quads = store.quads_for_pattern(NamedNode(mention), None, None, None)
    said = {q.predicate: q.object.value for q in quads if isinstance(q.object, NamedNode | Literal)}
    ends = ("kg:sentenceStart", "kg:sentenceEnd", "kg:start", "kg:end")
    first, last, start, end = (int(said.get(term(name), 0)) for name in ends)
    return _Place(said[term("kg:in")], (first, last), (start, end))


def _links(store: Store, subject: Thing, other: Thing) -> list[str]:
    """Return the statements from one thing to another, sorted."""
    # By way of the subject: a common object has as many statements as there are papers.
    return sorted(
        statement
        for statement in set(_subjects(store, "rdf:subject", subject.iri))
        if other.iri in _nodes(store, statement, "rdf:object")
    )


def _subjects(store: Store, predicate: str, node: str) -> Iterator[str]:
    for quad in store.quads_for_pattern(None, term(predicate), NamedNode(node), None):
        if isinstance(quad.subject, NamedNode):
            yield quad.subject.value


def _nodes(store: Store, node: str, predicate: str) -> Iterator[str]:
    for quad in store.quads_for_pattern(NamedNode(node), term(predicate), None, None):
        if isinstance(quad.object, NamedNode):
            yield quad.object.value


def _text(store: Store, node: str, predicate: str) -> str:
    quads = store.quads_for_pattern(NamedNode(node), term(predicate), None, None)
    return min((q.object.value for q in quads if isinstance(q.object, Literal)), default="")


def _sorted(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda reason: (_claim(reason), reason)))


def _claim(reason: Reason) -> str:
    paper = reason.subject.kind == "Paper"
    subject = "paper" if paper else f"{plain(reason.subject.name)} ({reason.subject.kind})"
    return f"{subject} {reason.predicate} {plain(reason.object.name)} ({reason.object.kind})"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _marked(passage: Passage, highlight: bool) -> str:
    before, after = ("\x1b[1;33m", "\x1b[0m") if highlight else ("[", "]")
    pieces, last = [], 0
    for start, end in passage.marks:
        start = max(start, last)
        pieces.append(plain(passage.text[last:start]))
        pieces.append(before + plain(passage.text[start:end]) + after)
        last = end
    return " ".join("".join([*pieces, plain(passage.text[last:])]).split())
