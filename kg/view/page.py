"""A scene in, one HTML file out, that opens without any request.

pyvis assembles nodes, edges and options, and brings vis-network; template, style and script are
ours, since pyvis's own page asks two CDNs and runs titles as HTML.
"""

import base64
import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyvis
from pyvis.network import Network

from kg.errors import KgError
from kg.view.facts import Value
from kg.view.layout import fill, place
from kg.view.outline import WORDS
from kg.view.passages import Passage, Span
from kg.view.scene import Link, Node, Scene
from kg.vocab import TYPES

#: Type to its plural, its shape (a name of vis-network) and its colour, in the order of the
#: legend. The colours are those of Okabe and Ito (2008), told apart with any colour vision.
LOOKS: Mapping[str, tuple[str, str, str]] = {
    "Paper": ("papers", "dot", "#8b929c"),
    "Method": ("methods", "hexagon", "#0072b2"),
    "Dataset": ("datasets", "square", "#e69f00"),
    "Task": ("tasks", "triangle", "#009e73"),
    "Concept": ("concepts", "diamond", "#cc79a7"),
    "Author": ("authors", "star", "#56b4e9"),
    "Venue": ("venues", "triangleDown", "#d55e00"),
}

#: Off when the page opens, unless it is about one of them: on everything else they lie as a net.
OFF_AT_FIRST = frozenset({"Author", "Venue"})
#: A page of more nodes opens without the entities that one paper alone names.
FEW = 120

#: Radius of a paper, which is all else's least, and of what very many papers name.
SMALLEST, LARGEST = 5, 50

#: Length of a link, in units of the canvas, from which it is drawn thinner.
FAR = 300

#: What vis-network is told; colours of edges are the script's, as they follow the theme.
OPTIONS: Mapping[str, object] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "nodes": {"borderWidth": 1, "borderWidthSelected": 1, "chosen": False},
    "edges": {"smooth": False, "selectionWidth": 0, "hoverWidth": 0},
    "interaction": {
        "dragNodes": False,
        "hover": True,
        "tooltipDelay": 100000,
        "selectConnectedEdges": True,
        "keyboard": {"enabled": True, "bindToWindow": False},
    },
}

FOLDER = Path(__file__).parent
SOURCE_MAP = re.compile(r"^//[#@] sourceMappingURL=.*$", re.MULTILINE)


def to_html(scene: Scene) -> str:
    """Write the page; the same scene gives the same text."""
    network = _network(scene)
    network.set_template_dir(str(FOLDER), "page.html")
    network.templateEnv.autoescape = True
    style, script = ((FOLDER / f"page.{end}").read_text("utf-8") for end in ("css", "js"))
    library = _library()
    network.templateEnv.globals.update(
        policy=_policy(scripts=(library, script), styles=(style,)),
        style=style,
        library=library,
        script=script,
        scene=_contents(scene),
        note=_note(scene),
    )
    network.heading = (
        "Papers and what they name"
        if scene.centre is None
        else f"Around {scene.nodes[scene.centre].name}"
    )
    network.set_options(json.dumps(OPTIONS))
    page: str = network.generate_html()
    return page


def _library() -> str:
    """Return the newest vis-network that pyvis carries, without its link to a source map."""
    found = sorted(
        (Path(pyvis.__file__).parent / "templates" / "lib").glob("vis-*/vis-network.min.js"),
        key=lambda path: [int(part) for part in re.findall(r"\d+", path.parent.name)],
    )
    if not found:
        raise KgError("the installed pyvis carries no vis-network: install pyvis 0.3.2")
    text = found[-1].read_text("utf-8")
    if "</script" in text.lower() or "<!--" in text:
        raise KgError("the vis-network of the installed pyvis cannot stand in a page: use 0.3.2")
    return SOURCE_MAP.sub("", text)


def _policy(*, scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Return a content security policy: only these scripts and styles, and no request at all."""

    def digests(texts: Sequence[str]) -> str:
        # A browser turns line ends into \n before it computes the digest.
        raw = [hashlib.sha256(_lines(text).encode("utf-8")).digest() for text in texts]
        return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in raw)

    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {digests(scripts)}",
            f"style-src {digests(styles)}",
            "img-src data:",
            "connect-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _network(scene: Scene) -> Network:
    network = Network(directed=True, cdn_resources="in_line")
    sizes = _sizes(scene.nodes)
    pairs = _pairs(scene.links)
    places = _positions(scene, sizes, list(pairs))
    for number, node in enumerate(scene.nodes):
        _, shape, colour = LOOKS[node.type]
        x, y = places[number]
        network.add_node(
            number, label=node.name, shape=shape, color=colour, size=sizes[number], x=x, y=y
        )
    for number, (first, second) in enumerate(pairs):
        between = [scene.links[link] for link in pairs[first, second]]
        claimed = "Paper" not in (scene.nodes[first].type, scene.nodes[second].type)
        network.add_edge(
            first,
            second,
            id=number,
            # Far links are many and say least at a glance: thinner.
            width=(2 if claimed else 1)
            * (1 if math.dist(places[first], places[second]) < FAR else 0.5),
            arrows=_arrows(first, between) if claimed else "",
        )
    return network


def _sizes(nodes: Sequence[Node]) -> list[int]:
    """Return the radii; what grows with the number of papers is the area."""
    most = max((node.papers for node in nodes), default=0)
    step = min(3.2, (LARGEST - SMALLEST) / math.sqrt(max(most, 1)))
    return [SMALLEST + round(step * math.sqrt(node.papers)) for node in nodes]


def _pairs(links: Sequence[Link]) -> dict[tuple[int, int], list[int]]:
    """Gather the numbers of the links between two nodes: they are drawn as one edge."""
    pairs: dict[tuple[int, int], list[int]] = {}
    for number, link in enumerate(links):
        if link.subject != link.object:
            pair = (min(link.subject, link.object), max(link.subject, link.object))
            pairs.setdefault(pair, []).append(number)
    return dict(sorted(pairs.items()))


def _arrows(first: int, links: Sequence[Link]) -> str:
    heads = {"from" if link.object == first else "to" for link in links}
    return ",".join(sorted(heads))


def _late(scene: Scene) -> list[bool]:
    """Tell for each node whether it waits behind a switch of the legend when the page opens."""
    many = len(scene.nodes) > FEW
    return [
        number != scene.centre
        and (node.type in OFF_AT_FIRST or (many and node.type in TYPES and node.papers < 2))
        for number, node in enumerate(scene.nodes)
    ]


def _positions(
    scene: Scene, sizes: Sequence[int], pairs: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Lay out what is seen at first; put the rest where there is room beside its neighbours."""
    late = _late(scene)
    first = [number for number in range(len(sizes)) if not late[number]]
    rank = {number: place for place, number in enumerate(first)}
    waiting: dict[int, list[int]] = {number: [] for number in range(len(sizes)) if late[number]}
    crowd = [0] * len(sizes)
    links = []
    for a, b in pairs:
        if a in rank and b in rank:
            # A paper holds its entities closer than entities hold each other.
            links.append((rank[a], rank[b], 1.0))
        for one, other in ((a, b), (b, a)):
            # What waits belongs to its papers, however far the rest that it is linked to.
            if one in waiting and scene.nodes[other].type == "Paper":
                waiting[one].append(other)
                crowd[other] += scene.nodes[one].type in TYPES
    # The fewer, the more room there is for their labels.
    gap = 7 + 600 / (10 + len(first))
    room = [sizes[number] + gap + 3.5 * math.sqrt(crowd[number]) for number in first]
    placed = dict(zip(first, place(room, links), strict=True))
    anchors = [(sizes[number], [placed[near] for near in waiting[number]]) for number in waiting]
    taken = [(placed[number], sizes[number]) for number in first]
    placed.update(zip(waiting, fill(taken, anchors), strict=True))
    return [placed[number] for number in range(len(sizes))]


def _note(scene: Scene) -> str:
    shown, whole = len(scene.nodes), scene.nodes_in_all
    if shown == whole:
        return f"All {whole:,} nodes of the graph"
    if scene.centre is not None:
        return f"{shown:,} of {whole:,} nodes shown: around {scene.nodes[scene.centre].name}"
    return f"{shown:,} of {whole:,} nodes shown: the most connected part"


def _contents(scene: Scene) -> dict[str, Any]:
    shown = {node.type for node in scene.nodes}
    centre = None if scene.centre is None else scene.nodes[scene.centre].type
    late = _late(scene)
    order = {span: number for number, span in enumerate(sorted(scene.passages))}
    return {
        "types": [
            {
                "name": name,
                "plural": plural,
                "shape": shape,
                "colour": colour,
                "on": name not in OFF_AT_FIRST or name == centre,
            }
            for name, (plural, shape, colour) in LOOKS.items()
            if name in shown
        ],
        "words": WORDS,
        "nodes": [
            {**_node(node, order), "once": late[number] and node.type in TYPES}
            for number, node in enumerate(scene.nodes)
        ],
        "links": [_link(link, order) for link in scene.links],
        "edges": list(_pairs(scene.links).values()),
        "passages": [_passage(scene.passages[span]) for span in order],
        "centre": scene.centre,
    }


def _node(node: Node, order: Mapping[Span, int]) -> dict[str, Any]:
    return {
        "iri": node.iri,
        "type": node.type,
        "name": node.name,
        "aliases": node.aliases,
        "papers": node.papers,
        "facts": [[words, [_value(value) for value in values]] for words, values in node.facts],
        "passages": [order[span] for span in node.passages],
        "mentions": node.mentions,
    }


def _value(value: Value) -> dict[str, Any]:
    return {"text": value.text, "node": value.node, "link": value.link}


def _link(link: Link, order: Mapping[Span, int]) -> dict[str, Any]:
    return {
        "subject": link.subject,
        "object": link.object,
        "predicate": link.predicate,
        "confidence": link.confidence,
        "support": link.support,
        "passages": [order[span] for span in link.passages],
        "mentions": link.mentions,
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "title": passage.title,
        "paper": passage.paper,
        "pieces": [[text, *nodes] for text, nodes in passage.pieces],
    }
