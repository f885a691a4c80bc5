"""Hand-made nouns: a small, complete graph that the tests of graph, query and view share."""

from collections.abc import Mapping

from kg.graph import Link
from kg.model import Entity, Mention, Paper, Quote, Source, Statement, Work, text_id

#: A title that breaks whatever forgets to escape.
HOSTILE = "<script>alert(1)</script>\"'\\ & \u202eRTL"

PROSPARSE = Entity("Method", "prosparse", "ProSparse")
RELU = Entity("Method", "relu", "ReLU", ("rectified linear unit", "ReLUs"))
CPLUSPLUS = Entity("Method", "c++", "C++")
CSHARP = Entity("Method", "c#", "C#")
GLUE = Entity("Dataset", "glue", "GLUE")
INFERENCE = Entity(
    "Task", "language model inference", "language model inference", ("LM inference",)
)
TRANSLATION = Entity("Task", "machine translation", "machine translation")
SPARSITY = Entity("Concept", "activation sparsity", "activation sparsity")
SPARSE = Entity("Concept", "sparsity", "sparsity")

ADA = Entity(
    "Author", "ada lovelace", "Ada Lovelace", ("A. Lovelace",), orcid="0000-0001-5109-3700"
)
ALAN = Entity("Author", "alan turing", "Alan Turing")
EVIL = Entity("Author", "<b>bobby</b>", "<b>Bobby</b>")
ICML = Entity("Venue", "icml", "ICML", ("International Conference on Machine Learning",))
WORKSHOP = Entity("Venue", "efficient nlp @ icml", "Efficient NLP @ ICML")

FIRST = (
    "We propose ProSparse, which raises activation sparsity with ReLU. "
    "ProSparse speeds up language model inference. "
    "On GLUE, ProSparse beats ReLU."
)
#: Another version of the first paper's abstract.
SECOND = "ProSparse, evaluated on GLUE, brings activation sparsity to LM inference."
THIRD = (
    "We translate C++ to C# by machine translation and measure activation sparsity, "
    "a kind of sparsity that"
)
FOURTH = "and ReLU is known from \u4e2d\u6587 \U0001f600 papers. GLUE tests machine translation."


def _source(file: str, first: int, last: int, text: str) -> Source:
    return Source(file, (first, last), text_id(text) * 4, "pages")


SPARSE_RECORDS = (
    Paper(
        "arxiv:2402.13516",
        Source("feed.jsonl", (1, 1), text_id("feed 1") * 4, "jsonl", "2402.13516"),
        title="ProSparse: Sparse Activations",
        abstract=SECOND,
        authors=("Ada Lovelace", "Alan Turing"),
        date="2024-02-21",
        arxiv="2402.13516",
        url="https://arxiv.org/abs/2402.13516",
        code=("https://github.com/example/prosparse",),
        categories=("cs.CL", "cs.LG"),
    ),
    Paper(
        "d0",
        _source("page.txt", 10, 22, "page 10"),
        title="ProSparse: Introducing Sparse Activations",
        abstract=FIRST,
        authors=("Lovelace, Ada", "Alan Turing"),
        affiliations=("Analytical Engines", ""),
        venue="Efficient NLP @ ICML",
        acceptance="Accept (regular)",
        date="2024-07",
        doi="10.1000/prosparse",
        code=("https://github.com/example/prosparse", "see <our> page"),
    ),
)
HOSTILE_RECORDS = (
    Paper(
        "d1",
        _source("page.txt", 24, 30, "page 24"),
        title=HOSTILE,
        abstract=THIRD,
        authors=("<b>Bobby</b>", "Ada Lovelace"),
        venue="ICML",
        date="2025",
        truncated=True,
    ),
    Paper(
        "d1 again",
        _source("other.txt", 3, 9, "other 3"),
        title=HOSTILE,
        abstract=THIRD,
        authors=("<b>Bobby</b>", "Ada Lovelace"),
        venue="ICML",
        date="2025-03",
        truncated=True,
    ),
)
LOST_RECORDS = (
    Paper(
        "acl:2023.x-1.1",
        _source("other.txt", 11, 14, "other 11"),
        abstract=FOURTH,
        authors=("Alan Turing",),
        acl="2023.x-1.1",
        openalex="W1",
        openreview="aBc_9-Z",
        starts_mid=True,
    ),
    Paper("acl:2023.x-1.1", _source("page.txt", 40, 40, "page 40"), authors=("Alan Turing",)),
)

SPARSE_WORK = Work(
    "paper/arxiv/2402.13516",
    SPARSE_RECORDS,
    "ProSparse: Introducing Sparse Activations",
    (ADA, ALAN),
    (WORKSHOP, ICML),
    ("Accept (regular)",),
    "2024-02-21",
)
HOSTILE_WORK = Work(
    "paper/title/<script> 1", HOSTILE_RECORDS, HOSTILE, (EVIL, ADA), (ICML,), (), "2025"
)
#: A work that lost its title, date and venue.
LOST_WORK = Work("paper/acl/2023.x-1.1", LOST_RECORDS, None, (ALAN,))

WORKS = (SPARSE_WORK, HOSTILE_WORK, LOST_WORK)


def _sentence(text: str, start: int) -> tuple[int, int]:
    """Find the sentence around an offset; in these texts every full stop ends one."""
    first = text.rfind(". ", 0, start) + 1
    last = text.find(".", start) + 1 or len(text)
    return (first + 1 if first else 0), last


def mention(text: str, words: str, entity: Entity, confidence: float, nth: int = 0) -> Mention:
    """Quote the nth occurrence of some words in an abstract."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    quote = Quote(text_id(text), start, start + len(words), words)
    return Mention(quote, entity.type, confidence, "tagger", _sentence(text, start))


PROSPARSE_1 = mention(FIRST, "ProSparse", PROSPARSE, 0.97)
PROSPARSE_2 = mention(FIRST, "ProSparse", PROSPARSE, 0.5, nth=1)
PROSPARSE_3 = mention(FIRST, "ProSparse", PROSPARSE, 0.91, nth=2)
PROSPARSE_4 = mention(SECOND, "ProSparse", PROSPARSE, 1.0)
RELU_1 = mention(FIRST, "ReLU", RELU, 0.88)
RELU_2 = mention(FIRST, "ReLU", RELU, 0.86, nth=1)
RELU_3 = mention(FOURTH, "ReLU", RELU, 0.8)
SPARSITY_1 = mention(FIRST, "activation sparsity", SPARSITY, 0.9)
SPARSITY_2 = mention(SECOND, "activation sparsity", SPARSITY, 0.7)
SPARSITY_3 = mention(THIRD, "activation sparsity", SPARSITY, 0.75)
SPARSE_1 = mention(THIRD, "sparsity", SPARSE, 0.55, nth=1)
INFERENCE_1 = mention(FIRST, "language model inference", INFERENCE, 0.93)
INFERENCE_2 = mention(SECOND, "LM inference", INFERENCE, 0.66)
GLUE_1 = mention(FIRST, "GLUE", GLUE, 0.99)
GLUE_2 = mention(SECOND, "GLUE", GLUE, 0.98)
GLUE_3 = mention(FOURTH, "GLUE", GLUE, 0.6)
CPLUSPLUS_1 = mention(THIRD, "C++", CPLUSPLUS, 0.62)
CSHARP_1 = mention(THIRD, "C#", CSHARP, 0.61)
TRANSLATION_1 = mention(THIRD, "machine translation", TRANSLATION, 0.94)
TRANSLATION_2 = mention(FOURTH, "machine translation", TRANSLATION, 0.95)

MENTIONS: tuple[tuple[Mention, Entity], ...] = (
    (PROSPARSE_1, PROSPARSE),
    (PROSPARSE_2, PROSPARSE),
    (PROSPARSE_3, PROSPARSE),
    (PROSPARSE_4, PROSPARSE),
    (RELU_1, RELU),
    (RELU_2, RELU),
    (RELU_3, RELU),
    (SPARSITY_1, SPARSITY),
    (SPARSITY_2, SPARSITY),
    (SPARSITY_3, SPARSITY),
    (SPARSE_1, SPARSE),
    (INFERENCE_1, INFERENCE),
    (INFERENCE_2, INFERENCE),
    (GLUE_1, GLUE),
    (GLUE_2, GLUE),
    (GLUE_3, GLUE),
    (CPLUSPLUS_1, CPLUSPLUS),
    (CSHARP_1, CSHARP),
    (TRANSLATION_1, TRANSLATION),
    (TRANSLATION_2, TRANSLATION),
)


def statement(
    subject: Work | Entity, predicate: str, target: Entity, *evidence: Mention
) -> Statement:
    """State a claim with the confidence of its best evidence."""
    ends = subject.id if isinstance(subject, Work) else subject
    best = max(mention.confidence for mention in evidence)
    return Statement(ends, predicate, target, best, tuple(sorted(evidence)))


STATEMENTS: tuple[Statement, ...] = (
    statement(SPARSE_WORK, "proposes", PROSPARSE, PROSPARSE_1, PROSPARSE_4),
    statement(SPARSE_WORK, "uses", RELU, RELU_1, RELU_2),
    statement(SPARSE_WORK, "evaluatesOn", GLUE, GLUE_1, GLUE_2),
    statement(SPARSE_WORK, "addresses", INFERENCE, INFERENCE_1, INFERENCE_2),
    statement(SPARSE_WORK, "about", SPARSITY, SPARSITY_1, SPARSITY_2),
    statement(HOSTILE_WORK, "uses", CPLUSPLUS, CPLUSPLUS_1),
    statement(HOSTILE_WORK, "uses", CSHARP, CSHARP_1),
    statement(HOSTILE_WORK, "addresses", TRANSLATION, TRANSLATION_1),
    statement(HOSTILE_WORK, "about", SPARSITY, SPARSITY_3),
    statement(HOSTILE_WORK, "introduces", SPARSE, SPARSE_1),
    statement(LOST_WORK, "uses", RELU, RELU_3),
    statement(LOST_WORK, "uses", GLUE, GLUE_3),
    statement(LOST_WORK, "addresses", TRANSLATION, TRANSLATION_2),
    statement(PROSPARSE, "usedFor", INFERENCE, PROSPARSE_2, INFERENCE_1, PROSPARSE_4, INFERENCE_2),
    statement(PROSPARSE, "evaluatedOn", GLUE, PROSPARSE_3, GLUE_1, PROSPARSE_4, GLUE_2),
    statement(PROSPARSE, "studies", SPARSITY, PROSPARSE_1, SPARSITY_1),
    statement(PROSPARSE, "comparedWith", RELU, PROSPARSE_3, RELU_2),
    statement(RELU, "partOf", PROSPARSE, RELU_1, PROSPARSE_1),
    statement(CPLUSPLUS, "usedFor", TRANSLATION, CPLUSPLUS_1, TRANSLATION_1),
    statement(GLUE, "benchmarkFor", TRANSLATION, GLUE_3, TRANSLATION_2),
    statement(SPARSITY, "broader", SPARSE, SPARSITY_3, SPARSE_1),
)

#: An entity whose names were counted.
COUNTED = Entity("Method", "gelu", "GELU", ("GELUs", "Gaussian error linear unit"), (5, 2, 1))

LINKS = (
    Link("Method", "relu", "https://example.org/terms/relu", "exactMatch", 0.97, "label ReLU"),
    Link("Task", "machine translation", "https://example.org/terms/mt", "closeMatch", 0.6),
)

RUN: Mapping[str, str] = {"version": "0.1.0", "model": "0123456789abcdef"}
