"""Abstracts a second through the whole extraction, beside spaCy's own blank English with NER.

    python tests/bench/speed.py ../shared/data/corpora/arxiv-2025-2026.jsonl.gz

Both read the same abstracts in turns in one run, on all processors that they use by themselves
(spaCy's NER runs on one). spaCy's has the width of its small models (96) and labels the four types;
it is trained on nothing, since its speed does not depend on that.
"""

import resource
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import spacy

from kg import extractors, readers
from kg.vocab import TYPES

COUNT, TURNS = 500, 3


def ner() -> spacy.language.Language:
    """Make spaCy's blank English with its tok2vec and NER."""
    nlp = spacy.blank("en")
    component = nlp.add_pipe("ner")
    for kind in TYPES:
        component.add_label(kind)
    nlp.initialize()
    return nlp


def seconds(job: Callable[[], object]) -> float:
    """Time a job."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def main() -> None:
    """Print the rates of each turn and their ratio."""
    papers = readers.read([Path(sys.argv[1])])
    texts = [paper.abstract for paper in islice(papers, COUNT) if paper.abstract]
    ours = extractors.pipeline()
    list(extractors.extract(texts, nlp=ours))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    theirs = ner()
    jobs = {
        "extraction": lambda: list(extractors.extract(texts, nlp=ours)),
        "tagger alone": lambda: list(ours.pipe(texts, disable=ours.pipe_names[2:])),
        "spaCy blank English and NER": lambda: list(theirs.pipe(texts)),
    }
    for job in jobs.values():
        job()
    best = dict.fromkeys(jobs, float("inf"))
    for _ in range(TURNS):
        for name, job in jobs.items():
            best[name] = min(best[name], seconds(job))
    for name, value in best.items():
        print(f"{len(texts) / value:8.1f} abstracts a second: {name}")
    print(f"{best['spaCy blank English and NER'] / best['extraction']:8.3f} of spaCy's rate")
    print(f"{memory:8.0f} MB at most for the extraction, before spaCy's pipeline was made")


if __name__ == "__main__":
    main()
