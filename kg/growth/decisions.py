"""What the user decided: which two things are one, and which are two, whatever the rules say.

A decision names its ends by what stays the same when things are merged and split: a record by the
id it came with, an author by the name and one such record, an entity or a venue by a name.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.errors import KgError

#: Name of the file in a store: JSON lines.
FILE = "decisions.jsonl"
KINDS = ("paper", "author", "venue", "entity")


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """Two things that the user declared the same, or different."""

    #: One of ``KINDS``.
    kind: str
    #: The ends, sorted: names or ids of records; an author is ``name | id of a record``.
    one: str
    other: str
    same: bool


def make(kind: str, one: str, other: str, same: bool) -> Decision:
    """Make a decision, whichever end is named first."""
    first, second = sorted((one, other))
    return Decision(kind, first, second, same)


def read(path: Path) -> tuple[Decision, ...]:
    """Return the decisions of a file, sorted; none where there is no such file.

    Of two on the same ends the last one counts. Raises KgError for a line that is no decision.
    """
    if not path.is_file():
        return ()
    latest: dict[tuple[str, str, str], Decision] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KgError(f"{path}: cannot be read as decisions ({error})") from error
    for place, line in enumerate(lines, start=1):
        if line.strip():
            found = _parse(line, f"{path}, line {place}")
            latest[found.kind, found.one, found.other] = found
    return tuple(sorted(latest.values()))


def _parse(line: str, where: str) -> Decision:
    try:
        said = json.loads(line)
    except ValueError as error:
        raise KgError(f"{where}: not JSON; mend the line or remove it") from error
    match said:
        case {"kind": str(kind), "one": str(one), "other": str(other), "same": bool(same)} if (
            kind in KINDS
        ):
            return make(kind, one, other, same)
    raise KgError(
        f'{where}: no decision; write {{"kind": "entity", "one": NAME, "other": NAME, '
        '"same": true}}, kind one of ' + ", ".join(KINDS)
    )


def write(path: Path, decisions: Iterable[Decision]) -> None:
    """Write decisions as JSON lines, sorted."""
    rows = (json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in sorted(set(decisions)))
    path.write_text("".join(rows), encoding="utf-8", errors="backslashreplace")
