import json
from pathlib import Path

import pytest

from kg.errors import KgError
from kg.extractors import gold
from kg.model import text_id

RECORD = {
    "id": "one",
    "text": "LoRA beats GPT on GLUE.",
    "entities": [
        {"name": "LoRA", "type": "Method", "role": "proposed", "mentions": [[0, 4, "LoRA"]]},
        {"name": "GLUE", "type": "Dataset", "role": "used", "mentions": [[18, 22, "GLUE"]]},
        {"name": "GPT", "type": "Method", "role": "used", "mentions": [[11, 14, "GPT"]]},
    ],
    "relations": [["LoRA", "evaluated-on", "GLUE"]],
}


def write(folder: Path, *records: object) -> Path:
    path = folder / "gold.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_mentions_and_relations_come_out_as_annotated(tmp_path: Path) -> None:
    (one,) = gold.read(write(tmp_path, RECORD))
    assert [entity.mentions for entity in one.entities] == [((0, 4),), ((18, 22),), ((11, 14),)]
    assert one.relations == ((0, "evaluated-on", 1),)


def test_a_dataset_that_is_evaluated_on_has_that_role(tmp_path: Path) -> None:
    (one,) = gold.read(write(tmp_path, RECORD))
    assert [entity.role for entity in one.entities] == ["proposed", "evaluated", "used"]


def test_a_record_without_text_is_passed_over(tmp_path: Path) -> None:
    none = {"id": "none", "text": None, "entities": [], "relations": []}
    assert [one.id for one in gold.read(write(tmp_path, none, RECORD))] == ["one"]


@pytest.mark.parametrize(
    "change",
    [
        {"text": "LoRA was moved."},
        {"entities": 3},
        {"relations": [["LoRA", "likes", "GLUE"]]},
        {"relations": [["LoRA", "evaluated-on", "SQuAD"]]},
    ],
)
def test_a_broken_record_is_named_by_file_and_line(
    tmp_path: Path, change: dict[str, object]
) -> None:
    path = write(tmp_path, RECORD, RECORD | change)
    with pytest.raises(KgError, match=r"gold\.jsonl:2: "):
        list(gold.read(path))


def test_a_missing_file_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="cannot be read"):
        list(gold.read(tmp_path / "none.jsonl"))


def test_annotations_may_stand_apart_from_their_text(tmp_path: Path) -> None:
    text = RECORD["text"]
    entities = [["Method", "proposed", [[0, 4]]], ["Dataset", "used", [[18, 22]]]]
    apart = {"id": "one", "text_id": text_id(text), "entities": entities}
    path = write(tmp_path, apart | {"relations": [[0, "evaluated-on", 1]]})
    (one,) = gold.read(path, texts={text_id(text): text})
    assert (one.text, one.relations) == (text, ((0, "evaluated-on", 1),))
    assert [entity.role for entity in one.entities] == ["proposed", "evaluated"]
    with pytest.raises(KgError, match=r"gold.jsonl:1: the text of 'one' is not there"):
        list(gold.read(path))


@pytest.mark.parametrize("span", [[0, 9], [-3, 2], [2, 2]])
def test_a_mention_beyond_its_text_is_an_error(tmp_path: Path, span: list[int]) -> None:
    apart = {"id": "one", "text_id": text_id("LoRA"), "relations": []}
    path = write(tmp_path, apart | {"entities": [["Method", "used", [span]]]})
    with pytest.raises(KgError, match="outside the text"):
        list(gold.read(path, texts={text_id("LoRA"): "LoRA"}))
