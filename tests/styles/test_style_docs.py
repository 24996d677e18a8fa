"""docs/styles.md names every field of style.toml with its values, and its example is a style."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from copydesk.styles.load import read_rules
from copydesk.styles.rules import Pattern, Rules

PAGE = (Path(__file__).parents[2] / "docs" / "styles.md").read_text(encoding="utf-8")


def fields(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        kind = Pattern if name == "patterns" else field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from fields(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", kind


def values(kind: Any) -> set[str]:
    """The words that a field may hold, if it holds one of a few."""
    if kind is bool:
        return {"true", "false"}
    words = {arg for arg in get_args(kind) if isinstance(arg, str)}
    return words if get_origin(kind) is not None else set()


def test_every_field_has_its_row_in_the_table() -> None:
    rows = dict(re.findall(r"^\| `([\w.]+)` \| (.*?) \|", PAGE, re.MULTILINE))
    documented = {name: set(re.findall(r"`(\w+)`", said)) for name, said in rows.items()}
    table = PAGE.partition("## Every field")[2]
    assert {name for name in rows if f"| `{name}`" in table} == {name for name, _ in fields(Rules)}
    for name, kind in fields(Rules):
        if values(kind):
            assert documented[name] == values(kind), name


def test_the_style_in_the_docs_is_one(tmp_path: Path) -> None:
    (text,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "style.toml").write_text(text, encoding="utf-8")
    rules = read_rules(tmp_path / "style.toml")
    assert rules.words.preferred["utilize"] == "use"
    assert rules.patterns[0].code == "click-here"
