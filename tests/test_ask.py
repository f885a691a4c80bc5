"""A person's words choose a saved question and fill it; nothing is made up."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from nouns import MENTIONS, RUN, STATEMENTS, WORKS
from pyoxigraph import Store

from kg import opened
from kg.ask import TAKEN, UNFILLED, UNNAMED, ask, explain, nearest, render
from kg.ask.names import find
from kg.ask.scalars import SAID
from kg.ask.wordings import lexical, library, split, stem, usual
from kg.errors import KgError
from kg.graph import to_graph
from kg.opened import Graph
from kg.query import saved

PRO = "ProSparse: Introducing Sparse Activations"


@pytest.fixture(scope="module")
def graph() -> Graph:
    store = Store()
    store.extend(to_graph(WORKS, MENTIONS, STATEMENTS, run=RUN))
    return opened.of(store)


def named(graph: Graph, words: str) -> list[str]:
    return [name.text for name in find(graph, words, usual()) if name.kinds]


@pytest.mark.parametrize(
    ("words", "question", "parameters"),
    [
        ("who uses ReLU?", "papers-that-use-a-method", {"method": "ReLU"}),
        ("WHO USES RELU", "papers-that-use-a-method", {"method": "RELU"}),
        ("papers that use C#", "papers-that-use-a-method", {"method": "C#"}),
        (
            "papers that use ReLU since 2024",
            "papers-that-use-a-method",
            {"method": "ReLU", "since": "2024"},
        ),
        (
            "papers that use ReLU after 2024",
            "papers-that-use-a-method",
            {"method": "ReLU", "since": "2025"},
        ),
        (
            "who uses ProSparse on GLUE?",
            "papers-that-use-a-method-on-a-dataset",
            {"method": "ProSparse", "dataset": "GLUE"},
        ),
        (
            "who works on machine translation",
            "who-works-on-a-task",
            {"task": "machine translation"},
        ),
        ("publications by Ada Lovelace", "papers-of-an-author", {"author": "Ada Lovelace"}),
        ("Ada Lovelace's publications", "papers-of-an-author", {"author": "Ada Lovelace"}),
        ("what was proposed at ICML?", "methods-proposed-at-a-venue", {"venue": "ICML"}),
        (
            f'what is known of "{PRO}"?',
            "everything-known-of-a-paper",
            {"paper": PRO},
        ),
        (
            "tell me about the paper 2402.13516",
            "everything-known-of-a-paper",
            {"paper": "2402.13516"},
        ),
        (
            "what links language model inference with machine translation?",
            "concepts-that-bridge-two-tasks",
            {"task": "language model inference", "other": "machine translation"},
        ),
        (
            "common ground of cs.cl and cs.LG",
            "concepts-that-bridge-two-fields",
            {"field": "cs.CL", "other": "cs.LG"},
        ),
        ("which tasks are there?", "entities-by-type", {"type": "Task"}),
        ("datasets that at least 3 papers use", "datasets-by-number-of-papers", {"least": "3"}),
        ("datasets that more than 3 papers use", "datasets-by-number-of-papers", {"least": "4"}),
        ("papers from MIT", "profile-of-an-affiliation", {"affiliation": "MIT"}),
    ],
)
def test_words_choose_a_question_and_fill_it(
    graph: Graph, words: str, question: str, parameters: Mapping[str, str]
) -> None:
    asked = nearest(graph, words)
    assert (asked.question.name, dict(asked.parameters)) == (question, dict(parameters))
    assert asked.near


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("what are the rivals of ReLU", "competitors-of-a-method"),
        ("contenders of ReLU", "competitors-of-a-method"),
        ("publicatoins by Ada Lovelace", "papers-of-an-author"),
        ("please show me the colleagues of Ada Lovelace", "co-authors-of-an-author"),
    ],
)
def test_other_words_and_slips_of_the_pen_are_understood(
    graph: Graph, words: str, question: str
) -> None:
    assert nearest(graph, words).question.name == question


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("gaps of ReLU", "datasets-a-method-was-not-tried-on"),
        ("gaps of GLUE", "methods-not-tried-on-a-dataset"),
        ("what is ReLU used for?", "tasks-of-a-method"),
        ("what is GLUE used for?", "tasks-of-a-dataset"),
        ("which methods are used?", "methods-by-number-of-papers"),
        ("which methods are used on GLUE?", "methods-tried-on-a-dataset"),
        ("who uses ReLU for machine translation?", "who-uses-a-method-for-a-task"),
        ("who works on it at machine translation?", "who-works-on-a-task"),
    ],
)
def test_the_kinds_of_the_names_decide_between_questions(
    graph: Graph, words: str, question: str
) -> None:
    assert nearest(graph, words).question.name == question


def test_a_score_counts_what_is_named_and_what_is_not(graph: Graph) -> None:
    assert nearest(graph, "who uses ReLU?").score == pytest.approx(1 + TAKEN)
    assert nearest(graph, "who uses Zyzzyva?").score == pytest.approx(1 - UNNAMED)
    assert nearest(graph, "what is trending?").score == pytest.approx(1 - UNFILLED)
    assert nearest(graph, "what is trending in 2025?").score == pytest.approx(1)


def test_turns_of_speech_say_nothing() -> None:
    assert split("Could you show me what people want, please") == ["what", "people", "want"]
    assert split("what do people use it for") == ["what", "use", "it", "for"]
    assert stem("Applied") == stem("apply") == stem("applies")


def test_a_misspelt_word_is_still_like_itself() -> None:
    right, wrong, other = (
        max(lexical(words)) for words in ("surveys on", "survies on", "xyzzy on")
    )
    assert right > wrong > other


def test_every_wording_of_the_library_finds_its_own_question(graph: Graph) -> None:
    for number, wording in enumerate(library()):
        alike = lexical(wording.text)
        best = {library()[at].question.name for at, x in enumerate(alike) if x > max(alike) - 1e-9}
        assert wording.question.name in best, number


def test_the_bench_names_questions_of_the_library(root: Path) -> None:
    rows = (root / "tests" / "bench" / "asking.jsonl").read_text(encoding="utf-8").splitlines()
    named = {name for row in rows for name in json.loads(row)["questions"]}
    assert named <= saved().keys()


def test_every_scalar_of_the_library_is_read_from_words() -> None:
    free = {"affiliation"}  # Any words, so that no pattern finds it.
    scalars = {p.name for question in saved().values() for p in question.parameters if not p.kind}
    assert scalars - free <= set(SAID)


def test_the_longest_name_wins_and_quotes_make_a_name(graph: Graph) -> None:
    assert named(graph, "who studies activation sparsity")[0] == "activation sparsity"
    assert named(graph, "who studies 'sparsity' in activation sparsity")[0] == "sparsity"
    assert named(graph, "papers of A. Lovelace on C++.") == ["A. Lovelace", "C++"]


def test_a_text_takes_a_known_name_only_in_quotes(graph: Graph) -> None:
    asked = nearest(graph, 'what does the lab "ReLU" do?')
    assert asked.parameters == {"affiliation": "ReLU"}
    assert nearest(graph, "what does the lab ReLU do?").parameters == {}


def test_numbers_and_common_or_misspelt_words_are_no_names(graph: Graph) -> None:
    assert find(graph, "publicatoins on performance in 2024", usual()) == ()
    (strange,) = find(graph, "publications on Zyzzyva since", usual())
    assert (strange.text, dict(strange.kinds)) == ("Zyzzyva", {})
    assert [name.quoted for name in find(graph, 'papers on "C++"', usual())] == [True]


def test_a_plural_or_a_hyphen_finds_the_name(graph: Graph) -> None:
    asked = nearest(graph, "which methods are tried for machine-translations?")
    assert asked.parameters["task"] == "<https://w3id.org/paperkg/task/machine-translation>"


def test_an_iri_in_the_words_is_a_name(graph: Graph) -> None:
    asked, answer = ask(graph, "who uses <method/relu>?")
    assert asked.parameters == {"method": "<method/relu>"}
    assert [thing.name for _, thing in answer.bound] == ["ReLU"]


def test_what_the_question_takes_no_notice_of_is_told(graph: Graph) -> None:
    asked, answer = ask(graph, "who works on machine translation at ICML since 2024?")
    assert asked.question.name == "who-works-on-a-task"
    assert asked.unused == ("ICML", "2024")
    assert "no notice taken of: ICML, 2024\n" in explain(asked, answer)


def test_the_answer_is_that_of_the_saved_question(graph: Graph) -> None:
    asked, answer = ask(graph, "who uses ProSparse?")
    written = render(asked, answer)
    assert written.splitlines()[:2] == [
        "Papers that use a method (papers-that-use-a-method)",
        "method = ProSparse <method/prosparse>",
    ]
    assert asked.question.text.partition("PREFIX")[2] in written
    assert PRO in written
    assert len({asked.question.name, *(other.name for other in asked.others)}) == 3
    assert all(f"  {other.title}: " in written for other in asked.others)
    told = written.rpartition("near as well:\n")[2]
    assert "ProSparse" in told and "{" not in told


def test_other_forms_hold_the_answer_alone(graph: Graph) -> None:
    written = render(*ask(graph, "who uses ProSparse?"), "json")
    assert json.loads(written)["results"]["bindings"]


@pytest.mark.parametrize(
    "words",
    [
        "what is the weather in Berlin tomorrow?",
        "send an email to Ada Lovelace",
        "how much does ReLU cost in Paris?",
        "lorem ipsum dolor sit amet",
        "ReLU",
        "?",
        "\ud800 \0 \x1b[31m",
        "SELECT * WHERE { ?s ?p ?o }",
    ],
)
def test_words_that_no_question_answers_are_refused_with_the_nearest(
    graph: Graph, words: str
) -> None:
    with pytest.raises(KgError) as refused:
        ask(graph, words)
    first, *told = str(refused.value).splitlines()
    assert first == "no saved question is near to these words; the nearest are"
    assert len(told) == 3
    assert {line.strip().partition(": ")[0] for line in told} <= {q.title for q in saved().values()}


@pytest.mark.parametrize("words", ["", "  \n ", "who uses ReLU? " * 100])
def test_no_words_and_too_many_are_refused(graph: Graph, words: str) -> None:
    with pytest.raises(KgError, match="characters of words: ask with 1 to 400"):
        nearest(graph, words)


def test_what_must_be_named_is_asked_back(graph: Graph) -> None:
    with pytest.raises(KgError, match="taken for 'Papers of an author', which needs author"):
        ask(graph, "publications by an author")


def test_a_name_that_the_graph_does_not_know_is_told_with_close_ones(graph: Graph) -> None:
    with pytest.raises(KgError, match="'ProSparze'.*did you mean ProSparse"):
        ask(graph, "what replaced ProSparze?")


def test_several_meanings_are_listed_and_none_is_chosen(graph: Graph, tmp_path: Path) -> None:
    file = tmp_path / "two.ttl"
    file.write_text(
        """
        @prefix kg: <https://w3id.org/paperkg/ontology#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <https://w3id.org/paperkg/method/one> a kg:Method ; skos:prefLabel "DPO" .
        <https://w3id.org/paperkg/method/two> a kg:Method ; skos:altLabel "DPO" .
        <https://w3id.org/paperkg/dataset/dpo> a kg:Dataset ; skos:prefLabel "DPO" .
        """,
        encoding="utf-8",
    )
    two = opened.open(file)
    with pytest.raises(KgError) as refused:
        ask(two, "who uses DPO?")
    assert "method/one" in str(refused.value) and "method/two" in str(refused.value)
    assert ask(two, "which papers evaluate on DPO?")[0].parameters == {"dataset": "DPO"}
