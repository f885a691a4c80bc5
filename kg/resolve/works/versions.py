"""Two records in, a verdict out: are they versions of one paper, and what says so.

First what nothing else may outvote: an identifier in common, two identifiers of a scheme that
gives a paper one, a reply or a correction, titles that number their papers apart, and a title or
an abstract word for word the same. All other pairs are weighed: titles, by-lines, abstracts and
links are measured, and a logistic regression with fixed weights tells how likely they are one
paper. A measure is 0 where a side lacks its field, so that a missing field says nothing.
"""

import math
import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import lru_cache

from kg.model import Paper, Verdict
from kg.resolve.works.facts import ROMAN, Facts, facts, flat, squares
from kg.resolve.works.texts import plain, stem, words

#: Weight of the words of an abstract in general, and of so few that their likeness counts half.
USUAL, FEW = 100_000, 12_000
#: Words of a run that two texts have in common word for word.
RUN = 5
#: Score of two records that share an identifier; an abstract; a title and an author.
CERTAIN, SAME_ABSTRACT, SAME_TITLE = 1.0, 0.99, 0.98
SAME_BARE_TITLE = 0.9
#: Likeness below which two abstracts are of two papers at a glance, and where nobody signed both.
LEAST_ALIKE, STRANGERS_ALIKE = 0.13, 0.4
#: The most that two records score that cannot be one paper; words below which an abstract is
#: short, and may be a publisher's phrase.
LEAST_DOUBT, SHORT = 0.45, 20
#: Words from which two abstracts can be compared, whatever else is the same.
WHOLE = 60
#: Weight of each measure: a logistic regression over 21,300 pairs of records that are one paper
#: (preprint and publication, rewritten by hand, damaged at random) or look it (nearest texts, same
#: authors, sequels); "base" is 0.75 lower than fitted, for precision.
WEIGHTS: Mapping[str, float] = {
    "abstract": 2.51,
    "abstract above": 2.53,
    "abstract signed": 0.65,
    "abstract unsigned": 2.85,
    "abstract within": 0.16,
    "authors": 1.03,
    "authors within": 2.39,
    "base": -2.55,
    "equal title": 2.84,
    "first author": 0.88,
    "missing system": -1.42,
    "no author": -1.08,
    "no name": -1.63,
    "no number": -1.57,
    "numbers": 1.67,
    "other event": -3.92,
    "other number": 0.94,
    "other repository": -0.81,
    "other system": -2.41,
    "runs": 1.22,
    "same by-line": 1.12,
    "same repository": 0.28,
    "title": -1.56,
    "title in abstract": 1.40,
    "title in both": 1.15,
    "title unsigned": 1.16,
    "title within": 2.29,
    "two abstracts": -1.07,
    "two by-lines": -3.23,
    "two titles": -1.25,
    "whole records": -1.18,
    "words": 3.89,
    "years apart": -4.11,
}
#: Schemes that give a paper one identifier, so that two of them are two papers. OpenAlex and
#: OpenReview list a paper anew for each place where it was submitted; journals do not.
ONE_EACH = ("arxiv", "acl")
#: What answers, corrects or opens other papers, and so shares their titles.
_ABOUT_ANOTHER = re.compile(
    r"(?i)^\W*(?:(?:author|authors|editor)\W+)?(?:reply|response|rejoinder|rebuttal|comments?"
    r"|commentary|correction|corrigendum|corrigenda|erratum|errata|addendum|retraction|retracted"
    r"|discussion|review|withdrawn)\b\s*(?:note\s*)?(?:to\b|on\b|of\b|:|for\b)"
    r"|[(\[:]\s*(?:erratum|corrigendum|correction|reply|rejoinder)\W*$"
)
#: Stems of what only numbers a title.
_MARKS = frozenset({*map(stem, ROMAN), "part", "vol", stem("volume"), "v"})


@lru_cache(maxsize=1 << 12)
def _whole(paper: Paper) -> str:
    return flat(plain(f"{paper.title or ''} {paper.abstract or ''}"))


@lru_cache(maxsize=1 << 13)
def runs(text: str) -> frozenset[int]:
    """Return the runs of words of a text, as numbers that mean nothing outside this process."""
    own = words(text)
    return frozenset(hash(tuple(own[i : i + RUN])) for i in range(len(own) - RUN + 1))


def overlap(one: str, other: str) -> float:
    """Return the share of the shorter text's five-word runs that the other one has, 0 to 1."""
    first, second = runs(one), runs(other)
    least = min(len(first), len(second))
    return len(first & second) / least if least else 0.0


def measures(one: Paper, other: Paper) -> dict[str, float]:
    """Measure a pair, by the names of ``WEIGHTS``; measures of 0 are left out."""
    first, second = facts(one), facts(other)
    found = {"base": 1.0, "words": _cosine(first.both & second.both, first, second, 2)}
    if first.heading and second.heading:
        found |= _titles(first, second)
    if first.abstract and second.abstract:
        found |= _abstracts(one, other, first, second)
    else:
        found["title in abstract"] = max(_inside(first, second), _inside(second, first))
    if first.people and second.people:
        found |= _people(first.people, second.people)
    else:
        found["abstract unsigned"] = found.get("abstract", 0.0)
        found["title unsigned"] = found.get("title", 0.0)
    found["abstract signed"] = found.get("authors within", 0.0) * found.get("abstract", 0.0)
    found["whole records"] = float(found.keys() >= _WHOLE)
    found["other event"] = float(_other_event(first.events, second.events))
    if first.repositories and second.repositories:
        shared = first.repositories & second.repositories
        found["same repository" if shared else "other repository"] = 1.0
    if first.year and second.year:
        found["years apart"] = min(max(abs(first.year - second.year) - 1, 0), 3) / 3
    return {name: value for name, value in found.items() if value}


def _cosine(common: frozenset[str], first: Facts, second: Facts, which: int) -> float:
    """Return how much of the words of two titles, texts, or whole records is common, 0 to 1.

    A text of a sentence or two bears little out, however much of it another one has: the less
    there is of the shorter one, the less its likeness counts.
    """
    size = math.sqrt(first.sizes[which] * second.sizes[which])
    if not size:
        return 0.0
    least = min(first.sizes[which], second.sizes[which])
    told = min(1.0, (1 + FEW / USUAL) * least / (least + FEW)) if which else 1.0
    return told * squares(common) / size


def _inside(first: Facts, second: Facts) -> float:
    """Return the share of the first one's title that the other one has in its abstract."""
    if not (first.heading and second.abstract):
        return 0.0
    return squares(first.heading & second.both) / first.sizes[0]


def _titles(first: Facts, second: Facts) -> dict[str, float]:
    common = first.heading & second.heading
    close = _cosine(common, first, second, 0)
    numbered = first.counts != second.counts
    return {
        "two titles": 1.0,
        "equal title": float(first.title == second.title),
        "title": close,
        "title within": squares(common) / min(first.sizes[0], second.sizes[0]),
        "other system": float(_other_system(first.system, second.system)),
        "other number": close if numbered else 0.0,
    }


def _other_system(one: str, other: str) -> bool:
    """Tell two names that are no misprints of one: LLM2Vec and LLM2Vec-Gen, YOLOv3 and YOLOv4."""
    if not (one and other) or one == other:
        return False
    extended = one.startswith(other) or other.startswith(one)
    if extended or re.sub(r"\D", "", one) != re.sub(r"\D", "", other):
        return True
    return SequenceMatcher(None, min(one, other), max(one, other)).ratio() < 0.8


def _other_event(first: frozenset[str], second: frozenset[str]) -> bool:
    """Tell records that name one meeting or task, and each another year of it."""
    if first & second:
        return False
    series = [{event.rpartition(" ")[0] for event in events} for events in (first, second)]
    return bool(series[0] & series[1])


def _abstracts(one: Paper, other: Paper, first: Facts, second: Facts) -> dict[str, float]:
    common = (first.both & second.both) - first.only - second.only
    close = _cosine(common, first, second, 1)
    shared = overlap(one.abstract or "", other.abstract or "") if close > 0.15 else 0.0
    found = {
        "two abstracts": 1.0,
        "abstract": close,
        "abstract above": max(0.0, close - 0.3),
        "abstract within": squares(common) / (min(first.sizes[1], second.sizes[1]) or 1),
        "runs": max(0.0, shared - 0.2),
        "missing system": float(_lacks(first, other)) + float(_lacks(second, one)),
        "title in both": max(_inside(first, second), _inside(second, first))
        if first.heading and second.heading
        else 0.0,
    }
    if first.numbers and second.numbers:
        alike = len(first.numbers & second.numbers)
        found["numbers"] = math.log1p(alike)
        found["no number"] = float(not alike)
    if first.names and second.names:
        found["no name"] = float(not first.names & second.names)
    return found


def _lacks(own: Facts, other: Paper) -> bool:
    """Tell whether a record never names the system that the other one's title opens with."""
    return bool(own.system) and own.system not in _whole(other)


def _people(first: tuple[str, ...], second: tuple[str, ...]) -> dict[str, float]:
    one, other = set(first), set(second)
    shared = len(one & other)
    return {
        "two by-lines": 1.0,
        "authors within": shared / min(len(one), len(other)),
        "authors": shared / len(one | other),
        "first author": float(first[0] == second[0]),
        "same by-line": float(first == second),
        "no author": float(not shared),
    }


def apart(one: Paper, other: Paper) -> tuple[str, str] | None:
    """Return the rule and the evidence by which two records cannot be one paper, None without.

    Two arXiv or ACL identifiers; two numbers of one publisher; a reply or correction and what it
    is about; titles that are alike but for what numbers them ("part I", "2024", "YOLOv4").
    """
    for scheme in ONE_EACH:
        mine, theirs = getattr(one, scheme), getattr(other, scheme)
        if mine and theirs and mine != theirs:
            return f"other {scheme}", ", ".join(sorted((mine, theirs)))
    if one.doi and other.doi and _other_doi(one.doi, other.doi):
        return "other doi", ", ".join(sorted((one.doi, other.doi)))
    if one.title and other.title:
        both = " | ".join(sorted((one.title, other.title)))
        if bool(_ABOUT_ANOTHER.search(one.title)) != bool(_ABOUT_ANOTHER.search(other.title)):
            return "reply or correction", both
        if _numbered_apart(facts(one), facts(other)):
            return "other number", both
    return None


def _other_doi(one: str, other: str) -> bool:
    """Tell two papers of one publisher; versions of one deposit ("/v2", ".v2") are one."""
    first, second = (re.sub(r"[/.]?v\d+$", "", doi) for doi in (one, other))
    deposit = first.startswith(("10.5281/", "10.6084/", "10.48550/"))
    return first != second and first.split("/")[0] == second.split("/")[0] and not deposit


def _numbered_apart(first: Facts, second: Facts) -> bool:
    if first.counts == second.counts or first.abstract == second.abstract != "":
        return False
    if first.counts - second.counts and second.counts - first.counts:
        return _cosine(first.heading & second.heading, first, second, 0) >= 0.5
    marks = (first.counts ^ second.counts) | _MARKS
    rest = (first.heading - marks, second.heading - marks)
    return rest[0] == rest[1] and bool(rest[0])


#: What a pair of records has that both lack nothing.
_WHOLE = {"two titles", "two abstracts", "two by-lines"}
#: Most pairs are of no likeness at all, so they share a verdict.
_UNLIKE = Verdict(False, 0.01, "little in common")
_STRANGERS = Verdict(False, 0.01, "no author", "little in common")


def same_paper(one: Paper, other: Paper) -> Verdict:
    """Judge whether two records speak of one paper, by all that the two show.

    The order of the two changes nothing. An identifier in common decides, unless titles, authors
    and abstracts all speak against it: then somebody gave a paper the identifier of another.
    Records that cannot be one (see ``apart``) score by their likeness, at most ``LEAST_DOUBT``.
    """
    first, second = facts(one), facts(other)
    shared = min(first.ids & second.ids, default="")
    if shared:
        if _strangers(first, second):
            return Verdict(False, 0.2, "identifier of another", shared)
        return Verdict(True, CERTAIN, f"same {shared.split()[0]}", shared)
    alike = _alike(first, second)
    if first.abstract and second.abstract:
        if alike < LEAST_ALIKE:
            return _UNLIKE
        signed = first.people and second.people
        if alike < STRANGERS_ALIKE and signed and set(first.people).isdisjoint(second.people):
            return _STRANGERS
    parted = apart(one, other)
    if parted is not None:
        score = round(min(alike**2, LEAST_DOUBT), 3)
        return Verdict(False, score, *parted) if score > 0.2 else _UNLIKE
    exact = _exact(one, other, first, second)
    if exact is not None:
        return exact
    found = measures(one, other)
    score = _weigh(found)
    if first.title == second.title and first.title:
        score = min(score, LEAST_DOUBT) if _namesakes(first, second, found) else score
    elif found.get("title", 0.0) < 0.7 and _read_apart(one, other, found):
        score = min(score, LEAST_DOUBT)
    return Verdict(score >= 0.5, score, _rule(found, score), _evidence(first, second, found))


def _strangers(first: Facts, second: Facts) -> bool:
    """Tell records whose titles, authors and abstracts are all there and all other ones."""
    if not (first.heading and second.heading and first.people and second.people):
        return False
    alike = _cosine(first.heading & second.heading, first, second, 0)
    texts = _cosine(first.both & second.both, first, second, 2)
    return alike < 0.2 and texts < 0.2 and not set(first.people) & set(second.people)


def _alike(first: Facts, second: Facts) -> float:
    """Return at a glance how alike two records are, 0 to 1: in all words, or in the title's."""
    titles = _cosine(first.heading & second.heading, first, second, 0)
    return max(_cosine(first.both & second.both, first, second, 2), titles)


def _exact(one: Paper, other: Paper, first: Facts, second: Facts) -> Verdict | None:
    """Judge a pair by an abstract or a title that is word for word the same, None without."""
    unlike = bool(first.title and second.title) and first.title != second.title
    signed = bool(first.people and second.people)
    known = signed and bool(set(first.people) & set(second.people))
    if first.abstract and first.abstract == second.abstract:
        long = len((one.abstract or "").split()) >= SHORT
        if (known or not signed or not unlike) and (long or not unlike):
            return Verdict(True, SAME_ABSTRACT, "same abstract", "word for word")
    if unlike or not first.title or first.title != second.title:
        return None
    telling = first.telling
    unread = not (first.abstract and second.abstract)
    dated = bool(first.year and second.year)
    if known and (telling or (unread and not (dated and first.year != second.year))):
        return Verdict(True, SAME_TITLE, "same title", f"{first.title}; {_common(first, second)}")
    if telling and unread and not signed:
        return Verdict(True, SAME_BARE_TITLE, "same title", first.title)
    return None


def _common(first: Facts, second: Facts) -> str:
    shared = sorted(set(first.people) & set(second.people))
    return f"authors in common: {', '.join(shared[:5])}"


def _namesakes(first: Facts, second: Facts, found: Mapping[str, float]) -> bool:
    """Tell papers of one title that lack what would make them one: an author, or an abstract."""
    if "two by-lines" in found and "no author" in found:
        return found.get("abstract", 0.0) < 0.5
    return not first.telling and found.get("abstract", 0.0) < 0.3


def _read_apart(one: Paper, other: Paper, found: Mapping[str, float]) -> bool:
    """Tell two whole abstracts that hardly share a telling word, whoever signed them."""
    long = all(len((paper.abstract or "").split()) >= WHOLE for paper in (one, other))
    return long and found.get("abstract", 0.0) < LEAST_ALIKE


def _weigh(found: Mapping[str, float]) -> float:
    """Return the probability that a pair with these measures is one paper."""
    total = sum(WEIGHTS.get(name, 0.0) * value for name, value in sorted(found.items()))
    return round(1 / (1 + math.exp(-total)), 3)


def _rule(found: Mapping[str, float], score: float) -> str:
    """Name in a few words what speaks for a pair, or against it."""
    if score < 0.5:
        against = (
            "other event",
            "other system",
            "no author",
            "other number",
            "missing system",
            "no name",
        )
        return next((name for name in against if found.get(name, 0.0) >= 0.5), "unlike")
    parts = [
        name
        for name, least in (("same repository", 1.0), ("title", 0.5), ("abstract", 0.25),
                            ("title in abstract", 0.4), ("authors within", 0.3))
        if found.get(name, 0.0) >= least
    ]  # fmt: skip
    named = " and ".join(parts[:3]).replace("authors within", "authors")
    return named or "words"


def _evidence(first: Facts, second: Facts, found: Mapping[str, float]) -> str:
    shown = ("title", "abstract", "runs", "title in abstract", "words")
    parts = [f"{name} {found[name]:.2f}" for name in shown if name in found]
    if "authors within" in found:
        parts.append(_common(first, second))
    if "same repository" in found:
        parts.append(f"repository {min(first.repositories & second.repositories)}")
    return "; ".join(parts)
