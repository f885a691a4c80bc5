"""The words of the graph as plain strings: types, roles, relations, and the names they write."""

from collections.abc import Mapping
from types import MappingProxyType

#: Namespace of the ontology; its prefix is ``kg:``.
ONTOLOGY = "https://w3id.org/paperkg/ontology#"
#: Namespace of the things in a graph, unless the user gives another base.
BASE = "https://w3id.org/paperkg/"

#: What an abstract names, as the annotation guide defines it, and the IRI folder of each.
TYPES: Mapping[str, str] = MappingProxyType(
    {"Method": "method", "Dataset": "dataset", "Task": "task", "Concept": "concept"}
)

#: The role that a mention of each type plays when its paper did not introduce it.
DEFAULT_ROLE: Mapping[str, str] = MappingProxyType(
    {"Method": "used", "Dataset": "used", "Task": "addressed", "Concept": "about"}
)

#: (type, role) of an entity in one paper, to the property that links the paper to it.
PAPER_PREDICATE: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("Method", "proposed"): "proposes",
        ("Method", "used"): "uses",
        ("Dataset", "proposed"): "introduces",
        ("Dataset", "used"): "uses",
        ("Dataset", "evaluated"): "evaluatesOn",
        ("Task", "proposed"): "introduces",
        ("Task", "addressed"): "addresses",
        ("Concept", "proposed"): "introduces",
        ("Concept", "about"): "about",
    }
)

#: Relation names of the annotation guide, to (property, types of its head, types of its tail).
#: ``broader`` is SKOS's, the others are ``kg:``'s. An empty tail means "the head's own type".
RELATIONS: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "used-for": ("usedFor", ("Method",), ("Task",)),
        "evaluated-on": ("evaluatedOn", ("Method",), ("Dataset",)),
        "trained-on": ("trainedOn", ("Method",), ("Dataset",)),
        "benchmark-for": ("benchmarkFor", ("Dataset",), ("Task",)),
        "part-of": ("partOf", tuple(TYPES), ()),
        "subclass-of": ("broader", tuple(TYPES), ()),
        "compared-with": ("comparedWith", ("Method",), ("Method",)),
        "studies": ("studies", ("Method", "Task"), ("Concept",)),
    }
)
