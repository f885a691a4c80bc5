"""Queries and addresses, answered in a form."""

import gzip
import json
from collections.abc import Sequence

import pytest
from nouns import HOSTILE, MENTIONS, RUN, STATEMENTS, WORKS
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from kg import opened
from kg.errors import KgError
from kg.graph import to_graph
from kg.opened import Graph
from kg.serve.answer import describe, sparql
from kg.serve.messages import Limits, Reply
from kg.terms import EVIDENCE, PREFIXES, term

LIMITS = Limits()
ONE, TWO, THREE = (f"http://e/{number}" for number in (1, 2, 3))
#: What is asked in the tests of datasets: what the default graph has, and what named ones have.
SEEN = "{ ?s <http://e/p> ?o } UNION { GRAPH ?g { ?s <http://e/p> ?o } }"


@pytest.fixture(scope="module")
def graph() -> Graph:
    store = Store()
    store.extend(to_graph(WORKS, MENTIONS, STATEMENTS, run=RUN))
    return opened.of(store)


@pytest.fixture(scope="module")
def graphs() -> Graph:
    """Make a default graph and two named ones, each with a number of its own."""
    store = Store()
    thing, property = NamedNode("http://e/thing"), NamedNode("http://e/p")
    store.add(Quad(thing, property, Literal(0)))
    for number, name in ((1, ONE), (2, TWO)):
        store.add(Quad(thing, property, Literal(number), NamedNode(name)))
    return opened.of(store)


def rows(reply: Reply) -> list[list[str | None]]:
    assert (reply.status, reply.media) == (200, "application/sparql-results+json")
    said = json.loads(reply.body)
    names = said["head"]["vars"]
    return [
        [row.get(name, {}).get("value") for name in names] for row in said["results"]["bindings"]
    ]


def ask(graph: Graph, text: str, accept: str | None = None, **limits: int) -> Reply:
    return sparql(graph, Limits(**limits), text=text, accept=accept)  # type: ignore[arg-type]


def seen(graph: Graph, query: str, **dataset: Sequence[str]) -> list[tuple[str, ...]]:
    """Return what a query sees: the number, and the graph where it is a named one."""
    found = rows(sparql(graph, LIMITS, text=query, **dataset))  # type: ignore[arg-type]
    return sorted(tuple(filter(None, row)) for row in found)


def test_a_query_sees_all_graphs_as_one(graphs: Graph) -> None:
    everything = [("0",), ("1",), ("1", ONE), ("2",), ("2", TWO)]
    assert seen(graphs, f"SELECT ?o ?g {{ {SEEN} }}") == everything


def test_a_prefix_called_from_is_no_dataset(graphs: Graph) -> None:
    text = "PREFIX from: <http://e/> SELECT ?o { from:thing from:p ?o }"
    assert seen(graphs, text) == [("0",), ("1",), ("2",)]


@pytest.mark.parametrize(
    ("clauses", "wanted"),
    [
        (f"FROM <{ONE}>", [("1",)]),
        (f"from<{ONE}>FROM <{TWO}>", [("1",), ("2",)]),
        (f"FROM NAMED <{ONE}>", [("1", ONE)]),
        (f"FROM <{TWO}> FROM NAMED <{ONE}>", [("1", ONE), ("2",)]),
        (f"FROM <{THREE}>", []),
        ("FROM <file:///etc/passwd> FROM NAMED <http://127.0.0.1:1/>", []),
    ],
)
def test_a_query_that_names_graphs_sees_those(
    graphs: Graph, clauses: str, wanted: list[tuple[str, ...]]
) -> None:
    assert seen(graphs, f"SELECT ?o ?g {clauses} {{ {SEEN} }}") == wanted


@pytest.mark.parametrize("clauses", ["", f"FROM <{ONE}>", f"FROM NAMED <{TWO}>"])
@pytest.mark.parametrize(
    ("default", "named", "wanted"),
    [
        ([TWO], [], [("2",)]),
        ([ONE, TWO], [], [("1",), ("2",)]),
        ([], [ONE], [("1", ONE)]),
        ([TWO], [ONE], [("1", ONE), ("2",)]),
        ([THREE], [THREE], []),
    ],
)
def test_graphs_of_the_request_take_the_place_of_those_of_the_query(
    graphs: Graph,
    clauses: str,
    default: Sequence[str],
    named: Sequence[str],
    wanted: list[tuple[str, ...]],
) -> None:
    text = f"SELECT ?o ?g {clauses} {{ {SEEN} }}"
    assert seen(graphs, text, default_graphs=default, named_graphs=named) == wanted


def test_a_graph_that_is_no_iri_is_refused(graphs: Graph) -> None:
    for name in ("", "x", "http://e/ 1", "http://e/\n", "http://e/>"):
        with pytest.raises(KgError, match="not an absolute IRI"):
            sparql(graphs, LIMITS, text="ASK {}", default_graphs=[name])
        with pytest.raises(KgError, match="not an absolute IRI"):
            sparql(graphs, LIMITS, text="ASK {}", named_graphs=[name])


def test_prefixes_and_the_base_are_known(graph: Graph) -> None:
    assert rows(ask(graph, "SELECT ?name { <method/relu> skos:prefLabel ?name }")) == [["ReLU"]]


def test_rows_come_in_the_order_that_was_asked_for(graph: Graph) -> None:
    found = rows(ask(graph, "SELECT ?n { ?s a kg:Method ; skos:prefLabel ?n } ORDER BY DESC(?n)"))
    assert found == [["ReLU"], ["ProSparse"], ["C++"], ["C#"]]


@pytest.mark.parametrize(
    ("text", "accept", "media"),
    [
        ("SELECT * {}", None, "application/sparql-results+json"),
        ("ASK {}", None, "application/sparql-results+json"),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("ASK {}", "text/csv", "text/csv; charset=utf-8"),
        ("SELECT * {}", "text/csv;q=0.1", "text/csv; charset=utf-8"),
        ("SELECT * {}", "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("SELECT * {}", "text/turtle, application/json;q=0.2", "application/json"),
        ("CONSTRUCT WHERE {}", None, "text/turtle; charset=utf-8"),
        ("DESCRIBE <method/relu>", "application/json, */*;q=0.1", "text/turtle; charset=utf-8"),
        ("DESCRIBE <nothing>", "application/n-triples", "application/n-triples"),
        ("CONSTRUCT WHERE {}", "application/ld+json", "application/ld+json"),
        ("CONSTRUCT WHERE {}", "text/csv, application/rdf+xml", "application/rdf+xml"),
        ("CONSTRUCT WHERE {}", "text/plain", "text/plain; charset=utf-8"),
    ],
)
def test_the_answer_comes_in_the_form_that_is_accepted(
    graph: Graph, text: str, accept: str | None, media: str
) -> None:
    reply = ask(graph, text, accept)
    assert (reply.status, reply.media) == (200, media)
    assert dict(reply.headers) == {"vary": "Accept"}


@pytest.mark.parametrize(
    ("text", "accept"),
    [
        ("SELECT * {}", "text/turtle"),
        ("ASK {}", "application/n-triples"),
        ("CONSTRUCT WHERE {}", "text/csv"),
        ("DESCRIBE <method/relu>", "application/sparql-results+json"),
        ("SELECT * {}", "*/*;q=0"),
    ],
)
def test_a_form_that_cannot_hold_the_answer_is_not_acceptable(
    graph: Graph, text: str, accept: str
) -> None:
    reply = ask(graph, text, accept)
    assert reply.status == 406 and b"comes as" in reply.body and reply.body.count(b"\n") == 1


def test_constructed_triples_are_sorted_and_come_once(graph: Graph) -> None:
    text = "CONSTRUCT { ?type a <x>, _:b } { ?s a ?type }"
    reply = ask(graph, text, "application/n-triples")
    lines = reply.body.decode().splitlines()
    assert len(lines) > 20 and lines == sorted(lines)
    once = ask(graph, "CONSTRUCT { ?type a <x> } { ?s a ?type }", "application/n-triples")
    lines = once.body.decode().splitlines()
    assert len(lines) == len(set(lines)) > 10


@pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml", "application/ld+json"])
def test_the_same_query_gives_the_same_bytes(graph: Graph, accept: str) -> None:
    text = "CONSTRUCT { ?s ?p ?o . [] <about> ?s } { ?s ?p ?o }"
    first, again = (ask(graph, text, accept).body for _ in range(2))
    assert first == again
    assert b"b0" in first


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a SPARQL 1.1 query: error at 1:1"),
        ("SELECT * {?s ?p }", "not a SPARQL 1.1 query: error at 1:18"),
        ("ASK { ?s", "not a SPARQL 1.1 query"),
        ("ASK {} ASK {}", "not a SPARQL 1.1 query"),
        ("ASK {\0}", "not a SPARQL 1.1 query"),
        ("CLEAR ALL", "read-only"),
        ("INSERT DATA { <a> <b> <c> }", "read-only"),
        ("PREFIX x: <http://e/> DELETE WHERE { ?s ?p ?o }", "read-only"),
        ("LOAD <http://127.0.0.1:1/>", "read-only"),
        ("ASK { SERVICE <http://127.0.0.1:1/> {} }", "SERVICE"),
        ("ASK " + "{" * 300 + "}" * 300, "brackets"),
        ("SELECT (<http://e/f>(1) AS ?x) {}", "custom function <http://e/f> is not supported"),
    ],
)
def test_what_is_no_query_is_refused_in_one_line(graph: Graph, text: str, said: str) -> None:
    with pytest.raises(KgError, match=said.replace("(", r"\(")) as error:
        ask(graph, text)
    assert len(str(error.value)) < 300 and "\n" not in str(error.value)


@pytest.mark.parametrize(
    "accept", ["application/json", "text/csv", "application/sparql-results+xml"]
)
def test_too_many_rows_are_refused_with_what_to_do(graph: Graph, accept: str) -> None:
    text = "SELECT ?x { VALUES ?x { 1 2 3 } }"
    assert ask(graph, text, accept, rows=3).status == 200
    reply = ask(graph, text, accept, rows=2)
    assert reply.status == 422
    assert reply.body.decode() == (
        "the answer has more than 2 rows: ask for less, or for a part by LIMIT and OFFSET\n"
    )


def test_too_many_triples_are_refused_but_repeated_ones_count_once(graph: Graph) -> None:
    text = "CONSTRUCT { <a> <b> ?x } { VALUES ?x { 1 1 2 2 3 } }"
    assert ask(graph, text, rows=3).status == 200
    assert ask(graph, text, rows=2).status == 422


@pytest.mark.parametrize("text", ["SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_too_many_bytes_are_refused(graph: Graph, text: str) -> None:
    size = len(ask(graph, text).body)
    assert ask(graph, text, size=size).status == 200
    reply = ask(graph, text, size=size // 2)
    assert reply.status == 422 and b"bytes" in reply.body


def test_limits_count_before_packing(graph: Graph) -> None:
    text = "SELECT * { ?s ?p ?o }"
    packed = sparql(graph, LIMITS, text=text, gzip=True)
    assert dict(packed.headers)["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == ask(graph, text).body
    limits = Limits(size=len(packed.body) * 2)
    assert sparql(graph, limits, text=text, gzip=True).status == 422


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/rdf+xml", RdfFormat.RDF_XML),
    ],
)
def test_a_resource_is_described_by_all_that_is_said_of_it(
    graph: Graph, accept: str, form: RdfFormat
) -> None:
    for node in {quad.subject for quad in graph.store}:
        assert isinstance(node, NamedNode)
        path = node.value.removeprefix(graph.base)
        reply = describe(graph, LIMITS, path=path, accept=accept)
        wanted = {quad.triple for quad in graph.store.quads_for_pattern(node, None, None, None)}
        assert reply.status == 200
        assert {quad.triple for quad in parse(reply.body, form)} == wanted
        assert describe(graph, LIMITS, path=path, accept=accept).body == reply.body


def test_what_is_said_in_the_evidence_belongs_to_the_description(graph: Graph) -> None:
    (place,) = graph.store.quads_for_pattern(None, term("kg:exact"), Literal("C#"), EVIDENCE)
    assert isinstance(place.subject, NamedNode)
    reply = describe(graph, LIMITS, path=place.subject.value.removeprefix(graph.base))
    assert b'kg:exact "C#"' in reply.body


def test_a_hostile_title_is_inert_in_every_form(graph: Graph) -> None:
    (titled,) = graph.store.quads_for_pattern(None, term("dct:title"), Literal(HOSTILE), None)
    assert isinstance(titled.subject, NamedNode)
    path = titled.subject.value.removeprefix(graph.base)
    assert b"<script" not in describe(graph, LIMITS, path=path, accept="application/rdf+xml").body
    text = f"SELECT ?title {{ <{titled.subject.value}> dct:title ?title }}"
    assert b"<script" not in ask(graph, text, "application/sparql-results+xml").body


def test_turtle_has_its_prefixes_sorted(graph: Graph) -> None:
    body = describe(graph, LIMITS, path="method/relu").body.decode()
    head = [line for line in body.splitlines() if line.startswith("@prefix")]
    assert head == sorted(head) and len(head) == len(PREFIXES)


@pytest.mark.parametrize(
    "path", ["", "method/none", "method/re lu", "method/%", "../etc/passwd", "method/relu>", "\0"]
)
def test_nothing_is_found_where_nothing_is_said(graph: Graph, path: str) -> None:
    reply = describe(graph, LIMITS, path=path)
    assert reply.status == 404 and reply.body.count(b"\n") == 1


def test_a_description_keeps_to_the_limits_and_to_the_forms(graph: Graph) -> None:
    assert describe(graph, Limits(rows=2), path="method/relu").status == 422
    assert describe(graph, LIMITS, path="method/relu", accept="text/csv").status == 406


def test_a_long_description_is_packed_for_who_wants_it(graph: Graph) -> None:
    path = "paper/arxiv/2402.13516"
    packed = describe(graph, LIMITS, path=path, gzip=True)
    assert gzip.decompress(packed.body) == describe(graph, LIMITS, path=path).body
