"""A graph of papers, methods, datasets, tasks and concepts, every claim with its sentence.

What the command line does, Python does in one call: ``kg.read``, ``kg.build``, and on what
``kg.load`` opens; ``kg.pipeline`` gives the spaCy pipeline itself.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg import resolve as resolve
    from kg.builder import build as build
    from kg.errors import KgError as KgError
    from kg.extractors import extract as extract
    from kg.extractors import pipeline as pipeline
    from kg.loaded import load as load
    from kg.readers import read as read

#: Public names and the modules they live in, which load when they are asked for.
_HOMES = {
    "KgError": "kg.errors",
    "build": "kg.builder",
    "extract": "kg.extractors",
    "load": "kg.loaded",
    "pipeline": "kg.extractors",
    "read": "kg.readers",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name == "resolve":
        return import_module("kg.resolve")
    if name not in _HOMES:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
