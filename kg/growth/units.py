"""Units of a graph in, their quads out: what the tables say of each, and what a store holds of it.

A unit owns quads that no other unit owns: a paper, an abstract, an author, a venue, an entity, or
what is claimed of two entities. So a graph is brought up to date unit by unit.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from kg import graph, relate
from kg.graph import EVIDENCE, Link, iri, statement_iri, term
from kg.growth import claims, names, people, places, works
from kg.growth.records import Extractions, extractions, surface
from kg.growth.tables import column, wanted
from kg.model import Claim, Entity, Mention, Statement, Work
from kg.vocab import RELATIONS

Pair = tuple[str, str]
Ends = tuple[Pair, Pair]


@dataclass(slots=True)
class Units:
    """Units by what names them; some may be there no more."""

    #: Ids of works.
    works: set[str] = field(default_factory=set)
    #: Ids of abstracts: the beginning of their digests.
    abstracts: set[str] = field(default_factory=set)
    #: Keys.
    authors: set[str] = field(default_factory=set)
    venues: set[str] = field(default_factory=set)
    #: Types and keys.
    entities: set[Pair] = field(default_factory=set)
    claims: dict[Ends, None] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the units."""
        names = (self.works, self.abstracts, self.authors, self.venues)
        return sum(map(len, names)) + len(self.entities) + len(self.claims)


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for all units of a graph."""

    base: str
    #: Mentions and claims below this confidence are left out.
    least: float
    #: What made the mentions: ``kg.graph.RUN``.
    run: Mapping[str, str]


def every(tables: sqlite3.Connection) -> Units:
    """Return all units that there are."""

    def all_of(query: str) -> set[str]:
        return set(column(tables.execute(query)))

    return Units(
        all_of("SELECT id FROM work"),
        all_of("SELECT sha FROM abstract"),
        all_of("SELECT key FROM person"),
        all_of("SELECT key FROM venue"),
        set(tables.execute("SELECT type, key FROM entity")),
        dict.fromkeys(claims.all_ends(tables)),
    )


#: A unit: its kind, a field of ``Units``, and what names it.
Unit = tuple[str, Any]


def in_order(tables: sqlite3.Connection, units: Units) -> Iterator[Unit]:
    """Yield each unit once: what is read together stands together."""
    rest = set(units.abstracts)
    for id in sorted(units.works):
        yield "works", id
        for sha in sorted(shas(tables, _numbers(tables, id)) & rest):
            rest.discard(sha)
            yield "abstracts", sha
    yield from (("abstracts", sha) for sha in sorted(rest))
    yield from (("authors", key) for key in sorted(units.authors))
    yield from (("venues", key) for key in sorted(units.venues))
    yield from (("entities", pair) for pair in sorted(units.entities))
    yield from (("claims", ends) for ends in units.claims)


@dataclass(frozen=True, slots=True)
class Made:
    """What the quads of units are made of."""

    tables: sqlite3.Connection
    settings: Settings
    found: Extractions


def made(tables: sqlite3.Connection, settings: Settings) -> Made:
    """Return what the quads of units are made of."""
    return Made(tables, settings, extractions(tables, settings.least))


def new_quads(made: Made, unit: Unit) -> Iterator[Quad]:
    """Yield the quads of a unit as the tables have them; none where it is there no more."""
    kind, name = unit
    return _NEW[kind](made, name)


def old_quads(store: Store, unit: Unit, base: str) -> set[Quad]:
    """Return the quads of a unit as a store has them."""
    kind, name = unit
    return _OLD[kind](store, name, base)


def _work(made: Made, id: str) -> Iterator[Quad]:
    """Yield a paper with its sources, its authorships, and what it has to do with entities."""
    bare = works.work(made.tables, id)
    if bare is None:
        return
    base = made.settings.base
    yield from graph.work_quads(_complete(made.tables, bare), base)
    claims_: list[Claim] = []
    named: dict[Mention, Entity] = {}
    for number in _numbers(made.tables, id):
        claims_ += (claim for claim in made.found[number].claims if claim.subject is None)
        named |= _entities(made, number)
    for entity in set(named.values()):
        yield graph.mentions_quad(id, entity, base)
    for statement in relate.roles(id, claims_, named):
        yield from _statement(statement, named, base)


def _numbers(tables: sqlite3.Connection, id: str) -> list[int]:
    """Return the numbers of a work's abstracts."""
    query = """SELECT DISTINCT abstract FROM work JOIN body ON body.work = work.first
        WHERE work.id = ? AND abstract IS NOT NULL"""
    return column(tables.execute(query, (id,)))


def _complete(tables: sqlite3.Connection, work: Work) -> Work:
    return replace(
        work, authors=people.signed(tables, work.id), venues=places.of_work(tables, work.id)
    )


def _entities(made: Made, number: int) -> dict[Mention, Entity]:
    """Return what each mention of an abstract names; those without a key name nothing."""
    named = names.of_abstract(made.tables, number)
    found = {}
    for mention in made.found[number].mentions:
        entity = named.get((surface(mention.quote.text), mention.type))
        if entity is not None:
            found[mention] = entity
    return found


def _statement(statement: Statement, named: Mapping[Mention, Entity], base: str) -> Iterator[Quad]:
    found = graph.surest((mention, named[mention]) for mention in statement.evidence)
    return graph.statement_quads(statement, found, base)


def _abstract(made: Made, sha: str) -> Iterator[Quad]:
    """Yield an abstract with the papers it is of, and its mentions."""
    query = "SELECT id FROM abstract WHERE sha = ?"
    row = made.tables.execute(query, (sha,)).fetchone()
    if row is None:
        return
    base, run = made.settings.base, made.settings.run
    for work, record in works.records_with(made.tables, row[0]):
        yield from graph.abstract_quads(record, work, base)
    for mention, entity in _entities(made, row[0]).items():
        yield from graph.mention_quads(mention, entity, run, base)


def _author(made: Made, key: str) -> Iterator[Quad]:
    author = people.entity(made.tables, key)
    return iter(()) if author is None else graph.entity_quads(author, made.settings.base)


def _venue(made: Made, key: str) -> Iterator[Quad]:
    found = places.entity(made.tables, key)
    if found is not None:
        venue, host = found
        yield from graph.entity_quads(venue, made.settings.base)
        if host is not None:
            yield from graph.host_quads(venue, host, made.settings.base)


def _entity(made: Made, pair: Pair) -> Iterator[Quad]:
    entity = names.entity(made.tables, *pair)
    if entity is None:
        return
    yield from graph.entity_quads(entity, made.settings.base)
    query = "SELECT row FROM outward WHERE type = ? AND key = ?"
    for (row,) in made.tables.execute(query, pair).fetchall():
        table, said = json.loads(row)
        yield from graph.link_quads([Link(**said)], table, made.settings.base)


def _claims(made: Made, ends: Ends) -> Iterator[Quad]:
    for statement, named in claims.statements(made.tables, ends, made.found):
        yield from _statement(statement, named, made.settings.base)


def _about(store: Store, node: NamedNode) -> Iterator[Quad]:
    return store.quads_for_pattern(node, None, None, None)


def _linked(store: Store, node: NamedNode, predicate: str) -> list[NamedNode]:
    quads = store.quads_for_pattern(node, term(predicate), None, None)
    return [quad.object for quad in quads if isinstance(quad.object, NamedNode)]


def _linking(store: Store, node: NamedNode, predicate: str, start: str) -> list[NamedNode]:
    """Return the nodes of the evidence that point to a node, with IRIs that start so."""
    quads = store.quads_for_pattern(None, term(predicate), node, EVIDENCE)
    subjects = (quad.subject for quad in quads)
    return [one for one in subjects if isinstance(one, NamedNode) and one.value.startswith(start)]


def _held_work(store: Store, id: str, base: str) -> set[Quad]:
    node = iri(id, base)
    nodes = [
        node,
        *_linked(store, node, "kg:authorship"),
        *_linked(store, node, "prov:wasDerivedFrom"),
        *_linking(store, node, "rdf:subject", ""),
    ]
    return {quad for one in nodes for quad in _about(store, one)}


def _held_abstract(store: Store, sha: str, base: str) -> set[Quad]:
    node = graph.abstract_iri(sha, base)
    nodes = [node, *_linking(store, node, "kg:in", f"{base}mention/")]
    return {quad for one in nodes for quad in _about(store, one)}


#: What an entity is and is called, and where it is found elsewhere; the rest are claims.
_OWN = (
    "rdf:type",
    "skos:prefLabel",
    "skos:altLabel",
    "skosxl:prefLabel",
    "skosxl:altLabel",
    "skos:exactMatch",
    "skos:closeMatch",
    "foaf:name",
    "kg:orcid",
    "dct:isPartOf",
)


def _held_name(store: Store, pair: Pair, base: str) -> set[Quad]:
    type, key = pair
    node = iri(Entity(type, key, key), base)
    held = {
        quad
        for predicate in _OWN
        for quad in store.quads_for_pattern(node, term(predicate), None, None)
    }
    nodes = [
        *_linked(store, node, "skosxl:prefLabel"),
        *_linked(store, node, "skosxl:altLabel"),
        *_linking(store, node, "rdf:subject", f"{base}link/"),
    ]
    return held | {quad for one in nodes for quad in _about(store, one)}


def _held_claims(store: Store, ends: Ends, base: str) -> set[Quad]:
    subject, object_ = (Entity(*end, end[1]) for end in ends)
    held = set(
        store.quads_for_pattern(iri(subject, base), None, iri(object_, base), DefaultGraph())
    )
    for predicate, _, _ in RELATIONS.values():
        node = statement_iri(Statement(subject, predicate, object_, 0.0), base)
        held |= set(_about(store, node))
    return held


def _held_author(store: Store, key: str, base: str) -> set[Quad]:
    return _held_name(store, ("Author", key), base)


def _held_venue(store: Store, key: str, base: str) -> set[Quad]:
    return _held_name(store, ("Venue", key), base)


#: Kind of a unit to its quads as the tables have them, and as a store has them.
_NEW: Mapping[str, Callable[[Made, Any], Iterator[Quad]]] = {
    "works": _work,
    "abstracts": _abstract,
    "authors": _author,
    "venues": _venue,
    "entities": _entity,
    "claims": _claims,
}
_OLD: Mapping[str, Callable[[Store, Any, str], set[Quad]]] = {
    "works": _held_work,
    "abstracts": _held_abstract,
    "authors": _held_author,
    "venues": _held_venue,
    "entities": _held_name,
    "claims": _held_claims,
}


def abstracts_of(tables: sqlite3.Connection, ids: Iterable[str]) -> set[int]:
    """Return the numbers of the abstracts of works."""
    name = wanted(tables, "of_works", ids)
    return set(
        column(
            tables.execute(
                f"SELECT abstract FROM {name} JOIN work ON work.id = value"
                " JOIN body ON body.work = work.first WHERE abstract IS NOT NULL"
            )
        )
    )


def shas(tables: sqlite3.Connection, numbers: Collection[int]) -> set[str]:
    """Return the ids of abstracts by their numbers."""
    name = wanted(tables, "numbers", numbers)
    return set(column(tables.execute(f"SELECT sha FROM abstract JOIN {name} ON id = value")))
