"""How often ``kg ask`` takes the right question, by ways to compare words, and how fast it is.

    python tests/bench/asking.py GRAPH [VECTORS.npy]

``asking.jsonl`` beside this file has the words, the questions that answer them (none: to be
refused) and their parameters in a graph of 10,000 arXiv papers of 2025; the rows "tune" tuned the
weights in ``kg.ask``. VECTORS has a row for each word piece of ``kg/data/tagger``: of a
sentence encoder, say, to see whether a table of them would be worth its room.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from kg import opened
from kg.ask import Asked, nearest, wordings
from kg.ask.wordings import Likeness
from kg.opened import Graph

ROWS = Path(__file__).with_suffix(".jsonl")
TOKENIZER = "kg/data/tagger/tokenizer.json"
#: What words, meanings and letters weigh in each way that needs no vectors.
WEIGHTS: Mapping[str, tuple[float, float]] = {
    "words": (0.0, 0.0),
    "words, letters": (0.0, wordings.LETTERS),
    "words, letters, meanings": (wordings.MEANING, wordings.LETTERS),
}
#: Shares: the right question, it or one of the two told beside it, it with the right parameters, it
#: and near enough; of words that no question answers, those refused. Then the time.
HEAD = "  question   among 3 parameter  answered   refused   ms each"


def by_weights(meaning: float, letters: float) -> Likeness:
    """Set the weights of ``kg.ask.wordings`` and return its comparison."""
    wordings.MEANING, wordings.LETTERS = meaning, letters
    wordings._vectors.cache_clear()
    wordings._rarity.cache_clear()
    return wordings.lexical


def by_vectors(path: str) -> Likeness:
    """Compare by the mean vector of the word pieces."""
    import numpy as np
    from tokenizers import Tokenizer

    vectors = np.load(path)
    tokenizer = Tokenizer.from_file(TOKENIZER)
    tokenizer.no_padding()

    @cache
    def mean(text: str) -> "np.ndarray":
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        total = vectors[ids].sum(0)
        return total / (np.linalg.norm(total) or 1.0)

    known = np.stack([mean(wording.text) for wording in wordings.library()])
    return lambda text: (known @ mean(text)).tolist()


def both(one: Likeness, other: Likeness) -> Likeness:
    """Return the mean of two ways."""
    return lambda text: [(a + b) / 2 for a, b in zip(one(text), other(text), strict=True)]


def ways(vectors: str | None) -> Iterator[tuple[str, Callable[[], Likeness]]]:
    """Yield the ways to compare, and what makes each."""
    for name, weights in WEIGHTS.items():
        yield name, lambda weights=weights: by_weights(*weights)
    if vectors is not None:
        full = list(WEIGHTS.values())[-1]
        yield "vectors", lambda: by_vectors(vectors)
        yield "all of them", lambda: both(by_weights(*full), by_vectors(vectors))


def filled(graph: Graph, asked: Asked, expected: Mapping[str, str]) -> bool:
    """Tell whether the parameters are those expected; a default may stand there or not."""
    parameters = {parameter.name: parameter for parameter in asked.question.parameters}
    given = {
        name: value
        for name, value in asked.parameters.items()
        if name in expected or value != parameters[name].default
    }
    return given.keys() == expected.keys() and all(
        expected[name] in named(graph, value) for name, value in given.items()
    )


def named(graph: Graph, value: str) -> set[str]:
    """Return what a parameter may stand for: paths of things, or the value itself."""
    nodes = {value.strip("<>"), *graph.index.named(value)}
    return {node.removeprefix(graph.base) for node in nodes}


def measure(graph: Graph, likeness: Likeness, half: str) -> str:
    """Ask all words of a half, and write the shares: right, shown, filled, refused ..."""
    rows = [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
    good = right = shown = full = kept = refused = 0
    start = time.perf_counter()
    rows = [row for row in rows if row["half"] == half]
    for row in rows:
        asked = nearest(graph, row["words"], likeness=likeness)
        if not row["questions"]:
            refused += not asked.near
            continue
        hit = asked.question.name in row["questions"]
        good += 1
        right += hit
        shown += any(one.name in row["questions"] for one in (asked.question, *asked.others))
        full += hit and filled(graph, asked, row["parameters"])
        kept += hit and asked.near
    shares = [right / good, shown / good, full / good, kept / good, refused / (len(rows) - good)]
    each = 1000 * (time.perf_counter() - start) / len(rows)
    return " ".join(f"{share:9.3f}" for share in shares) + f" {each:9.1f}"


def main(path: str, vectors: str | None = None) -> None:
    """Print a table for each half."""
    graph = opened.open(Path(path))
    for half in ("tune", "held"):
        print(f"{half:26}{HEAD}")
        for name, make in ways(vectors):
            print(f"{name:26} {measure(graph, make(), half)}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
