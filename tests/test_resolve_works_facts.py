"""Facts: what one record says of its paper."""

import pytest

from kg.model import Paper, Source
from kg.resolve.works.facts import counts, facts, person, repositories, system


def paper(**fields: object) -> Paper:
    return Paper("r", Source("a.jsonl", (1, 1), "0" * 64, "jsonl"), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    ["Ana Souza", "Ana M. Souza", "A. Souza", "Souza, Ana", "Souza, A. M.", "Souza A", "ANA SOUZA",
     "Aná Souza Jr."],
)  # fmt: skip
def test_a_person_is_told_by_family_name_and_initial(name: str) -> None:
    assert person(name) == "souza a"


@pytest.mark.parametrize(("name", "own"), [("Plato", "plato"), ("", ""), ("—", "")])
def test_a_single_name_is_itself(name: str, own: str) -> None:
    assert person(name) == own


@pytest.mark.parametrize(
    ("title", "own"),
    [("LLM2Vec-Gen: texts from vectors", "llm2vecgen"), ("Llm2Vec", "llm2vec"),
     ("Translation: a history", ""), ("A very long name of GPT: x", ""), ("FirnNet:", "firnnet"),
     ("Ablation of glaciers", ""), ("SALT: a primer", "salt")],
)  # fmt: skip
def test_a_system_is_a_name_before_the_colon(title: str, own: str) -> None:
    assert system(title) == own


@pytest.mark.parametrize(
    ("title", "own"),
    [("Ice, part II", {"2"}), ("Ice. Part two", {"2"}), ("Ice II", {"2"}), ("YOLOv4", {"4"}),
     ("The Third Task of 2024", {"3", "2024"}), ("Ice 2.0", {"2"}), ("Why I melt", set()),
     ("The vi editor", set())],
)  # fmt: skip
def test_titles_are_numbered_in_many_ways(title: str, own: set[str]) -> None:
    assert counts(title) == own


@pytest.mark.parametrize(
    ("text", "own"),
    [("We took part in IWSLT 2025 and IWSLT2024.", {"iwslt 2025", "iwslt 2024"}),
     ("The fifth edition and the 4th workshop", {"edition 5", "edition 4"}),
     ("Published in 2025 after a conference", set())],
)  # fmt: skip
def test_events_are_named_with_their_year_or_edition(text: str, own: set[str]) -> None:
    assert facts(paper(abstract=text)).events == own


def test_a_repository_is_the_first_two_steps_of_a_link() -> None:
    links = ("https://www.GitHub.com/a/b/tree/main", "http://github.com/a/b.git", "github.com/a/c/")
    assert repositories(paper(code=links)) == ["github.com/a/b", "github.com/a/c"]


def test_a_record_of_nothing_has_no_facts() -> None:
    own = facts(paper())
    assert not any((own.ids, own.title, own.abstract, own.both, own.people, own.lone, own.year))
