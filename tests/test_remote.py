"""What is asked of a graph behind an endpoint has the answer that the graph gives itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from endpoints import oxigraph
from nouns import HOSTILE, MENTIONS, RUN, STATEMENTS, WORKS
from pyoxigraph import Quad, Store
from serving import serve

from kg import ask, diff, opened, query, remote, search, why, writers
from kg.errors import KgError
from kg.graph import to_graph
from kg.opened import Graph
from kg.view import write_view

QUADS = tuple(dict.fromkeys(to_graph(WORKS, MENTIONS, STATEMENTS, run=RUN)))
#: As N-Triples have it.
FLAT = tuple(Quad(quad.subject, quad.predicate, quad.object) for quad in QUADS)
PRO = "ProSparse: Introducing Sparse Activations"


@dataclass
class Pair:
    """A graph on this machine, and the address of an endpoint over the same."""

    local: Graph
    url: str

    def open(self) -> Graph:
        return remote.open(self.url)


@pytest.fixture(scope="module", params=["union", "flat", "asked for the union"])
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    quads = FLAT if request.param == "flat" else QUADS
    options = ["--union-default-graph"] if request.param == "union" else []
    store = Store()
    store.extend(quads)
    with oxigraph(quads, tmp_path_factory.mktemp("remote") / "store", *options) as url:
        yield Pair(opened.of(store), url)


def shown(graph: Graph, question: str, **parameters: str) -> str:
    answer = query.ask(graph, question, parameters=parameters)
    return query.render(answer, "turtle" if answer.graph else "json")


#: Something of each kind in the hand-made graph.
THINGS = {
    "Thing": "ReLU",
    "Entity": "ReLU",
    "Method": "ProSparse",
    "Dataset": "GLUE",
    "Task": "machine translation",
    "Concept": "sparsity",
    "Paper": PRO,
    "Author": "Alan Turing",
    "Venue": "ICML",
}


@pytest.mark.parametrize("name", sorted(query.saved()))
def test_a_saved_question_has_the_same_answer(pair: Pair, name: str) -> None:
    parameters = query.saved()[name].parameters
    named = {p.name: THINGS[p.kind] for p in parameters if p.kind}
    rest = {p.name: "2024" for p in parameters if p.kind is None and p.default is None}
    needed = {p.name: named[p.name] for p in parameters if p.kind and p.default is None}
    for given in ({**needed, **rest}, {**named, **rest}):
        assert shown(pair.open(), name, **given) == shown(pair.local, name, **given)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?name { <method/relu> skos:prefLabel ?name }",
        "ASK { <method/relu> a kg:Method }",
        "ASK { <method/relu> a kg:Task }",
        "DESCRIBE <method/relu>",
        "CONSTRUCT { ?m a kg:Named } WHERE { ?x kg:entity ?m }",
        "PREFIX kg: <http://nowhere.example/> SELECT ?x { ?x a kg:Paper }",
        "SELECT ?text { ?abstract kg:text ?text }",
        "SELECT ?x ?y { ?x a kg:Paper OPTIONAL { ?x kg:nothing ?y } }",
    ],
)
def test_a_query_has_the_same_answer(pair: Pair, text: str) -> None:
    assert shown(pair.open(), text) == shown(pair.local, text)


def test_a_query_that_names_its_graph_is_not_asked_over_all_of_them(tmp_path: Path) -> None:
    with oxigraph(QUADS, tmp_path / "store") as url:
        graph = remote.open(url)
        assert query.ask(graph, "ASK FROM kg:evidence { ?x a kg:Mention }").truth is True
        assert query.ask(graph, "ASK FROM kg:evidence { ?x a kg:Paper }").truth is False


def test_a_mistake_is_told_as_it_is_at_home(pair: Pair) -> None:
    for text in ("SELECT ?x { ?x a kg:Paper", "DROP ALL", "SELECT ?x { ?x nix:it ?y }"):
        with pytest.raises(KgError) as here:
            query.ask(pair.local, text)
        with pytest.raises(KgError) as there:
            query.ask(pair.open(), text)
        assert str(there.value) == str(here.value)


def test_a_name_that_nothing_bears_is_told_with_one_that_is_like_it(pair: Pair) -> None:
    with pytest.raises(KgError, match="no method .* called 'prosparze': did you mean ProSparse"):
        query.ask(pair.open(), "papers-that-use-a-method", parameters={"method": "prosparze"})


@pytest.mark.parametrize(
    "names", [["ReLU"], ["GLUE"], [PRO], ["ReLU", "ProSparse"], [PRO, "GLUE"], ["C#", "C++"]]
)
def test_why_has_the_same_sentences_by_a_handful_of_requests(
    pair: Pair, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []
    whole = remote.endpoint.answer

    def counted(*asked: object) -> object:
        sent.append(asked)
        return whole(*asked)

    monkeypatch.setattr(remote.endpoint, "answer", counted)
    found = why.why(remote.around(pair.open(), *names), *names)
    assert why.render(found) == why.render(why.why(pair.local, *names))
    assert len(sent) <= 20


def test_why_says_the_same_where_there_is_no_answer(pair: Pair) -> None:
    for names in (["nothing such"], ["C#", "GLUE"]):
        with pytest.raises(KgError) as here:
            why.why(pair.local, *names)
        with pytest.raises(KgError) as there:
            why.why(remote.around(pair.open(), *names), *names)
        assert str(there.value) == str(here.value)


def test_a_graph_on_this_machine_is_its_own_neighbourhood(pair: Pair) -> None:
    assert remote.around(pair.local, "nothing such") is pair.local
    assert remote.settled(pair.local, lambda graph: graph) is pair.local


def test_figures_are_the_same(pair: Pair) -> None:
    assert query.stats(pair.open()) == query.stats(pair.local)


def test_a_question_in_words_is_taken_for_the_same_by_a_handful_of_requests(pair: Pair) -> None:
    words = "which papers use ReLU?"
    asked, answer = remote.settled(pair.open(), lambda graph: ask.ask(graph, words))
    expected = ask.ask(pair.local, words)
    assert ask.render(asked, answer) == ask.render(*expected)


def test_search_finds_names_before_texts(pair: Pair) -> None:
    index = pair.open().index
    found = index.search("glue")
    assert [(hit.kind, hit.name) for hit in found.hits][0] == ("Dataset", "GLUE")
    assert {hit.kind for hit in found.hits} == {"Dataset", "Paper"}
    assert found.total == 3 and found.all_words
    assert {hit.iri for hit in found.hits} == {
        hit.iri for hit in pair.local.index.search("glue").hits
    }
    assert ("GLUE", True) in found.hits[1].snippet
    assert index.search("glue", most=1, skip=1).hits == found.hits[1:2]
    assert [hit.kind for hit in index.search("glue", kinds=["Dataset"]).hits] == ["Dataset"]
    assert search.render(found)


def test_search_says_where_nothing_has_all_the_words(pair: Pair) -> None:
    found = pair.open().index.search("glue unheardof")
    assert found.total == 3 and not found.all_words
    assert pair.open().index.search("unheardof").hits == ()
    assert pair.open().index.search(" '\"\\ \x00 ").hits == ()
    with pytest.raises(KgError, match="no kind 'Rock'"):
        pair.open().index.search("glue", kinds=["Rock"])


def test_the_index_counts_papers_and_finds_names_in_any_letter_case(pair: Pair) -> None:
    local, index = pair.local.index, pair.open().index
    for name in ("relu", "RELU", "rectified linear unit", "no such name", HOSTILE):
        assert index.named(name) == local.named(name)
    for iri in local.named("ReLU"):
        assert index.papers(iri) == local.papers(iri) > 0


@pytest.mark.parametrize("suffix", sorted(writers.FORMATS))
def test_an_export_has_the_same_bytes(pair: Pair, suffix: str, tmp_path: Path) -> None:
    for side in ("here", "there"):
        (tmp_path / side).mkdir()
    for evidence in (True, False):
        writers.write(pair.local.store, tmp_path / "here" / f"g{suffix}", evidence=evidence)
        with remote.whole(pair.url) as graph:
            writers.write(graph.store, tmp_path / "there" / f"g{suffix}", evidence=evidence)
        for path in (tmp_path / "here").iterdir():
            assert (tmp_path / "there" / path.name).read_bytes() == path.read_bytes()


def test_a_page_has_the_same_bytes(pair: Pair, tmp_path: Path) -> None:
    write_view(pair.local.store, tmp_path / "here.html", around="ReLU")
    with remote.whole(pair.url) as graph:
        write_view(graph.store, tmp_path / "there.html", around="ReLU")
    assert (tmp_path / "there.html").read_bytes() == (tmp_path / "here.html").read_bytes()


def test_diff_is_the_same_on_either_side_and_needs_no_evidence(pair: Pair) -> None:
    other = Store()
    other.extend(quad for quad in QUADS if '"ReLU"' not in str(quad) and "glue" not in str(quad))
    with remote.whole(pair.url, evidence=False) as graph:
        assert diff.diff(graph.store, other) == diff.diff(pair.local.store, other)
        assert diff.diff(other, graph.store) == diff.diff(other, pair.local.store)
        assert not diff.diff(graph.store, pair.local.store)


def test_a_copy_is_gone_when_the_work_is_done(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with remote.whole(pair.url) as graph:
        assert len(graph.store) == len(pair.local.store)
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())


def test_the_base_is_that_of_the_graphs_records(tmp_path: Path) -> None:
    base = "https://example.org/source/paper/"
    quads = to_graph(WORKS, MENTIONS, STATEMENTS, base=base, run=RUN)
    with oxigraph(quads, tmp_path / "store", "--union-default-graph") as url:
        graph = remote.open(url)
        assert graph.base == base
        assert '"ReLU"' in shown(graph, "SELECT ?n { <method/relu> skos:prefLabel ?n }")
        assert remote.open(url, base="https://other.example/").base == "https://other.example/"


def test_our_own_server_is_an_endpoint_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    path.write_text("".join(f"{quad} .\n" for quad in QUADS), encoding="utf-8")
    local = opened.open(path)
    with serve(path) as address:
        graph = remote.open(f"{address}/sparql")
        name = "papers-that-use-a-method"
        assert shown(graph, name, method="relu") == shown(local, name, method="relu")
        found = why.why(remote.around(graph, "ReLU"), "ReLU")
        assert why.render(found) == why.render(why.why(local, "ReLU"))
        with remote.whole(f"{address}/sparql") as copy:
            assert set(copy.store) == set(local.store)
        with pytest.raises(KgError, match="/sparql"):
            remote.open(address)
