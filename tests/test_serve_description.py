"""What an endpoint says of itself."""

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from kg.serve import media
from kg.serve.description import SD, VOID, description
from kg.terms import EVIDENCE, term

ADDRESS = "http://127.0.0.1:8000/sparql"
MANIFEST = {
    "counts": {"Paper": 3, "Method": 4, "evidence": 200, "quads": 300},
    "facts": {"base": "https://graphs.example/"},
    "kg": "0.1.0",
}
SERVICE, DEFAULT, FACTS = (
    NamedNode(f"{ADDRESS}#{name}") for name in ("service", "default", "evidence")
)


def described(**manifest: object) -> Store:
    reply = description(ADDRESS, manifest, None)
    assert (reply.status, reply.media) == (200, "text/turtle; charset=utf-8")
    store = Store()
    store.extend(Quad(*quad.triple) for quad in parse(reply.body, RdfFormat.TURTLE))
    return store


def values(store: Store, node: NamedNode, predicate: str) -> set[object]:
    found = store.quads_for_pattern(node, NamedNode(predicate), None, None)
    return {quad.object for quad in found}


def test_a_service_names_its_address_its_language_and_its_forms() -> None:
    store = described(**MANIFEST)
    assert values(store, SERVICE, f"{SD}endpoint") == {NamedNode(ADDRESS)}
    assert values(store, SERVICE, f"{SD}supportedLanguage") == {NamedNode(f"{SD}SPARQL11Query")}
    assert values(store, SERVICE, f"{SD}feature") == {NamedNode(f"{SD}UnionDefaultGraph")}
    forms = "JSON-LD N-Triples RDF_XML Turtle".split()
    forms += [f"SPARQL_Results_{name}" for name in ("CSV", "JSON", "TSV", "XML")]
    wanted = {NamedNode(f"http://www.w3.org/ns/formats/{name}") for name in forms}
    assert values(store, SERVICE, f"{SD}resultFormat") == wanted


def test_a_service_says_which_graphs_there_are_and_how_large() -> None:
    store = described(**MANIFEST)
    (dataset,) = values(store, SERVICE, f"{SD}defaultDataset")
    (named,) = values(store, dataset, f"{SD}namedGraph")  # type: ignore[arg-type]
    assert values(store, named, f"{SD}name") == {EVIDENCE}  # type: ignore[arg-type]
    assert values(store, named, f"{SD}graph") == {FACTS}  # type: ignore[arg-type]
    assert values(store, dataset, f"{SD}defaultGraph") == {DEFAULT}  # type: ignore[arg-type]
    assert values(store, DEFAULT, f"{VOID}triples") == {Literal(300)}
    assert values(store, FACTS, f"{VOID}triples") == {Literal(200)}
    assert values(store, DEFAULT, f"{VOID}uriSpace") == {Literal("https://graphs.example/")}
    counted = {
        (kind, number)
        for part in values(store, DEFAULT, f"{VOID}classPartition")
        for kind in values(store, part, f"{VOID}class")  # type: ignore[arg-type]
        for number in values(store, part, f"{VOID}entities")  # type: ignore[arg-type]
    }
    assert counted == {(term("kg:Paper"), Literal(3)), (term("kg:Method"), Literal(4))}


def test_without_figures_it_is_a_description_still() -> None:
    store = described()
    assert values(store, SERVICE, f"{SD}endpoint") == {NamedNode(ADDRESS)}
    assert values(store, DEFAULT, f"{VOID}triples") == set()


@pytest.mark.parametrize("accept", media.GRAPHS)
def test_it_comes_in_any_form_of_a_graph_and_always_the_same(accept: str) -> None:
    reply = description(ADDRESS, MANIFEST, accept)
    assert reply.media == media.typed(accept)
    assert dict(reply.headers) == {"vary": "Accept"}
    turtle = description(ADDRESS, MANIFEST, "text/turtle")
    assert set(parse(reply.body, media.GRAPHS[accept])) == set(parse(turtle.body, RdfFormat.TURTLE))
    assert description(ADDRESS, MANIFEST, accept) == reply


def test_no_other_form_is_acceptable() -> None:
    assert description(ADDRESS, MANIFEST, "text/html").status == 406


def test_an_address_that_is_no_iri_is_refused() -> None:
    assert description("http://127.0.0.1:<x>/sparql", MANIFEST, None).status == 400
