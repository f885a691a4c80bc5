"""Records in, works out: which records speak of one paper.

In steps that an engine can run again on a part of the records, each pure: ``blocks`` says from one
record alone which others it may be held against, ``pairs`` lists the pairs that share a block,
``same_paper`` judges a pair by all that it shows, ``group`` makes works of the records that are
linked, ``rows`` tells for the ledger what decided, ``work`` puts the records of one together.
``works`` does all of it at once.
"""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations

import networkx

from kg.model import Merge, Paper, Verdict, Work
from kg.resolve.names import text_key
from kg.resolve.works.facts import IDENTIFIERS, facts
from kg.resolve.works.versions import CERTAIN, apart
from kg.resolve.works.versions import same_paper as same_paper

#: Blocks that more records than this share hold nothing: they were shared by chance. Whoever makes
#: pairs of blocks must enforce it, as ``pairs`` does.
LARGEST_GROUP = 50
#: Score from which a refused pair is a row of the ledger.
LEAST_ROW = 0.3
#: Two groups join where their records agree on average by this much.
AGREED = 0.5
#: Pairs across two groups that are looked at before they join.
LOOKED_AT = 200
#: Words that make an opening.
OPENING = 8
#: Characters of a title, in whole words, that stand in the id of a work without an identifier.
SLUG = 60

_Pair = tuple[int, int]


def works(papers: Iterable[Paper]) -> tuple[list[Work], list[Merge]]:
    """Return the works, sorted by id, and the ledger of what was put together or kept apart.

    The order of the papers changes nothing; the same record twice counts once. Authors and venues
    of the works are left empty: they are resolved elsewhere.
    """
    records = sorted(set(papers), key=order)
    verdicts = judge(records, pairs(blocks(paper) for paper in records))
    parted = groups(records, verdicts)
    found = [work([records[i] for i in members]) for members in parted]
    return sorted(found, key=lambda one: one.id), rows(records, verdicts, parted)


def groups(records: Sequence[Paper], verdicts: Mapping[_Pair, Verdict]) -> list[list[int]]:
    """Return the works of all records, as places in ``records``: ``group`` of each linked set."""
    sets = linked(len(records), verdicts)
    place = {i: (at, own) for at, members in enumerate(sets) for own, i in enumerate(members)}
    inside: list[dict[_Pair, Verdict]] = [{} for _ in sets]
    for (a, b), verdict in verdicts.items():
        (at, one), (same, other) = place[a], place[b]
        if at == same:
            inside[at][one, other] = verdict
    return [
        [members[i] for i in part]
        for members, known in zip(sets, inside, strict=True)
        for part in group([records[i] for i in members], known)
    ]


def order(paper: Paper) -> tuple[object, ...]:
    """Return what records are sorted by: id, place and content, so that no two tie."""
    source = paper.source
    return (paper.id, source.file, source.lines, source.sha256, repr(paper))


def blocks(paper: Paper) -> tuple[str, ...]:
    """Return the blocks that a record falls into, sorted, from the record alone.

    Two records can be linked only where they share a block: an identifier, the words of a title
    or of an abstract, an opening, a repository, two authors, the name of a system, one very rare
    word or two rare ones.
    """
    own = facts(paper)
    found = {f"id:{value}" for value in own.ids}
    found |= {f"text:{own.abstract}"} if own.abstract else set()
    found |= {f"title:{own.title}"} if own.title else set()
    found |= {f"system:{own.system}"} if own.system else set()
    found |= {f"code:{link}" for link in own.repositories}
    opening = (paper.abstract or "")[: 30 * OPENING]
    begun = text_key(opening).split()[:OPENING]
    found |= {f"opening:{' '.join(begun)}"} if len(begun) == OPENING else set()
    signed = sorted({*own.people[:2], *own.people[-1:]})
    found |= {f"people:{one}|{other}" for one, other in combinations(signed, 2)}
    found |= {f"person:{name}" for name in own.people if len(own.people) == 1}
    found |= {f"word:{word}" for word in own.lone}
    for telling in (own.paired, own.titled):
        found |= {f"words:{one} {other}" for one, other in combinations(sorted(telling), 2)}
    return tuple(sorted(found))


def pairs(every: Iterable[Collection[str]]) -> list[_Pair]:
    """Return the pairs of records, by their place, that share a block, sorted.

    A block of more than ``LARGEST_GROUP`` records holds nothing.
    """
    members: dict[str, list[int]] = defaultdict(list)
    for place, values in enumerate(every):
        for value in values:
            members[value].append(place)
    found: set[_Pair] = set()
    for places in members.values():
        if 1 < len(places) <= LARGEST_GROUP:
            found.update(combinations(places, 2))
    return sorted(found)


def judge(papers: Sequence[Paper], held: Iterable[_Pair]) -> dict[_Pair, Verdict]:
    """Return the verdicts of pairs that are one paper or nearly: ``LEAST_ROW`` and more.

    Most pairs are neither; ``group`` judges again the few of them that it needs.
    """
    judged = (((a, b), same_paper(papers[a], papers[b])) for a, b in held)
    return {pair: verdict for pair, verdict in judged if verdict.score >= LEAST_ROW}


def linked(count: int, verdicts: Mapping[_Pair, Verdict]) -> list[list[int]]:
    """Return the connected sets of records that verdicts link, each sorted, by first member."""
    graph = networkx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(pair for pair, verdict in verdicts.items() if verdict)
    return sorted(sorted(members) for members in networkx.connected_components(graph))


def group(
    papers: Sequence[Paper],
    verdicts: Mapping[_Pair, Verdict],
    same: Collection[_Pair] = (),
    different: Collection[_Pair] = (),
) -> list[list[int]]:
    """Return the works that one connected set of records makes, as places in ``papers``, sorted.

    What the user calls the same or different wins, the latter over the former. Then the surest
    link joins first, and one that would bring together records that cannot be one paper, or
    groups that hardly agree, is cut: so no chain leads from part I to part II.
    """
    rank = {
        place: at
        for at, place in enumerate(sorted(range(len(papers)), key=lambda i: order(papers[i])))
    }
    judged = {(min(pair), max(pair)): verdict for pair, verdict in verdicts.items()}
    barred = {frozenset(pair) for pair in different}
    home = {place: [place] for place in range(len(papers))}

    def ranked(pair: _Pair) -> _Pair:
        a, b = sorted((rank[pair[0]], rank[pair[1]]))
        return a, b

    def join(one: int, other: int, *, sure: bool) -> None:
        first, second = home[one], home[other]
        if first is second:
            return
        across = sorted(((a, b) for a in first for b in second), key=ranked)
        if any(frozenset(pair) in barred for pair in across):
            return
        if sure or _agree(papers, judged, across[:LOOKED_AT]):
            first.extend(second)
            home.update(dict.fromkeys(second, first))

    for one, other in sorted(same, key=ranked):
        join(one, other, sure=True)
    links = [pair for pair, verdict in judged.items() if verdict]
    for one, other in sorted(links, key=lambda pair: (-judged[pair].score, ranked(pair))):
        join(one, other, sure=judged[one, other].score == CERTAIN)
    return sorted({id(members): sorted(members) for members in home.values()}.values())


def _agree(
    papers: Sequence[Paper], judged: Mapping[_Pair, Verdict], across: Sequence[_Pair]
) -> bool:
    """Tell whether the records of two groups may be one paper, and on average are."""
    scores = []
    for one, other in across:
        pair = (one, other) if one < other else (other, one)
        verdict = judged.get(pair) or same_paper(papers[one], papers[other])
        if not verdict and (verdict.rule == "no author" or apart(papers[one], papers[other])):
            return False
        scores.append(verdict.score)
    return math.fsum(scores) >= AGREED * len(scores)


def rows(
    papers: Sequence[Paper], verdicts: Mapping[_Pair, Verdict], groups: Iterable[Sequence[int]]
) -> list[Merge]:
    """Return the ledger: for each record what put it with another, and what was refused, sorted.

    A record of a work has one row, its surest link to a record before it; a pair that stays apart
    has a row where its score is at least ``LEAST_ROW``.
    """
    home = {place: at for at, members in enumerate(groups) for place in members}
    best: dict[int, tuple[float, int]] = {}
    found = set()
    for (a, b), verdict in sorted(verdicts.items()):
        if home[a] != home[b]:
            if verdict.score >= LEAST_ROW:
                found.add(_row(papers[b], papers[a], verdict, merged=False))
        elif verdict and (b not in best or verdict.score > best[b][0]):
            best[b] = (verdict.score, a)
    for b, (_, a) in best.items():
        found.add(_row(papers[b], papers[a], verdicts[a, b], merged=True))
    return sorted(found, key=lambda row: (row.into, row.what, row.rule))


def _row(what: Paper, into: Paper, verdict: Verdict, *, merged: bool) -> Merge:
    score = round(verdict.score, 2)
    return Merge("paper", name(what), name(into), verdict.rule, score, verdict.evidence, merged)


def name(paper: Paper) -> str:
    """Name a record for the ledger: its id and where it stood."""
    first, last = paper.source.lines
    return f"{paper.id} ({paper.source.file}:{first}-{last})"


def work(records: Sequence[Paper]) -> Work:
    """Make one work of its records; authors and venues are left to those who resolve them."""
    records = sorted(records, key=order)
    title = _vote(paper.title for paper in records)
    return Work(
        id=_work_id(records, title),
        records=tuple(records),
        title=title,
        acceptance=tuple(sorted({paper.acceptance for paper in records if paper.acceptance})),
        date=min((paper.date for paper in records if paper.date), default=None),
    )


def _vote(titles: Iterable[str | None]) -> str | None:
    """Return the title that most records have; of several, the longest, then the first."""
    counted = Counter(title for title in titles if title)
    return min(counted, key=lambda title: (-counted[title], -len(title), title), default=None)


def _work_id(records: Sequence[Paper], title: str | None) -> str:
    for scheme in IDENTIFIERS:
        own = min((value for paper in records if (value := getattr(paper, scheme))), default=None)
        if own:
            return f"paper/{scheme}/{own}"
    if title:
        words = text_key(title)
        slug = words if len(words) <= SLUG else words[: SLUG + 1].rpartition(" ")[0]
        digest = hashlib.sha256(words.encode()).hexdigest()[:8]
        return f"paper/title/{'-'.join((slug or words[:SLUG]).split())}-{digest}"
    return "paper/abstract/" + min(paper.abstract_id or "" for paper in records)
