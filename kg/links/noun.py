"""The noun of this folder: a term of another graph."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """What another graph calls one thing."""

    iri: str
    label: str
    #: Other names for it, sorted.
    aliases: tuple[str, ...] = ()
    #: Words that it is found by and that are no names of it (those of OpenAlex topics), sorted.
    keywords: tuple[str, ...] = ()
