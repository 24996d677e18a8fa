"""Slides by others: what they show is told by placeholders, by what stands where, and by how much.

Nothing is lost silently: texts that a slide of the kind has no room for go to the notes, and are
told; what cannot be kept is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from copydesk.slides import deck as d
from copydesk.slides.files.arrange import groups, joined, on_page, sides, titled, without_mark
from copydesk.slides.files.found import Found
from copydesk.slides.files.models import listing
from copydesk.slides.files.numbers import figure
from copydesk.slides.files.ours import points_of
from copydesk.slides.files.pieces import Piece
from copydesk.slides.files.smartart import smartart_of
from copydesk.slides.geometry import Box

_SHORT = 160  # characters of a text that may be a caption or takeaway
_SMALL_PICTURE = 0.04  # share of the page: less is an icon or a logo
_FULL_PICTURE = 0.4
_OPENINGS = ("ctrTitle", "subTitle")
_LONGEST_NUMBER = 12  # characters
_MOST_UNDER = 4  # boxes that may stand together as one bullet
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
    seen = on_page(page.pieces, page.size)
    if len(seen) < len(page.pieces):
        count = len(page.pieces) - len(seen)
        found.say("off-slide", f"{count} things that stood beside the page were left out")
    title, rest = titled(seen, page.size)
    head: dict[str, Any] = {"title": title, "notes": page.notes}
    texts = [p for p in rest if p.kind == "text" and not (p.mono and len(p.said) > 1)]
    made: list[d.Slide] = []
    for piece in rest:
        if piece.kind == "table" and any(any(row) for row in piece.rows):
            header, *rows = piece.rows
            made.append(d.TableSlide(**head, header=header, rows=tuple(map(tuple, rows))))
        elif piece.kind == "chart" and (chart := _chart(piece, head, found)):
            made.append(chart)
        elif piece.mono and len(piece.said) > 1:
            made.append(d.CodeSlide(**head, code=listing(piece.listing)))
        elif piece.kind == "smartart" and (drawn := smartart_of(found.blob(piece.part), head)):
            made.append(drawn)
    if made:
        return _with_texts(made, texts, rest, found)
    picture = _picture(rest, page, found)
    if picture:
        return _pictured(picture, texts, head, page, found)
    return [_texted(texts, head, page)]


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
        found.say("slide-split", f"{len(made)} things on it became slides each")
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
    opening = page.layout == "title" or any(p.holder in _OPENINGS for p in page.pieces)
    few = len(said) <= (6 if opening else 2)
    if page.first and few:
        return d.TitleSlide(**head, subtitle=" · ".join(one.text for one in said))
    if (page.layout == "secHead" or opening) and len(said) <= 2:
        return d.SectionSlide(**head, summary=" ".join(one.text for one in said))
    if not said:
        return d.SectionSlide(**head) if head["title"] else d.BulletsSlide(**head, bullets=())
    if number := _big_number(texts, head):
        return number
    if beside := sides(texts):
        return _two(beside, head, page)
    return _pointed(texts, head)


def _big_number(texts: Sequence[Piece], head: dict[str, Any]) -> d.Slide | None:
    """A number in large type, and what it means."""
    numbers = [
        p for p in texts if len(p.text) <= _LONGEST_NUMBER and figure(p.text) and p.size >= 36
    ]
    others = [piece for piece in texts if piece not in numbers]
    caption = " ".join(piece.text for piece in others)
    if len(numbers) != 1 or not (head["title"] or caption) or len(caption) > _SHORT:
        return None
    if not head["title"]:
        head, caption = {**head, "title": caption}, ""
    return d.BigNumberSlide(**head, number=numbers[0].text, caption=caption)


def _pointed(texts: Sequence[Piece], head: dict[str, Any]) -> d.Slide:
    """Placeholders' paragraphs as bullets; boxes that stand together as one bullet, or a step."""
    held = [piece for piece in texts if piece.holder or not piece.box.area]
    free = [piece for piece in texts if not (piece.holder or not piece.box.area)]
    points = [point for piece in held for point in points_of(piece.said)]
    parted = [without_mark(group) for group in groups(free)]
    marks = [number for number, _ in parted]
    if not held and len(parted) > 2 and marks == list(range(1, len(parted) + 1)):
        return d.ProcessSlide(**head, steps=tuple(_step(group) for _, group in parted))
    points += [point for _, group in parted for point in _blocks(group)]
    return d.BulletsSlide(**head, bullets=tuple(points))


def _step(group: Sequence[Piece]) -> d.Step:
    first, *others = joined(group).said
    return d.Step(label=first.text, text=" ".join(one.text for one in others))


def _blocks(group: Sequence[Piece]) -> tuple[d.Point, ...]:
    """Texts that stand together: the first one over the others, if it is short."""
    if len(group) > _MOST_UNDER or len(joined(group).said) > 2 * _MOST_UNDER:
        return tuple(point for piece in group for point in points_of(piece.said))
    first, *others = joined(group).said
    return (d.Point(first.text, tuple(one.text for one in others)),)


def _two(both: tuple[list[Piece], list[Piece]], head: dict[str, Any], page: Page) -> d.Slide:
    left, right = (_column(side) for side in both)
    if left.heading and right.heading and page.layout == "twoTxTwoObj":
        return d.ComparisonSlide(**head, left=left, right=right)
    return d.ColumnsSlide(**head, left=left, right=right)


def _column(side: Sequence[Piece]) -> d.Column:
    """One side: a box over another is its heading, if it is one line."""
    first, *others = side
    if others and len(first.said) == 1:
        said = [one for piece in others for one in piece.said]
        return d.Column(heading=first.text, points=tuple(one.text for one in said))
    return d.Column(points=tuple(one.text for piece in side for one in piece.said))
