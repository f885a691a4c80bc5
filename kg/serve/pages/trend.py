"""A thing in, the papers on it by year out, as the bars of a chart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.opened import Graph
from kg.serve.pages.lookup import PLAIN, rows
from kg.terms import term

#: So many papers of a thing are looked at; of a hub, they stand for the others.
MOST_READ = 3000
#: Years that a chart shows, the last ones.
MOST_YEARS = 30

#: Units of the drawing: a year, its bar, the tallest bar, and the lines of text around it.
STEP, BAR, TALLEST, ABOVE, BELOW = 48, 34, 90, 18, 20

YEARS = """
SELECT ?year (COUNT(?paper) AS ?papers) {
  { SELECT ?paper { ?paper $predicate $thing } LIMIT $most }
  ?paper fabio:hasPublicationYear ?year
} GROUP BY ?year
"""
ALL_YEARS = """
SELECT ?year (COUNT(?paper) AS ?papers) { ?paper fabio:hasPublicationYear ?year } GROUP BY ?year
"""


@dataclass(frozen=True, slots=True)
class Year:
    """A bar: what it says, and where it stands."""

    year: int
    papers: int
    #: How many in a hundred of the graph's papers of that year.
    share: float
    left: int
    middle: int
    top: int
    height: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Papers by year; no years where no paper has one."""

    years: tuple[Year, ...]
    #: How many papers were looked at, where the numbers are estimated from some.
    sample: int | None = None

    @property
    def width(self) -> int:
        """Width of the drawing."""
        return STEP * len(self.years)

    @property
    def bar(self) -> int:
        """Width of a bar."""
        return BAR

    @property
    def floor(self) -> int:
        """Where the bars stand."""
        return ABOVE + TALLEST

    @property
    def height(self) -> int:
        """Height of the drawing."""
        return self.floor + BELOW

    def __str__(self) -> str:
        """Say it in words, for who does not see the chart."""
        return ", ".join(f"{bar.papers:,} in {bar.year}" for bar in self.years if bar.papers)


def trend(graph: Graph, predicate: str, thing: NamedNode, total: int) -> Trend:
    """Count the papers that lead to a thing by year; ``total`` says how many there are."""
    found = rows(graph, YEARS, only=PLAIN, predicate=term(predicate), thing=thing, most=MOST_READ)
    scale = max(1.0, total / MOST_READ)
    counts = {year: round(number * scale) for year, number in _numbers(found)}
    if not counts:
        return Trend(())
    return Trend(
        _bars(counts, dict(_numbers(rows(graph, ALL_YEARS, only=PLAIN)))),
        MOST_READ if total > MOST_READ else None,
    )


def _numbers(found: Iterable[tuple[str, ...]]) -> list[tuple[int, int]]:
    return [(int(year), int(papers)) for year, papers in found if year.isdecimal()]


def _bars(counts: Mapping[int, int], every: Mapping[int, int]) -> tuple[Year, ...]:
    last = max(counts)
    years = range(max(min(counts), last - MOST_YEARS + 1), last + 1)
    most = max(counts.values())
    bars = []
    for place, year in enumerate(years):
        papers = counts.get(year, 0)
        height = -(-papers * TALLEST // most)
        share = min(100.0, 100 * papers / every.get(year, papers or 1))
        middle = STEP * place + STEP // 2
        top = ABOVE + TALLEST - height
        bars.append(Year(year, papers, share, middle - BAR // 2, middle, top, height))
    return tuple(bars)
