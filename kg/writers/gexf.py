"""A store in, the plain network as GEXF 1.2 out, for Gephi."""

from typing import IO
from xml.etree import ElementTree

from networkx.readwrite.gexf import GEXFWriter
from pyoxigraph import Store

from kg.writers.graphml import to_networkx


def write(store: Store, file: IO[bytes], *, evidence: bool) -> int:
    """Write GEXF and return the number of nodes and edges."""
    graph = to_networkx(store, evidence=evidence)
    writer = GEXFWriter(encoding="utf-8", prettyprint=True, version="1.2draft")
    # It carries the day of writing: another day, other bytes.
    writer.xml.remove(writer.xml.find("meta"))
    writer.add_graph(graph)
    ElementTree.ElementTree(writer.xml).write(file, encoding="utf-8", xml_declaration=True)
    return int(graph.number_of_nodes() + graph.number_of_edges())
