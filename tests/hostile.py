"""Fifty requests that mean harm, and the statuses with which a server may answer each."""

import contextlib
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

#: Refused at once; stopped when it took too much; answered, since it does no harm.
REFUSED, STOPPED, HARMLESS = frozenset((400, 403, 404, 405, 413, 415, 421)), {503}, {200}

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"


@dataclass(frozen=True, slots=True)
class Attack:
    """One request, as the bytes that go over the wire."""

    name: str
    server: str
    request: bytes
    #: Statuses that are right; 0 is a connection that the server closed without an answer.
    expected: frozenset[int]

    def send(self, patience: float = 60) -> str:
        """Send it, and return the status line and the first line of the body."""
        parts = urlsplit(self.server)
        assert parts.hostname and parts.port
        with socket.create_connection((parts.hostname, parts.port), timeout=patience) as connection:
            # A server may refuse before it has read all.
            with contextlib.suppress(OSError):
                connection.sendall(self.request)
            came = b""
            with contextlib.suppress(OSError):
                while piece := connection.recv(1 << 16):
                    came += piece[: max(0, 4000 - len(came))]
        head, _, body = came.partition(b"\r\n\r\n")
        status = head.split(b"\r\n")[0].decode("latin-1").removeprefix("HTTP/1.1 ")
        return f"{status or '0 closed'}: {body[:200].decode('utf-8', 'replace').splitlines()[:1]}"


def status(outcome: str) -> int:
    """Return the number in front of an outcome."""
    return int(outcome.split()[0].rstrip(":"))


def _request(
    server: str, method: str, target: str, body: bytes = b"", *headers: str, host: str | None = None
) -> bytes:
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Host: {host or urlsplit(server).netloc}",
        "Connection: close",
        *headers,
    ]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def attacks(server: str, trap: str) -> Sequence[Attack]:
    """Return the fifty, for a server at an address; ``trap`` is an address nobody may ask."""
    slow = _slow()
    calls = _calls(trap)
    found = [
        *(_post(server, name, text, STOPPED | {400, 413, 422}) for name, text in slow.items()),
        *(_post(server, name, text, REFUSED | HARMLESS) for name, text in calls.items()),
        *_malformed(server),
        *_paths(server),
        *_heads(server, trap),
    ]
    assert len(found) == 50, len(found)
    return found


def _post(server: str, name: str, text: str, expected: frozenset[int] | set[int]) -> Attack:
    request = _request(
        server, "POST", "/sparql", text.encode("utf-8", "surrogatepass"), f"Content-Type: {QUERY}"
    )
    return Attack(name, server, request, frozenset(expected))


def _slow() -> dict[str, str]:
    """Return queries that would compute, or write, for ever."""
    everything = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
    count = f"SELECT (COUNT(*) AS ?n) {{ {everything}"
    path = "(!<x:>|^!<x:>)"
    joined = " , ".join(f"?x{number}" for number in range(12))
    return {
        "cross product, counted": f"{count} }}",
        "cross product, sorted": f"SELECT * {{ {everything} }} ORDER BY ?f ?i ?l",
        "cross product, distinct": f"SELECT DISTINCT ?a ?f ?i ?l {{ {everything} }}",
        "cross product, written out": f"SELECT * {{ {everything} }}",
        "cross product, constructed": f"CONSTRUCT {{ ?a ?e ?i }} {{ {everything} }}",
        "cross product, grouped": f"SELECT ?f (COUNT(*) AS ?n) {{ {everything} }} GROUP BY ?f",
        "cross product, asked in vain": (
            f"ASK {{ {everything} FILTER(STRLEN(CONCAT(STR(?a), STR(?l))) < 0) }}"
        ),
        "join of twelve": f"SELECT (COUNT(*) AS ?n) {{ ?p kg:mentions {joined} }}",
        "path through everything": f"SELECT (COUNT(*) AS ?n) {{ ?a {path}* ?b }}",
        "path of paths": f"SELECT (COUNT(*) AS ?n) {{ ?a (({path}*)*)* ?b . ?b {path}+ ?c }}",
        "path and cross product": f"SELECT * {{ ?a {path}+ ?b . ?c {path}+ ?d }} ORDER BY ?d",
        "regular expression, huge": (f'{count} FILTER(REGEX(STR(?c), "{"(a?)" * 2000}")) }}'),
        "regular expression, repeated": (
            f'{count} FILTER(REGEX(STR(?c), "(.*.*){{50}}{{50}}")) }}'
        ),
        "text that doubles": (
            "SELECT ?z { ?p dct:title ?t "
            + " ".join(
                f"BIND(CONCAT(?{'t' if at == 0 else f'v{at - 1}'}, "
                f"?{'t' if at == 0 else f'v{at - 1}'}) AS ?v{at})"
                for at in range(40)
            )
            + " BIND(STRLEN(?v39) AS ?z) }"
        ),
        "texts joined": f"SELECT (GROUP_CONCAT(STR(?c)) AS ?t) {{ {everything} }}",
        "minus everything": f"{count} MINUS {{ ?z ?y ?x }} }}",
        "optional in optional": "SELECT * { ?a ?b ?c " + "OPTIONAL { ?d ?e ?f " * 60 + "} " * 61,
        "filters for each": (
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f"
            " FILTER NOT EXISTS { ?g ?h ?i FILTER(?i = ?c && ?g = ?d && ?h = ?z) } }"
        ),
        "random order": f"SELECT ?a ?f {{ {everything} }} ORDER BY RAND()",
    }


def _calls(trap: str) -> dict[str, str]:
    """Return queries that would ask another machine, or read or write files."""
    return {
        "SERVICE": f"SELECT * {{ SERVICE <{trap}/> {{ ?s ?p ?o }} }}",
        "SERVICE, silent": f"SELECT * {{ SERVICE SILENT <{trap}/> {{ ?s ?p ?o }} }}",
        "SERVICE, variable": f"SELECT * {{ BIND(<{trap}/> AS ?u) SERVICE ?u {{ ?s ?p ?o }} }}",
        "SERVICE behind a comment": f"SELECT * {{ SERVICE#\n<{trap}/>{{ ?s ?p ?o }} }}",
        "FROM http": f"SELECT * FROM <{trap}/data.ttl> {{ ?s ?p ?o }}",
        "FROM file": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "FROM NAMED http": f"SELECT * FROM NAMED <{trap}/> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "LOAD": f"LOAD <{trap}/data.ttl>",
        "LOAD file": "LOAD <file:///etc/passwd> INTO GRAPH <x:>",
        "DROP ALL": "DROP ALL",
        "INSERT behind a query": "ASK {} ; INSERT DATA { <x:> <x:> <x:> }",
    }


def _malformed(server: str) -> list[Attack]:
    """Return requests whose text is no query at all."""
    bodies: dict[str, tuple[bytes, str]] = {
        "ten megabytes": (b"SELECT * { ?s ?p '" + b"x" * 10_000_000 + b"' }", QUERY),
        "a thousand brackets": (b"SELECT * " + b"{" * 5000 + b"}" * 5000, QUERY),
        "not UTF-8": (b"SELECT * { ?s ?p '\xff\xfe' }", QUERY),
        "surrogates": (b"SELECT * { ?s ?p '\xed\xa0\x80' }", QUERY),
        "NUL": (b"ASK { \x00 }", QUERY),
        "form, not UTF-8": (b"query=ASK%20%7B%FF%7D", FORM),
        "form, two queries": (b"query=ASK%7B%7D&query=ASK%7B%7D", FORM),
        "no media type that is known": (b"ASK {}", "application/xml"),
        "ten thousand prefixes": (
            b"".join(b"PREFIX p%d: <x:%d>\n" % (at, at) for at in range(10_000)) + b"ASK",
            QUERY,
        ),
    }
    return [
        Attack(
            name,
            server,
            _request(server, "POST", "/sparql", body, f"Content-Type: {kind}"),
            REFUSED | STOPPED | {0},
        )
        for name, (body, kind) in bodies.items()
    ]


def _paths(server: str) -> list[Attack]:
    """Return addresses that would lead out of where they may."""
    paths = {
        "path upwards": "/static/../../../../etc/passwd",
        "path upwards, encoded": "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "path upwards, as a resource": "/method/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "path with NUL": "/static/site.css%00.png",
        "path that is no IRI": "/method/%3Cscript%3E\\^`{|}",
    }
    return [
        Attack(name, server, _request(server, "GET", path), REFUSED) for name, path in paths.items()
    ]


def _heads(server: str, trap: str) -> list[Attack]:
    """Return requests whose headers mean harm."""
    ask = f"/sparql?query={quote('ASK {}')}"
    split = "/search?q=a%0d%0aSet-Cookie:%20x=y"
    return [
        Attack(
            "another name (DNS rebinding)",
            server,
            _request(server, "GET", ask, host="evil.example"),
            REFUSED,
        ),
        Attack(
            "another page's request",
            server,
            _request(server, "GET", ask, b"", "Origin: https://evil.example"),
            REFUSED,
        ),
        Attack("header split", server, _request(server, "GET", split), HARMLESS | REFUSED),
        Attack(
            "header of a megabyte",
            server,
            _request(server, "GET", ask, b"", f"X: {'x' * (1 << 20)}"),
            REFUSED | {0},
        ),
        Attack(
            "two lengths",
            server,
            _request(server, "POST", "/sparql", b"ASK {}", "Content-Length: 600"),
            REFUSED | {0},
        ),
        Attack("proxied", server, _request(server, "GET", f"{trap}/"), REFUSED | HARMLESS),
    ]


@contextlib.contextmanager
def bait() -> Iterator[tuple[str, list[bytes]]]:
    """Listen on loopback, and keep what is sent there: nothing should be."""
    came: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                with contextlib.suppress(OSError):
                    connection, _ = listening.accept()
                    came.append(connection.recv(1000))
                    connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", came
        finally:
            stop.set()
            thread.join()
