"""The annotations in ``seeds/`` that stand apart from their abstracts."""

import json
from pathlib import Path

import pytest

from kg import readers
from kg.extractors import gold, heads
from kg.model import text_id
from kg.vocab import TYPES

NEVER = {"performance", "accuracy", "results", "our method", "experiments", "text", "images"}


@pytest.fixture(scope="module")
def records(root: Path) -> list[dict]:
    lines = (root / "seeds" / "annotations.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_each_abstract_is_annotated_once(records: list[dict]) -> None:
    assert len({record["text_id"] for record in records}) == len(records) > 3000


def test_no_mention_overlaps_another_and_relations_join_their_types(records: list[dict]) -> None:
    for record in records:
        kinds = [kind for kind, _, _ in record["entities"]]
        assert set(kinds) <= set(TYPES)
        spans = sorted(span for _, _, mentions in record["entities"] for span in mentions)
        assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False)), record["id"]
        for head, relation, tail in record["relations"]:
            said = dict(
                zip(heads.RELATION_NAMES, heads.allowed(kinds[head], kinds[tail]), strict=True)
            )
            assert said[relation] and head != tail, (record["id"], head, relation, tail)


def test_no_word_of_an_abstract_is_in_the_file(records: list[dict]) -> None:
    for record in records:
        assert record.keys() == {"id", "text_id", "entities", "relations"}


def test_offsets_point_at_names_in_the_abstracts(root: Path, shared: Path) -> None:
    papers = readers.read([shared / "corpora" / "arxiv-2025-2026.jsonl.gz"], notes=[])
    folded = (" ".join(paper.abstract.split()) for paper in papers if paper.abstract)
    texts = {text_id(text): text for text in folded}
    count = cut = generic = 0
    for one in gold.read(root / "seeds" / "annotations.jsonl", texts=texts):
        for entity in one.entities:
            for start, end in entity.mentions:
                count += 1
                before, after = one.text[start - 1 : start], one.text[end : end + 1]
                cut += before.isalnum() or after.isalnum()
                generic += one.text[start:end].lower() in NEVER
    assert count > 80_000
    assert cut == 0
    assert generic < 0.001 * count


def test_none_of_the_evaluation_set_is_annotated_for_training(
    records: list[dict], root: Path, shared: Path
) -> None:
    trained = {record["text_id"] for record in records}
    for path in (shared / "annotated" / "dev.jsonl", root / "seeds" / "gold.jsonl"):
        assert trained.isdisjoint(text_id(one.text) for one in gold.read(path))
