import sys
from html.parser import HTMLParser
from pathlib import Path

import networkx
import pytest
import rdflib
from nouns import MENTIONS, RUN, STATEMENTS, WORKS
from pyoxigraph import Quad, RdfFormat, serialize

import kg
from kg import store
from kg.errors import KgError
from kg.graph import to_graph
from kg.loaded import LoadedGraph
from kg.store import open_graph
from kg.writers import graphml

# rdflib calls its own deprecated names.
pytestmark = pytest.mark.filterwarnings("ignore:::rdflib")

BASE = "https://w3id.org/paperkg/"
KG = "https://w3id.org/paperkg/ontology#"


@pytest.fixture(scope="module")
def quads() -> set[Quad]:
    return set(to_graph(WORKS, MENTIONS, STATEMENTS, run=RUN))


@pytest.fixture(scope="module")
def path(quads: set[Quad], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("loaded") / "<img src=x> graph.kg"
    store.write(quads, path, facts={})
    return path


@pytest.fixture(scope="module")
def graph(path: Path) -> LoadedGraph:
    return kg.load(path)


def types(graph: LoadedGraph, values: str) -> tuple[str, list[object]]:
    """Ask for a column of these values; return its type and what it holds."""
    column = graph.query(f"SELECT ?v {{ VALUES (?n ?v) {{ {values} }} }} ORDER BY ?n")["v"]
    return str(column.dtype), column.to_list()


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        ("(1 1) (2 -2)", "Int64"),
        ("(1 '2024'^^xsd:gYear)", "Int64"),
        ("(1 0.5) (2 1e3)", "float64"),
        ("(1 1) (2 0.5)", "float64"),
        ("(1 true) (2 false)", "boolean"),
        ("(1 '2024-02-29'^^xsd:date)", "datetime64[s]"),
        ("(1 'a') (2 'b'@en)", "string"),
        ("(1 kg:Paper)", "string"),
        ("(1 1) (2 'b')", "string"),
        ("(1 'x'^^xsd:integer)", "string"),
        ("(1 'x'^^xsd:boolean)", "string"),
        ("(1 '2024-02-30'^^xsd:date)", "string"),
        ("(1 99999999999999999999)", "string"),
    ],
)
def test_a_column_has_the_type_of_its_literals(graph: LoadedGraph, values: str, type_: str) -> None:
    assert types(graph, values)[0] == type_
    missing = f"{values} (9 UNDEF)"
    assert types(graph, missing)[0] == type_


def test_values_are_numbers_dates_and_whole_iris(graph: LoadedGraph) -> None:
    assert types(graph, "(1 1) (2 -2)")[1] == [1, -2]
    assert types(graph, "(1 1) (2 0.5)")[1] == [1.0, 0.5]
    assert types(graph, "(1 true) (2 false)")[1] == [True, False]
    assert str(types(graph, "(1 '2024-02-29'^^xsd:date)")[1][0]) == "2024-02-29 00:00:00"
    assert types(graph, "(1 <method/relu>)")[1] == [f"{BASE}method/relu"]
    assert types(graph, "(1 'x'^^xsd:integer)")[1] == ["x"]


def test_a_saved_question_is_asked_by_its_name(graph: LoadedGraph) -> None:
    table = graph.query("papers-that-use-a-method", method="ReLU")
    assert len(table) == 2 and set(table["method"]) == {f"{BASE}method/relu"}
    with pytest.raises(KgError, match="no parameter 'metod'"):
        graph.query("papers-that-use-a-method", metod="ReLU")


def test_parameters_may_be_numbers_and_bear_any_name(graph: LoadedGraph, tmp_path: Path) -> None:
    file = tmp_path / "least.rq"
    text = "# param: least = 1\nSELECT ?least ?n { VALUES ?n { 1 2 3 } FILTER(?n >= ?least) }"
    file.write_text(text, encoding="utf-8")
    assert graph.query(file, least=2)["n"].to_list() == [2, 3]
    table = graph.query("SELECT ?question { VALUES ?question { 'a' 'b' } }", question="a")
    assert table["question"].to_list() == ["a"]


def test_an_empty_answer_keeps_its_columns(graph: LoadedGraph) -> None:
    table = graph.query("SELECT ?a ?b { ?a <x:nothing> ?b }")
    assert list(table.columns) == ["a", "b"] and len(table) == 0
    assert list(graph.search("zzzz").columns)[:3] == ["kind", "name", "iri"]


def test_ask_and_construct_give_tables_too(graph: LoadedGraph) -> None:
    assert graph.query("ASK { ?paper a kg:Paper }")["answer"].to_list() == [True]
    assert graph.query("ASK { ?paper a kg:Nothing }")["answer"].to_list() == [False]
    made = graph.query("CONSTRUCT { ?m a kg:Method } { ?m a kg:Method }")
    assert list(made.columns) == ["subject", "predicate", "object"] and len(made) == 4


def test_reasons_are_rows_whose_offsets_lead_into_the_abstract(graph: LoadedGraph) -> None:
    table = graph.why("ReLU")
    assert set(table["predicate"]) == {"uses"} and len(table) == 3
    for row in table.itertuples():
        text = graph.query("SELECT ?t ?a { ?a kg:text ?t }", a=f"<{row.abstract}>")["t"][0]
        assert text[row.start : row.end] == row.sentence
    assert list(graph.why("C++", "C#")["confidence"].isna()) == [True]


def test_hits_are_rows_the_best_first(graph: LoadedGraph) -> None:
    table = graph.search("relu", kind="Method")
    assert (table["name"][0], table["papers"][0]) == ("ReLU", 2)
    with pytest.raises(KgError, match="no kind 'Metod'"):
        graph.search("relu", kind="Metod")


def test_words_are_answered_with_what_was_asked(graph: LoadedGraph) -> None:
    table = graph.ask("which papers use ReLU?")
    assert table.attrs["parameters"] == {"method": "ReLU"} and len(table) == 2
    assert "kg:uses" in table.attrs["sparql"]
    assert graph.query(table.attrs["sparql"], method="ReLU").equals(table)


def test_rdflib_sees_evidence_and_the_rest_as_one(graph: LoadedGraph, quads: set[Quad]) -> None:
    query = "SELECT ?e { ?mention kg:entity/skos:prefLabel 'C++' ; kg:exact ?e }"
    assert isinstance(graph.graph, rdflib.Graph)
    assert [str(row[0]) for row in graph.graph.query(query)] == ["C++"]
    assert len(graph) == len(graph.graph) == len(quads)


def test_a_file_is_loaded_by_its_name(tmp_path: Path, quads: set[Quad]) -> None:
    path = tmp_path / "graph.nq"
    path.write_bytes(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    graph = kg.load(str(path))
    assert len(graph) == len(quads)
    assert repr(graph).startswith(f"<kg graph {path}: 3 papers, 4 methods, 1 datasets")


def test_what_is_no_graph_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="no such graph"):
        kg.load(tmp_path / "none.kg")


def test_the_network_is_that_of_the_graphml(graph: LoadedGraph, path: Path, tmp_path: Path) -> None:
    network = graph.to_networkx()
    with (tmp_path / "graph.graphml").open("wb") as file:
        graphml.write(open_graph(path), file, evidence=True)
    written = networkx.read_graphml(tmp_path / "graph.graphml", force_multigraph=True)
    assert dict(network.nodes(data=True)) == dict(written.nodes(data=True))
    assert list(network.edges(keys=True, data=True)) == list(written.edges(keys=True, data=True))
    uses = network.get_edge_data(f"{BASE}paper/arxiv/2402.13516", f"{BASE}method/relu")
    ((_, edge),) = uses.items()
    assert (edge["predicate"], edge["confidence"], edge["support"]) == ("kg:uses", 0.88, 1)
    assert edge["sentence"].startswith("We propose ProSparse")


class Page(HTMLParser):
    """Read HTML, and note its elements, that each is closed, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.cells: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.cells.append(data)


def test_a_notebook_shows_counts_and_the_most_named(graph: LoadedGraph, path: Path) -> None:
    page = Page(graph._repr_html_())
    assert page.open == [] and page.attributes == {"scope"}
    assert page.seen == {"div", "strong", "table", "thead", "tbody", "tr", "th", "td"}
    assert page.cells[0] == str(path)
    at = page.cells.index("papers")
    assert page.cells[at + 1] == "3"
    named = page.cells[page.cells.index("most named") + 3 :]
    assert named[:6] == ["activation sparsity", "Concept", "2", "GLUE", "Dataset", "2"]
    assert graph._repr_html_() == kg.load(path)._repr_html_()


def test_a_hostile_name_stays_text_in_a_notebook(tmp_path: Path) -> None:
    path = tmp_path / "graph.nt"
    label = "<script>alert(1)</script>\\\"'& \u202eRTL"
    path.write_text(
        f"""<{BASE}paper/1> <{KG}mentions> <{BASE}method/x> .
<{BASE}method/x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{KG}Method> .
<{BASE}method/x> <http://www.w3.org/2004/02/skos/core#prefLabel> "{label}" .
""",
        encoding="utf-8",
    )
    page = Page(kg.load(path)._repr_html_())
    assert "script" not in page.seen and "\u202e" not in "".join(page.cells)
    assert "<script>alert(1)</script>\"'& RTL" in page.cells


def test_without_pandas_one_line_says_what_to_install(
    graph: LoadedGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(KgError, match=r"pip install 'kg\[notebook\]'"):
        graph.query("ASK { ?s ?p ?o }")
    assert len(graph.graph) == len(graph)
