"""Nouns in, the terms that name them in the graph out: prefixes, predicates, IRIs."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from urllib.parse import quote

from pyoxigraph import NamedNode

from kg.errors import KgError
from kg.model import Entity, Mention, Source, Statement
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
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

#: Type of an entity to the folder of its IRI.
FOLDERS: Mapping[str, str] = {**TYPES, "Author": "author", "Venue": "venue"}

#: Predicates of statements that are not of the ontology itself.
BORROWED: Mapping[str, str] = {"broader": "skos:broader"}

#: Characters that XML 1.0 cannot carry, and so neither RDF/XML, GraphML nor GEXF.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


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


def plain(text: str) -> str:
    """Take out of a text what could steer a terminal: controls, marks of direction."""
    return "".join(
        " " if unicodedata.category(letter) in ("Cc", "Zl", "Zp", "Cs") else letter
        for letter in text
        if unicodedata.category(letter) != "Cf"
    )


def short(iri: str, base: str = BASE) -> str:
    """Shorten an IRI: ``kg:uses`` by a known prefix, ``<method/lora>`` below the base."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri.removeprefix(base)}>"


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


def name_iri(entity: Entity, name: str, base: str = BASE) -> NamedNode:
    """Name a name of an entity, to count it."""
    return NamedNode(f"{base}name/{_digest(path(entity), name)}")


def link_iri(entity: Entity, predicate: str, other: str, table: str, base: str = BASE) -> NamedNode:
    """Name a link outward by what it says and by the table that it is from."""
    return NamedNode(f"{base}link/{_digest(path(entity), predicate, other, table)}")


def check_base(base: str) -> None:
    """Raise KgError where a base is no absolute IRI that ends in ``/`` or ``#``."""
    try:
        NamedNode(base)
    except ValueError as error:
        raise KgError(f"base {base!r} is not an absolute IRI: {error}") from error
    if not base.endswith(("/", "#")):
        raise KgError(f"base {base!r} has no end: write a / or # after it")


@lru_cache(1 << 16)
def _segment(text: str) -> str:
    encoded = quote(text, safe="", errors="surrogatepass")
    return encoded if encoded.strip(".") else encoded.replace(".", "%2E")


def _digest(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:16]
