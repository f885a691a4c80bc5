"""The whole job, from files to a graph, with a hand-made extraction and with the shipped one."""

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from kg import builder, opened, query, store, why
from kg.errors import KgError
from kg.model import Claim, Extraction, Mention, Quote, text_id
from kg.search.things import Thing

RECORDS = [
    {
        "id": "2503.00001",
        "title": "Adapters for ice",
        "abstract": "We propose IceNet on CIFAR-10.",
        "authors": ["Ana Souza"],
        "comment": "Accepted to CVPR 2025",
    },
    {
        "title": "Melt <script>",
        "abstract": "IceNet melts.\nWe test it on CIFAR-10.",
        "date": "2024-05-01",
    },
    {
        "title": "Adapters for ice",
        "abstract": "We propose IceNet, tested on CIFAR-10.",
        "authors": ["A. Souza"],
        "venue": "Ice",
    },
]
TYPES = {"IceNet": "Method", "CIFAR-10": "Dataset"}


def extract(abstracts: Iterable[str]) -> Iterator[Extraction]:
    """Find the words of ``TYPES``."""
    for text in abstracts:
        own = text_id(text)
        found = tuple(
            Mention(Quote(own, m.start(), m.end(), m[0]), TYPES[m[0]], 0.9, "words", (0, len(text)))
            for m in re.finditer("|".join(TYPES), text)
        )
        yield Extraction(own, found, tuple(Claim("uses", mention, 0.9) for mention in found))


def write(folder: Path, records: list[dict], name: str = "papers.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_a_build_writes_a_store_with_its_ledger(tmp_path: Path) -> None:
    out = tmp_path / "graph.kg"
    built = builder.build([write(tmp_path, RECORDS)], out, extract=extract)
    assert (built.records, built.works, built.entities) == (3, 2, 2)
    assert len(store.open_graph(out)) > 100
    merged = [row for row in store.read_ledger(out) if row.merged]
    assert {row.kind for row in merged} == {"paper", "venue"}


def test_a_graph_below_another_base_is_asked_by_that_base(tmp_path: Path) -> None:
    out, base = tmp_path / "graph.kg", "https://example.org/g/"
    builder.build([write(tmp_path, RECORDS)], out, base=base, extract=extract)
    there = opened.open(out)
    assert there.base == base
    asked = {"method": "<method/icenet>"}
    answer = query.ask(there, "papers-that-use-a-method", parameters=asked)
    assert answer.bound == (("method", Thing("Method", "IceNet", f"{base}method/icenet")),)
    assert len(answer.rows) == 2
    assert why.why(there, "<method/icenet>").base == base
    # A paper goes by its IRI below the base, too.
    paper = there.index.named("adapters for ice")[0].removeprefix(base)
    assert builder.remove(out, f"<{paper}>", extract=extract).removed == 2


def test_what_is_less_sure_than_asked_is_left_out(tmp_path: Path) -> None:
    papers = write(tmp_path, RECORDS)
    some = builder.build([papers], tmp_path / "a.kg", extract=extract, min_confidence=0.9)
    none = builder.build([papers], tmp_path / "b.kg", extract=extract, min_confidence=0.91)
    assert some.mentions > 0 and none.mentions == none.statements == 0
    assert none.works == some.works
    facts = store.manifest(tmp_path / "b.kg")["facts"]
    assert isinstance(facts, dict) and facts["min_confidence"] == 0.91


def test_every_quote_in_the_graph_is_what_its_abstract_says_there(tmp_path: Path) -> None:
    out = tmp_path / "graph.ttl"
    builder.build([write(tmp_path, RECORDS)], out, extract=extract)
    query = """
        PREFIX kg: <https://w3id.org/paperkg/ontology#>
        SELECT ?exact ?start ?end ?text {
            ?m kg:exact ?exact ; kg:start ?start ; kg:end ?end ; kg:in/kg:text ?text }"""
    rows = list(store.open_graph(out).query(query, use_default_graph_as_union=True))
    assert len(rows) == 6
    for exact, start, end, text in rows:  # type: ignore[misc]
        assert text.value[int(start.value) : int(end.value)] == exact.value


def test_the_order_of_the_inputs_changes_no_byte(tmp_path: Path) -> None:
    outs = []
    for seed in range(4):
        records = list(RECORDS)
        random.Random(seed).shuffle(records)
        paths = [write(tmp_path, [r], f"{RECORDS.index(r)}.jsonl") for r in records]
        outs.append(tmp_path / f"{seed}.ttl")
        builder.build(paths, outs[-1], extract=extract)
    assert len({out.read_bytes() for out in outs}) == 1


def test_the_shipped_extraction_gives_the_same_bytes_under_any_hash_seed(
    root: Path, tmp_path: Path
) -> None:
    lines = (root / "seeds/papers.jsonl").read_text(encoding="utf-8").splitlines()[:6]
    source = tmp_path / "papers.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    for seed in ("1", "2"):
        command = [
            sys.executable,
            "-m",
            "kg",
            "build",
            str(source),
            "-o",
            str(tmp_path / f"{seed}.ttl"),
        ]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed}, cwd=root)
    assert (tmp_path / "1.ttl").read_bytes() == (tmp_path / "2.ttl").read_bytes()


@pytest.mark.parametrize("suffix", [".ttl", ".nt", ".nq", ".trig", ".jsonld", ".rdf"])
def test_a_build_writes_an_rdf_file_by_its_suffix(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"graph{suffix}"
    builder.build([write(tmp_path, RECORDS)], out, extract=extract)
    assert len(store.open_graph(out)) > 100


@pytest.mark.parametrize("name", ["x/graph.kg", "x/graph.ttl", "graph.csv", "papers.jsonl"])
def test_a_place_that_cannot_be_written_is_refused_before_any_work(
    tmp_path: Path, name: str
) -> None:
    def never(abstracts: Iterable[str]) -> Iterator[Extraction]:
        raise AssertionError("extracted all the same")

    with pytest.raises(KgError):
        builder.build([write(tmp_path, RECORDS)], tmp_path / name, extract=never)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["papers.jsonl"]


def test_a_failed_build_leaves_the_old_graph(tmp_path: Path) -> None:
    out = tmp_path / "graph.kg"
    builder.build([write(tmp_path, RECORDS)], out, extract=extract)
    before = len(store.open_graph(out))

    def broken(abstracts: Iterable[str]) -> Iterator[Extraction]:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        builder.build([write(tmp_path, RECORDS[:1])], out, extract=broken)
    assert len(store.open_graph(out)) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["graph.kg", "papers.jsonl"]


def test_the_graph_of_the_seeds_conforms_to_its_shapes(root: Path, tmp_path: Path) -> None:
    import pyshacl

    out = tmp_path / "seeds.ttl"
    built = builder.build([root / "seeds"], out)
    assert (built.records, built.works) == (99, 99)
    assert built.mentions > 1000
    conforms, _, text = pyshacl.validate(
        str(out), shacl_graph=str(root / "kg/shapes.ttl"), ont_graph=str(root / "kg/ontology.ttl")
    )
    assert conforms, text[:2000]
