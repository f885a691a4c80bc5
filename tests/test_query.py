import csv
import io
import json
import time
import unicodedata
import xml.etree.ElementTree as ElementTree
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nouns import HOSTILE, MENTIONS, RUN, STATEMENTS, WORKS
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from kg import opened
from kg.errors import KgError
from kg.graph import EVIDENCE, term, to_graph
from kg.opened import Graph
from kg.query import FORMATS, Answer, Count, Thing, ask, render, render_stats, saved, stats
from kg.query.answers import plain, short
from kg.query.questions import Parameter, load
from kg.query.questions import parse as parse_query
from kg.query.safety import refuse_service, words
from kg.query.things import find

BASE = "https://w3id.org/paperkg/"


@pytest.fixture(scope="module")
def graph() -> Graph:
    store = Store()
    store.extend(to_graph(WORKS, MENTIONS, STATEMENTS, run=RUN))
    return opened.of(store)


def values(answer: Answer) -> list[list[str | None]]:
    return [[getattr(term, "value", None) for term in row] for row in answer.rows]


def test_a_query_sees_all_graphs_as_one_and_needs_no_prefixes(graph: Graph) -> None:
    text = "SELECT ?n { ?m kg:entity/skos:prefLabel 'C#' ; kg:exact ?n }"
    assert values(ask(graph, text)) == [["C#"]]


def test_a_query_that_names_its_graph_sees_that_graph_alone(graph: Graph) -> None:
    inside = f"FROM {EVIDENCE} {{ ?s a kg:Mention }}"
    assert ask(graph, f"ASK {inside}").truth is True
    assert ask(graph, f"ASK {inside.replace('Mention', 'Paper')}").truth is False
    assert ask(graph, "ASK { GRAPH kg:evidence { ?s a kg:Paper } }").truth is False


def test_rows_without_order_by_are_sorted(graph: Graph) -> None:
    rows = values(ask(graph, "SELECT ?n { ?s skos:prefLabel ?n }"))
    assert rows == sorted(rows)


def test_rows_keep_the_order_that_was_asked_for(graph: Graph) -> None:
    rows = values(ask(graph, "SELECT ?n { ?s a kg:Method ; skos:prefLabel ?n } ORDER BY DESC(?n)"))
    assert rows == [["ReLU"], ["ProSparse"], ["C++"], ["C#"]]


def test_construct_gives_sorted_triples_once(graph: Graph) -> None:
    answer = ask(graph, "CONSTRUCT { ?e a kg:Named } { ?m kg:entity ?e }")
    assert answer.graph and list(answer.rows) == sorted(set(answer.rows), key=str)
    assert len(answer.rows) == 9
    turtle = render(answer, "turtle")
    assert len(list(parse(turtle, format=RdfFormat.TURTLE))) == 9


def test_describe_takes_an_iri_below_the_base(graph: Graph) -> None:
    turtle = render(ask(graph, "DESCRIBE <method/relu>"), "turtle")
    assert f"<{BASE}method/relu>" in turtle and '"ReLU"' in turtle


def test_turtle_begins_with_its_prefixes_in_order(graph: Graph) -> None:
    turtle = render(ask(graph, "DESCRIBE <method/relu>"), "turtle")
    head = [line for line in turtle.splitlines() if line.startswith("@prefix")]
    assert head == sorted(head) == turtle.splitlines()[: len(head)]


def test_blank_nodes_get_the_same_names_on_every_run() -> None:
    written = set()
    for _ in range(3):
        store = Store()
        for name in ("one", "two"):
            store.add(Quad(BlankNode(), term("rdfs:label"), Literal(name)))
        written.add(render(ask(opened.of(store), "CONSTRUCT WHERE { ?s ?p ?o }"), "turtle"))
    assert len(written) == 1


def test_a_saved_query_a_file_and_its_text_give_one_answer(graph: Graph, tmp_path: Path) -> None:
    query = saved()["methods-by-number-of-papers"]
    file = tmp_path / "mine.rq"
    file.write_text("\ufeff" + query.text, encoding="utf-8")
    by_name = ask(graph, query.name)
    assert by_name == ask(graph, str(file)) == ask(graph, file) == ask(graph, query.text)


def test_headers_become_parameters() -> None:
    text = "# title: T\n# about: A.\n# param: a: Method = x y | b c\n# param: b = 1\n# param: c\n"
    query = parse_query("q", text)
    assert (query.title, query.about) == ("T", "A.")
    assert query.parameters == (
        Parameter("a", "Method", "x y", "b c"),
        Parameter("b", None, "1"),
        Parameter("c"),
    )


def test_a_parameter_without_name_is_an_error() -> None:
    with pytest.raises(KgError, match="write '# param: name = default"):
        parse_query("q", "# param: = 1\nASK {}")


def test_a_prefix_named_from_is_no_dataset(graph: Graph) -> None:
    text = "PREFIX from: <http://x/> SELECT ?m { ?m a kg:Mention FILTER(?m != from:x) }"
    assert len(ask(graph, text).rows) == len(ask(graph, "SELECT ?m { ?m a kg:Mention }").rows) > 0


@pytest.fixture
def twins(graph: Graph) -> Graph:
    """Give ReLU a namesake, by label, and another, by alias."""
    store = Store()
    store.extend(graph.store)
    twin, other = NamedNode(f"{BASE}method/twin"), NamedNode(f"{BASE}dataset/other")
    store.add(Quad(twin, term("rdf:type"), term("kg:Method")))
    store.add(Quad(twin, term("skos:prefLabel"), Literal("relu")))
    store.add(Quad(NamedNode(f"{BASE}paper/x"), term("kg:mentions"), twin))
    store.add(Quad(NamedNode(f"{BASE}paper/x"), term("kg:uses"), twin))
    store.add(Quad(other, term("rdf:type"), term("kg:Dataset")))
    store.add(Quad(other, term("skos:prefLabel"), Literal("a\x1b[2Jb")))
    store.add(Quad(other, term("skos:altLabel"), Literal("ReLU")))
    return opened.of(store)


def test_of_several_things_of_one_name_none_is_chosen(twins: Graph) -> None:
    with pytest.raises(KgError) as caught:
        ask(twins, "papers-that-use-a-method", parameters={"method": "RELU"})
    assert str(caught.value).splitlines() == [
        "parameter method: 'RELU' is the name of 2 things: give one",
        "  method=method/relu  ReLU (Method, 2 papers)",
        "  method=method/twin  relu (Method, 1 paper)",
    ]


def test_a_label_is_not_chosen_over_an_alias_and_a_list_is_harmless(twins: Graph) -> None:
    text = "# param: x: Thing =\nSELECT ?x ?p { ?x ?p ?y }"
    with pytest.raises(KgError, match="3 things") as caught:
        ask(twins, text, parameters={"x": "relu"})
    assert str(caught.value).splitlines()[-1] == "  x=dataset/other  a [2Jb (Dataset, 0 papers)"


def test_the_iri_chooses_among_things_of_one_name(twins: Graph) -> None:
    asked = {"method": "<method/twin>"}
    answer = ask(twins, "papers-that-use-a-method", parameters=asked)
    assert answer.bound == (("method", Thing("Method", "relu", f"{BASE}method/twin")),)
    assert len(answer.rows) == 1


def test_a_long_list_of_namesakes_is_cut(graph: Graph) -> None:
    store = Store()
    for number in range(12):
        node = NamedNode(f"{BASE}author/wei-wang-{number:02}")
        store.add(Quad(node, term("rdf:type"), term("kg:Author")))
        store.add(Quad(node, term("foaf:name"), Literal("Wei Wang")))
    text = "# param: x: Author =\nSELECT ?x ?p { ?x ?p ?y }"
    with pytest.raises(KgError, match="12 things") as caught:
        ask(opened.of(store), text, parameters={"x": "Wei Wang"})
    assert str(caught.value).count("author/") == 9
    assert str(caught.value).endswith("\n  and 3 more, of fewer papers")


def test_an_answer_says_what_its_names_stood_for(graph: Graph) -> None:
    answer = ask(graph, "papers-that-use-a-method", parameters={"method": "rectified linear unit"})
    assert answer.bound == (("method", Thing("Method", "ReLU", f"{BASE}method/relu")),)
    assert ask(graph, "entities-by-type").bound == ()


def test_an_iri_may_stand_below_the_base_of_its_graph(graph: Graph) -> None:
    store = Store()
    base = "https://example.org/g/"
    store.extend(to_graph(WORKS, MENTIONS, STATEMENTS, base=base))
    asked = {"method": "<method/relu>"}
    answer = ask(opened.of(store, base=base), "papers-that-use-a-method", parameters=asked)
    assert answer.bound[0][1].iri == f"{base}method/relu" and len(answer.rows) == 2
    with pytest.raises(KgError, match="no method in the graph is called"):
        ask(opened.of(store), "papers-that-use-a-method", parameters=asked)


@pytest.mark.parametrize(
    "name", ["relu", "ReLUs", " rectified  linear unit ", f"{BASE}method/relu", "<method/relu>"]
)
def test_a_thing_is_found_by_label_alias_and_iri(graph: Graph, name: str) -> None:
    assert find(graph, name) == (Thing("Method", "ReLU", f"{BASE}method/relu"),)


@pytest.mark.parametrize(
    "name",
    [
        "PROSPARSE: Introducing sparse activations",
        "ProSparse: Sparse Activations",
        "2402.13516",
        "10.1000/prosparse",
        "https://arxiv.org/abs/2402.13516",
        "paper/arxiv/2402.13516",
    ],
)
def test_a_paper_is_found_by_title_and_identifier(graph: Graph, name: str) -> None:
    assert [thing.iri for thing in find(graph, name, "Paper")] == [f"{BASE}paper/arxiv/2402.13516"]


def test_a_paper_without_title_is_called_by_how_it_begins(graph: Graph) -> None:
    (thing,) = find(graph, "2023.x-1.1")
    assert thing.name.startswith("and ReLU is known from") and thing.name.endswith("…")


def test_a_parameter_that_names_nothing_is_no_column(graph: Graph) -> None:
    answer = ask(graph, "entities-by-type", parameters={"type": "Task"})
    assert answer.variables == ("kind", "entity", "papers", "mentions", "statements", "iri")


def test_a_wrong_name_is_told_the_near_ones(graph: Graph) -> None:
    with pytest.raises(KgError, match="did you mean ProSparse"):
        find(graph, "ProSprase", "Method")
    with pytest.raises(KgError, match="no dataset in the graph is called 'ReLU'"):
        find(graph, "ReLU", "Dataset")


@pytest.mark.parametrize(
    ("query", "parameters", "why"),
    [
        ("", {}, "empty: give SPARQL, a .rq file, or one of .*papers-of-an-author, "),
        ("methods-by-papers", {}, r"did you mean methods-by-number-of-papers\?\): there are "),
        ("gone.rq", {}, "gone.rq: no such file: give a .rq file, SPARQL, or one of "),
        ("SELECT ?s { ?s ?p }", {}, "not SPARQL: error at 1"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", {}, "only reads: use ASK"),
        ("DROP ALL ", {}, "only reads"),
        ("trends-by-year", {"yeer": "1"}, "no parameter 'yeer': there is entity, type, least"),
        ("ASK { ?s ?p ?o }", {"x": "1"}, "no parameter 'x': there is none"),
        ("everything-known-of-a-paper", {}, "needs paper .*: add --param paper="),
        ("trends-by-year", {"least": "-1"}, "'-1' is no whole number"),
        ("trends-by-year", {"least": "1) } #"}, "is no whole number"),
        ("trends-by-year", {"type": "\ud800"}, "parameter type: .* cannot be"),
        ("SELECT ?s { ?s ?p ?o }", {"p": "<a b>"}, "cannot be"),
        ("# param: x: Animal =\nSELECT ?x { ?x a ?y }", {}, "no kind 'Animal': use Thing, "),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", {}, "SERVICE"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(
    graph: Graph, query: str, parameters: dict[str, str], why: str
) -> None:
    with pytest.raises(KgError, match=why) as caught:
        ask(graph, query, parameters=parameters)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"# only a comment\n", b"\xff\xfe"])
def test_a_file_without_a_query_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "none.rq"
    file.write_bytes(content)
    with pytest.raises(KgError, match="none.rq: "):
        load(file)


def test_a_variable_of_a_query_by_hand_can_be_bound(graph: Graph) -> None:
    text = "SELECT ?s ?n { ?s skos:prefLabel ?n }"
    assert values(ask(graph, text, parameters={"n": "C#"})) == [[f"{BASE}method/c%23", "C#"]]
    assert values(ask(graph, text, parameters={"s": "<method/relu>"})) == [
        [f"{BASE}method/relu", "ReLU"]
    ]


CALL = "SERVICE<http://127.0.0.1:1/>{?s ?p ?o}"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { service silent ?x { ?s ?p ?o } }",
        "PREFIX ex: <http://127.0.0.1:1/> SELECT * { SERVICEex:a { ?s ?p ?o } }",
        "SELECT * { ?s ?p 1service<http://127.0.0.1:1/>{ ?s ?p ?o } }",
        "SELECT * { ?s ?p true" + CALL + "}",
        "SELECT * { SERVICE # a remark\n <http://127.0.0.1:1/> { ?s ?p ?o } }",
        # What looks like an IRI is a comparison, and its apostrophe opens a text.
        "SELECT * { FILTER(?a<'x>'&&?b) " + CALL + " FILTER('') }",
        # The apostrophe is inside of an IRI and opens nothing.
        "SELECT * { ?s <a:b'c> ?o . " + CALL + " FILTER('') }",
        # The hash begins a remark that ends with the line.
        "SELECT * { FILTER(?a<?b#>'''\n) " + CALL + "# '''\n}",
        "SELECT * { ?s ex:a\\'b ?o . " + CALL + " FILTER('') }",
        "SELECT * { ?s ?p '\\'' . " + CALL + " }",
        "SELECT * { ?s ?p '''a'b''' . " + CALL + " FILTER('') }",
        'SELECT * { ?s ?p "#" . ' + CALL + " }",
        "ASK { { SELECT * { " + CALL + " } } }",
    ],
)
def test_no_query_reaches_another_machine(graph: Graph, text: str) -> None:
    with pytest.raises(KgError, match="SERVICE"):
        ask(graph, text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE <http://127.0.0.1/> {}' }",
        "SELECT * { ?s ?p ?o } # SERVICE <http://127.0.0.1/> {}",
        "SELECT ?service { ?service ?p ?o }",
        "PREFIX ex: <http://e.org/service/of#> SELECT * { ?s ex:service ?o }",
        'SELECT * { ?s ?p """a "service" <x:y>""" }',
    ],
)
def test_the_word_service_is_no_crime(graph: Graph, text: str) -> None:
    assert ask(graph, text).variables


@given(st.lists(st.sampled_from(list("<>'\"#\\?:a \n{}") + ["'''", '"""', "<a:b>", "'x'"])))
def test_a_call_in_the_open_is_seen_whatever_stands_behind_it(behind: list[str]) -> None:
    with pytest.raises(KgError):
        refuse_service("SELECT * { " + CALL + "".join(behind), "q")


@pytest.mark.parametrize("piece", ["# ", "\n", "SERVICE ", "<", "?a<", "'", "\\\\", "SERVICEa"])
def test_a_long_text_is_read_in_little_time(piece: str) -> None:
    started = time.process_time()
    with suppress(KgError):
        refuse_service("SELECT * { SERVICE " + piece * 3000 + " \n }", "q")
    parse_query("q", "# param: a =" + " " * 20000 + "x |" + " " * 20000 + "y\n")
    assert time.process_time() - started < 2


def test_words_are_those_outside_of_texts_and_remarks() -> None:
    text = '# ORDER\nSELECT ?from { ?s <a:FROM> \'FROM\' ; ex:from """FROM""" } # FROM'
    assert {"FROM", "ORDER"}.isdisjoint(words(text)) and "SELECT" in set(words(text))


ODD = Answer(
    ("a", "b"),
    (
        (NamedNode(f"{BASE}method/c%23"), Literal("x,\"y'\n\tz", language="en")),
        (None, Literal("0.5", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))),
        (BlankNode("b0"), Literal("<b>&amp;\u4e2d\x1b[31m")),
    ),
)


def test_csv_reads_back() -> None:
    rows = list(csv.reader(io.StringIO(render(ODD, "csv"), newline="")))
    assert rows[:3] == [["a", "b"], [f"{BASE}method/c%23", "x,\"y'\n\tz"], ["", "0.5"]]


def test_tsv_has_one_line_a_row() -> None:
    lines = render(ODD, "tsv").splitlines()
    assert lines[0] == "?a\t?b" and len(lines) == 4
    assert lines[1].split("\t")[1] == '"x,\\"y\'\\n\\tz"@en'


def test_json_follows_the_standard() -> None:
    found = json.loads(render(ODD, "json"))
    assert found["head"] == {"vars": ["a", "b"]}
    first, second, third = found["results"]["bindings"]
    assert first["b"] == {"type": "literal", "value": "x,\"y'\n\tz", "xml:lang": "en"}
    assert "a" not in second and second["b"]["datatype"].endswith("#decimal")
    assert third["a"] == {"type": "bnode", "value": "b0"}


def test_xml_can_be_parsed_whatever_is_in_it() -> None:
    root = ElementTree.fromstring(render(ODD, "xml"))
    assert "<b>&amp;\u4e2d\ufffd[31m" in [element.text for element in root.iter()]


def test_a_quoted_triple_has_a_json_form() -> None:
    quoted = Triple(NamedNode("a:s"), NamedNode("a:p"), Literal("o"))
    found = json.loads(render(Answer(("t",), ((quoted,),)), "json"))
    assert found["results"]["bindings"][0]["t"]["value"]["object"]["value"] == "o"


@pytest.mark.parametrize(
    ("form", "yes"),
    [("table", "yes\n"), ("csv", "true\n"), ("json", '{"head": {}, "boolean": true}\n')],
)
def test_a_truth_has_a_form(form: str, yes: str) -> None:
    assert render(Answer(truth=True), form) == yes


def test_every_form_writes_rows_but_turtle(graph: Graph) -> None:
    answer = ask(graph, "entities-by-type")
    for form in FORMATS.keys() - {"turtle"}:
        assert "ReLU" in render(answer, form)
    with pytest.raises(KgError, match="CONSTRUCT or DESCRIBE"):
        render(answer, "turtle")
    with pytest.raises(KgError, match="--format pdf: unknown: use table, csv"):
        render(answer, "pdf")


def test_a_table_is_aligned_shortened_and_harmless() -> None:
    assert render(ODD, width=40).splitlines() == [
        "a              b",
        "-------------  ---------------",
        "<method/c%23>  x,\"y' z",
        "               0.5",
        "_:b0           <b>&amp;\u4e2d [31m",
    ]
    texts = Answer(("n", "long"), ((Literal("ab"), Literal("a long text")),))
    assert render(texts, width=14).splitlines()[2] == "ab  a long te…"


def test_a_table_without_room_leaves_out_iris_and_says_so() -> None:
    assert render(ODD, width=24).splitlines()[-2:] == [
        "<b>&amp;\u4e2d [31m",
        "too wide to show: a; --format csv has all",
    ]


def test_a_table_counts_wide_characters_twice() -> None:
    answer = Answer(("n", "m"), ((Literal("\u4e2d\u6587"), Literal("e\u0301")),))
    assert render(answer).splitlines()[1:] == ["----  -", "\u4e2d\u6587  e\u0301"]


def test_numbers_stand_to_the_right() -> None:
    answer = Answer(("number",), ((Literal(5),), (Literal(12),)))
    assert render(answer).splitlines() == ["number", "------", "     5", "    12"]


def test_an_empty_table_says_so() -> None:
    assert render(Answer(("a",))) == "a\n-\nno rows\n"


@given(st.text())
def test_a_cell_never_steers_the_terminal(text: str) -> None:
    assert not {unicodedata.category(letter) for letter in plain(text)} & {"Cc", "Cf", "Cs"}


@given(st.text(alphabet="ab\u4e2de\u0301 \x1b"), st.integers(10, 60))
def test_no_line_of_a_table_is_wider_than_asked(text: str, width: int) -> None:
    answer = Answer(("a", "b"), ((Literal(text), Literal(text * 2)),))
    for line in render(answer, width=width).splitlines():
        columns = sum(1 + (letter == "\u4e2d") - (letter == "\u0301") for letter in line)
        assert columns <= max(18, width)


def test_an_iri_is_shortened_by_prefix_or_base() -> None:
    assert short("http://purl.org/dc/terms/title") == "dct:title"
    assert short(f"{BASE}method/relu") == "<method/relu>"
    assert short("https://e.org/x") == "<https://e.org/x>"


def test_stats_end_with_all_quads(graph: Graph) -> None:
    counts = stats(graph)
    assert counts[0] == Count("papers", 3) and counts[-1] == Count("quads", len(graph.store))
    assert render_stats(counts[:2]) == (
        "papers                           3\npapers without title             1\n"
    )


def test_stats_of_an_empty_graph_are_zero() -> None:
    counts = {count.what: count.number for count in stats(opened.of(Store()))}
    assert counts["papers"] == 0 and counts["quads"] == 0


def test_a_hostile_title_is_shown_as_text(graph: Graph) -> None:
    table = render(ask(graph, "SELECT ?t { ?p dct:title ?t } ORDER BY ?t"))
    assert HOSTILE.replace("\u202e", "") in table and "\u202e" not in table


def test_brackets_too_deep_for_the_parser_are_refused_in_one_line(graph: Graph) -> None:
    deep = "ASK { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }"
    with pytest.raises(KgError, match="brackets inside each other"):
        ask(graph, deep)
    assert ask(graph, "ASK { FILTER(" + "(" * 100 + "1" + ")" * 100 + ") }").truth is True
