"""A store and an IRI in, what the graph says of it out: names, authors, dates, addresses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Store

from kg.graph import term
from kg.view.outline import NAMES

#: Property to the texts and IRIs that are its values, sorted.
Said: TypeAlias = Mapping[str, Sequence[str]]

#: Property of a node to the words for it and the address that its value leads to, in the order
#: of the panel. ``{}`` stands for the value, percent-encoded.
FACTS: Mapping[str, tuple[str, str | None]] = {
    "kg:acceptance": ("Status", None),
    "dct:issued": ("Date", None),
    "fabio:hasArXivId": ("arXiv", "https://arxiv.org/abs/{}"),
    "prism:doi": ("DOI", "https://doi.org/{}"),
    "kg:aclId": ("ACL Anthology", "https://aclanthology.org/{}/"),
    "kg:openAlexId": ("OpenAlex", "https://openalex.org/{}"),
    "kg:openReviewId": ("OpenReview", "https://openreview.net/forum?id={}"),
    "kg:orcid": ("ORCID", "https://orcid.org/{}"),
    "foaf:page": ("Page", None),
    "kg:code": ("Code", None),
    "kg:category": ("Category", None),
    "skos:exactMatch": ("Same as", None),
}


@dataclass(frozen=True, slots=True)
class Value:
    """What a fact says: text, and perhaps where it leads, on the page or out of it."""

    text: str
    node: int | None = None
    link: str | None = None


def said(store: Store, iri: str) -> Said:
    """Return what the graph says of a node."""
    values: dict[str, set[str]] = defaultdict(set)
    for quad in store.quads_for_pattern(NamedNode(iri), None, None, None):
        if isinstance(quad.object, NamedNode | Literal):
            values[quad.predicate.value].add(quad.object.value)
    return {predicate: sorted(objects) for predicate, objects in values.items()}


def texts(facts: Said, predicate: str) -> Sequence[str]:
    """Return the values of a property: ``kg:text``."""
    return facts.get(term(predicate).value, ())


def subjects(store: Store, predicate: str, iri: str) -> list[str]:
    """Return the IRIs that have a node as their value, sorted."""
    found = store.quads_for_pattern(None, term(predicate), NamedNode(iri), None)
    return sorted({quad.subject.value for quad in found if isinstance(quad.subject, NamedNode)})


def name(store: Store, iri: str) -> str:
    """Return the name or title; for a paper that lost its title, how its abstract begins."""
    facts = said(store, iri)
    for predicate in NAMES:
        for text in texts(facts, predicate):
            if text.strip():
                return " ".join(text.split())
    for abstract in subjects(store, "kg:of", iri):
        for text in texts(said(store, abstract), "kg:text"):
            words = text.split()
            if words:
                return "[no title] " + " ".join(words[:9]) + (" …" if len(words) > 9 else "")
    return "/".join(iri.rstrip("/").rsplit("/", 2)[-2:])


def facts_of(
    store: Store, iri: str, number: Mapping[str, int]
) -> Iterable[tuple[str, tuple[Value, ...]]]:
    """Yield the words for each fact with its values; ``number`` gives the node of an IRI."""
    facts = said(store, iri)
    for words, iris in (("Authors", _authors(store, facts)), ("Venue", texts(facts, "kg:venue"))):
        if iris:
            yield words, tuple(Value(name(store, one), number.get(one)) for one in iris)
    for predicate, (words, address) in FACTS.items():
        values = texts(facts, predicate)
        if values:
            yield words, tuple(Value(text, link=link(text, address)) for text in values)


def _authors(store: Store, facts: Said) -> list[str]:
    """Return the authors in the order of the by-line."""
    order = []
    for place in texts(facts, "kg:authorship"):
        by = said(store, place)
        # As many digits, so that texts sort as the numbers do.
        position = "".join(texts(by, "kg:position")[:1]).zfill(9)
        order += [(position, author) for author in texts(by, "kg:author")]
    listed = [author for _, author in sorted(order)]
    return list(dict.fromkeys([*listed, *texts(facts, "dct:creator")]))


def link(text: str, address: str | None) -> str | None:
    """Return where a value leads; None where that is no address that a browser should follow."""
    target = text if address is None else address.format(quote(text, safe="/:;()"))
    return target if target.startswith(("https://", "http://")) else None
