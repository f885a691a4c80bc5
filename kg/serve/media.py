"""Accept headers in, the form of the answer out: media types and compression (RFC 9110, 12)."""

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from pyoxigraph import QueryResultsFormat, RdfFormat

from kg.serve.messages import Reply

#: Media type to the form of a table or a truth, the one for who does not choose first.
TABLES: Mapping[str, QueryResultsFormat] = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
    "application/json": QueryResultsFormat.JSON,
}
#: Media type to the form of a graph.
GRAPHS: Mapping[str, RdfFormat] = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
    # As N-Triples was called before it had a type of its own.
    "text/plain": RdfFormat.N_TRIPLES,
}

#: What stands in quotes in a header: none of it matters here.
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"?')
#: What comes first in an element, and how much it is wanted.
NAME = re.compile(r"\s*([^\s;]+)")
QUALITY = re.compile(r";\s*q\s*=\s*([0-9]*\.?[0-9]+)", re.IGNORECASE)

#: A body shorter than this, in bytes, is not worth packing.
SHORT = 1000


def choose(accept: str | None, offered: Iterable[str]) -> str | None:
    """Return the media type that a client wants most, the first of equals; None where none fits.

    What cannot be read in the header is passed over, and so are parameters of media types; where
    nothing is left, anything fits.
    """
    wanted = _wanted(accept or "")
    # Java's own client asks for "*".
    if not any("/" in name or name == "*" for name in wanted):
        return next(iter(offered), None)
    best, chosen = 0.0, None
    for media in offered:
        ranges = (media, f"{media.partition('/')[0]}/*", "*/*", "*")
        quality = next((wanted[one] for one in ranges if one in wanted), 0.0)
        if quality > best:
            best, chosen = quality, media
    return chosen


def gzip(accept: str | None) -> bool:
    """Tell whether a client wants a body packed, by its Accept-Encoding."""
    wanted = _wanted(accept or "")
    packed = wanted.get("gzip", wanted.get("x-gzip", wanted.get("*", 0.0)))
    return packed > 0 and packed >= wanted.get("identity", 0.0)


def packed(reply: Reply) -> Reply:
    """Pack the body of a reply by gzip, where it is long enough to gain by it."""
    if len(reply.body) < SHORT:
        return reply
    # Fast rather than small; no name and no time, so that equal bodies stay equal.
    packer = zlib.compressobj(1, wbits=31)
    body = packer.compress(reply.body) + packer.flush()
    return replace(reply, body=body, headers=(*reply.headers, ("content-encoding", "gzip")))


def typed(media: str) -> str:
    """Give a media type its charset, where it is a text."""
    return f"{media}; charset=utf-8" if media.startswith("text/") else media


def _wanted(header: str) -> dict[str, float]:
    """Return how much each name in a header is wanted, 1 at most."""
    wanted: dict[str, float] = {}
    for element in QUOTED.sub("", header).split(","):
        name = NAME.match(element)
        if name is not None:
            quality = QUALITY.search(element)
            rank = min(float(quality[1]), 1.0) if quality else 1.0
            wanted[name[1].lower()] = max(rank, wanted.get(name[1].lower(), 0.0))
    return wanted
