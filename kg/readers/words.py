"""How common a word is in abstracts, and so how much a shared word tells.

``words.tsv`` holds, for each word that at least 100 of 74,728 arXiv abstracts of 2025 and 2026
use in lower case, the number of those abstracts (counted from arXiv metadata, CC0 1.0). Made by
``python -m kg.readers.words arxiv.jsonl.gz > kg/readers/words.tsv``.
"""

import gzip
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

#: A word: letters, with an apostrophe inside at most.
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
#: Abstracts that were counted.
ABSTRACTS = 74_728
#: Words of fewer abstracts are not in the table.
RAREST = 100
#: Characters that two forms of one word share ("detect", "detecting", "detection").
STEM = 6


@cache
def counts() -> dict[str, int]:
    """Return the number of abstracts that use each common word."""
    rows = Path(__file__).with_name("words.tsv").read_text(encoding="utf-8").splitlines()
    return {word: int(count) for word, count in (row.split("\t") for row in rows)}


@cache
def _stem_counts() -> dict[str, int]:
    stems: Counter[str] = Counter()
    for word, count in counts().items():
        stems[word[:STEM]] = max(stems[word[:STEM]], count)
    return dict(stems)


def common(word: str) -> bool:
    """Tell whether abstracts use this word in lower case all the time: not a name, that is."""
    return word.lower() in counts()


def weight(stem: str) -> float:
    """Return the inverse document frequency of a stem; rare stems weigh most."""
    return math.log(ABSTRACTS / _stem_counts().get(stem, RAREST))


def stems(text: str) -> set[str]:
    """Return the stems of a text's words."""
    return {word[:STEM] for word in WORD.findall(text.lower())}


def shared(title: str, abstract: str) -> float:
    """Return the share of a title's weight that its abstract repeats, 0 to 1.

    Over arXiv, 99.0 % of titles reach 0.35 with their own abstract, and 6.1 % with that of
    another paper of their category; 0.1 is reached by 99.95 % and 49 %. A title that is all
    common words gives 1.
    """
    weights = {stem: weight(stem) for stem in stems(title)}
    telling = {stem: value for stem, value in weights.items() if value > 1}
    if not telling:
        return 1.0
    found = stems(abstract)
    return sum(v for k, v in telling.items() if k in found) / sum(telling.values())


def count(abstracts: Iterable[str]) -> Counter[str]:
    """Count in how many abstracts each word stands in lower case."""
    found: Counter[str] = Counter()
    for abstract in abstracts:
        found.update({w for w in WORD.findall(abstract) if w.islower() and w.isalpha()})
    return found


if __name__ == "__main__":
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
        table = count(json.loads(line)["summary"] for line in lines)
    for word, number in sorted(table.items()):
        if number >= RAREST and len(word) > 1:
            print(word, number, sep="\t")
