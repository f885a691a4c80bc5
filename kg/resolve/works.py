"""Records in, works out: which records speak of one paper.

In this order: the same identifier; the same abstract; the same title, unless identifiers or
authors speak against it; versions, that share a repository or an opening and a part of their
text. Every link is a row of the ledger. Sees all records before it answers.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from operator import attrgetter

import networkx

from kg.model import Entity, Merge, Paper, Work
from kg.resolve.names import person_key, text_key

#: Share of the shorter text's five-word runs that two versions have in common: at least this
#: with a repository in common, and this with the same opening.
SHARED_WITH_CODE, SHARED_WITH_OPENING = 0.1, 0.3
#: Words that make an opening, and words that make a run.
OPENING, RUN = 8, 5
#: Records that share a link or an opening by chance are many; larger groups are left alone.
LARGEST_GROUP = 50
#: Titles of fewer words ("Introduction") do not tell a paper without its authors.
TELLING_TITLE = 4
#: Characters of a title, in whole words, that stand in the id of a work without an identifier.
SLUG = 60

#: Fields that identify a paper, the most readable first: it makes the IRI.
_IDENTIFIERS = ("arxiv", "acl", "doi", "openalex")


def works(papers: Iterable[Paper]) -> tuple[list[Work], list[Merge]]:
    """Return the works, sorted by id, and the ledger of the records that were put together.

    The order of the papers changes nothing; the same record twice counts once.
    """
    records = sorted(set(papers), key=_order)
    graph = networkx.Graph()
    graph.add_nodes_from(range(len(records)))
    ledger: set[Merge] = set()
    for rule, a, b, score in _links(records):
        graph.add_edge(a, b)
        one, other = _name(records[a]), _name(records[b])
        ledger.add(Merge(other, one, rule, round(score, 2)))
    groups = (sorted(group) for group in networkx.connected_components(graph))
    known = {
        **_named("Author", person_key, (name for p in records for name in p.authors)),
        **_named("Venue", text_key, (p.venue for p in records if p.venue)),
    }
    found = [_work([records[i] for i in group], known) for group in groups]
    return sorted(found, key=lambda work: work.id), sorted(
        ledger, key=lambda row: (row.into, row.what, row.rule)
    )


def _order(paper: Paper) -> tuple[object, ...]:
    source = paper.source
    return (paper.id, source.file, source.lines, source.sha256, repr(paper))


def _name(paper: Paper) -> str:
    """Name a record for the ledger: its id and where it stood."""
    first, last = paper.source.lines
    return f"{paper.id} ({paper.source.file}:{first}-{last})"


def _links(records: Sequence[Paper]) -> Iterator[tuple[str, int, int, float]]:
    """Yield (rule, record, record, score) for each pair found to be one work."""
    for scheme in _IDENTIFIERS:
        for a, b in _chains(records, attrgetter(scheme)):
            yield f"same {scheme}", a, b, 1.0
    for a, b in _chains(records, lambda paper: text_key(paper.abstract or "")):
        yield "same abstract", a, b, 1.0
    for a, b in _pairs(records, lambda paper: [text_key(paper.title or "")]):
        if _same_title(records[a], records[b]):
            yield "same title", a, b, 1.0
    for rule, block, least in (
        ("same repository", _repositories, SHARED_WITH_CODE),
        ("same opening", _opening, SHARED_WITH_OPENING),
    ):
        for a, b in _pairs(records, block):
            score = overlap(records[a].abstract or "", records[b].abstract or "")
            if score >= least and not _apart(records[a], records[b]):
                yield rule, a, b, score


def _chains(
    records: Sequence[Paper], of: Callable[[Paper], str | None]
) -> Iterator[tuple[int, int]]:
    """Link each record to the first one with the same value."""
    first: dict[str, int] = {}
    for i, paper in enumerate(records):
        value = of(paper)
        if value:
            if value in first:
                yield first[value], i
            first.setdefault(value, i)


def _pairs(
    records: Sequence[Paper], block: Callable[[Paper], list[str]]
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of records that share a block; blocks that hold too many hold nothing."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for i, paper in enumerate(records):
        for value in block(paper):
            if value:
                blocks[value].append(i)
    for value in sorted(blocks):
        if len(blocks[value]) <= LARGEST_GROUP:
            yield from combinations(blocks[value], 2)


def _repositories(paper: Paper) -> list[str]:
    """Return the repositories of a paper, without the parts of a link that vary."""
    links = (re.sub(r"^https?://(?:www\.)?", "", link.casefold()) for link in paper.code)
    return sorted({re.sub(r"(?:\.git)?/?$", "", "/".join(link.split("/")[:3])) for link in links})


def _opening(paper: Paper) -> list[str]:
    words = text_key(paper.abstract or "").split()
    return [" ".join(words[:OPENING])] if len(words) >= OPENING else []


def overlap(one: str, other: str) -> float:
    """Return the share of the shorter text's five-word runs that the other one has, 0 to 1."""
    runs = [_runs(text_key(text).split()) for text in (one, other)]
    least = min(map(len, runs))
    return len(runs[0] & runs[1]) / least if least else 0.0


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def _surnames(paper: Paper) -> set[str]:
    return {person_key(name).split()[-1] for name in paper.authors if person_key(name)}


def _same_title(one: Paper, other: Paper) -> bool:
    """Tell whether records of one title are one work: no two preprints, an author in common."""
    if one.arxiv and other.arxiv and one.arxiv != other.arxiv:
        return False
    if one.authors and other.authors:
        return bool(_surnames(one) & _surnames(other))
    return len(text_key(one.title or "").split()) >= TELLING_TITLE


def _apart(one: Paper, other: Paper) -> bool:
    """Tell records that cannot be versions: two titles, two preprints, no author in common."""
    titles = {text_key(title) for title in (one.title, other.title) if title}
    preprints = {paper.arxiv for paper in (one, other) if paper.arxiv}
    signed = bool(one.authors and other.authors)
    return (
        len(titles) == 2
        or len(preprints) == 2
        or (signed and not _surnames(one) & _surnames(other))
    )


def _named(
    type: str, key: Callable[[str], str], names: Iterable[str]
) -> dict[tuple[str, str], Entity]:
    """Return the entity of each written name; the most frequent spelling names it."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        seen[key(name)][name] += 1
    found = {}
    for own, spelt in seen.items():
        best = min(spelt, key=lambda name: (-spelt[name], name))
        for name in spelt if own else ():
            found[type, name] = Entity(type, own, best, tuple(sorted(set(spelt) - {best})))
    return found


def _work(records: Sequence[Paper], known: Mapping[tuple[str, str], Entity]) -> Work:
    title = _vote(paper.title for paper in records)
    authors = max((paper.authors for paper in records), key=lambda names: (len(names), names))
    venues = sorted({paper.venue for paper in records if paper.venue})
    return Work(
        id=_work_id(records, title),
        records=tuple(records),
        title=title,
        authors=tuple(known["Author", name] for name in authors if ("Author", name) in known),
        venues=tuple(sorted({known["Venue", name] for name in venues if ("Venue", name) in known})),
        acceptance=tuple(sorted({paper.acceptance for paper in records if paper.acceptance})),
        date=min((paper.date for paper in records if paper.date), default=None),
    )


def _vote(titles: Iterable[str | None]) -> str | None:
    """Return the title that most records have; of several, the longest, then the first."""
    counted = Counter(title for title in titles if title)
    return min(counted, key=lambda title: (-counted[title], -len(title), title), default=None)


def _work_id(records: Sequence[Paper], title: str | None) -> str:
    for scheme in _IDENTIFIERS:
        own = min((value for paper in records if (value := getattr(paper, scheme))), default=None)
        if own:
            return f"paper/{scheme}/{own}"
    if title:
        words = text_key(title)
        slug = words if len(words) <= SLUG else words[: SLUG + 1].rpartition(" ")[0]
        digest = hashlib.sha256(words.encode()).hexdigest()[:8]
        return f"paper/title/{'-'.join((slug or words[:SLUG]).split())}-{digest}"
    return "paper/abstract/" + min(paper.abstract_id or "" for paper in records)
