"""A store in, its ledger as lines out: what was taken for the same thing, what was kept apart."""

from collections.abc import Iterator
from pathlib import Path

from kg import store
from kg.errors import KgError
from kg.growth import decisions as rulings
from kg.growth.decisions import KINDS, Decision
from kg.model import Merge
from kg.query.answers import plain


def lines(
    graph: Path, name: str | None = None, *, kind: str | None = None, refused: bool = False
) -> Iterator[str]:
    """Yield the rows of a ledger, one line each, those on a name only where one is given.

    The name may stand in either end, in any letter case. Raises KgError where the graph has no
    ledger, for a kind that there is not, and where no row has the name.
    """
    if kind is not None and kind not in KINDS:
        raise KgError(f"--kind {kind}: not a kind; use one of {', '.join(KINDS)}")
    store.open_graph(graph)
    wanted = None if name is None else " ".join(name.split()).casefold()
    found = False
    for row in store.read_ledger(graph):
        if (
            (kind is None or row.kind == kind)
            and (not refused or not row.merged)
            and (wanted is None or wanted in row.what.casefold() or wanted in row.into.casefold())
        ):
            found = True
            yield line(row)
    if name is not None and not found:
        raise KgError(f"{graph}: nothing was merged by the name {name!r}, and nothing refused")


def line(row: Merge) -> str:
    """Write a row: the kind, what, into what, the rule, how sure it is, and what it saw."""
    sign = "=" if row.merged else "≠"
    told = f" ({plain(row.evidence)})" if row.evidence else ""
    return (
        f"{row.kind}: {plain(row.what)} {sign} {plain(row.into)}: {row.rule} {row.score:.2f}{told}"
    )


def decisions(graph: Path) -> tuple[Decision, ...]:
    """Return what the user decided on a graph, sorted; KgError where it is no store."""
    if not store.is_store(graph):
        raise KgError(f"{graph}: not a store directory: name one that kg build made")
    return rulings.read(graph / rulings.FILE)
