"""Questions as files: ``queries/*.rq``, with a title and parameters in their first comments."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from kg.errors import KgError
from kg.query.safety import words


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a query can be asked with: its line ``# param: name: Kind = default | about``."""

    name: str
    #: A key of ``kg.query.things.KINDS`` where the value names a thing of the graph, else None.
    kind: str | None = None
    #: None where a value has to be given; empty: any.
    default: str | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A question: its SPARQL, and what the comments at its top say of it."""

    name: str
    title: str
    about: str
    parameters: tuple[Parameter, ...]
    text: str


def saved() -> Mapping[str, SavedQuery]:
    """Return the queries that come with the package, by name, sorted."""
    return MappingProxyType(
        {
            path.stem: parse(path.stem, path.read_text(encoding="utf-8"))
            for path in sorted(_folder().glob("*.rq"))
        }
    )


def parse(name: str, text: str) -> SavedQuery:
    """Read the ``# title:``, ``# about:`` and ``# param:`` lines of a query's text.

    Raises KgError for a parameter without a name.
    """
    lines: dict[str, list[str]] = {"title": [], "about": [], "param": []}
    for line in text.splitlines():
        key, colon, rest = line.removeprefix("# ").partition(":")
        if line.startswith("# ") and colon and key in lines:
            lines[key].append(rest.strip())
    title, about = (" ".join(lines[key]) for key in ("title", "about"))
    parameters = tuple(_parameter(name, line) for line in lines["param"])
    return SavedQuery(name, title or name, about, parameters, text)


def _parameter(query: str, line: str) -> Parameter:
    head, _, about = line.partition("|")
    names, equals, default = head.partition("=")
    name, _, kind = (part.strip() for part in names.partition(":"))
    if not name.isidentifier():
        raise KgError(f"{query}: '# param: {line}': write '# param: name = default | about'")
    return Parameter(name, kind or None, default.strip() if equals else None, about.strip())


def load(query: str | Path) -> SavedQuery:
    """Take a saved query's name, the path of a ``.rq`` file, or SPARQL.

    Raises KgError where it is none of them, or empty.
    """
    written = str(query).strip()
    if isinstance(query, Path) or (written.endswith(".rq") and "\n" not in written):
        return _read(Path(written))
    if not written:
        raise KgError(f"the query is empty: give SPARQL, a .rq file, or one of {_names()}")
    known = saved()
    if written in known:
        return known[written]
    if re.search(r"[\s{<]", written):
        return parse("the query", str(query))
    close = difflib.get_close_matches(written, known, n=1, cutoff=0.5)
    hint = f" (did you mean {close[0]}?)" if close else ""
    raise KgError(f"no saved query {written!r}{hint}: there are {_names()}")


def _read(path: Path) -> SavedQuery:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise KgError(
            f"{path}: no such file: give a .rq file, SPARQL, or one of {_names()}"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise KgError(f"{path}: cannot be read, give a file of UTF-8 text: {reason}") from error
    if not list(words(text)):
        raise KgError(f"{path}: the file holds no query: write SPARQL into it")
    return parse(str(path), text)


def _folder() -> Path:
    """Find the files: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "queries"
    return inside if inside.is_dir() else package.parent / "queries"


def _names() -> str:
    return ", ".join(saved())
