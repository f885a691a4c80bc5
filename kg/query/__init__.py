"""A question in, an answer out: SPARQL over a graph, and the queries that come with it.

Query text is hostile: it only reads, opens no socket (SERVICE is refused), and its parameters are
bound as terms, never put into the text. How long it may run is for the caller to say.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
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
    Store,
    Variable,
)

from kg.errors import KgError
from kg.graph import PREFIXES
from kg.query.answers import FORMATS as FORMATS
from kg.query.answers import Answer as Answer
from kg.query.answers import Term
from kg.query.answers import render as render
from kg.query.questions import Parameter as Parameter
from kg.query.questions import SavedQuery as SavedQuery
from kg.query.questions import load
from kg.query.questions import saved as saved
from kg.query.safety import QUERIES, UPDATES, refuse_depth, refuse_service, words
from kg.query.things import KINDS, find
from kg.query.things import Thing as Thing
from kg.vocab import BASE


@dataclass(frozen=True, slots=True, order=True)
class Count:
    """A figure of the graph."""

    what: str
    number: float


def ask(
    store: Store,
    query: str | Path,
    *,
    parameters: Mapping[str, str] = MappingProxyType({}),
    base: str = BASE,
) -> Answer:
    """Answer a saved query by its name, a ``.rq`` file by its path, or SPARQL by its text.

    A parameter that is declared with a kind is bound to the thing so called; where several are,
    the answers to each follow one another. Any other is bound as a number where its default is
    one, else as a string, and its column is left out. A query that declares none takes any of its
    variables, bound as an IRI where the value stands in ``<>``. In a SELECT a parameter must be
    projected, as pyoxigraph binds no other. Prefixes of ``kg.graph.PREFIXES`` need no
    declaration. Unless the query says FROM, it sees all graphs as one.
    Raises KgError for a query or a parameter that cannot be.
    """
    question = load(query)
    refuse_depth(question.text, question.name)
    refuse_service(question.text, question.name)
    known = set(words(question.text))
    hidden = {parameter.name for parameter in question.parameters if parameter.kind is None}
    answers = [
        _answer(store, question, bound, hidden, known, base)
        for bound in _bindings(store, question, parameters, base)
    ]
    joined = answers[0]
    if len(answers) == 1:
        return joined
    return Answer(
        joined.variables,
        tuple(row for answer in answers for row in answer.rows),
        joined.graph,
        None if joined.truth is None else any(answer.truth for answer in answers),
        base,
    )


def stats(store: Store) -> tuple[Count, ...]:
    """Count what the graph holds: the saved query ``coverage-of-the-graph``, then all quads."""
    counts = [
        Count(what.value, float(number.value))
        for what, number in ask(store, "coverage-of-the-graph").rows
        if isinstance(what, Literal) and isinstance(number, Literal)
    ]
    return (*counts, Count("quads", float(len(store))))


def render_stats(counts: Sequence[Count]) -> str:
    """Write one figure a line, aligned."""
    wide = max((len(count.what) for count in counts), default=0)
    return "".join(f"{count.what:<{wide}}  {count.number:>12,.10g}\n" for count in counts)


def _bindings(
    store: Store, question: SavedQuery, values: Mapping[str, str], base: str
) -> Iterator[dict[str, Term]]:
    """Yield what the parameters are bound to, once for each choice of things they may mean."""
    parameters = question.parameters or _variables(question, values)
    known = {parameter.name: parameter for parameter in parameters}
    for name in values:
        if name not in known:
            there = ", ".join(known) or "none"
            raise KgError(f"{question.name}: no parameter {name!r}: there is {there}")
    choices: list[list[tuple[str, Term]]] = []
    for parameter in parameters:
        value = values.get(parameter.name, parameter.default)
        if value is None:
            raise KgError(
                f"{question.name}: needs {parameter.name} ({parameter.about or 'a value'}):"
                f" add --param {parameter.name}=..."
            )
        terms = _terms(store, parameter, value.strip(), base, declared=bool(question.parameters))
        choices.append([(parameter.name, term) for term in terms])
    for choice in itertools.product(*filter(None, choices)):
        yield dict(choice)


def _variables(question: SavedQuery, values: Mapping[str, str]) -> tuple[Parameter, ...]:
    """Take the variables of a query that declares nothing for what it can be asked with."""
    names = {name[1:] for name in re.findall(r"[?$]\w+", question.text)}
    return tuple(Parameter(name) for name in sorted(names & set(values)))


def _terms(
    store: Store, parameter: Parameter, value: str, base: str, *, declared: bool
) -> list[Term]:
    """Return the terms that a value may mean; none, where it leaves the parameter free."""
    if parameter.kind is not None:
        if parameter.kind not in KINDS:
            kinds = ", ".join(KINDS)
            raise KgError(f"parameter {parameter.name}: no kind {parameter.kind!r}: use {kinds}")
        if not value:
            return []
        return [NamedNode(thing.iri) for thing in find(store, value, parameter.kind, base=base)]
    if parameter.default is not None and parameter.default.isdecimal():
        if not re.fullmatch(r"[0-9]{1,18}", value):
            raise KgError(f"parameter {parameter.name}: {value!r} is no whole number: give one")
        return [Literal(int(value))]
    try:
        if not declared and value.startswith("<") and value.endswith(">"):
            name = value[1:-1]
            return [NamedNode(name if re.match(r"[A-Za-z][\w+.-]*:", name) else base + name)]
        return [Literal(value)]
    except ValueError as error:
        reason = " ".join(str(error).split())
        raise KgError(f"parameter {parameter.name}: {value!r} cannot be: {reason}") from error


def _answer(
    store: Store,
    question: SavedQuery,
    bound: Mapping[str, Term],
    hidden: set[str],
    known: set[str],
    base: str,
) -> Answer:
    try:
        found = store.query(
            question.text,
            base_iri=base,
            prefixes=dict(PREFIXES),
            use_default_graph_as_union="FROM" not in known,
            substitutions={Variable(name): term for name, term in bound.items()},
        )
        if isinstance(found, QueryBoolean):
            return Answer(truth=bool(found), base=base)
        if isinstance(found, QueryTriples):
            return Answer(("subject", "predicate", "object"), _triples(found), True, base=base)
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
    return Answer(variables, tuple(rows), base=base)


def _triples(found: QueryTriples) -> tuple[tuple[Term, Term, Term], ...]:
    quads = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in found)
    # A store names blank nodes at random; canonical names keep the bytes equal.
    quads.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    rows = {(quad.subject, quad.predicate, quad.object) for quad in quads}
    return tuple(sorted(rows, key=lambda row: [str(term) for term in row]))
