"""The tagger with the weights that ship, and its frame with a network of rules."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.language import Language

from kg import extractors
from kg.errors import KgError
from kg.extractors import tagger, tokens
from kg.vocab import TYPES

TEXTS = [
    "We propose LoRA, a method that adapts large language models (LLMs).",
    "",
    "LLMs are evaluated on GLUE and SQuAD for question answering. " * 3,
    "Das ist kein Text über 机器学习 🙂.",
]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return extractors.pipeline(threads=2)


class Echo:
    """A network whose vector of a piece is its id, whatever the window."""

    def run(self, outputs: Any, inputs: dict[str, Any]) -> tuple[Any, Any]:
        column = inputs["ids"][:, None].astype(np.float32)
        assert len(column) <= tokens.WINDOW + 2
        return column, column


@pytest.mark.parametrize("length", [0, 3, 510, 511, 1400])
def test_a_long_text_goes_through_in_windows_and_comes_out_whole(length: int) -> None:
    ids = np.arange(length, dtype=np.int64)
    shapes = np.zeros((length, 2), dtype=np.int64)
    vectors, _ = tagger.run(Echo(), tokens.Pieces(ids, shapes, ids))
    assert vectors[:, 0].tolist() == ids.tolist()


def test_what_is_found_does_not_depend_on_the_other_texts(nlp: Language) -> None:
    alone = [found for text in TEXTS for found in extractors.extract([text], nlp=nlp)]
    assert list(extractors.extract(TEXTS, nlp=nlp)) == alone
    assert list(extractors.extract(TEXTS[::-1], nlp=nlp, batch_size=3)) == alone[::-1]


def test_the_shipped_weights_find_names(nlp: Language) -> None:
    (found, *_) = extractors.extract(TEXTS, nlp=nlp)
    names = {mention.quote.text: mention for mention in found.mentions}
    assert {"LoRA", "large language models", "LLMs"} <= names.keys()
    assert all(mention.type in TYPES and 0 <= mention.confidence <= 1 for mention in names.values())
    assert ("proposes", "LoRA") in {
        (claim.predicate, claim.object.quote.text) for claim in found.claims
    }


def test_a_text_may_name_the_special_pieces(nlp: Language) -> None:
    tokenizer = tokens.load(tagger.SHIPPED / tagger.PIECES)
    pieces = tokens.pieces(nlp.make_doc("[MASK] [CLS] in BERT [SEP]"), tokenizer)
    assert not {tokens.CLS, tokens.SEP, tokens.MASK} & set(pieces.ids.tolist())
    assert (pieces.first >= 0).all()


def test_a_saved_pipeline_carries_its_weights(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path)
    saved = spacy.load(tmp_path)
    assert list(extractors.extract(TEXTS, nlp=saved)) == list(extractors.extract(TEXTS, nlp=nlp))
    assert (tmp_path / "kg_tagger" / tagger.NETWORK).is_file()


def test_a_pipeline_survives_bytes(nlp: Language) -> None:
    other = extractors.pipeline().from_bytes(nlp.to_bytes())
    assert list(extractors.extract(TEXTS, nlp=other)) == list(extractors.extract(TEXTS, nlp=nlp))


def test_missing_weights_are_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="kg train"):
        list(extractors.extract(TEXTS, nlp=extractors.pipeline(folder=tmp_path)))
