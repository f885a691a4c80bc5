"""Entities: one thing from its spellings and abbreviations, two things from two."""

from collections import Counter

import pytest

from kg.model import Entity
from kg.resolve.entities import by_company, entity, folds_to, meaning, senses, targets, types
from kg.resolve.names import folds

#: A short form that the shipped table does not know.
NEW = "QZX"


@pytest.mark.parametrize(
    ("forms", "named", "long"),
    [
        ({"recurrent attention": 2}, 5, "recurrent attention"),
        ({"recurrent attention": 1}, 3, "recurrent attention"),
        ({"recurrent attention": 1}, 4, None),
        ({"state space model": 3, "surface snow melt": 2}, 5, None),
        ({"state space model": 19, "surface snow melt": 1}, 20, "state space model"),
        ({}, 9, None),
    ],
    ids=["twice", "a third", "once of many", "two meanings", "one in twenty", "unknown"],
)
def test_a_short_form_means_what_the_abstracts_that_introduce_it_agree_on(
    forms: dict[str, int], named: int, long: str | None
) -> None:
    found = meaning(NEW, forms, named)
    assert found.long == long
    assert list(found.rivals[:1]) == sorted(forms, key=lambda one: -forms[one])[:1]


def test_a_short_form_that_no_abstract_introduces_means_what_the_world_agrees_on() -> None:
    assert meaning("LLM", {}, 1).long == "large language model"
    assert meaning("LLM", {"long lasting melt": 2}, 2).long == "long lasting melt"


def test_an_open_short_form_is_told_by_the_other_names_of_its_abstract() -> None:
    company = {
        "state space model": Counter({"mamba": 3, "transformer": 2, "accuracy": 1}),
        "surface snow melt": Counter({"glacier": 2, "albedo": 1, "accuracy": 2}),
    }
    assert by_company({"mamba", "transformer"}, company) == ("state space model", 1.0)
    assert by_company({"surface snow melt", "mamba"}, company) == ("surface snow melt", 0.95)
    assert by_company({"mamba", "glacier", "albedo"}, company) is None
    assert by_company({"accuracy", "mamba"}, company) is None


def test_a_type_with_little_weight_gives_way() -> None:
    assert types({"Method": 90, "Concept": 30}) == {"Method": "Method", "Concept": "Method"}
    assert types({"Method": 60, "Concept": 50}) == {"Method": "Method", "Concept": "Concept"}
    assert types({"Method": 50, "Concept": 30, "Task": 20}) == dict.fromkeys(
        ("Method", "Concept", "Task"), "Method"
    )


ANA, BO, LI = frozenset({"ana"}), frozenset({"bo"}), frozenset({"li", "bo"})


@pytest.mark.parametrize(
    ("names", "proposals", "named", "groups"),
    [
        (["TRACE"], [ANA, BO], 3, [{0}, {1}]),
        (["TRACE"], [BO, ANA, LI], 3, [{0, 2}, {1}]),
        (["TRACE"], [ANA, BO], 5, [{0, 1}]),
        (["neural network"], [ANA, BO], 2, [{0, 1}]),
        (["TRACE"], [ANA], 1, [{0}]),
    ],
    ids=["two methods", "one team twice", "many use it", "a common phrase", "one paper"],
)
def test_a_name_that_strangers_propose_is_as_many_things(
    names: list[str], proposals: list[frozenset[str]], named: int, groups: list[set[int]]
) -> None:
    assert senses(names, proposals, named) == groups


def test_an_entity_is_named_by_its_usual_singular_and_counts_every_name() -> None:
    seen = {"vision transformers": 3, "Vision Transformer": 1, "vision transformer": 2, "ViT": 9}
    assert entity("Method", "vision transformer", seen) == Entity(
        "Method",
        "vision transformer",
        "vision transformer",
        ("ViT", "Vision Transformer", "vision transformers"),
        (2, 9, 1, 3),
    )


def test_a_name_seen_in_the_plural_alone_is_shown_in_the_singular() -> None:
    found = entity("Method", "diffusion model", {"diffusion models": 2})
    assert (found.name, found.aliases, found.counts) == (
        "diffusion model", ("diffusion models",), (0, 2),
    )  # fmt: skip


def test_a_dataset_keeps_the_s_of_its_name() -> None:
    assert entity("Dataset", "cityscapes", {"Cityscapes": 2}).name == "Cityscapes"


def test_a_name_may_mean_what_its_abbreviations_stand_for() -> None:
    assert "large language model agent" in targets("llm agent", "Method")
    assert list(targets("tall agent", "Method")) == list(folds("tall agent", "Method"))


@pytest.mark.parametrize(
    ("own", "other", "times", "there", "one"),
    [
        ("vision language model", "vision language", 30, 2, False),
        ("diffusion model", "diffusion", 30, 10, True),
        ("u net", "unet", 30, 1, True),
    ],
)
def test_a_name_loses_its_last_word_only_where_it_is_used_without(
    own: str, other: str, times: int, there: int, one: bool
) -> None:
    assert folds_to(own, other, times, there) is one


def test_the_usual_name_wins_over_the_one_of_the_key() -> None:
    seen = {"vision-language": 1, "vision-language models": 5, "vision-language model": 4}
    assert entity("Method", "vision language", seen).name == "vision-language model"
    assert entity("Method", "large language model", {"LLM": 9, "LLMs": 8}).name == "LLM"
    seen = {"LLM": 9, "large language models": 1}
    assert entity("Method", "large language model", seen).name == "large language model"
