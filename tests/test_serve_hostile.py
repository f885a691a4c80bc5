"""Fifty requests that mean harm, while others read: what is refused, stopped, and never fetched."""

import threading
import time
import urllib.request
from collections.abc import Iterator

import pytest
from hostile import Attack, attacks, bait, status
from nouns import MENTIONS, RUN, STATEMENTS, WORKS
from serving import serve

from kg import store
from kg.graph import to_graph
from kg.serve.messages import Limits

LIMITS = Limits(seconds=1, memory=256 << 20, rows=10_000, size=4 << 20)
ORDINARY = (
    "/",
    "/search?q=sparse",
    "/questions/methods-by-number-of-papers",
    "/sparql?query=ASK%7B%7D",
)


@pytest.fixture(scope="module")
def outcomes(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[dict[str, tuple[Attack, str]], list[bytes], list[int]]]:
    """Send all at one server: what came of each, what was fetched, what readers got."""
    path = tmp_path_factory.mktemp("hostile") / "g.kg"
    store.write(to_graph(WORKS, MENTIONS, STATEMENTS, run=RUN), path, facts={})
    told: dict[str, tuple[Attack, str]] = {}
    read: list[int] = []
    done = threading.Event()
    with bait() as (trap, came), serve(path, limits=LIMITS) as address:

        def reading() -> None:
            while not done.wait(0.05):
                for place in ORDINARY:
                    with urllib.request.urlopen(address + place) as page:
                        page.read()
                        read.append(page.status)

        def send(attack: Attack) -> None:
            told[attack.name] = (attack, attack.send())

        reader = threading.Thread(target=reading)
        reader.start()
        senders = [threading.Thread(target=send, args=(one,)) for one in attacks(address, trap)]
        for sender in senders:
            sender.start()
            time.sleep(0.1)
        for sender in senders:
            sender.join()
        done.set()
        reader.join()
    yield told, came, read


def test_each_is_refused_or_stopped_in_one_clear_sentence(
    outcomes: tuple[dict[str, tuple[Attack, str]], list[bytes], list[int]],
) -> None:
    told, _, _ = outcomes
    assert len(told) == 50
    wrong = {name: said for name, (one, said) in told.items() if status(said) not in one.expected}
    assert wrong == {}
    assert [name for name, (_, said) in told.items() if "Traceback" in said] == []


def test_nothing_is_fetched(
    outcomes: tuple[dict[str, tuple[Attack, str]], list[bytes], list[int]],
) -> None:
    assert outcomes[1] == []


def test_ordinary_readers_are_answered_all_the_while(
    outcomes: tuple[dict[str, tuple[Attack, str]], list[bytes], list[int]],
) -> None:
    read = outcomes[2]
    assert len(read) > 40 and set(read) == {200}


def test_the_bait_would_notice() -> None:
    with bait() as (trap, came):
        with pytest.raises(OSError):
            urllib.request.urlopen(f"{trap}/x", timeout=5)
        for _ in range(100):
            if came:
                break
            time.sleep(0.02)
    assert came and came[0].startswith(b"GET /x")
