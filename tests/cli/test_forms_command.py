"""`copydesk forms`: ours and the user's own, shown, rendered for a sample, copied to be edited."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from copydesk.brief import make_brief
from copydesk.cli.forms import forms as command
from copydesk.cli.main import cli
from copydesk.config import config_folder
from copydesk.errors import CopydeskError, OutputProblem, TemplateProblem, UnknownName, UsageProblem
from copydesk.prompts import find_form, form_names, templates_folder
from copydesk.writer.form import Form, load_form
from copydesk.writer.own_form import form_files, is_own, new_form
from copydesk.writer.sample import PROMPTS, sample_prompt


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, ["forms", *args], catch_exceptions=False)


def refused(*args: str) -> CopydeskError:
    with pytest.raises(CopydeskError) as caught:
        run(*args)
    return caught.value


@pytest.fixture
def haiku() -> Path:
    """A form of the user's own."""
    folder = config_folder() / "forms" / "haiku"
    folder.mkdir(parents=True)
    (folder / "form.toml").write_text(
        'summary = "Three lines."\nlength = 20\nlength_zh = 20\n', encoding="utf-8"
    )
    (folder / "draft.j2").write_text("{{ words }}: {{ brief.topic }}\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("list_command", [[], ["list"]])
def test_forms_are_listed_with_what_they_are(list_command: list[str], haiku: Path) -> None:
    rows = {row["name"]: row for row in json.loads(run(*list_command, "--json").stdout)}
    assert rows["haiku"]["summary"] == "Three lines."
    assert rows["haiku"]["own"]
    assert {"article", "blog", "copy", "deck", "script", "story", "text"} <= set(rows)
    assert not rows["article"]["own"]
    assert rows["script"]["kinds"] == ["stage", "film", "short-video"]
    lines = run(*list_command).stdout.splitlines()
    assert len(lines) == len(rows)
    assert any(line.startswith("haiku ") and "Three lines." in line for line in lines)
    assert any("Kinds: stage, film, short-video." in line for line in lines)


def test_a_broken_form_of_ones_own_spoils_no_list(haiku: Path) -> None:
    (haiku / "form.toml").write_text("summary = \n", encoding="utf-8")
    rows = {row["name"]: row for row in json.loads(run("--json").stdout)}
    assert str(haiku / "form.toml") in rows["haiku"]["problem"]
    assert rows["article"]["problem"] == ""
    assert "cannot be read" in run().stdout


@pytest.mark.parametrize("name", form_names())
def test_every_form_is_shown_with_settings_and_files(name: str) -> None:
    facts = json.loads(run("show", name, "--json").stdout)
    assert Path(facts["folder"]).name == name
    assert facts["settings"]["summary"]
    assert all(Path(path).is_file() for path in facts["prompts"].values())
    said = run("show", name).stdout
    assert facts["settings"]["summary"] in said
    assert all(path in said for path in facts["prompts"].values())


def test_kinds_and_sections_are_shown_in_words() -> None:
    said = run("show", "script").stdout
    assert "film: scenes with sluglines" in said
    assert "2 to 12" in said
    assert "{" not in said


def test_a_prompt_is_shown_as_the_model_reads_it(haiku: Path) -> None:
    assert run("show", "haiku", "--prompt", "draft").stdout == "20: Why bees move into cities\n"
    asked = ["show", "script", "--prompt", "draft", "--kind", "film", "--language", "zh"]
    said = json.loads(run(*asked, "--json").stdout)
    assert said["name"] == "script"
    assert "蜜蜂为什么搬进城市" in said["prompt"]
    assert "画面" in said["prompt"]


def test_the_command_offers_the_prompts_there_are() -> None:
    assert isinstance(command, click.Group)
    show = command.commands["show"]
    (prompt,) = (option for option in show.params if option.name == "prompt")
    assert isinstance(prompt.type, click.Choice)
    assert tuple(prompt.type.choices) == PROMPTS


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["article", "deck-script", "newsletter", "script", "text"])
def test_every_prompt_of_a_planned_form_has_a_sample(name: str, language: str) -> None:
    for prompt in PROMPTS:
        said = run("show", name, "--prompt", prompt, "--language", language).stdout
        assert said.strip()


def test_a_form_in_one_piece_has_no_plan_to_show() -> None:
    error = refused("show", "copy", "--prompt", "plan")
    assert "without a plan" in error.message
    assert error.hint == "copydesk forms show copy --prompt draft"
    assert "ad of about 120 words" in run("show", "copy", "--prompt", "draft").stdout


def test_what_works_on_a_text_has_no_sample(haiku: Path) -> None:
    settings = (haiku / "form.toml").read_text(encoding="utf-8") + 'kind = "rewrite"\n'
    (haiku / "form.toml").write_text(settings, encoding="utf-8")
    with pytest.raises(UsageProblem, match="need a text"):
        sample_prompt(load_form("haiku"), "draft")


def test_an_unknown_form_kind_or_command_is_a_sentence() -> None:
    assert isinstance(refused("show", "artcle"), UnknownName)
    assert "'radio'" in refused("show", "script", "--prompt", "draft", "--kind", "radio").message
    assert "copydesk deck" in refused("show", "deck", "--prompt", "draft").hint
    assert run("lst").exit_code == 2


def test_a_broken_prompt_is_named(haiku: Path) -> None:
    (haiku / "draft.j2").write_text("{{ topik }}", encoding="utf-8")
    error = refused("show", "haiku", "--prompt", "draft")
    assert isinstance(error, TemplateProblem)
    assert "'topik' is undefined" in error.message


def test_a_new_form_is_a_copy_that_can_be_edited() -> None:
    folder = Path(run("new", "letter", "--from", "speech").stdout.splitlines()[0])
    assert folder == config_folder() / "forms" / "letter"
    origin = find_form("speech")
    assert {p.name for p in folder.iterdir()} == {p.name for p in origin.iterdir()}
    for path in folder.iterdir():
        assert path.read_bytes() == (origin / path.name).read_bytes()
    assert load_form("letter").planned(make_brief("Bees"))
    (folder / "draft.j2").write_text("Mine: {{ brief.topic }}", encoding="utf-8")
    assert run("show", "letter", "--prompt", "draft").stdout.startswith("Mine: ")


def test_a_new_form_starts_from_an_article_or_from_the_one_it_stands_before() -> None:
    assert (new_form("essay") / "plan.j2").read_bytes() == (
        templates_folder() / "forms" / "article" / "plan.j2"
    ).read_bytes()
    assert "stage" in (new_form("script") / "form.toml").read_text(encoding="utf-8")
    assert is_own(find_form("script"))
    assert (new_form("board-deck", "deck") / "outline.j2").is_file()


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "a\\b", "_shared", "-x", "a b", "a\nb", "x" * 65, "/a"]
)
def test_a_bad_name_is_refused(name: str) -> None:
    with pytest.raises(UsageProblem, match="cannot be a form's name"):
        new_form(name)
    assert not (config_folder() / "forms").exists()


def test_a_chinese_name_is_a_name() -> None:
    new_form("家书", "text")
    assert "家书" in form_names()


def test_what_is_there_already_is_left_alone(haiku: Path) -> None:
    (haiku.parent / "ode").touch()
    (haiku.parent / "lost").symlink_to("nowhere")
    for name in ("haiku", "ode", "lost"):
        with pytest.raises(OutputProblem, match="exists already"):
            new_form(name)
    assert (haiku / "draft.j2").read_text(encoding="utf-8").startswith("{{ words }}")


def test_an_unknown_start_leaves_nothing_behind() -> None:
    with pytest.raises(UnknownName):
        new_form("letter", "artcle")
    assert not (config_folder() / "forms" / "letter").exists()


def test_half_a_copy_is_taken_away_again(haiku: Path) -> None:
    (haiku / "away.j2").mkdir()
    with pytest.raises(OutputProblem, match=r"away\.j2"):
        new_form("ode", "haiku")
    assert not (config_folder() / "forms" / "ode").exists()


def test_a_forms_folder_in_the_way_is_a_sentence() -> None:
    config_folder().mkdir(parents=True)
    (config_folder() / "forms").touch()
    with pytest.raises(OutputProblem):
        new_form("letter")


def test_files_are_the_forms_own_before_shared_ones(haiku: Path) -> None:
    shared = haiku.parent / "_shared"
    shared.mkdir()
    (shared / "system.j2").write_text("Mine.", encoding="utf-8")
    files = form_files(haiku)
    assert files["draft.j2"] == haiku / "draft.j2"
    assert files["system.j2"] == shared / "system.j2"
    assert files["brief.j2"] == templates_folder() / "forms" / "_shared" / "brief.j2"
    assert Form(haiku).prompts.render("system.j2") == "Mine."
