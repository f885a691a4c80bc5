"""Records and names in, works, people, venues and entities out: what is the same as what.

Four questions about two things, or one text, that Python asks in one call::

    kg.resolve.same_paper(one, other)      # two kg.model.Paper
    kg.resolve.same_author(one, other)     # two kg.model.Signature, or two names
    kg.resolve.same_entity(one, other, context=..., other_context=...)
    kg.resolve.venue(text)                 # a kg.model.Venue

The first three give a ``Verdict``: whether they are the same, how sure that is, which rule decided
and what it saw. Whole corpora are resolved by ``kg.growth``, which asks the same questions, block
by block.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.resolve.aliases import same_entity as same_entity
    from kg.resolve.authors import same_author as same_author
    from kg.resolve.venues import venue as venue
    from kg.resolve.works import same_paper as same_paper

#: Public names and the modules they live in, which load when they are asked for: some are heavy.
_HOMES = {
    "same_author": "kg.resolve.authors",
    "same_entity": "kg.resolve.aliases",
    "same_paper": "kg.resolve.works",
    "venue": "kg.resolve.venues",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'kg.resolve' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
