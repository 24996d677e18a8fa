"""Slides of numbers: big number, table, chart. What is not given cannot be chosen."""

import re
from dataclasses import replace

from copydesk.documents.terms import terms
from copydesk.generate import schema as shape
from copydesk.slides.author.asks.ask import Answer, Ask, Wanted
from copydesk.slides.author.known import Figure, comparable, figures, plain_number
from copydesk.slides.author.lines import bare, fold, once
from copydesk.slides.deck import BigNumberSlide, ChartSlide, Series, Slide, TableSlide

_FROM_BRIEF = {"en": "Figures as given in the brief", "zh": "数据来自任务说明"}
_FEWEST = 3  # numbers of one unit that make a chart
_MOST = 12  # numbers to choose from


def big_number(wanted: Wanted) -> Ask | None:
    """One number of those that are given; None where there is none."""
    sheet = wanted.sheet
    longest = sheet.longest("big-number", "number")
    found = {f.text: f for f in _nearest(wanted) if len(f.text) <= longest}
    if not found:
        return None

    def build(title: str, answer: Answer) -> Slide:
        figure = found[answer["number"]]
        return BigNumberSlide(
            title=title,
            number=figure.text,
            caption=bare(answer["caption"]),
            source=_source(wanted, [figure]),
            notes=answer["notes"],
        )

    schema = shape.record(
        number=shape.choice(*found),
        caption=sheet.line("big-number", "caption", 15, 6),
        title=sheet.title("big-number"),
        notes=sheet.notes(),
    )
    shown = {"figures": [f"{f.text}: {f.sentence[:160]}" for f in found.values()]}
    return Ask(schema, build, _says_more, shown)


def _says_more(answer: Answer) -> str:
    return "the caption is the number" if fold(answer["caption"]) == answer["number"] else ""


def _nearest(wanted: Wanted) -> list[Figure]:
    """The numbers that are given, those in sentences like the claim first."""
    claim = set(terms(wanted.claim))
    found = figures(wanted.said)
    found.sort(key=lambda figure: -len(claim & set(terms(figure.sentence))))
    return found[:_MOST]


def _source(wanted: Wanted, shown: list[Figure]) -> str:
    """Where the numbers stand: documents with their pages, else the brief."""
    places: dict[str, None] = {}
    for figure in shown:
        for document, passage in wanted.everywhere:
            if figure.sentence in passage.text:
                places[_place(document.title or document.name, passage.page, wanted)] = None
                break
    return "; ".join(list(places)[:2]) or _FROM_BRIEF[wanted.sheet.language]


def _place(name: str, page: int, wanted: Wanted) -> str:
    if not page:
        return name
    return f"{name}，第 {page} 页" if wanted.sheet.zh else f"{name}, p. {page}"


def table(wanted: Wanted) -> Ask:
    """A table: the data's as it stands, or one of words with three columns."""
    if wanted.view is not None:
        return _about(wanted)
    sheet = wanted.sheet
    row = shape.array(sheet.line("table", "cell"), 3, 3)
    rows = shape.array(row, 3, sheet.items("table", 5))

    def build(title: str, answer: Answer) -> Slide:
        kept = once(answer["rows"], lambda row: row[0])
        return TableSlide(
            title=title,
            header=tuple(bare(cell) for cell in answer["header"]),
            rows=tuple(tuple(bare(cell) for cell in row) for row in kept),
            source=_table_source(wanted, kept),
            notes=answer["notes"],
        )

    schema = shape.record(header=row, rows=rows, title=sheet.title("table"), notes=sheet.notes())
    return Ask(
        schema,
        build,
        _same_rows,
        enough=lambda answer: len(once(answer["rows"], lambda row: row[0])) >= _FEWEST,
    )


def _same_rows(answer: Answer) -> str:
    if len(once(answer["rows"], lambda row: row[0])) < len(answer["rows"]):
        return "two rows of the table have the same name"
    if len({fold(cell) for cell in answer["header"]}) < len(answer["header"]):
        return "two columns of the table have the same name"
    second, third = ([fold(row[i]) for row in answer["rows"]] for i in (1, 2))
    if second == third or len({*second, *third}) == 1:
        return "two columns of the table say the same"
    return ""


def _table_source(wanted: Wanted, rows: list[list[str]]) -> str:
    """Where the numbers of the cells come from; empty where there are none."""
    text = " ".join(cell for row in rows for cell in row)
    if not re.search(r"\d", text):
        return ""
    return _source(wanted, [f for f in figures(wanted.said) if f.text in text])


def chart(wanted: Wanted) -> Ask | None:
    """A chart: the data's as it stands, or of numbers of one unit that are given; or None."""
    if wanted.view is not None:
        return _about(wanted)
    found = _side_by_side(wanted)
    if len(found) < _FEWEST:
        return None
    sheet = wanted.sheet
    value = {"enum": list(dict.fromkeys(plain_number(figure.value) for figure in found))}
    label = sheet.line("chart", "category", 1, 1)
    bar = shape.record(label=label, value=value)
    most = min(sheet.items("chart", 6), len(found))

    def build(title: str, answer: Answer) -> Slide:
        data = once(answer["data"], lambda bar: bar["label"])
        shown = [f for f in found if f.value in {float(bar["value"]) for bar in data}]
        unit = bare(answer["unit"])
        return ChartSlide(
            title=title,
            kind=answer["kind"],
            categories=tuple(bar["label"] for bar in data),
            series=(Series(name=unit, values=tuple(float(bar["value"]) for bar in data)),),
            unit=unit,
            takeaway=bare(answer["takeaway"]),
            source=_source(wanted, shown),
            notes=answer["notes"],
        )

    schema = shape.record(
        unit=sheet.line("chart", "unit", 1, 1),
        kind=shape.choice("column", "bar", "line"),
        data=shape.array(bar, _FEWEST, most),
        takeaway=sheet.line("chart", "takeaway", 15, 6),
        title=sheet.title("chart"),
        notes=sheet.notes(),
    )
    shown = {"figures": [f"{f.text}: {f.clause[:120]}" for f in found]}
    return Ask(schema, build, lambda answer: _wrong_bars(answer, found), shown)


def _side_by_side(wanted: Wanted) -> list[Figure]:
    """Numbers that a sentence sets side by side: one on this claim, else any of the sources."""
    found = comparable(figures(wanted.said))
    if len(found) < _FEWEST:
        found = comparable(figures(wanted.known.all))
    return found[:_MOST]


def _wrong_bars(answer: Answer, found: list[Figure]) -> str:
    """Why the bars are not what the sources say: a label must stand beside its number there."""
    data = answer["data"]
    if len(once(data, lambda bar: bar["label"])) < len(data):
        return "two categories of the chart have the same name"
    if len({bar["value"] for bar in data}) == 1:
        return "all values of the chart are the same"
    for bar in data:
        beside = [f.clause for f in found if plain_number(f.value) == bar["value"]]
        if not any(_names(bar["label"], clause) for clause in beside):
            return f"nothing says {bar['value']} of {bar['label']}"
    return ""


def _names(label: str, clause: str) -> bool:
    """Whether a clause speaks of what a label names."""
    return label.casefold() in clause.casefold() or bool(set(terms(label)) & set(terms(clause)))


def _about(wanted: Wanted) -> Ask:
    """What is said about data that is shown as it stands: sentences that are true of it."""
    view, sheet = wanted.view, wanted.sheet
    assert view is not None  # noqa: S101 - who calls has looked
    intent = view.slide.intent
    titles = [line for line in view.readings if len(line) <= sheet.longest(intent, "title")]
    titles = [line for line in titles if fold(line) not in wanted.used] or titles
    parts = {"title": shape.choice(*titles) if titles else sheet.title(intent)}
    notes = "\n".join(view.readings[:4])
    if not notes:
        parts["notes"] = sheet.notes()
    takeaways: list[str] = []
    if intent == "chart":
        most = sheet.longest(intent, "takeaway")
        takeaways = [line for line in view.readings if len(line) <= most]
        takeaway = shape.choice(*takeaways) if takeaways else sheet.line(intent, "takeaway", 15, 6)
        parts = {"takeaway": takeaway, **parts}

    def build(title: str, answer: Answer) -> Slide:
        made = replace(view.slide, title=title, notes=notes or answer["notes"])
        if isinstance(made, ChartSlide):
            return replace(made, takeaway=_other(answer["takeaway"], title, takeaways))
        return made

    return Ask(
        shape.record(**parts),
        build,
        shown={"facts": list(view.facts), "readings": bool(titles)},
        chosen=("title", "takeaway") if titles else (),
    )


def _other(said: str, title: str, others: list[str]) -> str:
    """A takeaway that does not say the title again."""
    if fold(said) != fold(title):
        return bare(said)
    return next((line for line in others if fold(line) != fold(title)), "")
