"""Vale rules become checks that find what Vale finds, or are named with the reason why not."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.errors import DocumentProblem
from copydesk.styles.check import check
from copydesk.styles.fix import fix
from copydesk.styles.folder import write_style
from copydesk.styles.load import load_style
from copydesk.styles.style import Style
from copydesk.styles.vale import Imported, read_vale
from copydesk.styles.vale_regex import Untranslatable, checked, translate

RULES = {
    "Avoid": "extends: existence\nmessage: \"Don't use '%s'.\"\nlevel: error\nignorecase: true\n"
    "tokens: [and so on, 'back-?end']\nexceptions: [backend]\n",
    "Marks": "extends: existence\nmessage: No ellipsis.\nnonword: true\ntokens: ['\\.\\.\\.']\n",
    "Passive": "extends: existence\nmessage: Passive.\nignorecase: true\n"
    "raw: ['\\b(?:was|were)\\b\\s*']\ntokens: ['\\w+ed', chosen]\n",
    "Terms": "extends: substitution\nmessage: \"Use '%s' instead of '%s'.\"\nlevel: error\n"
    "ignorecase: true\naction: {name: replace}\n"
    "swap:\n  utilize: use\n  '(?:mobile|smart) ?phone': phone\n  24/7: every day\n"
    "  javascript: JavaScript\n  firemen: firefighter(s)\n",
    "Consider": "extends: substitution\nmessage: \"Consider '%s' for '%s'.\"\nlevel: suggestion\n"
    "action: {name: replace}\nswap:\n  approximately: about|roughly\n  commence: begin\n",
    "Long": "extends: occurrence\nmessage: Short sentences.\nscope: sentence\nmax: 6\n"
    "token: \\b(\\w+)\\b\n",
    "Commas": "extends: occurrence\nmessage: One semicolon.\nscope: sentence\nmax: 1\ntoken: ';'\n",
    "Twice": "extends: repetition\nmessage: \"'%s' is repeated.\"\nignorecase: true\nalpha: true\n"
    "tokens: ['[^\\s]+']\n",
    "Headings": "extends: capitalization\nmessage: x\nscope: heading\nmatch: $sentence\n"
    "exceptions: [Linux]\n",
    "HeadingPunctuation": "extends: existence\nmessage: No stop in headings.\nscope: heading\n"
    "nonword: true\ntokens: ['[a-z][.?!]$']\n",
    "OxfordComma": "extends: existence\nmessage: Comma.\nscope: sentence\nnonword: true\n"
    "tokens: ['(?:[^\\s,]+,){1,} \\w+ (?:and|or) \\w+[.?!]']\n",
    "Spelling": "extends: spelling\nmessage: x\n",
    "Acronyms": "extends: conditional\nmessage: x\nfirst: a\nsecond: b\n",
    "Same": "extends: consistency\nmessage: x\neither: {a: b}\n",
    "Grade": "extends: metric\nmessage: x\nformula: 1\n",
    "Run": "extends: script\nmessage: x\nscript: rm -rf\n",
    "Tags": "extends: sequence\nmessage: x\n",
    "Links": "extends: existence\nmessage: x\nscope: link\ntokens: [here]\n",
    "HeadingWords": "extends: existence\nmessage: x\nscope: heading\ntokens: [API]\n",
    "Least": "extends: occurrence\nmessage: x\nmin: 1\ntoken: a\n",
    "Slow": "extends: existence\nmessage: x\ntokens: ['(a+)+b']\n",
    "Broken": "extends: [",
    "List": "- a\n- b\n",
    "Bomb": "a: &a [x, x]\nb: [*a, *a]\n",
    "New": "extends: telepathy\n",
}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    folder = tmp_path_factory.mktemp("vale") / "Acme"
    folder.mkdir()
    for name, text in RULES.items():
        (folder / f"{name}.yml").write_text(text)
    (folder / "meta.json").write_text("{}")
    return read_vale(folder)


@pytest.fixture(scope="module")
def acme(imported: Imported, tmp_path_factory: pytest.TempPathFactory) -> Style:
    place = tmp_path_factory.mktemp("styles") / "acme"
    write_style(place, imported.files)
    return load_style(str(place))


def found(style: Style, text: str) -> set[tuple[str, str]]:
    return {
        (finding.code.removeprefix("style."), finding.measured) for finding in check(style, text)
    }


def test_what_is_not_carried_over_is_named_with_its_reason(imported: Imported) -> None:
    left = {one.name.removeprefix("Acme."): one.reason for one in imported.left}
    assert imported.total == len(RULES)
    assert imported.carried == len(RULES) - len(left)
    reasons = {
        "Spelling": "it needs a dictionary",
        "Acronyms": "it compares places of a whole text",
        "Same": "it compares places of a whole text",
        "Grade": "it computes a formula",
        "Run": "it runs a program",
        "Tags": "it needs parts of speech",
        "Links": "it looks at link, which patterns do not see",
        "HeadingWords": "it looks at headings alone",
        "Least": "it asks for a least number",
        "Slow": "'(a+)+b': its expression repeats a group that holds repeats",
        "Broken": "line 1",
        "List": "it is no Vale rule",
        "Bomb": "it uses aliases",
        "New": "the kind 'telepathy' is unknown",
    }
    assert set(left) == set(reasons)
    for name, reason in reasons.items():
        assert left[name].startswith(reason), left[name]
    partly = {one.name: one.reason for one in imported.partly}
    assert partly["Acme.Headings"] == "without its list of 1 names"


def test_the_folder_loads_with_all_that_was_imported(imported: Imported, acme: Style) -> None:
    assert acme.rules == imported.rules
    assert acme.rules.summary == "Imported from the Vale style Acme: 11 of 25 rules."


@pytest.mark.parametrize(
    ("text", "code", "measured"),
    [
        ("Bread And so on.", "Acme.Avoid", "And so on"),
        ("The back-end is here.", "Acme.Avoid", "back-end"),
        ("Well... no.", "Acme.Marks", "..."),
        ("They were Chosen.", "Acme.Passive", "were Chosen"),
        ("It was painted.", "Acme.Passive", "was painted"),
        ("A smart phone.", "Acme.Terms", "smart phone"),
        ("Open 24/7 here.", "Acme.Terms", "24/7"),
        ("I like Javascript.", "Acme.Terms", "Javascript"),
        ("All firemen came.", "Acme.Terms", "firemen"),
        ("It is approximately so.", "Acme.Consider", "approximately"),
        ("One; two; three.", "Acme.Commas", "One; two;"),
        ("The the cat.", "Acme.Twice", "The the"),
        ("One two three four five six seven.", "sentence-length", "7"),
    ],
)
def test_a_check_finds_what_its_rule_is_about(
    acme: Style, text: str, code: str, measured: str
) -> None:
    hits = dict(found(acme, f"{text}\n"))
    assert code in hits
    assert measured in hits[code] or hits[code] in measured


@pytest.mark.parametrize(
    "text",
    [
        "The backend is here.",
        "I like JavaScript.",
        "It is Approximately so.",
        "Bands of cats.",
        "`utilize` and so, on.",
        "They reutilize it.",
    ],
)
def test_what_the_rule_lets_pass_passes(acme: Style, text: str) -> None:
    assert found(acme, f"{text}\n") == set()


def test_headings_and_commas_are_settings(acme: Style) -> None:
    assert acme.rules.headings.case == "sentence"
    assert not acme.rules.headings.final_period
    assert acme.rules.marks.oxford_comma == "yes"
    assert acme.rules.sentences.longest == 6


def test_errors_are_mended_in_either_case_and_suggestions_are_not(acme: Style) -> None:
    text = "Utilize the mobile phone. Smartphone or smart phone? Commence the the work.\n"
    assert fix(acme, text) == "Use the phone. Phone or phone? Commence the work.\n"


def test_the_guide_says_what_to_write(imported: Imported) -> None:
    guide = imported.files["guide.md"]
    assert "use (not utilize)" in guide
    assert "- No ellipsis." in guide
    assert "%s" not in guide


def test_a_folder_of_styles_is_read_and_an_empty_one_refused(tmp_path: Path) -> None:
    for name in ("One", "Two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Avoid.yml").write_text(RULES["Avoid"])
    assert {check.code for check in read_vale(tmp_path).patterns} == {"One.Avoid", "Two.Avoid"}
    (tmp_path / "empty").mkdir()
    with pytest.raises(DocumentProblem, match="holds no Vale rule that can be carried over"):
        read_vale(tmp_path / "empty")
    with pytest.raises(DocumentProblem, match="There is no folder"):
        read_vale(tmp_path / "nowhere")


def test_words_that_replace_each_other_are_not_both_taken(tmp_path: Path) -> None:
    head = "extends: substitution\nmessage: x\nlevel: error\nignorecase: true\n"
    action = "action: {name: replace}\n"
    (tmp_path / "A.yml").write_text(f"{head}{action}swap: {{adviser: advisor}}\n")
    (tmp_path / "B.yml").write_text(f"{head}{action}swap: {{Advisor: adviser, foo: bar}}\n")
    read = read_vale(tmp_path)
    assert read.rules.words.preferred == {"adviser": "advisor", "foo": "bar"}
    assert "replaced in a circle" in read.partly[0].reason


def test_many_tokens_become_several_patterns(tmp_path: Path) -> None:
    tokens = ", ".join(f"word{number}" for number in range(2_000))
    (tmp_path / "Many.yml").write_text(f"extends: existence\nmessage: x\ntokens: [{tokens}]\n")
    read = read_vale(tmp_path)
    assert 4 < len(read.patterns) < 10
    assert any(re.search(check.pattern, "a word1999 here") for check in read.patterns)


def test_no_more_patterns_are_taken_than_a_style_holds(tmp_path: Path) -> None:
    for name in "ABC":
        swap = "".join(f"  '{name}w{n}?': x\n" for n in range(600))
        (tmp_path / f"{name}.yml").write_text(
            f"extends: substitution\nmessage: '%s not %s'\nswap:\n{swap}"
        )
    read = read_vale(tmp_path)
    assert len(read.rules.patterns) == 600
    assert [one.reason for one in read.left] == [
        "a style holds 1,000 patterns, and they are taken"
    ] * 2


@pytest.mark.parametrize(
    ("theirs", "text", "matched"),
    [
        (r"(?i)abc", "xABC", "ABC"),
        (r"\p{Lu}\p{Ll}+", "say Éa", "Éa"),
        (r"[\p{L}-]+", "--a-b", "--a-b"),
        (r"\P{N}", "1a", "a"),
        (r"[[:alpha:]]+", "12ab", "ab"),
        (r"(?<year>\d{4}) \k<year>", "2024 2024", "2024 2024"),
        (r"\x{1F600}", "a😀", "😀"),
        (r"a\z", "ba", "a"),
        (r"\Qa.b\E+", "a.bbb", "a.bbb"),
        (r"(?m)^a(?s).", "ab", "ab"),
        (r"(?:(?i)a)b", "Ab", "Ab"),
        (r"[]a]+", "]a]", "]a]"),
        (r"[a[]+", "[a", "[a"),
        (r"(?<!a|bc)d", "bd", "d"),
        (r"\p{Han}+", "go 蜂", "蜂"),
    ],
)
def test_other_dialects_are_translated(theirs: str, text: str, matched: str) -> None:
    found = re.search(checked(translate(theirs)), text)
    assert found is not None
    assert found[0] == matched


@pytest.mark.parametrize(
    "theirs", [r"(?U)a", r"a(?i)b|c", r"[a-z-[aeiou]]", r"\p{Klingon}", r"[\P{L}]", r"\x{FFFFFFF}"]
)
def test_what_python_cannot_say_is_refused(theirs: str) -> None:
    with pytest.raises(Untranslatable):
        checked(translate(theirs))


@given(st.text(alphabet="()[]{}?*+|\\^$.,:<>!=-ipLQEkx1ab ", max_size=40))
def test_any_expression_is_translated_or_refused(theirs: str) -> None:
    try:
        pattern = checked(translate(theirs))
    except Untranslatable:
        return
    re.compile(pattern)
