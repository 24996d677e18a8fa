"""Diagrams are laid out in any box: nothing outside it, no text over another shape."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.slides.diagrams.choose import SCALES, Setting, apart, choose
from copydesk.slides.diagrams.plan import arrangements_of, most_items, room_of
from copydesk.slides.diagrams.texts import DIAGRAMS
from copydesk.slides.geometry import Box
from copydesk.slides.typeset.frame import Frame, Type

KIND = Type(size=18.0, family="Arial")
FRAME = Frame(width=860, height=340, levels=(KIND,))
WIDE = Box(50, 150, 910, 490)
WORDS = {"en": "Count what blooms and mend the roofs ", "zh": "每年春天清点屋顶上的花并修补屋面"}


def said(words: int, language: str) -> str:
    one = WORDS[language]
    return (one * 4)[:words].strip()


@st.composite
def diagrams(draw):
    """An intent, a box, and texts for it, from a word to more than there is room for."""
    intent = draw(st.sampled_from(DIAGRAMS))
    language = draw(st.sampled_from(("en", "zh")))
    short, long = draw(st.integers(2, 24)), draw(st.sampled_from((0, 12, 40, 110)))
    count = draw(st.integers(2, 8))
    left, top = draw(st.floats(0, 300)), draw(st.floats(0, 200))
    box = Box(left, top, left + draw(st.floats(300, 900)), top + draw(st.floats(150, 420)))
    return (
        intent,
        box,
        texts_for(intent, count, said(short, language), said(long, language)),
        language,
    )


def texts_for(intent: str, count: int, short: str, long: str) -> dict[str, str]:
    if intent == "hierarchy":
        names = ["node 1"]
        for i in range(1, count + 1):
            names += [f"node 1.{i}", *(f"node 1.{i}.{j}" for j in range(1, 1 + i % 3))]
        return dict.fromkeys(names[:12], short)
    if intent == "matrix":
        ends = dict.fromkeys(("axis y high", "axis y low", "axis x low", "axis x high"), short)
        keys, one, count = ("heading", "text"), "cell", 4
    else:
        ends, keys, one = {}, ("label", "text"), "step"
        if intent == "team":
            keys, one = ("name", "role"), "member"
    texts = {}
    for i in range(1, count + 1):
        texts |= {f"{one} {i} {keys[0]}": short} | ({f"{one} {i} {keys[1]}": long} if long else {})
    return texts | ends


@settings(max_examples=80, deadline=None)
@given(diagrams())
def test_every_diagram_stays_in_its_box_and_keeps_texts_apart(diagram):
    intent, box, texts, language = diagram
    chosen = choose(arrangements_of(intent, texts), texts, box, KIND, language)
    outside = [p.name for p in chosen.plan.parts if not box.holds(p.box, 0.6)]
    assert outside == []
    assert apart(chosen.plan)
    assert set(texts) <= {p.name for p in chosen.plan.parts}, "a text has no shape"
    assert all(p.size >= 10 for p in chosen.plan.parts if p.set == "mark")


@settings(max_examples=40, deadline=None)
@given(diagrams())
def test_lines_lead_from_shape_to_shape_inside_the_box(diagram):
    intent, box, texts, language = diagram
    plan = choose(arrangements_of(intent, texts), texts, box, KIND, language).plan
    names = {p.name for p in plan.parts}
    for link in plan.links:
        assert link.start in names
        assert link.end in names or link.to
        if link.to:
            assert box.holds(Box(*link.to, *link.to), 0.6)


@settings(max_examples=40, deadline=None)
@given(diagrams())
def test_texts_that_are_said_to_fit_do_fit(diagram):
    intent, box, texts, language = diagram
    chosen = choose(arrangements_of(intent, texts), texts, box, KIND, language)
    if chosen.scale > SCALES[-1]:
        setting = Setting(KIND, language, chosen.scale)
        assert setting.holds(chosen.plan, texts, box)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("intent", DIAGRAMS)
def test_what_room_promises_is_set_at_fourteen_points(intent, language):
    for count in (3, 5, 8):
        room = dict(room_of(intent, WIDE, count, FRAME, language))
        first, last = next(iter(room)), [*room][-1]
        texts = texts_for(intent, count, said(room[first], language), said(room[last], language))
        if intent == "matrix":
            texts |= {n: said(room["axis"], language) for n in texts if n.startswith("axis")}
            texts |= {n: said(room["text"], language) for n in texts if n.endswith("text")}
        chosen = choose(arrangements_of(intent, texts), texts, WIDE, KIND, language)
        assert min(chosen.scale) >= 14


def test_a_smaller_box_promises_less():
    small = Box(0, 0, 320, 160)
    for intent in DIAGRAMS:
        wide, narrow = (sum(room_of(intent, b, 6, FRAME, "en").values()) for b in (WIDE, small))
        assert narrow < wide or intent == "hierarchy"
    assert most_items("process", small) < most_items("process", WIDE)
    assert most_items("matrix", small) == 4


def test_many_dates_stand_above_and_below_their_line():
    texts = texts_for("timeline", 6, "March", "A root barrier goes on the membrane")
    plan = choose(arrangements_of("timeline", texts), texts, WIDE, KIND, "en").plan
    boxes = {p.name: p.box for p in plan.parts}
    above = [boxes[f"step {i} text"].bottom < boxes[f"step {i} marker"].top for i in range(1, 7)]
    assert above == [True, False, True, False, True, False]


def test_a_long_process_wraps_to_a_second_row():
    texts = texts_for("process", 7, "Plant", "Soil first, then seed")
    plan = choose(arrangements_of("process", texts), texts, WIDE, KIND, "en").plan
    tops = {round(p.box.top) for p in plan.parts if p.name.endswith("card")}
    assert len(tops) == 2
    assert sum(link.arrow for link in plan.links) == 6


def test_a_larger_page_is_drawn_larger_as_a_whole():
    texts = texts_for("cycle", 4, "Plant", "in spring")
    once, twice = (
        choose(arrangements_of("cycle", texts), texts, Box(0, 0, 860 * n, 330 * n), KIND, "en")
        for n in (1, 2)
    )
    assert twice.scale == (2 * once.scale[0], 2 * once.scale[1])
    pairs = zip(once.plan.parts, twice.plan.parts, strict=True)
    assert all(b.box.width == pytest.approx(2 * a.box.width) for a, b in pairs)
