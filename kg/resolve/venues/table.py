"""A venue's short or full name in, its row of the shipped table out.

The table, ``kg/data/venues.tsv``, holds facts: short name, kind, full name, other names, and the
years of numbered meetings and volumes. Names are compared by ``name_key``, which leaves out what
varies in print: sponsors, articles, "Proceedings of", the number and the year of a meeting, and
the place of the words "International" and "Conference".
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

#: Kinds of rows; the first three are what a paper appears in, the others print or host it.
KINDS = ("conference", "workshop", "journal", "series", "preprint")

_ARTICLES = frozenset(
    """
    a an and at de der des die du et for fur für in la las le les of on sur the to und zur zum with
    proceedings proc actes actas edition official annual
    """.split()
)
_SPONSORS = frozenset(
    """
    acm cvf dagm eai elsevier embs ieee ifip isca mdpi ras rsj sigsoft sigplan sigops springer
    s
    """.split()
)
_WRITTEN_OUT = {
    "adv": "advances",
    "assoc": "association",
    "colloq": "colloquium",
    "comput": "comput",
    "conf": "conference",
    "conference": "conference",
    "conferences": "conference",
    "konferenz": "conference",
    "congr": "congress",
    "eur": "european",
    "int": "international",
    "intl": "international",
    "internat": "international",
    "j": "journal",
    "jnl": "journal",
    "joint": "joint",
    "lett": "letters",
    "mag": "magazine",
    "nat": "nat",
    "nlp": "natural language processing",
    "symp": "symposium",
    "t": "transactions",
    "trans": "transactions",
    "wksp": "workshop",
    "wkshp": "workshop",
    "worksh": "workshop",
    "workshops": "workshop",
    "atelier": "workshop",
}
#: Words whose place varies: "International Conference on X", "X International Conference".
_MOVABLE = ("international", "joint", "conference", "symposium", "workshop", "meeting", "journal")
#: Alone, these name nothing: what is left of "Journal of the ACM" without its sponsor.
_GENERIC = frozenset(
    "journal transactions communications computer letters magazine network access spectrum "
    "conference symposium workshop meeting international joint notices forum".split()
)
_UNITS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
_TENS = {
    "twent": 20,
    "thirt": 30,
    "fort": 40,
    "fourt": 40,
    "fift": 50,
    "sixt": 60,
    "sevent": 70,
    "eight": 80,
    "ninet": 90,
}
_TENS_WORDS = "|".join(_TENS)
_ORDINAL = re.compile(
    r"\b(?:(?P<number>\d{1,3}) ?(?:st|nd|rd|th|er|re|ère|ème|èmes|eme|emes|e|ª|º)"
    rf"|(?:(?P<tens>{_TENS_WORDS})y[ -])?(?P<unit>{'|'.join(_UNITS)})"
    rf"|(?P<round>{_TENS_WORDS})ieth)\b",
    re.I,
)
#: English words among the short names: only capitals, or their own spelling, tell them.
_WORDS = frozenset(
    """
    abjad alp assets automl bernoulli bigscience case cell chaos chi clear cognition cog comma
    comedi conda crypto dash database date disc drones ease electronics entropy expert fast fever
    fire games gem globalex hal humanoids icon information insights interact latin law log make
    mathematics media micro middleware mm models nature neuron oakland oceans odyssey patterns
    personalize preprints quantum radiology raid rail ram random rapid re readi realm recital restup
    roman sac sat science semantics sensors slate soda stoc symmetry taco taln tip triton tsar
    vigil vis wise wine wordplay
    """.split()
)


@dataclass(frozen=True, slots=True)
class Row:
    """A venue of the table."""

    series: str
    #: One of ``KINDS``.
    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    #: (number, year, years to the next): of meetings, of volumes.
    meetings: tuple[tuple[int, int, int], ...] = ()
    volumes: tuple[tuple[int, int, int], ...] = ()
    #: (volume of the Proceedings of Machine Learning Research, year).
    pmlr: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The rows, under every form in which they are looked up."""

    rows: tuple[Row, ...]
    #: By short name, as ``squeeze`` makes it, and the spellings that the table gives it.
    short: Mapping[str, Row]
    spelt: frozenset[str]
    #: By ``name_key``.
    named: Mapping[str, Row]
    #: Initials of the words of a key to the keys that have them, for abbreviated names.
    initials: Mapping[str, tuple[str, ...]]
    #: Volume of the Proceedings of Machine Learning Research to conference and year.
    pmlr: Mapping[int, tuple[Row, int]]


def fold(text: str) -> str:
    """Return a text in lower case, without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def squeeze(text: str) -> str:
    """Return the letters, digits, stars and plus signs of a short name, in lower case."""
    return re.sub(r"[^\w*+]|_", "", fold(text))


def ordinal(text: str) -> int | None:
    """Return the first ordinal number in a text: 61st, Thirty-Sixth, 27e."""
    match = _ORDINAL.search(text)
    if match is None:
        return None
    if match["number"]:
        return int(match["number"])
    if match["round"]:
        return _TENS[match["round"].lower()]
    tens = _TENS[match["tens"].lower()] if match["tens"] else 0
    return tens + _UNITS.index(match["unit"].lower()) + 1


_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


def roman(numeral: str) -> int:
    """Return the value of a Roman numeral below 90."""
    values = [_ROMAN[sign] for sign in numeral]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < after else value for value, after in pairs)


def without_ordinals(text: str) -> str:
    """Return a text without its ordinal numbers, the spaces kept."""
    return _ORDINAL.sub(" ", text)


_ASSOCIATION = re.compile(
    r"\bassoc(?:iation|\.)? (?:for |of )?comput(?:ational|\.)? linguist(?:ics|\.)?"
)


@lru_cache(100_000)
def name_key(name: str) -> str:
    """Return what all printings of one full name share; empty where nothing is named."""
    text = without_ordinals(fold(name).replace("'s", "s").replace("’s", "s"))
    text = _ASSOCIATION.sub("acl", text)
    all_words = re.findall(r"[\w+*]+", text)
    spelt = " ".join(_WRITTEN_OUT.get(word, word) for word in all_words).split()
    words = [word for word in spelt if word not in _ARTICLES and not _is_year(word)]
    bare = [word for word in words if word not in _SPONSORS]
    if all(word in _GENERIC for word in bare):
        bare = [word for word in spelt if word not in {"the", "of", "on", "for", "and", "in"}]
        return " ".join(bare)
    body = [_singular(word) for word in bare if word not in _MOVABLE]
    return " ".join(body + [word for word in _MOVABLE if word in bare])


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdigit() and word[:2] in ("19", "20")


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def year_of(number: int, counted: tuple[tuple[int, int, int], ...]) -> int | None:
    """Return the year of a numbered meeting or volume, None where the table does not tell."""
    for known, year, _ in counted:
        if known == number:
            return year
    steps = [one for one in counted if one[2]]
    if not steps:
        return None
    known, year, step = min(steps, key=lambda one: abs(one[0] - number))
    found = year + (number - known) * step
    return found if 1950 <= found <= 2049 else None


def find(text: str, table: Table) -> Row | None:
    """Return the row that a printed name, whole, is a form of; None where it is none."""
    text = text.strip(" .,;:-'\"/&")
    if not text or len(text) > 300:
        return None
    row = _find_short(text, table)
    if row is None:
        key = name_key(text)
        row = table.named.get(key) or _find_abbreviated(key, table)
    if row is None and " " in text:
        row = _find_both(text, table)
    return row


_ENDS = re.compile(
    r"^(?:(?:the|in|proceedings|proc\.?|of|ieee|acm|cvf|rsj|isca|dagm|annual|international"
    r"|conference|journal|\d{1,2}(?:st|nd|rd|th))\b[\s/.-]*)+"
    r"|(?:[\s-]+(?:conference|symposium|journal|proceedings|meeting|papers|conf\.?))+$",
    re.I,
)


def _find_short(text: str, table: Table) -> Row | None:
    for form in (text, _ENDS.sub("", text).strip(" -/.")):
        own = squeeze(form)
        row = table.short.get(own)
        if row is not None and (
            form in table.spelt
            or sum(sign.isupper() for sign in form) >= 2
            or (len(own) > 2 and own not in _WORDS)
        ):
            return row
    return None


def _find_abbreviated(key: str, table: Table) -> Row | None:
    """Find a name by the beginnings of its words: "mach learn res journal"."""
    words = key.split()
    if len(words) < 2:
        return None
    fits = [
        full
        for full in table.initials.get("".join(word[0] for word in words), ())
        if all(_shortens(*pair) for pair in zip(words, full.split(), strict=True))
    ]
    rows = {table.named[full] for full in fits}
    return rows.pop() if len(rows) == 1 else None


def _shortens(short: str, full: str) -> bool:
    """Tell whether a word abbreviates another: "mach", "natl", but not a whole other word."""
    if full.startswith(short):
        return len(short) >= 2 or short == full
    if not 3 <= len(short) <= 6 or short[0] != full[0]:
        return False
    signs = iter(full)
    return all(sign in signs for sign in short)


def _find_both(text: str, table: Table) -> Row | None:
    """Find a full name that its own short name follows or leads: "... Vision and ... CVPR"."""
    for short, long in (text.split(" ", 1), reversed(text.rsplit(" ", 1))):
        row = _find_short(short, table)
        if row is not None and name_key(long) and table.named.get(name_key(long)) is row:
            return row
    return None


@cache
def shipped() -> Table:
    """Load the table that comes with the package."""
    text = (resources.files("kg") / "data" / "venues.tsv").read_text(encoding="utf-8")
    return index(tuple(_row(line) for line in text.splitlines()[1:] if line))


def _row(line: str) -> Row:
    series, kind, name, aliases, meetings, volumes, pmlr = (line.split("\t") + [""] * 4)[:7]
    return Row(
        series=series,
        kind=kind,
        name=name,
        aliases=tuple(alias for alias in aliases.split(";") if alias),
        meetings=_counted(meetings),
        volumes=_counted(volumes),
        pmlr=_counted(pmlr),
    )


def _counted(text: str) -> tuple[tuple[int, int, int], ...]:
    """Read "58=2020/1": meeting 58 was in 2020 and there is one every year."""
    parts = (re.fullmatch(r"(\d+)=(\d{4})(?:/(\d))?", one) for one in text.split())
    return tuple((int(m[1]), int(m[2]), int(m[3] or 0)) for m in parts if m)


def index(rows: tuple[Row, ...]) -> Table:
    """Index rows; where two rows have a form in common, the first one keeps it."""
    short: dict[str, Row] = {}
    named: dict[str, Row] = {}
    for row in rows:
        short.setdefault(squeeze(row.series), row)
    for row in rows:
        for form in (row.name, *row.aliases):
            if " " not in form or sum(sign.isupper() for sign in form) > len(form) / 2:
                short.setdefault(squeeze(form), row)
            named.setdefault(name_key(form), row)
    for full, row in list(named.items()):
        if full.endswith("international conference"):
            named.setdefault(full.replace(" international conference", " conference"), row)
    named.pop("", None)
    initials: dict[str, list[str]] = defaultdict(list)
    for full in sorted(named):
        initials["".join(word[0] for word in full.split())].append(full)
    return Table(
        rows=rows,
        short=short,
        spelt=frozenset(form for row in rows for form in (row.series, row.name, *row.aliases)),
        named=named,
        initials={letters: tuple(full) for letters, full in initials.items()},
        pmlr={volume: (row, year) for row in rows for volume, year, _ in row.pmlr},
    )
