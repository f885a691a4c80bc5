"""The page of a statement or a mention: the sentences that say it, and its properties."""

from collections import defaultdict

from pyoxigraph import NamedNode

from kg.opened import Graph
from kg.serve.pages import resource
from kg.serve.pages.lookup import Anchor, anchor, nodes, rows
from kg.serve.pages.sentences import place, quote
from kg.serve.pages.sheet import Parameters, Sheet
from kg.terms import EVIDENCE, short
from kg.view.outline import WORDS
from kg.view.passages import fraction, sentences

#: Mentions read.
MOST_READ = 300

MENTIONS = """
SELECT ?entity ?abstract ?first ?last ?start ?end ?sure {
  { SELECT ?mention { $thing kg:evidence ?mention } LIMIT $most }
  UNION { VALUES ?mention { $thing } }
  ?mention kg:entity ?entity ; kg:in ?abstract ; kg:sentenceStart ?first ;
    kg:sentenceEnd ?last ; kg:start ?start ; kg:end ?end ; kg:confidence ?sure
}
"""
CLAIM = """
SELECT ?subject ?predicate ?object ?support ?sure {
  $thing rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ;
    kg:support ?support ; kg:confidence ?sure
} LIMIT 1
"""
PAPERS = "SELECT ?abstract ?paper { VALUES ?abstract { $abstracts } ?abstract kg:of ?paper }"


def show(graph: Graph, thing: NamedNode, parameters: Parameters) -> Sheet | None:
    """Show what a statement claims, and its sentences with the words marked."""
    found = rows(graph, MENTIONS, only=EVIDENCE, thing=thing, most=MOST_READ)
    places = [
        place(abstract, entity, sure, (first, last), (start, end))
        for entity, abstract, first, last, start, end, sure in found
    ]
    spans = sentences(places, ())
    quoted = quote(graph, spans, places)
    papers: dict[str, list[Anchor]] = defaultdict(list)
    abstracts = nodes(sorted({span.abstract for span in quoted}))
    for abstract, paper in sorted(rows(graph, PAPERS, abstracts=abstracts)):
        papers[abstract].append(anchor(graph, paper))
    claims = [
        (
            anchor(graph, subject),
            WORDS.get(short(predicate), (short(predicate),))[0],
            anchor(graph, other),
            support,
            fraction([sure]),
        )
        for subject, predicate, other, support, sure in rows(graph, CLAIM, thing=thing)
    ]
    table = resource.show(graph, thing, parameters)
    if table is None:
        return None
    filling = {
        **table.filling,
        "claims": claims,
        "quotes": [(papers[span.abstract], quoted[span]) for span in spans],
        "more": len({one.sentence for one in places}) - len(spans),
    }
    return Sheet("evidence.html", table.title, filling, resource=True)
