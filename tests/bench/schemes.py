"""The tagger's design on published benchmarks: trained on their train split, scored on their test.

    python tests/bench/schemes.py ../shared/data/benchmarks scier
    python tests/bench/schemes.py ../shared/data/benchmarks scierc --seeds 3

Needs the extra [train]. The weights are thrown away: SciER is GPL-3.0 and SciERC states no licence.
Exact spans and types, micro F1, the measure of both papers. SciER's sentences are read in their
paper's order, some together; its entities come without offsets, so a sentence in which one stands
more than once says nothing of where, and ``derived`` marks each place.
"""

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import spacy
import torch
from safetensors.torch import load_file

from kg.extractors import calibration, sentences, tagger, tokens, train
from kg.extractors.examples import Example, stretches
from kg.extractors.gold import Gold
from kg.extractors.network import Network, encoder_folder

#: Characters of a paper's sentences that are read together.
TOGETHER = 1600
Text = tuple[str, list[tuple[int, int, str]]]


def scier(folder: Path, split: str) -> Iterator[Text]:
    """Yield runs of sentences of one paper with their spans."""
    rows = [json.loads(line) for line in (folder / f"derived/{split}_spans.jsonl").open()]
    text, spans, paper = "", [], None
    for row in rows:
        if text and (row["doc_id"] != paper or len(text) + len(row["sentence"]) > TOGETHER):
            yield text, spans
            text, spans = "", []
        paper = row["doc_id"]
        spans += [(len(text) + a, len(text) + b, kind) for a, b, kind in row["spans"]]
        text += row["sentence"] + "\n"
    yield text, spans


def scierc(folder: Path, split: str) -> Iterator[Text]:
    """Yield abstracts with their spans."""
    for line in (folder / f"{split}.json").open():
        row = json.loads(line)
        words = [word for sentence in row["sentences"] for word in sentence]
        starts = np.cumsum([0, *(len(word) + 1 for word in words)]).tolist()
        spans = [
            (starts[a], starts[b] + len(words[b]), kind) for one in row["ner"] for a, b, kind in one
        ]
        yield " ".join(words), sorted(spans)


def examples(texts: list[Text], kinds: list[str], tokenizer) -> tuple[list[Example], int]:
    """Turn texts into examples without roles and relations; count spans that no tokens make up."""
    nlp = spacy.blank("en")
    nlp.tokenizer = tokens.make(nlp)
    split = sentences.Sentences()
    made, lost = [], 0
    nothing = np.zeros((0, 3), dtype=np.int64)
    for text, spans in texts:
        doc = split(nlp(text))
        pieces = tokens.one_window(tokens.pieces(doc, tokenizer))
        visible = np.flatnonzero(pieces.first >= 0)
        begins = tokens.begins(doc, visible)
        labels = np.zeros(len(visible), dtype=np.int64)
        rows = set()
        for start, stop, kind in spans:
            span = doc.char_span(start, stop)
            if span is None or (pieces.first[span.start : span.end] < 0).any():
                lost += 1
                continue
            a, b = np.searchsorted(visible, (span.start, span.end)).tolist()
            rows.add((a, b, kinds.index(kind)))
        for a, b, kind in sorted(rows):
            labels[a:b] = 2 + 2 * kind
            labels[a] = 1 + 2 * kind
        table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
        made.append(
            Example(
                gold=Gold("", text, (), ()),
                doc=doc,
                pieces=pieces,
                visible=visible,
                labels=labels,
                begins=begins,
                stretches=stretches(table[:, :2], table[:, 2], begins),
                spans=nothing[:, :2],
                types=nothing[:, 0],
                roles=nothing[:, 0],
                things=nothing[:, 0],
                sentences=nothing[:, :2],
                pairs=nothing,
                relations=nothing.astype(np.float32),
                known=nothing.astype(np.float32),
            )
        )
    return made, lost


def main() -> None:
    """Train, score and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("scheme", choices=["scier", "scierc"])
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seeds", type=int, default=1)
    given = parser.parse_args()
    read = {"scier": scier, "scierc": scierc}[given.scheme]
    splits = {"scier": ["dev", "test", "test_ood"], "scierc": ["dev", "test"]}[given.scheme]
    packed = encoder_folder()
    tokenizer = tokens.load(packed / tagger.PIECES)
    texts = {split: list(read(given.folder / given.scheme, split)) for split in ["train", *splits]}
    kinds = sorted({kind for _, spans in texts["train"] for _, _, kind in spans})
    made = {split: examples(some, kinds, tokenizer) for split, some in texts.items()}
    for split, (some, lost) in made.items():
        print(
            f"{split}: {len(some)} texts, {sum(len(t[1]) for t in texts[split])} spans, {lost} lost"
        )
    for seed in range(given.seeds):
        torch.manual_seed(seed)
        random.seed(seed)
        network = Network(load_file(packed / "model.safetensors"), 0.1, len(kinds))
        train.fit(
            network,
            made["train"][0],
            epochs=given.epochs,
            rate=2e-4,
            size=4,
            seed=seed,
            after=lambda epoch, loss: print(f"epoch {epoch}: loss {loss:.3f}", flush=True),
        )
        run = train.scorer(network)
        weights = train.arrays(network)
        weights |= calibration.calibrate(run, made["dev"][0], weights)
        for split in splits:
            some, lost = made[split]
            right, found, wanted = train.count(run, some, weights)
            print(f"seed {seed} {split}: F1 {2 * right / (found + wanted + lost):.4f}", flush=True)


if __name__ == "__main__":
    main()
