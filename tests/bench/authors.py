"""Measure authors on the ACL Anthology: pairwise precision and recall of the groups.

    python tests/bench/authors.py FOLDER_OF_XML [--half 0|1] [--orcid]

The papers are read twice, as printed and as a bibliography gives them: initials for given names,
no affiliation, no ORCID. Truth is the Anthology's person: the ORCID or the editors' id that
stands at an author (an id that is the plain name is a heap of several people, and not used);
where neither stands, the printed name, unless several ORCIDs or ids go by it: then the signature
is asked about, but not counted (so is who has an id where others of the name have ORCIDs). Two
spellings of which the first and the last word agree are not counted either, unless both are
certain: nobody says whether they are one person's. A name nobody has looked at counts as one
person, so truth joins some namesakes that are several.

``--half`` takes the blocks whose hash is even or odd: the weights were fitted on half 0.
ORCIDs are withheld from the resolution unless ``--orcid`` is given.
"""

import argparse
import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lxml import etree

from kg import readers
from kg.model import Paper, Signature
from kg.resolve.authors import block, persons
from kg.resolve.authors.names import parse
from kg.resolve.names import person_key

#: The printed name at each place, so folded that spellings of one name fall together.
LOOSE: dict["Place", str] = {}
#: Where a signature stands: the paper's Anthology id and the place in its by-line.
Place = tuple[str, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--orcid", action="store_true")
    given = parser.parse_args()
    papers = list(readers.read([given.folder], skip_bad=True))
    truth, sure = truths(papers, editors_ids(given.folder))
    printed = [one for paper in papers for one in signatures(paper, orcid=given.orcid)]
    short = [shortened(one) for one in printed]
    halved = [
        [one for one in side if given.half is None or half(one.name) == given.half]
        for side in (printed, short)
    ]
    print(f"{len(papers)} papers, {len(halved[0])} signatures in each reading")
    for title, asked in (
        ("printed", halved[0]),
        ("initials", halved[1]),
        ("both", sum(halved, [])),
    ):
        for way, group in (("same key", by_key), ("persons", by_persons)):
            start = time.perf_counter()
            groups = group(asked)
            seconds = time.perf_counter() - start
            for kind, known in (("all", truth), ("sure", sure)):
                precision, recall, pairs = score(asked, groups, known, sure)
                print(
                    f"{title:9} {way:9} {kind:5} precision {precision:.4f} recall {recall:.4f}"
                    f" of {pairs} pairs, {seconds:.1f} s"
                )


def half(name: str) -> int:
    family = block(name).split(" ")[0]
    return int(hashlib.sha256(family.encode()).hexdigest(), 16) % 2


def editors_ids(folder: Path) -> dict[Place, str]:
    """Return the ids that editors gave, where they tell one of several people of a name."""
    found = {}
    for path in sorted(folder.rglob("*.xml")):
        root = etree.parse(path).getroot()
        for volume in root.iterfind("volume"):
            for paper in volume.iterfind("paper"):
                own = f"{root.get('id')}-{volume.get('id')}.{paper.get('id')}"
                for at, author in enumerate(paper.iterfind("author"), start=1):
                    found[own, at] = author.get("id") or ""
    return {place: own for place, own in found.items() if own}


def truths(
    papers: Sequence[Paper], ids: Mapping[Place, str]
) -> tuple[dict[Place, str], dict[Place, str]]:
    """Return the person of each place: as far as the Anthology knows, and where it is certain."""
    orcids = {
        name for paper in papers for name, o in zip(paper.authors, paper.orcids, strict=False) if o
    }
    sure, named = {}, defaultdict(list)
    people: dict[str, set[str]] = defaultdict(set)
    for paper in papers:
        for at, name in enumerate(paper.authors, start=1):
            place = (paper.acl or paper.id, at)
            orcid = paper.orcids[at - 1] if paper.orcids else ""
            own = ids.get(place, "")
            plain = own == "-".join(name.casefold().split())
            # Who has an id may be who has an ORCID elsewhere: nobody says.
            person = orcid or ("" if plain or name in orcids else own)
            if person:
                sure[place] = person
                people[name].add(person)
            if own and not person:
                people[name] |= {"", own}  # several people, says the id
            named[name].append(place)
            LOOSE[place] = loose(name)
    truth = dict(sure)
    for name, places in named.items():
        for place in places:
            if place not in sure and len(people[name]) < 2:
                truth[place] = next(iter(people[name]), name)
    return truth, sure


def loose(name: str) -> str:
    """Return the first and the last word of a name in order of the alphabet, without accents."""
    words = person_key(name.translate(str.maketrans("-’'", "   "))).split()
    words = [word for word in words if word not in ("jr", "iii", "ii")]
    short = (word.replace("ue", "u").replace("oe", "o").replace("ø", "o") for word in words)
    return " ".join(sorted({*[*short][:: max(len(words) - 1, 1)]}))


def signatures(paper: Paper, *, orcid: bool) -> list[Signature]:
    return [
        Signature(
            name,
            work=f"xml:{paper.acl or paper.id}",
            position=at + 1,
            coauthors=(*paper.authors[:at], *paper.authors[at + 1 :]),
            affiliation=(paper.affiliations[at] if paper.affiliations else "") or None,
            orcid=(paper.orcids[at] if orcid and paper.orcids else "") or None,
            title=paper.title,
            venue=paper.venue,
            date=paper.date,
        )
        for at, name in enumerate(paper.authors)
    ]


def shortened(one: Signature) -> Signature:
    """Return a signature as a bibliography has it: "Y. Liu", with nothing but title and year."""
    return replace(
        one,
        name=initials(one.name),
        work=one.work.replace("xml:", "bib:"),
        coauthors=tuple(map(initials, one.coauthors)),
        affiliation=None,
        orcid=None,
        date=(one.date or "")[:4] or None,
    )


def initials(name: str) -> str:
    words = name.split()
    given = parse(name).given
    return " ".join([*(f"{word[0].upper()}." for word in given), *words[-1:]]) if given else name


def by_key(asked: Sequence[Signature]) -> list[list[int]]:
    groups = defaultdict(list)
    for i, one in enumerate(asked):
        groups[person_key(one.name)].append(i)
    return list(groups.values())


def by_persons(asked: Sequence[Signature]) -> list[list[int]]:
    blocks = defaultdict(list)
    for i, one in enumerate(asked):
        blocks[block(one.name)].append(i)
    return [
        [members[i] for i in group]
        for members in blocks.values()
        for group in persons([asked[i] for i in members])[0]
    ]


def score(
    asked: Sequence[Signature],
    groups: Iterable[Iterable[int]],
    truth: Mapping[Place, str],
    sure: Mapping[Place, str],
) -> tuple[float, float, int]:
    """Return pairwise precision, recall and how many pairs are one person's."""
    told = [[_known(asked[i], truth, sure) for i in group] for group in groups]
    told = [[known for known in group if known[0]] for group in told]
    pairs = _pairs(Counter(known[0] for group in told for known in group).values())
    found, right = 0, 0
    for group in told:
        same = _pairs(Counter(known[0] for known in group).values())
        right += same
        found += _pairs([len(group)]) - _unknown(Counter(group))
    return right / max(found, 1), right / max(pairs, 1), pairs


def _known(
    one: Signature, truth: Mapping[Place, str], sure: Mapping[Place, str]
) -> tuple[str, str, bool]:
    """Return person, loose name and whether the person is certain; "" for an unknown person."""
    place = (one.work[4:], one.position)
    return truth.get(place, ""), LOOSE.get(place, ""), place in sure


def _unknown(group: Counter[tuple[str, str, bool]]) -> int:
    """Count the pairs of which truth says nothing: spellings of one name, not both certain."""
    kinds = sorted(group)
    return sum(
        group[a] * group[b]
        for i, a in enumerate(kinds)
        for b in kinds[:i]
        if a[0] != b[0] and a[1] == b[1] and not (a[2] and b[2])
    )


def _pairs(counts: Iterable[int]) -> int:
    return sum(count * (count - 1) // 2 for count in counts)


if __name__ == "__main__":
    main()
