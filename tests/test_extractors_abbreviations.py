import pytest

from kg.extractors import abbreviations


def pairs(sentence: str) -> list[tuple[str, str]]:
    return [(sentence[a:b], sentence[c:d]) for (a, b), (c, d) in abbreviations.find(sentence)]


@pytest.mark.parametrize(
    "sentence, pair",
    [
        ("We use large language models (LLMs) here", ("LLMs", "large language models")),
        ("a large language model (LLMs) here", ("LLMs", "large language model")),
        ("the Heat shock transcription factor (HSF)", ("HSF", "Heat shock transcription factor")),
        ("GNN (graph neural network) is", ("GNN", "graph neural network")),
        ("text-to-image (T2I) models", None),
        ("Retrieval-Augmented Generation (RAG; see)", ("RAG", "Retrieval-Augmented Generation")),
        ("Low-Rank Adaptation [LoRA] of", ("LoRA", "Low-Rank Adaptation")),
        ("of post-training quantization (PTQ)", ("PTQ", "post-training quantization")),
        ("of self-supervised learning (SSL)", ("SSL", "self-supervised learning")),
        ("on non-image classification (IC)", ("IC", "image classification")),
        ("on image data (see Table)", None),
        ("for all datasets (2024)", None),
        ("a novel method (XYZ)", None),
        ("a thing (A)", None),
        ("of İstanbul data sets (IDS)", None),
        ("best on all, mostly on hard questions of images (AMHQI)", None),
    ],
)
def test_pairs_are_found_as_schwartz_and_hearst_find_them(
    sentence: str, pair: tuple[str, str] | None
) -> None:
    assert pairs(sentence) == ([] if pair is None else [pair])


def test_the_first_letter_must_begin_a_word() -> None:
    assert abbreviations.match("NET", "planet") is None
    assert abbreviations.match("NET", "a new event") == 2


def test_a_long_form_has_few_words_for_its_letters() -> None:
    assert abbreviations.match("AB", "a very long list of many a b") is not None
    assert abbreviations.match("AB", "a long list of words before") is None
