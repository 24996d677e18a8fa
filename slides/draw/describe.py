"""What the drawing itself has to say, in the deck's language: alt texts, sources, part numbers."""

from collections.abc import Iterable

from copydesk.brief import Language
from copydesk.slides.deck import ChartSlide

_KINDS: dict[Language, dict[str, str]] = {
    "en": {
        "column": "Column chart",
        "bar": "Bar chart",
        "stacked": "Stacked column chart",
        "line": "Line chart",
        "area": "Area chart",
        "pie": "Pie chart",
        "doughnut": "Doughnut chart",
        "scatter": "Scatter chart",
    },
    "zh": {
        "column": "柱形图",
        "bar": "条形图",
        "stacked": "堆积柱形图",
        "line": "折线图",
        "area": "面积图",
        "pie": "饼图",
        "doughnut": "圆环图",
        "scatter": "散点图",
    },
}
_LISTED = 6  # names that an alt text lists


def untitled(language: Language) -> str:
    """What stands where a title is missing."""
    return "无标题" if language == "zh" else "Untitled"


def source_line(source: str, language: Language) -> str:
    """A source with its label, once."""
    label = "来源：" if language == "zh" else "Source: "
    known = ("source:", "sources:", "来源：", "来源:", "资料来源")
    return source if source.lower().startswith(known) else label + source


def full_text(text: str, language: Language) -> str:
    """A text that was cut on the slide, for the notes."""
    return ("全文：" if language == "zh" else "Full text: ") + text


def not_shown(text: str, language: Language) -> str:
    """A text that the layout has no place for, for the notes."""
    return ("未显示：" if language == "zh" else "Not shown: ") + text


def part_title(title: str, number: int, count: int, language: Language) -> str:
    """The title of one part of a slide that was split."""
    return f"{title}（{number}/{count}）" if language == "zh" else f"{title} ({number}/{count})"


def quoted(text: str) -> str:
    """A quotation in curly marks, as both languages have them; its own marks are taken off."""
    bare = text.strip(" \"'“”‘’「」『』«»")
    return f"“{bare}”" if bare else ""


def picture_alt(alt: str, title: str, language: Language) -> str:
    """What a picture shows; the slide's claim where nobody said."""
    return alt or (f"图片：{title}" if language == "zh" else f"Picture: {title}")


def table_alt(title: str, header: Iterable[str], rows: int, language: Language) -> str:
    """What a table holds."""
    names = [name for name in header if name][:_LISTED]
    if language == "zh":
        return f"表格：{title}。列：{'、'.join(names)}；共 {rows} 行。"
    return f"Table: {title}. Columns: {', '.join(names)}; {rows} rows."


def chart_alt(slide: ChartSlide, values: list[float], language: Language) -> str:
    """The kind of a chart, what it compares, and the span of its values."""
    kind = _KINDS[language].get(slide.kind, slide.kind)
    names = [one.name for one in slide.series if one.name][:_LISTED]
    count = len(slide.categories)
    if language == "zh":
        span = f"数值从 {min(values):g} 到 {max(values):g} {slide.unit}".rstrip() if values else ""
        over = f"共 {count} 个类别" if count else ""
        said = "，".join(part for part in ("、".join(names), over, span) if part)
        return f"{kind}：{slide.title}。{said}。"
    span = f"from {min(values):g} to {max(values):g} {slide.unit}".rstrip() if values else ""
    over = f"over {count} categories" if count else ""
    said = ", ".join(part for part in (", ".join(names), over, span) if part)
    return f"{kind}: {slide.title}. {said}."
