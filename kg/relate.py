"""Claims about mentions in, statements about works and entities out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import networkx

from kg.model import Claim, Entity, Mention, Statement
from kg.vocab import DEFAULT_ROLE, PAPER_PREDICATE, RELATIONS

#: Predicate of a claim about a paper to the role it gives, where that is not the type's own.
_ROLES: Mapping[str, str] = {
    "proposes": "proposed",
    "introduces": "proposed",
    "evaluatesOn": "evaluated",
}
#: Predicate to the types of its subject and of its object; no type means the subject's own.
_ENDS = {predicate: (heads, tails) for predicate, heads, tails in RELATIONS.values()}

#: Type and key of an entity.
Pair = tuple[str, str]


def roles(
    work: str, claims: Iterable[Claim], entity_of: Mapping[Mention, Entity]
) -> list[Statement]:
    """State what a work, given by its id, has to do with each entity, sorted.

    ``claims`` are those of its abstracts without a subject. A paper has one role for an entity,
    the one that its mentions weigh most for; the type of the entity decides which are possible.
    """
    found: dict[Entity, dict[str, list[Claim]]] = defaultdict(lambda: defaultdict(list))
    for claim in claims:
        object_ = entity_of.get(claim.object)
        if object_ is not None:
            role = _ROLES.get(claim.predicate, DEFAULT_ROLE[object_.type])
            default = PAPER_PREDICATE[object_.type, DEFAULT_ROLE[object_.type]]
            predicate = PAPER_PREDICATE.get((object_.type, role), default)
            found[object_][predicate].append(claim)
    statements = []
    for object_, by_predicate in found.items():
        best = min(by_predicate, key=lambda name: (-_weight(by_predicate[name]), name))
        statements.append(statement(work, best, object_, by_predicate[best]))
    return sorted(statements, key=lambda one: (one.predicate, one.object.type, one.object.key))


def allowed(predicate: str, subject: Pair, object_: Pair) -> bool:
    """Tell whether a relation may hold between two entities: of these types, and not the same."""
    heads, tails = _ENDS[predicate]
    return subject != object_ and subject[0] in heads and object_[0] in (tails or (subject[0],))


def statement(
    subject: str | Entity, predicate: str, object_: Entity, claims: Iterable[Claim]
) -> Statement:
    """State what claims say, with all their mentions as evidence."""
    own = list(claims)
    mentions = {claim.object for claim in own} | {c.subject for c in own if c.subject}
    return Statement(
        subject,
        predicate,
        object_,
        max(claim.confidence for claim in own),
        tuple(sorted(mentions)),
    )


def acyclic(weights: Mapping[tuple[Pair, Pair], float]) -> set[tuple[Pair, Pair]]:
    """Return the (narrower, broader) pairs that are left when every circle is cut.

    The weightiest stay, of equal ones the first: a pair is dropped where those before it lead
    back from its broader end to its narrower one.
    """
    graph = networkx.DiGraph()
    graph.add_edges_from(weights)
    kept = set(weights)
    for component in networkx.strongly_connected_components(graph):
        if len(component) > 1:
            inside = graph.subgraph(component).edges
            kept -= set(inside)
            tree = networkx.DiGraph()
            tree.add_nodes_from(component)
            for pair in sorted(inside, key=lambda pair: (-weights[pair], pair)):
                if not networkx.has_path(tree, pair[1], pair[0]):
                    tree.add_edge(*pair)
                    kept.add(pair)
    return kept


def _weight(claims: Iterable[Claim]) -> int:
    return sum(round(100 * claim.confidence) for claim in claims)
