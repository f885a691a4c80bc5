import gzip
from pathlib import Path

import nouns
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from kg.errors import KgError
from kg.graph import iri, to_graph
from kg.links import Term, names, read
from kg.model import Entity, Statement, Work

TURTLE = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://example.org/mt> a skos:Concept ; skos:prefLabel "machine translation"@en .
"""
TRIPLE = '<https://example.org/mt> <http://www.w3.org/2004/02/skos/core#prefLabel> "{}"@en .\n'
XML = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns:skos="http://www.w3.org/2004/02/skos/core#">
  <skos:Concept rdf:about="https://example.org/mt">
    <skos:prefLabel xml:lang="en">machine translation</skos:prefLabel>
  </skos:Concept>
</rdf:RDF>"""
JSONLD = """{"@context": {"skos": "http://www.w3.org/2004/02/skos/core#"},
"@graph": [{"@id": "https://example.org/mt", "skos:prefLabel": "machine translation"}]}"""
#: As the Computer Science Ontology is given out as a table.
CSO = """\
"<https://example.org/mt>","<http://www.w3.org/2000/01/rdf-schema#label>","machine translation@en ."
"<https://example.org/x>","<http://cso.kmi.open.ac.uk/schema/cso#superTopicOf>","<https://example.org/mt>"
"""

MT = Term("https://example.org/mt", "machine translation")


def written(folder: Path, content: str | bytes, name: str = "terms.txt") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("name", ["terms.ttl", "terms.trig", "terms.TXT", "terms", "a.b.ttl"])
def test_turtle_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    assert list(read(written(tmp_path, TURTLE, name))) == [MT]


@pytest.mark.parametrize("name", ["terms.nt", "terms.nq", "terms.txt"])
def test_triples_and_quads_are_read(tmp_path: Path, name: str) -> None:
    text = "# terms\n" + TRIPLE.format("machine translation")
    assert list(read(written(tmp_path, text, name))) == [MT]


def test_quads_are_read_with_their_graph(tmp_path: Path) -> None:
    text = TRIPLE.format("machine translation").replace(" .\n", " <https://example.org/g> .\n")
    assert list(read(written(tmp_path, text))) == [MT]


@pytest.mark.parametrize("name", ["terms.rdf", "terms.xml", "terms.owl"])
def test_rdf_xml_is_read(tmp_path: Path, name: str) -> None:
    assert list(read(written(tmp_path, XML, name))) == [MT]


@pytest.mark.parametrize("name", ["terms.jsonld", "terms.json"])
def test_json_ld_is_told_from_other_json(tmp_path: Path, name: str) -> None:
    assert list(read(written(tmp_path, JSONLD, name))) == [MT]


def test_a_table_of_triples_is_read_as_triples(tmp_path: Path) -> None:
    assert list(read(written(tmp_path, CSO, "CSO.csv"))) == [MT]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("terms.csv", "id,name\nhttps://example.org/mt,machine translation\n"),
        ("terms.tsv", "machine translation\thttps://example.org/mt\n"),
        ("terms.json", '{"id": "https://example.org/mt", "label": "machine translation"}'),
        ("terms.dat", "https://example.org/mt;machine translation"),
    ],
)
def test_tables_and_json_are_read_as_such(tmp_path: Path, name: str, text: str) -> None:
    assert list(read(written(tmp_path, text, name))) == [MT]


@pytest.mark.parametrize(("name", "text"), [("t.ttl.gz", TURTLE), ("t.csv.gz", CSO), ("t", XML)])
def test_gzip_is_opened_as_it_is(tmp_path: Path, name: str, text: str) -> None:
    assert list(read(written(tmp_path, gzip.compress(text.encode()), name))) == [MT]


@pytest.mark.parametrize("text", [TURTLE, CSO, JSONLD, "id,name\nhttps://example.org/mt,{}\n"])
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path, text: str) -> None:
    text = text.replace("{}", "machine translation") if text.startswith("id") else text
    assert list(read(written(tmp_path, b"\xef\xbb\xbf" + text.strip().encode()))) == [MT]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.ttl", "@prefix"),
        ("a.ttl", "<https://example.org/a> <https://example.org/b> <https://example.org/c> ."),
        ("a.nt", "hello"),
        ("a.rdf", "<a>"),
        ("a.jsonld", '{"@context": "https://example.org/context"}'),
        ("a.txt", "once upon a time\nthere was no table\n"),
        ("a.csv", "name,year\nmachine translation,1954\n"),
        ("a.csv", ""),
        ("a.csv", "id,name\n"),
        ("a.csv", "Q1,Q2\nQ3,Q4\n"),
        ("a.json", '{"a": 1}\n{"b":'),
        ("a.json", "[]"),
        ("a.json", '{"id": "Q1"}'),
        ("a.csv", b"\xff\xfea\0"),
        ("a.csv", b"a\0b,Q1\n"),
        ("a.gz", b"\x1f\x8b\x08nothing"),
        ("a.gz", gzip.compress(TURTLE.encode())[:40]),
    ],
)
def test_what_is_no_table_of_terms_is_refused_in_one_line(
    tmp_path: Path, name: str, content: str | bytes
) -> None:
    with pytest.raises(KgError) as caught:
        list(read(written(tmp_path, content, name)))
    assert str(caught.value).startswith(str(tmp_path / name))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.ttl", tmp_path):
        with pytest.raises(KgError, match=str(path)):
            list(read(path))


def test_the_entities_of_a_graph_are_found_with_their_names() -> None:
    store = Store()
    store.extend(to_graph(nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS, run=nouns.RUN))
    entities = {entity for _, entity in nouns.MENTIONS}
    assert names(store) == {
        (entity.type, entity.key): (entity.name, tuple(sorted(entity.aliases)))
        for entity in entities
    }
    assert names(store, "https://example.org/") == {}


@given(st.text(min_size=1))
def test_a_key_is_the_one_that_its_iri_was_made_from(own: str) -> None:
    entity = Entity("Task", own, "name")
    store = Store()
    store.extend(to_graph([Work("paper/x", ())], [], [Statement("paper/x", "uses", entity, 1.0)]))
    ((kind, found),) = names(store)
    assert iri(Entity(kind, found, "")) == iri(entity)
