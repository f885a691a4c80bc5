"""A path in, a graph for Python and notebooks out: tables of pandas, rdflib's graph, networkx's."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import networkx
import numpy
import rdflib
from oxrdflib import OxigraphStore
from pyoxigraph import Literal, NamedNode

from kg import ask as asking
from kg import opened, store
from kg import query as querying
from kg import why as reasons
from kg.errors import KgError
from kg.query.answers import Answer, Term
from kg.search.things import see
from kg.terms import PREFIXES, plain
from kg.writers import graphml

if TYPE_CHECKING:
    import pandas

#: Classes that a summary counts, with the word for many of them.
COUNTED: Mapping[str, str] = {
    "Paper": "papers",
    "Method": "methods",
    "Dataset": "datasets",
    "Task": "tasks",
    "Concept": "concepts",
    "Author": "authors",
    "Venue": "venues",
    "Mention": "mentions",
    "Statement": "statements",
}

#: The entities that most papers name; to order ties here would take most of the time.
MOST_NAMED = """
SELECT ?entity (COUNT(?paper) AS ?papers) WHERE { ?paper kg:mentions ?entity }
GROUP BY ?entity ORDER BY DESC(?papers) LIMIT 1000
"""
#: How many of them a summary shows.
SHOWN = 10

#: Columns of a search, and of the reasons for something, with their types.
HITS: Mapping[str, str] = {
    "kind": "string",
    "name": "string",
    "iri": "string",
    "papers": "Int64",
    "snippet": "string",
    "score": "float64",
}
REASONS: Mapping[str, str] = {
    "subject": "string",
    "predicate": "string",
    "object": "string",
    "confidence": "float64",
    "sentence": "string",
    "title": "string",
    "paper": "string",
    "abstract": "string",
    "start": "Int64",
    "end": "Int64",
}

#: Type of a column, and what makes its values of the texts of literals.
Column: TypeAlias = tuple[str, Callable[[str], object]]
TEXT: Column = ("string", str)
WHOLE: Column = ("Int64", lambda text: int(numpy.int64(text)))
REAL: Column = ("float64", float)
#: Datatype of the literals of a column to its type; of any other, it is text.
COLUMNS: Mapping[str, Column] = {
    "integer": WHOLE,
    "gYear": WHOLE,
    "decimal": REAL,
    "double": REAL,
    "float": REAL,
    "boolean": ("boolean", {"true": True, "false": False}.__getitem__),
    "date": ("datetime64[s]", date.fromisoformat),
}


class LoadedGraph:
    """A graph open for reading; ``len`` counts its quads."""

    def __init__(self, path: Path) -> None:
        """Open a store or an RDF file; KgError where there is none, or where it is damaged."""
        self._path = path
        self._graph = opened.open(path)

    def query(self, question: str | Path, /, **parameters: object) -> "pandas.DataFrame":
        """Answer a saved question by its name, a ``.rq`` file, or SPARQL, as ``kg.query.ask`` does.

        A column has the type of its literals: whole numbers and years are Int64, others float64,
        dates datetime64, all else string, IRIs in full. An ASK gives the one column ``answer``,
        a CONSTRUCT ``subject``, ``predicate``, ``object``. KgError for what cannot be asked.
        """
        given = {name: str(value) for name, value in parameters.items()}
        return _answered(querying.ask(self._graph, question, parameters=given))

    def ask(self, words: str) -> "pandas.DataFrame":
        """Answer the saved question that is nearest to words; KgError where none is near.

        ``attrs`` of the table tell the ``question``, its ``parameters`` and its ``sparql``.
        """
        asked, answer = asking.ask(self._graph, words)
        table = _answered(answer)
        table.attrs["question"] = asked.question.title
        table.attrs["parameters"] = dict(asked.parameters)
        table.attrs["sparql"] = asked.question.text
        return table

    def search(self, words: str, *, kind: str = "Thing", most: int = 20) -> "pandas.DataFrame":
        """Return the things that answer words, the best first; KgError for an unknown kind."""
        found = self._graph.index.search(words, kinds=[kind], most=most)
        rows = (
            (
                hit.kind,
                hit.name,
                hit.iri,
                hit.papers,
                "".join(piece for piece, _ in hit.snippet),
                hit.score,
            )
            for hit in found.hits
        )
        return _table(HITS, rows)

    def why(self, name: str, other: str | None = None) -> "pandas.DataFrame":
        """Return the sentences behind a thing or behind what links two, a row for each claim.

        Offsets count the characters of the abstract. KgError as ``kg.why.why`` has it.
        """
        rows = (
            (
                reason.subject.name,
                reason.predicate,
                reason.object.name,
                reason.confidence or None,
                passage.text,
                passage.paper.name,
                passage.paper.iri,
                passage.abstract,
                passage.start,
                passage.end,
            )
            for reason in reasons.why(self._graph, name, other).reasons
            for passage in reason.passages
        )
        return _table(REASONS, rows)

    @cached_property
    def graph(self) -> rdflib.Dataset:
        """The graph for rdflib; a query sees the evidence and the rest as one."""
        dataset = rdflib.Dataset(store=OxigraphStore(store=self._graph.store), default_union=True)
        for prefix, namespace in PREFIXES.items():
            dataset.bind(prefix, namespace)
        return dataset

    def to_networkx(self) -> "networkx.MultiDiGraph[str]":
        """Return the network that the GraphML export writes, each edge with its best sentence.

        Nodes have ``label``, ``type`` and ``papers``; edges ``predicate`` and, where a statement
        makes them, ``confidence``, ``support`` and ``sentence``.
        """
        return graphml.to_networkx(self._graph.store, evidence=True)

    def __len__(self) -> int:
        """Count the quads."""
        return len(self._graph.store)

    def __repr__(self) -> str:
        """Say in one line what the graph holds."""
        held = ", ".join(f"{number:,} {words}" for words, number in self._held.items())
        return f"<kg graph {plain(str(self._path))}: {held}>"

    def _repr_html_(self) -> str:
        """Write for a notebook what the graph holds, and what most of its papers name."""
        held = [(words, f"{number:,}") for words, number in self._held.items()]
        named = [(name, kind, f"{papers:,}") for name, kind, papers in self._most_named]
        return (
            f"<div><strong>{_html(self._path)}</strong>"
            f"{_rows(('what', 'number'), held)}{_rows(('most named', 'kind', 'papers'), named)}"
            "</div>"
        )

    @cached_property
    def _held(self) -> Mapping[str, int]:
        counts = store.manifest(self._path).get("counts")
        if not isinstance(counts, dict):
            counts = store.counts(self._graph.store)
        return {words: counts.get(name, 0) for name, words in COUNTED.items()}

    @cached_property
    def _most_named(self) -> Sequence[tuple[str, str, int]]:
        rows = querying.ask(self._graph, MOST_NAMED).rows
        named = sorted((-int(_text(papers)), _text(entity)) for entity, papers in rows)
        return [
            (thing.name, thing.kind, -papers)
            for papers, iri in named[:SHOWN]
            for thing in see(self._graph.store, NamedNode(iri))
        ]


def load(path: str | Path) -> LoadedGraph:
    """Open a graph for Python; KgError where there is none, or where it is damaged."""
    return LoadedGraph(Path(path))


def _answered(answer: Answer) -> "pandas.DataFrame":
    if answer.truth is not None:
        return _table({"answer": "boolean"}, [(answer.truth,)])
    typed = [_typed([row[at] for row in answer.rows]) for at in range(len(answer.variables))]
    types = {name: type_ for name, (type_, _) in zip(answer.variables, typed, strict=True)}
    return _table(types, zip(*(values for _, values in typed), strict=True))


def _typed(terms: Sequence[Term | None]) -> tuple[str, list[object]]:
    """Return the type of a column and its values; one of mixed datatypes is text."""
    columns = {_column(term) for term in terms if term is not None}
    if columns == {WHOLE, REAL}:
        columns = {REAL}
    type_, read = columns.pop() if len(columns) == 1 else TEXT
    try:
        return type_, [None if term is None else read(_text(term)) for term in terms]
    # Whatever its datatype says, a literal can hold any text.
    except (ValueError, KeyError, OverflowError):
        return TEXT[0], [None if term is None else _text(term) for term in terms]


def _column(term: Term) -> Column:
    if not isinstance(term, Literal):
        return TEXT
    return COLUMNS.get(term.datatype.value.removeprefix(PREFIXES["xsd"]), TEXT)


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _table(types: Mapping[str, str], rows: Iterable[Sequence[object]]) -> "pandas.DataFrame":
    """Make a table of columns of these types."""
    try:
        import pandas
    except ModuleNotFoundError as error:
        raise KgError(f"{error}; a table needs it: pip install 'kg[notebook]'") from error
    columns = list(zip(*rows, strict=True)) or [()] * len(types)
    return pandas.DataFrame(
        {
            name: pandas.Series(list(values), dtype=type_)
            for (name, type_), values in zip(types.items(), columns, strict=True)
        }
    )


def _rows(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table of HTML."""
    head = "".join(f'<th scope="col">{_html(cell)}</th>' for cell in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{_html(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _html(text: object) -> str:
    return escape(" ".join(plain(str(text)).split()))
