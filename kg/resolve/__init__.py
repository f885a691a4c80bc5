"""Records and mentions in, works and entities out, with a ledger of every merge.

Most of it is local: a name's key needs no second look. What needs all names at once (aliases,
types by vote, versions of one paper) is a barrier: it reads its whole input before it answers.
"""

from kg.resolve.entities import entities
from kg.resolve.works import works

__all__ = ["entities", "works"]
