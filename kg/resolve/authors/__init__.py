"""Signatures in, people out: which by-lines one person signed.

Decisive in this order: a by-line that holds both; ORCIDs; names that clash; a by-line where the
other name stands beside; the same paper twice. Then names and what stands around them are weighed
(``kg.resolve.authors.evidence``): a rare full name is enough by itself, a common one needs
coauthors, an affiliation or a subject in common, and an initial more of it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kg.model import Merge, Signature, Verdict
from kg.resolve.authors.evidence import Byline, odds, prior, probability, read, shared_coauthors
from kg.resolve.authors.fits import Fit, fit
from kg.resolve.authors.names import Name, block
from kg.resolve.names import text_key

__all__ = ["block", "persons", "same_author"]

#: A refused candidate is worth a row of the ledger from this score on.
WORTH_A_ROW = 0.3
#: A signature is held against so many others at most: those that share most with it.
NEAREST = 6
#: What more signatures than this share, in one block, tells nobody apart.
LARGEST_BUCKET = 150
#: Signatures of each group that are held against each other before two groups become one, and
#: the score that they need on average, where no given name is spelt out.
SAMPLE, BACKING = 4, 0.4
#: The score that evidence reaches at most, below that of an ORCID.
SUREST = 0.99
#: Words of a title that make two papers one.
TELLING_TITLE = 4


def same_author(one: Signature | str, other: Signature | str) -> Verdict:
    """Tell whether two signatures are one person's; a text is a name of which nothing is known.

    Any field may be missing. The order of the two changes nothing.
    """
    first, second = (
        read(Signature(name=each or "") if isinstance(each, str) or each is None else each)
        for each in (one, other)
    )
    if _rank(second) < _rank(first):
        first, second = second, first
    return _judge(first, second)


def _rank(line: Byline) -> tuple[object, ...]:
    signature = line.signature
    return (signature.name or "", signature.work or "", signature.position or 0, repr(signature))


def _judge(one: Byline, other: Byline) -> Verdict:
    found = fit(one.name, other.name)
    verdict = _decisive(one, other, found)
    return _weigh(one, other, found) if verdict is None else verdict


def _decisive(one: Byline, other: Byline, found: Fit) -> Verdict | None:
    """Return the verdict where one fact decides."""
    a, b = one.signature, other.signature
    names = f"{a.name} / {b.name}"
    if a.work and a.work == b.work:
        if a.position and a.position == b.position and found.level != "apart":
            return Verdict(True, 0.999, "same place in by-line", f"{a.work}, author {a.position}")
        return Verdict(False, 0.001, "same by-line", a.work)
    if one.orcid and other.orcid:
        if one.orcid != other.orcid:
            return Verdict(False, 0.01, "other orcid", f"{one.orcid} / {other.orcid}")
        # Some ORCIDs were filed under a coauthor: a name with no word in common is not theirs.
        if found.level != "apart" or set(one.name.words) & set(other.name.words):
            return Verdict(True, 0.999, "same orcid", one.orcid)
        return Verdict(False, 0.2, "names clash", f"{names}, though of one ORCID")
    if found.level == "apart":
        return Verdict(False, 0.02, "names clash", names)
    if _beside(one, other) or _beside(other, one):
        return Verdict(False, 0.05, "other name beside", names)
    if _same_paper(one, other):
        return _place(a, b)
    return None


def _beside(one: Byline, other: Byline) -> bool:
    """Tell whether the other's very name stands beside in the by-line, under another author."""
    if one.name == other.name or not other.name.full:
        return False
    beside = one.coauthors.get(block(other.signature.name), ())
    return any(
        (name.family, name.given) == (other.name.family, other.name.given) for name in beside
    )


def _same_paper(one: Byline, other: Byline) -> bool:
    """Tell the two records of one paper: the same title, and by-lines that go together."""
    title = text_key(one.signature.title or "")
    if not title or title != text_key(other.signature.title or ""):
        return False
    if not one.coauthors or not other.coauthors:
        return len(title.split()) >= TELLING_TITLE
    return 2 * len(shared_coauthors(one, other)) >= min(len(one.coauthors), len(other.coauthors))


def _place(one: Signature, other: Signature) -> Verdict:
    """Judge two authors of one paper that was printed twice: places in the by-line must agree."""
    alike = len(one.coauthors) == len(other.coauthors)
    if one.position and other.position and one.position != other.position and alike:
        return Verdict(False, 0.03, "same by-line", f"authors {one.position} and {other.position}")
    return Verdict(True, 0.98, "same paper", one.title or "")


def _weigh(one: Byline, other: Byline, found: Fit) -> Verdict:
    score = min(probability(odds(one, other, found)), SUREST)
    shared = shared_coauthors(one, other)
    places = sorted(one.affiliation & other.affiliation)
    words = sorted(one.title & other.title)
    reasons = [
        ("coauthors", f"coauthors in common: {_spelt(one, shared)}" if shared else ""),
        ("affiliation", f"affiliation: {' '.join(places)}" if places else ""),
        ("subject", f"words of the titles: {', '.join(words[:5])}" if words else ""),
    ]
    said = [(rule, text) for rule, text in reasons if text]
    rare = prior(found) >= 0 and (found.level != "initial" or score >= 0.5)
    alone = "rare name" if rare else "initial" if found.level == "initial" else "common name"
    rule = said[0][0] if said and score >= 0.5 and not (rare and not shared) else alone
    kind = (
        ""
        if found.level == "full"
        else f"{found.level}: {one.signature.name} / {other.signature.name}"
    )
    return Verdict(
        score >= 0.5, score, rule, "; ".join(text for text in (*(t for _, t in said), kind) if text)
    )


def _spelt(line: Byline, shared: dict[str, float]) -> str:
    """Return the telling shared coauthors as one side writes them, five at most."""
    rarest = sorted(shared, key=lambda key: (shared[key], key))[:5]
    return ", ".join(" ".join(line.coauthors[key][0].words) for key in rarest)


# All signatures of a block


def persons(signatures: Sequence[Signature]) -> tuple[list[list[int]], list[Merge]]:
    """Group the signatures of one block into people; and say why, and who was kept apart.

    Returns the groups as sorted positions in the sequence, in order of their first, and the
    ledger, sorted: a row for each signature that joined a group by other than its name's rarity,
    one for each name that joined, and one for each two groups that were nearly joined. The groups
    are the same whatever the order of the signatures. No group holds two ORCIDs, two authors of
    one by-line or two names that clash.
    """
    lines = [read(signature) for signature in signatures]
    order = sorted(range(len(lines)), key=lambda i: _rank(lines[i]))
    ranked = [lines[i] for i in order]
    groups = _Groups(ranked)
    judged = sorted(
        ((_judge(ranked[a], ranked[b]), a, b) for a, b in _candidates(ranked)),
        key=lambda row: (-row[0].score, row[1], row[2]),
    )
    joined, refused = [], []
    for verdict, a, b in judged:
        if groups.find(a) == groups.find(b):
            continue
        # What one fact decides has the highest score, and so comes before all that is weighed.
        if verdict.same and _backed(ranked, groups, a, b) and groups.join(a, b):
            joined.append((verdict, a, b))
        elif verdict.score >= WORTH_A_ROW:
            refused.append((verdict, a, b))
    people = [sorted(order[i] for i in members) for members in groups.all()]
    return sorted(people), _ledger(ranked, groups, joined, refused)


def _backed(lines: Sequence[Byline], groups: "_Groups", a: int, b: int) -> bool:
    """Tell whether two groups of initials go together by more than the one pair that joins them.

    One by-line that two namesakes signed side by side would join all that either wrote. A few
    signatures of each, from its whole length, are held against each other. Where a given name is
    spelt out it keeps namesakes apart, and this would part more people than it mends.
    """
    one, other = (_spread(groups.members(i)) for i in (a, b))
    if len(one) < 2 or len(other) < 2:
        return True
    if any(lines[i].name.full for i in (*one, *other)):
        return True
    scores = [_judge(lines[i], lines[j]).score for i in one for j in other]
    return sum(scores) >= BACKING * len(scores)


def _spread(members: Sequence[int]) -> list[int]:
    return sorted({members[len(members) * i // SAMPLE] for i in range(SAMPLE)})


class _Groups:
    """Groups that only grow, and refuse what no one person can have signed."""

    def __init__(self, lines: Sequence[Byline]) -> None:
        self._lines = lines
        self._parent = list(range(len(lines)))
        self._members = [[i] for i in range(len(lines))]
        self._names: list[set[Name]] = [{line.name} for line in lines]
        self._orcids = [{line.orcid} - {""} for line in lines]
        self._works = [_place_of(line) for line in lines]

    def find(self, i: int) -> int:
        while self._parent[i] != i:
            self._parent[i] = self._parent[self._parent[i]]
            i = self._parent[i]
        return i

    def join(self, a: int, b: int) -> bool:
        """Join the groups of two signatures; False where they cannot be one person's."""
        a, b = sorted((self.find(a), self.find(b)))
        if not self._may_join(a, b):
            return False
        if len(self._members[a]) < len(self._members[b]):
            a, b = b, a
        self._parent[b] = a
        self._members[a] += self._members[b]
        self._names[a] |= self._names[b]
        self._orcids[a] |= self._orcids[b]
        self._works[a].update(self._works[b])
        return True

    def _may_join(self, a: int, b: int) -> bool:
        orcids = self._orcids[a] | self._orcids[b]
        if len(orcids) > 1:
            return False
        few, many = sorted((self._works[a], self._works[b]), key=len)
        if any(work in many and (not place or many[work] != place) for work, place in few.items()):
            return False
        # One ORCID holds names together that would clash: of a person who married, say.
        known = bool(self._orcids[a] and self._orcids[b])
        return known or all(
            fit(one, other).level != "apart" for one in self._names[a] for other in self._names[b]
        )

    def members(self, i: int) -> list[int]:
        """Return the signatures of the group that one stands in, sorted."""
        return sorted(self._members[self.find(i)])

    def all(self) -> list[list[int]]:
        return [sorted(self._members[i]) for i in range(len(self._parent)) if self.find(i) == i]


def _place_of(line: Byline) -> dict[str, int]:
    signature = line.signature
    return {signature.work: signature.position or 0} if signature.work else {}


def _candidates(lines: Sequence[Byline]) -> list[tuple[int, int]]:
    """Return the pairs worth a judgement, a number linear in that of the signatures."""
    pairs = {(min(a, b), max(a, b)) for a, b in (*_neighbours(lines), *_namesakes(lines))}
    return sorted(pairs)


def _neighbours(lines: Sequence[Byline]) -> Iterator[tuple[int, int]]:
    """Pair each signature with those that share most: coauthors, ORCID, title, affiliation."""
    buckets: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        for key in _keys(line):
            buckets[key].append(i)
    for kind, value in sorted(buckets):
        members = buckets[kind, value]
        if kind in ("orcid", "place"):
            yield from zip(members, members[1:], strict=False)
    names = {name: number for number, name in enumerate(dict.fromkeys(x.name for x in lines))}
    numbers = [names[line.name] for line in lines]
    clash: dict[tuple[int, int], bool] = {}
    for i, line in enumerate(lines):
        shared: dict[int, int] = defaultdict(int)
        for key in _keys(line):
            members = buckets[key]
            if 1 < len(members) <= LARGEST_BUCKET:
                weight = 1000 // (len(members) + 5)
                for other in members:
                    shared[other] += weight
        shared.pop(i, None)
        found = 0
        for _, other in sorted((-weight, other) for other, weight in shared.items()):
            pair = (numbers[i], numbers[other])
            if pair not in clash:
                clash[pair] = fit(line.name, lines[other].name).level == "apart"
            if not clash[pair]:
                yield i, other
                found += 1
            if found == NEAREST:
                break


def _keys(line: Byline) -> Iterator[tuple[str, str]]:
    for key in sorted(line.coauthors):
        yield "coauthor", key
    for word in sorted(line.affiliation):
        yield "affiliation", word
    for word in sorted(line.title):
        yield "title", word
    if line.orcid:
        yield "orcid", line.orcid
    if line.signature.work and line.signature.position:
        yield "place", f"{line.signature.position} {line.signature.work}"


def _namesakes(lines: Sequence[Byline]) -> Iterator[tuple[int, int]]:
    """Pair signatures whose names alone may do: written alike, or the only full form of one."""
    forms: dict[Name, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        forms[line.name].append(i)
    for members in forms.values():
        for step in (1, 2):
            yield from zip(members, members[step:], strict=False)
    firsts: dict[str, list[Name]] = defaultdict(list)
    for name in sorted(forms, key=repr):
        firsts[name.given[0] if name.given else ""].append(name)
    for names in firsts.values():
        for one, other in zip(names, names[1:], strict=False):
            yield forms[one][0], forms[other][0]
    full = [names[0] for first, names in sorted(firsts.items()) if len(first) > 1]
    if len(full) <= 12:
        for name, members in forms.items():
            fitting = [other for other in full if fit(name, other).level != "apart"]
            if len(fitting) == 1 and fitting[0] != name:
                yield from ((i, forms[fitting[0]][0]) for i in members)


def _ledger(
    lines: Sequence[Byline],
    groups: _Groups,
    joined: Sequence[tuple[Verdict, int, int]],
    refused: Sequence[tuple[Verdict, int, int]],
) -> list[Merge]:
    """Return a row for each join, seen from the group's first signature, and for near misses."""
    first = {groups.find(members[0]): members[0] for members in groups.all()}
    rows: dict[tuple[str, str, str], Merge] = {}
    for verdict, a, b in joined:
        head = lines[first[groups.find(a)]]
        # Spellings of a rare name are a row each, not the by-lines that carry them.
        by_name = verdict.rule == "rare name"
        what = lines[b].signature.name if by_name else lines[b].label
        row = Merge("author", what, head.label, verdict.rule, verdict.score, verdict.evidence)
        rows.setdefault((what, head.label, verdict.rule), row)
    for verdict, a, b in refused:
        heads = sorted(first[groups.find(i)] for i in (a, b))
        if heads[0] != heads[1]:
            into, what = (lines[i].label for i in heads)
            row = Merge("author", what, into, verdict.rule, verdict.score, verdict.evidence, False)
            rows.setdefault((what, into, "refused"), row)
    return sorted(rows.values())
