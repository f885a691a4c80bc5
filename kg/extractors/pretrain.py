"""Abstracts in, an encoder that knows their words out: it learns to guess hidden words.

Masked-language training (Devlin et al. 2019) with whole words and short runs of them hidden, as
SpanBERT does (Joshi et al. 2020). Beside each hidden piece its case is guessed, so that the vectors
for the shapes of words, which the encoder was not made with, have a meaning before the few
annotated abstracts are seen.
"""

import math
import random
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import spacy
import torch
from torch import Tensor, nn
from torch.nn import functional

from kg.extractors import sentences, tokens
from kg.extractors.network import Network

#: Share of the words that are hidden, and the words of a hidden run on average.
HIDDEN, RUN = 0.18, 2.0
#: Pieces in a batch; texts that are ordered by length at once.
SIZE, REACH = 4096, 512
#: Pieces that a hidden one is told from, beside those hidden in the same batch; telling it from all
#: 30,522 takes half as long again.
OTHERS = 6000
#: Learning rate at its highest.
RATE = 4e-4


class Guesser(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """The network's encoder with what guesses a hidden piece and its case."""

    def __init__(self, network: Network) -> None:
        """Take a network; its word vectors, which stay as they are, say what a guess means."""
        super().__init__()
        width = network.words.embedding_dim
        self.network = network
        self.turn = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.out = nn.Linear(width, width)
        self.cases = nn.Linear(width, len(tokens.CASES))

    def forward(
        self, ids: Tensor, shapes: Tensor, mask: Tensor, at: Tensor, among: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Score some pieces, and the cases, at some positions of the flattened batch."""
        states = self.network.states(ids, shapes, mask).flatten(0, 1)[at]
        states = self.norm(functional.gelu(self.turn(states)))
        return self.out(states) @ self.network.words(among).T, self.cases(states)


def pieces(texts: Iterable[str], tokenizer: Any) -> Iterator[tokens.Pieces]:
    """Cut texts into pieces, one window of each."""
    nlp = spacy.blank("en")
    nlp.tokenizer = tokens.make(nlp)
    split = sentences.Sentences()
    texts = iter(texts)
    while some := list(islice(texts, REACH)):
        with nlp.memory_zone():
            for text in some:
                cut = tokens.pieces(split(nlp(text)), tokenizer)
                if len(cut.ids) > 2:
                    end = tokens.WINDOW
                    yield tokens.Pieces(cut.ids[:end], cut.shapes[:end], cut.first)


def batches(cut: Iterable[tokens.Pieces], random_: random.Random) -> Iterator[list[tokens.Pieces]]:
    """Gather texts of about one length into batches of about ``SIZE`` pieces."""
    cut = iter(cut)
    while some := list(islice(cut, REACH)):
        some.sort(key=lambda one: len(one.ids))
        groups: list[list[tokens.Pieces]] = [[]]
        for one in some:
            if (len(groups[-1]) + 1) * len(one.ids) > SIZE:
                groups.append([])
            groups[-1].append(one)
        random_.shuffle(groups)
        yield from (group for group in groups if group)


def hide(one: tokens.Pieces, draw: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Choose pieces of a text to hide: whole tokens, in runs."""
    first = np.unique(one.first[(one.first >= 0) & (one.first < len(one.ids))])
    begins = draw.random(len(first)) < HIDDEN / RUN
    hidden = np.zeros(len(first), dtype=bool)
    for at in np.flatnonzero(begins):
        hidden[at : at + int(draw.geometric(1 / RUN))] = True
    word = np.searchsorted(first, np.arange(len(one.ids)), side="right") - 1
    return np.where(word >= 0, hidden[word], False)


def pretrain(
    network: Network,
    cut: Iterable[tokens.Pieces],
    count: int,
    *,
    batch: Callable[[list[tokens.Pieces]], tuple[Tensor, Tensor, Tensor]],
    seed: int,
    after: Callable[[int, float], None],
    autocast: bool = True,
) -> None:
    """Train the network's encoder in place on ``count`` texts, each seen once.

    ``after`` is called with how many texts were seen and the mean loss of the latest.
    """
    draw, random_ = np.random.default_rng(seed), random.Random(seed)
    guesser = Guesser(network)
    guesser.train()
    words = network.words.num_embeddings
    free = [value for value in guesser.parameters() if value.requires_grad]
    optimizer = torch.optim.AdamW(free, lr=RATE, weight_decay=0.01, fused=True)
    seen, latest = 0, []
    for some in batches(islice(cut, count), random_):
        done = seen / count
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (done + 0.001) / 0.05, (1.001 - done) / 0.95)
        ids, shapes, mask = batch(some)
        chosen = torch.zeros(ids.shape, dtype=torch.bool)
        for row, one in enumerate(some):
            chosen[row, 1 : len(one.ids) + 1] = torch.from_numpy(hide(one, draw))
        at = chosen.flatten().nonzero()[:, 0]
        truth, case = ids.flatten()[at], shapes[..., 0].flatten()[at] // 4
        among, truth = torch.cat(
            [truth, torch.from_numpy(draw.integers(words, size=OTHERS))]
        ).unique(return_inverse=True)
        ids = ids.masked_fill(chosen, tokens.MASK)
        shapes[chosen] = torch.tensor([0, tokens.NO_CHUNK])
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
            score, cases = guesser(ids, shapes, mask, at, among)
        value = functional.cross_entropy(score.float(), truth[: len(at)])
        total = value + 0.5 * functional.cross_entropy(cases.float(), case)
        total.backward()
        nn.utils.clip_grad_norm_(free, 1.0)
        optimizer.step()
        seen += len(some)
        latest.append(float(value.detach()))
        if len(latest) == 50:
            after(seen, math.fsum(latest) / len(latest))
            latest.clear()
