from functools import cache

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extractors import sentences, spans, tokens


@cache
def words() -> Language:
    nlp = spacy.blank("en")
    nlp.tokenizer = tokens.make(nlp)
    return nlp


def read(text: str) -> Doc:
    return sentences.Sentences()(words()(text))


def span(doc: Doc, text: str, label: str = "Method") -> Span:
    start = doc.text.index(text)
    found = doc.char_span(start, start + len(text), label=label)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "marked, name",
    [
        (", LoRA,", "LoRA"),
        ("(GPT-4)", "GPT-4"),
        ("-based model", "based model"),
        ("BERT (", "BERT"),
        ("pooling)", "pooling"),
        ("text-to-image (T2I)", "text-to-image (T2I)"),
        ("C++", "C++"),
        ("$k$-means", "$k$-means"),
        ("$k", "k"),
        ("F#", "F#"),
        (".NET", "NET"),
        ('"QA"', "QA"),
        ("model's", "model's"),
        ("gradient-based) attacks", "gradient-based"),
        ("attack (gradient", "gradient"),
    ],
)
def test_loose_ends_are_cut_off(marked: str, name: str) -> None:
    doc = read(f"So {marked} is")
    trimmed = spans.trim(span(doc, marked))
    assert trimmed is not None and trimmed.text == name


def test_signs_alone_are_no_name() -> None:
    assert spans.trim(span(read("So -- (,) is"), "-- (,)")) is None


def test_a_span_is_cut_where_a_sentence_starts() -> None:
    doc = read("We use large language models. They win.")
    trimmed = spans.trim(span(doc, "large language models. They"))
    assert trimmed is not None and trimmed.text == "large language models"


def test_of_overlapping_spans_the_longest_stays() -> None:
    doc = read("a large language model here")
    tidy = spans.tidy([span(doc, "language"), span(doc, "large language model")])
    assert [found.text for found in tidy] == ["large language model"]


def test_of_spans_as_long_the_surest_stays() -> None:
    doc = read("a large language model here")
    unsure, sure = span(doc, "large language"), span(doc, "language model")
    unsure._.kg_confidence, sure._.kg_confidence = 0.3, 0.9
    assert [found.text for found in spans.tidy([unsure, sure])] == ["language model"]


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("LLMs", "LLM", True),
        ("Large Language Models", "large language-model", True),
        ("studies", "study", True),
        ("losses", "loss", True),
        ("analysis", "analysi", False),
        ("C", "C++", False),
        ("GAN", "GANs", True),
        ("time series", "time sery", False),
        ("bus", "bu", False),
    ],
)
def test_variants_of_a_name_share_a_key(one: str, other: str, same: bool) -> None:
    assert (spans.name_key(one) == spans.name_key(other)) == same


@pytest.mark.parametrize(
    "text, name, count",
    [
        ("Dropout helps; dropout hurts.", "dropout", 2),
        ("AID will aid AID.", "AID", 2),
        ("MoE and non-MoE models, MoE-based", "MoE", 1),
        ("attention heads, Attention Heads", "attention heads", 2),
    ],
)
def test_a_name_is_found_wherever_it_stands_alone(text: str, name: str, count: int) -> None:
    doc = read(text)
    assert len(list(spans.occurrences(doc, [span(doc, name)]))) == count
