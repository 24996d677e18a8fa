"""A template is a presentation without its slides, and without what only they use."""

import io

import pytest
from pptx import Presentation
from tests.slides.package.packages import deck, package, parts, strict, titles

from copydesk.errors import DocumentProblem
from copydesk.slides.package.template import template_of

WHOLE = deck(3, chart=True)


def test_slides_charts_and_notes_go():
    made = parts(template_of(WHOLE))
    gone = ("ppt/slides/", "ppt/charts/", "ppt/embeddings/", "ppt/notesSlides/", "docProps/app")
    assert not [name for name in made if name.startswith(gone)]
    assert titles(template_of(WHOLE)) == []


def test_layouts_masters_and_themes_keep_their_bytes():
    before, made = parts(WHOLE), parts(template_of(WHOLE))
    kept = [n for n in before if n.startswith(("ppt/slideLayouts/slide", "ppt/slideMasters/slide"))]
    kept += [n for n in before if n.startswith("ppt/theme/") or n == "ppt/tableStyles.xml"]
    assert len(kept) > 12
    for name in kept:
        assert made[name] == before[name], name


def test_it_can_be_filled():
    presentation = Presentation(io.BytesIO(template_of(strict(WHOLE))))
    for layout in presentation.slide_layouts:
        presentation.slides.add_slide(layout)
    stream = io.BytesIO()
    presentation.save(stream)
    assert len(Presentation(stream).slides) == len(presentation.slide_layouts)


def test_how_the_old_slides_were_shown_and_guarded_is_forgotten():
    found = parts(WHOLE)
    lock = b'<p:modifyVerifier algorithmName="SHA-512" hashData="a" saltData="b"/>'
    sections = (
        b'<p:extLst><p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"><p14:sectionLst '
        b'xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main"/></p:ext></p:extLst>'
    )
    main, shown = "ppt/presentation.xml", "ppt/presProps.xml"
    found[main] = found[main].split(b"<p:extLst")[0].replace(b"</p:presentation>", b"")
    found[main] += lock + sections + b"</p:presentation>"
    found[shown] = found[shown].replace(b"<p:extLst", b"<p:showPr><p:kiosk/></p:showPr><p:extLst")
    assert b"kiosk" in found[shown]
    made = parts(template_of(package(found)))
    assert b"modifyVerifier" not in made[main]
    assert b"sectionLst" not in made[main]
    assert b"kiosk" not in made[shown]


def test_a_button_on_a_layout_does_not_keep_a_slide():
    found = parts(WHOLE)
    name = "ppt/slideLayouts/_rels/slideLayout1.xml.rels"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/slide"
    more = f'<Relationship Id="rId7" Type="{rel}" Target="../slides/slide1.xml"/></Relationships>'
    found[name] = found[name].replace(b"</Relationships>", more.encode())
    assert not [n for n in parts(template_of(package(found))) if n.startswith("ppt/slides/")]


def test_no_layouts_is_said():
    found = {n: c for n, c in parts(deck(0)).items() if "slideLayout" not in n}
    with pytest.raises(DocumentProblem, match=r"brand\.pptx has no slide layouts"):
        template_of(package(found), "brand.pptx")
