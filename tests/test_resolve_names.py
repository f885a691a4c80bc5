"""Names: spellings of one name share a key, different names do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.resolve.names import folds, heads, in_singular, key, person_key, proper, singular


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Large Language Models", "large language model"),
        ("LLMs", "LLM"),
        ("LMs", "LM"),
        ("pre-training", "pretraining"),
        ("fine tuning", "Fine-Tuning"),
        ("self-attention", "self attention"),
        ("GPT-4", "GPT 4"),
        ("GPT-4", "GPT4"),
        ("CIFAR-10", "CIFAR 10"),
        ("ablation studies", "ablation study"),
        ("hypotheses", "hypothesis"),
        ("Vision\nTransformer", "vision transformer"),
        ("text–to–image", "text-to-image"),
        ("\\textbf{LoRA}", "LoRA"),
        ("loss functions", "Loss Function"),
        ("batches", "batch"),
        ("“Adam”", "Adam"),
        ("β-VAE", "beta-VAE"),
        ("$\\beta$-VAE", "Beta VAE"),
        ("$\\ell_1$ norm", "L1 norm"),
        ("K-Means", "k means"),
        ("Fréchet distance", "Frechet distance"),
        ("Alzheimer's disease", "Alzheimer disease"),
        ("behavioural modelling", "Behavioral modeling"),
        ("chains of thought", "Chain-of-Thought"),
        ("YOLO v5", "YOLOv5"),
        ("3-D pose", "3D pose"),
        ("re-identification", "reidentification"),
        ("end-to-end (E2E) driving", "end-to-end driving"),
        ("Llama 2 7B", "LLaMA-2-7B"),
        ("Q&A", "QA"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert key(one) == key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C", "C++"),
        ("C", "C#"),
        ("C++", "C#"),
        ("CIFAR-10", "CIFAR-100"),
        ("GPT-3", "GPT-4"),
        ("LLaMA2-7B", "LLaMA2-13B"),
        ("prompt learning", "prompt tuning"),
        ("Bayes", "Baye"),
        ("GPS", "GP"),
        ("loss", "los"),
        ("SGD", "SGDS"),
        ("L1 loss", "L2 loss"),
        ("AIDS", "AID"),
        ("A*", "A"),
        ("RRT", "RRT*"),
        ("α", "β"),
        ("GPT-3", "GPT-3.5"),
        ("coherent (risk) measure", "coherent measure"),
        ("Hindi क्षेत्र", "Hindi कषतर"),
    ],
)
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize("name", ["", " - ", "“”", "pre-", "Multi"])
def test_what_names_nothing_has_no_key(name: str) -> None:
    assert key(name) == ""


@given(st.text(max_size=40))
def test_a_key_has_single_spaces_and_no_hyphens(name: str) -> None:
    own = key(name)
    assert own == " ".join(own.split())
    assert not set(own) & set("-_/")


@pytest.mark.parametrize(
    ("word", "one"),
    [("biases", "bias"), ("lenses", "lens"), ("viruses", "virus"), ("phases", "phase"),
     ("losses", "loss"), ("databases", "database"), ("studies", "study")],
)  # fmt: skip
def test_a_plural_in_es_loses_what_it_gained(word: str, one: str) -> None:
    assert singular(word) == one


@pytest.mark.parametrize("word", ["bias", "analysis", "physics", "virus", "gas", "series", "class"])
def test_a_singular_that_ends_in_s_stays(word: str) -> None:
    assert singular(word) == word


def test_names_of_people_fold_accents_dots_and_order() -> None:
    assert person_key("Pérez, José M.") == person_key("Jose M Perez") == "jose m perez"
    assert person_key("李雷") == "李雷"
    assert person_key("Jose Perez") != person_key("Jose M Perez")


@pytest.mark.parametrize(
    ("name", "one"),
    [("Neural Networks", "Neural Network"), ("LLMs", "LLM"), ("ablation studies", "ablation study"),
     ("Mixture-of-Experts", "Mixture-of-Experts"), ("GPS", "GPS"), ("NAVS", "NAVS"),
     ("nuScenes", "nuScenes"), ("robotics", "robotics"), ("hypotheses", "hypothesis"),
     ("adapter", "adapter"), ("partial least squares", "partial least squares"),
     ("k-means", "k-means")],
)  # fmt: skip
def test_a_name_is_shown_in_the_singular_in_its_own_case(name: str, one: str) -> None:
    assert in_singular(name) == one


@pytest.mark.parametrize(
    ("own", "type", "other"),
    [
        ("adam optimizer", "Method", "adam"),
        ("imagenet dataset", "Dataset", "imagenet"),
        ("f1 score", "Concept", "f1"),
        ("u net", "Method", "unet"),
        ("detection of lesion", "Task", "lesion detection"),
        ("squadv1.1", "Dataset", "squad1.1"),
        ("neural net", "Method", "neural network"),
        ("ms coco", "Dataset", "coco"),
        ("recommendations system", "Method", "recommendation system"),
    ],
)
def test_a_key_folds_into_what_it_means(own: str, type: str, other: str) -> None:
    assert other in folds(own, type)


@pytest.mark.parametrize(
    ("own", "type", "other"),
    [
        ("reward model", "Task", "reward"),
        ("unet", "Method", "u net"),
        ("global optimizer", "Method", "global"),
        ("least squares", "Method", "least square"),
        ("image to text", "Task", "text to image"),
        ("meta rl", "Method", "rl"),
    ],
)
def test_a_key_does_not_fold_into_another_thing(own: str, type: str, other: str) -> None:
    assert other not in folds(own, type)


@given(
    st.text("abnetuv 125.of", max_size=24),
    st.sampled_from(["Method", "Dataset", "Task", "Concept"]),
)
def test_folding_ends(name: str, type: str) -> None:
    seen, open_keys = set(), {key(name)} - {""}
    while open_keys:
        seen |= open_keys
        assert len(seen) < 500
        following = {other for own in open_keys for other in folds(own, type)}
        assert all(other for other in following)
        open_keys = following - seen


@pytest.mark.parametrize(
    ("own", "broader"),
    [
        ("vision transformer", ("transformer",)),
        ("deep graph neural network", ("graph neural network", "neural network")),
        ("text to image generation", ("generation",)),
        ("chain of thought prompting", ("prompting",)),
        ("chain of thought", ()),
        ("learning with noisy label", ()),
        ("fashion mnist", ()),
        ("fake news", ()),
        ("transformer", ()),
    ],
)
def test_heads_are_broader_things_longest_first(own: str, broader: tuple[str, ...]) -> None:
    assert heads(own) == broader


@pytest.mark.parametrize("name", ["LoRA", "TRACE", "FlowNet", "GPT-4", "Adam", "MS COCO", "β-VAE"])
def test_names_of_their_own_are_proper(name: str) -> None:
    assert proper(name)


@pytest.mark.parametrize(
    "name",
    ["Chain of Thought", "LLM agents", "attention", "Transformer", "3D", "", "Graph Network"],
)
def test_common_phrases_are_not_proper(name: str) -> None:
    assert not proper(name)
