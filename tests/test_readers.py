"""Files: the format is found in the content, and what cannot be read says so in one line."""

import gzip
import json
from pathlib import Path

import pytest

from kg import readers
from kg.errors import KgError


def test_gzip_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "papers.gz"
    path.write_bytes(gzip.compress(b'{"title": "Ice"}\n'))
    assert [paper.title for paper in readers.read([path])] == ["Ice"]


def test_a_folder_reads_its_files_in_order_and_names_what_it_leaves_out(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl"):
        (tmp_path / name).write_text(json.dumps({"title": f"Of {name}"}), encoding="utf-8")
    (tmp_path / "README.md").write_text("# Notes\n", encoding="utf-8")
    notes: list = []
    papers = list(readers.read([tmp_path], notes=notes))
    assert [paper.source.file for paper in papers] == ["a.jsonl", "b.jsonl"]
    assert [(note.file, note.kind) for note in notes] == [("README.md", "left out")]


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "empty"), (b"\x00\x01\x02", "binary"), (b"\xff\xfe\xfa", "neither text"),
     (b"@article{x, title={Y}}", "BibTeX"), (b"%PDF-1.7", "PDF"), (b"just words", "no paper"),
     (b"title,abstract,year\na,b,c\n", "CSV"), (b"<?xml version='1.0'?><feed/>", "XML"),
     (b"\x1f\x8b\x08\x00broken", "gzip")],
)  # fmt: skip
def test_a_file_of_no_known_format_is_one_clear_line(
    tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(KgError, match=why) as error:
        list(readers.read([path]))
    assert "\n" not in str(error.value)


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="no such file"):
        list(readers.read([tmp_path / "gone"]))


def test_arxiv_records_read_as_published(shared: Path) -> None:
    corpus = shared / "corpora" / "arxiv-2025-2026.jsonl.gz"
    papers = [p for p, _ in zip(readers.read([corpus]), range(2000), strict=False)]
    assert len(papers) == 2000
    assert all(p.arxiv and p.title and p.abstract and p.authors and p.date for p in papers)
    assert 200 < sum(p.venue is not None for p in papers) < 800


def test_a_saved_page_is_recognised_behind_any_amount_of_scripts(tmp_path: Path) -> None:
    text = (
        "We propose a method for ice and study its results on four data sets. However, our model "
        "shows that melt water is early, and experiments suggest that valleys dry in the summer. "
        "The findings of this paper indicate that the approach holds for many other glaciers too."
    )
    script = "<script>" + "var x = 1;" * 20_000 + "</script>"
    page = f"<html><head>{script}</head><body><h3>A method for melt water</h3><p>{text}</p>"
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    assert [paper.abstract for paper in readers.read([tmp_path])] == [text]


def test_a_gzip_file_with_wrong_bytes_is_named_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl.gz"
    packed = bytearray(gzip.compress(b'{"title": "Ice", "abstract": "We use GLUE again."}\n' * 200))
    packed[30:60] = bytes(30)
    path.write_bytes(packed)
    with pytest.raises(KgError, match="damaged gzip file"):
        list(readers.read([path]))
