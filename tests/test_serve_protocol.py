"""What a request asks, by the SPARQL 1.1 Protocol."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.serve.messages import Reply
from kg.serve.protocol import FORM, MOST, QUERY, UPDATE, Question, request

ASK = Question("ASK {}")


def refused(answer: Question | Reply | None) -> int:
    assert isinstance(answer, Reply)
    assert answer.body.count(b"\n") == 1 and answer.body.endswith(b"\n")
    assert answer.body.isascii()
    return answer.status


@pytest.mark.parametrize(
    ("method", "url", "media", "body"),
    [
        ("GET", b"query=ASK%20%7B%7D", None, b""),
        (
            "GET",
            b"query=ASK+%7B%7D&format=json&update-me=1&query2=x&default_graph_uri=x",
            None,
            b"",
        ),
        ("HEAD", b"query=ASK+{}", None, b""),
        ("GET", b"query=ASK+{}", "text/plain", b"whatever"),
        ("POST", b"", FORM, b"query=ASK%20%7B%7D"),
        ("POST", b"", FORM.upper() + " ; Charset=UTF-8", b"query=ASK+%7B%7D"),
        ("POST", b"query=ASK+{}", FORM, b""),
        ("POST", b"", QUERY, b"ASK {}"),
        ("POST", b"", QUERY + ';charset="utf-8"', b"ASK {}"),
    ],
)
def test_a_query_comes_in_the_url_in_a_form_or_as_a_body(
    method: str, url: bytes, media: str | None, body: bytes
) -> None:
    assert request(method, url, media, body) == ASK


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_through_decoded_once(text: str) -> None:
    encoded = b"query=" + quote(text, safe="").encode()
    wanted = Question(text)
    assert request("GET", encoded, None, b"") == wanted
    assert request("POST", b"", FORM, encoded) == wanted
    assert request("POST", b"", QUERY, text.encode()) == wanted


def test_what_is_encoded_twice_is_decoded_once() -> None:
    assert request("POST", b"", FORM, b"query=%2541%252B") == Question("%41%2B")


def test_a_body_of_a_query_is_not_decoded() -> None:
    assert request("POST", b"", QUERY, b"ASK%20+{}") == Question("ASK%20+{}")


def test_a_form_may_hold_utf8_as_it_is() -> None:
    assert request("POST", b"", FORM, "query=\u4e2d".encode()) == Question("\u4e2d")


def test_graphs_of_the_url_and_of_the_form_count_in_order() -> None:
    url = b"default-graph-uri=http%3A%2F%2Fe%2F1&named-graph-uri=http://e/3"
    body = b"default-graph-uri=http://e/2&query=ASK+{}&named-graph-uri=http://e/4"
    wanted = Question("ASK {}", ("http://e/1", "http://e/2"), ("http://e/3", "http://e/4"))
    assert request("POST", url, FORM, body) == wanted


def test_without_a_query_the_service_is_described() -> None:
    assert request("GET", b"", None, b"") is None
    assert request("HEAD", b"anything=else", None, b"") is None


@pytest.mark.parametrize(
    ("method", "url", "media", "body", "status"),
    [
        ("GET", b"query=ASK+{}&query=ASK+{}", None, b"", 400),
        ("POST", b"query=ASK+{}", FORM, b"query=ASK+{}", 400),
        ("POST", b"query=ASK+{}", QUERY, b"ASK {}", 400),
        ("POST", b"", FORM, b"", 400),
        ("GET", b"default-graph-uri=http://e/1", None, b"", 400),
        ("GET", b"query=%FF", None, b"", 400),
        ("GET", b"query=\xff", None, b"", 400),
        ("GET", b"query=%ED%A0%80", None, b"", 400),
        ("GET", b"query=%C0%80", None, b"", 400),
        ("GET", b"query=100%", None, b"", 400),
        ("GET", b"query=%zz", None, b"", 400),
        ("POST", b"", FORM, b"query=%FF", 400),
        ("POST", b"", QUERY, "ASK {}".encode("utf-16"), 400),
        ("GET", b"&".join([b"a=1"] * (MOST + 1)), None, b"", 400),
        ("POST", b"query=ASK+{}", None, b"", 415),
        ("POST", b"", None, b"query=ASK+{}", 415),
        ("POST", b"", "text/plain", b"ASK {}", 415),
        ("POST", b"", "multipart/form-data; boundary=x", b"--x--", 415),
        ("POST", b"", "caf\u00e9/\x7f", b"ASK {}", 415),
        ("POST", b"", QUERY + "; charset=UTF-16", "ASK {}".encode("utf-16"), 415),
        ("POST", b"", FORM + "; charset=latin-1", b"query=ASK+{}", 415),
    ],
)
def test_what_is_no_request_is_refused_in_one_line(
    method: str, url: bytes, media: str | None, body: bytes, status: int
) -> None:
    assert refused(request(method, url, media, body)) == status


@pytest.mark.parametrize(
    ("method", "url", "media", "body"),
    [
        ("GET", b"update=CLEAR+ALL", None, b""),
        ("GET", b"update=CLEAR+ALL&query=ASK+{}", None, b""),
        ("POST", b"", FORM, b"update=CLEAR+ALL"),
        ("POST", b"", FORM, b"query=ASK+{}&update=CLEAR+ALL&update=DROP+ALL"),
        ("POST", b"", UPDATE, b"CLEAR ALL"),
        ("POST", b"", UPDATE + "; charset=UTF-16", b"CLEAR ALL"),
    ],
)
def test_an_update_is_refused_as_the_graph_is_read_only(
    method: str, url: bytes, media: str | None, body: bytes
) -> None:
    answer = request(method, url, media, body)
    assert refused(answer) == 403
    assert isinstance(answer, Reply) and b"read-only" in answer.body


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "get", "X"])
def test_another_method_is_told_which_there_are(method: str) -> None:
    answer = request(method, b"query=ASK+{}", FORM, b"")
    assert refused(answer) == 405
    assert isinstance(answer, Reply)
    assert dict(answer.headers) == {"allow": "GET, HEAD, POST, OPTIONS"}
