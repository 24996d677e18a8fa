"""Slides by others: what they show is told by placeholders, by what stands where, and by how much.

Nothing is lost silently: texts that a slide of the kind has no room for go to the notes, and are
told; what cannot be kept is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from copydesk.slides import deck as d
from copydesk.slides.files.found import Found
from copydesk.slides.files.ours import points_of
from copydesk.slides.files.pieces import Piece
from copydesk.slides.files.smartart import smartart_of
from copydesk.slides.geometry import Box

_LONGEST_TITLE = 120  # characters of a text that may be a title without being in its placeholder
_SHORT = 160  # characters of a text that may be a caption or takeaway
_SMALL_PICTURE = 0.04  # share of the page: less is an icon or a logo
_FULL_PICTURE = 0.4
_MOST_BESIDE = 8  # paragraphs that a picture can stand beside


@dataclass(frozen=True)
class Page:
    """A slide by others: its pieces, its layout's type, and where in the deck it stands."""

    pieces: Sequence[Piece]
    layout: str
    notes: str
    size: Box
    first: bool


def slides_of_theirs(page: Page, found: Found) -> list[d.Slide]:
    """The slide, and one more for each further table or chart on it."""
    title, rest = _titled(page)
    head: dict[str, Any] = {"title": title, "notes": page.notes}
    texts = [piece for piece in rest if piece.kind == "text"]
    made: list[d.Slide] = []
    for piece in rest:
        if piece.kind == "table" and any(any(row) for row in piece.rows):
            header, *rows = piece.rows
            made.append(d.TableSlide(**head, header=header, rows=tuple(map(tuple, rows))))
        elif piece.kind == "chart" and (chart := _chart(piece, head, found)):
            made.append(chart)
        elif piece.kind == "smartart" and (drawn := smartart_of(found.blob(piece.part), head)):
            made.append(drawn)
    if made:
        return _with_texts(made, texts, rest, found)
    picture = _picture(rest, page, found)
    if picture:
        return _pictured(picture, texts, head, page, found)
    return [_texted(texts, head, page)]


def _titled(page: Page) -> tuple[str, list[Piece]]:
    """The title and the other pieces, in reading order."""
    titles = [piece for piece in page.pieces if piece.is_title and piece.kind == "text"]
    rest = [piece for piece in page.pieces if not piece.is_title]
    rest.sort(key=lambda piece: (_band(piece.box.top), piece.box.left))
    if titles:
        return " ".join(piece.text for piece in titles), rest
    found = _likely_title(rest, page)
    if found is None:
        return "", rest
    return found.text, [piece for piece in rest if piece is not found]


def _band(top: float) -> int:
    """Things that stand side by side begin at about one height."""
    return round(top / 18)


def _likely_title(pieces: Sequence[Piece], page: Page) -> Piece | None:
    """The first short text in the upper third of a page that has more on it."""
    if len(pieces) < 2:
        return None
    for piece in pieces:
        if piece.kind == "text" and piece.box.top < page.size.height / 3:
            short = len(piece.text) <= _LONGEST_TITLE and len(piece.said) <= 2
            return piece if short else None
    return None


def _chart(piece: Piece, head: dict[str, Any], found: Found) -> d.ChartSlide | None:
    read = found.chart(piece)
    if read is None:
        return None
    title = head["title"] or read.title
    return d.ChartSlide(
        **{**head, "title": title},
        kind=read.kind,
        categories=read.categories,
        series=read.series,
        unit=read.unit if len(read.unit) <= 20 else "",
    )


def _with_texts(
    made: list[d.Slide], texts: Sequence[Piece], rest: Sequence[Piece], found: Found
) -> list[d.Slide]:
    """Texts beside a table or chart: its takeaway, a note if short, else a slide of bullets."""
    first = made[0]
    _say_pictures([piece for piece in rest if piece.kind == "picture"], found)
    said = " ".join(piece.text for piece in texts)
    if len(made) > 1:
        found.say("slide-split", f"{len(made)} tables, charts and diagrams became slides each")
        made[1:] = [replace(one, notes="") for one in made[1:]]
    if not said:
        return made
    if isinstance(first, d.ChartSlide) and len(said) <= _SHORT:
        return [replace(first, takeaway=said), *made[1:]]
    if len(said) <= _SHORT:
        found.say("text-in-notes", f"a text beside it went to the notes: {said}")
        notes = "\n".join(part for part in (first.notes, said) if part)
        return [replace(first, notes=notes), *made[1:]]
    found.say("slide-split", "the texts beside a table, chart or diagram became a slide")
    bullets = tuple(point for piece in texts for point in points_of(piece.said))
    return [d.BulletsSlide(title=first.title, bullets=bullets), *made]


# Pictures ----------------------------------------------------------------------------------------


def _picture(pieces: Sequence[Piece], page: Page, found: Found) -> tuple[Piece, str] | None:
    """The largest picture that can be drawn, and its path; icons and logos are told of."""
    pictures = [piece for piece in pieces if piece.kind == "picture"]
    pictures.sort(key=lambda piece: -piece.box.area)
    large = [one for one in pictures if one.box.area >= _SMALL_PICTURE * page.size.area]
    for number, piece in enumerate(large):
        path = found.picture(piece)
        if path:
            _say_pictures(large[number + 1 :] + pictures[len(large) :], found)
            return piece, path
    _say_pictures(pictures[len(large) :], found)
    return None


def _say_pictures(pictures: Sequence[Piece], found: Found) -> None:
    if pictures:
        count = len(pictures)
        found.say("picture-lost", f"{count} more picture{'s' * (count > 1)} left out")


def _pictured(
    picture: tuple[Piece, str],
    texts: Sequence[Piece],
    head: dict[str, Any],
    page: Page,
    found: Found,
) -> list[d.Slide]:
    """The picture with the texts beside it; those that are too many are a slide of their own."""
    piece, path = picture
    said = [one for text in texts for one in text.said]
    whole = " ".join(one.text for one in said)
    full = d.PictureFullSlide(**head, picture=path, alt=piece.alt)
    if len(said) > _MOST_BESIDE:
        found.say("slide-split", "the texts beside a picture became a slide")
        return [_texted(texts, head, page), replace(full, notes="")]
    large = piece.box.area >= _FULL_PICTURE * page.size.area
    if not said or (large and len(whole) <= _SHORT and len(said) <= 2):
        return [replace(full, caption=whole)]
    points = tuple(one.text for one in said)
    return [d.PictureSlide(**head, picture=path, alt=piece.alt, points=points)]


# Texts -------------------------------------------------------------------------------------------


def _texted(texts: Sequence[Piece], head: dict[str, Any], page: Page) -> d.Slide:
    said = [one for piece in texts for one in piece.said]
    opening = page.layout == "title" or any(
        p.holder in ("ctrTitle", "subTitle") for p in page.pieces
    )
    if page.first and (opening or len(said) <= 2):
        return d.TitleSlide(**head, subtitle=" · ".join(one.text for one in said))
    if (page.layout == "secHead" or opening) and len(said) <= 2:
        return d.SectionSlide(**head, summary=" ".join(one.text for one in said))
    if not said:
        return d.SectionSlide(**head) if head["title"] else d.BulletsSlide(**head, bullets=())
    sides = _sides(texts)
    if sides:
        return _two(sides, head, page)
    if len(texts) > 2 and all(len(piece.said) <= 4 for piece in texts):
        return d.BulletsSlide(**head, bullets=tuple(_block(piece) for piece in texts))
    return d.BulletsSlide(
        **head, bullets=tuple(point for piece in texts for point in points_of(piece.said))
    )


def _block(piece: Piece) -> d.Point:
    """A box of text as a bullet: its first paragraph, and the others under it."""
    first, *others = piece.said
    return d.Point(first.text, tuple(one.text for one in others))


def _sides(texts: Sequence[Piece]) -> tuple[list[Piece], list[Piece]] | None:
    """Texts that stand in two columns, left and right; None where they do not."""
    bodies = [piece for piece in texts if piece.box.area]
    if len(bodies) not in (2, 3, 4) or len(bodies) != len(texts):
        return None
    middle = (min(p.box.left for p in bodies) + max(p.box.right for p in bodies)) / 2
    left = [piece for piece in bodies if piece.box.right <= middle + 12]
    right = [piece for piece in bodies if piece.box.left >= middle - 12]
    if (
        not left
        or not right
        or len(left) + len(right) != len(bodies)
        or max(len(left), len(right)) > 2
    ):
        return None
    beside = left[-1].box.top < right[-1].box.bottom and right[-1].box.top < left[-1].box.bottom
    return (left, right) if beside else None


def _two(sides: tuple[list[Piece], list[Piece]], head: dict[str, Any], page: Page) -> d.Slide:
    left, right = (_column(side) for side in sides)
    headed = bool(left.heading and right.heading) and page.layout in ("twoTxTwoObj", "")
    if headed and page.layout:
        return d.ComparisonSlide(**head, left=left, right=right)
    return d.ColumnsSlide(**head, left=left, right=right)


def _column(side: Sequence[Piece]) -> d.Column:
    """One side: a box over another is its heading, if it is one line."""
    first, *others = side
    if others and len(first.said) == 1:
        said = [one for piece in others for one in piece.said]
        return d.Column(heading=first.text, points=tuple(one.text for one in said))
    return d.Column(points=tuple(one.text for piece in side for one in piece.said))
