"""Two signatures in, the evidence around their names out: what speaks for one person, and what not.

The figures in ``WEIGHTS`` and the priors are those of two logistic regressions on pairs whose ORCID
or editors tell the truth (ACL Anthology 2020-2025), and on rare names (arXiv 2025-2026).
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log1p

from kg.model import Signature
from kg.readers import fields
from kg.resolve.authors.fits import Fit, fit
from kg.resolve.authors.names import Name, block, fold, parse

#: Words of a title that tell nothing of its subject: the most frequent of both corpora.
_EVERYWHERE = frozenset(
    """
    a adaptive aligned alignment all an analysis and application applications approach
    approaches approximate are art as at attention augmented automated automatic aware based
    benchmark benchmarking between beyond building by can case challenge challenges context
    corpus cross data dataset datasets deep detection domain driven dynamic efficient empirical
    end enhanced enhancing estimation evaluating evaluation exploring extraction few fine for
    framework free from generation generative guided high how human image images improved
    improving in inference information into is it its knowledge language large learning
    leveraging llm llms long low machine method methods model modeling modelling models multi
    multiple natural network networks neural new no non not novel of on one online open
    optimization or over performance pre prediction processing real reasoning recognition
    representation representations research resource robust scale self semantic shared shot
    study supervised system systems task tasks text the through time to toward towards training
    transformer transformers tuning understanding unified using via video vision visual what
    when with without world zero
    """.split()
)
#: Words of an affiliation that name no one place.
_ANYWHERE = frozenset(
    """
    a academia academy advanced ag ai and applied artificial at business center centre city co
    college com company computational computer computing corp corporation da das de degli del
    della department dept der des di do du e ecole engineering et faculty for foundation fur
    gmbh graduate group higher hochschule iit in inc independent informatics information inst
    institut institute institution instituto intelligence international key l la lab
    laboratories laboratory labs language le limited linguistics llc ltd na national natural
    network none of on polytechnic processing research researcher school science sciences
    scientific service services software state studies systems team tech technical technological
    technologies technology the universidad universidade universita universitaet universitas
    universitat universite universiteit universitt university y
    """.split()
)
#: Words of a venue that every volume has.
_PRINTED = frozenset(
    """
    acl annual association computational conference eighth fifth findings first for fourth in
    international language linguistics long main meeting natural ninth of on on-line papers
    proceedings processing second seventh short sixth tenth the third volume workshop
    """.split()
)

#: Names of the evidence, in the order of ``WEIGHTS``.
EVIDENCE = (
    "coauthor", "coauthors", "rare coauthor", "no coauthor",
    "same affiliation", "like affiliation", "other affiliation",
    "title words", "same venue",
    "same categories", "like categories", "other categories", "years apart",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Byline:
    """A signature made ready to be held against others."""

    signature: Signature
    name: Name
    orcid: str
    #: Names of the others, by block.
    coauthors: dict[str, tuple[Name, ...]]
    affiliation: frozenset[str]
    title: frozenset[str]
    venue: frozenset[str]
    categories: frozenset[str]
    year: int

    @property
    def label(self) -> str:
        """Name the signature for the ledger: the name as written, and its work."""
        signature = self.signature
        return f"{signature.name} ({signature.work})" if signature.work else signature.name


def read(signature: Signature) -> Byline:
    """Make a signature ready; any field may be missing."""
    coauthors: dict[str, list[Name]] = {}
    for other in signature.coauthors or ():
        if other and (key := block(other)):
            coauthors.setdefault(key, []).append(parse(other))
    year = re.match(r"\d{4}", str(signature.date or ""))
    return Byline(
        signature,
        parse(signature.name),
        fields.find_orcid(signature.orcid) or "",
        {key: tuple(sorted(names, key=_order)) for key, names in coauthors.items()},
        _affiliation(signature.affiliation or ""),
        frozenset(_telling(signature.title or "", _EVERYWHERE)),
        frozenset(_telling(signature.venue or "", _PRINTED)),
        frozenset(category.strip() for category in signature.categories or () if category),
        int(year[0]) if year else 0,
    )


def _order(name: Name) -> tuple[str, tuple[str, ...], str]:
    return (name.family, name.given, name.native)


@lru_cache(maxsize=1 << 16)
def _telling(text: str, common: frozenset[str]) -> tuple[str, ...]:
    words = re.findall(r"[^\W\d_]{2,}", fold(text))
    return tuple(sorted({_stem(word) for word in words if word not in common}))


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=1 << 15)
def _affiliation(text: str) -> frozenset[str]:
    """Return the words that tell a place, with the acronyms of its parts: MIT, CMU."""
    words: set[str] = set()
    for part in re.split(r"[,;/&()]|\band\b", fold(text)):
        spelt = re.findall(r"[^\W\d_]+", part)
        words |= {word for word in spelt if len(word) > 1 and word not in _ANYWHERE}
        initials = "".join(word[0] for word in spelt if word not in ("of", "the", "and", "for"))
        if len(initials) > 2:
            words.add(initials)
    return frozenset(words)


def evidence(one: Byline, other: Byline) -> tuple[float, ...]:
    """Return the figures that ``EVIDENCE`` names; 0 wherever a side knows nothing."""
    shared = shared_coauthors(one, other)
    rarity = [max(-weight, -2.0) + 2 for weight in shared.values()]
    both = min(len(one.coauthors), len(other.coauthors))
    places = _overlap(one.affiliation, other.affiliation)
    subject = _overlap(one.categories, other.categories)
    words = len(one.title & other.title)
    apart = abs(one.year - other.year) if one.year and other.year else 0
    return (
        float(bool(shared)),
        log1p(max(len(shared) - 1, 0)),
        log1p(sum(rarity)) if shared else 0.0,
        log1p(both) if both and not shared else 0.0,
        float(places >= 0.6),
        float(0 < places < 0.6),
        float(places == 0),
        log1p(min(words, 4)) if one.title and other.title else 0.0,
        float(bool(one.venue) and one.venue == other.venue),
        float(subject >= 0.6),
        float(0 < subject < 0.6),
        float(subject == 0),
        log1p(apart),
    )


def shared_coauthors(one: Byline, other: Byline) -> dict[str, float]:
    """Return the blocks of the coauthors in common, each with its name's namesakes (a logarithm).

    Of two spellings that fit, the less telling counts: J. Li is many people's name.
    """
    found = {}
    for key in sorted(one.coauthors.keys() & other.coauthors.keys()):
        fits = [fit(a, b) for a in one.coauthors[key] for b in other.coauthors[key]]
        fits = [each for each in fits if each.level != "apart"]
        if fits:
            found[key] = min(each.namesakes for each in fits)
    return found


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of the smaller set that the larger one has; -1 where one is empty."""
    if not one or not other:
        return -1.0
    return len(one & other) / min(len(one), len(other))


# What the evidence weighs

#: Logarithm of odds for each figure of ``EVIDENCE``, and where coauthors are known on both sides.
WEIGHTS = (0.4, 1.0, 1.5, -0.93, 3.0, 0.7, -1.3, 1.5, 0.1, 0.1, -0.2, -1.35, 0.0)
KNOWN = 0.63
#: Places in ``EVIDENCE`` of what speaks for one person; where nothing does, an initial that
#: several people share is not enough, though in the corpora it mostly was.
FOR = tuple(EVIDENCE.index(one) for one in ("coauthor", "same affiliation", "title words"))
ALONE = -0.5
#: Logarithm of odds that two names that fit so are one person's, of a name with one namesake.
PRIORS = {
    "full": 1.0, "middle": 0.7, "nickname": -1.0, "spelling": -1.2, "order": -0.3, "part": -0.6,
    "initial": 2.6,
}  # fmt: skip
#: What each unit of ``Fit.namesakes`` takes off: of full names, of initials, above 0 besides.
COMMON, COMMON_INITIAL, COMMONER = 0.9, 0.5, 0.45


def prior(found: Fit) -> float:
    """Return the logarithm of odds for one person that the names alone give."""
    slope = COMMON_INITIAL if found.level == "initial" else COMMON
    most = found.namesakes
    return PRIORS[found.level] - slope * most - COMMONER * max(most, 0.0)


def odds(one: Byline, other: Byline, found: Fit) -> float:
    """Return the logarithm of odds that one person signed both, from names and all around them."""
    known = KNOWN if one.coauthors and other.coauthors else 0.0
    figures = evidence(one, other)
    weighed = sum(w * x for w, x in zip(WEIGHTS, figures, strict=True))
    logit = prior(found) + known + weighed
    if found.level == "initial" and found.namesakes > 0 and not any(map(figures.__getitem__, FOR)):
        logit = min(logit, ALONE)
    return logit


def probability(logit: float) -> float:
    """Turn a logarithm of odds into a probability, rounded to three digits, never 0 or 1."""
    return round(min(max(1 / (1 + exp(-max(min(logit, 30.0), -30.0))), 0.001), 0.999), 3)
