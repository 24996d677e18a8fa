"""Settings: the project's over the user's, table by table; folders under COPYDESK_HOME."""

from pathlib import Path

import pytest

from copydesk.config import cache_folder, config_folder, load_settings
from copydesk.errors import UsageProblem


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def write_user(text: str) -> Path:
    path = config_folder() / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_lives_under_the_home_that_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here" / "cache"
    assert config_folder() == tmp_path / "here" / "config"


def test_a_tilde_in_the_home_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COPYDESK_HOME", "~/desk")
    assert config_folder() == tmp_path / "desk" / "config"


def test_without_a_home_the_platform_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COPYDESK_HOME")
    assert config_folder().name == "copydesk"
    assert cache_folder() != config_folder()


def test_no_files_no_settings(project: Path) -> None:
    assert load_settings(project) == {}


def test_the_project_is_laid_over_the_user_table_by_table(project: Path) -> None:
    write_user('model = "a"\nseed = 1\n[write]\nwords = 100\naudience = "all"\n')
    (project / "copydesk.toml").write_text('model = "b"\n[write]\nwords = 200\n', encoding="utf-8")
    assert load_settings(project) == {
        "model": "b",
        "seed": 1,
        "write": {"words": 200, "audience": "all"},
    }


def test_the_project_is_where_the_user_stands(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "copydesk.toml").write_text("seed = 5\n", encoding="utf-8")
    monkeypatch.chdir(project)
    assert load_settings() == {"seed": 5}


@pytest.mark.parametrize("content", [b"model = \n", b"a = \xff\n", b"[write\n", b"a=1\na=2\n"])
def test_broken_settings_are_named_with_their_line(project: Path, content: bytes) -> None:
    path = project / "copydesk.toml"
    path.write_bytes(content)
    with pytest.raises(UsageProblem) as caught:
        load_settings(project)
    assert str(path) in caught.value.message
    assert "line" in caught.value.message or b"\xff" in content
    assert caught.value.hint


def test_settings_that_are_a_folder_are_a_problem_too(project: Path) -> None:
    (project / "copydesk.toml").mkdir()
    with pytest.raises(UsageProblem, match=r"cannot be read: Is a directory\."):
        load_settings(project)
