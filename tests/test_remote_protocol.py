"""What goes wrong between here and an endpoint is told in one line, and never looks like less."""

import gzip
import json
import socket
import threading
from functools import partial

import pytest
from endpoints import Request, reply, told
from nouns import MENTIONS, RUN, STATEMENTS, WORKS
from pyoxigraph import QueryBoolean, QueryResultsFormat, RdfFormat, Store

from kg import query, remote
from kg.errors import KgError
from kg.graph import to_graph
from kg.remote.endpoint import Endpoint
from kg.remote.protocol import TOKEN, address

JSON = "application/sparql-results+json"
TRIPLES = "application/n-triples"
ROWS = json.dumps(
    {
        "head": {"vars": ["x"]},
        "results": {"bindings": [{"x": {"type": "literal", "value": str(n)}} for n in range(9)]},
    }
).encode()
LINES = b"".join(b'<x:a> <x:b> "%d" .\n' % n for n in range(9))
PACKED = "Content-Encoding: gzip"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n"

SELECT = "SELECT ?x { ?x ?y ?z }"
CONSTRUCT = "CONSTRUCT WHERE { ?x ?y ?z }"


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


def endpoint(url: str, *, seconds: float = 30, most: int = 1 << 20) -> Endpoint:
    return Endpoint(address(url, seconds=seconds, most=most))


def answered(raw: bytes, text: str = SELECT, *, most: int = 1 << 20) -> int:
    """Return how many rows or triples a client makes of what a server sends."""
    with told(lambda request: raw) as server:
        return len(list(endpoint(server.url, most=most).query(text)))


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        (SELECT, reply(ROWS, JSON)),
        (SELECT, reply(ROWS, f"{JSON}; charset=utf-8")),
        (SELECT, reply(gzip.compress(ROWS), JSON, PACKED)),
        (SELECT, CHUNKED % JSON.encode() + chunk(ROWS[:9]) + chunk(ROWS[9:]) + chunk(b"")),
        (SELECT, ENDLESS % JSON.encode() + ROWS),
        (CONSTRUCT, reply(LINES, TRIPLES)),
        (CONSTRUCT, reply(LINES, "text/turtle")),
        (CONSTRUCT, reply(gzip.compress(LINES[:40]) + gzip.compress(LINES[40:]), TRIPLES, PACKED)),
        (CONSTRUCT, CHUNKED % TRIPLES.encode() + chunk(LINES) + chunk(b"")),
    ],
)
def test_a_whole_answer_is_read(text: str, raw: bytes) -> None:
    assert answered(raw, text) == 9


HALF = gzip.compress(LINES)[:-9]


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        pytest.param(SELECT, reply(ROWS, JSON, long=len(ROWS) + 1), id="shorter than it says"),
        pytest.param(SELECT, CHUNKED % JSON.encode() + chunk(ROWS), id="no last chunk"),
        pytest.param(SELECT, CHUNKED % JSON.encode() + chunk(ROWS)[:-9], id="half a chunk"),
        pytest.param(SELECT, reply(gzip.compress(ROWS)[:-9], JSON, PACKED), id="half a gzip file"),
        pytest.param(SELECT, reply(ROWS, JSON, PACKED), id="no gzip file"),
        pytest.param(SELECT, reply(ROWS[:-1], JSON), id="JSON without its end"),
        pytest.param(SELECT, reply(ROWS[:-40], JSON), id="half of the JSON"),
        pytest.param(SELECT, ENDLESS % JSON.encode() + ROWS[:-2], id="JSON of a closed connection"),
        pytest.param(SELECT, reply(ROWS + b"]", JSON), id="JSON and more"),
        pytest.param(SELECT, reply(b"", JSON), id="nothing"),
        pytest.param(SELECT, b"", id="not even a status"),
        pytest.param(SELECT, b"SSH-2.0-x\r\n", id="another protocol"),
        pytest.param(CONSTRUCT, reply(LINES, TRIPLES, long=len(LINES) + 1), id="a line missing"),
        pytest.param(CONSTRUCT, CHUNKED % TRIPLES.encode() + chunk(LINES), id="a chunk missing"),
        pytest.param(CONSTRUCT, reply(HALF, TRIPLES, PACKED), id="half a packed graph"),
        pytest.param(CONSTRUCT, ENDLESS % TRIPLES.encode() + LINES, id="triples without an end"),
        pytest.param(CONSTRUCT, reply(LINES[:-5], TRIPLES), id="half a line"),
        pytest.param(CONSTRUCT, reply(b"<a b> <x:b> <x:c> .", TRIPLES), id="no IRI"),
    ],
)
def test_an_answer_that_was_cut_off_is_no_answer(text: str, raw: bytes) -> None:
    with pytest.raises(KgError, match=r"^http://127.0.0.1:\d+/sparql: .*(cut off|ends)") as said:
        answered(raw, text)
    assert str(said.value).isprintable()


def test_no_beginning_of_an_answer_is_an_answer() -> None:
    truth = b'{"head": {}, "boolean": true}'
    wholes = {SELECT: ROWS, "ASK { }": truth}
    ends = [(text, end) for text, whole in wholes.items() for end in range(len(whole))]
    rest = iter(ends)

    def next_longer(request: Request) -> bytes:
        text, end = next(rest, ("ASK { }", len(truth)))
        return reply(wholes[text][:end], JSON)

    with told(next_longer) as server:
        asked = endpoint(server.url)
        for text, _ in ends:
            with pytest.raises(KgError, match="cut off"):
                asked.query(text)
        assert asked.query("ASK { }")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (reply(b"<html>", "text/html"), "answers with text/html, not as SPARQL does: name the"),
        (reply(b"", "\x1b[2J"), r"answers with .?\[2j, not"),
        (reply(b"Out of\n memory\x1b", "text/plain", status="500 x"), "HTTP 500: Out of memory"),
        (reply(b"<h1>No</h1>", "text/html", status="503 x"), "HTTP 503: Service Unavailable"),
        (reply(b"error at 1:6", "text/plain", status="400 x"), "HTTP 400: error at 1:6"),
        (reply(b"", "text/plain", status="404 x"), "HTTP 404: Not Found: name the endpoint"),
        (reply(b"", "text/plain", status="401 x"), rf"asks who you are \(HTTP 401\): .*{TOKEN}"),
        (reply(ROWS, JSON, status="206 x"), "HTTP 206"),
        (reply(ROWS, JSON, "Content-Encoding: br"), "packs its answer as br, and gzip was asked"),
        (reply(b'{"head": {}, "boolean": true}', JSON), "answers another question"),
        (reply(b'{"head": {"vars": ["x"]}}', JSON), "not what it says"),
        (reply(ROWS.replace(b'"literal"', b'"uri"'), JSON), "not what it says: Invalid uri"),
    ],
)
def test_what_is_no_answer_is_told_in_one_line(raw: bytes, said: str) -> None:
    with pytest.raises(KgError, match=rf"^http://127.0.0.1:\d+/sparql: .*{said}") as error:
        answered(raw)
    assert str(error.value).isprintable()


def test_an_answer_has_at_most_so_many_bytes_packed_or_not() -> None:
    for raw in (reply(LINES, TRIPLES), reply(gzip.compress(LINES), TRIPLES, PACKED)):
        assert answered(raw, CONSTRUCT, most=len(LINES)) == 9
        with pytest.raises(KgError, match=f"longer than {len(LINES) - 1} bytes: ask for less"):
            answered(raw, CONSTRUCT, most=len(LINES) - 1)


def test_a_silent_server_is_given_up() -> None:
    done = threading.Event()

    def silent(request: Request) -> bytes:
        done.wait(60)
        return b""

    with told(silent) as server:
        with pytest.raises(KgError, match="no answer for 0.1 s"):
            endpoint(server.url, seconds=0.1).query(SELECT)
        done.set()


def test_nobody_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(KgError, match=f"127.0.0.1:{port}/: cannot be reached: .*running"):
        endpoint(f"http://127.0.0.1:{port}/").query(SELECT)


@pytest.mark.parametrize("url", ["ftp://x.example/", "http://", "sparql", "http://a:b/"])
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(KgError, match="URL|endpoint"):
        remote.open(url)


def moved(place: str, status: str = "308 x") -> bytes:
    return reply(b"", "text/plain", f"Location: {place}", status=status)


def test_a_question_is_sent_on_within_a_server() -> None:
    def answer(request: Request) -> bytes:
        return reply(ROWS, JSON) if "/there" in request.line else moved("/there?x=1")

    with told(answer) as server:
        assert len(list(endpoint(server.url).query(SELECT))) == 9
        assert [one.line.split()[1] for one in server.requests] == ["/sparql", "/there?x=1"]
        assert server.requests[1].form == server.requests[0].form


def test_a_question_is_not_sent_on_to_another_server_nor_for_ever() -> None:
    with told(lambda request: reply(ROWS, JSON)) as other:
        with pytest.raises(KgError, match=f"sends on to {other.url}: name that one"):
            answered(moved(other.url))
        assert other.requests == []
    with pytest.raises(KgError, match="sends on and on"):
        answered(moved("/sparql"))
    with pytest.raises(KgError, match="Invalid URL"):
        answered(moved("//x:y"))
    with pytest.raises(KgError, match="HTTP 303"):
        answered(moved("/there", "303 x"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT ?x { SERVICE <http://127.0.0.1/> { ?x ?y ?z } }", "SERVICE"),
        ("SELECT ?x {" + "{" * 300 + "}" * 300 + "}", "brackets"),
        ("DELETE WHERE { ?x ?y ?z }", "changes the graph"),
        ("SELECT ?x { ?x ?y", "not SPARQL"),
    ],
)
def test_what_may_not_be_asked_is_not_sent(text: str, said: str) -> None:
    with told(graph_of_kg) as server:
        graph = remote.open(server.url)
        before = len(server.requests)
        with pytest.raises(KgError, match=said):
            query.ask(graph, text)
        assert len(server.requests) == before
        with pytest.raises((KgError, SyntaxError)):
            endpoint(server.url).query(text)
        assert len(server.requests) == before


def test_who_asks_is_said_by_password_or_token(monkeypatch: pytest.MonkeyPatch) -> None:
    with told(lambda request: reply(ROWS, JSON)) as server:
        endpoint(server.url).query(SELECT)
        monkeypatch.setenv(TOKEN, "secret")
        endpoint(server.url).query(SELECT)
        endpoint(server.url.replace("//", "//ada:pass%20word@")).query(SELECT)
        signs = [request.headers.get("authorization") for request in server.requests]
    assert signs == [None, "Bearer secret", "Basic YWRhOnBhc3Mgd29yZA=="]


def test_a_password_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = reply(b"", "text/plain", status="401 x")
    with told(lambda request: refused) as server, pytest.raises(KgError) as said:
        endpoint(server.url.replace("//", "//ada:lovelace@")).query(SELECT)
    assert "ada" not in str(said.value) and "lovelace" not in str(said.value)
    monkeypatch.setenv(TOKEN, "pässword")
    with pytest.raises(KgError, match="only letters of ASCII"):
        endpoint(server.url)


STORE = Store()
STORE.extend(to_graph(WORKS, MENTIONS, STATEMENTS, run=RUN))


def graph_of_kg(request: Request, *, union: bool = True) -> bytes:
    """Answer as an endpoint over the hand-made graph."""
    found = STORE.query(request.form["query"], use_default_graph_as_union=union)
    if isinstance(found, QueryBoolean):
        raise AssertionError("nothing asks that")
    if "triples" in request.headers["accept"]:
        return reply(found.serialize(format=RdfFormat.N_TRIPLES), TRIPLES)
    return reply(found.serialize(format=QueryResultsFormat.JSON), JSON)


def test_an_endpoint_that_hides_the_evidence_says_what_to_do() -> None:
    with told(partial(graph_of_kg, union=False)) as server:
        with pytest.raises(KgError, match="hides the named graph .*: load the N-Triples"):
            remote.open(server.url)
        unions = [request.form.get("union-default-graph") for request in server.requests]
    assert unions == [None, "true"]


def test_an_endpoint_without_papers_is_no_graph_of_kg() -> None:
    nothing = reply(b'{"head": {"vars": []}, "results": {"bindings": []}}', JSON)
    with told(lambda request: nothing) as server, pytest.raises(KgError, match="no kg:Paper"):
        remote.open(server.url)


def test_a_copy_with_fewer_triples_than_are_counted_is_no_copy() -> None:
    def capped(request: Request) -> bytes:
        raw = graph_of_kg(request)
        if "triples" not in request.headers["accept"]:
            return raw
        head, _, body = raw.partition(b"\r\n\r\n")
        return reply(b"".join(body.splitlines(keepends=True)[:5]), TRIPLES)

    with (
        told(capped) as server,
        pytest.raises(KgError, match=r"gave 5 of \d+ triples: raise"),
        remote.whole(server.url),
    ):
        raise AssertionError("half a graph")
