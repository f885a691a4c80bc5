from functools import cache

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as some
from spacy.language import Language

from kg.extractors import sentences, tokens


@pytest.mark.parametrize(
    "text, count",
    [
        ("We train it. It works.", 2),
        ("Smith et al. Proposed it before. We go on.", 2),
        ("Models, e.g. BERT, i.e. Transformers, win by 3.5 points.", 1),
        ("It wins (cf. Fig. 3). See Eq. 2.", 2),
        ("As J. Smith said. We agree.", 2),
        ("We reach 91.2. That is more.", 2),
        ("Is it so? Yes! It is.", 3),
        ("A loss $L = 0.5$. We minimise it.", 2),
        ("of pretrained models.We propose more", 2),
        ("see github.com/Me.The or model.pt for more", 1),
        ("First paragraph\n\nSecond paragraph", 2),
        ("one line\nand its end.", 1),
        ('They call it "done." We do not.', 2),
        ("It ends with BERT, RoBERTa, etc. We compare.", 2),
        ("vs. GPT-4 it loses.", 1),
        ("我们提出方法。实验表明。", 2),
        ("", 1),
    ],
)
def test_sentences_of_abstracts_are_split(text: str, count: int) -> None:
    starts = sentences.split(text)
    assert len(starts) == count, [text[a:b] for a, b in zip(starts, [*starts[1:], None])]  # noqa: B905 - the last has no end


@cache
def words() -> Language:
    nlp = spacy.blank("en")
    nlp.tokenizer = tokens.make(nlp)
    return nlp


@settings(deadline=None, max_examples=50)
@given(some.text("aB .!?\n()$1é🙂", max_size=40))
def test_every_token_is_in_one_sentence(text: str) -> None:
    doc = sentences.Sentences()(words()(text))
    assert sum(len(sentence) for sentence in doc.sents) == len(doc)
    assert all(token.is_sent_start is not None for token in doc)
