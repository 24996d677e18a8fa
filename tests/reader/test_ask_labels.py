"""Labels: a passage under another one proves nothing, and what begins with one is read on."""

from pathlib import Path

import pytest
from tests.support.asked import model, said, shelf, step

from copydesk.documents.passage import Passage
from copydesk.reader.ask import ask
from copydesk.reader.labels import elsewhere

COURSE = """# Course

Unit 1: Economic Systems and Business

Unit 2: Ethical Decisions

## Unit 3 assignments

The case study of the week is called We Want Our MTV.

## Unit 8 assignments

The case study of the week is called Discrimination Continues.
"""
LAW = """# 出租条例

## 第三章 押金

第三章：押金与租金

押金最多为两个月的租金。
"""


@pytest.mark.parametrize(
    ("question", "text", "path", "label"),
    [
        ("Which case study is under unit-8?", "Unit 3 work: a case study", (), "unit 8"),
        ("Which case study is under unit-8?", "• Unit 7 & 8 work: a case study", (), ""),
        ("Which case study is under unit 8?", "It is named MTV.", ("Unit 3",), "unit 8"),
        ("Which case study is under unit 8?", "As unit 3 showed, it is MTV.", (), ""),
        ("Which case study is under unit 8?", "Units 6-9: it is MTV.", (), ""),
        ("What are the names of unit 1 and unit 2?", "UNIT 2: Ethics", (), ""),
        ("What did it cost in 2021?", "Unit 3: 800 euros", (), ""),
        ("第八章讲什么？", "第三章：押金", (), "第8章"),
        ("第十二章讲什么？", "押金最多两个月。", ("第12章 押金",), ""),
        ("第三章讲什么？", "如第八章所述，押金最多两个月。", ("第三章",), ""),
    ],
)
def test_a_passage_under_another_label_is_known(
    question: str, text: str, path: tuple[str, ...], label: str
) -> None:
    passage = Passage(text, 1, path[-1] if path else "", path[:-1])
    assert elsewhere(question, passage) == label


def test_what_stands_under_another_unit_is_not_shown(tmp_path: Path) -> None:
    library, entries = shelf(tmp_path, course=COURSE)
    generator = model(said("@Discrimination", "Discrimination Continues"))
    with library:
        answer = ask("What is the case study of unit 8?", library, generator, entries=entries)
    assert answer.text == "Discrimination Continues"
    assert "MTV" not in generator.requests[0].messages[1].content


def test_an_answer_out_of_another_unit_is_asked_for_again(tmp_path: Path) -> None:
    gone = COURSE.replace("## Unit 8 assignments", "## Assignments after unit 8")
    library, entries = shelf(tmp_path, course=gone)
    generator = model(said("p1", "We Want Our MTV"), said("p1", "Discrimination Continues"))
    question = "What is the case study of unit 8 called?"
    with library:
        answer = ask(question, library, generator, entries=entries)
    assert [one.text for one in answer.sentences] == ["Discrimination Continues"]
    again = [r for r in generator.requests if step(r) == "answer"][1]
    assert "that passage is not about unit 8" in again.messages[-1].content


def test_a_label_alone_is_read_on_to_what_it_is_called(tmp_path: Path) -> None:
    library, entries = shelf(tmp_path, course=COURSE)
    question = "What are the names of unit 1 and unit 2 of the course?"
    with library:
        answer = ask(question, library, model(said("p1", "Unit 1", "Unit 2")), entries=entries)
    assert [one.text for one in answer.sentences] == [
        "Unit 1: Economic Systems and Business",
        "Unit 2: Ethical Decisions",
    ]
    assert "Unit 1: Economic Systems" in answer.citations[0].quotation


def test_a_chinese_label_is_read_on_too(tmp_path: Path) -> None:
    library, entries = shelf(tmp_path, law=LAW)
    with library:
        answer = ask("条例第三章叫什么？", library, model(said("p1", "第三章")), entries=entries)
    assert answer.text == "第三章：押金与租金"


def test_a_label_that_nothing_begins_with_stays_no_answer(tmp_path: Path) -> None:
    library, entries = shelf(tmp_path, course=COURSE)
    generator = model(said("p1", "case study"), said("p1", "case study"))
    with library:
        answer = ask("What is the case study called?", library, generator, entries=entries)
    assert answer.abstained
    assert {one.code for one in answer.findings} == {"dropped-nothing"}
