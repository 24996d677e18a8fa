"""Encrypted documents: a hidden prompt where a person sits, a sentence where none does."""

from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from copydesk.cli.locked import unlocked
from copydesk.documents.reading import How
from copydesk.errors import LockedDocument

PATH = Path("folder") / "secret\x1b[2J.pdf"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Passwords that are typed, one after the other; what was asked is added at the end."""
    words = ["wrong", "right"]

    def prompt(text: str, **options: object) -> str:
        assert options["hide_input"]
        assert options["err"]
        assert "\x1b" not in text
        return words.pop(0)

    monkeypatch.setattr(click, "prompt", prompt)
    terminal = SimpleNamespace(isatty=lambda: True, write=print, flush=lambda: None)
    monkeypatch.setattr("copydesk.cli.locked.sys", SimpleNamespace(stdin=terminal, stderr=terminal))
    return words


def read(how: How) -> str:
    if how.password != "right":  # noqa: S105 - a test's
        raise LockedDocument("It is encrypted.", "give its password")
    return how.password


def test_the_password_is_asked_for_until_it_is_right(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert unlocked(PATH, How(), read) == "right"
    assert not typed
    assert "not its password" in capsys.readouterr().err


def test_after_three_wrong_ones_it_stays_locked(typed: list[str]) -> None:
    typed[:] = ["a", "b", "c", "right"]
    with pytest.raises(LockedDocument):
        unlocked(PATH, How(), read)
    assert typed == ["right"]


def test_nothing_is_asked_where_nobody_sits_or_no_password_would_help(
    typed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(how: How) -> str:
        raise LockedDocument("It is encrypted.", "save it without", opens_here=False)

    with pytest.raises(LockedDocument):
        unlocked(PATH, How(), never)
    nobody = SimpleNamespace(isatty=lambda: False)
    monkeypatch.setattr("copydesk.cli.locked.sys", SimpleNamespace(stdin=nobody, stderr=nobody))
    with pytest.raises(LockedDocument):
        unlocked(PATH, How(), read)
    assert len(typed) == 2


def test_who_types_nothing_leaves_the_file_locked(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    typed[:] = ["", "right"]
    with pytest.raises(LockedDocument):
        unlocked(PATH, How(), read)
    assert typed == ["right"]
    assert "not its password" not in capsys.readouterr().err
