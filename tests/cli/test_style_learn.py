"""`copydesk style learn` and `style import`: the folder on stdout, what was found on stderr."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run, sentence

RULE = "extends: existence\nmessage: \"Don't use '%s'.\"\nlevel: error\ntokens: [synergy]\n"
TEXT = "We plant what bees like. They don't ask for much, and the town likes it too. "


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    folder = tmp_path / "posts"
    folder.mkdir()
    for number in range(25):
        body = "\n\n".join(f"{TEXT}This is paragraph {number * 10 + at}." for at in range(4))
        (folder / f"{number:02}.md").write_text(f"---\ntitle: Week {number}\n---\n{body}\n")
    (folder / "picture.txt").write_bytes(b"\x89\0" * 99)
    return folder


@pytest.fixture
def vale(tmp_path: Path) -> Path:
    folder = tmp_path / "Acme"
    folder.mkdir()
    (folder / "Avoid.yml").write_text(RULE)
    (folder / "Spelling.yml").write_text("extends: spelling\nmessage: x\n")
    return folder


def test_a_learned_style_is_listed_shown_and_checked_against(
    copydesk: Run, posts: Path, tmp_path: Path
) -> None:
    done = copydesk("style", "learn", "posts", "--name", "house")
    assert done.returncode == 0, done.stderr
    folder = Path(done.stdout.strip())
    assert folder == tmp_path / ".home" / "config" / "styles" / "house"
    assert sorted(p.name for p in folder.iterdir()) == [
        "exemplars",
        "guide.md",
        "statistics.json",
        "style.toml",
    ]
    assert "skipped: picture.txt is no UTF-8 text" in done.stderr
    assert "voice.person = first: 100 % of 25 cases" in done.stderr
    assert "from 25 posts" in done.stderr
    listed = json.loads(copydesk("style", "list", "--json").stdout)
    assert ("house", 25) in [(row["name"], row["exemplars"]) for row in listed]
    draft = tmp_path / "draft.md"
    draft.write_text(f"{TEXT}\n\nBees! Bees! Bees!\n")
    checked = copydesk("style", "check", "draft.md", "--style", "house", "--rules-only")
    assert checked.returncode == 3
    assert "exclamation" in checked.stdout
    assert "person" not in checked.stdout


def test_what_was_learned_as_json(copydesk: Run, posts: Path) -> None:
    done = copydesk("style", "learn", "posts", "--name", "house", "--json")
    facts = json.loads(done.stdout)
    assert (facts["language"], facts["posts"], facts["exemplars"]) == ("en", 25, 25)
    assert facts["skipped"] == [{"place": "picture.txt", "reason": "is no UTF-8 text"}]
    person = next(rule for rule in facts["rules"] if rule["key"] == "person")
    assert (person["table"], person["value"]) == ("voice", "first")


def test_a_style_is_not_overwritten_unasked(copydesk: Run, posts: Path) -> None:
    assert copydesk("style", "learn", "posts", "--name", "house").returncode == 0
    again = copydesk("style", "learn", "posts", "--name", "house")
    assert "There is a style 'house' already" in sentence(again, 2)
    assert copydesk("style", "learn", "posts", "--name", "house", "--force").returncode == 0


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("nowhere", "--name", "house"), 1, "There is no folder or file nowhere"),
        (("posts", "--name", "../house"), 2, "cannot be the name of a style"),
        (("posts", "--name", "house", "--language", "zh"), 1, "0 characters to learn from"),
        (("posts/picture.txt", "--name", "house"), 1, "holds no text to learn from"),
    ],
)
def test_what_cannot_be_learned_is_one_sentence(
    copydesk: Run, posts: Path, args: tuple[str, ...], code: int, said: str
) -> None:
    done = copydesk("style", "learn", *args)
    lines = done.stderr.splitlines()
    assert done.returncode == code, done.stderr
    assert said in lines[-2]
    assert lines[-1].startswith("hint: ")
    assert "Traceback" not in done.stderr


def test_vale_rules_become_a_style(copydesk: Run, vale: Path, tmp_path: Path) -> None:
    done = copydesk("style", "import", "Acme")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("styles/Acme")
    assert "left out: Acme.Spelling: it needs a dictionary" in done.stderr
    assert "carried over 1 of 2 rules, as 1 checks" in done.stderr
    (tmp_path / "draft.md").write_text("Find synergy here.\n")
    checked = copydesk("style", "check", "draft.md", "--style", "Acme", "--rules-only")
    assert checked.returncode == 3
    assert "Don't use this [style.Acme.Avoid]" in checked.stdout


def test_an_import_can_be_named_and_told_as_json(copydesk: Run, vale: Path) -> None:
    facts = json.loads(copydesk("style", "import", "Acme", "--name", "acme", "--json").stdout)
    assert Path(facts["path"]).name == "acme"
    assert (facts["rules"], facts["carried"]) == (2, 1)
    assert facts["left_out"] == [{"name": "Acme.Spelling", "reason": "it needs a dictionary"}]


def test_a_folder_without_vale_rules_is_one_sentence(copydesk: Run, posts: Path) -> None:
    said = sentence(copydesk("style", "import", "posts"), 1)
    assert "holds no Vale rule that can be carried over" in said
    assert not list((posts.parent / ".home").rglob("styles/*"))
