"""Workbooks: a sheet is a page, rows stand under their heads, nothing is calculated."""

import datetime
import zipfile

import openpyxl
import pytest
from tests.documents.office_files import REL, SHEET, changed, workbook, xlsx

from copydesk.documents.read import read_document
from copydesk.errors import DocumentProblem


def found(path) -> list[tuple[str, int, str, str]]:
    return [(p.text, p.page, p.section, p.kind) for p in read_document(path).passages]


def texts(path) -> list[str]:
    return [p.text for p in read_document(path).passages]


def inline(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def test_sheets_are_pages_and_rows_are_named_by_their_heads(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        {
            "Towns": [["Town", "Hives"], ["Ulm", 310], ["Bonn", 2.5]],
            "空": [],
            "蜂蜜": [["月", "吨"], ["五月", 9]],
        },
    )
    assert found(path) == [
        ("Towns", 1, "Towns", "heading"),
        ("Town | Hives", 1, "Towns", "row"),
        ("Town: Ulm | Hives: 310", 1, "Towns", "row"),
        ("Town: Bonn | Hives: 2.5", 1, "Towns", "row"),
        ("蜂蜜", 3, "蜂蜜", "heading"),
        ("月 | 吨", 3, "蜂蜜", "row"),
        ("月: 五月 | 吨: 9", 3, "蜂蜜", "row"),
    ]
    assert read_document(path).pages == 3


def test_a_merged_head_stands_before_each_column_under_it(tmp_path):
    rows = [["Town", "2024", None], [None, "hives", "honey"], ["Ulm", 310, 9]]
    path = workbook(tmp_path / "a.xlsx", {"One": rows}, merged="B1:C1")
    assert texts(path)[1:] == [
        "Town | 2024 hives | 2024 honey",
        "Town: Ulm | 2024 hives: 310 | 2024 honey: 9",
    ]


def test_titles_and_several_tables_of_one_sheet_are_told_apart(tmp_path):
    rows = [
        ["Hives by town"],
        [],
        ["Town", "Hives"],
        ["Ulm", 310],
        [],
        ["Bonn", 2],
        [],
        ["A remark."],
    ]
    assert found(workbook(tmp_path / "a.xlsx", {"One": rows}))[1:] == [
        ("Hives by town", 1, "One", "text"),
        ("Town | Hives", 1, "One", "row"),
        ("Town: Ulm | Hives: 310", 1, "One", "row"),
        ("Town: Bonn | Hives: 2", 1, "One", "row"),
        ("A remark.", 1, "One", "text"),
    ]


def test_dates_shares_and_switches_show_as_excel_shows_them(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["day", "at", "share", "sum", "done"])
    sheet.append([datetime.date(2024, 6, 1), datetime.time(9, 30), 0.376, 1234567.5, True])
    for name, form in (("A2", "yyyy-mm-dd"), ("B2", "hh:mm"), ("C2", "0.0%"), ("D2", "#,##0.00")):
        sheet[name].number_format = form
    book.save(tmp_path / "a.xlsx")
    assert texts(tmp_path / "a.xlsx")[-1] == (
        "day: 2024-06-01 | at: 09:30 | share: 37.6% | sum: 1,234,567.50 | done: TRUE"
    )


def test_formulas_give_the_value_saved_with_them_and_what_has_none_is_noted(tmp_path):
    rows = (
        '<c t="str"><f>A2</f><v>Town</v></c>' + inline("Sum"),
        inline("Ulm") + "<c><f>1+1</f><v>2</v></c>",
        inline("Bonn") + "<c><f>SUM(B2)</f><v></v></c>",
        inline("Trier") + '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>',
    )
    rows = "".join(f"<row>{row}</row>" for row in rows)
    document = read_document(xlsx(tmp_path / "a.xlsx", rows))
    assert [p.text for p in document.passages][1:] == [
        "Town | Sum",
        "Town: Ulm | Sum: 2",
        "Town: Bonn",
        "Town: Trier | Sum: #DIV/0!",
    ]
    assert document.notes[0].startswith("formulas that were never calculated")


def test_odd_places_and_values_are_no_trouble(tmp_path):
    rows = (
        '<row r="9999999999"><c r="ZZZ1"><v>1</v></c><c><v>5</v></c><c t="s"><v>7</v></c></row>'
        '<row><c s="99999"><v>1e999</v></c><c t="s"><v>-1</v></c></row>'
        '<row><c t="b"><v>x</v></c><c><v>no</v></c></row>'
        '<row r="x"><c r="a1" t="wild"><v>wild</v></c></row>'
    )
    assert texts(xlsx(tmp_path / "a.xlsx", rows))[1:]


def test_a_sheet_cut_off_is_read_up_to_there(tmp_path):
    rows = "<row><c><v>1</v></c></row><row><c><v>2</v></c></row><row><c><v>3</v>"
    path = xlsx(tmp_path / "a.xlsx", rows)
    document = read_document(path)
    assert [p.text for p in document.passages] == ["One", "1", "2"]
    assert document.notes == ("sheet 1 damaged, read up to there",)


def test_rows_beyond_the_bound_are_noted(tmp_path, monkeypatch):
    monkeypatch.setattr("copydesk.documents.office.xlsx._MOST_ROWS", 5)
    path = workbook(
        tmp_path / "a.xlsx", {"One": [["Town", "Hives"], *([f"T{n}", n] for n in range(9))]}
    )
    document = read_document(path)
    assert len(document.passages) == 6
    assert document.notes == ("sheet 1 longer than what was read of it",)


def test_strict_workbooks_are_read(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", "<row><c><v>5</v></c></row>")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    strict = "http://purl.oclc.org/ooxml"
    for name, text in parts.items():
        named = text.replace(SHEET, f"{strict}/spreadsheetml/main")
        parts[name] = named.replace(REL, f"{strict}/officeDocument/relationships")
    changed(path, parts)
    assert texts(path) == ["One", "5"]


@pytest.mark.parametrize(
    ("stream", "says"),
    [
        ("Workbook", "Excel workbook"),
        ("WordDocument", "Word document"),
        ("PowerPoint Document", "PowerPoint presentation"),
    ],
)
def test_files_of_before_2007_are_refused_by_their_kind(tmp_path, stream, says):
    path = tmp_path / "a.xls"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + (stream + "\0").encode("utf-16-le")
    )
    with pytest.raises(DocumentProblem, match=says) as caught:
        read_document(path)
    assert "soffice" in caught.value.hint
