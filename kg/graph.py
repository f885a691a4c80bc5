"""Works, mentions and statements in, RDF quads out. The ontology is ``kg/ontology.ttl``.

The evidence (mentions and statements) sits in the named graph ``kg:evidence``, the rest in the
default graph. No blank nodes, no time stamps: the same nouns give the same quads.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date as Date
from functools import cache
from urllib.parse import quote

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kg.errors import KgError
from kg.model import Entity, Mention, Paper, Source, Statement, Work
from kg.resolve.names import text_key
from kg.vocab import BASE, ONTOLOGY, TYPES

#: Prefix to namespace, of every term in the graph.
PREFIXES: Mapping[str, str] = {
    "dct": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "kg": ONTOLOGY,
    "oa": "http://www.w3.org/ns/oa#",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

#: Type of an entity to the folder of its IRI.
FOLDERS: Mapping[str, str] = {**TYPES, "Author": "author", "Venue": "venue"}

#: Class of a node to all that it is declared to be; for other entities, ``skos:Concept``.
CLASSES: Mapping[str, tuple[str, ...]] = {
    "Paper": ("kg:Paper", "fabio:ResearchPaper"),
    "Authorship": ("kg:Authorship",),
    "Abstract": ("kg:Abstract",),
    "Source": ("kg:Source", "prov:Entity"),
    "Author": ("kg:Author", "foaf:Person"),
    "Venue": ("kg:Venue",),
    "Mention": ("kg:Mention", "oa:Annotation"),
    "Statement": ("kg:Statement", "rdf:Statement"),
    "Run": ("kg:Run", "prov:Activity"),
    **{name: (f"kg:{name}", "skos:Concept") for name in TYPES},
}

#: Predicates of statements that are not of the ontology itself.
BORROWED: Mapping[str, str] = {"broader": "skos:broader"}

#: What may be said of a run, and the property that says it.
RUN: Mapping[str, str] = {"version": "kg:version", "model": "kg:model"}

#: Property that carries the name of an entity, where it is not ``skos:prefLabel``.
NAME: Mapping[str, str] = {"Author": "foaf:name"}

#: Length of an ISO 8601 date to its datatype, and to what completes it to a day.
PRECISION: Mapping[int, tuple[str, str]] = {
    4: ("xsd:gYear", "-01-01"),
    7: ("xsd:gYearMonth", "-01"),
    10: ("xsd:date", ""),
}

#: Characters that XML 1.0 cannot carry, and so neither RDF/XML, GraphML nor GEXF.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Triple = tuple[NamedNode, NamedNode, NamedNode | Literal]


@cache
def term(name: str) -> NamedNode:
    """Expand a prefixed name of ``PREFIXES``: ``kg:Paper``."""
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


#: The named graph of mentions and statements.
EVIDENCE = term("kg:evidence")


def printable(text: str) -> str:
    """Put U+FFFD for each character that XML cannot carry, one for one, so that offsets hold."""
    return UNPRINTABLE.sub("\ufffd", text)


def path(thing: Entity | str) -> str:
    """Return the path below the base of an entity, or of a work by its id.

    Injective: a space of a key becomes ``-``, and a hyphen ``%2D``. Segments of dots alone are
    encoded too, as a client that resolves the IRI would remove them.
    """
    if isinstance(thing, Entity):
        key = _segment(thing.key).replace("-", "%2D").replace("%20", "-")
        return f"{FOLDERS[thing.type]}/{key}"
    return "/".join(map(_segment, thing.split("/")))


def iri(thing: Entity | str, base: str = BASE) -> NamedNode:
    """Name an entity, or a work by its id: ``method/lora``, ``paper/arxiv/2508.21080``."""
    return NamedNode(base + path(thing))


def abstract_iri(abstract: str, base: str = BASE) -> NamedNode:
    """Name an abstract by its ``abstract_id``."""
    return NamedNode(f"{base}abstract/{_segment(abstract)}")


def source_iri(source: Source, base: str = BASE) -> NamedNode:
    """Name a record by where it stood and what it said."""
    first, last = source.lines
    return NamedNode(f"{base}source/{_digest(source.file, str(first), str(last), source.sha256)}")


def authorship_iri(work: str, position: int, base: str = BASE) -> NamedNode:
    """Name the place of an author in the by-line of a work; positions count from 1."""
    return NamedNode(f"{base}authorship/{path(work).removeprefix('paper/')}/{position}")


def mention_iri(mention: Mention, base: str = BASE) -> NamedNode:
    """Name a mention by its abstract, offsets and type."""
    at = mention.quote
    span = f"{at.start}-{at.end}/{FOLDERS[mention.type]}"
    return NamedNode(f"{base}mention/{_segment(at.abstract)}/{span}")


def statement_iri(statement: Statement, base: str = BASE) -> NamedNode:
    """Name a statement by its subject, predicate and object, whatever the base."""
    ends = (path(statement.subject), statement.predicate, path(statement.object))
    return NamedNode(f"{base}statement/{_digest(*ends)}")


def run_iri(run: Mapping[str, str], base: str = BASE) -> NamedNode:
    """Name a run by what made it, so that equal runs are one."""
    return NamedNode(
        f"{base}run/{_digest(*(part for pair in sorted(run.items()) for part in pair))}"
    )


def predicate_iri(predicate: str) -> NamedNode:
    """Name the property of a statement: ``proposes``, ``broader`` ..."""
    return term(BORROWED.get(predicate, f"kg:{predicate}"))


def to_graph(
    works: Iterable[Work],
    mentions: Iterable[tuple[Mention, Entity]],
    statements: Iterable[Statement],
    *,
    base: str = BASE,
    run: Mapping[str, str] | None = None,
) -> Iterator[Quad]:
    """Turn resolved nouns into quads, in the order of the nouns; a quad may come twice.

    Keys of ``run`` are those of ``RUN``. Each statement comes once. Mentions are read to the end
    before the first is written: of those with the same offsets and type, the surest is kept.
    Raises KgError where the base is no absolute IRI that ends in ``/`` or ``#``.
    """
    _check_base(base)
    here = DefaultGraph()
    papers: dict[str, list[str]] = defaultdict(list)
    declared: set[Entity] = set()

    def declare(entity: Entity) -> Iterator[Quad]:
        if entity not in declared:
            declared.add(entity)
            yield from (Quad(*triple, here) for triple in _entity(entity, base))

    for work in works:
        for entity in (*work.authors, *work.venues):
            yield from declare(entity)
        for triple in _work(work, base):
            yield Quad(*triple, here)
        for abstract in sorted({record.abstract_id or "" for record in work.records} - {""}):
            papers[abstract].append(work.id)

    venues = {entity.key: entity for entity in declared if entity.type == "Venue"}
    for venue in sorted(venues.values()):
        host = _host(venue, venues)
        if host is not None:
            yield from declare(host)
            yield Quad(iri(venue, base), term("dct:isPartOf"), iri(host, base), here)

    if run is not None:
        for triple in _run(run, base):
            yield Quad(*triple, here)

    found = _surest(mentions)
    for mention, entity in found.values():
        yield from declare(entity)
        for triple in _mention(mention, entity, run, base):
            yield Quad(*triple, EVIDENCE)
        for paper in papers[mention.quote.abstract]:
            yield Quad(iri(paper, base), term("kg:mentions"), iri(entity, base), here)

    for statement in statements:
        for end in (statement.subject, statement.object):
            if isinstance(end, Entity):
                yield from declare(end)
        yield Quad(*_edge(statement, base), here)
        for triple in _statement(statement, found, base):
            yield Quad(*triple, EVIDENCE)


Place = tuple[str, int, int, str]


def _place(mention: Mention) -> Place:
    return (mention.quote.abstract, mention.quote.start, mention.quote.end, mention.type)


def _surest(mentions: Iterable[tuple[Mention, Entity]]) -> dict[Place, tuple[Mention, Entity]]:
    found: dict[Place, tuple[Mention, Entity]] = {}
    for mention, entity in mentions:
        place = _place(mention)
        rival = found.get(place)
        if rival is None or (rival[0].confidence, rival) < (mention.confidence, (mention, entity)):
            found[place] = (mention, entity)
    return found


def _work(work: Work, base: str) -> Iterator[Triple]:
    paper = iri(work.id, base)
    yield from _classes(paper, "Paper")
    if work.title is not None:
        yield paper, term("dct:title"), _text(work.title)
    for title in sorted({r.title for r in work.records if r.title is not None} - {work.title}):
        yield paper, term("dct:alternative"), _text(title)
    for position, author in enumerate(work.authors, start=1):
        place = authorship_iri(work.id, position, base)
        yield paper, term("dct:creator"), iri(author, base)
        yield paper, term("kg:authorship"), place
        yield from _classes(place, "Authorship")
        yield place, term("kg:author"), iri(author, base)
        yield place, term("kg:position"), _integer(position)
    for venue in work.venues:
        yield paper, term("kg:venue"), iri(venue, base)
    for status in work.acceptance:
        yield paper, term("kg:acceptance"), _text(status)
    if work.date is not None:
        yield paper, term("dct:issued"), _date(work.date)
        if work.date[:4].isdecimal():
            year = Literal(work.date[:4], datatype=term("xsd:gYear"))
            yield paper, term("fabio:hasPublicationYear"), year
    for record in work.records:
        yield from _record(record, paper, base)


#: Field of a record to the property of its paper, and how its value is written.
IDENTIFIERS: Mapping[str, str] = {
    "doi": "prism:doi",
    "arxiv": "fabio:hasArXivId",
    "acl": "kg:aclId",
    "openalex": "kg:openAlexId",
}


def _record(record: Paper, paper: NamedNode, base: str) -> Iterator[Triple]:
    source = source_iri(record.source, base)
    yield paper, term("prov:wasDerivedFrom"), source
    for name, predicate in IDENTIFIERS.items():
        identifier = getattr(record, name)
        if identifier is not None:
            yield paper, term(predicate), _text(identifier)
    if record.url is not None:
        yield paper, term("foaf:page"), _link(record.url)
    for link in record.code:
        yield paper, term("kg:code"), _link(link)
    for category in record.categories:
        yield paper, term("kg:category"), _text(category)
    yield from _source(record, source)
    if record.abstract is not None and record.abstract_id is not None:
        abstract = abstract_iri(record.abstract_id, base)
        yield from _classes(abstract, "Abstract")
        yield abstract, term("kg:of"), paper
        yield abstract, term("kg:text"), _text(record.abstract)
        yield abstract, term("prov:wasDerivedFrom"), source
        # Only where true: records that share a text then never contradict each other.
        if record.truncated:
            yield abstract, term("kg:truncated"), Literal(True)
        if record.starts_mid:
            yield abstract, term("kg:startsMid"), Literal(True)


def _source(record: Paper, node: NamedNode) -> Iterator[Triple]:
    source = record.source
    yield from _classes(node, "Source")
    yield node, term("kg:file"), _text(source.file)
    yield node, term("kg:lines"), _text("{}-{}".format(*source.lines))
    yield node, term("kg:sha256"), _text(source.sha256)
    yield node, term("dct:format"), _text(source.format)
    if source.id is not None:
        yield node, term("dct:identifier"), _text(source.id)
    if record.date is not None:
        yield node, term("dct:issued"), _date(record.date)


def _entity(entity: Entity, base: str) -> Iterator[Triple]:
    node = iri(entity, base)
    yield from _classes(node, entity.type)
    yield node, term(NAME.get(entity.type, "skos:prefLabel")), _text(entity.name)
    for alias in entity.aliases:
        if alias != entity.name:
            yield node, term("skos:altLabel"), _text(alias)


def _host(venue: Entity, venues: Mapping[str, Entity]) -> Entity | None:
    """Return the conference of a workshop that is called "workshop @ conference"."""
    name = venue.name.rpartition(" @ ")[2]
    key = text_key(name)
    return None if name == venue.name or not key else venues.get(key, Entity("Venue", key, name))


def _run(run: Mapping[str, str], base: str) -> Iterator[Triple]:
    node = run_iri(run, base)
    yield from _classes(node, "Run")
    for name, value in sorted(run.items()):
        yield node, term(RUN[name]), _text(value)


def _mention(
    mention: Mention, entity: Entity, run: Mapping[str, str] | None, base: str
) -> Iterator[Triple]:
    node = mention_iri(mention, base)
    yield from _classes(node, "Mention")
    yield node, term("kg:entity"), iri(entity, base)
    yield node, term("kg:in"), abstract_iri(mention.quote.abstract, base)
    yield node, term("kg:start"), _integer(mention.quote.start)
    yield node, term("kg:end"), _integer(mention.quote.end)
    yield node, term("kg:exact"), _text(mention.quote.text)
    yield node, term("kg:confidence"), _decimal(mention.confidence)
    yield node, term("kg:foundBy"), _text(mention.by)
    yield node, term("kg:sentenceStart"), _integer(mention.sentence[0])
    yield node, term("kg:sentenceEnd"), _integer(mention.sentence[1])
    if run is not None:
        yield node, term("prov:wasGeneratedBy"), run_iri(run, base)


def _edge(statement: Statement, base: str) -> Triple:
    return (
        iri(statement.subject, base),
        predicate_iri(statement.predicate),
        iri(statement.object, base),
    )


def _statement(
    statement: Statement, found: Mapping[Place, tuple[Mention, Entity]], base: str
) -> Iterator[Triple]:
    node = statement_iri(statement, base)
    subject, predicate, object_ = _edge(statement, base)
    yield from _classes(node, "Statement")
    yield node, term("rdf:subject"), subject
    yield node, term("rdf:predicate"), predicate
    yield node, term("rdf:object"), object_
    abstracts = {mention.quote.abstract for mention in statement.evidence}
    yield node, term("kg:support"), _integer(len(abstracts))
    yield node, term("kg:confidence"), _decimal(statement.confidence)
    for mention in statement.evidence:
        yield node, term("kg:evidence"), mention_iri(mention, base)
    if statement.evidence:
        abstract, start, end = _best_sentence(statement, found)
        yield node, term("kg:in"), abstract_iri(abstract, base)
        yield node, term("kg:sentenceStart"), _integer(start)
        yield node, term("kg:sentenceEnd"), _integer(end)


def _best_sentence(
    statement: Statement, found: Mapping[Place, tuple[Mention, Entity]]
) -> tuple[str, int, int]:
    """Choose the sentence that names the most ends, then the surest, then the first."""
    ends: dict[tuple[str, int, int], set[Entity]] = defaultdict(set)
    sure: dict[tuple[str, int, int], float] = defaultdict(float)
    for mention in statement.evidence:
        sentence = (mention.quote.abstract, *mention.sentence)
        known = found.get(_place(mention))
        if known is not None and known[1] in (statement.subject, statement.object):
            ends[sentence].add(known[1])
        sure[sentence] = max(sure[sentence], mention.confidence)
    return min(sure, key=lambda sentence: (-len(ends[sentence]), -sure[sentence], sentence))


def _classes(node: NamedNode, name: str) -> Iterator[Triple]:
    for curie in CLASSES[name]:
        yield node, term("rdf:type"), term(curie)


def _text(text: str) -> Literal:
    return Literal(printable(text))


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=term("xsd:integer"))


def _decimal(number: float) -> Literal:
    # Four digits, since the last ones of a probability differ from one machine to the next.
    canonical = f"{number:.4f}".rstrip("0").rstrip(".")
    return Literal(canonical, datatype=term("xsd:decimal"))


def _date(text: str) -> Literal:
    datatype, rest = PRECISION.get(len(text), ("xsd:string", ""))
    try:
        Date.fromisoformat(text + rest)
    except ValueError:
        return _text(text)
    return Literal(text, datatype=term(datatype))


def _link(url: str) -> NamedNode | Literal:
    """Make a node of an address that is an IRI as it stands; keep any other as text."""
    if not url.startswith(("http://", "https://")):
        return _text(url)
    try:
        return NamedNode(url)
    except ValueError:
        return _text(url)


def _segment(text: str) -> str:
    encoded = quote(text, safe="", errors="surrogatepass")
    return encoded if encoded.strip(".") else encoded.replace(".", "%2E")


def _digest(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:16]


def _check_base(base: str) -> None:
    try:
        NamedNode(base)
    except ValueError as error:
        raise KgError(f"base {base!r} is not an absolute IRI: {error}") from error
    if not base.endswith(("/", "#")):
        raise KgError(f"base {base!r} has no end: write a / or # after it")
