"""`copydesk style`: listed, shown, copied, checked, mended."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from copydesk.cli.style import style
from copydesk.config import config_folder
from copydesk.errors import CheckFailed, CopydeskError, DocumentProblem, TemplateProblem


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def call(*args: str, stdin: bytes | str = "") -> Result:
    """Run the group; a problem is the result's `exception`."""
    result = CliRunner().invoke(style, args, input=stdin)
    assert result.exception is None or isinstance(result.exception, (CopydeskError, SystemExit))
    return result


def problem(result: Result) -> CopydeskError:
    assert isinstance(result.exception, CopydeskError), result.output
    assert result.exception.hint
    return result.exception


def draft(text: str | bytes, name: str = "draft.md") -> Path:
    path = Path(name)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_styles_are_listed_with_what_they_are() -> None:
    broken = config_folder() / "styles" / "broken"
    broken.mkdir(parents=True)
    (broken / "style.toml").write_text("summary =", encoding="utf-8")
    rows = {row["name"]: row for row in json.loads(call("list", "--json").stdout)}
    assert {"plain", "通用", "marketing", "broken"} <= set(rows)
    assert (rows["plain"]["language"], rows["plain"]["own"]) == ("en", False)
    assert rows["broken"]["own"]
    assert rows["broken"]["summary"].startswith("broken: ")
    assert len(call("list").stdout.splitlines()) == len(rows)


@pytest.mark.parametrize("name", ["plain", "通用", "marketing"])
def test_a_style_is_shown_whole(name: str) -> None:
    whole = json.loads(call("show", name, "--json").stdout)
    shown = call("show", name).stdout
    assert whole["guide"] in shown
    assert f'summary = "{whole["rules"]["summary"]}"' in shown
    assert all(text["text"] in shown for text in whole["exemplars"])


def test_a_new_style_is_a_copy_to_edit() -> None:
    folder = Path(call("new", "house").stdout.strip())
    assert folder == config_folder() / "styles" / "house"
    assert "[words]" in (folder / "style.toml").read_text(encoding="utf-8")
    assert (folder / "guide.md").is_file()
    assert list((folder / "exemplars").glob("*.md"))
    assert "already" in problem(call("new", "house")).message
    assert "本社" in call("new", "本社", "--like", "通用").stdout
    assert "../x" in problem(call("new", "../x")).message
    assert "nope" in problem(call("new", "other", "--like", "nope")).message


def test_a_check_that_finds_something_exits_with_3() -> None:
    draft("We utilize it; at last.\n")
    result = call("check", "draft.md", "--style", "plain")
    assert problem(result).exit_code == CheckFailed.exit_code == 3
    assert "2 findings in draft.md" in problem(result).message
    assert result.stdout.splitlines()[0].startswith("line 1, column 4: ")
    assert "[style.preferred]" in result.stdout


def test_a_check_that_finds_nothing_says_so() -> None:
    draft("We use it.\n")
    result = call("check", "draft.md", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])
    assert "nothing found" in call("check", "draft.md").stderr


def test_json_names_the_file_of_each_finding() -> None:
    draft("We utilize it.\n", "a.md")
    draft("We use it; now.\n", "b.md")
    rows = json.loads(call("check", "a.md", "b.md", "--json").stdout)
    assert [(row["file"], row["code"]) for row in rows] == [
        ("a.md", "style.preferred"),
        ("b.md", "style.semicolon"),
    ]


def test_fix_mends_the_file_and_reports_the_rest() -> None:
    path = draft("\ufeffWe utilize it;  `utilize`.\r\nIt is 5 percent.\r\n")
    result = call("check", "draft.md", "--fix")
    assert path.read_bytes().decode().startswith("\ufeffWe use it;")
    assert "`utilize`.\r\nIt is 5%.\r\n" in path.read_bytes().decode()
    assert "mended" in result.stderr
    assert "1 preferred" in result.stderr
    assert "1 finding in draft.md" in problem(result).message


def test_fix_leaves_a_good_file_untouched() -> None:
    path = draft("We use it.\n")
    before = path.stat()
    assert call("check", "draft.md", "--fix").exit_code == 0
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_fix_follows_a_link_to_the_file() -> None:
    path = draft("We utilize it.\n")
    Path("link.md").symlink_to(path)
    call("check", "link.md", "--fix")
    assert Path("link.md").is_symlink()
    assert path.read_text(encoding="utf-8") == "We use it.\n"


def test_standard_input_is_checked_and_printed_mended() -> None:
    assert "[style.preferred]" in call("check", "-", stdin="We utilize it.\n").stdout
    result = call("check", "-", "--fix", stdin="We utilize it.\n")
    assert (result.exit_code, result.stdout) == (0, "We use it.\n")
    result = call("check", "-", "--fix", stdin="We utilize it; yes.\n")
    assert result.stdout == "We use it; yes.\n"
    assert "[style.semicolon]" in result.stderr


def test_without_a_style_the_setting_or_the_language_chooses() -> None:
    draft("我们用Python。\n")
    assert "[style.latin-spacing]" in call("check", "draft.md").stdout
    Path("copydesk.toml").write_text('style = "plain"\n', encoding="utf-8")
    assert "latin-spacing" not in call("check", "draft.md").stdout


def test_more_than_style_is_checked_unless_rules_only() -> None:
    draft("The bees fly over the town hall every day.\n\n" * 4)
    whole = call("check", "draft.md").stdout
    assert any("[style." not in line for line in whole.splitlines())
    assert call("check", "draft.md", "--rules-only").exit_code == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.docx", b"PK", "is a Word document"),
        ("a.pdf", b"%PDF", "is a PDF document"),
        ("a.md", b"\xb0\xa1\xff", "no text in UTF-8"),
        ("a.md", "We".encode("utf-16"), "no text in UTF-8"),
        ("a.md", b"\x00\x01\x02", "no text in UTF-8"),
    ],
)
def test_what_is_no_text_is_a_sentence(name: str, content: bytes, said: str) -> None:
    draft(content, name)
    for flags in ((), ("--fix",)):
        told = problem(call("check", name, *flags))
        assert isinstance(told, DocumentProblem)
        assert said in told.message
    assert Path(name).read_bytes() == content


def test_a_missing_file_and_a_folder_are_refused() -> None:
    Path("folder").mkdir()
    for name in ("nope.md", "folder"):
        assert name in problem(call("check", name)).message


def test_a_broken_style_stops_the_check() -> None:
    folder = config_folder() / "styles" / "house"
    folder.mkdir(parents=True)
    (folder / "style.toml").write_text('summary = "x"\n[words]\nbaned = []\n', encoding="utf-8")
    draft("We utilize it.\n")
    told = problem(call("check", "draft.md", "--style", "house"))
    assert isinstance(told, TemplateProblem)
    assert "line 3: words.baned" in told.message


def test_an_empty_file_has_no_style_to_break() -> None:
    draft("")
    assert call("check", "draft.md", "--rules-only").exit_code == 0


def test_learn_and_import_are_commands_of_the_group() -> None:
    for name in ("learn", "import"):
        assert call(name, "--help").exit_code == 0
        assert name in call("--help").stdout
