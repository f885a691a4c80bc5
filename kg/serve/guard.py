"""Who may ask: the name by which the server is called, the page that asks, a token.

A page of any other site can send requests to a server on its reader's own machine, also under a
name of its own that resolves to it (DNS rebinding); the names it may be called by keep that out.
"""

import base64
import binascii
import hmac
import ipaddress
import re
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: What every answer says to a browser.
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-cache",
}
#: Said besides, unless the answer says otherwise: a page of ours needs its style sheet only.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)

#: A host as a request names it: a name or an address, and perhaps a port.
HOST = re.compile(r"([\w.-]+|\[[\da-fA-F:.]+\])(?::\d+)?", re.ASCII)


class Guard:
    """An ASGI application around another: refuses what may not ask, and adds headers."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        names: Collection[str],
        public: bool = False,
        token: str | None = None,
        cors: Collection[str] = (),
    ) -> None:
        """Let in requests to these names; to any IP address too, where the server is public.

        ``cors`` are the origins, or ``*``, whose pages may read answers.
        """
        self._app = app
        self._names = frozenset(name.lower() for name in names)
        self._public = public
        self._token = token
        self._cors = frozenset(cors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        shared = origin is not None and bool(self._cors & {origin, "*"})

        async def said(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                for name, value in (*ALWAYS.items(), ("content-security-policy", POLICY)):
                    own.setdefault(name, value)
                own.setdefault(
                    "cross-origin-resource-policy", "cross-origin" if self._cors else "same-origin"
                )
                if shared and origin is not None:
                    own["access-control-allow-origin"] = "*" if "*" in self._cors else origin
                if self._cors:
                    own.add_vary_header("Origin")
            await send(message)

        refused = self._refuse(scope, headers, origin, shared)
        if refused is not None:
            await refused(scope, receive, said)
        elif scope["method"] == "OPTIONS":
            await self._preflight(shared)(scope, receive, said)
        else:
            await self._app(scope, receive, said)

    def _refuse(
        self, scope: Scope, headers: Headers, origin: str | None, shared: bool
    ) -> PlainTextResponse | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._known(hosts[0]):
            return _line(421, "this server is not known by that name: ask it by its address")
        if origin is not None and not shared and urlsplit(origin).netloc != hosts[0]:
            return _line(403, "pages of other sites may not ask this server (see --cors)")
        if self._token is None or scope["method"] == "OPTIONS" or self._bears(headers):
            return None
        asked = _line(401, "give the token: as a bearer token, or as the password")
        asked.headers["www-authenticate"] = 'Basic realm="kg", charset="UTF-8"'
        return asked

    def _known(self, host: str) -> bool:
        read = HOST.fullmatch(host)
        if read is None:
            return False
        name = read[1].lower()
        if name in self._names:
            return True
        try:
            address = ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return self._public or address.is_loopback

    def _bears(self, headers: Headers) -> bool:
        kind, _, rest = headers.get("authorization", "").partition(" ")
        given = rest.strip().encode("latin-1")
        if kind.lower() == "basic":
            try:
                given = base64.b64decode(given, validate=True).partition(b":")[2]
            except binascii.Error:
                return False
        elif kind.lower() != "bearer":
            return False
        return hmac.compare_digest(given, (self._token or "").encode())

    def _preflight(self, shared: bool) -> PlainTextResponse:
        answer = PlainTextResponse(status_code=204, headers={"allow": "GET, HEAD, POST, OPTIONS"})
        if shared:
            answer.headers["access-control-allow-methods"] = "GET, HEAD, POST"
            answer.headers["access-control-allow-headers"] = "Accept, Authorization, Content-Type"
            answer.headers["access-control-max-age"] = "600"
        return answer


def _line(status: int, sentence: str) -> PlainTextResponse:
    return PlainTextResponse(f"{sentence}\n", status)
