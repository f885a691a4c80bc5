from functools import cache

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as some
from spacy.language import Language

from kg.extractors import tokens


@cache
def words() -> Language:
    nlp = spacy.blank("en")
    nlp.tokenizer = tokens.make(nlp)
    return nlp


@pytest.mark.parametrize(
    "text, expected",
    [
        ("LLM-based (T2I) F1.", ["LLM", "-", "based", "(", "T2I", ")", "F1", "."]),
        ("snake_case $x$", ["snake", "_", "case", "$", "x", "$"]),
        ("cafe\u0301s are", ["cafe\u0301s", "are"]),
        ("深度 learning", ["深", "度", "learning"]),
        ("a 🙂b", ["a", "🙂", "b"]),
        ("", []),
    ],
)
def test_words_are_cut_around_signs_but_not_around_marks(text: str, expected: list[str]) -> None:
    assert [token.text for token in words()(text)] == expected


@settings(deadline=None, max_examples=50)
@given(some.text(some.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_character_is_changed(text: str) -> None:
    assert words()(text).text == text


@pytest.mark.parametrize(
    "word, name",
    [
        ("model", "lower"),
        ("Model", "Title"),
        ("A", "X"),
        ("BERT", "UPPER"),
        ("LLMs", "UPPERs"),
        ("LoRA", "miXed"),
        ("GPT4", "Upper1"),
        ("word2vec", "lower1"),
        ("2024", "digits"),
        ("-", "sign"),
    ],
)
def test_a_word_is_classed_by_its_casing(word: str, name: str) -> None:
    assert tokens.CASES[tokens.case(word)] == name


@pytest.mark.parametrize("length", [0, 1, 510, 511, 1000, 5000])
def test_windows_cover_a_text_and_overlap(length: int) -> None:
    spans = tokens.windows(length)
    assert spans[0][0] == 0 and spans[-1][1] == length
    assert all(end - start <= tokens.WINDOW for start, end in spans)
    assert all(b[0] == a[1] - tokens.OVERLAP for a, b in zip(spans, spans[1:], strict=False))
