"""Tables: what is put into them comes out as it was, and numbers mean the same everywhere."""

from pathlib import Path

import papers
from hypothesis import given
from hypothesis import strategies as st

from kg.growth import records, tables
from kg.growth.records import Changes
from kg.model import Paper, Source

texts = st.text(max_size=20)
sources = st.builds(
    Source, texts, st.tuples(st.integers(1, 9), st.integers(1, 9)), texts, texts, st.none() | texts
)
made = st.builds(
    Paper,
    id=texts,
    source=sources,
    title=st.none() | texts,
    abstract=st.none() | st.text(min_size=1, max_size=30),
    authors=st.lists(texts, max_size=3).map(tuple),
    orcids=st.lists(texts, max_size=3).map(tuple),
    venue=st.none() | texts,
    doi=st.none() | texts,
    truncated=st.booleans(),
)


@given(st.lists(made, max_size=4))
def test_papers_come_back_as_they_were_put(given_: list[Paper]) -> None:
    connection = tables.create(Path(":memory:"))
    changes = Changes()
    assert records.put(connection, given_, changes) == len(set(given_))
    assert records.put(connection, given_, changes) == 0
    found = [paper for _, paper in tables.papers(connection, changes.new)]
    assert sorted(map(repr, found)) == sorted(map(repr, set(given_)))
    for paper in set(given_):
        place = records.find(connection, paper)
        assert place is not None
        records.take(connection, [place], changes)
    assert connection.execute("SELECT COUNT(*) FROM record").fetchone() == (0,)


def test_an_extraction_comes_back_as_it_was() -> None:
    text = "We propose IceNet with a graph neural network (GNN) on melt."
    (found,) = papers.extract([text])
    assert found.claims and found.abbreviations
    assert tables.from_json(tables.to_json(found), found.abstract, text) == found


def test_a_text_has_the_same_number_everywhere() -> None:
    assert tables.number("title:on ice") == 7043500840960490771
    assert tables.number("\ud800") >= 0


def test_what_was_read_last_is_not_read_again() -> None:
    seen: list[int] = []

    def read(number: int) -> int:
        seen.append(number)
        return number * 2

    cache = tables.Cache(read, 2)
    assert [cache[1], cache[1], cache[2], cache[3], cache[1]] == [2, 2, 4, 6, 2]
    assert seen == [1, 2, 3, 1]
