"""Pages of HTML: the main part, headings over headings, tables with heads, numbered lists."""

from pathlib import Path

import pytest

from copydesk.documents.passage import Document
from copydesk.documents.read import read_document


def page(folder: Path, body: str, name: str = "a.html") -> Document:
    path = folder / name
    path.write_text(f"<!DOCTYPE html><html><body>{body}</body></html>", encoding="utf-8")
    return read_document(path)


def texts(folder: Path, body: str) -> list[str]:
    return [passage.text for passage in page(folder, body).passages]


def test_headings_stand_under_headings(tmp_path):
    document = page(tmp_path, "<h1>One</h1><h3>Deep</h3><p>a<h2>Two</h2><p>b<h1>Three</h1><p>c")
    assert [(p.text, p.path) for p in document.passages if p.kind == "text"] == [
        ("a", ("One", "Deep")),
        ("b", ("One", "Two")),
        ("c", ("Three",)),
    ]


def test_the_main_part_is_read_and_what_lies_round_it_is_not(tmp_path):
    main = "<main><h1>Bees</h1><p>The town counted 1,250 hives.</p><aside>Beside.</aside></main>"
    around = (
        "<header><h2>The Gazette</h2><a href=/>Home</a></header><nav>Menu</nav>{}"
        "<div role=complementary>Read also</div><footer>Imprint</footer>"
    )
    assert texts(tmp_path, around.format(main)) == [
        "Bees",
        "The town counted 1,250 hives.",
        "Beside.",
    ]
    article = main.replace("main>", "article>")
    assert texts(tmp_path, around.format(article))[0] == "Bees"
    assert texts(tmp_path, around.format("<div><p>The town counted hives.</p></div>")) == [
        "The Gazette",
        "Home",
        "The town counted hives.",
    ]


def test_a_main_part_with_next_to_nothing_in_it_hides_nothing(tmp_path):
    body = f"<main><p>Loading</p></main><div><p>{'The town counted its hives. ' * 9}</p></div>"
    assert len(texts(tmp_path, body)) == 2


def test_what_is_hidden_is_not_read(tmp_path):
    body = (
        "<p>Seen.</p><div hidden>one</div><span style='display: none'>two</span>"
        "<div aria-hidden=true>three<div>four</div></div><p>Seen too.</p><select><option>five"
        "</select><p hidden>not closed<p>Last."
    )
    assert texts(tmp_path, body) == ["Seen.", "Seen too.", "not closed", "Last."]


def test_heads_that_cover_several_columns_stand_before_each(tmp_path):
    body = (
        "<table><caption>Table 1: hives</caption><thead><tr><th rowspan=2>Town<th colspan=2>Hives"
        "<tr><th>2023<th>2024</thead><tbody><tr><td>Ulm<td>310<td>320"
        "<tr><td>Bonn<td colspan=2>none</table>"
    )
    assert [(p.text, p.kind) for p in page(tmp_path, body).passages] == [
        ("Table 1: hives", "caption"),
        ("Town | Hives 2023 | Hives 2024", "row"),
        ("Town: Ulm | Hives 2023: 310 | Hives 2024: 320", "row"),
        ("Town: Bonn | Hives 2023: none", "row"),
    ]


def test_empty_cells_keep_their_column(tmp_path):
    body = (
        "<table><tr><th></th><th>2023</th><th>2024</th></tr>"
        "<tr><th>Hives</th><td></td><td>9</td></tr></table>"
    )
    assert texts(tmp_path, body) == ["2023 | 2024", "Hives | 2024: 9"]


def test_heads_at_the_side_are_no_heads_of_columns(tmp_path):
    body = "<table><tr><th>Town<td>Ulm<tr><th>Hives<td>310</table>"
    assert texts(tmp_path, body) == ["Town | Ulm", "Hives | 310"]


def test_tables_for_the_layout_are_read_as_they_come(tmp_path):
    body = (
        "<table><tr><td>Beside</td><td><h2>Bees</h2><p>Text of the page.</p>"
        "<table><tr><th>Town<th>Hives<tr><td>Ulm<td>310</table><p>After.</p></td></tr></table>"
    )
    assert [(p.text, p.kind) for p in page(tmp_path, body).passages] == [
        ("Beside", "text"),
        ("Bees", "heading"),
        ("Text of the page.", "text"),
        ("Town | Hives", "row"),
        ("Town: Ulm | Hives: 310", "row"),
        ("After.", "text"),
    ]


def test_comments_before_a_page_are_passed_in_no_time(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("<!---->" * 500 + "<html><p>Read.")
    assert read_document(path).text == "Read."
    path.write_text("<!---->" * 500 + "no page")  # each comment doubled the time once
    assert "no page" in read_document(path).text


def test_numbered_lists_keep_their_numbers(tmp_path):
    body = (
        "<ol start=3><li>three<li><p>four</p><p>more<ul><li>inner</ul><li value=9>nine</ol>"
        "<ol type=a><li>letter</ol><ul><li>plain</ul>"
    )
    assert texts(tmp_path, body) == [
        "3. three",
        "4. four",
        "more",
        "inner",
        "9. nine",
        "a. letter",
        "plain",
    ]


def test_marks_of_notes_are_no_figures(tmp_path):
    body = (
        "<p>Counted in 2019<a href=#n role=doc-noteref><sup>1</sup></a> by the town<sup class=ref>"
        "<a href=#m>[2]</a></sup>, over 9 m<sup>2</sup>.</p>"
        "<p>In May.<a role=doc-backlink>↩</a></p>"
    )
    assert texts(tmp_path, body) == ["Counted in 2019 by the town, over 9 m2.", "In May."]


def test_captions_of_figures_are_captions(tmp_path):
    body = "<figure><img src=x><figcaption>Figure 2: a hive</figcaption></figure><p>After."
    assert [(p.text, p.kind) for p in page(tmp_path, body).passages] == [
        ("Figure 2: a hive", "caption"),
        ("After.", "text"),
    ]


@pytest.mark.parametrize("encoding", ["big5", "shift_jis", "windows-1251", "gbk", "koi8-r"])
def test_a_page_is_read_in_the_encoding_that_it_names(tmp_path, encoding):
    said = {"big5": "養蜂場有蜂箱", "shift_jis": "養蜂場の蜂箱です", "gbk": "养蜂场有蜂箱"}
    text = said.get(encoding, "Пасека и ульи города")
    path = tmp_path / "a.html"
    content = f"<html><head><meta charset='{encoding}'></head><body><p>{text}</p></body></html>"
    path.write_bytes(content.encode(encoding))
    assert read_document(path).text == text


@pytest.mark.parametrize("encoding", ["no-such", "base64", "utf-7", "zlib_codec", "idna", "utf-16"])
def test_an_encoding_that_is_none_is_not_believed(tmp_path, encoding):
    path = tmp_path / "a.html"
    path.write_bytes(
        f"<html><meta charset={encoding}><p>déjà vu à l’été</p></html>".encode("cp1252")
    )
    assert read_document(path).text == "déjà vu à l’été"
