"""Two graphs in, what the one has and the other lacks out: papers, entities, statements.

Things are told by their IRIs and statements by their ends, so both graphs need the same base.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from itertools import chain, zip_longest

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.graph import FOLDERS, predicate_iri, term
from kg.query.answers import plain, short
from kg.query.things import OPENING, Thing, see
from kg.vocab import BASE, PAPER_PREDICATE, RELATIONS

#: Kinds of things other than papers, in the order of the report.
ENTITIES = tuple(FOLDERS)
#: Predicates of statements: what papers say of entities, then entities of each other.
SAID = tuple(
    dict.fromkeys([*PAPER_PREDICATE.values(), *(name for name, _, _ in RELATIONS.values())])
)
#: Properties whose values make the facts of a paper, entity, author or venue.
FACTS = (
    *("dct:title", "dct:alternative", "dct:issued", "dct:creator", "kg:venue", "kg:acceptance"),
    *("prism:doi", "fabio:hasArXivId", "kg:aclId", "kg:openAlexId", "kg:openReviewId"),
    *("foaf:page", "kg:code", "kg:category"),
    *("skos:prefLabel", "foaf:name", "skos:altLabel", "kg:orcid"),
    *("dct:isPartOf", "skos:exactMatch", "skos:closeMatch"),
)
#: What stands for the property of a paper's abstracts, which point to it and not it to them.
ABSTRACT = "abstract"

#: A subject and a value: an edge, or a fact.
Pair = tuple[NamedNode, NamedNode | Literal]
#: Tells what a node of one graph is; of no kind, or of more than one.
Sight = Callable[[NamedNode], tuple[Thing, ...]]


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """A statement: its plain edge, whatever supports it."""

    subject: Thing
    #: A property without its prefix: ``proposes``, ``usedFor``.
    predicate: str
    object: Thing


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """A fact of a thing that both graphs have, as the new graph calls it."""

    thing: Thing
    #: A prefixed name of ``FACTS``, or ``ABSTRACT``.
    fact: str
    #: Values that only the old graph has, and only the new one; sorted, as people read them.
    lost: tuple[str, ...]
    gained: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """Papers of both graphs that share records or abstracts, and are not one and the same."""

    old: tuple[Thing, ...]
    new: tuple[Thing, ...]

    @property
    def kind(self) -> str:
        """Call it merged, split, regrouped or, where one paper changed its IRI, renamed."""
        if len(self.new) == 1:
            return "renamed" if len(self.old) == 1 else "merged"
        return "split" if len(self.old) == 1 else "regrouped"


@dataclass(frozen=True, slots=True)
class Diff:
    """What two graphs do not share; all sorted. A paper that moved is gained or lost as well."""

    papers_gained: tuple[Thing, ...] = ()
    papers_lost: tuple[Thing, ...] = ()
    #: Entities, authors and venues, by kind.
    entities_gained: tuple[Thing, ...] = ()
    entities_lost: tuple[Thing, ...] = ()
    statements_gained: tuple[Said, ...] = ()
    statements_lost: tuple[Said, ...] = ()
    #: Of papers, entities, authors and venues that both graphs have.
    changes: tuple[Change, ...] = ()
    moves: tuple[Move, ...] = ()
    base: str = BASE

    def __bool__(self) -> bool:
        """Tell whether the graphs differ."""
        gained = self.papers_gained or self.entities_gained or self.statements_gained
        lost = self.papers_lost or self.entities_lost or self.statements_lost
        return bool(gained or lost or self.changes or self.moves)


def diff(old: Store, new: Store, *, base: str = BASE) -> Diff:
    """Compare two graphs; of stores on disk, holds in memory little more than what differs."""
    papers_lost, papers_gained = _nodes(old, new, "Paper")
    entities = [_nodes(old, new, kind) for kind in ENTITIES]
    here, there = (cache(partial(_see, store)) for store in (old, new))
    said = [_apart(old, new, predicate_iri(name)) for name in SAID]
    return Diff(
        papers_gained=_things(there, papers_gained, "Paper"),
        papers_lost=_things(here, papers_lost, "Paper"),
        entities_gained=_by_kind(there, [gained for _, gained in entities]),
        entities_lost=_by_kind(here, [lost for lost, _ in entities]),
        statements_gained=_said(there, [gained for _, gained in said], base),
        statements_lost=_said(here, [lost for lost, _ in said], base),
        changes=tuple(_changes((old, new), (here, there), base)),
        moves=_moves((old, new), (here, there), papers_lost, papers_gained),
        base=base,
    )


def render(found: Diff, *, most: int = 20) -> str:
    """Write a diff for a terminal: counts, then names, at most so many of each kind and sign."""
    if not found:
        return "no difference\n"
    sections = [section for section in _sections(found) if any(section[2])]
    wide = max(len(title) for title, _, _ in sections)
    lines = [f"{title:<{wide}}  {counts}" for title, counts, _ in sections]
    for title, _, sides in sections:
        lines += ["", f"{title}:"]
        for entries in sides:
            lines += entries[:most]
            if len(entries) > most:
                lines.append(f"  and {len(entries) - most} more")
    return "\n".join(lines) + "\n"


def rows(found: Diff) -> Iterator[str]:
    """Yield a diff as lines of JSON, each with ``change`` (gained, lost ...) and ``what``."""
    for change, what, nouns in (
        ("lost", "paper", found.papers_lost),
        ("gained", "paper", found.papers_gained),
        ("lost", "entity", found.entities_lost),
        ("gained", "entity", found.entities_gained),
        ("lost", "statement", found.statements_lost),
        ("gained", "statement", found.statements_gained),
        ("changed", "fact", found.changes),
    ):
        for noun in nouns:
            yield _line({"change": change, "what": what, **asdict(noun)})
    for move in found.moves:
        yield _line({"change": move.kind, "what": "paper", **asdict(move)})


def _line(row: dict[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _see(store: Store, node: NamedNode) -> tuple[Thing, ...]:
    return tuple(see(store, node))


def _thing(sight: Sight, node: NamedNode, base: str) -> Thing:
    """Return a node as a thing; one that is of no kind goes by its IRI."""
    return next(iter(sight(node)), Thing("", short(node.value, base), node.value))


def _things(sight: Sight, nodes: Iterable[NamedNode], kind: str) -> tuple[Thing, ...]:
    return tuple(sorted(one for node in nodes for one in sight(node) if one.kind == kind))


def _by_kind(sight: Sight, nodes: Sequence[set[NamedNode]]) -> tuple[Thing, ...]:
    found = (_things(sight, some, kind) for kind, some in zip(ENTITIES, nodes, strict=True))
    return tuple(chain.from_iterable(found))


def _said(sight: Sight, edges: Sequence[set[Pair]], base: str) -> tuple[Said, ...]:
    found = (
        Said(_thing(sight, subject, base), predicate, _thing(sight, value, base))
        for predicate, pairs in zip(SAID, edges, strict=True)
        for subject, value in pairs
        if isinstance(value, NamedNode)
    )
    return tuple(sorted(found))


def _nodes(old: Store, new: Store, kind: str) -> tuple[set[NamedNode], set[NamedNode]]:
    """Return the nodes of a kind that only the old graph has, and that only the new one has."""
    lost, gained = _apart(old, new, term("rdf:type"), term(f"kg:{kind}"))
    return {node for node, _ in lost}, {node for node, _ in gained}


def _apart(
    old: Store, new: Store, predicate: NamedNode, value: NamedNode | None = None
) -> tuple[set[Pair], set[Pair]]:
    """Return subject and value of the triples that only the old graph has, and only the new one.

    Both are read in step. A store keeps its triples in order of a hash of their terms, the same
    in each, so what waits for its match is little more than what has none.
    """
    lost: set[Pair] = set()
    gained: set[Pair] = set()
    both = (_pairs(store.quads_for_pattern(None, predicate, value, None)) for store in (old, new))
    for one, other in zip_longest(*both):
        if one != other:
            for pair, own, others in ((one, lost, gained), (other, gained, lost)):
                if pair in others:
                    others.remove(pair)
                elif pair is not None:
                    own.add(pair)
    # A triple comes once for each named graph that holds it, so that one copy may be left over.
    return (
        {pair for pair in lost if not _holds(new, predicate, *pair)},
        {pair for pair in gained if not _holds(old, predicate, *pair)},
    )


def _pairs(quads: Iterable[Quad]) -> Iterator[Pair]:
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            yield quad.subject, quad.object


def _holds(
    store: Store, predicate: NamedNode, subject: NamedNode, value: NamedNode | Literal
) -> bool:
    return next(store.quads_for_pattern(subject, predicate, value, None), None) is not None


def _changes(
    stores: tuple[Store, Store], sights: tuple[Sight, Sight], base: str
) -> Iterator[Change]:
    """Yield what changed in things that both graphs have, in order of kinds and names."""
    changed: dict[tuple[NamedNode, str], tuple[set[str], set[str]]] = defaultdict(
        lambda: (set(), set())
    )
    for fact in FACTS:
        for side, pairs in enumerate(_apart(*stores, term(fact))):
            for node, value in pairs:
                name = value.value
                if isinstance(value, NamedNode):
                    name = _thing(sights[side], value, base).name
                changed[node, fact][side].add(name)
    for side, pairs in enumerate(_apart(*stores, term("kg:of"))):
        for abstract, paper in pairs:
            if isinstance(paper, NamedNode):
                changed[paper, ABSTRACT][side].add(_opening(stores[side], abstract))
    found = (
        Change(thing, fact, tuple(sorted(lost)), tuple(sorted(gained)))
        for (node, fact), (lost, gained) in changed.items()
        if sights[0](node)
        for thing in sights[1](node)
    )
    kinds = ("Paper", *ENTITIES)
    yield from sorted(found, key=lambda change: (kinds.index(change.thing.kind), change))


def _opening(store: Store, abstract: NamedNode) -> str:
    """Return how an abstract begins; its IRI where it has no text."""
    texts = store.quads_for_pattern(abstract, term("kg:text"), None, None)
    text = min((q.object.value for q in texts if isinstance(q.object, Literal)), default="")
    return f"{text[:OPENING]}…" if text else abstract.value


def _moves(
    stores: tuple[Store, Store],
    sights: tuple[Sight, Sight],
    lost: set[NamedNode],
    gained: set[NamedNode],
) -> tuple[Move, ...]:
    """Return the groups of papers that share records or abstracts, and have other IRIs now."""
    found = []
    #: A paper and the side that it stands on: 0 the old graph, 1 the new one.
    seen: set[tuple[int, NamedNode]] = set()
    for start in [*((0, node) for node in lost), *((1, node) for node in gained)]:
        group = {start} - seen
        fresh = list(group)
        while fresh:
            side, paper = fresh.pop()
            pieces = _pieces(stores[side], paper)
            near = {(1 - side, one) for piece in pieces for one in _owners(stores[1 - side], piece)}
            fresh += near - group
            group |= near
        seen |= group
        old, new = (
            _things(sights[side], (node for at, node in group if at == side), "Paper")
            for side in (0, 1)
        )
        if old and new:
            found.append(Move(old, new))
    return tuple(sorted(found))


def _pieces(store: Store, paper: NamedNode) -> set[NamedNode]:
    """Return the records and abstracts of a paper."""
    derived = store.quads_for_pattern(paper, term("prov:wasDerivedFrom"), None, None)
    of = store.quads_for_pattern(None, term("kg:of"), paper, None)
    found = [*(quad.object for quad in derived), *(quad.subject for quad in of)]
    return {one for one in found if isinstance(one, NamedNode)}


def _owners(store: Store, piece: NamedNode) -> set[NamedNode]:
    """Return the papers that a record or an abstract belongs to, and a record's abstracts."""
    derived = store.quads_for_pattern(None, term("prov:wasDerivedFrom"), piece, None)
    of = store.quads_for_pattern(piece, term("kg:of"), None, None)
    found = [*(quad.subject for quad in derived), *(quad.object for quad in of)]
    return {one for one in found if isinstance(one, NamedNode)}


#: A part of the report: its title, its counts, and what is lost, then what is gained, in lines.
Section = tuple[str, str, tuple[list[str], list[str]]]


def _sections(found: Diff) -> Iterator[Section]:
    lost = (*found.papers_lost, *found.entities_lost)
    gained = (*found.papers_gained, *found.entities_gained)
    for kind in ("Paper", *ENTITIES):
        minus = [_named("-", thing, found.base) for thing in lost if thing.kind == kind]
        plus = [_named("+", thing, found.base) for thing in gained if thing.kind == kind]
        yield _section(f"{kind.lower()}s", minus, plus)
    minus = [f"  - {_sentence(said)}" for said in found.statements_lost]
    plus = [f"  + {_sentence(said)}" for said in found.statements_gained]
    yield _section("statements", minus, plus)
    changed = [_told(change, found.base) for change in found.changes]
    yield "facts changed", f"{len(changed)}", (changed, [])
    moved = [_moved(move, found.base) for move in found.moves]
    yield "papers regrouped", f"{len(moved)}", (moved, [])


def _section(title: str, minus: list[str], plus: list[str]) -> Section:
    return title, f"-{len(minus)} +{len(plus)}", (minus, plus)


def _named(sign: str, thing: Thing, base: str) -> str:
    return f"  {sign} {plain(thing.name)} {plain(short(thing.iri, base))}"


def _sentence(said: Said) -> str:
    return f"{plain(said.subject.name)} {said.predicate} {plain(said.object.name)}"


def _told(change: Change, base: str) -> str:
    head = f"  {plain(change.thing.name)} {plain(short(change.thing.iri, base))}: {change.fact}"
    minus = (f"    - {plain(one)}" for one in change.lost)
    return "\n".join([head, *minus, *(f"    + {plain(one)}" for one in change.gained)])


def _moved(move: Move, base: str) -> str:
    signs = (
        ("-", set(move.old) - set(move.new)),
        ("=", set(move.old) & set(move.new)),
        ("+", set(move.new) - set(move.old)),
    )
    lines = (f"  {_named(sign, thing, base)}" for sign, some in signs for thing in sorted(some))
    return "\n".join([f"  {move.kind}:", *lines])
