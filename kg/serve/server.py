"""A graph in, a server out: SPARQL, a page for each thing, search; all of it read-only."""

import contextlib
import socket
import tempfile
from collections.abc import Callable, Collection, Iterator
from ipaddress import ip_address
from pathlib import Path

import uvicorn

from kg import opened, store
from kg.errors import KgError
from kg.serve.app import app
from kg.serve.guard import Guard
from kg.serve.messages import Limits as Limits

#: Connections open at a time, and bytes of the head of a request.
CONNECTIONS, HEAD = 1000, 1 << 16


def serve(
    path: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    token: str | None = None,
    cors: Collection[str] = (),
    limits: Limits | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Serve a graph over HTTP until the process is told to stop.

    Port 0 takes any that is free; ``say`` is told the address once the server answers. Raises
    KgError where the graph cannot be opened, or the address not be had.
    """
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(directory(path))
        listening = stack.enter_context(contextlib.closing(_listen(host, port)))
        address, port = listening.getsockname()[:2]
        public = not ip_address(address).is_loopback
        guarded = Guard(
            app(place, limits or Limits()),
            names={"localhost", host, socket.gethostname()} if public else {"localhost"},
            public=public,
            token=token,
            cors=cors,
        )
        server = _Server(
            uvicorn.Config(
                guarded,
                http="h11",
                loop="asyncio",
                ws="none",
                lifespan="on",
                log_level="warning",
                access_log=False,
                server_header=False,
                limit_concurrency=CONNECTIONS,
                h11_max_incomplete_event_size=HEAD,
                timeout_graceful_shutdown=2,
            )
        )
        if public:
            asked = "who has the token" if token else "without a password (see --token)"
            say(f"{path}: open to every machine that reaches {address}, {asked}, not encrypted")
        shown = f"[{address}]" if ":" in address else address
        server.told = lambda: say(f"{path}: http://{shown}:{port}/ (Ctrl-C stops)")
        server.run(sockets=[listening])
        if not server.started:
            raise KgError(f"{path}: cannot be served: what stands above says why")


@contextlib.contextmanager
def directory(path: Path) -> Iterator[Path]:
    """Give a store directory for a graph: itself, or a copy of an RDF file for as long as needed.

    Workers open it side by side, each in a few milliseconds.
    """
    graph = opened.open(path)
    if path.is_dir():
        del graph
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        copy = Path(folder) / "graph.kg"
        store.write(graph.store, copy, facts={"base": graph.base})
        del graph
        yield copy


class _Server(uvicorn.Server):
    """A server that says when it is ready."""

    told: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.told()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.create_server(address[:2], family=family)
        # asyncio sets it where a socket was made with IPPROTO_TCP; else each answer waits 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except (OSError, OverflowError) as error:
        reason = " ".join(str(error).split())
        raise KgError(f"{host}:{port}: cannot be served there: {reason}: try --port 0") from error
