"""Word documents: headings over headings, numbers, notes, boxes, tables, charts."""

import zipfile

import pytest
from tests.documents.office_files import REL, WORD, changed, docx, para
from tests.documents.sources import word

from copydesk.documents.office.numbering import han, roman, spelled
from copydesk.documents.passage import Passage
from copydesk.documents.read import read_document


def style(identity: str, name: str, based_on: str = "") -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    inner = f'<w:name w:val="{name}"/>{base}'
    return f'<w:style w:type="paragraph" w:styleId="{identity}">{inner}</w:style>'


STYLES = f"""<w:styles NS>{style("H1", "heading 1")}{style("H2", "Heading 2")}
{style("Own", "Clause", "H2")}{style("Ti", "Title")}{style("Cap", "caption")}
{style("T1", "toc 1")}{style("A", "round", "B")}{style("B", "about", "A")}</w:styles>"""
LEVELS = "".join(
    f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
    f'<w:lvlText w:val="{text}"/></w:lvl>'
    for depth, form, text in (
        (0, "decimal", "%1."),
        (1, "decimal", "%1.%2"),
        (2, "lowerLetter", "(%3)"),
    )
)
NUMBERING = (
    f'<w:numbering NS><w:abstractNum w:abstractNumId="0">{LEVELS}</w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'
    '<w:lvlText w:val="•"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>'
    '<w:num w:numId="4"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="7"/></w:lvlOverride></w:num></w:numbering>'
)
PARTS = {"styles.xml": ("styles", STYLES), "numbering.xml": ("numbering", NUMBERING)}


def item(text: str, number: int, depth: int = 0) -> str:
    return para(
        text, "", f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
    )


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{para(text)}</w:tc>"


def read(path, body: str, parts=None) -> tuple[Passage, ...]:
    return read_document(docx(path / "a.docx", body, parts or PARTS)).passages


def texts(path, body: str, parts=None) -> list[str]:
    return [passage.text for passage in read(path, body, parts)]


def test_headings_stand_under_headings(tmp_path):
    body = para("Report", "Ti") + para("One", "H1") + para("One A", "H2") + para("text")
    body += para("One B", "Own") + para("Two", "H1") + para("last")
    assert [(p.text, p.path, p.kind, p.page) for p in read(tmp_path, body)] == [
        ("Report", ("Report",), "heading", 0),
        ("One", ("Report", "One"), "heading", 0),
        ("One A", ("Report", "One", "One A"), "heading", 0),
        ("text", ("Report", "One", "One A"), "text", 0),
        ("One B", ("Report", "One", "One B"), "heading", 0),
        ("Two", ("Report", "Two"), "heading", 0),
        ("last", ("Report", "Two"), "text", 0),
    ]


def test_an_outline_level_makes_a_heading_without_a_style(tmp_path):
    body = para("Own way", "", '<w:outlineLvl w:val="0"/>') + para("text", "A")
    assert [p.kind for p in read(tmp_path, body)] == ["heading", "text"]


def test_numbers_of_lists_and_clauses_are_said(tmp_path):
    body = item("Scope", 1) + item("Towns", 1, 1) + item("Hives", 1, 1) + item("wild ones", 1, 2)
    body += item("Term", 1) + item("From May", 1, 1) + item("a bullet", 2) + item("again", 4)
    body += item("总则", 3) + item("附则", 3) + item("in no list", 99)
    assert texts(tmp_path, body) == [
        "1. Scope",
        "1.1 Towns",
        "1.2 Hives",
        "(a) wild ones",
        "2. Term",
        "2.1 From May",
        "a bullet",
        "7. again",
        "第一条 总则",
        "第二条 附则",
        "in no list",
    ]


def test_numerals_are_spelled_as_word_does():
    assert [roman(n) for n in (1, 4, 9, 1994, 0, 5000)] == ["i", "iv", "ix", "mcmxciv", "", ""]
    assert [han(n) for n in (0, 7, 10, 15, 20, 105, 110, 1001, 12000)] == [
        *("〇", "七", "十", "十五", "二十", "一百零五", "一百一十", "一千零一", "12000")
    ]
    assert [spelled(n, "upperLetter") for n in (1, 26, 27, 9999)] == ["A", "Z", "AA", "9999"]
    assert spelled(3, "decimalZero") == "03"
    assert spelled(3, "decimalEnclosedCircleChinese") == "③"
    assert spelled(3, "unheard") == "3"


def test_what_is_deleted_hidden_or_a_table_of_contents_is_left_out(tmp_path):
    body = (
        "<w:p><w:r><w:t>kept </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>unseen</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> seen</w:t></w:r></w:p>'
        "<w:moveFrom><w:p><w:r><w:t>moved away</w:t></w:r></w:p></w:moveFrom>"
    )
    assert texts(tmp_path, body + para("Scope ..... 3", "T1")) == ["kept new seen"]


def test_a_note_stands_after_the_paragraph_that_names_it(tmp_path):
    body = '<w:p><w:r><w:t>Bees</w:t><w:footnoteReference w:id="2"/></w:r></w:p>' + para("Honey")
    notes = (
        f'<w:footnotes NS><w:footnote w:type="separator" w:id="0">{para("line")}</w:footnote>'
        f'<w:footnote w:id="2">{para("Counted in May.")}</w:footnote></w:footnotes>'
    )
    parts = {**PARTS, "footnotes.xml": ("footnotes", notes)}
    assert texts(tmp_path, body, parts) == ["Bees", "Counted in May.", "Honey"]


def test_a_text_box_is_read_once_though_the_file_has_it_twice(tmp_path):
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f"<w:txbxContent>{para('In the box', 'H1')}{para('More of it')}</w:txbxContent>"
    body = (
        f"<w:p><w:r><w:t>Beside</w:t></w:r><w:r><mc:AlternateContent {mc}>"
        f'<mc:Choice Requires="wps">{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>'
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert texts(tmp_path, body) == ["Beside", "In the box", "More of it"]


def test_tables_have_merged_heads_and_rows_under_them(tmp_path):
    head = "<w:trPr><w:tblHeader/></w:trPr>"
    gone = "<w:trPr><w:del/></w:trPr>"
    down, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    wide = '<w:gridSpan w:val="2"/>'
    rows = (
        head + cell("Town", down) + cell("Hives", wide),
        head + cell("", goes_on) + cell("2023") + cell("2024"),
        cell("Ulm") + cell("310") + cell("320"),
        gone + cell("Bonn") + cell("1") + cell("2"),
    )
    body = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    found = read(tmp_path, para("Towns", "H1") + para("Table 1", "Cap") + body)
    assert [(p.text, p.kind, p.section) for p in found[1:]] == [
        ("Table 1", "caption", "Towns"),
        ("Town | Hives 2023 | Hives 2024", "row", "Towns"),
        ("Town: Ulm | Hives 2023: 310 | Hives 2024: 320", "row", "Towns"),
    ]


def test_a_table_for_the_layout_is_read_as_paragraphs(tmp_path):
    rows = (cell("Town") + cell("Hives"), cell("Ulm") + cell("3"))
    inner = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    body = f"<w:tbl><w:tr><w:tc>{para('One', 'H1')}{para('text')}{inner}</w:tc></w:tr></w:tbl>"
    assert [(p.text, p.kind) for p in read(tmp_path, body)] == [
        ("One", "heading"),
        ("text", "text"),
        ("Town | Hives", "row"),
        ("Town: Ulm | Hives: 3", "row"),
    ]


def test_the_values_of_a_chart_are_rows(tmp_path):
    c = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    body = f'<w:p><w:r><w:drawing><c:chart xmlns:c="{c}" r:id="rId1"/></w:drawing></w:r></w:p>'
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    title = "<c:tx><c:rich><a:p><a:r><a:t>Honey by town</a:t></a:r></a:p></c:rich></c:tx>"
    name = "<c:strRef><c:strCache><c:pt><c:v>Share</c:v></c:pt></c:strCache></c:strRef>"
    towns = '<c:strCache><c:pt idx="0"><c:v>Ulm</c:v></c:pt></c:strCache>'
    shares = (
        "<c:numCache><c:formatCode>0.0%</c:formatCode>"
        '<c:pt idx="0"><c:v>0.376</c:v></c:pt></c:numCache>'
    )
    series = (
        f"<c:ser><c:tx>{name}</c:tx><c:cat><c:strRef>{towns}</c:strRef></c:cat>"
        f"<c:val><c:numRef>{shares}</c:numRef></c:val></c:ser>"
    )
    chart = (
        f'<c:chartSpace xmlns:c="{c}" xmlns:a="{a}"><c:chart><c:title>{title}</c:title>'
        f"<c:plotArea><c:barChart>{series}</c:barChart></c:plotArea></c:chart></c:chartSpace>"
    )
    found = read(tmp_path, body, {"charts/chart1.xml": ("chart", chart)})
    assert [(p.text, p.kind) for p in found] == [
        ("Honey by town", "caption"),
        ("Share", "row"),
        ("Ulm | Share: 37.6%", "row"),
    ]


def test_strict_files_and_templates_are_read_like_all_others(tmp_path):
    path = word(tmp_path / "a.docx")
    plain = [p.text for p in read_document(path).passages]
    with zipfile.ZipFile(path) as archive:
        document = archive.read("word/document.xml").decode()
        types = archive.read("[Content_Types].xml").decode()
    strict = "http://purl.oclc.org/ooxml"
    document = document.replace(WORD, f"{strict}/wordprocessingml/main")
    document = document.replace(REL, f"{strict}/officeDocument/relationships")
    changed(path, {"word/document.xml": document})
    assert [p.text for p in read_document(path).passages] == plain
    template = types.replace("document.main+xml", "template.main+xml")
    changed(path, {"[Content_Types].xml": template, "word/styles.xml": None})
    assert [p.text for p in read_document(path).passages] == plain


@pytest.mark.parametrize("text", ["مرحبا بالعالم هذا نص", "שלום עולם", "蜂箱 1,250 个"])
def test_right_to_left_and_chinese_text_keeps_its_order(tmp_path, text):
    marked = para(f"\u202b{text}\u202c\u200f", "", "<w:bidi/>")
    assert texts(tmp_path, marked) == [text]
