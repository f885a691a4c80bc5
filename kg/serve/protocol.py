"""A request in, a question out: the query operation of the SPARQL 1.1 Protocol (section 2.1).

The graph is read-only, so the update operation is refused.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from kg.serve.messages import Reply, refusal

#: Media types of a body.
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
#: Their parameter that counts.
CHARSET = re.compile(r';\s*charset\s*=\s*"?([^\s;"]*)', re.IGNORECASE)

#: Parameters of one request.
MOST = 1000

#: A percent sign that encodes nothing.
STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")

#: Why there is no update.
READ_ONLY = "the graph is read-only: ask a query, as an update is always refused"


@dataclass(frozen=True, slots=True)
class Question:
    """A query, and the dataset that its request names: all that is there, where it names none."""

    text: str
    #: IRIs of graphs, in the order of the request.
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


class _Refused(Exception):
    """A request that cannot be; ``reply`` says so."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.reply = refusal(status, sentence)


def request(
    method: str, query_string: bytes, content_type: str | None, body: bytes
) -> Question | Reply | None:
    """Read what a request asks; None where it asks for the description of the service.

    What cannot be asked so gives a refusal. Parameters of the URL and of a form count alike, and
    those that the protocol does not know are passed over.
    """
    if method not in ("GET", "HEAD", "POST"):
        refused = refusal(405, "a query is no request of this kind: use GET or POST")
        return replace(refused, headers=(("allow", "GET, HEAD, POST, OPTIONS"),))
    try:
        given = _parameters(query_string, "the URL")
        posted = _posted(content_type, body) if method == "POST" else []
        return _question([*given, *posted], bare=method != "POST")
    except _Refused as error:
        return error.reply


def _question(given: list[tuple[str, str]], *, bare: bool) -> Question | None:
    if any(name == "update" for name, _ in given):
        raise _Refused(403, READ_ONLY)
    queries, default, named = (
        tuple(value for name, value in given if name == wanted)
        for wanted in ("query", "default-graph-uri", "named-graph-uri")
    )
    if bare and not (queries or default or named):
        return None
    if len(queries) != 1:
        raise _Refused(400, f"a request with {len(queries)} queries: give one, as query=")
    return Question(queries[0], default, named)


def _posted(content_type: str | None, body: bytes) -> list[tuple[str, str]]:
    """Return the parameters of a body; a query as such counts as one."""
    media = (content_type or "").partition(";")[0].strip().lower()
    if media == UPDATE:
        raise _Refused(403, READ_ONLY)
    if media not in (FORM, QUERY):
        raise _Refused(415, f"a query does not come as {media[:100]!a}: send {QUERY} or {FORM}")
    charset = CHARSET.search(content_type or "")
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        raise _Refused(415, f"a query does not come in {charset[1][:100]!a}: send UTF-8")
    return _parameters(body, "the form") if media == FORM else [("query", _text(body, "the query"))]


def _parameters(encoded: bytes, where: str) -> list[tuple[str, str]]:
    """Decode names and values, once."""
    text = _text(encoded, where)
    if STRAY.search(text):
        raise _Refused(400, f"{where} has a % that encodes nothing: write %25 for it")
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST)
    except UnicodeDecodeError as error:
        raise _Refused(400, f"{where} encodes what is not UTF-8: encode UTF-8") from error
    except ValueError as error:
        raise _Refused(400, f"{where} has more than {MOST} parameters: give fewer") from error


def _text(encoded: bytes, where: str) -> str:
    try:
        return encoded.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Refused(400, f"{where} is not UTF-8: send UTF-8") from error
