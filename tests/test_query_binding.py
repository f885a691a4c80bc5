"""A parameter is bound in the text of a query as a store binds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, QueryTriples, RdfFormat, Store, Variable

from kg.errors import KgError
from kg.query.binding import bind, complete

A, B = NamedNode("http://x.example/a"), NamedNode("http://x.example/b")
THROUGH = NamedNode("http://x.example/r")
STORE = Store()
STORE.load(
    b'<http://x.example/a> <http://x.example/p> "1", "}{" .'
    b'<http://x.example/b> <http://x.example/p> "1", "2" .',
    RdfFormat.TURTLE,
)


def rows(text: str, terms: dict[Variable, NamedNode | Literal] | None = None) -> list[str]:
    found = STORE.query(text, prefixes={"x": "http://x.example/"}, substitutions=terms or {})
    return sorted(str(row) for row in found) if not isinstance(found, bool) else [str(found)]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s ?o { ?s x:p ?o }",
        "SELECT ?s ?o WHERE { ?s x:p ?o }",
        "select ?s ?o where{?s x:p ?o}",
        "# { a brace in a remark\nSELECT ?s ?o # and {\nWHERE # {\n{ ?s x:p ?o }",
        "PREFIX select: <http://x.example/> SELECT ?s ?o { ?s select:p ?o }",
        "PREFIX construct: <http://x.example/> SELECT ?s ?o { ?s construct:p ?o }",
        "SELECT ?s (COUNT(*) AS ?n) { ?s x:p ?o } GROUP BY ?s",
        "SELECT ?s (EXISTS { ?s x:p '1' } AS ?e) { ?s x:p ?o }",
        "SELECT ?s ?o { { SELECT ?s ?o { ?s x:p ?o } } FILTER EXISTS { ?s x:p '2' } }",
        "SELECT ?s ?o { { ?s x:p ?o } UNION { ?s x:q ?o } FILTER(?o != '}') }",
        "SELECT ?s ?o { ?z x:p '}{' OPTIONAL { ?s x:p ?o } }",
        "SELECT ?s FROM <http://x.example/g> { ?s x:p ?o }",
        "SELECT ?s ?o { { SELECT ?s ?o { ?s x:p ?o } ORDER BY ?s ?o LIMIT 1 } }",
        "SELECT ?s ?o { ?s x:p ?o { SELECT (MIN(?z) AS ?o) { ?s x:p ?z } } }",
        "SELECT ?s ?o { { SELECT ?o { { SELECT ?s ?o { ?s x:p ?o } LIMIT 3 } } } ?s x:p ?o }",
        "SELECT ?s ?n { ?s x:p '1' { SELECT ?s (COUNT(*) AS ?n) { ?s x:p ?o } GROUP BY ?s } }",
        "SELECT ?s ?o { ?s x:p ?o OPTIONAL { SELECT (STR(?z) AS ?s) { ?z x:p ?y } } }",
        "CONSTRUCT { ?s x:q ?o } { ?s x:p ?o }",
        "CONSTRUCT { ?s x:q [ x:r '{' ] } WHERE { ?s x:p ?o }",
        "CONSTRUCT WHERE { ?s x:p ?o }",
        "CONSTRUCT # where {\n{ ?s x:where ?o } WHERE { ?s x:p ?o }",
        "DESCRIBE ?s WHERE { ?s x:p ?o }",
    ],
)
def test_a_bound_query_answers_as_a_store_that_binds(text: str) -> None:
    for node in (A, B):
        terms = {Variable("s"): node}
        assert "VALUES (?s)" in bind(text, terms)
        found = STORE.query(bind(text, terms), prefixes={"x": "http://x.example/"})
        if isinstance(found, QueryTriples):
            subjects = {triple.subject for triple in found if triple.predicate != THROUGH}
            assert subjects == {node}
        else:
            assert rows(bind(text, terms)) == rows(text, terms)


def test_an_ask_is_bound() -> None:
    text = "ASK { ?s <http://x.example/p> '2' }"
    assert not STORE.query(bind(text, {Variable("s"): A}))
    assert STORE.query(bind(text, {Variable("s"): B}))


def test_nothing_is_bound_where_there_is_nothing_to_bind() -> None:
    assert bind("DESCRIBE <http://x.example/a>", {}) == "DESCRIBE <http://x.example/a>"


@given(st.text(st.characters(exclude_categories=("Cs",))) | st.text("\\\"'{}\n\r\tu0022<>#?$"))
def test_no_literal_breaks_out_of_its_quotes(text: str) -> None:
    (row,) = STORE.query(bind("SELECT ?x WHERE { }", {Variable("x"): Literal(text)}))
    assert row["x"] == Literal(text)


def test_a_query_without_a_group_takes_no_parameter() -> None:
    with pytest.raises(KgError, match=r"no group .*: write WHERE"):
        bind("DESCRIBE <http://x.example/a>", {Variable("s"): A})


def test_a_blank_node_is_no_parameter() -> None:
    with pytest.raises(KgError, match="give an IRI or a literal"):
        bind("SELECT ?s { ?s ?p ?o }", {Variable("s"): BlankNode("b")})


def test_prefixes_are_declared_once_and_those_of_the_query_count() -> None:
    text = "# PREFIX y: <no>\nPREFIX  x: <http://other.example/> SELECT ?s { ?s x:p y:z }"
    whole = complete(text, base="http://b.example/", prefixes={"x": "http://x.example/", "y": "y:"})
    assert whole.count("PREFIX x:") + whole.count("PREFIX  x:") == 1
    assert whole.startswith("BASE <http://b.example/>\nPREFIX y: <y:>\n# PREFIX y")
    assert list(STORE.query(whole)) == []
