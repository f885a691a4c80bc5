from functools import cache

import pytest
import spacy
from spacy.language import Language

from kg.extractors import names, sentences, spans, tokens


@cache
def words() -> Language:
    nlp = spacy.blank("en")
    nlp.tokenizer = tokens.make(nlp)
    return nlp


def clean(text: str, *marked: tuple[str, str], sure: float = 0.5) -> list[str]:
    doc = sentences.Sentences()(words()(text))
    found = []
    for name, label in marked:
        start = text.index(name)
        span = doc.char_span(start, start + len(name), label=label)
        assert span is not None
        span._.kg_confidence = sure
        found.append(span)
    doc.spans[spans.KEY] = found
    return [span.text for span in names.Names()(doc).spans[spans.KEY]]


@pytest.mark.parametrize(
    "word",
    [
        "datasets",
        "Accuracy",
        "models",
        "P",
        "2023",
        "completely",
        "unsupervised",
        "refinement",
        "strong baselines",
    ],
)
def test_a_word_that_names_nothing_is_dropped(word: str) -> None:
    assert clean(f"So {word} here", (word, "Concept")) == []


@pytest.mark.parametrize(
    "word", ["retrieval", "robustness", "dataset shift", "Dropout", "学", "fine-tuning", "pruning"]
)
def test_a_word_that_names_something_stays(word: str) -> None:
    assert clean(f"So {word} here", (word, "Concept")) == [word]


def test_a_generic_word_with_a_capital_may_be_a_name() -> None:
    assert clean("So Refinement here", ("Refinement", "Method")) == ["Refinement"]
    assert clean("Refinement is here", ("Refinement", "Method")) == []


def test_the_end_of_a_word_is_no_name() -> None:
    assert clean("So GPT-4V(ision) here", ("ision", "Method")) == []
    assert clean("So models (LoRA) here", ("LoRA", "Method")) == ["LoRA"]
