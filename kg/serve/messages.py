"""What goes between the server and its workers."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may use."""

    #: Seconds of wall time, after which the worker is killed.
    seconds: float = 30.0
    #: Bytes of memory of a worker, beyond what it has when it starts.
    memory: int = 1 << 30
    #: Rows or triples of an answer.
    rows: int = 100_000
    #: Bytes of an answer, before compression.
    size: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is asked: a key of ``kg.serve.worker.TASKS`` and its keyword arguments."""

    name: str
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out over HTTP: complete, as nothing is sent before the end is known."""

    status: int
    #: With the charset, where it is a text.
    media: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


def refusal(status: int, sentence: str) -> Reply:
    """Say in one clear line why there is no answer."""
    return Reply(status, "text/plain; charset=utf-8", f"{sentence}\n".encode())
