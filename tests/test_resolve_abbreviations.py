"""Abbreviations: what a text introduces, what the shipped table knows, and how it is counted."""

import random

import pytest

from kg.resolve.abbreviations import (
    TABLE,
    count,
    expand,
    expansions,
    initials,
    introduced,
    near,
    short_form,
)


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We train large language models (LLMs).", "LLM", "large language model"),
        ("We use proximal policy optimization (PPO).", "PPO", "proximal policy optimization"),
        ("In African American English (AAE) one says so.", "AAE", "african american english"),
        ("LLM (large language model) agents.", "LLM", "large language model"),
        ("On text-to-image (T2I) generation.", "T2I", "text to image"),
        ("A mixture of experts (MoE) layer.", "MoE", "mixture of expert"),
        ("Constrained Contextual Computation Policy Optimization (C3PO) helps.", "C3PO",
         "constrained contextual computation policy optimization"),
    ],
)  # fmt: skip
def test_a_text_introduces_an_abbreviation(text: str, short: str, long: str) -> None:
    assert introduced(text)[short] == long


@pytest.mark.parametrize("text", ["", "No brackets (here).", "It works (see Figure 2)."])
def test_other_brackets_introduce_nothing(text: str) -> None:
    assert introduced(text) == {}


def test_the_first_of_two_meanings_counts() -> None:
    text = "A state space model (SSM) it is. A statistical shape model (SSM) it is not."
    assert introduced(text) == {"SSM": "state space model"}


def test_a_text_decides_for_itself_against_the_table() -> None:
    text = "We use a statistical shape model (SSM). The SSM fits."
    assert expand("SSM", text) == {"statistical shape model": 1.0}


def test_words_of_the_context_decide_between_meanings() -> None:
    image = expand("VQA", "The VQA model scores distortion and the quality of videos.")
    asked = expand("VQA", "The VQA model answers a question on an image.")
    assert image["video quality assessment"] > asked["video quality assessment"]
    assert asked["visual question answering"] > 0.5


def test_probabilities_leave_room_for_meanings_unseen() -> None:
    for short in ("SSM", "AP", "LLM", "SR"):
        assert 0 < sum(expand(short, "").values()) < 1


def test_the_table_lists_the_most_frequent_meaning_first() -> None:
    found = list(expansions("SSMs").values())
    assert next(iter(expansions("SSM"))) == "state space model"
    assert found == sorted(found, reverse=True)
    assert "" not in expansions("RAT")
    assert expansions("no such thing") == {}


def test_case_tells_short_forms_apart() -> None:
    assert expansions("MAP") != expansions("mAP")


def test_the_table_is_small() -> None:
    assert TABLE.stat().st_size < 400_000


def test_a_plural_is_its_singular() -> None:
    assert short_form("LLMs") == short_form(" LLM ") == "LLM"
    assert short_form("AWS") == "AWS"


def test_initials_leave_small_words_out() -> None:
    assert initials("chain of thought") == "ct"
    assert initials("large language model") == "llm"


def test_long_forms_are_near_but_for_endings() -> None:
    assert near("named entity recognition", "named entity recognizer")
    assert not near("visual question answering", "video question answering")


TEXTS = [
    "Large language models (LLMs) write.",
    "Large language models (LLM) read.",
    "Access points (AP) send.",
    "Average precision (AP) rises.",
]


def test_counting_keeps_what_two_abstracts_say_and_counts_the_rest() -> None:
    assert count(TEXTS) == ["AP\t\t2\t", "LLM\tlarge language model\t2\t"]


def test_counting_depends_on_no_order() -> None:
    shuffled = random.Random(0).sample(TEXTS, len(TEXTS))
    assert count(shuffled) == count(TEXTS)
