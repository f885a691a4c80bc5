import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from kg.links.noun import Term
from kg.links.skos import terms

PREFIXES = """
@prefix cso: <http://cso.kmi.open.ac.uk/schema/cso#> .
@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <http://schema.org/> .
@prefix schemas: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
"""


def read(turtle: str) -> list[Term]:
    return list(terms(parse((PREFIXES + turtle).encode(), RdfFormat.TURTLE)))


def term(name: str, label: str, *aliases: str) -> Term:
    return Term(f"https://example.org/{name}", label, aliases)


@pytest.mark.parametrize(
    "turtle",
    [
        'ex:a skos:prefLabel "parsing" ; skos:altLabel "syntactic analysis" .',
        'ex:a skos:prefLabel "parsing" ; skos:hiddenLabel "syntactic analysis" .',
        'ex:a skos:prefLabel "parsing" ; rdfs:label "syntactic analysis" .',
        'ex:a rdfs:label "parsing" ; schema:name "syntactic analysis" .',
        'ex:a schema:name "parsing" ; schema:alternateName "syntactic analysis" .',
        'ex:a schemas:name "parsing" ; schemas:alternateName "syntactic analysis" .',
        'ex:a skosxl:prefLabel [ skosxl:literalForm "parsing" ] ; '
        'skosxl:altLabel ex:l . ex:l a skosxl:Label ; skosxl:literalForm "syntactic analysis" .',
        'ex:a skos:prefLabel "parsing"@en ; skos:altLabel "syntactic  analysis"@en-GB .',
    ],
)
def test_a_label_is_told_from_other_names(turtle: str) -> None:
    assert read(turtle) == [term("a", "parsing", "syntactic analysis")]


def test_names_in_other_languages_count_only_where_there_are_no_english_ones() -> None:
    turtle = """
        ex:a skos:prefLabel "translation"@en, "Übersetzung"@de ; skos:altLabel "Tagger"@de .
        ex:b skos:prefLabel "Zerteilung"@de .
    """
    assert read(turtle) == [term("a", "translation"), term("b", "Zerteilung")]


def test_what_describes_the_vocabulary_is_no_term() -> None:
    turtle = """
        ex:scheme a skos:ConceptScheme ; skos:prefLabel "all of it" .
        ex:onto a owl:Ontology ; rdfs:label "an ontology" .
        ex:p a owl:ObjectProperty ; rdfs:label "part of" .
        ex:q a rdf:Property ; rdfs:label "name" .
        ex:Topic a owl:Class ; rdfs:label "topic" .
        ex:old a ex:Topic ; rdfs:label "gone" ; owl:deprecated true .
        [] a ex:Topic ; rdfs:label "nameless" .
        ex:a a ex:Topic ; rdfs:label "parsing" .
        ex:b a owl:Class ; rdfs:label "a class without members" .
    """
    assert read(turtle) == [term("a", "parsing"), term("b", "a class without members")]


@pytest.mark.parametrize(
    "turtle",
    [
        "ex:old cso:preferentialEquivalent ex:z .",
        "ex:old cso:preferentialEquivalent ex:z . ex:z cso:preferentialEquivalent ex:z .",
        "ex:old cso:relatedEquivalent ex:z ; cso:preferentialEquivalent ex:z .",
        "ex:old cso:preferentialEquivalent ex:z . ex:other cso:preferentialEquivalent ex:z .",
    ],
)
def test_equivalent_topics_are_one_term_called_by_the_preferred_one(turtle: str) -> None:
    labels = 'ex:z rdfs:label "neural networks"@en . ex:old rdfs:label "neural nets"@en . '
    assert read(labels + turtle) == [term("z", "neural networks", "neural nets")]


def test_topics_that_are_only_related_are_one_term_by_the_first() -> None:
    turtle = 'ex:b rdfs:label "b" . ex:a rdfs:label "a" ; cso:relatedEquivalent ex:b .'
    assert read(turtle) == [term("a", "a", "b")]


def test_a_preferred_topic_without_a_label_goes_by_that_of_an_equivalent() -> None:
    turtle = 'ex:a rdfs:label "a" ; cso:preferentialEquivalent ex:b .'
    assert read(turtle) == [term("b", "a")]


LINES = [
    f"ex:{node} {predicate} {value} ."
    for node in "abc"
    for predicate, value in (
        ("skos:prefLabel", f'"{node}"'),
        ("skos:altLabel", '"x"'),
        ("rdfs:label", '"y"@en'),
        ("cso:relatedEquivalent", "ex:c"),
        ("cso:preferentialEquivalent", "ex:b"),
        ("a", "ex:Topic"),
    )
]


@given(st.sets(st.sampled_from(LINES)).flatmap(lambda some: st.permutations(sorted(some))))
def test_the_order_of_the_triples_does_not_matter(lines: list[str]) -> None:
    assert read("\n".join(lines)) == read("\n".join(sorted(lines)))
