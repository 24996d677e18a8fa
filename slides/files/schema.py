"""The JSON Schema of a deck's file, for editors that complete and check while one types."""

import json
from typing import Any

from copydesk.slides.files.models import DeckModel

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def deck_schema() -> dict[str, Any]:
    """The schema, draft 2020-12."""
    schema = _tidied(DeckModel.model_json_schema(by_alias=True))
    return {"$schema": _DIALECT, **schema, "title": "copydesk deck", "required": ["slides"]}


def schema_text() -> str:
    """The schema as it is published."""
    return json.dumps(deck_schema(), indent=2, ensure_ascii=False) + "\n"


def _tidied(part: Any) -> Any:
    """The schema without the titles that repeat the names of keys."""
    if isinstance(part, list):
        return [_tidied(item) for item in part]
    if not isinstance(part, dict):
        return part
    if isinstance(part.get("title"), str) and ("type" in part or "anyOf" in part or "$ref" in part):
        part = {key: value for key, value in part.items() if key != "title"}
    return {key: _tidied(value) for key, value in part.items()}
