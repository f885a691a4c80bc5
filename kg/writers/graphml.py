"""A store in, the plain network as GraphML out, for yEd, Gephi, Cytoscape and networkx."""

from dataclasses import asdict
from typing import IO

import networkx
from pyoxigraph import Store

from kg.writers import network


def write(store: Store, file: IO[bytes], *, evidence: bool) -> int:
    """Write GraphML and return the number of nodes and edges."""
    graph = to_networkx(store, evidence=evidence)
    # The pure Python writer, so that the bytes do not depend on whether lxml is there.
    networkx.write_graphml_xml(graph, file)
    return int(graph.number_of_nodes() + graph.number_of_edges())


def to_networkx(store: Store, *, evidence: bool) -> "networkx.MultiDiGraph[str]":
    """Return the network with the fields of nodes and edges as attributes, None left out."""
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for node in network.nodes(store):
        graph.add_node(node.id, label=node.label, type=node.type, papers=node.papers)
    for number, edge in enumerate(network.edges(store, evidence=evidence)):
        fields = {name: value for name, value in asdict(edge).items() if value is not None}
        source, target = fields.pop("source"), fields.pop("target")
        graph.add_edge(source, target, key=f"e{number}", **fields)
    return graph
