"""Every saved query answers its question on the hand-made graph."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

import pytest
import rdflib
from nouns import (
    COUNTED,
    CPLUSPLUS,
    GLUE,
    HOSTILE,
    HOSTILE_WORK,
    INFERENCE,
    LINKS,
    LOST_WORK,
    MENTIONS,
    PROSPARSE,
    RELU,
    RUN,
    SPARSITY,
    STATEMENTS,
    TRANSLATION,
    WORKS,
)
from pyoxigraph import Literal, NamedNode, Quad, Store, Variable

from kg import builder, opened
from kg.errors import KgError
from kg.graph import entity_quads, iri, link_quads, mentions_quad, term, to_graph
from kg.model import Entity
from kg.opened import Graph
from kg.query import SavedQuery, ask, render, saved
from kg.query.binding import bind
from kg.query.questions import GROUPS, listing, parse, search
from kg.query.things import KINDS
from kg.terms import PREFIXES

PRO = "ProSparse: Introducing Sparse Activations"
SHOWN = HOSTILE.replace("\u202e", "")
LOST = "and ReLU is known from \u4e2d\u6587 \U0001f600 papers. GLUE tests machine translation.…"
RAISES = "We propose ProSparse, which raises activation sparsity with ReLU."
BEATS = "On GLUE, ProSparse beats ReLU."
BRINGS = "ProSparse, evaluated on GLUE, brings activation sparsity to LM inference."

#: Query, what it is asked with, the columns that are compared, and all its rows in order.
ANSWERS: tuple[tuple[str, Mapping[str, str], str, list[str]], ...] = (
    (
        "methods-by-number-of-papers",
        {"least": "1"},
        "method papers proposing first",
        ["ReLU|2|0|2024", "ProSparse|1|1|2024", "C#|1|0|2025", "C++|1|0|2025"],
    ),
    ("methods-by-number-of-papers", {}, "method papers", ["ReLU|2"]),
    (
        "methods-compared-with-a-method",
        {"method": "ReLU"},
        "other support sentence",
        [f"ProSparse|1|{BEATS}"],
    ),
    (
        "competitors-of-a-method",
        {"method": "ReLU"},
        "competitor comparisons datasets tasks",
        ["ProSparse|1|0|0"],
    ),
    ("competitors-of-a-method", {"method": "ReLU", "least": "2"}, "competitor", []),
    (
        "what-replaced-a-method",
        {"method": "ReLU"},
        "newer date sentence title",
        [f"ProSparse|2024-02-21|{BEATS}|{PRO}"],
    ),
    ("what-replaced-a-method", {"method": "ProSparse"}, "newer", []),
    (
        "methods-for-a-task",
        {"task": "machine translation"},
        "name papers stated",
        ["C++|1|1", "C#|1|0", "ReLU|1|0"],
    ),
    (
        "methods-and-datasets-for-a-task",
        {"task": "LM inference"},
        "name dataset papers",
        ["ProSparse|GLUE|1"],
    ),
    ("methods-and-datasets-for-a-task", {"task": "machine translation"}, "name", []),
    (
        "methods-used-with-a-method",
        {"method": "C++", "least": "1"},
        "name papers",
        ["C#|1"],
    ),
    (
        "methods-tried-on-a-dataset",
        {"dataset": "GLUE"},
        "name support sentence",
        [f"ProSparse|2|{BRINGS}"],
    ),
    (
        "methods-not-tried-on-a-dataset",
        {"dataset": "GLUE"},
        "name rivals such_as",
        ["ReLU|1|ProSparse"],
    ),
    (
        "methods-proposed-at-a-venue",
        {"venue": "International Conference on Machine Learning"},
        "method title date",
        [f"ProSparse|{PRO}|2024-02-21"],
    ),
    (
        "datasets-by-number-of-papers",
        {},
        "dataset papers evaluating_on tasks",
        ["GLUE|2|1|1"],
    ),
    (
        "datasets-used-with-a-method",
        {"method": "rectified LINEAR unit"},
        "dataset papers stated",
        ["GLUE|2|0"],
    ),
    ("datasets-used-with-a-method", {"method": "ProSparse"}, "papers stated", ["1|2"]),
    (
        "datasets-for-a-task",
        {"task": "machine translation"},
        "dataset papers stated",
        ["GLUE|1|1"],
    ),
    ("datasets-for-a-task", {"task": "LM inference"}, "papers stated", ["1|0"]),
    ("datasets-used-with-a-dataset", {"dataset": "GLUE"}, "name", []),
    (
        "datasets-of-one-field-and-not-another",
        {"field": "cs.LG", "other": "cs.CV"},
        "dataset papers",
        ["GLUE|1"],
    ),
    ("datasets-of-one-field-and-not-another", {"field": "cs.CV", "other": "cs.LG"}, "dataset", []),
    (
        "datasets-of-one-task-and-not-another",
        {"task": "machine translation", "other": "LM inference"},
        "dataset",
        [],
    ),
    (
        "datasets-a-method-was-not-tried-on",
        {"method": "ReLU"},
        "dataset rivals such_as",
        ["GLUE|1|ProSparse"],
    ),
    ("datasets-a-method-was-not-tried-on", {"method": "ProSparse"}, "dataset", []),
    (
        "tasks-of-a-method",
        {"method": "C++"},
        "task papers stated",
        ["machine translation|1|1"],
    ),
    (
        "tasks-of-a-method",
        {"method": "ReLU"},
        "task papers stated",
        ["language model inference|1|0", "machine translation|1|0"],
    ),
    (
        "tasks-of-a-dataset",
        {"dataset": "GLUE"},
        "task papers stated",
        ["machine translation|1|1", "language model inference|1|0"],
    ),
    ("tasks-that-share-methods-with-a-task", {"task": "machine translation"}, "name", []),
    (
        "tasks-by-number-of-papers",
        {"least": "1"},
        "task papers methods",
        ["machine translation|2|1", "language model inference|1|1"],
    ),
    (
        "concepts-by-number-of-papers",
        {"least": "1"},
        "concept papers studied_by",
        ["activation sparsity|2|1", "sparsity|1|0"],
    ),
    (
        "concepts-that-occur-together",
        {"concept": "sparsity"},
        "other papers",
        ["activation sparsity|1"],
    ),
    ("concepts-that-occur-together", {"concept": "sparsity", "least": "2"}, "other", []),
    (
        "what-studies-a-concept",
        {"concept": "activation sparsity"},
        "by support sentence",
        [f"ProSparse|1|{RAISES}"],
    ),
    (
        "concepts-of-a-method",
        {"method": "ProSparse"},
        "concept support sentence",
        [f"activation sparsity|1|{RAISES}"],
    ),
    (
        "concepts-that-bridge-two-tasks",
        {"task": "machine translation", "other": "LM inference"},
        "concept with_task with_other",
        ["activation sparsity|1|1"],
    ),
    ("concepts-that-bridge-two-fields", {"field": "cs.CL", "other": "cs.CV"}, "concept", []),
    (
        "parts-and-kinds-of-a-thing",
        {"thing": "ReLU"},
        "it other support",
        ["is part of|ProSparse|1"],
    ),
    (
        "parts-and-kinds-of-a-thing",
        {"thing": "sparsity"},
        "it other support",
        ["has the kind|activation sparsity|1"],
    ),
    (
        "papers-that-use-a-method",
        {"method": "ReLUs"},
        "how title date",
        [f"uses|{PRO}|2024-02-21", f"uses|{LOST}|"],
    ),
    ("papers-that-use-a-method", {"method": "ReLU", "since": "2024"}, "title", [PRO]),
    ("papers-that-use-a-method", {"method": "ReLU", "since": "2025"}, "title", []),
    ("papers-that-use-a-method", {"method": "prosparse"}, "how title", [f"proposes|{PRO}"]),
    (
        "papers-that-evaluate-on-a-dataset",
        {"dataset": "glue"},
        "title date",
        [f"{PRO}|2024-02-21"],
    ),
    (
        "papers-that-use-a-method-on-a-dataset",
        {"method": "ProSparse", "dataset": "GLUE"},
        "title stated",
        [f"{PRO}|2"],
    ),
    (
        "papers-that-use-a-method-on-a-dataset",
        {"method": "ReLU", "dataset": "GLUE"},
        "title stated",
        [f"{PRO}|0", f"{LOST}|0"],
    ),
    (
        "reading-list-for-a-task",
        {"task": "machine translation"},
        "kind title mentions",
        [f"addresses it|{HOSTILE}|1", f"addresses it|{LOST}|1"],
    ),
    (
        "papers-about-a-concept",
        {"concept": "activation sparsity"},
        "title date mentions",
        [f"{HOSTILE}|2025|1", f"{PRO}|2024-02-21|2"],
    ),
    (
        "papers-with-code-for-a-task",
        {"task": "LM inference"},
        "title code",
        [f"{PRO}|https://github.com/example/prosparse", f"{PRO}|see <our> page"],
    ),
    (
        "papers-that-share-most-with-a-paper",
        {"paper": PRO, "least": "1"},
        "title shared rarest",
        [f"{LOST}|2|GLUE", f"{HOSTILE}|1|activation sparsity"],
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
        "papers-of-an-author",
        {"author": "a. lovelace"},
        "title date place at",
        [f"{HOSTILE}|2025|2|ICML", f"{PRO}|2024-02-21|1|Efficient NLP @ ICML"],
    ),
    ("papers-of-an-author", {"author": "Alan Turing"}, "title", [PRO, LOST]),
    (
        "co-authors-of-an-author",
        {"author": "Ada Lovelace"},
        "name papers latest",
        ["<b>Bobby</b>|1|2025", "Alan Turing|1|2024"],
    ),
    (
        "who-works-on-a-task",
        {"task": "machine translation"},
        "author papers latest",
        ["<b>Bobby</b>|1|2025", "Ada Lovelace|1|2025", "Alan Turing|1|"],
    ),
    ("who-uses-a-method", {"method": "ReLU"}, "author papers", ["Alan Turing|2"]),
    (
        "who-uses-a-method-for-a-task",
        {"method": "ReLU", "task": "machine translation"},
        "author papers latest",
        ["Alan Turing|1|"],
    ),
    (
        "profile-of-an-author",
        {"author": "Alan Turing"},
        "does name papers latest",
        [
            "uses|ReLU|2|2024",
            "addresses|language model inference|1|2024",
            "addresses|machine translation|1|",
            "evaluates on|GLUE|1|2024",
            "is about|activation sparsity|1|2024",
            "proposes|ProSparse|1|2024",
            "uses|GLUE|1|",
        ],
    ),
    (
        "profile-of-a-group",
        {"author": "Alan Turing"},
        "type name papers",
        ["Dataset|GLUE|2", "Method|ReLU|2"],
    ),
    (
        "profile-of-an-affiliation",
        {"affiliation": "analytical"},
        "author papers task on_task printed",
        ["Ada Lovelace|1|language model inference|1|Analytical Engines"],
    ),
    ("profile-of-an-affiliation", {"affiliation": "Difference"}, "author", []),
    (
        "venues-of-a-task",
        {"task": "LM inference"},
        "venue papers latest",
        ["Efficient NLP @ ICML|1|2024", "ICML|1|2024"],
    ),
    ("trend-of-a-thing", {"thing": "ReLU"}, "year papers percent", ["2024|1|100"]),
    (
        "months-of-a-thing",
        {"thing": "activation sparsity"},
        "month papers",
        ["2024-02|1"],
    ),
    (
        "first-papers-that-name-a-thing",
        {"thing": "activation sparsity"},
        "date how title",
        [f"2024-02-21|is about|{PRO}", f"2025|is about|{HOSTILE}"],
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
        "what-is-rising",
        {"year": "2025", "type": "Task", "least": "1"},
        "name papers before percent percent_before",
        ["machine translation|1|0|100|0"],
    ),
    ("what-is-rising", {"year": "2025"}, "name", []),
    (
        "what-is-fading",
        {"year": "2025", "type": "Method", "least": "1"},
        "name papers before percent percent_before",
        ["ReLU|0|1|0|100"],
    ),
    (
        "entities-by-type",
        {"type": "Task", "least": "1"},
        "kind entity papers mentions statements",
        ["Task|machine translation|2|2|4", "Task|language model inference|1|2|2"],
    ),
    ("entities-by-type", {"type": "Dataset"}, "entity", ["GLUE"]),
    (
        "names-of-a-thing",
        {"thing": "ReLU"},
        "name count is",
        ["ReLU|0|label", "rectified linear unit|0|other name", "ReLUs|0|other name"],
    ),
    (
        "papers-that-lack-something",
        {},
        "lacks title",
        [
            f"beginning of the abstract|{LOST}",
            f"date|{LOST}",
            f"end of the abstract|{HOSTILE}",
            f"title|{LOST}",
        ],
    ),
    (
        "sources-of-the-graph",
        {},
        "file format records papers",
        ["page.txt|pages|3|3", "other.txt|pages|2|2", "feed.jsonl|jsonl|1|1"],
    ),
    ("links-outward", {}, "name", []),
    ("things-of-two-types", {}, "name", []),
    ("relations-that-contradict", {}, "one", []),
    ("suspicious-entities", {}, "entity", []),
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

#: The same of the graph that ``odd`` makes.
ODD_ANSWERS: tuple[tuple[str, Mapping[str, str], str, list[str]], ...] = (
    (
        "names-of-a-thing",
        {"thing": "GELU"},
        "name count is",
        ["GELU|5|label", "GELUs|2|other name", "Gaussian error linear unit|1|other name"],
    ),
    (
        "links-outward",
        {},
        "name match other confidence table",
        [
            "machine translation|close|https://example.org/terms/mt|0.6|terms.tsv",
            "ReLU|same|https://example.org/terms/relu|0.97|terms.tsv",
        ],
    ),
    (
        "things-of-two-types",
        {},
        "name type papers",
        ["ReLU|Method|2", "ReLU|Concept|1"],
    ),
    (
        "relations-that-contradict",
        {},
        "one says other but",
        ["ProSparse|is part of it|ReLU|has it as part"],
    ),
    ("suspicious-entities", {}, "entity type why papers", ["x|Concept|one letter|1"]),
    (
        "concepts-that-bridge-two-fields",
        {"field": "cs.CL", "other": "cs.CV", "least": "1"},
        "concept in_field in_other",
        ["activation sparsity|1|1"],
    ),
    ("datasets-of-one-field-and-not-another", {"field": "cs.CL", "other": "cs.CV"}, "dataset", []),
    ("datasets-used-with-a-dataset", {"dataset": "GLUE"}, "name papers", ["SQuAD|1"]),
    (
        "datasets-of-one-task-and-not-another",
        {"task": "machine translation", "other": "LM inference"},
        "dataset papers",
        ["SQuAD|1"],
    ),
    (
        "tasks-that-share-methods-with-a-task",
        {"task": "machine translation"},
        "name methods",
        ["language model inference|1"],
    ),
    (
        "competitors-of-a-method",
        {"method": "ProSparse"},
        "competitor comparisons datasets tasks",
        ["ReLU|1|1|0", "C++|0|0|1"],
    ),
    (
        "reading-list-for-a-task",
        {"task": "machine translation"},
        "kind title mentions",
        ["overview|A survey|1", f"introduces it|{HOSTILE}|1"],
    ),
    # A link outward is no statement.
    ("entities-by-type", {"type": "Task", "least": "2"}, "statements", ["4"]),
)

QUERIES = tuple(saved().values())


def plain() -> list[Quad]:
    """Return the hand-made graph."""
    return list(to_graph(WORKS, MENTIONS, STATEMENTS, run=RUN))


def odd() -> list[Quad]:
    """Return the hand-made graph with what an honest one has seldom."""
    twin, letter, squad = (
        Entity("Concept", "relu", "ReLU"),
        Entity("Concept", "x", "x"),
        Entity("Dataset", "squad", "SQuAD"),
    )
    edges = (
        (PROSPARSE, "kg:partOf", RELU),
        (RELU, "kg:evaluatedOn", GLUE),
        (CPLUSPLUS, "kg:usedFor", INFERENCE),
        (HOSTILE_WORK.id, "kg:introduces", TRANSLATION),
        (LOST_WORK.id, "kg:about", SPARSITY),
    )
    lost = iri(LOST_WORK.id)
    return [
        *plain(),
        *link_quads(LINKS, "terms.tsv"),
        *(quad for entity in (COUNTED, twin, letter, squad) for quad in entity_quads(entity)),
        mentions_quad(HOSTILE_WORK.id, twin),
        mentions_quad(LOST_WORK.id, letter),
        mentions_quad(LOST_WORK.id, squad),
        *(Quad(iri(head), term(edge), iri(tail)) for head, edge, tail in edges),
        Quad(lost, term("kg:category"), Literal("cs.CV")),
        Quad(lost, term("dct:title"), Literal("A survey")),
    ]


def store_of(quads: list[Quad]) -> Store:
    store = Store()
    store.extend(quads)
    return store


@pytest.fixture(scope="module")
def graph() -> Graph:
    return opened.of(store_of(plain()))


@pytest.fixture(scope="module")
def odd_graph() -> Graph:
    return opened.of(store_of(odd()))


@pytest.fixture(scope="module")
def seeds(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    path = tmp_path_factory.mktemp("seeds") / "graph.kg"
    builder.build([root / "seeds"], path)
    return opened.open(path)


def rows_of(graph: Graph, name: str, parameters: Mapping[str, str], columns: str) -> list[str]:
    answer = ask(graph, name, parameters=parameters)
    at = [answer.variables.index(column) for column in columns.split()]
    return [
        "|".join("" if row[i] is None else str(getattr(row[i], "value", "")) for i in at)
        for row in answer.rows
    ]


@pytest.mark.parametrize(("name", "parameters", "columns", "rows"), ANSWERS)
def test_a_saved_query_gives_the_right_rows_in_order(
    graph: Graph, name: str, parameters: Mapping[str, str], columns: str, rows: list[str]
) -> None:
    assert rows_of(graph, name, parameters, columns) == rows


@pytest.mark.parametrize(("name", "parameters", "columns", "rows"), ODD_ANSWERS)
def test_a_saved_query_sees_what_is_odd(
    odd_graph: Graph, name: str, parameters: Mapping[str, str], columns: str, rows: list[str]
) -> None:
    assert rows_of(odd_graph, name, parameters, columns) == rows


def test_every_saved_query_is_answered_above() -> None:
    assert set(saved()) == {name for name, *_ in ANSWERS}
    assert {name for name, *_, rows in (*ANSWERS, *ODD_ANSWERS) if rows} == set(saved())
    assert len(saved()) >= 38


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_saved_query_says_what_it_is(query: SavedQuery) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", query.name)
    assert query.title != query.name and query.about in GROUPS and query.reading.endswith(".")
    assert 2 <= len(query.asks) <= 4
    names = {parameter.name for parameter in query.parameters}
    assert {slot for said in query.asks for slot in re.findall(r"{(.*?)}", said)} <= names
    assert {p.name for p in query.parameters if p.default is None} <= set(query.example) <= names
    assert "ORDER BY" in query.text.rpartition("}")[2]
    for parameter in query.parameters:
        assert parameter.about and (parameter.kind is None or parameter.kind in KINDS)
        uses = re.findall(rf"\?{parameter.name}\b", query.text)
        assert len(uses) > 1, f"{parameter.name} is declared and not used"


def test_no_two_saved_queries_share_a_title_or_a_wording() -> None:
    for said in ([query.title for query in QUERIES], [one for q in QUERIES for one in q.asks]):
        assert len(said) == len({one.casefold() for one in said})


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_an_example_has_an_answer(
    seeds: Graph, graph: Graph, odd_graph: Graph, query: SavedQuery
) -> None:
    def rows() -> Iterator[int]:
        for some in (seeds, graph, odd_graph):
            try:
                yield len(ask(some, query.name, parameters=query.example).rows)
            except KgError as error:
                assert "is called" in str(error)

    assert any(rows())


def terms_of(query: SavedQuery) -> dict[Variable, NamedNode | Literal]:
    """Choose a term of the hand-made graph for each parameter."""
    things = {
        "Method": "method/relu",
        "Dataset": "dataset/glue",
        "Task": "task/machine-translation",
        "Concept": "concept/activation-sparsity",
        "Author": "author/alan-turing",
        "Venue": "venue/icml",
        "Paper": "paper/arxiv/2402.13516",
        "Entity": "concept/activation-sparsity",
    }
    texts = {"field": "cs.LG", "other": "cs.CV", "year": "2025", "affiliation": "engine"}
    terms: dict[Variable, NamedNode | Literal] = {}
    for parameter in query.parameters:
        default = parameter.default or ""
        if parameter.kind is not None:
            term_of = NamedNode(f"https://w3id.org/paperkg/{things[parameter.kind]}")
            terms[Variable(parameter.name)] = term_of
        elif default.isdecimal():
            terms[Variable(parameter.name)] = Literal(int(default != "0"))
        else:
            terms[Variable(parameter.name)] = Literal(texts.get(parameter.name, default))
    return terms


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_saved_query_asks_the_same_of_another_engine(query: SavedQuery) -> None:
    """rdflib answers the standard's own text, parameters bound as VALUES, as pyoxigraph does."""
    text = bind(query.text, terms_of(query))
    ours = store_of(odd()).query(text, use_default_graph_as_union=True)
    found = sorted(
        ["" if value is None else str(getattr(value, "value", value)) for value in solution]
        for solution in ours
    )
    other = rdflib.Dataset(default_union=True)
    for quad in odd():
        named = str(quad.graph_name.value) if isinstance(quad.graph_name, NamedNode) else None
        context = other.default_graph if named is None else other.graph(rdflib.URIRef(named))
        context.add(tuple(rdflib.util.from_n3(str(end)) for end in quad.triple))
    theirs = sorted(
        ["" if value is None else str(value) for value in row] for row in other.query(text)
    )
    assert found == theirs


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_saved_query_orders_its_rows_to_the_last(query: SavedQuery) -> None:
    """Loaded in another order, the same graph gives the same bytes."""
    quads = odd()
    mixed = Random(1).sample(quads, len(quads))
    text = bind(query.text, terms_of(query))
    written = [
        [str(list(row)) for row in store_of(some).query(text, use_default_graph_as_union=True)]
        for some in (quads, quads[::-1], mixed)
    ]
    assert written[0] == written[1] == written[2]
    assert len(set(written[0])) == len(written[0])


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_saved_query_declares_its_prefixes(query: SavedQuery) -> None:
    declared = re.findall(r"^PREFIX (\w+): <(.*)>$", query.text, re.MULTILINE)
    assert declared == sorted(declared) and dict(declared).items() <= PREFIXES.items()


def test_a_search_finds_what_names_title_reading_or_wordings_say() -> None:
    assert search() == tuple(
        sorted(QUERIES, key=lambda query: (GROUPS.index(query.about), query.name))
    )
    assert {query.name for query in search("SURVEYS")} == {"reading-list-for-a-task"}
    assert {query.about for query in search("never tried")} == {"datasets", "methods"}
    with pytest.raises(KgError, match="no saved question says 'zzz': kg queries lists them all"):
        search("zzz")


def test_a_listing_has_groups_titles_and_parameters() -> None:
    lines = listing(search("reading list")).splitlines()
    assert lines == ["papers", "  reading-list-for-a-task  Reading list for a task  task="]
    whole = listing(search())
    assert [line for line in whole.splitlines() if line and line[0] != " "] == list(GROUPS)
    assert "[least=2]" in whole and whole.endswith("\n")


def test_a_head_becomes_fields() -> None:
    text = (
        "\n# title: T\n# about: methods\n# reading: A: b.\n# example: x = a = b\n# asks: who {x}?\n"
        "# asks: and?\n# cost: whole graph\n\nASK {}\n# title: not this\n"
    )
    query = parse("q", text)
    assert (query.title, query.about, query.reading) == ("T", "methods", "A: b.")
    assert query.example == {"x": "a = b"} and query.asks == ("who {x}?", "and?") and query.whole
    assert not parse("q", "ASK {}").whole and parse("q", "ASK {}").title == "q"


def test_an_example_without_a_value_is_an_error() -> None:
    with pytest.raises(KgError, match="write '# example: name=value'"):
        parse("q", "# example: LoRA\nASK {}")


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
def test_a_hostile_parameter_is_only_a_name_that_nothing_bears(graph: Graph, value: str) -> None:
    before = len(graph.store)
    for query in QUERIES:
        for parameter in query.parameters:
            if parameter.kind is not None:
                asked = {**query.example, parameter.name: value}
                with pytest.raises(KgError, match="is called"):
                    ask(graph, query.name, parameters=asked)
    answer = ask(graph, "entities-by-type", parameters={"type": value.replace("\ud800", "")})
    assert answer.rows == ()
    assert len(graph.store) == before


def test_a_hostile_title_finds_its_paper_and_no_other(graph: Graph) -> None:
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
