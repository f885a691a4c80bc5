"""The arrays of the small networks, which read the tagger's vectors."""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.extractors.tagger import HEADS, SHIPPED, load_arrays

Arrays = dict[str, npt.NDArray[Any]]


class Small:
    """A component with those arrays of a folder of weights whose names begin alike."""

    def __init__(self, prefix: str, folder: str | None) -> None:
        """Take a folder, None for the weights that ship."""
        self.prefix = prefix
        self.folder = SHIPPED if folder is None else Path(folder)
        self._arrays: Arrays | None = None

    def arrays(self) -> Arrays:
        """Give the arrays by name, read when they are first needed."""
        if self._arrays is None:
            self._arrays = {
                name: value
                for name, value in load_arrays(self.folder).items()
                if name.startswith(self.prefix)
            }
        return self._arrays

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Pack the arrays."""
        file = io.BytesIO()
        np.savez(file, **self.arrays())  # type: ignore[arg-type]  # numpy types it too narrowly
        return file.getvalue()

    def from_bytes(self, content: bytes, *, exclude: Iterable[str] = ()) -> "Small":
        """Take packed arrays from now on."""
        self._arrays = dict(np.load(io.BytesIO(content)))
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the arrays to a folder."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / HEADS).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "Small":
        """Take the arrays of a folder from now on."""
        self.folder, self._arrays = Path(path), None
        self.arrays()
        return self
