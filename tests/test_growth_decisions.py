"""Decisions: what the user says is the same or different holds, survives a rebuild, and goes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import papers
import pytest

from kg import builder, merges, opened
from kg.errors import KgError
from kg.growth import decisions
from kg.query.things import find

RECORDS = [
    {
        "id": "one",
        "title": "Melting of ice in alpine lakes",
        "abstract": "We propose IceNet. ICENET runs on CIFAR-10 with the Adam optimizer.",
        "authors": ["Wei Wang", "Ana Souza"],
        "venue": "ICE 2024",
    },
    {
        "id": "two",
        "title": "Snow cover seen from far above",
        "abstract": "A graph neural network (GNN) beats unet and Adam. GNN is used.",
        "authors": ["Wei Wang", "Bo Li"],
        "venue": "Journal of Snow",
    },
    {
        "id": "three",
        "title": "Melting of ice in alpine lakes",
        "abstract": "We propose IceNet. ICENET runs on CIFAR-10 with Adam.",
        "authors": ["Wei Wang", "Ana Souza"],
    },
]


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "graph.kg"
    source = papers.write(tmp_path / "papers.jsonl", RECORDS)
    builder.build([source], path, extract=papers.extract)
    yield path


def called(graph: Path, name: str) -> set[str]:
    """Return the IRIs of all that a name stands for."""
    return {thing.iri for thing in find(opened.open(graph), name)}


def decide(graph: Path, one: str, other: str, *, same: bool) -> decisions.Decision:
    return builder.decide(graph, one, other, same=same, extract=papers.extract)


@pytest.mark.parametrize(
    ("one", "other", "same", "kind"),
    [
        ("unet", "Adam", True, "entity"),
        ("GNN", "graph neural network", False, "entity"),
        ("Adam optimizer", "Adam", False, "entity"),
        ("IceNet", "ICENET", False, "entity"),
        ("ICE", "Journal of Snow", True, "venue"),
        ("Wei Wang | one", "Wei Wang | two", True, "author"),
        ("Wei Wang | one", "Ana Souza | one", True, "author"),
        ("one", "two", True, "paper"),
        ("one", "three", False, "paper"),
    ],
)
def test_a_decision_holds_is_kept_by_a_rebuild_and_can_be_taken_back(
    graph: Path, tmp_path: Path, one: str, other: str, same: bool, kind: str
) -> None:
    before = papers.state(graph)
    said = decide(graph, one, other, same=same)
    assert (said.kind, {said.one, said.other}, said.same) == (kind, {one, other}, same)
    decided = papers.state(graph)
    assert decided[0] != before[0]
    assert merges.decisions(graph) == (said,)
    names = [end.partition(" | ")[0] for end in (one, other)]
    if kind in ("entity", "venue") and one.casefold() != other.casefold():
        assert (called(graph, names[0]) == called(graph, names[1])) is same
    source = tmp_path / "papers.jsonl"
    builder.build([source], graph, extract=papers.extract)
    assert papers.state(graph) == decided
    elsewhere = tmp_path / "other.kg"
    builder.build([source], elsewhere, ruled=graph / decisions.FILE, extract=papers.extract)
    assert papers.state(elsewhere) == decided
    builder.rule(graph, gone=[said], extract=papers.extract)
    assert papers.state(graph) == before
    assert merges.decisions(graph) == ()


def test_people_of_one_name_are_one_or_two_as_the_user_says(graph: Path) -> None:
    decide(graph, "Wei Wang | one", "Wei Wang | two", same=True)
    assert len(called(graph, "Wei Wang")) == 1
    decide(graph, "Wei Wang | one", "Wei Wang | two", same=False)
    assert len(called(graph, "Wei Wang")) == 2
    assert [one.same for one in merges.decisions(graph)] == [False]


def test_papers_are_one_or_two_as_the_user_says(graph: Path) -> None:
    assert len(called(graph, RECORDS[0]["title"])) == 1  # type: ignore[arg-type]
    decide(graph, "one", "three", same=False)
    assert len(called(graph, RECORDS[0]["title"])) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ("nobody", "Adam", "is called 'nobody'"),
        ("one", "Adam", "'one' is paper, 'Adam' is entity"),
        ("Wei Wang", "Bo Li", "is the name of several things: give one of"),
        (RECORDS[0]["title"], "one", "are one paper already"),
        ("IceNet", "IceNet", "are one entity already"),
    ],
)
def test_a_decision_that_makes_no_sense_changes_nothing(
    graph: Path, one: str, other: str, message: str
) -> None:
    before = papers.state(graph)
    with pytest.raises(KgError, match=message):
        decide(graph, one, other, same=True)
    assert papers.state(graph) == before
    assert not (graph / decisions.FILE).exists()


def test_decisions_come_back_from_their_file_and_the_last_word_counts(tmp_path: Path) -> None:
    path = tmp_path / decisions.FILE
    said = [decisions.make("entity", "B", "A", True), decisions.make("paper", "x", "y", False)]
    decisions.write(path, said)
    assert decisions.read(path) == tuple(sorted(said))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"kind": "entity", "one": "B", "other": "A", "same": false}\n\n')
    assert decisions.read(path)[0] == decisions.make("entity", "A", "B", False)


@pytest.mark.parametrize("line", ["{", "[]", '{"kind": "song", "one": "a", "other": "b"}'])
def test_a_line_that_is_no_decision_is_named(graph: Path, line: str) -> None:
    (graph / decisions.FILE).write_text(line + "\n", encoding="utf-8")
    source = papers.write(graph.parent / "b.jsonl", RECORDS[:1])
    with pytest.raises(KgError, match=r"decisions\.jsonl, line 1: "):
        builder.add(graph, [source], extract=papers.extract)


def test_the_ledger_shows_what_was_merged_and_what_was_refused(graph: Path) -> None:
    every = list(merges.lines(graph))
    assert any(line.startswith("paper: three (papers.jsonl:3-3) = one ") for line in every)
    assert any("entity: GNN = Method graph neural network: abbreviation" in one for one in every)
    some = list(merges.lines(graph, "gnn"))
    assert some and all("gnn" in line.casefold() for line in some)
    assert all(line.startswith("author: ") for line in merges.lines(graph, kind="author"))
    assert all("≠" in line for line in merges.lines(graph, refused=True))
    with pytest.raises(KgError, match="nothing was merged by the name"):
        list(merges.lines(graph, "no such name"))
    with pytest.raises(KgError, match="--kind song"):
        list(merges.lines(graph, kind="song"))


def test_one_record_in_two_files_is_a_row_of_the_ledger_too(graph: Path, tmp_path: Path) -> None:
    builder.add(graph, [papers.write(tmp_path / "b.jsonl", RECORDS[1:2])], extract=papers.extract)
    (line,) = merges.lines(graph, "b.jsonl", kind="paper")
    assert line == (
        "paper: two (papers.jsonl:2-2) = two (b.jsonl:1-1): same record 1.00 (word for word)"
    )


def test_the_ledger_of_what_is_no_store_is_one_line(graph: Path, tmp_path: Path) -> None:
    shutil.copy(tmp_path / "papers.jsonl", tmp_path / "x.ttl")
    for path in (tmp_path / "x.ttl", tmp_path / "none.kg"):
        with pytest.raises(KgError):
            list(merges.lines(path))
        with pytest.raises(KgError, match="not a store directory"):
            merges.decisions(path)
