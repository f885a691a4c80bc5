"""Docs in, docs with spans out: the trained tagger, run by onnxruntime.

It writes ``doc.spans["kg"]`` and leaves in ``doc.tensor`` what the roles and the relations read.
"""

import io
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import srsly  # type: ignore[import-untyped]
from spacy.language import Language
from spacy.tokens import Doc
from tokenizers import Tokenizer as PieceTokenizer

from kg.errors import KgError
from kg.extractors import decode, heads, tokens
from kg.extractors.spans import KEY

#: The weights that ship with the package.
SHIPPED = Path(__file__).parent.parent / "data" / "tagger"
#: What a folder of weights holds: network, piece tokenizer, and the small arrays of the heads.
NETWORK, PIECES, HEADS = "model.onnx", "tokenizer.json", "heads.npz"

Vectors = npt.NDArray[np.float32]


def make(nlp: Language, name: str, folder: str | None, threads: int | None) -> "Tagger":
    """Make the component; it reads its weights when it is first needed."""
    return Tagger(name, SHIPPED if folder is None else Path(folder), threads)


def load_arrays(folder: Path) -> dict[str, Vectors]:
    """Load the small arrays of a folder of weights, by name."""
    return dict(np.load(_there(folder / HEADS)))


class Tagger:
    """Finds mentions; holds the network, which runs one text at a time in each thread.

    Texts are not padded into one run: it would be no faster, and what is found in a text would
    depend, if little, on the texts beside it.
    """

    def __init__(self, name: str, folder: Path, threads: int | None) -> None:
        """Take a folder and a number of threads, None for one on each processor."""
        self.name = name
        self.folder = folder
        self.threads = threads or len(os.sched_getaffinity(0))
        self._files: dict[str, bytes] | None = None
        self._loaded: tuple[Any, Any, dict[str, Vectors]] | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Tag one doc."""
        return self._tag(doc)

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """Tag docs in their order, ``batch_size`` of them at a time, over the threads."""
        docs = iter(stream)
        self._load()
        with ThreadPoolExecutor(self.threads) as pool:
            while some := list(islice(docs, batch_size)):
                # In order and one by one: what follows works on a doc while the threads go on.
                yield from pool.map(self._tag, some)

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the weights to a folder."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self._contents().items():
            (folder / name).write_bytes(content)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "Tagger":
        """Take the weights of a folder from now on."""
        self.folder = Path(path)
        self._files = {name: _there(self.folder / name).read_bytes() for name in _FILES}
        self._loaded = None
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Pack the weights."""
        return bytes(srsly.msgpack_dumps(self._contents()))

    def from_bytes(self, content: bytes, *, exclude: Iterable[str] = ()) -> "Tagger":
        """Take packed weights from now on."""
        self._files = srsly.msgpack_loads(content)
        self._loaded = None
        return self

    def __getstate__(self) -> dict[str, Any]:
        """Leave the running network behind when another process is given the component."""
        return {**self.__dict__, "_loaded": None}

    def _contents(self) -> dict[str, bytes]:
        if self._files is None:
            self._files = {name: _there(self.folder / name).read_bytes() for name in _FILES}
        return self._files

    def _load(self) -> tuple[Any, Any, dict[str, Vectors]]:
        if self._loaded is None:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            files = self._contents()
            session = onnxruntime.InferenceSession(
                files[NETWORK], options, providers=["CPUExecutionProvider"]
            )
            pieces = PieceTokenizer.from_str(files[PIECES].decode("utf-8"))
            arrays = dict(np.load(io.BytesIO(files[HEADS])))
            self._loaded = session, tokens.settle(pieces), arrays
        return self._loaded

    def _tag(self, doc: Doc) -> Doc:
        session, tokenizer, arrays = self._load()
        pieces = tokens.pieces(doc, tokenizer)
        visible = np.flatnonzero(pieces.first >= 0)
        vectors, scores = run(session, pieces)
        at = pieces.first[visible]
        kept = heads.KEPT * heads.HIDDEN
        doc.tensor = np.zeros((len(doc), kept), dtype=np.float32)
        doc.tensor[visible] = vectors[at, :kept]
        spans = []
        begins = tokens.begins(doc, visible)
        for start, end, kind, sure in decode.spans(scores[at], vectors[at], begins, arrays):
            span = doc[int(visible[start]) : int(visible[end - 1]) + 1]
            span.label_ = heads.TYPE_NAMES[kind]
            span._.kg_confidence = round(sure, 2)
            span._.kg_by = self.name
            spans.append(span)
        doc.spans[KEY] = spans
        return doc


#: Names of the files of a folder of weights.
_FILES = (NETWORK, PIECES, HEADS)


def run(session: Any, pieces: tokens.Pieces) -> tuple[Vectors, Vectors]:
    """Give vectors and label scores of each piece; a long text goes through in windows.

    Where windows overlap, a piece is taken from the one whose edge is farther from it.
    """
    parts = []
    spans = tokens.windows(len(pieces.ids))
    for start, end in spans:
        ids = np.concatenate([[tokens.CLS], pieces.ids[start:end], [tokens.SEP]])
        shapes = np.zeros((len(ids), 2), dtype=np.int64)
        shapes[:, 1] = tokens.NO_CHUNK
        shapes[1:-1] = pieces.shapes[start:end]
        vectors, scores = session.run(None, {"ids": ids, "shapes": shapes})
        parts.append((vectors[1:-1], scores[1:-1]))
    joints = [
        0,
        *((a[1] + b[0]) // 2 for a, b in zip(spans, spans[1:], strict=False)),
        len(pieces.ids),
    ]
    cut = [
        slice(joints[number] - start, joints[number + 1] - start)
        for number, (start, _) in enumerate(spans)
    ]
    return (
        np.concatenate([vectors[part] for (vectors, _), part in zip(parts, cut, strict=True)]),
        np.concatenate([scores[part] for (_, scores), part in zip(parts, cut, strict=True)]),
    )


def _there(path: Path) -> Path:
    if not path.is_file():
        raise KgError(f"{path}: no such file of weights; train them with: kg train GOLD -o FOLDER")
    return path
