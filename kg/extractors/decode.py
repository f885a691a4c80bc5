"""Scores in, spans with probabilities out: which stretches of a text name something.

Two heads judge a stretch: the labels of its tokens, and the head that looks at it as a whole. A
probability is made of both, and of all ways to choose stretches that do not overlap, the one with
the highest expected F1 is taken.
"""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.extractors import heads

Floats = npt.NDArray[np.float32]

#: A stretch is looked at where its first token begins a type with more than ``BEGIN``, all of its
#: labels hold with more than ``LEAST``, and it has no more tokens than ``LONGEST``.
BEGIN, LEAST, LONGEST = 0.03, 0.005, 24


def log_softmax(scores: Floats) -> Floats:
    """Turn rows of scores into rows of log-probabilities."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def candidates(logs: Floats, begins: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], Floats]:
    """List the stretches of tokens that the labels make likely: (start, end, type id), log-odds.

    ``logs`` are the log-probabilities of ``heads.LABELS``, ``begins`` says which tokens begin a
    sentence; no stretch crosses such a place. The labels of different tokens are taken to be
    independent: the type's beginning, its insides, and no inside right after.
    """
    begin, inside = logs[:, 1::2], logs[:, 2::2]
    after = np.log1p(-np.minimum(np.exp(inside), 0.999999)).tolist()
    insides, starts, stops = inside.tolist(), begin.tolist(), [*begins.tolist(), True]
    least = float(np.log(LEAST))
    rows, sure = [], []
    for start, kind in np.argwhere(begin > np.log(BEGIN)).tolist():
        total = starts[start][kind]
        for end in range(start + 1, min(len(logs), start + LONGEST) + 1):
            value = total if end == len(logs) else total + after[end][kind]
            if value > least:
                rows.append((start, end, kind))
                sure.append(value)
            if stops[end]:
                break
            total += insides[end][kind]
            if total < least:
                break
    chance = np.minimum(np.exp(np.array(sure, dtype=np.float32)), 0.9999)
    return np.array(rows, dtype=np.int64).reshape(-1, 3), np.log(chance / (1 - chance))


def features(
    scores: Floats, vectors: Floats, begins: npt.NDArray[np.bool_], weights: Mapping[str, Any]
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Give the candidates with what their probability is made of: two log-odds and a one.

    All inputs have a row for each token.
    """
    rows, odds = candidates(log_softmax(scores), begins)
    first, last, inner = (
        heads.part(name, vectors) for name in ("span.start", "span.end", "span.inner")
    )
    added = np.vstack([np.zeros_like(inner[:1]), inner.cumsum(axis=0)])
    whole = log_softmax(heads.score_spans(first, last, added, rows, weights))
    chance = np.clip(np.exp(whole[np.arange(len(rows)), rows[:, 2] + 1]), 1e-4, 0.9999)
    return rows, np.column_stack([odds, np.log(chance / (1 - chance)), np.ones_like(odds)])


def probability(features: Floats, calibration: Floats) -> Floats:
    """Turn features into a probability that comes true as often as it says.

    Platt's scaling (1999): a logistic regression found on held-out abstracts.
    """
    result: Floats = 1 / (1 + np.exp(-(features @ calibration)))
    return result


def choose(rows: npt.NDArray[np.int64], sure: Floats, least: float) -> list[int]:
    """Choose the rows (start, end, …) without overlap whose sum of ``sure - least`` is highest.

    With ``least`` half of the F1 that can be reached, the expected F1 is the highest (Lewis 1995).
    """
    order = np.lexsort((rows[:, 0], rows[:, 1]))
    order = order[sure[order] > least]
    starts, ends = rows[order, 0].tolist(), rows[order, 1].tolist()
    gains = (sure[order] - least).tolist()
    best = [0.0]
    taken: list[int] = []
    for at, (start, gain) in enumerate(zip(starts, gains, strict=True)):
        before = bisect_right(ends, start, hi=at)
        with_it = best[before] + gain
        taken.append(before if with_it > best[-1] else -1)
        best.append(max(with_it, best[-1]))
    chosen = []
    at = len(order)
    while at > 0:
        before = taken[at - 1]
        if before < 0:
            at -= 1
        else:
            chosen.append(int(order[at - 1]))
            at = before
    return chosen[::-1]


def spans(
    scores: Floats, vectors: Floats, begins: npt.NDArray[np.bool_], weights: Mapping[str, Any]
) -> list[tuple[int, int, int, float]]:
    """List (start, end, type id, probability) of the spans found over rows of tokens."""
    rows, given = features(scores, vectors, begins, weights)
    sure = probability(given, weights["label.calibration"])
    chosen = choose(rows, sure, float(weights["label.threshold"]))
    return [(*rows[at].tolist(), float(sure[at])) for at in chosen]
