"""What an index holds, for comparison."""

import sqlite3
from contextlib import closing
from pathlib import Path


def content(path: Path) -> list[tuple[object, ...]]:
    """Return all that an index holds, but for the numbers of its rows."""
    with closing(sqlite3.connect(":memory:")) as copy:
        with closing(sqlite3.connect(path)) as own:
            own.backup(copy)
        # Of FTS5: raises an error where the index of the words is not that of their rows.
        copy.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        things = copy.execute(
            "SELECT iri, kind, thing.name, papers, words.* FROM thing JOIN words"
            " ON words.rowid = thing.id"
        ).fetchall()
        names = copy.execute(
            "SELECT iri, kind, folded, back, written FROM thing JOIN name ON thing = thing.id"
        ).fetchall()
        counts = [
            copy.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
            for table in ("thing", "words", "name")
        ]
    assert counts == [len(things), len(things), len(names)]
    return sorted(things) + sorted(names, key=str)
