"""CSV and Excel files as data: read whatever they look like, shown as they stand, cut aloud."""

import io
import math
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from copydesk.errors import CopydeskError, DocumentProblem, UnknownName
from copydesk.slides.files.charting import MOST_CATEGORIES, chart_of, table_of
from copydesk.slides.files.data import read_table
from copydesk.slides.files.numbers import decimal_mark, figure, value_of


def saved(folder: Path, content: str | bytes, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(folder: Path, *rows: list[object], name: str = "Sheet") -> Path:
    book = Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    book.save(folder / "data.xlsx")
    return folder / "data.xlsx"


@pytest.mark.parametrize(
    ("cell", "value", "unit"),
    [
        ("1,234.5", 1234.5, ""),
        ("1.234,5", 1234.5, ""),
        ("12,5", 12.5, ""),
        ("1,234", 1234, ""),
        ("1 234 567", 1234567, ""),
        ("€ 21,000", 21000, "€"),
        ("-3%", -3, "%"),
        ("(5)", -5, ""),
        ("−0.5", -0.5, ""),
        ("420 m²", 420, "m²"),
        ("１２３", 123, ""),
        ("2.5e-3", 0.0025, ""),
        ("12万元", 12, "万元"),
    ],
)
def test_numbers_are_read_as_people_write_them(cell, value, unit):
    found = figure(cell)
    assert found is not None
    assert value_of(found, decimal_mark([found])) == value
    assert found.unit == unit


@pytest.mark.parametrize(
    "cell", ["", "n/a", "two", "12 and 13", "2024-05-01", "v1.2.3x4", "€5 m", "part 3", "A1"]
)
def test_other_texts_are_no_numbers(cell):
    assert figure(cell) is None


def test_the_decimal_mark_is_that_of_the_column():
    marks = [
        decimal_mark([figure(c) for c in column]) for column in (["1,234", "1,5"], ["1,234", "5"])
    ]
    assert marks == [",", "."]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_any_encoding_and_delimiter_is_read(encoding, mark, tmp_path):
    text = f"屋顶{mark}面积\n市政厅{mark}420\n图书馆{mark}180\n"
    table = read_table(saved(tmp_path, text.encode(encoding)))
    assert (table.header, table.rows) == (("屋顶", "面积"), (("市政厅", "420"), ("图书馆", "180")))
    assert table.columns[1].values == (420, 180)


def test_ragged_rows_are_filled_up_and_told(tmp_path):
    table = read_table(saved(tmp_path, "a,b\n1\n1,2,3\n1,2\n"))
    assert table.rows == (("1", "", ""), ("1", "2", "3"), ("1", "2", ""))
    assert table.header == ("a", "b", "")
    assert "2 of 3 rows" in table.findings[0].message


def test_a_title_above_the_table_is_told_and_years_may_head_columns(tmp_path):
    table = read_table(saved(tmp_path, "Sales\n\nregion,2023,2024\nNorth,5,7\n"))
    assert table.header == ("region", "2023", "2024")
    assert "Sales" in table.findings[0].message


def test_numbers_alone_have_no_header(tmp_path):
    assert read_table(saved(tmp_path, "1,2\n3,4\n")).header == ("column 1", "column 2")


def test_a_workbook_is_read_as_it_shows(tmp_path):
    path = workbook(
        tmp_path, ["day", "share", "sum", "word"], [date(2024, 5, 1), 0.25, 1234.5, True]
    )
    table = read_table(path)
    assert table.rows == (("2024-05-01", "0.25", "1234.5", "TRUE"),)
    assert table.name == "data.xlsx"


def test_percentages_and_thousands_keep_their_format(tmp_path):
    book = Workbook()
    for column, (value, form) in enumerate([(0.256, "0.0%"), (1234567, "#,##0"), (2, "0.00")], 1):
        book.active.cell(1, column, "name")
        book.active.cell(2, column, value).number_format = form
    book.save(tmp_path / "f.xlsx")
    assert read_table(tmp_path / "f.xlsx").rows == (("25.6%", "1,234,567", "2.00"),)


def test_a_sheet_is_named_or_the_names_are_told(tmp_path):
    path = workbook(tmp_path, ["a"], [1], name="North")
    assert read_table(path, "north").rows == (("1",),)
    with pytest.raises(UnknownName) as raised:
        read_table(path, "Nort")
    assert "did you mean North?" in raised.value.hint


def test_a_hidden_sheet_is_not_the_first_one(tmp_path):
    book = Workbook()
    book.active.append(["secret"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Shown").append(["a", "b"])
    book.save(tmp_path / "h.xlsx")
    assert read_table(tmp_path / "h.xlsx").header == ("a", "b")


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (80 << 20))
    return stream.getvalue()


def entities(folder: Path) -> bytes:
    path = workbook(folder, ["a"], [1])
    out = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            head = b'<!DOCTYPE x [<!ENTITY a "b">]>' if name == "xl/workbook.xml" else b""
            target.writestr(name, head + source.read(name))
    return out.getvalue()


def test_hostile_and_foreign_files_are_a_sentence_each(tmp_path):
    cases = {
        "bomb.xlsx": (bomb(), "unpacks to"),
        "dtd.xlsx": (entities(tmp_path), "document type"),
        "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel"),
        "cut.xlsx": (b"PK\x03\x04garbage", "damaged"),
        "empty.csv": (b" \n", "no data"),
        "binary.csv": (bytes(range(256)) * 20, "no text"),
    }
    for name, (content, said) in cases.items():
        with pytest.raises(DocumentProblem, match=said) as raised:
            read_table(saved(tmp_path, content, name))
        assert raised.value.hint
    with pytest.raises(DocumentProblem, match="cannot be read"):
        read_table(tmp_path / "none.csv")


@given(st.binary(max_size=300) | st.text(alphabet='a1,;"\n\t|', max_size=120).map(str.encode))
@settings(max_examples=80)
def test_any_file_is_a_table_or_a_sentence(tmp_path_factory, content):
    path = saved(tmp_path_factory.getbasetemp(), content, "any.csv")
    try:
        table = read_table(path)
    except CopydeskError:
        return
    assert {len(row) for row in table.rows} <= {len(table.header)}
    assert table_of(table).slide.header


# Charts and tables -------------------------------------------------------------------------------


def test_a_chart_has_every_value_as_it_stands(tmp_path):
    table = read_table(
        saved(tmp_path, "month,north,south\n2024-01,1.5,n/a\n2024-02,2,?\n2024-03,4,5\n")
    )
    slide = chart_of(table, title="T").slide
    assert (slide.kind, slide.categories) == ("column", ("2024-01", "2024-02", "2024-03"))
    assert [one.name for one in slide.series] == ["north"]
    drawn = chart_of(table, y=["north"], kind="scatter")
    assert drawn.slide.series[0].x == (1, 2, 3)


def test_what_is_no_number_leaves_a_gap_that_is_told(tmp_path):
    table = read_table(saved(tmp_path, "a,b\nx,1\ny,two\nz,3\nu,4\nv,5\n"))
    drawn = chart_of(table)
    values = drawn.slide.series[0].values
    assert math.isnan(values[1])
    assert values[2:] == (3, 4, 5)
    assert "'two'" in drawn.findings[0].message


def test_columns_of_another_measure_are_left_out_unless_they_are_named(tmp_path):
    text = "land;area;people;share\nA;357 km²;84000;5%\nB;543 km²;68000;7%\n"
    table = read_table(saved(tmp_path, text))
    drawn = chart_of(table)
    assert ([one.name for one in drawn.slide.series], drawn.slide.unit) == (["area"], "km²")
    assert "people, share" in drawn.findings[0].message
    assert len(chart_of(table, y=["area", "people"]).slide.series) == 2


def test_a_long_line_shows_every_nth_row_and_says_so(tmp_path):
    rows = "".join(f"{i},{i}\n" for i in range(10_000))
    drawn = chart_of(read_table(saved(tmp_path, f"step,value\n{rows}")), kind="line", y=["value"])
    assert len(drawn.slide.categories) <= MOST_CATEGORIES["line"]
    assert drawn.slide.series[0].values[:3] == (0, 25, 50)
    assert "every 25th" in drawn.findings[-1].message


def test_shares_of_many_parts_become_bars(tmp_path):
    rows = "".join(f"part {i},{i}\n" for i in range(12))
    drawn = chart_of(read_table(saved(tmp_path, f"part,share\n{rows}")), kind="pie")
    assert drawn.slide.kind == "bar"
    assert drawn.findings[0].code == "chart-changed"


def test_columns_without_numbers_are_refused_and_unknown_ones_guessed(tmp_path):
    table = read_table(saved(tmp_path, "name,town\nAda,Rome\n"))
    with pytest.raises(DocumentProblem, match="No column"):
        chart_of(table)
    with pytest.raises(DocumentProblem, match="holds no numbers"):
        chart_of(table, y=["town"])
    with pytest.raises(UnknownName) as raised:
        chart_of(table, y=["twn"])
    assert "did you mean town?" in raised.value.hint


def test_a_table_keeps_cells_and_says_how_many_rows_it_left_out(tmp_path):
    rows = "".join(f"{i}.00,007\n" for i in range(500))
    drawn = table_of(
        read_table(saved(tmp_path, f"id,code\n{rows}")), columns=["code", "1"], rows=50
    )
    assert drawn.slide.header == ("code", "id")
    assert drawn.slide.rows[1] == ("007", "1.00")
    assert "450 of 500 rows" in drawn.findings[0].message
