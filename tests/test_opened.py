"""A graph open for reading knows the base of its IRIs, wherever it comes from."""

from pathlib import Path

import pytest
from nouns import MENTIONS, RUN, STATEMENTS, WORKS
from pyoxigraph import Store

from kg import opened, writers
from kg.graph import to_graph
from kg.serve.server import directory
from kg.vocab import BASE


@pytest.mark.parametrize("base", [BASE, "https://graphs.example/mine#"])
def test_an_rdf_file_shows_its_base_and_a_served_copy_keeps_it(tmp_path: Path, base: str) -> None:
    store = Store()
    store.extend(to_graph(WORKS, MENTIONS, STATEMENTS, run=RUN, base=base))
    path = tmp_path / "g.nq"
    writers.write(store, path, evidence=True)
    assert opened.open(path).base == base
    with directory(path) as copy:
        assert copy != path and opened.open(copy).base == base
        assert len(opened.open(copy).store) == len(store)
    assert not copy.exists()


def test_a_file_without_sources_has_the_usual_base(tmp_path: Path) -> None:
    path = tmp_path / "g.nt"
    path.write_text("<http://x/> <http://x/> <http://x/> .\n", encoding="utf-8")
    assert opened.open(path).base == BASE
