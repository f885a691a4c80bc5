"""A page as it is before it is written: its template, what fills it, and how to turn it over."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

#: Parameters of a page's address.
Parameters = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page to be written."""

    #: A file of ``templates``.
    template: str
    title: str
    filling: Mapping[str, object]
    status: int = 200
    #: The page shows a resource of the graph, which other forms show too.
    resource: bool = False


@dataclass(frozen=True, slots=True)
class Turning:
    """Where the parts of a long list are."""

    number: int
    #: None where there is no such part, or where nobody counted how many there are.
    before: str | None = None
    after: str | None = None
    parts: int | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One of some choices: a link, or the present one."""

    words: str
    #: How much there is behind it, None where it is not counted.
    number: int | None
    href: str
    chosen: bool = False


def address(parameters: Parameters, **changes: object) -> str:
    """Write the query of an address with some parameters changed, or left out where None."""
    kept = {**parameters, **changes}
    return "?" + urlencode({name: value for name, value in kept.items() if value is not None})


def part(parameters: Parameters) -> int:
    """Return the part of a list that is asked for, the first where that is no number."""
    given = parameters.get("page", "")
    return max(1, int(given)) if given.isascii() and given.isdecimal() and len(given) < 8 else 1


def turning(parameters: Parameters, size: int, total: int | None, more: bool = False) -> Turning:
    """Say where the parts of a list are; ``more`` tells of the next where nobody counted."""
    number = part(parameters)
    parts = None if total is None else max(1, -(-total // size))
    further = more if parts is None else number < parts
    return Turning(
        number,
        address(parameters, page=number - 1) if number > 1 else None,
        address(parameters, page=number + 1) if further else None,
        parts,
    )
