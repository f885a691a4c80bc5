"""How long a graph takes to grow by 100 papers, beside a build of all of them.

    python tests/bench/growth.py ../shared/data/corpora/arxiv-2025-2026.jsonl.gz 1000 4000

For each size: a build of so many papers, then 100 more are added, and taken out again. The time for
extraction stands apart, since it depends on the new papers alone.
"""

import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from kg import builder, extractors
from kg.model import Extraction
from kg.readers import open_text

MORE = 100


class Clock:
    """The extraction, and how long it took."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def extract(self, texts: Iterable[str]) -> Iterator[Extraction]:
        start = time.perf_counter()
        found = list(extractors.extract(texts))
        self.seconds = time.perf_counter() - start
        yield from found


def timed(task: str, clock: Clock, work: object) -> float:
    clock.seconds = 0.0
    start = time.perf_counter()
    work()  # type: ignore[operator]
    rest = time.perf_counter() - start - clock.seconds
    print(f"  {task:10} {rest:8.2f} s, and {clock.seconds:.2f} s of extraction")
    return rest


def main(source: Path, sizes: list[int]) -> None:
    with open_text(source) as stream:
        lines = list(islice(stream, max(sizes) + MORE))
    for size in sizes:
        with tempfile.TemporaryDirectory() as room:
            first, more = Path(room) / "first.jsonl", Path(room) / "more.jsonl"
            first.write_text("".join(lines[:size]), encoding="utf-8")
            more.write_text("".join(lines[size : size + MORE]), encoding="utf-8")
            graph, clock = Path(room) / "graph.kg", Clock()
            print(f"{size} papers")

            def build(graph=graph, first=first, clock=clock) -> None:  # type: ignore[no-untyped-def]
                builder.build([first], graph, extract=clock.extract)

            def add(graph=graph, more=more, clock=clock) -> None:  # type: ignore[no-untyped-def]
                builder.add(graph, [more], extract=clock.extract)

            def remove(graph=graph, clock=clock) -> None:  # type: ignore[no-untyped-def]
                builder.remove(graph, "more.jsonl", extract=clock.extract)

            whole = timed("build", clock, build)
            part = timed(f"add {MORE}", clock, add)
            timed(f"remove {MORE}", clock, remove)
            print(f"  adding takes {part / whole:.1%} of a build")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]] or [1000, 4000])
