"""Docs in, docs with sentence starts out: rules for abstracts, with their LaTeX and ``et al.``."""

import re

from spacy.language import Language
from spacy.tokens import Doc

#: A full stop after one of these ends no sentence.
ABBREVIATIONS = frozenset(
    "al e.g i.e cf vs viz resp approx ca fig figs eq eqs sec secs tab ref refs no nos vol pp ed "
    "eds dr prof mr mrs ms st w.r.t incl esp i.i.d a.k.a aka et".split()
)
#: Marks that end a sentence before white space, or an empty line.
_END = re.compile(r"[.!?…]+[)\]}\"'”’»]*(?=\s|$)|[。！？]|[^\S\n]*\n[^\S\n]*\n\s*")
#: "… of images.We propose": the space was lost; a link or a file name has no such small word after.
_LOST = re.compile(r"(?<=[a-z)\]]{2})[.!?](?=(?:We|The|This|In|Our|To|It|However|These|For|A)\s)")
#: Characters before and after a full stop that are looked at.
REACH = 100
_OPENING = "([{\"'“‘«$\\`*~-–—"


def make(nlp: Language, name: str) -> "Sentences":
    """Make the component that splits sentences."""
    return Sentences()


class Sentences:
    """Sets ``token.is_sent_start`` on every token."""

    def __call__(self, doc: Doc) -> Doc:
        """Split one doc."""
        starts = split(doc.text)[::-1]
        pending = False
        for token in doc:
            while starts and starts[-1] < token.idx + len(token):
                starts.pop()
                pending = True
            # White space belongs to the sentence before it.
            begins = token.i == 0 or (pending and not token.is_space)
            token.is_sent_start = begins
            pending = pending and not begins
        return doc


def split(text: str) -> list[int]:
    """Give the offsets at which sentences start; the first is that of the first character."""
    starts = [0]
    for match in _END.finditer(text):
        follow = len(text) - len(text[match.end() :].lstrip())
        if follow < len(text) and (
            match.group() in "。！？"
            or "\n" in match.group()
            or _ends(text, match.start(), match.group(), follow)
        ):
            starts.append(follow)
    starts += [match.end() for match in _LOST.finditer(text)]
    return sorted(set(starts))


def _ends(text: str, stop: int, marks: str, follow: int) -> bool:
    """Say whether the marks at ``stop`` end a sentence, given what follows at ``follow``."""
    first = text[follow : follow + REACH].split(None, 1)[0]
    chunk = first.lstrip(_OPENING)
    if not any(character.isupper() or character.isdigit() for character in chunk[:12]):
        # A small letter goes on with the sentence, unless a question or a formula stands between.
        return marks[0] in "!?" and chunk[:1].islower() is False
    if not marks.startswith(".") or marks.startswith(".."):
        return True
    before = re.search(r"[^\s(\[{]*$", text[max(0, stop - REACH) : stop])
    word = before.group().lower() if before else ""
    if word in ABBREVIATIONS:
        return False
    if len(word) == 1 and word.isalpha():
        # "J. Smith" is an initial, "in condition A. We" an end.
        return first.lower() in _STARTERS
    return (
        text.count("(", 0, stop) - text.count(")", 0, stop) <= 0 or ")" in marks or _far(text, stop)
    )


#: Words that begin sentences of abstracts and no names.
_STARTERS = frozenset("we the this in our to it however these for a an here moreover".split())


def _far(text: str, stop: int) -> bool:
    """Say whether the bracket that is open at ``stop`` was never meant to be closed."""
    closing = text.find(")", stop)
    return closing < 0 or closing - stop > 300
