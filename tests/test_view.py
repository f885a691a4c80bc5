import base64
import hashlib
import json
import os
import random
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nouns
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from kg.errors import KgError
from kg.graph import iri, predicate_iri, term, to_graph
from kg.model import Entity, Paper, Source, Statement, Work
from kg.view import layout, outline, page, passages, scene, write_view
from kg.vocab import PAPER_PREDICATE, RELATIONS

#: A name that runs where it is taken for HTML.
IMAGE = "<img src=x onerror=alert(1)>"


class Elements(HTMLParser):
    """Every start tag with its attributes, and the text of every script and style."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.texts.append((tag, ""))

    def handle_data(self, data: str) -> None:
        if self.texts and self.lasttag == self.texts[-1][0] and self.cdata_elem:
            self.texts[-1] = (self.texts[-1][0], self.texts[-1][1] + data)


def store_of(
    works: tuple[Work, ...] = nouns.WORKS,
    mentions: tuple[Any, ...] = nouns.MENTIONS,
    statements: tuple[Statement, ...] = nouns.STATEMENTS,
) -> Store:
    store = Store()
    store.extend(to_graph(works, mentions, statements, run=nouns.RUN))
    return store


def stars(*sizes: int) -> Store:
    """Methods in so many papers each; each paper names one."""
    works, statements = [], []
    for number, size in enumerate(sizes):
        method = Entity("Method", f"method {number}", f"Method {number}")
        for place in range(size):
            work = Work(f"paper/{number}/{place}", (), f"Paper {number}.{place}")
            works.append(work)
            statements.append(Statement(work.id, "uses", method, 0.9))
    return store_of(tuple(works), (), tuple(statements))


@pytest.fixture(scope="module")
def store() -> Store:
    return store_of()


@pytest.fixture(scope="module")
def html(store: Store, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("view") / "graph.html"
    write_view(store, path)
    return path.read_text("utf-8")


def contents(html: str) -> Any:
    (text,) = re.findall(r'<script type="application/json" id="contents">(.*?)</script>', html)
    return json.loads(text)


def seen(store: Store) -> scene.Scene:
    whole = outline.read(store)
    return scene.read(store, whole, outline.most_connected(whole, 1000), None)


def node(view: scene.Scene, name: str) -> scene.Node:
    (found,) = [node for node in view.nodes if node.name == name]
    return found


def shown(path: Path) -> set[str]:
    return {node["name"] for node in contents(path.read_text("utf-8"))["scene"]["nodes"]}


# The file


def test_nothing_in_the_page_loads_anything(html: str) -> None:
    addresses = [
        value
        for tag, attributes in Elements(html).tags
        for name, value in attributes.items()
        if name in ("src", "href", "srcset", "data", "poster", "action", "background", "style")
    ]
    assert addresses == ["data:,"]
    assert not re.search(r"@import|url\(", (page.FOLDER / "page.css").read_text("utf-8"))
    assert "bootstrap" not in html
    assert "sourceMappingURL" not in html


def test_the_policy_names_exactly_the_scripts_and_styles_of_the_page(html: str) -> None:
    elements = Elements(html)
    (policy,) = [
        attributes["content"] or ""
        for tag, attributes in elements.tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["connect-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert "unsafe" not in policy and "http" not in policy

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    scripts = [text for tag, text in elements.texts if tag == "script"][1:]
    assert rules["script-src"].split() == [digest(text) for text in scripts]
    assert rules["style-src"].split() == [digest(t) for tag, t in elements.texts if tag == "style"]


def test_the_policy_stands_before_all_that_it_governs(html: str) -> None:
    assert html.index("Content-Security-Policy") < html.index("<style") < html.index("<script")


def test_hostile_text_stays_inside_the_contents(tmp_path: Path) -> None:
    evil = f"</script><script>alert(1)</script>\u2028\u2029&amp;<!--{IMAGE}"
    work = Work("paper/x", (), evil)
    method = Entity("Method", "evil", evil, (evil + "2",))
    path = tmp_path / "graph.html"
    graph = store_of((work,), (), (Statement(work.id, "uses", method, 0.9),))
    write_view(graph, path, around="method/evil")
    text = path.read_text("utf-8")
    assert [tag for tag, _ in Elements(text).tags].count("script") == 3
    assert IMAGE not in text and "\u2028" not in text and "\u2029" not in text
    assert [node["label"] for node in contents(text)["nodes"]] == [" ".join(evil.split())] * 2
    embedded = text[text.index('id="contents">') + 14 :]
    assert not set("<>&") & set(embedded[: embedded.index("</script>")])


@pytest.mark.parametrize(
    "word",
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("],
)
def test_the_script_makes_no_html_of_text(word: str) -> None:
    assert word not in (page.FOLDER / "page.js").read_text("utf-8")


def test_pyvis_gives_no_titles_which_it_would_run_as_html(html: str) -> None:
    assert not any("title" in node for node in contents(html)["nodes"])


def test_the_same_quads_give_the_same_bytes(tmp_path: Path) -> None:
    # Sets of strings are walked in another order under another hash seed.
    program = """if True:
        import random, sys
        from pathlib import Path
        from pyoxigraph import RdfFormat, Store, parse
        from kg.view import write_view
        quads = list(parse(path=sys.argv[1], format=RdfFormat.N_QUADS))
        random.Random(sys.argv[2]).shuffle(quads)
        store = Store()
        for quad in quads:
            store.add(quad)
        write_view(store, Path(sys.argv[2]))
    """
    store_of().dump(tmp_path / "graph.nq", RdfFormat.N_QUADS)
    pages = set()
    for seed in ("1", "2", "3"):
        path = tmp_path / f"{seed}.html"
        arguments = [sys.executable, "-c", program, str(tmp_path / "graph.nq"), str(path)]
        subprocess.run(arguments, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        pages.add(path.read_bytes())
    assert len(pages) == 1


def test_the_summary_counts_what_the_page_holds(store: Store, tmp_path: Path) -> None:
    for limit in (7, 1000):
        summary = write_view(store, tmp_path / "graph.html", limit=limit)
        held = contents((tmp_path / "graph.html").read_text("utf-8"))
        assert (summary.nodes, summary.edges) == (len(held["nodes"]), len(held["edges"]))
        assert (summary.nodes, summary.nodes_in_all) == (min(limit, 17), 3 + 9 + 3 + 2)


def test_an_empty_graph_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="nothing to show"):
        write_view(Store(), tmp_path / "graph.html")


def test_a_page_that_cannot_be_written_is_an_error(store: Store, tmp_path: Path) -> None:
    with pytest.raises(KgError, match="cannot be written"):
        write_view(store, tmp_path / "missing" / "graph.html")


def test_a_page_of_no_nodes_is_an_error(store: Store, tmp_path: Path) -> None:
    with pytest.raises(KgError, match="at least one"):
        write_view(store, tmp_path / "graph.html", limit=0)


# Words and looks


def test_every_relation_of_the_vocabulary_has_words() -> None:
    predicates = {*PAPER_PREDICATE.values(), *(name for name, _, _ in RELATIONS.values())}
    known = {term(name) for name in outline.WORDS}
    assert {predicate_iri(predicate) for predicate in predicates} <= known


def test_every_type_has_its_own_shape_and_colour() -> None:
    assert set(page.LOOKS) == set(outline.NODE_TYPES)
    for position in (1, 2):
        assert len({look[position] for look in page.LOOKS.values()}) == len(page.LOOKS)


@pytest.mark.parametrize("most", [3, 200, 100_000])
def test_more_papers_make_a_larger_icon_within_bounds(most: int) -> None:
    papers = [0, 1, most // 2, most]
    nodes = [
        scene.Node(str(count), "Method" if count else "Paper", "X", (), count, (), (), 0)
        for count in papers
    ]
    html = page.to_html(scene.Scene(tuple(nodes), (), {}, 4))
    sizes = [node["size"] for node in contents(html)["nodes"]]
    assert sizes == sorted(sizes)
    assert (sizes[0], sizes[-1] <= page.LARGEST) == (page.SMALLEST, True)
    assert sizes[-1] > sizes[-2]


# Which nodes


def test_a_page_of_fewer_nodes_says_so_and_keeps_the_most_connected(tmp_path: Path) -> None:
    write_view(stars(1, 4), tmp_path / "graph.html", limit=5)
    assert shown(tmp_path / "graph.html") == {"Method 1", *(f"Paper 1.{n}" for n in range(4))}
    text = (tmp_path / "graph.html").read_text("utf-8")
    assert "5 of 7 nodes shown: the most connected part" in text


def test_a_page_of_all_nodes_says_so(html: str) -> None:
    assert "All 17 nodes of the graph" in html


def test_entities_of_two_papers_come_before_those_of_one(store: Store, tmp_path: Path) -> None:
    # Three papers; ReLU, GLUE, machine translation and activation sparsity are in two each.
    write_view(store, tmp_path / "graph.html", limit=7)
    entities = shown(tmp_path / "graph.html")
    assert {"ReLU", "GLUE", "machine translation", "activation sparsity"} < entities


def test_a_dense_part_comes_before_a_large_star() -> None:
    links = [(a, b) for a in range(4) for b in range(a)] + [(4, n) for n in range(5, 12)]
    whole = outline.Outline(
        tuple(map(str, range(12))), ("Paper",) * 12, {pair: ("kg:about",) for pair in links}
    )
    assert outline.most_connected(whole, 4) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "name",
    ["ReLU", "relu", " RELU ", "rectified  linear unit", "method/relu", str(iri(nouns.RELU).value)],
)
def test_a_node_is_found_by_name_alias_or_iri(store: Store, name: str) -> None:
    whole = outline.read(store)
    assert whole.iris[outline.find(store, whole, name)] == iri(nouns.RELU).value


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        ("prosparse: introducing sparse activations", nouns.SPARSE_WORK.id),
        ("ProSparse: Sparse Activations", nouns.SPARSE_WORK.id),
        ("ada lovelace", nouns.ADA),
        ("International Conference on Machine Learning", nouns.ICML),
    ],
)
def test_papers_authors_and_venues_are_found_too(
    store: Store, name: str, thing: Entity | str
) -> None:
    whole = outline.read(store)
    assert whole.iris[outline.find(store, whole, name)] == iri(thing).value


def test_an_unknown_name_is_an_error_that_names_what_is_close(store: Store) -> None:
    with pytest.raises(KgError, match="'relo'.*did you mean 'relu'") as caught:
        outline.find(store, outline.read(store), "relo")
    assert "\n" not in str(caught.value)


def test_an_ambiguous_name_is_an_error_that_lists_the_candidates() -> None:
    paper = Work("paper/x", (), "X")
    twins = (
        Entity("Method", "reasoning", "Reasoning"),
        Entity("Concept", "reasoning", "reasoning"),
    )
    graph = store_of((paper,), (), tuple(Statement(paper.id, "uses", twin, 0.9) for twin in twins))
    whole = outline.read(graph)
    with pytest.raises(KgError, match="2 things.*concept/reasoning.*method/reasoning"):
        outline.find(graph, whole, "REASONING")
    assert whole.types[outline.find(graph, whole, "concept/reasoning")] == "Concept"


def test_a_name_beats_an_alias() -> None:
    paper = Work("paper/x", (), "X")
    lora = Entity("Method", "lora", "LoRA")
    radio = Entity("Concept", "long range radio", "long range radio", ("LoRa",))
    graph = store_of(
        (paper,), (), tuple(Statement(paper.id, "uses", e, 0.9) for e in (lora, radio))
    )
    whole = outline.read(graph)
    assert whole.iris[outline.find(graph, whole, "lora")] == iri(lora).value


def test_around_shows_neighbours_and_theirs_only(tmp_path: Path) -> None:
    summary = write_view(stars(3, 2), tmp_path / "graph.html", around="method 1")
    assert shown(tmp_path / "graph.html") == {"Method 1", "Paper 1.0", "Paper 1.1"}
    assert (summary.nodes, summary.nodes_in_all) == (3, 7)
    text = (tmp_path / "graph.html").read_text("utf-8")
    assert "3 of 7 nodes shown: around Method 1" in text
    centre = contents(text)["scene"]["centre"]
    assert contents(text)["scene"]["nodes"][centre]["name"] == "Method 1"


def test_around_keeps_the_centre_and_what_holds_on_most(store: Store) -> None:
    whole = outline.read(store)
    centre = outline.find(store, whole, "ProSparse")
    assert outline.around(whole, centre, 1) == [centre]
    names = {whole.iris[number].rsplit("/", 1)[1] for number in outline.around(whole, centre, 2)}
    assert names == {"prosparse", "2402.13516"}


# What is said of them


def test_passages_are_the_sentences_with_their_words_marked(store: Store) -> None:
    view = seen(store)
    relu = node(view, "ReLU")
    quoted = ["".join(text for text, _ in view.passages[span].pieces) for span in relu.passages]
    assert sorted(quoted) == [
        "On GLUE, ProSparse beats ReLU.",
        "We propose ProSparse, which raises activation sparsity with ReLU.",
        "and ReLU is known from \u4e2d\u6587 \U0001f600 papers.",
    ]
    place = view.nodes.index(relu)
    marked = {
        text
        for span in relu.passages
        for text, named in view.passages[span].pieces
        if place in named
    }
    assert marked == {"ReLU"}


def test_a_passage_names_its_paper(store: Store) -> None:
    view = seen(store)
    for span in node(view, "ProSparse").passages:
        passage = view.passages[span]
        assert passage.title == nouns.SPARSE_WORK.title
        assert passage.paper is not None
        assert view.nodes[passage.paper].name == nouns.SPARSE_WORK.title


def test_a_paper_shows_its_whole_abstracts(store: Store) -> None:
    view = seen(store)
    paper = node(view, nouns.SPARSE_WORK.title or "")
    whole = {"".join(text for text, _ in view.passages[n].pieces) for n in paper.passages}
    assert whole == {nouns.FIRST, nouns.SECOND}


@given(
    st.text(min_size=1, max_size=20),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=6),
)
def test_cutting_keeps_every_character_and_marks_every_span(
    text: str, spans: list[tuple[int, int]]
) -> None:
    span = passages.Span("a", 0, len(text))
    places = [
        passages.Place(span, start, min(end, len(text)), str(number), 1.0)
        for number, (start, end) in enumerate(spans)
        if start < min(end, len(text))
    ]
    number = {place.entity: int(place.entity) for place in places}
    pieces = passages.cut(text, span, places, number)
    assert "".join(piece for piece, _ in pieces) == text
    for place in places:
        marked = "".join(piece for piece, named in pieces if int(place.entity) in named)
        assert marked == text[place.start : place.end]


def test_a_link_shows_the_sentence_that_names_both_ends_first() -> None:
    text = "GLUE is hard. ReLU is easy. ReLU was run on GLUE."
    record = Paper("x", Source("f", (1, 1), "0" * 64, "jsonl"), "X", text)
    glue = [nouns.mention(text, "GLUE", nouns.GLUE, sure, n) for n, sure in enumerate((0.9, 0.6))]
    relu = [nouns.mention(text, "ReLU", nouns.RELU, sure, n) for n, sure in enumerate((0.8, 0.5))]
    claim = nouns.statement(nouns.RELU, "evaluatedOn", nouns.GLUE, *glue, *relu)
    found = [*((one, nouns.GLUE) for one in glue), *((one, nouns.RELU) for one in relu)]
    view = seen(store_of((Work("paper/x", (record,), "X"),), tuple(found), (claim,)))
    (link,) = [link for link in view.links if link.predicate == "kg:evaluatedOn"]
    assert (view.nodes[link.subject].name, view.nodes[link.object].name) == ("ReLU", "GLUE")
    assert (link.support, link.confidence, link.mentions) == (1, 0.9, 4)
    quoted = ["".join(text for text, _ in view.passages[n].pieces) for n in link.passages]
    assert quoted == ["ReLU was run on GLUE.", "GLUE is hard.", "ReLU is easy."]


def test_mentions_alone_give_way_to_what_says_more(store: Store) -> None:
    by_pair: dict[tuple[int, int], set[str]] = {}
    for link in seen(store).links:
        by_pair.setdefault((link.subject, link.object), set()).add(link.predicate)
    assert not any("kg:mentions" in predicates for predicates in by_pair.values())
    paper = Work("paper/x", (), "X")
    graph = store_of((paper,), (), (Statement(paper.id, "uses", nouns.RELU, 0.9),))
    edge = Quad(iri("paper/x"), term("kg:mentions"), iri(nouns.GLUE), DefaultGraph())
    graph.add(edge)
    graph.add(Quad(iri(nouns.GLUE), term("rdf:type"), term("kg:Dataset"), DefaultGraph()))
    assert {link.predicate for link in seen(graph).links} == {"kg:uses", "kg:mentions"}


def test_facts_of_a_paper_are_there_with_the_by_line_in_order(store: Store) -> None:
    facts = dict(node(seen(store), nouns.HOSTILE).facts)
    assert [value.text for value in facts["Authors"]] == ["<b>Bobby</b>", "Ada Lovelace"]
    facts = dict(node(seen(store), nouns.SPARSE_WORK.title or "").facts)
    assert [value.link for value in facts["DOI"]] == ["https://doi.org/10.1000/prosparse"]
    assert [value.link for value in facts["arXiv"]] == ["https://arxiv.org/abs/2402.13516"]
    assert [value.text for value in facts["Date"]] == ["2024-02-21"]
    assert [value.text for value in facts["Status"]] == ["Accept (regular)"]
    assert {value.text for value in facts["Venue"]} == {"Efficient NLP @ ICML", "ICML"}
    links = {value.text: value.link for value in facts["Code"]}
    assert links == {
        "https://github.com/example/prosparse": "https://github.com/example/prosparse",
        "see <our> page": None,
    }


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "JAVASCRIPT:x"]
)
def test_only_web_addresses_become_links(address: str) -> None:
    graph = store_of((Work("paper/x", (), "X"),), (), ())
    for value in (NamedNode(address), Literal(address)):
        graph.add(Quad(iri("paper/x"), term("kg:code"), value, DefaultGraph()))
    values = dict(node(seen(graph), "X").facts)["Code"]
    assert {(value.text, value.link) for value in values} == {(address, None)}


def test_a_paper_without_a_title_is_named_by_its_words(store: Store) -> None:
    names = [node.name for node in seen(store).nodes if node.type == "Paper"]
    assert any(name.startswith("[no title] and ReLU is known from") for name in names)


def test_many_sentences_are_cut_off_and_counted() -> None:
    text = " ".join(f"ReLU is number {number}." for number in range(40))
    record = Paper("x", Source("f", (1, 1), "0" * 64, "jsonl"), "X", text)
    work = Work("paper/x", (record,), "X")
    found = tuple((nouns.mention(text, "ReLU", nouns.RELU, 0.9, n), nouns.RELU) for n in range(40))
    relu = node(seen(store_of((work,), found, ())), "ReLU")
    assert (len(relu.passages), relu.mentions) == (passages.MOST_SENTENCES, 40)


def test_evidence_is_found_where_a_file_has_no_named_graphs(store: Store) -> None:
    flat = Store()
    flat.extend(Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in store)
    assert seen(flat) == seen(store)


def test_a_graph_without_evidence_is_shown_without_sentences(store: Store) -> None:
    plain = Store()
    plain.extend(store.quads_for_pattern(None, None, None, DefaultGraph()))
    view = seen(plain)
    assert [node.name for node in view.nodes] == [node.name for node in seen(store).nodes]
    assert node(view, "ReLU").passages == ()


def test_sentences_of_papers_that_are_shown_come_first() -> None:
    works, found = [], []
    for number in range(40):
        text = f"ReLU is number {number}."
        record = Paper(str(number), Source("f", (1, 1), "0" * 64, "jsonl"), "X", text)
        works.append(Work(f"paper/{number:02}", (record,), f"Paper {number}"))
        found.append((nouns.mention(text, "ReLU", nouns.RELU, 0.9), nouns.RELU))
    graph = store_of(tuple(works), tuple(found), ())
    whole = outline.read(graph)
    chosen = [outline.find(graph, whole, name) for name in ("ReLU", "Paper 17", "Paper 31")]
    view = scene.read(graph, whole, chosen, None)
    titles = [view.passages[span].title for span in view.nodes[0].passages]
    assert set(titles[:2]) == {"Paper 17", "Paper 31"}
    assert len(titles) == passages.MOST_SENTENCES


def test_every_abstract_has_a_sentence_before_any_has_two() -> None:
    spans = [passages.Span(abstract, start, start + 9) for abstract in "ab" for start in (0, 10)]
    places = [
        passages.Place(span, span.start, span.start + 4, "e", sure)
        for span, sure in zip(spans, (0.9, 0.8, 0.7, 0.6), strict=True)
    ]
    assert passages.sentences(places, ()) == (spans[0], spans[2], spans[1], spans[3])


# Positions


@settings(deadline=None)
@given(
    st.lists(st.integers(3, 60), min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=80),
)
def test_discs_do_not_overlap_whatever_links_them(
    radii: list[int], pairs: list[tuple[int, int]]
) -> None:
    links = [(a, b, 1.0) for a, b in pairs if a < len(radii) and b < len(radii) and a != b]
    places = layout.place(radii, links)
    assert places == layout.place(radii, links)
    for a, (ax, ay) in enumerate(places):
        for b, (bx, by) in enumerate(places[:a]):
            apart = ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5
            assert apart > 0.75 * (radii[a] + radii[b])


def test_communities_of_many_discs_are_found_alike_each_time() -> None:
    choice = random.Random(7)
    links = [(choice.randrange(300), choice.randrange(300), 1.0) for _ in range(500)]
    assert layout.place([10.0] * 300, links) == layout.place([10.0] * 300, links)


def test_linked_discs_stand_closer_than_others() -> None:
    rings = [(ring * 10 + n, ring * 10 + (n + 1) % 10, 1.0) for ring in range(4) for n in range(10)]
    places = layout.place([10.0] * 40, rings)

    def mean(pairs: list[tuple[int, int]]) -> float:
        return sum(
            ((places[a][0] - places[b][0]) ** 2 + (places[a][1] - places[b][1]) ** 2) ** 0.5
            for a, b in pairs
        ) / len(pairs)

    linked = [(a, b) for a, b, _ in rings]
    others = [(a, b) for a in range(40) for b in range(a) if (b, a) not in linked]
    assert mean(linked) < 0.4 * mean(others)


def test_what_fills_the_room_covers_nothing() -> None:
    taken = [((0, 0), 20.0), ((50, 0), 20.0)]
    discs = [(5.0, [(0, 0)])] * 30 + [(5.0, [(0, 0), (50, 0)])] * 30 + [(5.0, [])] * 3
    found = layout.fill(taken, discs)
    standing = [*taken, *((place, 5.0) for place in found)]
    for a, ((ax, ay), first) in enumerate(standing):
        for (bx, by), second in standing[max(a + 1, 2) :]:
            assert (ax - bx) ** 2 + (ay - by) ** 2 >= (first + second) ** 2
