"""JSON lines: what is written reads back the same, what others write reads as they mean it."""

import io
import json
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KgError
from kg.model import Note, Paper, Source
from kg.readers import jsonl

ARXIV = {
    "id": "2503.00001",
    "abs": "https://arxiv.org/abs/2503.00001",
    "authors": ["Ana Souza", "Bo Li"],
    "title": "Melt water\n  in valleys",
    "categories": ["physics.ao-ph"],
    "comment": "10 pages. Accepted to ICCV 2025 Workshop on Ice; code at https://github.com/x/ice",
    "summary": "Glaciers retreat.\nValleys dry.",
}

texts = st.one_of(st.none(), st.text(min_size=1).filter(lambda t: t.strip() != ""))
lines = texts.map(lambda t: None if t is None else " ".join(t.split()) or None)
papers = st.builds(
    Paper,
    id=st.just("0123456789abcdef"),
    source=st.builds(
        Source,
        file=st.text(),
        lines=st.tuples(st.integers(1), st.integers(1)),
        sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
        format=st.just("pages"),
        id=st.one_of(st.none(), st.text()),
    ),
    title=lines.filter(bool),
    abstract=texts,
    authors=st.just(("Ana Souza", "Bo Li")),
    affiliations=st.sampled_from([(), ("Ice Lab", ""), ("", "Snow; Firn")]),
    orcids=st.sampled_from([(), ("0000-0002-1825-0097", ""), ("", "0000-0001-5109-370X")]),
    openreview=st.sampled_from([None, "Bkg6RiCqY7"]),
    venue=lines,
    acceptance=st.just("poster"),
    date=st.sampled_from([None, "2025", "2025-03", "2025-03-01"]),
    truncated=st.booleans(),
    starts_mid=st.booleans(),
)


def read(*records: object, skip_bad: bool = False) -> tuple[list[Paper], list[Note]]:
    notes: list[Note] = []
    text = "\n".join(r if isinstance(r, str) else json.dumps(r) for r in records)
    return list(jsonl.read(io.StringIO(text), "x.jsonl", notes, skip_bad=skip_bad)), notes


@given(papers)
def test_a_written_record_reads_back_to_the_same_paper(paper: Paper) -> None:
    named = replace(paper, id=f"openreview:{paper.openreview}" if paper.openreview else paper.id)
    assert read(jsonl.to_record(named))[0] == [named]


@given(st.lists(lines.filter(bool), max_size=3).map(tuple))
def test_any_names_read_back_the_same(names: tuple[str, ...]) -> None:
    assert read({"title": "T", "authors": list(names)})[0][0].authors == names


@pytest.mark.parametrize(
    "authors",
    [[{"name": "Ana Souza", "orcid": "https://orcid.org/0000-0002-1825-0097"},
      {"name": "Bo Li", "affiliation": "Ice Lab"}],
     [{"given": "Ana", "family": "Souza", "ORCID": "0000000218250097", "affiliation": []},
      {"given": "Bo", "family": "Li", "affiliation": [{"name": "Ice Lab"}]}],
     [{"author": {"display_name": "Ana Souza", "orcid": "0000-0002-1825-0097"}},
      {"author": {"display_name": "Bo Li"}, "institutions": [{"display_name": "Ice Lab"}]}]],
    ids=["plain", "crossref", "openalex"],
)  # fmt: skip
def test_orcids_and_affiliations_stand_beside_their_authors(authors: object) -> None:
    paper = read({"title": "T", "authors": authors})[0][0]
    assert paper.authors == ("Ana Souza", "Bo Li")
    assert paper.orcids == ("0000-0002-1825-0097", "")
    assert paper.affiliations == ("", "Ice Lab")


def test_a_nameless_author_takes_the_orcid_along() -> None:
    authors = [{"orcid": "0000-0002-1825-0097"}, {"name": "Bo Li"}]
    paper = read({"title": "T", "authors": authors})[0][0]
    assert (paper.authors, paper.orcids) == (("Bo Li",), ())


@pytest.mark.parametrize(
    ("record", "field", "own"),
    [({"doi": "10.48550/arXiv.2401.00001"}, "arxiv", "2401.00001"),
     ({"doi": "https://doi.org/10.18653/v1/P19-1001"}, "acl", "P19-1001"),
     ({"url": "https://openreview.net/forum?id=Bkg6RiCqY7"}, "openreview", "Bkg6RiCqY7"),
     ({"forum": "Bkg6RiCqY7"}, "openreview", "Bkg6RiCqY7"),
     ({"openalex": "W2741809807"}, "openalex", "W2741809807"),
     ({"id": "https://openalex.org/W2741809807"}, "openalex", "W2741809807"),
     ({"externalIds": {"ArXiv": "2401.00001", "CorpusId": 1}}, "arxiv", "2401.00001"),
     ({"externalIds": {"ACL": "P19-1001"}}, "acl", "P19-1001"),
     ({"ids": {"doi": "https://doi.org/10.1/X"}}, "doi", None),
     ({"ids": {"doi": "https://doi.org/10.1000/X"}}, "doi", "10.1000/x"),
     ({"acl": "https://aclanthology.org/2023.acl-long.1/"}, "acl", "2023.acl-long.1")],
)  # fmt: skip
def test_identifiers_are_read_from_any_field_that_has_one(
    record: dict[str, object], field: str, own: str | None
) -> None:
    assert getattr(read({"title": "T", **record})[0][0], field) == own


def test_an_arxiv_record_reads_as_it_is() -> None:
    paper = read(ARXIV)[0][0]
    assert (paper.id, paper.arxiv, paper.date) == ("arxiv:2503.00001", "2503.00001", "2025-03")
    assert (paper.title, paper.abstract) == ("Melt water in valleys", ARXIV["summary"])
    assert (paper.venue, paper.acceptance) == ("ICCV 2025 Workshop on Ice", "Accepted")
    assert paper.code == ("https://github.com/x/ice",)


@pytest.mark.parametrize(
    "authors",
    ["Ana Souza and Bo Li", "Ana Souza; Bo Li", [{"name": "Ana Souza"}, {"name": "Bo Li"}],
     [{"given": "Ana", "family": "Souza"}, {"first": "Bo", "last": "Li"}]],
)  # fmt: skip
def test_authors_read_in_every_usual_shape(authors: object) -> None:
    assert read({"title": "T", "authors": authors})[0][0].authors == ("Ana Souza", "Bo Li")


def test_an_abstract_is_kept_to_the_character() -> None:
    text = "  Two\n  lines, é\u0301 and \U0001f600 \\(x\\) "
    assert read({"abstract": text})[0][0].abstract == text


def test_an_array_of_records_reads_like_lines() -> None:
    assert [p.title for p in read(json.dumps([{"title": "A"}, {"title": "B"}], indent=1))[0]] == [
        "A",
        "B",
    ]


@pytest.mark.parametrize(
    ("bad", "why"),
    [("{", "not JSON"), ('"x"', "not a JSON object"), ('{"id": 1}', "neither title"),
     ('{"title": 3}', "not a text"), ('{"title": "T", "authors": 3}', "not a list"),
     ("[" * 100_000, "not JSON")],
)  # fmt: skip
def test_a_bad_record_stops_with_its_line_or_is_named_and_skipped(bad: str, why: str) -> None:
    with pytest.raises(KgError, match=f"x.jsonl, line 2.*{why}"):
        read({"title": "A"}, bad)
    found, notes = read({"title": "A"}, bad, {"title": "B"}, skip_bad=True)
    assert [paper.title for paper in found] == ["A", "B"]
    assert [(note.kind, note.lines) for note in notes] == [("bad record", (2, 2))]


@pytest.mark.parametrize("field", ["authors", "comment", "date", "summary", "venue", "url"])
@pytest.mark.parametrize("filling", [" ", "a", "Al, ", "accepted as "])
def test_a_field_of_a_megabyte_is_read_in_seconds(field: str, filling: str) -> None:
    started = time.perf_counter()
    read({"title": "T", field: f"x{filling * (1_000_000 // len(filling))}x"})
    assert time.perf_counter() - started < 10
