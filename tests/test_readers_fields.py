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


def test_identifiers_are_found_in_their_spellings() -> None:
    assert fields.find_arxiv("https://arxiv.org/pdf/2401.00001v3") == "2401.00001"
    assert fields.find_arxiv("arXiv:math.GT/0309136") == "math.GT/0309136"
    assert fields.find_doi("https://doi.org/10.1093/Brain/X1.") == "10.1093/brain/x1"
    assert fields.find_acl("https://aclanthology.org/2023.acl-long.1/") == "2023.acl-long.1"
    assert fields.find_openalex("https://openalex.org/W123") == "W123"
    assert fields.find_arxiv("in the year 2401.5") is None


def test_code_links_end_where_the_sentence_goes_on() -> None:
    text = "Code (https://github.com/a/b). \\url{github.com/c/d}{x}; https://example.org/e"
    assert fields.find_code(text) == ("https://github.com/a/b", "https://github.com/c/d")
