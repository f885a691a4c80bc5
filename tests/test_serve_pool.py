"""Workers: a query that takes too much is stopped, and no other one waits for it."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from nouns import MENTIONS, RUN, STATEMENTS, WORKS
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kg import store
from kg.errors import KgError
from kg.graph import to_graph
from kg.serve.messages import Limits, Reply, Task
from kg.serve.pool import Pool

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
GREEDY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pool") / "g.kg"
    store.write(to_graph(WORKS, MENTIONS, STATEMENTS, run=RUN), path, facts={})
    return path


def sparql(text: str) -> Task:
    return Task("sparql", {"text": text})


def during(
    graph: Path,
    limits: Limits,
    work: Callable[[Pool], Awaitable[list[tuple[Reply, str]]]],
    *,
    ready: int = 2,
    long: int = 4,
) -> list[tuple[int, str]]:
    """Run something while a pool stands; give the status and the text of each reply."""

    async def run() -> list[tuple[Reply, str]]:
        async with Pool(graph, limits, ready=ready, long=long) as pool:
            return await work(pool)

    return [(reply.status, reply.body.decode()) for reply, _ in asyncio.run(run())]


def test_questions_are_answered_side_by_side(graph: Path) -> None:
    async def work(pool: Pool) -> list[tuple[Reply, str]]:
        asked = (f"SELECT ({number} AS ?n) {{}}" for number in range(40))
        return await asyncio.gather(*(pool.run(sparql(text)) for text in asked))

    answers = during(graph, Limits(), work)
    assert [f'"{number}"' in text for number, (_, text) in enumerate(answers)] == [True] * 40


def test_a_query_is_stopped_at_its_deadline(graph: Path) -> None:
    async def work(pool: Pool) -> list[tuple[Reply, str]]:
        return [await pool.run(sparql(SLOW)), await pool.run(sparql("ASK {}"))]

    begun = time.monotonic()
    (status, said), (after, _) = during(graph, Limits(seconds=0.5), work)
    assert (status, after) == (503, 200)
    assert said == "stopped: it took longer than 0.5 seconds: ask for less\n"
    assert time.monotonic() - begun < 20


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_a_query_is_stopped_where_it_needs_too_much_memory(graph: Path) -> None:
    async def work(pool: Pool) -> list[tuple[Reply, str]]:
        return [await pool.run(sparql(GREEDY)), await pool.run(sparql("ASK {}"))]

    (status, said), (after, _) = during(graph, Limits(memory=32 << 20), work)
    assert (status, after) == (503, 200)
    assert said.startswith("stopped: it needed more memory than 32 MB")


def test_a_slow_query_holds_up_no_other(graph: Path) -> None:
    async def work(pool: Pool) -> list[tuple[Reply, str]]:
        slow = asyncio.ensure_future(pool.run(sparql(SLOW)))
        quick = [await pool.run(sparql("ASK {}")) for _ in range(10)]
        # One worker is ready at a time, so that the first of these waited for a second one.
        assert not slow.done()
        return [*quick, await slow]

    answers = during(graph, Limits(seconds=2), work, ready=1)
    assert [status for status, _ in answers] == [200] * 10 + [503]


def test_of_too_many_long_queries_the_longest_is_stopped(graph: Path) -> None:
    async def work(pool: Pool) -> list[tuple[Reply, str]]:
        first = asyncio.ensure_future(pool.run(sparql(SLOW)))
        while not pool._long:
            await asyncio.sleep(0.01)
        return [await pool.run(sparql(SLOW)), await first]

    late, first = (text for _, text in during(graph, Limits(seconds=3), work, long=1))
    assert first == "stopped: too many long queries are running: try again later\n"
    assert late == "stopped: it took longer than 3 seconds: ask for less\n"


def test_a_query_that_nobody_waits_for_is_stopped(graph: Path) -> None:
    async def gone() -> bool:
        return True

    async def work(pool: Pool) -> list[tuple[Reply, str]]:
        return [await pool.run(sparql(SLOW), gone=gone)]

    assert during(graph, Limits(), work) == [(503, "stopped: nobody waits for the answer\n")]


def test_a_worker_that_dies_is_replaced(graph: Path) -> None:
    async def work(pool: Pool) -> list[tuple[Reply, str]]:
        dead = [one.process.pid for one in pool._all]
        for pid in dead:
            os.kill(pid or 0, signal.SIGKILL)
        broken = [await pool.run(sparql("ASK {}")) for _ in dead]
        return [*broken, *[await pool.run(sparql("ASK {}")) for _ in range(3)]]

    statuses = [status for status, _ in during(graph, Limits(), work)]
    assert statuses == [503, 503, 200, 200, 200]


def test_workers_see_a_graph_that_was_renewed(tmp_path: Path) -> None:
    path = tmp_path / "g.kg"
    thing = NamedNode("http://x/")
    ask = sparql("SELECT ?o { <http://x/> <http://x/> ?o }")

    async def work(pool: Pool) -> list[tuple[Reply, str]]:
        before = await pool.run(ask)
        store.write([Quad(thing, thing, Literal("new"), DefaultGraph())], path, facts={})
        return [before, await pool.run(ask)]

    store.write([Quad(thing, thing, Literal("old"), DefaultGraph())], path, facts={})
    (_, before), (_, after) = during(path, Limits(), work, ready=1)
    assert "old" in before and "new" in after


def test_a_confined_worker_makes_the_index_that_a_store_lacks(tmp_path: Path) -> None:
    path = tmp_path / "g.kg"
    store.write(to_graph(WORKS, MENTIONS, STATEMENTS, run=RUN), path, facts={})
    (store.state(path) / "search.sqlite").unlink()

    async def work(pool: Pool) -> list[tuple[Reply, str]]:
        return [await pool.run(Task("page", {"path": "search", "parameters": {"q": "sparse"}}))]

    ((status, page),) = during(path, Limits(), work)
    assert status == 200 and "ProSparse" in page


def test_a_fault_of_ours_is_told_to_the_log_and_not_to_the_client(graph: Path) -> None:
    async def run() -> tuple[Reply, str]:
        async with Pool(graph, Limits(), ready=1) as pool:
            return await pool.run(Task("sparql", {"text": None}))

    reply, log = asyncio.run(run())
    assert reply.status == 500 and b"Traceback" not in reply.body
    assert "Traceback" in log


def test_a_graph_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    async def run() -> None:
        async with Pool(tmp_path / "none.kg", Limits(), ready=1):
            pass

    with pytest.raises(KgError, match="no worker could open it"):
        asyncio.run(run())
