import pytest
from nouns import FIRST, FOURTH, HOSTILE, MENTIONS, RUN, STATEMENTS, THIRD, WORKS
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg import opened
from kg.errors import KgError
from kg.graph import term, to_graph
from kg.opened import Graph
from kg.why import Passage, Reason, Thing, Why, render, why

BASE = "https://w3id.org/paperkg/"
PRO = "ProSparse: Introducing Sparse Activations"


@pytest.fixture(scope="module")
def graph() -> Graph:
    store = Store()
    store.extend(to_graph(WORKS, MENTIONS, STATEMENTS, run=RUN))
    return opened.of(store)


def claims(found: Why) -> list[str]:
    return [f"{r.subject.name} {r.predicate} {r.object.name}" for r in found.reasons]


def words(reason: Reason) -> list[str]:
    return [p.text[start:end] for p in reason.passages for start, end in p.marks]


def test_an_entity_has_every_sentence_that_names_it_by_role(graph: Graph) -> None:
    found = why(graph, "relu")
    assert found.asked == ((Thing("Method", "ReLU", f"{BASE}method/relu"),),)
    lost, first = sorted(found.reasons, key=lambda reason: reason.confidence)
    assert (lost.predicate, first.predicate) == ("uses", "uses")
    assert first.subject == Thing("Paper", PRO, f"{BASE}paper/arxiv/2402.13516")
    assert [p.text for p in first.passages] == [FIRST[0:65], FIRST[112:142]]
    assert words(first) == ["ReLU", "ReLU"] and words(lost) == ["ReLU"]
    assert (first.confidence, lost.confidence) == (0.88, 0.8)


@pytest.mark.parametrize(("name", "text"), [("ProSparse", FIRST), ("C#", THIRD), ("ReLU", FOURTH)])
def test_a_sentence_is_cut_out_of_the_text_by_its_offsets(
    graph: Graph, name: str, text: str
) -> None:
    passages = [p for reason in why(graph, name).reasons for p in reason.passages]
    mine = [p for p in passages if text[p.start : p.end] == p.text]
    assert mine and all(0 <= start < end <= len(p.text) for p in mine for start, end in p.marks)
    for passage in passages:
        abstract = graph.store.quads_for_pattern(
            NamedNode(passage.abstract), term("kg:text"), None, None
        )
        assert next(abstract).object.value[passage.start : passage.end] == passage.text


def test_a_pair_has_its_statements_in_either_direction(graph: Graph) -> None:
    expected = ["ProSparse comparedWith ReLU", "ReLU partOf ProSparse"]
    assert claims(why(graph, "ReLU", "ProSparse")) == expected
    found = why(graph, "ProSparse", "ReLU")
    assert claims(found) == expected
    assert words(found.reasons[0]) == ["ProSparse", "ReLU"]
    assert found.reasons[0].passages[0].text == "On GLUE, ProSparse beats ReLU."


@pytest.mark.parametrize("pair", [(PRO, "GLUE"), ("GLUE", "2402.13516")])
def test_one_of_a_pair_may_be_a_paper(graph: Graph, pair: tuple[str, str]) -> None:
    found = why(graph, *pair)
    assert claims(found) == [f"{PRO} evaluatesOn GLUE"]
    assert words(found.reasons[0]) == ["GLUE", "GLUE"]


def test_a_pair_without_statement_has_the_sentences_that_name_both(graph: Graph) -> None:
    found = why(graph, "C++", "C#")
    assert claims(found) == ["C++ named with C#"]
    assert words(found.reasons[0]) == ["C++", "C#"] and found.reasons[0].confidence == 0


def test_a_pair_that_no_sentence_links_is_an_error(graph: Graph) -> None:
    with pytest.raises(KgError, match="no sentence links 'C#' and 'GLUE'"):
        why(graph, "C#", "GLUE")


def test_a_paper_has_all_its_claims(graph: Graph) -> None:
    assert claims(why(graph, HOSTILE)) == [
        f"{HOSTILE} about activation sparsity",
        f"{HOSTILE} addresses machine translation",
        f"{HOSTILE} introduces sparsity",
        f"{HOSTILE} uses C#",
        f"{HOSTILE} uses C++",
    ]


def test_a_name_of_several_things_gives_them_all_apart(graph: Graph) -> None:
    store = Store()
    store.extend(graph.store)
    store.add(Quad(NamedNode(f"{BASE}dataset/glue"), term("skos:altLabel"), Literal("RELU")))
    twins = opened.of(store)
    found = why(twins, "relu")
    assert [thing.kind for thing in found.asked[0]] == ["Dataset", "Method"]
    assert claims(found) == [
        f"{PRO} evaluatesOn GLUE",
        f"{LOST} uses GLUE",
        f"{PRO} uses ReLU",
        f"{LOST} uses ReLU",
    ]
    # A name for both ends of a pair never links a thing with itself.
    assert all(reason.subject != reason.object for reason in why(twins, "relu", "relu").reasons)


LOST = "and ReLU is known from \u4e2d\u6587 \U0001f600 papers. GLUE tests machine translation.…"


def test_a_mention_without_statement_still_counts(graph: Graph) -> None:
    store = Store()
    store.extend(quad for quad in graph.store if "/statement/" not in str(quad.subject))
    assert {reason.predicate for reason in why(opened.of(store), "GLUE").reasons} == {"mentions"}


def test_a_name_that_nothing_bears_is_an_error(graph: Graph) -> None:
    with pytest.raises(KgError, match="did you mean GLUE"):
        why(graph, "GLEU")


def test_an_author_is_named_in_no_sentence(graph: Graph) -> None:
    assert render(why(graph, "Ada Lovelace")).endswith("\nno sentence names it\n")


def test_the_words_are_highlighted_only_when_asked(graph: Graph) -> None:
    found = why(graph, "ReLU", "ProSparse")
    text = render(found)
    assert "  On GLUE, [ProSparse] beats [ReLU]." in text and "\x1b" not in text
    assert f"    {PRO}, characters 112 to 142, confidence 0.91" in text
    assert "\x1b[1;33mReLU\x1b[0m" in render(found, highlight=True)


def test_more_sentences_than_wanted_are_counted(graph: Graph) -> None:
    text = render(why(graph, "ProSparse"), most=1)
    assert "4 sentences" in text and text.count("[ProSparse]") == 1
    assert text.endswith("  and 3 sentences more\n")


def test_a_hostile_text_cannot_steer_the_terminal() -> None:
    thing = Thing("Method", "a\x1b[2Jb\u202e", f"{BASE}method/a")
    passage = Passage(thing, f"{BASE}abstract/0", 0, 5, "a\x1bbc\u202e", ((0, 3), (1, 4)))
    text = render(Why(((thing,),), (Reason(thing, "uses", thing, 0, (passage,)),)))
    assert "\x1b" not in text and "\u202e" not in text
    assert "  [a b][c]" in text


def test_the_same_question_has_the_same_answer_whatever_the_order(graph: Graph) -> None:
    other = Store()
    other.extend(reversed(list(graph.store)))
    for name in ("GLUE", "activation sparsity", PRO):
        assert why(graph, name) == why(opened.of(other), name)
