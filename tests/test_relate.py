"""Statements: what mentions claim, said once of the things they mean."""

from kg.model import Claim, Entity, Extraction, Mention, Paper, Quote, Source, Work, text_id
from kg.relate import relate

TEXT = "We propose LoRA for translation. LoRA is kin to adapters."
ABSTRACT = text_id(TEXT)
PAPER = Paper("r", Source("f", (1, 1), "0", "jsonl"), abstract=TEXT)
WORK = Work("paper/arxiv/1", (PAPER,))
LORA, ADAPTER = Entity("Method", "lora", "LoRA"), Entity("Method", "adapter", "adapter")
TRANSLATION = Entity("Task", "translation", "translation")


def at(word: str, type: str, start: int = 0) -> Mention:
    begin = TEXT.index(word, start)
    return Mention(Quote(ABSTRACT, begin, begin + len(word), word), type, 0.9, "test", (0, 32))


FIRST, SECOND = at("LoRA", "Method"), at("LoRA", "Method", 20)
TASK, KIN = at("translation", "Task"), at("adapters", "Method")
ENTITIES = {FIRST: LORA, SECOND: LORA, TASK: TRANSLATION, KIN: ADAPTER}


def said(*claims: Claim, entity_of: dict[Mention, Entity] | None = None) -> list[tuple]:
    extraction = Extraction(ABSTRACT, tuple(ENTITIES), claims)
    found = relate([WORK], [extraction], ENTITIES if entity_of is None else entity_of)
    return [(s.subject, s.predicate, s.object, s.confidence, s.evidence) for s in found]


def test_a_paper_has_one_role_for_a_thing_with_all_mentions_behind_it() -> None:
    claims = [
        Claim("proposes", FIRST, 0.9),
        Claim("proposes", SECOND, 0.8),
        Claim("uses", SECOND, 0.3),
    ]
    assert said(*claims) == [(WORK.id, "proposes", LORA, 0.9, (FIRST, SECOND))]


def test_a_relation_has_the_mentions_of_both_ends() -> None:
    claim = Claim("usedFor", TASK, 0.7, FIRST)
    assert said(claim) == [(LORA, "usedFor", TRANSLATION, 0.7, (FIRST, TASK))]


def test_a_relation_that_the_resolved_types_forbid_is_dropped() -> None:
    resolved = ENTITIES | {TASK: Entity("Concept", "translation", "translation")}
    assert said(Claim("usedFor", TASK, 0.7, FIRST), entity_of=resolved) == []


def test_a_role_follows_the_resolved_type() -> None:
    resolved = ENTITIES | {TASK: Entity("Concept", "translation", "translation")}
    found = said(Claim("addresses", TASK, 0.7), entity_of=resolved)
    assert [predicate for _, predicate, *_ in found] == ["about"]


def test_a_thing_is_in_no_relation_with_itself() -> None:
    assert said(Claim("comparedWith", SECOND, 0.9, FIRST)) == []


def test_of_two_contrary_broader_claims_the_better_one_stays() -> None:
    found = said(Claim("broader", KIN, 0.9, FIRST), Claim("broader", FIRST, 0.4, KIN))
    assert [(s, p, o) for s, p, o, *_ in found] == [(LORA, "broader", ADAPTER)]


def test_a_mention_without_an_entity_says_nothing() -> None:
    assert said(Claim("proposes", FIRST, 0.9), entity_of={}) == []
