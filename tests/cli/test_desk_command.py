"""`copydesk desk`: what is there, in a line or in full, for people and for programs."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run, sentence

from copydesk.cli.main import _guarded, cli
from copydesk.desk.drafts import NewDraft
from copydesk.desk.store import desk_file, open_desk
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair

Desk = Callable[..., tuple[int, str, str]]
ASKED = (Message("user", "Write about bees."),)
TEXT = "# Bees in cities\n\nThey nest in warm walls.\n\nThey hum."


@pytest.fixture
def desk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Desk:
    """Runs `copydesk desk …`; gives the code and both streams."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")

    def run(*args: str) -> tuple[int, str, str]:
        code = _guarded(lambda: cli(["desk", *args], standalone_mode=False))
        heard = capsys.readouterr()
        return code, heard.out, heard.err

    return run


@pytest.fixture
def full() -> None:
    """A draft with an edit and a verdict, another one, a ranking, an imported row, a run."""
    with open_desk() as opened:
        draft = NewDraft("text", ASKED, TEXT, "qwen", 7, "article", "plain", "en", "/work/bees.md")
        number = opened.add_draft(draft)
        opened.add_edit(number, TEXT.replace("nest", "live"), "Ada")
        opened.add_verdict(number, True, "Ben")
        opened.add_draft(NewDraft("chat", ASKED, "蜜蜂住在墙里。", "qwen", 8, "chat"))
        opened.add_ranking(ASKED, ["Hive", "Comb\x1b[31m"], [1, 1], annotator="Ada")
        pair = Pair(prompt=ASKED, chosen="Good", rejected="Bad", margin=0.5)
        opened.add_rows([pair], "pairs.jsonl")
        opened.add_run(Path("/models/house"), "dpo", "smollm2", facts={"win_rate": 0.6})


def test_an_empty_desk_says_so(desk: Desk) -> None:
    code, out, err = desk("list")
    assert (code, out) == (0, "")
    assert err.startswith("The desk is empty. What write, deck and chat make is kept")
    assert desk("list", "--json")[:2] == (0, "[]\n")
    assert desk("search", "bees") == (0, "", "Nothing was found.\n")
    code, out, _ = desk("stats")
    assert code == 0
    assert "nothing yet" in out


def test_a_list_without_drafts_says_what_was_imported(desk: Desk) -> None:
    with open_desk() as opened:
        opened.add_rows([Pair(prompt=ASKED, chosen="Good", rejected="Bad")], "pairs.jsonl")
    _, _, said = desk("list")
    assert said == ("Nothing was found.\n1 imported row is there: copydesk desk list --kind row\n")
    assert "pairs.jsonl" in desk("list", "--kind", "row")[1]


@pytest.mark.usefixtures("full")
def test_a_list_has_number_time_form_and_what_became_of_each(desk: Desk) -> None:
    code, out, err = desk("list")
    assert (code, err) == (0, "")
    lines = [re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "TIME", line) for line in out.splitlines()]
    assert [line.split() for line in lines] == [
        ["7", "TIME", "dpo", "/models/house"],
        ["5", "TIME", "ranking", "Write", "about", "bees.", "(Ada)"],
        ["4", "TIME", "chat", "蜜蜂住在墙里。"],
        ["1", "TIME", "article", "edited,", "kept", "Bees", "in", "cities"],
    ]
    assert len({re.search(r"\S+$", line.split("  ")[1]) is None for line in lines}) == 1
    code, out, err = desk("list", "-n", "1")
    assert out.count("\n") == 1
    assert err == "and 3 more: -n 4\n"


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    ("args", "numbers"),
    [
        (("list", "--kind", "edit", "--kind", "verdict"), [3, 2]),
        (("list", "--kind", "row"), [6]),
        (("list", "--style", "plain"), [1]),
        (("list", "--form", "chat"), [4]),
        (("search", "nests", "wall"), [1]),
        (("search", "live"), [2]),
        (("search", "蜜蜂"), [4]),
        (("search", "good", "--kind", "row"), [6]),
        (("search", "combs"), [5]),
        (("search", "elephants"), []),
    ],
)
def test_json_has_the_same_entries(desk: Desk, args: tuple[str, ...], numbers: list[int]) -> None:
    code, out, err = desk(*args, "--json")
    assert (code, err) == (0, "")
    assert [entry["number"] for entry in json.loads(out)] == numbers


@pytest.mark.usefixtures("full")
def test_a_draft_is_shown_with_its_request_and_what_was_changed(desk: Desk) -> None:
    code, out, err = desk("show", "1")
    assert (code, err) == (0, "")
    assert "--- request (user) ---\nWrite about bees.\n" in out
    assert f"--- text ---\n{TEXT}\n" in out
    assert "--- edit 2 by Ada, 8% changed ---" in out
    assert "They [-nest-]{+live+} in warm walls." in out
    assert "kept by Ben" in out
    assert re.search(r"^ +seed  7$", out, re.MULTILINE)
    assert re.search(r"^ +path  /work/bees.md$", out, re.MULTILINE)
    code, out, _ = desk("show", "2")
    assert "They [-nest-]{+live+} in warm walls." in out


@pytest.mark.usefixtures("full")
def test_the_text_alone_can_go_into_a_file(desk: Desk) -> None:
    assert desk("show", "1", "--text") == (0, f"{TEXT}\n", "")
    assert desk("show", "2", "--text")[1] == f"{TEXT}\n".replace("nest", "live")
    code, out, err = desk("show", "5", "--text")
    assert (code, out) == (2, "")
    assert "is no text but of the kind ranking" in err


@pytest.mark.usefixtures("full")
def test_rankings_rows_verdicts_and_runs_are_shown_too(desk: Desk) -> None:
    _, out, _ = desk("show", "5")
    assert "--- rank 1 ---\nHive\n\n--- rank 1 ---\nComb[31m\n" in out, "no control characters"
    _, out, _ = desk("show", "6")
    assert "--- chosen ---\nGood\n" in out
    assert re.search(r"^ +origin  pairs.jsonl$", out, re.MULTILINE)
    assert "keep" in desk("show", "3")[1]
    assert '{"win_rate":0.6}' in desk("show", "7")[1]


def shown(desk: Desk, number: int) -> Any:
    return json.loads(desk("show", str(number), "--json")[1])


@pytest.mark.usefixtures("full")
def test_titles_stand_in_one_column(desk: Desk) -> None:
    with open_desk() as opened:
        for word in ("settle", "sit"):
            opened.add_edit(1, TEXT.replace("nest", word), "Ben")
        opened.add_verdict(1, False, "Ada")
    lines = desk("list")[1].splitlines()
    (edited,) = (line for line in lines if "3 edits, kept, dropped" in line)
    (ranked,) = (line for line in lines if "Write about bees." in line)
    assert edited.index("Bees in cities") == ranked.index("Write about bees.")


def test_a_row_without_a_request_is_called_by_what_it_says(desk: Desk) -> None:
    with open_desk() as opened:
        opened.add_rows([Pair(prompt=(), chosen="Good bees", rejected="Bad")], "pairs.jsonl")
    assert "Good bees" in desk("list", "--kind", "row")[1]


@pytest.mark.usefixtures("full")
def test_a_program_gets_all_of_it(desk: Desk) -> None:
    draft = shown(desk, 1)
    assert draft["text"] == TEXT
    assert draft["prompt"] == [{"role": "user", "content": "Write about bees."}]
    assert draft["edits"][0]["share_changed"] == pytest.approx(1 / 13, abs=0.001)
    (verdict,) = draft["verdicts"]
    assert (verdict["number"], verdict["keep"], verdict["annotator"]) == (3, True, "Ben")
    assert datetime.fromisoformat(verdict["made"]).utcoffset() == timedelta(0)
    assert shown(desk, 2)["draft"] == 1
    assert shown(desk, 5)["row"]["ranks"] == [1, 1]
    assert shown(desk, 6)["row"]["margin"] == 0.5
    assert shown(desk, 7)["facts"] == {"win_rate": 0.6}


@pytest.mark.usefixtures("full")
def test_everything_is_counted(desk: Desk) -> None:
    _, out, _ = desk("stats")
    assert f"{desk_file()}, 0." in out
    assert "2 drafts, 1 edit, 1 ranking, 1 row, 1 run, 1 verdict\n" in out
    assert "of the drafts: 1 edited, 1 kept, 0 dropped\n" in out
    assert "drafts by form: 1 article, 1 chat\n" in out
    counted = json.loads(desk("stats", "--json")[1])
    assert counted["kinds"]["draft"] == 2
    assert counted["by_annotator"] == {"Ada": 2, "Ben": 1}


@pytest.mark.usefixtures("full")
def test_what_is_forgotten_is_gone_with_all_about_it(desk: Desk) -> None:
    code, out, err = desk("rm", "1", "3", "6", "--yes")
    assert (code, out, err) == (0, "", "Forgotten: 1, 3, 6.\n")
    left = json.loads(desk("list", "--json", "--kind", "edit", "--kind", "draft")[1])
    assert [entry["number"] for entry in left] == [4]
    code, _, err = desk("rm", "1", "--yes")
    assert code == 2
    assert "nothing with number 1 " in err


@pytest.mark.usefixtures("full")
def test_it_is_asked_before_something_is_forgotten(copydesk: Run) -> None:
    done = copydesk("desk", "rm", "1", stdin="n\n")
    assert done.returncode == 130
    assert "Bees in cities" in done.stderr
    assert copydesk("desk", "rm", "1", stdin="y\n").returncode == 0
    assert "nothing with number 1 " in sentence(copydesk("desk", "show", "1"), 2)


def test_a_damaged_desk_is_a_sentence(copydesk: Run) -> None:
    desk_file().parent.mkdir(parents=True)
    desk_file().write_bytes(b"no desk " * 1000)
    for args in (("list",), ("show", "1"), ("search", "x"), ("stats",), ("rm", "1", "--yes")):
        assert "is damaged: file is not a database" in sentence(copydesk("desk", *args), 1)


def test_colours_only_where_somebody_wants_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, full: None
) -> None:
    assert "\x1b[" not in desk("show", "1")[1]


def test_a_title_of_any_length_is_one_line(desk: Desk) -> None:
    with open_desk() as opened:
        opened.add_draft(NewDraft("text", (), "word " * 100 + "\nmore", "m", 1))
        opened.add_draft(NewDraft("text", (), "\n\n> # \x1b]0;evil\x07title", "m", 1))
    _, out, _ = desk("list")
    assert len(out.splitlines()) == 2
    assert all(len(line) < 120 for line in out.splitlines())
    assert "\x1b" not in out
