"""What is read off data is true of it; what is not is denied."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.brief import make_brief
from copydesk.slides.author.known import Known
from copydesk.slides.author.material import Material, View
from copydesk.slides.author.readings import extremes, listing, readings
from copydesk.slides.deck import ChartSlide, Series

VALUES = st.one_of(st.integers(-999, 99_999).map(float), st.just(math.nan))
NAMES = st.lists(
    st.text("ABCDEFGH", min_size=2, max_size=4), min_size=2, max_size=7, unique_by=str.casefold
)


@st.composite
def charts(draw: st.DrawFn) -> ChartSlide:
    names = draw(st.one_of(NAMES, st.just(["2021", "2022", "2023"]), st.just(["Jan", "Feb"])))
    series = tuple(
        Series(name=name, values=tuple(draw(VALUES) for _ in names))
        for name in draw(st.sampled_from([("sales",), ("sales", "costs")]))
    )
    return ChartSlide(title="", categories=tuple(names), series=series)


@given(charts(), st.sampled_from(["en", "zh"]))
def test_what_is_read_off_a_chart_is_known_and_not_denied(chart: ChartSlide, language: Any) -> None:
    said = (*listing(chart, language), *readings(chart, language))
    view = View("sales", chart, said, tuple(readings(chart, language)))
    known = Known(make_brief("Bees", language=language), Material(views=(view,)))
    for line in view.readings:
        assert not known.untrue(line)
        assert not known.unknown(line)


def chart(**series: tuple[float, ...]) -> ChartSlide:
    made = tuple(Series(name=name, values=values) for name, values in series.items())
    return ChartSlide(title="", categories=("May", "June", "July"), series=made)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Sales in June are the lowest", True),
        ("Sales in June are the highest", False),
        ("May has the fewest sales", False),
        ("The highest sales came in July", True),
        ("June and July are the highest", False),
        ("Sales rose", False),
        ("Maybe the highest of all", False),
    ],
)
def test_a_superlative_that_the_data_deny_is_untrue(text: str, denied: bool) -> None:
    view = View("sales", chart(sales=(10, 30, 20)))
    assert extremes([view]).deny(text) == denied


def test_a_course_is_read_off_periods_and_a_ranking_off_things() -> None:
    assert "Sales rose from 10 in May to 20 in July" in readings(chart(sales=(10, 30, 20)), "en")
    assert "Sales rose at every step" not in readings(chart(sales=(10, 30, 20)), "en")
    things = ChartSlide(
        title="", categories=("Oslo", "Rome"), series=(Series(name="Sales", values=(4, 9)),)
    )
    assert readings(things, "en") == [
        "Rome leads in sales, with 9",
        "Oslo comes last in sales, with 4",
    ]
