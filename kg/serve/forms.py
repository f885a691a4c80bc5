"""Rows, a truth or triples in, the bytes of a standard form out, within the limits of an answer.

SPARQL 1.1 Query Results JSON, XML, CSV and TSV are written here, since pyoxigraph writes them in
one go and cannot count rows; Turtle, N-Triples, JSON-LD and RDF/XML by pyoxigraph.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO, StringIO
from itertools import chain
from typing import TypeAlias, cast
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    Triple,
    serialize,
)

from kg.errors import KgError
from kg.query.answers import STRING, to_json
from kg.serve.messages import Limits
from kg.terms import PREFIXES, printable, term

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
#: None: no value.
Row: TypeAlias = tuple[Term | None, ...]
#: A blank node of the store to that of the answer.
Labels: TypeAlias = dict[BlankNode, BlankNode]

#: Datatype to the literals that TSV writes bare, as Turtle has them.
BARE: Mapping[NamedNode, re.Pattern[str]] = {
    term("xsd:integer"): re.compile(r"[+-]?[0-9]+", re.ASCII),
    term("xsd:decimal"): re.compile(r"[+-]?[0-9]*\.[0-9]+", re.ASCII),
    term("xsd:double"): re.compile(r"[+-]?(?:[0-9]+\.?|[0-9]*\.[0-9]+)[eE][+-]?[0-9]+", re.ASCII),
}

#: Form to its declaration of one prefix: pyoxigraph writes them in an order of its own.
PREFIX: Mapping[RdfFormat, bytes] = {
    RdfFormat.TURTLE: rb"@prefix [^\n]*\n",
    RdfFormat.RDF_XML: rb' xmlns:\w+="[^"]*"',
}
#: An element of RDF/XML without a name, which is what pyoxigraph makes of a property like ``/1``.
NAMELESS = re.compile(rb"</?\w+:[\s/>]")

#: What to do about too long an answer.
ADVICE = "ask for less, or for a part by LIMIT and OFFSET"


class TooMuch(KgError):
    """An answer beyond its limits."""


class _Body(BytesIO):
    """A file in memory that takes so many bytes, and no more."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, chunk: bytes, /) -> int:  # type: ignore[override]  # no other buffers come
        if self.tell() + len(chunk) > self._most:
            raise TooMuch(f"the answer is longer than {self._most:,} bytes: {ADVICE}")
        return super().write(chunk)


def truth(answer: QueryBoolean, form: QueryResultsFormat) -> bytes:
    """Write yes or no."""
    return (answer.serialize(format=form) or b"") + b"\n"


def table(
    names: Sequence[str], rows: Iterable[Row], form: QueryResultsFormat, limits: Limits
) -> bytes:
    """Write rows in their order; TooMuch where there are more than the limits allow."""
    body = _Body(limits.size)
    for piece in TABLES[form](names, _counted(rows, limits.rows)):
        body.write(piece.encode())
    return body.getvalue()


def graph(
    triples: Iterable[Triple],
    form: RdfFormat,
    limits: Limits,
    *,
    prefixes: Mapping[str, str] = PREFIXES,
) -> bytes:
    """Write triples, sorted, each once; TooMuch where there are more than the limits allow.

    Raises KgError where the form cannot hold them.
    """
    labels: Labels = {}
    once: set[Triple] = set()
    for triple in triples:
        once.add(cast(Triple, _renamed(triple, labels)))
        if len(once) > limits.rows:
            raise TooMuch(f"the answer has more than {limits.rows:,} triples: {ADVICE}")
    body = _Body(limits.size)
    serialize(sorted(once, key=str), body, form, prefixes=dict(prefixes))
    return _settled(body.getvalue(), form)


def _counted(rows: Iterable[Row], most: int) -> Iterator[Row]:
    labels: Labels = {}
    for number, row in enumerate(rows):
        if number == most:
            raise TooMuch(f"the answer has more than {most:,} rows: {ADVICE}")
        yield tuple(None if one is None else _renamed(one, labels) for one in row)


def _renamed(one: Term, labels: Labels) -> Term:
    """Name blank nodes in the order in which they come, as a store names them at random."""
    if isinstance(one, BlankNode):
        return labels.setdefault(one, BlankNode(f"b{len(labels)}"))
    if isinstance(one, Triple):
        ends = (_renamed(end, labels) for end in (one.subject, one.predicate, one.object))
        return Triple(*ends)  # type: ignore[arg-type]  # each end is of the kind that it was
    return one


def _settled(body: bytes, form: RdfFormat) -> bytes:
    """Sort the prefixes, and mend what no XML can hold; KgError where that cannot be mended."""
    if form in PREFIX:
        head = re.search(rb"(?:%b)+" % PREFIX[form], body)
        if head is not None:
            declared = b"".join(sorted(re.findall(PREFIX[form], head[0])))
            body = body[: head.start()] + declared + body[head.end() :]
    if form != RdfFormat.RDF_XML:
        return body
    if NAMELESS.search(body):
        raise KgError("RDF/XML has no way to write one of the properties: ask for text/turtle")
    return _xml(body.decode()).encode()


def _xml(text: str) -> str:
    """Mend XML: what it cannot carry, and what a parser would read as a line feed."""
    return printable(text).replace("\r", "&#13;")


def _to_json(names: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield f'{{"head":{{"vars":{_dumps(names)}}},"results":{{"bindings":['
    mark = "\n"
    for row in rows:
        cells = zip(names, row, strict=True)
        yield mark + _dumps({name: to_json(one) for name, one in cells if one is not None})
        mark = ",\n"
    yield "\n]}}\n"


_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _to_xml(names: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n<head>'
    yield "".join(f"<variable name={quoteattr(name)}/>" for name in names)
    yield "</head>\n<results>\n"
    for row in rows:
        cells = zip(names, row, strict=True)
        bindings = (
            f"<binding name={quoteattr(name)}>{_element(one)}</binding>"
            for name, one in cells
            if one is not None
        )
        yield f"<result>{_xml(''.join(bindings))}</result>\n"
    yield "</results>\n</sparql>\n"


def _element(one: Term) -> str:
    if isinstance(one, NamedNode):
        return f"<uri>{escape(one.value)}</uri>"
    if isinstance(one, BlankNode):
        return f"<bnode>{one.value}</bnode>"
    if isinstance(one, Triple):
        ends = {"subject": one.subject, "predicate": one.predicate, "object": one.object}
        inside = "".join(f"<{name}>{_element(end)}</{name}>" for name, end in ends.items())
        return f"<triple>{inside}</triple>"
    said = ""
    if one.language is not None:
        said = f" xml:lang={quoteattr(one.language)}"
    elif one.datatype != STRING:
        said = f" datatype={quoteattr(one.datatype.value)}"
    return f"<literal{said}>{escape(one.value)}</literal>"


def _to_csv(names: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    line = StringIO()
    writer = csv.writer(line)
    for row in chain((names,), (map(_plain, row) for row in rows)):
        writer.writerow(row)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _plain(one: Term | None) -> str:
    if one is None:
        return ""
    return one.value if isinstance(one, NamedNode | Literal) else _turtle(one)


def _to_tsv(names: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield "\t".join(f"?{name}" for name in names) + "\n"
    for row in rows:
        yield "\t".join("" if one is None else _turtle(one) for one in row) + "\n"


def _turtle(one: Term) -> str:
    if isinstance(one, Triple):
        ends = (_turtle(end) for end in (one.subject, one.predicate, one.object))
        return f"<<( {' '.join(ends)} )>>"
    bare = BARE.get(one.datatype) if isinstance(one, Literal) else None
    return one.value if bare is not None and bare.fullmatch(one.value) else str(one)


#: Form to what writes the names of variables, and rows, piece by piece.
TABLES: Mapping[QueryResultsFormat, Callable[[Sequence[str], Iterable[Row]], Iterator[str]]] = {
    QueryResultsFormat.JSON: _to_json,
    QueryResultsFormat.XML: _to_xml,
    QueryResultsFormat.CSV: _to_csv,
    QueryResultsFormat.TSV: _to_tsv,
}
