"""Forms and prompts: a user's own before ours, strict, sandboxed, clear about what is broken."""

from collections.abc import Callable
from pathlib import Path

import pytest

from copydesk.brief import make_brief
from copydesk.config import config_folder
from copydesk.errors import TemplateProblem, UnknownName, UsageProblem
from copydesk.prompts import Prompts, find_form, form_names, read_form, templates_folder
from copydesk.writer.form import load_form

Make = Callable[..., Path]

TOML = 'summary = "Own."\nlength = 100\nlength_zh = 200\n'


@pytest.fixture
def make_form() -> Make:
    """Writes a form of the user's own: files by name, `draft_j2` being draft.j2."""

    def make(name: str = "haiku", toml: str = TOML, **files: str) -> Path:
        folder = config_folder() / "forms" / name
        folder.mkdir(parents=True)
        (folder / "form.toml").write_text(toml, encoding="utf-8")
        for file, text in files.items():
            (folder / file.replace("_j2", ".j2")).write_text(text, encoding="utf-8")
        return folder

    return make


def test_forms_that_ship_are_there() -> None:
    assert {"article", "story", "copy", "deck"} <= set(form_names())
    for name in form_names():
        assert read_form(find_form(name))["summary"].endswith((".", "`."))


def test_a_form_of_ones_own_is_nothing_but_files(make_form: Make) -> None:
    make_form(draft_j2="Three lines on {{ brief.topic }}, {{ words }} words.")
    form = load_form("haiku")
    assert "haiku" in form_names()
    brief = make_brief("Rain")
    assert not form.planned(brief)
    assert form.prompts.render("draft.j2", brief=brief, words=form.length(brief)) == (
        "Three lines on Rain, 100 words."
    )
    assert "experienced editor" in form.prompts.render("system.j2", brief=brief)


def test_a_form_of_ones_own_stands_before_ours(make_form: Make) -> None:
    folder = make_form("article", draft_j2="Mine.")
    assert find_form("article") == folder
    assert form_names().count("article") == 1
    assert Prompts(folder).render("draft.j2") == "Mine."


def test_shared_pieces_of_ones_own_stand_before_ours(make_form: Make) -> None:
    folder = make_form(draft_j2='{% include "system.j2" %}')
    shared = folder.parent / "_shared"
    shared.mkdir()
    (shared / "system.j2").write_text("House rules.", encoding="utf-8")
    assert Prompts(folder).render("draft.j2") == "House rules."


def test_an_unknown_form_lists_what_exists_nearest_first() -> None:
    with pytest.raises(UnknownName) as caught:
        load_form("artcle")
    assert "'artcle'" in caught.value.message
    assert caught.value.hint.startswith("did you mean article? there are: article, blog, ")
    assert str(config_folder() / "forms") in caught.value.hint


@pytest.mark.parametrize("name", ["../article", "_shared", "/", ".", "article/"])
def test_a_path_is_no_form(name: str) -> None:
    with pytest.raises(UnknownName):
        find_form(name)


def test_a_deck_is_not_written_as_prose() -> None:
    with pytest.raises(UsageProblem) as caught:
        load_form("deck")
    assert "copydesk deck" in caught.value.hint


BROKEN = {
    "undefined": ("ok\n{{ topik }}", 2, "'topik' is undefined"),
    "attribute": ("a\n\n{{ brief.topik }}", 3, "has no attribute 'topik'"),
    "syntax": ("a\nb\n{% if x %}c", 3, "endif"),
    "tag": ("a\nb\n{% nonsense %}", 3, "nonsense"),
    "sandbox": ("a\n{{ ''.__class__.__mro__ }}", 2, "unsafe"),
    "endless": ("a\n{% for i in range(10 ** 9) %}x{% endfor %}", 2, "(?i)range"),
    "division": ("a\n{{ 1 / 0 }}", 2, "division"),
    "recursion": ('a\n{% include "draft.j2" %}', 2, "recursion"),
    "missing": ('a\n{% include "away.j2" %}', 2, "away.j2"),
    "key": ("a\n{{ {}['k'] + 1 }}", 2, "k"),
    "filter": ("a\n{{ words | nothing }}", 2, "nothing"),
}


@pytest.mark.parametrize(("text", "line", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_template_names_file_line_and_reason(
    make_form: Make, text: str, line: int, reason: str
) -> None:
    folder = make_form(draft_j2=text)
    with pytest.raises(TemplateProblem, match=reason) as caught:
        Prompts(folder).render("draft.j2", brief=make_brief("Bees"), words=1)
    assert f"{folder / 'draft.j2'}, line {line}, " in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_an_undefined_variable_lists_the_values_there_are(make_form: Make) -> None:
    folder = make_form(draft_j2="{{ topik }}")
    with pytest.raises(TemplateProblem) as caught:
        Prompts(folder).render("draft.j2", brief=make_brief("Bees"), words=1)
    assert caught.value.hint == "the values there are: brief, words"


@pytest.mark.parametrize("text", ["one\n{{ topik }}", "one\n{% if %}"])
def test_what_is_broken_in_an_included_file_is_found_there(make_form: Make, text: str) -> None:
    folder = make_form(draft_j2='a\nb\nc\n{% include "part.j2" %}', part_j2=text)
    with pytest.raises(TemplateProblem) as caught:
        Prompts(folder).render("draft.j2")
    assert f"{folder / 'part.j2'}, line 2, " in caught.value.message


def test_a_template_that_is_no_text_is_a_sentence(make_form: Make) -> None:
    folder = make_form()
    (folder / "draft.j2").write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateProblem, match=r"draft\.j2"):
        Prompts(folder).render("draft.j2")


def test_a_form_without_the_prompt_says_which(make_form: Make) -> None:
    folder = make_form()
    with pytest.raises(TemplateProblem, match=r"haiku has no draft\.j2"):
        Prompts(folder).render("draft.j2")


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        ("summary = \n", "line 1"),
        ('summary = "x"\n[\n', "line 2"),
        ('summary = "x"\nlength = 100\n', "length_zh: field required"),
        (TOML + "lenght = 3\n", "lenght: extra inputs"),
        (TOML.replace("100", "-1"), "length: input should be greater"),
        (TOML + 'headings = "perhaps"\n', "headings: "),
        (TOML + "temperature = 9\n", "temperature: "),
        (TOML + "sections = [1, 99]\n", "sections.1: "),
    ],
)
def test_a_broken_form_toml_names_file_and_key(make_form: Make, toml: str, reason: str) -> None:
    folder = make_form(toml=toml, draft_j2="x")
    with pytest.raises(TemplateProblem) as caught:
        load_form("haiku")
    assert str(folder / "form.toml") in caught.value.message
    assert reason in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    "path",
    sorted(templates_folder().glob("forms/*/*.j2")),
    ids=lambda path: f"{path.parent.name}-{path.name}",
)
def test_no_template_that_ships_has_trailing_space_or_tabs(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "\t" not in text
    assert all(line == line.rstrip() for line in text.splitlines())
