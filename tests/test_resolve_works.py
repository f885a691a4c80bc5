"""Works: records of one paper become one work, look-alikes stay apart."""

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Paper, Source, Verdict
from kg.resolve import works as stage
from kg.resolve.works import group, works

ONE = (
    "Chunked recurrence splits a long input into parts, runs a small recurrence inside each part, "
    "and attends across the parts, which cuts the cost of training without a loss of quality."
)
#: A second wording of the same abstract.
TWO = (
    "Chunked recurrence splits a long input into parts, with a small recurrence inside each part, "
    "and attention across them. Training gets seven times faster and the quality is that of "
    "standard attention over all parts."
)
OTHER = (
    "Chunked recurrence splits a long input into parts, yet nobody asked what is lost at the "
    "borders. This study measures forgetting across borders in nine languages and finds little."
)
REPOSITORY = "https://github.com/invented/chunks"


def paper(number: int, **fields: object) -> Paper:
    return Paper(
        f"r{number}", Source("a.jsonl", (number, number), f"{number:064}", "jsonl"), **fields
    )  # type: ignore[arg-type]


def groups(*papers: Paper) -> list[list[str]]:
    return sorted(sorted(record.id for record in work.records) for work in works(papers)[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"title": "A", "doi": "10.1/x"}, {"title": "B", "doi": "10.1/x"}),
        ({"title": "A", "abstract": "Ice melts."}, {"abstract": "ICE MELTS"}),
        ({"title": "Chunks of a Long Input"}, {"title": "Chunks of a long input."}),
        (
            {"title": "Chunks", "authors": ("Ana Souza",)},
            {"title": "Chunks", "authors": ("A. Souza",)},
        ),
        (
            {"abstract": ONE, "code": (REPOSITORY,)},
            {"abstract": TWO, "code": (REPOSITORY + ".git",)},
        ),
        ({"abstract": ONE}, {"abstract": ONE[:120]}),
    ],
    ids=["identifier", "abstract", "title", "title and author", "repository", "opening"],
)
def test_records_of_one_paper_are_one_work(one: dict, other: dict) -> None:
    found, ledger = works([paper(1, **one), paper(2, **other)])
    assert len(found) == 1
    assert ledger and all(row.score > 0 for row in ledger)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"title": "Chunks", "authors": ("Ana Souza",)},
            {"title": "Chunks", "authors": ("Bo Li",)},
        ),
        ({"title": "Editorial"}, {"title": "Editorial"}),
        (
            {"title": "Chunks of long input", "arxiv": "1"},
            {"title": "Chunks of long input", "arxiv": "2"},
        ),
        ({"abstract": ONE}, {"abstract": OTHER}),
        ({"abstract": ONE, "code": (REPOSITORY,)}, {"abstract": OTHER[40:], "code": (REPOSITORY,)}),
        ({"title": "Chunks", "abstract": ONE}, {"title": "Chunks 2", "abstract": f"{ONE} More."}),
    ],
    ids=["other author", "short title", "two preprints", "opening", "repository", "sequel"],
)
def test_look_alikes_stay_two(one: dict, other: dict) -> None:
    assert groups(paper(1, **one), paper(2, **other)) == [["r1"], ["r2"]]


def test_the_order_of_records_changes_nothing_and_a_record_counts_once() -> None:
    papers = [
        paper(1, title="Chunks of a long input", authors=("Ana Souza", "Bo Li"), date="2025-02"),
        paper(2, title="Chunks of a Long Input", date="2024-12-01", venue="ICE", doi="10.1/x"),
        paper(3, abstract=ONE, doi="10.1/x"),
        paper(4, abstract=OTHER),
    ]
    expected = works(papers)
    for seed in range(5):
        shuffled = papers * 2
        random.Random(seed).shuffle(shuffled)
        assert works(shuffled) == expected
    work = next(w for w in expected[0] if len(w.records) == 3)
    assert (work.id, work.date) == ("paper/doi/10.1/x", "2024-12-01")
    assert (work.authors, work.venues) == ((), ())


def test_nothing_of_either_version_is_lost() -> None:
    preprint = paper(
        1, title="Chunks of a long input", abstract=ONE, date="2024-12", arxiv="2412.1"
    )
    printed = paper(
        2, title="Chunks of a Long Input", abstract=TWO, date="2025", acl="2025.x-y.1",
        acceptance="oral",
    )  # fmt: skip
    (work,) = works([printed, preprint])[0]
    assert work.records == (preprint, printed)
    assert (work.id, work.date, work.acceptance) == ("paper/arxiv/2412.1", "2024-12", ("oral",))


@pytest.mark.parametrize(
    ("title", "start"),
    [
        ("Random teachers: are good", "paper/title/random-teachers-are-good-"),
        ("a" * 30 + " " + "b" * 29 + " cc", f"paper/title/{'a' * 30}-{'b' * 29}-"),
        ("a" * 30 + " " + "b" * 30, f"paper/title/{'a' * 30}-"),
        ("a" * 99, f"paper/title/{'a' * 60}-"),
    ],
)
def test_a_work_without_identifier_is_named_by_the_words_of_its_title(
    title: str, start: str
) -> None:
    (work,) = works([paper(1, title=title)])[0]
    assert work.id.startswith(start)
    assert len(work.id) == len(start) + 8


def decided(*links: tuple[int, int, float]) -> dict[tuple[int, int], Verdict]:
    return {(a, b): Verdict(score >= 0.5, score, "made up") for a, b, score in links}


PARTS = [
    paper(1, title="Melting ice in valleys, part I"),
    paper(2, abstract="Ice in valleys melts."),
    paper(3, title="Melting ice in valleys, part II"),
]


def test_no_chain_joins_what_cannot_be_one_and_the_weakest_link_is_cut() -> None:
    assert group(PARTS, decided((0, 1, 0.9), (1, 2, 0.8), (0, 2, 0.01))) == [[0, 1], [2]]
    assert group(PARTS, decided((0, 1, 0.8), (1, 2, 0.9), (0, 2, 0.01))) == [[0], [1, 2]]
    assert group(PARTS, decided((0, 1, 0.9), (1, 2, 0.8))) == [[0, 1], [2]]


def test_a_chain_of_records_that_may_be_one_holds() -> None:
    records = [paper(n, abstract=f"Ice melts {n}.") for n in range(3)]
    assert group(records, decided((0, 1, 0.9), (1, 2, 0.8), (0, 2, 0.4))) == [[0, 1, 2]]


def test_what_the_user_says_wins_over_every_verdict() -> None:
    links = decided((0, 1, 1.0), (1, 2, 0.1), (0, 2, 0.01))
    assert group(PARTS, links, same=[(0, 2)], different=[(0, 1)]) == [[0, 2], [1]]
    assert group(PARTS, links, same=[(2, 0), (1, 2)]) == [[0, 1, 2]]
    assert group(PARTS, links, same=[(0, 1)], different=[(1, 0)]) == [[0], [1], [2]]


@given(st.permutations(range(6)), st.lists(st.floats(0, 1), min_size=15, max_size=15))
@settings(max_examples=50, deadline=None)
def test_groups_do_not_depend_on_the_order_of_records(
    order: list[int], scores: list[float]
) -> None:
    records = [paper(n, abstract=f"Ice melts in valley {n}.") for n in range(6)]
    links = {pair: score for pair, score in zip(combinations(range(6), 2), scores, strict=True)}
    expected = group(records, decided(*((a, b, score) for (a, b), score in links.items())))
    moved = decided(*((order.index(a), order.index(b), score) for (a, b), score in links.items()))
    found = group([records[n] for n in order], moved)
    assert sorted(sorted(order[n] for n in own) for own in found) == expected


def test_blocks_too_large_hold_nothing() -> None:
    most = stage.LARGEST_GROUP
    assert len(stage.pairs([("x",)] * most)) == most * (most - 1) // 2
    assert stage.pairs([("x",)] * (most + 1)) == []


def test_the_ledger_tells_what_was_put_together_and_what_was_held_apart() -> None:
    ledger = works(
        [
            paper(1, title="Ice: melting in valleys", abstract=ONE, doi="10.1/x"),
            paper(2, title="Ice: melting in valleys", abstract=ONE, doi="10.1/x"),
            paper(3, title="Ice: melting in valleys", abstract=ONE, doi="10.1/y"),
        ]
    )[1]
    assert [(row.what[:2], row.into[:2], row.rule, row.merged) for row in ledger] == [
        ("r2", "r1", "same doi", True),
        ("r3", "r1", "other doi", False),
        ("r3", "r2", "other doi", False),
    ]
    assert all(row.kind == "paper" and row.evidence for row in ledger)


def test_real_pages_group_as_a_careful_reader_groups_them(shared, root) -> None:  # type: ignore[no-untyped-def]
    import json

    from kg import readers

    rows = (root / "tests/gold/pages.jsonl").read_text(encoding="utf-8").splitlines()
    gold: dict[str, set[tuple[str, int]]] = {}
    for row in map(json.loads, rows):
        line = (row["abstract"] or [row["title"]])[0]
        gold.setdefault(row["work"], set()).add((row["page"], line))
    found = works(readers.read([shared / "seeds"]))[0]
    spans = [[(r.source.file[:3], r.source.lines) for r in work.records] for work in found]
    placed = [
        {(page, line) for page, (first, last) in work for own in gold.values()
         for p, line in own if p == page and first <= line <= last}
        for work in spans
    ]  # fmt: skip
    assert sorted(map(sorted, placed)) == sorted(map(sorted, gold.values()))
