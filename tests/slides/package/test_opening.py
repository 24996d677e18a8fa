"""Presentations from anywhere open, or one sentence says why not."""

import io
import re
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pptx import Presentation
from tests.slides.package.packages import deck, package, parts, strict, titles

from copydesk.errors import CopydeskError, DocumentProblem
from copydesk.slides.package.opening import open_presentation, opened, presentation_of

WHOLE = deck(2, chart=True)
EMPTY = deck(1, notes=False)


def problem(content: bytes) -> DocumentProblem:
    with pytest.raises(DocumentProblem) as raised:
        presentation_of(content, "deck.pptx")
    assert raised.value.message.startswith("deck.pptx ")
    assert raised.value.hint
    return raised.value


def test_a_whole_deck_keeps_every_part_byte_for_byte():
    before, after = parts(WHOLE), parts(presentation_of(WHOLE, "deck.pptx"))
    kept = {n: c for n, c in before.items() if not n.endswith(".rels") and "Content" not in n}
    assert {n: c for n, c in after.items() if n in kept} == kept
    assert opened(WHOLE, "deck.pptx").notes == ()


def test_opening_what_was_opened_changes_nothing():
    once = presentation_of(strict(WHOLE), "deck.pptx")
    assert presentation_of(once, "deck.pptx") == once


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml",
        "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
        "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
        "application/vnd.ms-powerpoint.template.macroEnabled.main+xml",
        "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
    ],
)
def test_templates_shows_and_macro_files_become_presentations(kind: str):
    main = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    found = parts(WHOLE)
    found["[Content_Types].xml"] = found["[Content_Types].xml"].replace(main, kind.encode())
    file = package(found)
    assert titles(presentation_of(file, "deck.pptx")) == ["Slide 1", "Slide 2"]


def test_strict_files_become_transitional():
    made = opened(strict(WHOLE), "deck.pptx")
    assert titles(made.content) == ["Slide 1", "Slide 2"]
    assert made.notes == ("It was in ISO Strict format and was converted.",)
    slide = Presentation(io.BytesIO(made.content)).slides[0]
    assert any(shape.has_chart and shape.chart.plots for shape in slide.shapes)


def test_strict_percentages_become_numbers_and_texts_stay():
    def spell(content: bytes) -> bytes:
        extra = b'<a:spcPct val="92.5%"/></a:lnSpc></a:pPr>'
        content = content.replace(b"<a:r>", b"<a:pPr><a:lnSpc>" + extra + b"<a:r>", 1)
        return re.sub(rb'name="Title 1"', b'name="100%"', content)

    def chart(content: bytes) -> bytes:
        return content.replace(b"<c:axId", b'<c:gapWidth val="150%"/><c:axId', 1)

    found = parts(strict(WHOLE))
    found["ppt/slides/slide1.xml"] = spell(found["ppt/slides/slide1.xml"])
    name = next(n for n in found if n.startswith("ppt/charts/") and n.endswith(".xml"))
    found[name] = chart(found[name])
    made = parts(presentation_of(package(found), "deck.pptx"))
    assert b'<a:spcPct val="92500"/>' in made["ppt/slides/slide1.xml"]
    assert b'name="100%"' in made["ppt/slides/slide1.xml"]
    assert b'<c:gapWidth val="150"/>' in made[name]


def test_relationships_that_lead_nowhere_go_with_what_names_them():
    found = parts(WHOLE)
    name = "ppt/slides/_rels/slide1.xml.rels"
    found[name] = re.sub(rb'Target="[^"]*charts/[^"]*"', b'Target="NULL"', found[name])
    made = opened(package(found), "deck.pptx")
    slide = Presentation(io.BytesIO(made.content)).slides[0]
    assert not any(shape.has_chart for shape in slide.shapes)
    assert slide.shapes.title.text == "Slide 1"
    assert made.notes == ("References to parts that are not there were taken out.",)


def test_links_out_go_and_hyperlinks_stay():
    found = parts(EMPTY)
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    more = (
        f'<Relationship Id="rId8" Type="{rel}hyperlink" Target="https://example.org/" '
        'TargetMode="External"/>'
        f'<Relationship Id="rId9" Type="{rel}image" Target="file://server/spy.png" '
        'TargetMode="External"/></Relationships>'
    )
    name = "ppt/slides/_rels/slide1.xml.rels"
    found[name] = found[name].replace(b"</Relationships>", more.encode())
    made = parts(presentation_of(package(found), "deck.pptx"))
    assert b"example.org" in made[name]
    assert not any(b"spy.png" in part for part in made.values())


def test_macros_are_left_out():
    found = parts(EMPTY)
    found["ppt/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 Sub AutoOpen()"
    more = b'<Relationship Id="rId90" Type="http://schemas.microsoft.com/office/2006/relationships/'
    more += b'vbaProject" Target="vbaProject.bin"/></Relationships>'
    name = "ppt/_rels/presentation.xml.rels"
    found[name] = found[name].replace(b"</Relationships>", more)
    made = opened(package(found), "deck.pptm")
    assert not any(b"AutoOpen" in part for part in parts(made.content).values())
    assert made.notes == ("Macros and ActiveX controls were left out.",)


@pytest.mark.parametrize("lost", ["theme", "slideLayout6", "[Content_Types]", "_rels/.rels"])
def test_missing_parts_are_mended(lost: str):
    found = {n: c for n, c in parts(WHOLE).items() if lost not in n}
    made = opened(package(found), "deck.pptx")
    presentation = Presentation(io.BytesIO(made.content))
    assert titles(made.content) == ["Slide 1", "Slide 2"]
    assert presentation.slides[0].slide_layout.name
    assert presentation.slide_master.part.part_related_by(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
    )
    assert made.notes


def test_broken_parts_that_a_deck_can_do_without_are_left_out():
    found = parts(WHOLE)
    for name in ("docProps/core.xml", "docProps/app.xml", "ppt/viewProps.xml"):
        found[name] = b"<not xml"
    chart = next(n for n in found if n.startswith("ppt/charts/") and n.endswith(".xml"))
    found[chart] = b""
    made = opened(package(found), "deck.pptx")
    assert titles(made.content) == ["Slide 1", "Slide 2"]
    assert f"The part {chart} was damaged and was left out." in made.notes


@pytest.mark.parametrize("size", [b'cx="0" cy="1"', b'cx="9144000"', b'cx="1e9" cy="-5"'])
def test_a_page_of_no_size_is_given_one(size: bytes):
    found = parts(EMPTY)
    main = "ppt/presentation.xml"
    found[main] = re.sub(rb"<p:sldSz [^>]*/>", b"<p:sldSz " + size + b"/>", found[main])
    presentation = Presentation(io.BytesIO(presentation_of(package(found), "deck.pptx")))
    assert (presentation.slide_width, presentation.slide_height) == (12192000, 6858000)


def test_windows_slashes_and_other_capitals_are_understood():
    found = {n.replace("/", "\\"): c for n, c in parts(WHOLE).items()}
    found["ppt\\Slides\\SLIDE1.xml"] = found.pop("ppt\\slides\\slide1.xml")
    assert titles(presentation_of(package(found), "deck.pptx")) == ["Slide 1", "Slide 2"]


def test_other_files_are_named():
    assert "not a PowerPoint file" in problem(b"%PDF-1.7").message
    assert "empty" in problem(b"").message
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert "encrypted" in problem(ole + "EncryptedPackage".encode("utf-16-le")).message
    old = problem(ole + "PowerPoint Document".encode("utf-16-le"))
    assert ".ppt" in old.message
    assert "convert" in old.hint
    assert "Word document" in problem(package({"word/document.xml": b"<w/>"})).message
    assert "Excel workbook" in problem(package({"xl/workbook.xml": b"<w/>"})).message
    odp = package({"mimetype": b"application/vnd.oasis.opendocument.presentation"})
    assert "OpenDocument" in problem(odp).message
    assert "no presentation" in problem(package({"a.txt": b"a"})).message


def test_entities_and_document_types_are_refused():
    bomb = b'<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    for name in ("ppt/presentation.xml", "ppt/slides/slide1.xml", "[Content_Types].xml"):
        found = parts(EMPTY)
        found[name] = found[name].replace(b"?>", b"?>" + bomb, 1)
        assert "document type" in problem(package(found)).message, name
    found = parts(EMPTY)
    slide = found["ppt/slides/slide1.xml"].decode().replace("?>", "?>" + bomb.decode(), 1)
    slide = re.sub("encoding=[\"'][^\"']*[\"']", 'encoding="UTF-16"', slide)
    found["ppt/slides/slide1.xml"] = slide.encode("utf-16")
    assert "document type" in problem(package(found)).message


@pytest.mark.parametrize("name", ["../../etc/passwd", "/ppt/slides/x.xml", "C:/x.xml", "ppt/../x"])
def test_names_that_lead_out_are_refused(name: str):
    assert "leads out" in problem(package({**parts(EMPTY), name: b"x"})).message


def test_parts_that_stand_twice_are_refused():
    stream = io.BytesIO(EMPTY)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("PPT/presentation.xml", b"<other/>")
    assert "twice" in problem(stream.getvalue()).message


def test_bombs_are_refused_by_their_headers():
    stream = io.BytesIO(EMPTY)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ppt/media/zeros.bin", b"\0" * (60 << 20))
    assert "more than a presentation needs" in problem(stream.getvalue()).message
    whole = bytearray(EMPTY)
    at = whole.rindex(b"PK\x01\x02")
    whole[at + 24 : at + 28] = struct.pack("<I", 2 << 30)  # says that it is 2 GB
    assert "2,048 MB" in problem(bytes(whole)).message


def test_a_part_longer_than_its_header_says_is_refused():
    whole = bytearray(EMPTY)
    at = whole.index(b"PK\x01\x02")
    whole[at + 24 : at + 28] = struct.pack("<I", 10)
    assert "damaged" in problem(bytes(whole)).message


def test_too_many_parts_are_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(20_001):
            archive.writestr(str(number), b"")
    assert "20,001 parts" in problem(stream.getvalue()).message


def test_what_is_no_file_is_said(tmp_path: Path):
    for path in (tmp_path, tmp_path / "none.pptx"):
        with pytest.raises(DocumentProblem, match="cannot be read"):
            open_presentation(path)


def test_broken_xml_names_its_part():
    found = parts(EMPTY)
    found["ppt/slideMasters/slideMaster1.xml"] = b"<p:sldMaster"
    assert "slideMaster1.xml" in problem(package(found)).message


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_bytes_open_or_are_explained(data: st.DataObject):
    broken = bytearray(EMPTY)
    for _ in range(data.draw(st.integers(1, 12))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(broken)))
    with suppress(CopydeskError):
        presentation_of(bytes(broken[: cut or None]), "deck.pptx")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mangled_parts_open_or_are_explained(data: st.DataObject):
    found = parts(WHOLE)
    names = sorted(n for n in found if n.endswith((".xml", ".rels")))
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(names))
        if name in found:
            _mangle(found, name, data)
    with suppress(CopydeskError):
        Presentation(io.BytesIO(presentation_of(package(found), "deck.pptx")))


def _mangle(found: dict[str, bytes], name: str, data: st.DataObject) -> None:
    """Drop a part, an element or an attribute of it."""
    how = data.draw(st.sampled_from(["part", "element", "attribute", "value"]))
    if how == "part":
        del found[name]
        return
    root = etree.fromstring(found[name])
    element = data.draw(st.sampled_from(list(root.iter("*"))))
    if how == "element":
        if element.getparent() is not None:
            element.getparent().remove(element)
    elif element.attrib:
        key = data.draw(st.sampled_from(sorted(element.attrib)))
        if how == "value":
            element.set(key, data.draw(st.sampled_from(["", "NULL", "-1", "../../x", "9" * 30])))
        else:
            del element.attrib[key]
    found[name] = etree.tostring(root)
