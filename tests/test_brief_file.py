"""A brief as a file: YAML, Markdown with front matter, plain text; and all that is no brief."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.brief import Brief
from copydesk.brief_file import is_brief_file, read_brief
from copydesk.errors import UsageProblem

YAML = """\
topic: Bees in cities
language: en
audience: Gardeners
words: 800
purpose: They plant ivy
style: plain
sources: [report.pdf, ../notes.md]
Deadline: 2026-05-01
tone:
- dry
- short
"""
FRONT = """\
---
topic: Bees in cities
words: 800
---
Mention the beekeeper on the town hall.

And the price of honey.
"""


def brief(folder: Path, text: str | bytes, name: str = "brief.yaml") -> Brief:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_brief(path)


def told(folder: Path, text: str | bytes, name: str = "brief.yaml") -> str:
    with pytest.raises(UsageProblem) as raised:
        brief(folder, text, name)
    assert raised.value.hint
    assert "\n" not in raised.value.message
    assert len(raised.value.message) < 400
    return raised.value.message


def test_a_yaml_brief_says_everything(tmp_path: Path) -> None:
    for name in ("brief.yaml", "brief.YML"):
        read = brief(tmp_path, YAML, name)
        assert read == Brief(
            "Bees in cities",
            "en",
            "Gardeners",
            800,
            "They plant ivy",
            style="plain",
            sources=(str(tmp_path / "report.pdf"), str(tmp_path / "../notes.md")),
            details={"deadline": "2026-05-01", "tone": "dry; short"},
        )


@pytest.mark.parametrize("name", ["brief.md", "brief.txt", "brief.markdown"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_follows_the_front_matter_are_notes(tmp_path: Path, name: str, end: str) -> None:
    read = brief(tmp_path, "\ufeff".encode() + FRONT.replace("\n", end).encode(), name)
    assert (read.topic, read.length) == ("Bees in cities", 800)
    assert read.details["Notes"].startswith("Mention the beekeeper")
    assert read.details["Notes"].endswith("price of honey.")


def test_without_a_topic_the_text_is_the_brief(tmp_path: Path) -> None:
    read = brief(tmp_path, "---\nwords: 100\n---\nBees in cities.\n", "b.md")
    assert (read.topic, read.length, dict(read.details)) == ("Bees in cities.", 100, {})
    read = brief(tmp_path, "# 城市里的蜜蜂\n\n写给园丁。\n", "b.md")
    assert (read.topic, read.language) == ("# 城市里的蜜蜂\n\n写给园丁。", "zh")
    read = brief(tmp_path, "---\ntopic: 蜜蜂\n---\n提到养蜂人。\n", "b.md")
    assert read.details == {"说明": "提到养蜂人。"}


def test_front_matter_that_ends_the_file_is_front_matter(tmp_path: Path) -> None:
    read = brief(tmp_path, "---\ntopic: Bees in cities\nwords: 90\n---", "b.md")
    assert (read.topic, read.length) == ("Bees in cities", 90)


def test_a_line_between_two_rules_is_no_front_matter(tmp_path: Path) -> None:
    assert brief(tmp_path, "Bees.\n---\nwords: 100\n---\n", "b.md").length == 0
    assert brief(tmp_path, "---\nBees without an end\n", "b.md").topic.endswith("end")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("words: 0", "words: 0 is no length"),
        ("words: -5", "-5"),
        ("words: 19", "19"),
        ("words: 1000001", "1000001"),
        ("words: many", "'many'"),
        ("words: 12.5", "12.5"),
        ("words: true", "True"),
        ("words: [100]", "no length"),
        ("words: 1_0e99", "no length"),
        ("length: 300", "several lengths"),
        ("language: fr", "'fr'"),
        ("language: [en]", "language"),
        ("language: {a: b}", "language"),
        ("audience: [a, b]", "audience"),
        ("purpose: {a: b}", "purpose"),
        ("style: [plain]", "style"),
        ("text: [a]", "text"),
        ("sources: 3", "sources"),
        ("sources: [3]", "sources"),
        ("sources: {a: b}", "sources"),
        ("when: 2026-99-99", "YAML"),
        ("topic: a: b", "is not YAML"),
        ("x: !!python/object/apply:os.system ['true']", "is not YAML"),
        ("x: &a [1]\ny: *a", "aliases"),
        ("topic: '…'", "empty"),
        ("topic: [Bees]", "topic"),
    ],
)
def test_what_no_brief_can_say_is_named(tmp_path: Path, line: str, said: str) -> None:
    base = "topic: Bees\nwords: 400\n"
    name = line.partition(":")[0]
    if name in ("words", "topic"):
        base = "\n".join(other for other in base.split("\n") if not other.startswith(name))
    assert said in told(tmp_path, f"{base}\n{line}\n")
    assert said in told(tmp_path, f"---\n{base}\n{line}\n---\n", "b.md")


def test_two_names_for_one_length_are_fine(tmp_path: Path) -> None:
    assert brief(tmp_path, "topic: Bees\nwords: 400\nlength: 400\n").length == 400
    assert brief(tmp_path, "topic: 蜜蜂\ncharacters: 400\n").length == 400


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "# comment\n", "--- a\n--- b\n", "- a\n- b\n", "Bees", "3", "[" * 20_000, "\x01"],
)
def test_what_is_no_yaml_brief_is_a_sentence(tmp_path: Path, text: str) -> None:
    told(tmp_path, text)


def test_a_bomb_of_aliases_is_not_read(tmp_path: Path) -> None:
    rows = [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    assert "aliases" in told(tmp_path, "\n".join(["a0: &a0 [x, x]", *rows]))


def test_binary_files_are_sentences(tmp_path: Path) -> None:
    for name in ("b.md", "b.yaml"):
        assert "not text in UTF-8" in told(tmp_path, b"\xff\xd8\xff\xe0" + bytes(range(256)), name)
    told(tmp_path, b"\x00" * 100, "b.md")
    told(tmp_path, b"\x00" * 100, "b.yaml")


def test_a_huge_brief_is_not_read(tmp_path: Path) -> None:
    assert "larger than 4 MB" in told(tmp_path, b"bees " * 900_000, "b.md")


def test_a_brief_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "none.md", tmp_path):
        with pytest.raises(UsageProblem, match="cannot be read"):
            read_brief(path)


def test_what_names_a_file_and_what_is_a_brief(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "brief.md").write_text("Bees")
    assert is_brief_file("brief.md")
    assert is_brief_file("no/such/brief.yaml"), "a path that is wrong is told, not written about"
    assert not is_brief_file("Why we write briefs in other.md")
    assert not is_brief_file("Bees in cities")
    assert not is_brief_file("Bees\nbrief.md")
    assert not is_brief_file("b" * 600 + ".md")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=50) | st.text(max_size=50).map(str.encode),
    st.integers(0, len(YAML)),
    st.sampled_from(["b.md", "b.yaml"]),
)
def test_whatever_stands_in_the_file_nothing_breaks(
    tmp_path: Path, noise: bytes, place: int, name: str
) -> None:
    text = YAML if name == "b.yaml" else f"---\n{YAML}---\nNotes.\n"
    try:
        read = brief(tmp_path, text[:place].encode() + noise + text[place:].encode(), name)
    except UsageProblem:
        return
    assert all(isinstance(value, str) for value in read.details.values())
