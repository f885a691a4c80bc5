"""A store in, its nodes and links out, as numbers; and which of them to show."""

import difflib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import Literal, NamedNode, Store

from kg.errors import KgError
from kg.graph import FOLDERS, term
from kg.vocab import TYPES

#: What is a node on the page: papers, entities, authors, venues.
NODE_TYPES: tuple[str, ...] = ("Paper", *FOLDERS)

#: Property of a link, to the words for it seen from its subject and from its object.
WORDS: Mapping[str, tuple[str, str]] = {
    "kg:proposes": ("proposes", "proposed by"),
    "kg:introduces": ("introduces", "introduced by"),
    "kg:uses": ("uses", "used by"),
    "kg:evaluatesOn": ("evaluates on", "evaluated on by"),
    "kg:addresses": ("addresses", "addressed by"),
    "kg:about": ("is about", "topic of"),
    "kg:usedFor": ("used for", "done with"),
    "kg:evaluatedOn": ("evaluated on", "used to evaluate"),
    "kg:trainedOn": ("trained on", "used to train"),
    "kg:benchmarkFor": ("benchmark for", "measured by benchmark"),
    "kg:partOf": ("part of", "has part"),
    "skos:broader": ("kind of", "has kind"),
    "kg:comparedWith": ("compared with", "compared with"),
    "kg:studies": ("studies", "studied by"),
    "kg:venue": ("appeared at", "published"),
    "dct:creator": ("written by", "wrote"),
    "dct:isPartOf": ("part of", "includes"),
    "kg:mentions": ("mentions", "mentioned by"),
}

#: Says no more than the other links of a pair: shown only where it is the only one.
WEAKEST = "kg:mentions"

#: Properties that a node can be found by; a name beats an alias.
NAMES: tuple[str, ...] = ("skos:prefLabel", "dct:title", "foaf:name")
ALIASES: tuple[str, ...] = ("skos:altLabel", "dct:alternative")


@dataclass(frozen=True)
class Outline:
    """Every node and link of a graph, without names and texts."""

    #: Sorted; a node's number is its place here.
    iris: tuple[str, ...]
    types: tuple[str, ...]
    #: (subject, object) to the properties between them, sorted.
    links: Mapping[tuple[int, int], tuple[str, ...]]

    @cached_property
    def neighbours(self) -> tuple[frozenset[int], ...]:
        """The nodes that each node is linked to, in either direction."""
        near: list[set[int]] = [set() for _ in self.iris]
        for subject, object_ in self.links:
            if subject != object_:
                near[subject].add(object_)
                near[object_].add(subject)
        return tuple(map(frozenset, near))

    @cached_property
    def papers(self) -> tuple[int, ...]:
        """How many papers each node is linked to."""
        return tuple(sum(self.types[n] == "Paper" for n in near) for near in self.neighbours)


def read(store: Store) -> Outline:
    """Read the nodes and the links between them."""
    kinds: dict[str, str] = {}
    for name in NODE_TYPES:
        for quad in store.quads_for_pattern(None, term("rdf:type"), term(f"kg:{name}"), None):
            if isinstance(quad.subject, NamedNode):
                kinds.setdefault(quad.subject.value, name)
    iris = tuple(sorted(kinds))
    number = {iri: place for place, iri in enumerate(iris)}
    links: dict[tuple[int, int], set[str]] = defaultdict(set)
    for predicate in WORDS:
        for quad in store.quads_for_pattern(None, term(predicate), None, None):
            if not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, NamedNode):
                continue
            subject = number.get(quad.subject.value)
            object_ = number.get(quad.object.value)
            if subject is not None and object_ is not None:
                links[subject, object_].add(predicate)
    return Outline(
        iris,
        tuple(kinds[iri] for iri in iris),
        {pair: _without_weakest(links[pair]) for pair in sorted(links)},
    )


def most_connected(outline: Outline, limit: int) -> list[int]:
    """Return at most ``limit`` nodes, sorted.

    Papers and the entities that two or more papers share come first, by how dense the part is
    that they belong to (k-core; Seidman 1983), then by degree; then entities of one paper; then
    authors and venues.
    """
    tiers = [
        _tier(kind, papers) for kind, papers in zip(outline.types, outline.papers, strict=True)
    ]
    ends = np.array(
        [pair for pair in outline.links if tiers[pair[0]] == 0 == tiers[pair[1]]], dtype=np.intp
    ).reshape(-1, 2)
    cores = _core_numbers(len(tiers), ends)
    ranked = sorted(
        range(len(tiers)),
        key=lambda node: (tiers[node], -cores[node], -len(outline.neighbours[node]), node),
    )
    return sorted(ranked[:limit])


def around(outline: Outline, centre: int, limit: int) -> list[int]:
    """Return a node, its neighbours and theirs, at most ``limit``, sorted.

    Where there are too many, those go first that hold on to more of the part nearer the centre.
    """
    near = outline.neighbours[centre]
    inner = {centre, *near}
    outer = set().union(*(outline.neighbours[node] for node in near)) - inner

    def hold(node: int, part: set[int]) -> tuple[int, int, int]:
        return (-len(outline.neighbours[node] & part), -len(outline.neighbours[node]), node)

    ranked = [
        centre,
        *sorted(near, key=lambda node: hold(node, inner)),
        *sorted(outer, key=lambda node: hold(node, inner)),
    ]
    return sorted(ranked[:limit])


def find(store: Store, outline: Outline, name: str) -> int:
    """Find the one node of that name, title or alias, whatever its case, or of that IRI.

    The end of an IRI will do: ``method/lora``. A name beats an alias.
    Raises KgError, which lists the candidates, where the name fits none or several.
    """
    number = {iri: place for place, iri in enumerate(outline.iris)}
    if name in number:
        return number[name]
    wanted = _folded(name)
    names = _nodes_by_name(store, number, NAMES)
    aliases = _nodes_by_name(store, number, ALIASES)
    ends = {node for iri, node in number.items() if iri.endswith("/" + name.strip("/"))}
    for nodes in (names.get(wanted), aliases.get(wanted), ends):
        if nodes:
            return _only(nodes, outline, name)
    raise KgError(
        f"nothing in the graph is named {name!r}{_suggestion(wanted, {*names, *aliases})}"
    )


def _nodes_by_name(
    store: Store, number: Mapping[str, int], predicates: Sequence[str]
) -> Mapping[str, set[int]]:
    known: dict[str, set[int]] = defaultdict(set)
    for predicate in predicates:
        for quad in store.quads_for_pattern(None, term(predicate), None, None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                node = number.get(quad.subject.value)
                if node is not None:
                    known[_folded(quad.object.value)].add(node)
    return known


def _only(nodes: set[int], outline: Outline, name: str) -> int:
    if len(nodes) == 1:
        return next(iter(nodes))
    listed = "; ".join(f"{outline.types[node]} {outline.iris[node]}" for node in sorted(nodes)[:8])
    raise KgError(f"{name!r} names {len(nodes)} things, give the IRI of one: {listed}")


def _suggestion(wanted: str, known: Collection[str]) -> str:
    names = sorted(known)
    parts = [name for name in names if wanted and wanted in name]
    # Comparing letter by letter is slow: only with names that begin alike.
    alike = [name for name in names if name[:1] == wanted[:1]][:20_000]
    close = sorted(parts, key=lambda name: (len(name), name))[:5]
    close += [name for name in difflib.get_close_matches(wanted, alike, 5) if name not in close]
    if not close:
        return ": kg stats lists what is in it"
    return ": did you mean " + ", ".join(repr(name) for name in close[:5]) + "?"


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _without_weakest(predicates: set[str]) -> tuple[str, ...]:
    return tuple(sorted(predicates - {WEAKEST})) or (WEAKEST,)


def _tier(kind: str, papers: int) -> int:
    if kind == "Paper":
        return 0
    if kind in TYPES:
        return 0 if papers > 1 else 1
    return 2 if papers > 1 else 3


def _core_numbers(count: int, ends: NDArray[np.intp]) -> Sequence[int]:
    """Return for each node the largest k of a part where all have k neighbours in the part."""
    cores = np.zeros(count, dtype=np.int64)
    alive = np.ones(count, dtype=bool)
    k = 0
    while len(ends):
        degrees = np.bincount(ends.ravel(), minlength=count)
        k = max(k, int(degrees[degrees > 0].min()))
        alive &= degrees > k
        cores[degrees > 0] = k
        ends = ends[alive[ends[:, 0]] & alive[ends[:, 1]]]
    return [int(core) for core in cores]
