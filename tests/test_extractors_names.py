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
        "unsupervised",
        "the",
        "completely",
        "gradient-based",
        "excitatory",
    ],
)
def test_a_word_that_names_nothing_is_dropped(word: str) -> None:
    assert clean(f"So {word} here", (word, "Concept")) == []


@pytest.mark.parametrize(
    "word", ["retrieval", "music", "dataset shift", "Dropout", "学", "fine-tuning", "memory"]
)
def test_a_word_that_names_something_stays(word: str) -> None:
    assert clean(f"So {word} here", (word, "Concept")) == [word]


def test_a_sure_adjective_may_be_a_noun() -> None:
    assert clean("So perceptual here", ("perceptual", "Concept"), sure=0.9) == ["perceptual"]


def test_an_unlikely_span_is_dropped() -> None:
    assert clean("So LoRA here", ("LoRA", "Method"), sure=0.1) == []


@pytest.mark.parametrize(
    "marked, name",
    [
        ("our novel LoRA", "LoRA"),
        ("the existing", None),
        ("between attention", "attention"),
        ("classification of", "classification"),
    ],
)
def test_articles_praise_and_prepositions_are_cut_off(marked: str, name: str | None) -> None:
    assert clean(f"So {marked} here", (marked, "Method")) == ([] if name is None else [name])


def test_the_end_of_a_word_is_no_name() -> None:
    assert clean("So GPT-4V(ision) here", ("ision", "Method")) == []
    assert clean("So models (LoRA) here", ("LoRA", "Method")) == ["LoRA"]


def test_neighbours_of_one_type_are_one_name() -> None:
    assert clean("On MS COCO, we", ("MS", "Dataset"), ("COCO", "Dataset")) == ["MS COCO"]
    assert clean("On LLM planning, we", ("LLM", "Method"), ("planning", "Task")) == [
        "LLM",
        "planning",
    ]
