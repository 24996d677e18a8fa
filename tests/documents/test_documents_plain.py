"""Markdown, plain text and CSV: headings, numbers of lists, rows, encodings that are mixed."""

from pathlib import Path

import pytest

from copydesk.documents.decode import decode, decoded
from copydesk.documents.passage import Document
from copydesk.documents.read import read_document
from copydesk.errors import DocumentProblem
from copydesk.preferences.columns import table_records


def read(folder: Path, name: str, content: str | bytes) -> Document:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_document(path)


def test_markdown_headings_stand_under_headings_and_lists_keep_numbers(tmp_path):
    text = (
        "# One\n\n## Inner\n\n1. first\n2) second\n- third\n\n| a | 2024 |\n|---|---|\n| 1 | 2 |\n"
    )
    document = read(tmp_path, "a.md", text)
    assert [(p.text, p.path, p.kind) for p in document.passages][1:] == [
        ("Inner", ("One", "Inner"), "heading"),
        ("1. first", ("One", "Inner"), "text"),
        ("2) second", ("One", "Inner"), "text"),
        ("third", ("One", "Inner"), "text"),
        ("a | 2024", ("One", "Inner"), "row"),
        ("a: 1 | 2024: 2", ("One", "Inner"), "row"),
    ]


@pytest.mark.parametrize(
    ("heads", "text"),
    [
        (("第一编 总则", "第二章 蜂箱", "第三节"), "养蜂人应当登记蜂箱。"),
        (("PART II", "Chapter 3: The Town", "Section 4 Hives"), "Keepers register their hives."),
    ],
)
def test_chapters_of_a_plain_text_are_headings(tmp_path, heads, text):
    document = read(tmp_path, "a.txt", "\n\n".join((*heads, text)))
    assert document.passages[-1].path == heads
    prose = "Chapter 3 tells of the town, and section 4 of its hives."
    assert read(tmp_path, "b.txt", prose).passages[0].kind == "text"


def test_rows_of_a_table_have_heads_whatever_divides_them(tmp_path):
    for name, text in (
        ("a.csv", "Town;Hives, all\nUlm;3,10\nBonn;2,5\n"),
        ("b.csv", "sep=|\nTown|Hives, all\nUlm|3,10\nBonn|2,5\n"),
        ("c.tsv", "Town\tHives, all\nUlm\t3,10\nBonn\t2,5\n"),
        ("d.csv", 'Town,"Hives, all"\r\nUlm,"3,10"\r\n\r\nBonn,"2,5"\r\n'),
    ):
        document = read(tmp_path, name, text)
        assert [p.text for p in document.passages] == [
            "Town | Hives, all",
            "Town: Ulm | Hives, all: 3,10",
            "Town: Bonn | Hives, all: 2,5",
        ]
        assert {p.kind for p in document.passages} == {"row"}


def test_rows_that_cannot_be_read_are_counted(tmp_path):
    list(table_records("prompt,chosen\na,b\n"))  # sets a limit of its own for the whole process
    text = "a,b\n" + "1,2\n" * 9 + '"' + "x" * 200_000 + "\n3,4\n"
    document = read(tmp_path, "a.csv", text)
    assert "1 row could not be read" in document.notes[0]


def test_rows_beyond_the_bound_are_noted(tmp_path, monkeypatch):
    monkeypatch.setattr("copydesk.documents.tabular._MOST_ROWS", 7)
    document = read(tmp_path, "a.csv", "a,b\n" + "1,2\n" * 20)
    assert len(document.passages) == 8
    assert document.notes == ("only the first 7 rows were read",)


@pytest.mark.parametrize(("other", "town"), [("gb18030", "乌尔姆"), ("cp1252", "Köln")])
def test_lines_in_another_encoding_are_read_in_theirs(tmp_path, other, town):
    first = "城市,蜂箱\n乌尔姆,310\n".encode()
    document = read(tmp_path, "a.csv", first + f"{town},2\n".encode(other))
    assert [p.text for p in document.passages][1:] == [
        "城市: 乌尔姆 | 蜂箱: 310",
        f"城市: {town} | 蜂箱: 2",
    ]
    assert document.notes == ("1 line is in another encoding than the rest",)


def test_one_bad_byte_does_not_garble_a_whole_text():
    content = "Käse, Öl und Brötchen\n".encode() * 50 + b"one \xff byte\n"
    found = decoded(Path("a.txt"), content)
    assert found.text.startswith("Käse, Öl und Brötchen\nKäse")
    assert found.odd == 1


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("big5", "本市共有蜂箱一千二百五十個，比去年增加了百分之三十五，這是養蜂人說的。"),
        ("gb18030", "本市共有蜂箱一千二百五十个，比去年增加了百分之三十五，这是养蜂人说的。"),
        ("gb18030", "蜂蜜"),
        ("cp1252", "Les élèves d’été ont « déjà » compté 310 ruches à Besançon."),
        ("cp1252", "Größere Bäume für die Öffentlichkeit, äußerst schön: über 310 Bienenstöcke."),
    ],
)
def test_encodings_are_told_by_what_the_text_would_be(encoding, text):
    assert decode(Path("a"), text.encode(encoding)) == text


def test_text_of_utf_16_is_known_without_its_mark():
    text = "The town counted 1,250 hives in June.\n"
    assert decode(Path("a"), text.encode("utf-16-le")) == text
    assert decode(Path("a"), text.encode("utf-16-be")) == text


def test_a_few_null_bytes_are_dropped_and_many_mean_no_text():
    assert decode(Path("a"), b"Some words.\0 " + b"More words. " * 50).startswith(
        "Some words. More"
    )
    with pytest.raises(DocumentProblem):
        decode(Path("a"), b"Some\0words\0" * 50)
