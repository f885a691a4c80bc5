"""Lines of JSON in, papers out; and back: what ``to_record`` gives reads to the same paper.

One object a line, or one array of objects. The fields go by the names of arXiv, Semantic Scholar,
OpenReview and plain usage. arXiv's own records read as they are: the venue is taken from the
comment where it says that the paper appeared, the month from the identifier where no date is.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO, TypedDict

from kg.errors import KgError
from kg.model import Note, Paper, Source
from kg.readers import fields

#: Names of each field, the first that is there and not empty counts.
NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "ID", "paper_id", "paperId", "key"),
    "title": ("title", "Title"),
    "abstract": ("abstract", "Abstract", "summary", "abstractText"),
    "authors": ("authors", "author", "Authors", "creators", "authorships"),
    "affiliations": ("affiliations",),
    "orcids": ("orcids",),
    "venue": ("venue", "journal", "journal_ref", "journal-ref", "booktitle", "conference"),
    "acceptance": ("acceptance", "status", "decision"),
    "date": ("date", "published", "publication_date", "publicationDate", "issued", "year",
             "submitted", "created", "update_date"),
    "doi": ("doi", "DOI"),
    "arxiv": ("arxiv", "arxiv_id", "arXiv", "ArXiv", "eprint"),
    "acl": ("acl", "acl_id", "ACL"),
    "openalex": ("openalex", "openalex_id", "OpenAlex"),
    "openreview": ("openreview", "openreview_id", "OpenReview", "forum"),
    "url": ("url", "URL", "abs", "link", "pdf", "pdf_url"),
    "code": ("code", "code_url", "repository", "github"),
    "categories": ("categories", "category"),
    "comment": ("comment", "comments"),
}  # fmt: skip
_IDENTIFIERS = ("arxiv", "doi", "acl", "openalex", "openreview")
#: Names of objects that hold identifiers by the names above: Semantic Scholar's, OpenAlex's.
_NESTED = ("externalIds", "ids", "identifiers")


def read(
    stream: TextIO, file: str, notes: list[Note], *, skip_bad: bool = False
) -> Iterator[Paper]:
    """Yield one paper a record, in order.

    Raises KgError at the first record that cannot be read, with its line; with ``skip_bad`` it
    becomes a note instead.
    """
    for number, line in _records(stream, file):
        try:
            yield from_record(line, file, number)
        except KgError as error:
            if not skip_bad:
                raise
            notes.append(Note(file, (number, number), "bad record", str(error)))


def recognises(head: str) -> bool:
    """Tell a file whose first record names a title or an abstract."""
    text = head.lstrip("\ufeff \n\r\t")
    if not text.startswith(("{", "[")):
        return False
    names = (*NAMES["title"], *NAMES["abstract"])
    return any(re.search(rf'"{name}"\s*:', text) for name in names)


def from_record(line: str, file: str, number: int) -> Paper:
    """Return the paper that one JSON object describes; KgError where it describes none."""
    where = f"{file}, line {number}"
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "nested too deeply")
        raise KgError(f"{where}: not JSON ({reason}); mend the line or use --skip-bad") from error
    if not isinstance(record, dict):
        raise KgError(f"{where}: not a JSON object; mend the line or use --skip-bad")
    for nested in (record.get(name) for name in _NESTED):
        record = {**nested, **record} if isinstance(nested, dict) else record
    found = {field: _first(record, names) for field, names in NAMES.items()}
    title = _text(found["title"], where, "title")
    abstract = _text(found["abstract"], where, "abstract")
    if not (title and title.strip()) and not (abstract and abstract.strip()):
        raise KgError(f"{where}: neither title nor abstract; mend the line or use --skip-bad")
    own = None if found["id"] is None else str(found["id"])
    links = _texts(found["url"])
    given = {name: " ".join(_texts(found[name])) for name in _IDENTIFIERS}
    arxiv, doi, acl, openalex, openreview = _identifiers(given, own or "", links)
    comment = _plain(found["comment"])
    venue, acceptance = _plain(found["venue"]), _plain(found["acceptance"])
    if venue is None and acceptance is None:
        venue, acceptance = fields.venue_of_comment(comment)
    digest = hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()
    code = tuple(_texts(found["code"])) or fields.find_code(f"{abstract or ''} {comment or ''}")
    return Paper(
        id=fields.record_id(arxiv, doi, acl, openalex, openreview) or own or digest[:16],
        source=_source(record) or Source(file, (number, number), digest, "jsonl", own),
        title=" ".join(title.split()) if title and title.strip() else None,
        abstract=abstract if abstract and abstract.strip() else None,
        **_people(found, where),
        venue=venue,
        acceptance=acceptance,
        date=_date(found["date"]) or (fields.arxiv_month(arxiv) if arxiv else None),
        doi=doi,
        arxiv=arxiv,
        acl=acl,
        openalex=openalex,
        openreview=openreview,
        url=next((x for x in links if x.startswith(("http://", "https://"))), None),
        code=code,
        categories=tuple(_texts(found["categories"])),
        truncated=record.get("truncated") is True,
        starts_mid=record.get("starts_mid") is True,
    )


def to_record(paper: Paper) -> dict[str, object]:
    """Return the JSON object of a paper, null or empty where it lacks a field."""
    source = paper.source
    return {
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list(paper.authors),
        "affiliations": list(paper.affiliations),
        "orcids": list(paper.orcids),
        "venue": paper.venue,
        "acceptance": paper.acceptance,
        "date": paper.date,
        "doi": paper.doi,
        "arxiv": paper.arxiv,
        "acl": paper.acl,
        "openalex": paper.openalex,
        "openreview": paper.openreview,
        "url": paper.url,
        "code": list(paper.code),
        "categories": list(paper.categories),
        "truncated": paper.truncated,
        "starts_mid": paper.starts_mid,
        "source": {
            "file": source.file,
            "lines": list(source.lines),
            "sha256": source.sha256,
            "format": source.format,
            "id": source.id,
        },
    }


def _records(stream: TextIO, file: str) -> Iterator[tuple[int, str]]:
    """Yield each record's number and text; an array is taken apart, an object may span lines."""
    first = stream.readline()
    if first.strip() in ("[", "{") or first.lstrip().startswith("["):
        try:
            whole = json.loads(first + stream.read())
        except (ValueError, RecursionError) as error:
            raise KgError(f"{file}: not JSON ({error}); mend the file") from error
        for number, record in enumerate(whole if isinstance(whole, list) else [whole], start=1):
            yield number, json.dumps(record, ensure_ascii=False)
        return
    if first.strip():
        yield 1, first.strip()
    for number, line in enumerate(stream, start=2):
        if line.strip():
            yield number, line.strip()


def _first(record: Mapping[str, object], names: Sequence[str]) -> object:
    return next((record[n] for n in names if record.get(n) not in (None, "", [], {})), None)


def _text(value: object, where: str, name: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise KgError(f"{where}: {name} is not a text; mend the line or use --skip-bad")


def _plain(value: object) -> str | None:
    """Return a text or number as one line of text, anything else as None."""
    if isinstance(value, str):
        return " ".join(value.split()) or None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in map(_plain, values) if text]


def _date(value: object) -> str | None:
    text = _plain(value)
    return None if text is None else fields.date(text) or fields.date(text[:10])


def _identifiers(
    given: Mapping[str, str], own: str, links: Sequence[str]
) -> tuple[str | None, str | None, str | None, str | None, str | None]:
    """Return arXiv, DOI, ACL, OpenAlex and OpenReview identifiers, from any field that has one."""
    link = " ".join([*links, own])
    doi = fields.find_doi(given["doi"]) or fields.find_doi(link)
    every = f"{link} {doi or ''}"
    arxiv = fields.arxiv_id(given["arxiv"]) or fields.arxiv_id(own) or fields.find_arxiv(every)
    acl = fields.acl_id(given["acl"]) or fields.find_acl(every)
    openalex = fields.openalex_id(given["openalex"]) or fields.find_openalex(link)
    openreview = fields.openreview_id(given["openreview"]) or fields.find_openreview(link)
    return arxiv, doi, acl, openalex, openreview


class _People(TypedDict):
    authors: tuple[str, ...]
    affiliations: tuple[str, ...]
    orcids: tuple[str, ...]


def _people(found: Mapping[str, object], where: str) -> _People:
    """Return the authors with their affiliations and ORCIDs, each of them empty where none is."""
    people = [person for person in map(_author, _authors(found["authors"], where)) if person[0]]
    names = tuple(name for name, _, _ in people)
    affiliations = _aligned(found["affiliations"], [own for _, own, _ in people])
    orcids = _aligned(found["orcids"], [own for _, _, own in people])
    orcids = tuple(fields.find_orcid(own) or "" for own in orcids)
    return _People(
        authors=names,
        affiliations=affiliations if any(affiliations) else (),
        orcids=orcids if any(orcids) else (),
    )


def _aligned(given: object, own: Sequence[str]) -> tuple[str, ...]:
    """Return what the authors' own objects say or, of as many, what a list beside them says."""
    if not any(own) and isinstance(given, list) and len(given) == len(own):
        return tuple(_plain(one) or "" for one in given)
    return tuple(own)


def _authors(value: object, where: str) -> list[object]:
    if isinstance(value, str):
        names = " ".join(value.split())  # \s*; would take the square of a run of spaces
        value = re.split(r" ?; ?" if ";" in names else r",? and |, ?", names)
    if value is None:
        return []
    if not isinstance(value, list):
        raise KgError(f"{where}: authors are not a list; mend the line or use --skip-bad")
    return value


def _author(value: object) -> tuple[str, str, str]:
    """Return name, affiliation and ORCID of an author, given as a text or as an object."""
    if not isinstance(value, dict):
        return _plain(value) or "", "", ""
    inner = value.get("author")
    if isinstance(inner, dict):  # OpenAlex keeps the person apart from the place
        value = {**value, **inner}
    whole = _first(value, ("name", "full_name", "fullname", "display_name"))
    parts = [
        _plain(_first(value, names))
        for names in (("given", "first", "firstName", "forenames"), ("family", "last", "lastName"))
    ]
    name = _plain(whole) or " ".join(part for part in parts if part)
    places = _first(value, ("affiliation", "affiliations", "institution", "institutions"))
    orcid = _plain(_first(value, ("orcid", "ORCID", "orcid_id")))
    return name, "; ".join(_places(places)), fields.find_orcid(orcid) or ""


def _places(value: object) -> list[str]:
    """Return names of institutions, given as texts or as objects."""
    values = value if isinstance(value, list) else [value]
    named = (
        _first(one, ("name", "display_name", "institution")) if isinstance(one, dict) else one
        for one in values
    )
    return [text for text in map(_plain, named) if text]


def _source(record: Mapping[str, object]) -> Source | None:
    """Return the source that ``to_record`` wrote, so that records keep where they came from."""
    match record.get("source"):
        case {
            "file": str(file),
            "lines": [int(first), int(last)],
            "sha256": str(sha256),
            "format": str(format),
            "id": str() | None as own,
        }:
            return Source(file, (first, last), sha256, format, own)
    return None
