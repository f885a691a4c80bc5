"""Other people's clients against a live server: curl, SPARQLWrapper, rdflib's SPARQLStore."""

import json
import shutil
import subprocess
from collections.abc import Iterator

import pytest
import rdflib
import serving
from nouns import MENTIONS, RUN, STATEMENTS, WORKS
from pyoxigraph import RdfFormat, parse
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, N3, POST, POSTDIRECTLY, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from kg import store
from kg.graph import to_graph
from kg.terms import EVIDENCE

LABELS = "SELECT ?name { ?method a kg:Method ; skos:prefLabel ?name } ORDER BY ?name"
NAMES = ["C#", "C++", "ProSparse", "ReLU"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("clients") / "graph.kg"
    store.write(to_graph(WORKS, MENTIONS, STATEMENTS, run=RUN), place, facts={})
    with serving.serve(place) as address:
        yield address


@pytest.fixture
def wrapper(address: str) -> SPARQLWrapper:
    return SPARQLWrapper(f"{address}/sparql")


@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("sent", ["urlencoded", POSTDIRECTLY])
def test_sparqlwrapper_reads_rows(wrapper: SPARQLWrapper, method: str, sent: str) -> None:
    wrapper.setQuery(LABELS)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(sent)
    wrapper.setReturnFormat(JSON)
    found = wrapper.queryAndConvert()
    assert [row["name"]["value"] for row in found["results"]["bindings"]] == NAMES
    wrapper.setReturnFormat(XML)
    values = wrapper.queryAndConvert().getElementsByTagName("literal")
    assert [value.firstChild.data for value in values] == NAMES
    wrapper.setReturnFormat(CSV)
    assert wrapper.queryAndConvert().decode().split() == ["name", *NAMES]


def test_sparqlwrapper_reads_graphs(wrapper: SPARQLWrapper) -> None:
    wrapper.setQuery("CONSTRUCT { ?s skos:prefLabel ?o } WHERE { ?s skos:prefLabel ?o }")
    for form in (TURTLE, N3):
        wrapper.setReturnFormat(form)
        assert len(rdflib.Graph().parse(data=wrapper.queryAndConvert(), format="turtle")) == 11
    wrapper.setReturnFormat(XML)
    assert len(wrapper.queryAndConvert()) == 11


def test_sparqlwrapper_names_graphs_and_sees_what_is_wrong(wrapper: SPARQLWrapper) -> None:
    wrapper.setReturnFormat(JSON)
    wrapper.setQuery("ASK { ?paper a kg:Paper }")
    assert wrapper.queryAndConvert()["boolean"] is True
    wrapper.addDefaultGraph(EVIDENCE.value)
    assert wrapper.queryAndConvert()["boolean"] is False
    wrapper.setQuery("ASK {")
    with pytest.raises(QueryBadFormed, match="not a SPARQL 1.1 query"):
        wrapper.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv"])
def test_rdflib_asks_through_its_sparql_store(address: str, method: str, form: str) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{address}/sparql", method=method, returnFormat=form))
    assert [str(row.name) for row in graph.query(LABELS)] == NAMES
    if form == "csv":
        return
    labels = graph.triples((None, rdflib.SKOS.prefLabel, rdflib.Literal("ReLU")))
    assert [str(node) for node, _, _ in labels] == ["https://w3id.org/paperkg/method/relu"]
    assert bool(graph.query("ASK { ?s ?p 'ReLU' }")) is True


def test_rdflib_reads_what_a_resource_is(address: str) -> None:
    graph = rdflib.Graph().parse(f"{address}/method/relu?format=ttl")
    node = rdflib.URIRef("https://w3id.org/paperkg/method/relu")
    assert graph.value(node, rdflib.SKOS.prefLabel) == rdflib.Literal("ReLU")


def curl(*arguments: str) -> tuple[int, str, bytes]:
    """Run curl and return the status, the media type and the body."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip("needs curl")
    told = "\n%{http_code} %{content_type}"
    command = [program, "-sS", "--max-time", "60", "-w", told, *arguments]
    body, _, last = subprocess.run(command, capture_output=True, check=True).stdout.rpartition(
        b"\n"
    )
    status, _, media = last.decode().partition(" ")
    return int(status), media, body


def test_curl_gets_posts_and_unpacks(address: str) -> None:
    endpoint = f"{address}/sparql"
    asked = (
        ("-G", "--data-urlencode", f"query={LABELS}"),
        ("--data-urlencode", f"query={LABELS}"),
        ("-H", "Content-Type: application/sparql-query", "--data-binary", LABELS),
        ("--compressed", "-G", "--data-urlencode", f"query={LABELS}"),
    )
    for arguments in asked:
        status, media, body = curl(*arguments, endpoint)
        assert (status, media) == (200, "application/sparql-results+json")
        rows = json.loads(body)["results"]["bindings"]
        assert [row["name"]["value"] for row in rows] == NAMES


def test_curl_chooses_the_form(address: str) -> None:
    wanted = {
        "text/csv": "text/csv; charset=utf-8",
        "text/turtle;q=0.9, text/tab-separated-values;q=0.2": (
            "text/tab-separated-values; charset=utf-8"
        ),
        "text/*;q=0.1, application/sparql-results+xml": "application/sparql-results+xml",
    }
    for accept, media in wanted.items():
        arguments = ("-G", "-H", f"Accept: {accept}", "--data-urlencode", f"query={LABELS}")
        assert curl(*arguments, f"{address}/sparql")[:2] == (200, media)
    status, media, body = curl("-H", "Accept: text/turtle", f"{address}/method/relu")
    assert (status, media) == (200, "text/turtle; charset=utf-8")
    assert len(list(parse(body, RdfFormat.TURTLE))) > 5


def test_curl_is_told_in_one_line_what_is_wrong(address: str) -> None:
    endpoint = f"{address}/sparql"
    refused = {
        403: ("-d", "update=CLEAR ALL"),
        400: ("-d", "query=ASK {"),
        415: ("-H", "Content-Type: text/plain", "-d", "ASK {}"),
        406: ("-H", "Accept: image/png", "-d", "query=ASK {}"),
    }
    for status, arguments in refused.items():
        got, media, body = curl(*arguments, endpoint)
        assert (got, media) == (status, "text/plain; charset=utf-8")
        assert len(body.splitlines()) == 1
    status, _, body = curl("-G", "--data-urlencode", "query=SELECT * { ?s ?p ?o } #", endpoint)
    assert status == 200 and len(json.loads(body)["results"]["bindings"]) > 100
