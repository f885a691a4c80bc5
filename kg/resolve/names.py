"""A name in, its key out: the form that all spellings of one name share."""

import re
import unicodedata
from os.path import commonprefix

#: Prefixes that are written joined, with a hyphen or with a space: pretraining, pre-training.
_PREFIXES = (
    "anti|auto|bi|co|counter|fine|hyper|inter|intra|macro|meta|micro|multi|non|out|over|post|pre"
    "|pseudo|semi|sub|super|tri|un|under|uni"
)
_PREFIX = re.compile(rf"\b({_PREFIXES})[ -](?=[a-z]{{4}})")
#: What separates words in a name: dashes of all kinds, slashes, underscores, spaces.
_SEPARATORS = re.compile(r"[\s_/‐-―−-]+")
_LATEX = re.compile(
    r"\\(?:text|emph|mathrm|mathbf|textbf|textit|textsc|texttt|mathcal|cite\w*)?\b|[{}$~]"
)
_QUOTES = re.compile(r"[\"“”„‘’'`´*]+")
#: A model and its number, however joined: GPT-4, GPT 4, GPT4.
_NUMBER = re.compile(r"(?<=[^\W\d_]) (?=\d)")
#: Endings of words that are no plural, though they end in s.
_SINGULAR = re.compile(r"(?:[suiy]s|'s)$")
#: Words in s that have no other form, or one that is another word.
_UNCHANGED = frozenset(
    """
    always aids alias analytics axes basis bayes bias canvas chaos class corps diabetes dynamics
    economics electronics ethics genetics gas genomics graphics kinematics lens linguistics
    mathematics mechanics news optics pandas people photonics physics politics proteomics robotics
    semantics series species statistics systematics thermodynamics virus
    whereas
    """.split()
)
_IRREGULAR = {
    "analyses": "analysis",
    "axes": "axis",
    "corpora": "corpus",
    "criteria": "criterion",
    "hypotheses": "hypothesis",
    "indices": "index",
    "matrices": "matrix",
    "phenomena": "phenomenon",
    "spectra": "spectrum",
    "syntheses": "synthesis",
    "theses": "thesis",
    "vertices": "vertex",
}


def key(name: str) -> str:
    """Return the key of a name: case, hyphens, number and plural folded; C, C++ and C# apart.

    Words are parted by single spaces. Empty where nothing is named: no letter and no digit, or a
    prefix that lost its word ("pre- and post-training").
    """
    text = unicodedata.normalize("NFKC", name)
    text = _QUOTES.sub("", _LATEX.sub("", text))
    text = re.sub(r"(?<=[A-Z]{2})s$", "", text)
    capitals = re.search(r"\b[A-Z0-9]*[A-Z]{2}[A-Z0-9]*$", text) is not None
    text = _SEPARATORS.sub(" ", text.casefold()).strip(" .,;:!?()[]")
    text = _NUMBER.sub("", _PREFIX.sub(r"\1", text))
    if not re.search(r"\w", text) or re.fullmatch(_PREFIXES, text):
        return ""
    *first, last = text.split(" ")
    return " ".join([*first, last if capitals else singular(last)])


def singular(word: str) -> str:
    """Return the singular of an English noun in lower case; a word that has none as it is."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or word in _UNCHANGED or not word.endswith("s") or _SINGULAR.search(word):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")) or word[:-2] in _UNCHANGED:
        return word[:-2]
    return word[:-1]


def in_singular(name: str) -> str:
    """Return a name with its last word in the singular, in the name's own case.

    "Neural Networks" and "LLMs" lose their s; "Mixture-of-Experts", "GPS", "nuScenes" keep it.
    """
    head, word = re.fullmatch(r"(.*?)([^\s-]*)", name, re.S).groups()  # type: ignore[union-attr]
    short = singular(word.lower())
    own = word.isupper() or re.search(r"[a-z][A-Z]", word) or re.search(r"\bof\b", name, re.I)
    if own or short == word.lower():
        return name
    same = len(commonprefix((word.lower(), short)))
    return f"{head}{word[:same]}{short[same:]}"


def person_key(name: str) -> str:
    """Return the key of a person's name: case, accents, dots and "Surname, First" folded."""
    family, comma, given = name.partition(",")
    text = f"{given} {family}" if comma and given.strip() else name
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w]+|_", " ", plain.casefold()).split())


def text_key(text: str) -> str:
    """Return a text's words in lower case: what two printings of one text share."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
