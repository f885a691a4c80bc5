import numpy as np
import pytest

from kg.extractors import decode, heads
from kg.extractors.heads import LABELS, TYPE_NAMES

WIDE = len(heads.PARTS) * heads.HIDDEN


def logs(*rows: dict[str, float]) -> np.ndarray:
    table = np.full((len(rows), len(LABELS)), 1e-4, dtype=np.float32)
    for at, row in enumerate(rows):
        for label, sure in row.items():
            table[at, LABELS.index(label)] = sure
    return np.log(table / table.sum(axis=1, keepdims=True))


def beginning(count: int, *more: int) -> np.ndarray:
    begins = np.zeros(count, dtype=bool)
    begins[[0, *more]] = True
    return begins


def weights() -> dict[str, np.ndarray]:
    """A spans' head that finds every stretch as likely as any other."""
    return {
        "span.width": np.zeros((heads.WIDTHS, heads.HIDDEN), dtype=np.float32),
        "span.out": np.zeros((heads.HIDDEN, 1 + len(TYPE_NAMES)), dtype=np.float32),
        "span.bias": np.zeros(1 + len(TYPE_NAMES), dtype=np.float32),
        "label.calibration": np.array([1.0, 0.0, 0.0], dtype=np.float32),
        "label.threshold": np.array(0.4, dtype=np.float32),
    }


def found(table: np.ndarray, *starts: int) -> list[tuple[int, int, str]]:
    vectors = np.zeros((len(table), WIDE), dtype=np.float32)
    rows = decode.spans(table, vectors, beginning(len(table), *starts), weights())
    return [(start, end, TYPE_NAMES[kind]) for start, end, kind, _ in rows]


def test_labels_become_spans_with_types() -> None:
    table = logs({"O": 1}, {"B-Task": 1}, {"I-Task": 1}, {"B-Task": 1}, {"B-Method": 1})
    assert found(table) == [(1, 3, "Task"), (3, 4, "Task"), (4, 5, "Method")]


def test_an_inside_never_stands_without_its_beginning() -> None:
    table = logs({"O": 0.6, "B-Task": 0.4}, {"I-Task": 0.9, "O": 0.1}, {"O": 0.4, "I-Method": 0.6})
    assert found(table) in ([], [(0, 2, "Task")])


def test_no_span_crosses_the_beginning_of_a_sentence() -> None:
    table = logs({"B-Task": 1}, {"I-Task": 1})
    assert found(table) == [(0, 2, "Task")]
    assert all(end <= 1 for _, end, _ in found(table, 1))


def test_a_span_is_as_probable_as_its_labels_and_its_end() -> None:
    table = logs({"B-Task": 0.8, "O": 0.2}, {"O": 0.5, "I-Task": 0.3, "B-Task": 0.2})
    rows, odds = decode.candidates(table, beginning(2))
    chance = 1 / (1 + np.exp(-odds))
    given = {
        (start, end, TYPE_NAMES[kind]): p
        for (start, end, kind), p in zip(rows, chance, strict=True)
    }
    assert abs(given[0, 1, "Task"] - 0.8 * 0.7) < 0.01
    assert abs(given[0, 2, "Task"] - 0.8 * 0.3) < 0.01


def test_both_heads_make_the_probability() -> None:
    table = logs({"B-Task": 0.5, "O": 0.5}, {"O": 1})
    vectors = np.zeros((2, WIDE), dtype=np.float32)
    given = weights() | {"label.calibration": np.array([1.0, 1.0, 0.0], dtype=np.float32)}
    for bias, sure in ((6.0, True), (-6.0, False)):
        given["span.bias"] = np.zeros(5, dtype=np.float32)
        given["span.bias"][1 + TYPE_NAMES.index("Task")] = bias
        spans = decode.spans(table, vectors, beginning(2), given)
        assert bool(spans) == sure


def test_a_probability_is_bent_by_its_calibration() -> None:
    given = np.array([[2.0, 0.0, 1.0]], dtype=np.float32)
    as_it_is = decode.probability(given, np.array([1.0, 0.0, 0.0], dtype=np.float32))
    less = decode.probability(given, np.array([0.5, 0.0, -1.0], dtype=np.float32))
    assert as_it_is == pytest.approx(1 / (1 + np.exp(-2.0))) and less == pytest.approx(0.5)


def test_the_choice_has_the_highest_sum_and_no_overlap() -> None:
    rows = np.array([(0, 3, 0), (0, 1, 0), (1, 3, 1), (2, 3, 2), (3, 4, 0)])
    sure = np.array([0.7, 0.6, 0.6, 0.9, 0.3], dtype=np.float32)
    assert [tuple(rows[at]) for at in decode.choose(rows, sure, 0.4)] == [(0, 1, 0), (2, 3, 2)]


def test_the_choice_is_no_worse_than_any_other() -> None:
    random_ = np.random.default_rng(3)
    for _ in range(30):
        starts = random_.integers(0, 8, size=7)
        rows = np.column_stack([starts, starts + random_.integers(1, 4, size=7), np.zeros(7, int)])
        sure = random_.random(7).astype(np.float32)
        best = 0.0
        for subset in range(2**7):
            some = [at for at in range(7) if subset >> at & 1]
            used = [token for at in some for token in range(rows[at, 0], rows[at, 1])]
            if len(used) == len(set(used)):
                best = max(best, float((sure[some] - 0.4).sum()))
        chosen = decode.choose(rows, sure, 0.4)
        assert float((sure[chosen] - 0.4).sum()) == pytest.approx(best, abs=1e-5)


def test_no_tokens_have_no_spans() -> None:
    empty = np.zeros((0, len(LABELS)), dtype=np.float32)
    vectors = np.zeros((0, WIDE), dtype=np.float32)
    assert decode.spans(empty, vectors, np.zeros(0, dtype=bool), weights()) == []
