"""Routes: each turns a request into a task for a worker, and the worker's reply into an answer."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kg import store
from kg.serve import description, media, protocol
from kg.serve.editor import ONTOLOGY
from kg.serve.messages import Limits, Reply, Task, refusal
from kg.serve.pool import Pool

STATIC = Path(__file__).parent / "static"

#: Bytes of a query, and seconds within which it has to come.
LONGEST, PROMPT = 1 << 20, 15.0

#: What a resource may be asked for in ``?format=``.
FORMATS: Mapping[str, str] = {
    "html": "text/html",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
#: First segments of paths that are pages and no resources.
PAGES = frozenset(("", "search", "questions"))
#: Those that /sparql answers itself, if only by a refusal.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

_log = logging.getLogger("kg.serve")


def app(path: Path, limits: Limits) -> Starlette:
    """Make the application for a store directory; it starts its workers when it is started."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with Pool(path, limits) as pool:
            app.state.pool = pool
            yield

    made = Starlette(
        routes=[
            Route("/sparql", _sparql, methods=METHODS),
            Route("/sparql/", _sparql, methods=METHODS),
            Route("/query", _editor),
            Route("/ontology", _ontology),
            Mount("/static", GZipMiddleware(StaticFiles(directory=STATIC))),
            Route("/{path:path}", _thing),
        ],
        lifespan=lifespan,
    )
    made.state.path = path
    return made


async def _sparql(request: Request) -> Response:
    """Answer by the SPARQL 1.1 Protocol; without a query, describe the service."""
    body = await _body(request)
    if isinstance(body, Reply):
        return _response(body)
    asked = protocol.request(
        request.method, request.scope["query_string"], request.headers.get("content-type"), body
    )
    if isinstance(asked, Reply):
        return _response(asked)
    if asked is None:
        facts = store.manifest(request.app.state.path)
        accept = request.headers.get("accept")
        return _response(description.description(str(_address(request)), facts, accept))
    return await _run(
        request,
        Task(
            "sparql",
            {
                "text": asked.text,
                "default_graphs": asked.default_graphs,
                "named_graphs": asked.named_graphs,
                "accept": request.headers.get("accept"),
            },
        ),
    )


async def _editor(request: Request) -> Response:
    return await _run(request, Task("editor", {"parameters": _parameters(request)}))


async def _ontology(request: Request) -> Response:
    return Response(ONTOLOGY.read_bytes(), media_type="text/turtle")


async def _thing(request: Request) -> Response:
    """Answer with a page, or with what the graph says of the resource at this path."""
    # As it was sent: a path's %2F is no slash, and an IRI keeps what is encoded in it.
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0].removeprefix("/")
    parameters = _parameters(request)
    accept = FORMATS.get(parameters.get("format", ""), request.headers.get("accept") or "*/*")
    chosen = "text/html"
    if path.partition("/")[0] not in PAGES:
        chosen = media.choose(accept, tuple(FORMATS.values())) or ""
    if not chosen:
        there = ", ".join(FORMATS.values())
        return _response(refusal(406, f"a resource comes as {there}: accept one of them"))
    if chosen == "text/html":
        answer = await _run(request, Task("page", {"path": path, "parameters": parameters}))
    else:
        answer = await _run(request, Task("describe", {"path": path, "accept": chosen}))
    if path.partition("/")[0] not in PAGES:
        answer.headers.add_vary_header("Accept")
    return answer


async def _run(request: Request, task: Task) -> Response:
    packed = media.gzip(request.headers.get("accept-encoding"))
    pool: Pool = request.app.state.pool
    reply, log = await pool.run(
        Task(task.name, {**task.arguments, "gzip": packed}), gone=request.is_disconnected
    )
    if log:
        _log.error("%s %s\n%s", request.method, ascii(request.url.path), log)
    answer = _response(reply)
    answer.headers.add_vary_header("Accept-Encoding")
    return answer


def _parameters(request: Request) -> dict[str, str]:
    given = request.scope["query_string"].decode("latin-1")
    return dict(parse_qsl(given, keep_blank_values=True, errors="replace"))


async def _body(request: Request) -> bytes | Reply:
    """Read the body, as far as it may go and as long as it may take."""
    pieces, size = [], 0
    try:
        async with asyncio.timeout(PROMPT):
            async for piece in request.stream():
                pieces.append(piece)
                size += len(piece)
                if size > LONGEST:
                    return refusal(413, f"the query is too long: send at most {LONGEST:,} bytes")
    except TimeoutError:
        return refusal(408, f"the query did not come within {PROMPT:g} seconds: send it again")
    except ClientDisconnect:
        return refusal(400, "the connection was closed")
    return b"".join(pieces)


def _response(reply: Reply) -> Response:
    answer = Response(reply.body, reply.status, dict(reply.headers))
    answer.headers["content-type"] = reply.media
    return answer


def _address(request: Request) -> str:
    """Return the address of the endpoint, as this client names it."""
    return f"{request.url.scheme}://{request.headers['host']}{request.url.path}"
