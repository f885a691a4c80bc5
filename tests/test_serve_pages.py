"""The pages of the server, read as a browser without scripts reads them."""

import gzip
import re
from collections.abc import Iterator
from typing import NoReturn
from urllib.parse import parse_qsl, urljoin, urlsplit

import nouns
import pytest
from lxml import html
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from kg import opened
from kg.errors import KgError
from kg.graph import entity_quads, link_quads, to_graph
from kg.model import Entity, Mention, Paper, Quote, Source, Statement, Work, text_id
from kg.opened import Graph
from kg.query import saved
from kg.search import Index
from kg.serve.messages import Limits, Reply
from kg.serve.pages import entity, home, neighbours, page, shelf, trend
from kg.terms import term
from kg.vocab import BASE

#: Paths that are not the business of the pages.
OTHERS = ("/static/", "/query", "/sparql", "/ontology")
PAPER = "paper/arxiv/2402.13516"


def made(base: str = BASE) -> Store:
    store = Store()
    nouns_graph = to_graph(nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS, base=base, run=nouns.RUN)
    store.extend(nouns_graph)
    store.extend(entity_quads(nouns.COUNTED, base))
    store.extend(link_quads(nouns.LINKS, "terms.tsv", base))
    return store


@pytest.fixture(scope="module")
def graph() -> Graph:
    return opened.of(made())


def ask(graph: Graph, address: str) -> Reply:
    """Ask for a page as the server does."""
    path, _, query = address.partition("#")[0].removeprefix("/").partition("?")
    parameters = dict(parse_qsl(query, keep_blank_values=True, errors="replace"))
    return page(graph, Limits(), path=path, parameters=parameters)


def read(graph: Graph, address: str, status: int = 200) -> html.HtmlElement:
    reply = ask(graph, address)
    assert reply.status == status, reply.body.decode()
    assert reply.media == "text/html; charset=utf-8"
    return html.document_fromstring(reply.body.decode())


def said(element: html.HtmlElement, path: str = "//main") -> str:
    """Return the text of the first element that a path leads to, with single spaces."""
    return " ".join(element.xpath(path)[0].text_content().split())


def told(element: html.HtmlElement, path: str = ".") -> str:
    """Return the same with a space between any two elements, as cells have none."""
    return " ".join(" ".join(element.xpath(path)[0].itertext()).split())


def under(page: html.HtmlElement, heading: str) -> list[str]:
    """Return the lines of the list that follows a heading of the third level."""
    (head,) = [one for one in page.xpath("//h3") if one.text_content().startswith(heading)]
    return [" ".join(one.text_content().split()) for one in head.getnext().xpath(".//li")]


def addresses(page: html.HtmlElement, at: str) -> Iterator[str]:
    for target in page.xpath("//a/@href"):
        whole = urljoin(f"http://kg.test{at}", target)
        if urlsplit(whole).netloc == "kg.test" and not urlsplit(whole).path.startswith(OTHERS):
            yield whole.removeprefix("http://kg.test").partition("#")[0]


def every(graph: Graph) -> dict[str, html.HtmlElement]:
    """Follow all links from the first page, but for other forms of a page."""
    pages: dict[str, html.HtmlElement] = {}
    found = ["/", "/search?q=sparsity", "/questions"]
    while found:
        address = found.pop()
        if address not in pages and "format=" not in address:
            pages[address] = read(graph, address)
            found += addresses(pages[address], address)
    return pages


@pytest.fixture(scope="module")
def pages(graph: Graph) -> dict[str, html.HtmlElement]:
    return every(graph)


def test_links_lead_from_the_first_page_to_all_that_papers_say(
    graph: Graph, pages: dict[str, html.HtmlElement]
) -> None:
    iris = {quad.subject.value for quad in graph.store if isinstance(quad.subject, NamedNode)}
    paths = {f"/{iri.removeprefix(BASE)}" for iri in iris}
    # Counts of names and places of by-lines stand where they count; no paper names GELU.
    apart = {path for path in paths if path.startswith(("/name/", "/authorship/"))}
    assert paths - apart - set(pages) == {"/method/gelu"}


def test_every_page_has_one_first_heading_and_none_is_left_out(
    pages: dict[str, html.HtmlElement],
) -> None:
    for address, one in pages.items():
        levels = [int(head.tag[1]) for head in one.xpath("//h1 | //h2 | //h3 | //h4")]
        assert levels[0] == 1 and levels.count(1) == 1, address
        assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False)), address
        assert all(head.text_content().strip() for head in one.xpath("//h1 | //h2")), address


def test_every_page_keeps_the_policy_and_names_each_part_once(
    pages: dict[str, html.HtmlElement],
) -> None:
    for address, one in pages.items():
        assert not one.xpath("//script | //style | //@style | //@*[starts-with(name(), 'on')]")
        assert not one.xpath("//img | //iframe | //object | //base")
        names = one.xpath("//@id")
        assert len(names) == len(set(names)), address
        labels = one.xpath("//@aria-labelledby | //label/@for")
        assert {name for label in labels for name in label.split()} <= set(names), address


def test_every_link_is_of_this_server_or_of_the_web(pages: dict[str, html.HtmlElement]) -> None:
    for address, one in pages.items():
        for link in one.xpath("//a[@href]"):
            target = link.get("href")
            away = re.match(r"https?://", target)
            assert away or re.match(r"/(?![/\\])|[?#]", target), (address, target)
            assert bool(away) == (link.get("rel") == "noopener noreferrer"), (address, target)


def test_hostile_names_are_text_wherever_they_stand(
    graph: Graph, pages: dict[str, html.HtmlElement]
) -> None:
    title, author = nouns.HOSTILE, nouns.EVIL.name
    shown = [one for one in pages.values() if title in one.text_content()]
    assert len(shown) > 5
    own = read(graph, "/paper/title/%3Cscript%3E%201")
    assert own.xpath("//h1/bdi")[0].text == title
    assert author in said(own, "//p[@class='authors']")
    # What turns the direction of writing has no place in the window's title.
    assert "\u202e" not in own.xpath("//title")[0].text
    found = read(graph, "/search?q=%3Cb%3E%22%27%26&kind=%3Cb%3E")
    assert found.xpath("//input[@name='q']/@value")[0] == "<b>\"'&"


def test_the_first_page_counts_what_the_graph_holds(graph: Graph) -> None:
    text = said(read(graph, "/"))
    for words in ("3 papers of 2024 to 2025", "5 methods", "1 dataset", "2 tasks", "3 authors"):
        assert words in text
    assert under(read(graph, "/"), "Methods")[:2] == ["ReLU 2 papers", "C# 1 paper"]


def test_the_most_named_are_counted_in_all_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "SAMPLE", 1)
    store = Store()
    for n in range(3):
        for method in (Entity("Method", "z", "Z"), Entity("Method", f"a{n}", f"A{n}")):
            work = Work(f"paper/{n}", (), "P")
            store.extend(to_graph((work,), (), (Statement(work.id, "uses", method, 0.9),)))
            thing = NamedNode(f"{BASE}method/{method.key}")
            store.add(Quad(NamedNode(BASE + work.id), term("kg:mentions"), thing))
    (first, second) = under(read(opened.of(store), "/"), "Methods")
    assert first == "Z 3 papers" and re.fullmatch(r"A\d 1 paper", second)


def test_what_a_graph_cannot_tell_is_said_in_a_line(graph: Graph) -> None:
    def damaged() -> NoReturn:
        raise KgError("the index is damaged: build it again")

    broken = Graph(graph.store, Index(damaged), graph.base)
    wrong = read(broken, "/search?q=x", 400)
    assert [said(one, ".") for one in wrong.xpath("//main/p")] == [
        "the index is damaged: build it again"
    ]


def test_an_entity_is_shown_with_all_its_names_and_links(graph: Graph) -> None:
    gelu = read(graph, "/method/gelu")
    assert said(gelu, "//section[@aria-labelledby='names']/ul") == (
        "GELU 5 × GELUs 2 × Gaussian error linear unit 1 ×"
    )
    store = Store()
    store.extend(entity_quads(Entity("Method", "b", "B", ("A", "C"), (1, 1, 7))))
    often = read(opened.of(store), "/method/b")
    assert said(often, "//section[@aria-labelledby='names']/ul") == "C 7 × A 1 × B 1 ×"
    relu = read(graph, "/method/relu")
    assert "rectified linear unit" in said(relu, "//section[@aria-labelledby='names']")
    assert "Same as https://example.org/terms/relu 0.97" in told(relu)
    assert "named by 2 papers" in said(relu)


def test_papers_stand_newest_first_with_their_role_and_their_surest_sentences(
    graph: Graph,
) -> None:
    relu = read(graph, "/method/relu")
    (first, second) = relu.xpath("//article")
    assert "ProSparse: Introducing Sparse Activations" in first.text_content()
    assert "2024-02-21 uses it, 0.88 sure" in said(first, ".//p[@class='about']")
    assert [" ".join(one.text_content().split()) for one in first.xpath(".//blockquote")] == [
        "We propose ProSparse, which raises activation sparsity with ReLU.",
        "On GLUE, ProSparse beats ReLU.",
    ]
    assert first.xpath(".//mark/text()") == ["ReLU", "ReLU"]
    assert second.xpath(".//mark/text()") == ["ReLU"]
    assert "[no title]" in second.text_content()


def test_a_role_and_a_year_choose_among_the_papers(graph: Graph) -> None:
    def papers(query: str) -> int:
        return len(read(graph, f"/dataset/glue{query}").xpath("//article"))

    roles = said(read(graph, "/dataset/glue"), "//nav[@class='options']")
    assert roles == "all 2 used by 1 evaluated on by 1"
    assert [papers(""), papers("?role=uses"), papers("?role=evaluatesOn")] == [2, 1, 1]
    assert [papers("?year=2024"), papers("?year=1999")] == [1, 0]
    chosen = read(graph, "/dataset/glue?role=uses").xpath("//a[@aria-current]")
    assert [said(one, ".") for one in chosen] == ["used by 1"]


def test_a_chart_says_its_numbers_in_words_and_in_a_table(graph: Graph) -> None:
    sparsity = read(graph, "/concept/activation-sparsity")
    assert said(sparsity, "//svg/desc") == "1 in 2024, 1 in 2025"
    assert len(sparsity.xpath("//svg[@class='trend']/rect")) == 2
    rows = [told(row) for row in sparsity.xpath("//table[@class='numbers']/tbody/tr")]
    assert rows == ["2024 1 100.0 %", "2025 1 100.0 %"]


def test_a_year_without_a_paper_has_an_empty_place() -> None:
    method = Entity("Method", "m", "M")
    works = [Work(f"paper/{year}", (), "P", date=year) for year in ("2019", "2021", "2022")]
    store = Store()
    for work in works:
        store.extend(to_graph((work,), (), (Statement(work.id, "uses", method, 0.9),)))
        paper = NamedNode(BASE + work.id)
        if work.date != "2022":
            store.add(Quad(paper, term("kg:mentions"), NamedNode(f"{BASE}method/m")))
    shown = read(opened.of(store), "/method/m")
    assert said(shown, "//svg/desc") == "1 in 2019, 1 in 2021"
    rows = [told(row) for row in shown.xpath("//table[@class='numbers']/tbody/tr")]
    assert rows == ["2019 1 100.0 %", "2020 0 0.0 %", "2021 1 100.0 %"]


def test_neighbours_stand_by_relation_with_support_and_confidence(graph: Graph) -> None:
    prosparse = read(graph, "/method/prosparse")
    assert under(prosparse, "evaluated on") == ["GLUE 2 · 1.00"]
    assert under(prosparse, "used for") == ["language model inference 2 · 1.00"]
    assert under(prosparse, "has part") == ["ReLU 1 · 0.97"]
    assert under(prosparse, "compared with") == ["ReLU 1 · 0.91"]
    assert under(read(graph, "/concept/sparsity"), "has kind") == ["activation sparsity 1 · 0.75"]


def test_the_best_supported_neighbour_stands_first() -> None:
    method = Entity("Method", "m", "M")
    claims = []
    for name, texts in {"A": ["M does A."], "T": ["M does T.", "Also M does T."]}.items():
        task = Entity("Task", name.lower(), name)
        evidence = [nouns.mention(text, name, task, 0.5) for text in texts]
        claims.append(nouns.statement(method, "usedFor", task, *evidence))
    store = Store()
    store.extend(to_graph((), (), claims))
    shown = read(opened.of(store), "/method/m")
    assert under(shown, "used for") == ["T 2 · 0.50", "A 1 · 0.50"]


def test_the_best_supported_neighbours_of_a_hub_are_found_without_weighing_all(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    things = [NamedNode(BASE + path) for path in ("method/prosparse", "dataset/glue")]
    all_weighed = [neighbours.neighbours(graph, thing) for thing in things]
    monkeypatch.setattr(neighbours, "MOST_WEIGHED", 0)
    assert [neighbours.neighbours(graph, thing) for thing in things] == all_weighed
    monkeypatch.setattr(neighbours, "SOME", 0)
    (found,) = [one for one in neighbours.neighbours(graph, things[0]) if one.words == "used for"]
    assert [(one.other.name, one.support.name) for one in found.neighbours] == [
        ("language model inference", "2")
    ]


def test_a_hub_is_estimated_and_left_unsorted_and_says_so(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entity, "MOST_SORTED", 1)
    monkeypatch.setattr(shelf, "MOST_SORTED", 1)
    monkeypatch.setattr(shelf, "MOST_READ", 1)
    monkeypatch.setattr(trend, "MOST_READ", 1)
    sparsity = read(graph, "/concept/activation-sparsity")
    assert "In no order" in said(sparsity)
    assert "Estimated from 1 of the papers" in said(sparsity)
    assert re.fullmatch(r"2 in 202[45]", said(sparsity, "//svg/desc"))
    assert len(sparsity.xpath("//article")) == 2
    ada = said(read(graph, "/author/ada-lovelace"))
    assert "In no order" in ada and "Counted in 1 of them" in ada


def test_a_long_list_is_turned_over(monkeypatch: pytest.MonkeyPatch) -> None:
    method = Entity("Method", "m", "M")
    works = [Work(f"paper/{n:02}", (), f"Paper {n:02}") for n in range(45)]
    found = [Statement(work.id, "uses", method, 0.9) for work in works]
    store = Store()
    store.extend(to_graph(works, (), found))
    store.extend(
        Quad(quad.subject, term("kg:mentions"), quad.object)
        for quad in store.quads_for_pattern(None, term("kg:uses"), None, None)
    )
    graph = opened.of(store)
    address, seen = "/method/m?role=uses&x=%3Cb%3E", []
    while address:
        shown = read(graph, address)
        seen += [said(one, ".") for one in shown.xpath("//article/h3")]
        last = said(shown, "//nav[@class='pager']")
        address = "".join(f"/method/m{one}" for one in shown.xpath("//a[@rel='next']/@href"))
        assert "x=" not in address
    assert seen == [f"Paper {n:02}" for n in range(45)]
    assert last == "Previous Part 3 of 3"
    found = read(graph, "/search?q=paper&page=2")
    assert told(found, "//nav[@class='pager']") == "Previous Part 2 of 3 Next"
    assert len(found.xpath("//ol[@class='hits']/li")) == 20
    assert "No paper stands here" in said(read(graph, "/method/m?page=9"))


def test_a_paper_shows_its_record(graph: Graph) -> None:
    one = read(graph, f"/{PAPER}")
    assert said(one, "//p[@class='authors']") == ("Ada Lovelace (Analytical Engines), Alan Turing")
    record = said(one, "//section[@aria-labelledby='record']")
    for words in ("Accept (regular)", "2024-02-21", "ProSparse: Sparse Activations", "cs.CL"):
        assert words in record
    links = one.xpath("//section[@aria-labelledby='record']//a/@href")
    assert "https://doi.org/10.1000/prosparse" in links
    assert "https://arxiv.org/abs/2402.13516" in links
    assert "https://github.com/example/prosparse" in links
    # No address, and so no link.
    assert "see <our> page" in record and not any("our" in link for link in links)
    assert "page.txt, lines 10-22" in said(one, "//section[@aria-labelledby='records']")


def test_each_version_of_an_abstract_stands_whole_with_all_it_names_marked(graph: Graph) -> None:
    one = read(graph, f"/{PAPER}")
    texts = one.xpath("//p[@class='abstract']")
    assert {text.text_content() for text in texts} == {nouns.FIRST, nouns.SECOND}
    (first,) = [text for text in texts if text.text_content() == nouns.FIRST]
    marks = [(mark.get("class"), mark.text_content()) for mark in first.xpath(".//mark")]
    assert marks[:3] == [
        ("method", "ProSparse"),
        ("concept", "activation sparsity"),
        ("method", "ReLU"),
    ]
    assert len(marks) == 8
    assert first.xpath(".//mark/a/@href")[1] == "/concept/activation-sparsity"
    flaws = said(read(graph, "/paper/title/%3Cscript%3E%201"))
    assert "Its end is missing in the source" in flaws


def test_a_paper_shows_what_it_claims_and_how_sure_that_is(graph: Graph) -> None:
    one = read(graph, f"/{PAPER}")
    claims = told(one, "//dl[@class='claims']")
    assert claims.startswith("proposes ProSparse 1.00 uses ReLU 0.88 evaluates on GLUE 0.99")
    rows = [told(row) for row in one.xpath("//table/tbody/tr")]
    assert "ProSparse evaluated on GLUE 1.00" in rows
    assert "ReLU part of ProSparse 0.97" in rows
    assert len(rows) == 5


def test_an_author_and_a_venue_show_their_papers_by_year(graph: Graph) -> None:
    ada = read(graph, "/author/ada-lovelace")
    assert [said(one, ".") for one in ada.xpath("//section[@class='main']//h3")] == ["2025", "2024"]
    record = told(ada, "//section[@aria-labelledby='record']")
    assert record == (
        "Record ORCID 0000-0001-5109-3700 Also written A. Lovelace Affiliation Analytical Engines"
    )
    assert under(ada, "Written with") == ["<b>Bobby</b> 1 paper", "Alan Turing 1 paper"]
    assert "activation sparsity 2 papers" in under(ada, "Concepts")
    icml = read(graph, "/venue/icml")
    assert "Includes Efficient NLP @ ICML" in told(icml)
    assert under(icml, "Authors")[0] == "Ada Lovelace 2 papers"
    assert "Part of ICML" in told(read(graph, "/venue/efficient-nlp-%40-icml"))


def test_any_other_resource_is_a_table_of_its_properties(graph: Graph) -> None:
    path = f"mention/{text_id(nouns.FIRST)}/11-20/method"
    mention = read(graph, f"/{path}")
    rows = {said(row, "./th"): said(row, "./td") for row in mention.xpath("//tbody/tr")}
    names = mention.xpath("(//table)[1]/tbody/tr/th/text()")
    assert len(names) > 8 and names == sorted(names)
    assert rows["kg:start"] == "11" and rows["kg:exact"] == "ProSparse"
    assert rows["kg:entity"] == "ProSparse"
    assert mention.xpath("//a[.='ProSparse']/@href") == ["/method/prosparse"]
    assert "kg:evidence" in rows


def test_a_statement_shows_the_sentences_that_say_it(graph: Graph) -> None:
    prosparse = read(graph, "/method/prosparse")
    (address,) = prosparse.xpath("//a[starts-with(@aria-label, 'GLUE: 2 abstracts')]/@href")
    statement = read(graph, address)
    assert said(statement, "//p[@class='statement']") == "ProSparse evaluated on GLUE"
    assert "Said by 2 abstracts, 1.00 sure." in said(statement)
    quotes = statement.xpath("//blockquote")
    assert [said(quote, "./p") for quote in quotes] == [
        nouns.SECOND,
        "On GLUE, ProSparse beats ReLU.",
    ]
    assert quotes[1].xpath(".//mark/text()") == ["GLUE", "ProSparse"]
    assert quotes[1].xpath(".//a/@href") == [f"/{PAPER}"]
    # A sentence that names both ends stands above a surer one that names one of them.
    (address,) = prosparse.xpath("//a[starts-with(@aria-label, 'ReLU: 1 abstract, 0.97')]/@href")
    assert len(read(graph, address).xpath("//blockquote[1]//mark")) == 2
    mention = read(graph, f"/mention/{text_id(nouns.FIRST)}/11-20/method")
    assert mention.xpath("//blockquote//mark/text()") == ["ProSparse"]


@pytest.mark.parametrize(
    "path", ["nothing", "method/nothing", "questions/nothing", "a%zz", "%3Cb%3E", "method", "\xff"]
)
def test_what_is_not_there_is_not_found_in_one_line(graph: Graph, path: str) -> None:
    missing = read(graph, f"/{path}", 404)
    assert len(missing.xpath("//main/p")) == 1
    assert missing.xpath("//main//form[@action='/search']")


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "\u0663", "9" * 30, "1e3"])
@pytest.mark.parametrize("path", ["method/relu", "author/ada-lovelace", "search?q=sparsity"])
def test_no_parameter_breaks_a_page(graph: Graph, path: str, number: str) -> None:
    sign = "&" if "?" in path else "?"
    address = f"/{path}{sign}page={number}&role={number}&year={number}&kind={number}"
    first = read(graph, address)
    assert said(first, "//h1") == said(read(graph, f"/{path}"), "//h1")


def test_a_search_shows_what_it_found_with_the_words_marked(graph: Graph) -> None:
    found = read(graph, "/search?q=activation+sparsity")
    hits = found.xpath("//ol[@class='hits']/li")
    assert said(hits[0], "./h2") == "activation sparsity"
    assert "Concept 2 papers" in said(hits[0])
    papers = read(graph, "/search?q=activation+sparsity&kind=Paper")
    assert len(papers.xpath("//ol[@class='hits']/li")) == 2
    assert {mark.lower() for mark in papers.xpath("//p[@class='snippet']//mark/text()")} == {
        "activation",
        "sparsity",
    }


def test_a_search_says_where_it_fell_short(graph: Graph) -> None:
    some = said(read(graph, "/search?q=sparsity+zeppelin"))
    assert "nothing has all the words, these have some of them" in some
    none = said(read(graph, "/search?q=zeppelin&kind=Task"))
    assert "Nothing in the graph has the words zeppelin among the tasks" in none
    assert "Search for words" in said(read(graph, "/search?q=++"))


def test_the_library_lists_every_question(graph: Graph) -> None:
    listed = read(graph, "/questions").xpath("//ul[@class='questions']/li/a[1]/@href")
    assert sorted(listed) == sorted(f"/questions/{name}" for name in saved())


def test_a_question_is_asked_with_a_form_and_answered_with_links(graph: Graph) -> None:
    form = read(graph, "/questions/papers-that-use-a-method")
    assert form.xpath("//form[@class='asking']//input/@name")[0] == "method"
    assert not form.xpath("//table")
    answer = read(graph, "/questions/papers-that-use-a-method?method=rectified+linear+unit")
    assert "method = ReLU" in said(answer)
    assert "method" not in answer.xpath("//th/text()")
    assert len(answer.xpath("//tbody/tr")) == 2
    assert f"/{PAPER}" in answer.xpath("//tbody//a/@href")
    assert f"<{BASE}method/relu>" in said(answer, "//pre")
    (editor,) = answer.xpath("//a[starts-with(@href, '/query?')]/@href")
    asked = dict(parse_qsl(urlsplit(editor).query, keep_blank_values=True))
    assert asked["question"] == "papers-that-use-a-method"
    assert asked["method"] == "rectified linear unit"
    # What was left out has its default there, and not the value of the example.
    defaults = {one.name: one.default for one in saved()[asked["question"]].parameters}
    assert {**defaults, **asked} == asked | {"method": "rectified linear unit"}
    assert asked.keys() == {"question", *defaults}


def test_a_question_without_parameters_is_answered_at_once(graph: Graph) -> None:
    assert read(graph, "/questions/coverage-of-the-graph?ask=1").xpath("//table")


def test_a_question_says_in_a_line_what_is_wrong_with_a_name(graph: Graph) -> None:
    wrong = read(graph, "/questions/papers-that-use-a-method?method=%3Cb%3Ezeppelin")
    assert "<b>zeppelin" in said(wrong, "//div[@class='wrong']")
    needed = read(graph, "/questions/papers-that-use-a-method?ask=1")
    assert "needs method" in said(needed, "//div[@class='wrong']")


def test_a_name_of_several_things_lists_them_and_chooses_none() -> None:
    store = made()
    other = Entity("Method", "relu unit", "Relu unit", ("ReLU",))
    store.extend(entity_quads(other))
    graph = opened.of(store)
    listed = read(graph, "/questions/papers-that-use-a-method?method=relu&since=2020")
    assert "relu is the name of 2 things: choose one" in said(listed)
    assert not listed.xpath("//table")
    choices = listed.xpath("//section//a[starts-with(@href, '?')]/@href")
    chosen = read(graph, f"/questions/papers-that-use-a-method{choices[0]}")
    assert "method = ReLU" in said(chosen)
    assert chosen.xpath("//input[@name='since']/@value") == ["2020"]


def test_what_a_browser_should_not_follow_is_no_link() -> None:
    store = made()
    paper = NamedNode(BASE + PAPER)
    for text in ("javascript:alert(1)", "data:text/html,x", "ftp://example.org/x"):
        store.add(Quad(paper, term("kg:code"), NamedNode(text)))
    store.add(Quad(paper, term("kg:of"), NamedNode(f"{BASE}/evil.example/x")))
    store.add(Quad(NamedNode(f"{BASE}thing/x"), term("kg:of"), NamedNode(f"{BASE}/evil.example")))
    graph = opened.of(store)
    for path in (PAPER, "thing/x"):
        targets = read(graph, f"/{path}").xpath("//a/@href")
        assert all(re.match(r"https?://|/(?!/)|[?#]", target) for target in targets), targets
    assert "javascript:alert(1)" in said(read(graph, f"/{PAPER}"))


def test_a_page_leads_to_its_other_forms(graph: Graph) -> None:
    links = read(graph, "/method/relu").xpath("//link[@rel='alternate']")
    assert {(link.get("type"), link.get("href")) for link in links} == {
        ("text/turtle", "?format=ttl"),
        ("application/ld+json", "?format=jsonld"),
        ("application/n-triples", "?format=nt"),
    }
    assert not read(graph, "/search").xpath("//link[@rel='alternate']")


def test_the_same_graph_gives_the_same_bytes_in_whatever_order_it_was_filled(
    graph: Graph, pages: dict[str, html.HtmlElement]
) -> None:
    again = Store()
    again.extend(reversed(list(made())))
    other = opened.of(again)
    for address in pages:
        assert ask(other, address).body == ask(graph, address).body, address


def test_a_file_that_has_no_named_graphs_gives_the_same_pages(graph: Graph) -> None:
    flat = Store()
    flat.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in made())
    other = opened.of(flat)
    for address in ("/", "/method/prosparse", f"/{PAPER}", "/author/ada-lovelace", "/venue/icml"):
        assert ask(other, address).body == ask(graph, address).body, address


def test_another_base_gives_the_same_pages(graph: Graph) -> None:
    base = "https://example.org/papers/"
    other = opened.of(made(base), base=base)
    for address in ("/", "/method/prosparse", f"/{PAPER}", "/author/ada-lovelace", "/venue/icml"):
        assert said(read(other, address)) == said(read(graph, address)), address


def test_blank_nodes_of_another_file_break_no_page() -> None:
    store = made()
    relu, blank = NamedNode(f"{BASE}method/relu"), BlankNode("b")
    for predicate in ("kg:mentions", "kg:usedFor", "kg:uses", "skos:exactMatch"):
        store.add(Quad(blank, term(predicate), relu))
        store.add(Quad(relu, term(predicate), blank))
    store.add(Quad(blank, term("rdf:type"), term("kg:Paper")))
    graph = opened.of(store)
    for address in ("/", "/method/relu", f"/{PAPER}", "/search?q=relu"):
        read(graph, address)


def test_an_empty_graph_has_a_first_page() -> None:
    empty = opened.of(Store())
    assert "0 papers" in said(read(empty, "/"))
    assert "Nothing in the graph" in said(read(empty, "/search?q=x"))


def test_a_title_of_spaces_and_a_text_of_nothing_are_shown() -> None:
    text = ""
    record = Paper("x", Source("f", (1, 1), "0" * 64, "jsonl"), "  ", text)
    work = Work("paper/x", (record,), "  ")
    method = Entity("Method", "m", "M")
    mention = Mention(Quote(text_id(text), 0, 0, ""), "Method", 0.5, "tagger", (0, 0))
    claim = Statement(work.id, "uses", method, 0.5, (mention,))
    store = Store()
    store.extend(to_graph((work,), ((mention, method),), (claim,)))
    store.add(Quad(NamedNode(BASE + "paper/x"), term("dct:issued"), Literal("someday")))
    graph = opened.of(store)
    assert said(read(graph, "/paper/x"), "//h1")
    assert len(read(graph, "/method/m").xpath("//article")) == 1


def test_a_packed_page_is_the_same_page(graph: Graph) -> None:
    reply = page(graph, Limits(), path="method/relu", parameters={}, gzip=True)
    assert ("content-encoding", "gzip") in reply.headers
    assert gzip.decompress(reply.body) == ask(graph, "/method/relu").body
