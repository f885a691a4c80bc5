"""Questions as files: ``queries/*.rq``, and what the comments at their top say of them.

Each line of that head is ``# key: text``; none is needed in a file of a user's own::

    # title: Papers that use a method
    # about: papers                  one of GROUPS
    # reading: How to read the answer, in one line.
    # param: method: Method | label, alias or IRI
    # param: least = 1 | leave out what fewer papers have
    # example: method=LoRA           a line for each parameter that needs one
    # asks: who uses {method}?       as a person would ask it, a line for each wording
    # cost: whole graph              where it must read everything

A parameter with a kind names a thing of the graph, any other is a number or a text. Without
``=`` it must be given; with nothing behind the ``=`` it may be anything. The first wording, filled
with the example, is the example in words.
"""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby, takewhile
from pathlib import Path
from types import MappingProxyType

from kg.errors import KgError
from kg.query.safety import words

#: What questions are about, in the order in which they are listed.
GROUPS = ("papers", "methods", "datasets", "tasks", "concepts", "people", "trends", "graph")

#: What ``# cost:`` says of a question whose time grows with the graph, whatever it is asked with.
WHOLE = "whole graph"


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a query can be asked with: its line ``# param: name: Kind = default | about``."""

    name: str
    #: A key of ``kg.query.things.KINDS`` where the value names a thing of the graph, else None.
    kind: str | None = None
    #: None where a value has to be given; empty: any.
    default: str | None = None
    about: str = ""

    def __str__(self) -> str:
        """Write it as ``kg queries`` lists it: ``method=``, or ``[least=1]`` with its default."""
        return f"{self.name}=" if self.default is None else f"[{self.name}={self.default}]"


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A question: its SPARQL, and what the comments at its top say of it."""

    name: str
    title: str
    #: One of ``GROUPS``; empty in a user's own file.
    about: str
    #: How to read the answer.
    reading: str
    parameters: tuple[Parameter, ...]
    #: Values of parameters for which the answer is worth reading.
    example: Mapping[str, str]
    #: The question in the words of people, with slots: ``who uses {method}?``
    asks: tuple[str, ...]
    #: It reads the whole graph.
    whole: bool
    text: str


def saved() -> Mapping[str, SavedQuery]:
    """Return the queries that come with the package, by name, sorted."""
    return MappingProxyType(
        {
            path.stem: parse(path.stem, path.read_text(encoding="utf-8"))
            for path in sorted(_folder().glob("*.rq"))
        }
    )


def search(word: str | None = None) -> tuple[SavedQuery, ...]:
    """Return the saved queries by group and name: all, or those that say a word, in any case.

    Raises KgError where none says it.
    """
    wanted = (word or "").casefold()
    found = [query for query in saved().values() if wanted in _said(query).casefold()]
    if not found:
        raise KgError(f"no saved question says {word!r}: kg queries lists them all")
    return tuple(sorted(found, key=lambda query: (GROUPS.index(query.about), query.name)))


def _said(query: SavedQuery) -> str:
    return "\n".join((query.name, query.title, query.about, query.reading, *query.asks))


def listing(queries: Iterable[SavedQuery]) -> str:
    """Write a line for each query, those of one group under its name; they come by group."""
    queries = tuple(queries)
    wide = max((len(query.name) for query in queries), default=0)
    blocks = []
    for about, group in groupby(queries, key=lambda query: query.about):
        lines = [
            "  ".join((f"  {query.name:{wide}}", query.title, *map(str, query.parameters)))
            for query in group
        ]
        blocks.append("\n".join((about, *lines, "")))
    return "\n".join(blocks)


def parse(name: str, text: str) -> SavedQuery:
    """Read what the comments at the top of a query's text say.

    Raises KgError for a parameter or an example without a name.
    """
    said: dict[str, list[str]] = defaultdict(list)
    for line in takewhile(lambda line: line[:1] in ("", "#"), text.splitlines()):
        key, _, rest = line.removeprefix("# ").partition(":")
        said[key].append(rest.strip())
    return SavedQuery(
        name,
        " ".join(said["title"]) or name,
        " ".join(said["about"]),
        " ".join(said["reading"]),
        tuple(_parameter(name, line) for line in said["param"]),
        dict(_example(name, line) for line in said["example"]),
        tuple(said["asks"]),
        WHOLE in said["cost"],
        text,
    )


def _example(query: str, line: str) -> tuple[str, str]:
    name, equals, value = (part.strip() for part in line.partition("="))
    if not name.isidentifier() or not equals:
        raise KgError(f"{query}: '# example: {line}': write '# example: name=value'")
    return name, value


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
