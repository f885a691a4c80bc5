"""Names: spellings of one name share a key, different names do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.resolve.names import in_singular, key, person_key, singular


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Large Language Models", "large language model"),
        ("LLMs", "LLM"),
        ("LMs", "LM"),
        ("pre-training", "pretraining"),
        ("fine tuning", "Fine-Tuning"),
        ("self-attention", "self attention"),
        ("GPT-4", "GPT 4"),
        ("GPT-4", "GPT4"),
        ("CIFAR-10", "CIFAR 10"),
        ("ablation studies", "ablation study"),
        ("hypotheses", "hypothesis"),
        ("Vision\nTransformer", "vision transformer"),
        ("text–to–image", "text-to-image"),
        ("\\textbf{LoRA}", "LoRA"),
        ("loss functions", "Loss Function"),
        ("batches", "batch"),
        ("“Adam”", "Adam"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert key(one) == key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C", "C++"),
        ("C", "C#"),
        ("C++", "C#"),
        ("CIFAR-10", "CIFAR-100"),
        ("GPT-3", "GPT-4"),
        ("LLaMA2-7B", "LLaMA2-13B"),
        ("prompt learning", "prompt tuning"),
        ("Bayes", "Baye"),
        ("GPS", "GP"),
        ("loss", "los"),
        ("SGD", "SGDS"),
        ("L1 loss", "L2 loss"),
        ("AIDS", "AID"),
    ],
)
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize("name", ["", " - ", "“”", "pre-", "Multi"])
def test_what_names_nothing_has_no_key(name: str) -> None:
    assert key(name) == ""


@given(st.text(max_size=40))
def test_a_key_has_single_spaces_and_no_hyphens(name: str) -> None:
    own = key(name)
    assert own == " ".join(own.split())
    assert not set(own) & set("-_/")


@pytest.mark.parametrize(
    ("word", "one"),
    [("biases", "bias"), ("lenses", "lens"), ("viruses", "virus"), ("phases", "phase"),
     ("losses", "loss"), ("databases", "database"), ("studies", "study")],
)  # fmt: skip
def test_a_plural_in_es_loses_what_it_gained(word: str, one: str) -> None:
    assert singular(word) == one


@pytest.mark.parametrize("word", ["bias", "analysis", "physics", "virus", "gas", "series", "class"])
def test_a_singular_that_ends_in_s_stays(word: str) -> None:
    assert singular(word) == word


def test_names_of_people_fold_accents_dots_and_order() -> None:
    assert person_key("Pérez, José M.") == person_key("Jose M Perez") == "jose m perez"
    assert person_key("李雷") == "李雷"
    assert person_key("Jose Perez") != person_key("Jose M Perez")


@pytest.mark.parametrize(
    ("name", "one"),
    [("Neural Networks", "Neural Network"), ("LLMs", "LLM"), ("ablation studies", "ablation study"),
     ("Mixture-of-Experts", "Mixture-of-Experts"), ("GPS", "GPS"), ("NAVS", "NAVS"),
     ("nuScenes", "nuScenes"), ("robotics", "robotics"), ("hypotheses", "hypothesis"),
     ("adapter", "adapter")],
)  # fmt: skip
def test_a_name_is_shown_in_the_singular_in_its_own_case(name: str, one: str) -> None:
    assert in_singular(name) == one
