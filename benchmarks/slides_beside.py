"""What stands beside our rendering: python-pptx alone, and one Markdown file for other programs."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from copydesk.errors import MissingTool

# python-pptx alone -------------------------------------------------------------------------------


def recipe_of(path: Path, folder: Path) -> list[dict[str, Any]]:
    """The slides of a deck as plain lists: layout, shapes with their boxes and texts, notes."""
    from pptx import Presentation

    presentation = Presentation(str(path))
    layouts = list(presentation.slide_layouts)
    found = []
    for slide in presentation.slides:
        shapes = [_shape(shape, folder) for shape in slide.shapes]
        notes = slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else ""
        layout = layouts.index(slide.slide_layout)
        found.append({"layout": layout, "shapes": shapes, "notes": notes})
    return found


def _shape(shape: Any, folder: Path) -> dict[str, Any]:
    from pptx.enum.shapes import MSO_SHAPE_TYPE as KIND

    said: dict[str, Any] = {"box": [shape.left, shape.top, shape.width, shape.height]}
    if shape.is_placeholder:
        said["idx"] = shape.placeholder_format.idx
    if shape.has_chart:
        plot = shape.chart.plots[0]
        series = [[s.name, list(s.values)] for s in plot.series]
        return (
            said
            | {"chart": shape.chart.chart_type.value, "names": list(plot.categories)}
            | {"series": series}
        )
    if shape.has_table:
        return said | {"rows": [[c.text for c in row.cells] for row in shape.table.rows]}
    if shape.shape_type == KIND.GROUP:
        return said | {"group": [_shape(one, folder) for one in shape.shapes]}
    if hasattr(shape, "image"):
        return said | {"picture": str(folder / "roof.png")}
    if not shape.has_text_frame:
        return said | {"line": True}
    runs = shape.text_frame.paragraphs
    sizes = [r.font.size for p in runs for r in p.runs]
    return said | {"text": [[p.text, p.level] for p in runs], "size": sizes[0] if sizes else None}


def bare(template: Path, recipe: list[dict[str, Any]], target: Path) -> None:
    """Write a recipe with python-pptx as its manual does it."""
    from pptx import Presentation

    presentation = Presentation(str(template))
    layouts = list(presentation.slide_layouts)
    for page in recipe:
        slide = presentation.slides.add_slide(layouts[page["layout"]])
        filled = {one["idx"] for one in page["shapes"] if "text" in one and "idx" in one}
        holders = {h.placeholder_format.idx: h for h in slide.placeholders}
        for shape in page["shapes"]:
            _put(slide.shapes, holders, shape)
        for idx, holder in holders.items():
            if idx not in filled:
                holder._element.getparent().remove(holder._element)
        if page["notes"]:
            slide.notes_slide.notes_text_frame.text = page["notes"]
    presentation.save(str(target))


def _put(shapes: Any, holders: dict[int, Any], shape: dict[str, Any]) -> None:
    for key, put in _PUT.items():
        if key in shape:
            return put(shapes, shape)
    if shape.get("idx") in holders:
        return _say(holders[shape["idx"]].text_frame, shape)
    return _put_text(shapes, shape, boxed=bool(holders))


def _put_text(shapes: Any, shape: dict[str, Any], *, boxed: bool) -> None:
    from pptx.enum.shapes import MSO_SHAPE

    box = shape["box"]
    made = shapes.add_textbox(*box) if boxed else shapes.add_shape(MSO_SHAPE.RECTANGLE, *box)
    _say(made.text_frame, shape)


def _put_chart(shapes: Any, shape: dict[str, Any]) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    data = CategoryChartData()
    data.categories = shape["names"]
    for name, values in shape["series"]:
        data.add_series(name, values)
    shapes.add_chart(XL_CHART_TYPE(shape["chart"]), *shape["box"], data)


def _put_table(shapes: Any, shape: dict[str, Any]) -> None:
    rows = shape["rows"]
    table = shapes.add_table(len(rows), len(rows[0]), *shape["box"]).table
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            table.cell(i, j).text = text


def _put_group(shapes: Any, shape: dict[str, Any]) -> None:
    group = shapes.add_group_shape()
    for one in shape["group"]:
        _put(group.shapes, {}, one)


def _put_picture(shapes: Any, shape: dict[str, Any]) -> None:
    shapes.add_picture(shape["picture"], *shape["box"])


def _put_line(shapes: Any, shape: dict[str, Any]) -> None:
    from pptx.enum.shapes import MSO_CONNECTOR

    left, top, width, height = shape["box"]
    shapes.add_connector(MSO_CONNECTOR.STRAIGHT, left, top, left + width, top + height)


_PUT: dict[str, Callable[[Any, dict[str, Any]], None]] = {
    "chart": _put_chart,
    "rows": _put_table,
    "group": _put_group,
    "picture": _put_picture,
    "line": _put_line,
}


def _say(frame: Any, shape: dict[str, Any]) -> None:
    for i, (text, level) in enumerate(shape["text"]):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text, paragraph.level = text, level
        if shape["size"]:
            run.font.size = shape["size"]


# One Markdown file -------------------------------------------------------------------------------

_LONG = (
    "Flowering in town lasts six weeks longer than on nearby farmland, which is why wild bees "
    "do better on a planted roof than on a field, as two summers of counts have shown"
)
_SLIDES = (
    "- Cities are warm\n- Cities flower longer\n    - Limes open the season\n    - Ivy closes it\n"
    "- Few pesticides",
    "| Roof | Area | Cost |\n|---|---|---|\n| Town hall | 420 | 21,000 |\n"
    "| School | 610 | 30,500 |\n| Library | 180 | 9,800 |",
    "![Three roofs under a pale sky](roof.png)",
    "```python\nfor roof in roofs:\n    if roof.planted:\n        print(roof.name)\n```",
    ":::::: columns\n::: column\n- Ten centimetres of soil\n- One mowing\n:::\n::: column\n"
    "- Food from March\n- Cooler rooms\n:::\n::::::",
    "\n".join(f"{i}. {_LONG}" for i in range(1, 8)),
    "- 城市里的花期比附近农田长六周\n- 屋顶不浇水也能养活四十种植物",
    "- ريادة الأعمال في المدينة\n- النحل على الأسطح",
)
_NOTES = "\n\n::: notes\nSay this slowly.\n:::\n"


def markdown(count: int) -> tuple[str, dict[str, int]]:
    """A Markdown file of so many slides after pandoc's conventions, and what is in it."""
    kinds = [_SLIDES[i % len(_SLIDES)] for i in range(count)]
    slides = [f"## Claim number {i + 1}\n\n{kind}{_NOTES}" for i, kind in enumerate(kinds)]
    text = "\n".join(slides)
    return text, {
        "slides": count,
        "titles": count,
        "notes": count,
        "second-level bullets": sum(kind.count("\n    - ") for kind in kinds),
        "tables": sum("|---|" in kind for kind in kinds),
        "pictures": sum("](roof.png)" in kind for kind in kinds),
        "pictures described": sum("](roof.png)" in kind for kind in kinds),
        "code lines with their indent": sum(kind.count("        print") for kind in kinds),
        "right-to-left paragraphs": sum(len(re.findall("- [ء-ي]", kind)) for kind in kinds),
        "runs marked as Chinese": sum(len(re.findall("- [一-鿿]", kind)) for kind in kinds),
        "slides with a number": count,
    }


def seen(path: Path) -> dict[str, str]:
    """What is in a deck, counted as `markdown` counts it, and what its pages show."""
    from pptx import Presentation

    slides = list(Presentation(str(path)).slides)
    found = {
        "slides": len(slides),
        "titles": sum(_has_title(s) for s in slides),
        "notes": sum(_has_notes(s) for s in slides),
    }
    for key, counts in _COUNTS.items():
        found[key] = sum(counts(slide) for slide in slides)
    return {**{key: str(count) for key, count in found.items()}, **_faults(path)}


def _faults(path: Path) -> dict[str, str]:
    """What the review finds on the rendered pages."""
    from copydesk.slides.review.review import review

    try:
        codes = Counter(one.code for one in review(path, rendered=True))
    except MissingTool:
        return {"faults found": "LibreOffice is not there"}
    told = ", ".join(f"{code} {n}" for code, n in sorted(codes.items()))
    return {"faults found": told or "none"}


def _has_title(slide: Any) -> bool:
    kinds = ("title", "ctrTitle")
    holders = (h for h in slide.placeholders if h.element.find(".//{*}ph").get("type") in kinds)
    return any(holder.text_frame.text.strip() for holder in holders)


def _has_notes(slide: Any) -> bool:
    return slide.has_notes_slide and "slowly" in slide.notes_slide.notes_text_frame.text


def _paragraphs(slide: Any) -> list[Any]:
    return [p for s in slide.shapes if s.has_text_frame for p in s.text_frame.paragraphs]


def _second(slide: Any) -> int:
    return sum(p.level == 1 and bool(p.text.strip()) for p in _paragraphs(slide))


def _described(slide: Any) -> int:
    return sum("pale sky" in (p.get("descr") or "") for p in _pictures(slide))


def _pictures(slide: Any) -> list[Any]:
    return [pic.find(".//{*}cNvPr") for pic in slide._element.iter("{*}pic")]


def _indented(slide: Any) -> int:
    """Lines of code that begin with the eight spaces they had, by breaks or by paragraphs."""
    texts = [re.split("[\n\v]", p.text) for p in _paragraphs(slide)]
    return sum(line.replace("\xa0", " ").startswith("        print") for t in texts for line in t)


def _rtl(slide: Any) -> int:
    return sum(p.get("rtl") == "1" for p in slide._element.iter("{*}pPr"))


def _chinese(slide: Any) -> int:
    runs = slide._element.iter("{*}r")
    texts = ((r.findtext("{*}t") or "", r.find("{*}rPr")) for r in runs)
    marked = (p is not None and (p.get("lang") or "").startswith("zh") for t, p in texts if _han(t))
    return sum(marked)


def _han(text: str) -> bool:
    return bool(re.search("[一-鿿]", text))


def _numbered(slide: Any) -> int:
    return int(any(f.get("type") == "slidenum" for f in slide._element.iter("{*}fld")))


_COUNTS: dict[str, Callable[[Any], int]] = {
    "second-level bullets": _second,
    "tables": lambda slide: sum(s.has_table for s in slide.shapes),
    "pictures": lambda slide: len(_pictures(slide)),
    "pictures described": _described,
    "code lines with their indent": _indented,
    "right-to-left paragraphs": _rtl,
    "runs marked as Chinese": _chinese,
    "slides with a number": _numbered,
}

# PptxGenJS reads no Markdown: these lines do what its manual shows for each element.
PPTXGEN = r"""
const [modules, source, target] = process.argv.slice(2);
const fs = require("fs"), PptxGenJS = require(modules);
const deck = new PptxGenJS();
deck.defineSlideMaster({
  title: "CONTENT",
  slideNumber: { x: 9.3, y: 5.2 },
  objects: [
    { placeholder: { options: { name: "title", type: "title", x: 0.5, y: 0.3, w: 9, h: 0.8 } } },
    { placeholder: { options: { name: "body", type: "body", x: 0.5, y: 1.2, w: 9, h: 3.9 } } },
  ],
});
const bullets = (lines) => lines.filter((l) => /^\s*(-|\d+\.) /.test(l)).map((l) => ({
  text: l.replace(/^\s*(-|\d+\.) /, ""),
  options: { bullet: true, indentLevel: /^\s{4}/.test(l) ? 1 : 0, breakLine: true },
}));
for (const part of fs.readFileSync(source, "utf8").split(/^## /m).slice(1)) {
  const slide = deck.addSlide({ masterName: "CONTENT" });
  const notes = part.match(/::: notes\n([\s\S]*?)\n:::/);
  const lines = part.replace(/::: notes[\s\S]*?\n:::\n/, "").split("\n");
  slide.addText(lines[0], { placeholder: "title" });
  const body = lines.slice(1).join("\n");
  const rows = lines.filter((l) => /^\|/.test(l) && !/^\|-/.test(l));
  const picture = body.match(/!\[(.*)\]\((.*)\)/), code = body.match(/```\w*\n([\s\S]*?)```/);
  if (rows.length) {
    slide.addTable(rows.map((r) => r.split("|").slice(1, -1).map((c) => c.trim())),
      { x: 0.5, y: 1.3, w: 9 });
  } else if (picture) {
    slide.addImage({ path: picture[2], altText: picture[1], x: 0.5, y: 1.3, w: 5.8, h: 3.9 });
  } else if (code) {
    slide.addText(code[1], { x: 0.5, y: 1.3, w: 9, h: 3, fontFace: "Courier New" });
  } else if (/::: column\n/.test(body)) {
    body.split(/::: column\n/).slice(1).forEach((one, i) => slide.addText(
      bullets(one.split("\n")), { x: 0.5 + i * 4.6, y: 1.3, w: 4.4, h: 3.5 }));
  } else {
    slide.addText(bullets(lines), { placeholder: "body" });
  }
  if (notes) slide.addNotes(notes[1]);
}
deck.writeFile({ fileName: target });
"""
