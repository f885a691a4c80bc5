import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.resolve.authors.fits import APART, fit, namesakes
from kg.resolve.authors.names import block, commonness, fold, parse, syllables


@pytest.mark.parametrize(
    ("name", "family", "given_names"),
    [
        ("Wei Wang", "wang", ("wei",)),
        ("Wang, Wei", "wang", ("wei",)),
        ("Wang Xiaoming", "wang", ("xiaoming",)),
        ("Smith JP", "smith", ("j", "p")),
        ("Smith J.-P.", "smith", ("j-p",)),
        ("J.Robert Smith", "smith", ("j", "robert")),
        ("Michiel van der Meer", "meer", ("michiel",)),
        ("Meer, Michiel van der", "meer", ("michiel",)),
        ("Heath, Jr., Robert W.", "heath", ("robert", "w")),
        ("Robert W. Heath Jr.", "heath", ("robert", "w")),
        ("Hal Daumé III", "daume", ("hal",)),
        ("Xiaodong HE", "he", ("xiaodong",)),
        ("LI YU", "yu", ("li",)),
        ("Linxi “Jim” Fan", "fan", ("linxi",)),
        ("Yi-Fan Zhang†", "zhang", ("yi-fan",)),
        ("Xiao Ming Wang", "wang", ("xiao-ming",)),
        ('Niccol`o "Nico" Cavagnero', "cavagnero", ("niccolo",)),
        ("Mausam .", "mausam", ()),
        ("王伟", "王", ("伟",)),
        ("", "", ()),
        ("†", "", ()),
    ],
)
def test_a_name_is_taken_apart_whatever_its_order(
    name: str, family: str, given_names: tuple[str, ...]
) -> None:
    parsed = parse(name)
    assert (parsed.family, parsed.given) == (family, given_names)


def test_what_stands_in_brackets_is_no_family_name() -> None:
    assert parse("Wei Wang (王伟)").native == "王伟"
    assert parse("Chee Wee (Ben) Leong").nickname == "ben"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bernhard Schölkopf", "Schoelkopf, B."),
        ("Jean-Pierre Müller", "J.-P. Mueller"),
        ("Anders Søgaard", "A. Sogaard"),
        ("Piotr Żelasko", "P. Zelasko"),
        ("Michiel van der Meer", "Meer M"),
        ("Waad Al-Shammari", "Waad Alshammari"),
        ("Khalid Al Khatib", "K. Khatib"),
        ("Heath Jr., Robert W.", "R. W. Heath"),
        ("Wei Wang (王伟)", "W. Wang"),
        ("Wang Xiaoming", "Xiao-Ming Wang"),
        ("Ou-Yang, Ming", "Ming Ouyang"),
        ("Md Nishat Raihan", "N. Raihan"),
        ("José G. C. de Souza", "J. G. C. De Souza"),
        ("Timothy J. O’Donnell", "T. O'Donnell"),
        ("Jean‐Luc Picard", "Jean–Luc Picard"),
    ],
)
def test_spellings_of_one_name_share_a_block(one: str, other: str) -> None:
    assert block(one) == block(other) != ""


def test_two_families_and_two_initials_do_not_share_a_block() -> None:
    assert len({block(name) for name in ("Yu Xu", "Yu Xue", "Jing Xu", "Wei Liu")}) == 4


@given(st.text(max_size=40))
def test_any_text_has_a_block_and_fits_itself(name: str) -> None:
    parsed = parse(name)
    assert block(name) == block(name)
    assert bool(parsed.family) == (fit(parsed, parsed) != APART)


@given(st.text(max_size=20), st.text(max_size=20))
def test_fit_does_not_ask_which_comes_first(one: str, other: str) -> None:
    assert fit(parse(one), parse(other)) == fit(parse(other), parse(one))


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Wei Wang", "Wang, Wei", "full"),
        ("Xiao-Ming Wang", "Xiaoming Wang", "full"),
        ("Bernhard Schoelkopf", "Bernhard Schölkopf", "full"),
        ("Brian Mac Namee", "Brian Namee", "full"),
        ("Christopher D. Manning", "Christopher Manning", "middle"),
        ("Ting-Hao Huang", "Ting-Hao Kenneth Huang", "middle"),
        ("Md Nishat Raihan", "Nishat Raihan", "middle"),
        ("Chris Thomas", "Christopher Thomas", "nickname"),
        ("Yoshi Suhara", "Yoshihiko Suhara", "nickname"),
        ("Kenneth Huang", "Ting-Hao Kenneth Huang", "nickname"),
        ("Muhammad Rashid", "Mohammed Rashid", "spelling"),
        ("Chao Zhang", "Zhang, Chao", "full"),
        ("Bui Khac-Hoai Nam", "Nam Khac-Hoai Bui", "order"),
        ("Laura Cabello", "Laura Cabello Piqueras", "part"),
        ("W. Wang", "Wenjie Wang", "initial"),
        ("X. M. Wang", "Xiaoming Wang", "initial"),
        ("J P Dupont", "Jean-Pierre Dupont", "initial"),
        ("A. Pastor López-Monroy", "Adrian Pastor Lopez Monroy", "initial"),
        ("王伟", "Wei Wang (王伟)", "full"),
        ("Wei Wang", "Wenjie Wang", "apart"),
        ("Xiao Wang", "Xiaoming Wang", "apart"),
        ("X. T. Wang", "Xiaoming Wang", "apart"),
        ("Yun Chen", "Yun-Nung Chen", "apart"),
        ("Yun Chen", "Y.-N. Chen", "apart"),
        ("Jinhyuk Lee", "Junhyuk Lee", "apart"),
        ("Seung Hwang", "Seunghyun Hwang", "apart"),
        ("Maria Silva", "Mario Silva", "apart"),
        ("Michael Jordan", "Michal Jordan", "apart"),
        ("John P. Smith", "John Q. Smith", "apart"),
        ("M Firoz Ahmed", "Mohammed Ahmed", "apart"),
        ("Wei Wang (王伟)", "Wei Wang (王薇)", "apart"),
        ("Wei Wang", "Wei Wu", "apart"),
        ("", "Wei Wu", "apart"),
    ],
)
def test_names_go_together_or_clash(one: str, other: str, level: str) -> None:
    assert fit(parse(one), parse(other)).level == level


def test_a_common_name_has_more_namesakes_than_a_rare_one() -> None:
    names = ("Wei Wang", "Wenjie Wang", "John Smith", "Hinrich Schütze")
    expected = [namesakes(name) for name in names]
    assert expected == sorted(expected, reverse=True)
    assert commonness("wang")[0] > 1000 and commonness("schuetze-x") == (0, 0)


def test_syllables_are_read_in_every_way_there_is() -> None:
    assert set(syllables("jinan")) == {("jin", "an"), ("ji", "nan")}
    assert syllables("david") == ()


def test_folding_keeps_other_scripts() -> None:
    assert fold("Łukasz Đorđe Straße") == "lukasz dorde strasse"
    assert "王" in fold("王伟")
