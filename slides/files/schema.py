"""The JSON Schema of a deck's file, for editors that complete and check while one types."""

import json
from typing import Any

from copydesk.slides.files.models import DeckModel

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SAID = {
    "title": "A claim that can be read out.",
    "language": "The deck's language, en or zh; on a code slide, that of the code.",
    "notes": "What the speaker says, a paragraph a line.",
    "source": "Where the numbers come from; it goes to the notes, and under tables and charts.",
    "subtitle": "The line under the deck's title.",
    "agenda": "What will be talked about, in order.",
    "section": "The section's number; 0 shows none.",
    "summary": "A sentence or two on the section.",
    "bullets": "Points: texts, or a text with points under it.",
    "columns": "Two lists that go together. In a table: the columns of the data that are shown.",
    "comparison": "Two sides, point against point.",
    "big-number": "A number with its unit.",
    "caption": "What the number means, or a line under the picture.",
    "quote": "What somebody said, without quotation marks.",
    "speaker": "Who said it.",
    "table": "Rows, the header first; or a file of data.",
    "chart": "Categories and series; or a file of data.",
    "takeaway": "What the chart shows, in a sentence.",
    "data": "A CSV or Excel file, from the deck's own folder.",
    "sheet": "The sheet of a workbook; the first with cells if not given.",
    "most": "How many rows are shown at most.",
    "kind": "The kind of chart.",
    "x": "The column of categories; of a series, its x values; of a matrix, low and high end.",
    "y": "The columns of values; of a matrix, low and high end.",
    "unit": "What the values are measured in.",
    "picture": "A picture's file, from the deck's own folder.",
    "picture-full": "The file of a picture that fills the page.",
    "alt": "What the picture shows, for those who do not see it.",
    "timeline": "What happens, in order; labels are dates.",
    "process": "Steps that lead to an end.",
    "cycle": "Steps that lead back to the first.",
    "hierarchy": "A tree from its root down, three levels at most.",
    "matrix": "Two by two: cells row by row from the top left.",
    "team": "Who does it.",
    "code": "A listing.",
    "closing": "What the audience should do now.",
    "slides": "The slides. The key of its kind says what a slide is.",
}


def deck_schema() -> dict[str, Any]:
    """The schema, draft 2020-12."""
    schema = _tidied(DeckModel.model_json_schema(by_alias=True))
    return {"$schema": _DIALECT, **schema, "title": "copydesk deck", "required": ["slides"]}


def schema_text() -> str:
    """The schema as it is published."""
    return json.dumps(deck_schema(), indent=2, ensure_ascii=False) + "\n"


def _tidied(part: Any) -> Any:
    """The schema with keys described, and without titles that only repeat their names."""
    if isinstance(part, list):
        return [_tidied(item) for item in part]
    if not isinstance(part, dict):
        return part
    kept = {key: value for key, value in part.items() if key != "title" or not _is_name(value)}
    made = {key: _tidied(value) for key, value in kept.items()}
    if isinstance(made.get("properties"), dict):
        made["properties"] = {
            key: _described(key, value) for key, value in made["properties"].items()
        }
    return made


def _is_name(value: Any) -> bool:
    return isinstance(value, str)


def _described(key: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"description": _SAID[key], **value} if key in _SAID else value
