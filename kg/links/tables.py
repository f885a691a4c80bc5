"""Text in, terms out: tables of names and IRIs, and JSON in the shapes of OpenAlex and Wikidata."""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from kg.errors import KgError
from kg.links.noun import Term

#: What the columns and fields are called that hold each part of a term; the first counts. Letters
#: only, in lower case: "prefLabel", "Pref Label" and "pref_label" are one.
CALLED: Mapping[str, tuple[str, ...]] = {
    "iri": (
        *("iri", "uri", "topicid", "conceptid", "conceptiri", "concepturi", "termid", "item"),
        *("wikidata", "wikidataid", "qid", "openalexid", "openalex", "id", "url", "concept"),
        *("topic", "term", "entity", "subject", "identifier"),
    ),
    "label": (
        *("preflabel", "label", "itemlabel", "displayname", "topicname", "conceptname", "name"),
        *("conceptlabel", "entitylabel", "topiclabel", "termlabel", "title", "term", "topic"),
        *("concept", "entity", "labels"),
    ),
    "aliases": (
        *("aliases", "altlabels", "altlabel", "itemaltlabel", "alias", "synonyms", "synonym"),
        *("alsoknownas", "alternatelabels", "alternatenames", "alternativenames", "othernames"),
        *("alternatetitles", "hiddenlabel"),
    ),
    "keywords": ("keywords", "keyword"),
}
#: Called so, a column of numbers is one of OpenAlex topics without their letter.
_NUMBERED = "topicid"
#: Called so, aliases stand between commas: Wikidata's label service joins them by these.
_BY_COMMAS = "itemaltlabel"

_IRI = re.compile(r"(?:https?|urn|info|tag):[^\s<>\"{}|\\^`]+", re.I)
#: Short ids, and the address that each stands for.
IDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:wd:|wikidata:)?(Q[1-9]\d*)"), "http://www.wikidata.org/entity/"),
    (re.compile(r"(?:openalex:)?([CTW][1-9]\d*)"), "https://openalex.org/"),
)
#: A cell that holds a text in a language, as Wikidata's TSV writes it.
_TAGGED = re.compile(r'"(.*)"(?:@[\w-]+|\^\^\S+)?', re.S)

#: Rows by which columns are told, and the share of a column that has to be ids.
LOOKED_AT, MOSTLY = 500, 0.8

#: What stands between two aliases in one cell.
_SPLIT, _COMMAS = re.compile(r"\s*[|;]\s*"), re.compile(r"\s*[|;,]\s+|[|;]")

Row = Sequence[str]
#: An IRI, a label, aliases and keywords, as far as a row or record gives them.
Parts = tuple[str, str, list[str], list[str]]


class Columns(NamedTuple):
    """Where in a row the parts of a term stand."""

    iri: int
    label: int
    aliases: tuple[int, ...]
    keywords: tuple[int, ...]
    #: Names of all columns, in letters; empty where the table has no head.
    head: tuple[str, ...]


def iri_of(text: str) -> str | None:
    """Return the IRI that a cell holds or stands for: ``<https://…>``, ``Q11660``, ``T10123``."""
    text = text.strip().removeprefix("<").removesuffix(">")
    if _IRI.fullmatch(text):
        return text
    for pattern, base in IDS:
        if found := pattern.fullmatch(text):
            return base + found[1]
    return None


def from_table(text: str, where: str) -> list[Term]:
    """Return the terms of a table, sorted: tabs, commas or semicolons, with a head or without.

    Aliases stand in one cell between ``|`` or ``;``, or in further rows of the same IRI. Rows
    without an IRI or without a name are left out. Raises KgError where no column holds IRIs or ids,
    or none names.
    """
    for delimiter in "\t,;":
        stream = io.StringIO(text, newline="")
        # In a table with tabs a quotation mark is a character, as Wikidata writes it.
        reader = (
            csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
            if delimiter == "\t"
            else csv.reader(stream, delimiter=delimiter)
        )
        try:
            rows = [row for row in reader if any(map(str.strip, row))]
        except csv.Error:
            continue
        columns = _columns(rows)
        if columns is not None:
            return _gathered(_parts(row, columns) for row in rows)
    raise KgError(
        f"{where}: no table of names and IRIs: it needs a column of IRIs or ids (Q11660), and names"
    )


def from_json(text: str, where: str) -> list[Term]:
    """Return the terms of JSON, sorted: an array, an object or lines, one record each.

    Read are OpenAlex objects and answers, Wikidata entities, answers of SPARQL, and objects that
    map names to ids or ids to names. Records without an id or without a name are left out. Raises
    KgError where it is no JSON, or where no record has both.
    """
    found = _gathered(map(_record, _records(_parse(text, where))))
    if not found:
        raise KgError(f"{where}: no record in it has both an id and a name")
    return found


def _parse(text: str, where: str) -> list[object]:
    """Return the values of JSON, or of lines of JSON."""
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        pass
    values = []
    for number, line in enumerate(text.split("\n"), start=1):
        # Wikidata's dumps are an array with a record a line.
        bare = line.strip().removesuffix(",")
        try:
            values += [json.loads(bare)] if bare not in ("", "[", "]") else []
        except (ValueError, RecursionError) as error:
            raise KgError(f"{where}, line {number}: not JSON: mend the line") from error
    return values


def _records(value: object) -> Iterator[Mapping[str, object]]:
    """Yield the records in JSON, whatever they are wrapped in."""
    if isinstance(value, list):
        for one in value:
            yield from _records(one)
    elif isinstance(value, dict):
        for wrapper in ("results", "bindings", "entities"):
            if isinstance(value.get(wrapper), list | dict):
                inner = value[wrapper]
                yield from _records(list(inner.values()) if wrapper == "entities" else inner)
                return
        pairs = [(name, one) for name, one in value.items() if isinstance(one, str)]
        named = [(name, one) for name, one in pairs if iri_of(one) and not iri_of(name)]
        called = [(one, name) for name, one in pairs if iri_of(name)]
        is_record = {_letters(name) for name in value} & {*CALLED["iri"]}
        if not is_record and len(pairs) == len(value) == len(named or called):
            yield from ({"id": iri, "label": name} for name, iri in (named or called))
        else:
            yield value


def _record(record: Mapping[str, object]) -> Parts:
    fields = {_letters(name): value for name, value in record.items()}
    values = {
        part: [(name, text) for name in called if name in fields for text in _texts(fields[name])]
        for part, called in CALLED.items()
    }
    ids = (iri_of(text) for _, text in values["iri"])
    labels = (text for _, text in values["label"] if not iri_of(text))
    return (
        next((iri for iri in ids if iri), ""),
        next(labels, ""),
        [part for name, text in values["aliases"] for part in _split(text, name)],
        [part for name, text in values["keywords"] for part in _split(text, name)],
    )


def _texts(value: object) -> list[str]:
    """Return the texts of a field: of a text, a list, a value with a language, a map of them."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    if isinstance(value, dict):
        for name in ("value", "en", "display_name", "name"):
            if name in value:
                return _texts(value[name])
    return []


def _columns(rows: Sequence[Row]) -> Columns | None:
    """Tell the columns of a table by their names and by what they hold; None where it is none."""
    looked_at = rows[:LOOKED_AT]
    wide = max((len(row) for row in looked_at), default=0)
    head = [_letters(cell) for cell in (*rows[0], *([""] * wide))[:wide]] if rows else []
    columns = [[row[at] for row in looked_at[1:] if at < len(row)] for at in range(wide)]
    ids = [at for at, cells in enumerate(columns) if _mostly(_id, cells, head[at])]
    if not columns or len(rows) == 1 or any(_id(rows[0][at]) for at in ids if at < len(rows[0])):
        head = [""] * wide
        columns = [[row[at] for row in looked_at if at < len(row)] for at in range(wide)]
        ids = [at for at, cells in enumerate(columns) if _mostly(_id, cells)]
    texts = [at for at in range(wide) if at not in ids and _mostly(_wordy, columns[at])]
    if not ids or not texts:
        return None
    rank = {name: place for place, name in enumerate(CALLED["iri"])}
    label = {name: place for place, name in enumerate(CALLED["label"])}
    last = len(rank) + len(label)
    iri = min(ids, key=lambda at: (rank.get(head[at], last), -len(set(columns[at])), at))
    name = min(texts, key=lambda at: (label.get(head[at], last), at))
    aliases = [at for at in range(wide) if head[at] in CALLED["aliases"] and at != name]
    if not any(head):
        aliases = [at for at in texts if at != name and any(map(_SPLIT.search, columns[at]))][:1]
    return Columns(
        iri,
        name,
        tuple(aliases),
        tuple(at for at in range(wide) if head[at] in CALLED["keywords"]),
        tuple(head),
    )


def _id(text: str, head: str = "") -> bool:
    return iri_of(text) is not None or (head == _NUMBERED and text.strip().isdecimal())


def _wordy(text: str, head: str = "") -> bool:
    return iri_of(text) is None and any(map(str.isalpha, text))


def _mostly(test: Callable[[str, str], bool], cells: Iterable[str], head: str = "") -> bool:
    found = [test(cell, head) for cell in cells if cell.strip()]
    return bool(found) and sum(found) >= MOSTLY * len(found)


def _parts(row: Row, columns: Columns) -> Parts:
    def cell(at: int) -> str:
        return row[at] if at < len(row) else ""

    def cells(where: Iterable[int]) -> list[str]:
        return [part for at in where for part in _split(cell(at), columns.head[at])]

    iri = iri_of(cell(columns.iri))
    if iri is None and columns.head[columns.iri] == _NUMBERED and cell(columns.iri).isdecimal():
        iri = f"{IDS[1][1]}T{cell(columns.iri)}"
    return iri or "", cell(columns.label), cells(columns.aliases), cells(columns.keywords)


def _split(text: str, called: str = "") -> list[str]:
    """Return the names in a cell or field that is called so."""
    return (_COMMAS if called == _BY_COMMAS else _SPLIT).split(_clean(text))


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.casefold())


def _clean(text: str) -> str:
    tagged = _TAGGED.fullmatch(text.strip())
    return " ".join((tagged[1].replace('""', '"') if tagged else text).split())


def _gathered(parts: Iterable[Parts]) -> list[Term]:
    """Put together what rows and records say of one IRI; its first label is its label."""
    names: dict[str, dict[str, None]] = defaultdict(dict)
    keywords: dict[str, set[str]] = defaultdict(set)
    for iri, label, aliases, others in parts:
        if iri and _clean(label):
            names[iri] |= dict.fromkeys(filter(None, map(_clean, [label, *aliases])))
            keywords[iri] |= set(filter(None, map(_clean, others)))
    found = []
    for iri in sorted(names):
        label, *aliases = names[iri]
        found.append(Term(iri, label, tuple(sorted(aliases)), tuple(sorted(keywords[iri]))))
    return found
