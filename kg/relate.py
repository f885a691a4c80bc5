"""Claims about mentions in, statements about works and entities out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kg.model import Claim, Entity, Extraction, Mention, Statement, Work
from kg.vocab import DEFAULT_ROLE, PAPER_PREDICATE, RELATIONS

#: Predicate of a claim about a paper to the role it gives, where that is not the type's own.
_ROLES: Mapping[str, str] = {
    "proposes": "proposed",
    "introduces": "proposed",
    "evaluatesOn": "evaluated",
}
#: Predicate to the types of its subject and of its object; no type means the subject's own.
_ENDS = {predicate: (heads, tails) for predicate, heads, tails in RELATIONS.values()}

Ends = tuple[str | Entity, Entity]


def relate(
    works: Iterable[Work],
    extractions: Iterable[Extraction],
    entity_of: Mapping[Mention, Entity],
) -> Iterator[Statement]:
    """Yield each statement once, sorted, with all mentions that say it.

    A paper has one role for an entity, the one that its mentions weigh most for. A relation that
    the types of the resolved entities do not allow is dropped, so is one of a thing to itself;
    of "a broader b" and "b broader a" the better supported one stays.
    Sees all extractions before the first statement.
    """
    work_of: dict[str, list[str]] = defaultdict(list)
    for work in works:
        for abstract in {record.abstract_id for record in work.records} - {None}:
            work_of[abstract or ""].append(work.id)
    claims: dict[Ends, dict[str, list[Claim]]] = defaultdict(lambda: defaultdict(list))
    for extraction in extractions:
        for claim in extraction.claims:
            for subject, predicate, object_ in _resolved(claim, work_of, entity_of):
                claims[subject, object_][predicate].append(claim)
    statements = []
    for (subject, object_), by_predicate in claims.items():
        chosen = _one_role(by_predicate) if isinstance(subject, str) else dict(by_predicate)
        if "broader" in chosen and _reversed(claims, subject, object_, chosen["broader"]):
            del chosen["broader"]
        for predicate, own in chosen.items():
            statements.append(_statement(subject, predicate, object_, own))
    yield from sorted(statements, key=_order)


def _order(statement: Statement) -> tuple[object, ...]:
    subject = statement.subject
    first = ("", "", subject) if isinstance(subject, str) else ("1", subject.type, subject.key)
    return (*first, statement.predicate, statement.object.type, statement.object.key)


def _resolved(
    claim: Claim, work_of: Mapping[str, list[str]], entity_of: Mapping[Mention, Entity]
) -> Iterator[tuple[str | Entity, str, Entity]]:
    object_ = entity_of.get(claim.object)
    if object_ is None:
        return
    if claim.subject is None:
        role = _ROLES.get(claim.predicate, DEFAULT_ROLE[object_.type])
        default = PAPER_PREDICATE[object_.type, DEFAULT_ROLE[object_.type]]
        predicate = PAPER_PREDICATE.get((object_.type, role), default)
        for work in work_of.get(claim.object.quote.abstract, []):
            yield work, predicate, object_
        return
    subject = entity_of.get(claim.subject)
    if subject is None or subject == object_:
        return
    heads, tails = _ENDS[claim.predicate]
    if subject.type in heads and object_.type in (tails or (subject.type,)):
        yield subject, claim.predicate, object_


def _weight(claims: Iterable[Claim]) -> int:
    return sum(round(100 * claim.confidence) for claim in claims)


def _one_role(by_predicate: Mapping[str, list[Claim]]) -> dict[str, list[Claim]]:
    best = min(by_predicate, key=lambda predicate: (-_weight(by_predicate[predicate]), predicate))
    return {best: by_predicate[best]}


def _reversed(
    claims: Mapping[Ends, Mapping[str, list[Claim]]],
    subject: str | Entity,
    object_: Entity,
    own: list[Claim],
) -> bool:
    """Tell whether the contrary is better supported; of two equal ones the first name is kept."""
    if isinstance(subject, str) or (object_, subject) not in claims:
        return False
    rivals = claims[object_, subject].get("broader", [])
    return (_weight(rivals), subject.key) > (_weight(own), object_.key)


def _statement(
    subject: str | Entity, predicate: str, object_: Entity, claims: Iterable[Claim]
) -> Statement:
    own = list(claims)
    mentions = {claim.object for claim in own} | {c.subject for c in own if c.subject}
    return Statement(
        subject,
        predicate,
        object_,
        max(claim.confidence for claim in own),
        tuple(sorted(mentions)),
    )
