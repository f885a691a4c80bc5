"""A question in, the whole of a server's answer out: the SPARQL 1.1 Protocol, seen from the client.

What a server sends is hostile: it may end early, never, or be something else than was asked for.
"""

import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from gzip import GzipFile
from io import BufferedReader, RawIOBase
from typing import IO, cast

import httpx
from pyoxigraph import QueryResultsFormat, RdfFormat

from kg.errors import KgError
from kg.terms import plain

#: Media types of the answers that are asked for; XML is not, for what its entities can do.
ROWS: Mapping[str, QueryResultsFormat] = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
}
GRAPHS: Mapping[str, RdfFormat] = {
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
}

#: The variable of the environment that holds a bearer token.
TOKEN = "KG_TOKEN"

#: Answers that name another address for the same question.
MOVED = (301, 302, 307, 308)
#: How many times a question is sent on.
MOST_MOVES = 5
#: What to do where there is no endpoint.
ELSEWHERE = "name the endpoint of the server, often /sparql or /query"
#: Bytes of an error's page that are read, and letters of it that are shown.
ERROR_READ, ERROR_SHOWN = 4096, 300


@dataclass(frozen=True, slots=True)
class Address:
    """Where questions go."""

    url: httpx.URL
    #: Seconds without a byte after which a server is given up.
    seconds: float
    #: Bytes of an answer, uncompressed.
    most: int
    client: httpx.Client = field(repr=False, compare=False)

    def __str__(self) -> str:
        """Show the URL without the password that it may hold."""
        return str(self.url.copy_with(username=None, password=None))


def address(url: str, *, seconds: float, most: int) -> Address:
    """Read a URL, with the name and password in it or a token in ``KG_TOKEN``; ask nothing yet.

    Raises KgError where it is no http(s) URL.
    """
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise KgError(f"{plain(url)}: not a URL: {error}") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise KgError(f"{plain(url)}: no SPARQL endpoint: write http://HOST/PATH or https://...")
    token = os.environ.get(TOKEN, "")
    signed = {"Authorization": f"Bearer {token}"} if token and not parsed.userinfo else {}
    try:
        client = httpx.Client(headers=signed, timeout=httpx.Timeout(seconds, connect=10))
    except UnicodeError as error:
        raise KgError(f"{TOKEN}: a token has only letters of ASCII") from error
    return Address(parsed, seconds, most, client)


@contextmanager
def answer(
    address: Address,
    form: Mapping[str, str],
    accept: Mapping[str, object],
) -> Iterator[tuple[str, IO[bytes]]]:
    """Send a question; give the media type of the answer, one of ``accept``, and its bytes.

    Reading raises KgError where the answer breaks off, and where it is longer than it may be.
    """
    with _wrapped(address):
        response = _sent(address, form, accept)
    try:
        with _wrapped(address):
            media = _checked(address, response, accept)
        body = BufferedReader(_Body(_decoded(response, address), address), 1 << 16)
        yield media, cast(IO[bytes], body)
    finally:
        response.close()


@contextmanager
def _wrapped(address: Address) -> Iterator[None]:
    """Say in one line what went wrong between here and the server."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise KgError(
            f"{address}: no answer for {address.seconds:g} s: ask for less, or try again later"
        ) from error
    except (httpx.ConnectError, httpx.UnsupportedProtocol, httpx.ProxyError) as error:
        raise KgError(
            f"{address}: cannot be reached: {_line(error)}: is the server running?"
        ) from error
    except (httpx.TransportError, EOFError, zlib.error, OSError) as error:
        raise KgError(f"{address}: the answer was cut off: {_line(error)}") from error


def _sent(
    address: Address, form: Mapping[str, str], accept: Mapping[str, object]
) -> httpx.Response:
    """Post a question, and post it again where the server names another place of its own."""
    headers = {"Accept": ", ".join(accept), "Accept-Encoding": "gzip"}
    url = address.url
    for _ in range(MOST_MOVES):
        request = address.client.build_request("POST", url, data=dict(form), headers=headers)
        response = address.client.send(request, stream=True)
        onward = response.next_request
        if response.status_code not in MOVED or onward is None:
            return response
        response.close()
        url = onward.url
        if _origin(url) != _origin(address.url):
            other = plain(str(url.copy_with(username=None, password=None)))
            raise KgError(f"{address}: sends on to {other}: name that one, if you trust it")
        url = url.copy_with(username=address.url.username, password=address.url.password)
    raise KgError(f"{address}: sends on and on: name the address where it ends")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _checked(address: Address, response: httpx.Response, accept: Mapping[str, object]) -> str:
    """Return the media type of an answer; raise KgError where it is none that can be read."""
    media = str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()
    if response.status_code != 200:
        raise _refused(address, response, media)
    if media not in accept:
        raise KgError(
            f"{address}: answers with {plain(media) or 'no media type'}, not as SPARQL does:"
            f" {ELSEWHERE}"
        )
    if media in GRAPHS and not _framed(response):
        raise KgError(
            f"{address}: does not say where its answer ends, so that one that was cut off would"
            " look whole: put a server of HTTP/1.1 before it"
        )
    return media


def _refused(address: Address, response: httpx.Response, media: str) -> KgError:
    status = response.status_code
    if status in (401, 403):
        why = "asks who you are" if status == 401 else "does not let you in"
        how = f"write https://NAME:PASSWORD@HOST/PATH, or a token into {TOKEN}"
        return KgError(f"{address}: {why} (HTTP {status}): {how}")
    said = ""
    if media in ("text/plain", "application/json", "application/problem+json"):
        body = b""
        for piece in _decoded(response, address):
            body += piece
            if len(body) >= ERROR_READ:
                break
        said = " ".join(plain(body[:ERROR_READ].decode("utf-8", "replace")).split())
    reason = said[:ERROR_SHOWN] or httpx.codes.get_reason_phrase(status) or "no reason given"
    hint = f": {ELSEWHERE}" if status in (404, 405, 501) else ""
    return KgError(f"{address}: HTTP {status}: {reason}{hint}")


def _framed(response: httpx.Response) -> bool:
    """Tell whether a broken connection can be told from the end of an answer."""
    return "content-length" in response.headers or "transfer-encoding" in response.headers


def _decoded(response: httpx.Response, address: Address) -> Iterator[bytes]:
    """Yield the bytes of an answer, unpacked here since httpx takes half a gzip file for one."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding == "identity":
        yield from response.iter_raw()
    elif coding in ("gzip", "x-gzip"):
        packed = BufferedReader(_Body(response.iter_raw(), address))
        with GzipFile(fileobj=packed) as unpacked:
            while piece := unpacked.read1(1 << 16):
                yield piece
    else:
        raise KgError(f"{address}: packs its answer as {plain(coding)}, and gzip was asked for")


class _Body(RawIOBase):
    """Pieces of bytes read as a file."""

    def __init__(self, pieces: Iterator[bytes], address: Address) -> None:
        self._pieces = pieces
        self._address = address
        self._rest = memoryview(b"")
        self._read = 0

    def readable(self) -> bool:
        return True

    # typeshed knows no WriteableBuffer outside of itself.
    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with _wrapped(self._address):
            while not self._rest:
                piece = next(self._pieces, None)
                if piece is None:
                    return 0
                self._rest = memoryview(piece)
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        self._read += taken
        if self._read > self._address.most:
            most = f"{self._address.most:,} bytes"
            raise KgError(f"{self._address}: the answer is longer than {most}: ask for less")
        return taken


def _line(error: Exception) -> str:
    return " ".join(plain(str(error)).split()) or type(error).__name__
