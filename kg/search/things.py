"""Nodes in, the things that a reader knows them as out: kinds, names, identifiers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, Store

from kg.terms import FOLDERS, term
from kg.vocab import TYPES


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """A node of the graph as a reader knows it."""

    #: Paper, Author, Venue, or a key of ``kg.vocab.TYPES``.
    kind: str
    #: Its label; for a paper its title or, where it has none, how its abstract begins.
    name: str
    iri: str


#: What a parameter may ask for, and the classes that answer.
KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Thing": (*FOLDERS, "Paper"),
        "Entity": tuple(TYPES),
        "Paper": ("Paper",),
        **{kind: (kind,) for kind in FOLDERS},
    }
)

#: Properties that say what a thing is called, the one to show first.
SHOWN = ("skos:prefLabel", "foaf:name", "dct:title")
#: Properties that identify it.
IDENTIFIERS = ("fabio:hasArXivId", "prism:doi", "kg:aclId", "kg:openAlexId", "foaf:page")
#: Properties by which it is known as well.
ALSO = ("skos:altLabel", "dct:alternative", *IDENTIFIERS)

#: Length to which an abstract stands in for a title.
OPENING = 70


def see(store: Store, node: NamedNode) -> Iterator[Thing]:
    """Yield a node as a thing, once for each kind that it is of."""
    classes = {quad.object for quad in store.quads_for_pattern(node, term("rdf:type"), None, None)}
    for kind in KINDS["Thing"]:
        if term(f"kg:{kind}") in classes:
            yield Thing(kind, _shown(store, node), node.value)


def called(names: Mapping[str, list[str]], texts: list[str], iri: str) -> str:
    """Choose what a node is called: from its names by property, its abstracts, or its IRI."""
    for predicate in SHOWN:
        if names.get(predicate):
            return min(names[predicate])
    return f"{min(texts)[:OPENING]}…" if texts else iri


def _shown(store: Store, node: NamedNode) -> str:
    for predicate in SHOWN:
        names = _values(store, node, term(predicate))
        if names:
            return called({predicate: names}, [], node.value)
    texts = [
        text
        for abstract in store.quads_for_pattern(None, term("kg:of"), node, None)
        for text in _values(store, abstract.subject, term("kg:text"))
    ]
    return called({}, texts, node.value)


def _values(store: Store, node: object, predicate: NamedNode) -> list[str]:
    if not isinstance(node, NamedNode):
        return []
    quads = store.quads_for_pattern(node, predicate, None, None)
    return [quad.object.value for quad in quads if isinstance(quad.object, Literal)]
