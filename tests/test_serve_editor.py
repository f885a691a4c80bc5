"""The query editor: its page, what it vendors, and both in Debian's Chromium."""

import hashlib
import importlib.resources
import json
import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlsplit

import nouns
import pytest
import serving
from browser import Tab, launch
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from kg import opened, query, store
from kg.graph import to_graph
from kg.opened import Graph
from kg.query.questions import parse, saved
from kg.serve import editor
from kg.serve.messages import Limits
from kg.terms import PREFIXES, term
from kg.vocab import BASE

#: A name that runs where it is taken for HTML, and words that YASR would take for a template.
IMAGE = "<img src=x onerror=alert(1)> {{uses}}"
EVIL = NamedNode(f"{BASE}method/evil")

USED = """
# title: Papers that use a method
# param: method: Method | a name
# param: least = 1 | a number
# param: word = | a word
# example: method=relu
PREFIX kg: <https://w3id.org/paperkg/ontology#>
SELECT ?method ?least ?word ?paper WHERE { ?paper kg:uses ?method FILTER(1 >= ?least) }
ORDER BY ?paper
""".lstrip()


@pytest.fixture(scope="module")
def quads() -> Store:
    made = Store()
    made.extend(to_graph(nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS))
    made.extend(
        Quad(EVIL, term(predicate), value)
        for predicate, value in (
            ("rdf:type", term("kg:Method")),
            ("skos:prefLabel", Literal(IMAGE)),
            # As RELU is called, too.
            ("skos:altLabel", Literal("rectified linear unit")),
            ("kg:code", NamedNode("javascript:alert(1)")),
        )
    )
    return made


@pytest.fixture(scope="module")
def graph(quads: Store) -> Graph:
    return opened.of(quads)


def rows(quads: Store, text: str) -> list[tuple[str, ...]]:
    found = quads.query(text, prefixes=dict(PREFIXES), use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return [tuple(str(value) for value in row) for row in found]


def page(graph: Graph, **parameters: str) -> str:
    reply = editor.page(graph, Limits(), parameters=parameters)
    assert reply.status == 200
    assert dict(reply.headers)["content-security-policy"] == editor.POLICY
    return reply.body.decode()


class Elements(HTMLParser):
    """Every element of a page, and the text in its text area."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.closed = False
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        # As a browser does.
        self.text = self.text.removeprefix("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.closed = self.closed or tag == "textarea"

    def handle_data(self, data: str) -> None:
        if self.lasttag == "textarea" and not self.closed:
            self.text += data


def test_a_question_in_the_editor_asks_what_it_asks_elsewhere(graph: Graph) -> None:
    text = editor.filled(graph, parse("used", USED), {})
    assert text.startswith("# Papers that use a method\nPREFIX kg:")
    found = rows(graph.store, text)
    assert found == [
        (f"<{BASE}method/relu>", str(Literal(1)), '""', f"<{BASE}{work}>")
        for work in ("paper/acl/2023.x-1.1", "paper/arxiv/2402.13516")
    ]


def test_values_that_are_given_come_before_those_of_the_example(graph: Graph) -> None:
    text = editor.filled(graph, parse("used", USED), {"method": "prosparse", "least": "7"})
    assert f"<{BASE}method/prosparse>" in text
    assert " 7 " in text
    assert rows(graph.store, text) == []


@pytest.mark.parametrize("name", sorted(saved()))
def test_every_question_of_the_library_stands_in_the_editor_as_sparql(
    graph: Graph, name: str
) -> None:
    text = editor.filled(graph, saved()[name], {})
    assert query.load(text).text == text
    Store().query(text, prefixes=dict(PREFIXES), use_default_graph_as_union=True)


def test_a_name_that_the_graph_has_not_is_said_and_asks_for_nothing(graph: Graph) -> None:
    text = editor.filled(graph, parse("used", USED), {"method": "nix\n} DROP ALL"})
    head, _, body = text.partition("PREFIX")
    assert "no method in the graph is called 'nix } DROP ALL'" in head
    assert all(line.startswith("#") for line in head.splitlines())
    assert "DROP" not in body
    assert rows(graph.store, text) == []


def test_what_else_bears_a_name_is_said(graph: Graph) -> None:
    text = editor.filled(graph, parse("used", USED), {"method": "Rectified Linear Unit"})
    head, _, body = text.partition("PREFIX")
    assert f"# ReLU has that name too: <{BASE}method/relu>\n" in head
    assert EVIL.value in body


@pytest.mark.parametrize("value", ['") } } # ', "\\", "٣", "9" * 5000, "a\nb\0", nouns.HOSTILE])
def test_hostile_values_stay_values(graph: Graph, value: str) -> None:
    text = editor.filled(graph, parse("used", USED), {"word": value, "least": value})
    rows(graph.store, text)
    word = str(Literal(value.strip()))
    assert f"{word}) " in text


def test_the_page_is_whole_without_scripts(graph: Graph) -> None:
    elements = Elements(page(graph))
    forms = [attributes for tag, attributes in elements.found if tag == "form"]
    assert {"id": "ask", "action": "/sparql", "method": "get"} in forms
    (area,) = [attributes for tag, attributes in elements.found if tag == "textarea"]
    assert area["name"] == "query"
    assert len(rows(graph.store, elements.text)) > 0
    links = {attributes.get("href") for tag, attributes in elements.found if tag == "a"}
    assert {f"/query?question={name}" for name in saved()} <= links


def test_a_question_has_its_reading_and_a_way_to_its_own_page(graph: Graph) -> None:
    name, question = next(iter(saved().items()))
    elements = Elements(page(graph, question=name))
    assert elements.text == editor.filled(graph, question, {})
    links = [attributes for tag, attributes in elements.found if tag == "a"]
    assert {"href": f"/questions/{name}"} in links
    (here,) = [link for link in links if link.get("aria-current") == "true"]
    assert here["href"] == f"/query?question={name}"


@pytest.mark.parametrize("text", ["</textarea><script>x()</script>", "\nASK {}", nouns.HOSTILE])
def test_a_query_in_the_address_is_text(graph: Graph, text: str) -> None:
    elements = Elements(page(graph, query=text))
    assert elements.text == text
    scripts = [attributes for tag, attributes in elements.found if tag == "script"]
    assert [script["type"] for script in scripts] == ["application/json", "module"]


def test_a_question_that_is_unknown_leaves_the_page_as_it_is(graph: Graph) -> None:
    assert page(graph, question="../x") == page(graph)


VENDOR = Path(editor.__file__).parent / "static" / "editor" / "vendor"


def test_the_vendored_files_are_those_of_the_manifest() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text("utf-8"))
    digests = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.name != "manifest.json"
    }
    assert digests == manifest
    assert (VENDOR / "yasgui.js").stat().st_size < 1_500_000
    assert "sourceMappingURL" not in (VENDOR / "yasgui.js").read_text("utf-8")


def test_the_vendored_files_can_be_made_again(root: Path, tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs node and npm")
    for name in ("package.json", "package-lock.json", "build.mjs"):
        shutil.copy(root / "tests" / "web" / name, tmp_path)
    install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"]
    done = subprocess.run(install, cwd=tmp_path, capture_output=True, text=True, check=False)
    if any(sign in done.stderr for sign in ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT")):
        pytest.skip("needs a registry of npm")
    assert done.returncode == 0, done.stderr
    subprocess.run(["node", "build.mjs", str(tmp_path / "out")], cwd=tmp_path, check=True)
    for path in sorted(VENDOR.iterdir()):
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.fixture(scope="module")
def address(quads: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("editor") / "graph.kg"
    store.write(quads, path, facts={})
    with serving.serve(path) as address:
        yield address


@pytest.fixture(scope="module")
def tab(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    profile = tmp_path_factory.mktemp("profile")
    with launch(chromium, profile, ready="document.querySelector('.yasr_header')") as tab:
        yield tab


RUN = "document.querySelector('#ask button')"
ANSWERED = "document.querySelector('.yasr_results').children.length > 0"
#: What axe-core complains of, serious or not.
FOUND = """axe.run().then(said => said.violations.map(one =>
  [one.impact, one.id, one.nodes.map(node => node.html)]))"""
CELLS = """[...document.querySelectorAll('#answer tbody tr')].map(
  row => [...row.cells].map(cell => cell.textContent))"""


def preloaded(tab: Tab, address: str, text: str, done: str = ANSWERED) -> None:
    """Open the editor with a query and run it."""
    tab.open(f"{address}/query?query={quote(text)}")
    tab.js(f"{RUN}.click()")
    tab.wait(done)


def loaded(tab: Tab) -> None:
    """Wait for the page that the tab is on its way to; events were cleared before."""
    while not any(event["method"] == "Page.loadEventFired" for event in tab.events):
        tab._next()


def strangers(tab: Tab, address: str) -> list[tuple[str, str]]:
    """Return all that the tab reported but requests to the server."""
    return [
        (method, said)
        for method, said in tab.told()
        if method != "Network.requestWillBeSent" or urlsplit(said).netloc not in address
    ]


def write(tab: Tab, text: str) -> None:
    """Write into the editor in place of what stands there."""
    tab.js("document.querySelector('.yasqe .CodeMirror').CodeMirror.focus()")
    tab.js("document.querySelector('.yasqe .CodeMirror').CodeMirror.execCommand('selectAll')")
    tab.write(text)


@pytest.mark.browser
class TestInChromium:
    def test_a_query_is_written_run_and_read_as_a_table(self, tab: Tab, address: str) -> None:
        tab.open(f"{address}/query")
        write(
            tab,
            "SELECT ?name (1 AS ?one) ?method WHERE { ?method a kg:Method ; skos:prefLabel ?name }"
            " ORDER BY ?name LIMIT 3 OFFSET 1",
        )
        tab.js(f"{RUN}.click()")
        tab.wait(ANSWERED)
        assert tab.js(CELLS) == [
            ["C#", "1", "method/c%23"],
            ["C++", "1", "method/c%2B%2B"],
            ["ProSparse", "1", "method/prosparse"],
        ]
        links = tab.js("[...document.querySelectorAll('#answer td a')].map(link => link.href)")
        assert links[-1] == f"{address}/method/prosparse"
        assert strangers(tab, address) == []

    def test_the_table_is_filtered_sorted_and_turned(self, tab: Tab, address: str) -> None:
        numbers = " ".join(map(str, range(120)))
        preloaded(tab, address, f"SELECT ?n WHERE {{ VALUES ?n {{ {numbers} }} }}")
        told = "document.querySelector('.told').value"
        assert tab.js(told) == "1–50 of 120"
        tab.js("document.querySelector('.pages button:last-child').click()")
        assert tab.js(told) == "51–100 of 120"
        for _ in range(2):
            tab.js("document.querySelector('th button').click()")
        assert tab.js(f"{CELLS}[0]") == ["119"]
        assert tab.js("document.querySelector('th').ariaSort") == "descending"
        tab.js("document.querySelector('.rows input').focus()")
        tab.write("11")
        assert tab.js(told) == "1–11 of 11, of 120"

    def test_rows_are_downloaded_as_csv(self, tab: Tab, address: str) -> None:
        preloaded(
            tab, address, 'SELECT ?a ?b ?c WHERE { VALUES (?a ?b) { ("x,\\"y\\n" kg:uses) } }'
        )
        written = tab.js(
            """new Promise(done => {
              URL.createObjectURL = blob => { blob.text().then(done); return "#"; };
              document.querySelector(".yasr_downloadIcon").click();
            })"""
        )
        assert written == f'a,b,c\r\n"x,""y\n",{term("kg:uses").value},\r\n'

    def test_a_question_is_taken_from_the_list_and_run(self, tab: Tab, address: str) -> None:
        tab.open(f"{address}/query")
        shown = (
            "[...document.querySelectorAll('#questions li')].filter(item => item.checkVisibility())"
        )
        assert tab.js(f"{shown}.length") == len(saved())
        tab.js("document.getElementById('filter').focus()")
        tab.write("Methods by number")
        assert tab.js(f"{shown}.map(item => item.textContent)") == ["Methods by number of papers"]
        tab.events.clear()
        tab.js(f"{shown}[0].querySelector('a').click()")
        loaded(tab)
        assert tab.js("document.querySelector('h1').textContent") == "Methods by number of papers"
        tab.js(f"{RUN}.click()")
        tab.wait(ANSWERED)
        assert "ReLU" in sum(tab.js(CELLS), [])
        assert strangers(tab, address) == []

    def test_triples_are_drawn_the_same_each_time(self, tab: Tab, address: str) -> None:
        text = "CONSTRUCT WHERE { ?paper kg:uses ?method . ?method skos:prefLabel ?name }"
        drawn = """[...document.querySelectorAll('.graph a, .graph g.node')].map(node =>
          [node.getAttribute('aria-label'), node.getAttribute('href'),
           node.getAttribute('transform')])"""
        views = []
        for _ in range(2):
            preloaded(tab, address, text, "document.querySelector('.graph [transform]')")
            views.append(tab.js(drawn))
        assert views[0] == views[1]
        names = {name: href for name, href, _ in views[0]}
        assert names["ReLU"] == f"{address}/method/relu"
        assert tab.js("document.querySelectorAll('.graph line').length") > 0
        assert ["method/relu", "skos:prefLabel", "ReLU"] in tab.js(CELLS)
        assert strangers(tab, address) == []

    def test_the_drawing_is_moved_by_keys_and_buttons(self, tab: Tab, address: str) -> None:
        preloaded(
            tab,
            address,
            "CONSTRUCT WHERE { ?paper kg:uses ?method }",
            "document.querySelector('.graph [transform]')",
        )
        view = "document.querySelector('.graph').getAttribute('viewBox')"
        views = [tab.js(view)]
        tab.js("document.querySelector('.graph').focus()")
        for key in ("ArrowLeft", "+", "0"):
            tab.call("Input.dispatchKeyEvent", type="keyDown", key=key)
            views.append(tab.js(view))
        tab.js("document.querySelector('figure button').click()")
        views.append(tab.js(view))
        assert len(set(views)) == 4
        assert views[3] == views[0]

    def test_of_many_nodes_the_best_connected_are_drawn(self, tab: Tab, address: str) -> None:
        ends = " ".join(f"<n{n}>" for n in range(400))
        preloaded(
            tab,
            address,
            f"CONSTRUCT {{ ?n kg:uses <hub> }} WHERE {{ VALUES ?n {{ {ends} }} }}",
            "document.querySelector('.graph [transform]')",
        )
        caption = tab.js("document.querySelector('figcaption').textContent")
        assert caption.startswith("Of 401 nodes, the 300 that are best connected: 300 nodes")
        assert tab.js("document.querySelectorAll('.graph circle').length") == 300
        assert tab.js("document.querySelector('.graph .node').ariaLabel") == "hub"
        assert tab.js("document.querySelector('.told').value") == "1–50 of 400"

    def test_an_answer_without_triples_is_an_empty_table(self, tab: Tab, address: str) -> None:
        preloaded(tab, address, "CONSTRUCT WHERE { ?x kg:nothing ?y }")
        assert tab.js("document.querySelector('.told').value") == "no rows"

    def test_the_servers_sentence_is_shown(self, tab: Tab, address: str) -> None:
        preloaded(
            tab,
            address,
            "SELECT <img src=x onerror=alert(1)>",
            "document.querySelector('[role=alert]')",
        )
        said = tab.js(
            """fetch("/sparql", {method: "POST", body: "SELECT <img src=x onerror=alert(1)>",
              headers: {"content-type": "application/sparql-query"}}).then(it => it.text())"""
        )
        assert len(said) > 10
        assert tab.js("document.querySelector('[role=alert]').textContent") == said
        assert tab.js("document.querySelectorAll('#answer img').length") == 0

    @pytest.mark.parametrize(
        "text",
        [
            "SELECT ?s ?uses ?name WHERE { ?s kg:code ?uses ; skos:prefLabel ?name }",
            "CONSTRUCT WHERE { ?s kg:code ?uses ; skos:prefLabel ?name }",
        ],
    )
    def test_hostile_names_are_text(self, tab: Tab, address: str, text: str) -> None:
        preloaded(tab, address, text)
        assert IMAGE in sum(tab.js(CELLS), [])
        links = """[...document.querySelectorAll('#answer [href]')].map(
          link => link.getAttribute('href'))"""
        assert not any("javascript" in link for link in tab.js(links))
        assert tab.js(links)
        tab.js("document.querySelector('.select_response').click()")
        tab.wait("document.querySelector('#answer pre')")
        assert IMAGE in tab.js("document.querySelector('#answer pre').textContent")
        assert tab.js("document.querySelectorAll('img, #answer script').length") == 0
        assert strangers(tab, address) == []

    def test_a_query_is_stopped(self, tab: Tab, address: str) -> None:
        endless = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = ?g && ?c = 1) }"
        tab.open(f"{address}/query?query={quote(endless)}")
        tab.js(f"{RUN}.click()")
        tab.wait(f"{RUN}.textContent === 'Stop'")
        tab.js(f"{RUN}.click()")
        tab.wait("document.getElementById('status').textContent === 'The query was stopped.'")
        assert tab.js(f"{RUN}.textContent") == "Run"

    def test_prefixes_and_terms_of_the_ontology_are_completed(self, tab: Tab, address: str) -> None:
        tab.open(f"{address}/query")
        write(tab, "SELECT * WHERE { ?paper kg:eval")
        text = "document.querySelector('.yasqe .CodeMirror').CodeMirror.getValue()"
        tab.wait(f"{text}.startsWith('PREFIX kg: <https://w3id.org/paperkg/ontology#>')")
        tab.call(
            "Input.dispatchKeyEvent",
            type="keyDown",
            key=" ",
            code="Space",
            modifiers=2,
            windowsVirtualKeyCode=32,
        )
        hints = "[...document.querySelectorAll('.CodeMirror-hint')].map(hint => hint.textContent)"
        tab.wait(f"{hints}.length > 0")
        assert tab.js(hints) == ["kg:evaluatedOn", "kg:evaluatesOn"]
        assert strangers(tab, address) == []

    def test_what_was_written_is_still_there_later(self, tab: Tab, address: str) -> None:
        tab.open(f"{address}/query")
        write(tab, "ASK { <here> ?still ?there }")
        tab.js("document.activeElement.blur()")
        text = "document.querySelector('.yasqe .CodeMirror').CodeMirror.getValue()"
        for _ in range(2):
            tab.open(f"{address}/query")
            assert tab.js(text) == "ASK { <here> ?still ?there }"
        shared = tab.js("document.getElementById('shared').href")
        tab.open(shared)
        assert tab.js(text) == "ASK { <here> ?still ?there }"

    def test_it_works_where_nothing_can_be_stored(self, tab: Tab, address: str) -> None:
        source = """Object.defineProperty(window, 'localStorage', {
          get() { throw new DOMException('no storage', 'SecurityError'); } })"""
        script = tab.call("Page.addScriptToEvaluateOnNewDocument", source=source)
        try:
            preloaded(tab, address, "ASK {}")
            assert "True" in tab.js("document.getElementById('answer').textContent")
            assert strangers(tab, address) == []
        finally:
            tab.call("Page.removeScriptToEvaluateOnNewDocument", **script)

    def test_the_tab_key_leaves_the_editor(self, tab: Tab, address: str) -> None:
        tab.open(f"{address}/query")
        tab.js("document.querySelector('.yasqe .CodeMirror').CodeMirror.focus()")
        tab.call("Input.dispatchKeyEvent", type="keyDown", key="Tab", windowsVirtualKeyCode=9)
        assert tab.js("document.activeElement.textContent") == "Run"

    def test_without_scripts_there_is_a_plain_form(self, tab: Tab, address: str) -> None:
        tab.call("Emulation.setScriptExecutionDisabled", value=True)
        try:
            tab.events.clear()
            tab.call("Page.navigate", url=f"{address}/query")
            loaded(tab)
            assert tab.js("document.querySelector('textarea').checkVisibility()")
            assert tab.js("document.querySelector('noscript').checkVisibility()")
        finally:
            tab.call("Emulation.setScriptExecutionDisabled", value=False)

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1200])
    def test_axe_finds_nothing_serious(
        self, tab: Tab, address: str, scheme: str, width: int
    ) -> None:
        axe = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
        tab.size(width, 900)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        tab.call("Emulation.setEmulatedMedia", features=features)
        try:
            for text in (
                "SELECT * WHERE { ?a kg:uses ?b } LIMIT 3",
                "CONSTRUCT WHERE { ?a kg:uses ?b . ?b skos:prefLabel ?c }",
                "SELECT nothing",
            ):
                preloaded(tab, address, text)
                tab.js(f"{axe};0")
                assert tab.js(FOUND) == []
                tab.js("document.querySelector('.select_response').click()")
                assert tab.js(FOUND) == []
                assert tab.js("document.documentElement.scrollWidth") <= width
        finally:
            tab.call("Emulation.setEmulatedMedia", features=[])
