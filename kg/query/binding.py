"""A query and terms in, one text out that any SPARQL 1.1 endpoint understands."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, Variable

from kg.errors import KgError
from kg.query.safety import QUERIES, TOKEN

Term = NamedNode | BlankNode | Literal | Triple

#: What may stand before the group of a query, and has a group of its own.
TEMPLATE = "CONSTRUCT"


def complete(text: str, *, base: str | None, prefixes: Mapping[str, str]) -> str:
    """Put a base and the prefixes before a query that it does not declare itself."""
    declared = _declared(text)
    lines = [] if base is None else [f"BASE {NamedNode(base)}"]
    lines += [
        f"PREFIX {prefix}: {NamedNode(namespace)}"
        for prefix, namespace in prefixes.items()
        if prefix not in declared
    ]
    return "\n".join([*lines, text])


def bind(text: str, terms: Mapping[Variable, Term]) -> str:
    """Put terms for variables into a query: a VALUES block, first in its outermost group.

    Subqueries that hand a variable out have it too, as in SEP-0007, by which pyoxigraph binds
    (https://github.com/w3c/sparql-dev/blob/main/SEP/SEP-0007/sep-0007.md): their LIMIT counts
    rows with the term alone, and engines that answer subqueries apart need not read all.
    Raises KgError for a query without a group, such as ``DESCRIBE <x>``, and for a blank node,
    which no query can name.
    """
    if not terms:
        return text
    for term in terms.values():
        if not isinstance(term, NamedNode | Literal):
            raise KgError(f"a query cannot be asked with {term}: give an IRI or a literal")
    named = {name.value: term for name, term in terms.items()}
    place = _group(text)
    if place is None:
        return f"{text}\n{_values(named, named)}"
    blocks = {place: _values(named, named)}
    for inner, names in _subqueries(text):
        shared = [name for name in named if name in names]
        if shared:
            blocks[inner] = _values(named, shared)
    for at, block in sorted(blocks.items(), reverse=True):
        text = f"{text[:at]} {block} {text[at:]}"
    return text


def _values(terms: Mapping[str, Term], names: Iterable[str]) -> str:
    """Write terms as N-Triples has them: escaped by pyoxigraph, and SPARQL reads them so."""
    some = list(names)
    variables = " ".join(f"?{name}" for name in some)
    return f"VALUES ({variables}) {{ ({' '.join(str(terms[name]) for name in some)}) }}"


@dataclass(slots=True)
class _Subquery:
    #: Brackets open around it.
    depth: int
    #: The variables that it hands out as they are, through all queries around it.
    names: set[str] = field(default_factory=set)
    #: Its group has begun.
    begun: bool = False


def _subqueries(text: str) -> Iterator[tuple[int, set[str]]]:
    """Yield where the group of each subquery begins, and what can be bound in it."""
    depth = 0
    around: list[_Subquery] = []
    # What gets its value by an expression cannot have another one before.
    assigned = set(re.findall(r"\bAS\s+[?$](\w+)", text, re.IGNORECASE))
    for token in TOKEN.finditer(text):
        written = token.group()
        head = around[-1] if around and not around[-1].begun else None
        if token.lastgroup == "word" and written.upper() == "SELECT" and depth:
            if text[token.end() : token.end() + 1] != ":":
                around.append(_Subquery(depth))
        elif token.lastgroup == "variable" and head is not None and head.depth == depth:
            head.names.add(written[1:])
        elif written in ("(", "{", "["):
            if written == "{" and head is not None and head.depth == depth:
                head.begun = True
                if len(around) > 1:
                    head.names &= around[-2].names
                yield token.end(), head.names - assigned
            depth += 1
        elif written in (")", "}", "]"):
            depth -= 1
            if around and around[-1].depth > depth:
                around.pop()


def _group(text: str) -> int | None:
    """Return where the outermost group begins, behind its brace.

    None for ``CONSTRUCT WHERE { ... }``, whose only group is a template as well.
    """
    depth = 0
    form = ""
    #: Behind the template of a CONSTRUCT, and WHERE seen.
    behind = where = False
    for token in TOKEN.finditer(text):
        written = token.group()
        # A prefix may be called as a keyword is.
        if token.lastgroup == "word" and text[token.end() : token.end() + 1] != ":":
            word = written.upper()
            form = form or (word if word in QUERIES else "")
            where = where or (depth == 0 and word == "WHERE")
        elif written in ("(", "{", "["):
            if written == "{" and depth == 0 and (form != TEMPLATE or behind or where):
                return token.end() if form != TEMPLATE or behind else None
            depth += 1
        elif written in (")", "}", "]"):
            depth -= 1
            behind = behind or (depth == 0 and written == "}")
    raise KgError("the query has no group to bind a parameter in: write WHERE { ... }")


def _declared(text: str) -> set[str]:
    """Return the prefixes that a query declares: some engines take none twice."""
    words = [token for token in TOKEN.finditer(text) if not token.group().isspace()]
    words = [token for token in words if token.lastgroup != "comment"]
    found = set()
    for before, prefix, after in zip(words, words[1:], words[2:], strict=False):
        if before.group().upper() == "PREFIX" and after.group() == ":":
            found.add(prefix.group())
    return found
