"""What the sources do not say is found, marked and left out of the footnotes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.documents.cite import cite, footnotes
from copydesk.documents.evidence import Evidence
from copydesk.documents.passage import Document, Passage
from copydesk.documents.provenance import check, mark

REPORT = Document(
    "report.pdf",
    "1",
    (
        Passage(
            "The town of Ulm counted 1,250 hives in June 2024, 37.6% more than the year before.", 3
        ),
        Passage("Mary Miller of the Keepers Association said: “We never sold as much honey.”", 4),
        Passage("The new road to the harbour is 1,200 metres long and cost $4,000,000.", 9),
        Passage("Ships in the harbour unload 87 containers of steel each day of the week.", 10),
    ),
)
CHINESE = Document(
    "报告.docx",
    "2",
    (
        Passage("2024年6月，本市共统计蜂箱一千二百五十个，比上一年增长百分之三十五。"),
        Passage("港口新建道路全长3.2公里，总投资400万元，由东海建设有限公司承建。"),
    ),
)


def codes(text: str, language: str = "en", **more: str) -> list[tuple[str, str]]:
    documents = [REPORT] if language == "en" else [CHINESE]
    found = check(text, documents, language, **more)
    return [(f.code.removeprefix("unsupported-"), f.measured) for f in found]


@pytest.mark.parametrize(
    "text",
    [
        "Ulm counted 1250 hives in 2024.",
        "In June 2024 there were twelve hundred and fifty hives in Ulm.",
        "The hives grew by 38%, more than the year before.",
        "The hives grew by 38 percent on the year before.",
        "The road to the harbour is 1.2 km long and cost 4 million dollars.",
        "The road cost $4m.",
        "“We never sold as much honey,” said Mary Miller.",
        "Miller speaks for the Keepers Association.",
        "About 1,200 hives were counted in the town.",
    ],
)
def test_what_the_source_says_in_other_words_is_supported(text):
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The town counted 1,350 hives.", ("number", "1,350")),
        ("The town counted its hives in June 2023.", ("date", "June 2023")),
        ("The hives of the town grew by 39%.", ("number", "39%")),
        ("The town counted exactly 1,200 hives.", ("number", "1,200")),
        ("The hives belong to Peter Brown, they say.", ("name", "Peter Brown")),
        ("She said “we have sold too much honey”.", ("quotation", "we have sold too much honey")),
        ("The town counted 87 hives of its keepers.", ("number", "87")),
    ],
)
def test_what_the_source_does_not_say_is_found(text, found):
    assert codes(text) == [found]


def test_a_sum_is_not_in_the_source():
    assert codes("Road and hives together make 2,450 things of the town.") == [("number", "2,450")]


def test_a_figure_of_something_else_says_where_it_stands():
    (finding,) = check("The town counted 87 hives of its keepers.", [REPORT], "en")
    assert "p. 10" in finding.message
    assert finding.place == "line 1"


def test_the_brief_needs_no_source():
    text = "Peter Brown wants 99 hives by May 2031."
    assert len(codes(text)) == 3
    assert codes(text, also="For Peter Brown: 99 hives by May 2031") == []


def test_chinese_claims_are_looked_up_in_any_spelling():
    assert codes("2024年6月，全市有1250个蜂箱，增长35%。道路长3200米，投资四百万元。", "zh") == []
    assert codes("全市统计有1350个蜂箱，增长45%。", "zh") == [("number", "1350"), ("number", "45%")]
    assert codes("道路由西山建设有限公司承建。", "zh") == [("name", "西山建设有限公司")]


def test_without_sources_every_claim_is_unsupported():
    assert [f.measured for f in check("It was 1,250.", [], "en")] == ["1,250"]


def test_marks_stand_behind_what_is_unsupported_and_come_once():
    text = "# Bees\n\nUlm counted 1,350 hives, and 1,250 of them thrive.\n"
    marked = mark(text, check(text, [REPORT], "en"))
    assert "1,350 [not in the sources] hives, and 1,250 of" in marked
    assert mark(marked, check(marked, [REPORT], "en")) == marked


def test_chinese_marks_and_quotations():
    text = "他说：“蜂箱的数量从来没有这么少过”，共1350个蜂箱。"
    marked = mark(text, check(text, [CHINESE], "zh"))
    assert marked == "他说：“蜂箱的数量从来没有这么少过”【来源未载】，共1350【来源未载】个蜂箱。"
    assert mark(marked, check(marked, [CHINESE], "zh")) == marked


def test_a_sentence_is_cited_once_with_document_and_page():
    text = "# Bees\n\nUlm counted 1,250 hives in June 2024. The road is 1.2 km long. It rains.\n"
    assert [(c.document, c.page) for c in footnotes(text, [REPORT], "en")] == [
        ("report.pdf", 3),
        ("report.pdf", 9),
    ]
    cited = cite(text, [REPORT], "en")
    assert "June 2024.[^1] The road is 1.2 km long.[^2] It rains." in cited
    assert cited.endswith("[^1]: report.pdf, p. 3\n[^2]: report.pdf, p. 9\n")
    assert cite(cited, [REPORT], "en") == cited


def test_what_is_unsupported_gets_no_footnote():
    text = "The town counted 1,350 hives.\n"
    assert cite(text, [REPORT], "en") == text


def test_evidence_is_made_once_for_many_texts():
    evidence = Evidence([REPORT], also="99 hives")
    assert check("Ulm counted 1,250 hives and 99 hives.", evidence, "en") == []


@given(st.text(max_size=300), st.sampled_from(["en", "zh"]))
def test_any_text_is_checked_and_marked_and_cited_the_same_twice(text, language):
    documents = [REPORT, CHINESE]
    marked = mark(text, check(text, documents, language))
    assert mark(marked, check(marked, documents, language)) == marked
    cited = cite(text, documents, language)
    assert len(re.findall(r"\[\^\d+\]:", cited)) >= len(re.findall(r"^\[\^\d+\]:", text, re.M))


@given(
    st.lists(
        st.sampled_from(
            ["1,250 ", "99% ", "in 2019 ", "“a b c d e” ", "Ann Lee ", "x. ", "\n", "# "]
        )
    )
)
def test_marking_twice_changes_nothing(pieces):
    text = "".join(pieces)
    marked = mark(text, check(text, [REPORT], "en"))
    assert mark(marked, check(marked, [REPORT], "en")) == marked
