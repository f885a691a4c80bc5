"""Label scores in, spans with probabilities out."""

import numpy as np
import numpy.typing as npt

from kg.extractors.heads import LABELS

#: Which label may follow which: the inside of a type only its beginning or its inside.
_FOLLOWS: npt.NDArray[np.bool_] = np.array(
    [
        [not after.startswith("I") or before[1:] == after[1:] for after in LABELS]
        for before in LABELS
    ]
)
_FORBIDDEN = np.where(_FOLLOWS, 0.0, -1e9).astype(np.float32)
_FIRST = np.array([0.0 if label[0] != "I" else -1e9 for label in LABELS], dtype=np.float32)


def log_softmax(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Turn rows of scores into rows of log-probabilities."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    result: npt.NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def best_labels(logs: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """Find the likeliest sequence of labels in which no inside stands without its beginning."""
    labels: npt.NDArray[np.int64] = logs.argmax(axis=1)
    if len(labels) == 0:
        return labels
    legal = _FOLLOWS[labels[:-1], labels[1:]].all() and _FIRST[labels[0]] == 0.0
    if legal:
        return labels
    total = logs[0] + _FIRST
    back = np.zeros(logs.shape, dtype=np.int64)
    for step in range(1, len(logs)):
        ways = total[:, None] + _FORBIDDEN
        back[step] = ways.argmax(axis=0)
        total = ways.max(axis=0) + logs[step]
    labels[-1] = total.argmax()
    for step in range(len(logs) - 1, 0, -1):
        labels[step - 1] = back[step, labels[step]]
    return labels


def spans(logs: npt.NDArray[np.float32]) -> list[tuple[int, int, int, float]]:
    """List (start, end, type id, probability) of the best labels' spans over rows of tokens.

    The probability is that of the type's own labels on all tokens of the span and of its end right
    after, as if tokens were independent.
    """
    labels = best_labels(logs)
    found = []
    start = 0
    while start < len(labels):
        if labels[start] == 0:
            start += 1
            continue
        inside = labels[start] + 1
        end = start + 1
        while end < len(labels) and labels[end] == inside:
            end += 1
        surely = float(logs[np.arange(start, end), labels[start:end]].sum())
        if end < len(labels):
            surely += float(np.log1p(-min(float(np.exp(logs[end, inside])), 0.999999)))
        found.append((start, end, int(labels[start] - 1) // 2, float(np.exp(surely))))
        start = end
    return found
