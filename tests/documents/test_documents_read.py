"""Documents are read with their pages; what cannot be read says why, in one sentence."""

import contextlib
import io
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.documents.sources import bomb, deck, pdf, word, write_pdf

from copydesk.documents.read import read_document, read_documents
from copydesk.errors import DocumentProblem


def texts(path: Path) -> list[str]:
    return [passage.text for passage in read_document(path).passages]


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path) -> DocumentProblem:
    with pytest.raises(DocumentProblem) as caught:
        read_document(path)
    assert caught.value.hint
    assert caught.value.message.endswith(".")
    return caught.value


def test_lines_of_a_pdf_become_paragraphs_with_their_page(tmp_path):
    one = ["# Bees", "The town counted its hives, and it found", "many more than before."]
    two = ["Honey is sold on Sundays", "at the mill.", "", "Keepers meet in May."]
    document = read_document(pdf(tmp_path / "a.pdf", [one, two], title="Town bees"))
    assert [(p.text, p.page, p.section) for p in document.passages] == [
        ("Bees", 1, "Bees"),
        ("The town counted its hives, and it found many more than before.", 1, "Bees"),
        ("Honey is sold on Sundays at the mill.", 2, "Bees"),
        ("Keepers meet in May.", 2, "Bees"),
    ]
    assert document.title == "Town bees"
    assert len(document.sha256) == 64


def test_a_word_cut_at_the_end_of_a_line_is_one_word_again(tmp_path):
    lines = ["The keepers gave an interpre-", "tation of the rules and of", "their own interests."]
    assert "an interpretation of the rules" in texts(pdf(tmp_path / "a.pdf", [lines]))[0]


def test_a_compound_keeps_its_hyphen_at_the_end_of_a_line(tmp_path):
    lines = ["Nearly six in ten said so: it was six-", "in ten of the keepers, in", "all of them."]
    assert "six-in ten of" in texts(pdf(tmp_path / "a.pdf", [lines]))[0]


def test_repeated_headers_and_page_numbers_are_left_out(tmp_path):
    body = [f"This is the text of number {n} and it is another one each time." for n in "abcde"]
    pages = [
        [f"The Town Report {i}", *[""] * 4, line, *[""] * 21, str(i)]
        for i, line in enumerate(body, 1)
    ]
    assert texts(pdf(tmp_path / "a.pdf", pages)) == body


def test_an_encrypted_pdf_asks_for_its_password_in_the_environment(tmp_path, monkeypatch):
    source = pdf(tmp_path / "a.pdf", [["Nothing to see here at all."]]).read_bytes()
    locked = source.replace(
        b"/Info",
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -44 /O (%s) /U (%s) >> /ID [(0)(0)] /Info"
        % (b"x" * 32, b"y" * 32),
    )
    path = written(tmp_path / "locked.pdf", locked)
    assert "COPYDESK_PASSWORD" in refusal(path).hint
    monkeypatch.setenv("COPYDESK_PASSWORD", "wrong")
    assert "its password is another" in refusal(path).message


def test_a_pdf_without_text_says_to_recognise_it_first(tmp_path):
    path = write_pdf(tmp_path / "a.pdf", [b"0 0 m 100 100 l S"] * 3)
    problem = refusal(path)
    assert "no text" in problem.message
    assert "OCR" in problem.hint


def test_blank_pages_are_not_said_to_be_pictures(tmp_path):
    problem = refusal(write_pdf(tmp_path / "a.pdf", [b""] * 3))
    assert problem.message.endswith("a.pdf has no text: its 3 pages are blank.")
    assert "OCR" not in problem.hint


def test_a_page_without_text_among_others_is_noted(tmp_path):
    path = pdf(tmp_path / "a.pdf", [["A page with its own words."], []])
    assert read_document(path).notes == ("page 2 without text",)


def test_a_pdf_without_pages_or_cut_off_is_refused(tmp_path):
    assert "none.pdf has no pages" in refusal(write_pdf(tmp_path / "none.pdf", [])).message
    whole = pdf(tmp_path / "a.pdf", [["Some words on a page."]]).read_bytes()
    assert "damaged" in refusal(written(tmp_path / "cut.pdf", whole[:60])).message


def test_a_page_of_html_named_pdf_is_read_as_html(tmp_path):
    page = "<!DOCTYPE html><html><title>T</title><body><h1>Head</h1><p>Not  a PDF</p></body></html>"
    document = read_document(written(tmp_path / "a.pdf", page))
    assert [(p.text, p.section) for p in document.passages] == [
        ("T", ""),
        ("Head", "Head"),
        ("Not a PDF", "Head"),
    ][1:]
    assert document.title == "T"


def test_html_leaves_scripts_out_and_names_cells_by_their_columns(tmp_path):
    page = (
        "<html><script>var x = '<p>no</p>'</script><table><tr><th>Town</th><th>Hives</th></tr>"
        "<tr><td>Ulm</td><td>310</td></tr></table><ul><li>one<li>two &amp; more</ul></html>"
    )
    assert texts(written(tmp_path / "a.html", page)) == [
        "Town | Hives",
        "Town: Ulm | Hives: 310",
        "one",
        "two & more",
    ]


def test_word_files_give_headings_paragraphs_and_rows_in_order(tmp_path):
    document = read_document(word(tmp_path / "a.docx"))
    assert [(p.text, p.section) for p in document.passages] == [
        ("Counting", "Counting"),
        ("The town counted 1,250 hives in June 2024.", "Counting"),
        ("Quarter | Hives", "Counting"),
        ("Quarter: North | Hives: 310", "Counting"),
        ("Ask the keepers", "Counting"),
    ]
    assert document.title == "Bees of the town"


def test_slides_are_pages_under_their_titles_with_notes(tmp_path):
    document = read_document(deck(tmp_path / "a.bin"))
    assert [(p.text, p.page, p.section) for p in document.passages] == [
        ("Hives", 1, "Hives"),
        ("1,250 hives in 2024", 1, "Hives"),
        ("Thank the keepers", 1, "Hives"),
        ("Honey", 2, "Honey"),
        ("Nine tonnes of honey", 2, "Honey"),
    ]


def test_markdown_becomes_passages_without_its_markup(tmp_path):
    text = "---\ntitle: T\n---\n# Head\n\nA **bold** [link](http://x.y).\n\n"
    text += "| a | b |\n|--|--|\n| 1 | 2 |\n"
    document = read_document(written(tmp_path / "a.md", text))
    assert document.title == "T"
    assert [p.text for p in document.passages] == ["Head", "A bold link.", "a | b", "a: 1 | b: 2"]


def test_csv_rows_are_named_by_their_columns(tmp_path):
    assert texts(written(tmp_path / "a.csv", "town;hives\nUlm;310\nBonn;2\n")) == [
        "town | hives",
        "town: Ulm | hives: 310",
        "town: Bonn | hives: 2",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"])
def test_chinese_text_is_read_in_its_encoding(tmp_path, encoding):
    text = "本市共有蜂箱一千二百五十个，比去年增加了百分之三十五。"
    assert texts(written(tmp_path / "a.txt", text.encode(encoding))) == [text]


def test_western_text_of_windows_is_read(tmp_path):
    text = "Les élèves d’été ont « déjà » compté 310 ruches."
    assert texts(written(tmp_path / "a.txt", text.encode("cp1252"))) == [text]


def test_control_characters_do_not_get_into_passages(tmp_path):
    text = "A line with \x1b[31m red, a \u202eturned\u202c word\u200b and\u2028a break."
    assert texts(written(tmp_path / "a.txt", text * 10))[0].startswith(
        "A line with [31m red, a turned word and a break."
    )


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.txt", b" \n\t ", "is empty"),
        ("noise.txt", bytes(range(256)) * 20, "is no text"),
        ("photo.pdf", b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "before 2007"),
        ("broken.docx", b"PK\x03\x04" + bytes(100), "damaged"),
        ("only.md", b"<!-- -->", "no text"),
    ],
)
def test_what_is_no_document_says_what_it_is(tmp_path, name, content, says):
    assert says in refusal(written(tmp_path / name, content)).message


def test_an_encrypted_word_file_says_so(tmp_path):
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    assert "encrypted" in refusal(written(tmp_path / "a.docx", content)).message


def test_a_folder_and_an_absent_file_are_refused(tmp_path):
    assert "folder" in refusal(tmp_path).message
    assert "no file" in refusal(tmp_path / "absent.pdf").message
    assert refusal(Path("a\0b")).message


@pytest.mark.parametrize("part", ["word/document.xml", "ppt/presentation.xml"])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, part):
    start = time.monotonic()
    assert "unpacks to" in refusal(bomb(tmp_path / "a.docx", part)).message
    assert time.monotonic() - start < 5


def test_a_word_file_with_half_of_its_parts_is_damaged_not_a_traceback(tmp_path):
    whole = word(tmp_path / "a.docx").read_bytes()
    for gone in ("word/styles.xml", "_rels/.rels", "[Content_Types].xml"):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                if name != gone:
                    new.writestr(name, old.read(name))
        path = written(tmp_path / "b.docx", out.getvalue())
        try:
            said = " ".join(texts(path))
        except DocumentProblem as problem:
            said = problem.message
        assert "damaged" in said or "1,250 hives" in said


def test_the_same_file_twice_is_read_once(tmp_path):
    one, two = written(tmp_path / "a.txt", "Text one."), written(tmp_path / "b.txt", "Text two.")
    assert [d.name for d in read_documents([one, two, str(one)])] == ["a.txt", "b.txt"]


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".csv"])
@given(content=st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
def test_any_bytes_are_read_or_refused(tmp_path_factory, suffix, content):
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    for head in (b"", b"%PDF-1.7\n", b"PK\x03\x04"):
        path.write_bytes(head + content)
        try:
            document = read_document(path)
        except DocumentProblem:
            continue
        assert all(p.text == " ".join(p.text.split()) for p in document.passages)


@given(st.data())
def test_damaged_office_files_and_pdfs_never_crash(tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp()
    make = data.draw(st.sampled_from([word, deck, lambda path: pdf(path, [["Some words here."]])]))
    content = bytearray(make(folder / "whole").read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    path = written(folder / "damaged", bytes(content[: cut or None]))
    with contextlib.suppress(DocumentProblem):
        assert read_document(path).passages


def test_ten_megabytes_of_text_are_read_quickly(tmp_path):
    line = "In 1921 the baker of the town counted 777 people and sold his bridge to the county.\n\n"
    start = time.process_time()
    document = read_document(written(tmp_path / "a.txt", line * 120_000))
    assert len(document.passages) == 120_000
    assert time.process_time() - start < 20  # seconds of this process; about 2 here


@pytest.mark.parametrize(
    "piece", ["<", "<!--", "<a ", "<a '", "<a b=>", "&", "[", "`", "|", "*a ", '"', "<td>"]
)
def test_no_repeated_sign_makes_a_text_reader_slow(tmp_path, piece):
    start = time.process_time()
    for suffix in (".html", ".md", ".csv"):
        text = "<html>" * (suffix == ".html") + piece * 20_000
        with contextlib.suppress(DocumentProblem):
            read_document(written(tmp_path / f"a{suffix}", text))
    assert time.process_time() - start < 10
