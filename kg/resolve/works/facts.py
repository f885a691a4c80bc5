"""A record in, what it says of its paper out, ready to be held against what another says."""

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from kg.model import Paper, text_id
from kg.resolve.names import person_key
from kg.resolve.works.texts import (
    TELLING,
    count,
    fold,
    names,
    plain,
    square,
    stem,
    weight,
    words,
    written,
)

#: Words from which a title tells its paper without authors; those in brackets of what every
#: volume has ("Editorial", "Message from the Program Chairs") do not count.
TELLING_TITLE = 4
_OF_EVERY_VOLUME = re.compile(
    r"\b(?:editorials?|prefaces?|forewords?|introduction|afterword|front ?matter|table of contents"
    r"|(?:author|subject) index|index|list of \w+|erratum|keynotes?|panel|obituary|in memoriam"
    r"|messages? from|welcome|letter|note|news|the|a|an|of|to|from|for|and|in|by|on|issue|special"
    r"|volume|part|program|programme|general|conference|workshop|organi[sz]ers?|chairs?|editors?"
    r"|committee|proceedings|book reviews?|summary|tutorials?|invited talks?|abstracts?|overview)\b"
)
#: Weight of stems that say too little to be compared, and of those by which a record is found in
#: pairs and alone; how many of each.
LITTLE, PAIRED, LONE, PAIRED_WORDS, TITLED_WORDS, LONE_WORDS = 2.0, 2.5, 9.0, 7, 4, 8
#: Schemes by which records are told to be of one paper, the most readable first.
IDENTIFIERS = ("arxiv", "acl", "doi", "openalex", "openreview")
#: Numbers as they are written in titles.
ROMAN = {
    "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8",
    "ix": "9", "x": "10", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6",
    "seventh": "7", "eighth": "8", "ninth": "9", "tenth": "10",
}  # fmt: skip
_ROMAN_NUMBER = re.compile(r"(?<=[\s-])(?:II|III|IV|VI{0,3}|IX)\b")
_ORDINAL = re.compile(r"(?i)\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b")
#: What has editions.
_HELD = frozenset("edition workshop challenge conference round shared".split())
_EVENT = re.compile(r"(\D*[A-Z]\D*)((?:19|20)\d\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PART = re.compile(r"(?i)\b(?:part|vol|volume|paper|chapter)\W+(\w+)\b")
#: Worth of a word that is said so often; what is said again survives a rewriting.
_TIMES = tuple(round(1 + 0.5 * math.log(max(times, 1)), 3) for times in range(10))
_NAME = re.compile(r"\w*[A-Z]\w*[A-Z0-9]\w*|\w*[A-Z]\w*\d\w*|\d+[A-Z]\w*")
#: Numbers that are no year, and none that half of all abstracts have.
_TELLING_NUMBER = re.compile(r"(?!(?:19|20)\d\d$|10+$|\d$)\d+(?:[.,]\d+)*")


class Facts(NamedTuple):
    """What one record says of its paper."""

    #: "doi 10.1/x" for each identifier.
    ids: frozenset[str]
    #: The title in words; a digest of the abstract's words.
    title: str
    abstract: str
    #: Stems of title and abstract, of the title, and of the title alone; but for the title's, those
    #: that say little are left out.
    both: frozenset[str]
    heading: frozenset[str]
    only: frozenset[str]
    #: Sums of the squared weights of the stems of the title, of the abstract, and of both.
    sizes: tuple[int, int, int]
    #: Stems by which the record is found: alone, in pairs, and in pairs of the title.
    lone: tuple[str, ...]
    paired: tuple[str, ...]
    titled: tuple[str, ...]
    #: Rare words of both that are written with capitals or digits inside.
    names: frozenset[str]
    #: Numbers of the abstract.
    numbers: frozenset[str]
    #: The name that the title opens with, see ``system``.
    system: str
    #: What numbers the title, see ``counts``.
    counts: frozenset[str]
    #: Meetings and tasks that are named with a year, and editions: "iwslt 2025", "edition 5".
    events: frozenset[str]
    #: The title tells the paper without authors.
    telling: bool
    #: Family name and first initial of each author, in order.
    people: tuple[str, ...]
    repositories: frozenset[str]
    year: int


@lru_cache(maxsize=1 << 17)
def facts(paper: Paper) -> Facts:
    """Take a record apart."""
    title, abstract = written(paper.title or ""), written(paper.abstract or "")
    text = fold(abstract)
    heading, body = count(fold(title)), count(text)
    telling = frozenset([own for own in body if weight(own) >= LITTLE])
    both = telling.union(heading)
    lone, paired = _telling(heading, body)
    year = re.match(r"\d{4}", paper.date or "")
    named = frozenset(names({*title, *abstract}))
    spoken = plain(paper.title or "")
    key = " ".join(fold(title))
    return Facts(
        ids=frozenset(f"{x} {own}" for x in IDENTIFIERS if (own := getattr(paper, x))),
        title=key,
        abstract=text_id(" ".join(text)) if text else "",
        both=both,
        heading=frozenset(heading),
        only=frozenset(heading) - telling,
        sizes=(squares(heading), squares(telling), squares(both)),
        lone=lone,
        paired=paired,
        titled=tuple(sorted(heading, key=lambda own: (-weight(own), own))[:TITLED_WORDS]),
        names=frozenset(_rare(named)),
        numbers=frozenset([n for n in text if n[0].isdigit() and _TELLING_NUMBER.fullmatch(n)]),
        system=system(spoken),
        counts=counts(spoken),
        events=frozenset(_events([*title, *abstract], named)),
        telling=_telling_title(key),
        people=tuple(dict.fromkeys(filter(None, map(person, paper.authors)))),
        repositories=frozenset(repositories(paper)),
        year=int(year[0]) if year else 0,
    )


def _telling(
    heading: Mapping[str, int], body: Mapping[str, int]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the stems that tell most, alone and in pairs: rare, repeated, or in the title."""
    worth = []
    for own in heading.keys() | body.keys():
        rarity = weight(own)
        if rarity >= PAIRED:
            times = heading.get(own, 0) + body.get(own, 0)
            value = rarity * (_TIMES[min(times, 9)] * (1.15 if own in heading else 1.0))
            worth.append((-value, own, rarity))
    worth.sort()
    lone = [own for _, own, rarity in worth if rarity >= LONE][:LONE_WORDS]
    return tuple(lone), tuple([own for _, own, rarity in worth if rarity < LONE][:PAIRED_WORDS])


def _events(some: list[str], named: Collection[str]) -> Iterator[str]:
    """Yield the meetings and tasks that words name with a year, and editions by their number."""
    for name in named:
        match = _EVENT.fullmatch(name)
        if match:
            yield f"{match[1].casefold()} {match[2]}"
    every = set(some)
    if every.isdisjoint(_HELD) and not any(map(_YEAR.fullmatch, every)):
        return
    for before, word in pairwise(some):
        if word in _HELD:
            number = ROMAN.get(before.casefold()) or re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", before)
            if number.isdigit() and len(number) < 3:
                yield f"edition {number}"
        elif before in named and _YEAR.fullmatch(word):
            yield f"{before.casefold()} {word}"


def _telling_title(key: str) -> bool:
    own = _OF_EVERY_VOLUME.sub(" ", key).split()
    return len(key.split()) >= TELLING_TITLE and sum(not word.isdigit() for word in own) >= 2


def _rare(named: Iterable[str]) -> Iterator[str]:
    own = (stem(name.casefold()) for name in named)
    return (name for name in own if weight(name) >= TELLING)


def repositories(paper: Paper) -> list[str]:
    """Return the repositories of a paper, without the parts of a link that vary."""
    links = (re.sub(r"^https?://(?:www\.)?", "", link.casefold()) for link in paper.code)
    return sorted({re.sub(r"(?:\.git)?/?$", "", "/".join(link.split("/")[:3])) for link in links})


@lru_cache(maxsize=1 << 18)
def person(name: str) -> str:
    """Return family name and first initial: "souza a" of Ana Souza, Souza, A. and A. M. Souza."""
    parts = person_key(name).split()
    while len(parts) > 1 and parts[-1] in {"jr", "sr", "ii", "iii", "iv"}:
        parts.pop()
    if not parts:
        return ""
    if len(parts) > 1 and len(parts[-1]) == 1 and len(parts[0]) > 1:
        parts = [parts[-1], parts[0]]  # "Souza A", as PubMed writes names
    return f"{parts[-1]} {parts[0][0]}" if len(parts) > 1 else parts[0]


def system(title: str) -> str:
    """Return the name that a title opens with, before its colon, or is: "llm2vecgen", or ""."""
    head, colon, rest = title.partition(":")
    alone = not rest.strip() and len(head.split()) == 1
    if len(head.split()) > 3 or not (alone or (colon and rest.strip())):
        return ""
    telling = _NAME.search(head) or any(weight(stem(word)) >= 7 for word in words(head))
    return flat(head) if telling else ""


def flat(text: str) -> str:
    """Return the letters, digits, + and # of a text, in lower case."""
    return "".join(re.findall(r"[\w+#]+", text.casefold()))


def counts(title: str) -> frozenset[str]:
    """Return what numbers a title, or a name in it: part II, Third, v2, 2024, YOLOv4."""
    found = {re.sub(r"(?:\.0)+$", "", own) for own in re.findall(r"\d+(?:\.\d+)*", title)}
    said = [*_PART.findall(title), *_ROMAN_NUMBER.findall(title), *_ORDINAL.findall(title)]
    return frozenset(found | {ROMAN.get(x.casefold(), x.casefold()) for x in said})


def squares(some: Iterable[str]) -> int:
    """Return the sum of the squares of the stems' weights, in hundredths."""
    return sum(map(square, some))
