"""The W3C's SPARQL 1.1 test suite: tests as nouns, and answers compared as it means them."""

import csv
import io
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

#: Where the suite is published: the base of the IRIs of its files.
SUITE = "https://w3c.github.io/rdf-tests/sparql/sparql11/"
#: A graph with nothing in it.
NOWHERE = f"{SUITE}nowhere"

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

#: Suffix to the format of a file of data, and of a file of results with the media type to ask.
FORMATS: Mapping[str, RdfFormat] = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
}
RESULTS: Mapping[str, tuple[str, QueryResultsFormat]] = {
    "srx": ("application/sparql-results+xml", QueryResultsFormat.XML),
    "srj": ("application/sparql-results+json", QueryResultsFormat.JSON),
    "tsv": ("text/tab-separated-values", QueryResultsFormat.TSV),
}

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Test:
    """A test of a manifest; files by their path below the suite."""

    __test__ = False

    name: str
    #: ``QueryEvaluationTest``, ``CSVResultFormatTest``, ``PositiveSyntaxTest11`` ...
    kind: str
    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    result: str | None = None


def files(archive: Path) -> Files:
    """Read the files of the suite."""
    with tarfile.open(archive) as tar:
        return {
            member.name.partition("sparql/sparql11/")[2]: file.read()
            for member in tar
            if "sparql/sparql11/" in member.name and (file := tar.extractfile(member))
        }


def data(suite: Files, folders: Iterable[str]) -> Iterator[Quad]:
    """Yield the data of tests: each file is a graph, named by the IRI of the file."""
    used = {
        path
        for folder in folders
        for test in tests(suite, folder)
        for path in (*test.default_graphs, *test.named_graphs)
    }
    for path in sorted(used):
        for triple in _triples(suite, path):
            yield Quad(triple.subject, triple.predicate, triple.object, NamedNode(SUITE + path))


def manifest(suite: Files, folder: str) -> Store:
    """Read the manifest of a folder."""
    store = Store()
    store.extend(
        Quad(one.subject, one.predicate, one.object)
        for one in _triples(suite, f"{folder}/manifest.ttl")
    )
    return store


def tests(suite: Files, folder: str) -> Iterator[Test]:
    """Yield the tests of a folder, in order of their manifest."""
    store = manifest(suite, folder)
    for test in entries(store, folder):
        action = value(store, test, f"{MF}action")
        query = value(store, action, f"{QT}query") or action
        result = value(store, test, f"{MF}result")
        yield Test(
            test.value.partition("#")[2] or test.value,
            _named(value(store, test, f"{RDF}type")).value.removeprefix(MF),
            _file(query),
            tuple(sorted(map(_file, values(store, action, f"{QT}data")))),
            tuple(sorted(map(_file, values(store, action, f"{QT}graphData")))),
            result and _file(result),
        )


def entries(store: Store, folder: str) -> Iterator[NamedNode]:
    """Yield the nodes of the tests of a manifest, in order."""
    first = value(store, NamedNode(f"{SUITE}{folder}/manifest.ttl"), f"{MF}entries")
    return map(_named, items(store, first))


def items(store: Store, place: object) -> Iterator[object]:
    """Yield the items of a list."""
    while place != NamedNode(f"{RDF}nil"):
        yield value(store, place, f"{RDF}first")
        place = value(store, place, f"{RDF}rest")


def values(store: Store, node: object, predicate: str) -> list[object]:
    """Return the values of a property."""
    return [quad.object for quad in store.quads_for_pattern(node, NamedNode(predicate), None, None)]


def value(store: Store, node: object, predicate: str) -> object:
    """Return the only value of a property, or None."""
    return next(iter(values(store, node, predicate)), None)


def media(test: Test) -> str | None:
    """Return the media type in which a test wants its answer; None where it does not say."""
    if test.kind == "CSVResultFormatTest":
        return "text/csv"
    return RESULTS[_suffix(test)][0] if _suffix(test) in RESULTS else None


def agrees(suite: Files, test: Test, type: str, body: bytes) -> bool:
    """Tell whether a body of a media type is the answer that a test wants."""
    assert test.result is not None
    if test.kind == "CSVResultFormatTest":
        return _csv_rows(suite[test.result]) == _csv_rows(body)
    ordered = b"ORDER BY" in suite[test.query].upper()
    if type == "text/turtle":
        return _canonical(parse(body, RdfFormat.TURTLE)) == _canonical(_triples(suite, test.result))
    if type == "application/sparql-results+json":
        answer = _table(body, QueryResultsFormat.JSON)
    else:
        answer = _table(body, next(form for name, form in RESULTS.values() if name == type))
    return _shape(answer, ordered) == _shape(_wanted(suite, test), ordered)


#: Names and rows, or a truth.
Table = tuple[Sequence[str], Sequence[Mapping[str, object]]] | bool


def _table(body: bytes, form: QueryResultsFormat) -> Table:
    found = parse_query_results(body, form)
    if isinstance(found, QueryBoolean):
        return bool(found)
    names = [variable.value for variable in found.variables]
    return names, [{name: row[name] for name in names if row[name] is not None} for row in found]


def _wanted(suite: Files, test: Test) -> Table:
    if _suffix(test) in RESULTS:
        return _table(suite[test.result], RESULTS[_suffix(test)][1])
    store = Store()
    store.extend(Quad(*one) for one in _triples(suite, test.result))
    (results,) = [
        quad.subject
        for quad in store.quads_for_pattern(
            None, NamedNode(f"{RDF}type"), NamedNode(f"{RS}ResultSet"), None
        )
    ]
    rows = [
        {
            value(store, binding, f"{RS}variable").value: value(store, binding, f"{RS}value")
            for binding in values(store, solution, f"{RS}binding")
        }
        for solution in values(store, results, f"{RS}solution")
    ]
    return [one.value for one in values(store, results, f"{RS}resultVariable")], rows


def _shape(table: Table, ordered: bool) -> object:
    """Make of a table what equals that of another if one is the other with other blank nodes."""
    if isinstance(table, bool):
        return table
    names, rows = table
    triples = []
    for number, row in enumerate(rows):
        place = BlankNode(f"row{number}")
        if ordered:
            triples.append(Triple(place, NamedNode("row:number"), Literal(number)))
        triples.append(Triple(place, NamedNode("row:is"), NamedNode("row:row")))
        triples += [Triple(place, NamedNode(f"row:of-{name}"), row[name]) for name in row]
    return sorted(names), _canonical(triples)


def _canonical(triples: Iterable[Triple]) -> list[str]:
    """Return what a graph says, whatever its blank nodes are called.

    By way of a store, since ``kg`` says what it says as its store keeps it: ``01`` is ``1``.
    """
    store = Store()
    store.extend(Quad(one.subject, one.predicate, one.object) for one in triples)
    dataset = Dataset(store)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


def _csv_rows(body: bytes) -> list[list[str]]:
    """Return CSV with columns and rows sorted, and blank nodes all called the same.

    The order of columns is free after SELECT *, and no test has two blank nodes.
    """
    lines = csv.reader(io.StringIO(body.decode("utf-8"), newline=""))
    columns = sorted(zip(*lines, strict=True))
    head, *rows = zip(*columns, strict=True)
    return [
        list(head),
        *sorted(["_:" if cell.startswith("_:") else cell for cell in row] for row in rows),
    ]


@cache
def _parsed(path: str, body: bytes) -> tuple[Triple, ...]:
    form = FORMATS[path.rpartition(".")[2]]
    quads = parse(body, form, base_iri=SUITE + path, rename_blank_nodes=True)
    return tuple(quad.triple for quad in quads)


def _triples(suite: Files, path: str) -> tuple[Triple, ...]:
    return _parsed(path, suite[path])


def _suffix(test: Test) -> str:
    return (test.result or "").rpartition(".")[2]


def _file(node: object) -> str:
    return _named(node).value.removeprefix(SUITE)


def _named(node: object) -> NamedNode:
    assert isinstance(node, NamedNode)
    return node
