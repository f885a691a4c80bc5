"""The nouns: what passes from one stage to the next. No spaCy and no RDF in here."""

import hashlib
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Source:
    """One record as it was read: the file, its lines, and a digest of the record's text."""

    file: str
    #: First and last line, counted from 1, both included.
    lines: tuple[int, int]
    #: Hexadecimal SHA-256 of the record's own text, not of the whole file.
    sha256: str
    #: Name of the reader, a key of ``kg.readers.FORMATS``.
    format: str
    #: The id that the record itself carried, if it did.
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """What one source says of one paper; several papers may turn out to be one work."""

    #: Id of this record: ``arxiv:2503.11731``, ``doi:10.1/x`` or, where it has none, a digest.
    id: str
    source: Source
    title: str | None = None
    #: Kept exactly as given, since quotes count characters in it.
    abstract: str | None = None
    #: In the order of the by-line.
    authors: tuple[str, ...] = ()
    #: Of each author, "" where the source gives none; empty where it gives none at all.
    affiliations: tuple[str, ...] = ()
    #: Of each author, the sixteen digits with hyphens; "" and empty as with affiliations.
    orcids: tuple[str, ...] = ()
    venue: str | None = None
    #: The status that stood with the venue: "Accept (regular)", "poster", "published".
    acceptance: str | None = None
    #: ISO 8601, as precise as the source: 2025, 2025-12 or 2025-12-31.
    date: str | None = None
    doi: str | None = None
    arxiv: str | None = None
    acl: str | None = None
    openalex: str | None = None
    #: Id of the forum at OpenReview.
    openreview: str | None = None
    url: str | None = None
    #: Links to repositories, in order of appearance.
    code: tuple[str, ...] = ()
    #: Subject categories that the record came with, as given.
    categories: tuple[str, ...] = ()
    #: The abstract ends mid-sentence in the source.
    truncated: bool = False
    #: The abstract lacks its beginning in the source.
    starts_mid: bool = False

    @property
    def abstract_id(self) -> str | None:
        """Id of the abstract: the first 16 digits of its text's SHA-256, None without a text."""
        return None if self.abstract is None else text_id(self.abstract)


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """What a reader guessed or left out, for the report."""

    file: str
    #: First and last line, counted from 1, both included.
    lines: tuple[int, int]
    #: "guessed", "left out" or "bad record".
    kind: str
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Quote:
    """Characters of an abstract; offsets in code points, ``text == abstract[start:end]``."""

    #: ``Paper.abstract_id`` of the abstract that is quoted.
    abstract: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """One place where an abstract names something."""

    quote: Quote
    #: A key of ``kg.vocab.TYPES``.
    type: str
    #: Probability that the span and its type are right, 0 to 1.
    confidence: float
    #: Name of the component that found it.
    by: str
    #: Offsets of the sentence that it stands in.
    sentence: tuple[int, int]


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """What an abstract says of two mentions, or of its paper and a mention, before resolution."""

    #: A property of the ontology: ``proposes``, ``usedFor``, ``broader`` ...
    predicate: str
    object: Mention
    confidence: float
    #: None where the paper itself is the subject.
    subject: Mention | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was found in one abstract; mentions in order of their offsets."""

    abstract: str
    mentions: tuple[Mention, ...] = ()
    claims: tuple[Claim, ...] = ()
    #: (short form, long form) as written: ("LLM", "large language model").
    abbreviations: tuple[tuple[str, str], ...] = ()

    def surer(self, least: float) -> "Extraction":
        """Leave out mentions and claims below a confidence, and claims on what is left out."""
        kept = frozenset(one for one in self.mentions if one.confidence >= least)
        return replace(
            self,
            mentions=tuple(one for one in self.mentions if one in kept),
            claims=tuple(
                claim
                for claim in self.claims
                if claim.confidence >= least
                and claim.object in kept
                and (claim.subject is None or claim.subject in kept)
            ),
        )


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """A thing that papers name: a method, dataset, task, concept, author or venue."""

    #: A key of ``kg.vocab.TYPES``, or Author or Venue.
    type: str
    #: Normalised name, unique within its type; its IRI is made from both.
    key: str
    name: str
    #: Every other name that it was seen under, sorted.
    aliases: tuple[str, ...] = ()
    #: How often it was seen under its name, then under each alias; empty where nobody counted.
    counts: tuple[int, ...] = ()
    #: Of an author, the sixteen digits with hyphens; "" where nobody gives them.
    orcid: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """One paper of the world, from the one or more records that speak of it."""

    #: Path of its IRI below the base, unquoted: ``paper/arxiv/2503.11731``.
    id: str
    #: Sorted by id and source.
    records: tuple[Paper, ...]
    title: str | None = None
    authors: tuple[Entity, ...] = ()
    venues: tuple[Entity, ...] = ()
    acceptance: tuple[str, ...] = ()
    #: The earliest of the records' dates.
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim about resolved things, with the mentions that say it."""

    #: A work's id, or an entity.
    subject: str | Entity
    predicate: str
    object: Entity
    #: 0 to 1: that of its best evidence.
    confidence: float
    #: Sorted; never empty.
    evidence: tuple[Mention, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two records, names, authors or venues are one thing, and what decided it."""

    same: bool
    #: Probability that they are one thing, 0 to 1; ``same`` where it is at least 0.5.
    score: float
    #: The rule that decided, in a word or three: "same doi", "common name".
    rule: str
    #: What the rule saw, for people to read: "authors in common: Souza, Li".
    evidence: str = ""

    def __bool__(self) -> bool:
        """Tell whether they are one thing."""
        return self.same


@dataclass(frozen=True, slots=True)
class Signature:
    """One author in one by-line, with what else is known there to tell the person by."""

    name: str
    #: Work or record that carries the by-line; a person signs it once.
    work: str = ""
    #: Counted from 1; 0 where it is not known.
    position: int = 0
    #: Names of the others in the by-line, as written.
    coauthors: tuple[str, ...] = ()
    affiliation: str | None = None
    orcid: str | None = None
    title: str | None = None
    venue: str | None = None
    #: ISO 8601, as precise as the source.
    date: str | None = None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Venue:
    """What a printed venue says, taken apart."""

    #: Short name of what the paper appeared in, without a year: "ICLR", "TACL", "Re-Align".
    series: str
    #: Its full name without a year; the series where nobody knows a longer one.
    name: str
    #: Four digits: as printed, from "'24", or from the number of the meeting ("61st").
    year: int | None = None
    workshop: bool = False
    #: Series of the conference that a workshop or a companion volume belongs to.
    parent: str | None = None
    #: What is printed of the status: "oral", "Findings", "to appear".
    status: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Merge:
    """A row of the ledger: what was taken for the same as what, or was not, why, and how sure."""

    #: "paper", "author", "venue" or "entity".
    kind: str
    what: str
    into: str
    rule: str
    #: Probability that both are one thing.
    score: float
    #: What the rule saw, for people to read.
    evidence: str = ""
    #: False where the two were held against each other and stay apart.
    merged: bool = True


def text_id(text: str) -> str:
    """Name a text by the first 16 hexadecimal digits of the SHA-256 of its UTF-8 bytes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
