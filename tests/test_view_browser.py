"""The page in Debian's Chromium, driven over the DevTools protocol."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nouns
import pytest
from browser import Tab, launch
from pyoxigraph import Store

from kg.graph import to_graph
from kg.model import Entity, Paper, Source, Statement, Work
from kg.view import write_view
from kg.view.page import LOOKS

pytestmark = pytest.mark.browser

#: A name that runs where it is taken for HTML.
IMAGE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def tab(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    profile = tmp_path_factory.mktemp("profile")
    with launch(chromium, profile, "window.view !== undefined") as tab:
        yield tab


def write(path: Path, works: Any, mentions: Any, statements: Any, **options: Any) -> Path:
    store = Store()
    store.extend(to_graph(works, mentions, statements))
    write_view(store, path, **options)
    return path


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("view") / "graph.html"
    return write(path, nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS)


@pytest.fixture
def page(tab: Tab, graph: Path) -> Tab:
    tab.size(1400, 900)
    tab.open(graph)
    return tab


#: Where a node is on the screen, by its name.
SPOT = """(() => {{
  const number = {names}.indexOf({name});
  const at = view.network.canvasToDOM(view.network.getPosition(number));
  const frame = document.querySelector("#graph canvas").getBoundingClientRect();
  return [at.x + frame.x, at.y + frame.y];
}})()"""
NAMES = 'JSON.parse(document.getElementById("contents").textContent).scene.nodes.map(n => n.name)'
#: Where an edge is on the screen, away from all nodes, by the names of its ends.
MIDDLE = """(() => {{
  const names = {names};
  const ends = [{first}, {second}].map(name => view.network.getPosition(names.indexOf(name)));
  const frame = document.querySelector("#graph canvas").getBoundingClientRect();
  const alone = [];
  for (let part = 0; part < 1; part += 0.01) {{
    const at = view.network.canvasToDOM({{
      x: ends[0].x * (1 - part) + ends[1].x * part,
      y: ends[0].y * (1 - part) + ends[1].y * part,
    }});
    const edge = view.network.getEdgeAt(at);
    const met = edge === undefined ? [] : view.network.getConnectedNodes(edge).map(n => names[n]);
    if (view.network.getNodeAt(at) === undefined && met.includes({first}) && met.includes({second}))
      alone.push([at.x + frame.x, at.y + frame.y]);
  }}
  return alone[Math.floor(alone.length / 2)];
}})()"""
TITLE = 'document.querySelector("#panel h2")?.textContent'


def click_node(tab: Tab, name: str) -> None:
    tab.click(*tab.js(SPOT.format(names=NAMES, name=json.dumps(name))))
    tab.wait(f"{TITLE} === {json.dumps(name)}")


def test_the_page_asks_for_nothing_and_reports_nothing(page: Tab, graph: Path) -> None:
    click_node(page, "ReLU")
    assert page.told() == [("Network.requestWillBeSent", graph.as_uri())]


def test_the_graph_is_drawn(page: Tab) -> None:
    drawn = """(() => {
      const canvas = document.querySelector("#graph canvas");
      const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      const colours = new Set();
      for (let i = 0; i < pixels.length; i += 4)
        if (pixels[i + 3] === 255) colours.add(pixels.slice(i, i + 3).join());
      return ["0,114,178", "230,159,0", "0,158,115", "204,121,167"].every(c => colours.has(c));
    })()"""
    assert page.js(drawn)
    shapes = page.js("view.network.body.data.nodes.get().map(node => node.shape)")
    assert set(shapes) == {shape for _, shape, _ in LOOKS.values()}


def test_nodes_stay_where_they_were_put(page: Tab) -> None:
    moved = """Object.entries(view.network.getPositions()).some(([id, at]) => {
      const put = JSON.parse(document.getElementById("contents").textContent).nodes[id];
      return put.x !== at.x || put.y !== at.y;
    })"""
    page.js("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.js(moved) is False


def test_a_click_on_a_node_shows_facts_and_sentences_with_the_words_marked(page: Tab) -> None:
    click_node(page, "ReLU")
    text = page.js('document.getElementById("panel").textContent')
    assert "Method, named by 2 papers" in text
    assert "rectified linear unit" in text
    assert "On GLUE, ProSparse beats ReLU." in text
    marks = '[...document.querySelectorAll("#panel mark.focus")].map(mark => mark.textContent)'
    assert set(page.js(marks)) == {"ReLU"}
    from_papers = '[...document.querySelectorAll("#panel footer")].map(foot => foot.textContent)'
    assert nouns.SPARSE_WORK.title in page.js(from_papers)


def test_neighbours_stand_under_plain_words(page: Tab) -> None:
    click_node(page, "ReLU")
    groups = page.js('[...document.querySelectorAll("#panel h4")].map(head => head.textContent)')
    assert {"used by (2)", "part of (1)", "compared with (1)"} <= set(groups)


def test_a_click_on_a_paper_shows_its_record(page: Tab) -> None:
    click_node(page, nouns.SPARSE_WORK.title or "")
    text = page.js('document.getElementById("panel").textContent')
    for words in ("Ada Lovelace, Alan Turing", "2024-02-21", "Accept (regular)", nouns.FIRST):
        assert words in text
    links = page.js(
        '[...document.querySelectorAll("#panel a")].map(a => [a.href, a.rel, a.target])'
    )
    assert ["https://doi.org/10.1000/prosparse", "noopener noreferrer", "_blank"] in links
    assert all(rel == "noopener noreferrer" for _, rel, _ in links)


def test_a_click_on_an_edge_shows_the_sentences_behind_it(page: Tab) -> None:
    ends = {"first": json.dumps("ProSparse"), "second": json.dumps("language model inference")}
    page.click(*page.js(MIDDLE.format(names=NAMES, **ends)))
    page.wait('document.querySelector("#panel .kind")?.textContent.startsWith("Link")')
    text = page.js('document.getElementById("panel").textContent')
    assert "used for" in text and "said by 2 abstracts" in text
    assert "ProSparse speeds up language model inference." in text
    marks = '[...document.querySelectorAll("#panel mark.focus")].map(mark => mark.textContent)'
    assert {"ProSparse", "language model inference"} <= set(page.js(marks))


def test_search_finds_an_alias_and_enter_selects(page: Tab) -> None:
    page.press("/", "/")
    page.write("linear UN")
    hits = page.js('[...document.querySelectorAll("#hits [role=option]")].map(h => h.textContent)')
    assert [hit.startswith("ReLU") for hit in hits] == [True]
    page.press("Enter")
    page.wait(f'{TITLE} === "ReLU"')
    assert page.js('document.getElementById("hits").hidden')


def test_arrows_walk_through_the_hits(page: Tab) -> None:
    page.press("/", "/")
    page.write("sparse")
    active = 'document.querySelector("#hits [aria-selected=true] span").textContent'
    first = page.js(active)
    page.press("ArrowDown")
    second = page.js(active)
    assert second != first
    pointed = "document.getElementById(query.getAttribute('aria-activedescendant'))"
    assert page.js(f"{pointed}.querySelector('span').textContent") == second
    page.press("ArrowUp")
    assert page.js(active) == first
    page.press("ArrowDown")
    page.press("Enter")
    page.wait(f"{TITLE} === {json.dumps(second)}")


def test_escape_and_the_back_button_undo_a_selection(page: Tab) -> None:
    click_node(page, "ReLU")
    click_node(page, "GLUE")
    page.js("history.back()")
    page.wait(f'{TITLE} === "ReLU"')
    page.press("Escape")
    page.wait("view.selected() === null")


def test_the_legend_hides_and_shows_a_type(page: Tab) -> None:
    before = page.js("view.shown()")
    page.js("document.querySelector('#legend [data-type=Method]').click()")
    assert page.js("view.shown()") == before - 4
    assert page.js("document.querySelector('#legend [data-type=Method]').ariaPressed") == "false"
    page.js("document.querySelector('#legend [data-type=Method]').click()")
    assert page.js("view.shown()") == before


def test_authors_wait_behind_the_legend(page: Tab) -> None:
    before = page.js("view.shown()")
    page.js("document.querySelector('#legend [data-type=Author]').click()")
    assert page.js("view.shown()") == before + 3


def test_hostile_names_are_text(tab: Tab, tmp_path: Path) -> None:
    text = f"{IMAGE} is a method."
    record = Paper("x", Source("f", (1, 1), "0" * 64, "jsonl"), IMAGE, text, (IMAGE,), date=IMAGE)
    author = Entity("Author", IMAGE, IMAGE)
    work = Work("paper/x", (record,), IMAGE, (author,), (), (IMAGE,), IMAGE)
    method = Entity("Method", "evil", IMAGE, (IMAGE + "s",))
    found = nouns.mention(text, IMAGE, method, 0.9)
    claim = nouns.statement(work, "uses", method, found)
    path = write(tmp_path / "evil.html", (work,), ((found, method),), (claim,))
    tab.open(path)
    for place in ("method/evil", "paper/x"):
        tab.js(f"location.hash = encodeURIComponent('https://w3id.org/paperkg/{place}')")
        tab.wait(f"{TITLE} === {json.dumps(IMAGE)}")
        assert tab.js("document.querySelector('#panel mark').textContent") == IMAGE
    tab.js("document.getElementById('query').focus()")
    tab.write("img src")
    assert tab.js("document.querySelectorAll('#hits [role=option]').length") == 3
    assert tab.js("document.querySelectorAll('img').length") == 0
    assert tab.told() == [("Network.requestWillBeSent", path.as_uri())]


def test_the_page_about_one_thing_opens_with_its_panel(tab: Tab, tmp_path: Path) -> None:
    works, found, claims = nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS
    tab.open(write(tmp_path / "relu.html", works, found, claims, around="rectified linear unit"))
    assert tab.js(TITLE) == "ReLU"


def test_a_telephone_has_the_panel_below_and_no_sideways_scroll(page: Tab) -> None:
    page.size(390, 800)
    page.js("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.js("document.documentElement.scrollWidth") <= 390
    assert page.js("panel.getBoundingClientRect().top >= stage.getBoundingClientRect().bottom - 1")


def test_the_page_follows_a_dark_theme(page: Tab) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.js(ground)
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.call("Emulation.setEmulatedMedia", features=dark)
    try:
        assert page.js(ground) != light
    finally:
        page.call("Emulation.setEmulatedMedia", features=[])


def test_two_thousand_nodes_open_soon(tab: Tab, tmp_path: Path) -> None:
    methods = [Entity("Method", f"method {n}", f"Method {n}") for n in range(500)]
    works = [Work(f"paper/{n}", (), f"Paper {n}") for n in range(1500)]
    claims = [
        Statement(work.id, "uses", methods[(n * step + step) % 500], 0.9)
        for n, work in enumerate(works)
        for step in (1, 3, 7)
    ]
    path = write(tmp_path / "large.html", works, (), claims, limit=2000)
    # A slow machine may need some seconds; physics would need minutes.
    assert tab.open(path) < 20
    assert tab.js("view.shown()") == 2000
    assert tab.told() == [("Network.requestWillBeSent", path.as_uri())]
