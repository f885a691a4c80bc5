"""A line of a page in, what it can be out: abstract, names, date, venue, site text, a title."""

import re
from collections.abc import Sequence

from kg.readers import fields
from kg.readers.pages.lines import Line
from kg.readers.words import common

#: What a page puts where it folds a text, blind to words: "…(see more)", "… (voir plus)".
FOLD = re.compile(
    r"(?:…|\.\.\.)\s?[(\[]\s*(?:(?:see|read|show|view|load)\s+(?:more|all|full\s+\w+)|more|expand"
    r"|voir\s+plus|lire\s+(?:plus|la\s+suite)|afficher\s+plus|mehr(?:\s+\w+)?|ver\s+más"
    r"|leer\s+más)\s*[)\]]",
    re.I,
)

#: A short form that goes before the full text, on pages that fold in the reader's browser.
SHORT_FORM = re.compile(r"^.{0,400}?(?:…|\.\.\.)\s?▽ More\s+(?=\S)|(?<!\s)\s*△ Less$", re.S)

#: Words that sites say and abstracts do not.
_SITE = re.compile(
    r"\bcookies?\b|privacy policy|terms of (?:use|service)|\bsubscri(?:be|ption)\b|newsletter"
    r"|\binbox\b|\bsign (?:in|up)\b|\blog ?(?:in|out)\b|all rights reserved|©|skip to\b"
    r"|multimedia player|follow us|youtube|politique de confidentialité|témoins de navigation"
    r"|\bfooter\b|back to top|powered by|javascript|contact us|your (?:browser|email|experience)"
    r"|load more|show more|\bread our\b",
    re.I,
)
#: Whole lines that are buttons, headings or menus.
_BUTTONS = frozenset(
    """
    home menu search filter filters sort publications publication papers paper research news
    events people team members about contact careers blog pdf code bibtex bib abstract abstracts
    download downloads subscribe new next previous prev share cite website project slides video
    poster arxiv doi html data demo supplementary supplement link links more less expand close
    open back top english français login register submit apply reset clear all none yes no ok
    save export print tweet facebook twitter linkedin github youtube tags keywords authors title
    venue date year results résumé accueil recherche nouvelles équipe
    """.split()
)
_BUTTON_PHRASE = re.compile(
    r"(?:read|view|see|show|load|download|get|open|hide)\s+(?:more|all|less|paper|pdf|abstract|code"
    r"|full text|article|publication|details)|(?:\d+\s+)?(?:results?|comments?|citations?|upvotes?"
    r"|authors?|downloads?|views?|papers?|pages?)(?:\s+\d+)?|page \d+(?: of \d+)?|\d+(?:[-–]\d+)?"
    r"(?: of \d+(?: results?)?)?|(?:recent|selected|latest|all|our|featured|trending|new)\s+"
    r"(?:publications?|papers?|research|articles?|preprints?)|publications? list|submitted by.*"
    r"|(?:\d+\s*)?(?:\[[\w ]+\]\s*)+|showing .*|search v?\d.*|\W+"
    r"|(?:essential|analytics|setting|functional|marketing)\s+cookies",
    re.I,
)
_LABELS = {
    "title": "title",
    "author": "names",
    "authors": "names",
    "by": "names",
    "abstract": "abstract",
    "summary": "abstract",
    "venue": "venue",
    "journal": "venue",
    "conference": "venue",
    "published in": "venue",
    "journal ref": "venue",
    "publication": "venue",
    "date": "date",
    "published": "date",
    "year": "date",
    "publication date": "date",
    "submitted": "date",
    "doi": "identifier",
    "arxiv": "identifier",
    "url": "link",
    "link": "link",
    "code": "link",
    "comment": "comment",
    "comments": "comment",
    "keywords": "button",
    "subjects": "button",
    "topics": "button",
    "tl;dr": "button",
    "tldr": "button",
}
_LABEL = re.compile(r"^(" + "|".join(sorted(_LABELS, key=len, reverse=True)) + r")\s*:\s*", re.I)

#: A line of more characters is running text, and is spared the closer looks.
LONGEST_LINE = 1000

_VENUE = re.compile(
    r"\b(?:conference|workshops?|symposium|proceedings|proc\.|journal|transactions|letters|annals"
    r"|colloquium|congress|annual meeting|advances in|magazine|arxiv|biorxiv|medrxiv|openreview"
    r"|conférence|revue|atelier|ieee|acm|springer|elsevier|plos|frontiers in|nature|neurips|nips"
    r"|icml|iclr|aaai|ijcai|acl|emnlp|naacl|eacl|tacl|cvpr|iccv|eccv|wacv|icassp|interspeech|kdd"
    r"|sigir|aistats|uai|colm|corl|icra|iros|jmlr|tmlr|lecture notes|university press)\b",
    re.I,
)
_SCHOLARLY = tuple(
    re.compile(cue, re.I)
    for cue in (
        r"\b(?:we|our)\b",
        r"\b(?:this|the present|the current) (?:paper|work|study|article|review|survey|thesis)\b",
        r"\b(?:propos|introduc|present|demonstrat|investigat|develop|stud(?:y|ies))\w*",
        r"\b(?:results?|findings?|experiments?|analys[ei]s|evaluat\w+|evidence|observ\w+)\b",
        r"\b(?:methods?|approach(?:es)?|models?|framework|algorithms?|techniques?|theor\w+)\b",
        r"\b(?:data|datasets?|benchmarks?|samples?|patients|participants|performance)\b",
        r"\b(?:show|suggest|reveal|indicate|find|found|provide|however|moreover|furthermore)s?\b",
    )
)
_PARTICLES = frozenset(
    (
        "von",
        "van",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "do",
        "dos",
        "du",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "y",
        "e",
    )
)
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_.'’`‘-]*(?:[-'’`‘.][^\W\d_]*)*\.?,?")


def is_button(text: str) -> bool:
    """Tell a button, menu entry, counter or section heading."""
    words = text.strip(" :·•|»›-").lower()
    return words in _BUTTONS or _BUTTON_PHRASE.fullmatch(words) is not None


def is_site(text: str) -> bool:
    """Tell what a site says of itself from what a paper says; long texts must address "you"."""
    if len(text) < 160:
        return _SITE.search(text) is not None
    return (
        _SITE.search(text) is not None and re.search(r"\byour?\b|\bvous\b", text, re.I) is not None
    )


def is_prose(text: str) -> bool:
    """Tell running text, a paragraph of an abstract perhaps, from a title or a name."""
    if FOLD.search(text) or len(text) >= 250:
        return True
    return len(text) >= 90 and is_sentence(text)


def scholarly(text: str) -> int:
    """Count the kinds of cues that abstracts have, 0 to 7."""
    return sum(cue.search(text) is not None for cue in _SCHOLARLY)


def is_abstract(text: str) -> bool:
    """Tell an abstract from a teaser, where the page gives no other sign."""
    return len(text) >= 200 and scholarly(text) >= (4 if len(text) < 500 else 3)


def label(text: str) -> tuple[str, str] | None:
    """Split "Authors: A, B" into the field it names and the rest."""
    match = _LABEL.match(text)
    return (
        (_LABELS[match[1].lower()], text[match.end() :]) if match and text[match.end() :] else None
    )


def is_venue(text: str) -> bool:
    """Tell a venue by its status bracket, its "@", or the words that venues have."""
    if len(text) > 200 or text.endswith("?"):
        return False
    _, status = fields.split_status(text)
    if status is not None or re.search(r"\w @ \w", text):
        return True
    return _VENUE.search(text) is not None and not re.search(r":\s", text) and len(text) < 120


def is_name(text: str) -> bool:
    """Tell a person's name: two to six capitalised words, most of which abstracts do not use."""
    words = text.replace(",", " ").split()
    if not 2 <= len(words) <= 6 or len(text) > 60:
        return False
    strange = 0
    for at, word in enumerate(words):
        bare = word.strip("().'’\"")
        if bare.lower() in _PARTICLES and 0 < at < len(words) - 1:
            continue
        if not bare or not _NAME_WORD.fullmatch(word.strip('()"')):
            return False
        initial = bare[2:3] if bare[:2].lower() in ("d'", "d’", "l'", "l’") else bare[0]
        if not initial.isupper() and initial.lower() != initial.upper():
            return False
        if len(bare) > 3 and sum(c.isupper() for c in bare) > 2 and not bare.isupper():
            return False
        strange += len(bare) == 1 or not any(map(common, bare.split("-")))
    return 2 * strange >= len([w for w in words if w.lower() not in _PARTICLES])


_BETWEEN = re.compile(r"\s*(?:;|,|·|•|\||\s&\s|\band\b|\bet\b)\s*")
_MARKS = re.compile(r"[\d*†‡§¶∗]+(?:,[\d*†‡§¶∗]+)*")


def split_names(text: str) -> list[str]:
    """Return the people that a by-line names, without footnote marks; empty if it names none."""
    text = re.sub(r"^by\s+|\s*,?\s*(?:\+\s?\d+.*|et al\.?)$", "", text, flags=re.I)
    text = _MARKS.sub("", text).strip(" .,;")
    separator = ";" if ";" in text else None
    names = text.split(separator) if separator else _BETWEEN.split(text)
    names = [name.strip() for name in names if name and name.strip()]
    sure: float = sum(map(is_name, names))
    if len(names) > 1:
        sure += sum(_may_be_name(name) for name in names if not is_name(name)) * 0.5
    return names if names and sure >= 0.75 * len(names) else []


def _may_be_name(text: str) -> bool:
    """Tell what is a name only among names: one word, or words in lower case."""
    words = text.split()
    return (
        len(words) <= 4
        and all(re.fullmatch(r"[^\W\d_][\w.'’-]*", w) for w in words)
        and not any(map(common, words))
    )


def is_sentence(text: str) -> bool:
    """Tell a sentence by its full stop and its length."""
    return len(text.split()) >= 6 and bool(re.search(r"[.!][\"'”’)]*$", text))


def kind(line: Line) -> str:
    """Return what one line looks like by itself.

    One of site, button, date, link, names, venue, prose, title; the last for a short line that
    is nothing else. Its neighbours decide later.
    """
    text = line.text
    if line.hint and not (line.hint == "abstract" and len(text) < 20):
        return {"abstract": "prose"}.get(line.hint, line.hint)
    named = label(text)
    if named and named[0] == "comment":
        return "venue" if fields.venue_of_comment(named[1])[0] else "button"
    if named:
        return {"abstract": "prose"}.get(named[0], named[0])
    if re.fullmatch(r"(?:19|20)\d\d", text):
        return "year"
    if len(text) > LONGEST_LINE:
        return "prose"
    if is_button(text):
        return "button"
    if is_site(text):
        return "site"
    if fields.is_date(text):
        return "date"
    if len(text) < 120 and re.match(r"arxiv:|doi:|10\.\d{4,}/|https?://(?:dx\.)?doi\.", text, re.I):
        return "identifier"
    if re.fullmatch(r"(?:https?://|www\.)\S+", text):
        return "link"
    if is_prose(text):
        return "prose"
    if fields.split_status(text)[1] is not None:
        return "venue"
    if split_names(text):
        return "names"
    if re.match(r"by\s?[A-Z]|submitted by\b|posted by\b", text) and len(text) < 100:
        return "site"
    if is_venue(text):
        return "venue"
    return "title"


def joined(names: Sequence[Line]) -> list[str]:
    """Return the people that the by-lines name, in order, a line that is no list as it stands."""
    people: list[str] = []
    for line in names:
        named = label(line.text)
        text = named[1] if named else line.text
        people += split_names(text) or [_MARKS.sub("", text).strip(" ,;")]
    return people
