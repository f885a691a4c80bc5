"""Works: records of one paper become one work, look-alikes stay apart."""

import random

import pytest

from kg.model import Paper, Source
from kg.resolve import works

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
    assert [author.name for author in work.authors] == ["Ana Souza", "Bo Li"]


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


def test_one_spelling_names_an_author_everywhere() -> None:
    papers = [
        paper(1, title="One paper of ice", authors=("Jose Perez",)),
        paper(2, title="Two papers of ice", authors=("José Pérez",)),
        paper(3, title="Three papers of ice", authors=("José Pérez",)),
    ]
    authors = {author for work in works(papers)[0] for author in work.authors}
    assert [(a.name, a.aliases) for a in authors] == [("José Pérez", ("Jose Perez",))]


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
