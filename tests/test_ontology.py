from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import nouns
import pyshacl
import pytest
import rdflib
from pyoxigraph import Quad
from rdflib import OWL, RDF, RDFS, SH, SKOS, Literal, URIRef

from kg.graph import (
    BORROWED,
    CLASSES,
    PREFIXES,
    entity_quads,
    link_quads,
    predicate_iri,
    term,
    to_graph,
)
from kg.model import Statement
from kg.vocab import ONTOLOGY, PAPER_PREDICATE, RELATIONS, TYPES

KG = rdflib.Namespace(ONTOLOGY)
SCHEMA = rdflib.Namespace("https://schema.org/")


@pytest.fixture(scope="module")
def ontology(root: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(root / "kg" / "ontology.ttl")


@pytest.fixture(scope="module")
def shapes(root: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(root / "kg" / "shapes.ttl")


@pytest.fixture
def graph() -> rdflib.Graph:
    quads = to_graph(nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS, run=nouns.RUN)
    return merged([*quads, *entity_quads(nouns.COUNTED), *link_quads(nouns.LINKS, "terms.ttl")])


def merged(quads: Iterable[Quad]) -> rdflib.Graph:
    """Put all graphs into one, as the shapes ask for."""
    lines = "".join(f"{quad.triple} .\n" for quad in quads)
    return rdflib.Graph().parse(data=lines, format="ox-nt")


def predicates() -> set[str]:
    relations = {predicate for predicate, _, _ in RELATIONS.values()}
    return {predicate_iri(name).value for name in {*PAPER_PREDICATE.values(), *relations}}


def complaints(graph: rdflib.Graph, shapes: rdflib.Graph) -> set[str]:
    conforms, report, _ = pyshacl.validate(graph, shacl_graph=shapes)
    paths = {str(path).removeprefix(ONTOLOGY) for path in report.objects(None, SH.resultPath)}
    assert conforms == (not paths)
    return paths


def test_every_term_of_the_graph_is_in_the_ontology_and_every_other_way(
    graph: rdflib.Graph, ontology: rdflib.Graph
) -> None:
    classes = {str(found) for found in graph.objects(None, RDF.type)}
    properties = {str(found) for found in graph.predicates()} | predicates()
    defined = {str(found) for found in ontology.subjects(RDFS.label)}
    assert classes | properties == defined


def test_every_term_of_our_own_is_labelled_defined_and_of_a_kind(ontology: rdflib.Graph) -> None:
    ours = {found for found in ontology.subjects() if str(found).startswith(ONTOLOGY)}
    for found in ours:
        kinds = set(ontology.objects(found, RDF.type))
        assert len(list(ontology.objects(found, SKOS.definition))) == 1, found
        assert {RDFS.Class, OWL.Class} <= kinds or RDF.Property in kinds, found
        if RDF.Property in kinds:
            domains = (RDFS.domain, SCHEMA.domainIncludes)
            assert any((found, domain, None) in ontology for domain in domains), found


def test_every_property_but_code_has_a_range(ontology: rdflib.Graph) -> None:
    ours = {p for p in ontology.subjects(RDF.type, RDF.Property) if str(p).startswith(ONTOLOGY)}
    assert {p for p in ours if (p, RDFS.range, None) not in ontology} == {KG.code}


def test_the_roles_of_a_paper_are_kinds_of_mentioning(ontology: rdflib.Graph) -> None:
    roles = {KG[name] for name in PAPER_PREDICATE.values()}
    assert set(ontology.subjects(RDFS.subPropertyOf, KG.mentions)) == roles


def test_the_classes_of_the_graph_refine_those_they_are_declared_with(
    ontology: rdflib.Graph,
) -> None:
    for ours, *others in CLASSES.values():
        for other in others:
            pair = (URIRef(term(ours).value), RDFS.subClassOf, URIRef(term(other).value))
            assert pair in ontology


def test_the_ends_of_relations_are_those_of_the_guide(ontology: rdflib.Graph) -> None:
    for name, heads, tails in RELATIONS.values():
        if name in BORROWED or len(heads) > 1:
            continue
        assert ontology.value(KG[name], RDFS.domain) == KG[heads[0]]
        assert [ontology.value(KG[name], RDFS.range)] == [KG[tail] for tail in tails]


def test_the_prefixes_of_both_files_are_those_of_the_graph(root: Path) -> None:
    for name in ("ontology.ttl", "shapes.ttl"):
        declared = dict(rdflib.Graph().parse(root / "kg" / name).namespaces())
        for prefix, namespace in PREFIXES.items():
            assert str(declared.get(prefix, namespace)) == namespace


def test_the_shapes_aim_at_every_class(shapes: rdflib.Graph) -> None:
    aims = {str(found) for found in shapes.objects(None, SH.targetClass)}
    assert aims == {term(ours).value for ours, *_ in CLASSES.values()}


def test_the_shapes_allow_every_predicate_of_a_statement(shapes: rdflib.Graph) -> None:
    listed = shapes.value(None, SH.path, RDF.predicate)
    allowed = rdflib.collection.Collection(shapes, shapes.value(listed, SH["in"]))
    assert {str(found) for found in allowed} == predicates()


def test_a_graph_of_hand_made_nouns_conforms(graph: rdflib.Graph, shapes: rdflib.Graph) -> None:
    assert complaints(graph, shapes) == set()


@pytest.mark.parametrize(
    ("subject", "predicate", "complaint"),
    [
        ("Mention", "kg:entity", "entity"),
        ("Mention", "kg:exact", "exact"),
        ("Mention", "kg:in", "in"),
        ("Mention", "kg:sentenceEnd", "sentenceEnd"),
        ("Statement", "kg:evidence", "evidence"),
        ("Statement", "kg:in", "in"),
        ("Statement", "rdf:subject", str(RDF.subject)),
        ("Paper", "prov:wasDerivedFrom", PREFIXES["prov"] + "wasDerivedFrom"),
        ("Abstract", "prov:wasDerivedFrom", PREFIXES["prov"] + "wasDerivedFrom"),
        ("Abstract", "kg:of", "of"),
        ("Source", "kg:sha256", "sha256"),
        ("Authorship", "kg:position", "position"),
        ("Name", "kg:count", "count"),
        ("Name", "skosxl:literalForm", PREFIXES["skosxl"] + "literalForm"),
        ("Link", "kg:confidence", "confidence"),
        ("Link", "kg:file", "file"),
        ("Link", "rdf:object", str(RDF.object)),
        ("Author", "foaf:name", PREFIXES["foaf"] + "name"),
        ("Venue", "skos:prefLabel", str(SKOS.prefLabel)),
        *((name, "skos:prefLabel", str(SKOS.prefLabel)) for name in TYPES),
    ],
)
def test_a_node_that_lacks_what_it_needs_does_not_conform(
    graph: rdflib.Graph, shapes: rdflib.Graph, subject: str, predicate: str, complaint: str
) -> None:
    node = min(graph.subjects(RDF.type, KG[subject]))
    graph.remove((node, URIRef(term(predicate).value), None))
    assert complaint in complaints(graph, shapes)


@pytest.mark.parametrize(
    ("subject", "predicate", "wrong", "complaint"),
    [
        ("Mention", "kg:end", Literal(0), "start"),
        ("Mention", "kg:start", Literal(-1), "start"),
        ("Mention", "kg:confidence", Literal("1.5", datatype=rdflib.XSD.decimal), "confidence"),
        ("Mention", "kg:confidence", Literal(0.5), "confidence"),
        ("Mention", "kg:entity", URIRef("http://example.org/nothing"), "entity"),
        ("Statement", "rdf:predicate", KG.likes, str(RDF.predicate)),
        ("Statement", "kg:support", Literal(0), "support"),
        ("Paper", "dct:issued", Literal("soon"), PREFIXES["dct"] + "issued"),
        ("Paper", "kg:addresses", URIRef("http://example.org/nothing"), "addresses"),
        ("Abstract", "kg:truncated", Literal(False), "truncated"),
        ("Source", "kg:lines", Literal("0-1"), "lines"),
        ("Method", "kg:usedFor", URIRef("http://example.org/nothing"), "usedFor"),
        ("Author", "kg:orcid", Literal("0000-0001"), "orcid"),
        ("Author", "skos:exactMatch", Literal("Ada"), str(SKOS.exactMatch)),
        ("Name", "kg:count", Literal("many"), "count"),
        ("Link", "rdf:predicate", SKOS.broadMatch, str(RDF.predicate)),
        ("Link", "kg:confidence", Literal("1.5", datatype=rdflib.XSD.decimal), "confidence"),
    ],
)
def test_a_node_with_a_wrong_value_does_not_conform(
    graph: rdflib.Graph,
    shapes: rdflib.Graph,
    subject: str,
    predicate: str,
    wrong: Literal | URIRef,
    complaint: str,
) -> None:
    node = min(graph.subjects(RDF.type, KG[subject]))
    graph.set((node, URIRef(term(predicate).value), wrong))
    assert complaint in complaints(graph, shapes)


def test_a_statement_made_without_evidence_does_not_conform(shapes: rdflib.Graph) -> None:
    bare: Statement = replace(nouns.STATEMENTS[0], evidence=())
    quads = to_graph(nouns.WORKS, nouns.MENTIONS, [bare])
    assert {"evidence", "in", "support"} <= complaints(merged(quads), shapes)


def test_a_work_made_without_records_does_not_conform(shapes: rdflib.Graph) -> None:
    work = replace(nouns.SPARSE_WORK, records=())
    quads = to_graph([work], [], [])
    assert complaints(merged(quads), shapes) == {PREFIXES["prov"] + "wasDerivedFrom"}
