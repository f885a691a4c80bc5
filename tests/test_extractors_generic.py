from functools import cache

import pytest
import spacy
from spacy.language import Language

from kg.extractors import generic, sentences, tokens


@cache
def words() -> Language:
    nlp = spacy.blank("en")
    nlp.tokenizer = tokens.make(nlp)
    return nlp


def listed(text: str, *marked: str, times: int = 20) -> list[str]:
    """List what is generic where one text stands many times, some of its names marked."""
    doc = sentences.Sentences()(words()(text))
    spans = set()
    for name in marked:
        span = doc.char_span(text.index(name), text.index(name) + len(name))
        assert span is not None
        spans.add((span.start, span.end))
    return generic.generic([(doc, spans)] * times)


def test_a_phrase_that_readers_pass_over_is_generic() -> None:
    found = listed("Some generation helps robustness.", "robustness")
    assert "generation" in found and "robustness" not in found and "some" not in found


def test_a_word_within_a_marked_name_is_not_judged() -> None:
    found = listed("We study image generation quality.", "image generation")
    assert "generation" not in found and "image" not in found and "quality" in found


def test_phrases_of_two_words_are_judged_too() -> None:
    assert "strong baseline" in listed("They beat every strong baseline.")


def test_a_rare_phrase_is_not_judged() -> None:
    assert listed("Some generation helps.", times=generic.OFTEN - 1) == []


@pytest.mark.parametrize("text", ["GPT wins.", "CIFAR-10 wins.", "of the"])
def test_acronyms_numbers_and_small_words_are_not_judged(text: str) -> None:
    assert set(listed(text)) <= {"win"}


def test_no_phrase_crosses_the_end_of_a_sentence() -> None:
    assert "strong weak" not in listed("They are strong\n\nWeak ones are not.")
    assert "strong weak" in listed("They are strong Weak ones are not.")
