"""What each rule around the tagger adds: the exact F1 with all rules, and without each.

    python tests/bench/rules.py ../shared/data/annotated/dev.jsonl [FOLDER OF WEIGHTS]

Each rule is put out of action by itself; a row is what the F1 loses by that. The last row is the
tagger alone.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kg import evaluate, extractors
from kg.extractors import consistency, names

Change = tuple[Any, str, Any]

#: For each rule the attributes that are replaced, and by what.
RULES: dict[str, list[Change]] = {
    "signs, numbers and ends of words are dropped": [(names, "_names", lambda span: True)],
    "generic phrases are dropped": [(names.Names, "_is_generic", lambda self, span: False)],
    "both sides of an abbreviation are found": [
        (consistency.Consistency, "_other_sides", lambda self, doc, spans: spans)
    ],
    "a name is found again": [
        (consistency.Consistency, "_repeats", lambda self, doc, spans: spans)
    ],
    "types that the guide fixes": [(consistency, "FIXED", {})],
    "one type for a name": [(consistency, "_one_type", lambda doc, spans: spans)],
}


@contextmanager
def changed(changes: list[Change]) -> Iterator[None]:
    """Replace attributes for a while."""
    kept = [(owner, name, getattr(owner, name)) for owner, name, _ in changes]
    try:
        for owner, name, value in changes:
            setattr(owner, name, value)
        yield
    finally:
        for owner, name, value in kept:
            setattr(owner, name, value)


def f1(gold: Path, pipeline: Callable[[], Any]) -> float:
    """Give the exact F1 over all types."""
    rows = evaluate.score(gold, nlp=pipeline())
    return next(row.f1 for row in rows if (row.level, row.kind) == ("exact", evaluate.ALL))


def main() -> None:
    """Print a row for each rule."""
    gold = Path(sys.argv[1])
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else None

    def pipeline() -> Any:
        return extractors.pipeline(folder=folder)

    whole = f1(gold, pipeline)
    print(f"{whole:.4f}  all rules")
    for rule, changes in RULES.items():
        with changed(changes):
            print(f"{whole - f1(gold, pipeline):+.4f}  {rule}")
    with changed([change for changes in RULES.values() for change in changes]):
        print(f"{f1(gold, pipeline):.4f}  the tagger alone")


if __name__ == "__main__":
    main()
