from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import unquote

import nouns
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from kg import graph
from kg.errors import KgError
from kg.graph import (
    EVIDENCE,
    Link,
    entity_quads,
    iri,
    link_quads,
    mention_iri,
    predicate_iri,
    statement_iri,
    term,
    to_graph,
)
from kg.model import Entity, Mention, Paper, Quote, Source, Statement, Work, text_id

#: Texts of the characters that names are made of, and those that IRIs give a meaning to.
HOSTILE = st.text(alphabet="ab -.%/2D0+#?&~\\é中\u202e\ud800\x00", max_size=6) | st.text(max_size=6)


@pytest.fixture(scope="module")
def quads() -> set[Quad]:
    return set(to_graph(nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS, run=nouns.RUN))


@pytest.fixture(scope="module")
def store(quads: set[Quad]) -> Store:
    store = Store()
    store.extend(quads)
    return store


def objects(quads: Iterable[Quad], subject: NamedNode, predicate: str) -> list[str]:
    found = (q for q in quads if q.subject == subject and q.predicate == term(predicate))
    return sorted(quad.object.value for quad in found)


def one_paper(**fields: object) -> list[Quad]:
    paper = Paper("d", Source("a.txt", (1, 2), "0" * 64, "pages"), **fields)
    return list(to_graph([Work("paper/d", (paper,), paper.title)], [], []))


@pytest.mark.parametrize(
    ("thing", "path"),
    [
        (Entity("Method", "lora", "LoRA"), "method/lora"),
        (Entity("Task", "machine translation", "MT"), "task/machine-translation"),
        (Entity("Method", "c++", "C++"), "method/c%2B%2B"),
        (Entity("Method", "c#", "C#"), "method/c%23"),
        (Entity("Author", "ada lovelace", "Ada Lovelace"), "author/ada-lovelace"),
        (Entity("Venue", "efficient nlp @ icml", "X"), "venue/efficient-nlp-%40-icml"),
        (Entity("Concept", "..", ".."), "concept/%2E%2E"),
        (Entity("Concept", "a/b - c", "a/b - c"), "concept/a%2Fb-%2D-c"),
        ("paper/arxiv/2508.21080", "paper/arxiv/2508.21080"),
        ("paper/doi/10.1000/<x>", "paper/doi/10.1000/%3Cx%3E"),
    ],
)
def test_iris_are_readable_where_they_can_be(thing: Entity | str, path: str) -> None:
    assert iri(thing, "https://example.org/").value == f"https://example.org/{path}"


@given(HOSTILE)
def test_a_key_can_be_read_back_from_its_iri_so_that_no_two_share_one(key: str) -> None:
    folder, segment = graph.path(Entity("Task", key, key)).split("/")
    assert folder == "task"
    assert unquote(segment.replace("-", "%20"), errors="surrogatepass") == key


@given(HOSTILE)
def test_a_work_can_be_read_back_from_its_iri_so_that_no_two_share_one(work: str) -> None:
    segments = graph.path(work).split("/")
    assert "/".join(unquote(segment, errors="surrogatepass") for segment in segments) == work


@given(HOSTILE)
def test_every_iri_is_plain_ascii_that_rdflib_writes(key: str) -> None:
    node = iri(Entity("Concept", key, key))
    assert node.value.isascii()
    assert rdflib.URIRef(node.value).n3() == str(node)


def test_authorships_never_share_an_iri_with_a_work() -> None:
    assert graph.authorship_iri("paper/doi/10.1/x", 1) != iri("paper/doi/10.1/x/authorship/1")


def test_a_paper_has_the_facts_of_all_its_records(quads: set[Quad]) -> None:
    paper = iri("paper/arxiv/2402.13516")
    facts = {
        "dct:title": ["ProSparse: Introducing Sparse Activations"],
        "dct:alternative": ["ProSparse: Sparse Activations"],
        "dct:creator": [iri(nouns.ADA).value, iri(nouns.ALAN).value],
        "dct:issued": ["2024-02-21"],
        "fabio:hasPublicationYear": ["2024"],
        "fabio:hasArXivId": ["2402.13516"],
        "prism:doi": ["10.1000/prosparse"],
        "foaf:page": ["https://arxiv.org/abs/2402.13516"],
        "kg:acceptance": ["Accept (regular)"],
        "kg:category": ["cs.CL", "cs.LG"],
        "kg:code": ["https://github.com/example/prosparse", "see <our> page"],
        "kg:venue": [iri(nouns.WORKSHOP).value, iri(nouns.ICML).value],
        "kg:proposes": [iri(nouns.PROSPARSE).value],
        "rdf:type": [term("fabio:ResearchPaper").value, term("kg:Paper").value],
    }
    assert {name: objects(quads, paper, name) for name in facts} == facts


def test_a_lost_title_or_date_leaves_no_triple(quads: set[Quad]) -> None:
    lost = iri(nouns.LOST_WORK.id)
    for predicate in ("dct:title", "dct:issued", "fabio:hasPublicationYear", "kg:venue"):
        assert objects(quads, lost, predicate) == []


def test_authors_keep_their_order(store: Store) -> None:
    query = """
        SELECT ?name WHERE {
          ?paper dct:title "ProSparse: Introducing Sparse Activations" ; kg:authorship ?place .
          ?place kg:position ?position ; kg:author/foaf:name ?name
        } ORDER BY ?position
    """
    names = [row[0].value for row in store.query(query, prefixes=dict(graph.PREFIXES))]
    assert names == ["Ada Lovelace", "Alan Turing"]


def test_a_workshop_is_part_of_its_conference(quads: set[Quad]) -> None:
    assert objects(quads, iri(nouns.WORKSHOP), "dct:isPartOf") == [iri(nouns.ICML).value]
    assert objects(quads, iri(nouns.ICML), "dct:isPartOf") == []


def test_a_conference_that_no_paper_names_is_known_by_its_workshop() -> None:
    alone = replace(nouns.SPARSE_WORK, venues=(nouns.WORKSHOP,))
    found = list(to_graph([alone], [], []))
    assert objects(found, iri(nouns.ICML), "skos:prefLabel") == ["ICML"]
    assert objects(found, iri(nouns.WORKSHOP), "dct:isPartOf") == [iri(nouns.ICML).value]


def test_records_of_one_text_share_its_abstract(quads: set[Quad]) -> None:
    abstract = graph.abstract_iri(text_id(nouns.THIRD))
    sources = sorted(graph.source_iri(record.source).value for record in nouns.HOSTILE_RECORDS)
    assert objects(quads, abstract, "prov:wasDerivedFrom") == sources
    assert objects(quads, abstract, "kg:text") == [nouns.THIRD]
    assert objects(quads, abstract, "kg:truncated") == ["true"]


def test_versions_of_one_work_are_two_abstracts_of_one_paper(quads: set[Quad]) -> None:
    for text in (nouns.FIRST, nouns.SECOND):
        abstract = graph.abstract_iri(text_id(text))
        assert objects(quads, abstract, "kg:of") == [iri(nouns.SPARSE_WORK.id).value]


def test_a_source_says_where_its_record_stood(quads: set[Quad]) -> None:
    feed, page = (graph.source_iri(record.source) for record in nouns.SPARSE_RECORDS)
    facts = {
        "kg:file": ["feed.jsonl"],
        "kg:lines": ["1-1"],
        "dct:format": ["jsonl"],
        "dct:identifier": ["2402.13516"],
        "dct:issued": ["2024-02-21"],
    }
    assert {name: objects(quads, feed, name) for name in facts} == facts
    assert objects(quads, page, "kg:lines") == ["10-22"]
    assert objects(quads, page, "dct:identifier") == []


def test_every_statement_has_its_plain_edge_in_the_default_graph(quads: set[Quad]) -> None:
    for statement in nouns.STATEMENTS:
        ends = (iri(statement.subject), predicate_iri(statement.predicate), iri(statement.object))
        assert Quad(*ends, DefaultGraph()) in quads


def test_only_mentions_statements_and_counted_names_are_evidence(quads: set[Quad]) -> None:
    quads = quads | set(entity_quads(nouns.COUNTED))
    types = {
        quad.object.value
        for quad in quads
        if quad.graph_name == EVIDENCE and quad.predicate == term("rdf:type")
    }
    kinds = ("Mention", "Statement", "Name")
    assert types == {term(name).value for kind in kinds for name in graph.CLASSES[kind]}
    to_names = {term("skosxl:prefLabel"), term("skosxl:altLabel")}
    inside = {q.subject for q in quads if q.graph_name == EVIDENCE and q.predicate not in to_names}
    outside = {quad.subject for quad in quads if quad.graph_name != EVIDENCE}
    assert not inside & outside


def test_a_paper_mentions_what_its_abstracts_name(quads: set[Quad]) -> None:
    named = {nouns.GLUE, nouns.RELU, nouns.TRANSLATION}
    expected = sorted(iri(entity).value for entity in named)
    assert objects(quads, iri(nouns.LOST_WORK.id), "kg:mentions") == expected


def test_there_are_no_blank_nodes(quads: set[Quad]) -> None:
    assert not any(isinstance(node, BlankNode) for quad in quads for node in quad)


def test_offsets_find_the_exact_words_in_sparql(store: Store) -> None:
    query = """
        SELECT ?exact (SUBSTR(?text, ?start + 1, ?end - ?start) AS ?found) WHERE {
          ?mention kg:exact ?exact ; kg:start ?start ; kg:end ?end ; kg:in/kg:text ?text
        }
    """
    rows = store.query(query, prefixes=dict(graph.PREFIXES), use_default_graph_as_union=True)
    pairs = [(exact.value, found.value) for exact, found in rows]
    assert len(pairs) == len(nouns.MENTIONS)
    assert all(exact == found for exact, found in pairs)


def test_support_counts_abstracts_not_mentions(quads: set[Quad]) -> None:
    relu = next(s for s in nouns.STATEMENTS if s.evidence == (nouns.RELU_1, nouns.RELU_2))
    glue = next(s for s in nouns.STATEMENTS if set(s.evidence) == {nouns.GLUE_1, nouns.GLUE_2})
    assert objects(quads, statement_iri(relu), "kg:support") == ["1"]
    assert objects(quads, statement_iri(glue), "kg:support") == ["2"]


def test_the_best_sentence_names_both_ends(quads: set[Quad]) -> None:
    compared = next(s for s in nouns.STATEMENTS if s.predicate == "comparedWith")
    sure = replace(nouns.PROSPARSE_1, confidence=1.0, sentence=(0, 9))
    statement = replace(compared, evidence=tuple(sorted((*compared.evidence, sure))))
    graph_of_it = list(to_graph([], nouns.MENTIONS, [statement]))
    start, end = nouns.PROSPARSE_3.sentence
    node = statement_iri(statement)
    assert objects(graph_of_it, node, "kg:sentenceStart") == [str(start)]
    assert objects(graph_of_it, node, "kg:sentenceEnd") == [str(end)]


def test_equally_good_sentences_give_the_first() -> None:
    again = replace(nouns.PROSPARSE_2, confidence=nouns.PROSPARSE_1.confidence)
    evidence = tuple(sorted((again, nouns.PROSPARSE_1)))
    statement = Statement(nouns.SPARSE_WORK.id, "proposes", nouns.PROSPARSE, 0.97, evidence)
    found = list(to_graph([], nouns.MENTIONS, [statement]))
    assert objects(found, statement_iri(statement), "kg:sentenceStart") == ["0"]


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_mentions_at_one_place_the_surest_is_kept(turned: bool) -> None:
    doubtful = replace(nouns.RELU_1, confidence=0.1, by="consistency")
    pairs = [(nouns.RELU_1, nouns.RELU), (doubtful, nouns.RELU)]
    found = list(to_graph([], reversed(pairs) if turned else pairs, []))
    assert objects(found, mention_iri(nouns.RELU_1), "kg:confidence") == ["0.88"]
    assert objects(found, mention_iri(nouns.RELU_1), "kg:foundBy") == ["tagger"]


def test_the_order_of_nouns_does_not_matter(quads: set[Quad]) -> None:
    turned = (reversed(nouns.WORKS), reversed(nouns.MENTIONS), reversed(nouns.STATEMENTS))
    assert set(to_graph(*turned, run=nouns.RUN)) == quads


def test_another_base_changes_every_iri_of_a_thing() -> None:
    base = "http://example.org/papers#"
    found = to_graph(nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS, base=base, run=nouns.RUN)
    assert {quad.subject.value.startswith(base) for quad in found} == {True}


@pytest.mark.parametrize("base", ["papers/", "https://example.org", "https://exa mple.org/", ""])
def test_a_base_that_is_no_namespace_is_refused(base: str) -> None:
    with pytest.raises(KgError, match="base"):
        list(to_graph([], [], [], base=base))


def test_without_a_run_nothing_is_generated_by_one() -> None:
    found = list(to_graph(nouns.WORKS, nouns.MENTIONS, nouns.STATEMENTS))
    assert not any(quad.predicate == term("prov:wasGeneratedBy") for quad in found)


@pytest.mark.parametrize(
    ("date", "datatype"),
    [
        ("2025", "xsd:gYear"),
        ("2025-12", "xsd:gYearMonth"),
        ("2025-12-31", "xsd:date"),
        ("2025-13", "xsd:string"),
        ("2025-02-30", "xsd:string"),
        ("Dec. 2025", "xsd:string"),
        ("", "xsd:string"),
    ],
)
def test_dates_are_typed_by_their_precision(date: str, datatype: str) -> None:
    issued = {q.object for q in one_paper(date=date) if q.predicate == term("dct:issued")}
    assert issued == {Literal(date, datatype=term(datatype))}


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://example.org/a?b=c#d", NamedNode),
        ("http://example.org/\u4e2d", NamedNode),
        ("https://example.org/a b", Literal),
        ("https://example.org/<script>", Literal),
        ("javascript:alert(1)", Literal),
        ("file:///etc/passwd", Literal),
        ("example.org", Literal),
    ],
)
def test_only_sound_web_addresses_become_nodes(url: str, kind: type) -> None:
    found = {q.object for q in one_paper(code=(url,)) if q.predicate == term("kg:code")}
    assert found == {kind(url)}


@given(st.floats(0, 1))
def test_confidences_are_canonical_decimals(confidence: float) -> None:
    mention = Mention(Quote("a", 0, 1, "x"), "Task", confidence, "tagger", (0, 1))
    found = list(to_graph([], [(mention, Entity("Task", "x", "x"))], []))
    store = Store()
    store.extend(found)
    assert set(store) == set(found)


@given(st.text())
def test_hostile_texts_survive_the_store_and_keep_their_length(text: str) -> None:
    hostile = text + "\ud800\x00\x0b\ufffe\U0001f600"
    found = one_paper(abstract=hostile, title=hostile)
    kept = {q.object.value for q in found if q.predicate == term("kg:text")}
    assert {len(value) for value in kept} == {len(hostile)}
    store = Store()
    store.extend(found)
    assert set(store) == set(found)


@given(st.characters())
def test_a_character_that_xml_can_carry_is_kept(character: str) -> None:
    code = ord(character)
    carried = character in "\t\n\r" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD
    kept = graph.printable(character) == character
    assert kept == (carried or code >= 0x10000)


def test_an_entity_is_declared_once_with_its_names(quads: set[Quad]) -> None:
    relu = iri(nouns.RELU)
    assert objects(quads, relu, "skos:prefLabel") == ["ReLU"]
    assert objects(quads, relu, "skos:altLabel") == ["ReLUs", "rectified linear unit"]
    assert objects(quads, relu, "rdf:type") == sorted(
        (term("kg:Method").value, term("skos:Concept").value)
    )


def test_names_that_were_counted_keep_their_counts() -> None:
    quads = set(entity_quads(nouns.COUNTED))
    gelu = iri(nouns.COUNTED)
    counts = {}
    for predicate in ("skosxl:prefLabel", "skosxl:altLabel"):
        for node in map(NamedNode, objects(quads, gelu, predicate)):
            (name,), (count,) = (
                objects(quads, node, which) for which in ("skosxl:literalForm", "kg:count")
            )
            counts[predicate, name] = int(count)
    assert counts == {
        ("skosxl:prefLabel", "GELU"): 5,
        ("skosxl:altLabel", "GELUs"): 2,
        ("skosxl:altLabel", "Gaussian error linear unit"): 1,
    }


def test_names_that_nobody_counted_are_no_nodes() -> None:
    assert not [quad for quad in entity_quads(nouns.ICML) if quad.graph_name == EVIDENCE]


def test_one_name_of_two_entities_is_two_nodes() -> None:
    names = [
        graph.name_iri(entity, "RAT")
        for entity in (Entity("Method", "rat", "RAT"), Entity("Concept", "rat", "RAT"))
    ]
    assert len(set(names)) == 2


def test_an_author_has_an_orcid_where_one_is_known(quads: set[Quad]) -> None:
    assert objects(quads, iri(nouns.ADA), "kg:orcid") == [nouns.ADA.orcid]
    assert objects(quads, iri(nouns.ALAN), "kg:orcid") == []


def affiliations(work: Work) -> dict[int, list[str]]:
    quads = set(graph.work_quads(work))
    return {
        position: found
        for position in range(1, len(work.authors) + 1)
        if (found := objects(quads, graph.authorship_iri(work.id, position), "kg:affiliation"))
    }


@pytest.mark.parametrize(
    ("authors", "where", "expected"),
    [
        (("Ada Lovelace", "Alan Turing"), ("A", "B"), {1: ["A"], 2: ["B"]}),
        (("Ada Lovelace", "Alan Turing"), ("", "B"), {2: ["B"]}),
        (("Alan Turing", "Ada Lovelace"), ("B", "A"), {1: ["A"], 2: ["B"]}),
        (("Turing, Alan",), ("B",), {2: ["B"]}),
        (("A. Lovelace", "A. Turing"), ("A", "B"), {1: ["A"], 2: ["B"]}),
        (("A. Turing",), ("B",), {}),
        (("Ada Lovelace", "Alan Turing"), ("A",), {1: ["A"]}),
        (("Ada Lovelace", "Alan Turing"), (), {}),
    ],
)
def test_affiliations_stand_with_the_author_whom_the_record_names(
    authors: tuple[str, ...], where: tuple[str, ...], expected: dict[int, list[str]]
) -> None:
    source = Source("a.txt", (1, 2), "0" * 64, "pages")
    signed = Paper("a", source, authors=("Ada Lovelace", "Alan Turing"))
    other = Paper("b", source, authors=authors, affiliations=where)
    # Names and aliases of the entities do not matter: they change as a corpus grows.
    entities = (Entity("Author", "ada", "X"), Entity("Author", "alan", "Y"))
    assert affiliations(Work("paper/a", (signed, other), authors=entities)) == expected


def test_the_graph_is_the_sum_of_its_units(quads: set[Quad]) -> None:
    found = graph.surest(nouns.MENTIONS)
    units: list[Quad] = [*graph.run_quads(nouns.RUN)]
    for work in nouns.WORKS:
        units += graph.work_quads(work)
        for record in work.records:
            units += graph.abstract_quads(record, work.id)
        for entity in (*work.authors, *work.venues):
            units += entity_quads(entity)
        abstracts = {record.abstract_id for record in work.records}
        for mention, entity in found.values():
            if mention.quote.abstract in abstracts:
                units.append(graph.mentions_quad(work.id, entity))
    for mention, entity in found.values():
        units += [*graph.mention_quads(mention, entity, nouns.RUN), *entity_quads(entity)]
    for statement in nouns.STATEMENTS:
        units += graph.statement_quads(statement, found)
    units += graph.host_quads(nouns.WORKSHOP, nouns.ICML)
    assert set(units) == quads


def bare(entity: Entity) -> Entity:
    return Entity(entity.type, entity.key, "")


def test_units_that_point_to_an_entity_need_its_type_and_key_alone() -> None:
    known = graph.surest(nouns.MENTIONS)
    short = graph.surest((mention, bare(entity)) for mention, entity in nouns.MENTIONS)
    for statement in nouns.STATEMENTS:
        subject = statement.subject
        pointer = replace(
            statement,
            subject=subject if isinstance(subject, str) else bare(subject),
            object=bare(statement.object),
        )
        full = list(graph.statement_quads(statement, known))
        assert list(graph.statement_quads(pointer, known)) == full
        assert list(graph.statement_quads(statement, short)) == full
    for mention, entity in nouns.MENTIONS:
        full = list(graph.mention_quads(mention, entity, nouns.RUN))
        assert list(graph.mention_quads(mention, bare(entity), nouns.RUN)) == full


def test_a_link_is_an_edge_and_a_node_that_says_how_sure_it_is() -> None:
    quads = set(link_quads(nouns.LINKS, "terms.ttl"))
    relu, other = iri(nouns.RELU), NamedNode("https://example.org/terms/relu")
    assert Quad(relu, term("skos:exactMatch"), other, DefaultGraph()) in quads
    node = graph.link_iri(nouns.RELU, "exactMatch", other.value, "terms.ttl")
    facts = {
        "rdf:subject": [relu.value],
        "rdf:predicate": [term("skos:exactMatch").value],
        "rdf:object": [other.value],
        "kg:confidence": ["0.97"],
        "kg:file": ["terms.ttl"],
    }
    assert {name: objects(quads, node, name) for name in facts} == facts
    assert {q.graph_name for q in quads if q.subject == node} == {EVIDENCE}


def test_one_link_from_two_tables_is_one_edge_and_two_nodes() -> None:
    quads = {q for table in ("a.ttl", "b.ttl") for q in link_quads(nouns.LINKS[:1], table)}
    assert sum(quad.graph_name == DefaultGraph() for quad in quads) == 1
    assert sum(quad.object == term("kg:Link") for quad in quads) == 2


@pytest.mark.parametrize("address", ["Q11660", "https://example.org/a b", ""])
def test_a_link_to_no_iri_is_refused_with_the_name_of_its_table(address: str) -> None:
    with pytest.raises(KgError, match=r"terms\.ttl"):
        list(link_quads([Link("Task", "x", address, "exactMatch", 1.0)], "terms.ttl"))
