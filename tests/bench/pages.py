"""Listing pages made from real records with fields lost at random; how many fields come back.

    python tests/bench/pages.py ../shared/data/corpora/arxiv-2025-2026.jsonl.gz

The records were not seen by the rules, apart from the word counts. Three layouts: folded cards
with date and venue below, plain title and abstract, date first.
"""

import gzip
import io
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator

from kg.model import Paper
from kg.readers import fields, pages

HEAD = [
    "New call for fellows: apply for the spring programme of the institute",
    "We use cookies to improve your experience. Read our Privacy Policy for details.",
    "Analytics cookies",
    "Do you accept cookies that measure the audience of our sites?",
]
VENUES = [
    "Transactions on Machine Learning Research (published)",
    "NeurIPS (poster)",
    "Sleep (published)",
    "Workshop Proposals @ International Conference on X (published)",
    "bioRxiv (preprint)",
]


def cards(
    records: list[dict], layout: str, rng: random.Random
) -> Iterator[tuple[list[str], Paper]]:
    """Yield the lines of one card, and the paper that a careful reader sees in them."""
    for record in records:
        text = "\n".join(" ".join(p.split()) for p in record["summary"].split("\n  "))
        title, authors = " ".join(record["title"].split()), tuple(record["authors"][:12])
        date, venue = f"202{rng.randrange(6)}-0{rng.randrange(1, 10)}-11", rng.choice(VENUES)
        if layout == "folded":
            title = title if rng.random() < 0.4 else None
            authors = authors if rng.random() < 0.4 else ()
            date = date if rng.random() < 0.5 else None
            venue = venue if rng.random() < 0.5 else None
            shown = text if len(text) < 150 else text[:140] + "… (see more)" + text[140:]
            lines = [title, *authors, *shown.split("\n"), date, venue]
            if title and rng.random() < 0.05:
                text, lines = None, [title, *authors, date, venue]
        elif layout == "plain":
            authors, date, venue = (), None, None
            lines = [title, *text.split("\n")]
        else:
            venue = None
            lines = [date, title, ", ".join(authors), *text.split("\n")]
        name, status = fields.split_status(venue) if venue else (None, None)
        yield [x for x in lines if x], Paper("", None, title, text, authors, name, status, date)


def main() -> None:
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    rng = random.Random(7)
    rng.shuffle(records)
    for layout in ("folded", "plain", "date first"):
        right: Counter[str] = Counter()
        found, gold, shown = 0, 0, 0
        for at in range(0, 4000, 20):
            made = list(cards(records[at : at + 20], layout, rng))
            text = "\n".join(HEAD + [line for own, _ in made for line in own])
            read = list(pages.read(io.StringIO(text), "page", []))
            found, gold = found + len(read), gold + len(made)
            texts = {p.abstract: p for p in read if p.abstract} | {
                p.title: p for p in read if p.title and not p.abstract
            }
            for _, paper in made:
                own = texts.get(paper.abstract or paper.title)
                right["record"] += own is not None
                for field in ("title", "authors", "date", "venue", "acceptance"):
                    good = own is not None and getattr(own, field) == getattr(paper, field)
                    right[field] += good
                    if not good and shown < 12 and "-v" in sys.argv:
                        shown += 1
                        print(field, getattr(paper, field), "READ", own and getattr(own, field))
        print(f"{layout}: {gold} papers, {found} read;", end=" ")
        print(", ".join(f"{name} {count / gold:.4f}" for name, count in right.items()))


if __name__ == "__main__":
    main()
