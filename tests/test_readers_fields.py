"""Fields: identifiers, dates, code links, venues and their status."""

import pytest

from kg.readers import fields


@pytest.mark.parametrize(
    ("text", "iso"),
    [("2025-12-31", "2025-12-31"), ("Published on 3 Jan 2024", "2024-01-03"), ("2024", "2024"),
     ("March 2025", "2025-03"), ("Mar 3rd, 2025", "2025-03-03"), ("31.12.2024", "2024-12-31"),
     ("2 août 2023", "2023-08-02"), ("2025-12-31T10:00:00Z", "2025-12-31")],
)  # fmt: skip
def test_dates_read_as_precisely_as_they_are_written(text: str, iso: str) -> None:
    assert fields.date(text) == iso


def test_a_date_without_a_year_is_a_date_but_is_not_completed() -> None:
    assert fields.is_date("Mar 12")
    assert fields.date("Mar 12") is None


@pytest.mark.parametrize("text", ["Section 2025 of it", "12 monkeys", "Marching 12"])
def test_other_text_is_no_date(text: str) -> None:
    assert not fields.is_date(text)


@pytest.mark.parametrize(
    ("line", "venue", "status"),
    [("Conference on Ice (Accept (regular))", "Conference on Ice", "Accept (regular)"),
     ("Re-Melt @ Conference on Ice (published)", "Re-Melt @ Conference on Ice", "published"),
     ("Conference on Ice (COI)", "Conference on Ice (COI)", None),
     ("bioRxiv (preprint)", "bioRxiv", "preprint"), ("Sleep", "Sleep", None)],
)  # fmt: skip
def test_a_status_bracket_parts_from_its_venue(line: str, venue: str, status: str | None) -> None:
    assert fields.split_status(line) == (venue, status)


@pytest.mark.parametrize(
    ("comment", "venue"),
    [("Accepted to CVPR 2025", "CVPR 2025"), ("10 pages, 3 figures. ICLR 2025", "ICLR 2025"),
     ("Accepted by CVPR2025", "CVPR2025"),
     ("Accepted to The Third Workshop on Ice in CVPR 2024", "Third Workshop on Ice in CVPR 2024"),
     ("accepted at ICML 2025 (Spotlight), 20 pages", "ICML 2025"),
     ("Published in IEEE Transactions on Ice, 2025", "IEEE Transactions on Ice, 2025"),
     ("Submitted to CVPR 2025", None), ("Under review at ICLR 2026", None), ("12 pages", None),
     ("Extended version of a paper published in ICRA 2020", None)],
)  # fmt: skip
def test_a_comment_gives_a_venue_only_where_the_paper_appeared(
    comment: str, venue: str | None
) -> None:
    assert fields.venue_of_comment(comment)[0] == venue


@pytest.mark.parametrize(
    "text",
    ["2401.00001", " 2401.00001v3 ", "arXiv:2401.00001", "ARXIV: 2401.00001v12", "arXiv 2401.00001",
     "https://arxiv.org/abs/2401.00001v1", "arxiv.org/pdf/2401.00001v3.pdf",
     "http://export.arxiv.org/abs/2401.00001", "https://ar5iv.labs.arxiv.org/html/2401.00001",
     "https://www.alphaxiv.org/abs/2401.00001", "https://huggingface.co/papers/2401.00001",
     "10.48550/arXiv.2401.00001", "https://doi.org/10.48550/ARXIV.2401.00001",
     "oai:arXiv.org:2401.00001", "CoRR abs/2401.00001", "arXiv preprint arXiv:2401.00001"],
)  # fmt: skip
def test_an_arxiv_identifier_reads_the_same_in_every_spelling(text: str) -> None:
    assert fields.arxiv_id(text) == "2401.00001"


@pytest.mark.parametrize(
    "text", ["math/0309136", "arXiv:math.GT/0309136v2", "https://arxiv.org/abs/math.GT/0309136"]
)
def test_an_old_arxiv_identifier_loses_its_subject_class(text: str) -> None:
    assert fields.arxiv_id(text) == "math/0309136"


@pytest.mark.parametrize("text", ["in the year 2401.5", "", None, "arXiv", "12/2401.00001", "abs"])
def test_other_text_is_no_arxiv_identifier(text: str | None) -> None:
    assert fields.arxiv_id(text) is None


@pytest.mark.parametrize(
    "text",
    ["10.1093/brain/x1", "doi:10.1093/Brain/X1", "DOI: 10.1093/BRAIN/X1.", "(10.1093/brain/x1)",
     "https://doi.org/10.1093/Brain/X1", "http://dx.doi.org/10.1093%2Fbrain%2Fx1",
     "https://academic.oup.com/brain/article?doi=10.1093/brain/x1"],
)  # fmt: skip
def test_a_doi_reads_the_same_in_every_spelling(text: str) -> None:
    assert fields.find_doi(text) == "10.1093/brain/x1"


@pytest.mark.parametrize(
    ("text", "own"),
    [("https://aclanthology.org/2023.acl-long.1/", "2023.acl-long.1"),
     ("https://aclanthology.org/2023.acl-long.1.pdf", "2023.acl-long.1"),
     ("2023.ACL-long.1", "2023.acl-long.1"), ("10.18653/v1/2023.acl-long.1", "2023.acl-long.1"),
     ("https://doi.org/10.18653/V1/p19-1001", "P19-1001"), ("10.3115/v1/P14-1001", "P14-1001"),
     ("https://www.aclweb.org/anthology/P19-1001/", "P19-1001"), ("p19-1001", "P19-1001"),
     ("10.1162/tacl_a_00001", None), ("", None)],
)  # fmt: skip
def test_an_anthology_identifier_reads_from_urls_and_dois(text: str, own: str | None) -> None:
    assert fields.acl_id(text) == own


@pytest.mark.parametrize(
    "text",
    ["W2741809807", "w2741809807", "https://openalex.org/W2741809807", "openalex:W2741809807",
     "https://api.openalex.org/works/w2741809807"],
)  # fmt: skip
def test_an_openalex_identifier_reads_the_same_in_every_spelling(text: str) -> None:
    assert fields.openalex_id(text) == "W2741809807"


@pytest.mark.parametrize(
    "text",
    ["Bkg6RiCqY7", "https://openreview.net/forum?id=Bkg6RiCqY7", "openreview:Bkg6RiCqY7",
     "https://openreview.net/pdf?id=Bkg6RiCqY7",
     "https://openreview.net/forum?noteId=x&id=Bkg6RiCqY7#discussion"],
)  # fmt: skip
def test_a_forum_reads_the_same_in_every_spelling(text: str) -> None:
    assert fields.openreview_id(text) == "Bkg6RiCqY7"


def test_code_links_end_where_the_sentence_goes_on() -> None:
    text = "Code (https://github.com/a/b). \\url{github.com/c/d}{x}; https://example.org/e"
    assert fields.find_code(text) == ("https://github.com/a/b", "https://github.com/c/d")
