"""PowerPoint and OpenDocument files: slides, sections, charts, templates; texts, sheets, notes."""

import io
import zipfile

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches
from tests.documents.office_files import changed, odf
from tests.documents.sources import deck

from copydesk.documents.passage import Passage
from copydesk.documents.read import read_document
from copydesk.errors import LockedDocument


def found(path) -> list[tuple[str, int, str]]:
    return [(p.text, p.page, p.kind) for p in read_document(path).passages]


def parts(path) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {n: archive.read(n).decode("utf-8", "replace") for n in archive.namelist()}


def made(path):
    """A slide with a chart and a table whose head is merged."""
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Honey"
    data = CategoryChartData(number_format="0.0")
    data.categories = ["Ulm", "Bonn"]
    data.add_series("Tonnes", (9.25, 2))
    box = (Inches(1), Inches(2), Inches(4), Inches(3))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *box, data)
    table = slide.shapes.add_table(3, 3, *box).table
    rows = (("Town", "Hives", ""), ("", "2023", "2024"), ("Ulm", "310", "320"))
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    presentation.save(path)
    return path


def test_charts_and_merged_tables_of_slides_are_rows(tmp_path):
    assert found(made(tmp_path / "a.pptx")) == [
        ("Honey", 1, "heading"),
        ("Tonnes", 1, "row"),
        ("Ulm | Tonnes: 9.2", 1, "row"),
        ("Bonn | Tonnes: 2.0", 1, "row"),
        ("Town | Hives 2023 | Hives 2024", 1, "row"),
        ("Town: Ulm | Hives 2023: 310 | Hives 2024: 320", 1, "row"),
    ]


@pytest.mark.parametrize("kind", ["template", "slideshow"])
def test_templates_and_shows_are_read(tmp_path, kind):
    path = deck(tmp_path / "a.pptx")
    before = found(path)
    types = parts(path)["[Content_Types].xml"]
    changed(path, {"[Content_Types].xml": types.replace("presentation.main", f"{kind}.main")})
    assert found(path) == before


def test_a_strict_deck_is_read(tmp_path):
    path = deck(tmp_path / "a.pptx")
    before = found(path)
    strict = {
        name: text.replace(
            "schemas.openxmlformats.org/presentationml/2006", "purl.oclc.org/ooxml/presentationml"
        )
        .replace("schemas.openxmlformats.org/drawingml/2006", "purl.oclc.org/ooxml/drawingml")
        .replace(
            "schemas.openxmlformats.org/officeDocument/2006",
            "purl.oclc.org/ooxml/officeDocument",
        )
        for name, text in parts(path).items()
        if name.endswith((".xml", ".rels"))
    }
    changed(path, strict)
    assert found(path) == before


def test_sections_stand_above_the_titles_of_their_slides(tmp_path):
    path = deck(tmp_path / "a.pptx")
    main = parts(path)["ppt/presentation.xml"]
    space = 'xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main"'
    sections = "".join(
        f'<p14:section name="{name}"><p14:sldIdLst><p14:sldId id="{number}"/></p14:sldIdLst>'
        "</p14:section>"
        for name, number in (("Towns", 256), ("Food", 257))
    )
    listed = f'<p:ext uri="x"><p14:sectionLst {space}>{sections}</p14:sectionLst></p:ext>'
    listed = f"<p:extLst>{listed}</p:extLst>"
    changed(
        path,
        {"ppt/presentation.xml": main.replace("</p:presentation>", listed + "</p:presentation>")},
    )
    paths = [p.path for p in read_document(path).passages]
    assert paths[0] == ("Towns", "Hives")
    assert paths[-1] == ("Food", "Honey")


def test_a_damaged_slide_is_noted_and_the_others_are_read(tmp_path):
    path = changed(deck(tmp_path / "a.pptx"), {"ppt/slides/slide1.xml": "<p:sld"})
    document = read_document(path)
    assert {p.page for p in document.passages} == {2}
    assert document.notes == ("page 1 damaged",)
    assert document.pages == 2


def test_texts_of_open_document_have_headings_notes_and_tables(tmp_path):
    body = (
        '<text:p text:style-name="Title">All</text:p>'
        '<text:h text:outline-level="1">One</text:h>'
        '<text:h text:outline-level="2">Inner</text:h>'
        "<text:p>Bees<text:s/>and <text:span>honey</text:span><text:note><text:note-citation>1"
        "</text:note-citation><text:note-body><text:p>In May.</text:p></text:note-body></text:note>"
        "</text:p><text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
        "<text:list><text:list-item><text:p>an item</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Town</text:p></table:table-cell>"
        "<table:table-cell><text:p>Hives</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:table-cell><text:p>Ulm</text:p></table:table-cell>"
        "<table:table-cell><text:p>310</text:p></table:table-cell></table:table-row></table:table>"
    )
    passages = read_document(odf(tmp_path / "a.odt", body)).passages
    assert [(p.text, p.path, p.kind) for p in passages][2:] == [
        ("Inner", ("All", "One", "Inner"), "heading"),
        ("Bees and honey", ("All", "One", "Inner"), "text"),
        ("In May.", ("All", "One", "Inner"), "text"),
        ("an item", ("All", "One", "Inner"), "text"),
        ("Town | Hives", ("All", "One", "Inner"), "row"),
        ("Town: Ulm | Hives: 310", ("All", "One", "Inner"), "row"),
    ]


def test_sheets_of_open_document_repeat_cells_within_bounds(tmp_path):
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    many = ' table:number-columns-repeated="1000000"'
    rows = (
        "<table:table-row>"
        + cell.format("", "Town")
        + cell.format(' table:number-columns-spanned="2"', "Hives")
        + "<table:covered-table-cell/></table:table-row>"
        "<table:table-row>"
        + cell.format("", "")
        + cell.format("", "2023")
        + cell.format("", "2024")
        + f"<table:table-cell{many}/></table:table-row>"
        "<table:table-row>"
        + cell.format("", "Ulm")
        + cell.format("", "310")
        + cell.format("", "320")
        + '</table:table-row><table:table-row table:number-rows-repeated="1048576">'
        f"<table:table-cell{many}/></table:table-row>"
    )
    path = odf(
        tmp_path / "a.ods", f'<table:table table:name="One">{rows}</table:table>', "spreadsheet"
    )
    assert found(path) == [
        ("One", 1, "heading"),
        ("Town | Hives 2023 | Hives 2024", 1, "row"),
        ("Town: Ulm | Hives 2023: 310 | Hives 2024: 320", 1, "row"),
    ]


def test_slides_of_open_document_are_pages_under_their_titles(tmp_path):
    frame = (
        '<draw:frame presentation:class="{}"><draw:text-box><text:p>{}</text:p></draw:text-box>'
        "</draw:frame>"
    )
    body = "".join(
        f"<draw:page>{frame.format('title', title)}{frame.format('outline', text)}</draw:page>"
        for title, text in (("Bees", "310 hives"), ("Honey", "9 tonnes"))
    )
    passages = read_document(odf(tmp_path / "a.odp", body, "presentation")).passages
    assert passages[-1] == Passage("9 tonnes", 2, "Honey")


def test_an_encrypted_open_document_says_so(tmp_path):
    manifest = (
        '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry '
        'm:full-path="content.xml"><m:encryption-data/></m:file-entry></m:manifest>'
    )
    path = odf(tmp_path / "a.odt", "<text:p>x</text:p>", more={"META-INF/manifest.xml": manifest})
    with pytest.raises(LockedDocument):
        read_document(path)


def test_pages_are_counted_on_where_a_file_has_more_than_one_body(tmp_path):
    sheet = "<table:table><table:table-row><table:table-cell><text:p>{}</text:p>"
    sheet += "</table:table-cell></table:table-row></table:table>"
    path = odf(tmp_path / "a.ods", "".join(map(sheet.format, "abc")), "spreadsheet")
    body = parts(path)["content.xml"]
    inner = body[body.index("<office:spreadsheet>") : body.index("</office:body>")]
    changed(path, {"content.xml": body.replace("</office:body>", f"{inner}</office:body>")})
    document = read_document(path)
    assert document.pages == 6
    assert [p.page for p in document.passages] == [1, 2, 3, 4, 5, 6]
