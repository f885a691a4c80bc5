import numpy as np
import pytest

from kg.extractors import heads


@pytest.mark.parametrize(
    "head, tail, relations",
    [
        ("Method", "Task", {"used-for"}),
        ("Method", "Dataset", {"evaluated-on", "trained-on"}),
        ("Dataset", "Task", {"benchmark-for"}),
        ("Method", "Method", {"part-of", "subclass-of", "compared-with"}),
        ("Concept", "Concept", {"part-of", "subclass-of"}),
        ("Task", "Concept", {"studies"}),
        ("Concept", "Method", set()),
    ],
)
def test_a_relation_joins_only_its_types(head: str, tail: str, relations: set[str]) -> None:
    held = zip(heads.RELATION_NAMES, heads.allowed(head, tail), strict=True)
    assert {name for name, is_allowed in held if is_allowed} == relations


def test_pairs_stand_in_one_sentence_or_in_neighbours() -> None:
    method = heads.TYPE_NAMES.index("Method")
    rows = heads.pairs([(0, 1), (5, 6), (9, 10)], [method] * 3, [0, 1, 2])
    assert {(head, tail) for head, tail, _ in rows.tolist()} == {(0, 1), (1, 0), (1, 2), (2, 1)}


def test_places_tell_side_and_distance_apart() -> None:
    method = heads.TYPE_NAMES.index("Method")
    spans = [(0, 1), (2, 3), (60, 61)]
    rows = heads.pairs(spans, [method] * 3, [0, 0, 0])
    places = {(head, tail): place for head, tail, place in rows.tolist()}
    assert places[0, 1] != places[1, 0] and places[0, 1] != places[0, 2]
    assert all(0 <= place < heads.PLACES for place in places.values())


def test_the_mean_of_a_span_is_that_of_its_rows() -> None:
    rows = np.arange(12, dtype=float).reshape(4, 3)
    added = np.vstack([np.zeros((1, 3)), rows]).cumsum(0)
    means = heads.mean(added, np.array([1, 2]), np.array([3, 2]))
    assert means.tolist() == [rows[1:3].mean(axis=0).tolist(), [0.0, 0.0, 0.0]]


def test_between_two_mentions_is_what_neither_covers() -> None:
    spans = np.array([(0, 2), (5, 7), (7, 8)])
    start, end = heads.between(spans, np.array([(0, 1, 0), (1, 0, 0), (1, 2, 0)]))
    assert (start.tolist(), end.tolist()) == ([2, 2, 7], [5, 5, 7])


def test_the_parts_of_a_vector_do_not_overlap() -> None:
    row = np.arange(len(heads.PARTS) * heads.HIDDEN)[None]
    cut = np.concatenate([heads.part(name, row) for name in heads.PARTS], axis=1)
    assert cut.tolist() == row.tolist()
