"""Answers in, text out: a table for a terminal, or one of the standard forms."""

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile
from types import MappingProxyType

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    RdfFormat,
    Triple,
    parse_query_results,
    serialize,
)

from kg.errors import KgError
from kg.graph import PREFIXES, printable
from kg.search.things import Thing
from kg.terms import plain as plain
from kg.terms import short as short
from kg.vocab import BASE

Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found: rows for SELECT, triples for CONSTRUCT and DESCRIBE, truth for ASK."""

    variables: tuple[str, ...] = ()
    #: In the order of the query, or sorted where it asks for none. None: no value.
    rows: tuple[tuple[Term | None, ...], ...] = ()
    #: Rows are triples.
    graph: bool = False
    truth: bool | None = None
    #: Namespace that the query's relative IRIs stood for.
    base: str = BASE
    #: Parameters that were given by a name, and what the name stood for.
    bound: tuple[tuple[str, Thing], ...] = ()


def render(answer: Answer, form: str = "table", *, width: int = 100) -> str:
    """Write an answer in one of ``FORMATS``; ``width`` counts columns of a terminal, for tables.

    Raises KgError for an unknown form, and for turtle where the answer is not a graph.
    """
    if form not in FORMATS:
        raise KgError(f"--format {form}: unknown: use {', '.join(FORMATS)}")
    return FORMATS[form](answer, width)


def _to_json(answer: Answer, width: int) -> str:
    """Follow SPARQL 1.1 Query Results JSON Format."""
    if answer.truth is not None:
        return json.dumps({"head": {}, "boolean": answer.truth}) + "\n"
    bindings = [
        {
            name: to_json(term)
            for name, term in zip(answer.variables, row, strict=True)
            if term is not None
        }
        for row in answer.rows
    ]
    results = {"head": {"vars": list(answer.variables)}, "results": {"bindings": bindings}}
    return json.dumps(results, ensure_ascii=False, indent=1) + "\n"


#: Datatype of a literal that is just a text.
STRING = NamedNode(PREFIXES["xsd"] + "string")
#: Datatypes of columns that stand to the right.
NUMBERS = tuple(NamedNode(PREFIXES["xsd"] + name) for name in ("integer", "decimal", "double"))


def to_json(term: Term) -> dict[str, object]:
    """Write a term as SPARQL 1.1 Query Results JSON Format has it."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        ends = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: to_json(end) for name, end in ends.items()}}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    if term.datatype == STRING:
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def _by_oxigraph(form: QueryResultsFormat) -> Callable[[Answer, int], str]:
    def write(answer: Answer, width: int) -> str:
        text = _to_json(answer, width).encode("utf-8", "surrogatepass")
        written = parse_query_results(text, QueryResultsFormat.JSON).serialize(format=form)
        return printable((written or b"").decode("utf-8").rstrip("\r\n")) + "\n"

    return write


def _to_turtle(answer: Answer, width: int) -> str:
    if not answer.graph:
        raise KgError("--format turtle: the answer is no graph: ask with CONSTRUCT or DESCRIBE")
    triples = (Triple(*row) for row in answer.rows)  # type: ignore[arg-type]  # none is None
    written = serialize(triples, format=RdfFormat.TURTLE, prefixes=dict(PREFIXES)) or b""
    lines = written.decode("utf-8").split("\n")
    # pyoxigraph writes prefixes in an order of its own, another one on each run.
    head = sorted(takewhile(lambda line: line.startswith("@prefix "), lines))
    return "\n".join(head + lines[len(head) :])


#: A column of a table is not made narrower than this.
NARROW = 8
#: Between two columns of a table.
GAP = "  "


def _to_table(answer: Answer, width: int) -> str:
    if answer.truth is not None:
        return "yes\n" if answer.truth else "no\n"
    cells = [[_cell(term, answer.base) for term in row] for row in answer.rows]
    needed = [max(map(_columns, column)) for column in zip(answer.variables, *cells, strict=True)]
    columns = _shown(answer, needed, width)
    widths = _widths([needed[at] for at in columns], width)
    right = [all(_numeric(row[at]) for row in answer.rows) for at in columns]
    shown = [[line[at] for at in columns] for line in (answer.variables, *cells)]
    shown.insert(1, ["-" * wide for wide in widths])
    written = [GAP.join(map(_fit, line, widths, right)).rstrip() for line in shown]
    hidden = [name for at, name in enumerate(answer.variables) if at not in columns]
    notes = [] if cells else ["no rows"]
    if hidden:
        notes.append(f"too wide to show: {', '.join(hidden)}; --format csv has all")
    return "\n".join([*written, *notes]) + "\n"


def _shown(answer: Answer, needed: Sequence[int], width: int) -> list[int]:
    """Choose columns: where they do not fit beside the texts, IRIs go, the last one first."""
    shown = list(range(len(needed)))
    texts = {at for at in shown if any(isinstance(row[at], Literal) for row in answer.rows)}
    for at in reversed(shown):
        if texts and at not in texts and _line([needed[at] for at in shown]) > width:
            shown.remove(at)
    return shown


def _widths(needed: Sequence[int], width: int) -> list[int]:
    """Give each column what it needs; where that is too much, take from the widest."""
    widths = [min(wide, width) for wide in needed]
    while _line(widths) > width and max(widths) > NARROW:
        widths[widths.index(max(widths))] -= 1
    return widths


def _line(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _cell(term: Term | None, base: str) -> str:
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return plain(short(term.value, base))
    if isinstance(term, Literal):
        return " ".join(plain(term.value).split())
    return plain(str(term))


def _numeric(term: Term | None) -> bool:
    return term is None or (isinstance(term, Literal) and term.datatype in NUMBERS)


def _columns(text: str) -> int:
    """Count the columns of a terminal that a text fills: two for a wide character, none to join."""
    return sum(
        0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )


def _fit(text: str, width: int, right: bool) -> str:
    if _columns(text) > width:
        filled = accumulate(map(_columns, text))
        kept = "".join(letter for letter, end in zip(text, filled, strict=True) if end < width)
        text = kept.rstrip() + "…"
    space = " " * (width - _columns(text))
    return space + text if right else text + space


#: Name of a form to its writer, which takes the answer and the width of the terminal.
FORMATS: Mapping[str, Callable[[Answer, int], str]] = MappingProxyType(
    {
        "table": _to_table,
        "csv": _by_oxigraph(QueryResultsFormat.CSV),
        "tsv": _by_oxigraph(QueryResultsFormat.TSV),
        "json": _to_json,
        "xml": _by_oxigraph(QueryResultsFormat.XML),
        "turtle": _to_turtle,
    }
)
