"""Statements: what mentions claim, said once of the things they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Claim, Entity, Mention, Quote, text_id
from kg.relate import acyclic, allowed, roles, statement

TEXT = "We propose LoRA for translation. LoRA is kin to adapters."
ABSTRACT = text_id(TEXT)
WORK = "paper/arxiv/1"
LORA, ADAPTER = Entity("Method", "lora", "LoRA"), Entity("Method", "adapter", "adapter")
TRANSLATION = Entity("Task", "translation", "translation")


def at(word: str, type: str, start: int = 0) -> Mention:
    begin = TEXT.index(word, start)
    return Mention(Quote(ABSTRACT, begin, begin + len(word), word), type, 0.9, "test", (0, 32))


FIRST, SECOND = at("LoRA", "Method"), at("LoRA", "Method", 20)
TASK, KIN = at("translation", "Task"), at("adapters", "Method")
ENTITIES = {FIRST: LORA, SECOND: LORA, TASK: TRANSLATION, KIN: ADAPTER}


def said(*claims: Claim, entity_of: dict[Mention, Entity] | None = None) -> list[tuple]:
    found = roles(WORK, claims, ENTITIES if entity_of is None else entity_of)
    return [(s.subject, s.predicate, s.object, s.confidence, s.evidence) for s in found]


def test_a_paper_has_one_role_for_a_thing_with_all_mentions_behind_it() -> None:
    claims = [
        Claim("proposes", FIRST, 0.9),
        Claim("proposes", SECOND, 0.8),
        Claim("uses", SECOND, 0.3),
    ]
    assert said(*claims) == [(WORK, "proposes", LORA, 0.9, (FIRST, SECOND))]


def test_a_relation_has_the_mentions_of_both_ends_and_the_confidence_of_the_surest() -> None:
    claims = [Claim("usedFor", TASK, 0.6, FIRST), Claim("usedFor", TASK, 0.7, SECOND)]
    found = statement(LORA, "usedFor", TRANSLATION, claims)
    assert (found.confidence, found.evidence) == (0.7, (FIRST, TASK, SECOND))


@pytest.mark.parametrize(
    ("predicate", "subject", "object_", "fits"),
    [
        ("usedFor", ("Method", "lora"), ("Task", "translation"), True),
        ("usedFor", ("Method", "lora"), ("Concept", "translation"), False),
        ("usedFor", ("Dataset", "lora"), ("Task", "translation"), False),
        ("broader", ("Task", "mt"), ("Task", "translation"), True),
        ("broader", ("Task", "mt"), ("Method", "translation"), False),
        ("comparedWith", ("Method", "lora"), ("Method", "lora"), False),
    ],
)
def test_the_resolved_types_say_which_relations_may_hold(
    predicate: str, subject: tuple[str, str], object_: tuple[str, str], fits: bool
) -> None:
    assert allowed(predicate, subject, object_) is fits


def test_a_role_follows_the_resolved_type() -> None:
    resolved = ENTITIES | {TASK: Entity("Concept", "translation", "translation")}
    found = said(Claim("addresses", TASK, 0.7), entity_of=resolved)
    assert [predicate for _, predicate, *_ in found] == ["about"]


def test_a_mention_without_an_entity_says_nothing() -> None:
    assert said(Claim("proposes", FIRST, 0.9), entity_of={}) == []


def a(name: str) -> tuple[str, str]:
    return ("Method", name)


def test_of_a_circle_of_broader_things_the_weakest_is_cut() -> None:
    weights = {(a("x"), a("y")): 3.0, (a("y"), a("z")): 2.0, (a("z"), a("x")): 1.0,
               (a("w"), a("x")): 0.1}  # fmt: skip
    assert acyclic(weights) == set(weights) - {(a("z"), a("x"))}


@given(st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 6)), st.integers(1, 3)))
def test_no_circle_is_left_and_nothing_is_cut_that_closes_none(edges: dict) -> None:
    import networkx

    weights = {(a(str(i)), a(str(j))): float(w) for (i, j), w in edges.items() if i != j}
    kept = acyclic(weights)
    assert networkx.is_directed_acyclic_graph(networkx.DiGraph(list(kept)))
    for edge in set(weights) - kept:
        closed = networkx.DiGraph([*kept, edge])
        assert not networkx.is_directed_acyclic_graph(closed)
