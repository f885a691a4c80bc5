"""Who may ask the server, and what its answers say to a browser."""

import asyncio
import base64
from collections.abc import Mapping

import httpx
import pytest
from starlette.responses import PlainTextResponse

from kg.serve.guard import Guard

HERE = "http://localhost:8000"


def ask(guard: Guard, headers: Mapping[str, str] = {}, *, method: str = "GET") -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=guard)
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            return await client.request(method, "/", headers=headers)

    return asyncio.run(send())


def guarded(**settings: object) -> Guard:
    names = {"names": {"localhost", "graphs.example"}, **settings}
    return Guard(PlainTextResponse("yes"), **names)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "127.9.9.9", "[::1]:8000", "graphs.example"],
)
def test_a_request_to_a_name_of_the_server_is_answered(host: str) -> None:
    assert ask(guarded(), {"host": host}).text == "yes"


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "10.0.0.1", "[::2]", "", "a@localhost:x", "[::1"],
)
def test_a_request_to_another_name_is_refused(host: str) -> None:
    answer = ask(guarded(), {"host": host})
    assert answer.status_code == 421 and answer.text.count("\n") == 1


def test_a_public_server_has_any_address_but_not_any_name() -> None:
    assert ask(guarded(public=True), {"host": "10.0.0.1:80"}).status_code == 200
    assert ask(guarded(public=True), {"host": "evil.example"}).status_code == 421


def test_two_names_are_none() -> None:
    headers = [("host", "localhost"), ("host", "evil.example")]
    assert ask(guarded(), headers).status_code == 421  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (HERE, 200),
        ("http://localhost:9000", 403),
        ("https://evil.example", 403),
        ("null", 403),
    ],
)
def test_only_pages_of_this_server_may_ask(origin: str, status: int) -> None:
    answer = ask(guarded(), {"origin": origin})
    assert answer.status_code == status
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(("cors", "said"), [("https://a.example", "https://a.example"), ("*", "*")])
def test_pages_that_are_allowed_may_read(cors: str, said: str) -> None:
    guard = guarded(cors=[cors], token="t")
    asked = ask(guard, {"origin": "https://a.example", "authorization": "Bearer t"})
    assert asked.headers["access-control-allow-origin"] == said
    assert "Origin" in asked.headers["vary"]
    before = ask(guard, {"origin": "https://a.example"}, method="OPTIONS")
    assert before.status_code == 204
    assert "POST" in before.headers["access-control-allow-methods"]


def test_without_leave_a_preflight_allows_nothing() -> None:
    answer = ask(guarded(), {"origin": HERE}, method="OPTIONS")
    assert answer.status_code == 204
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("Bearer s€cret", 200),
        ("Basic " + base64.b64encode("anyone:s€cret".encode()).decode(), 200),
        ("Basic " + base64.b64encode(b"secret").decode(), 401),
        ("Basic ***", 401),
        ("Bearer other", 401),
        ("Bearer", 401),
        ("", 401),
    ],
)
def test_a_token_is_asked_for(given: str, status: int) -> None:
    answer = ask(guarded(token="s€cret"), {"authorization": given.encode()})  # type: ignore[dict-item]
    assert answer.status_code == status
    assert ("www-authenticate" in answer.headers) == (status == 401)


def test_every_answer_tells_the_browser_to_trust_nothing() -> None:
    for answer in (ask(guarded()), ask(guarded(), {"host": "evil.example"})):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
