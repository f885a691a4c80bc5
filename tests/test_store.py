import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import nouns
import pytest
from pyoxigraph import Quad, Store, serialize

from kg import opened, search, store
from kg.errors import KgError
from kg.graph import to_graph
from kg.model import Merge
from kg.search import rows
from kg.vocab import BASE

CLASSES = "Paper Abstract Source Author Venue Method Dataset Task Concept Mention Statement Run"


@pytest.fixture(scope="module")
def quads() -> set[Quad]:
    return set(to_graph(nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS, run=nouns.RUN))


@pytest.fixture
def built(tmp_path: Path, quads: set[Quad]) -> Path:
    store.write(quads, tmp_path / "graph.kg", facts={})
    return tmp_path / "graph.kg"


def test_a_store_gives_back_what_was_written(built: Path, quads: set[Quad]) -> None:
    assert set(store.open_graph(built)) == quads


def test_counts_are_those_of_the_nouns(tmp_path: Path, quads: set[Quad]) -> None:
    counts = store.write([*quads, *quads], tmp_path / "graph.kg", facts={})
    assert counts["quads"] == len(quads)
    assert [counts[name] for name in CLASSES.split()] == [3, 4, 6, 3, 2, 4, 1, 2, 2, 20, 21, 1]
    assert json.loads((tmp_path / "graph.kg" / "manifest.json").read_text())["counts"] == counts


def test_the_base_is_that_of_the_manifest(tmp_path: Path) -> None:
    store.write([], tmp_path / "a.kg", facts={"base": "https://example.org/"})
    store.write([], tmp_path / "b.kg", facts={})
    bases = [store.base_of(tmp_path / name) for name in ("a.kg", "b.kg", "none.kg")]
    assert bases == ["https://example.org/", BASE, BASE]


def test_a_state_without_its_index_gets_one_when_it_changes(
    built: Path, quads: set[Quad], tmp_path: Path
) -> None:
    old, new = store.state(built), tmp_path / "new"
    new.mkdir()
    (old / rows.FILE).unlink()
    gone = {quad for quad in quads if "method/relu>" in str(quad)}
    assert store.change(new, old, gone, [])["Method"] == -1
    assert opened.open(built).index.named("relu")
    index = search.open_index(new, Store())
    assert index.named("glue") and not index.named("relu")


def test_facts_stand_in_the_manifest(tmp_path: Path) -> None:
    store.write([], tmp_path / "graph.kg", facts={"inputs": {"\ud800.txt": "ab12"}})
    assert store.manifest(tmp_path / "graph.kg")["facts"] == {"inputs": {"\ud800.txt": "ab12"}}


def test_each_merge_is_a_line_of_the_ledger(tmp_path: Path) -> None:
    merges = [Merge("entity", "LLM\ud800", "language model", "abbreviation", 0.9, "x", False)] * 2
    store.write([], tmp_path / "graph.kg", facts={}, ledger=merges)
    state = store.state(tmp_path / "graph.kg")
    lines = (state / "merges.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["what"] for line in lines] == ["LLM\ud800"] * 2
    assert list(store.read_ledger(tmp_path / "graph.kg")) == merges


def test_a_new_graph_replaces_the_old_one(built: Path) -> None:
    assert store.write([], built, facts={})["quads"] == 0
    assert list(store.open_graph(built)) == []
    assert [path.name for path in built.parent.iterdir()] == ["graph.kg"]


def test_a_graph_opened_before_it_is_replaced_stays_readable(built: Path, quads: set[Quad]) -> None:
    opened = store.open_graph(built)
    store.write([], built, facts={})
    assert set(opened) == quads


def test_a_build_that_fails_leaves_the_old_graph(built: Path, quads: set[Quad]) -> None:
    def failing() -> Iterator[Quad]:
        yield next(iter(quads))
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        store.write(failing(), built, facts={})
    assert set(store.open_graph(built)) == quads
    assert [path.name for path in built.parent.iterdir()] == ["graph.kg"]


def test_a_link_to_a_graph_stays_a_link(built: Path) -> None:
    link = built.with_name("link.kg")
    link.symlink_to(built)
    store.write([], link, facts={})
    assert link.is_symlink()
    assert list(store.open_graph(built)) == []


@pytest.mark.parametrize("foreign", ["a file", "a folder", "a folder with a manifest"])
def test_what_is_not_a_graph_is_never_overwritten(tmp_path: Path, foreign: str) -> None:
    path = tmp_path / "precious"
    if foreign == "a file":
        path.write_text("precious")
    else:
        (path / "store").mkdir(parents=True)
    if foreign == "a folder with a manifest":
        (path / "manifest.json").write_text('{"name": "a web page"}')
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(KgError, match="not a graph"):
        store.write([], path, facts={})
    assert sorted(tmp_path.rglob("*")) == before


def test_a_graph_in_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="folder does not exist"):
        store.write([], tmp_path / "none" / "graph.kg", facts={})


def test_many_read_one_graph_at_once(built: Path, quads: set[Quad]) -> None:
    opened = [store.open_graph(built) for _ in range(3)]
    assert {len(one) for one in opened} == {len(quads)}


def test_an_opened_graph_cannot_be_changed(built: Path, quads: set[Quad]) -> None:
    with pytest.raises(RuntimeError):
        store.open_graph(built).add(next(iter(quads)))


@pytest.mark.parametrize("suffix", sorted(store.RDF))
@pytest.mark.parametrize("zipped", [False, True])
def test_rdf_files_open_as_they_are(
    tmp_path: Path, quads: set[Quad], suffix: str, zipped: bool
) -> None:
    form = store.RDF[suffix]
    triples = {quad.triple for quad in quads}
    written = serialize(quads if form.supports_datasets else triples, format=form)
    path = tmp_path / f"Graph{suffix.upper()}{'.gz' if zipped else ''}"
    path.write_bytes(gzip.compress(written) if zipped else written)
    assert {quad.triple for quad in store.open_graph(path)} == triples


def break_it(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("pattern", ["CURRENT", "MANIFEST-*", "*.sst"])
@pytest.mark.parametrize("broken", [Path.unlink, break_it])
def test_a_damaged_store_is_one_line(built: Path, pattern: str, broken: object) -> None:
    for path in (store.state(built) / "store").glob(pattern):
        broken(path)
    with pytest.raises(KgError, match="damaged, build it again") as error:
        store.open_graph(built)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.kg", None, "no such graph"),
        ("notes.txt", b"hello", "not a graph"),
        ("notes", b"hello", "not a graph"),
        ("cut.ttl", b"<http://a> <http://b>", "cannot be read"),
        ("relative.ttl", b"<a> <b> <c> .", "cannot be read"),
        ("latin.nt", b'<http://a> <http://b> "\xe9" .', "cannot be read"),
        ("graph.nt.gz", b"not gzip", "cannot be read"),
        ("cut.nt.gz", gzip.compress(b"<http://a> <http://b> <http://c> .\n")[:-9], "cannot be"),
        ("flipped.nt.gz", gzip.compress(b"x" * 99)[:12] + b"\xff" * 9, "cannot be read"),
        ("graph.rdf", b"<html><p>not closed", "cannot be read"),
        ("graph.jsonld", b"[{]", "cannot be read"),
    ],
)
def test_what_cannot_be_opened_is_one_line(
    tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(KgError, match=says) as error:
        store.open_graph(tmp_path / name)
    assert "\n" not in str(error.value)
    assert name in str(error.value)


def test_a_folder_without_a_graph_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="directory without a graph"):
        store.open_graph(tmp_path)


def test_counting_an_empty_store_gives_zeros() -> None:
    assert set(store.counts(Store()).values()) == {0}
