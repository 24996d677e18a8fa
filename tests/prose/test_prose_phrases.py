"""Machine phrases are found wherever they stand, and only there."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.config import config_folder
from copydesk.errors import TemplateProblem
from copydesk.generate.bans import Bans
from copydesk.prose.phrases import bans, found, rate


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path))


def own_list(language: str, text: str) -> None:
    path = config_folder() / "phrases" / f"{language}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_phrase_is_found_whatever_its_case_quotes_and_markup() -> None:
    text = "**It’s worth noting** that IT'S WORTH NOTING is said too often."
    assert found(text, "en") == {"it's worth noting": 2}


def test_a_phrase_is_made_of_whole_words() -> None:
    assert not found("The delver ate a tapestrylike cake.", "en")


def test_the_longest_phrase_counts_once() -> None:
    assert found("The house stands as a testament to her.", "en") == {"stands as a testament": 1}


def test_a_gap_takes_words_of_the_same_sentence_only() -> None:
    assert found("It was not just a dog but a friend.", "en") == {"not just … but": 1}
    assert not found("It was not just. He came but late.", "en")


def test_chinese_phrases_need_no_borders() -> None:
    hits = found("综上所述，他不仅会唱而且会跳。", "zh")
    assert hits == {"综上所述": 1, "不仅…而且": 1}


def test_the_rate_is_per_thousand_words() -> None:
    assert rate("delve " + "bread " * 99, "en") == pytest.approx(10)
    assert rate("", "en") == 0
    assert rate("综上所述" + "米" * 96, "zh") == pytest.approx(10)


def test_plain_prose_has_none() -> None:
    text = "The river rose in March and took the bridge. We built a new one by June, of stone."
    assert not found(text, "en")


def test_bans_can_be_given_to_a_generator_and_stay_out_of_the_way_of_the_request() -> None:
    for language in ("en", "zh"):
        Bans(bans(language))  # type: ignore[arg-type]
    assert len(bans("en")) > 300
    assert len(bans("zh")) >= 150
    assert "delve" in bans("en")
    assert "delve" not in bans("en", "How miners delve for gold")
    assert "综上所述" not in bans("zh", "解释综上所述这个词")
    assert not any("…" in phrase for phrase in bans("en") + bans("zh"))


def test_a_users_list_adds_and_takes_away() -> None:
    own_list("en", "# mine\n!blue|green sky\nred sky\n-delve\n- tapestry|tapestries\n")
    assert {"blue sky", "green sky"} <= set(bans("en"))
    assert not {"red sky", "delve", "tapestry"} & set(bans("en"))
    assert found("A red sky. Delve!", "en") == {"red sky": 1}


def test_a_changed_list_is_read_again() -> None:
    own_list("en", "red sky\n")
    assert found("red sky", "en")
    (config_folder() / "phrases" / "en.txt").unlink()
    assert not found("red sky", "en")


def test_a_line_of_alternatives_without_end_is_cut() -> None:
    own_list("en", " ".join(["a|b"] * 60))
    assert found("delve", "en") == {"delve": 1}


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"a" * 1_000_001])
def test_a_broken_list_is_named(data: bytes) -> None:
    own_list("en", "")
    (config_folder() / "phrases" / "en.txt").write_bytes(data)
    with pytest.raises(TemplateProblem, match=r"en\.txt"):
        bans("en")


@given(st.text() | st.text(alphabet="|!-…# a"))
def test_any_line_can_be_a_phrase(line: str) -> None:
    own_list("en", line)
    found(f"{line} {line}", "en")
    Bans(bans("en"))


@given(st.text())
def test_any_text_has_a_rate(text: str) -> None:
    assert rate(text, "en") >= 0
    assert rate(text, "zh") >= 0
