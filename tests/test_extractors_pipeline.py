"""The pipeline without trained weights: a component of rules stands where the tagger does."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg import extractors
from kg.errors import KgError

NAMES = {"LoRA": "Method", "GLUE": "Dataset", "LLMs": "Method", "pruning": "Task"}


@Language.component("test_names")
def find_names(doc: Doc) -> Doc:
    spans = [
        Span(doc, token.i, token.i + 1, label=NAMES[token.text])
        for token in doc
        if token.text in NAMES
    ]
    for span in spans:
        span._.kg_by = "test_names"
    doc.spans["kg"] = spans
    return doc


@Language.component("test_claims")
def claim(doc: Doc) -> Doc:
    first, *rest = doc.spans["kg"]
    first._.kg_role = "proposed"
    doc._.kg_relations = [
        ((first.start, first.end), relation, (span.start, span.end), 0.5)
        for span in rest
        for relation in ("evaluated-on", "used-for")
    ]
    return doc


@Language.component("test_doubt")
def doubt(doc: Doc) -> Doc:
    (first, second, third) = ((span.start, span.end) for span in doc.spans["kg"])
    doc._.kg_relations = [(first, "used-for", second, 0.31), (first, "used-for", third, 0.29)]
    return doc


@pytest.fixture(scope="module")
def nlp() -> Iterator[Language]:
    nlp = extractors.pipeline()
    nlp.remove_pipe("kg_tagger")
    nlp.add_pipe("test_names", after="kg_sentences")
    yield nlp


def test_a_component_of_rules_needs_no_trained_weights(nlp: Language) -> None:
    (found,) = extractors.extract(["We test LoRA on GLUE."], nlp=nlp)
    assert [(mention.quote.text, mention.type) for mention in found.mentions] == [
        ("LoRA", "Method"),
        ("GLUE", "Dataset"),
    ]
    assert {(mention.by, mention.confidence) for mention in found.mentions} == {("test_names", 1.0)}


@pytest.mark.parametrize(
    "text",
    [
        "LoRA",
        "\n\n LoRA \n on\tGLUE\n",
        "🙂🙂 LoRA 𝔸 on GLUE",
        unicodedata.normalize("NFD", "Évaluée: LoRA, à côté de GLUE"),
        r"We use $\alpha$-LoRA, \textbf{GLUE}.",
        "broken \ud800 LoRA on \udfff GLUE",
        "zero\x00 LoRA GLUE\u200b",
    ],
)
def test_quotes_are_the_characters_of_the_abstract(nlp: Language, text: str) -> None:
    (found,) = extractors.extract([text], nlp=nlp)
    assert "LoRA" in {mention.quote.text for mention in found.mentions}
    for mention in found.mentions:
        assert text[mention.quote.start : mention.quote.end] == mention.quote.text
        assert mention.sentence[0] <= mention.quote.start < mention.quote.end <= mention.sentence[1]


@Language.component("test_all")
def mark_all(doc: Doc) -> Doc:
    doc.spans["kg"] = [Span(doc, 0, len(doc), label="Concept")]
    return doc


def test_a_quote_keeps_what_the_pipeline_could_not_read() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_sentences")
    nlp.add_pipe("test_all")
    (found,) = extractors.extract(["Lo\ud800RA"], nlp=nlp)
    assert found.mentions[0].quote.text == "Lo\ud800RA"


def test_each_mention_has_one_claim_of_its_paper(nlp: Language) -> None:
    (found,) = extractors.extract(["LoRA for LLMs on GLUE, with pruning."], nlp=nlp)
    assert [(one.predicate, one.object.quote.text) for one in found.claims] == [
        ("uses", "LoRA"),
        ("uses", "LLMs"),
        ("uses", "GLUE"),
        ("addresses", "pruning"),
    ]


def test_roles_and_relations_of_components_become_claims(nlp: Language) -> None:
    nlp.add_pipe("test_claims")
    (found,) = extractors.extract(["LoRA for pruning on GLUE."], nlp=nlp)
    nlp.remove_pipe("test_claims")
    shown = {
        (one.subject and one.subject.quote.text, one.predicate, one.object.quote.text)
        for one in found.claims
    }
    # What does not suit the types, such as a Task that LoRA is evaluated on, is no claim.
    assert shown == {
        (None, "proposes", "LoRA"),
        (None, "addresses", "pruning"),
        (None, "uses", "GLUE"),
        ("LoRA", "usedFor", "pruning"),
        ("LoRA", "evaluatedOn", "GLUE"),
    }


def test_abbreviation_pairs_are_given_as_written(nlp: Language) -> None:
    (found,) = extractors.extract(["Large language models (LLMs) win."], nlp=nlp)
    assert found.abbreviations == (("LLMs", "Large language models"),)
    assert [mention.quote.text for mention in found.mentions] == ["Large language models", "LLMs"]


def test_a_label_that_is_no_type_is_the_users_mistake(nlp: Language) -> None:
    nlp.add_pipe("test_wrong_label")
    with pytest.raises(KgError, match="'Gene'"):
        list(extractors.extract(["LoRA"], nlp=nlp))
    nlp.remove_pipe("test_wrong_label")


@Language.component("test_wrong_label")
def label_wrongly(doc: Doc) -> Doc:
    doc.spans["kg"] = [Span(doc, 0, 1, label="Gene")]
    return doc


def test_abstracts_come_back_in_order_however_they_are_batched(nlp: Language) -> None:
    texts = ["GLUE", "", "LoRA " * 30, "nothing", "pruning of LLMs"] * 3
    alone = [found for text in texts for found in extractors.extract([text], nlp=nlp)]
    assert list(extractors.extract(iter(texts), nlp=nlp, batch_size=4)) == alone


def test_extraction_streams(nlp: Language) -> None:
    taken = []

    def abstracts() -> Iterator[str]:
        for number in range(100):
            taken.append(number)
            yield "LoRA"

    next(extractors.extract(abstracts(), nlp=nlp, batch_size=8))
    assert len(taken) == 8


def test_a_saved_pipeline_finds_the_same(nlp: Language, tmp_path: Path) -> None:
    for name in ("kg_roles", "kg_relations"):
        nlp.remove_pipe(name)
    nlp.to_disk(tmp_path)
    texts = ["LoRA on GLUE"]
    assert list(extractors.extract(texts, nlp=spacy.load(tmp_path))) == list(
        extractors.extract(texts, nlp=nlp)
    )


def test_a_relation_is_claimed_only_where_it_is_likely_enough() -> None:
    nlp = extractors.pipeline()
    for name in ("kg_tagger", "kg_roles", "kg_relations"):
        nlp.remove_pipe(name)
    nlp.add_pipe("test_names", after="kg_sentences")
    nlp.add_pipe("test_doubt", last=True)
    (found,) = extractors.extract(["LoRA serves pruning, and also serves pruning."], nlp=nlp)
    said = [(c.predicate, c.object.quote.start, c.confidence) for c in found.claims if c.subject]
    assert said == [("usedFor", 12, 0.31)]
