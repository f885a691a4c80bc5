"""Authors of a whole corpus: one key each, by-lines in order, what every record knows of them."""

from pathlib import Path

import papers
import pytest

from kg import builder, opened, store
from kg.graph import term
from kg.growth import people
from kg.model import Paper, Source
from kg.query.things import find

TITLES = ["Melting glaciers", "Parsing Finnish verbs", "Robots that fold laundry"]
SOURCE = Source("a", (1, 1), "0", "jsonl")


def record(number: int, *authors: str, **more: object) -> dict[str, object]:
    return {"id": f"r{number}", "title": TITLES[number], "authors": list(authors), **more}


def built(tmp_path: Path, *given: dict[str, object]) -> Path:
    graph = tmp_path / "graph.kg"
    source = papers.write(tmp_path / "papers.jsonl", given)
    builder.build([source], graph, extract=papers.extract)
    return graph


def called(graph: Path, name: str) -> list[str]:
    return [thing.iri.rpartition("/")[2] for thing in find(opened.open(graph), name)]


def test_a_common_name_without_evidence_is_two_people_and_a_rare_one_one(tmp_path: Path) -> None:
    graph = built(
        tmp_path,
        record(0, "Wei Wang", "Xanthippe Quillfeather"),
        record(1, "Wei Wang", "Bo Li"),
        record(2, "Xanthippe Quillfeather"),
    )
    assert len(called(graph, "Wei Wang")) == 2
    assert called(graph, "Xanthippe Quillfeather") == ["xanthippe-quillfeather"]


def test_a_namesake_that_comes_and_goes_renames_nobody_for_good(tmp_path: Path) -> None:
    graph = built(tmp_path, record(0, "Wei Wang", "Ana Souza"))
    before = papers.state(graph)
    assert called(graph, "Wei Wang") == ["wei-wang"]
    more = papers.write(tmp_path / "more.jsonl", [record(1, "Wei Wang", "Bo Li")])
    builder.add(graph, [more], extract=papers.extract)
    assert len(set(called(graph, "Wei Wang"))) == 2
    assert "wei-wang" not in called(graph, "Wei Wang")
    builder.remove(graph, "more.jsonl", extract=papers.extract)
    assert papers.state(graph) == before


def test_an_orcid_ties_two_spellings_and_stands_in_the_graph(tmp_path: Path) -> None:
    own = "0000-0002-1825-0097"
    graph = built(
        tmp_path,
        record(0, {"name": "Josiah Carberry", "orcid": own}),  # type: ignore[arg-type]
        record(1, {"name": "J. S. Carberry", "orcid": f"https://orcid.org/{own}"}),  # type: ignore[arg-type]
    )
    assert called(graph, "Josiah Carberry") == called(graph, "J. S. Carberry")
    quads = store.open_graph(graph).quads_for_pattern(None, term("kg:orcid"), None, None)
    assert [quad.object.value for quad in quads] == [own]


def test_the_fullest_by_line_counts_and_all_records_tell_of_its_people() -> None:
    short = Paper("a", SOURCE, authors=("Souza, A.", "B. Li"), affiliations=("ETH", ""))
    full = Paper("b", SOURCE, title="On ice", authors=("Ana Souza", "B. Li"), date="2024")
    line = people.byline([short, full])
    assert [one.name for one in line] == ["Ana Souza", "B. Li"]
    assert {(one.title, one.date) for one in line} == {("On ice", "2024")}
    assert people.byline([short])[0].affiliation == "ETH"


@pytest.mark.parametrize(("position", "first"), [(1, "n2"), (60, "n35"), (120, "n70")])
def test_of_a_long_by_line_those_nearest_are_co_authors(position: int, first: str) -> None:
    line = people.byline([Paper("a", SOURCE, authors=tuple(f"Al n{i}" for i in range(1, 121)))])
    own = people.signature("w", line, position)
    assert len(own.coauthors) == people.NEAREST
    assert own.coauthors[0] == f"Al {first}"
    assert own.name not in own.coauthors
