"""Pages: every record once with its own fields, on five real pages and on invented ones."""

import html
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.model import Note, Paper
from kg.readers import pages

FOLD = "… (see more)"
#: Invented sentences; each is long enough to be part of an abstract.
SPARSE = (
    "Sparse attention reduces the quadratic cost of transformers on long inputs, yet how much of "
    "it a trained model really needs is not known. We propose SparQ, a method that learns which "
    "heads may be pruned, and evaluate it on four benchmarks. Our results show that half of the "
    "attention heads can be removed without loss on question answering and summarization tasks."
)
GLACIER = (
    "Glacier retreat changes the seasonal supply of water to mountain valleys. This paper presents "
    "a record of 40 years of satellite observations and a regression model of melt water, and we "
    "analyse how the timing of peak flow has moved. The findings suggest that reservoirs filled by "
    "glaciers will reach their minimum two weeks earlier by the middle of the century."
)
PROTEIN = (
    "Predicting how proteins bind to small molecules is central to drug discovery. We introduce "
    "DockNet, an equivariant graph network trained on public complexes, and compare it with "
    "physics-based docking. In experiments on two held-out sets our approach finds the right "
    "pose more often while running a hundred times faster than existing methods."
)


def fold(text: str, at: int = 140) -> str:
    return text[:at] + FOLD + text[at:]


def read(text: str) -> tuple[list[Paper], list[Note]]:
    notes: list[Note] = []
    return list(pages.read(io.StringIO(text), "page.txt", notes)), notes


def gold() -> list[dict]:
    path = Path(__file__).parent / "gold" / "pages.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def page(shared: Path, number: str) -> str:
    return next((shared / "seeds").glob(f"{number}_*.txt")).read_text(encoding="utf-8")


def expected(row: dict, lines: list[str]) -> Iterator[object]:
    yield None if row["title"] is None else lines[row["title"] - 1].strip()
    first, last = row["authors"] or (1, 0)
    yield tuple(lines[first - 1 : last])
    yield from (row["date"], row["venue"], row["acceptance"], row["truncated"], row["starts_mid"])
    first, last = row["abstract"] or (1, 0)
    yield "\n".join(lines[first - 1 : last]).replace(FOLD, "", 1) or None


def fields(paper: Paper) -> list[object]:
    return [
        paper.title, paper.authors, paper.date, paper.venue, paper.acceptance, paper.truncated,
        paper.starts_mid, paper.abstract,
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_a_real_page_gives_each_record_with_its_own_fields(shared: Path, number: str) -> None:
    text = page(shared, number)
    rows = [list(expected(row, text.split("\n"))) for row in gold() if row["page"] == number]
    assert [fields(paper) for paper in read(text)[0]] == rows


@pytest.mark.parametrize("number", ["000", "001", "003", "004"])
def test_the_same_page_as_html_gives_the_same_records(shared: Path, number: str) -> None:
    text = page(shared, number)
    body = "".join(f"<p>{html.escape(line)}</p>\n" for line in text.split("\n") if line.strip())
    marked = f"<!doctype html><html><body><nav>Menu</nav>{body}</body></html>"
    folded = [" ".join((p.abstract or "").split()) for p in read(text)[0]]
    papers = read(marked)[0]
    assert [" ".join((p.abstract or "").split()) for p in papers] == folded
    assert [(p.title, p.authors, p.date) for p in papers] == [
        (p.title, p.authors, p.date) for p in read(text)[0]
    ]


def test_a_fold_inside_a_word_closes_without_a_space() -> None:
    text = "\n".join(fold(x) for x in (SPARSE, GLACIER))
    assert [paper.abstract for paper in read(text)[0]] == [SPARSE, GLACIER]


@pytest.mark.parametrize("marker", ["… (voir plus)", "... (read more)", "… [more]", "…(show more)"])
def test_other_fold_markers_are_removed_too(marker: str) -> None:
    text = "\n".join(x[:140] + marker + x[140:] for x in (SPARSE, GLACIER))
    assert [paper.abstract for paper in read(text)[0]] == [SPARSE, GLACIER]


def test_a_fold_late_in_a_paragraph_belongs_to_an_abstract_that_began_above() -> None:
    first = "Water in mountain valleys depends on ice, we know."
    later = fold(GLACIER, 140 - len(first) - 1)
    text = "\n".join([fold(SPARSE), first, later, fold(PROTEIN)])
    assert [p.abstract for p in read(text)[0]] == [SPARSE, f"{first}\n{GLACIER}", PROTEIN]


def test_paragraphs_without_a_fold_go_on_with_the_abstract_above() -> None:
    more = "Code and data are available on request to the authors of this study."
    text = "\n".join([fold(SPARSE), more, fold(GLACIER)])
    assert [paper.abstract for paper in read(text)[0]] == [f"{SPARSE}\n{more}", GLACIER]


def test_a_title_above_another_papers_abstract_is_a_paper_of_its_own() -> None:
    text = "\n".join(
        ["Publications", "Bayesian inference of ocean currents", *map(fold, (SPARSE, PROTEIN))]
    )
    papers, notes = read(text)
    assert [(p.title, p.abstract) for p in papers] == [
        ("Bayesian inference of ocean currents", None),
        (None, SPARSE),
        (None, PROTEIN),
    ]
    assert any("two papers" in note.text for note in notes)


def test_date_and_venue_belong_to_the_card_that_they_close() -> None:
    lines = [fold(SPARSE), fold(GLACIER), "2025-03-01", "Journal of Ice (published)", fold(PROTEIN)]
    papers, _ = read("\n".join(lines))
    assert [(p.date, p.venue, p.acceptance) for p in papers] == [
        (None, None, None),
        ("2025-03-01", "Journal of Ice", "published"),
        (None, None, None),
    ]


def test_a_page_that_prints_the_date_first_is_read_by_its_own_order() -> None:
    cards = [
        ("12 March 2024", "Pruning attention heads of sparse transformers", SPARSE),
        ("3 May 2023", "Glacier melt and the supply of water in valleys", GLACIER),
        ("1 June 2022", "Proteins and small molecules bound by graph networks", PROTEIN),
    ]
    papers, _ = read("\n\n".join(line for card in cards for line in card))
    assert [(p.date, p.title, p.abstract) for p in papers] == [
        ("2024-03-12", *cards[0][1:]),
        ("2023-05-03", *cards[1][1:]),
        ("2022-06-01", *cards[2][1:]),
    ]


def test_the_date_and_by_line_of_the_page_belong_to_no_paper() -> None:
    head = ["Get papers in your inbox!", "byJo and the community", "Mar 12, 2025"]
    titles = ["Pruning sparse attention heads", "Glacier melt in valleys", "Proteins that bind"]
    cards = [x for pair in zip(titles, (SPARSE, GLACIER, PROTEIN), strict=True) for x in pair]
    papers, notes = read("\n\n".join(head + cards))
    assert [(p.title, p.date, p.authors) for p in papers] == [(t, None, ()) for t in titles]
    assert {n.lines[0] for n in notes if n.kind == "left out"} == {1, 3, 5}


def test_cookie_text_and_teasers_above_the_listing_are_left_out_and_named() -> None:
    head = [
        "Ada Lovelace appointed director of the institute",
        "We use cookies to improve your visit. Read our Privacy Policy for your choices.",
        "Do you accept cookies?",
    ]
    papers, notes = read("\n".join([*head, fold(SPARSE), fold(GLACIER)]))
    assert [paper.abstract for paper in papers] == [SPARSE, GLACIER]
    assert [note.lines[0] for note in notes if note.kind == "left out"] == [1, 2, 3]


def test_authors_one_a_line_or_in_one_line_are_the_papers_authors() -> None:
    one = [
        "Pruning sparse attention heads",
        "Ngo Thi Lan",
        "Marek J. Nowak",
        "Eva von Bergen",
        fold(SPARSE),
    ]
    line = ["Glacier melt in valleys", "Ana Souza1, Bo Li2* and Inês d'Ávila", fold(GLACIER)]
    papers, _ = read("\n".join(one + line))
    assert papers[0].authors == ("Ngo Thi Lan", "Marek J. Nowak", "Eva von Bergen")
    assert papers[1].authors == ("Ana Souza", "Bo Li", "Inês d'Ávila")


def test_an_abstract_that_breaks_off_is_flagged_and_not_completed() -> None:
    cut = SPARSE[:300].rstrip()
    papers, _ = read("\n".join([fold(cut), fold(GLACIER), fold(PROTEIN[21:])]))
    assert [(p.abstract, p.truncated, p.starts_mid) for p in papers] == [
        (cut, True, False),
        (GLACIER, False, False),
        (PROTEIN[21:], False, True),
    ]


def test_links_to_repositories_are_kept_without_the_full_stop() -> None:
    text = f"{SPARSE} Code is at https://github.com/invented/sparq."
    assert read(fold(text))[0][0].code == ("https://github.com/invented/sparq",)


def test_a_list_of_references_gives_a_record_each() -> None:
    text = """Publications
A. Souza, B. Li, and M. J. Nowak. Pruning sparse attention heads. In Proceedings of ACL, 2025. [pdf]
E. von Bergen and T. L. Ngo. "Glacier melt and the timing of water." Ice Letters 12(3), 2024.
d'Ávila, I. (2023). Docking with graph networks. Bioinformatics, 39. https://doi.org/10.1093/X12
"""
    assert [(p.title, p.authors, p.venue, p.date, p.doi) for p in read(text)[0]] == [
        ("Pruning sparse attention heads", ("A. Souza", "B. Li", "M. J. Nowak"),
         "Proceedings of ACL", "2025", None),
        ("Glacier melt and the timing of water", ("E. von Bergen", "T. L. Ngo"),
         "Ice Letters", "2024", None),
        ("Docking with graph networks", ("d'Ávila, I.",), "Bioinformatics", "2023", "10.1093/x12"),
    ]  # fmt: skip


def test_a_year_above_a_section_dates_its_papers_and_is_reported_as_a_guess() -> None:
    cards = [("Pruning sparse attention heads", SPARSE), ("Glacier melt in valleys", GLACIER)]
    text = "\n".join(["2025", *cards[0], *cards[1], "2024", "Proteins that bind", PROTEIN])
    papers, notes = read(text)
    assert [paper.date for paper in papers] == ["2025", "2025", "2024"]
    assert sum("heading in line" in note.text for note in notes) == 3


def test_a_search_page_with_labels_and_identifiers_above_gives_each_its_own() -> None:
    card = """arXiv:{}.0000{} [pdf, other] cs.CL
{}
Authors: Ana Souza, Bo Li
Abstract: {}… ▽ More {} △ Less
Submitted {} March, 2025; originally announced March 2025.
{}"""
    comments = ("Comments: Accepted to ACL 2025", "Comments: 12 pages", "Subjects: cs")
    texts = (("Pruning sparse attention", SPARSE), ("Glacier melt", GLACIER), ("Proteins", PROTEIN))
    cards = [
        card.format(2503, i, title, text[:60], text, i, comment)
        for i, ((title, text), comment) in enumerate(zip(texts, comments, strict=True), start=1)
    ]
    papers, _ = read("Showing 1-3 of 3 results\n" + "\n".join(cards))
    assert [(p.arxiv, p.title, p.abstract, p.date, p.venue) for p in papers] == [
        (f"2503.0000{i}", title, text, f"2025-03-0{i}", "ACL 2025" if i == 1 else None)
        for i, (title, text) in enumerate(texts, start=1)
    ]


def test_html_classes_name_the_fields() -> None:
    text = f"""<html><body><nav><a href="/">Home</a> Our cookies</nav>
      <div class="paper"><h3 class="paper-title"><a href="https://arxiv.org/abs/2401.00001v2">Melt</a></h3>
      <p class="authors"><a>Ana Souza</a>, <a>Bo Li</a></p>
      <span class="venue">Ice Letters</span> <span class="date">March 2024</span>
      <div class="abstract"><p>{html.escape(GLACIER)}</p></div></div></body></html>"""
    paper = read(text)[0][0]
    assert (paper.title, paper.authors, paper.venue) == (
        "Melt",
        ("Ana Souza", "Bo Li"),
        "Ice Letters",
    )
    assert (paper.date, paper.abstract, paper.arxiv) == ("2024-03", GLACIER, "2401.00001")


def test_a_folded_abstract_in_html_is_joined_whatever_its_markup() -> None:
    first, rest = GLACIER[:140], GLACIER[140:]
    card = "<h3>Glacier melt in valleys</h3><p class='abstract'>{}</p>"
    bodies = [
        f"{first}<span class='more'>… (see more)</span><span>{rest}</span>",
        f"<span class='abstract-short'>{first}</span><span class='abstract-rest'>{rest}</span>",
        f"<span>{first}…</span></p><p class='abstract'>{GLACIER}",
    ]
    for body in bodies:
        papers, _ = read(f"<html><body>{card.format(body)}</body></html>")
        assert [paper.abstract for paper in papers] == [GLACIER]


def test_deeply_nested_html_is_read_or_left_but_never_breaks() -> None:
    deep = "<div>" * 20_000 + f"<p>{GLACIER}</p>"
    assert len(read(f"<html><body>{deep}</body></html>")[0]) <= 1


@pytest.mark.parametrize("filling", ["a", " ", ". ", "Al, ", "(", "… (", "et al", "10.1/", "www."])
def test_a_line_of_a_megabyte_is_read_in_seconds(filling: str) -> None:
    line = f"x{filling * (1_000_000 // len(filling))}x"
    started = time.perf_counter()
    read(f"{fold(SPARSE)}\n{line}\n{fold(GLACIER)}\n{line}.")
    assert time.perf_counter() - started < 20


def test_a_page_without_papers_is_not_recognised() -> None:
    assert not pages.recognises("We use cookies.\nHome\nContact us\n")
    assert pages.recognises(fold(SPARSE) + "\n" + fold(GLACIER))
