"""Made-up papers and a hand-made extraction: words with types, for graphs that grow."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kg import store
from kg.extractors.abbreviations import find
from kg.model import Claim, Extraction, Mention, Quote, text_id

#: Every name that ``extract`` knows, and its type.
WORDS: Mapping[str, str] = {
    "IceNet": "Method",
    "ICENET": "Method",
    "Adam": "Method",
    "Adam optimizer": "Method",
    "CIFAR-10": "Dataset",
    "GNN": "Method",
    "graph neural network": "Method",
    "graph neural networks": "Method",
    "neural network": "Method",
    "neural networks": "Concept",
    "LLM": "Method",
    "LLMs": "Concept",
    "large language model": "Method",
    "language model": "Method",
    "SSM": "Method",
    "state space models": "Method",
    "surface snow melt": "Task",
    "melt": "Task",
    "TRACE": "Method",
    "unet": "Method",
    "u net": "Method",
}
_NAMES = re.compile("|".join(sorted(map(re.escape, WORDS), key=len, reverse=True)))


def extract(abstracts: Iterable[str]) -> Iterator[Extraction]:
    """Find ``WORDS``; "propose X" proposes X, neighbours of one type are narrower and broader."""
    for text in abstracts:
        own = text_id(text)
        mentions = tuple(
            Mention(
                Quote(own, found.start(), found.end(), found[0]),
                WORDS[found[0]],
                round(0.5 + 0.07 * (len(found[0]) % 7), 2),
                "words",
                (0, len(text)),
            )
            for found in _NAMES.finditer(text)
        )
        claims = []
        for rank, mention in enumerate(mentions):
            before = text[: mention.quote.start]
            role = "proposes" if before.endswith("propose ") else "uses"
            claims.append(Claim(role, mention, mention.confidence))
            last = mentions[rank - 1] if rank else None
            if last is not None and last.type == mention.type:
                predicate = "broader" if len(text) % 2 else "partOf"
                claims.append(Claim(predicate, mention, 0.6, last))
            elif last is not None and (last.type, mention.type) == ("Method", "Task"):
                claims.append(Claim("usedFor", mention, 0.5, last))
        pairs = tuple((text[a:b], text[c:d]) for (a, b), (c, d) in find(text))
        yield Extraction(own, mentions, tuple(claims), pairs)


def write(path: Path, records: Iterable[Mapping[str, object]]) -> Path:
    """Write records as JSON lines."""
    lines = (json.dumps(record) + "\n" for record in records)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def state(graph: Path) -> tuple[list[str], list[str], object, object]:
    """Return all that a store says, for comparison: quads, ledger, counts, facts."""
    said = store.manifest(graph)
    quads = sorted(map(str, store.open_graph(graph)))
    return quads, [str(row) for row in store.read_ledger(graph)], said["counts"], said["facts"]
