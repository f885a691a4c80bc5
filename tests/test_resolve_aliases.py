"""Aliases: names that mean one thing, names that look alike and do not, and contexts that tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.resolve.aliases import same_entity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("U-Net", "UNet"),
        ("Llama 2", "LLaMA-2"),
        ("F1", "F1 score"),
        ("Adam optimizer", "Adam"),
        ("ImageNet dataset", "ImageNet"),
        ("BERT model", "BERT"),
        ("MS COCO", "COCO"),
        ("SQuAD v1.1", "SQuAD 1.1"),
        ("AIME 2024", "AIME24"),
        ("chain-of-thought prompting", "CoT prompting"),
        ("β-VAE", "beta-VAE"),
        ("k-means", "K means clustering"),
        ("neural nets", "neural networks"),
        ("classification of images", "image classification"),
        ("detecting anomalies", "anomaly detection"),
        ("reconstructing dynamic scenes", "reconstruction of dynamic scenes"),
        ("GANs", "generative adversarial networks"),
        ("LLM agents", "large language model agents"),
        ("LLM-based agents", "LLM agents"),
        ("ASR system", "automatic speech recognition"),
        ("self-supervised contrastive learning", "contrastive self-supervised learning"),
        ("vision-and-language navigation", "vision-language navigation"),
        ("logic reasoning", "logical reasoning"),
        ("face recognition", "facial recognition"),
        ("spatial relations", "spatial relationships"),
        ("named entity recogntion", "named entity recognition"),
        ("three-dimensional reconstruction", "3D reconstruction"),
        ("clustering algorithm", "clustering"),
        ("C++", "c++"),
    ],
)
def test_wordings_of_one_thing_are_one(one: str, other: str) -> None:
    assert same_entity(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C", "C++"),
        ("C++", "C#"),
        ("CIFAR-10", "CIFAR-100"),
        ("GPT-3", "GPT-3.5"),
        ("GPT-4", "GPT-4o"),
        ("BERT", "RoBERTa"),
        ("LLaMA-2-7B", "LLaMA-2-13B"),
        ("SQuAD 1.1", "SQuAD 2.0"),
        ("XLM", "XLM-R"),
        ("precision", "precision medicine"),
        ("attention", "self-attention"),
        ("transformer", "vision transformer"),
        ("supervised learning", "unsupervised learning"),
        ("DDPM", "DDIM"),
        ("image captioning", "image caption"),
        ("MNIST", "Fashion-MNIST"),
        ("en-de", "de-en"),
        ("text-to-image", "image-to-text"),
        ("text-to-speech model", "speech-to-text model"),
        ("convex optimization", "non-convex optimization"),
        ("macro F1", "micro F1"),
        ("tokenization", "tokenizer"),
        ("error detection", "detection error"),
        ("reasoning LLM", "LLM reasoning"),
        ("reward model", "reward"),
        ("language model", "language"),
        ("LLM", "LLM agents"),
        ("seen objects", "unseen objects"),
        ("intra-class variance", "inter-class variance"),
        ("intra-class variance", "intra-class variation"),
        ("multimodal conversation", "multimodal conversion"),
        ("graph model", "graphical model"),
        ("MS-SSIM", "SSIM"),
        ("meta-RL", "RL"),
        ("prompt learning", "prompt tuning"),
    ],
)
def test_look_alikes_stay_apart(one: str, other: str) -> None:
    assert not same_entity(one, other)


def test_a_short_form_means_what_its_context_says() -> None:
    state = "We study state space models (SSMs) for long texts. SSMs scale."
    shape = "A statistical shape model (SSM) of the femur. The SSM fits."
    assert not same_entity("SSM", "SSM", context=state, other_context=shape)
    assert same_entity("SSM", "SSM", context=state, other_context=state.replace("scale", "win"))
    assert same_entity("SSM", "statistical shape model", context=shape)
    assert not same_entity("SSM", "state space model", context=shape)


def test_a_short_form_is_told_by_words_of_its_context() -> None:
    code = "Models and the abstract syntax tree: AST nodes of a program."
    speech = "The audio spectrogram transformer AST classifies audio spectrograms."
    assert same_entity("AST", "abstract syntax tree", context=code)
    assert not same_entity("AST", "AST", context=code, other_context=speech)


def test_an_unknown_short_form_needs_its_words_in_the_context() -> None:
    text = "Quick zebra grazing is hard; QZG fails."
    assert same_entity("QZG", "quick zebra grazing", context=text)
    assert not same_entity("QZG", "quick zebra grazing")


def test_a_word_is_not_the_name_in_capitals() -> None:
    assert not same_entity("rain", "RAIN", context="in rain and snow", other_context="RAIN, a set")
    assert same_entity("Llama", "LLaMA")


def test_one_noun_stands_for_the_fuller_names_of_its_contexts() -> None:
    concept = "Streams suffer from concept drift. We detect concept drift, and drift hurts."
    client = "Federated clients suffer from client drift. To curb client drift, we correct drift."
    assert not same_entity("drift", "drift", context=concept, other_context=client)
    assert same_entity("drift", "drift", context=concept, other_context="Detecting drift.")


def test_types_may_be_missing_or_unknown() -> None:
    assert same_entity("BERT", "BERT", type="Method", other_type=None)
    assert same_entity("BERT", "BERT", type="Nonsense", other_type="")


@pytest.mark.parametrize("other", ["", "  ", "-", "BERT", "$$", None])
def test_what_names_nothing_is_no_thing(other: str) -> None:
    assert not same_entity("", other)
    assert same_entity("", other).score == 0


ANY = st.text(max_size=12) | st.sampled_from(["LLM", "SSM", "U-Net", "vision transformer", "GPT-4"])


@given(ANY, ANY, st.text(max_size=30), st.text(max_size=30))
def test_the_order_of_names_changes_nothing(one: str, other: str, here: str, there: str) -> None:
    found = same_entity(one, other, context=here, other_context=there)
    turned = same_entity(other, one, context=there, other_context=here)
    assert found == turned
    assert 0 <= found.score <= 1
    assert found.same == (found.score >= 0.5)


@given(st.text("abcXYZ -1", min_size=1, max_size=20).filter(lambda name: name.strip(" -1")))
def test_a_name_is_itself(name: str) -> None:
    assert same_entity(name, name)


def test_what_two_papers_propose_by_one_name_is_two_things_unless_they_speak_alike() -> None:
    first = "We propose Trace, an optimizer for workflows that propagates feedback through code."
    other = "This paper introduces Trace, a benchmark of continual learning for medical images."
    assert not same_entity("Trace", "Trace", context=first, other_context=other)
    assert same_entity("Trace", "Trace", context=first, other_context=first.replace("We", "we"))
    assert same_entity("Trace", "Trace", context=first, other_context="Trace is used for images.")


def test_a_noun_that_never_stands_bare_means_its_fuller_name() -> None:
    first, other = (
        "Concept drift hurts streams.",
        "In federated learning, client drift is a trouble.",
    )
    assert not same_entity("drift", "drift", context=first, other_context=other)
    assert same_entity("drift", "drift", context=first, other_context="The drift is measured.")
