import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KgError
from kg.links.noun import Term
from kg.links.tables import from_json, from_table, iri_of

WIKIDATA = "http://www.wikidata.org/entity/"
OPENALEX = "https://openalex.org/"
ML = Term(WIKIDATA + "Q2539", "machine learning", ("ML", "statistical learning"))


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("Q11660", WIKIDATA + "Q11660"),
        (" wd:Q11660 ", WIKIDATA + "Q11660"),
        ("T10123", OPENALEX + "T10123"),
        ("C41008148", OPENALEX + "C41008148"),
        ("https://openalex.org/T10123", OPENALEX + "T10123"),
        ("<https://example.org/é>", "https://example.org/é"),
        ("urn:isbn:0451450523", "urn:isbn:0451450523"),
        ("10123", None),
        ("Q", None),
        ("Q0", None),
        ("T5-base", None),
        ("https://example.org/a b", None),
        ("see https://example.org/", None),
        ("", None),
    ],
)
def test_ids_stand_for_addresses(text: str, iri: str | None) -> None:
    assert iri_of(text) == iri


@pytest.mark.parametrize(
    "text",
    [
        "qid,label,aliases\nQ2539,machine learning,ML|statistical learning\n",
        "Label;Also known as;Wikidata ID\nmachine learning;ML|statistical learning;Q2539\n",
        "Q2539,machine learning,ML;statistical learning\n",
        "machine learning\tQ2539\tML | statistical learning\n",
        "Q2539,machine learning\nQ2539,ML\nQ2539,statistical learning\n",
        'item,itemLabel,itemAltLabel\nQ2539,machine learning,"ML, statistical learning"\n',
        "?item\t?itemLabel\t?itemAltLabel\n"
        f'<{WIKIDATA}Q2539>\t"machine learning"@en\t"ML, statistical learning"@en\n',
        "parent,id,description,name,synonyms\n"
        "Q11660,Q2539,A field,machine learning,ML|statistical learning\n"
        "Q11660,,Another,nameless,\nQ11660,Q1,A third,,x\n",
        'id,altLabel,prefLabel\nQ2539,"ML\n| statistical learning","machine\nlearning"\n',
    ],
)
def test_the_columns_of_a_table_are_found(text: str) -> None:
    assert from_table(text, "a.csv") == [ML]


def test_the_topics_of_openalex_may_lack_the_letter_of_their_ids() -> None:
    text = (
        "topic_id,topic_name,subfield_id,subfield_name,keywords,summary,wikipedia_url\n"
        "10028,Topic Modeling,1702,AI,LDA; text mining,On texts,https://en.wikipedia.org/wiki/A\n"
        "10181,Parsing,1702,AI,trees,On trees,https://en.wikipedia.org/wiki/B\n"
    )
    assert from_table(text, "topics.csv") == [
        Term(OPENALEX + "T10028", "Topic Modeling", (), ("LDA", "text mining")),
        Term(OPENALEX + "T10181", "Parsing", (), ("trees",)),
    ]


@pytest.mark.parametrize("text", ["a,b\n", "Q1,Q2\n", "1,one\n2,two\n", "one\ntwo\n", "Q1,1\n"])
def test_a_table_without_names_or_without_ids_is_refused(text: str) -> None:
    with pytest.raises(KgError, match=r"^a\.csv: no table"):
        from_table(text, "a.csv")


@pytest.mark.parametrize(
    "value",
    [
        {"id": "Q2539", "label": "machine learning", "aliases": ["statistical learning", "ML"]},
        [{"qid": "Q2539", "name": "machine learning", "synonyms": "ML; statistical learning"}],
        {
            "id": "Q2539",
            "labels": {"de": {"value": "x"}, "en": {"language": "en", "value": "machine learning"}},
            "aliases": {"en": [{"value": "ML"}, {"value": "statistical learning"}]},
        },
        {
            "head": {"vars": ["item", "itemLabel"]},
            "results": {
                "bindings": [
                    {
                        "item": {"type": "uri", "value": WIKIDATA + "Q2539"},
                        "itemLabel": {"type": "literal", "value": "machine learning"},
                        "itemAltLabel": {"type": "literal", "value": "ML, statistical learning"},
                    }
                ]
            },
        },
        {
            "entities": {
                "Q2539": {
                    "id": "Q2539",
                    "labels": {"en": {"value": "machine learning"}},
                    "aliases": {"en": [{"value": "ML"}, {"value": "statistical learning"}]},
                }
            }
        },
        {"machine learning": "Q2539", "ML": "Q2539", "statistical learning": "Q2539"},
    ],
)
def test_the_shapes_of_json_are_one(value: object) -> None:
    assert from_json(json.dumps(value), "a.json") == [ML]


def test_an_object_may_map_ids_to_names() -> None:
    assert from_json('{"Q1": "universe"}', "a.json") == [Term(WIKIDATA + "Q1", "universe")]


def test_lines_and_answers_of_openalex_keep_their_keywords_apart() -> None:
    topic = {"id": OPENALEX + "T10028", "display_name": "Topic Modeling", "keywords": ["LDA"]}
    expected = [Term(OPENALEX + "T10028", "Topic Modeling", (), ("LDA",))]
    assert from_json(json.dumps({"meta": {"count": 1}, "results": [topic]}), "a") == expected
    assert from_json(f"{json.dumps(topic)}\n\n{json.dumps(topic)}\n", "a") == expected
    assert from_json(f"[\n{json.dumps(topic)},\n{json.dumps(topic)}\n]", "a") == expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{}", "no record"),
        ("[1, null, true]", "no record"),
        ('{"id": "Q1"}', "no record"),
        ('{"id": 1, "label": "one"}', "no record"),
        ('{"id": "Q1", "label": "a"}\n{', "line 2"),
        ("[" * 100_000, "line 1"),
    ],
)
def test_json_without_terms_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(KgError, match=complaint):
        from_json(text, "a.json")


WORDS = st.text(alphabet="ab é-'中", min_size=1, max_size=8).map(lambda text: f"x{text.strip()}")


@given(st.dictionaries(st.integers(1, 99), st.lists(WORDS, min_size=1, max_size=3), min_size=1))
def test_tables_and_json_of_the_same_terms_agree(names: dict[int, list[str]]) -> None:
    rows = "".join(f"Q{n},{known[0]},{'|'.join(known[1:])}\n" for n, known in names.items())
    records = [{"id": f"Q{n}", "label": a, "aliases": more} for n, (a, *more) in names.items()]
    tabbed = rows.replace(",", "\t")
    found = from_json(json.dumps(records), "a.json")
    assert from_table("id,label,aliases\n" + rows, "a.csv") == found
    assert from_table("id\tlabel\taliases\n" + tabbed, "a.tsv") == found
    assert from_json(json.dumps(records[::-1]), "a.json") == found
