"""Charts are native: what is in the deck is in the chart and in its workbook."""

import io
import json
import math
import re
import subprocess
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE as XL

from copydesk.slides import deck as d
from copydesk.slides.contrast import contrast
from copydesk.slides.draw.chart_look import heading, number_format
from copydesk.slides.draw.palette import palette
from copydesk.slides.draw.render import render
from copydesk.slides.geometry import Box
from copydesk.slides.master.layouts import Layout
from copydesk.slides.master.master import open_master

MASTER = open_master()
NAMES = ("Harbour", "Old Town", "Northfield", "Riverside")
TWO = (
    d.Series(name="Planted", values=(19.0, 26.0, 35.0, 41.5)),
    d.Series(name="Gravel", values=(6.0, 7.0, 6.0, 8.0)),
)
KINDS = {
    "column": XL.COLUMN_CLUSTERED,
    "bar": XL.BAR_CLUSTERED,
    "stacked": XL.COLUMN_STACKED,
    "line": XL.LINE,
    "area": XL.AREA_STACKED,
    "pie": XL.PIE,
    "doughnut": XL.DOUGHNUT,
}


def drawn(*slides, language="en"):
    content = render(d.Deck("Charts", language, slides), MASTER).content
    return content, Presentation(io.BytesIO(content))


def chart_in(slide):
    return next((s.chart for s in slide.shapes if s.has_chart), None)


def chart(kind, series=TWO, **more):
    return d.ChartSlide(title="Chart", kind=kind, categories=NAMES, series=series, **more)


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_reads_back_as_it_was_meant(kind):
    series = TWO[:1] if kind in ("pie", "doughnut") else TWO
    _, presentation = drawn(chart(kind, series))
    found = chart_in(presentation.slides[0])
    assert found.chart_type == KINDS[kind]
    plot = found.plots[0]
    assert tuple(plot.categories) == NAMES
    assert [(s.name, tuple(s.values)) for s in plot.series] == [(s.name, s.values) for s in series]


@pytest.mark.parametrize("kind", KINDS)
def test_the_workbook_holds_the_same_numbers(kind):
    series = TWO[:1] if kind in ("pie", "doughnut") else TWO
    _, presentation = drawn(chart(kind, series))
    found = chart_in(presentation.slides[0])
    book = openpyxl.load_workbook(io.BytesIO(found.part.chart_workbook.xlsx_part.blob))
    rows = list(book["Sheet1"].iter_rows(values_only=True))
    assert rows[0][1:] == tuple(s.name for s in series)
    assert tuple(row[0] for row in rows[1:]) == NAMES
    assert tuple(zip(*(row[1:] for row in rows[1:]), strict=True)) == tuple(
        s.values for s in series
    )


def test_a_scatter_chart_has_its_points_in_the_chart_and_in_the_workbook():
    series = (
        d.Series(name="A", values=(1.0, 2.0), x=(10.0, 20.0)),
        d.Series(name="B", values=(3.0, 4.0, 5.0), x=(1.0, 2.0, math.nan)),
    )
    _, presentation = drawn(d.ChartSlide(title="Points", kind="scatter", series=series))
    found = chart_in(presentation.slides[0])
    assert found.chart_type == XL.XY_SCATTER
    assert [tuple(s.iter_values()) for s in found.plots[0].series] == [(1.0, 2.0), (3.0, 4.0)]
    book = openpyxl.load_workbook(io.BytesIO(found.part.chart_workbook.xlsx_part.blob))
    assert list(book["Sheet1"].iter_rows(values_only=True)) == [
        (None, "A", None, "B"),
        (10, 1, 1, 3),
        (20, 2, 2, 4),
    ]


def test_a_name_that_looks_like_a_formula_stays_text():
    slide = d.ChartSlide(
        title="T", categories=("=1+1",), series=(d.Series(name="=cmd()", values=(1.0,)),)
    )
    _, presentation = drawn(slide)
    blob = chart_in(presentation.slides[0]).part.chart_workbook.xlsx_part.blob
    sheet = openpyxl.load_workbook(io.BytesIO(blob))["Sheet1"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")


def test_what_is_not_a_number_is_a_gap():
    series = (d.Series(name="s", values=(1.0, math.nan, math.inf)),)
    _, presentation = drawn(chart("line", series), d.ChartSlide(title="Nothing", series=()))
    assert tuple(chart_in(presentation.slides[0]).plots[0].series[0].values) == (
        1.0,
        None,
        None,
        None,
    )
    assert chart_in(presentation.slides[1]) is None


def test_slices_are_never_negative():
    _, presentation = drawn(chart("pie", (d.Series(name="s", values=(1.0, -2.0, 3.0, 4.0)),)))
    assert chart_in(presentation.slides[0]).chart_type == XL.COLUMN_CLUSTERED


@pytest.mark.validator
def test_open_xml_validator_finds_nothing_in_any_kind(tmp_path):
    slides = [chart(kind, unit="%") for kind in KINDS]
    slides.append(d.ChartSlide(title="S", kind="scatter", series=TWO))
    slides += [chart("column", TWO[:1], unit="species")]
    path = tmp_path / "charts.pptx"
    path.write_bytes(drawn(*slides)[0])
    done = subprocess.run(
        ["ooxml-validator", str(path)], capture_output=True, text=True, check=False
    )
    assert json.loads(done.stdout)["errors"] == []


def test_axis_ids_are_positive_and_labels_14_points():
    content, _ = drawn(*(chart(kind) for kind in KINDS))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in (n for n in package.namelist() if n.startswith("ppt/charts/chart")):
            xml = package.read(name)
            assert not re.search(rb'<c:(axId|crossAx) val="-', xml)
            assert set(re.findall(rb'sz="(\d+)"', xml)) == {b"1400"}


def test_a_unit_stands_with_the_numbers_or_above_them():
    assert number_format((1.0, 2.25), "%") == '#,##0.00"%"'
    assert number_format((1000.0,), "species") == "#,##0"
    assert heading(chart("column", TWO[:1], unit="species")) == "Planted (species)"
    assert heading(chart("column", TWO, unit="species")) == "species"
    assert heading(chart("column", TWO, unit="%")) == ""


COLOUR = st.integers(0, 0xFFFFFF).map(lambda n: f"{n:06X}")


@given(st.lists(COLOUR, min_size=6, max_size=6), st.sampled_from(["FFFFFF", "101418", "F4EFE6"]))
def test_marks_can_be_told_from_the_ground_and_text_can_be_read(accents, ground):
    light = contrast(ground, "000000") > contrast(ground, "FFFFFF")
    ink, paper = ("000000", ground) if light else ("FFFFFF", ground)
    colours = {"tx1": ink, "bg1": paper, "tx2": ink, "bg2": paper}
    colours |= {f"accent{i}": c for i, c in enumerate(accents, 1)}
    layout = Layout(
        index=0,
        name="any",
        holders=(),
        background=ground,
        colours=colours,
        room=Box(0, 0, 1, 1),
    )
    found = palette(layout, 4)
    assert contrast(found.text.hexadecimal, ground) >= 4.5
    assert len(found.marks) == 4
    assert all(contrast(mark.hexadecimal, ground) >= 1.5 for mark in found.marks)
