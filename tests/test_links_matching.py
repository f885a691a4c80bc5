import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.links import Link, Refused, Term, match, report

LORA = {("Method", "lora"): ("LoRA", ("low rank adaptation",))}


def term(name: str, label: str, *aliases: str, keywords: tuple[str, ...] = ()) -> Term:
    return Term(f"https://example.org/{name}", label, aliases, keywords)


def names(**labels: str) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """Name entities by their keys: a label, then aliases between bars."""
    told = {own: label.split("|") for own, label in labels.items()}
    return {("Task", own): (label, tuple(more)) for own, (label, *more) in told.items()}


def linked(links: list[Link]) -> list[tuple[str, str, str]]:
    return [
        (link.key, link.iri.removeprefix("https://example.org/"), link.predicate) for link in links
    ]


@pytest.mark.parametrize(
    ("label", "other"),
    [
        ("machine translation", "machine translation"),
        ("machine translation", "Machine Translation"),
        ("machine-translation", "machine translations"),
    ],
)
def test_one_label_for_one_thing_is_an_exact_match(label: str, other: str) -> None:
    (link,) = match(names(mt=label), [term("mt", other), term("other", "machine learning")])
    assert (link.key, link.iri, link.predicate) == ("mt", "https://example.org/mt", "exactMatch")
    assert link.score == 0.95
    assert link.evidence == f'label "{label}" is its label "{other}"'


@pytest.mark.parametrize(
    ("known", "other"),
    [
        (
            names(mt="machine translation"),
            [term("a", "translation by machine", "machine translation")],
        ),
        (names(mt="automatic translation|machine translation"), [term("a", "machine translation")]),
        (names(mt="auto|machine translation"), [term("a", "translating", "machine translation")]),
        (names(mt="machine translation"), [term("a", "machine translation (natural language)")]),
    ],
)
def test_what_goes_by_an_alias_is_a_close_match(
    known: dict[tuple[str, str], tuple[str, tuple[str, ...]]], other: list[Term]
) -> None:
    (link,) = match(known, other)
    assert link.predicate == "closeMatch"
    assert 0.1 <= link.score < 0.95


def test_two_terms_of_one_label_are_close_matches_that_share_the_score() -> None:
    links = match(names(mt="machine translation"), [term(n, "machine translation") for n in "ab"])
    assert linked(links) == [("mt", "a", "closeMatch"), ("mt", "b", "closeMatch")]
    assert [link.score for link in links] == [0.475, 0.475]


def test_a_label_that_is_another_terms_alias_is_no_exact_match() -> None:
    links = match(
        names(t="transformer"),
        [term("device", "transformer"), term("model", "Transformer (machine learning model)")],
    )
    assert linked(links) == [("t", "device", "closeMatch"), ("t", "model", "closeMatch")]
    assert links[0].score > links[1].score


def test_two_entities_of_one_label_are_close_matches() -> None:
    known = {("Method", "r"): ("retrieval", ()), ("Task", "r"): ("Retrieval", ())}
    links = match(known, [term("r", "retrieval")])
    assert [(link.type, link.predicate, link.score) for link in links] == [
        ("Method", "closeMatch", 0.475),
        ("Task", "closeMatch", 0.475),
    ]


def test_names_in_common_add_up() -> None:
    one = match(names(mt="auto|machine translation"), [term("a", "x", "machine translation")])
    two = match(
        names(mt="auto|machine translation|computer translation"),
        [term("a", "x", "machine translation", "computer translation")],
    )
    assert one[0].score < two[0].score <= 0.9


@pytest.mark.parametrize(
    ("known", "other", "reason"),
    [
        (names(r="R"), [term("r", "R")], "short name"),
        (names(f="F1"), [term("f", "F1")], "short name"),
        (names(c="C#"), [term("c", "C#")], "short name"),
        (names(llm="LLM"), [term("law", "master of laws", "LLM")], "abbreviation"),
        (names(gan="GANs"), [term("g", "galactic atoms now", "GAN")], "abbreviation"),
        (names(x="a thing|mAP"), [term("m", "map projection", "mAP")], "abbreviation"),
        (names(lda="topic model"), [term("t", "texts", keywords=("topic model",))], "keyword"),
        (
            names(mt="machine translation"),
            [term(str(n), f"thing {n}", "machine translation") for n in range(9)],
            "many meanings",
        ),
        (
            names(mt="machine translation|translation"),
            [term("mt", "machine translation"), term("t", "translation")],
            "exact match elsewhere",
        ),
        (
            names(mt="machine translation", auto="autotranslation|machine translation"),
            [term("mt", "machine translation")],
            "exact match elsewhere",
        ),
    ],
)
def test_what_is_too_weak_is_refused_and_told(
    known: dict[tuple[str, str], tuple[str, tuple[str, ...]]], other: list[Term], reason: str
) -> None:
    refused: list[Refused] = []
    links = match(known, other, refused)
    assert {one.reason for one in refused} == {reason}
    assert all(link.predicate == "exactMatch" for link in links)
    assert match(known, other) == links


@pytest.mark.parametrize(
    ("label", "score"),
    [("ImageNet", 0.95), ("BERT", 0.76), ("C++", 0.95), ("mAP", 0.76), ("nuScenes", 0.95)],
)
def test_an_abbreviation_that_is_a_label_on_both_sides_scores_lower(
    label: str, score: float
) -> None:
    (link,) = match(names(x=label), [term("x", label)])
    assert (link.predicate, link.score) == ("exactMatch", score)


def test_an_abbreviation_counts_beside_a_full_name() -> None:
    (link,) = match(LORA, [term("l", "low-rank adaptation", "LoRA")])
    assert link.predicate == "closeMatch"
    assert 'label "LoRA" is its alias "LoRA"' in link.evidence
    assert link.score > match(LORA, [term("l", "low-rank adaptation")])[0].score


def test_names_that_name_nothing_link_nothing() -> None:
    refused: list[Refused] = []
    assert match(names(a="", b="|", c="???"), [term("a", ""), term("b", "!", "")], refused) == []
    assert refused == []


def test_the_report_tells_every_link_and_all_that_was_refused() -> None:
    refused: list[Refused] = []
    known = names(mt="machine translation", r="R\x1b[31m", x="stemming")
    terms = [term("mt", "machine translation"), term("r", "R[31m"), term("s", "s", "stemming")]
    links = match(known, terms, refused)
    refused.append(Refused("Task", "evil\u202e", "\x1b[31m", "https://example.org/r", "short name"))
    lines = list(report(links, refused))
    assert lines[:2] == ["1 exact and 1 close matches", "1 refused: short name 1"]
    assert len(lines) == 2 + len(links) + len(refused)
    assert not any(sign in line for line in lines for sign in "\x1b\u202e\n")
    assert list(report([], [])) == ["0 exact and 0 close matches", "0 refused"]


NAMES = st.sampled_from(
    ["LoRA", "lora", "R", "topic model", "topic models", "BERT", "x (y)", "x", ""]
)
TERMS = st.builds(
    Term,
    st.sampled_from(["https://e.x/1", "https://e.x/2", "https://e.x/3"]),
    NAMES,
    st.lists(NAMES, max_size=2).map(tuple),
    st.lists(NAMES, max_size=1).map(tuple),
)
OWN = st.tuples(st.sampled_from(["Method", "Task"]), st.sampled_from("abc"))
KNOWN = st.dictionaries(OWN, st.tuples(NAMES, st.lists(NAMES, max_size=2)), max_size=4)


@given(
    KNOWN, st.lists(TERMS, max_size=4).flatmap(lambda t: st.tuples(st.just(t), st.permutations(t)))
)
def test_the_order_of_names_and_terms_does_not_matter_and_each_pair_is_told_once(
    known: dict[tuple[str, str], tuple[str, list[str]]], both: tuple[list[Term], list[Term]]
) -> None:
    told: tuple[list[Refused], list[Refused]] = ([], [])
    turned = {own: (label, more[::-1]) for own, (label, more) in reversed(known.items())}
    one, other = match(known, both[0], told[0]), match(turned, both[1], told[1])
    assert one == other == sorted(one)
    assert told[0] == told[1]
    pairs = [(found.type, found.key, found.iri) for found in (*one, *told[0])]
    assert len(pairs) == len(set(pairs))
    assert all(0 < link.score <= 1 for link in one)
    exact = [link.iri for link in one if link.predicate == "exactMatch"]
    assert len(exact) == len(set(exact))
