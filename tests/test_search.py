"""What is in the index of a graph, how it is found, and that hostile words find nothing else."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import nouns
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indexed import content
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, serialize

from kg import opened, search, store
from kg.errors import KgError
from kg.graph import term, to_graph
from kg.search import Found, Hit, Index, rows
from kg.search.things import see

BASE = "https://w3id.org/paperkg/"
PRO = "ProSparse: Introducing Sparse Activations"


def thing(folder: str, kind: str, name: str, *also: str, papers: int = 0) -> list[Quad]:
    """Make a node of a kind with its names, and papers that mention it."""
    node = NamedNode(f"{BASE}{folder}/{quote(name, safe='')}")
    label = "foaf:name" if kind == "Author" else "skos:prefLabel"
    quads = [
        Quad(node, term("rdf:type"), term(f"kg:{kind}")),
        Quad(node, term(label), Literal(name)),
        *(Quad(node, term("skos:altLabel"), Literal(one)) for one in also),
    ]
    for number in range(papers):
        quads.append(Quad(NamedNode(f"{BASE}paper/{number}"), term("kg:mentions"), node))
    return quads


def paper(number: int, title: str | None, abstract: str) -> list[Quad]:
    node, text = NamedNode(f"{BASE}paper/{number}"), NamedNode(f"{BASE}abstract/{number}")
    quads = [
        Quad(node, term("rdf:type"), term("kg:Paper")),
        Quad(text, term("kg:of"), node),
        Quad(text, term("kg:text"), Literal(abstract)),
    ]
    return quads + ([Quad(node, term("dct:title"), Literal(title))] if title else [])


def index(*quads: list[Quad]) -> Index:
    own = Store()
    own.extend(quad for some in quads for quad in some)
    return opened.of(own).index


@pytest.fixture(scope="module")
def graph() -> opened.Graph:
    own = Store()
    own.extend(to_graph(nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS, run=nouns.RUN))
    return opened.of(own)


def names(found: Found) -> list[str]:
    return [hit.name for hit in found.hits]


def marked(hit: Hit) -> list[str]:
    return [text for text, mark in hit.snippet if mark]


def test_papers_entities_authors_and_venues_are_found(graph: opened.Graph) -> None:
    kinds = {
        "sparse activations": "Paper",
        "beats relu": "Paper",
        "rectified linear": "Method",
        "glue": "Dataset",
        "machine translation": "Task",
        "activation sparsity": "Concept",
        "lovelace": "Author",
        "conference on machine learning": "Venue",
    }
    assert {words: graph.index.search(words).hits[0].kind for words in kinds} == kinds


def test_a_hit_has_the_name_the_iri_and_the_papers_of_a_thing(graph: opened.Graph) -> None:
    (hit, *_) = graph.index.search("RELU").hits
    assert (hit.kind, hit.name, hit.iri, hit.papers) == ("Method", "ReLU", f"{BASE}method/relu", 2)
    for hit in graph.index.search("a").hits:
        (seen,) = see(graph.store, NamedNode(hit.iri))
        assert (seen.kind, seen.name) == (hit.kind, hit.name)


@pytest.mark.parametrize("name", ["C++", "c#", ".NET", "GPT-4", "gpt 4", "U-Net", "caf\u00e9"])
def test_names_of_odd_letters_are_found_first(name: str) -> None:
    there = ["C++", "C#", ".NET", "GPT-4", "U-Net", "Caf\u00e9", "C", "net", "GPT", "U", "GPT-2"]
    found = index(*(thing("method", "Method", one) for one in there)).search(name)
    assert names(found)[0].casefold().replace("-", " ") == name.casefold().replace("-", " ")


def test_neither_c_sharp_nor_c_plus_plus_is_c() -> None:
    there = index(*(thing("method", "Method", name) for name in ("C", "C#", "C++")))
    assert names(there.search("C#")) == ["C#"] and names(there.search("C++ ")) == ["C++"]


def test_accents_case_endings_and_the_last_letters_do_not_matter() -> None:
    there = index(thing("method", "Method", "Universal networks of B\u00e9zier"))
    for words in ("bezier", "BEZIER universal", "network", "networks", "univ", "Networking"):
        assert there.search(words).total == 1, words
    assert there.search("univ bezier").total == 1 and there.search("univ bezier").all_words is False


def test_a_name_stands_above_a_title_above_an_abstract() -> None:
    there = index(
        paper(1, "On snow", "A text that says melting, and more of it."),
        paper(2, "How melting goes", "A text that says nothing, and more of it."),
        thing("task", "Task", "slow melting"),
    )
    assert names(there.search("melting")) == ["slow melting", "How melting goes", "On snow"]


def test_what_bears_the_words_as_its_name_stands_first_the_most_named_above() -> None:
    there = index(
        thing("method", "Method", "melt melt melt", papers=9),
        thing("task", "Task", "thaw", "Melt", papers=1),
        thing("concept", "Concept", "melt", papers=3),
    )
    assert names(there.search("MELT")) == ["melt", "thaw", "melt melt melt"]


def test_of_like_names_the_one_of_more_papers_stands_first() -> None:
    some = [thing("method", "Method", f"{word} melt", papers=n) for n, word in enumerate("abcdef")]
    assert names(index(*some).search("melt")) == [f"{word} melt" for word in "fedcba"]


def test_an_identifier_finds_its_paper_though_no_text_has_it(graph: opened.Graph) -> None:
    for name in ("2402.13516", "10.1000/PROSPARSE", "https://arxiv.org/abs/2402.13516"):
        assert names(graph.index.search(name))[0] == PRO
    found = graph.index.search("2402.13516")
    assert (found.total, found.all_words) == (1, True)
    assert "".join(text for text, _ in found.hits[0].snippet)


def test_where_nothing_has_all_words_what_has_some_is_told_apart() -> None:
    there = index(paper(1, "Ice", "Snow."), paper(2, "Ice and rain", "Hail."))
    found = there.search("ice snow")
    assert found.all_words and names(found) == ["Ice"]
    found = there.search("ice rain snow")
    assert not found.all_words and found.total == 2
    found = there.search("fire")
    assert found == Found((), 0, True)


def test_what_lacks_one_word_keeps_out_what_has_only_one() -> None:
    there = index(paper(1, "Frost", "Ice and snow."), paper(2, "Rain", "Rain, rain, rain."))
    assert names(there.search("ice rain snow")) == ["Frost"]
    assert sorted(names(there.search("ice rain fire wind"))) == ["Frost", "Rain"]


def test_what_has_no_letter_is_no_word(graph: opened.Graph) -> None:
    found = graph.index.search("relu & ( 😀 --")
    assert found.all_words and found.total == 3


def test_kinds_are_those_asked_for(graph: opened.Graph) -> None:
    found = graph.index.search("sparsity", kinds=["Entity"])
    assert {hit.kind for hit in found.hits} == {"Concept"}
    assert graph.index.search("sparsity", kinds=["Paper", "Task"]).total == 2
    with pytest.raises(KgError, match="no kind 'Animal': use Thing, "):
        graph.index.search("sparsity", kinds=["Animal"])


def test_pages_of_hits_follow_one_another(graph: opened.Graph) -> None:
    whole = graph.index.search("sparsity", most=99)
    pages = [graph.index.search("sparsity", most=2, skip=n) for n in range(0, whole.total + 2, 2)]
    assert [hit for page in pages for hit in page.hits] == list(whole.hits)
    assert {page.total for page in pages} == {whole.total} == {len(whole.hits)}


def test_a_snippet_is_of_the_text_with_the_words_marked(graph: opened.Graph) -> None:
    (hit,) = graph.index.search("translating kinds", kinds=["Paper"]).hits
    assert marked(hit) == ["translate", "translation", "kind"]
    assert "".join(text for text, _ in hit.snippet) == nouns.THIRD
    (hit, *_) = graph.index.search("rectified unit").hits
    assert marked(hit) == ["rectified", "unit"]


def test_a_mark_in_a_text_is_a_letter_like_others() -> None:
    there = index(paper(1, None, "a \x01hidden\x02 mark"))
    (hit,) = there.search("mark").hits
    assert marked(hit) == ["mark"] and hit.name == "a \x01hidden\x02 mark\u2026".replace(
        "\x01", "\ufffd"
    ).replace("\x02", "\ufffd")


@pytest.mark.parametrize(
    "words",
    [
        '"',
        '""',
        '"a" OR "b',
        "NEAR(a b, 2)",
        "name : relu",
        "{name title} : relu",
        "relu*",
        "* ^ - ( ) :",
        "a AND NOT b",
        "x' OR 1=1 --",
        "\x00\x01\x02",
        "\ud800 relu",
        "\U0010ffff",
        "\u202e",
        "",
        "   ",
        "relu " * 2000,
        "x" * 10_000,
        '"' * 10_000,
        "(" * 10_000,
        "\u00e4" * 10_000,
    ],
)
def test_hostile_words_are_words(graph: opened.Graph, words: str) -> None:
    started = time.process_time()
    graph.index.search(words)
    graph.index.named(words)
    graph.index.close(words)
    graph.index.papers(words)
    assert time.process_time() - started < 1


@given(st.text())
def test_no_words_are_syntax(graph: opened.Graph, words: str) -> None:
    found = graph.index.search(words)
    assert len(found.hits) <= found.total
    assert len(graph.index.close(words)) <= 3


def test_a_name_is_found_however_it_is_spaced_and_spelled() -> None:
    there = index(thing("author", "Author", "Stra\u00dfe  \ufb01n", "Doe, Jo", papers=1))
    (iri,) = there.named("STRASSE FIN")
    assert there.named(" doe,   JO ") == (iri,) and there.named("Jo") == ()
    assert there.papers(iri) == 1 and there.papers("https://example.org/") == 0


@pytest.mark.parametrize(
    ("slip", "name"),
    [
        ("Tranformer", "Transformer"),
        ("Trnasformer", "Transformer"),
        ("rTansformer", "Transformer"),
        ("Transformre", "Transformer"),
        ("ImagNet", "ImageNet"),
        ("GLEU", "GLUE"),
        ("graph neural netwrk", "graph neural network"),
        ("neural network", "graph neural network"),
    ],
)
def test_a_slip_of_the_pen_is_close_to_what_was_meant(slip: str, name: str) -> None:
    there = ["Transformer", "GLUE", "ImageNet", "graph neural network", "snow", "transport"]
    found = index(*(thing("method", "Method", one) for one in there)).close(slip)
    assert found[0] == name


def test_close_names_are_of_the_kinds_asked_for_and_no_identifiers(graph: opened.Graph) -> None:
    assert graph.index.close("GLEU", ["Dataset"]) == ("GLUE",)
    assert graph.index.close("GLEU", ["Author"]) == ()
    assert graph.index.close("2402.13517") == ()


@pytest.fixture
def built(tmp_path: Path) -> Path:
    quads = to_graph(nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS, run=nouns.RUN)
    store.write(quads, tmp_path / "graph.kg", facts={})
    return tmp_path / "graph.kg"


def test_a_store_has_its_index_and_a_file_is_given_one(
    built: Path, tmp_path: Path, graph: opened.Graph
) -> None:
    path = tmp_path / "graph.nq"
    path.write_bytes(serialize(graph.store, format=RdfFormat.N_QUADS))
    assert (store.state(built) / rows.FILE).is_file()
    for words in ("relu", "sparsity", "lovelace icml"):
        expected = graph.index.search(words)
        assert opened.open(built).index.search(words) == expected
        assert opened.open(path).index.search(words) == expected


@pytest.mark.parametrize("sql", [None, "PRAGMA user_version = 99"])
def test_a_store_of_another_version_is_searched_all_the_same(built: Path, sql: str | None) -> None:
    path = store.state(built) / rows.FILE
    if sql is None:
        path.unlink()
    else:
        with sqlite3.connect(path) as tables:
            tables.execute(sql)
    before = path.read_bytes() if sql else None
    assert names(opened.open(built).index.search("relu"))[0] == "ReLU"
    assert sql is None or path.read_bytes() == before


@pytest.mark.parametrize("keep", [0.0, 0.5])
def test_a_damaged_index_is_one_line(built: Path, keep: float) -> None:
    path = store.state(built) / rows.FILE
    content = path.read_bytes()
    path.write_bytes((content[: int(len(content) * keep)] or b"no index").ljust(4096, b"x"))
    with pytest.raises(KgError, match="damaged, build") as caught:
        opened.open(built).index.search("relu")
    assert "\n" not in str(caught.value)


QUADS = sorted(to_graph(nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS, run=nouns.RUN), key=str)
#: What the rows of an index are made from, and as much of the rest.
TELLING = [
    quad for quad in QUADS if "/mention/" not in str(quad) and "/statement/" not in str(quad)
]
subsets = st.sets(st.sampled_from(TELLING)) | st.builds(
    lambda left: set(TELLING) - left, st.sets(st.sampled_from(TELLING), max_size=9)
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(subsets, subsets)
def test_a_changed_index_is_the_one_of_the_changed_quads(old: set[Quad], new: set[Quad]) -> None:
    before, after = Store(), Store()
    before.extend(old)
    after.extend(new)
    with TemporaryDirectory() as room:
        first, changed, fresh = (Path(room) / name for name in ("first", "changed", "fresh"))
        rows.write(first, before).close()
        rows.change(changed, first, after, old - new, new - old)
        rows.write(fresh, after).close()
        assert content(changed) == content(fresh)
        rows.write(Path(room) / "again", after).close()
        assert fresh.read_bytes() == (Path(room) / "again").read_bytes()


def test_searching_writes_nothing(built: Path) -> None:
    def seen() -> dict[str, bytes]:
        folder = store.state(built)
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    before = seen()
    opened.open(built).index.search("relu")
    assert seen() == before


@pytest.mark.parametrize("kept", [True, False])
def test_a_process_that_may_write_no_file_searches_too(built: Path, kept: bool) -> None:
    many = (thing("task", "Task", f"{number} melt " + "of ice " * 99) for number in range(3000))
    store.write([quad for quads in many for quad in quads], built, facts={})
    if not kept:
        (store.state(built) / rows.FILE).unlink()
    code = (
        "import resource, sys; from pathlib import Path; from kg import opened;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0));"
        "print(opened.open(Path(sys.argv[1])).index.search('ice melt', most=3000).total)"
    )
    command = [sys.executable, "-c", code, str(built)]
    assert subprocess.run(command, capture_output=True, text=True).stdout == "3000\n"


def test_an_opened_index_outlives_its_graph(built: Path) -> None:
    there = opened.open(built)
    shutil.rmtree(built)
    assert there.index.search("relu").total == 3


@pytest.mark.parametrize("lost", [False, True])
def test_a_graph_renewed_while_it_is_opened_is_the_new_one(
    built: Path, monkeypatch: pytest.MonkeyPatch, lost: bool
) -> None:
    real, renewed = search.open_index, []

    def open_index(folder: Path, own: Store) -> Index:
        if not renewed:
            renewed.append(store.write(thing("task", "Task", "new"), built, facts={}))
            if lost:
                raise KgError("damaged: its files have gone")
        return real(folder, own)

    monkeypatch.setattr(search, "open_index", open_index)
    there = opened.open(built)
    assert len(there.store) == 2 and names(there.index.search("new")) == ["new"]


def test_a_forked_process_searches_too(built: Path) -> None:
    there = opened.open(built)
    there.index.search("glue")
    child = os.fork()
    if child == 0:
        os._exit(0 if there.index.search("relu").total == 3 else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_text_shows_names_snippets_and_how_many_there_are(graph: opened.Graph) -> None:
    lines = search.render(graph.index.search("relu", most=1)).splitlines()
    assert lines == [
        "ReLU (Method, 2 papers)  <method/relu>",
        "    [ReLU] \u00b7 [ReLUs] \u00b7 rectified linear unit",
        "",
        "1 of 3: --most shows more",
    ]
    highlighted = search.render(graph.index.search("glue"), highlight=True)
    assert "\x1b[1;33mGLUE\x1b[0m" in highlighted and "[GLUE]" not in highlighted
    assert search.render(graph.index.search("fire")) == "nothing found\n"
    some = search.render(graph.index.search("relu fire"))
    assert some.startswith("nothing has all the words: these have some of them\n\n")


def test_json_is_an_object_a_line(graph: opened.Graph) -> None:
    lines = search.render(graph.index.search("relu"), "json").splitlines()
    first = json.loads(lines[0])
    assert len(lines) == 3 and first["iri"] == f"{BASE}method/relu"
    assert first["snippet"][0] == ["ReLU", True]
    with pytest.raises(KgError, match="--format pdf: unknown: use text, json"):
        search.render(Found((), 0, True), "pdf")


def test_a_hostile_name_cannot_steer_the_terminal() -> None:
    hit = Hit("Task", "a\x1b[2J\u202e", f"{BASE}task/a", (("b\x1b", True), ("c\u202e", False)), 1.0)
    for form in search.FORMATS:
        written = search.render(Found((hit,), 1, True), form)
        assert "\x1b" not in written
    assert "\u202e" not in search.render(Found((hit,), 1, True))
