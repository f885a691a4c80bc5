"""A store in, the plain network as two CSV tables out, for spreadsheets and Gephi.

RFC 4180 in UTF-8. A label or sentence that begins with ``= + - @`` or a control character gets
an apostrophe before it, since a spreadsheet would run it as a formula; RDF has it unchanged.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, fields
from typing import IO

from pyoxigraph import Store

from kg.writers import network

#: What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_nodes(store: Store, file: IO[bytes], *, evidence: bool) -> int:
    """Write the nodes and return their number; ``evidence`` changes nothing here."""
    return _write([field.name for field in fields(network.Node)], network.nodes(store), file)


def write_edges(store: Store, file: IO[bytes], *, evidence: bool) -> int:
    """Write the edges, with a column for the best sentence where evidence is asked for."""
    names = [field.name for field in fields(network.Edge)]
    kept = names if evidence else names[:-1]
    return _write(kept, network.edges(store, evidence=evidence), file)


def _write(
    names: list[str], rows: Iterable[network.Node] | Iterable[network.Edge], file: IO[bytes]
) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    table = csv.writer(text)
    table.writerow(names)
    written = 0
    for row in rows:
        table.writerow(_safe(value) for value in astuple(row)[: len(names)])
        written += 1
    text.detach()
    return written


def _safe(value: str | float | None) -> str | float | None:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
