import numpy as np

from kg.extractors import decode
from kg.extractors.heads import LABELS, TYPE_NAMES


def logs(*rows: dict[str, float]) -> np.ndarray:
    table = np.full((len(rows), len(LABELS)), 1e-4, dtype=np.float32)
    for at, row in enumerate(rows):
        for label, sure in row.items():
            table[at, LABELS.index(label)] = sure
    return np.log(table / table.sum(axis=1, keepdims=True))


def test_labels_become_spans_with_types() -> None:
    table = logs({"O": 1}, {"B-Task": 1}, {"I-Task": 1}, {"B-Task": 1}, {"B-Method": 1})
    found = [(start, end, TYPE_NAMES[kind]) for start, end, kind, _ in decode.spans(table)]
    assert found == [(1, 3, "Task"), (3, 4, "Task"), (4, 5, "Method")]


def test_an_inside_never_stands_without_its_beginning() -> None:
    table = logs({"O": 0.6, "B-Task": 0.4}, {"I-Task": 0.9, "O": 0.1}, {"O": 0.4, "I-Method": 0.6})
    assert [LABELS[label] for label in decode.best_labels(table)] == ["B-Task", "I-Task", "O"]


def test_no_span_begins_with_an_inside() -> None:
    assert decode.spans(logs({"I-Task": 0.7, "B-Task": 0.3}))[0][:2] == (0, 1)


def test_a_span_is_as_probable_as_its_labels_and_its_end() -> None:
    table = logs({"B-Task": 0.8, "O": 0.2}, {"O": 0.5, "I-Task": 0.3, "B-Task": 0.2})
    ((_, _, _, sure),) = decode.spans(table)
    assert abs(sure - 0.8 * 0.7) < 0.01


def test_no_tokens_have_no_spans() -> None:
    assert decode.spans(np.zeros((0, len(LABELS)), dtype=np.float32)) == []
