import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from kg import evaluate
from kg.errors import KgError
from kg.extractors import gold
from kg.model import Claim, Extraction, Mention, Quote

TEXT = "LoRA tunes large language models (LLMs) on GLUE."
RECORD = {
    "id": "one",
    "text": TEXT,
    "entities": [
        {"name": "LoRA", "type": "Method", "role": "proposed", "mentions": [[0, 4, "LoRA"]]},
        {
            "name": "large language model",
            "type": "Method",
            "role": "used",
            "mentions": [[11, 32, "large language models"], [34, 38, "LLMs"]],
        },
        {"name": "GLUE", "type": "Dataset", "role": "used", "mentions": [[43, 47, "GLUE"]]},
    ],
    "relations": [["LoRA", "evaluated-on", "GLUE"]],
}


def mention(text: str, kind: str) -> Mention:
    start = TEXT.index(text)
    return Mention(Quote("a", start, start + len(text), text), kind, 0.9, "test", (0, len(TEXT)))


def compare(
    *mentions: Mention,
    claims: Iterable[Claim] = (),
    abbreviations: tuple[tuple[str, str], ...] = (),
    folder: Path,
) -> dict[tuple[str, str], evaluate.Score]:
    path = folder / "gold.jsonl"
    path.write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    found = Extraction("a", mentions, tuple(claims), abbreviations)
    scores = evaluate.compare(zip(gold.read(path), [found], strict=True))
    return {(row.level, row.kind): row for row in scores}


def test_only_the_same_span_and_type_is_exact(tmp_path: Path) -> None:
    scores = compare(
        mention("LoRA", "Method"),
        mention("language models", "Method"),
        mention("GLUE", "Task"),
        folder=tmp_path,
    )
    row = scores["exact", "all"]
    assert (row.gold, row.found, row.found_matched) == (4, 3, 1)
    assert (row.precision, row.recall) == (1 / 3, 1 / 4)
    assert scores["exact", "Dataset"].recall == 0.0


def test_a_part_of_the_span_overlaps_but_another_type_does_not(tmp_path: Path) -> None:
    scores = compare(mention("language models", "Method"), mention("GLUE", "Task"), folder=tmp_path)
    assert scores["overlapping", "Method"].found_matched == 1
    assert scores["overlapping", "Task"].precision == 0.0


def test_a_thing_counts_once_by_whichever_name(tmp_path: Path) -> None:
    scores = compare(
        mention("LLMs", "Method"),
        mention("large language models", "Method"),
        abbreviations=(("LLMs", "large language models"),),
        folder=tmp_path,
    )
    row = scores["entities", "Method"]
    assert (row.gold, row.gold_matched, row.found, row.found_matched) == (2, 1, 1, 1)


def test_roles_are_judged_on_exact_mentions_only(tmp_path: Path) -> None:
    lora, part, glue = (
        mention("LoRA", "Method"),
        mention("language models", "Method"),
        mention("GLUE", "Dataset"),
    )
    claims = [Claim("uses", lora, 0.9), Claim("uses", part, 0.9), Claim("evaluatesOn", glue, 0.9)]
    scores = compare(lora, part, glue, claims=claims, folder=tmp_path)
    assert (scores["roles", "all"].gold, scores["roles", "all"].f1) == (2, 0.5)
    assert scores["roles", "evaluatesOn"].f1 == 1.0


def test_relations_are_judged_between_things_and_one_way(tmp_path: Path) -> None:
    lora, glue = mention("LoRA", "Method"), mention("GLUE", "Dataset")
    right = compare(lora, glue, claims=[Claim("evaluatedOn", glue, 0.9, lora)], folder=tmp_path)
    wrong = compare(lora, glue, claims=[Claim("trainedOn", glue, 0.9, lora)], folder=tmp_path)
    assert right["relations", "evaluated-on"].f1 == 1.0
    row = wrong["relations", "all"]
    assert (row.gold_matched, row.found_matched) == (0, 0)


def test_the_table_has_a_line_for_each_row_and_level(tmp_path: Path) -> None:
    rows = list(compare(mention("LoRA", "Method"), folder=tmp_path).values())
    text = list(evaluate.lines(rows))
    assert len(text) == len(rows) + len({row.level for row in rows})
    assert text[0].split() == ["exact", "precision", "recall", "F1", "gold", "found"]
    assert text[2].split() == ["Method", "1.000", "0.333", "0.500", "3", "1"]


def test_a_file_without_abstracts_is_the_users_mistake(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n", encoding="utf-8")
    with pytest.raises(KgError, match="no annotated abstract"):
        evaluate.score(empty)


def test_confidences_are_held_against_what_came_true(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    found = Extraction("a", (mention("LoRA", "Method"), mention("GLUE", "Task")))
    (row,) = evaluate.reliability([(next(iter(gold.read(path))), found)])
    assert (row.least, row.found, row.right) == (0.9, 2, 1)
    assert evaluate.calibration_error([row]) == pytest.approx(0.4)
    assert evaluate.calibration_error([]) == 0.0
    assert list(evaluate.reliability_lines([row]))[-1].endswith("0.400")


def test_given_mentions_are_taken_as_annotated(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    odd = {"name": "tune", "type": "Dataset", "role": "used", "mentions": [[5, 10, "tunes"]]}
    record = RECORD | {"entities": [*RECORD["entities"], odd]}
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    ((one, found),) = evaluate.extracted(path, given=True)
    kinds = {(m.quote.start, m.quote.end): m.type for m in found.mentions}
    assert kinds == {span: entity.type for entity in one.entities for span in entity.mentions}
    assert {claim.object for claim in found.claims if claim.subject is None} == set(found.mentions)
