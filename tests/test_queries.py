"""Every saved query answers its question on the hand-made graph."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from nouns import HOSTILE, MENTIONS, RUN, STATEMENTS, WORKS
from pyoxigraph import Store

from kg.errors import KgError
from kg.graph import to_graph
from kg.query import SavedQuery, ask, render, saved
from kg.query.things import KINDS

PRO = "ProSparse: Introducing Sparse Activations"
SHOWN = HOSTILE.replace("\u202e", "")
LOST = "and ReLU is known from \u4e2d\u6587 \U0001f600 papers. GLUE tests machine translation.…"

#: Query, what it is asked with, the columns that are compared, and all its rows in order.
ANSWERS: tuple[tuple[str, Mapping[str, str], str, list[str]], ...] = (
    (
        "methods-by-number-of-papers",
        {},
        "method papers proposing first",
        ["ReLU|2|0|2024", "ProSparse|1|1|2024", "C#|1|0|2025", "C++|1|0|2025"],
    ),
    ("methods-by-number-of-papers", {"least": "2"}, "method papers", ["ReLU|2"]),
    (
        "datasets-by-number-of-papers",
        {},
        "dataset papers evaluating_on tasks",
        ["GLUE|2|1|1"],
    ),
    ("papers-that-evaluate-on-a-dataset", {}, "name title year", [f"GLUE|{PRO}|2024"]),
    ("papers-that-evaluate-on-a-dataset", {"dataset": "glue"}, "title", [PRO]),
    (
        "papers-that-use-a-method",
        {"method": "ReLUs"},
        "name how title",
        [f"ReLU|uses|{PRO}", f"ReLU|uses|{LOST}"],
    ),
    (
        "papers-that-use-a-method",
        {"method": "prosparse"},
        "name how title year",
        [f"ProSparse|proposes|{PRO}|2024"],
    ),
    (
        "datasets-used-with-a-method",
        {},
        "name dataset papers stated",
        ["ProSparse|GLUE|1|2", "ReLU|GLUE|2|0"],
    ),
    ("datasets-used-with-a-method", {"method": "rectified LINEAR unit"}, "papers", ["2"]),
    (
        "methods-proposed-at-a-venue",
        {"venue": "International Conference on Machine Learning"},
        "at method title year",
        [f"ICML|ProSparse|{PRO}|2024"],
    ),
    (
        "concepts-that-occur-together",
        {},
        "name other papers",
        ["activation sparsity|sparsity|1", "sparsity|activation sparsity|1"],
    ),
    ("concepts-that-occur-together", {"concept": "sparsity"}, "other", ["activation sparsity"]),
    ("concepts-that-occur-together", {"least": "2"}, "other", []),
    (
        "papers-that-share-most-with-a-paper",
        {"paper": PRO},
        "title shared names",
        [f"{LOST}|2|GLUE, ReLU", f"{HOSTILE}|1|activation sparsity"],
    ),
    (
        "everything-known-of-a-paper",
        {"paper": "2023.x-1.1"},
        "subject predicate object type confidence sentence",
        [
            "this paper|author|Alan Turing|||",
            "this paper|ACL|2023.x-1.1|||",
            "this paper|OpenAlex|W1|||",
            "this paper|addresses|machine translation|Task|0.95|GLUE tests machine translation.",
            "this paper|uses|GLUE|Dataset|0.6|GLUE tests machine translation.",
            f"this paper|uses|ReLU|Method|0.8|{LOST[:35]}",
            "GLUE|benchmarkFor|machine translation|Task|0.95|GLUE tests machine translation.",
        ],
    ),
    (
        "trends-by-year",
        {"type": "method"},
        "year name kind papers percent",
        [
            "2025|C#|Method|1|100",
            "2025|C++|Method|1|100",
            "2024|ProSparse|Method|1|100",
            "2024|ReLU|Method|1|100",
        ],
    ),
    ("trends-by-year", {"entity": "Activation Sparsity"}, "year papers", ["2025|1", "2024|1"]),
    (
        "tasks-of-a-method",
        {"method": "C++"},
        "name task papers stated",
        ["C++|machine translation|1|1"],
    ),
    (
        "tasks-of-a-method",
        {"method": "ReLU"},
        "task papers stated",
        ["language model inference|1|0", "machine translation|1|0"],
    ),
    (
        "who-works-on-a-task",
        {"task": "machine translation"},
        "author papers latest",
        ["<b>Bobby</b>|1|2025", "Ada Lovelace|1|2025", "Alan Turing|1|"],
    ),
    (
        "methods-compared-with-a-method",
        {"method": "ReLU"},
        "name other support sentence",
        ["ReLU|ProSparse|1|On GLUE, ProSparse beats ReLU."],
    ),
    (
        "papers-of-an-author",
        {"author": "a. lovelace"},
        "name title year place at",
        [
            f"Ada Lovelace|{HOSTILE}|2025|2|ICML",
            f"Ada Lovelace|{PRO}|2024|1|Efficient NLP @ ICML",
        ],
    ),
    ("papers-of-an-author", {"author": "Alan Turing"}, "title", [PRO, LOST]),
    (
        "what-studies-a-concept",
        {},
        "name by support sentence",
        [
            "activation sparsity|ProSparse|1|"
            "We propose ProSparse, which raises activation sparsity with ReLU."
        ],
    ),
    (
        "entities-by-type",
        {"type": "Task"},
        "kind entity papers mentions statements",
        ["Task|machine translation|2|2|4", "Task|language model inference|1|2|2"],
    ),
    ("entities-by-type", {"type": "Dataset", "least": "2"}, "entity", ["GLUE"]),
    (
        "coverage-of-the-graph",
        {},
        "what number",
        [
            "papers|3",
            "papers without title|1",
            "abstracts|4",
            "papers without abstract|0",
            "sources|6",
            "methods|4",
            "datasets|1",
            "tasks|2",
            "concepts|2",
            "entities named in one paper|5",
            "authors|3",
            "venues|2",
            "mentions|20",
            "statements|21",
            "statements: about|2",
            "statements: addresses|3",
            "statements: benchmarkFor|1",
            "statements: broader|1",
            "statements: comparedWith|1",
            "statements: evaluatedOn|1",
            "statements: evaluatesOn|1",
            "statements: introduces|1",
            "statements: partOf|1",
            "statements: proposes|1",
            "statements: studies|1",
            "statements: usedFor|2",
            "statements: uses|5",
            "statements with evidence, percent|100",
        ],
    ),
)

#: What a query that cannot be asked without is asked with.
NEEDED = {"paper": "2402.13516"}
QUERIES = tuple(saved().values())


@pytest.fixture(scope="module")
def graph() -> Store:
    store = Store()
    store.extend(to_graph(WORKS, MENTIONS, STATEMENTS, run=RUN))
    return store


@pytest.mark.parametrize(("name", "parameters", "columns", "rows"), ANSWERS)
def test_a_saved_query_gives_the_right_rows_in_order(
    graph: Store, name: str, parameters: Mapping[str, str], columns: str, rows: list[str]
) -> None:
    answer = ask(graph, name, parameters=parameters)
    at = [answer.variables.index(column) for column in columns.split()]
    found = [
        "|".join("" if row[i] is None else str(getattr(row[i], "value", "")) for i in at)
        for row in answer.rows
    ]
    assert found == rows


def test_every_saved_query_is_answered_above() -> None:
    assert set(saved()) == {name for name, *_ in ANSWERS}
    assert len(saved()) >= 12


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_saved_query_says_what_it_is(query: SavedQuery) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", query.name)
    assert query.title != query.name and query.about.endswith(".")
    assert "ORDER BY" in query.text.rpartition("}")[2]
    for parameter in query.parameters:
        assert parameter.about and (parameter.kind is None or parameter.kind in KINDS)
        uses = re.findall(rf"\?{parameter.name}\b", query.text)
        assert len(uses) > 1, f"{parameter.name} is declared and not used"


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_saved_query_orders_its_rows_to_the_last(query: SavedQuery) -> None:
    """Loaded in another order, the same graph gives the same bytes."""
    quads = list(to_graph(WORKS, MENTIONS, STATEMENTS, run=RUN))
    asked = {p.name: NEEDED[p.name] for p in query.parameters if p.default is None}
    written = []
    for some in (quads, quads[::-1]):
        store = Store()
        store.extend(some)
        written.append(render(ask(store, query.name, parameters=asked), "csv"))
    assert written[0] == written[1]
    assert len(written[0].splitlines()) > 1


HOSTILE_VALUES = (
    "'",
    '"',
    '" } DELETE WHERE { ?s ?p ?o',
    "x\n} # ",
    "<> a <> . ?s ?p ?o",
    "https://e.org/> } UNION { ?s ?p ?o",
    "\\",
    "\x00\ud800\u202e",
    "?method",
)


@pytest.mark.parametrize("value", HOSTILE_VALUES)
def test_a_hostile_parameter_is_only_a_name_that_nothing_bears(graph: Store, value: str) -> None:
    before = len(graph)
    for query in QUERIES:
        for parameter in query.parameters:
            if parameter.kind is not None:
                with pytest.raises(KgError, match="is called"):
                    ask(graph, query.name, parameters={parameter.name: value})
    answer = ask(graph, "entities-by-type", parameters={"type": value.replace("\ud800", "")})
    assert answer.rows == ()
    assert len(graph) == before


def test_a_hostile_title_finds_its_paper_and_no_other(graph: Store) -> None:
    answer = ask(graph, "everything-known-of-a-paper", parameters={"paper": HOSTILE})
    assert {str(row[-1]) for row in answer.rows} == {
        "<https://w3id.org/paperkg/paper/title/%3Cscript%3E%201>"
    }
    assert SHOWN in render(answer, width=400)


def test_the_distribution_names_every_package_and_the_queries(root: Path) -> None:
    setup = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    tool = setup["tool"]["setuptools"]
    inside = {
        ".".join(path.parent.relative_to(root).parts) for path in root.glob("kg/**/__init__.py")
    }
    assert set(tool["packages"]) == inside | {"kg.queries"}
    assert tool["package-dir"] == {"kg.queries": "queries"}
    assert tool["package-data"]["kg.queries"] == ["*.rq"]
