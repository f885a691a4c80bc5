"""Training on a tiny encoder with random weights; skipped where the extra ``train`` is missing."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnx", reason="needs the extra [train]")

from kg import extractors  # noqa: E402 - only where torch is
from kg.errors import KgError  # noqa: E402
from kg.extractors import examples, export, gold, heads, tagger, tokens, train  # noqa: E402
from kg.extractors.network import Network  # noqa: E402
from kg.model import text_id  # noqa: E402

TEXT = "LoRA tunes BERT. It beats Adapters on GLUE."
RECORD = {
    "id": "one",
    "text": TEXT,
    "entities": [
        {"name": "LoRA", "type": "Method", "role": "proposed", "mentions": [[0, 4, "LoRA"]]},
        {"name": "BERT", "type": "Method", "role": "used", "mentions": [[11, 15, "BERT"]]},
        {"name": "Adapter", "type": "Method", "role": "used", "mentions": [[26, 34, "Adapters"]]},
        {"name": "GLUE", "type": "Dataset", "role": "used", "mentions": [[38, 42, "GLUE"]]},
    ],
    "relations": [["LoRA", "compared-with", "Adapter"], ["Adapter", "evaluated-on", "GLUE"]],
}
WIDTH, INNER = 64, 96


def encoder() -> dict[str, Any]:
    """Random weights under the names of BERT's, two layers of them."""
    torch.manual_seed(5)
    at = "embeddings."
    shapes = {
        f"{at}word_embeddings.weight": (30522, WIDTH),
        f"{at}position_embeddings.weight": (512, WIDTH),
        f"{at}token_type_embeddings.weight": (2, WIDTH),
        f"{at}LayerNorm.weight": (WIDTH,),
        f"{at}LayerNorm.bias": (WIDTH,),
    }
    for number in range(2):
        at = f"encoder.layer.{number}."
        sides = {
            "attention.self.query": (WIDTH, WIDTH),
            "attention.self.key": (WIDTH, WIDTH),
            "attention.self.value": (WIDTH, WIDTH),
            "attention.output.dense": (WIDTH, WIDTH),
            "intermediate.dense": (INNER, WIDTH),
            "output.dense": (WIDTH, INNER),
        }
        for name, shape in sides.items():
            shapes |= {f"{at}{name}.weight": shape, f"{at}{name}.bias": shape[:1]}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{at}{name}.weight": (WIDTH,), f"{at}{name}.bias": (WIDTH,)}
    return {name: torch.randn(*shape) * 0.2 for name, shape in shapes.items()}


@pytest.fixture
def gold_file(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    records = [RECORD | {"text": f"{TEXT} Again, {number}."} for number in range(6)]
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return path


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "encoder_folder", lambda: tagger.SHIPPED)
    monkeypatch.setattr(train, "load_file", lambda path: encoder())


def example(gold_file: Path) -> examples.Example:
    tokenizer = tokens.load(tagger.SHIPPED / tagger.PIECES)
    return examples.examples(gold.read(gold_file), tokenizer)[0]


def test_mentions_become_labels_types_and_roles(gold_file: Path) -> None:
    one = example(gold_file)
    names = [heads.LABELS[label] for label in one.labels]
    assert names[:4] == ["B-Method", "O", "B-Method", "O"] and "B-Dataset" in names
    assert [heads.ROLES[role] for role in one.roles] == [
        "proposed",
        "default",
        "default",
        "evaluated",
    ]


def test_a_relation_across_sentences_counts_where_no_sentence_holds_both(gold_file: Path) -> None:
    one = example(gold_file)
    said = {
        (int(one.pairs[row, 0]), heads.RELATION_NAMES[relation], int(one.pairs[row, 1]))
        for row, relation in np.argwhere(one.relations > 0)
    }
    assert said == {(0, "compared-with", 2), (2, "evaluated-on", 3)}


def test_the_exported_network_computes_what_the_trained_one_does(gold_file: Path) -> None:
    network = Network(encoder(), 0.1).eval()
    state = {name: value.numpy() for name, value in network.state_dict().items()}
    pieces = example(gold_file).pieces
    wanted = train.scorer(network)(pieces)
    for quantised, tolerance in ((False, 1e-3), (True, 0.25)):
        session = onnxruntime.InferenceSession(export.build(state, quantised=quantised))
        for values, expected in zip(tagger.run(session, pieces), wanted, strict=True):
            assert np.abs(values - expected).max() < tolerance * np.abs(expected).max()


def test_training_lowers_the_loss_and_its_weights_run(
    gold_file: Path, tmp_path: Path, tiny: None
) -> None:
    lines: list[str] = []
    options: dict[str, Any] = {"epochs": 12, "held_out": 2, "rate": 3e-3, "report": lines.append}
    scores = train.train([gold_file], tmp_path / "out", **options)
    losses = [float(line.split("loss ")[1].split()[0]) for line in lines]
    assert losses[-1] < 0.8 * losses[0]
    assert scores["held-out, 8 bits"].keys() == {"precision", "recall", "f1"}
    (found,) = extractors.extract([TEXT], nlp=extractors.pipeline(folder=tmp_path / "out"))
    assert found.abstract


def test_the_same_seed_gives_the_same_weights(gold_file: Path, tmp_path: Path, tiny: None) -> None:
    for name in ("a", "b"):
        train.train([gold_file], tmp_path / name, epochs=2, runs=2, held_out=2, threads=1)
    for name in (tagger.NETWORK, tagger.HEADS):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_too_few_abstracts_are_the_users_mistake(gold_file: Path, tmp_path: Path) -> None:
    with pytest.raises(KgError, match="too few"):
        train.train([gold_file], tmp_path / "out", held_out=6)


def test_a_second_file_may_stand_apart_from_its_texts(
    gold_file: Path, tmp_path: Path, tiny: None
) -> None:
    apart = tmp_path / "apart.jsonl"
    text = "Adapters beat BERT on GLUE, says everyone."
    entities = [["Method", "proposed", [[0, 8]]], ["Dataset", "used", [[22, 26]]]]
    record = {"id": "two", "text_id": text_id(text), "entities": entities}
    apart.write_text(json.dumps(record | {"relations": [[0, "evaluated-on", 1]]}) + "\n")
    options: dict[str, Any] = {"epochs": 1, "held_out": 2}
    train.train([gold_file, apart], tmp_path / "out", texts=[text], **options)
    with pytest.raises(KgError, match="'two' is not there"):
        train.train([gold_file, apart], tmp_path / "out", texts=[TEXT], **options)


def test_every_mention_is_among_the_stretches_and_no_stretch_crosses_a_sentence(
    gold_file: Path,
) -> None:
    one = example(gold_file)
    words = [one.doc[int(at)].text for at in one.visible]
    named = {" ".join(words[a:b]) for a, b, kind in one.stretches.tolist() if kind}
    assert named == {"LoRA", "BERT", "Adapters", "GLUE"}
    others = {" ".join(words[a:b]) for a, b, kind in one.stretches.tolist() if not kind}
    assert "LoRA tunes BERT ." in others and not any(". It" in text for text in others)


def test_what_is_held_out_trains_nothing_however_often_it_is_given(
    tmp_path: Path, tiny: None
) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text((json.dumps(RECORD) + "\n") * 6, encoding="utf-8")
    with pytest.raises(KgError, match="all held out"):
        train.train([path, path], tmp_path / "out", held_out=2)
