"""Files of YAML that an editor may have changed: read as data, faults named by line and field."""

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from copydesk.errors import UsageProblem

_LARGEST = 1_000_000  # bytes; a plan of a thousand sections is smaller
HINT = 'write one with: copydesk write article "…" --plan -o plan.yaml'


def read_text(path: Path) -> str:
    """The text of a plan.

    Raises:
        UsageProblem: it cannot be read, is too large, or is not UTF-8.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise UsageProblem(f"{path} is too large for a plan.", HINT)
        return content.decode("utf-8-sig")
    except OSError as error:
        raise UsageProblem(f"The plan {path} cannot be read: {error.strerror}.", HINT) from None
    except UnicodeDecodeError:
        raise UsageProblem(f"The plan {path} is not text in UTF-8.", "save it as UTF-8") from None


def has_alias(source: str) -> bool:
    """A plan needs no aliases, and a few lines of them can stand for gigabytes."""
    return any(isinstance(token, yaml.AliasToken) for token in yaml.scan(source))


def not_yaml(path: Path, error: yaml.YAMLError) -> UsageProblem:
    """What to say about a file that cannot be parsed; the line is named."""
    mark = getattr(error, "problem_mark", None)
    place = f", line {mark.line + 1}" if mark else ""
    reason = getattr(error, "problem", None) or "it cannot be parsed"
    return UsageProblem(
        f"{path}{place} is not YAML: {reason}.", "put texts with a colon or # in quotes"
    )


def not_right(path: Path, node: Any, error: ValidationError) -> UsageProblem:
    """What to say about a field that is missing, unknown or wrong; line and field are named."""
    first = error.errors()[0]
    field = ".".join(str(p + 1) if isinstance(p, int) else p for p in first["loc"]) or "the plan"
    reason = re.sub(r"^Value error, ", "", first["msg"])
    line = line_of(node, first["loc"])
    return UsageProblem(
        f"{path}, line {line}: {field}: {reason[:1].lower()}{reason[1:]}.",
        "the fields are form, brief, title, and sections with heading, point, words, beats",
    )


def line_of(node: Any, place: tuple[int | str, ...]) -> int:
    """The line of a field, or of the nearest thing around it that is there."""
    line = node.start_mark.line
    for step in place:
        child = None
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            child = node.value[step] if step < len(node.value) else None
        elif isinstance(node, yaml.MappingNode):
            child = next((value for key, value in node.value if key.value == step), None)
            named = next((key for key, _ in node.value if key.value == step), None)
            line = named.start_mark.line if named else line
        if child is None:
            break
        node = child
        line = max(line, node.start_mark.line)
    return int(line) + 1
