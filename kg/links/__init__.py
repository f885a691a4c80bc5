"""Names and a table of another graph in, links to it out; nothing is asked of the network.

A link is never more than the table bears out: one label for one thing on either side is an exact
match, all else a close one with a lower score, and what is too weak is refused and told.
"""

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from kg.errors import KgError
from kg.graph import Link as Link
from kg.links import skos, tables
from kg.links.matching import Refused as Refused
from kg.links.matching import match as match
from kg.links.matching import report as report
from kg.links.noun import Term as Term
from kg.terms import FOLDERS, term
from kg.vocab import BASE, TYPES

#: Suffix of a file of triples to its format; content tells all other files.
RDF: Mapping[str, RdfFormat] = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
}
#: How a file of triples begins, and its format; N-Triples are N-Quads, and Turtle is TriG.
_HEADS: tuple[tuple[re.Pattern[str], RdfFormat], ...] = (
    (re.compile(r"<\?xml|<!--|<!DOCTYPE|<(?:\w+:)?RDF\b", re.I), RdfFormat.RDF_XML),
    (re.compile(r"(?:#[^\n]*\s+)*(?:@?prefix\b|@?base\b)", re.I), RdfFormat.TRIG),
    (re.compile(r"(?:#[^\n]*\s+)*(?:<[^<>\s]*>|_:\S+)\s+<[^<>\s]*>\s+\S"), RdfFormat.N_QUADS),
    (re.compile(r'[\[{](?s:.{0,4096}?)"@(?:context|graph|id|type)"\s*:'), RdfFormat.JSON_LD),
)
#: Three IRIs or texts in quotation marks or not: a triple, as CSO's table has it.
_TRIPLE = re.compile(r'"?(<[^<>\s"]+>)"?,"?(<[^<>\s"]+>)"?,(.*)')
#: What follows a literal there: its language, the end of its statement.
_ENDING = re.compile(r"(?:@[a-z]{2}(?:-\w+)*)?\s*\.?$", re.I)


def read(path: Path) -> Iterator[Term]:
    """Yield the terms of a file, sorted by IRI; gzip is opened as it is.

    It is SKOS or CSO in any form of RDF, see ``kg.links.skos.terms``; or a table, or JSON, of names
    and IRIs or of ids of Wikidata or OpenAlex, see ``kg.links.tables``. Raises KgError where it is
    none of these.
    """
    content = _content(path)
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    form = RDF.get(suffixes[-1]) if suffixes else None
    if form is None:
        text = _text(content, path)
        if _TRIPLE.match(text):
            content, form = _untabled(text), RdfFormat.N_TRIPLES
        else:
            form = next((form for head, form in _HEADS if head.match(text)), None)
        if form is None:
            by_json = text.startswith(("{", "["))
            yield from (tables.from_json if by_json else tables.from_table)(text, str(path))
            return
    yield from _from_triples(content, form, path)


def names(store: Store, base: str = BASE) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """Return type and key of each entity of a graph, to its label and aliases, for ``match``.

    Authors and venues are left out, and nodes whose IRI ``kg.terms.iri`` did not make.
    """
    found = {}
    for kind in TYPES:
        for quad in store.quads_for_pattern(None, term("rdf:type"), term(f"kg:{kind}"), None):
            start = f"{base}{FOLDERS[kind]}/"
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(start):
                segment = quad.subject.value.removeprefix(start)
                own = unquote(segment.replace("-", "%20"), errors="surrogatepass")
                labels = _values(store, quad.subject, "skos:prefLabel")
                if labels:
                    aliases = _values(store, quad.subject, "skos:altLabel")
                    found[kind, own] = (labels[0], tuple(aliases))
    return dict(sorted(found.items()))


def _values(store: Store, node: NamedNode, name: str) -> list[str]:
    quads = store.quads_for_pattern(node, term(name), None, None)
    return sorted({quad.object.value for quad in quads if isinstance(quad.object, Literal)})


def _from_triples(content: bytes, form: RdfFormat, path: Path) -> Iterator[Term]:
    try:
        # Real vocabularies have language tags and IRIs that the strict parser refuses.
        found = list(skos.terms(parse(content, form, lenient=True)))
    except (SyntaxError, ValueError, OSError) as error:
        reason = " ".join(str(error).split())
        raise KgError(f"{path}: cannot be read as {form.name}: {reason}") from error
    if not found:
        raise KgError(f"{path}: no term in it has a label: give SKOS, or a table of names and IRIs")
    yield from found


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        packed = content.startswith(b"\x1f\x8b")
        content = gzip.decompress(content) if packed else content
    except FileNotFoundError as error:
        raise KgError(f"{path}: no such file") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise KgError(f"{path}: damaged gzip file ({error}); fetch it again") from error
    except OSError as error:
        raise KgError(f"{path}: cannot be read ({error.strerror})") from error
    return content.removeprefix(b"\xef\xbb\xbf")


def _text(content: bytes, path: Path) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise KgError(f"{path}: not UTF-8 text ({error.reason}); convert it first") from error
    if not text.strip() or "\0" in text:
        raise KgError(f"{path}: empty or binary: give SKOS, or a table of names and IRIs")
    return text.lstrip()


def _untabled(text: str) -> bytes:
    """Turn a table of triples into N-Triples; a literal stands there with its marks or without."""
    lines = []
    for found in map(_TRIPLE.match, text.split("\n")):
        if found is None:
            continue
        subject, predicate, value = found.groups()
        value = _ENDING.sub("", value.replace('"', "").strip())
        if not (value.startswith("<") and value.endswith(">")):
            value = '"{}"'.format(value.replace("\\", "\\\\"))
        lines.append(f"{subject} {predicate} {value} .\n")
    return "".join(lines).encode()
