"""The lines of a listing page in, its cards out: which lines speak of which paper."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations, groupby, permutations

from kg.readers import fields
from kg.readers.pages import citations, kinds
from kg.readers.pages.lines import Line
from kg.readers.words import common, shared

#: The fields of a card in the order that most pages print them.
ORDER = ("title", "names", "abstract", "date", "venue", "identifier")
#: Least share of a title that its abstract repeats: on a page where every abstract has its
#: title, and on one that lost titles (see ``words.shared`` for what they keep and let through).
REGULAR_MATCH, LOSSY_MATCH = 0.1, 0.35
#: The same on a page that lost titles, where a by-line stands between title and abstract.
SIGNED_MATCH = 0.25
#: Two paragraphs of this many characters, one below the other, are two abstracts.
WHOLE_ABSTRACT = 600
#: Fields of a long page that are enough to see its order.
SAMPLE = 300
#: What another order than ``ORDER`` costs, in cards: half a stray one.
UNUSUAL = 1
#: A page that keeps this share of its titles keeps all: no title, no new paper.
REGULAR = 0.9
#: A fold stands at one offset all over a page; this many characters may be lost to white space.
FOLD_SLACK = 4


@dataclass(slots=True)
class Card:
    """The lines of one record, by field."""

    title: list[Line] = field(default_factory=list)
    names: list[Line] = field(default_factory=list)
    abstract: list[Line] = field(default_factory=list)
    date: list[Line] = field(default_factory=list)
    venue: list[Line] = field(default_factory=list)
    identifier: list[Line] = field(default_factory=list)
    link: list[Line] = field(default_factory=list)
    #: Year that stands as a heading above this card and others.
    year: Line | None = None
    #: What was decided without proof, for the report.
    guesses: list[str] = field(default_factory=list)

    def lines(self) -> list[Line]:
        """Return all lines in the order of the page."""
        own = (getattr(self, name) for name in (*ORDER, "link"))
        return sorted((line for lines in own for line in lines), key=lambda line: line.number)


@dataclass(slots=True)
class _Field:
    """Neighbouring lines of one kind."""

    kind: str
    lines: list[Line]


def find(lines: Sequence[Line]) -> tuple[list[Card], list[tuple[Line, str]]]:
    """Return the cards in the order of the page, and each line left out with the reason.

    The order of fields inside a card is the page's own: the one that explains the page with the
    fewest cards.
    """
    lines = citations.expand(lines)
    named = [kinds.kind(line) for line in lines]
    _settle_prose(lines, named)
    left_out = _drop_surroundings(lines, named)
    left_out += _drop_header(lines, named)
    years = _year_headings(lines, named)
    _settle_short(lines, named)
    parts = _parts(lines, named)
    cards = _split_mismatched(_parse(parts, _page_order(parts[:SAMPLE])))
    for card in cards:
        above = [line for line in years if line.number < card.lines()[0].number]
        card.year = above[-1] if above else None
    return _keep(cards, left_out)


def _year_headings(lines: Sequence[Line], named: list[str]) -> list[Line]:
    """Take out the years that head sections; where each paper has one, they are dates."""
    years = [i for i, name in enumerate(named) if name == "year"]
    papers = max(named.count("abstract"), named.count("title"))
    heading = len(years) < 0.7 * papers
    for i in years:
        named[i] = "out" if heading else "date"
    return [lines[i] for i in years] if heading else []


def _settle_prose(lines: Sequence[Line], named: list[str]) -> None:
    """Rename prose to "abstract" where one begins, "more" where one goes on, or "other"."""
    folds = {i: m.start() for i, x in enumerate(lines) if (m := kinds.FOLD.search(x.text))}
    if folds:
        _settle_folded(lines, named, folds)
        return
    groups = _prose_groups(named)
    titled = [_titled(lines, named, group) for group in groups]
    known = [t for t, group in zip(titled, groups, strict=True) if _abstract_like(lines, group)]
    regular = bool(known) and sum(known) >= REGULAR * len(known)
    for group in groups:
        told = any(lines[i].hint or kinds.label(lines[i].text) for i in group)
        if not told and not _abstract_like(lines, group):
            for i in group:
                named[i] = "other"
            continue
        for before, i in zip([None, *group], group, strict=False):
            two = before is not None and not regular and _whole(lines[before], lines[i])
            named[i] = "abstract" if before is None or two else "more"
    for i in range(len(lines)):
        if _goes_on(lines, named, i):
            named[i] = "more"


def _prose_groups(named: Sequence[str]) -> list[list[int]]:
    """Return the runs of prose that only buttons interrupt."""
    groups: list[list[int]] = []
    for i, name in enumerate(named):
        if name == "prose":
            before = _last_content(named, i)
            if before is not None and named[before] == "prose":
                groups[-1].append(i)
            else:
                groups.append([i])
    return groups


def _abstract_like(lines: Sequence[Line], group: Sequence[int]) -> bool:
    return kinds.is_abstract(" ".join(lines[i].text for i in group))


def _whole(before: Line, line: Line) -> bool:
    return min(len(before.text), len(line.text)) >= WHOLE_ABSTRACT


def _titled(lines: Sequence[Line], named: Sequence[str], group: Sequence[int]) -> bool:
    """Tell whether a title that the text repeats stands above it, at most a by-line between."""
    text = " ".join(lines[i].text for i in group)
    near = [j for j in range(max(0, group[0] - 40), group[0]) if named[j] in ("title", "venue")]
    return any(shared(lines[j].text, text) >= LOSSY_MATCH for j in near[-2:])


def _settle_folded(lines: Sequence[Line], named: list[str], folds: dict[int, int]) -> None:
    """Where a page folds its abstracts, each has one fold, at the same offset from its start."""
    usual = Counter(folds.values()).most_common(1)[0][0]
    for i, offset in folds.items():
        named[i] = "abstract"
        missing, at = usual - offset, i
        while missing > FOLD_SLACK and at > 0 and len(lines[at - 1].text) <= missing:
            at -= 1
            missing -= len(lines[at].text) + 1
        if at < i and abs(missing) <= FOLD_SLACK:
            named[at : i + 1] = ["abstract", *["more"] * (i - at)]
    for i, line in enumerate(lines):
        if named[i] == "prose":
            before = _last_content(named, i)
            follows = None if before is None else named[before]
            if follows in ("abstract", "more"):
                named[i] = "more"
            elif follows in ("title", "names") and kinds.is_abstract(line.text):
                named[i] = "abstract"
            else:
                named[i] = "other"
        elif _goes_on(lines, named, i):
            named[i] = "more"


def _goes_on(lines: Sequence[Line], named: Sequence[str], i: int) -> bool:
    """Tell whether a short line is a last sentence, or a link, of the abstract above it."""
    if not i or named[i - 1] not in ("abstract", "more") or lines[i].heading:
        return False
    if named[i] == "link":
        return lines[i - 1].text.endswith(":")
    sentence = kinds.is_sentence(lines[i].text) or fields.ends_with_link(lines[i].text)
    return named[i] in ("title", "venue") and sentence and lines[i].href is None


def _last_content(named: Sequence[str], i: int) -> int | None:
    return next((j for j in range(i - 1, -1, -1) if named[j] != "button"), None)


def _drop_surroundings(lines: Sequence[Line], named: list[str]) -> list[tuple[Line, str]]:
    """Rename to "out" what stands before the listing and after it; return it with the reason."""
    abstracts = [i for i, name in enumerate(named) if name == "abstract"]
    first = abstracts[0] if abstracts else len(lines)
    last = abstracts[-1] if abstracts else -1
    top = max((i for i in range(first) if named[i] == "site"), default=-1)
    bottom = min((i for i in range(last + 1, len(lines)) if named[i] == "site"), default=len(lines))
    if not abstracts:
        top, bottom = -1, len(lines)
    left_out = []
    for i, line in enumerate(lines):
        if i < top or i > bottom:
            left_out.append((line, "above the listing" if i < top else "below the listing"))
        elif named[i] in ("site", "button"):
            left_out.append((line, "text of the site"))
        elif named[i] == "other":
            left_out.append((line, "running text that is no abstract"))
        else:
            continue
        named[i] = "out"
    return left_out


def _drop_header(lines: Sequence[Line], named: list[str]) -> list[tuple[Line, str]]:
    """Rename to "out" the one date, by-line or venue of a page that stands above all its papers."""
    if sum(name == "abstract" for name in named) < 3:
        return []
    first = next(i for i, name in enumerate(named) if name in ("title", "abstract"))
    alone = [i for i in range(first) if named[i] != "out" and named.count(named[i]) == 1]
    for i in alone:
        named[i] = "out"
    return [(lines[i], "header of the page") for i in alone]


def _settle_short(lines: Sequence[Line], named: list[str]) -> None:
    """Decide what only the neighbours of a short line can tell."""
    content = [i for i, name in enumerate(named) if name != "out"]
    venues = [lines[i].text for i in content if named[i] == "venue"]
    # A page that gives its venues a status gives it to all of them.
    bracketed = len(venues) > 1 and all(fields.split_status(text)[1] for text in venues)
    for at, i in enumerate(content):
        if lines[i].hint:
            continue
        before = named[content[at - 1]] if at else None
        after = named[content[at + 1]] if at + 1 < len(content) else None
        below = [lines[j].text for j in content[at + 1 : at + 3] if named[j] == "abstract"]
        own = any(shared(lines[i].text, text) >= LOSSY_MATCH for text in below)
        if named[i] == "venue":
            told = fields.split_status(lines[i].text)[1] is not None
            if not told and (own or not _venue_here(before, after)):
                named[i] = "title"
        elif named[i] == "title" and before == "date":
            plain = not bracketed and len(lines[i].text.split()) <= 12
            if plain and not own and after != "names":
                named[i] = "venue"
        elif named[i] == "title" and before == "names" and _odd_name(lines[i].text, after):
            named[i] = "names"
        elif (
            named[i] == "names" and before not in ("names", "title") and after == "abstract" and own
        ):
            named[i] = "title"


def _odd_name(text: str, after: str | None) -> bool:
    """Tell a name that does not look like one, inside a list of names."""
    words = text.split()
    if len(words) == 1:
        return text[:1].isupper()
    return after == "names" and len(words) <= 5 and not all(map(common, words))


def _venue_here(before: str | None, after: str | None) -> bool:
    return before in ("date", "names", "more", "abstract") and after != "names" or after == "date"


def _parts(lines: Sequence[Line], named: Sequence[str]) -> list[_Field]:
    """Gather neighbouring lines of one field, an abstract with all its paragraphs."""
    parts: list[_Field] = []
    pairs = [(n, x) for n, x in zip(named, lines, strict=True) if n != "out"]
    for name, group in groupby(pairs, key=lambda pair: pair[0]):
        own = [line for _, line in group]
        if name == "more" and parts and parts[-1].kind == "abstract":
            parts[-1].lines += own
        elif name in ("names", "identifier", "link"):
            parts.append(_Field(name, own))
        else:
            parts += [_Field("abstract" if name == "more" else name, [line]) for line in own]
    return parts


def _page_order(parts: Sequence[_Field]) -> tuple[str, ...]:
    """Return the order of fields that explains the page with the fewest cards and strays.

    Of several, the one nearest to ``ORDER``, which another has to beat by ``UNUSUAL``.
    """

    matches: dict[tuple[int, int], float] = {}

    def wrong(card: Card) -> bool:
        if not card.title or not card.abstract:
            return False
        pair = (card.title[0].number, card.abstract[0].number)
        if pair not in matches:
            matches[pair] = _match(card)
        return matches[pair] < REGULAR_MATCH

    def cost(order: tuple[str, ...]) -> tuple[float, int]:
        cards = _parse(parts, order)
        stray = sum(not card.title and not card.abstract for card in cards)
        bare = sum(
            bool(card.title) and not card.abstract and len(card.lines()) > 1 for card in cards
        )
        moved = sum(ORDER.index(a) > ORDER.index(b) for a, b in combinations(order, 2))
        unusual = UNUSUAL if moved else 0
        return len(cards) + stray + bare / 2 + sum(map(wrong, cards)) + unusual, moved

    present = {part.kind for part in parts}
    return min(permutations([name for name in ORDER if name in present]), key=cost)


def _parse(parts: Sequence[_Field], order: tuple[str, ...]) -> list[Card]:
    """Cut the page wherever a field comes that may not follow the one before it in a card."""
    cards = [Card()]
    reached = -1
    for part in parts:
        if part.kind in order:
            rank = order.index(part.kind)
            if rank <= reached:
                cards.append(Card())
            reached = rank
        getattr(cards[-1], part.kind).extend(part.lines)
    return [card for card in cards if card.lines()]


def _match(card: Card) -> float:
    """Return how well title and abstract go together; 1 where one is missing or both are told."""
    if not card.title or not card.abstract or card.title[0].hint == "title":
        return 1.0
    return shared(card.title[0].text, " ".join(line.text for line in card.abstract))


def _split_mismatched(cards: Sequence[Card]) -> list[Card]:
    """Part a title from the abstract below it where that is another paper's."""
    abstracts = [card for card in cards if card.abstract]
    untitled = sum(not card.title for card in abstracts)
    least = LOSSY_MATCH if untitled > 0.2 * len(abstracts) else REGULAR_MATCH
    split: list[Card] = []
    for card in cards:
        match = _match(card)
        if match >= (min(least, SIGNED_MATCH) if card.names else least):
            split.append(card)
            continue
        why = f"title and text below it share {match:.0%}: taken for two papers"
        split.append(Card(title=card.title, names=card.names, guesses=[why]))
        rest = Card(
            abstract=card.abstract,
            date=card.date,
            venue=card.venue,
            identifier=card.identifier,
            link=card.link,
        )
        split.append(rest)
    return split


def _keep(
    cards: Sequence[Card], left_out: list[tuple[Line, str]]
) -> tuple[list[Card], list[tuple[Line, str]]]:
    """Drop the cards that hold no record."""
    kept: list[Card] = []
    for card in cards:
        text = card.title[0].text if card.title else ""
        details = bool(card.names or card.date or card.venue)
        if card.abstract or (card.title and (card.guesses or details) and _is_title(text)):
            kept.append(card)
        else:
            why = "a title alone" if card.title else "no title and no abstract"
            left_out += [(line, why) for line in card.lines()]
    return kept, sorted(left_out, key=lambda pair: pair[0].number)


def _is_title(text: str) -> bool:
    return len(text.split()) >= 3 and not kinds.is_sentence(text)
