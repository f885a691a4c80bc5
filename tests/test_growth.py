"""A graph that grew is the graph that one build of the same papers makes, whatever the way."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import papers
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from indexed import content

from kg import builder, store
from kg.errors import KgError
from kg.growth import decisions
from kg.search import rows

NAMES = ["Ana Souza", "A. Souza", "Wei Wang", "Bo Li", "Carl Ng", "Souza, Ana"]
VENUES = ["ICE 2024", "ICE", "Melt @ ICE 2024", "Journal of Snow", None]
TITLES = [
    "Melting of ice in winter",
    "On snow",
    "A study of icebergs",
    "How long ice lasts in lakes",
]
SENTENCES = [
    "We propose {}.",
    "{} is used.",
    "It runs with {}.",
    "A graph neural network (GNN) beats {}.",
    "State space models (SSM) and {}.",
    "Surface snow melt (SSM) and {}.",
    "A large language model (LLM) with {}.",
]

abstracts = st.lists(
    st.builds(str.format, st.sampled_from(SENTENCES), st.sampled_from(sorted(papers.WORDS))),
    min_size=1,
    max_size=4,
).map(" ".join)
records = st.fixed_dictionaries(
    {
        "title": st.sampled_from(TITLES),
        "abstract": st.none() | abstracts,
        "authors": st.lists(st.sampled_from(NAMES), max_size=3, unique=True),
        "venue": st.sampled_from(VENUES),
        "year": st.integers(2010, 2025),
    },
    optional={"arxiv": st.integers(0, 3).map("2501.0000{}".format)},
)
files = st.lists(records, min_size=1, max_size=4)
FILES = ("a.jsonl", "b.jsonl", "c.jsonl", "d.jsonl")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(FILES), files),
        st.tuples(st.just("update"), st.sampled_from(FILES), files),
        st.tuples(st.just("remove"), st.sampled_from(FILES), st.none()),
        st.tuples(
            st.just("decide"),
            st.tuples(
                st.sampled_from(["entity", "venue"]),
                st.sampled_from([*papers.WORDS, "ICE", "Journal of Snow"]),
                st.sampled_from([*papers.WORDS, "ICE", "Melt @ ICE 2024"]),
                st.booleans(),
            ),
            st.booleans(),
        ),
    ),
    min_size=1,
    max_size=5,
)


@pytest.fixture
def room() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    yield folder
    shutil.rmtree(folder)


def built(room: Path, inside: set[str], graph: Path) -> tuple[object, ...]:
    """Build the files in one go, with the decisions of a graph, and return what it says."""
    fresh = room / "fresh.kg"
    shutil.rmtree(fresh, ignore_errors=True)
    ruled = graph / decisions.FILE
    inputs = [room / name for name in sorted(inside, reverse=True)]
    builder.build(inputs, fresh, ruled=ruled, extract=papers.extract)
    return papers.state(fresh)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(files, steps)
def test_any_way_of_growing_ends_at_the_same_graph(first: list, way: list) -> None:
    room = Path(tempfile.mkdtemp())
    graph = room / "graph.kg"
    inside = {"a.jsonl"}
    builder.build([papers.write(room / "a.jsonl", first)], graph, extract=papers.extract)
    for step, what, said in way:
        if step == "decide":
            kind, one, other, same = what
            ruled = decisions.make(kind, one, other, same)
            come, gone = ([ruled], []) if said else ([], [ruled])
            builder.rule(graph, come, gone, extract=papers.extract)
        elif step == "remove" and what in inside and len(inside) > 1:
            builder.remove(graph, what, extract=papers.extract)
            inside.discard(what)
        elif step == "add" and what not in inside or step == "update":
            path = papers.write(room / what, said)
            getattr(builder, step)(graph, [path], extract=papers.extract)
            inside.add(what)
        assert papers.state(graph) == built(room, inside, graph)
        grown, fresh = (store.state(one) / rows.FILE for one in (graph, room / "fresh.kg"))
        assert content(grown) == content(fresh)
    shutil.rmtree(room)


ICE = {
    "title": "On ice",
    "abstract": "We propose IceNet. IceNet runs on CIFAR-10.",
    "arxiv": "2501.1",
}
SNOW = {"title": "How snow melts", "abstract": "Adam is used on CIFAR-10.", "authors": ["Bo Li"]}


def grown(room: Path) -> Path:
    graph = room / "graph.kg"
    builder.build([papers.write(room / "ice.jsonl", [ICE])], graph, extract=papers.extract)
    return graph


def test_only_new_abstracts_are_extracted(room: Path) -> None:
    graph = grown(room)
    seen = []

    def extract(texts):  # type: ignore[no-untyped-def]
        for text in texts:
            seen.append(text)
            yield from papers.extract([text])

    built = builder.add(graph, [papers.write(room / "b.jsonl", [SNOW, ICE])], extract=extract)
    assert seen == [SNOW["abstract"]]
    assert (built.added, built.records, built.works, built.extracted) == (2, 3, 2, 1)
    built = builder.update(graph, [papers.write(room / "b.jsonl", [SNOW])], extract=extract)
    assert (built.added, built.removed, len(seen)) == (0, 1, 1)


def test_a_record_that_is_there_already_is_not_added_twice(room: Path) -> None:
    graph = grown(room)
    before = papers.state(graph)
    assert builder.add(graph, [room / "ice.jsonl"], extract=papers.extract).added == 0
    assert papers.state(graph) == before


def test_a_paper_goes_by_its_title_with_all_its_records(room: Path) -> None:
    graph = grown(room)
    builder.add(graph, [papers.write(room / "b.jsonl", [SNOW, ICE])], extract=papers.extract)
    built = builder.remove(graph, "on ICE", extract=papers.extract)
    assert (built.removed, built.works) == (2, 1)


@pytest.mark.parametrize(
    ("name", "message"),
    [("nowhere.jsonl", "no paper in the graph is called"), ("ice.jsonl", "nothing would be left")],
)
def test_what_cannot_go_leaves_the_graph_as_it_was(room: Path, name: str, message: str) -> None:
    graph = grown(room)
    before = papers.state(graph)
    with pytest.raises(KgError, match=message):
        builder.remove(graph, name, extract=papers.extract)
    assert papers.state(graph) == before
    assert {path.name for path in graph.iterdir()} == {"lock", "manifest.json", "state-1"}


def test_a_file_does_not_grow(room: Path) -> None:
    path = room / "graph.ttl"
    builder.build([papers.write(room / "ice.jsonl", [ICE])], path, extract=papers.extract)
    with pytest.raises(KgError, match="not a store directory"):
        builder.add(path, [room / "ice.jsonl"], extract=papers.extract)
    with pytest.raises(KgError, match="no such graph"):
        builder.add(room / "none.kg", [room / "ice.jsonl"], extract=papers.extract)


def test_a_graph_of_other_weights_is_extracted_again_as_a_whole(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = grown(room)
    run = {**builder.run(), "model": "0" * 16}
    monkeypatch.setattr(builder, "run", lambda: run)
    built_ = builder.add(graph, [papers.write(room / "b.jsonl", [SNOW])], extract=papers.extract)
    assert built_.extracted == 2
    papers.write(room / "a.jsonl", [ICE])
    assert papers.state(graph) == built(room, {"ice.jsonl", "b.jsonl"}, graph)


def test_two_writers_do_not_meet(room: Path) -> None:
    graph = grown(room)

    def extract(texts):  # type: ignore[no-untyped-def]
        with pytest.raises(KgError, match="another kg writes to it"):
            builder.add(graph, [room / "ice.jsonl"], extract=papers.extract)
        yield from papers.extract(texts)

    path = papers.write(room / "b.jsonl", [SNOW])
    assert builder.add(graph, [path], extract=extract).added == 1


def test_a_graph_that_is_read_stays_readable_while_it_grows(room: Path) -> None:
    graph = grown(room)
    opened = store.open_graph(graph)
    before = set(opened)
    builder.add(graph, [papers.write(room / "b.jsonl", [SNOW])], extract=papers.extract)
    assert set(opened) == before != set(store.open_graph(graph))
