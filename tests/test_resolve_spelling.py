"""Spelling: singular and American, and words that only look like a plural or British."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.resolve.spelling import american, singular


@pytest.mark.parametrize(
    ("british", "plain"),
    [
        ("modelling", "modeling"),
        ("unlabelled", "unlabeled"),
        ("behavioural", "behavioral"),
        ("optimisation", "optimization"),
        ("characterise", "characterize"),
        ("tokeniser", "tokenizer"),
        ("analysing", "analyzing"),
        ("centre", "center"),
        ("leukaemia", "leukemia"),
        ("tumours", "tumors"),
    ],
)
def test_british_words_become_american(british: str, plain: str) -> None:
    assert american(british) == plain


@pytest.mark.parametrize(
    "word",
    """
    supervised promise noise precision expertise contour four source stepwise calling distilled
    autoencoder coefficient aerial basis rise comprise controlled denoising
    """.split(),
)
def test_american_words_stay(word: str) -> None:
    assert american(word) == word


@given(st.text("abcdeilnorstuz", max_size=14))
def test_a_spelling_is_final(word: str) -> None:
    assert american(american(word)) == american(word)


@pytest.mark.parametrize(
    ("word", "one"),
    [("arrays", "array"), ("metrics", "metric"), ("caches", "cache"), ("movies", "movie"),
     ("automata", "automaton"), ("statuses", "status"), ("topics", "topic"), ("keys", "key"),
     ("children", "child"), ("areas", "area"),
     ("poses", "pose"), ("gases", "gas"), ("gates", "gate")],
)  # fmt: skip
def test_a_plural_has_its_singular(word: str, one: str) -> None:
    assert singular(word) == one


@pytest.mark.parametrize("word", ["physics", "stokes", "atlas", "kinematics", "keras", "yates"])
def test_a_word_in_s_that_is_no_plural_stays(word: str) -> None:
    assert singular(word) == word
