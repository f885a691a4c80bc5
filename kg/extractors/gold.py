"""Annotated abstracts: JSON lines in, one ``Gold`` an abstract out; training and scoring read it.

One object a line: ``id``, ``text``, ``entities`` (``name``, ``type``, ``role`` and ``mentions`` as
``[start, end, surface]``, offsets in code points of the text) and ``relations`` (``[head name,
relation, tail name]``). Other keys are ignored, and so is a line whose text is null.

Annotations may also stand apart from their texts: ``text_id`` (``kg.model.text_id`` of the text) in
the place of ``text``, each of ``entities`` as ``[type, role, [[start, end], ...]]``, and
``relations`` by positions among them.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.vocab import DEFAULT_ROLE, RELATIONS, TYPES


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """What a reader marked as one thing in one abstract."""

    name: str
    type: str
    #: ``proposed``, ``evaluated`` (a Dataset that a Method is evaluated on) or the type's default.
    role: str
    #: (start, end), sorted.
    mentions: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Gold:
    """One abstract with all that a reader marked in it."""

    id: str
    text: str
    entities: tuple[GoldEntity, ...]
    #: (position of the head in ``entities``, relation, position of the tail).
    relations: tuple[tuple[int, str, int], ...]


def read(path: Path, *, texts: Mapping[str, str] | None = None) -> Iterator[Gold]:
    """Read annotated abstracts in order; raise KgError at the first line that breaks the format.

    ``texts`` has the texts, by id, of annotations that stand apart from theirs.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise KgError(
            f"{path}: cannot be read ({error}); give a file of annotated abstracts"
        ) from (error)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            if "text_id" in record:
                text = (texts or {}).get(record["text_id"])
                if text is None:
                    raise KgError(
                        f"{path}:{number}: the text of {record.get('id')!r} is not there; "
                        "give the abstracts that hold it"
                    )
                record = _joined(record, text)
            gold = None if record["text"] is None else _gold(record)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise KgError(
                f"{path}:{number}: no annotated abstract ({type(error).__name__}: {error}); "
                "see the annotated format in kg.extractors.gold"
            ) from error
        if gold is not None:
            yield gold


def _joined(record: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Put an annotation and its text together."""
    entities = [
        {
            "name": number,
            "type": kind,
            "role": role,
            "mentions": [[start, end, text[start:end]] for start, end in mentions],
        }
        for number, (kind, role, mentions) in enumerate(record["entities"])
    ]
    return {**record, "text": text, "entities": entities}


def _gold(record: Mapping[str, Any]) -> Gold:
    text = record["text"]
    relations = record.get("relations", [])
    evaluated = {tail for _, relation, tail in relations if relation == "evaluated-on"}
    entities = tuple(_entity(entity, text, evaluated) for entity in record["entities"])
    position = {entity["name"]: index for index, entity in enumerate(record["entities"])}
    for _, relation, _ in relations:
        if relation not in RELATIONS:
            raise ValueError(f"unknown relation {relation!r}")
    return Gold(
        id=str(record.get("id", "")),
        text=text,
        entities=entities,
        relations=tuple(
            (position[head], relation, position[tail]) for head, relation, tail in relations
        ),
    )


def _entity(entity: Mapping[str, Any], text: str, evaluated: set[str]) -> GoldEntity:
    name, kind = entity["name"], entity["type"]
    if kind not in TYPES:
        raise ValueError(f"unknown type {kind!r}")
    role = "proposed" if entity.get("role") == "proposed" else DEFAULT_ROLE[kind]
    if kind == "Dataset" and role != "proposed" and name in evaluated:
        role = "evaluated"
    for start, end, surface in entity["mentions"]:
        if text[start:end] != surface:
            raise ValueError(f"{surface!r} does not stand at {start}:{end}")
    if not all(0 <= start < end <= len(text) for start, end, _ in entity["mentions"]):
        raise ValueError("a mention lies outside the text")
    return GoldEntity(
        str(name), kind, role, tuple(sorted((a, b) for a, b, _ in entity["mentions"]))
    )
