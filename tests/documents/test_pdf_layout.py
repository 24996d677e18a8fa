"""Pages are read as a person reads them, whatever order they are drawn in."""

from pathlib import Path

import pytest
from tests.documents.drawn import Page, column, grid, text, write

from copydesk.documents.pdf import read_pdf
from copydesk.documents.reading import How, Reading

LEFT = [
    "The keepers of the town have counted",
    "their hives every June since the year",
    "in which the bridge was built, and the",
    "books are kept in the old mill, where",
    "anybody may read them on a Sunday if",
    "the miller is at home, which he is in",
    "most weeks of the summer and in some",
    "weeks of the winter, when it does not",
]
RIGHT = [
    "snow so hard that nobody can get up to",
    "the mill at all. In those weeks people",
    "read what they have at home, and there",
    "are evenings at which the mayor reads",
    "from the books of the keepers to those",
    "who cannot read, or do not wish to, of",
    "whom there are more than one would say",
    "at first sight of a town of this size.",
]


def read(path: Path) -> Reading:
    return read_pdf(path, path.read_bytes(), How(ocr=False))


def texts(path: Path) -> list[str]:
    return [passage.text for passage in read(path).passages]


def test_two_columns_drawn_line_by_line_are_read_one_after_the_other(tmp_path):
    drawn = [text(60, 700, "Counting hives in a town", 16, "F2")]
    for at, (one, two) in enumerate(zip(LEFT, RIGHT, strict=True)):
        drawn += [text(60, 660 - 12 * at, one), text(310, 660 - 12 * at, two)]
    said = texts(write(tmp_path / "a.pdf", ["\n".join(drawn)]))
    assert said == ["Counting hives in a town", " ".join(LEFT + RIGHT)]


def test_the_right_column_may_be_drawn_first(tmp_path):
    drawn = [column(310, 660, RIGHT), column(60, 660, LEFT)]
    assert texts(write(tmp_path / "a.pdf", ["\n".join(drawn)])) == [" ".join(LEFT + RIGHT)]


def test_three_columns_are_read_one_after_the_other(tmp_path):
    lines = [line[:24] for line in LEFT]
    drawn = [
        column(x, 660, [f"{name} {line}" for line in lines])
        for x, name in ((400, "C"), (50, "A"), (225, "B"))
    ]
    said = " ".join(texts(write(tmp_path / "a.pdf", ["\n".join(drawn)])))
    assert [said.find(name) for name in ("A The", "B The", "C The")] == sorted(
        said.find(name) for name in ("A The", "B The", "C The")
    )
    assert said.find("A weeks") < said.find("B The") < said.find("B weeks") < said.find("C The")


def test_what_runs_across_parts_the_columns_above_from_those_below(tmp_path):
    across = "Figure 2: What the keepers wrote into their books in the years in which they counted."
    drawn = [
        column(60, 700, LEFT[:6]),
        column(310, 700, [*RIGHT[:5], "whom there are more than ten."]),
        text(60, 600, across),
        column(60, 570, LEFT[2:]),
        column(310, 570, RIGHT[2:]),
    ]
    reading = read(write(tmp_path / "a.pdf", ["\n".join(drawn)]))
    kinds = [(p.kind, p.text[:12]) for p in reading.passages]
    assert ("caption", "Figure 2: Wh") in kinds
    said = [p.text for p in reading.passages]
    figure = next(at for at, one in enumerate(said) if one == across)
    assert said[figure - 1].endswith("of the keepers to those whom there are more than ten.")
    assert said[figure + 1].startswith("in which the bridge was built")


def test_a_footnote_does_not_part_a_sentence_that_runs_on_in_the_next_column(tmp_path):
    drawn = [
        column(60, 300, LEFT),
        text(60, 180, "1 See the books of 1921, page 4.", 8),
        column(310, 300, RIGHT),
    ]
    said = texts(write(tmp_path / "a.pdf", ["\n".join(drawn)]))
    assert said == [" ".join(LEFT + RIGHT), "1 See the books of 1921, page 4."]


def test_text_beside_a_chart_does_not_mix_with_its_labels(tmp_path):
    labels = [text(400, 655, "Hives, by year", 8), text(390, 640, "90", 8), text(420, 628, "77", 8)]
    labels += [text(460, 616, "54", 8), text(400, 590, "2021", 8), text(450, 590, "2022", 8)]
    drawn = [column(60, 660, LEFT), *labels]
    drawn.append(
        column(
            60,
            540,
            ["After the chart the text runs over the whole width of the page again, as it did"],
        )
    )
    said = texts(write(tmp_path / "a.pdf", ["\n".join(drawn)]))
    assert " ".join(LEFT) in said[0]
    assert any(one.startswith("Hives, by year") for one in said)


def test_a_paragraph_keeps_a_box_for_each_column_it_stands_in(tmp_path):
    path = write(tmp_path / "a.pdf", [column(60, 660, LEFT) + "\n" + column(310, 660, RIGHT)])
    (passage,) = read(path).passages
    one, two = passage.boxes
    assert 59 < one.left < 61
    assert one.right < 310 <= two.left + 0.5
    assert 570 < one.low < 580 < 665 < one.top < 675


def test_headings_know_the_headings_they_stand_under(tmp_path):
    body = [column(60, 600, LEFT), column(60, 400, RIGHT)]
    drawn = [
        text(60, 760, "The Bees of a Town", 20, "F2"),
        text(60, 700, "2 Methods", 14, "F2"),
        text(60, 630, "2.1 Counting", 12, "F2"),
        *body,
        text(60, 440, "2.2 Weighing", 12, "F2"),
        text(60, 250, "3 Results", 14, "F2"),
        column(60, 220, LEFT),
    ]
    reading = read(write(tmp_path / "a.pdf", ["\n".join(drawn)]))
    paths = {p.text: p.path for p in reading.passages if p.kind == "heading"}
    assert paths == {
        "The Bees of a Town": ("The Bees of a Town",),
        "2 Methods": ("2 Methods",),
        "2.1 Counting": ("2 Methods", "2.1 Counting"),
        "2.2 Weighing": ("2 Methods", "2.2 Weighing"),
        "3 Results": ("3 Results",),
    }
    assert reading.title == "The Bees of a Town"
    assert reading.passages[-1].path == ("3 Results",)


def test_a_numbered_list_is_no_row_of_headings(tmp_path):
    items = ["1. Ask the keepers where their hives are", "2. Count the hives", "3. Write it down"]
    drawn = [column(60, 700, LEFT), column(60, 590, items, pitch=12)]
    reading = read(write(tmp_path / "a.pdf", ["\n".join(drawn)]))
    assert [p.text for p in reading.passages if p.kind == "heading"] == []
    assert [p.text for p in reading.passages][1:] == items


ROWS = [
    ["Town", "Hives", "Honey (t)", "Growth"],
    ["Ulm", "310", "4.2", "12%"],
    ["Bonn", "280", "3.9", "9%"],
    ["Kiel", "415", "6.1", "35%"],
]


def test_a_table_s_rows_say_the_heads_of_their_columns(tmp_path):
    drawn = [column(60, 700, LEFT), grid((60, 160, 230, 320), 580, ROWS)]
    reading = read(write(tmp_path / "a.pdf", ["\n".join(drawn)]))
    assert [p.text for p in reading.passages if p.kind == "row"] == [
        "Town | Hives | Honey (t) | Growth",
        "Town: Ulm | Hives: 310 | Honey (t): 4.2 | Growth: 12%",
        "Town: Bonn | Hives: 280 | Honey (t): 3.9 | Growth: 9%",
        "Town: Kiel | Hives: 415 | Honey (t): 6.1 | Growth: 35%",
    ]


def test_heads_of_two_rows_and_groups_of_rows_are_said_with_each_row(tmp_path):
    xs = (60, 180, 250, 330, 400)
    rows = [
        ["Town", "North", "South", "North", "South"],
        ["Old quarters"],
        ["Ulm", "11", "12", "13", "14"],
        ["Bonn", "21", "22", "23", "24"],
        ["Kiel", "31", "32", "33", "34"],
    ]
    drawn = "\n".join(
        [grid(xs, 700, rows), text(205, 714, "Year 2021", 9), text(355, 714, "Year 2022", 9)]
    )
    said = [p.text for p in read(write(tmp_path / "a.pdf", [drawn])).passages if p.kind == "row"]
    assert said[-1] == (
        "Old quarters – Town: Kiel | Year 2021 North: 31 | Year 2021 South: 32 | "
        "Year 2022 North: 33 | Year 2022 South: 34"
    )


def test_a_table_across_both_columns_of_a_page_keeps_its_rows(tmp_path):
    drawn = [grid((60, 190, 330, 460), 720, ROWS), column(60, 620, LEFT), column(310, 620, RIGHT)]
    said = texts(write(tmp_path / "a.pdf", ["\n".join(drawn)]))
    assert said[3] == "Town: Kiel | Hives: 415 | Honey (t): 6.1 | Growth: 35%"
    assert said[4] == " ".join(LEFT + RIGHT)


def test_the_labels_of_a_chart_are_no_table(tmp_path):
    marks = [
        (90, 640, "80"),
        (90, 610, "60"),
        (90, 580, "40"),
        (130, 622, "72.5"),
        (210, 604, "61.8"),
    ]
    marks += [
        (290, 633, "77.1"),
        (370, 590, "48.6"),
        (120, 560, "80M"),
        (200, 560, "250M"),
        (280, 560, "3B"),
    ]
    drawn = "\n".join([column(60, 500, LEFT), *(text(x, y, said, 7) for x, y, said in marks)])
    assert all(p.kind != "row" for p in read(write(tmp_path / "a.pdf", [drawn])).passages)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_and_its_boxes_are_where_it_is_seen(tmp_path, turn):
    path = write(tmp_path / "a.pdf", [Page(column(60, 700, LEFT), more=f"/Rotate {turn}")])
    reading = read(path)
    assert reading.passages[0].text == " ".join(LEFT)
    (box,) = reading.passages[0].boxes
    wide, high = (842, 595) if turn != 180 else (595, 842)
    assert 0 <= box.left < box.right <= wide
    assert 0 <= box.low < box.top <= high


def test_a_page_set_on_its_side_is_read_as_if_it_were_turned(tmp_path):
    lines = "\n".join(
        f"BT /F1 10 Tf 0 1 -1 0 {100 + 12 * at} 60 Tm ({line}) Tj ET"
        for at, line in enumerate(LEFT)
    )
    reading = read(write(tmp_path / "a.pdf", [lines]))
    assert reading.passages[0].text == " ".join(LEFT)
    (box,) = reading.passages[0].boxes
    assert 85 < box.left < 95
    assert 59 < box.low < 61


def test_a_table_of_contents_is_no_row_of_headings_and_has_no_rows_of_dots(tmp_path):
    lines = [
        f"{n} {name} {'. ' * 30}{n * 4}" for n, name in enumerate(("Hives", "Honey", "Wax"), 1)
    ]
    drawn = [column(60, 700, lines, 13, 18), column(60, 500, LEFT), column(60, 300, RIGHT)]
    reading = read(write(tmp_path / "a.pdf", ["\n".join(drawn)]))
    assert [p.text for p in reading.passages[:3]] == ["1 Hives … 4", "2 Honey … 8", "3 Wax … 12"]
    assert all(p.kind == "text" for p in reading.passages)


def test_a_paragraph_that_ends_without_a_stop_ends_with_its_short_line(tmp_path):
    lines = [
        LEFT[0],
        LEFT[1],
        "of the town",
        "Next the miller is asked what he has",
        "seen of the bees",
    ]
    said = texts(write(tmp_path / "a.pdf", [column(60, 700, lines)]))
    assert said == [" ".join(lines[:3]), " ".join(lines[3:])]


def test_labels_level_with_their_values_are_read_with_them_though_drawn_before_them(tmp_path):
    labels = ["Length of the course:", "Subject area:", "Prerequisites:", "Grade levels:"]
    values = ["A full year of lectures on the mill", "An elective between all subjects"]
    values += ["The pupil should have a hive at home", "Eleven and twelve, in the old school"]
    drawn = [column(60, 700, labels), column(220, 700, values), column(60, 500, LEFT)]
    said = " ".join(texts(write(tmp_path / "a.pdf", ["\n".join(drawn)])))
    assert all(f"{label} {value}" in said for label, value in zip(labels, values, strict=True))


def test_a_cover_s_lines_are_no_headings_of_what_follows(tmp_path):
    cover = [
        text(60, 700, "The Bees of a Town", 24, "F2"),
        text(60, 600, "Ada Wren and others", 18, "F2"),
    ]
    pages = ["\n".join(cover)]
    pages += [
        "\n".join([text(60, 700, f"{n} Counting on the hill", 14, "F2"), column(60, 660, LEFT)])
        for n in (1, 2, 3)
    ]
    last = read(write(tmp_path / "a.pdf", pages)).passages[-1]
    assert last.path == ("3 Counting on the hill",)


def test_a_dateline_does_not_go_on_in_a_column(tmp_path):
    drawn = [text(60, 760, "No. 34, Saturday", 10), column(60, 700, LEFT), column(310, 700, RIGHT)]
    said = texts(write(tmp_path / "a.pdf", ["\n".join(drawn)]))
    assert said == ["No. 34, Saturday", " ".join(LEFT + RIGHT)]
