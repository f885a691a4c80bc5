from functools import cache

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.extractors import abbreviations, consistency, sentences, spans, tokens
from kg.vocab import TYPES


@cache
def words() -> Language:
    nlp = spacy.blank("en")
    nlp.tokenizer = tokens.make(nlp)
    return nlp


def settle(text: str, *marked: tuple[str, str, float]) -> Doc:
    """Mark the first place of each text with a label and a confidence, then make consistent."""
    doc = abbreviations.Abbreviations()(sentences.Sentences()(words()(text)))
    found = []
    for name, label, sure in marked:
        start = text.index(name)
        span = doc.char_span(start, start + len(name), label=label)
        assert span is not None
        span._.kg_confidence = sure
        span._.kg_by = "test"
        found.append(span)
    doc.spans[spans.KEY] = found
    return consistency.Consistency("kg_consistency")(doc)


def shown(doc: Doc) -> list[tuple[str, str]]:
    return [(span.text, span.label_) for span in doc.spans[spans.KEY]]


def test_a_name_is_found_again_where_it_stands_unmarked() -> None:
    doc = settle("LoRA is small. We like LoRA.", ("LoRA", "Method", 0.9))
    assert shown(doc) == [("LoRA", "Method")] * 2
    again = doc.spans[spans.KEY][1]
    assert (again._.kg_by, again._.kg_confidence) == ("kg_consistency", 0.81)


def test_a_doubtful_name_is_not_looked_for_again() -> None:
    assert len(shown(settle("LoRA is small. We like LoRA.", ("LoRA", "Method", 0.8)))) == 1


def test_a_name_inside_a_longer_one_is_not_found_again() -> None:
    text = "deep learning and deep learning theory"
    doc = settle(text, ("deep learning theory", "Concept", 0.9), ("deep learning", "Method", 0.9))
    assert shown(doc) == [("deep learning", "Method"), ("deep learning theory", "Concept")]


def test_a_name_has_the_type_that_most_confidence_is_for() -> None:
    text = "Pruning and pruning. Then PRUNING"
    marks = ("Pruning", "Task", 0.5), ("pruning", "Method", 0.9), ("PRUNING", "Task", 0.3)
    assert shown(settle(text, *marks)) == [
        ("Pruning", "Method"),
        ("pruning", "Method"),
        ("PRUNING", "Method"),
    ]


@pytest.mark.parametrize("known", ["large language models", "LLMs"])
def test_both_sides_of_an_abbreviation_are_found_and_share_a_type(known: str) -> None:
    doc = settle("Use large language models (LLMs).", (known, "Method", 0.9))
    assert shown(doc) == [("large language models", "Method"), ("LLMs", "Method")]


def test_an_abbreviation_elsewhere_follows_the_type_of_its_long_form() -> None:
    doc = settle(
        "Use domain adaptation (DA). So DA is good.",
        ("domain adaptation", "Task", 0.9),
        ("DA is"[:2], "Method", 0.4),
    )
    assert {label for _, label in shown(doc)} == {"Task"}


@pytest.mark.parametrize(
    "phrase", ["visual question (VQ) answering", "visual question (VQ) answering (blind)"]
)
def test_a_bracket_within_a_phrase_stays_in_it(phrase: str) -> None:
    assert shown(settle(f"We do {phrase} now", (phrase, "Task", 1))) == [(phrase, "Task")]


def test_every_fixed_name_is_written_as_names_are_compared() -> None:
    assert [name for name in consistency.FIXED if spans.name_key(name) != name] == []
    assert set(consistency.FIXED.values()) <= set(TYPES)


def test_the_guide_fixes_the_type_of_some_names() -> None:
    doc = settle(
        "Deep learning with In-Context Learning helps calibration.",
        ("Deep learning", "Concept", 0.9),
        ("In-Context Learning", "Task", 0.9),
        ("calibration", "Task", 0.9),
    )
    assert [label for _, label in shown(doc)] == ["Method", "Method", "Concept"]
