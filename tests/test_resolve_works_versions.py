"""Versions: what makes two records one paper, and what keeps look-alikes two."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Paper, Source
from kg.resolve.works import blocks
from kg.resolve.works.versions import WEIGHTS, measures, overlap, same_paper

VALLEY = (
    "Glaciers in high valleys lose mass faster than models predict. We present FirnNet, a graph "
    "network that forecasts ablation from satellite altimetry and weather records. On 412 glaciers "
    "of the Karakoram, FirnNet halves the error of degree-day models, to 0.31 m per year, and "
    "explains which gullies drain first."
)
#: The same in other words.
VALLEY_AGAIN = (
    "How quickly do mountain glaciers shrink? Degree-day models are off. FirnNet, our network on "
    "graphs, reads altimetry from satellites together with the weather, and for 412 Karakoram "
    "glaciers predicts ablation with an error of 0.31 m a year, half of what was usual."
)
#: Its authors' next paper.
SEQUEL = (
    "Forecasts of glacier ablation help to plan reservoirs. We couple a network such as FirnNet to "
    "a routing model of rivers, and simulate the discharge of the Indus until 2060 under three "
    "scenarios, with floods that come 19 days earlier."
)
PEOPLE = ("Ana Souza", "Bo Li", "Carl Ek")


def paper(**fields: object) -> Paper:
    return Paper("r", Source("a.jsonl", (1, 1), "0" * 64, "jsonl"), **fields)  # type: ignore[arg-type]


ALIKE = {
    "identifier": ({"title": "A", "openalex": "W1"}, {"title": "B", "openalex": "W1"}),
    "forum": ({"title": "A", "openreview": "x1"}, {"abstract": "B", "openreview": "x1"}),
    "rewritten": ({"abstract": VALLEY}, {"abstract": VALLEY_AGAIN}),
    "rewritten, other title": (
        {"title": "FirnNet: forecasting ablation", "abstract": VALLEY},
        {"title": "How valley glaciers lose mass", "abstract": VALLEY_AGAIN},
    ),
    "cut short": ({"abstract": VALLEY}, {"abstract": VALLEY[:150], "truncated": True}),
    "beginning lost": ({"abstract": VALLEY}, {"abstract": VALLEY[120:], "starts_mid": True}),
    "initials": (
        {"title": "Melting", "authors": PEOPLE},
        {"title": "Melting", "authors": ("Souza, A.", "B. Li", "Ek C")},
    ),
    "misprint": (
        {"title": "Forecasting ablation of Karakoram glaciers with graphs", "authors": PEOPLE},
        {"title": "Forcasting ablation of Karakorum glaciers with graphs", "authors": PEOPLE},
    ),
    "subtitle lost": (
        {"title": "FirnNet: forecasting glacier ablation", "authors": PEOPLE},
        {"title": "FirnNet", "authors": PEOPLE},
    ),
    "TeX": (
        {"title": r"\textbf{FirnNet}: Forecasting $\alpha$ ablation of glaciers"},
        {"title": "FirnNet: forecasting α ablation of glaciers"},
    ),
    "deposit": (
        {"title": "Ablation of glaciers in valleys", "doi": "10.21203/rs.3.rs-1/v1"},
        {"title": "Ablation of glaciers in valleys", "doi": "10.21203/rs.3.rs-1/v2"},
    ),
    "preprint and journal": (
        {"title": "Ablation of glaciers in valleys", "doi": "10.1101/2024.1", "authors": PEOPLE},
        {"title": "Ablation of glaciers in valleys", "doi": "10.1038/s1", "authors": PEOPLE},
    ),
}
APART = {
    "sequel": (
        {"title": "LLM2Vec: encoders from decoders", "abstract": VALLEY, "authors": PEOPLE},
        {"title": "LLM2Vec-Gen: encoders from decoders", "abstract": SEQUEL, "authors": PEOPLE},
    ),
    "sequel without titles": ({"abstract": VALLEY}, {"abstract": SEQUEL}),
    "part": (
        {"title": "Ablation of glaciers, part I: theory", "authors": PEOPLE},
        {"title": "Ablation of glaciers, part II: theory", "authors": PEOPLE},
    ),
    "part of one number": (
        {"title": "Ablation of glaciers", "authors": PEOPLE},
        {"title": "Ablation of glaciers. Part 2", "authors": PEOPLE},
    ),
    "version of a system": (
        {"title": "YOLOv3: detecting crevasses", "authors": PEOPLE},
        {"title": "YOLOv4: detecting crevasses", "authors": PEOPLE},
    ),
    "year": (
        {"title": "Overview of the shared task on crevasses 2023", "authors": PEOPLE},
        {"title": "Overview of the shared task on crevasses 2024", "authors": PEOPLE},
    ),
    "edition": (
        {"title": "Findings of the Fourth Shared Task on Crevasses", "authors": PEOPLE},
        {"title": "Findings of the Fifth Shared Task on Crevasses", "authors": PEOPLE},
    ),
    "reply": (
        {"title": "Ablation of glaciers in valleys", "authors": PEOPLE},
        {"title": 'Reply to "Ablation of glaciers in valleys"', "authors": PEOPLE},
    ),
    "correction": (
        {"title": "Ablation of glaciers in valleys", "abstract": VALLEY},
        {"title": "Correction to: Ablation of glaciers in valleys", "abstract": VALLEY},
    ),
    "two preprints": (
        {"title": "Ablation of glaciers", "authors": PEOPLE, "arxiv": "2401.00001"},
        {"title": "Ablation of glaciers", "authors": PEOPLE, "arxiv": "2401.00002"},
    ),
    "two of one publisher": (
        {"title": "Ablation of glaciers", "authors": PEOPLE, "doi": "10.1038/s1"},
        {"title": "Ablation of glaciers", "authors": PEOPLE, "doi": "10.1038/s2"},
    ),
    "front matter": (
        {"title": "Message from the Program Chairs", "date": "2020"},
        {"title": "Message from the Program Chairs", "date": "2020"},
    ),
    "editorial of another year": (
        {"title": "Editorial", "authors": PEOPLE, "date": "2020"},
        {"title": "Editorial", "authors": PEOPLE, "date": "2021"},
    ),
    "other people": (
        {"title": "Ablation of glaciers in valleys", "authors": ("Ana Souza",)},
        {"title": "Ablation of glaciers in valleys", "authors": ("Di Roth",)},
    ),
    "phrase of a publisher": (
        {"title": "Ablation of ice", "abstract": "No abstract.", "authors": ("Ana Souza",)},
        {"title": "Maps of snow", "abstract": "No abstract.", "authors": ("Di Roth",)},
    ),
    "nothing known": ({"title": "Ice"}, {"abstract": VALLEY}),
}


@pytest.mark.parametrize(("one", "other"), ALIKE.values(), ids=ALIKE)
def test_versions_are_one_paper(one: dict, other: dict) -> None:
    verdict = same_paper(paper(**one), paper(**other))
    assert verdict.same and verdict.score >= 0.5 and verdict.rule and verdict.evidence
    assert set(blocks(paper(**one))) & set(blocks(paper(**other)))


@pytest.mark.parametrize(("one", "other"), APART.values(), ids=APART)
def test_look_alikes_are_two_papers(one: dict, other: dict) -> None:
    verdict = same_paper(paper(**one), paper(**other))
    assert not verdict.same and verdict.score < 0.5 and verdict.rule


def test_an_identifier_of_another_paper_does_not_decide() -> None:
    one = paper(title="Ablation of glaciers", abstract=VALLEY, authors=PEOPLE, doi="10.1/x")
    other = {"title": "Poems by sailors", "authors": ("Di Roth",), "doi": "10.1/x"}
    assert same_paper(one, paper(**other)).rule == "identifier of another"
    # Any one of title, authors and abstract is enough to believe it.
    assert same_paper(one, paper(**other | {"title": "Glaciers and ablation"}))
    assert same_paper(one, paper(**other | {"authors": ("Carl Ek",)}))
    assert same_paper(one, paper(**other | {"abstract": VALLEY_AGAIN}))


fields = st.fixed_dictionaries(
    {
        "title": st.sampled_from(
            [None, "Ice", "FirnNet: ablation of ice", "FirnNet2: maps of ice"]
        ),
        "abstract": st.sampled_from([None, VALLEY, VALLEY_AGAIN, SEQUEL, "Ice melts.", "…"]),
        "authors": st.sampled_from([(), PEOPLE, PEOPLE[1:], ("Di Roth",), ("",), ("王伟",)]),
        "date": st.sampled_from([None, "2020", "2025-03", "n.d."]),
        "doi": st.sampled_from([None, "10.1/x", "10.1/y"]),
        "code": st.sampled_from([(), ("https://github.com/a/b",), ("https://github.com/a/c",)]),
    }
)


@given(fields, fields)
@settings(max_examples=150, deadline=None)
def test_a_verdict_has_no_order_and_a_probability(one: dict, other: dict) -> None:
    first, second = paper(**one), paper(**other)
    verdict = same_paper(first, second)
    assert verdict == same_paper(second, first)
    assert 0 <= verdict.score <= 1 and verdict.same == (verdict.score >= 0.5)


@given(fields, fields)
@settings(max_examples=50, deadline=None)
def test_every_measure_has_a_weight_and_is_left_out_at_zero(one: dict, other: dict) -> None:
    found = measures(paper(**one), paper(**other))
    assert set(found) <= set(WEIGHTS)
    assert all(found.values())


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("LLM2Vec", "LLM2Vec-Gen", True), ("YOLOv3", "YOLOv4", True), ("FirnNet", "SnowNet", True),
     ("ConQuer", "CnQuer", False), ("Climate-Eval", "ClimateEval", False)],
)  # fmt: skip
def test_misprints_of_a_system_are_no_other_system(one: str, other: str, apart: bool) -> None:
    found = measures(paper(title=f"{one}: melting ice"), paper(title=f"{other}: melting ice"))
    assert ("other system" in found) == apart


def test_overlap_counts_runs_of_the_shorter_text() -> None:
    assert overlap("a b c d e f", "x a b c d e f y z") == 1.0
    assert overlap("a b c d e f", "a b c d e x") == 0.5
    assert overlap("a b c", "a b c") == 0.0


def test_a_sentence_or_two_in_common_do_not_make_two_papers_one() -> None:
    one = paper(title="Adapters for ice", abstract="We propose LoRA for machine translation.")
    other = paper(title="Ice in lakes", abstract="BERT and LoRA, tested on GLUE.")
    assert not same_paper(one, other)
