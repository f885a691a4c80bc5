"""XML volumes of the ACL Anthology in, papers out.

Format: https://github.com/acl-org/acl-anthology/blob/master/data/xml/schema.rnc
"""

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple, TextIO

from lxml import etree

from kg.errors import KgError
from kg.model import Note, Paper, Source
from kg.readers import fields

#: A volume's root, behind what may stand before it.
_ROOT = re.compile(
    r"\A\ufeff?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE\s+collection\b[^>\[]*>\s*)*"
    r"<collection\b[^>]*\bid\s*=",
    re.S,
)
#: Identifiers of a paper: since 2020, and before.
_ID = re.compile(r"\d{4}\.\w+-\w+\.\d+|[A-Z]\d{2}-\d{4,5}")


class _Volume(NamedTuple):
    """What all papers of a volume share."""

    collection: str
    volume: str
    venue: str | None
    year: str | None
    month: str | None


def recognises(head: str) -> bool:
    """Tell XML whose root is a collection of the Anthology, and that holds a paper.

    A collection may hold nothing but links to workshops: such a file has nothing to read.
    """
    return _ROOT.match(head) is not None and "<paper" in head


def read(
    stream: TextIO, file: str, notes: list[Note], *, skip_bad: bool = False
) -> Iterator[Paper]:
    """Yield one paper for each ``<paper>``, in order; front matter is no paper.

    Raises KgError at a paper without title and abstract, with its lines; with ``skip_bad`` it
    becomes a note. Where the XML itself breaks off, ``skip_bad`` keeps the papers before.
    """
    volume = _Volume("", "", None, None, None)
    try:
        for element, last in _elements(stream):
            if element.tag == "meta":
                volume = _volume(element)
                continue
            lines = (_first_line(element, last), last)
            try:
                yield _paper(element, volume, file, lines)
            except KgError as error:
                if not skip_bad:
                    raise
                notes.append(Note(file, lines, "bad record", str(error)))
            _forget(element)
    except etree.XMLSyntaxError as error:
        line = max(error.lineno or 1, 1)
        text = f"{file}, line {line}: not XML ({error.msg}); mend the file or use --skip-bad"
        if not skip_bad:
            raise KgError(text) from error
        notes.append(Note(file, (line, line), "bad record", text))


def _elements(stream: TextIO) -> Iterator[tuple[etree._Element, int]]:
    """Yield each ``<meta>`` and ``<paper>`` as it ends, with the line that ends it.

    No entity is expanded and nothing is fetched. The text is UTF-8, whatever it declares.
    """
    parser = etree.XMLPullParser(
        events=("end",),
        tag=("meta", "paper"),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    for number, line in enumerate(stream, start=1):
        parser.feed(line.encode("utf-8", "surrogatepass"))
        for _, element in parser.read_events():
            assert isinstance(element, etree._Element)  # the tags asked for are no comments
            yield element, number
    parser.close()


def _first_line(element: etree._Element, last: int) -> int:
    first = element.sourceline
    return min(first, last) if isinstance(first, int) else last


def _forget(element: etree._Element) -> None:
    """Free a paper that was read; its parent would hold it to the end of the file."""
    parent = element.getparent()
    element.clear()
    if parent is not None:
        while (before := element.getprevious()) is not None and before.tag != "meta":
            parent.remove(before)


def _volume(meta: etree._Element) -> _Volume:
    volume = meta.getparent()
    collection = None if volume is None else volume.getparent()
    return _Volume(
        "" if collection is None else collection.get("id", ""),
        "" if volume is None else volume.get("id", ""),
        _line(meta.find("booktitle")),
        _line(meta.find("year")),
        _line(meta.find("month")),
    )


def _paper(paper: etree._Element, volume: _Volume, file: str, lines: tuple[int, int]) -> Paper:
    title = _line(paper.find("title"))
    abstract = _text(paper.find("abstract")).strip() or None
    if title is None and abstract is None:
        where = f"{file}, line {lines[0]}"
        raise KgError(f"{where}: neither title nor abstract; mend the record or use --skip-bad")
    own = _acl_id(paper, volume)
    doi = fields.find_doi(_line(paper.find("doi")))
    record = etree.tostring(paper, encoding="utf-8", with_tail=False)
    digest = hashlib.sha256(record).hexdigest()
    authors, affiliations, orcids = _authors(paper)
    return Paper(
        id=fields.record_id(None, doi, own, None) or digest[:16],
        source=Source(file, lines, digest, "acl", own),
        title=title,
        abstract=abstract,
        authors=authors,
        affiliations=affiliations if any(affiliations) else (),
        orcids=orcids if any(orcids) else (),
        venue=volume.venue,
        date=_date(volume.year, volume.month),
        doi=doi,
        acl=own,
        url=f"https://aclanthology.org/{own}" if own else None,
        code=fields.find_code(abstract or ""),
    )


def _authors(paper: etree._Element) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return names, affiliations and ORCIDs, as many of each; "" where there is none."""
    rows = []
    for author in paper.iterfind("author"):
        parts = (_line(author.find(part)) for part in ("first", "last"))
        name = " ".join(part for part in parts if part)
        places = "; ".join(filter(None, map(_line, author.iterfind("affiliation"))))
        if name:
            rows.append((name, places, fields.find_orcid(author.get("orcid")) or ""))
    names, affiliations, orcids = zip(*rows, strict=True) if rows else ((), (), ())
    return names, affiliations, orcids


def _acl_id(paper: etree._Element, volume: _Volume) -> str | None:
    """Return the id that the paper's link gives, or the one that its place gives."""
    link = _line(paper.find("url")) or ""
    found = _ID.fullmatch(link.rpartition("/")[2].removesuffix(".pdf"))
    if found:
        return found[0]
    collection, number, own = volume.collection, volume.volume, paper.get("id", "")
    if re.match(r"\d{4}\.", collection):
        return f"{collection}-{number}.{own}" if number and own else None
    if not (collection and number.isdigit() and own.isdigit()):
        return None
    # Workshops, and volumes from the tenth on, have two digits for the volume and two for the
    # paper; all others one and three.
    wide = collection.startswith("W") or int(number) >= 10
    return f"{collection}-{number:0>2}{own:0>2}" if wide else f"{collection}-{number}{own:0>3}"


def _date(year: str | None, month: str | None) -> str | None:
    """Return year and month, of "May 31--2 June" the first month; the year where none is clear."""
    words = re.findall(r"[^\W\d_]{3,}", month or "")
    names = [words[0], words[0][:3]] if words else []
    if not names and month and month.isdigit():
        return fields.date(f"{year}-{month}")
    dated = (fields.date(f"{name} {year}") for name in names)
    return next((date for date in dated if date), None) or fields.date(year)


def _line(element: etree._Element | None) -> str | None:
    """Return the text of an element as one line, None where it holds none."""
    return " ".join(_text(element).split()) or None


def _text(element: etree._Element | None) -> str:
    """Return the text of an element without its markup; comments and entities are no text."""
    if element is None or not isinstance(element.tag, str):
        return ""
    inner = "".join(_text(child) + (child.tail or "") for child in element)
    return (element.text or "") + inner
