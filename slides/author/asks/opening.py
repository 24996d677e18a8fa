"""Slides that come out of the outline, asked for alone when they are revised."""

from dataclasses import replace

from copydesk.generate import schema as shape
from copydesk.slides.author.asks.ask import Answer, Ask, Wanted, repeats
from copydesk.slides.author.lines import bare, distinct
from copydesk.slides.deck import AgendaSlide, SectionSlide, Slide, TitleSlide


def title(wanted: Wanted) -> Ask:
    """The deck's title and the line under it."""
    sheet = wanted.sheet

    def build(title: str, answer: Answer) -> Slide:
        return TitleSlide(title=title, subtitle=bare(answer["subtitle"]), notes=answer["notes"])

    schema = shape.record(
        title=sheet.line("title", "title", 8, 3),
        subtitle=sheet.line("title", "subtitle", 8, 3),
        notes=sheet.notes(),
    )
    return Ask(schema, build)


def agenda(wanted: Wanted) -> Ask:
    """The names of the sections."""
    sheet = wanted.sheet
    items = shape.array(sheet.line("agenda", "item", 6, 3), 2, sheet.items("agenda", 6))

    def build(title: str, answer: Answer) -> Slide:
        return AgendaSlide(title=title, items=distinct(answer["items"]), notes=answer["notes"])

    return Ask(
        shape.record(items=items, title=sheet.line("agenda", "title", 4, 2), notes=sheet.notes()),
        build,
        lambda answer: repeats(answer["items"]),
    )


def section(wanted: Wanted, was: SectionSlide) -> Ask:
    """A section's title and one line on it; its number stays."""
    sheet = wanted.sheet

    def build(title: str, answer: Answer) -> Slide:
        return replace(was, title=title, summary=bare(answer["summary"]), notes=answer["notes"])

    schema = shape.record(
        title=sheet.line("section", "title", 6, 3),
        summary=sheet.line("section", "summary", 8, 3),
        notes=sheet.notes(),
    )
    return Ask(schema, build)
