"""A page, text or HTML, in; its lines of text out, each with where it stood."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html

#: Elements that never hold a record.
_SKIPPED = {"script", "style", "noscript", "template", "svg", "nav", "footer", "form", "button"}
#: Elements that go on within a line; all others end it.
_INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data dfn em font i kbd label mark math mi mn mo mrow
    msub msup q s samp small span strike strong sub sup time tt u var wbr
    """.split()
)
#: Words in a class or itemprop that name the field an element holds.
_HINTS = {
    "title": "title",
    "headline": "title",
    "author": "names",
    "authors": "names",
    "creator": "names",
    "abstract": "abstract",
    "summary": "abstract",
    "description": "abstract",
    "venue": "venue",
    "journal": "venue",
    "conference": "venue",
    "date": "date",
    "datepublished": "date",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page, or one block of its HTML."""

    #: Line of the file, counted from 1.
    number: int
    text: str
    #: Field that the markup names: title, names, abstract, venue or date.
    hint: str | None = None
    #: Where a line that is a link as a whole leads.
    href: str | None = None
    #: Inside a heading.
    heading: bool = False


def from_text(text: str) -> list[Line]:
    """Return the lines that hold more than space."""
    return [
        Line(number, line.strip())
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]


def is_html(text: str) -> bool:
    """Tell HTML, a whole page or a part of one, by its first tags."""
    start = text.lstrip("\ufeff \n\r\t")[:4096]
    part = r"<(?:body|div|main|section|ul|ol|table|h[1-6]|p)\b"
    return re.search(r"<!doctype html|<html\b", start, re.I) is not None or (
        re.match(part, start, re.I) is not None
    )


def from_html(text: str) -> list[Line]:
    """Return one line a block element, with the file's line number of its start.

    Navigation, forms, scripts and footers are left out; white space is folded as a browser does.
    An element whose class names a field is a line of its own.
    """
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return []
    etree.strip_elements(root, *_SKIPPED, with_tail=False)
    body = root.find("body")
    lines: list[Line] = []
    pieces: list[tuple[html.HtmlElement, str]] = []
    for element, piece in _pieces(root if body is None else body):
        if element is not None:
            pieces.append((element, piece))
        elif pieces:
            lines += _line(pieces)
            pieces = []
    return lines


def _pieces(
    element: html.HtmlElement, within: str | None = None
) -> Iterator[tuple[html.HtmlElement | None, str]]:
    """Yield each text with the element it stands in; None ends a line.

    A person is a line, also beside others; parts of one field, marked up alike, are not.
    """
    hint = _hint(element)
    breaks = element.tag not in _INLINE or hint == "names" or (hint and hint != within)
    if breaks:
        yield None, ""
    yield element, element.text or ""
    for child in element:
        yield from _pieces(child, hint or within)
        yield element, child.tail or ""
    if breaks:
        yield None, ""


def _hint(element: html.HtmlElement) -> str | None:
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    found = {_HINTS[word] for word in re.split(r"[\s_-]+", names.lower()) if word in _HINTS}
    return found.pop() if len(found) == 1 else None


def _line(pieces: list[tuple[html.HtmlElement, str]]) -> list[Line]:
    """Return the line that the pieces make, or none where they hold no word."""
    text = " ".join("".join(piece for _, piece in pieces).split())
    if not re.search(r"\w", text):
        return []
    first = next(element for element, piece in pieces if piece.strip())
    around = [first, *first.iterancestors()]
    link = next((e for e in around if e.tag == "a"), None)
    whole = link is not None and len(link.text_content().strip()) * 2 > len(text)
    return [
        Line(
            int(first.sourceline or 0),
            text,
            next((hint for hint in map(_hint, around[:4]) if hint), None),
            link.get("href") if link is not None and whole else None,
            any(re.fullmatch(r"h[1-6]", str(e.tag)) for e in around),
        )
    ]
