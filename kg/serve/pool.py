"""Workers that answer tasks side by side, so that a slow one never holds up another.

Each task has a process to itself. One that computes for longer than most do steps behind the
others, and another worker takes its place; at its deadline it is killed.
"""

import asyncio
import multiprocessing
import os
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Self

from kg.errors import KgError
from kg.serve import worker
from kg.serve.messages import Limits, Reply, Task, refusal
from kg.serve.sandbox import STEPS, busy_seconds, step_back

#: Seconds of computing after which a task counts as a long one.
SHORT = STEPS[0]
#: Seconds between two looks at a task.
LOOK = 0.02
#: Seconds for which a task may wait for a worker, and for which a worker may open its graph.
PATIENCE, OPENING = 20.0, 120.0
#: Tasks that may wait, and tasks after which a worker is replaced, lest its memory grow.
WAITING, LIFE = 500, 1000
#: Bytes by which a reply may exceed the limit of an answer: a page has some around it.
ROOM = 1 << 20


def _context(tasks: worker.Tasks) -> SpawnContext | ForkServerContext:
    """Return what starts processes: forks of one that has imported all, where there are such."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    modules = {task.__module__ for task in tasks.values()}
    context.set_forkserver_preload(["__main__", worker.__name__, "kg.serve.warm", *sorted(modules)])
    return context


class Worker:
    """A process with the graph open, and our end of the channel to it."""

    def __init__(self, process: BaseProcess, channel: Connection) -> None:
        """Take a process that was started, and that has not said yet that it is ready."""
        self.process = process
        self.channel = channel
        self.done = 0

    def wait_until_open(self) -> None:
        """Wait until the graph is open; EOFError where it cannot be."""
        if not self.channel.poll(OPENING):
            raise EOFError
        self.channel.recv_bytes(16)

    def ask(self, task: Task, most: int) -> worker.Told:
        """Send a task and wait for its reply; EOFError or OSError where the worker dies."""
        self.channel.send(task)
        self.done += 1
        return worker.receive(self.channel, most)

    def busy(self) -> float:
        """Return the seconds that it has computed so far; by the clock, where nobody counts."""
        spent = busy_seconds(self.process.pid or 0)
        return time.monotonic() if spent is None else spent

    def end(self) -> None:
        """Kill the process, whatever it is at."""
        self.process.kill()
        self.process.join()


class Pool:
    """As many workers as are wanted at a time, with a new one for each that goes."""

    def __init__(
        self,
        path: Path,
        limits: Limits,
        *,
        ready: int | None = None,
        long: int = 8,
        tasks: worker.Tasks = worker.TASKS,
    ) -> None:
        """Serve a store directory with so many ready workers, and so many long tasks beside.

        Where there are more long tasks, the one that has computed longest is stopped.
        """
        self._path = path
        self._limits = limits
        self._known = tasks
        self._ready = ready or max(8, 4 * (os.cpu_count() or 1))
        self._most_long = long
        # Those with a long task, with the seconds that it has taken, and those to be stopped.
        self._long: dict[Worker, float] = {}
        self._stopped: set[Worker] = set()
        self._waiting = 0
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._all: set[Worker] = set()
        self._threads = ThreadPoolExecutor(2 * self._ready + long, "worker")
        self._tasks: set[asyncio.Task[None]] = set()
        self._context = _context(tasks)

    async def __aenter__(self) -> Self:
        """Start the workers; KgError where the graph cannot be opened."""
        try:
            await asyncio.gather(*(self._add() for _ in range(self._ready)))
        except (EOFError, OSError) as error:
            await self.__aexit__(None, None, None)
            raise KgError(f"{self._path}: no worker could open it: check the graph") from error
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all workers."""
        for task in self._tasks:
            task.cancel()
        for one in list(self._all):
            one.end()
        self._all.clear()
        self._threads.shutdown(wait=False)

    async def run(
        self, task: Task, *, gone: Callable[[], Awaitable[bool]] | None = None
    ) -> tuple[Reply, str]:
        """Answer a task; with it comes what belongs into a log, mostly nothing.

        ``gone`` tells whether nobody waits for the answer any more: then the task is stopped.
        """
        if self._waiting >= WAITING:
            return refusal(503, "too many requests are waiting: try again later"), ""
        self._waiting += 1
        try:
            one = await asyncio.wait_for(self._idle.get(), PATIENCE)
        except TimeoutError:
            return refusal(503, "no worker came free in time: try again later"), ""
        finally:
            self._waiting -= 1
        return await self._watch(one, task, gone)

    async def _watch(
        self, one: Worker, task: Task, gone: Callable[[], Awaitable[bool]] | None
    ) -> tuple[Reply, str]:
        """Wait for a reply, and step in where it takes too long."""
        begun, spent = time.monotonic(), one.busy()
        most = self._limits.size + ROOM
        loop = asyncio.get_running_loop()
        answer = loop.run_in_executor(self._threads, one.ask, task, most)
        stopped: str | None = None
        try:
            while not (await asyncio.wait({answer}, timeout=LOOK))[0]:
                self._step_back(one, one.busy() - spent)
                if one in self._stopped:
                    stopped = "stopped: too many long queries are running: try again later"
                if time.monotonic() - begun > self._limits.seconds:
                    stopped = (
                        f"stopped: it took longer than {self._limits.seconds:g} seconds:"
                        " ask for less"
                    )
                if gone is not None and await gone():
                    stopped = "stopped: nobody waits for the answer"
                if stopped:
                    return refusal(503, stopped), ""
            return await answer
        except (EOFError, OSError):
            return refusal(503, self._why(one)), ""
        finally:
            self._stopped.discard(one)
            self._give_back(one, answer, again=self._long.pop(one, None) is None)

    def _step_back(self, one: Worker, spent: float) -> None:
        """Put a worker with a long task behind the others, and make room for it."""
        if spent < SHORT:
            return
        if one not in self._long:
            self._replace()
        step_back(one.process.pid or 0, spent)
        self._long[one] = spent
        if len(self._long) - len(self._stopped) > self._most_long:
            going = self._long.keys() - self._stopped
            self._stopped.add(max(going, key=self._long.__getitem__))

    def _why(self, one: Worker) -> str:
        return (
            f"stopped: it needed more memory than {self._limits.memory >> 20} MB,"
            " or more than a query may do"
        )

    def _give_back(
        self, one: Worker, answer: "asyncio.Future[worker.Told]", *, again: bool
    ) -> None:
        """Keep a worker for the next task, or end it and start another where none has been."""
        whole = answer.done() and not answer.cancelled() and answer.exception() is None
        if again and whole and one.done < LIFE:
            self._idle.put_nowait(one)
            return
        self._all.discard(one)
        self._threads.submit(one.end)
        # That nobody hears the end of an answer that was given up is no fault.
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        if again:
            self._replace()

    def _replace(self) -> None:
        """Start a worker while others go on."""
        task = asyncio.get_running_loop().create_task(self._add_surely())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _add_surely(self) -> None:
        """Add a worker, even where that fails a few times: a store may be renewed meanwhile."""
        for pause in (0.1, 1.0, 10.0, 60.0):
            try:
                await self._add()
                return
            except (EOFError, OSError):
                await asyncio.sleep(pause)

    async def _add(self) -> None:
        loop = asyncio.get_running_loop()
        one = await loop.run_in_executor(self._threads, self._start)
        self._all.add(one)
        try:
            await loop.run_in_executor(self._threads, one.wait_until_open)
        except (EOFError, OSError):
            self._all.discard(one)
            one.end()
            raise
        self._idle.put_nowait(one)

    def _start(self) -> Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=worker.work,
            args=(theirs, self._path, self._limits, self._known),
            daemon=True,
        )
        process.start()
        theirs.close()
        return Worker(process, ours)
