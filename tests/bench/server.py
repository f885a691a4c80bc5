"""What a served graph's ordinary readers notice of hostile ones.

    python tests/bench/server.py GRAPH [CLIENTS]

Twenty clients ask ordinary questions, with pauses as people make them, first alone, then while
fifty hostile requests come in; both in one run, against one server. Prints the times of either,
what became of each hostile request, the memory of all processes, and whether anything was fetched.
"""

import contextlib
import http.client
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent))

from hostile import Attack, attacks, bait

from kg.query import questions

#: Seconds of each half, and the longest pause of a client between two requests.
HALF, PAUSE = 30.0, 2.0


@contextlib.contextmanager
def server(graph: str) -> Iterator[tuple[str, int]]:
    """Run ``kg serve`` and give its address and its process."""
    run = subprocess.Popen(
        [sys.executable, "-m", "kg", "serve", graph, "--port", "0", "--timeout", "10"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert run.stderr is not None
    line = run.stderr.readline()
    try:
        yield line[line.index("http://") :].split()[0].rstrip("/"), run.pid
    finally:
        run.terminate()
        run.wait()


def ordinary(base: str) -> list[str]:
    """Return the addresses that ordinary readers ask for."""
    found = []
    for saved in questions.saved().values():
        if not saved.whole:
            found.append(f"{base}/questions/{saved.name}?{urlencode(dict(saved.example))}")
    for words in ("language model", "graph neural network", "attention", "diffusion"):
        found.append(f"{base}/search?{urlencode({'q': words})}")
    select = "SELECT ?t { ?p a kg:Paper ; dct:title ?t } LIMIT 20"
    found.append(f"{base}/sparql?{urlencode({'query': select})}")
    return [*found, f"{base}/", f"{base}/method/lora", f"{base}/query"]


def fetch(address: str) -> tuple[float, int]:
    """Ask for a page and return the seconds it took, and its status."""
    parts = urlsplit(address)
    begun = time.perf_counter()
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    with contextlib.closing(connection):
        accept = {"Accept": "text/html, */*"}
        connection.request("GET", f"{parts.path}?{parts.query}", headers=accept)
        answer = connection.getresponse()
        answer.read()
    return time.perf_counter() - begun, answer.status


def people(
    addresses: list[str], clients: int, seconds: float, refused: list[str]
) -> dict[str, list[float]]:
    """Let clients ask for pages for so long; return the times of each, note what is refused."""
    times: dict[str, list[float]] = {address: [] for address in addresses}
    end = time.monotonic() + seconds

    def one(number: int) -> None:
        drawn = random.Random(number)
        while time.monotonic() < end:
            time.sleep(drawn.uniform(0, PAUSE))
            address = drawn.choice(addresses)
            took, status = fetch(address)
            times[address].append(took)
            if status != 200:
                refused.append(f"{status} {address}")

    with ThreadPoolExecutor(clients) as threads:
        list(threads.map(one, range(clients)))
    return times


def memory(pid: int) -> int:
    """Return the resident bytes of a process and of all that it started."""
    children: dict[int, list[int]] = {}
    pages: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            children.setdefault(int(stat[1]), []).append(int(folder.name))
            pages[int(folder.name)] = int(stat[21])
    todo, total = [pid], 0
    while todo:
        own = todo.pop()
        total += pages.get(own, 0)
        todo += children.get(own, [])
    return total * os.sysconf("SC_PAGE_SIZE")


def high(times: dict[str, list[float]]) -> float:
    """Return the 95th percentile of all times."""
    return statistics.quantiles([one for some in times.values() for one in some], n=20)[-1]


def main(graph: str, clients: int = 20) -> None:
    """Run both halves and print what came of them."""
    with bait() as (trap, came), server(graph) as (base, pid):
        addresses = ordinary(base)
        addresses = [one for one in addresses if fetch(one)[1] == 200]
        refused: list[str] = []
        alone = people(addresses, clients, HALF, refused)
        before = memory(pid)
        told: list[tuple[Attack, str]] = []

        def hostile() -> None:
            todo = attacks(base, trap)
            for attack in todo:
                thread = threading.Thread(target=lambda a=attack: told.append((a, a.send())))
                thread.start()
                threads.append(thread)
                time.sleep(HALF * 0.8 / len(todo))

        threads: list[threading.Thread] = []
        attackers = threading.Thread(target=hostile)
        attackers.start()
        beside = people(addresses, clients, HALF, refused)
        attackers.join()
        for thread in threads:
            thread.join()
        time.sleep(3)
        after = memory(pid)
        for attack, outcome in told:
            print(f"{attack.name:40} {outcome[:100]}")
        slower = sorted(
            (statistics.median(beside[a]) / statistics.median(alone[a]), a)
            for a in addresses
            if alone[a] and beside[a]
        )
        one, two = high(alone), high(beside)
        counts = [sum(map(len, times.values())) for times in (alone, beside)]
        for line in refused:
            print(f"not answered: {line}")
        print(f"requests alone {counts[0]}, beside {counts[1]}")
        times = f"alone {one * 1000:.0f} ms, beside {two * 1000:.0f} ms: {two / one:.2f}"
        print(f"95th percentile {times}")
        print(f"the page that slowed most (medians): {slower[-1][0]:.2f}  {slower[-1][1]}")
        print(f"memory before {before >> 20} MB, after {after >> 20} MB; fetched {len(came)}")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
