"""Books: chapters in the order of the spine; what is encrypted is refused."""

import zipfile

import pytest
from tests.documents.office_files import changed, epub

from copydesk.documents.read import read_document
from copydesk.errors import DocumentProblem, LockedDocument

ENCRYPTED = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod Algorithm="{}"/>'
    '<CipherData><CipherReference URI="{}"/></CipherData></EncryptedData></encryption>'
)
AES = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"


def found(path) -> list[tuple[str, tuple[str, ...]]]:
    return [(p.text, p.path) for p in read_document(path).passages]


def test_chapters_come_in_the_order_of_the_spine(tmp_path):
    chapters = {
        "z.xhtml": "<h1>One</h1><p>First.</p><h2>Inner</h2><p>Deep.</p>",
        "a.xhtml": "<h1>第二章</h1><p>蜜蜂。</p><aside>Note.</aside><footer>End.</footer>",
    }
    path = epub(tmp_path / "a.epub", chapters)
    assert found(path) == [
        ("One", ("One",)),
        ("First.", ("One",)),
        ("Inner", ("One", "Inner")),
        ("Deep.", ("One", "Inner")),
        ("第二章", ("第二章",)),
        ("蜜蜂。", ("第二章",)),
        ("Note.", ("第二章",)),
        ("End.", ("第二章",)),
    ]
    document = read_document(path)
    assert document.title == "The Bees"
    assert document.pages == 0


def test_the_table_of_contents_names_chapters_that_have_no_heading(tmp_path):
    nav = (
        '<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><ol>'
        '<li><a href="a.xhtml">The Hive</a></li>'
        '<li><a href="b%20b.xhtml#x">The <i>Town</i></a></li>'
        "</ol></nav></body></html>"
    )
    ncx = (
        '<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://127.0.0.1:9/ncx.dtd">'
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint>'
        "<navLabel><text>From the ncx</text></navLabel>"
        '<content src="c.xhtml"/></navPoint></navMap></ncx>'
    )
    manifest = (
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    )
    path = epub(
        tmp_path / "a.epub",
        {
            "a.xhtml": "<p>One.</p>",
            "b b.xhtml": "<p>Two.</p>",
            "c.xhtml": "<p>Three.</p><h2>Own</h2>",
        },
        manifest=manifest,
        more={"OEBPS/nav.xhtml": nav, "OEBPS/toc.ncx": ncx},
    )
    path = changed(path, {"OEBPS/book.opf": read_part(path).replace("b b.xhtml", "b%20b.xhtml")})
    assert found(path) == [
        ("One.", ("The Hive",)),
        ("Two.", ("The Town",)),
        ("Three.", ("From the ncx",)),
        ("Own", ("From the ncx", "Own")),
    ]


def read_part(path, name: str = "OEBPS/book.opf") -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def test_a_book_with_copy_protection_is_refused_and_garbled_fonts_are_not(tmp_path):
    chapters = {"a.xhtml": "<p>One.</p>"}
    locked = {"META-INF/encryption.xml": ENCRYPTED.format(AES, "OEBPS/a.xhtml")}
    with pytest.raises(LockedDocument) as caught:
        read_document(epub(tmp_path / "locked.epub", chapters, more=locked))
    assert not caught.value.opens_here
    font = ENCRYPTED.format("http://www.idpf.org/2008/embedding", "OEBPS/a.ttf")
    fonts = {"META-INF/encryption.xml": font}
    assert found(epub(tmp_path / "fonts.epub", chapters, more=fonts)) == [("One.", ())]


def test_what_is_missing_is_noted_or_refused(tmp_path):
    path = epub(tmp_path / "a.epub", {"a.xhtml": "<p>One.</p>", "b.xhtml": "<p>Two.</p>"})
    without = changed(path, {"OEBPS/b.xhtml": None})
    assert read_document(without).notes == ("1 of 2 chapters are missing or damaged",)
    noise = changed(path, {"OEBPS/b.xhtml": bytes(range(256)) * 9})
    assert found(noise) == [("One.", ())]
    with pytest.raises(DocumentProblem, match="damaged"):
        read_document(changed(path, {"OEBPS/book.opf": "<package"}))
    path = epub(tmp_path / "b.epub", {"a.xhtml": "<p>One.</p>"})
    broken = changed(path, {"META-INF/container.xml": "<container><rootfile/>"})
    assert found(broken) == [("One.", ())]


def test_a_chapter_may_not_name_a_file_outside_or_fetch_one(tmp_path):
    entity = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>a &x; b</p>'
    path = epub(tmp_path / "a.epub", {"../../../etc/passwd": "<p>no</p>", "a.xhtml": "<p>x</p>"})
    path = changed(path, {"OEBPS/a.xhtml": f"<html><body>{entity}</body></html>"})
    assert all("root:" not in text for text, _ in found(path))


def test_a_book_that_names_one_chapter_again_and_again_ends(tmp_path, monkeypatch):
    monkeypatch.setattr("copydesk.documents.epub._MOST_TAGS", 100)
    path = epub(tmp_path / "a.epub", {"a.xhtml": "<p>One.</p>" * 9})
    opf = read_part(path).replace('<itemref idref="c0"/>', '<itemref idref="c0"/>' * 4000)
    document = read_document(changed(path, {"OEBPS/book.opf": opf}))
    assert len(document.passages) < 100
    assert document.notes == ("longer than what was read of it",)


def test_xml_entities_of_the_book_file_are_not_blown_up(tmp_path):
    path = epub(tmp_path / "a.epub", {"a.xhtml": "<p>One.</p>"})
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    opf = read_part(path).replace("The Bees", "&e11;")
    bomb = f'<!DOCTYPE package [<!ENTITY e0 "ha">{levels}]>{opf}'
    with pytest.raises(DocumentProblem):
        read_document(changed(path, {"OEBPS/book.opf": bomb}))
    short = bomb.replace("&e11;", "&e1;")
    assert len(read_document(changed(path, {"OEBPS/book.opf": short})).title) < 100
