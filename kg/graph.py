"""Works, mentions and statements in, RDF quads out. The ontology is ``kg/ontology.ttl``.

The evidence (mentions, statements, counted names, links outward) sits in the named graph
``kg:evidence``, the rest in the default graph. No blank nodes, no time stamps: the same nouns give
the same quads. ``to_graph`` puts a whole graph together from units, a generator for each noun:
all quads of a unit depend on its arguments alone, so that a graph can grow by single units.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kg.errors import KgError
from kg.model import Entity, Mention, Paper, Statement, Work
from kg.resolve.names import person_key, text_key
from kg.terms import BORROWED as BORROWED
from kg.terms import EVIDENCE as EVIDENCE
from kg.terms import FOLDERS as FOLDERS
from kg.terms import PREFIXES as PREFIXES
from kg.terms import abstract_iri as abstract_iri
from kg.terms import authorship_iri as authorship_iri
from kg.terms import check_base as check_base
from kg.terms import iri as iri
from kg.terms import link_iri as link_iri
from kg.terms import mention_iri as mention_iri
from kg.terms import name_iri as name_iri
from kg.terms import path as path
from kg.terms import predicate_iri as predicate_iri
from kg.terms import printable as printable
from kg.terms import run_iri as run_iri
from kg.terms import source_iri as source_iri
from kg.terms import statement_iri as statement_iri
from kg.terms import term as term
from kg.vocab import BASE, TYPES

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
    "Name": ("kg:Name", "skosxl:Label"),
    "Link": ("kg:Link", "rdf:Statement"),
    **{name: (f"kg:{name}", "skos:Concept") for name in TYPES},
}

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

Triple = tuple[NamedNode, NamedNode, NamedNode | Literal]
#: Where a mention stands: id of the abstract, start, end, type.
Place = tuple[str, int, int, str]


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """An entity and what a table of another graph takes for the same, or for nearly the same."""

    #: Type and key of the entity.
    type: str
    key: str
    #: What the other graph calls it.
    iri: str
    #: Of SKOS: "exactMatch" or "closeMatch".
    predicate: str
    #: Probability that both are one thing, 0 to 1.
    score: float
    #: What was held against what, for people to read.
    evidence: str = ""


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
    check_base(base)
    papers: dict[str, list[str]] = defaultdict(list)
    declared: set[Entity] = set()

    def declare(*entities: Entity | str) -> Iterator[Quad]:
        for entity in entities:
            if isinstance(entity, Entity) and entity not in declared:
                declared.add(entity)
                yield from entity_quads(entity, base)

    for work in works:
        yield from declare(*work.authors, *work.venues)
        yield from work_quads(work, base)
        for record in work.records:
            yield from abstract_quads(record, work.id, base)
        for abstract in sorted({record.abstract_id or "" for record in work.records} - {""}):
            papers[abstract].append(work.id)

    venues = {entity.key: entity for entity in declared if entity.type == "Venue"}
    for venue in sorted(venues.values()):
        host = _host(venue, venues)
        if host is not None:
            yield from declare(host)
            yield from host_quads(venue, host, base)

    if run is not None:
        yield from run_quads(run, base)

    found = surest(mentions)
    for mention, entity in found.values():
        yield from declare(entity)
        yield from mention_quads(mention, entity, run, base)
        for paper in papers[mention.quote.abstract]:
            yield mentions_quad(paper, entity, base)

    for statement in statements:
        yield from declare(statement.subject, statement.object)
        yield from statement_quads(statement, found, base)


def work_quads(work: Work, base: str = BASE) -> Iterator[Quad]:
    """Yield a paper with its authorships and its sources; authors and venues are pointed to."""
    return _quads(_work(work, base))


def abstract_quads(record: Paper, work: str, base: str = BASE) -> Iterator[Quad]:
    """Yield the abstract of a record, and that it is of a work, given by its id.

    Works that share an abstract share quads.
    """
    return _quads(_abstract(record, work, base))


def entity_quads(entity: Entity, base: str = BASE) -> Iterator[Quad]:
    """Yield what an entity, author or venue is and is called and, where counted, how often."""
    yield from _quads(_entity(entity, base))
    yield from _quads(_counted(entity, base), EVIDENCE)


def host_quads(venue: Entity, host: Entity, base: str = BASE) -> Iterator[Quad]:
    """Yield that a workshop is part of its conference; both are only pointed to."""
    yield Quad(iri(venue, base), term("dct:isPartOf"), iri(host, base))


def run_quads(run: Mapping[str, str], base: str = BASE) -> Iterator[Quad]:
    """Yield what made the mentions; keys are those of ``RUN``."""
    return _quads(_run(run, base))


def mention_quads(
    mention: Mention, entity: Entity, run: Mapping[str, str] | None = None, base: str = BASE
) -> Iterator[Quad]:
    """Yield a mention of an entity; of the entity only type and key count."""
    return _quads(_mention(mention, entity, run, base), EVIDENCE)


def mentions_quad(work: str, entity: Entity, base: str = BASE) -> Quad:
    """Say that a work, given by its id, names an entity."""
    return Quad(iri(work, base), term("kg:mentions"), iri(entity, base))


def statement_quads(
    statement: Statement, found: Mapping[Place, tuple[Mention, Entity]], base: str = BASE
) -> Iterator[Quad]:
    """Yield the plain edge of a statement and its node.

    ``found`` needs to hold the mentions of its evidence, as ``surest`` gives them; of entities
    only type and key count.
    """
    yield Quad(*_edge(statement, base))
    yield from _quads(_statement(statement, found, base), EVIDENCE)


def link_quads(links: Iterable[Link], table: str, base: str = BASE) -> Iterator[Quad]:
    """Yield the plain edge of each link and its node; ``table`` is the name of the table's file.

    Raises KgError for a link to what is no IRI.
    """
    for link in links:
        try:
            other = NamedNode(link.iri)
        except ValueError as error:
            raise KgError(f"{table}: {link.iri!r} is no IRI: mend the table") from error
        entity = Entity(link.type, link.key, "")
        edge = (iri(entity, base), term(f"skos:{link.predicate}"), other)
        node = link_iri(entity, link.predicate, link.iri, table, base)
        yield Quad(*edge)
        yield from _quads(_link(node, edge, link.score, table), EVIDENCE)


def place(mention: Mention) -> Place:
    """Return where a mention stands: no two mentions of a graph share it."""
    return (mention.quote.abstract, mention.quote.start, mention.quote.end, mention.type)


def surest(mentions: Iterable[tuple[Mention, Entity]]) -> dict[Place, tuple[Mention, Entity]]:
    """Keep of the mentions in each place the surest one, in order of first appearance."""
    found: dict[Place, tuple[Mention, Entity]] = {}
    for mention, entity in mentions:
        at = place(mention)
        rival = found.get(at)
        if rival is None or (rival[0].confidence, rival) < (mention.confidence, (mention, entity)):
            found[at] = (mention, entity)
    return found


def _quads(triples: Iterable[Triple], graph: NamedNode | None = None) -> Iterator[Quad]:
    where = graph or DefaultGraph()
    for triple in triples:
        yield Quad(*triple, where)


def _work(work: Work, base: str) -> Iterator[Triple]:
    paper = iri(work.id, base)
    yield from _classes(paper, "Paper")
    if work.title is not None:
        yield paper, term("dct:title"), _text(work.title)
    for title in sorted({r.title for r in work.records if r.title is not None} - {work.title}):
        yield paper, term("dct:alternative"), _text(title)
    affiliations = _affiliations(work)
    for position, author in enumerate(work.authors, start=1):
        seat = authorship_iri(work.id, position, base)
        yield paper, term("dct:creator"), iri(author, base)
        yield paper, term("kg:authorship"), seat
        yield from _classes(seat, "Authorship")
        yield seat, term("kg:author"), iri(author, base)
        yield seat, term("kg:position"), _integer(position)
        for affiliation in sorted(affiliations[position]):
            yield seat, term("kg:affiliation"), _text(affiliation)
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


def _affiliations(work: Work) -> Mapping[int, set[str]]:
    """Map positions of the by-line to the affiliations that records give there.

    The records' own by-lines decide, not the entities' names: those change as a corpus grows.
    """
    whole = [record.authors for record in work.records if len(record.authors) == len(work.authors)]
    line = [person_key(name) for name in min(whole, default=())]
    found: dict[int, set[str]] = defaultdict(set)
    for record in work.records:
        for at, (name, where) in enumerate(zip(record.authors, record.affiliations, strict=False)):
            own = person_key(name)
            seat = line.index(own) if line.count(own) == 1 else at
            if where.strip() and (own in line or len(record.authors) == len(work.authors)):
                found[seat + 1].add(where)
    return found


#: Field of a record to the property of its paper, and how its value is written.
IDENTIFIERS: Mapping[str, str] = {
    "doi": "prism:doi",
    "arxiv": "fabio:hasArXivId",
    "acl": "kg:aclId",
    "openalex": "kg:openAlexId",
    "openreview": "kg:openReviewId",
}


def _record(record: Paper, paper: NamedNode, base: str) -> Iterator[Triple]:
    source = source_iri(record.source, base)
    yield paper, term("prov:wasDerivedFrom"), source
    for name, predicate in IDENTIFIERS.items():
        identifier = getattr(record, name)
        if identifier is not None:
            yield paper, term(predicate), _text(identifier)
    if record.url is not None:
        yield paper, term("foaf:page"), _address(record.url)
    for link in record.code:
        yield paper, term("kg:code"), _address(link)
    for category in record.categories:
        yield paper, term("kg:category"), _text(category)
    yield from _source(record, source)


def _abstract(record: Paper, work: str, base: str) -> Iterator[Triple]:
    source = source_iri(record.source, base)
    paper = iri(work, base)
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
    if entity.orcid:
        yield node, term("kg:orcid"), _text(entity.orcid)


def _counted(entity: Entity, base: str) -> Iterator[Triple]:
    """Yield the names of an entity as nodes that carry their counts (W3C SKOS-XL)."""
    if not entity.counts:
        return
    names = zip((entity.name, *entity.aliases), entity.counts, strict=True)
    for at, (name, count) in enumerate(names):
        node = name_iri(entity, name, base)
        yield iri(entity, base), term("skosxl:altLabel" if at else "skosxl:prefLabel"), node
        yield from _classes(node, "Name")
        yield node, term("skosxl:literalForm"), _text(name)
        yield node, term("kg:count"), _integer(count)


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


def _edge(statement: Statement, base: str) -> tuple[NamedNode, NamedNode, NamedNode]:
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
    named = {
        (end.type, end.key)
        for end in (statement.subject, statement.object)
        if isinstance(end, Entity)
    }
    ends: dict[tuple[str, int, int], set[tuple[str, str]]] = defaultdict(set)
    sure: dict[tuple[str, int, int], float] = defaultdict(float)
    for mention in statement.evidence:
        sentence = (mention.quote.abstract, *mention.sentence)
        known = found.get(place(mention))
        if known is not None:
            ends[sentence] |= named & {(known[1].type, known[1].key)}
        sure[sentence] = max(sure[sentence], mention.confidence)
    return min(sure, key=lambda sentence: (-len(ends[sentence]), -sure[sentence], sentence))


def _link(
    node: NamedNode, edge: tuple[NamedNode, NamedNode, NamedNode], score: float, table: str
) -> Iterator[Triple]:
    yield from _classes(node, "Link")
    for name, end in zip(("rdf:subject", "rdf:predicate", "rdf:object"), edge, strict=True):
        yield node, term(name), end
    yield node, term("kg:confidence"), _decimal(score)
    yield node, term("kg:file"), _text(table)


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


def _address(url: str) -> NamedNode | Literal:
    """Make a node of an address that is an IRI as it stands; keep any other as text."""
    if not url.startswith(("http://", "https://")):
        return _text(url)
    try:
        return NamedNode(url)
    except ValueError:
        return _text(url)
