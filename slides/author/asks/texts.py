"""Slides of words: bullets, columns, comparison, quote, closing."""

import re
from collections.abc import Sequence

from copydesk.generate import schema as shape
from copydesk.slides.author.asks.ask import Answer, Ask, Passages, Wanted, kept, repeats
from copydesk.slides.author.lines import bare, distinct, fold, same_opening
from copydesk.slides.deck import (
    BulletsSlide,
    ClosingSlide,
    Column,
    ColumnsSlide,
    ComparisonSlide,
    Point,
    QuoteSlide,
    Slide,
)

_QUOTED = re.compile(r"“([^“”\n]{8,400})”|\"([^\"\n]{20,400})\"|「([^「」\n]{8,200})」")
_FEWEST = 3  # points of a slide of bullets
_SHORTEST_QUOTE = {"en": 30, "zh": 10}
_SPEAKER = re.compile(
    r"(?:said|says|writes|wrote|added|explains|explained|according to)\s+"
    r"((?:(?:Dr|Mr|Mrs|Ms|Prof)\.? )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*(?:, (?:the )?[\w ]{3,40}?)?)"
    r"(?=[.,;]|$)"
    r"|([A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+) (?:said|says|writes|wrote|added|explains|explained)"
    r"|^[\s—–-]*([A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+(?:, [^.;,\n]{3,50})?)(?=[.;,\n]|$)"
    r"|([\u4e00-\u9fff]{2,12})(?:说|表示|指出|认为|写道)[：，:]?"
)


def bullets(wanted: Wanted) -> Ask:
    """A claim and three to five points, on one level."""
    sheet = wanted.sheet
    point = sheet.line("bullets", "bullet", 32, 14)
    points = shape.array(point, 3, sheet.items("bullets", 5))

    def build(title: str, answer: Answer) -> Slide:
        made = tuple(Point(text) for text in kept(answer["bullets"], title))
        return BulletsSlide(title=title, bullets=made, notes=answer["notes"])

    return Ask(
        shape.record(bullets=points, notes=sheet.notes()),
        build,
        lambda answer: _too_few(answer["bullets"], wanted.claim),
    )


def _too_few(points: list[str], title: str) -> str:
    """Whether what is left once repeats are gone is too little, or begins alike."""
    new = kept(points, title)
    if same_opening(new, words=2):
        return "the points begin alike"
    return "too few points are left without repeats" if len(new) < _FEWEST else ""


def columns(wanted: Wanted) -> Ask:
    """Two lists that go together."""
    return _sides(wanted, "columns", ColumnsSlide)


def comparison(wanted: Wanted) -> Ask:
    """Two ways set against each other."""
    return _sides(wanted, "comparison", ComparisonSlide)


def _sides(wanted: Wanted, intent: str, kind: type[ColumnsSlide] | type[ComparisonSlide]) -> Ask:
    sheet = wanted.sheet
    points = shape.array(sheet.line(intent, "point", 12, 5), 2, sheet.items(intent, 4))
    side = shape.record(heading=sheet.line(intent, "heading", 3, 2), points=points)

    def build(title: str, answer: Answer) -> Slide:
        left, right = (
            Column(heading=bare(part["heading"]), points=distinct(part["points"]))
            for part in (answer["left"], answer["right"])
        )
        return kind(title=title, left=left, right=right, notes=answer["notes"])

    # What a comparison comes to is known when its sides are; columns only carry the claim.
    title = {"title": sheet.title(intent)} if intent == "comparison" else {}
    schema = shape.record(left=side, right=side, **title, notes=sheet.notes())
    return Ask(schema, build, _alike)


def _alike(answer: Answer) -> str:
    left, right = answer["left"], answer["right"]
    if fold(left["heading"]) == fold(right["heading"]):
        return "both sides have the same heading"
    for side in (left, right):
        if reason := repeats(side["points"]):
            return reason
    return repeats([*left["points"], *right["points"]]) if _same(left, right) else ""


def _same(left: Answer, right: Answer) -> bool:
    """Whether a point stands on both sides."""
    return bool({*map(fold, left["points"])} & {*map(fold, right["points"])})


def quotations(text: str, language: str) -> list[tuple[str, str]]:
    """What is quoted in a text, and by whom where it says so ("" else)."""
    found: dict[str, str] = {}
    for match in _QUOTED.finditer(text):
        said = next(group for group in match.groups() if group).strip(" ,，")
        if len(said) < _SHORTEST_QUOTE[language]:
            continue
        around = text[max(0, match.start() - 60) : match.start()], text[match.end() :][:90]
        found.setdefault(said, _speaker(*around))
    return list(found.items())


def _speaker(before: str, after: str) -> str:
    for text in (re.split(r"[\n“”\"]", after)[0], re.split(r"[\n“”\"]", before)[-1]):
        if match := _SPEAKER.search(text):
            return next(group for group in match.groups() if group).strip(" ,")
    return ""


def quote(wanted: Wanted) -> Ask | None:
    """What somebody said, word for word; None where nobody is quoted."""
    sheet = wanted.sheet
    longest = sheet.longest("quote", "quote")
    found = [(said, who) for said, who in _said(wanted) if len(said) <= longest][:6]
    if not found:
        return None
    speakers = dict(found)

    def build(title: str, answer: Answer) -> Slide:
        said = answer["quote"]
        return QuoteSlide(
            title=title, quote=said, speaker=speakers.get(said, ""), notes=answer["notes"]
        )

    return Ask(
        shape.record(
            quote=shape.choice(*speakers), title=sheet.title("quote"), notes=sheet.notes()
        ),
        build,
        shown={"quotes": list(speakers)},
    )


def _said(wanted: Wanted) -> list[tuple[str, str]]:
    """Quotations with a speaker; those without are said by the document that has them."""
    language = wanted.sheet.language
    found = quotations(wanted.known.said, language)
    for document, passage in _once(wanted.everywhere):
        for said, who in quotations(passage.text, language):
            found.append((said, who or document.title or document.name))
    return found


def _once(passages: Passages) -> Passages:
    return tuple({passage.text: (document, passage) for document, passage in passages}.values())


def closing(wanted: Wanted) -> Ask:
    """Three things to do."""
    sheet = wanted.sheet
    points = shape.array(sheet.line("closing", "point", 20, 8), 3, sheet.items("closing", 3))

    def build(title: str, answer: Answer) -> Slide:
        return ClosingSlide(title=title, points=_all(answer["steps"]), notes=answer["notes"])

    return Ask(
        shape.record(steps=points, title=sheet.line("closing", "title", 8, 4), notes=sheet.notes()),
        build,
        lambda answer: repeats(answer["steps"]),
    )


def _all(lines: Sequence[str]) -> tuple[str, ...]:
    return distinct(lines)
