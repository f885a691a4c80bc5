"""Texts: words, stems, and how telling they are."""

import pytest

from kg.resolve.works import texts


@pytest.mark.parametrize(
    "some",
    [("optimisation", "optimization", "optimizing", "optimizer", "optimised"),
     ("embeddings", "embedding", "embedded"), ("maps", "map"), ("retrieval", "retrieve"),
     ("generative", "generation", "generating"), ("1,000", "1000")],
)  # fmt: skip
def test_forms_of_a_word_share_a_stem(some: tuple[str, ...]) -> None:
    assert len({texts.stem(word) for word in some}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("bert", "berts2"), ("c", "c++"), ("gpt4", "gpt3"), ("genus", "gene")]
)
def test_other_words_keep_their_own(one: str, other: str) -> None:
    assert texts.stem(one) != texts.stem(other)


def test_markup_and_punctuation_are_no_words() -> None:
    text = "\\emph{Melt-water} <i>flows</i> at 3.5 m, see https://x.org/a; C++ isn\u2019t"
    assert texts.words(text) == [
        "melt",
        "water",
        "flows",
        "at",
        "3.5",
        "m",
        "see",
        "c++",
        "isn",
        "t",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [(r"{D}e{B}ug", "DeBug"), ("Co$^4$", "Co4"), (r"$\alpha$-decay", "α-decay"), ("ﬁrn", "firn")],
)
def test_spellings_of_a_word_read_the_same(one: str, other: str) -> None:
    assert texts.words(one) == texts.words(other)


def test_names_are_words_with_capitals_or_digits_inside() -> None:
    words = texts.written("We train FirnNet and U2Net on GPUs in 2025 in Nepal, mT5")
    assert texts.names(words) == ["FirnNet", "U2Net", "GPUs", "mT5"]


def test_rare_words_weigh_more_and_unknown_ones_most() -> None:
    common, rarer = texts.weight(texts.stem("model")), texts.weight(texts.stem("climate"))
    assert texts.COMMONEST <= common < rarer < texts.weight("firnnetx") == texts.RAREST
    assert texts.square("firnnetx") == round(10 * texts.RAREST) ** 2


def test_the_table_is_made_of_the_papers_that_use_a_stem() -> None:
    papers = (
        ["Glaciers melt, glaciers flow"] * 12
        + ["Ice melts"] * 12
        + ["Snow"] * (texts.LEAST_PAPERS - 1)
    )
    comment, *lines = texts.table(papers)
    assert "35" in comment
    assert lines == ["10 melt", "11 flow glaci ice"]
