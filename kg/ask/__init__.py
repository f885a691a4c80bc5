"""Words in, the nearest saved question filled with what they name out, and its answer.

No query is made up: a question of the library is chosen by its wordings, and its parameters are
names and numbers of the words.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import dropwhile

from kg import query
from kg.ask.names import Name, find
from kg.ask.scalars import SAID, scalars
from kg.ask.wordings import SLOT, Likeness, Wording, lexical, library, split, stem, usual
from kg.errors import KgError
from kg.opened import Graph
from kg.query import Answer, Parameter, SavedQuery
from kg.query.answers import plain, short
from kg.search.things import KINDS

#: Score from which a question is near enough to be asked.
NEAR = 0.22
#: How many other questions are told.
OTHERS = 2
#: Most characters of words.
LONGEST = 400
#: What a score gains by a name that the question takes.
TAKEN = 0.1
#: What it loses by a word that no question has, by a thing that must be named and that the words do
#: not name or the graph does not know, and by a number or a text that must be given and is not.
FOREIGN, UNNAMED, UNFILLED = 0.12, 0.3, 0.1


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person's words were taken for."""

    words: str
    question: SavedQuery
    #: As ``kg.query.ask`` takes them.
    parameters: Mapping[str, str]
    #: Names and numbers of the words that the question takes no notice of, in their order.
    unused: tuple[str, ...]
    #: Likeness to a wording, 0 to 1, and what names change in it.
    score: float
    #: The next nearest questions.
    others: tuple[SavedQuery, ...]

    @property
    def near(self) -> bool:
        """Tell whether the question is near enough to be asked."""
        return self.score >= NEAR


@dataclass(frozen=True, slots=True)
class _Filled:
    """A wording, filled as well as the words can, with how well they fit it."""

    wording: Wording
    parameters: Mapping[str, str]
    #: Where the words stand that its parameters took.
    spans: tuple[tuple[int, int], ...]
    score: float


def nearest(graph: Graph, words: str, *, likeness: Likeness = lexical) -> Asked:
    """Find the saved question that is worded most like a person's words, and fill it from them.

    Raises KgError for words that are none, or too many.
    """
    text = " ".join(words.split())
    if not 0 < len(text) <= LONGEST:
        raise KgError(f"{len(text)} characters of words: ask with 1 to {LONGEST}")
    names = find(graph, text, usual())
    likeness = cache(likeness)
    best: dict[str, _Filled] = {}
    for number, wording in enumerate(library()):
        filled = _fill(text, names, number, likeness)
        known = best.setdefault(wording.question.name, filled)
        if filled.score > known.score:
            best[wording.question.name] = filled
    first, *rest = sorted(best.values(), key=lambda filled: -filled.score)
    return Asked(
        text,
        first.wording.question,
        first.parameters,
        _unused(text, names, first.spans),
        first.score,
        tuple(filled.wording.question for filled in rest[:OTHERS]),
    )


def _fill(text: str, names: Sequence[Name], number: int, likeness: Likeness) -> _Filled:
    """Fill a wording with names and values of the words, and weigh how well it fits them."""
    wording = library()[number]
    parameters = wording.question.parameters
    taken = _taken(wording, names)
    rest = _without(text, ((name.start, name.end) for name in taken.values()))
    values = scalars(parameters, rest)
    rest = _without(rest, ((value.start, value.end) for value in values.values()))
    needed = [p for p in parameters if p.default is None]
    things = {slot for slot, name in taken.items() if name.kinds}
    foreign = [word for word in split(rest) if stem(word) not in usual()]
    score = (
        likeness(" ".join(rest.split()))[number]
        + TAKEN * len(things)
        - FOREIGN * len(foreign)
        - UNNAMED * sum(p.kind is not None and p.name not in things for p in needed)
        - UNFILLED * sum(p.kind is None and p.name not in {*taken, *values} for p in needed)
    )
    kinds = {p.name: KINDS[p.kind] if p.kind else () for p in parameters}
    filled = {slot: _asked_for(name, kinds[slot]) for slot, name in taken.items()}
    filled |= {slot: value.value for slot, value in values.items()}
    spans = [(name.start, name.end) for name in taken.values()]
    spans += [(value.start, value.end) for value in values.values()]
    return _Filled(wording, filled, tuple(spans), score)


def _taken(wording: Wording, names: Sequence[Name]) -> Mapping[str, Name]:
    """Give each parameter that takes a name one that fits, those of the wording first.

    What must be named takes a name that the graph does not know where it knows none.
    """
    wanted = {p.name: p for p in wording.question.parameters if p.kind or p.name not in SAID}
    slots = [slot for slot in wording.slots if slot in wanted]
    taken: dict[str, Name] = {}
    for slot in dict.fromkeys([*slots, *wanted]):
        free = [n for n in names if not any(n.meets(o.start, o.end) for o in taken.values())]
        name = next((name for name in free if _fits(name, wanted[slot])), None)
        if name is None and wanted[slot].default is None:
            name = next((name for name in free if not name.kinds), None)
        if name is not None:
            taken[slot] = name
    # Names of one kind go to the slots of that kind in the order of both.
    ordered: dict[str, Name] = {}
    for kind in dict.fromkeys(wanted[slot].kind for slot in taken):
        alike = [slot for slot in taken if wanted[slot].kind == kind]
        ordered.update(
            zip(alike, sorted((taken[s] for s in alike), key=lambda n: n.start), strict=True)
        )
    return ordered


def _fits(name: Name, parameter: Parameter) -> bool:
    """Tell whether a name is of a parameter's kind; a text takes what the graph does not know."""
    if parameter.kind is None:
        return name.quoted or not name.kinds
    return not name.kinds.keys().isdisjoint(KINDS[parameter.kind])


def _asked_for(name: Name, kinds: Iterable[str]) -> str:
    return next((name.kinds[kind] for kind in kinds if kind in name.kinds), name.text)


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Blank stretches of a text; what follows stays where it is."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _unused(text: str, names: Iterable[Name], spans: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    """Return the names and numbers of the words outside some spans, in their order."""
    unused: dict[int, str] = {}
    for name in names:
        if not any(name.meets(*span) for span in spans):
            unused[name.start] = name.text
            spans = [*spans, (name.start, name.end)]
    numbers = re.finditer(r"\d+", _without(text, spans))
    unused.update((number.start(), number[0]) for number in numbers)
    return tuple(unused[start] for start in sorted(unused))


def ask(graph: Graph, words: str) -> tuple[Asked, Answer]:
    """Ask the saved question that is nearest to a person's words.

    Raises KgError where none is near, where what it needs is not in the words or not in the graph,
    and where a name means several things.
    """
    asked = nearest(graph, words)
    question = asked.question
    if not asked.near:
        near = _told((question, *asked.others), asked.parameters).rstrip("\n")
        raise KgError(f"no saved question is near to these words; the nearest are\n{near}")
    for parameter in question.parameters:
        if parameter.default is None and parameter.name not in asked.parameters:
            needed = f"{parameter.name} ({parameter.about})"
            raise KgError(
                f"taken for {question.title!r}, which needs {needed}: say it in the words"
            )
    try:
        return asked, query.ask(graph, question.name, parameters=asked.parameters)
    except KgError as error:
        raise KgError(f"taken for {question.title!r}: {error}") from error


def render(asked: Asked, answer: Answer, form: str = "table", *, width: int = 100) -> str:
    """Write an answer as ``kg.query.render`` does; a table with what was asked, and what else.

    Raises KgError for an unknown form.
    """
    written = query.render(answer, form, width=width)
    if form != "table":
        return written
    others = _told(asked.others, asked.parameters)
    return f"{explain(asked, answer)}\n{written}\nnear as well:\n{others}"


def explain(asked: Asked, answer: Answer) -> str:
    """Write what a person's words were taken for: the question, its parameters, its SPARQL."""
    question = asked.question
    things = {name: f"{thing.name} {short(thing.iri, answer.base)}" for name, thing in answer.bound}
    lines = [f"{question.title} ({question.name})"]
    lines += [f"{name} = {things.get(name, value)}" for name, value in asked.parameters.items()]
    if asked.unused:
        lines.append(f"no notice taken of: {', '.join(asked.unused)}")
    body = dropwhile(lambda line: line[:1] in ("", "#"), question.text.splitlines())
    return "\n".join([*map(plain, lines), "", *body]) + "\n"


def _told(questions: Iterable[SavedQuery], parameters: Mapping[str, str]) -> str:
    """Write a line for each question: its title, and words that ask it."""
    return "".join(f"  {one.title}: {plain(_in_words(one, parameters))}\n" for one in questions)


def _in_words(question: SavedQuery, parameters: Mapping[str, str]) -> str:
    """Write the first wording of a question about given things, or else about its example."""
    told = {**question.example, **parameters}
    return SLOT.sub(lambda slot: told.get(slot[1], slot[1]), (*question.asks, question.title)[0])
