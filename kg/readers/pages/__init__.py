"""A listing page in, text or saved HTML; its papers out.

A lab's publications page, a search result page, a feed. Nothing is completed: a field that the
page lost stays empty, a text that it cut stays cut and is flagged.
"""

import hashlib
from collections.abc import Iterator
from typing import TextIO

from kg.model import Note, Paper, Source
from kg.readers import fields
from kg.readers.pages import cards, kinds
from kg.readers.pages.cards import Card
from kg.readers.pages.lines import from_html, from_text, is_html


def read(
    stream: TextIO, file: str, notes: list[Note], *, skip_bad: bool = False
) -> Iterator[Paper]:
    """Yield the papers of a page in its order; what was guessed or left out goes into notes.

    Nothing in a page is a bad record, so ``skip_bad`` changes nothing here.
    """
    text = stream.read()
    markup = is_html(text)
    found, left_out = cards.find(from_html(text) if markup else from_text(text))
    for line, why in left_out:
        notes.append(Note(file, (line.number, line.number), "left out", f"{why}: {line.text[:80]}"))
    for card in found:
        yield _paper(card, file, markup, notes)


def recognises(text: str) -> bool:
    """Tell a page that holds at least one paper from other text."""
    return bool(cards.find(from_html(text) if is_html(text) else from_text(text))[0])


def _paper(card: Card, file: str, markup: bool, notes: list[Note]) -> Paper:
    lines = card.lines()
    span = (lines[0].number, lines[-1].number)
    digest = hashlib.sha256("\n".join(line.text for line in lines).encode()).hexdigest()
    abstract = _abstract(card, markup)
    title = _unlabelled(card.title[0].text) if card.title else None
    venue, acceptance = _venue(card.venue[0].text) if card.venue else (None, None)
    shown = (line.text for line in (*card.identifier, *card.link))
    links = " ".join([*(line.href or "" for line in lines), *shown])
    code = fields.find_code(f"{abstract or ''} {links}")
    arxiv, doi = fields.find_arxiv(links), fields.find_doi(links)
    truncated = abstract is not None and _is_cut(abstract, card)
    starts_mid = abstract is not None and _starts_mid(abstract)
    date = next(filter(None, (fields.date(_unlabelled(x.text)) for x in card.date)), None)
    told = [*card.guesses]
    if date is None and card.year is not None:
        date = card.year.text
        told.append(f"the year is that of the heading in line {card.year.number}")
    told += ["the abstract ends mid-sentence"] if truncated else []
    told += ["the abstract lacks its start"] if starts_mid else []
    told += ["no title above this abstract"] if title is None else []
    notes += [Note(file, span, "guessed", what) for what in told]
    acl, openalex = fields.find_acl(links), fields.find_openalex(links)
    return Paper(
        id=fields.record_id(arxiv, doi, acl, openalex) or digest[:16],
        source=Source(file, span, digest, "pages"),
        title=title,
        abstract=abstract,
        authors=tuple(kinds.joined(card.names)),
        venue=venue,
        acceptance=acceptance,
        date=date,
        doi=doi,
        arxiv=arxiv,
        acl=acl,
        openalex=openalex,
        url=_url(card),
        code=code,
        truncated=truncated,
        starts_mid=starts_mid,
    )


def _venue(line: str) -> tuple[str | None, str | None]:
    """Return the venue and the status that a line names."""
    text = _unlabelled(line)
    if text != line and line.lower().startswith("comment"):
        return fields.venue_of_comment(text)
    venue, acceptance = fields.split_status(text)
    return venue or None, acceptance


def _unlabelled(text: str) -> str:
    named = kinds.label(text)
    return named[1] if named else text


def _abstract(card: Card, markup: bool) -> str | None:
    """Join the paragraphs as the page has them, blank lines and all, without the fold marker."""
    if not card.abstract:
        return None
    lines = card.abstract
    if len(lines) > 1 and lines[1].text.startswith(lines[0].text.rstrip("….▽ ")):
        lines = lines[1:]  # the first is a short form of the whole that follows
    text = _unlabelled(lines[0].text)
    for before, line in zip(lines, lines[1:], strict=False):
        text += "\n" * (1 if markup else min(2, line.number - before.number)) + line.text
    return kinds.SHORT_FORM.sub("", kinds.FOLD.sub("", text, count=1))


def _is_cut(abstract: str, card: Card) -> bool:
    """Tell an abstract that breaks off: no full stop, link or formula ends it, or a fold does."""
    if kinds.FOLD.search(card.abstract[-1].text[-20:]) or abstract.endswith(("…", "...")):
        return True
    end = abstract.rstrip("\"'”’»)]}*_ ")
    link = fields.ends_with_link(abstract)
    return not link and not end.endswith((".", "!", "?", "。", "$"))


def _starts_mid(abstract: str) -> bool:
    """Tell an abstract that begins inside a sentence."""
    first = abstract.split(maxsplit=1)[0] if abstract.strip() else ""
    if not first or first[0] in ",;:.)]}%":
        return True
    return len(first) > 1 and first.isalpha() and first.islower()


def _url(card: Card) -> str | None:
    hrefs = [line.href for line in (*card.title, *card.identifier, *card.link) if line.href]
    links = [*hrefs, *(fields.find_url(line.text) for line in (*card.identifier, *card.link))]
    return next((x for x in links if x and x.startswith(("http://", "https://"))), None)
