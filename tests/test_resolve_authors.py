import random
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Signature
from kg.resolve.authors import persons, same_author

ONE, TWO = "0000-0002-1825-0097", "0000-0001-5109-3700"


def signed(name: str, work: str = "", *coauthors: str, **more: object) -> Signature:
    return Signature(name, work, coauthors=coauthors, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "same", "rule"),
    [
        ("Hinrich Schütze", "Schuetze, Hinrich", True, "rare name"),
        ("Wei Wang", "Wei Wang", False, "common name"),
        ("Wei Wang", "Wenjie Wang", False, "names clash"),
        ("J. Smith", "John Smith", False, "initial"),
        (
            signed("Wei Wang", "a", "Zdeňka Urešová"),
            signed("W. Wang", "b", "Z. Uresova", "Jan Hajič"),
            True,
            "coauthors",
        ),
        (
            signed("Wei Wang", "a", "Jing Li"),
            signed("Wei Wang", "b", "Yang Liu"),
            False,
            "common name",
        ),
        (signed("Wei Wang", orcid=ONE), signed("Wei Wang", orcid=ONE), True, "same orcid"),
        (signed("Wei Wang", orcid=ONE), signed("Wei Wang", orcid=TWO), False, "other orcid"),
        (
            signed("Ana Costa", orcid=ONE),
            signed("Ana Souza", orcid=f"https://orcid.org/{ONE}"),
            True,
            "same orcid",
        ),
        (signed("Els Lefever", orcid=ONE), signed("Ken Hoste", orcid=ONE), False, "names clash"),
        (
            signed("Y. Wang", "a", "Yu Wang", "Zdeňka Urešová"),
            signed("Yu Wang", "b", "Zdeňka Urešová"),
            False,
            "other name beside",
        ),
        (signed("Yu Wang", "a"), signed("Yu Wang", "a"), False, "same by-line"),
        (
            signed("Y. Li", "a", "Wei Wu", "Jun Xu", title="On the roots of four words"),
            signed("Yu Li", "b", "W. Wu", "J. Xu", title="On the Roots of Four Words."),
            True,
            "same paper",
        ),
    ],
)
def test_two_signatures_are_one_persons_or_not(
    one: Signature | str, other: Signature | str, same: bool, rule: str
) -> None:
    verdict = same_author(one, other)
    assert (verdict.same, verdict.rule) == (same, rule)
    assert same_author(other, one) == verdict
    assert (verdict.score >= 0.5) == same


def test_a_shared_rare_coauthor_weighs_more_than_a_common_one() -> None:
    rare, common = (
        same_author(signed("Yan Li", "a", name), signed("Yan Li", "b", name)).score
        for name in ("Zdeňka Urešová", "Wei Wang")
    )
    assert rare > common


def test_each_evidence_moves_the_score() -> None:
    one = signed("Yan Li", "a", "Jun Wu", affiliation="Fudan University", categories=("cs.CL",))
    other = replace(one, work="b", coauthors=("Bo Xu",), affiliation="Massachusetts Institute")
    plain = same_author(one, replace(other, affiliation=None)).score
    assert same_author(one, replace(other, affiliation="Fudan Univ., Shanghai")).score > plain
    assert same_author(one, replace(other, affiliation="Yale")).score < plain
    assert same_author(one, replace(other, affiliation=None, categories=("math.AG",))).score < plain


def test_places_in_a_bylines_of_one_paper_tell_namesakes() -> None:
    title = "A paper on the theory of graphs"
    first = signed("Yu Wang", "a", "Yu Wang", "Bo Xu", title=title, position=1)
    second = signed("Yu Wang", "b", "Yu Wang", "Bo Xu", title=title, position=2)
    assert not same_author(first, second)
    assert same_author(first, replace(second, position=1))


EMPTY = Signature(
    name=None,  # type: ignore[arg-type]
    work=None,  # type: ignore[arg-type]
    position=None,  # type: ignore[arg-type]
    coauthors=None,  # type: ignore[arg-type]
    categories=None,  # type: ignore[arg-type]
)


@pytest.mark.parametrize("one", [None, "", EMPTY, Signature(""), signed("?", "a", "", "†")])
def test_nothing_known_is_nobody(one: Signature | str | None) -> None:
    assert not same_author(one, "Wei Wang")  # type: ignore[arg-type]
    assert not same_author(one, one)  # type: ignore[arg-type]


def grouped(*signatures: Signature) -> list[list[int]]:
    return persons(signatures)[0]


def test_a_rare_name_is_one_person_and_a_common_one_as_many_as_it_has_circles() -> None:
    assert grouped(signed("Ondřej Dušek", "a"), signed("O. Dusek", "b")) == [[0, 1]]
    found = grouped(
        signed("Wei Wang", "a", "Zdeňka Urešová"),
        signed("Wei Wang", "b", "Ondřej Dušek"),
        signed("Wei Wang", "c", "Z. Uresova"),
    )
    assert found == [[0, 2], [1]]


def test_an_initial_never_joins_two_given_names() -> None:
    found = grouped(
        signed("John Smith", "a", "Zdeňka Urešová"),
        signed("J. Smith", "b", "Zdeňka Urešová", "Ondřej Dušek", "Jan Hajič"),
        signed("Jane Smith", "c", "Ondřej Dušek", "Jan Hajič"),
    )
    assert found == [[0], [1, 2]]


def test_a_signature_without_orcid_never_joins_two_orcids() -> None:
    circle = ("Zdeňka Urešová", "Ondřej Dušek")
    found = grouped(
        signed("Yu Wang", "a", *circle, orcid=ONE),
        signed("Yu Wang", "b", *circle),
        signed("Yu Wang", "c", *circle, orcid=TWO),
    )
    assert len(found) == 2 and [0, 2] not in found


def test_a_person_signs_a_work_once() -> None:
    circle = ("Zdeňka Urešová", "Ondřej Dušek")
    found = grouped(
        replace(signed("Yu Wang", "a", *circle), position=1),
        replace(signed("Yu Wang", "a", *circle), position=2),
        replace(signed("Y. Wang", "a", *circle), position=2),
    )
    assert found == [[0], [1, 2]]


def test_one_by_line_of_two_namesakes_does_not_join_all_that_they_wrote() -> None:
    one = ("Zdeňka Urešová", "Ondřej Dušek", "Jan Hajič")
    other = ("Els Lefever", "Véronique Hoste", "Orphée De Clercq")
    found = grouped(
        *(signed("Y. Chen", f"a{i}", *one) for i in range(4)),
        *(signed("Y. Chen", f"b{i}", *other) for i in range(4)),
        signed("Y. Chen", "c", *one[:1], *other[:1]),
    )
    assert len(found) == 2 and not any({0, 4} <= set(group) for group in found)


def test_one_orcid_joins_circles_that_nothing_else_joins() -> None:
    one, other = ("Zdeňka Urešová", "Jan Hajič"), ("Els Lefever", "Véronique Hoste")
    found = grouped(
        *(signed("Y. Chen", f"a{i}", *one, orcid=ONE if i else None) for i in range(3)),
        *(signed("Y. Chen", f"b{i}", *other, orcid=ONE if i else None) for i in range(3)),
    )
    assert len(found) == 1


def test_the_ledger_says_who_joined_whom_and_who_nearly_did() -> None:
    rows = persons(
        [
            signed("Wei Wang", "a", "Zdeňka Urešová"),
            signed("W. Wang", "b", "Z. Uresova"),
            signed("Wenjie Wang", "c", "Zdeňka Urešová"),
        ]
    )[1]
    joined = [row for row in rows if row.merged]
    refused = [row for row in rows if not row.merged]
    assert len(joined) == 1 and joined[0].kind == "author" and joined[0].rule == "coauthors"
    assert "uresova" in joined[0].evidence
    assert {joined[0].into, joined[0].what} <= {"Wei Wang (a)", "W. Wang (b)", "Wenjie Wang (c)"}
    assert refused and all(row.score >= 0.3 for row in refused)


NAMES = ("Yu Wang", "Y. Wang", "Yan Wang", "Wang, Yu", "Yu Wang (王宇)", "Y Wang")
OTHERS = ("Wei Li", "W. Li", "Zdeňka Urešová", "Ondřej Dušek", "Yu Wang")
SIGNATURES = st.lists(
    st.builds(
        Signature,
        name=st.sampled_from(NAMES),
        work=st.sampled_from(("", "a", "b", "c", "d")),
        position=st.integers(0, 2),
        coauthors=st.lists(st.sampled_from(OTHERS), max_size=3).map(tuple),
        orcid=st.sampled_from((None, None, ONE, TWO)),
        affiliation=st.sampled_from((None, "Fudan University", "Yale")),
    ),
    max_size=10,
)


@settings(max_examples=60, deadline=None)
@given(SIGNATURES, st.randoms(use_true_random=False))
def test_groups_and_ledger_do_not_ask_for_the_order(
    signatures: list[Signature], rng: random.Random
) -> None:
    order = list(range(len(signatures)))
    rng.shuffle(order)
    groups, rows = persons(signatures)
    turned, turned_rows = persons([signatures[i] for i in order])

    def told(found: list[list[int]], of: list[Signature]) -> list[list[str]]:
        return sorted(sorted(repr(of[i]) for i in group) for group in found)

    assert told(groups, signatures) == told(turned, [signatures[i] for i in order])
    assert rows == turned_rows
    assert sorted(i for group in groups for i in group) == sorted(order)


@settings(max_examples=60, deadline=None)
@given(SIGNATURES)
def test_no_group_holds_two_orcids_or_one_work_twice(signatures: list[Signature]) -> None:
    groups, rows = persons(signatures)
    for group in groups:
        members = [signatures[i] for i in group]
        assert len({one.orcid for one in members if one.orcid}) < 2
        places = {(one.work, one.position) for one in members if one.work}
        assert len(places) == len({work for work, _ in places})
    assert len(rows) <= 2 * max(len(signatures), 1) * 8


def test_two_thousand_signatures_take_about_a_second() -> None:
    rng = random.Random(1)
    circle = [f"{a}{b} Li" for a in ("Jia", "Xiao", "Zi", "Yu", "Wen") for b in "ming hao".split()]
    given_names = [f"Y{x}" for x in ("u", "an", "ing", "ang", "ifan", "iming", "ue", "uan", ".")]
    block = [
        signed(f"{rng.choice(given_names)} Wang", f"w{i}", *rng.sample(circle, 3), "Bo Xu")
        for i in range(2000)
    ]
    start = time.process_time()
    persons(block)
    assert time.process_time() - start < 4  # a slow machine; 1 s where it was measured
