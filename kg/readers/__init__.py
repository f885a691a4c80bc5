"""Files in, papers out: one module a format, all listed in ``FORMATS``."""

import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TextIO

from kg.errors import KgError
from kg.model import Note, Paper
from kg.readers import acl, jsonl, pages
from kg.readers.pages.lines import is_html

#: Characters of a file that tell its format.
HEAD = 1 << 16


class Reader(NamedTuple):
    """A format: how it is read, and how a text in it is recognised."""

    #: Stream, file name, notes to add to, whether bad records are skipped; papers in order.
    read: Callable[..., Iterator[Paper]]
    #: The beginning of the text, ``HEAD`` characters; of a page the whole.
    recognises: Callable[[str], bool]


#: Every format by name, in the order in which content is tried.
FORMATS: Mapping[str, Reader] = {
    "jsonl": Reader(jsonl.read, jsonl.recognises),
    "acl": Reader(acl.read, acl.recognises),
    "pages": Reader(pages.read, pages.recognises),
}

#: What other formats begin with, so that they are named and not misread as a page.
_FOREIGN = {
    "BibTeX": r"^\s*@(?:string|preamble|comment|article|book|in\w+|misc|phdthesis|online)\s*[{(]",
    "RIS": r"^TY {1,2}- ",
    "PubMed": r"^PMID ?- ",
    "EndNote": r"\A%[0A-Z] ",
    "Web of Science": r"^(?:FN|PT) \w",
    "RDF": r"^(?:@prefix |PREFIX |<https?://\S+> <https?://)",
    "PDF": r"\A%PDF-",
    "JSON": r"\A[{\[]",
    "CSV": r"\A[^\n]*\b(?:title|abstract)s?\b[^\n]*[,;\t][^\n]*[,;\t][^\n]*\n[^\n]*[,;\t]",
    "XML": r"\A(?:<\?xml|<!doctype (?!html)|<[\w:-]+[\s>])",
}


#: What reading a gzip file raises that is cut short or has wrong bytes.
DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error)


def read(
    paths: Iterable[Path],
    *,
    format: str | None = None,
    skip_bad: bool = False,
    notes: list[Note] | None = None,
) -> Iterator[Paper]:
    """Yield the papers of files and folders, in the order given; a folder's files are sorted.

    Gzip is opened as it is. What was guessed or left out is added to ``notes``. Raises KgError for
    a file that is missing, unreadable, of no known format or without papers; in a folder such a
    file becomes a note.
    """
    notes = [] if notes is None else notes
    if format is not None and format not in FORMATS:
        raise KgError(f"--format {format}: not a format; use one of {', '.join(FORMATS)}")
    for path in paths:
        if path.is_dir():
            yield from _read_folder(path, format, skip_bad, notes)
        else:
            yield from _read_file(path, path.name, format, skip_bad, notes)


def _read_folder(
    folder: Path, format: str | None, skip_bad: bool, notes: list[Note]
) -> Iterator[Paper]:
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not _hidden(p, folder))
    found = False
    for path in files:
        name = path.relative_to(folder).as_posix()
        try:
            own = format or find_format(path)
        except KgError as error:
            notes.append(Note(name, (1, 1), "left out", str(error)))
            continue
        found = True
        yield from _read_file(path, name, own, skip_bad, notes)
    if not found:
        raise KgError(
            f"{folder}: no file with papers in this folder; name a file or a folder of them"
        )


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _read_file(
    path: Path, name: str, format: str | None, skip_bad: bool, notes: list[Note]
) -> Iterator[Paper]:
    reader = FORMATS[format or find_format(path)]
    any_paper = False
    with open_text(path) as stream:
        try:
            for paper in reader.read(stream, name, notes, skip_bad=skip_bad):
                any_paper = True
                yield paper
        except UnicodeDecodeError as error:
            raise KgError(f"{path}: not UTF-8 text ({error.reason}); convert it first") from error
        except DAMAGED as error:
            raise KgError(f"{path}: damaged gzip file ({error}); fetch it again") from error
    if not any_paper:
        raise KgError(f"{path}: no paper in this file; see `kg read --help` for what is read")


def find_format(path: Path) -> str:
    """Return the name of a file's format, found in its content; KgError where it has none."""
    with open_text(path) as stream:
        try:
            head = stream.read(HEAD)
            for name in ("jsonl", "acl"):
                if FORMATS[name].recognises(head):
                    return name
            _refuse_foreign(path, head)
            # The papers of a saved page may begin behind any amount of scripts and styles.
            if FORMATS["pages"].recognises(head + stream.read()):
                return "pages"
        except UnicodeDecodeError as error:
            raise KgError(
                f"{path}: neither text nor gzip; kg reads {', '.join(FORMATS)}"
            ) from error
        except DAMAGED as error:
            raise KgError(f"{path}: damaged gzip file ({error}); fetch it again") from error
    raise KgError(f"{path}: no paper found in this text; kg reads {', '.join(FORMATS)}")


def _refuse_foreign(path: Path, head: str) -> None:
    """Raise KgError for what is no text, or text in a format that is named but not read."""
    if "\0" in head:
        raise KgError(f"{path}: a binary file; kg reads {', '.join(FORMATS)}")
    start = head.lstrip("\ufeff \n\r\t")
    if not start:
        raise KgError(f"{path}: an empty file; nothing to read")
    if is_html(head):
        return
    for name, pattern in _FOREIGN.items():
        if re.search(pattern, start, re.I | re.M):
            raise KgError(
                f"{path}: looks like {name}, not read as papers; kg reads {', '.join(FORMATS)}"
            )


def open_text(path: Path) -> TextIO:
    """Open a file for reading as UTF-8 text, through gzip where it is gzip."""
    try:
        raw = path.open("rb")
    except FileNotFoundError as error:
        raise KgError(f"{path}: no such file or folder") from error
    except OSError as error:
        raise KgError(f"{path}: cannot be read ({error.strerror})") from error
    packed = raw.peek(2)[:2] == b"\x1f\x8b"
    stream = gzip.GzipFile(fileobj=raw) if packed else raw
    return io.TextIOWrapper(stream, encoding="utf-8-sig", newline="\n" if packed else None)
