"""A text and what was found in it in, JSON or marked text out."""

import json
import re
from typing import Any

from kg.errors import KgError
from kg.model import Claim, Extraction, Mention

#: Codes of ANSI's 256 colours behind the words of each type.
COLOURS = {"Method": 153, "Dataset": 151, "Task": 223, "Concept": 182}
#: What a terminal might obey; line ends and tabs are kept.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def render(text: str, found: Extraction, format: str, *, colour: bool = False) -> str:
    """Show an extraction as ``json`` or as ``text``, with colours or with brackets."""
    if format == "json":
        return json.dumps(to_record(found), ensure_ascii=True, indent=2)
    if format == "text":
        return marked(text, found, colour=colour)
    raise KgError(f"no format {format!r}: give text or json")


def to_record(found: Extraction) -> dict[str, Any]:
    """Give mentions and relations as plain values; offsets count code points of the text."""
    role = {claim.object: claim for claim in found.claims if claim.subject is None}
    number = {mention: at for at, mention in enumerate(found.mentions)}
    return {
        "abstract": found.abstract,
        "mentions": [_mention(mention, role.get(mention)) for mention in found.mentions],
        "relations": [
            {
                "head": number[claim.subject],
                "predicate": claim.predicate,
                "tail": number[claim.object],
                "confidence": claim.confidence,
            }
            for claim in found.claims
            if claim.subject is not None
        ],
        "abbreviations": [list(pair) for pair in found.abbreviations],
    }


def _mention(mention: Mention, claim: Claim | None) -> dict[str, Any]:
    return {
        "start": mention.quote.start,
        "end": mention.quote.end,
        "text": mention.quote.text,
        "type": mention.type,
        "predicate": claim.predicate if claim else None,
        "confidence": mention.confidence,
        "by": mention.by,
    }


def marked(text: str, found: Extraction, *, colour: bool) -> str:
    """Give the text with each mention and its type set off."""
    parts = []
    end = 0
    for mention in found.mentions:
        parts.append(_plain(text[end : mention.quote.start]))
        words, end = _plain(mention.quote.text), mention.quote.end
        if colour:
            behind = f"\x1b[30;48;5;{COLOURS.get(mention.type, 250)}m"
            parts.append(f"{behind}{words} \x1b[1m{mention.type.upper()}\x1b[0m")
        else:
            parts.append(f"[{words} | {mention.type}]")
    parts.append(_plain(text[end:]))
    return "".join(parts)


def _plain(text: str) -> str:
    return _CONTROL.sub("\ufffd", text)
