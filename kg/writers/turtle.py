"""A store in, Turtle or TriG out: grouped by subject, prefixed, sorted, for people to read.

W3C RDF 1.1 Turtle and TriG. Written here, since the order of pyoxigraph's prefixes is its own
and it writes ``paper\\/arxiv\\/2508.21080``, which few readers can take in.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import IO

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from kg.graph import PREFIXES, term
from kg.writers import order

#: Class to the folder of its IRIs; these folders become prefixes.
FOLDERS: Mapping[str, str] = {
    name: name.lower()
    for name in (
        *("Abstract", "Author", "Concept", "Dataset", "Method"),
        *("Run", "Source", "Statement", "Task", "Venue"),
    )
}

#: A local name that needs no escape.
LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?", re.ASCII)

#: Datatype to the literals that Turtle writes bare.
BARE: Mapping[str, re.Pattern[str]] = {
    PREFIXES["xsd"] + "integer": re.compile(r"[+-]?[0-9]+", re.ASCII),
    PREFIXES["xsd"] + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+", re.ASCII),
    PREFIXES["xsd"] + "boolean": re.compile(r"true|false"),
}

#: Longest line that holds several objects; beyond it, each has its own.
WIDTH = 100

ESCAPES: Mapping[str, str] = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}

RDF_TYPE = term("rdf:type")


def write(store: Store, file: IO[bytes], *, evidence: bool) -> int:
    """Write Turtle, all graphs as one, and return the number of triples."""
    prefixes = _prefixes(store)
    _head(prefixes, file)
    return _body(order.triples(store, evidence=evidence), prefixes, "", file)


def write_trig(store: Store, file: IO[bytes], *, evidence: bool) -> int:
    """Write TriG and return the number of quads."""
    prefixes = _prefixes(store)
    _head(prefixes, file)
    written = 0
    for graph, quads in groupby(order.quads(store, evidence=evidence), key=_graph_name):
        triples = (quad.triple for quad in quads)
        if isinstance(graph, DefaultGraph):
            written += _body(triples, prefixes, "", file)
            continue
        file.write(f"\n{_term(graph, prefixes)} {{\n".encode())
        written += _body(triples, prefixes, "    ", file)
        file.write(b"}\n")
    return written


def _graph_name(quad: Quad) -> order.Graph:
    return quad.graph_name


def _prefixes(store: Store) -> dict[str, str]:
    """Map namespaces to prefixes: those of the ontology, and the folders of the store's base."""
    prefixes = {namespace: prefix for prefix, namespace in PREFIXES.items()}
    for name, folder in FOLDERS.items():
        quads = store.quads_for_pattern(None, RDF_TYPE, term(f"kg:{name}"), None)
        node = min((q.subject.value for q in quads if isinstance(q.subject, NamedNode)), default="")
        base, found, _ = node.rpartition(f"/{folder}/")
        if found:
            prefixes[base + found] = folder
    return prefixes


def _head(prefixes: Mapping[str, str], file: IO[bytes]) -> None:
    for prefix, namespace in sorted((prefix, namespace) for namespace, prefix in prefixes.items()):
        file.write(f"@prefix {prefix}: {_iri(namespace)} .\n".encode())


def _body(
    triples: Iterable[Triple], prefixes: Mapping[str, str], margin: str, file: IO[bytes]
) -> int:
    written = 0
    for subject, group in groupby(triples, key=lambda triple: triple.subject):
        known = list(group)
        written += len(known)
        lines = " ;\n".join(_predicates(known, prefixes, f"{margin}    "))
        file.write(f"\n{margin}{_term(subject, prefixes)}\n{lines} .\n".encode())
    return written


def _predicates(
    triples: Iterable[Triple], prefixes: Mapping[str, str], margin: str
) -> Iterator[str]:
    objects: dict[NamedNode, list[str]] = {}
    for triple in triples:
        objects.setdefault(triple.predicate, []).append(_term(triple.object, prefixes))
    names = {p: "a" if p == RDF_TYPE else _term(p, prefixes) for p in objects}
    for predicate in sorted(objects, key=lambda p: (p != RDF_TYPE, names[p])):
        line = f"{margin}{names[predicate]} {', '.join(sorted(objects[predicate]))}"
        apart = f",\n{margin}    ".join(sorted(objects[predicate]))
        yield line if len(line) <= WIDTH else f"{margin}{names[predicate]} {apart}"


def _term(node: order.Node | Literal | Triple, prefixes: Mapping[str, str]) -> str:
    if isinstance(node, NamedNode):
        cut = max(node.value.rfind("/"), node.value.rfind("#")) + 1
        prefix = prefixes.get(node.value[:cut])
        local = node.value[cut:]
        return f"{prefix}:{local}" if prefix and LOCAL.fullmatch(local) else _iri(node.value)
    if isinstance(node, Literal):
        return _literal(node, prefixes)
    return str(node)


def _iri(value: str) -> str:
    return f"<{value if value.isprintable() else ''.join(map(_escape, value))}>"


def _literal(literal: Literal, prefixes: Mapping[str, str]) -> str:
    bare = BARE.get(literal.datatype.value)
    if bare is not None and bare.fullmatch(literal.value):
        return literal.value
    text = f'"{"".join(map(_escape, literal.value))}"'
    if literal.language is not None:
        # What str() puts after the closing quote: the language, and its direction if it has one.
        return text + str(literal)[str(literal).rindex('"') + 1 :]
    if literal.datatype == term("xsd:string"):
        return text
    return f"{text}^^{_term(literal.datatype, prefixes)}"


def _escape(character: str) -> str:
    if character in ESCAPES:
        return ESCAPES[character]
    if character.isprintable():
        return character
    # Marks that turn the direction of writing would show the reader another text.
    code = ord(character)
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
