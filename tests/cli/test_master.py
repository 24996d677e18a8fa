"""`copydesk master`: a template's report, for people and for programs."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.slides.master.templates import drop, each, holders, template, with_boxes

from copydesk.cli.master import master
from copydesk.errors import CheckFailed


def run(*arguments: str) -> Result:
    return CliRunner().invoke(master, arguments)


def saved(folder: Path, *changes: object) -> str:
    path = folder / "brand.pptx"
    path.write_bytes(template(*changes).content)  # type: ignore[arg-type]
    return str(path)


def test_our_masters_are_listed_the_default_first():
    found = run("list")
    assert found.exit_code == 0
    assert found.output.startswith("desk")
    rows = json.loads(run("list", "--json").output)
    assert rows[0]["name"] == "desk"
    assert rows[0]["width"] == 960


def test_a_template_is_reported_layout_by_layout(tmp_path: Path):
    found = run("check", saved(tmp_path))
    assert found.exit_code == 0, found.output
    assert "10.00 × 7.50 in (4:3), 11 layouts" in found.output
    assert "Two Content: columns*" in found.output
    assert "Calibri" in found.output


def test_the_report_for_programs_has_capacities_in_both_languages(tmp_path: Path):
    report = json.loads(run("check", saved(tmp_path), "--json").output)
    bullets = next(i for i in report["intents"] if i["intent"] == "bullets")
    assert report["layouts"][bullets["layout"] - 1]["name"] == "Title and Content"
    assert bullets["english"]["bullet"] > bullets["chinese"]["bullet"] > 0
    assert bullets["items"] > 2
    held = report["layouts"][1]["holders"][1]
    assert held["english"] > held["chinese"] > 50


def test_a_template_without_titles_is_a_serious_finding(tmp_path: Path):
    found = run("check", saved(tmp_path, drop("title", "ctrTitle")))
    assert isinstance(found.exception, CheckFailed)
    assert found.exception.exit_code == 3
    assert "[no-title]" in found.output


def test_a_template_that_holds_nothing_but_a_cover_is_one_serious_finding(tmp_path: Path):
    found = run("check", saved(tmp_path, with_boxes("Cover", []), drop("title")), "--json")
    assert found.exit_code == 1
    assert isinstance(found.exception, CheckFailed)


def test_text_that_hardly_stands_out_is_told_with_the_colour_that_will_be_used(tmp_path: Path):
    def faint(layout: object) -> None:
        for shape in holders(layout):
            style = shape.txBody.find(".//{*}lstStyle")
            for level in list(style):
                style.remove(level)
            level = style.makeelement(style.tag.replace("lstStyle", "lvl1pPr"), {})
            style.append(level)
            run = level.makeelement(style.tag.replace("lstStyle", "defRPr"), {})
            level.append(run)
            fill = run.makeelement(style.tag.replace("lstStyle", "solidFill"), {})
            run.append(fill)
            name = style.tag.replace("lstStyle", "schemeClr")
            fill.append(fill.makeelement(name, {"val": "bg2"}))

    found = run("check", saved(tmp_path, each(faint)))
    assert "[contrast]" in found.output
    assert "theme's tx1" in found.output


@pytest.mark.parametrize("name", ["desk"])
def test_our_own_masters_have_nothing_serious(name: str):
    found = run("check", name)
    assert found.exit_code == 0, found.output
