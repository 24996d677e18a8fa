"""Files that mean harm: bombs, lies about sizes, entities, endless lines, false names, fuzz."""

import io
import random
import re
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.documents.fuzzing import check, samples, spoiled
from tests.documents.office_files import changed, docx, epub, odf, para, workbook, xlsx, zipped
from tests.documents.sources import bomb, deck, pdf, word

from copydesk.documents.package import Package
from copydesk.documents.passage import Document
from copydesk.documents.read import document_of, read_document
from copydesk.documents.reading import How
from copydesk.errors import DocumentProblem, LockedDocument


def refusal(path: Path) -> str:
    with pytest.raises(DocumentProblem) as caught:
        read_document(path)
    assert caught.value.hint
    return caught.value.message


def of(name: str, content: bytes | str) -> Document:
    return document_of(Path(name), content.encode() if isinstance(content, str) else content)


def outcome(name: str, content: bytes) -> Document | DocumentProblem:
    try:
        return document_of(Path(name), content, How(ocr=False))
    except DocumentProblem as problem:
        return problem


@pytest.mark.parametrize(
    "part",
    [
        "word/document.xml",
        "ppt/presentation.xml",
        "xl/workbook.xml",
        "OEBPS/a.xhtml",
        "content.xml",
    ],
)
def test_a_part_that_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path, part):
    assert "unpacks to" in refusal(bomb(tmp_path / "a.bin", part, 6 << 20))


def test_large_pictures_in_an_archive_are_not_even_unpacked(tmp_path, monkeypatch):
    path = changed(word(tmp_path / "a.docx"), {"word/media/a.png": bytes(30 << 20)})
    read: list[str] = []
    real = zipfile.ZipFile.read
    monkeypatch.setattr(
        zipfile.ZipFile, "read", lambda self, name: read.append(name.filename) or real(self, name)
    )
    assert read_document(path).passages
    assert "word/document.xml" in read
    assert "word/media/a.png" not in read


def test_archives_in_archives_are_not_opened(tmp_path):
    inner = zipped(tmp_path / "inner.zip", {"a": bytes(1 << 20)}).read_bytes()
    for _ in range(5):
        inner = zipped(tmp_path / "inner.zip", {"a.zip": inner}).read_bytes()
    assert "is an archive" in refusal(zipped(tmp_path / "a.docx", {"a.zip": inner}))
    assert read_document(changed(word(tmp_path / "b.docx"), {"word/x.docx": inner})).passages


@pytest.mark.parametrize("said", [0, 10, 0xFFFFFFF0])
def test_a_size_that_is_a_lie_gives_no_more_than_it_promises(tmp_path, said):
    path = docx(tmp_path / "a.docx", para("Some words.") * 50)
    content = bytearray(path.read_bytes())
    for start in (m.start() for m in re.finditer(rb"PK\x01\x02", bytes(content))):
        struct.pack_into("<I", content, start + 24, said)
    path.write_bytes(content)
    assert re.search("damaged|unpacks to|archive", refusal(path))


def test_parts_that_lie_over_one_another_are_refused(tmp_path):
    content = docx(tmp_path / "a.docx", para("Some words.") * 500).read_bytes()
    directory = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entries = content[directory:end]
    count = 400  # times the same parts
    tail = struct.pack(
        "<4s4H2IH",
        b"PK\x05\x06",
        0,
        0,
        4 * count % 65536,
        4 * count % 65536,
        len(entries) * count,
        directory,
        0,
    )
    path = tmp_path / "b.docx"
    path.write_bytes(content[:directory] + entries * count + tail)
    assert "damaged" in refusal(path)


def test_more_parts_than_a_document_needs_are_refused(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(20_001):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"")
    path = tmp_path / "a.docx"
    path.write_bytes(out.getvalue())
    assert "20,001 parts" in refusal(path)


def test_encrypted_archives_and_office_files_say_that_no_password_opens_them_here(tmp_path):
    content = bytearray(word(tmp_path / "a.docx").read_bytes())
    for start in (m.start() for m in re.finditer(rb"PK\x01\x02", bytes(content))):
        content[start + 8] |= 1
    ole = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage\0".encode("utf-16-le")
    )
    for name, locked in (("zip.docx", bytes(content)), ("office.xlsx", ole)):
        with pytest.raises(LockedDocument) as caught:
            of(name, locked)
        assert not caught.value.opens_here
        assert "password" in caught.value.hint


LEVELS = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
BOMB = f'<!DOCTYPE x [<!ENTITY e0 "ha">{LEVELS}]>'
ONE_LARGE = f'<!DOCTYPE x [<!ENTITY e11 "{"A" * 50_000}">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY e11 SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("doctype", [BOMB, ONE_LARGE, OUTSIDE])
def test_entities_are_neither_blown_up_nor_fetched(tmp_path, doctype):
    text = "Some &e11; words." + "&e11;" * 500
    files = [
        docx(tmp_path / "a.docx", para("MARK")),
        odf(tmp_path / "a.odt", "<text:p>MARK</text:p>"),
        xlsx(tmp_path / "a.xlsx", '<row><c t="inlineStr"><is><t>MARK</t></is></c></row>'),
        epub(tmp_path / "a.epub", {"a.xhtml": "<p>MARK</p>"}),
    ]
    for path in files:
        with zipfile.ZipFile(path) as archive:
            held = {name: archive.read(name).decode() for name in archive.namelist()}
        changed(
            path, {n: doctype + t.replace("MARK", text) for n, t in held.items() if "MARK" in t}
        )
        found = outcome(path.name, path.read_bytes())
        said = found.text if isinstance(found, Document) else found.message
        assert len(said) < 10_000
        assert "root:" not in said


@pytest.mark.parametrize("depth", [200, 5_000])
def test_deep_nesting_is_read_or_refused(tmp_path, depth):
    opened, closed = "<w:sdt><w:sdtContent>" * depth, "</w:sdtContent></w:sdt>" * depth
    cells = "<w:tbl><w:tr><w:tc>" * depth, "</w:tc></w:tr></w:tbl>" * depth
    spans = "<text:span>" * depth, "</text:span>" * depth
    files = [
        docx(tmp_path / "a.docx", para("Before.") + opened + para("Deep.") + closed),
        docx(tmp_path / "b.docx", para("Before.") + cells[0] + para("Deep.") + cells[1]),
        odf(tmp_path / "a.odt", f"<text:p>Before.{spans[0]}Deep.{spans[1]}</text:p>"),
        epub(tmp_path / "a.epub", {"a.xhtml": "<div><table><tr><td><ol>" * depth + "Before."}),
    ]
    for path in files:
        found = outcome(path.name, path.read_bytes())
        assert "Before." in found.text if isinstance(found, Document) else "damaged" in str(found)


def test_markup_without_end_is_not_held_as_a_tree(tmp_path, monkeypatch):
    monkeypatch.setattr("copydesk.documents.office.parts._MOST_TAGS", 1000)
    assert "tags" in refusal(docx(tmp_path / "a.docx", "<w:p/>" * 2000))


def test_styles_that_are_based_on_one_another_in_a_ring_end(tmp_path):
    styles = "".join(
        f'<w:style w:styleId="s{n}"><w:basedOn w:val="s{(n + 1) % 300}"/></w:style>'
        for n in range(300)
    )
    parts = {"styles.xml": ("styles", f"<w:styles NS>{styles}</w:styles>")}
    assert read_document(docx(tmp_path / "a.docx", para("Words.", "s1"), parts)).text == "Words."


@pytest.mark.parametrize("suffix", [".txt", ".csv", ".html"])
def test_sixty_four_megabytes_of_one_line_are_cut_into_pieces(suffix):
    start = "<html><p>" if suffix == ".html" else ""
    document = of(f"a{suffix}", start + "x" * ((64 << 20) - 100))
    assert max(len(p.text) for p in document.passages) <= 1 << 14


@pytest.mark.parametrize(
    ("suffix", "piece"), [(".txt", "a\n\n"), (".md", "a\n\n"), (".html", "<p>a")]
)
def test_of_more_pieces_than_can_be_held_the_first_are_read(monkeypatch, suffix, piece):
    for bound in ("_MOST_LINES", "_MOST_TAGS"):
        monkeypatch.setattr(f"copydesk.documents.read.{bound}", 4000)
    document = of(f"a{suffix}", "<html>" * (suffix == ".html") + piece * 8000)
    assert 1000 < len(document.passages) < 5000
    assert re.fullmatch(r"only the first \d\d% of it were read", document.notes[0])


def test_passages_beyond_the_bound_are_left_out_and_noted(monkeypatch):
    monkeypatch.setattr("copydesk.documents.read.MOST_PASSAGES", 10)
    document = of("a.txt", "word\n\n" * 50)
    assert len(document.passages) == 10
    assert document.notes == ("only the first 10 passages were kept",)


def test_a_pdf_that_is_a_page_and_a_page_that_is_a_pdf_are_known_by_their_content(tmp_path):
    page = "<!DOCTYPE html><html><p>How a file begins: %PDF-1.7, then startxref.</p></html>"
    assert of("a.pdf", page).text == "How a file begins: %PDF-1.7, then startxref."
    real = pdf(tmp_path / "real.pdf", [["Some words on a page."]]).read_bytes()
    assert of("a.html", real).pages == 1
    assert of("b.html", b"\r\n\r\n" + real).pages == 1
    assert of("a.txt", "A text that speaks of %PDF-1.7 is a text.").pages == 0
    assert "damaged" in _said(of, "a.pdf", b"%PDF-1.7\n<html><p>No.</p></html>")


def _said(read, name: str, content: bytes) -> str:
    with pytest.raises(DocumentProblem) as caught:
        read(name, content)
    return caught.value.message


@pytest.mark.parametrize(
    ("name", "make"),
    [("a.docx", word), ("a.pptx", deck), ("a.xlsx", lambda p: workbook(p, {"One": [["a"]]}))],
)
def test_the_content_tells_the_kind_of_office_file_whatever_its_name(tmp_path, name, make):
    content = make(tmp_path / name).read_bytes()
    for other in ("a.pdf", "a.txt", "a.html", "a"):
        assert of(other, content).passages == of(name, content).passages


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{\\rtf1 text}", "Rich Text"),
        (b"%!PS-Adobe-3.0\n", "PostScript"),
        (b"\x1f\x8b\x08\x00" + bytes(20), "compressed"),
        (b"SQLite format 3\0" + bytes(80), "database"),
        (b"\x7fELF" + bytes(60), "program"),
    ],
)
def test_what_would_pass_for_text_says_what_it_is(content, says):
    assert says in _said(of, "a.txt", content)


def test_words_that_turn_a_line_round_are_taken_out():
    text = of(
        "a.txt", "Pay \u202e000,1\u202c euros to \u2066Ulm\u2069, \u200fשלום\u200e and مرحبا."
    ).text
    assert text == "Pay 000,1 euros to Ulm, שלום and مرحبا."


def test_a_package_may_be_read_no_more_than_a_bound(tmp_path, monkeypatch):
    monkeypatch.setattr("copydesk.documents.package._LARGEST_READ", 1000)
    path = zipped(tmp_path / "a.docx", {"a": "x" * 600, "b": "y" * 600})
    package = Package(path, path.read_bytes())
    assert package.read("a")
    with pytest.raises(DocumentProblem, match="unpacks to"):
        package.read("b")


@pytest.fixture(scope="module")
def held(tmp_path_factory) -> dict[str, bytes]:
    return samples(tmp_path_factory.mktemp("samples"))


def test_the_samples_of_the_fuzzer_are_read(held):
    for name, content in held.items():
        check(of(name, content))


@settings(deadline=None, max_examples=200)
@given(seed=st.integers(0, 1 << 40), choice=st.integers(0, 1000))
def test_whatever_is_spoiled_is_read_or_refused_in_a_sentence(held, seed, choice):
    name = sorted(held)[choice % len(held)]
    found = outcome(name, spoiled(random.Random(seed), name, held))
    if isinstance(found, Document):
        check(found)
    else:
        assert found.hint
        assert found.message.endswith(".")
