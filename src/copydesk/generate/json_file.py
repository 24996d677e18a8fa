"""Reads the JSON files that lie beside a model's weights, trusting none of them."""

import json
from pathlib import Path
from typing import Any

from copydesk.errors import ModelProblem

_LARGEST = 64 << 20  # bytes; the tokenizers of large vocabularies have some 20 MB
_AGAIN = "save or download the model again"


def read_object(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        ModelProblem: the file is absent, huge, or holds something else.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise ModelProblem(f"{path} is too large to be what it is named for.", _AGAIN)
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ModelProblem(f"{path} cannot be read: {error.strerror}.", _AGAIN) from None
    except (ValueError, RecursionError):
        raise ModelProblem(f"{path} is not valid JSON.", _AGAIN) from None
    if not isinstance(content, dict):
        raise ModelProblem(f"{path} is not a JSON object.", _AGAIN)
    return content
