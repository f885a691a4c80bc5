"""What commands read from and write to a terminal."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kg.errors import KgError

if TYPE_CHECKING:
    from kg.builder import Built

T = TypeVar("T")


def tell(graph: Path, built: "Built") -> None:
    """Print what a graph holds after a build or a change."""
    from kg import builder

    for line in builder.report([note for note in built.notes if note.kind == "bad record"]):
        say(line)
    if built.added or built.removed:
        print(f"{graph}: {built.added} records came, {built.removed} went")
    print(
        f"{graph}: {built.works} papers from {built.records} records, {built.entities} entities, "
        f"{built.mentions} mentions, {built.statements} statements"
    )
    other = sum(note.kind != "bad record" for note in built.notes)
    if other:
        say(f"{other} guesses and lines left out; `kg read` shows them")


def say(line: str) -> None:
    """Print a line on stderr, whatever characters it holds."""
    print(line.encode("utf-8", "backslashreplace").decode("utf-8"), file=sys.stderr)


def printable(text: str) -> bool:
    """Tell whether stdout can take a text: its encoding may be ASCII, the text broken."""
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def read_text(file: Path) -> str:
    """Read all of a text file, gzip or not, or of stdin where it is named ``-``."""
    from kg.readers import DAMAGED, open_text

    try:
        if str(file) == "-":
            return sys.stdin.buffer.read().decode("utf-8")
        with open_text(file) as stream:
            return stream.read()
    except (UnicodeDecodeError, OSError, *DAMAGED) as error:
        raise KgError(f"{file}: no text in UTF-8 ({error}); give a text file") from error


def width() -> int:
    """Return the columns of the terminal; 100 where there is none."""
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def pairs(given: Iterable[str]) -> dict[str, str]:
    """Read ``name=value`` of each parameter; KgError where one is written otherwise."""
    pairs = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise KgError(f"--param {text}: write it as name=value")
        pairs[name] = value
    return pairs


def track(things: Iterable[T], task: str, total: int | None) -> Iterable[T]:
    """Show a bar on stderr, where that is a terminal."""
    if not sys.stderr.isatty():
        return things
    from rich.console import Console
    from rich.progress import track

    return track(things, task, total, console=Console(stderr=True), transient=True)
