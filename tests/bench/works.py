"""Measure how records become works: on ordinary records, and in time.

    python tests/bench/works.py ARXIV.jsonl.gz ACL_XML_FOLDER

Ordinary records: the two corpora together. Truth are (1) preprint and publication, that is records
of both corpora with one title or one abstract and an author in common, and (2) records read twice.
In each pair the second one loses all its identifiers and links, and is damaged at random as
bibliographies are: initials for first names, a title in capitals or with a misprint, an abstract
cut short, one field missing. All other records stand by, as look-alikes. A pair of records in one
work counts as right where truth has it; pairs across works that truth knows not to be one count as
wrong.

Time: blocks, pairs, verdicts, groups and ledger of the first 100,000 records, in one process.
"""

import random
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from kg import readers
from kg.model import Paper, Source
from kg.resolve import works
from kg.resolve.works.facts import facts

#: Records that are read twice, and records of the run that is timed.
TWICE, TIMED = 3_000, 100_000


def main(arxiv: Path, anthology: Path) -> None:
    """Print precision and recall, then seconds."""
    preprints = [paper for paper in readers.read([arxiv]) if paper.abstract]
    printed = [paper for paper in readers.read([anthology], skip_bad=True) if paper.abstract]
    clock(sorted([*preprints, *printed][:TIMED], key=works.order))
    for half in (0, 1):
        quality(preprints, printed, half)


def quality(preprints: Sequence[Paper], printed: Sequence[Paper], half: int) -> None:
    """Measure on the pairs whose first record's place is odd or even."""
    draw = random.Random(half)
    records = [*preprints, *printed]
    owner = {place: place for place in range(len(records))}
    versions = match(preprints, printed)
    for at, (one, other) in enumerate(versions):
        place = len(preprints) + other
        owner[place] = one
        records[place] = damage(records[place], draw, at)
    for at in range(half, TWICE * 2, 2):
        place = draw.randrange(len(records))
        owner[len(records)] = owner[place]
        records.append(damage(records[place], draw, len(versions) + at))
    truth: dict[int, list[int]] = defaultdict(list)
    for place, own in owner.items():
        truth[own].append(place)
    right = {pair for places in truth.values() for pair in combinations(sorted(places), 2)}
    found = {pair for group in resolve(records) for pair in combinations(sorted(group), 2)}
    good = len(found & right)
    print(
        f"half {half}: {len(versions)} preprints with their publication, {TWICE} records read"
        f" twice, among {len(records)}: precision {good / len(found):.3f},"
        f" recall {good / len(right):.3f}"
    )


def match(preprints: Sequence[Paper], printed: Sequence[Paper]) -> list[tuple[int, int]]:
    """Return the places of preprints and publications of one title or abstract, and author."""
    same: dict[str, list[int]] = defaultdict(list)
    for place, paper in enumerate(printed):
        own = facts(paper)
        for value in {own.title, own.abstract}:
            same[value].append(place)
    found, taken = [], set()
    for place, paper in enumerate(preprints):
        own = facts(paper)
        for other in sorted({*same.get(own.title, ()), *same.get(own.abstract, ())} - taken):
            if set(own.people) & set(facts(printed[other]).people):
                found.append((place, other))
                taken.add(other)
                break
    return found


def damage(paper: Paper, draw: random.Random, number: int) -> Paper:
    """Return a record as a bibliography may have it: without identifiers, some of it amiss."""
    title, abstract, authors = paper.title or "", paper.abstract or "", list(paper.authors)
    what = draw.choice(("title", "abstract", "authors", "cut", "capitals", "misprint", "", ""))
    if draw.random() < 0.5:
        authors = [f"{name[0]}. {name.split()[-1]}" for name in authors if name.strip()]
    if what == "cut":
        abstract = abstract[: draw.randrange(200, 800)]
    elif what == "capitals":
        title = title.upper()
    elif what == "misprint" and title:
        at = draw.randrange(len(title))
        title = title[:at] + title[at + 1 :]
    return replace(
        paper,
        id=f"damaged {number}",
        source=Source("damaged", (number + 1, number + 1), f"{number:064}", "jsonl"),
        title=None if what == "title" else title,
        abstract=None if what == "abstract" else abstract,
        authors=() if what == "authors" else tuple(authors),
        affiliations=(),
        orcids=(),
        arxiv=None,
        acl=None,
        doi=None,
        openalex=None,
        url=None,
    )


def resolve(records: Sequence[Paper]) -> list[list[int]]:
    """Return the groups of records that are one work, as places."""
    places = sorted(range(len(records)), key=lambda place: works.order(records[place]))
    ordered = [records[place] for place in places]
    held = works.pairs(works.blocks(paper) for paper in ordered)
    verdicts = works.judge(ordered, held)
    return [[places[i] for i in group] for group in works.groups(ordered, verdicts)]


def clock(records: Sequence[Paper]) -> None:
    """Print the seconds of each step, by the clock and of the processor."""
    started = last = (time.perf_counter(), time.process_time())

    def lap(step: str, since: tuple[float, float] | None = None) -> None:
        nonlocal last
        now = (time.perf_counter(), time.process_time())
        clock, work = (one - other for one, other in zip(now, since or last, strict=True))
        print(f"{step}: {clock:.1f} s, processor {work:.1f} s", flush=True)
        last = now

    blocks = [works.blocks(paper) for paper in records]
    lap(f"blocks of {len(records)} records, {sum(map(len, blocks)) / len(records):.1f} each")
    pairs = works.pairs(blocks)
    del blocks
    lap(f"{len(pairs)} pairs")
    verdicts = works.judge(records, pairs)
    lap("verdicts")
    groups = works.groups(records, verdicts)
    lap(f"{len(groups)} groups")
    works.rows(records, verdicts, groups)
    lap("ledger")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    lap(f"all, {most:.1f} GB", started)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
