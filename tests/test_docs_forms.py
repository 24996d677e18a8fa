"""docs/forms.md says what is so: every form, every setting, every variable."""

import re
from pathlib import Path

import pytest

from copydesk.prompts import find_form, form_names, templates_folder
from copydesk.writer.form import FormSettings, load_form

PAGE = (Path(__file__).parent.parent / "docs" / "forms.md").read_text(encoding="utf-8")
SHIPPED = sorted(p.parent.name for p in (templates_folder() / "forms").glob("*/form.toml"))


def rows(header: str) -> dict[str, list[str]]:
    """The rows of the table with this header, by each name in their first cell."""
    table = PAGE.partition(f"| {header} |")[2].partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table]
    return {name: row for row in cells for name in re.findall(r"`([\w.-]+)`", row[0])}


@pytest.mark.parametrize("name", SHIPPED)
def test_every_form_has_an_example_or_is_named(name: str) -> None:
    others = {"deck", "translate", "summarize", "rewrite", "novel"}
    assert f"`{name}`" in PAGE or f"copydesk {name}" in PAGE
    assert name in others or f"copydesk write {name} " in PAGE


@pytest.mark.parametrize("name", list(rows("form")))
def test_lengths_and_kinds_in_the_table_are_the_forms_own(name: str) -> None:
    settings = load_form(name).settings
    _, what, how, *lengths = rows("form")[name]
    assert how.startswith({"plan": "planned", "whole": "one piece", "lines": "list"}[settings.kind])
    if settings.kind != "lines":
        assert lengths == [f"{settings.length:,}", f"{settings.length_zh:,}"]
    kinds = what.partition("kinds ")[2]
    assert re.findall(r"`([\w-]+)`", kinds) == list(settings.kinds)


def test_the_settings_in_the_table_are_those_there_are() -> None:
    assert set(rows("key")) == set(FormSettings.model_fields)


def test_the_pieces_in_the_table_are_those_there_are() -> None:
    shared = {path.name for path in (templates_folder() / "forms" / "_shared").glob("*.j2")}
    assert shared == {name for name in {**rows("prompt"), **rows("piece")} if name in shared}


@pytest.mark.parametrize(
    "name", sorted({*form_names()} - {"novel", "translate", "summarize", "rewrite"})
)
def test_every_variable_that_a_form_of_ours_uses_is_in_the_docs(name: str) -> None:
    """What a template takes from outside is among the words in backticks."""
    from jinja2 import Environment, meta  # noqa: PLC0415 - this test alone parses templates

    known = set(re.findall(r"`(\w+)`", PAGE)) | {"noun"}
    environment = Environment(autoescape=True)
    for path in find_form(name).glob("*.j2"):
        parsed = environment.parse(path.read_text(encoding="utf-8"))
        assert meta.find_undeclared_variables(parsed) <= known, path.name
