"""A question in, an answer out: SPARQL over a graph, and the queries that come with it.

Query text is hostile: it only reads, opens no socket (SERVICE is refused), and its parameters are
bound as terms, never put into the text. How long it may run is for the caller to say.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryTriples,
    Variable,
)

from kg.errors import KgError
from kg.graph import PREFIXES
from kg.opened import Graph
from kg.query.answers import FORMATS as FORMATS
from kg.query.answers import Answer as Answer
from kg.query.answers import Term
from kg.query.answers import render as render
from kg.query.binding import bind
from kg.query.questions import Parameter as Parameter
from kg.query.questions import SavedQuery as SavedQuery
from kg.query.questions import load
from kg.query.questions import saved as saved
from kg.query.safety import (
    QUERIES,
    UPDATES,
    names_dataset,
    refuse_depth,
    refuse_service,
    words,
)
from kg.query.things import KINDS, find
from kg.query.things import Thing as Thing
from kg.terms import plain, short

#: Of the things that a name may stand for, how many are shown.
LISTED = 9


@dataclass(frozen=True, slots=True, order=True)
class Count:
    """A figure of the graph."""

    what: str
    number: float


def ask(
    graph: Graph, query: str | Path, *, parameters: Mapping[str, str] = MappingProxyType({})
) -> Answer:
    """Answer a saved query by its name, a ``.rq`` file by its path, or SPARQL by its text.

    A parameter that is declared with a kind is bound to the thing so called, by its label, an
    alias, an identifier or its IRI; of several none is chosen. Any other is bound as a number where
    its default is one, else as a string, and its column is left out. A query that declares none
    takes any of its variables, bound as an IRI where the value stands in ``<>``. Prefixes of
    ``kg.graph.PREFIXES`` need no declaration. Unless the query says FROM, it sees all graphs as
    one.
    Raises KgError for a query or a parameter that cannot be.
    """
    question = load(query)
    refuse_depth(question.text, question.name)
    refuse_service(question.text, question.name)
    terms, things = _bindings(graph, question, parameters)
    return _answer(graph, question, terms, tuple(things.items()))


def stats(graph: Graph) -> tuple[Count, ...]:
    """Count what the graph holds: the saved query ``coverage-of-the-graph``, then all quads."""
    counts = [
        Count(what.value, float(number.value))
        for what, number in ask(graph, "coverage-of-the-graph").rows
        if isinstance(what, Literal) and isinstance(number, Literal)
    ]
    return (*counts, Count("quads", float(len(graph.store))))


def render_stats(counts: Sequence[Count]) -> str:
    """Write one figure a line, aligned."""
    wide = max((len(count.what) for count in counts), default=0)
    return "".join(f"{count.what:<{wide}}  {count.number:>12,.10g}\n" for count in counts)


def _bindings(
    graph: Graph, question: SavedQuery, values: Mapping[str, str]
) -> tuple[dict[str, Term], dict[str, Thing]]:
    """Return what the parameters are bound to, and the things among it."""
    parameters = question.parameters or _variables(question, values)
    known = {parameter.name: parameter for parameter in parameters}
    for name in values:
        if name not in known:
            there = ", ".join(known) or "none"
            raise KgError(f"{question.name}: no parameter {name!r}: there is {there}")
    terms: dict[str, Term] = {}
    things: dict[str, Thing] = {}
    for name, parameter in known.items():
        value = values.get(name, parameter.default)
        if value is None:
            raise KgError(
                f"{question.name}: needs {name} ({parameter.about or 'a value'}):"
                f" add --param {name}=..."
            )
        if parameter.kind is None:
            declared = bool(question.parameters)
            terms[name] = _term(graph, parameter, value.strip(), declared=declared)
            continue
        if parameter.kind not in KINDS:
            kinds = ", ".join(KINDS)
            raise KgError(f"parameter {name}: no kind {parameter.kind!r}: use {kinds}")
        if value.strip():
            things[name] = _thing(graph, name, value.strip(), parameter.kind)
            terms[name] = NamedNode(things[name].iri)
    return terms, things


def _variables(question: SavedQuery, values: Mapping[str, str]) -> tuple[Parameter, ...]:
    """Take the variables of a query that declares nothing for what it can be asked with."""
    names = {name[1:] for name in re.findall(r"[?$]\w+", question.text)}
    return tuple(Parameter(name) for name in sorted(names & set(values)))


def _thing(graph: Graph, parameter: str, value: str, kind: str) -> Thing:
    """Return the one thing that a value names; KgError that lists them where it names several."""
    found = {thing.iri: thing for thing in find(graph, value, kind)}
    if len(found) == 1:
        return found.popitem()[1]
    ranked = sorted(found.values(), key=lambda thing: (-graph.index.papers(thing.iri), thing))
    lines = [f"parameter {parameter}: {value!r} is the name of {len(found)} things: give one"]
    for thing in ranked[:LISTED]:
        papers = graph.index.papers(thing.iri)
        said = f"{thing.kind}, {papers} paper" + "s" * (papers != 1)
        # Without its brackets, which a shell would take for a file.
        address = plain(short(thing.iri, graph.base)).strip("<>")
        lines.append(f"  {parameter}={address}  {plain(thing.name)} ({said})")
    if len(found) > LISTED:
        lines.append(f"  and {len(found) - LISTED} more, of fewer papers")
    raise KgError("\n".join(lines))


def _term(graph: Graph, parameter: Parameter, value: str, *, declared: bool) -> Term:
    """Return a value as a number, a string or, where nothing is declared, an IRI in ``<>``."""
    if parameter.default is not None and parameter.default.isdecimal():
        if not re.fullmatch(r"[0-9]{1,18}", value):
            raise KgError(f"parameter {parameter.name}: {value!r} is no whole number: give one")
        return Literal(int(value))
    try:
        if not declared and value.startswith("<") and value.endswith(">"):
            name = value[1:-1]
            absolute = re.match(r"[A-Za-z][\w+.-]*:", name)
            return NamedNode(name if absolute else graph.base + name)
        return Literal(value)
    except ValueError as error:
        reason = " ".join(str(error).split())
        raise KgError(f"parameter {parameter.name}: {value!r} cannot be: {reason}") from error


def _answer(
    graph: Graph,
    question: SavedQuery,
    terms: Mapping[str, Term],
    bound: tuple[tuple[str, Thing], ...],
) -> Answer:
    base = graph.base
    known = set(words(question.text))
    hidden = {parameter.name for parameter in question.parameters if parameter.kind is None}
    try:
        found = graph.store.query(
            bind(question.text, {Variable(name): term for name, term in terms.items()}),
            base_iri=base,
            prefixes=dict(PREFIXES),
            use_default_graph_as_union=not names_dataset(question.text),
        )
        if isinstance(found, QueryBoolean):
            return Answer(truth=bool(found), base=base, bound=bound)
        if isinstance(found, QueryTriples):
            columns = ("subject", "predicate", "object")
            return Answer(columns, _triples(found), True, base=base, bound=bound)
        variables = tuple(v.value for v in found.variables if v.value not in hidden)
        rows = [tuple(solution[name] for name in variables) for solution in found]
    except SyntaxError as error:
        if known & UPDATES and not known.intersection(QUERIES):
            raise KgError(
                f"{question.name}: changes the graph, and a query only reads:"
                f" use {', '.join(QUERIES)}"
            ) from error
        raise KgError(f"{question.name}: not SPARQL: {' '.join(str(error).split())}") from error
    except (RuntimeError, ValueError, OSError) as error:
        raise KgError(f"{question.name}: {' '.join(str(error).split())}") from error
    if "ORDER" not in known:
        rows.sort(key=lambda row: ["" if term is None else str(term) for term in row])
    return Answer(variables, tuple(rows), base=base, bound=bound)


def _triples(found: QueryTriples) -> tuple[tuple[Term, Term, Term], ...]:
    quads = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in found)
    # A store names blank nodes at random; canonical names keep the bytes equal.
    quads.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    rows = {(quad.subject, quad.predicate, quad.object) for quad in quads}
    return tuple(sorted(rows, key=lambda row: [str(term) for term in row]))
