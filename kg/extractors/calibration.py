"""Abstracts that trained nothing in, what turns the network's scores into decisions out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from kg.extractors import decode, heads, tokens
from kg.extractors.examples import Example

Array = npt.NDArray[np.float32]
#: Pieces in, vectors and label scores out.
Runner = Callable[[tokens.Pieces], tuple[Array, Array]]


def inputs(run: Runner, one: Example) -> tuple[Array, Array, npt.NDArray[np.bool_]]:
    """Give the label scores, the vectors and the beginnings of an example's visible tokens."""
    vectors, scores = run(one.pieces)
    at = one.pieces.first[one.visible]
    return scores[at], vectors[at], one.begins


def calibrate(run: Runner, some: Sequence[Example], weights: Mapping[str, Any]) -> dict[str, Array]:
    """Fit what makes a probability of two heads' odds, and find the threshold of best F1.

    The fit is a logistic regression over all candidates, by Newton's method.
    """
    judged = []
    for one in some:
        rows, given = decode.features(*inputs(run, one), weights)
        truth = one.truth()
        judged.append((rows, given, np.array([tuple(row) in truth for row in rows.tolist()])))
    table = np.concatenate([given for _, given, _ in judged]).astype(float)
    right = np.concatenate([hit for _, _, hit in judged]).astype(float)
    found = np.array([0.5, 0.5, 0.0])
    for _ in range(20):
        guess = 1 / (1 + np.exp(-table @ found))
        slope = table.T @ (guess - right)
        bend = (table * (guess * (1 - guess))[:, None]).T @ table + 1e-3 * np.eye(3)
        found -= np.linalg.solve(bend, slope)
    wanted = sum(len(one.truth()) for one in some)
    best = (-1.0, 0.4)
    for least in np.arange(0.25, 0.501, 0.01):
        hits = count = 0
        for rows, given, hit in judged:
            chosen = decode.choose(rows, decode.probability(given, found), least)
            hits += int(hit[chosen].sum())
            count += len(chosen)
        best = max(best, (2 * hits / max(1, count + wanted), float(least)))
    return {
        "label.calibration": found.astype(np.float32),
        "label.threshold": np.array(best[1], dtype=np.float32),
    }


def thresholds(
    run: Runner,
    some: Sequence[Example],
    weights: Mapping[str, Any],
) -> npt.NDArray[np.float32]:
    """Choose for each relation the threshold of best F1 between the things of annotated abstracts.

    A relation of two things is as likely as at the likeliest pair of their mentions. One that is
    too rare to choose by keeps a half.
    """
    weights = {name: torch.from_numpy(value) for name, value in weights.items()}
    sure, truth = [], []
    for one in some:
        span, _, added = head_inputs(one, torch.from_numpy(run(one.pieces)[0]))
        score = torch.sigmoid(relation_scores(one, span, added, weights)).detach().numpy()
        ends = one.things[one.pairs[:, :2]]
        for head, tail in np.unique(ends, axis=0).tolist():
            rows = (ends == (head, tail)).all(axis=1)
            allowed = heads.RELATION_MASK[
                one.types[one.pairs[rows, 0]], one.types[one.pairs[rows, 1]]
            ]
            sure.append(np.where(allowed, score[rows], 0.0).max(axis=0))
            truth.append(one.relations[rows].max(axis=0) > 0)
    if not sure:
        return np.full(len(heads.RELATION_NAMES), 0.5, dtype=np.float32)
    guess, right = np.stack(sure), np.stack(truth)
    grid = np.arange(0.1, 0.81, 0.05)
    passed = guess[None] >= grid[:, None, None]
    both = (passed & right).sum(axis=1)
    f1 = 2 * both / np.maximum(1, passed.sum(axis=1) + right.sum(axis=0))
    best = np.where(right.sum(axis=0) >= 20, grid[f1.argmax(axis=0)], 0.5)
    return best.astype(np.float32)


def role_bias(
    run: Runner,
    some: Sequence[Example],
    weights: Mapping[str, Any],
) -> npt.NDArray[np.float32]:
    """Shift the bias of the role ``proposed`` to where it has its best F1; it is a rare one."""
    bias: npt.NDArray[np.float32] = weights["role.bias"].copy()
    weights = {name: torch.from_numpy(value) for name, value in weights.items()}
    scores, truth = [], []
    for one in some:
        span, sentence, _ = head_inputs(one, torch.from_numpy(run(one.pieces)[0]))
        score = heads.score_roles(span, sentence, torch.from_numpy(one.types), weights)
        scores.append(np.where(heads.ROLE_MASK[one.types], score.detach().numpy(), -1e4))
        truth.append(one.roles)
    score, proposed = np.concatenate(scores), heads.ROLES.index("proposed")
    right = np.concatenate(truth) == proposed
    shifts = np.arange(-1.0, 2.01, 0.1)
    f1 = []
    for shift in shifts:
        found = (score + shift * np.eye(len(bias))[proposed]).argmax(axis=1) == proposed
        f1.append(2 * (found & right).sum() / max(1, found.sum() + right.sum()))
    bias[proposed] += shifts[int(np.argmax(f1))]
    return bias


def head_inputs(one: Example, vectors: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Give the vectors of the mentions, of their sentences, and the tokens' running sums."""
    of_tokens = torch.zeros(len(one.doc) + 1, vectors.shape[1])
    of_tokens[torch.from_numpy(one.visible) + 1] = vectors[
        torch.from_numpy(one.pieces.first[one.visible])
    ]
    added = of_tokens.cumsum(0)
    spans, around = torch.from_numpy(one.spans), torch.from_numpy(one.sentences)
    span = heads.mean(added, spans[:, 0], spans[:, 1])
    return span, heads.mean(added, around[:, 0], around[:, 1]), added


def relation_scores(one: Example, span: Tensor, added: Tensor, weights: Any) -> Tensor:
    """Score each relation for the pairs of mentions of one example."""
    rows = torch.from_numpy(one.pairs)
    start, end = heads.between(one.spans, one.pairs)
    added = heads.part("relation.between", added)
    middle = heads.mean(added, torch.from_numpy(start), torch.from_numpy(end))
    return heads.score_relations(span, middle, torch.from_numpy(one.types), rows, weights)
