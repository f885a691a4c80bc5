"""A process that answers tasks: it opens the graph itself, and has no network and little memory.

It may be killed at any moment, and nothing is lost then. What it sends back is read as bytes and
JSON only, since by then it may be under the sway of a query.
"""

import json
import os
import signal
import traceback
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

from kg import opened, store
from kg.errors import KgError
from kg.opened import Graph
from kg.serve import answer, editor, pages
from kg.serve.messages import Limits, Reply, Task, refusal
from kg.serve.sandbox import confine

#: A name to a function of a module, from a graph, limits and keyword arguments to a reply.
Tasks = Mapping[str, Callable[..., Reply]]

#: What a worker can do for browsers and SPARQL clients.
TASKS: Tasks = {
    "sparql": answer.sparql,
    "describe": answer.describe,
    "page": pages.page,
    "editor": editor.page,
}

#: A line for the server's log, in front of a reply's other fields.
Told = tuple[Reply, str]


def work(channel: Connection, path: Path, limits: Limits, tasks: Tasks) -> None:
    """Answer tasks until the channel closes; the first message says that the graph is open."""
    # Ctrl-C reaches the whole group of processes, and the server ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The runtimes below complain on stderr where a limit ends them; the server says it better.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    graph, state = opened.open(path), _state(path)
    confine(limits.memory)
    channel.send_bytes(b"open")
    while True:
        try:
            task = cast(Task, channel.recv())
        except EOFError:
            return
        if _state(path) != state:
            graph, state = opened.open(path), _state(path)
        reply, log = _answer(graph, limits, tasks, task)
        said = {"status": reply.status, "media": reply.media, "headers": reply.headers, "log": log}
        channel.send_bytes(json.dumps(said).encode())
        channel.send_bytes(reply.body)


def receive(channel: Connection, most: int) -> Told:
    """Read a reply from the other end; EOFError or OSError where the worker has died."""
    said = json.loads(channel.recv_bytes(1 << 20))
    headers = tuple((str(name), str(value)) for name, value in said["headers"])
    body = channel.recv_bytes(most)
    return Reply(int(said["status"]), str(said["media"]), body, headers), str(said["log"])


def _answer(graph: Graph, limits: Limits, tasks: Tasks, task: Task) -> Told:
    try:
        return tasks[task.name](graph, limits, **task.arguments), ""
    except KgError as error:
        return refusal(400, str(error)), ""
    except MemoryError:
        return refusal(503, f"stopped: it needed more memory than {limits.memory >> 20} MB"), ""
    except Exception:
        return refusal(500, "kg failed on this request; its log says where"), traceback.format_exc()


def _state(path: Path) -> tuple[int, int]:
    """Tell one state of a store from the next."""
    seen = (path / store.MANIFEST).stat()
    return (seen.st_ino, seen.st_mtime_ns)
