import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import networkx
import nouns
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from kg import writers
from kg.errors import KgError
from kg.graph import EVIDENCE, PREFIXES, printable, term, to_graph
from kg.store import RDF, open_graph
from kg.writers import network

# rdflib calls its own deprecated names, and warns of literals like "x"^^xsd:date.
pytestmark = pytest.mark.filterwarnings("ignore:::rdflib")

TRIPLES = [".ttl", ".nt", ".rdf"]
DATASETS = [".nq", ".trig", ".jsonld"]
NETWORKS = [".graphml", ".gexf", ".csv"]

TEXT = st.text(
    alphabet="ab \"'\\\n\r\t\x00\x0b\x7f\x85\u2028\u202e<>&{}@^%é中\U0001f600"
) | st.text(alphabet=st.characters(exclude_categories=["Cs"]))
XSD = "http://www.w3.org/2001/XMLSchema#"


def iris(end: str = "") -> st.SearchStrategy[NamedNode]:
    """Make IRIs that are valid and ugly: locals that need escapes, dots, percents, marks."""
    prefixed = st.tuples(
        st.sampled_from([PREFIXES["kg"], PREFIXES["dct"]]),
        st.lists(st.sampled_from(["a", "Z", "0", ".", "-", "_", "%2F", ":"]), max_size=4),
    ).map(lambda pair: pair[0] + "".join(pair[1]))
    odd = [*"aZ09_-.~/?:@!$&'()*+,;=\u00e9\u4e2d\u202e\u200f", "%2F", "%20"]
    local = st.lists(st.sampled_from(odd), max_size=8).map("".join)
    base = st.sampled_from(["http://example.org/", "urn:x:", "http://\u00e9.org/"])
    free = st.tuples(base, local, st.sampled_from(["", "#"]), local).map("".join)
    return (prefixed | free).map(lambda value: value + end).filter(valid).map(NamedNode)


def valid(value: str) -> bool:
    try:
        NamedNode(value)
    except ValueError:
        return False
    return True


def literals() -> st.SearchStrategy[Literal]:
    typed = st.tuples(
        st.sampled_from(
            ["0.5", "1", "-7", "+1", "true", "1e3", "2025", ".5", "5.", "x", "", "1.0"]
        ),
        st.sampled_from(["integer", "decimal", "boolean", "gYear", "double", "string", "date"]),
    ).map(lambda pair: Literal(pair[0], datatype=NamedNode(XSD + pair[1])))
    spoken = st.tuples(TEXT, st.sampled_from(["en", "de-AT"]))
    return typed | TEXT.map(Literal) | spoken.map(lambda pair: Literal(pair[0], language=pair[1]))


GRAPHS = st.lists(
    st.builds(
        Quad,
        iris() | st.just(NamedNode("http://example.org/s")),
        iris(end="p"),
        iris() | literals(),
        st.sampled_from([DefaultGraph(), EVIDENCE]),
    ),
    max_size=8,
)


@pytest.fixture(scope="module")
def store() -> Store:
    return stored(to_graph(nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS, run=nouns.RUN))


def stored(quads: Iterable[Quad]) -> Store:
    store = Store()
    store.extend(quads)
    return store


def written(store: Store, folder: Path, name: str = "graph.ttl", *, evidence: bool = True) -> Path:
    writers.write(store, folder / name, evidence=evidence)
    return folder / name


def in_rdflib(path: Path) -> int:
    graph = rdflib.Dataset() if path.suffix in DATASETS else rdflib.Graph()
    graph.parse(path)
    return sum(1 for _ in (graph.quads() if isinstance(graph, rdflib.Dataset) else graph))


@pytest.mark.parametrize("suffix", TRIPLES + DATASETS)
@pytest.mark.parametrize("evidence", [True, False])
def test_rdf_holds_the_same_in_rdflib_and_pyoxigraph(
    store: Store, tmp_path: Path, suffix: str, evidence: bool
) -> None:
    path = tmp_path / f"graph{suffix}"
    count = writers.write(store, path, evidence=evidence)
    expected = {quad for quad in store if evidence or quad.graph_name != EVIDENCE}
    if suffix in DATASETS:
        assert set(open_graph(path)) == expected
    assert {q.triple for q in open_graph(path)} == {q.triple for q in expected}
    assert count == len(expected) == in_rdflib(path)


def test_evidence_is_left_out_of_a_file_without_named_graphs_too(
    store: Store, tmp_path: Path
) -> None:
    flat = open_graph(written(store, tmp_path, "all.nt"))
    expected = written(store, tmp_path, "less.nt", evidence=False).read_bytes()
    assert written(flat, tmp_path, "flat.nt", evidence=False).read_bytes() == expected


@given(GRAPHS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_hostile_turtle_loads_in_rdflib_and_pyoxigraph(tmp_path: Path, quads: list[Quad]) -> None:
    store = stored(quads)
    path = written(store, tmp_path)
    triples = {quad.triple for quad in store}
    assert {quad.triple for quad in open_graph(path)} == triples
    assert in_rdflib(path) == len(triples)


@given(GRAPHS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_hostile_trig_and_quads_come_back(tmp_path: Path, quads: list[Quad]) -> None:
    store = stored(quads)
    for suffix in (".trig", ".nq"):
        path = written(store, tmp_path, f"graph{suffix}")
        assert set(open_graph(path)) == set(store)


@given(TEXT)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_rdflib_reads_the_same_text(tmp_path: Path, text: str) -> None:
    node = NamedNode("http://example.org/s")
    store = stored([Quad(node, term("dct:title"), Literal(text))])
    for suffix in (".ttl", ".rdf"):
        graph = rdflib.Graph().parse(written(store, tmp_path, f"graph{suffix}"))
        expected = text if suffix == ".ttl" else printable(text)
        assert [str(title) for title in graph.objects()] == [expected]


def test_turtle_is_grouped_prefixed_and_sorted(store: Store, tmp_path: Path) -> None:
    text = written(store, tmp_path).read_text(encoding="utf-8")
    head, *blocks = text.split("\n\n")
    assert head.splitlines() == sorted(head.splitlines())
    subjects = [block.splitlines()[0] for block in blocks]
    assert len(subjects) == len(set(subjects)) == len({quad.subject for quad in store})
    relu = """\
method:relu
    a kg:Method, skos:Concept ;
    kg:partOf method:prosparse ;
    skos:altLabel "ReLUs", "rectified linear unit" ;
    skos:prefLabel "ReLU" ."""
    assert relu in blocks


def test_turtle_shows_marks_that_turn_the_writing(store: Store, tmp_path: Path) -> None:
    text = written(store, tmp_path).read_text(encoding="utf-8")
    assert "\u202e" not in text
    assert r"<script>alert(1)</script>\"'\\ & \u202ERTL" in text


def test_turtle_knows_another_base(tmp_path: Path) -> None:
    base = "http://example.org/x/"
    quads = to_graph(nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS, base=base)
    text = written(stored(quads), tmp_path).read_text(encoding="utf-8")
    assert "@prefix method: <http://example.org/x/method/> .\n" in text
    assert "\nmethod:relu\n" in text


def test_n_triples_are_sorted_lines(store: Store, tmp_path: Path) -> None:
    lines = written(store, tmp_path, "graph.nt").read_text(encoding="utf-8").splitlines()
    assert lines == sorted(lines)


def test_n_quads_begin_with_the_default_graph(store: Store, tmp_path: Path) -> None:
    lines = written(store, tmp_path, "graph.nq").read_text(encoding="utf-8").splitlines()
    inside = [f"{EVIDENCE} ." in line for line in lines]
    assert inside == sorted(inside)


def test_trig_keeps_evidence_in_its_graph(store: Store, tmp_path: Path) -> None:
    text = written(store, tmp_path, "graph.trig").read_text(encoding="utf-8")
    default, _, evidence = text.partition("\nkg:evidence {\n")
    assert "kg:Statement" not in default
    assert evidence.endswith(" .\n}\n")


@pytest.mark.parametrize("suffix", list(writers.FORMATS))
def test_the_order_of_triples_does_not_change_a_byte(
    store: Store, tmp_path: Path, suffix: str
) -> None:
    (tmp_path / "again").mkdir()
    again = stored(sorted(store, key=str, reverse=True))
    for one, folder in ((store, tmp_path), (again, tmp_path / "again")):
        writers.write(one, folder / f"graph{suffix}", evidence=True)
    files = sorted(path for path in tmp_path.iterdir() if path.is_file())
    assert files
    for path in files:
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_the_hash_seed_does_not_change_a_byte(tmp_path: Path) -> None:
    program = """
import hashlib, pathlib, sys
sys.path.insert(0, sys.argv[1])
import nouns, pyoxigraph
from kg import graph, writers
store = pyoxigraph.Store()
store.extend(graph.to_graph(nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS, run=nouns.RUN))
folder = pathlib.Path(sys.argv[2])
for suffix in writers.FORMATS:
    writers.write(store, folder / f"graph{suffix}", evidence=True)
for path in sorted(folder.iterdir()):
    print(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
"""
    command = [sys.executable, "-c", program, str(Path(__file__).parent), str(tmp_path)]
    runs = {
        subprocess.run(
            command, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1", "7")
    }
    assert len(runs) == 1
    assert len(runs.pop().splitlines()) == len(writers.FORMATS) + 1


def test_a_carriage_return_survives_rdf_xml(tmp_path: Path) -> None:
    quad = Quad(NamedNode("http://example.org/s"), term("kg:text"), Literal("a\r\nb\rc"))
    path = written(stored([quad]), tmp_path, "graph.rdf")
    assert [str(text) for text in rdflib.Graph().parse(path).objects()] == ["a\r\nb\rc"]
    assert set(open_graph(path)) == {quad}


def test_typed_and_spoken_literals_lose_control_characters_in_rdf_xml(tmp_path: Path) -> None:
    node, title = NamedNode("http://example.org/s"), term("dct:title")
    spoken = Quad(node, title, Literal("a\x00", language="en"))
    typed = Quad(node, title, Literal("b\x01", datatype=term("kg:odd")))
    path = written(stored([spoken, typed]), tmp_path, "graph.rdf")
    assert {quad.object for quad in open_graph(path)} == {
        Literal("a\ufffd", language="en"),
        Literal("b\ufffd", datatype=term("kg:odd")),
    }


@pytest.fixture
def odd() -> Store:
    """A graph from elsewhere: control characters, no names, loose statements, blank nodes."""
    node = NamedNode("http://example.org/method/one")
    other = NamedNode("http://example.org/task/two")
    rdf_type = term("rdf:type")
    return stored(
        [
            Quad(node, rdf_type, term("kg:Method")),
            Quad(node, term("skos:prefLabel"), Literal("=cmd|'/C calc'!A0\x00\n second\x0bline")),
            Quad(other, rdf_type, term("kg:Task")),
            Quad(node, term("kg:usedFor"), other),
            Quad(BlankNode("x"), rdf_type, term("kg:Task")),
            Quad(NamedNode("http://example.org/st"), rdf_type, term("kg:Statement"), EVIDENCE),
        ]
    )


def test_the_network_has_papers_entities_authors_and_venues(store: Store) -> None:
    found = {node.label: (node.type, node.papers) for node in network.nodes(store)}
    assert found["GLUE"] == ("Dataset", 2)
    assert found["activation sparsity"] == ("Concept", 2)
    assert found["Ada Lovelace"] == ("Author", 2)
    assert found["ICML"] == ("Venue", 2)
    assert found[nouns.HOSTILE] == ("Paper", 1)
    assert found["2023.x-1.1"] == ("Paper", 1)
    assert len(found) == 3 + 9 + 3 + 2


def test_edges_carry_the_figures_of_their_statements(store: Store) -> None:
    edges = network.edges(store, evidence=True)
    found = {(edge.predicate, edge.target.rsplit("/", 1)[1]): edge for edge in edges}
    stated = found["kg:comparedWith", "relu"]
    assert (stated.support, stated.confidence) == (1, 0.91)
    assert stated.sentence == "On GLUE, ProSparse beats ReLU."
    plain = found["dct:creator", "alan-turing"]
    assert (plain.support, plain.confidence, plain.sentence) == (None, None, None)


def test_a_bare_mention_is_an_edge_only_where_no_role_is(store: Store) -> None:
    assert "kg:mentions" not in {edge.predicate for edge in network.edges(store, evidence=False)}
    bare = stored(to_graph(nouns.WORKS, nouns.MENTIONS, []))
    predicates = [edge.predicate for edge in network.edges(bare, evidence=False)]
    assert predicates.count("kg:mentions") == 13


def test_without_evidence_no_edge_has_a_sentence(store: Store) -> None:
    edges = network.edges(store, evidence=False)
    assert {edge.sentence for edge in edges} == {None}
    assert any(edge.support for edge in edges)


def test_graphml_comes_back_as_the_network(store: Store, tmp_path: Path) -> None:
    graph = networkx.read_graphml(written(store, tmp_path, "graph.graphml"))
    assert graph.number_of_nodes() == len(network.nodes(store))
    assert graph.number_of_edges() == len(network.edges(store, evidence=True))
    assert graph.nodes["https://w3id.org/paperkg/dataset/glue"] == {
        "label": "GLUE",
        "type": "Dataset",
        "papers": 2,
    }


def test_gexf_comes_back_as_the_network_and_names_no_day(store: Store, tmp_path: Path) -> None:
    path = written(store, tmp_path, "graph.gexf")
    graph = networkx.read_gexf(path)
    assert graph.number_of_nodes() == len(network.nodes(store))
    assert graph.number_of_edges() == len(network.edges(store, evidence=True))
    assert "lastmodified" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", [".graphml", ".gexf"])
def test_edges_in_xml_have_ids_of_their_own(store: Store, tmp_path: Path, suffix: str) -> None:
    tree = ElementTree.parse(written(store, tmp_path, f"graph{suffix}"))
    ids = [edge.get("id") for edge in tree.iter() if edge.tag.endswith("}edge")]
    assert len(ids) == len(set(ids)) == len(network.edges(store, evidence=True))


@pytest.mark.parametrize("suffix", [".graphml", ".gexf"])
def test_xml_is_well_formed_whatever_the_labels(odd: Store, tmp_path: Path, suffix: str) -> None:
    root = ElementTree.parse(written(odd, tmp_path, f"graph{suffix}")).getroot()
    found = ElementTree.tostring(root, encoding="unicode")
    assert "=cmd|'/C calc'!A0\ufffd second\ufffdline" in found


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def test_csv_is_a_table_of_nodes_and_a_table_of_edges(store: Store, tmp_path: Path) -> None:
    count = writers.write(store, tmp_path / "graph.csv", evidence=False)
    nodes, edges = rows(tmp_path / "graph.nodes.csv"), rows(tmp_path / "graph.edges.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "graph.edges.csv",
        "graph.nodes.csv",
    ]
    assert nodes[0] == ["id", "label", "type", "papers"]
    assert edges[0] == ["source", "target", "predicate", "support", "confidence"]
    assert ["https://w3id.org/paperkg/dataset/glue", "GLUE", "Dataset", "2"] in nodes
    assert count == len(nodes) + len(edges) - 2


def test_csv_has_the_sentences_where_evidence_is_asked_for(store: Store, tmp_path: Path) -> None:
    writers.write(store, tmp_path / "graph.csv", evidence=True)
    edges = rows(tmp_path / "graph.edges.csv")
    assert edges[0][-1] == "sentence"
    assert "On GLUE, ProSparse beats ReLU." in {row[-1] for row in edges}


def test_a_label_in_csv_is_never_a_formula(odd: Store, tmp_path: Path) -> None:
    writers.write(odd, tmp_path / "graph.csv", evidence=False)
    labels = [row[1] for row in rows(tmp_path / "graph.nodes.csv")[1:]]
    assert labels == ["'=cmd|'/C calc'!A0\ufffd second\ufffdline", "two"]


def test_json_ld_needs_no_context(store: Store, tmp_path: Path) -> None:
    text = written(store, tmp_path, "graph.jsonld").read_text(encoding="utf-8")
    assert "@context" not in text
    assert json.loads(text)


def test_the_format_can_be_named_apart_from_the_file(store: Store, tmp_path: Path) -> None:
    for name in ("nt", ".NT"):
        writers.write(store, tmp_path / "graph.v2", evidence=False, format=name)
        assert (tmp_path / "graph.v2").read_text(encoding="utf-8").startswith("<https://")
    writers.write(store, tmp_path / "graph.v2", evidence=False, format="csv")
    assert (tmp_path / "graph.v2.nodes.csv").is_file()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("graph.xlsx", "no format '.xlsx': choose one of .ttl"),
        ("graph", "no format ''"),
        ("none/graph.ttl", "cannot be written: No such file"),
        ("folder.ttl", "cannot be written: Is a directory"),
    ],
)
def test_what_cannot_be_written_is_one_line(
    store: Store, tmp_path: Path, name: str, says: str
) -> None:
    (tmp_path / "folder.ttl").mkdir()
    with pytest.raises(KgError, match=says) as error:
        writers.write(store, tmp_path / name, evidence=True)
    assert "\n" not in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.ttl"]


def test_a_writer_that_fails_leaves_the_old_file(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(store, tmp_path)
    before = path.read_bytes()

    def failing(store: Store, file: io.BytesIO, *, evidence: bool) -> int:
        file.write(b"half")
        raise RuntimeError("killed")

    monkeypatch.setattr(writers, "FORMATS", {".ttl": {"": failing}})
    with pytest.raises(RuntimeError, match="killed"):
        written(store, tmp_path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_every_rdf_format_that_opens_is_also_written() -> None:
    assert set(RDF) == set(TRIPLES + DATASETS) == set(writers.FORMATS) - set(NETWORKS)
