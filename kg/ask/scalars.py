"""Words in, the numbers and codes out that parameters without a kind take from them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kg.query import Parameter

_YEAR = r"((?:19|20)\d\d)\b"
_NUMBER = r"(\d{1,6})\b"
#: A category of arXiv: cs.CL, astro-ph.GA, physics.soc-ph.
_CATEGORY = r"(?<![\w.-])([a-z]{2,8}(?:-[a-z]{2,3})?\.[a-z]{2}(?:[a-z]*-[a-z]+)?)(?![\w-])"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value, and the words that say it: ``since 2024``."""

    value: str
    start: int
    end: int


def _next(value: str) -> str:
    return str(int(value) + 1)


def _category(value: str) -> str:
    archive, _, subject = value.lower().partition(".")
    return f"{archive}.{subject.upper() if len(subject) == 2 else subject}"


_Said = tuple[tuple[str, Callable[[str], str]], ...]
_FIELD: _Said = ((_CATEGORY, _category),)
#: Name of a parameter to how people say it, the surest way first, and what the value is then.
SAID: Mapping[str, _Said] = {
    "since": (
        (rf"\bafter {_YEAR}", _next),
        (rf"\b(?:since|from|as of|in|of|during) {_YEAR}", str),
        (rf"\b{_YEAR} (?:and|or) (?:later|newer)\b", str),
    ),
    "year": ((rf"\b(?:in|of|during) {_YEAR}", str), (rf"\b{_YEAR}", str)),
    "least": (
        (rf"\b(?:more than|over|above) {_NUMBER}", _next),
        (rf"\b(?:at least|no fewer than|no less than|minimum(?: of)?) {_NUMBER}", str),
        (rf"\b{_NUMBER} or more\b", str),
    ),
    "type": ((r"\b(method|dataset|task|concept)s?\b", str.capitalize),),
    "field": _FIELD,
    "other": _FIELD,
}


def scalars(parameters: Iterable[Parameter], text: str) -> Mapping[str, Scalar]:
    """Find what a question says of parameters without a kind; no two take the same words."""
    found: dict[str, Scalar] = {}
    for parameter in parameters:
        if parameter.kind is not None:
            continue
        for pattern, told in SAID.get(parameter.name, ()):
            places = re.finditer(pattern, text, re.IGNORECASE)
            spans = {(scalar.start, scalar.end) for scalar in found.values()}
            free = next((place for place in places if place.span() not in spans), None)
            if free is not None:
                found[parameter.name] = Scalar(told(free.group(1)), *free.span())
                break
    return found
