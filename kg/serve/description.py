"""The address of an endpoint and what its store says of itself in, a service description out."""

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from kg.serve import forms, media
from kg.serve.messages import Limits, Reply, refusal
from kg.terms import EVIDENCE, PREFIXES, term
from kg.vocab import BASE, ONTOLOGY

#: The vocabularies of SPARQL 1.1 Service Description and of VoID.
SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
#: The W3C's names of formats.
FORMATS = "http://www.w3.org/ns/formats/"
#: What a simple graph entails: what it says.
SIMPLE = NamedNode("http://www.w3.org/ns/entailment/Simple")


def description(endpoint: str, manifest: Mapping[str, object], accept: str | None) -> Reply:
    """Describe the service at an address, in the form that an Accept header asks for.

    ``manifest`` is that of the store; figures that it does not have are left out.
    """
    chosen = media.choose(accept, media.GRAPHS)
    if chosen is None:
        there = ", ".join(media.GRAPHS)
        return refusal(406, f"the service description comes as {there}: accept one of them")
    prefixes = {**PREFIXES, "sd": SD, "void": VOID}
    try:
        said = list(triples(endpoint, manifest))
    except ValueError:
        return refusal(400, "the address of this server, as the request has it, is no IRI")
    body = forms.graph(said, media.GRAPHS[chosen], Limits(), prefixes=prefixes)
    return Reply(200, media.typed(chosen), body, (("vary", "Accept"),))


def triples(endpoint: str, manifest: Mapping[str, object]) -> Iterator[Triple]:
    """Yield the description; ValueError where the address is no IRI."""
    service, dataset, default, named, evidence = (
        NamedNode(f"{endpoint}#{name}")
        for name in ("service", "dataset", "default", "named", "evidence")
    )
    yield Triple(service, term("rdf:type"), _sd("Service"))
    yield Triple(service, _sd("endpoint"), NamedNode(endpoint))
    yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    yield Triple(service, _sd("defaultEntailmentRegime"), SIMPLE)
    tables, graphs = media.TABLES.values(), media.GRAPHS.values()
    for iri in (*(form.iri for form in tables), *(form.iri for form in graphs)):
        # pyoxigraph has another namespace for JSON-LD.
        yield Triple(service, _sd("resultFormat"), NamedNode(FORMATS + iri.rpartition("/")[2]))
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield Triple(dataset, term("rdf:type"), _sd("Dataset"))
    yield Triple(dataset, _sd("defaultGraph"), default)
    yield Triple(dataset, _sd("namedGraph"), named)
    yield Triple(named, term("rdf:type"), _sd("NamedGraph"))
    yield Triple(named, _sd("name"), EVIDENCE)
    yield Triple(named, _sd("graph"), evidence)
    counts = _mapping(manifest, "counts")
    for graph, count in ((default, counts.get("quads")), (evidence, counts.get("evidence"))):
        yield Triple(graph, term("rdf:type"), _sd("Graph"))
        yield Triple(graph, term("rdf:type"), _void("Dataset"))
        if count is not None:
            yield Triple(graph, _void("triples"), Literal(int(str(count))))
    yield Triple(default, _void("sparqlEndpoint"), NamedNode(endpoint))
    yield Triple(default, _void("vocabulary"), NamedNode(ONTOLOGY))
    base = str(_mapping(manifest, "facts").get("base", BASE))
    yield Triple(default, _void("uriSpace"), Literal(base))
    for name, count in counts.items():
        if name not in ("quads", "evidence"):
            part = NamedNode(f"{endpoint}#{name}")
            yield Triple(default, _void("classPartition"), part)
            yield Triple(part, _void("class"), term(f"kg:{name}"))
            yield Triple(part, _void("entities"), Literal(int(str(count))))


def _mapping(manifest: Mapping[str, object], name: str) -> Mapping[str, object]:
    said = manifest.get(name)
    return said if isinstance(said, Mapping) else {}


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)


def _void(name: str) -> NamedNode:
    return NamedNode(VOID + name)
