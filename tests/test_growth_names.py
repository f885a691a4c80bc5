"""Entities of a whole corpus: what short forms mean, what folds, types, senses, broader things."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import papers
import pytest

from kg import builder, opened, store
from kg.growth import decisions
from kg.query.things import find


def built(tmp_path: Path, *abstracts: str, **more: Sequence[object]) -> opened.Graph:
    """Build a graph of abstracts; ``more`` gives other fields of each."""
    records = [
        {"title": f"Paper on matter {n} of {'abcdefgh'[n]}", "abstract": text}
        | {name: values[n] for name, values in more.items()}
        for n, text in enumerate(abstracts)
    ]
    source = papers.write(tmp_path / "papers.jsonl", records)
    builder.build([source], tmp_path / "graph.kg", extract=papers.extract)
    return opened.open(tmp_path / "graph.kg")


def called(graph: opened.Graph, name: str) -> list[tuple[str, str]]:
    return [(thing.kind, thing.name) for thing in find(graph, name)]


def rows(graph: opened.Graph, query: str) -> list[tuple[str, ...]]:
    found = graph.store.query(query, use_default_graph_as_union=True, prefixes=PREFIXES)
    return sorted(tuple(value.value for value in row) for row in found)  # type: ignore[union-attr]


PREFIXES: Mapping[str, str] = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "kg": "https://w3id.org/paperkg/ontology#",
}


def test_a_short_form_is_read_as_its_corpus_introduces_it(tmp_path: Path) -> None:
    graph = built(
        tmp_path, "A graph neural network (GNN) is used.", "We propose GNN.", "GNN with Adam."
    )
    assert called(graph, "GNN") == [("Method", "graph neural network")]


def test_an_open_short_form_goes_by_the_company_of_its_abstract(tmp_path: Path) -> None:
    graph = built(
        tmp_path,
        "The state space models (SSM) with IceNet and Adam.",
        "The state space models (SSM) with IceNet.",
        "The surface snow melt (SSM) on CIFAR-10.",
        "The surface snow melt (SSM) and melt.",
        "SSM with IceNet and Adam.",
    )
    (iri,) = {thing.iri for thing in find(graph, "state space models")}
    named = rows(
        graph,
        f'SELECT ?m {{ ?m kg:entity <{iri}> ; kg:exact "SSM" ; kg:in ?a .'
        ' ?a kg:text ?text FILTER(STRSTARTS(?text, "SSM")) }',
    )
    assert len(named) == 1


def test_what_is_said_in_other_words_folds_only_where_both_are_there(tmp_path: Path) -> None:
    graph = built(tmp_path, "We propose u net.", "The Adam optimizer is used.")
    assert called(graph, "u net") == [("Method", "u net")]
    graph = built(tmp_path, "We propose u net.", "The Adam optimizer, with unet and Adam.")
    assert called(graph, "u net") == called(graph, "unet")
    assert called(graph, "Adam optimizer") == called(graph, "Adam") == [("Method", "Adam")]


def test_every_name_is_kept_with_its_count(tmp_path: Path) -> None:
    graph = built(tmp_path, "A graph neural network (GNN): GNN.", "Graph neural networks, no: GNN.")
    counted = rows(
        graph,
        "SELECT ?text ?n { ?e skosxl:prefLabel|skosxl:altLabel ?name ; a kg:Method ."
        " ?name skosxl:literalForm ?text ; kg:count ?n }",
    )
    assert ("GNN", "3") in counted and ("graph neural network", "1") in counted
    labels = rows(graph, "SELECT ?text { ?e a kg:Method ; skos:altLabel ?text }")
    assert ("GNN",) in labels


def test_a_name_that_two_teams_propose_is_two_things(tmp_path: Path) -> None:
    texts = ("We propose TRACE.", "We propose TRACE on CIFAR-10.", "TRACE is used.")
    teams = (["Ana Souza"], ["Bo Li"], ["Bo Li", "Carl Ng"])
    graph = built(tmp_path, *texts, authors=teams)
    assert called(graph, "TRACE") == [("Method", "TRACE")] * 2
    sizes = rows(
        graph, "SELECT ?e (COUNT(?m) AS ?n) { ?m kg:entity ?e ; kg:exact 'TRACE' } GROUP BY ?e"
    )
    assert sorted(n for _, n in sizes) == ["1", "2"]


def test_a_name_that_one_team_proposes_twice_is_one_thing(tmp_path: Path) -> None:
    teams = (["Ana Souza", "Bo Li"], ["Bo Li", "Carl Ng", "Ana Souza"])
    graph = built(tmp_path, "We propose TRACE.", "We propose TRACE on CIFAR-10.", authors=teams)
    assert called(graph, "TRACE") == [("Method", "TRACE")]


def test_a_minor_type_gives_way_and_the_ledger_says_so(tmp_path: Path) -> None:
    graph = built(
        tmp_path,
        "The neural network.",
        "The neural network and Adam.",
        "The neural network of IceNet.",
        "The neural networks.",
    )
    assert called(graph, "neural networks") == [("Method", "neural network")]
    ledger = [row for row in store.read_ledger(tmp_path / "graph.kg") if "vote" in row.rule]
    assert [row.what for row in ledger] == ["Concept neural networks"]


def broader(graph: opened.Graph) -> list[tuple[str, ...]]:
    return rows(
        graph,
        "SELECT ?c ?p { ?child skos:broader ?parent . ?child skos:prefLabel ?c ."
        " ?parent skos:prefLabel ?p }",
    )


def test_a_thing_is_under_what_its_name_ends_in_where_that_is_there(tmp_path: Path) -> None:
    graph = built(tmp_path, "A graph neural network.", "No more.")
    assert broader(graph) == []
    graph = built(tmp_path, "A graph neural network.", "The neural network.")
    assert broader(graph) == [("graph neural network", "neural network")]
    shown = rows(
        graph,
        "SELECT ?exact { ?s a kg:Statement ; kg:evidence ?m . ?m kg:exact ?exact"
        " . ?s <http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> skos:broader }",
    )
    assert shown == [("graph neural network",)]


def test_circles_of_broader_things_are_cut(tmp_path: Path) -> None:
    # An odd number of characters makes neighbours narrower and broader.
    one, other = "IceNet, Adam, IceNet.", "A graph neural network, no neural network."
    assert len(one) % 2 == 1
    graph = built(tmp_path, one, other)
    pairs = broader(graph)
    assert len([pair for pair in pairs if set(pair) == {"Adam", "IceNet"}]) == 1


def test_a_decision_on_names_needs_no_more_than_the_names() -> None:
    from kg.growth.names import rulings

    said = [
        decisions.make("entity", "GNNs", "graph neural network", False),
        decisions.make("entity", "Adam optimizer", "Adam", False),
        decisions.make("entity", "Flux", "FLUX", False),
        decisions.make("entity", "B", "A", True),
        decisions.make("paper", "x", "y", True),
    ]
    found = rulings(said)
    assert found.detached == {"gnn", "adam optimizer"}
    assert found.apart == {"Flux"}
    assert found.joined == (("a", "b"),)


@pytest.mark.parametrize("text", ["We propose .", "Nothing here."])
def test_an_abstract_that_names_nothing_is_no_trouble(tmp_path: Path, text: str) -> None:
    graph = built(tmp_path, text)
    assert rows(graph, "SELECT ?e { ?e skos:prefLabel ?l . ?e a kg:Method }") == []
