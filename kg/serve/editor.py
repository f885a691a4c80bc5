"""A graph in, the page of its query editor out: YASGUI, with the library's questions beside it.

The page is whole without scripts: a form with the query, and links that put a question into it.
"""

import itertools
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from pyoxigraph import Literal, NamedNode, RdfFormat, Variable, parse

from kg.errors import KgError
from kg.opened import Graph
from kg.query.binding import Term, bind
from kg.query.questions import SavedQuery, saved, search
from kg.query.things import find
from kg.serve.media import packed
from kg.serve.messages import Limits, Reply
from kg.terms import PREFIXES, plain, term

#: No script but ours and no request elsewhere, whatever a query or an answer holds.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

#: What stands in the editor when it is opened for the first time.
FIRST = """\
# The methods that most papers use
PREFIX kg: <https://w3id.org/paperkg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?method ?name (COUNT(DISTINCT ?paper) AS ?papers)
WHERE {
  ?paper kg:uses ?method .
  ?method a kg:Method ; skos:prefLabel ?name .
}
GROUP BY ?method ?name
ORDER BY DESC(?papers) ?name ?method
LIMIT 20
"""

INTEGER = term("xsd:integer")
FOLDER = Path(__file__).parent
ONTOLOGY = FOLDER.parent / "ontology.ttl"


def page(
    graph: Graph, limits: Limits, *, parameters: Mapping[str, str], gzip: bool = False
) -> Reply:
    """Show the editor with ``?query=``, or with the question of the library in ``?question=``.

    The parameters of a question have the values that are given by their names, else those of its
    example.
    """
    question = saved().get(parameters.get("question", ""))
    text = parameters.get("query", "")
    if question is not None and not text:
        text = filled(graph, question, parameters)
    written = _template().render(
        title=question.title if question else "Query the graph",
        resource=False,
        question=question,
        text=text or FIRST,
        facts={"base": graph.base, "given": bool(text), "prefixes": dict(PREFIXES), **_terms()},
        groups=itertools.groupby(search(), key=lambda query: query.about),
    )
    reply = Reply(
        200,
        "text/html; charset=utf-8",
        written.encode("utf-8", "replace"),
        (("content-security-policy", POLICY),),
    )
    return packed(reply) if gzip else reply


def filled(graph: Graph, question: SavedQuery, values: Mapping[str, str]) -> str:
    """Write a question with its parameters bound, so that it asks the same on its own.

    Comments at its top say which other things bear a name, or that nothing does: then there is no
    answer until another IRI is put in.
    """
    notes = [question.title]
    terms: dict[Variable, Term] = {}
    for parameter in question.parameters:
        example = question.example.get(parameter.name, parameter.default or "")
        value = values.get(parameter.name, example).strip()
        if parameter.kind is None:
            terms[Variable(parameter.name)] = _scalar(value, parameter.default or "")
        elif value or parameter.default is None:
            terms[Variable(parameter.name)], said = _thing(graph, value, parameter.kind)
            notes += said
    head = "".join(f"# {note}\n" for note in notes)
    lines = question.text.splitlines(keepends=True)
    body = "".join(itertools.dropwhile(lambda line: line[0] in "#\n", lines))
    text = bind(body, terms)
    for number in terms.values():
        if isinstance(number, Literal) and number.datatype == INTEGER:
            text = text.replace(str(number), number.value)
    return head + text


def _scalar(value: str, default: str) -> Literal:
    """Take a value as a number where the default is one, else as a string."""
    number = default.isdecimal() and value.isascii() and value.isdecimal()
    return Literal(value, datatype=INTEGER if number else None)


def _thing(graph: Graph, name: str, kind: str) -> tuple[NamedNode, list[str]]:
    """Return the first thing that a name stands for, and what has to be said about it."""
    try:
        thing, *others = find(graph, name, kind)
    except KgError as error:
        return NamedNode(f"{graph.base}nothing"), [" ".join(str(error).split())]
    also = [f"{plain(other.name)} has that name too: <{other.iri}>" for other in others]
    return NamedNode(thing.iri), also


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader((FOLDER, FOLDER / "pages" / "templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("editor.html")


@cache
def _terms() -> Mapping[str, list[str]]:
    """Return the IRIs of the classes and of the properties that the ontology describes."""
    described = {
        triple.subject.value
        for triple in parse(path=ONTOLOGY, format=RdfFormat.TURTLE)
        if isinstance(triple.subject, NamedNode)
    }
    # In all of these vocabularies a class begins with a capital, and a property does not.
    kinds: dict[str, list[str]] = {"classes": [], "properties": []}
    for iri in sorted(described):
        local = next((iri.removeprefix(ns) for ns in PREFIXES.values() if iri.startswith(ns)), "")
        if local:
            kinds["classes" if local[0].isupper() else "properties"].append(iri)
    return kinds
