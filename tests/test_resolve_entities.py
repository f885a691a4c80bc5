"""Entities: one thing from its spellings and abbreviations, two things from two."""

import random

from kg.model import Entity, Extraction, Mention, Quote
from kg.resolve import entities


def mention(
    abstract: str, start: int, text: str, type: str = "Method", sure: float = 0.9
) -> Mention:
    return Mention(Quote(abstract, start, start + len(text), text), type, sure, "test", (0, 500))


def extraction(
    abstract: str, *names: str | tuple[str, str], pairs: tuple[tuple[str, str], ...] = ()
) -> Extraction:
    typed = [(name, "Method") if isinstance(name, str) else name for name in names]
    found = tuple(mention(abstract, 50 * i, name, type) for i, (name, type) in enumerate(typed))
    return Extraction(abstract, found, abbreviations=pairs)


def names(*extractions: Extraction) -> set[Entity]:
    return set(entities(extractions)[0].values())


def test_spellings_of_a_name_are_one_entity_named_by_its_usual_singular() -> None:
    found = names(
        extraction("a", "vision transformers", "Vision Transformer", "vision transformers"),
        extraction("b", "vision transformers", "vision transformer", "vision transformer"),
    )
    assert found == {
        Entity("Method", "vision transformer", "vision transformer",
               ("Vision Transformer", "vision transformers")),
    }  # fmt: skip


def test_an_abbreviation_is_its_long_form_where_it_is_introduced() -> None:
    found = names(
        extraction("a", "RAT", "recurrent attention", pairs=(("RAT", "recurrent attention"),))
    )
    assert [(entity.key, entity.aliases) for entity in found] == [("recurrent attention", ("RAT",))]


def test_an_abbreviation_of_one_meaning_is_understood_everywhere() -> None:
    pair = ("LLM", "large language model")
    found, ledger = entities(
        [extraction("a", "LLM", "large language model", pairs=(pair,)), extraction("b", "LLMs")]
    )
    assert {entity.key for entity in found.values()} == {"large language model"}
    assert ("llm", "large language model") in {(row.what, row.into) for row in ledger}


def test_an_abbreviation_of_two_meanings_is_left_alone_where_none_is_given() -> None:
    found = names(
        extraction("a", "SSM", pairs=(("SSM", "state space model"),)),
        extraction("b", "SSM", pairs=(("SSM", "surface snow melt"),)),
        extraction("c", "SSM"),
    )
    assert {entity.key for entity in found} == {"state space model", "surface snow melt", "ssm"}


def test_a_name_has_the_type_that_most_of_its_mentions_have() -> None:
    found, ledger = entities(
        [extraction("a", "LoRA", "LoRA", "LoRA"), extraction("b", ("LoRA", "Concept"))]
    )
    assert {entity.type for entity in found.values()} == {"Method"}
    assert "type by vote" in {row.rule for row in ledger}


def test_a_name_with_two_types_in_balance_is_two_entities() -> None:
    found = names(extraction("a", "calibration"), extraction("b", ("calibration", "Concept")))
    assert {entity.type for entity in found} == {"Method", "Concept"}


def test_the_order_of_extractions_changes_nothing() -> None:
    given = [
        extraction("a", "LLM", "GAN", pairs=(("LLM", "large language model"),)),
        extraction("b", "LLMs", ("gan", "Concept"), pairs=(("LLM", "long lasting melt"),)),
        extraction("c", "Large Language Models", "GANs"),
    ]
    expected = entities(given)
    for seed in range(5):
        random.Random(seed).shuffle(given)
        assert entities(given) == expected


def test_a_word_is_no_abbreviation_that_differs_in_case() -> None:
    found = names(
        extraction("a", "RAG", pairs=(("RAG", "retrieval augmented generation"),)),
        extraction("b", "rag"),
    )
    assert {entity.key for entity in found} == {"retrieval augmented generation", "rag"}


def test_an_abbreviation_introduced_once_and_used_by_many_is_left_alone() -> None:
    found = names(
        extraction("a", "MT", pairs=(("MT", "mean teacher"),)),
        *(extraction(own, "MT") for own in "bcde"),
    )
    assert {entity.key for entity in found} == {"mean teacher", "mt"}


def test_a_name_seen_in_the_plural_alone_is_shown_in_the_singular() -> None:
    assert names(extraction("a", "diffusion models")) == {
        Entity("Method", "diffusion model", "diffusion model", ("diffusion models",))
    }


def test_a_dataset_keeps_the_s_of_its_name() -> None:
    found = names(extraction("a", ("Cityscapes", "Dataset"), ("Cityscapes", "Dataset")))
    assert [entity.name for entity in found] == ["Cityscapes"]
