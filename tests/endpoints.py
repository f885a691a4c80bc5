"""SPARQL endpoints on loopback: Oxigraph's own server, and one that answers what it is told."""

import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

from pyoxigraph import Quad, Store

#: The program that the wheel ``oxigraph`` brings.
PROGRAM = Path(sys.executable).parent / "oxigraph"
#: Seconds within which it has to answer.
PATIENCE = 60.0


@contextmanager
def oxigraph(quads: Iterable[Quad], folder: Path, *options: str) -> Iterator[str]:
    """Serve quads by ``oxigraph serve-read-only`` and give the address of its endpoint."""
    store = Store(str(folder))
    store.extend(quads)
    store.flush()
    del store
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    command = [str(PROGRAM), "serve-read-only", "--location", str(folder), "--bind", place]
    process = subprocess.Popen([*command, *options], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    late = threading.Timer(PATIENCE, process.kill)
    late.start()
    try:
        said = process.stderr.readline()
        assert "Listening" in said, said
        yield f"http://{place}/query"
    finally:
        late.cancel()
        process.terminate()
        process.wait()
        process.stderr.close()


@dataclass
class Request:
    """What a client sent: the first line, the headers in small letters, the fields of the form."""

    line: str
    headers: dict[str, str]
    form: dict[str, str]


#: The bytes to answer a request with, status line and all; the connection is closed after them.
Answer = Callable[[Request], bytes]


@dataclass
class Told:
    """A server that answers what it is told."""

    url: str
    requests: list[Request] = field(default_factory=list)


@contextmanager
def told(answer: Answer) -> Iterator[Told]:
    """Serve bytes, right or wrong."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            line = self.rfile.readline().decode().strip()
            headers = {}
            while written := self.rfile.readline().decode().strip():
                name, _, value = written.partition(":")
                headers[name.lower()] = value.strip()
            body = self.rfile.read(int(headers.get("content-length", 0)))
            form = {name: some[0] for name, some in parse_qs(body.decode()).items()}
            here.requests.append(Request(line, headers, form))
            self.wfile.write(answer(here.requests[-1]))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        here = Told(f"http://127.0.0.1:{server.server_address[1]}/sparql")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield here
        finally:
            server.shutdown()
            thread.join()


def reply(body: bytes, media: str, *headers: str, status: str = "200 OK", long: int = -1) -> bytes:
    """Write a whole answer of HTTP; ``long`` is another length than the body's, to lie with."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {media}",
        f"Content-Length: {len(body) if long < 0 else long}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
