import json
from collections.abc import Iterable
from dataclasses import replace

import nouns
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Quad, Store

from kg.diff import Diff, diff, render, rows
from kg.graph import link_quads, term, to_graph
from kg.model import Work
from kg.query.things import Thing

FEED, PAGE = nouns.SPARSE_RECORDS
#: The two records of one work, taken for two works.
APART = (
    replace(nouns.SPARSE_WORK, id="paper/doi/10.1000/prosparse", records=(PAGE,)),
    replace(nouns.SPARSE_WORK, records=(FEED,)),
)


def graph(works: Iterable[Work] = nouns.WORKS, *, base: str = "https://example.org/") -> Store:
    """Make a graph of some works, with what their abstracts name and say."""
    works = tuple(works)
    texts = {record.abstract_id for work in works for record in work.records}
    mentions = [pair for pair in nouns.MENTIONS if pair[0].quote.abstract in texts]
    known = {mention for mention, _ in mentions}
    said = [one for one in nouns.STATEMENTS if known.issuperset(one.evidence)]
    found = Store()
    found.extend(to_graph(works, mentions, said, base=base, run=nouns.RUN))
    return found


def names(things: Iterable[Thing]) -> list[tuple[str, str]]:
    return [(thing.kind, thing.name) for thing in things]


def changes(found: Diff) -> dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]]:
    return {
        (change.thing.iri.removeprefix("https://example.org/"), change.fact): (
            change.lost,
            change.gained,
        )
        for change in found.changes
    }


def test_a_graph_does_not_differ_from_itself() -> None:
    found = diff(graph(), graph())
    assert not found
    assert found == Diff()
    assert render(found) == "no difference\n"
    assert list(rows(found)) == []


def test_a_paper_that_came_is_gained_with_all_that_it_brought() -> None:
    found = diff(graph([nouns.SPARSE_WORK, nouns.LOST_WORK]), graph())
    assert names(found.papers_gained) == [("Paper", nouns.HOSTILE)]
    assert names(found.entities_gained) == [
        ("Method", "C#"),
        ("Method", "C++"),
        ("Concept", "sparsity"),
        ("Author", "<b>Bobby</b>"),
    ]
    said = {(one.subject.name, one.predicate, one.object.name) for one in found.statements_gained}
    assert ("C++", "usedFor", "machine translation") in said
    assert (nouns.HOSTILE, "introduces", "sparsity") in said
    assert ("activation sparsity", "broader", "sparsity") in said
    assert (found.papers_lost, found.entities_lost, found.statements_lost) == ((), (), ())
    assert (found.changes, found.moves) == ((), ())


@given(st.sets(st.sampled_from(nouns.WORKS)), st.sets(st.sampled_from(nouns.WORKS)))
@settings(max_examples=20, deadline=None)
def test_what_one_way_gains_the_other_way_loses(one: set[Work], other: set[Work]) -> None:
    there, back = diff(graph(one), graph(other)), diff(graph(other), graph(one))
    assert there.papers_gained == back.papers_lost
    assert there.entities_gained == back.entities_lost
    assert there.statements_gained == back.statements_lost
    assert len(there.papers_gained) == len(other - one)
    assert bool(there) == bool(back) == (one != other)


@pytest.mark.parametrize(
    ("work", "fact", "lost", "gained"),
    [
        (
            replace(nouns.SPARSE_WORK, title="ProSparse"),
            "dct:title",
            ("ProSparse: Introducing Sparse Activations",),
            ("ProSparse",),
        ),
        (replace(nouns.SPARSE_WORK, date="2024-07"), "dct:issued", ("2024-02-21",), ("2024-07",)),
        (
            replace(nouns.SPARSE_WORK, venues=(nouns.ICML,)),
            "kg:venue",
            ("Efficient NLP @ ICML",),
            (),
        ),
        (replace(nouns.SPARSE_WORK, authors=(nouns.ADA,)), "dct:creator", ("Alan Turing",), ()),
        (
            replace(nouns.SPARSE_WORK, records=(replace(FEED, openreview="x1"), PAGE)),
            "kg:openReviewId",
            (),
            ("x1",),
        ),
    ],
)
def test_a_fact_of_a_paper_that_changed_is_told_with_both_values(
    work: Work, fact: str, lost: tuple[str, ...], gained: tuple[str, ...]
) -> None:
    rest = (nouns.HOSTILE_WORK, nouns.LOST_WORK)
    found = diff(graph([nouns.SPARSE_WORK, *rest]), graph([work, *rest]))
    assert changes(found)["paper/arxiv/2402.13516", fact] == (lost, gained)
    assert not found.papers_gained and not found.papers_lost


def test_a_version_of_an_abstract_that_came_is_told_by_its_beginning() -> None:
    only = replace(nouns.SPARSE_WORK, records=(PAGE,))
    found = diff(graph([only]), graph([nouns.SPARSE_WORK]))
    expected = ((), ("ProSparse, evaluated on GLUE, brings activation sparsity to LM inferen…",))
    assert changes(found)["paper/arxiv/2402.13516", "abstract"] == expected


def test_names_and_links_of_entities_are_facts_too() -> None:
    renamed = replace(nouns.ALAN, name="Alan M. Turing", aliases=("Alan Turing",))
    old, new = (graph([replace(nouns.LOST_WORK, authors=(a,))]) for a in (nouns.ALAN, renamed))
    new.extend(link_quads(nouns.LINKS[:1], "terms.ttl", "https://example.org/"))
    assert changes(diff(old, new)) == {
        ("author/alan-turing", "foaf:name"): (("Alan Turing",), ("Alan M. Turing",)),
        ("author/alan-turing", "skos:altLabel"): ((), ("Alan Turing",)),
        ("method/relu", "skos:exactMatch"): ((), ("<https://example.org/terms/relu>",)),
    }


def test_two_papers_that_became_one_are_merged_and_back_again_split() -> None:
    old, new = graph(APART), graph([nouns.SPARSE_WORK])
    (merged,), (split,) = diff(old, new).moves, diff(new, old).moves
    assert (merged.kind, split.kind) == ("merged", "split")
    assert [thing.iri for thing in merged.old] == [
        "https://example.org/paper/arxiv/2402.13516",
        "https://example.org/paper/doi/10.1000/prosparse",
    ]
    assert merged.new == split.old and merged.old == split.new


def test_a_paper_with_another_iri_is_renamed() -> None:
    other = replace(nouns.LOST_WORK, id="paper/openalex/W1")
    (move,) = diff(graph([nouns.LOST_WORK]), graph([other])).moves
    assert move.kind == "renamed"
    assert [thing.iri for thing in move.new] == ["https://example.org/paper/openalex/W1"]


def test_records_that_change_their_partners_are_regrouped() -> None:
    one, other = replace(FEED, id="a"), replace(nouns.LOST_RECORDS[1], id="b")
    old = [Work("paper/1", (one, PAGE)), Work("paper/2", (other,))]
    new = [Work("paper/3", (one,)), Work("paper/4", (PAGE, other))]
    (move,) = diff(graph(old), graph(new)).moves
    assert move.kind == "regrouped"
    assert (len(move.old), len(move.new)) == (2, 2)


def test_a_paper_that_shares_nothing_with_another_did_not_move() -> None:
    assert diff(graph([nouns.LOST_WORK]), graph([nouns.HOSTILE_WORK])).moves == ()


def test_a_triple_in_two_named_graphs_is_no_difference() -> None:
    old, new = graph(), graph()
    for quad in list(new):
        if quad.graph_name == DefaultGraph():
            new.add(Quad(*quad.triple, term("kg:elsewhere")))
    assert not diff(old, new)
    assert not diff(new, old)


def test_a_file_without_named_graphs_is_the_same_graph() -> None:
    flat = Store()
    flat.extend(Quad(*quad.triple) for quad in graph())
    assert not diff(graph(), flat)


def test_the_report_counts_first_and_cuts_each_list() -> None:
    text = render(diff(graph(), graph([nouns.SPARSE_WORK]), base="https://example.org/"), most=2)
    head, *sections = text.split("\n\n")
    assert head.splitlines()[0].split() == ["papers", "-2", "+0"]
    assert "statements  -11 +0" in head.splitlines()
    statements = next(part for part in sections if part.startswith("statements:"))
    assert statements.splitlines()[-1] == "  and 9 more"
    assert len(statements.splitlines()) == 4
    assert "<paper/acl/2023.x-1.1>" in text


def test_the_report_tells_papers_that_stay_from_those_that_come_and_go() -> None:
    found = diff(graph([nouns.SPARSE_WORK]), graph(APART), base="https://example.org/")
    title = "ProSparse: Introducing Sparse Activations"
    assert render(found).split("papers regrouped:\n")[1] == (
        "  split:\n"
        f"    = {title} <paper/arxiv/2402.13516>\n"
        f"    + {title} <paper/doi/10.1000/prosparse>\n"
    )


def test_the_report_cannot_steer_a_terminal() -> None:
    title = "a\x1b[31m\nb\u202ec"
    hostile = replace(nouns.LOST_WORK, title=title)
    here = graph([nouns.SPARSE_WORK, nouns.HOSTILE_WORK, hostile])
    changed = graph([nouns.SPARSE_WORK, replace(hostile, date="2020", title=f"{title}!")])
    renamed = graph([replace(hostile, id="paper/openalex/W1")])
    for other in (graph(), graph([nouns.SPARSE_WORK]), changed, renamed):
        text = render(diff(other, here)) + render(diff(here, other))
        assert "\x1b" not in text and "\u202e" not in text
        assert "\nb" not in text


def test_rows_are_json_with_what_and_how() -> None:
    found = [json.loads(row) for row in rows(diff(graph(APART), graph([nouns.SPARSE_WORK])))]
    assert all(row.endswith("}\n") for row in rows(diff(graph(APART), graph())))
    told = {(row["change"], row["what"]) for row in found}
    assert {("lost", "paper"), ("changed", "fact"), ("merged", "paper")} <= told
    lost = next(row for row in found if (row["change"], row["what"]) == ("lost", "paper"))
    assert lost["iri"] == "https://example.org/paper/doi/10.1000/prosparse"


def test_the_order_of_the_quads_does_not_matter() -> None:
    old, new = Store(), Store()
    old.extend(reversed(list(graph(APART))))
    new.extend(reversed(list(graph())))
    assert diff(old, new) == diff(graph(APART), graph())
