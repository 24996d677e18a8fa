"""The spreadsheet behind a chart: one sheet of names and numbers, the same bytes every time."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from copydesk.slides.package.steady import pack

Cell = str | float | None

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(rows: Sequence[Sequence[Cell]], number_format: str) -> bytes:
    """A workbook whose only sheet, Sheet1, holds `rows`; numbers are shown in `number_format`."""
    return pack(
        (name, (_HEAD + content).encode())
        for name, content in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _relations(("officeDocument", "xl/workbook.xml"))),
            ("xl/workbook.xml", _BOOK),
            (
                "xl/_rels/workbook.xml.rels",
                _relations(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")),
            ),
            ("xl/styles.xml", _styles(number_format)),
            ("xl/worksheets/sheet1.xml", _sheet(rows)),
        )
    )


def column(index: int) -> str:
    """The name of column `index`, counted from 0: A, B, … Z, AA."""
    name = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        name = chr(65 + letter) + name
    return name


def area(index: int, first: int, last: int) -> str:
    """The rows `first` to `last`, counted from 1, of column `index`, as a formula names them."""
    letter = column(index)
    return f"Sheet1!${letter}${first}:${letter}${last}"


def cell(index: int, row: int) -> str:
    """One cell as a formula names it; `row` counts from 1."""
    return f"Sheet1!${column(index)}${row}"


_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_EXCEL}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_EXCEL}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_EXCEL}.worksheet+xml"/>'
    "</Types>"
)
_BOOK = (
    f'<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def _relations(*targets: tuple[str, str]) -> str:
    rows = (
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(rows)}</Relationships>'


def _styles(number_format: str) -> str:
    code = escape(number_format, {'"': "&quot;"})
    font = '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    fills = (
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
    )
    border = "<border><left/><right/><top/><bottom/><diagonal/></border>"
    xf = '<xf numFmtId="{}" fontId="0" fillId="0" borderId="0"'
    return (
        f'<styleSheet xmlns="{_SHEETS}">'
        f'<numFmts count="1"><numFmt numFmtId="164" formatCode="{code}"/></numFmts>'
        f'{font}{fills}<borders count="1">{border}</borders>'
        f'<cellStyleXfs count="1">{xf.format(0)}/></cellStyleXfs>'
        f'<cellXfs count="2">{xf.format(0)} xfId="0"/>'
        f'{xf.format(164)} xfId="0" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )


def _sheet(rows: Sequence[Sequence[Cell]]) -> str:
    body = "".join(
        f'<row r="{i}">{"".join(_cell(one, j, i) for j, one in enumerate(row))}</row>'
        for i, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{_SHEETS}"><sheetData>{body}</sheetData></worksheet>'


def _cell(content: Cell, index: int, row: int) -> str:
    """A cell: text stands in it as text, so that "=1+1" stays what it says."""
    place = f'r="{column(index)}{row}"'
    if content is None or content == "":
        return ""
    if isinstance(content, str):
        text = escape(content)
        return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c {place} s="1"><v>{content!r}</v></c>'
