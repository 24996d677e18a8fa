"""Slides of pictures and of code."""

import re

from copydesk.generate import schema as shape
from copydesk.slides.author.asks.ask import Answer, Ask, Wanted, repeats
from copydesk.slides.author.lines import bare, distinct
from copydesk.slides.author.material import Picture
from copydesk.slides.deck import CodeSlide, PictureFullSlide, PictureSlide, Slide

_MOST_PICTURES = 12  # to choose from
_LANGUAGES = ("python", "sql", "bash", "javascript", "java", "go", "rust", "c", "yaml", "json")
_MOST_LINES, _LONGEST_LINE = 12, 64


def picture(wanted: Wanted) -> Ask | None:
    """A picture beside points; None where no picture is left."""
    offered = _offered(wanted)
    if not offered:
        return None
    sheet = wanted.sheet
    points = shape.array(sheet.line("picture", "point", 12, 5), 2, sheet.items("picture", 3))

    def build(title: str, answer: Answer) -> Slide:
        shown = offered[answer["picture"]]
        return PictureSlide(
            title=title,
            picture=shown.path,
            alt=shown.name,
            points=distinct(answer["points"]),
            notes=answer["notes"],
        )

    return Ask(
        shape.record(picture=shape.choice(*offered), points=points, notes=sheet.notes()),
        build,
        lambda answer: repeats(answer["points"]),
        {"pictures": list(offered)},
    )


def picture_full(wanted: Wanted) -> Ask | None:
    """A picture that fills the page; None where no picture is left."""
    offered = _offered(wanted)
    if not offered:
        return None
    sheet = wanted.sheet

    def build(title: str, answer: Answer) -> Slide:
        shown = offered[answer["picture"]]
        return PictureFullSlide(
            title=title,
            picture=shown.path,
            alt=shown.name,
            caption=bare(answer["caption"]),
            notes=answer["notes"],
        )

    return Ask(
        shape.record(
            picture=shape.choice(*offered),
            caption=sheet.line("picture-full", "caption", 12, 5),
            notes=sheet.notes(),
        ),
        build,
        shown={"pictures": list(offered)},
    )


def _offered(wanted: Wanted) -> dict[str, Picture]:
    return {shown.name: shown for shown in wanted.pictures[:_MOST_PICTURES]}


def code(wanted: Wanted) -> Ask:
    """A listing: lines of plain ASCII within the width of the page."""
    sheet = wanted.sheet
    line = {
        "type": "string",
        "pattern": "^[ -~]*$",
        "minLength": 0,
        "maxLength": min(sheet.longest("code", "code"), _LONGEST_LINE),
    }
    most = sheet.items("code", _MOST_LINES, "line")

    def build(title: str, answer: Answer) -> Slide:
        listing = "\n".join(answer["lines"]).strip("\n")
        return CodeSlide(
            title=title, code=listing, language=answer["language"], notes=answer["notes"]
        )

    return Ask(
        shape.record(
            language=shape.choice(*_LANGUAGES),
            lines=shape.array(line, 3, most),
            notes=sheet.notes(),
        ),
        build,
        lambda answer: "" if re.search(r"\w", "".join(answer["lines"])) else "there is no code",
    )
