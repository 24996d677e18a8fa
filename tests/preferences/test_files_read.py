"""Files as strangers write them: broken, huge, cut off, in other encodings; the rest is read."""

import gzip
import itertools
import json
import tracemalloc
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.errors import CopydeskError, DocumentProblem
from copydesk.findings import Finding
from copydesk.preferences import lines
from copydesk.preferences.read import MOST_FINDINGS, iter_rows, read_rows
from copydesk.preferences.rows import Pair, Ranking, Sample

GOOD = '{"prompt": "x", "completion": "y"}'


def put(folder: Path, content: str | bytes, name: str = "rows.jsonl") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def places(path: Path) -> tuple[int, dict[str, str]]:
    """How many rows were read, and the code at each place."""
    read = read_rows(path)
    return len(read.rows), {finding.place: finding.code for finding in read.findings}


def test_each_bad_line_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    deep = "[" * 200_000
    text = "\n".join(
        [
            GOOD,
            "",
            "{not json}",
            '{"prompt": "x", "prompt": "z", "completion": "y"}',
            f'{{"prompt": {deep}',
            '{"prompt": "x", "completion": "y", "n": ' + "9" * 5000 + "}",
            '{"prompt": "x", "completion": "y", "weight": NaN}',
            '{"prompt": "x", "compl',
        ]
    )
    rows, faults = places(put(tmp_path, text))
    assert rows == 2  # a NaN in a column that nobody reads harms nothing
    assert faults == {
        "rows.jsonl:3": "row-json",
        "rows.jsonl:4": "row-twice",
        "rows.jsonl:5": "row-json",
        "rows.jsonl:6": "row-json",
        "rows.jsonl:8": "row-json",
    }


def test_half_a_last_line_says_so(tmp_path: Path) -> None:
    read = read_rows(put(tmp_path, f'{GOOD}\n{{"prompt": "x", "comple'))
    assert len(read.rows) == 1
    assert "breaks off" in read.findings[0].message


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_marks_of_other_encodings(coding: str, tmp_path: Path) -> None:
    text = '{"prompt": "蜜蜂", "completion": "城市"}\r\n'
    mark = b"\xff\xfe" if coding == "utf-16-le" else b""
    (row,) = read_rows(put(tmp_path, mark + text.encode(coding))).rows
    assert isinstance(row, Sample)
    assert row.completion == "城市"


def test_bytes_that_are_no_utf_8_spoil_their_line_alone(tmp_path: Path) -> None:
    bad = GOOD.replace("y", "café").encode("latin-1")
    rows, faults = places(put(tmp_path, GOOD.encode() + b"\n" + bad + b"\n" + GOOD.encode()))
    assert (rows, faults) == (2, {"rows.jsonl:2": "row-text"})


def test_a_huge_line_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_LINE", 1000)
    huge = GOOD.replace("y", "y" * 5000)
    rows, faults = places(put(tmp_path, f"{GOOD}\n{huge}\n{GOOD}\n{huge}"))
    assert (rows, faults) == (2, {"rows.jsonl:2": "row-large", "rows.jsonl:4": "row-large"})


def test_what_an_archive_blows_up_to_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "LARGEST", 100_000)
    bomb = gzip.compress(f"{GOOD}\n".encode() * 50_000)
    read = read_rows(put(tmp_path, bomb, "rows.jsonl.gz"))
    assert len(read.rows) < 4000
    assert read.findings[-1].code == "row-large"


def test_a_cut_archive_gives_what_came_before(tmp_path: Path) -> None:
    packed = gzip.compress(
        "\n".join(f'{{"prompt": "{n}", "completion": "{n * n}"}}' for n in range(5000)).encode()
    )
    read = read_rows(put(tmp_path, packed[: len(packed) // 2], "rows.jsonl.gz"))
    assert 100 < len(read.rows) < 5000
    assert read.findings[-1].code == "row-archive"
    with pytest.raises(DocumentProblem):
        read_rows(put(tmp_path, b"\x1f\x8bno archive at all", "none.jsonl.gz"))


ARRAY = f'[\n  {GOOD},\n  {{"prompt": 3}},\n  {GOOD}\n]\n'


def test_an_array_knows_its_lines(tmp_path: Path) -> None:
    assert places(put(tmp_path, ARRAY, "rows.json")) == (2, {"rows.json:3": "row-turns"})


def test_an_array_that_breaks_off_is_read_up_to_there(tmp_path: Path) -> None:
    cut = ARRAY[: ARRAY.rindex("completion")]
    assert places(put(tmp_path, cut, "rows.json")) == (
        1,
        {"rows.json:3": "row-turns", "rows.json:4": "row-json"},
    )


@pytest.mark.parametrize(
    "value",
    [
        {"prompt": "x", "completion": "y"},
        {"data": [{"prompt": "x", "completion": "y"}]},
        {"rows": [{"row_idx": 0, "row": {"prompt": "x", "completion": "y"}}]},
        {"prompt": ["x"], "completion": ["y"]},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_json_objects(value: Any, indent: int | None, tmp_path: Path) -> None:
    (row,) = read_rows(put(tmp_path, json.dumps(value, indent=indent), "rows.json")).rows
    assert isinstance(row, Sample)
    assert (row.prompt[0].content, row.completion) == ("x", "y")


def test_a_table_by_columns_is_no_conversation(tmp_path: Path) -> None:
    """Lists of one length may be columns, but not those of messages."""
    talk = [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]
    pair = {"chosen": talk, "rejected": [talk[0], {"role": "assistant", "content": "z"}]}
    (row,) = read_rows(put(tmp_path, json.dumps(pair))).rows
    assert isinstance(row, Pair)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_tables(sign: str, tmp_path: Path) -> None:
    table = sign.join(["prompt", "chosen", "rejected", "margin"])
    table += f'\n"Say ""hi""{sign} twice"{sign}"two\nlines"{sign}b{sign}1.5\n'
    table += f"x{sign}{sign}b{sign}\n{sign}{sign}{sign}\nx{sign}a{sign}b{sign}\n"
    read = read_rows(put(tmp_path, table, "rows.tsv" if sign == "\t" else "rows.csv"))
    first, second = read.rows
    assert isinstance(first, Pair)
    assert first.prompt[0].content == f'Say "hi"{sign} twice'
    assert (first.chosen, first.margin, first.place[-2:]) == ("two\nlines", 1.5, ":2")
    assert second.place.endswith(":6")
    assert [finding.place[-2:] for finding in read.findings] == [":4"]


def test_a_table_of_rankings(tmp_path: Path) -> None:
    table = "prompt,A,B,C,ranking,annotator\nx,eins,zwei,drei,C > A = B,Ada\nx,eins,zwei,,B>A,Bo\n"
    three, two = read_rows(put(tmp_path, table, "rows.csv")).rows
    assert isinstance(three, Ranking)
    assert isinstance(two, Ranking)
    assert (three.completions, three.ranks) == (("eins", "zwei", "drei"), (2, 2, 1))
    assert (two.completions, two.ranks, two.annotator) == (("eins", "zwei"), (2, 1), "Bo")


def test_a_table_from_a_spreadsheet_in_another_encoding(tmp_path: Path) -> None:
    table = "prompt,chosen,rejected\n蜜蜂为什么进城,因为屋顶上有花,不知道这件事情\n"
    for coding in ("gb18030", "utf-16", "utf-8-sig"):
        (row,) = read_rows(put(tmp_path, table.encode(coding), f"{coding}.csv")).rows
        assert isinstance(row, Pair)
        assert row.chosen == "因为屋顶上有花"


def test_cells_that_hold_json(tmp_path: Path) -> None:
    table = 'prompt,completions,ranks\nx,"[""a"", ""b""]","[1, 2]"\n'
    (row,) = read_rows(put(tmp_path, table, "rows.csv")).rows
    assert isinstance(row, Ranking)
    (pair,) = read_rows(put(tmp_path, "prompt,chosen,rejected\nx,[sic] a,[b]\n", "p.csv")).rows
    assert isinstance(pair, Pair)
    assert (pair.chosen, pair.rejected) == ("[sic] a", "[b]")


def test_a_table_whose_quotes_do_not_close_is_read_up_to_there(tmp_path: Path) -> None:
    table = 'prompt,chosen,rejected\nx,a,b\nx,"a,b\nx,a,b\n'
    assert places(put(tmp_path, table, "rows.csv")) == (1, {"rows.csv:3": "row-table"})


@pytest.mark.parametrize("content", [b"", b"hello there", b"\0\1\2", b"%PDF-1.7 x", b"{"])
def test_what_is_no_data_is_refused_with_a_hint(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(DocumentProblem) as problem:
        read_rows(put(tmp_path, content))
    assert problem.value.hint


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(DocumentProblem, match="does not exist"):
        read_rows(tmp_path / "none.jsonl")


def test_findings_are_bounded(tmp_path: Path) -> None:
    read = read_rows(put(tmp_path, GOOD + "\n" + '{"prompt": 1}\n' * (MOST_FINDINGS + 50)))
    assert len(read.findings) == MOST_FINDINGS + 1
    assert "50 more" in read.findings[-1].message


def test_many_rows_take_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    line = json.dumps({"prompt": "x" * 500, "completions": ["a", "b"], "ranks": [1, 2]}) + "\n"
    path.write_text(line * 20_000, "utf-8")  # 11 MB
    tracemalloc.start()
    try:
        count = sum(1 for _ in itertools.islice(iter_rows(path), 4_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 4_000
    assert peak < 2_000_000


KEYS = st.sampled_from([
    "prompt", "completion", "chosen", "rejected", "messages", "completions", "responses", "ranks",
    "label", "rankings", "order", "fields", "scores", "text", "margin", "draft", "edited", "tie",
    "x.responses", "title", "body", "role", "content", "user_id", "value", "rank", "A", "B",
])  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=6) | VALUES, min_size=1, max_size=5))
@settings(deadline=None, max_examples=150)
def test_no_json_brings_the_reader_down(
    tmp_path_factory: pytest.TempPathFactory, records: list[Any]
) -> None:
    path = tmp_path_factory.mktemp("any") / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, records)), "utf-8")
    said = json.dumps(records)
    with suppress(CopydeskError):
        for item in iter_rows(path):
            if not isinstance(item, Finding):  # nothing is invented: every text stands in the file
                names = ("completion", "chosen", "rejected")
                texts = [getattr(item, name) for name in names if hasattr(item, name)]
                for text in (*texts, *getattr(item, "completions", ())):
                    assert json.dumps(text)[1:-1] in said


@given(st.binary(max_size=400), st.sampled_from(["r.jsonl", "r.json", "r.csv", "r.tsv", "r.gz"]))
@settings(deadline=None, max_examples=200)
def test_no_bytes_bring_the_reader_down(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(content)
    with suppress(CopydeskError):
        list(iter_rows(path))
