"""Which form a client wants, and whether packed."""

import gzip
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.serve import media
from kg.serve.messages import Reply

JSON, XML, CSV, TSV, _ = media.TABLES
TURTLE, NT, JSONLD, RDFXML, PLAIN = media.GRAPHS
#: What Chromium sends.
BROWSER = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/*", CSV),
        (XML, XML),
        (XML.upper(), XML),
        (f"{XML}, {JSON}", JSON),
        (f"{XML};q=0.5, {CSV};q=0.9", CSV),
        (f"{XML};q=0.9, {CSV};q=0.5", XML),
        (f"{JSON};q=0, */*", XML),
        (f"*/*;q=0.1, {TSV};q=0.2", TSV),
        (f"*/*, {JSON};q=0.1, application/*;q=0.2", CSV),
        ("application/json", "application/json"),
        (f"application/json, {JSON};q=0.9", "application/json"),
        (f"{CSV}; header=present; q=0.3, {XML} ;q=0.2", CSV),
        (f'{CSV};title="a, b;q=0";q=0.5, {XML};q=.6', XML),
        (BROWSER, JSON),
        # Java's own client.
        ("text/html, image/gif, image/jpeg, *; q=.2", JSON),
        # What cannot be read is passed over, and where nothing can, nothing was said.
        (f",,;q=1, {XML}", XML),
        (f"/, text, a/b/c, {TSV}", TSV),
        (f"{XML};q=lots", XML),
        (f"{TSV};q=7, {XML}", XML),
        ("nonsense", JSON),
        ("text/turtle", None),
        ("*/*;q=0", None),
        (f"{JSON};q=0.0", None),
    ],
)
def test_the_form_that_is_wanted_most_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert media.choose(accept, media.TABLES) == chosen


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, TURTLE),
        ("application/rdf+xml, text/turtle;q=0.9", RDFXML),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', JSONLD),
        ("text/plain", PLAIN),
        (JSON, None),
    ],
)
def test_graphs_have_forms_of_their_own(accept: str | None, chosen: str | None) -> None:
    assert media.choose(accept, media.GRAPHS) == chosen


def test_a_browser_gets_a_page_where_there_is_one() -> None:
    assert media.choose(BROWSER, ("text/turtle", "text/html")) == "text/html"


@given(st.text(st.characters(max_codepoint=0xFF)))
def test_no_header_breaks_the_choice(header: str) -> None:
    assert media.choose(header, media.GRAPHS) in (*media.GRAPHS, None)
    assert media.gzip(header) in (True, False)


def test_a_long_header_is_read_in_no_time() -> None:
    started = time.process_time()
    for header in ('"' * 60_000, "a/b;" * 15_000, "," * 60_000, ";q=" * 20_000, 'a/"\\' * 15_000):
        media.choose(header, media.TABLES)
        media.gzip(header)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("br, deflate", False),
        ("identity", False),
        ("gzip;q=0.5, identity", False),
        ("gzip, identity;q=0.5", True),
    ],
)
def test_a_body_is_packed_for_who_wants_it(header: str | None, wanted: bool) -> None:
    assert media.gzip(header) is wanted


def test_a_packed_body_is_the_same_body_and_shorter() -> None:
    reply = Reply(200, "text/csv", b"one,two\r\n" * 1000, (("vary", "Accept"),))
    packed = media.packed(reply)
    assert gzip.decompress(packed.body) == reply.body
    assert len(packed.body) < len(reply.body) / 10
    assert packed.headers == (("vary", "Accept"), ("content-encoding", "gzip"))
    assert media.packed(reply) == packed


def test_a_short_body_stays_as_it_is() -> None:
    reply = Reply(200, "text/csv", b"one,two\r\n")
    assert media.packed(reply) is reply


def test_a_text_has_a_charset() -> None:
    assert media.typed(CSV) == "text/csv; charset=utf-8"
    assert media.typed(JSON) == JSON
