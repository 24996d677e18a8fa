"""A style is found, read and refused: every error names file, line and field."""

import time
from pathlib import Path

import pytest

from copydesk.config import config_folder
from copydesk.errors import CopydeskError, TemplateProblem, UnknownName
from copydesk.styles.check import check
from copydesk.styles.load import default_style, load_style, read_rules, style_names
from copydesk.styles.patterns import Clock, PatternProblem, compile_pattern, find_all
from copydesk.styles.rules import Rules
from copydesk.styles.style import Style


def write(name: str = "house", **files: str) -> Path:
    """A style of the user's own: files by name, `style_toml` being style.toml."""
    folder = config_folder() / "styles" / name
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder


def test_a_style_of_ones_own_is_rules_guide_and_exemplars() -> None:
    folder = write(style_toml='summary = "Ours."\n', guide_md="Be brief.")
    (folder / "exemplars").mkdir()
    (folder / "exemplars" / "b.md").write_text("No title here.", encoding="utf-8")
    (folder / "exemplars" / "a.md").write_text("\ufeff# A title\r\n\r\nText.", encoding="utf-8")
    style = load_style("house")
    assert (style.name, style.rules.summary, style.guide) == ("house", "Ours.", "Be brief.")
    assert [(e.title, e.text) for e in style.exemplars] == [
        ("A title", "Text."),
        ("b", "No title here."),
    ]
    assert load_style(str(folder)) == style


def test_a_guide_alone_is_a_style_too_and_so_are_rules_alone() -> None:
    write("guided", guide_md="# Be brief\n\nYes.")
    write("ruled", style_toml='summary = "Rules."')
    assert load_style("guided").rules == Rules(summary="Be brief")
    assert load_style("ruled").guide == ""
    assert {"guided", "ruled", "plain", "通用", "marketing"} <= set(style_names())


def test_a_style_of_ones_own_stands_before_ours() -> None:
    write("plain", style_toml='summary = "Mine."')
    assert load_style("plain").rules.summary == "Mine."


def test_an_unknown_name_lists_those_there_are() -> None:
    with pytest.raises(UnknownName) as caught:
        load_style("plian")
    assert "did you mean plain?" in caught.value.hint


@pytest.mark.parametrize("name", ["../..", "/", "./nowhere", "a\0b/c", "", "/etc/passwd"])
def test_a_path_that_holds_no_style_is_a_sentence(name: str) -> None:
    with pytest.raises((TemplateProblem, UnknownName)):
        load_style(name)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("summary = ", "no TOML: Invalid value (at"),
        ("x = " + "[" * 5000, "no TOML"),
        ("x = " + "9" * 9999, "no TOML"),
        ('[words]\nbanned = ["x"]', "summary: field required"),
        ('summary = "x"\n\n[marks]\nquotes = "round"', "line 4: marks.quotes: input should be"),
        ('summary = "x"\n[markz]\nquotes = "curly"', "line 2: markz: there is no such field"),
        ('summary = "x"\n[marks]\nqotes = "curly"', "line 3: marks.qotes: there is no such"),
        ('summary = "x"\n[sentences]\nlongest = -1', "line 3: sentences.longest"),
        ('summary = "x"\n[words]\nbanned = [""]', "line 3: words.banned.1"),
        ('summary = "x"\n[words]\nbanned = ["a\\nb"]', "words.banned.1: a word or phrase holds no"),
        ('summary = "x"\n[words.preferred]\na = "b"\nb = "a"', "in a circle"),
        ('summary = "x"\n[[patterns]]\npattern = "("\nmessage = "m"', "line 3: patterns.1.pattern"),
        ('summary = "x"\n[[patterns]]\npattern = "(a+)+"\nmessage = "m"', "can take for ever"),
        ('summary = "x"\n[[patterns]]\npattern = "a"\nmessage = "m"\nreplace = "\\\\2"',
         "does not fit"),
        ('summary = "x"\n[[patterns]]\npattern = "a"\nmessage = "m"\nreplace = "\\n"',
         "line breaks"),
    ],
)  # fmt: skip
def test_a_broken_style_names_line_and_field(toml: str, said: str) -> None:
    folder = write(style_toml=toml)
    with pytest.raises(TemplateProblem) as caught:
        load_style("house")
    assert str(folder / "style.toml") in caught.value.message
    assert said in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("content", [b"\xff\xfe", b"summary = 'x'\n" + b"#" * 1_100_000])
def test_no_text_and_too_much_of_it_are_refused(content: bytes) -> None:
    (write() / "style.toml").write_bytes(content)
    with pytest.raises(TemplateProblem):
        load_style("house")


def test_exemplars_that_are_no_text_or_too_many_are_refused() -> None:
    folder = write(style_toml='summary = "x"') / "exemplars"
    folder.mkdir()
    (folder / "a.md").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(TemplateProblem, match=r"a\.md"):
        load_style("house")
    (folder / "a.md").unlink()
    for number in range(501):
        (folder / f"{number}.md").write_text("x")
    with pytest.raises(TemplateProblem, match="501"):
        load_style("house")


@pytest.mark.parametrize("name", ["style.toml", "guide.md"])
def test_a_folder_in_the_place_of_a_file_is_a_sentence(name: str) -> None:
    folder = write(**({"guide_md": "x"} if name == "style.toml" else {"style_toml": "summary='x'"}))
    (folder / name).mkdir()
    with pytest.raises(CopydeskError):
        load_style("house")


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+b", "(a|aa)+b", "(a*)*b", "(?:a?){30}a", "((ab)+c?)+", "(", "a{99999999999}", "", "x*",
     r"\w+.*.*.*x", "a" * 5_000, "(a+b?){2,}"],
)  # fmt: skip
def test_a_pattern_that_could_run_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(PatternProblem):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [r"\bvery (\w+)", "(?:a|b) c", r"\w+\s+\w+\s+\w+", "[+*)(]+", r"(?i)x{2,4}", "(ab){3}"],
)
def test_an_ordinary_pattern_is_taken(pattern: str) -> None:
    assert compile_pattern(pattern)


def test_a_slow_pattern_is_stopped() -> None:
    clock = Clock(seconds=0.05)
    begun = time.process_time()
    list(find_all(".*.*.*=", "a" * 200_000, clock))
    assert clock.spent
    assert time.process_time() - begun < 20  # one piece may finish; two hundred thousand never


def test_a_slow_pattern_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.styles.own.Clock", lambda: Clock(seconds=0))
    rules = Rules.model_validate({"summary": "x", "patterns": [{"pattern": "a", "message": "m"}]})
    (finding,) = check(Style("x", Path(), rules, ""), "banana")
    assert finding.code == "style.slow-pattern"


def test_every_language_has_a_style_that_ships() -> None:
    for language in ("en", "zh"):
        assert default_style(language) in style_names()


def test_rules_are_read_from_any_file(tmp_path: Path) -> None:
    (tmp_path / "style.toml").write_text('summary = "x"', encoding="utf-8")
    assert read_rules(tmp_path / "style.toml") == Rules(summary="x")
