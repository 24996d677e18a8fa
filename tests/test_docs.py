"""The docs say what is so: commands parse, marked ones run, links lead somewhere.

A fenced block of `sh` or `console` that stands right under `<!-- run -->` is run, line by line.
"""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click
import pytest

from copydesk import errors
from copydesk.brief import make_brief
from copydesk.cli.main import cli
from copydesk.config import config_folder, load_settings
from copydesk.generate.catalogue import find_model
from copydesk.writer.form import load_form

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"(<!-- run -->\n+)?^```(?:console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ENDS = {"|", ">", ">>", "<", "&&", "||", ";"}


def commands(*, run: bool | None = None) -> Iterator[tuple[str, list[str]]]:
    """Page and arguments of every copydesk call in the docs; with `run`, of (un)marked blocks."""
    for page in PAGES:
        for marked, block in _BLOCK.findall(page.read_text(encoding="utf-8")):
            if run is None or run == bool(marked):
                yield from ((page.name, args) for args in calls(block))


def calls(block: str) -> Iterator[list[str]]:
    for line in block.splitlines():
        words = shlex.split(line.removeprefix("$ "), comments=True)
        if "copydesk" in words:
            rest = words[words.index("copydesk") + 1 :]
            end = next((i for i, word in enumerate(rest) if word in _ENDS), len(rest))
            yield rest[:end]


def tree(
    command: click.Command, path: tuple[str, ...] = ("copydesk",)
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from tree(below, (*path, name))


def parse(command: click.Command, args: list[str], parent: click.Context | None = None) -> None:
    """Parse as the command would, down to the last sub-command, and run nothing."""
    with command.make_context(command.name, list(args), parent=parent) as context:
        if isinstance(command, click.Group):
            rest = [*context._protected_args, *context.args]
            if not rest and command.invoke_without_command:
                return
            _, below, left = command.resolve_command(context, rest)
            assert below is not None
            parse(below, left, context)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the examples name."""
    monkeypatch.chdir(tmp_path)
    for name in ("bees.pptx", "brief.txt", "house.gguf"):
        (tmp_path / name).touch()
    return tmp_path


def ids(case: object) -> str | None:
    return " ".join(case) if isinstance(case, list) else None


@pytest.mark.parametrize(("page", "args"), list(commands()), ids=ids)
def test_every_command_in_the_docs_is_one_that_copydesk_takes(
    page: str, args: list[str], files: Path
) -> None:
    with suppress(click.exceptions.Exit):  # --help and --version have said what they say
        parse(cli, args)


@pytest.mark.model
@pytest.mark.parametrize(("page", "args"), list(commands(run=True)), ids=ids)
def test_marked_commands_run(page: str, args: list[str], files: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "copydesk", *args], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_parser_of_this_test_refuses_what_copydesk_refuses() -> None:
    for args in (["wriet", "article", "x"], ["write", "article", "x", "--sed", "1"]):
        with pytest.raises(click.UsageError):
            parse(cli, args)


def test_marked_and_unmarked_commands_are_found() -> None:
    assert len(list(commands(run=True))) >= 5
    assert len(list(commands(run=False))) >= 15


@pytest.mark.parametrize("path", [path for path, _ in tree(cli)], ids=" ".join)
def test_every_command_has_its_section(path: tuple[str, ...]) -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert f"\n## {' '.join(path)}\n" in text


def test_the_commands_page_is_up_to_date() -> None:
    script = [sys.executable, str(ROOT / "scripts" / "docs.py"), "--check"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(_FENCED.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in anchors(target), f"{page.name}: {link}"


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_measurement_names_a_script_that_exists() -> None:
    page = ROOT / "docs" / "measurements.md"
    if not page.is_file():
        pytest.skip("nothing was measured for the docs yet")
    sections = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    for section in sections:
        scripts = re.findall(r"benchmarks/\w+\.py", section)
        assert scripts, f"no benchmark in: {section.splitlines()[0]}"
        for script in scripts:
            assert (ROOT / script).is_file(), script


def fenced(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_form_in_the_docs_is_one() -> None:
    folder = config_folder() / "forms" / "letter"
    folder.mkdir(parents=True)
    (settings,), (prompt,) = (
        fenced("docs/forms.md", "toml"),
        fenced("docs/forms.md", "jinja"),
    )
    (folder / "form.toml").write_text(settings, encoding="utf-8")
    (folder / "draft.j2").write_text(prompt, encoding="utf-8")
    form = load_form("letter")
    brief = make_brief("The night bus should come back")
    said = form.prompts.render("draft.j2", brief=brief, words=form.length(brief))
    assert "of about 150 words in English" in said
    assert brief.topic in said


def test_the_catalogue_in_the_docs_is_one() -> None:
    (text,) = fenced("docs/models.md", "toml")
    config_folder().mkdir(parents=True)
    (config_folder() / "models.toml").write_text(text, encoding="utf-8")
    assert find_model("").name == "house-3b"


def test_the_settings_in_the_docs_reach_the_command(files: Path) -> None:
    (text,) = fenced("README.md", "toml")
    (files / "copydesk.toml").write_text(text.replace("slides = 10", "slides = 2"), "utf-8")
    assert load_settings()["model"] == "~/models/house.gguf"
    command = [sys.executable, "-m", "copydesk", "deck", "Bees", "-o", "new.pptx"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "not 2" in done.stderr


def test_the_family_of_errors_is_drawn_as_it_is() -> None:
    _, _, drawn = (errors.__doc__ or "").partition("\n\n")
    assert drawn.strip() in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
