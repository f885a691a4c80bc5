"""Abstracts in, mentions and claims out: a spaCy pipeline, one module a component.

Each component is a spaCy component like any other: it takes a ``Doc`` and gives it back. They meet
in ``doc.spans["kg"]``, whose spans have a type of ``kg.vocab.TYPES`` as label. What is known of a
span beside is kept in extensions: ``span._.kg_confidence`` (0 to 1; 1 until it is set),
``span._.kg_by`` (name of the component that found it), ``span._.kg_role`` (a role of
``kg.vocab.PAPER_PREDICATE``, None for the type's default) with ``span._.kg_role_confidence``. A doc
has ``doc._.kg_abbreviations`` and ``doc._.kg_relations``; see ``kg.extractors.spans``.

So a component of your own is a function that adds spans, put after the tagger or in its place::

    @Language.component("names")
    def names(doc):
        spans = [Span(doc, i, i + 1, label="Dataset") for i, t in enumerate(doc) if t.text in NAMES]
        for span in spans:
            span._.kg_by = "names"
        doc.spans["kg"] = [*doc.spans.get("kg", []), *spans]
        return doc

    nlp = kg.extractors.pipeline()
    nlp.add_pipe("names", after="kg_names")
    kg.extractors.extract(abstracts, nlp=nlp)

Spans may overlap and have loose ends; ``kg_consistency`` settles that. What stands before
``kg_names`` is also cleaned of words that name nothing. Where the tagger is left out, roles are the
default ones and there are no relations. ``nlp.to_disk`` writes the weights too, and ``spacy.load``
reads them back once ``kg.extractors`` is imported.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.errors import KgError
from kg.extractors import (
    abbreviations,
    consistency,
    names,
    relations,
    roles,
    sentences,
    spans,
    tagger,
    tokens,
)
from kg.model import Claim, Extraction, Mention, Quote, text_id
from kg.vocab import DEFAULT_ROLE, PAPER_PREDICATE, RELATIONS, TYPES

#: A relation between mentions is claimed from this confidence on: of those in dev.jsonl 53 in 100
#: are then annotated, against 44 without it.
LEAST_RELATION = 0.3

#: The components in the order in which they run: name, and how one is made with which settings.
COMPONENTS: Mapping[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "kg_sentences": (sentences.make, {}),
    "kg_tagger": (tagger.make, {"folder": None, "threads": None}),
    "kg_names": (names.make, {"folder": None}),
    "kg_abbreviations": (abbreviations.make, {}),
    "kg_consistency": (consistency.make, {}),
    "kg_roles": (roles.make, {"folder": None}),
    "kg_relations": (relations.make, {"folder": None}),
}

# spaCy finds a component's maker only in its own register, also when it loads a saved pipeline.
for _name, (_make, _settings) in COMPONENTS.items():
    Language.factory(_name, default_config=_settings, func=_make)
spans.register()


def pipeline(*, folder: Path | None = None, threads: int | None = None) -> Language:
    """Make the pipeline, with the weights of a folder or else those that ship with the package.

    ``threads`` is how many texts the tagger runs at once; by default as many as there are
    processors. It changes nothing in what is found.
    """
    nlp = spacy.blank("en")
    nlp.tokenizer = tokens.make(nlp)
    nlp.max_length = 10_000_000
    given = {"folder": None if folder is None else str(folder), "threads": threads}
    for name, (_, settings) in COMPONENTS.items():
        nlp.add_pipe(name, config={key: given[key] for key in settings})
    return nlp


def extract(
    abstracts: Iterable[str], *, nlp: Language | None = None, batch_size: int = 64
) -> Iterator[Extraction]:
    """Extract mentions and claims, one ``Extraction`` for each abstract, in their order.

    No more than ``batch_size`` abstracts are held at once. What is found in an abstract does not
    depend on the others.
    """
    nlp = nlp or pipeline()
    rest = iter(abstracts)
    while some := list(islice(rest, batch_size)):
        # The words of a batch are forgotten after it, or a long run would fill the memory.
        with nlp.memory_zone():
            docs = nlp.pipe((_encodable(text) for text in some), batch_size=batch_size)
            found = [extraction(text, doc) for text, doc in zip(some, docs, strict=True)]
        yield from found


def _encodable(text: str) -> str:
    """Put a placeholder for each half of a broken surrogate pair, which spaCy cannot take."""
    return "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text)


def extraction(text: str, doc: Doc) -> Extraction:
    """Turn a doc of the pipeline into what was found in its text."""
    abstract = text_id(text)
    mentions: dict[tuple[int, int], Mention] = {}
    claims = []
    bounds = spans.sentence_bounds(doc)
    for span in spans.tidy(spans.found(doc)):
        mention = _mention(text, abstract, span, doc[slice(*bounds[span.start])])
        mentions[span.start, span.end] = mention
        role = span._.kg_role or DEFAULT_ROLE[span.label_]
        claims.append(
            Claim(
                predicate=_predicate(span, role),
                object=mention,
                confidence=round(mention.confidence * span._.kg_role_confidence, 2),
            )
        )
    for head, relation, tail, sure in doc._.kg_relations:
        if head not in mentions or tail not in mentions:
            continue
        subject, object_ = mentions[head], mentions[tail]
        predicate, heads_, tails = RELATIONS[relation]
        if subject.type in heads_ and object_.type in (tails or (subject.type,)):
            claim = sure * min(subject.confidence, object_.confidence)
            if claim >= LEAST_RELATION:
                claims.append(Claim(predicate, object_, round(claim, 2), subject))
    return Extraction(
        abstract=abstract,
        mentions=tuple(sorted(mentions.values())),
        claims=tuple(sorted(claims, key=_order)),
        abbreviations=tuple(
            (text[short.start_char : short.end_char], text[long.start_char : long.end_char])
            for short, long in abbreviations.sides(doc)
        ),
    )


def _order(claim: Claim) -> tuple[Any, ...]:
    subject = claim.subject.quote if claim.subject else claim.object.quote
    return (claim.subject is not None, subject, claim.predicate, claim.object.quote)


def _mention(text: str, abstract: str, span: Span, sentence: Span) -> Mention:
    if span.label_ not in TYPES:
        raise KgError(
            f"component {span._.kg_by or '(unnamed)'!r} found {span.text!r} as {span.label_!r}; "
            f"label spans with one of {', '.join(TYPES)}"
        )
    start, end = span.start_char, span.end_char
    begin = sentence.start_char
    return Mention(
        quote=Quote(abstract, start, end, text[start:end]),
        type=span.label_,
        confidence=round(span._.kg_confidence, 2),
        by=span._.kg_by,
        sentence=(begin, begin + len(text[begin : sentence.end_char].rstrip())),
    )


def _predicate(span: Span, role: str) -> str:
    if (span.label_, role) not in PAPER_PREDICATE:
        raise KgError(f"{span.text!r} is a {span.label_}, which cannot have the role {role!r}")
    return PAPER_PREDICATE[span.label_, role]
