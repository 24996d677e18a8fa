"""`copydesk desk import` and `export`: counts, reasons, kinds, styles, and bad requests."""

import gzip
import json
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import COMMAND, Run, environment, sentence

from copydesk.cli.main import _guarded, cli
from copydesk.desk.store import open_desk
from copydesk.errors import CopydeskError
from copydesk.preferences.read import read_rows
from copydesk.preferences.rows import Pair, Ranking, Row, Sample

RANKING = {"prompt": "Bees?", "completions": ["a", "b", "c"], "ranks": [1, 2, 2]}
PAIR = {"prompt": "Bees?", "chosen": "good", "rejected": "bad"}
ONE = {"prompt": "Bees?", "completions": ["a"], "ranks": [1]}

Desk = Callable[..., tuple[int, str, str]]


@pytest.fixture
def desk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Desk:
    """Runs a command of the desk; gives the code and both streams."""
    monkeypatch.chdir(tmp_path)

    def run(*args: str) -> tuple[int, str, str]:
        code = _guarded(lambda: cli(["desk", *args], standalone_mode=False))
        heard = capsys.readouterr()
        return code, heard.out, heard.err

    return run


def put(folder: Path, *records: Any, name: str = "rows.jsonl") -> str:
    text = "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)
    (folder / name).write_text(text, "utf-8")
    return name


def rows(style: str = "") -> list[Row]:
    with open_desk() as opened:
        return list(opened.rows(style=style))


def test_rows_are_counted_and_those_left_out_have_their_reasons(desk: Desk, tmp_path: Path) -> None:
    name = put(tmp_path, RANKING, PAIR, ONE, PAIR)
    code, out, err = desk("import", name, "--style", "house", "--by", "Ada")
    assert code == 0, err
    assert out == "rows.jsonl: 3 read, 2 new, 1 there already, 1 left out\n"
    assert "rows.jsonl:3: one answer alone cannot be ranked" in err
    ranking, pair = rows("house")
    assert isinstance(ranking, Ranking)
    assert isinstance(pair, Pair)
    assert (ranking.annotator, pair.annotator) == ("Ada", "Ada")
    assert rows("other") == []
    _, out, _ = desk("import", name, "--style", "house", "--by", "Ada")
    assert "3 read, 0 new, 3 there already" in out


def test_who_is_named_in_the_rows_stays(desk: Desk, tmp_path: Path) -> None:
    desk("import", put(tmp_path, {**PAIR, "annotator": "Bo"}, PAIR), "--by", "Ada")
    assert [row.annotator for row in rows() if isinstance(row, Pair)] == ["Bo", "Ada"]


def test_json_lists_everything(desk: Desk, tmp_path: Path) -> None:
    put(tmp_path, *[ONE] * 20, PAIR)
    put(tmp_path, RANKING, name="more.jsonl")
    code, out, err = desk("import", "rows.jsonl", "more.jsonl", "--json")
    assert code == 0, err
    first, second = json.loads(out)
    assert (first["read"], first["new"], first["left_out"], len(first["findings"])) == (
        1,
        1,
        20,
        20,
    )
    assert first["findings"][0]["code"] == "row-ranking"
    assert (second["path"], second["known"]) == ("more.jsonl", 0)
    _, _, err = desk("import", "rows.jsonl")
    assert "and 8 more: --json lists them" in err


def test_strict_imports_all_or_nothing(desk: Desk, tmp_path: Path) -> None:
    put(tmp_path, PAIR, name="good.jsonl")
    put(tmp_path, PAIR, ONE, name="bad.jsonl")
    code, _, err = desk("import", "good.jsonl", "bad.jsonl", "--strict")
    assert code == 3
    assert "bad.jsonl:2" in err
    assert "nothing was imported" in err
    assert rows() == []
    assert desk("import", "good.jsonl", "--strict")[0] == 0


def test_folders(desk: Desk, tmp_path: Path) -> None:
    for name, text in (("before", "A tapestry."), ("after", "A roof.")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "bees.md").write_text(text, "utf-8")
    code, out, err = desk("import", "before", "after", "--kind", "edits", "--by", "Ada")
    assert code == 0, err
    assert "before: 1 read, 1 new" in out
    (pair,) = rows()
    assert isinstance(pair, Pair)
    assert (pair.chosen, pair.annotator) == ("A roof.", "Ada")
    assert desk("import", ".", "--kind", "edits")[0] == 0  # both lie in one folder, by name


def test_posts(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    text = "Bees have moved into the city, and they like it there more than anybody thought."
    (tmp_path / "posts" / "bees.md").write_text(f"# Bees\n\n{text}", "utf-8")
    assert desk("import", "posts", "--style", "house")[0] == 0
    (post,) = rows("house")
    assert isinstance(post, Sample)
    assert post.completion == text


@pytest.mark.parametrize(
    ("kind", "count"),
    [("pairs", 4), ("samples", 2), ("rankings", 2), ("verdicts", 5), ("questions", 1), ("", 1)],
)
def test_export_as_a_kind(kind: str, count: int, desk: Desk, tmp_path: Path) -> None:
    desk("import", put(tmp_path, RANKING, PAIR))
    args = ("--kind", kind) if kind else ()
    code, out, err = desk("export", *args, "-o", "out.jsonl")
    assert (code, out) == (0, ""), err
    assert f": {count} {kind.removesuffix('s')}" in err
    assert len(read_rows(tmp_path / "out.jsonl").rows) == (count if kind else 2)
    _, out, _ = desk("export", *args)
    assert out == (tmp_path / "out.jsonl").read_text("utf-8")


def test_what_is_exported_comes_back_as_it_was(desk: Desk, tmp_path: Path) -> None:
    desk("import", put(tmp_path, RANKING, PAIR, {"prompt": "城市？", "completion": "蜜蜂"}))
    assert desk("export", "-o", "out.jsonl.gz")[0] == 0
    assert gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()).count(b"\n") == 3
    _, out, _ = desk("import", "out.jsonl.gz")
    assert "3 read, 0 new, 3 there already" in out


def test_export_of_a_style_and_as_json(desk: Desk, tmp_path: Path) -> None:
    desk("import", put(tmp_path, RANKING), "--style", "house")
    desk("import", put(tmp_path, PAIR))
    code, out, _ = desk("export", "--style", "house", "-o", "out.jsonl", "--json")
    assert code == 0
    assert json.loads(out) == {"path": "out.jsonl", "rows": 1, "kinds": {"rankings": 1}}


@pytest.mark.parametrize("where", [(), ("-o", "out.jsonl")])
def test_nothing_to_export_is_said_in_a_pipe_too(where: tuple[str, ...], desk: Desk) -> None:
    code, out, err = desk("export", "--style", "house", *where)
    assert (code, out) == (2, "")
    assert "The desk has nothing to export of this style." in err


def test_a_dash_is_standard_output(desk: Desk, tmp_path: Path) -> None:
    desk("import", put(tmp_path, RANKING))
    assert desk("export", "-o", "-")[1] == desk("export")[1] != ""
    assert not (tmp_path / "-").exists()


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("import",), 2, "Missing argument"),
        (("import", "none.jsonl"), 1, "does not exist"),
        (("import", "bad.jsonl"), 1, "no row that can be used"),
        (("import", "empty.jsonl"), 1, "is empty"),
        (("import", "rows.jsonl", "--kind", "paris"), 2, "paris"),
        (("export", "-o", "rows.jsonl"), 2, "exists already"),
        (("export", "-o", "none/rows.jsonl"), 2, "does not exist"),
        (("export", "-o", "out.jsonl", "--style", "other"), 2, "nothing to export of this style"),
        (("export", "-o", "out.jsonl", "--kind", "verdicts", "--style", "x"), 2, "no verdicts"),
        (("export", "--json"), 2, "JSON already"),
    ],
)
def test_bad_requests(
    args: tuple[str, ...], code: int, says: str, copydesk: Run, tmp_path: Path
) -> None:
    put(tmp_path, PAIR)
    put(tmp_path, ONE, name="bad.jsonl")
    (tmp_path / "empty.jsonl").touch()
    assert says in sentence(copydesk("desk", *args), code)


def test_a_pipe_that_closes_ends_the_export(copydesk: Run, tmp_path: Path) -> None:
    assert copydesk("desk", "import", put(tmp_path, PAIR)).returncode == 0
    done = copydesk("desk", "export")
    assert done.returncode == 0
    assert json.loads(done.stdout)["chosen"] == [{"role": "assistant", "content": "good"}]


def test_a_killed_import_is_finished_by_the_same_again(copydesk: Run, tmp_path: Path) -> None:
    count = 4_000
    put(
        tmp_path,
        *[{"prompt": f"Why {n}?", "chosen": "good", "rejected": "bad"} for n in range(count)],
    )
    with subprocess.Popen(
        [*COMMAND, "desk", "import", "rows.jsonl"], cwd=tmp_path, env=environment()
    ) as process:
        while process.poll() is None and not _some_rows():
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    before = len(rows())
    assert 0 < before < count
    done = copydesk("desk", "import", "rows.jsonl")
    assert f"{count:,} read, {count - before:,} new, {before:,} there already" in done.stdout
    assert len(rows()) == count


def _some_rows() -> bool:
    with suppress(CopydeskError), open_desk() as opened:
        return next(opened.rows(), None) is not None
    return False
