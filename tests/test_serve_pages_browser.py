"""The pages of a live server in Chromium: for every eye, by keyboard, on a telephone."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import nouns
import pytest
from browser import Tab, launch
from serving import serve

from kg import store
from kg.graph import entity_quads, link_quads, to_graph
from kg.model import text_id

pytestmark = pytest.mark.browser

#: One page of each kind.
PAGES = {
    "first": "/",
    "search": "/search?q=activation+sparsity",
    "entity": "/method/prosparse",
    "counted": "/method/relu",
    "paper": "/paper/arxiv/2402.13516",
    "hostile": "/paper/title/%3Cscript%3E%201",
    "author": "/author/ada-lovelace",
    "venue": "/venue/icml",
    "evidence": f"/mention/{text_id(nouns.FIRST)}/11-20/method",
    "resource": f"/abstract/{text_id(nouns.FIRST)}",
    "questions": "/questions",
    "answer": "/questions/papers-that-use-a-method?method=relu",
    "wrong": "/questions/papers-that-use-a-method?method=zeppelin",
    "missing": "/nothing",
}

FINDINGS = """axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => [one.id, one.nodes.map(node => node.html + " " + node.failureSummary).join("; ")]))"""
#: Everything that the keyboard has to reach, in the order of the page.
REACHED = "a[href], button, input:not([type=hidden]), summary, [tabindex='0']"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("served") / "graph.kg"
    quads = [
        *to_graph(nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS, run=nouns.RUN),
        *entity_quads(nouns.COUNTED),
        *link_quads(nouns.LINKS, "terms.tsv"),
    ]
    store.write(quads, path, facts={})
    with serve(path) as address:
        yield address


@pytest.fixture(scope="module")
def browser(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with launch(chromium, tmp_path_factory.mktemp("profile")) as tab:
        yield tab


@pytest.fixture
def tab(browser: Tab) -> Iterator[Tab]:
    browser.size(1200, 900)
    yield browser
    browser.call("Emulation.setEmulatedMedia", features=[])
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


@pytest.fixture(scope="module")
def axe() -> str:
    spec = importlib.util.find_spec("axe_playwright_python")
    assert spec is not None and spec.origin is not None
    return (Path(spec.origin).parent / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(tab: Tab, address: str, axe: str, name: str, theme: str) -> None:
    scheme = [{"name": "prefers-color-scheme", "value": theme}]
    tab.call("Emulation.setEmulatedMedia", features=scheme)
    for width in (1200, 390):
        tab.size(width, 900)
        tab.open(address + PAGES[name])
        tab.js("document.querySelectorAll('details').forEach(one => { one.open = true })")
        tab.js(f"{axe}; undefined")
        assert tab.js(FINDINGS) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_telephone_needs_no_sideways_scroll(tab: Tab, address: str, name: str) -> None:
    tab.size(390, 800)
    tab.open(address + PAGES[name])
    assert tab.js("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_itself_and_its_style_and_reports_nothing(
    tab: Tab, address: str, name: str
) -> None:
    tab.open(address + PAGES[name])
    told = [one for one in tab.told() if "status of 404" not in one[1]]
    wanted = [address + PAGES[name], f"{address}/static/site.css"]
    assert told == [("Network.requestWillBeSent", one) for one in wanted]


@pytest.mark.parametrize("name", ["entity", "paper", "answer", "search"])
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(
    tab: Tab, address: str, name: str
) -> None:
    tab.open(address + PAGES[name])
    tab.js("document.querySelectorAll('details').forEach(one => { one.open = true })")
    # An answer may put nothing that scrolls on a wide screen: the region is reached all the same.
    tab.js(f"window.wanted = [...document.querySelectorAll({REACHED!r})]")
    seen = []
    for _ in range(tab.js("wanted.length")):
        tab.press("Tab")
        seen.append(tab.js("wanted.indexOf(document.activeElement)"))
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert tab.js(outline) != "none"
    assert seen == list(range(len(seen)))


def test_the_first_step_skips_to_the_page(tab: Tab, address: str) -> None:
    tab.open(address + PAGES["entity"])
    tab.press("Tab")
    assert tab.js("document.activeElement.textContent") == "Skip to the page"
    tab.press("Enter", "\r")
    tab.wait("document.activeElement.id === 'main'")


def test_a_search_needs_no_script(tab: Tab, address: str) -> None:
    tab.call("DOM.enable")
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    tab.go(f"{address}/")
    tab.call("DOM.focus", nodeId=_node(tab, "input[name=q]"))
    tab.write("rectified")
    tab.events.clear()
    tab.press("Enter", "\r")
    tab.loaded()
    link = tab.call("DOM.getOuterHTML", nodeId=_node(tab, ".hits h2 a"))["outerHTML"]
    assert 'href="/method/relu"' in link


def _node(tab: Tab, selector: str) -> int:
    root = tab.call("DOM.getDocument")["root"]["nodeId"]
    found: int = tab.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
    return found
