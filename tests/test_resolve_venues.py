"""Series, year, workshop and host of printed venues, and which printings are one venue."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Venue
from kg.resolve.venues import venue, venues
from kg.resolve.venues.table import KINDS, name_key, ordinal, roman, shipped

#: (printed, series, year)
MEETINGS = [
    ("ICLR", "ICLR", None),
    ("iclr2023", "ICLR", 2023),
    ("CVPR'24", "CVPR", 2024),
    ("CVPR ’24", "CVPR", 2024),
    ("AAAI-26", "AAAI", 2026),
    ("COLING'82", "COLING", 1982),
    ("ACL-08: HLT", "ACL", 2008),
    ("EACL-17", "EACL", 2017),
    ("soda 2021", "SODA", 2021),
    ("Pattern Recognition. DAGM GCPR 2021", "GCPR", 2021),
    ("NAACL 2025: Annual Conference, Albuquerque", "NAACL", 2025),
    ("ICLR 2025 (Oral)", "ICLR", 2025),
    ("NIPS 2016", "NeurIPS", 2016),
    ("Advances in Neural Information Processing Systems 36", "NeurIPS", 2023),
    ("Adv. Neural Inform. Process. Syst. 35", "NeurIPS", 2022),
    ("The Thirteenth International Conference on Learning Representations", "ICLR", 2025),
    ("Proc. of the 61st Annual Meeting of the ACL", "ACL", 2023),
    ("40th annual meeting of the association for computational linguistics", "ACL", 2002),
    ("Forty-first International Conference on Machine Learning", "ICML", 2024),
    ("Proceedings of Machine Learning Research, vol. 155", "CoRL", 2020),
    ("PMLR 97:6105-6114", "ICML", 2019),
    ("Robotics: Science and Systems XVI", "RSS", 2020),
    ("NAACL-HLT 2019", "NAACL", 2019),
    ("EMNLP-IJCNLP 2019", "EMNLP-IJCNLP", 2019),
    ("LREC-COLING 2024", "LREC-COLING", 2024),
    ("TheWebConf 2021", "WWW", 2021),
    ("Proceedings of the 22nd ACM SIGKDD International Conference on Knowledge Discovery and "
     "Data Mining", "KDD", 2016),
    ("European Conference on Machine Learning", "ECML PKDD", None),
    ("ACL 2024, Bangkok, Thailand", "ACL", 2024),
    ("Computer Vision - ECCV 2016 - 14th European Conference, Amsterdam", "ECCV", 2016),
    ("In: MICCAI 2020, LNCS 12261, pp. 263&ndash;273", "MICCAI", 2020),
    ("2018 Conf. of the North American Chapter of the ACL: Human Language Technologies",
     "NAACL", 2018),
    ("Actes de la 28e Conférence sur le Traitement Automatique des Langues Naturelles",
     "TALN", 2021),
]  # fmt: skip
JOURNALS = [
    ("IEEE Trans. Pattern Anal. Mach. Intell., 45(3):1234-1250, 2023", "TPAMI", 2023),
    ("J. Mach. Learn. Res. 15(1), 1929–1958 (2014)", "JMLR", 2014),
    ("TACL 9 (2021)", "TACL", 2021),
    ("Transactions of the ACL, vol. 8", "TACL", 2020),
    ("Computational Linguistics, Volume 47, Issue 1 - March 2021", "CL", 2021),
    ("Nat. Commun. 15, 1234 (2024)", "Nature Communications", 2024),
    ("Proc Natl Acad Sci U S A. 2017 Mar 28;114(13):3521-3526", "PNAS", 2017),
    ("Commun. ACM 60, 6 (May 2017), 84–90", "CACM", 2017),
    ("arXiv preprint arXiv:2305.12345", "arXiv", 2023),
    ("CoRR, vol. abs/1412.6980, 2014", "arXiv", 2014),
    ("bioRxiv 2020.12.15.422761", "bioRxiv", 2020),
]
#: (printed, series, year, conference)
WORKSHOPS = [
    ("Re-Align @ ICLR", "Re-Align", None, "ICLR"),
    ("ICLR 2024 Workshop: Re-Align", "Re-Align", 2024, "ICLR"),
    ("ICLR 2024 Workshop on Representational Alignment (Re-Align)", "Re-Align", 2024, "ICLR"),
    ("NeurIPS 2023 Workshop on Score-Based Methods", "Score-Based Methods", 2023, "NeurIPS"),
    ("MATH-AI Workshop at ICML 2024", "MATH-AI", 2024, "ICML"),
    ("1st Workshop on NLP for Y (NLP4Y) @ ACL", "NLP4Y", None, "ACL"),
    ("Workshop on X, co-located with ACL 2024", "X", 2024, "ACL"),
    ("Brainlesion workshop @ MICCAI 2019", "Brainlesion", 2019, "MICCAI"),
    ("WACV 2026 @ P2P-workshop", "P2P", 2026, "WACV"),
    ("BlackboxNLP@EMNLP 2020", "BlackboxNLP", 2020, "EMNLP"),
    ("ACL GEM 2025", "GEM", 2025, "ACL"),
    ("ICLR 2026 Workshop: VerifAI-2: The Second Workshop on AI Verification in the Wild",
     "VerifAI", 2026, "ICLR"),
    ("Workshop Proposals @ International Conference on Learning Representations",
     "Workshop Proposals", None, "ICLR"),
    ("Second International Workshop on Construction Grammars and Parsing at the 16th "
     "International Conference for Computational Semantics (IWCS) 2025",
     "Construction Grammars and Parsing", 2025, "IWCS"),
    ("CVPRW 2025", "CVPR Workshops", 2025, "CVPR"),
    ("ISA-21", "ISA", 2025, None),
    ("Sixth Social Media Mining for Health (#SMM4H) Workshop", "SMM4H", 2021, None),
    ("8th ICML Workshop on Automated Machine Learning (AutoML)", "AutoML", None, "ICML"),
    ("ICLR 2024 Workshop on Good Energy Models (GEM)", "GEM", 2024, "ICLR"),
    ("IEEE/CVF International Conference on Computer Vision Workshops (ICCVW), Montreal, 2021",
     "ICCV Workshops", 2021, "ICCV"),
    ("ACL 2020 Student Research Workshop", "ACL SRW", 2020, "ACL"),
    ("Proceedings of the 18th International Workshop on Semantic Evaluation (SemEval-2024)",
     "SemEval", 2024, None),
    ("2021 IEEE Automatic Speech Recognition and Understanding Workshop (ASRU)",
     "ASRU", 2021, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "series", "year"), MEETINGS + JOURNALS)
def test_conferences_and_journals_are_told_with_their_year(
    text: str, series: str, year: int | None
) -> None:
    found = venue(text)
    assert (found.series, found.year, found.workshop, found.parent) == (series, year, False, None)


@pytest.mark.parametrize(("text", "series", "year", "parent"), WORKSHOPS)
def test_workshops_are_told_from_their_conference(
    text: str, series: str, year: int | None, parent: str | None
) -> None:
    found = venue(text)
    assert (found.series, found.year, found.workshop, found.parent) == (series, year, True, parent)


@pytest.mark.parametrize(
    ("text", "parent", "year"),
    [
        ("Findings of the Association for Computational Linguistics: EMNLP 2023", "EMNLP", 2023),
        ("ACL Findings 2025", "ACL", 2025),
        ("EMNLP 2021 (Findings)", "EMNLP", 2021),
        ("Findings of the ACL: ACL-IJCNLP 2021", "ACL-IJCNLP", 2021),
    ],
)
def test_findings_are_a_series_of_their_conference(text: str, parent: str, year: int) -> None:
    found = venue(text)
    assert (found.series, found.parent, found.year) == (f"Findings of {parent}", parent, year)
    assert (found.workshop, found.status) == (False, "Findings")


@pytest.mark.parametrize(
    ("text", "series", "status"),
    [
        ("ICLR 2025 (Oral)", "ICLR", "Oral"),
        ("Submitted to ICASSP 2025", "ICASSP", "Submitted"),
        ("to appear in Proc. Interspeech 2024", "Interspeech", "to appear"),
        ("Under review as a conference paper at ICLR 2025", "ICLR", "Under review"),
        ("Accepted to ECCV 2022 (Spotlight)", "ECCV", "Spotlight"),
        ("EMNLP 2025 Industry Track", "EMNLP", "Industry Track"),
        ("Proceedings of ACL 2018, System Demonstrations", "ACL", "System Demonstrations"),
    ],
)
def test_status_is_no_part_of_the_series(text: str, series: str, status: str) -> None:
    assert (venue(text).series, venue(text).status) == (series, status)


@pytest.mark.parametrize(
    "names",
    [
        ("ACL 2020", "NAACL 2020", "EACL 2020", "AACL 2020", "TACL 2020"),
        ("ICML 2020", "ICMLA 2020"),
        (
            "International Conference on Machine Learning",
            "International Conference on Machine Learning and Applications",
            "Machine Learning",
        ),
        ("IJCNN", "IJCAI", "ICANN", "ICONIP"),
        ("CVPR", "WACV", "ACCV", "ECCV", "ICCV", "BMVC"),
        ("AAAI", "IAAI", "EAAI"),
        ("SIGIR", "CHIIR", "ICTIR", "SIGIR Forum"),
        ("SIGGRAPH 2025", "SIGGRAPH Asia 2025", "ACM SIGGRAPH Conference on Motion"),
        ("Computational Linguistics", "International Conference on Computational Linguistics"),
        ("Pattern Recognition", "Pattern Recognition Letters", "CVPR"),
        (
            "International Conference on Computational Creativity (ICCC)",
            "International Conference on Cognitive Computing (ICCC)",
        ),
    ],
)
def test_similar_venues_stay_apart(names: tuple[str, ...]) -> None:
    found, _ = venues(names)
    assert len({found[name][0].key for name in names}) == len(names)


@pytest.mark.parametrize("text", ["", "   ", "2024", "(", "---", "pp. 12-13", "\u200b"])
def test_nothing_printed_gives_no_series(text: str) -> None:
    assert venue(text) == Venue("", "")
    assert venues([text]) == ({}, [])


def test_none_is_read_as_nothing() -> None:
    assert venue(None) == Venue("", "")


def test_a_thesis_is_no_conference() -> None:
    assert venue("Ph.D. dissertation, Stanford University, 2018").series == "PhD thesis"
    assert venue("Master's thesis, University of Toronto (2009)").year == 2009


def test_an_unlisted_venue_keeps_its_printed_names() -> None:
    found = venue("Proceedings of the 3rd International Conference on Foo Bars (ICFB 2024), Rome")
    assert found == Venue("ICFB", "International Conference on Foo Bars", 2024)


def test_the_corpus_explains_short_names() -> None:
    full = "2nd International Conference on Foo Bars (ICFB 2023)"
    bare = "International Conference on Foo Bars, 2025"
    found, ledger = venues([full, bare, "ICFB 2024"])
    assert {entity.key for entity, _ in found.values()} == {"icfb"}
    assert found["ICFB 2024"][0].name == "ICFB"
    assert {row.what for row in ledger if row.merged} == {full, bare, "ICFB 2024"}


def test_a_short_name_of_two_venues_explains_nothing() -> None:
    texts = [
        "International Conference on Foo Bars (ICFB 2023)",
        "Indian Congress of Fruit Botany (ICFB 2023)",
        "ICFB 2024",
    ]
    found, _ = venues(texts)
    assert len({entity.key for entity, _ in found.values()}) == 3


def test_a_workshop_has_its_conference_and_one_key() -> None:
    texts = ["Re-Align @ ICLR", "ICLR 2024 Workshop: Re-Align", "Re-Align Workshop 2025"]
    found, ledger = venues([*texts, "ICLR 2025"])
    assert {found[text][0].key for text in texts} == {"re-align @ iclr"}
    assert {found[text][1] for text in texts} == {found["ICLR 2025"][0]}
    assert [row.rule for row in ledger if row.what == texts[2]] == ["only host"]


def test_a_workshop_in_two_hosts_is_two_and_the_ledger_says_so() -> None:
    found, ledger = venues(["XYZ Workshop @ ICLR", "XYZ Workshop @ ICML"])
    assert {entity.key for entity, _ in found.values()} == {"xyz @ iclr", "xyz @ icml"}
    refused = [row for row in ledger if not row.merged]
    assert [(row.what, row.into, row.kind) for row in refused] == [
        ("xyz @ icml", "xyz @ iclr", "venue")
    ]
    assert refused[0].score >= 0.3


def test_every_printing_is_an_alias_and_the_year_is_in_no_key() -> None:
    texts = ["ICLR 2024", "ICLR 2025 (Oral)", "ICLR"]
    found, _ = venues(texts)
    (entity,) = {entity for entity, _ in found.values()}
    assert (entity.type, entity.key, entity.name, entity.counts) == ("Venue", "iclr", "ICLR", ())
    assert entity.aliases == tuple(
        sorted(
            [
                "ICLR 2024",
                "ICLR 2025 (Oral)",
                "International Conference on Learning Representations",
            ]
        )
    )


def test_order_and_repetition_change_nothing() -> None:
    texts = [text for text, *_ in (*MEETINGS, *JOURNALS, *WORKSHOPS)]
    shuffled = texts * 2
    random.Random(1).shuffle(shuffled)
    assert venues(texts) == venues(shuffled)
    assert list(venues(shuffled)[0]) == sorted(set(texts))


def test_reading_many_at_once_is_reading_each() -> None:
    texts = [
        f"{text} {year}" for text in ("ICML Workshop on A", "Foo, Bar") for year in (1999, 2011)
    ]
    found, _ = venues(texts)
    assert found[texts[0]] == found[texts[1]]
    assert venue(texts[1]).year == 2011


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    found = venue(text)
    assert bool(found.series) == bool(found.name)
    assert found.year is None or 1950 <= found.year <= 2049
    assert venues([text])[0].keys() == ({text} if found.series else set())


@given(
    st.lists(
        st.sampled_from(
            ["ICML", "(", "Workshop", "on", "@", "2024", "'24", "36", "Foo", "FB", "-"]
        ),
        max_size=8,
    ).map(" ".join)
)
def test_any_mixture_of_venue_words_is_read(text: str) -> None:
    found = venue(text)
    assert bool(found.series) == bool(found.name)
    assert not found.parent or found.workshop or found.series.startswith("Findings")


def test_the_table_is_sound() -> None:
    table = shipped()
    assert {row.kind for row in table.rows} == set(KINDS)
    assert len(table.rows) > 300
    assert all(row.series and row.name and name_key(row.name) for row in table.rows)
    for row in table.rows:
        found = venue(row.series)
        assert found.series == row.series, row
        assert venue(row.name).series


@pytest.mark.parametrize(
    ("text", "number"),
    [("the 61st", 61), ("Thirty-Sixth", 36), ("twenty first", 21), ("Fortieth", 40), ("27e", 27),
     ("none", None), ("Nineteenth", 19)],
)  # fmt: skip
def test_ordinals_are_numbers(text: str, number: int | None) -> None:
    assert ordinal(text) == number


def test_roman_numerals_are_numbers() -> None:
    assert [roman(numeral) for numeral in ("IV", "XVI", "XX", "XLI")] == [4, 16, 20, 41]
