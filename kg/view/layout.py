"""Links between discs in, positions out: communities first, then a layout of each, packed.

Spring layouts of a whole graph take minutes in Python and end in one ball. So communities are
found (Louvain; Blondel et al. 2008), each is laid out by itself (forces after Fruchterman and
Reingold 1991), and the communities, as discs, are laid out once more. The same input gives the
same positions.
"""

import math
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import networkx as nx
import numpy as np
from numpy.typing import NDArray

#: Two ends, as numbers of discs, and the strength of the link.
Link: TypeAlias = tuple[int, int, float]
Points: TypeAlias = NDArray[np.float64]

#: Communities larger than this are divided again: forces between all pairs cost its square.
LARGEST_COMMUNITY = 350
#: Of so few discs, all are laid out as one community.
FEW = 60
#: Pages are wider than they are high.
ASPECT = 1.45
#: Between discs that fill the room which others left.
GAP = 5
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


def place(radii: Sequence[float], links: Iterable[Link]) -> list[tuple[int, int]]:
    """Return one position for each disc; discs do not overlap, linked ones stand close."""
    if not radii:
        return []
    links = list(links)
    size = np.asarray(radii, dtype=np.float64)
    groups = _communities(len(radii), links)
    points = np.zeros((len(radii), 2))
    extents = np.zeros(len(groups))
    home = np.zeros(len(radii), dtype=np.intp)
    for number, group in enumerate(groups):
        home[group] = number
    inside: list[list[Link]] = [[] for _ in groups]
    between: dict[tuple[int, int], float] = {}
    rank = {disc: place for group in groups for place, disc in enumerate(group)}
    for a, b, weight in links:
        first, second = int(home[a]), int(home[b])
        if first == second:
            inside[first].append((rank[a], rank[b], weight))
        else:
            pair = (min(first, second), max(first, second))
            between[pair] = between.get(pair, 0.0) + weight
    for number, group in enumerate(groups):
        local = _relax(size[group], inside[number], ASPECT if len(groups) == 1 else 1.0)
        points[group] = local
        extents[number] = np.max(np.hypot(*local.T) + size[group])
    centres = _relax(
        extents * 1.04, [(a, b, weight) for (a, b), weight in sorted(between.items())], ASPECT
    )
    points += centres[home]
    return [(round(float(x)), round(float(y))) for x, y in points]


def fill(
    taken: Iterable[tuple[tuple[int, int], float]],
    discs: Sequence[tuple[float, Sequence[tuple[int, int]]]],
) -> list[tuple[int, int]]:
    """Return a free place for each further disc, as near as may be to the middle of its anchors.

    ``taken`` are positions and radii, ``discs`` radii and anchors. A disc without anchors goes to
    the edge.
    """
    cell = 40
    cells: dict[tuple[int, int], list[tuple[int, int, float]]] = {}

    def occupy(x: int, y: int, radius: float) -> None:
        for column in range(int((x - radius) // cell), int((x + radius) // cell) + 1):
            for row in range(int((y - radius) // cell), int((y + radius) // cell) + 1):
                cells.setdefault((column, row), []).append((x, y, radius))

    def free(x: int, y: int, radius: float) -> bool:
        return not any(
            (x - other_x) ** 2 + (y - other_y) ** 2 < (radius + other + GAP) ** 2
            for column in range(int((x - radius) // cell), int((x + radius) // cell) + 1)
            for row in range(int((y - radius) // cell), int((y + radius) // cell) + 1)
            for other_x, other_y, other in cells.get((column, row), ())
        )

    edge = 0.0
    for (x, y), radius in taken:
        occupy(x, y, radius)
        edge = max(edge, y + radius)
    places = []
    begun: dict[tuple[tuple[int, int], ...], int] = {}
    for radius, anchors in discs:
        around = tuple(anchors)
        middle_x = sum(x for x, _ in around) / len(around) if around else 0.0
        middle_y = sum(y for _, y in around) / len(around) if around else edge + 80
        # What an earlier disc of the same anchors found taken is taken still.
        turn = begun.get(around, 0)
        while True:
            away = math.sqrt(turn) * (radius * 0.6 + 2)
            spot = (
                round(middle_x + away * math.cos(turn * GOLDEN_ANGLE)),
                round(middle_y + away * math.sin(turn * GOLDEN_ANGLE)),
            )
            turn += 1
            if free(*spot, radius):
                break
        begun[around] = turn
        occupy(*spot, radius)
        places.append(spot)
    return places


def _communities(count: int, links: Sequence[Link]) -> list[list[int]]:
    """Return communities, each sorted, the largest first."""
    if count <= FEW:
        return [list(range(count))]
    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    for a, b, weight in links:
        if a != b:
            before = graph.get_edge_data(a, b, {"weight": 0.0})["weight"]
            graph.add_edge(a, b, weight=before + weight)
    groups = _divide(graph, resolution=1.0)
    return sorted(groups, key=lambda group: (-len(group), group))


def _divide(graph: nx.Graph, resolution: float) -> list[list[int]]:
    found = nx.community.louvain_communities(graph, resolution=resolution, seed=1)
    groups: list[list[int]] = []
    for group in found:
        if len(group) <= LARGEST_COMMUNITY:
            groups.append(sorted(group))
        elif len(found) > 1 or resolution < 64:
            part = nx.Graph()
            part.add_nodes_from(sorted(group))
            part.add_edges_from(
                sorted(
                    (min(a, b), max(a, b), extra)
                    for a, b, extra in graph.subgraph(group).edges(data=True)
                )
            )
            groups.extend(_divide(part, resolution * 1.6))
        else:
            members = sorted(group)
            groups.extend(
                members[start : start + LARGEST_COMMUNITY]
                for start in range(0, len(members), LARGEST_COMMUNITY)
            )
    return groups


def _relax(size: Points, links: Sequence[Link], aspect: float = 1.0) -> Points:
    """Lay out one group around the origin, first by springs, then pushing discs apart."""
    count = len(size)
    points = _sunflower(size, aspect)
    if count < 2:
        return points
    reach = size[:, None] + size[None, :]
    pull = np.zeros((count, count))
    for a, b, weight in links:
        pull[a, b] += weight
        pull[b, a] += weight
    np.log1p(pull, out=pull)
    typical = float(np.sqrt(np.mean(reach**2)))
    steps = int(np.clip(6e6 / count**2, 60, 200))
    squeeze = np.array([1 / aspect, 1.0])
    for step in range(steps):
        apart = points[:, None, :] - points[None, :, :]
        distance = np.maximum(np.hypot(apart[..., 0], apart[..., 1]), 1e-3)
        push = (reach / distance) ** 2
        force = (apart * ((push - pull * distance / typical) / distance)[..., None]).sum(axis=1)
        # A weak pull to the middle keeps parts without links on the page.
        force -= points * squeeze * (0.9 / typical)
        length = np.maximum(np.hypot(*force.T), 1e-9)
        limit = typical * 0.9 * (1 - step / steps) + 0.5
        points = points + force * (np.minimum(length * typical, limit) / length)[:, None]
    points = points - points.mean(axis=0)
    if aspect != 1:
        points = _turned(points) * np.sqrt([aspect, 1 / aspect])
    points = _separate(points, size, squeeze)
    centred: Points = points - points.mean(axis=0)
    return centred


def _turned(points: Points) -> Points:
    """Turn points so that they spread most from left to right."""
    (xx, xy), (_, yy) = points.T @ points
    angle = 0.5 * math.atan2(2 * xy, xx - yy)
    cos, sin = math.cos(angle), math.sin(angle)
    turned: Points = np.column_stack(
        [points[:, 0] * cos + points[:, 1] * sin, points[:, 1] * cos - points[:, 0] * sin]
    )
    return turned


def _separate(points: Points, size: Points, squeeze: Points) -> Points:
    """Push overlapping discs apart while a shrinking pull to the middle closes the gaps."""
    reach = size[:, None] + size[None, :]
    np.fill_diagonal(reach, 0.0)
    for step in range(120):
        if step < 80:
            points = points * (1 - 0.012 * squeeze)
        apart = points[:, None, :] - points[None, :, :]
        distance = np.maximum(np.hypot(apart[..., 0], apart[..., 1]), 1e-3)
        overlap = np.maximum(reach - distance, 0.0)
        if step >= 80 and overlap.max() < 0.5:
            break
        points = points + (apart * (overlap * 0.5 / distance)[..., None]).sum(axis=1) * 0.7
    return points


def _sunflower(size: Points, aspect: float) -> Points:
    """Return a start without two equal points: a spiral, the largest disc in the middle."""
    order = np.argsort(-size, kind="stable")
    turn = np.empty(len(size))
    turn[order] = np.arange(len(size))
    radius = np.sqrt(turn) * float(np.sqrt(np.mean(size**2))) * 2
    return np.column_stack(
        [radius * np.cos(turn * GOLDEN_ANGLE) * aspect, radius * np.sin(turn * GOLDEN_ANGLE)]
    )
