"""An endpoint in, triples of its graph on this machine out: all, or those around some things."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import NamedNode, Store

from kg.errors import KgError
from kg.remote.endpoint import Endpoint, leading
from kg.search.things import SHOWN, Thing
from kg.terms import EVIDENCE, term
from kg.vocab import TYPES

#: All triples that a query sees; the evidence, and what is beside it, where it stands apart.
ALL = "?s ?p ?o"
IN_EVIDENCE = f"GRAPH {EVIDENCE} {{ {ALL} }}"
BESIDE = f"{ALL} FILTER NOT EXISTS {{ {IN_EVIDENCE} }}"

#: Of a paper, an entity: what it is, and what it is called.
NAMED = ("rdf:type", *SHOWN)


@contextmanager
def copied(endpoint: Endpoint, *, evidence: bool = True) -> Iterator[Store]:
    """Copy a graph into a store on disk, which goes when the work with it is done.

    ``evidence=False`` leaves the named graph of the evidence out, where there is one. Raises
    KgError where fewer triples come than the endpoint counts: some cap their answers, and say
    nothing.
    """
    with TemporaryDirectory(prefix="kg-", ignore_cleanup_errors=True) as folder:
        place = str(Path(folder) / "store")
        store = Store(place)
        apart = endpoint.count(IN_EVIDENCE, union=False) if endpoint.layered else 0
        there = endpoint.count(ALL, union=False)
        if endpoint.layered and not endpoint.union:
            # Counted by a difference, as to look for each triple takes as long as the copy.
            _copy(endpoint, store, BESIDE, there - apart)
        else:
            # A server that has to be asked for the union shows the default graph alone.
            _copy(endpoint, store, ALL, there)
        if endpoint.layered and evidence:
            _copy(endpoint, store, IN_EVIDENCE, apart, EVIDENCE)
        store.flush()
        # Closed, and open for reading alone: nothing writes in the folder while it is removed.
        del store
        yield Store.read_only(place)


def around(endpoint: Endpoint, asked: Sequence[Collection[Thing]]) -> Store:
    """Copy what ``kg.why`` reads: of all that one name stands for, or of what links two names."""
    store = Store()
    kinds = {NamedNode(thing.iri): thing.kind for things in asked for thing in things}
    mentions: set[NamedNode] = set()
    shared: list[set[NamedNode]] = []
    for things in asked:
        papers, entities = _parted(things)
        own = _subjects(endpoint, store, "kg:of", papers)
        here = _subjects(endpoint, store, "kg:entity", entities)
        here |= _subjects(endpoint, store, "kg:in", own)
        _describe(endpoint, store, here - mentions)
        mentions |= here
        shared.append(_objects(store, here, "kg:in"))
    papers, entities = _parted(chain.from_iterable(asked))
    of_entities = _subjects(endpoint, store, "rdf:object", entities)
    of_papers = _subjects(endpoint, store, "rdf:subject", papers)
    statements = of_entities | of_papers
    if len(asked) > 1:
        statements = of_entities & (of_papers | _subjects(endpoint, store, "rdf:subject", entities))
    _describe(endpoint, store, {*kinds, *statements})
    # What links two entities: the sentences are those of its evidence.
    evidence = _objects(store, statements, "kg:evidence") if len(asked) > 1 else set()
    _describe(endpoint, store, evidence - mentions)
    abstracts = set.intersection(*shared) | _objects(store, evidence, "kg:in")
    _describe(endpoint, store, abstracts)
    papers |= _objects(store, abstracts, "kg:of")
    # A paper without a title is called by how its abstracts begin.
    rest = _subjects(endpoint, store, "kg:of", papers) - abstracts
    _describe(endpoint, store, rest)
    named = papers | _objects(store, mentions, "kg:entity")
    _describe(endpoint, store, named - set(kinds), NAMED)
    return store


def _parted(things: Iterable[Thing]) -> tuple[set[NamedNode], set[NamedNode]]:
    """Return the papers among things, and the entities."""
    kinds = {NamedNode(thing.iri): thing.kind for thing in things}
    return (
        {node for node, kind in kinds.items() if kind == "Paper"},
        {node for node, kind in kinds.items() if kind in TYPES},
    )


def _describe(
    endpoint: Endpoint, store: Store, nodes: Iterable[NamedNode], predicates: Iterable[str] = ()
) -> None:
    """Copy what is said of nodes, or only the values of some properties."""
    some = ", ".join(str(term(name)) for name in predicates)
    pattern = f"{ALL} FILTER(?p IN ({some}))" if some else ALL
    endpoint.load_about(store, pattern, "?s", nodes)


def _subjects(
    endpoint: Endpoint, store: Store, predicate: str, nodes: Iterable[NamedNode]
) -> set[NamedNode]:
    """Copy the triples that lead to nodes by a property, and return where they start."""
    some = list(nodes)
    endpoint.load_about(store, leading(term(predicate)), "?o", some)
    quads = (store.quads_for_pattern(None, term(predicate), node, None) for node in some)
    return {q.subject for found in quads for q in found if isinstance(q.subject, NamedNode)}


def _objects(store: Store, nodes: Iterable[NamedNode], predicate: str) -> set[NamedNode]:
    """Return where a property of nodes leads, as far as it is copied."""
    quads = (store.quads_for_pattern(node, term(predicate), None, None) for node in nodes)
    return {q.object for found in quads for q in found if isinstance(q.object, NamedNode)}


def _copy(
    endpoint: Endpoint, store: Store, pattern: str, there: int, graph: NamedNode | None = None
) -> None:
    before = len(store)
    endpoint.load(store, pattern, union=False, graph=graph)
    came = len(store) - before
    if came < there:
        raise KgError(
            f"{endpoint.address}: gave {came:,} of {there:,} triples: raise its limit on answers,"
            " or export the graph where it is"
        )
