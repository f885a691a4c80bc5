"""Triples in, terms out: SKOS, SKOS-XL, RDF Schema, schema.org, and CSO's own words.

https://www.w3.org/TR/skos-reference/ and https://cso.kmi.open.ac.uk/schema/cso.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

import networkx
from pyoxigraph import Literal, Quad, Triple

from kg.graph import PREFIXES
from kg.links.noun import Term

_SKOS, _XL, _RDFS = PREFIXES["skos"], PREFIXES["skosxl"], PREFIXES["rdfs"]
_RDF, _OWL = PREFIXES["rdf"], "http://www.w3.org/2002/07/owl#"
_CSO = "http://cso.kmi.open.ac.uk/schema/cso#"

#: Property to how much its values are labels: the term is called by the least, the rest are
#: aliases. schema.org writes its address in two ways.
NAMES: Mapping[str, int] = {
    _SKOS + "prefLabel": 0,
    _XL + "prefLabel": 0,
    _RDFS + "label": 1,
    "http://schema.org/name": 2,
    "https://schema.org/name": 2,
    _SKOS + "altLabel": 9,
    _SKOS + "hiddenLabel": 9,
    _XL + "altLabel": 9,
    _XL + "hiddenLabel": 9,
    "http://schema.org/alternateName": 9,
    "https://schema.org/alternateName": 9,
}
#: Leads to the node that carries a label's characters.
_LITERAL_FORM = _XL + "literalForm"
#: Leads from a CSO topic to the one to use for it, and to one that means the same.
EQUIVALENT = (_CSO + "preferentialEquivalent", _CSO + "relatedEquivalent")
#: What is labelled and no term: properties, and the vocabulary as a whole.
_NO_TERMS = frozenset(
    (
        _RDF + "Property",
        _SKOS + "ConceptScheme",
        *(_OWL + name for name in ("Ontology", "ObjectProperty", "DatatypeProperty")),
        *(_OWL + name for name in ("AnnotationProperty", "FunctionalProperty")),
        _XL + "Label",
    )
)

#: How little it is the label, its language or nothing, the name.
Name = tuple[int, str, str]


def terms(triples: Iterable[Quad | Triple]) -> Iterator[Term]:
    """Yield the terms of a vocabulary, sorted by IRI. Reads all triples first.

    Labels are the English ones and those of no language; where a term has neither, all. Left out
    are properties, schemes, deprecated terms, and classes whose members are listed. Topics that CSO
    calls equivalent are one term, called by the preferred one, with the others as its aliases.
    """
    names: dict[str, set[Name]] = defaultdict(set)
    nodes: list[tuple[str, int, str]] = []
    forms: dict[str, Literal] = {}
    equivalent = networkx.Graph()
    preferred: Counter[str] = Counter()
    left_out: set[str] = set()
    for triple in triples:
        subject, predicate, value = str(triple.subject), triple.predicate.value, triple.object
        if isinstance(value, Literal):
            if predicate in NAMES:
                names[subject].add(_name(NAMES[predicate], value))
            elif predicate == _LITERAL_FORM:
                forms[subject] = value
            elif predicate == _OWL + "deprecated" and value.value in ("true", "1"):
                left_out.add(subject)
        elif predicate in NAMES:
            nodes.append((subject, NAMES[predicate], str(value)))
        elif predicate == _RDF + "type":
            left_out.add(subject if str(value)[1:-1] in _NO_TERMS else str(value))
        elif predicate in EQUIVALENT:
            equivalent.add_edge(subject, str(value))
            preferred[str(value)] += predicate == EQUIVALENT[0] and str(value) != subject
    for subject, rank, node in nodes:
        if node in forms:
            names[subject].add(_name(rank, forms[node]))
    one = {
        node: min(group, key=lambda node: (-preferred[node], node))
        for group in networkx.connected_components(equivalent)
        for node in group
    }
    together: dict[str, set[Name]] = defaultdict(set)
    for node in names.keys() - left_out:
        own = one.get(node, node)
        together[own] |= {(rank + (own != node), *rest) for rank, *rest in names[node]}
    for node in sorted(together):
        if node.startswith("<"):
            yield _term(node[1:-1], together[node])


def _name(rank: int, value: Literal) -> Name:
    return rank, (value.language or "").lower(), " ".join(value.value.split())


def _term(iri: str, names: set[Name]) -> Term:
    read = {name for name in names if not name[1] or name[1].split("-")[0] == "en"} or names
    ranked = [text for _, _, text in sorted(read)]
    return Term(iri, ranked[0], tuple(sorted(set(ranked) - {ranked[0]})))
