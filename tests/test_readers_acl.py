import io
from pathlib import Path

import pytest

from kg import readers
from kg.errors import KgError
from kg.model import Note, Paper
from kg.readers import acl, fields

VOLUME = """<?xml version='1.0' encoding='UTF-8'?>
<collection id="2025.acl">
  <volume id="long" ingest-date="2025-07-01" type="proceedings">
    <meta>
      <booktitle>Proceedings of the 63rd Annual Meeting (Volume 1: <fixed-case>L</fixed-case>ong)</booktitle>
      <editor><first>Ed</first><last>Itor</last></editor>
      <month>May 31--2 June</month>
      <year>2025</year>
    </meta>
    <frontmatter>
      <title>Front</title><url hash="a">2025.acl-long.0</url>
    </frontmatter>
    <paper id="12">
      <title>On <fixed-case>BERT</fixed-case> &amp; <tex-math>\\alpha^2</tex-math>
        again</title>
      <author orcid="0000-0002-1825-0097"><first>Ana</first><last>Souza</last><affiliation>USP</affiliation></author>
      <author id="wei-wang-x"><first>Wei</first><last>Wang</last><variant script="hani"><first>伟</first><last>王</last></variant></author>
      <author><first/><last>Mausam</last></author>
      <abstract>We read <i>all</i> of <tex-math>n</tex-math>. See https://github.com/a/b.</abstract>
      <url hash="b">2025.acl-long.12</url>
      <doi>10.18653/V1/2025.acl-long.12</doi>
    </paper>
    <paper id="13">
      <title>Second</title>
      <author><first>Bo</first><last>Li</last></author>
    </paper>
    <paper id="14"><author><first>Bo</first><last>Li</last></author></paper>
  </volume>
</collection>
"""  # noqa: E501 -- a volume as it is printed


def read(text: str, *, skip_bad: bool = False) -> tuple[list[Paper], list[Note]]:
    notes: list[Note] = []
    return list(acl.read(io.StringIO(text), "v.xml", notes, skip_bad=skip_bad)), notes


def test_a_volume_gives_its_papers_without_front_matter() -> None:
    (one, other), _ = read(VOLUME, skip_bad=True)
    assert one.title == "On BERT & \\alpha^2 again"
    assert one.authors == ("Ana Souza", "Wei Wang", "Mausam")
    assert one.affiliations == ("USP", "", "")
    assert one.orcids == ("0000-0002-1825-0097", "", "")
    assert one.abstract == "We read all of n. See https://github.com/a/b."
    assert one.code == ("https://github.com/a/b",)
    assert one.venue == "Proceedings of the 63rd Annual Meeting (Volume 1: Long)"
    assert (one.date, one.doi) == ("2025-05", "10.18653/v1/2025.acl-long.12")
    assert (one.acl, one.id) == ("2025.acl-long.12", "doi:10.18653/v1/2025.acl-long.12")
    assert one.url == "https://aclanthology.org/2025.acl-long.12"
    assert (other.acl, other.affiliations, other.orcids) == ("2025.acl-long.13", (), ())
    assert other.id == "acl:2025.acl-long.13"


def test_a_source_names_the_lines_of_its_paper() -> None:
    papers, _ = read(VOLUME, skip_bad=True)
    lines = VOLUME.splitlines()
    for paper in papers:
        first, last = paper.source.lines
        assert lines[first - 1].strip().startswith("<paper") and "</paper>" in lines[last - 1]
    assert papers[0].source.sha256 != papers[1].source.sha256


def test_a_digest_does_not_ask_where_the_paper_stands() -> None:
    moved = VOLUME.replace("<frontmatter>", "\n\n<frontmatter>")
    sources = [read(text, skip_bad=True)[0][0].source for text in (VOLUME, moved)]
    assert sources[0].sha256 == sources[1].sha256 and sources[0].lines != sources[1].lines


def test_a_bad_record_is_named_and_stops_unless_skipped() -> None:
    with pytest.raises(KgError, match=r"v\.xml, line 27: neither title nor abstract"):
        read(VOLUME)
    notes = read(VOLUME, skip_bad=True)[1]
    assert [(note.kind, note.lines) for note in notes] == [("bad record", (27, 27))]


def test_broken_xml_is_named_and_what_stands_before_is_kept() -> None:
    broken = VOLUME[: VOLUME.index('<paper id="13">')] + "<paper><title>x</paper>"
    with pytest.raises(KgError, match=r"v\.xml, line \d+: not XML"):
        read(broken)
    papers, notes = read(broken, skip_bad=True)
    assert len(papers) == 1 and [note.kind for note in notes] == ["bad record"]


@pytest.mark.parametrize(
    ("collection", "volume", "paper", "url", "own"),
    [
        ("P19", "1", "1", "P19-1001", "P19-1001"),
        ("P19", "1", "1", "", "P19-1001"),
        ("W19", "1", "2", "", "W19-0102"),
        ("D19", "50", "3", "", "D19-5003"),
        ("2020.acl", "main", "1", "", "2020.acl-main.1"),
        (
            "2020.acl",
            "main",
            "1",
            "https://aclanthology.org/2020.acl-main.9.pdf",
            "2020.acl-main.9",
        ),
        ("", "", "", "", None),
    ],
)
def test_old_and_new_identifiers_are_told(
    collection: str, volume: str, paper: str, url: str, own: str | None
) -> None:
    text = (
        f'<collection id="{collection}"><volume id="{volume}"><meta><year>2019</year></meta>'
        f'<paper id="{paper}"><title>T</title><url>{url}</url></paper></volume></collection>'
    )
    (found,), _ = read(text)
    assert (found.acl, found.date) == (own, "2019")


@pytest.mark.parametrize(
    ("month", "date"),
    [("July", "2020-07"), ("6", "2020-06"), ("Septempber", "2020-09"),
     ("12--13 November", "2020-11"), ("", "2020"), ("Winter", "2020")],
)  # fmt: skip
def test_months_are_read_as_they_are_printed(month: str, date: str) -> None:
    text = VOLUME.replace("May 31--2 June", month).replace("<year>2025", "<year>2020")
    assert read(text, skip_bad=True)[0][0].date == date


def test_an_entity_is_neither_expanded_nor_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden", encoding="utf-8")
    entities = f'<!ENTITY x "inner"><!ENTITY y SYSTEM "{secret.as_uri()}">'
    text = VOLUME.replace(
        "<collection", f"<!DOCTYPE collection [{entities}]><collection", 1
    ).replace("Second", "Second &x;&y;")
    assert [paper.title for paper in read(text, skip_bad=True)[0]][1] == "Second"


def test_a_volume_is_found_by_its_content_and_other_xml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(VOLUME, encoding="utf-8")
    assert readers.find_format(tmp_path / "a.xml") == "acl"
    (tmp_path / "b.xml").write_text('<?xml version="1.0"?><feed/>', encoding="utf-8")
    with pytest.raises(KgError, match="looks like XML"):
        readers.find_format(tmp_path / "b.xml")
    notes: list[Note] = []
    papers = list(readers.read([tmp_path], skip_bad=True, notes=notes))
    assert len(papers) == 2 and "left out" in {note.kind for note in notes}


@pytest.mark.parametrize(
    ("text", "orcid"),
    [
        ("https://orcid.org/0000-0002-1694-233x", "0000-0002-1694-233X"),
        ("0000 0002 1825 0097", "0000-0002-1825-0097"),
        ("0000–0002–1825–0097", "0000-0002-1825-0097"),
        ("0000000218250097", "0000-0002-1825-0097"),
        ("0000-0002-1825", None),
        ("", None),
        (None, None),
    ],
)
def test_an_orcid_is_found_however_it_is_printed(text: str | None, orcid: str | None) -> None:
    assert fields.find_orcid(text) == orcid
