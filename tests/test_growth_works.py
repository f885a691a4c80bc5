"""Works of a whole corpus: their ids, blocks that grow too large, records that come and go."""

from pathlib import Path

import papers
import pytest

from kg import builder, opened
from kg.growth import works as stage
from kg.query.things import find
from kg.resolve import works


def grown(tmp_path: Path, *files: list[dict[str, object]]) -> Path:
    graph = tmp_path / "graph.kg"
    paths = [papers.write(tmp_path / f"{n}.jsonl", records) for n, records in enumerate(files)]
    builder.build(paths[:1], graph, extract=papers.extract)
    for path in paths[1:]:
        builder.add(graph, [path], extract=papers.extract)
    return graph


ONE: dict[str, object] = {"title": "Introduction", "authors": ["Ana Souza"]}
OTHER: dict[str, object] = {"title": "Introduction", "authors": ["Bo Li"]}


def test_two_works_of_one_title_have_two_ids(tmp_path: Path) -> None:
    graph = grown(tmp_path, [ONE, OTHER])
    iris = {thing.iri for thing in find(opened.open(graph), "Introduction")}
    assert len(iris) == 2
    alone = grown(tmp_path, [ONE])
    (iri,) = {thing.iri for thing in find(opened.open(alone), "Introduction")}
    assert iri not in iris and all(other.startswith(iri) for other in iris)


def test_a_work_takes_the_best_id_that_a_record_brings(tmp_path: Path) -> None:
    title = "How ice leaves the lakes of the north"
    bare: dict[str, object] = {"title": title, "authors": ["Ana Souza"]}
    graph = grown(tmp_path, [bare], [{**bare, "arxiv": "2501.00001"}])
    (thing,) = find(opened.open(graph), title)
    assert thing.iri.endswith("paper/arxiv/2501.00001")
    builder.remove(graph, "1.jsonl", extract=papers.extract)
    (thing,) = find(opened.open(graph), title)
    assert "paper/title/how-ice-leaves" in thing.iri


def test_a_block_that_grows_too_large_lets_go_and_takes_hold_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(works, "LARGEST_GROUP", 3)
    title = "How ice leaves the lakes of the north"
    records: list[dict[str, object]] = [
        {"title": title, "authors": ["Ana Souza"], "year": 2020 + n} for n in range(5)
    ]
    graph = grown(tmp_path, records[:2], records[2:])
    whole = tmp_path / "whole.kg"
    files = [tmp_path / "0.jsonl", tmp_path / "1.jsonl"]
    builder.build(files, whole, extract=papers.extract)
    assert papers.state(graph) == papers.state(whole)
    builder.remove(graph, "1.jsonl", extract=papers.extract)
    builder.build(files[:1], whole, extract=papers.extract)
    assert papers.state(graph) == papers.state(whole)


def test_a_work_that_is_not_there_is_none(tmp_path: Path) -> None:
    from kg.growth import tables

    made = tables.create(tmp_path / "t.sqlite")
    assert stage.work(made, "paper/arxiv/1") is None
