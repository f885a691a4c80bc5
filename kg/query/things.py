"""Names in, the things of the graph that bear them out."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Variable

from kg.errors import KgError
from kg.graph import FOLDERS, PREFIXES, printable, term
from kg.vocab import BASE, TYPES


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
#: Properties by which it is known as well.
ALSO = (
    "skos:altLabel",
    "dct:alternative",
    "fabio:hasArXivId",
    "prism:doi",
    "kg:aclId",
    "kg:openAlexId",
    "foaf:page",
)

#: Length to which an abstract stands in for a title.
OPENING = 70


def find(store: Store, name: str, kind: str = "Thing", *, base: str = BASE) -> tuple[Thing, ...]:
    """Return all that a name stands for, sorted; letter case is ignored.

    The name is a label, an alias, a title, an identifier, or an IRI, in ``<>`` or not, also below
    ``base``. Raises KgError where nothing of that kind is called so.
    """
    wanted = printable(" ".join(name.split()))
    nodes = {*_named(store, wanted), *_addressed(store, wanted, base)}
    things = {thing for node in nodes for thing in see(store, node) if thing.kind in KINDS[kind]}
    if not things:
        close = _close(store, wanted, kind)
        hint = f"did you mean {' or '.join(close)}?" if close else "ask for another name"
        raise KgError(f"no {kind.lower()} in the graph is called {wanted!r}: {hint}")
    return tuple(sorted(things))


def see(store: Store, node: NamedNode) -> Iterator[Thing]:
    """Yield a node as a thing, once for each kind that it is of."""
    classes = {quad.object for quad in store.quads_for_pattern(node, term("rdf:type"), None, None)}
    for kind in KINDS["Thing"]:
        if term(f"kg:{kind}") in classes:
            yield Thing(kind, _shown(store, node), node.value)


def _shown(store: Store, node: NamedNode) -> str:
    for predicate in SHOWN:
        names = sorted(_values(store, node, term(predicate)))
        if names:
            return names[0]
    texts = [
        text
        for abstract in store.quads_for_pattern(None, term("kg:of"), node, None)
        for text in _values(store, abstract.subject, term("kg:text"))
    ]
    return f"{min(texts)[:OPENING]}…" if texts else node.value


def _values(store: Store, node: object, predicate: NamedNode) -> Iterator[str]:
    if isinstance(node, NamedNode):
        for quad in store.quads_for_pattern(node, predicate, None, None):
            if isinstance(quad.object, Literal):
                yield quad.object.value


#: A name as written, and so one row a node and name: a scan, as letter case has no index.
NAMED = """
SELECT DISTINCT ?asked ?thing ?name WHERE {{
  VALUES ?property {{ {properties} }}
  ?thing ?property ?name .
  FILTER({test})
}}
"""


def _scan(store: Store, name: str, test: str) -> Iterator[tuple[NamedNode, str]]:
    found = store.query(
        NAMED.format(properties=" ".join((*SHOWN, *ALSO)), test=test),
        prefixes=dict(PREFIXES),
        use_default_graph_as_union=True,
        substitutions={Variable("asked"): Literal(name)},
    )
    if isinstance(found, QuerySolutions):
        for row in found:
            node, called = row["thing"], row["name"]
            if isinstance(node, NamedNode) and isinstance(called, NamedNode | Literal):
                yield node, called.value


def _named(store: Store, name: str) -> Iterator[NamedNode]:
    for node, _ in _scan(store, name, "LCASE(STR(?name)) = LCASE(?asked)"):
        yield node


def _addressed(store: Store, name: str, base: str) -> Iterator[NamedNode]:
    written = name.removeprefix("<").removesuffix(">")
    for address in (written, base + written):
        try:
            node = NamedNode(address)
        except ValueError:
            continue
        if any(True for _ in store.quads_for_pattern(node, None, None, None)):
            yield node


def _close(store: Store, name: str, kind: str) -> list[str]:
    """Choose up to three names that look like one that was not found."""
    test = (
        "CONTAINS(LCASE(STR(?name)), LCASE(?asked))"
        " || LCASE(SUBSTR(STR(?name), 1, 2)) = LCASE(SUBSTR(?asked, 1, 2))"
    )
    names = {
        called.lower(): called
        for node, called in sorted(_scan(store, name, test), key=lambda row: row[1])
        if any(thing.kind in KINDS[kind] for thing in see(store, node))
    }
    close = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.5)
    inside = sorted((key for key in names if name.lower() in key), key=lambda key: (len(key), key))
    return [names[key] for key in dict.fromkeys([*close, *inside][:3])]
