"""What a digest chooses of a document without a model: sentences, stretches, figures, terms."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.documents.passage import Document, Passage
from copydesk.reader.digest.choose import Weights
from copydesk.reader.digest.figures import figures
from copydesk.reader.digest.open_ends import left_open
from copydesk.reader.digest.parts import stretches
from copydesk.reader.digest.source import Source, caption_of
from copydesk.reader.digest.terms import defined, frequent


def document(*passages: Passage, pages: int = 0, title: str = "") -> Document:
    return Document("report.pdf", "", passages, title, pages=pages)


def source(*passages: Passage, pages: int = 0) -> Source:
    return Source(document(*passages, pages=pages))


def text(said: str, page: int = 1, section: str = "", *above: str) -> Passage:
    return Passage(said, page, section, above)


def head(said: str, page: int = 1, *above: str) -> Passage:
    return Passage(said, page, said, above, kind="heading")


def test_references_appendices_and_contents_are_left_out() -> None:
    made = source(
        head("Contents"),
        text("1 Introduction 2", 1, "Contents"),
        head("Introduction"),
        text("Roofs in towns feed wild bees in summer.", 1, "Introduction"),
        head("Acknowledgements", 2),
        text("We thank the caretakers of all eight buildings.", 2, "Acknowledgements"),
        head("References", 3),
        text("A. Bee. Roofs and their guests. Journal of Towns, 2020.", 3, "References"),
        head("A Questionnaire", 4),
        text("How many bees did you see on your own roof today?", 4, "A Questionnaire"),
    )
    assert [one.text for one in made.said] == ["Roofs in towns feed wild bees in summer."]


def test_a_document_of_nothing_else_is_read_all_the_same() -> None:
    made = source(
        head("References"), text("A. Bee wrote a book on roofs in towns.", 1, "References")
    )
    assert len(made.said) == 1


@pytest.mark.parametrize(
    ("said", "kind", "label"),
    [
        ("Figure 3: Counts by month", "text", "Figure 3"),
        ("Fig. 2. Roofs", "text", "Fig. 2"),
        ("Table A1 | Sample", "text", "Table A1"),
        ("Table 2 Results by age", "text", "Table 2"),
        ("图 3 各月数量", "caption", "图 3"),
        ("表1：各屋顶的蜂种数量", "text", "表1"),
    ],
)
def test_captions_are_known(said: str, kind: str, label: str) -> None:
    found = caption_of(Passage(said, kind=kind))  # type: ignore[arg-type]
    assert found is not None
    assert said[: found.end("number")].strip() == label


@pytest.mark.parametrize(
    "said", ["Table 2 shows that roofs are warm.", "表 2 列出了全部结果。", "Tables were set."]
)
def test_sentences_about_figures_are_no_captions(said: str) -> None:
    assert caption_of(Passage(said)) is None


def test_figures_are_listed_once_with_their_page_and_tables_without_caption_by_their_title() -> (
    None
):
    found = figures(
        source(
            Passage("Figure 1: Roofs of the town. Photos by the authors.", 2, kind="caption"),
            Passage("Figure 1: Roofs of the town, again.", 9, kind="caption"),
            text("Share of roofs that bloom", 3),
            Passage("Roof: Library | Share: 40%", 3, kind="row"),
            Passage("Roof: School | Share: 60%", 3, kind="row"),
            Passage("Year: 2024 | Bees: 12", 4, kind="row"),
            Passage("Year: 2025 | Bees: 41", 4, kind="row"),
            pages=9,
        )
    )
    assert [(f.kind, f.label, f.caption, f.spot.page) for f in found] == [
        ("figure", "Figure 1", "Roofs of the town", 2),
        ("table", "", "Share of roofs that bloom", 3),
        ("table", "", "Year | Bees", 4),
    ]


def test_short_forms_are_found_with_their_long_ones() -> None:
    found = defined(
        source(
            text("We use random digit dial (RDD) samples. RDD costs more than other samples."),
            text("The Federal Deposit Insurance Corporation (FDIC) pays. The FDIC was asked."),
            text("They met (see below) at noon (NOON) and left."),
        )
    )
    assert [(t.term, t.meaning) for t in found] == [
        ("RDD", "random digit dial"),
        ("FDIC", "Federal Deposit Insurance Corporation"),
    ]


def test_definitions_of_contracts_in_both_languages() -> None:
    found = defined(
        source(
            text("Dewey Beach Enterprises, Inc. (“DBE”) sued. DBE lost the suit in the end."),
            text("“Roof” means any surface above the last floor of a building. A Roof may leak."),
        )
    )
    assert {t.term: t.meaning for t in found} == {
        "DBE": "Dewey Beach Enterprises, Inc.",
        "Roof": "any surface above the last floor of a building",
    }
    chinese = defined(
        source(
            text("城市生物多样性指数（UBI）是指用来衡量城市物种丰富程度的综合指标。"),
            text("本合同所称“屋顶”是指建筑物最高层以上的全部表面。屋顶由乙方维护。"),
        )
    )
    assert {t.term: t.meaning for t in chinese} == {
        "UBI": "城市生物多样性指数",
        "屋顶": "建筑物最高层以上的全部表面",
    }


def test_words_that_go_together_often_are_terms_on_several_pages() -> None:
    passages = [text(f"The wild bees of roof {n} were many and loud.", n % 3 + 1) for n in range(9)]
    found = frequent(source(*passages, pages=3), ["other"])
    assert [(t.term, t.spot.page) for t in found] == [("wild bees", 1)]
    assert not frequent(source(*passages, pages=3), ["Wild Bees"])


def test_what_is_left_open_is_what_the_document_says_is() -> None:
    made = source(
        text("Roofs were planted in May and counted in June of that year.", 1, "Results"),
        text("Whether winters harm the seeds remains unclear to all who were asked.", 2, "Results"),
        text("Our counts cover one year only and eight roofs in one town.", 3, "Limitations"),
        text("The project was a success for all who took part in it.", 3, "Limitations"),
    )
    assert [one.passage.page for one in left_open(made, Weights(made))] == [2, 3]
    chinese = source(text("由于样本仅有八个屋顶，结论的普遍性有待进一步验证。", 1, "结果"))
    assert left_open(chinese, Weights(chinese))


def test_sentences_that_cannot_stand_alone_weigh_nothing() -> None:
    made = source(
        text("Source: Surveys of adults conducted in September of 2018."),
        text("answer_1 = Question(“Where does the film take place?”) is called."),
        text("The roof (which was planted in May had many bees."),
        text("https://example.org has all counts of the bees on roofs."),
        text("Pew Research Center Internet Project Tracking Surveys Of Adults."),
        text("Short words."),
    )
    weights = Weights(made)
    assert [weights.of(one) for one in made.said if weights.of(one)] == []


def test_best_are_in_reading_order_and_differ() -> None:
    made = source(
        text("Bees on roofs need flowers from March until October each year."),
        text("In short, bees on roofs need flowers from March until October each year."),
        text("Results show that planted roofs hold forty-one species of wild bees."),
        text("It was a day like any other and nobody came along."),
    )
    best = Weights(made).best(made.said, 2)
    assert [one.at for one in best] == sorted(one.at for one in best)
    assert len(best) == 2
    assert not {0, 1} <= {one.at for one in best}


def test_long_documents_are_cut_along_their_headings_into_ten_at_most() -> None:
    passages = []
    for chapter in range(1, 31):
        title = f"{chapter} Chapter"
        passages.append(head(title, chapter * 10))
        passages += [
            text(f"Sentence {n} of the chapter on roof {chapter}. " * 12, chapter * 10 + n, title)
            for n in range(8)
        ]
    made = source(*passages, pages=310)
    cut = stretches(made)
    assert 5 <= len(cut) <= 10
    assert [i for stretch in cut for i in stretch.passages] == made.body
    assert all(" – " in stretch.title or "Chapter" in stretch.title for stretch in cut)
    assert len({stretch.title for stretch in cut}) == len(cut)


def test_documents_without_headings_are_cut_at_pages() -> None:
    passages = [text(f"Line {n} of a long minute. " * 20, n // 4 + 1) for n in range(200)]
    cut = stretches(source(*passages, pages=50))
    assert 5 <= len(cut) <= 12
    for before, after in pairwise(cut):
        assert passages[before.passages[-1]].page != passages[after.passages[0]].page


@given(
    st.lists(
        st.builds(
            Passage,
            text=st.text(min_size=1, max_size=200),
            page=st.integers(0, 5),
            section=st.text(max_size=20),
            kind=st.sampled_from(["text", "heading", "row", "caption"]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_document_is_read_without_a_fault(passages: list[Passage]) -> None:
    made = source(*passages, pages=5)
    weights = Weights(made)
    assert all(weights.of(one) >= 0 for one in made.said)
    weights.best(made.said, 3)
    numbers = [i for stretch in stretches(made) for i in stretch.passages]
    assert numbers == made.body
    figures(made)
    defined(made)
    frequent(made, [])
    left_open(made, weights)
