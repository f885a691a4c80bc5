"""The pages of the question library: all questions, and one with its form and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import unquote, urlencode

from pyoxigraph import Literal, NamedNode

from kg.errors import KgError
from kg.opened import Graph
from kg.query import Answer, Parameter, SavedQuery, ask, saved
from kg.query.answers import NUMBERS, Term
from kg.query.questions import search
from kg.query.things import Thing, find
from kg.serve.editor import filled
from kg.serve.pages.lookup import Anchor, anchor
from kg.serve.pages.sheet import Parameters, Sheet, address
from kg.terms import short

#: Rows of an answer that a page shows.
MOST_ROWS = 500
#: Things that are listed for a name that several bear.
MOST_MEANINGS = 50


@dataclass(frozen=True, slots=True)
class Field:
    """An input of the form."""

    parameter: Parameter
    value: str
    example: str


def library(graph: Graph, parameters: Parameters) -> Sheet:
    """Show all questions by what they are about."""
    groups = [
        (about, [(one, _example(one)) for one in group])
        for about, group in groupby(search(), key=lambda one: one.about)
    ]
    return Sheet("questions.html", "Questions", {"groups": groups})


def show(graph: Graph, name: str, parameters: Parameters) -> Sheet | None:
    """Show a question and, where its parameters are given, its answer; None where there is none."""
    found = saved().get(unquote(name))
    if found is None:
        return None
    names = {parameter.name for parameter in found.parameters}
    given = {key: value for key, value in parameters.items() if key in names and value.strip()}
    free = all(parameter.default is not None for parameter in found.parameters)
    asked = "ask" in parameters or bool(given) or (free and not found.whole)
    filling: dict[str, object] = {
        "question": found,
        "fields": [_field(parameter, found, given) for parameter in found.parameters],
        "example": _example(found),
        "asked": asked,
        **(_answered(graph, found, given) if asked else {}),
    }
    return Sheet("question.html", found.title, filling)


def _field(parameter: Parameter, found: SavedQuery, given: Mapping[str, str]) -> Field:
    value = given.get(parameter.name, parameter.default or "")
    return Field(parameter, value, found.example.get(parameter.name, ""))


def _example(found: SavedQuery) -> str | None:
    """Return the address of the example; None where the question takes nothing."""
    return f"/questions/{found.name}?{urlencode(found.example)}" if found.example else None


def _answered(graph: Graph, found: SavedQuery, given: Mapping[str, str]) -> dict[str, object]:
    """Ask, or tell of the first name that several things bear, or of what is wrong."""
    try:
        for parameter in found.parameters:
            name = given.get(parameter.name, parameter.default or "")
            if parameter.kind is not None and name.strip():
                things = find(graph, name, parameter.kind)
                if len({thing.iri for thing in things}) > 1:
                    return {"name": name, "meanings": _meanings(graph, parameter, given, things)}
        answer = ask(graph, found.name, parameters=given)
    except KgError as error:
        return {"wrong": str(error).splitlines()}
    values = {one.name: given.get(one.name, one.default or "") for one in found.parameters}
    # What a name was bound to stands above the table, not in each of its rows.
    shown = [at for at, name in enumerate(answer.variables) if name not in dict(answer.bound)]
    return {
        "answer": answer,
        "columns": [(answer.variables[at], _numeric(answer, at)) for at in shown],
        "rows": [[_cell(graph, row[at]) for at in shown] for row in answer.rows[:MOST_ROWS]],
        "bound": [(name, anchor(graph, thing.iri)) for name, thing in answer.bound],
        "sparql": filled(graph, found, values),
        "editor": f"/query?{urlencode({'question': found.name, **values})}",
    }


def _meanings(
    graph: Graph, parameter: Parameter, given: Mapping[str, str], things: tuple[Thing, ...]
) -> list[tuple[Anchor, Anchor, int]]:
    """Link the question with each meaning of a name, and the thing itself, the most named first."""
    found = {thing.iri: thing for thing in things}
    ranked = sorted(found.values(), key=lambda thing: (-graph.index.papers(thing.iri), thing))
    return [
        (
            Anchor(thing.name, address(given, **{parameter.name: thing.iri}), thing.kind),
            anchor(graph, thing.iri, thing.iri.removeprefix(graph.base)),
            graph.index.papers(thing.iri),
        )
        for thing in ranked[:MOST_MEANINGS]
    ]


def _cell(graph: Graph, term: Term | None) -> Anchor:
    if isinstance(term, NamedNode):
        return anchor(graph, term.value, short(term.value, graph.base).strip("<>"))
    return Anchor("" if term is None else getattr(term, "value", str(term)))


def _numeric(answer: Answer, at: int) -> bool:
    """Tell whether a column holds numbers only, and stands to the right."""
    terms = [row[at] for row in answer.rows if row[at] is not None]
    return bool(terms) and all(
        isinstance(term, Literal) and term.datatype in NUMBERS for term in terms
    )
