"""Words, a query or a name in, an answer that carries its sentences and papers out.

What stands in an answer was written by others: controls and marks of direction are taken out, and
a quote or a title fills one line, so that it cannot pass for a line of ours.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import dropwhile, groupby, islice
from typing import TypeVar
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from kg import ask as asking
from kg import query as querying
from kg import why as reasons
from kg.opened import Graph
from kg.query.answers import Answer, Term
from kg.search import Hit as Match
from kg.search.rows import BETWEEN
from kg.search.things import KINDS, Thing, see
from kg.serve.messages import Limits, Reply
from kg.terms import plain, short, term
from kg.view.facts import FACTS, Said, said, subjects, texts
from kg.view.passages import fraction, whole
from kg.why import Passage, Reason

#: At most so many characters of a query's rows, and sentences behind them.
MOST_TEXT, MOST_QUOTES = 20_000, 10
#: At most so many claims, sentences of one claim, and papers of an author or a venue.
MOST_CLAIMS, MOST_SENTENCES, MOST_PAPERS = 30, 10, 3
#: So many statements of a thing are read to choose the surest: those of a hub are very many.
MOST_READ = 300

#: Properties that say where a paper can be read, the best first.
ADDRESSES = ("fabio:hasArXivId", "prism:doi", "kg:aclId", "foaf:page", "kg:openAlexId")
#: What leads from an author or a venue to papers.
PAPERS: Mapping[str, str] = {"Author": "dct:creator", "Venue": "kg:venue"}


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper, and where it can be read."""

    title: str
    iri: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a paper's abstract, and what the graph takes it to say."""

    text: str
    #: Empty where it just has the words that were searched.
    claim: str
    #: Of the claim; None where the graph does not make it.
    confidence: float | None
    paper: Paper
    #: IRI of the abstract, and the sentence's offsets in it, in code points.
    abstract: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper, entity, author or venue that answers a search."""

    kind: str
    name: str
    iri: str
    #: How many papers name it, are by it, or are in it; none for a paper.
    papers: int
    #: The paper itself; of an author or a venue, some papers.
    links: tuple[Paper, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The best hits for words."""

    hits: tuple[Hit, ...]
    total: int
    #: False where nothing has all the words, and the hits have some of them.
    all_words: bool


@dataclass(frozen=True, slots=True)
class Table:
    """What a query found, and sentences behind its first rows."""

    columns: tuple[str, ...]
    #: The first rows; an IRI is ``<method/lora>`` below the graph's base, or ``kg:uses``.
    rows: tuple[tuple[str | None, ...], ...]
    total: int
    #: The answer to an ASK.
    truth: bool | None
    quotes: tuple[Quote, ...]
    #: Papers of these rows without a quote.
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The saved question that is nearest to the words, what it was asked with, and its answer."""

    question: str
    parameters: dict[str, str]
    sparql: str
    answer: Table
    #: Names and numbers of the words that it takes no notice of.
    unused: tuple[str, ...]
    #: Other questions that are near.
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What the graph claims, and the surest sentences that say so."""

    claim: str
    #: How many sentences there are in all.
    sentences: int
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """What the names stand for, and what is claimed of it."""

    asked: tuple[Hit, ...]
    claims: tuple[Claim, ...]
    #: How many claims there are in all.
    total: int


def search(
    graph: Graph, limits: Limits, *, words: str, kind: str | None = None, most: int = 10
) -> Reply:
    """Find papers, entities, authors and venues by words; KgError for an unknown kind."""
    found = graph.index.search(words, kinds=[kind] if kind else (), most=most)
    hits = tuple(
        _hit(
            graph,
            Thing(match.kind, match.name, match.iri),
            _snippet(graph, match) or _surest(graph, [match.iri]),
        )
        for match in found.hits
    )
    return _reply(graph, Found(hits, found.total, found.all_words), _write_found)


def ask(graph: Graph, limits: Limits, *, words: str) -> Reply:
    """Answer the saved question that is nearest to words; KgError where none is near."""
    asked, answer = asking.ask(graph, words)
    told = Asked(
        asked.question.title,
        {name: _line(value) for name, value in asked.parameters.items()},
        "\n".join(dropwhile(lambda line: line[:1] in ("", "#"), asked.question.text.splitlines())),
        _table(graph, limits, answer),
        tuple(map(_line, asked.unused)),
        tuple(other.title for other in asked.others),
    )
    return _reply(graph, told, _write_asked)


def sparql(graph: Graph, limits: Limits, *, query: str) -> Reply:
    """Answer SPARQL; KgError for anything else, as for a name of a saved query or of a file."""
    # With a comment behind it, it can be nothing else; in front, it would shift the line numbers.
    answer = querying.ask(graph, f"{query}\n# SPARQL")
    return _reply(graph, _table(graph, limits, answer), _write_table)


def why(graph: Graph, limits: Limits, *, name: str, other: str | None = None) -> Reply:
    """Give the sentences behind a thing, or behind what links two; KgError as ``kg.why`` has it."""
    found = reasons.why(graph, name, other)
    asked = tuple(
        _hit(graph, thing, None)
        for thing in dict.fromkeys(thing for things in found.asked for thing in things)
    )
    making = [(claim, list(group)) for claim, group in groupby(found.reasons, key=_claimed)]
    claims = tuple(_claim(graph, claim, group) for claim, group in making[:MOST_CLAIMS])
    return _reply(graph, Why(asked, claims, len(making)), _write_why)


#: Name of a tool to what answers it.
TASKS: Mapping[str, Callable[..., Reply]] = {
    "search": search,
    "ask": ask,
    "sparql": sparql,
    "why": why,
}


def _hit(graph: Graph, thing: Thing, quoted: Quote | None) -> Hit:
    name, links = _line(thing.name), _papers(graph, thing)
    quotes = (quoted,) if quoted else ()
    return Hit(thing.kind, name, thing.iri, graph.index.papers(thing.iri), links, quotes)


def _snippet(graph: Graph, match: Match) -> Quote | None:
    """Quote the snippet of a match where it is of a paper's abstract."""
    words = [piece for piece, marked in match.snippet if marked]
    # Of a paper's abstracts, which an index joins, a snippet may hold the end of one.
    parts = "".join(piece for piece, _ in match.snippet).strip("… ").split(BETWEEN)
    for abstract in subjects(graph.store, "kg:of", match.iri):
        for text in texts(said(graph.store, abstract), "kg:text"):
            for part in parts:
                start = text.find(part)
                if start >= 0 and any(word in part for word in words):
                    return _quote(graph, abstract, start, start + len(part), "", None)
    return None


def _papers(graph: Graph, thing: Thing) -> tuple[Paper, ...]:
    """Return a paper itself, or the first papers of an author or a venue."""
    if thing.kind == "Paper":
        return (_paper(graph, thing.iri),)
    if thing.kind not in PAPERS:
        return ()
    papers = subjects(graph.store, PAPERS[thing.kind], thing.iri)
    return tuple(_paper(graph, iri) for iri in papers[:MOST_PAPERS])


def _paper(graph: Graph, iri: str) -> Paper:
    return Paper(_name(graph, iri), iri, _link(said(graph.store, iri)))


def _link(facts: Said) -> str | None:
    for predicate in ADDRESSES:
        _, address = FACTS[predicate]
        for value in texts(facts, predicate):
            link = address.format(quote(value, safe="/:;()")) if address else value
            if link.startswith(("https://", "http://")):
                return _line(link)
    return None


def _name(graph: Graph, iri: str) -> str:
    return next((_line(thing.name) for thing in see(graph.store, NamedNode(iri))), iri)


def _table(graph: Graph, limits: Limits, answer: Answer) -> Table:
    rows: list[tuple[str | None, ...]] = []
    room = MOST_TEXT
    for row in answer.rows[: limits.rows]:
        cells = tuple(_cell(node, answer.base) for node in row)
        room -= sum(len(cell or "") for cell in cells)
        if room < 0:
            break
        rows.append(cells)
    things = [_things(graph, row) for row in answer.rows[: len(rows)]]
    best = (_surest(graph, [thing.iri for thing in row]) for row in things if row)
    quotes = tuple(islice(_distinct(best), MOST_QUOTES))
    quoted = {found.paper.iri for found in quotes}
    papers = dict.fromkeys(thing.iri for row in things for thing in row if thing.kind == "Paper")
    rest = tuple(_paper(graph, iri) for iri in papers if iri not in quoted)
    return Table(answer.variables, tuple(rows), len(answer.rows), answer.truth, quotes, rest)


def _distinct(quotes: Iterable[Quote | None]) -> Iterator[Quote]:
    seen = set()
    for found in quotes:
        if found and found not in seen:
            seen.add(found)
            yield found


def _things(graph: Graph, row: Iterable[Term | None]) -> list[Thing]:
    """Return the papers and entities of a row."""
    nodes = [node for node in dict.fromkeys(row) if isinstance(node, NamedNode)]
    kinds = KINDS["Paper"] + KINDS["Entity"]
    return [thing for node in nodes for thing in see(graph.store, node) if thing.kind in kinds]


def _surest(graph: Graph, iris: Sequence[str]) -> Quote | None:
    """Quote the surest statement that joins two of some things, or that is about the only one."""
    stated = [one for iri in iris for one in _stated(graph, "rdf:subject", iri)]
    if len(iris) > 1:
        stated = [one for one in stated if _value(graph, one, "rdf:object") in iris]
    else:
        stated += [one for iri in iris for one in _stated(graph, "rdf:object", iri)]
    best = sorted(stated, key=lambda one: -fraction([_value(graph, one, "kg:confidence")]))
    return next(filter(None, (_statement(graph, said(graph.store, one)) for one in best)), None)


def _stated(graph: Graph, end: str, iri: str) -> list[str]:
    """Return the statements that have a thing at one end, or some of them, sorted."""
    # A store on disk gives them always in the same order.
    found = graph.store.quads_for_pattern(None, term(end), NamedNode(iri), None)
    nodes = (quad.subject for quad in islice(found, MOST_READ))
    return sorted({node.value for node in nodes if isinstance(node, NamedNode)})


def _value(graph: Graph, iri: str, predicate: str) -> str:
    found = graph.store.quads_for_pattern(NamedNode(iri), term(predicate), None, None)
    nodes = (quad.object for quad in found)
    return next((node.value for node in nodes if isinstance(node, NamedNode | Literal)), "")


def _statement(graph: Graph, facts: Said) -> Quote | None:
    """Quote the best sentence of a statement; None where the graph does not say all of it."""
    ends = [
        thing
        for end in ("rdf:subject", "rdf:object")
        for iri in texts(facts, end)
        for thing in islice(see(graph.store, NamedNode(iri)), 1)
    ]
    predicate = "".join(texts(facts, "rdf:predicate")).rpartition("#")[2]
    start, end = (whole(texts(facts, name)) for name in ("kg:sentenceStart", "kg:sentenceEnd"))
    if len(ends) != 2:
        return None
    claim = _says(ends[0], predicate, ends[1])
    sure = fraction(texts(facts, "kg:confidence"))
    quotes = (_quote(graph, one, start, end, claim, sure) for one in texts(facts, "kg:in"))
    return next(filter(None, quotes), None)


def _quote(
    graph: Graph, abstract: str, start: int, end: int, claim: str, confidence: float | None
) -> Quote | None:
    facts = said(graph.store, abstract)
    for text, paper in zip(texts(facts, "kg:text"), texts(facts, "kg:of"), strict=False):
        sentence = _line(text[start:end])
        return Quote(sentence, claim, confidence, _paper(graph, paper), abstract, start, end)
    return None


def _claim(graph: Graph, claim: str, making: Iterable[Reason]) -> Claim:
    passages = [(-reason.confidence, passage) for reason in making for passage in reason.passages]
    quotes = tuple(
        Quote(
            _line(passage.text),
            claim,
            -sure or None,
            _paper(graph, passage.paper.iri),
            passage.abstract,
            passage.start,
            passage.end,
        )
        for sure, passage in _spread(passages)[:MOST_SENTENCES]
    )
    return Claim(claim, len(passages), quotes)


def _spread(passages: Iterable[tuple[float, Passage]]) -> list[tuple[float, Passage]]:
    """Sort passages; of every abstract one comes before the second of any."""
    turns: Counter[str] = Counter()
    ranked = []
    for rank, passage in sorted(passages):
        ranked.append((turns[passage.abstract], rank, passage))
        turns[passage.abstract] += 1
    return [(rank, passage) for _, rank, passage in sorted(ranked)]


def _claimed(reason: Reason) -> str:
    return _says(reason.subject, reason.predicate, reason.object)


def _says(subject: Thing, predicate: str, other: Thing) -> str:
    """Word a claim; the paper that makes one of itself stands beside its sentence."""
    who = "paper" if subject.kind == "Paper" else f"{_line(subject.name)} ({subject.kind})"
    return f"{who} {predicate} {_line(other.name)} ({other.kind})"


def _cell(node: Term | None, base: str) -> str | None:
    if node is None:
        return None
    if isinstance(node, NamedNode):
        return _short(node.value, base)
    return _line(node.value if isinstance(node, Literal) else str(node))


def _short(iri: str, base: str) -> str:
    return _line(short(iri, base))


def _line(text: str) -> str:
    return " ".join(plain(text).split())


#: What a tool answers.
Told = TypeVar("Told", Found, Table, Asked, Why)


def _reply(graph: Graph, told: Told, write: Callable[[Told, str], Iterable[str]]) -> Reply:
    """Give an answer twice: as text to read, and as it is."""
    said = {"text": "\n".join(write(told, graph.base)), "structured": asdict(told)}
    return Reply(200, "application/json", json.dumps(said, ensure_ascii=False).encode())


def _write_found(found: Found, base: str) -> Iterator[str]:
    some = "" if found.all_words else "; nothing has all the words, these have some"
    yield f"{len(found.hits)} of {found.total} hits{some}"
    for hit in found.hits:
        yield ""
        yield from _write_hit(hit, base)


def _write_hit(hit: Hit, base: str) -> Iterator[str]:
    counted = f", {_counted(hit.papers, 'paper')}" if hit.papers else ""
    own = [paper for paper in hit.links if paper.iri == hit.iri]
    link = f", {own[0].link}" if own and own[0].link else ""
    yield f"{hit.kind} {hit.name} {_short(hit.iri, base)}{counted}{link}"
    for paper in hit.links:
        if paper not in own:
            yield f"  {_write_paper(paper, base)}"
    for found in hit.quotes:
        yield from _write_quote(found, base, own)


def _write_paper(paper: Paper, base: str) -> str:
    return ", ".join(filter(None, (f"{paper.title} {_short(paper.iri, base)}", paper.link)))


def _write_quote(
    found: Quote, base: str, told: Collection[Paper] = (), *, claimed: bool = False
) -> Iterator[str]:
    """Write a sentence, and what it says and where it stands, as far as that was not told."""
    said = [
        "" if claimed else found.claim,
        f"confidence {found.confidence:.2f}" if found.confidence else "",
        "" if found.paper in told else _write_paper(found.paper, base),
        f"characters {found.start} to {found.end} of {_short(found.abstract, base)}",
    ]
    yield f"  > {found.text}"
    yield f"    {', '.join(filter(None, said))}"


def _write_table(table: Table, base: str) -> Iterator[str]:
    if table.truth is not None:
        yield "yes" if table.truth else "no"
        return
    yield "\t".join(table.columns)
    for row in table.rows:
        yield "\t".join(cell or "" for cell in row)
    if len(table.rows) < table.total:
        yield f"{len(table.rows)} of {table.total} rows: ask for less, or with LIMIT and OFFSET"
    elif not table.rows:
        yield "no rows"
    if table.quotes:
        yield "\nSentences behind these rows:"
    for found in table.quotes:
        yield from _write_quote(found, base)
    if table.papers:
        yield "\nPapers of these rows:"
    for paper in table.papers:
        yield f"  {_short(paper.iri, base)} {paper.link or paper.title}"


def _write_asked(asked: Asked, base: str) -> Iterator[str]:
    yield f"Question: {asked.question}"
    for name, value in asked.parameters.items():
        yield f"  {name} = {value}"
    if asked.unused:
        yield f"  not asked for: {', '.join(asked.unused)}"
    yield ""
    yield from _write_table(asked.answer, base)
    yield f"\nSPARQL that was run:\n{asked.sparql}"
    if asked.others:
        yield "Other questions that are near:"
    for title in asked.others:
        yield f"  {title}"


def _write_why(why: Why, base: str) -> Iterator[str]:
    told = [paper for hit in why.asked for paper in hit.links if paper.iri == hit.iri]
    for hit in why.asked:
        yield from _write_hit(hit, base)
    for claim in why.claims:
        yield f"\n{claim.claim}: {_counted(claim.sentences, 'sentence')}"
        for found in claim.quotes:
            yield from _write_quote(found, base, told, claimed=True)
        if len(claim.quotes) < claim.sentences:
            yield f"  and {claim.sentences - len(claim.quotes)} more"
    if len(why.claims) < why.total:
        yield f"\nand {_counted(why.total - len(why.claims), 'claim')} more"
    if not why.claims:
        yield "\nno sentence names it"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
