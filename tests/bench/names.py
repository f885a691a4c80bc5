"""What ``same_entity`` and the table of abbreviations are worth, and how the table is made.

    python tests/bench/names.py table arxiv.jsonl.gz FOLDER_OF_ACL_XML > abbreviations.tsv
    python tests/bench/names.py pairs PAIRS.tsv
    python tests/bench/names.py speed NAMES.txt

PAIRS.tsv holds label (0 or 1), one name, other name, and the two contexts, types and a comment as
far as they are known, parted by tabs.
"""

import gzip
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from kg.resolve.abbreviations import count
from kg.resolve.names import key


def abstracts(arxiv: str, acl: str) -> Iterator[str]:
    """Yield the abstracts of both corpora."""
    with gzip.open(arxiv, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["summary"]
    for path in sorted(Path(acl).rglob("*.xml")):
        for abstract in etree.parse(path).iter("abstract"):
            yield "".join(abstract.itertext())


def table(arxiv: str, acl: str) -> None:
    """Print the table of abbreviations."""
    for line in count(abstracts(arxiv, acl)):
        print(line)


def pairs(path: str) -> None:
    """Print how many pairs are decided rightly, and those that are not."""
    from kg.resolve.aliases import same_entity

    right = plain = total = missed = false = 0
    rows = Path(path).read_text(encoding="utf-8").splitlines()
    for row in rows:
        label, one, other, first, second, type, other_type, *_ = [*row.split("\t"), *[""] * 7]
        verdict = same_entity(
            one,
            other,
            context=first,
            other_context=second,
            type=type or None,
            other_type=other_type or None,
        )
        truth = label == "1"
        total += 1
        right += verdict.same is truth
        plain += (key(one) == key(other)) is truth
        missed += truth and not verdict.same
        false += verdict.same and not truth
        if verdict.same is not truth:
            print(label, f"{verdict.score:.2f}", verdict.rule, one, other, sep=" | ")
    print(f"{right}/{total} = {right / total:.3f} right; equal keys {plain / total:.3f}")
    print(f"missed {missed}, wrongly merged {false}")


def speed(path: str) -> None:
    """Print the time that a key takes."""
    names = Path(path).read_text(encoding="utf-8").splitlines()
    started = time.perf_counter()
    for name in names:
        key(name)
    print(f"{(time.perf_counter() - started) / len(names) * 1e6:.1f} µs a name, {len(names)} names")


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    {"table": table, "pairs": pairs, "speed": speed}[command](*arguments)
