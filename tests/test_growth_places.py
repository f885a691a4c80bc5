"""Venues of a whole corpus: printings of one are one, workshops lie in their conference."""

from pathlib import Path

import papers

from kg import builder, opened
from kg.graph import term
from kg.query.things import find

VENUES = ["ICLR 2024", "International Conference on Learning Representations", "Re-Align @ ICLR"]


def test_printings_are_one_venue_and_a_workshop_is_part_of_its_host(tmp_path: Path) -> None:
    records = [
        {"title": f"On matters {n} of {name}", "venue": name} for n, name in enumerate(VENUES)
    ]
    builder.build(
        [papers.write(tmp_path / "p.jsonl", records)], tmp_path / "g.kg", extract=papers.extract
    )
    graph = opened.open(tmp_path / "g.kg")
    (iclr,) = find(graph, VENUES[0])
    assert find(graph, VENUES[1]) == (iclr,) and iclr.name == "ICLR"
    (workshop,) = find(graph, VENUES[2])
    parts = list(graph.store.quads_for_pattern(None, term("dct:isPartOf"), None, None))
    assert [(q.subject.value, q.object.value) for q in parts] == [(workshop.iri, iclr.iri)]


def test_a_host_that_no_paper_names_is_there_as_long_as_its_workshop(tmp_path: Path) -> None:
    one = {"title": "On ice and other matters", "venue": "Re-Align @ ICLR"}
    other = {"title": "On snow that fell in spring", "venue": "Journal of Snow"}
    graph = tmp_path / "g.kg"
    builder.build([papers.write(tmp_path / "a.jsonl", [other])], graph, extract=papers.extract)
    before = papers.state(graph)
    builder.add(graph, [papers.write(tmp_path / "b.jsonl", [one])], extract=papers.extract)
    assert [thing.kind for thing in find(opened.open(graph), "ICLR")] == ["Venue"]
    builder.remove(graph, "b.jsonl", extract=papers.extract)
    assert papers.state(graph) == before
