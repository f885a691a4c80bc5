"""Measure works and authors together, as a graph resolves them, on the ACL Anthology read twice.

    python tests/bench/identity.py FOLDER_OF_XML [YEAR ...]

Once as XML, once as a bibliography would have it: initials for given names, braces around the
title's capitals, no identifier, no affiliation, no ORCID, the abstract of every second paper.
Truth: two records of one Anthology id are one paper; authors as in ``authors.py``, asked of the
signatures of the works that come out, pairs of signatures of different works. Nothing is
extracted: entities play no part.
"""

import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from authors import editors_ids, truths

from kg import growth, readers
from kg.growth import records, tables
from kg.growth.records import Changes
from kg.model import Paper, Source


def printed(paper: Paper) -> Paper:
    """Return what a bibliography says of a paper."""
    digest = tables.digest(paper.acl or "")
    title = re.sub(r"\b(\w*[A-Z]\w*)\b", r"{\1}", paper.title or "") or None
    return replace(
        paper,
        id=f"bib:{digest[:12]}",
        source=Source("bib", (1, 1), digest, "bibtex"),
        title=title,
        authors=tuple(map(shortened, paper.authors)),
        abstract=paper.abstract if int(digest[:8], 16) % 2 else None,
        date=paper.date and paper.date[:4],
        affiliations=(),
        orcids=(),
        doi=None,
        acl=None,
        url=None,
        code=(),
    )


def shortened(name: str) -> str:
    """Return a name with initials for all but the last word."""
    *given, family = name.split()
    return " ".join([*(f"{word[0]}." for word in given), family])


def pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def score(found: Mapping[object, object], truth: Mapping[object, object]) -> tuple[float, float]:
    """Return pairwise precision and recall of one grouping against another."""
    asked = [(found[one], truth[one]) for one in truth if one in found]
    both = pairs(Counter(asked).values())
    said = pairs(Counter(one for one, _ in asked).values())
    true = pairs(Counter(one for _, one in asked).values())
    return both / max(1, said), both / max(1, true)


def main(folder: Path, years: list[str]) -> None:
    papers = [
        paper
        for paper in readers.read([folder], skip_bad=True)
        if paper.acl and (not years or paper.acl[:4] in years)
    ]
    start = time.perf_counter()
    made = tables.create(Path(":memory:"))
    changes = Changes()
    records.put(made, papers, changes)
    records.put(made, map(printed, papers), changes)
    records.learn(made, (), 0.0)
    growth.settle(made, changes, set(), (), least=0.0)
    print(f"{2 * len(papers)} records, {time.perf_counter() - start:.0f} s")

    work_of = dict(made.execute("SELECT name, work FROM body"))
    truth: dict[object, object] = {}
    for paper in papers:
        truth[paper.id] = truth[printed(paper).id] = paper.id
    # Two papers of one title, authors and year in a bibliography are one record: no truth.
    names = Counter(printed(paper).id for paper in papers)
    truth = {one: own for one, own in truth.items() if names.get(str(one), 1) == 1}
    print("works    precision {:.4f} recall {:.4f}".format(*score(work_of, truth)))

    id_of = dict(made.execute("SELECT first, id FROM work"))
    at: dict[str, str] = {}
    for paper in papers:
        at.setdefault(id_of[work_of[paper.id]], paper.acl or "")
    rows = made.execute("SELECT work, position, person FROM signature").fetchall()
    lengths = Counter(work for work, *_ in rows)
    by_acl = {paper.acl: len(paper.authors) for paper in papers}
    person_of: dict[object, object] = {
        (at[work], position): person
        for work, position, person in rows
        if work in at and lengths[work] == by_acl.get(at[work])
    }
    known, sure = truths(papers, editors_ids(folder))
    for kind, said in (("all", known), ("certain", sure)):
        print("authors  precision {:.4f} recall {:.4f}".format(*score(person_of, said)), kind)
    alone = defaultdict(set)
    for place, person in person_of.items():
        alone[person].add(place)
    print(f"{len(alone)} authors of {len(person_of)} signatures")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
