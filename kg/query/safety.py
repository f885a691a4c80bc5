"""SPARQL as a text, before it is parsed: its keywords, and what it may not do."""

import re
from collections.abc import Iterator

from kg.errors import KgError

#: What begins an update; a query never does.
UPDATES = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
)
#: What begins a query, after its prologue.
QUERIES = ("ASK", "CONSTRUCT", "DESCRIBE", "SELECT")

#: The pieces of SPARQL in which a keyword is not a keyword, and words.
TOKEN = re.compile(
    r"""
      (?P<iri> <[^<>"{}|^`\x00-\x20]*> )
    | (?P<comment> \#[^\n\r]* )
    | (?P<string>
          \"\"\" (?: \"{0,2} (?: [^"\\] | \\. ) )*+ (?: \"\"\" | \"{0,2} \Z )
        | ''' (?: '{0,2} (?: [^'\\] | \\. ) )*+ (?: ''' | '{0,2} \Z )
        | " (?: [^"\\\n\r] | \\. )*+ "?
        | ' (?: [^'\\\n\r] | \\. )*+ '? )
    | (?P<variable> [?$]\w+ )
    | (?P<local> : (?: (?: [\w:] | %.. | \\. ) (?: [\w:.\-] | %.. | \\. )* )? )
    | (?P<word> [\w.\-]+ )
    | .
    """,
    re.VERBOSE | re.DOTALL,
)

#: The keyword, with what has to follow for it to open a socket; pyoxigraph asks for no space.
SERVICE = re.compile(
    r"SERVICE(?:\s|\#[^\n\r]*+)*+(?:SILENT(?:\s|\#[^\n\r]*+)*+)?(?:[<?$]|[\w.\-]*+:)",
    re.IGNORECASE,
)

#: Brackets inside each other; pyoxigraph 0.5 dies somewhere between 1,000 and 5,000.
DEEPEST = 200


def refuse_service(text: str, where: str) -> None:
    """Raise KgError where any reading of the text has a SERVICE clause.

    What looks like an IRI, ``?a<?b&&?c>?d``, may be a comparison: which it is only a parser can
    tell, so both readings are followed, and a keyword hidden from one is seen in the other.
    """
    places, seen = [0], {0}
    while places:
        token = TOKEN.match(text, places.pop())
        if token is None:
            continue
        letters = range(*token.span()) if token.lastgroup == "word" else ()
        if any(SERVICE.match(text, at) for at in letters):
            raise KgError(f"{where}: SERVICE asks other machines, and a query may not: drop it")
        ends = (token.end(), token.start() + 1) if token.lastgroup == "iri" else (token.end(),)
        fresh = [end for end in ends if end not in seen]
        places.extend(fresh)
        seen.update(fresh)


def refuse_depth(text: str, where: str) -> None:
    """Raise KgError where brackets nest so deep that pyoxigraph's parser would crash the process.

    Brackets in strings count too: no honest query has hundreds of them open at once.
    """
    depth = deepest = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise KgError(f"{where}: {deepest} brackets inside each other, {DEEPEST} at most: simplify")


def words(text: str) -> Iterator[str]:
    """Yield the bare words of a query in capitals: keywords, function names, prefixes."""
    for token in TOKEN.finditer(text):
        if token.lastgroup == "word":
            yield token.group().upper()


def names_dataset(text: str) -> bool:
    """Tell whether a query has a FROM; in ``from:x`` it is the prefix of a name."""
    return any(
        token.lastgroup == "word"
        and token.group().upper() == "FROM"
        and not text.startswith(":", token.end())
        for token in TOKEN.finditer(text)
    )
