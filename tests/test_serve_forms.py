"""Answers in the standard forms, read back by other hands: pyoxigraph, csv, an XML parser."""

import csv
import io
import itertools
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from kg.errors import KgError
from kg.serve.forms import Row, TooMuch, graph, table
from kg.serve.messages import Limits
from kg.terms import printable, term

LIMITS = Limits()
FORMS = [QueryResultsFormat.JSON, QueryResultsFormat.TSV]
GRAPHS = [RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.JSON_LD, RdfFormat.RDF_XML]

TEXTS = ["", " ", "a\r\nb\rc\nd", "\t", '"', '""', "\\", "\\n", "a,b", "<&>]]>", "\u4e2d\U0001f600"]
TEXTS += ["=1+1", "\u202eRTL", "\x7f\x85\u2028", "?x", "1", "true", "_:b0", "'"]
#: What XML cannot carry.
CONTROLS = "\x00\x01\x1b\x0b\ufffe"

texts = st.one_of(st.sampled_from(TEXTS), st.text(st.characters(exclude_categories=["Cs"])))
iris = st.text(st.characters(categories=["L", "N"]), max_size=5).map(
    lambda name: NamedNode(f"http://e/{name}&'#x")
)
literals = st.one_of(
    st.builds(Literal, texts),
    st.builds(
        lambda text, tag: Literal(text, language=tag), texts, st.sampled_from(["en", "zh-hans"])
    ),
    st.builds(lambda text, type: Literal(text, datatype=type), texts, iris),
    st.integers().map(Literal),
    st.booleans().map(Literal),
    st.floats().map(Literal),
    st.decimals(allow_nan=False, allow_infinity=False).map(
        lambda number: Literal(f"{number:f}", datatype=term("xsd:decimal"))
    ),
    st.sampled_from(["1.", ".5", "-", "1e0", "+01", "\u0661"]).flatmap(
        lambda text: st.sampled_from(["xsd:integer", "xsd:decimal", "xsd:double"]).map(
            lambda type: Literal(text, datatype=term(type))
        )
    ),
)
terms = st.one_of(
    iris,
    literals,
    st.sampled_from([BlankNode("x"), BlankNode("y")]),
    st.builds(lambda end: Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), end), literals),
)
answers = st.lists(st.tuples(st.none() | terms, st.none() | terms), max_size=4)


def renamed(rows: Sequence[Row]) -> list[Row]:
    """Rename blank nodes in the order in which they come."""
    known: dict[object, BlankNode] = {}
    return [
        tuple(
            known.setdefault(one, BlankNode(f"b{len(known)}"))
            if isinstance(one, BlankNode)
            else one
            for one in row
        )
        for row in rows
    ]


def read(body: bytes, form: QueryResultsFormat) -> list[Row]:
    found = parse_query_results(body, form)
    assert isinstance(found, QuerySolutions)
    assert [variable.value for variable in found.variables] == ["x", "y\u00e9"]
    return [tuple(row) for row in found]


@pytest.mark.parametrize("form", FORMS, ids=str)
@given(rows=answers)
def test_rows_come_back_as_they_were(form: QueryResultsFormat, rows: list[Row]) -> None:
    assert read(table(["x", "y\u00e9"], rows, form, LIMITS), form) == renamed(rows)


@given(answers)
def test_rows_come_back_from_xml_as_far_as_xml_can_carry_them(rows: list[Row]) -> None:
    # pyoxigraph takes spaces off the ends of texts when it reads XML.
    document = ElementTree.fromstring(table(["x", "y\u00e9"], rows, QueryResultsFormat.XML, LIMITS))
    names = [one.attrib["name"] for one in document.iter(f"{RESULTS}variable")]
    assert names == ["x", "y\u00e9"]
    found = [
        {binding.attrib["name"]: element(binding[0]) for binding in result}
        for result in document.iter(f"{RESULTS}result")
    ]
    assert [tuple(row.get(name) for name in names) for row in found] == [
        tuple(carried(one) for one in row) for row in renamed(rows)
    ]


RESULTS = "{http://www.w3.org/2005/sparql-results#}"


def element(one: ElementTree.Element) -> object:
    text, kind = one.text or "", one.tag.removeprefix(RESULTS)
    if kind == "triple":
        return Triple(*(element(end[0]) for end in one))  # type: ignore[arg-type]
    if kind == "literal":
        type = one.attrib.get("datatype")
        language = one.attrib.get("{http://www.w3.org/XML/1998/namespace}lang")
        return Literal(text, datatype=type and NamedNode(type), language=language)
    return {"uri": NamedNode, "bnode": BlankNode}[kind](text)


def carried(one: object) -> object:
    """Return a term as XML can carry it."""
    if isinstance(one, Triple):
        return Triple(one.subject, one.predicate, carried(one.object))  # type: ignore[arg-type]
    if not isinstance(one, Literal):
        return one
    if one.language is not None:
        return Literal(printable(one.value), language=one.language)
    return Literal(printable(one.value), datatype=one.datatype)


@given(answers)
def test_csv_holds_the_texts_of_terms(rows: list[Row]) -> None:
    body = table(["x", "y\u00e9"], rows, QueryResultsFormat.CSV, LIMITS).decode()
    head, *lines = csv.reader(io.StringIO(body, newline=""))
    assert head == ["x", "y\u00e9"]
    assert len(lines) == len(rows)
    for line, row in zip(lines, renamed(rows), strict=True):
        for cell, one in zip(line, row, strict=True):
            if isinstance(one, NamedNode | Literal):
                assert cell == one.value
            elif isinstance(one, BlankNode):
                assert cell == f"_:{one.value}"
            elif one is None:
                assert cell == ""


def test_json_is_as_its_specification_has_it() -> None:
    rows: list[Row] = [
        (NamedNode("http://e/1"), Literal('a"\u4e2d\n')),
        (None, BlankNode("q")),
        (Literal("x", language="en"), Literal(5)),
    ]
    body = table(["x", "y"], rows, QueryResultsFormat.JSON, LIMITS)
    number = "http://www.w3.org/2001/XMLSchema#integer"
    assert json.loads(body) == {
        "head": {"vars": ["x", "y"]},
        "results": {
            "bindings": [
                {
                    "x": {"type": "uri", "value": "http://e/1"},
                    "y": {"type": "literal", "value": 'a"\u4e2d\n'},
                },
                {"y": {"type": "bnode", "value": "b0"}},
                {
                    "x": {"type": "literal", "value": "x", "xml:lang": "en"},
                    "y": {"type": "literal", "value": "5", "datatype": number},
                },
            ]
        },
    }


def test_csv_is_as_its_specification_has_it() -> None:
    rows: list[Row] = [
        (NamedNode("http://e/1"), Literal('say "no", or\r\nyes')),
        (None, BlankNode("q")),
        (Literal("", language="en"), Literal(1.5)),
    ]
    assert table(["x", "literal"], rows, QueryResultsFormat.CSV, LIMITS) == (
        b'x,literal\r\nhttp://e/1,"say ""no"", or\r\nyes"\r\n,_:b0\r\n,1.5\r\n'
    )


def test_tsv_is_as_its_specification_has_it() -> None:
    rows: list[Row] = [
        (NamedNode("http://e/1"), Literal('a\tb\n"')),
        (None, BlankNode("q")),
        (Literal("x", language="en"), Literal(5)),
        (Literal(True), Literal("5.", datatype=term("xsd:decimal"))),
    ]
    assert table(["x", "y"], rows, QueryResultsFormat.TSV, LIMITS).decode().split("\n") == [
        "?x\t?y",
        r"<http://e/1>" + "\t" + r'"a\tb\n\""',
        "\t_:b0",
        '"x"@en\t5',
        '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
        '\t"5."^^<http://www.w3.org/2001/XMLSchema#decimal>',
        "",
    ]


def test_no_rows_and_no_columns_are_answers_too() -> None:
    for form in FORMS:
        assert read(table(["x", "y\u00e9"], [], form, LIMITS), form) == []
    bare = json.loads(table([], [(), ()], QueryResultsFormat.JSON, LIMITS))
    assert bare == {"head": {"vars": []}, "results": {"bindings": [{}, {}]}}
    assert table([], [()], QueryResultsFormat.CSV, LIMITS) == b"\r\n\r\n"
    assert table([], [()], QueryResultsFormat.TSV, LIMITS) == b"\n\n"


def test_xml_stays_xml_whatever_a_text_holds() -> None:
    body = table(["x"], [(Literal(CONTROLS + "</literal>\r"),)], QueryResultsFormat.XML, LIMITS)
    (literal,) = ElementTree.fromstring(body).iter(f"{RESULTS}literal")
    assert literal.text == "\ufffd" * len(CONTROLS) + "</literal>\r"


def test_rows_beyond_the_limit_are_not_even_read() -> None:
    endless = itertools.repeat((Literal("x"),))

    for form in (*FORMS, QueryResultsFormat.XML, QueryResultsFormat.CSV):
        with pytest.raises(TooMuch, match="more than 1,000 rows"):
            table(["x"], endless, form, Limits(rows=1000))
        with pytest.raises(TooMuch, match="longer than 5,000 bytes"):
            table(["x"], endless, form, Limits(size=5000))


triples = st.lists(
    st.builds(
        Triple, iris, st.sampled_from([NamedNode("http://e/p"), term("kg:text")]), iris | literals
    ),
    max_size=5,
)


@pytest.mark.parametrize("form", GRAPHS, ids=str)
@given(rows=triples)
def test_triples_come_back_as_they_were(form: RdfFormat, rows: list[Triple]) -> None:
    wanted = set(rows)
    if form == RdfFormat.RDF_XML:
        wanted = {carried(one) for one in rows}  # type: ignore[misc]
    body = graph(rows, form, LIMITS)
    assert {quad.triple for quad in parse(body, form)} == wanted
    assert graph([*reversed(rows), *rows], form, LIMITS) == body


@pytest.mark.parametrize("form", GRAPHS, ids=str)
def test_blank_nodes_are_named_by_their_order(form: RdfFormat) -> None:
    bodies = []
    for label in ("q1", "q2"):
        node = BlankNode(label)
        quoted = Triple(node, NamedNode("http://e/p"), BlankNode(f"{label}x"))
        rows = [Triple(node, NamedNode("http://e/p"), quoted)] if form != GRAPHS[2] else []
        rows.append(Triple(node, NamedNode("http://e/q"), node))
        bodies.append(graph(rows, form, LIMITS))
    assert bodies[0] == bodies[1]


def test_a_property_without_a_name_is_refused_in_xml() -> None:
    for property in (
        "http://e/1",
        "http://e/",
        "http://e/p#",
        "http://www.w3.org/2004/02/skos/core#",
    ):
        for end in (Literal("x"), NamedNode("http://e/x")):
            rows = [Triple(NamedNode("http://e/s"), NamedNode(property), end)]
            with pytest.raises(KgError, match="ask for text/turtle"):
                graph(rows, RdfFormat.RDF_XML, LIMITS)
            assert property.encode() in graph(rows, RdfFormat.N_TRIPLES, LIMITS)


def test_triples_beyond_the_limit_are_not_even_read() -> None:
    def endless() -> Iterator[Triple]:
        for number in itertools.count():
            yield Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal(number))

    for form in GRAPHS:
        with pytest.raises(TooMuch, match="more than 1,000 triples"):
            graph(endless(), form, Limits(rows=1000))
        with pytest.raises(TooMuch, match="longer than 2,000 bytes"):
            graph(itertools.islice(endless(), 500), form, Limits(size=2000))
