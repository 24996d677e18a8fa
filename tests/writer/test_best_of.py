"""Several drafts of a section: scored by what can be measured, and the best one stays."""

from collections.abc import Sequence
from typing import Any

import pytest
from tests.support.prose import endless

from copydesk.brief import make_brief
from copydesk.documents.read import read_documents
from copydesk.generate.scripted import Scripted
from copydesk.styles.load import load_style
from copydesk.writer.check import Checker
from copydesk.writer.drafting import Drafting
from copydesk.writer.form import load_form
from copydesk.writer.manner import Manner
from copydesk.writer.plan import Plan, Section
from copydesk.writer.scorers import SCORERS, Candidate, score

BRIEF = make_brief("Bees in cities", length=400)
PLAN = Plan(
    "Bees",
    (Section("Walls", "Walls are warm.", beats=("A.",)), Section("Ivy", "Late.", beats=("B.",))),
)


class Judge:
    """Likes the text whose first letter comes latest in the alphabet; remembers what it read."""

    def __init__(self) -> None:
        self.read: list[tuple[str, list[str]]] = []

    def score(self, prompt: str, answers: Sequence[str]) -> list[float]:
        self.read.append((prompt, list(answers)))
        return [float(ord(answer[0])) for answer in answers]


def candidate(text: str, words: int = 10, **more: Any) -> Candidate:
    return Candidate(text, words, Checker(BRIEF, **more))


def drafting(best_of: int = 3, **more: Any) -> Any:
    manner = Manner(best_of=best_of, review=False, judge=more.pop("judge", None))
    script = more.pop("script", endless())
    return Drafting(load_form("article"), BRIEF, Scripted(script), plan=PLAN, manner=manner, **more)


def test_the_length_asked_for_scores_one_and_twice_as_much_nothing() -> None:
    ten = "bee wall ivy lamp stone roof honey garden summer rain"
    scores = [SCORERS["length"](candidate(text)) for text in (ten, ten[:20], "", f"{ten} {ten}")]
    assert scores[0] == 1
    assert 0 < scores[1] < 1
    assert scores[2:] == [0, 0]


def test_saying_it_again_costs() -> None:
    once = "Bees nest in the old walls of this city. They fly for a mile to find some ivy."
    assert SCORERS["repetition"](candidate(once)) == 1
    assert SCORERS["repetition"](candidate(f"{once}\n\n{once}\n\n{once}")) < 0.7


def test_breaking_the_style_costs() -> None:
    style = load_style("plain")
    banned = "We utilize and leverage robust synergies in order to facilitate it."
    plain = "We use what we have, and it helps us all."
    scores = [SCORERS["style"](candidate(t, style=style)) for t in (plain, banned)]
    assert scores[0] > scores[1]


def test_what_no_source_knows_costs(tmp_path: Any) -> None:
    source = tmp_path / "report.md"
    source.write_text("In 2024 the city counted 312 hives.")
    documents = read_documents([str(source)])
    true, false = "The city counted 312 hives.", "The city counted 987 hives in 1931."
    scores = [SCORERS["provenance"](candidate(t, documents=documents)) for t in (true, false)]
    assert scores[0] == 1
    assert scores[1] < 0.6


def test_scores_add_up_and_a_judge_counts_from_nothing_to_one() -> None:
    judge = Judge()
    candidates = [candidate("a b c"), candidate("z b c"), candidate("m b c")]
    table = score(candidates, judge=judge, prompt="Bees")
    assert [row["judge"] for row in table] == [0, 1, pytest.approx(12 / 25)]
    for row in table:
        assert row["total"] == pytest.approx(sum(row[name] for name in (*SCORERS, "judge")))
        assert all(0 <= row[name] <= 1 for name in (*SCORERS, "judge"))
    assert judge.read == [("Bees", ["a b c", "z b c", "m b c"])]


def test_a_judge_that_likes_all_alike_decides_nothing() -> None:
    table = score([candidate("a b"), candidate("a c")], judge=Judge(), prompt="Bees")
    assert [row["judge"] for row in table] == [1, 1]


def test_a_judge_of_no_numbers_decides_nothing() -> None:
    class Broken(Judge):
        def score(self, prompt: str, answers: Sequence[str]) -> list[float]:
            return [float("nan"), 1.0, float("inf")][: len(answers)]

    table = score([candidate("a b"), candidate("a c"), candidate("d")], judge=Broken())
    assert all(0 <= row["judge"] <= 1 for row in table)
    assert all(row["total"] == row["total"] for row in table)


def test_without_a_judge_there_is_no_such_column() -> None:
    assert list(score([candidate("a")])[0]) == [*SCORERS, "total"]


def test_the_best_of_three_drafts_stays_and_only_it_is_shown() -> None:
    heard: list[str] = []
    notes: list[str] = []
    made = drafting(on_text=heard.append, on_note=notes.append)
    draft = made.run()
    rows = made.scores
    assert [(row["section"], row["draft"]) for row in rows] == [
        (section, number) for section in ("Walls", "Ivy") for number in (1, 2, 3)
    ]
    for section in ("Walls", "Ivy"):
        of_section = [row for row in rows if row["section"] == section]
        assert [row["chosen"] for row in of_section].count(True) == 1
        best = max(of_section, key=lambda row: row["total"])
        assert best["chosen"]
    assert " ".join("".join(heard).split()) == " ".join(draft.markdown.split())
    assert notes[:2] == ["Walls: draft 1 of 3", "Walls: draft 2 of 3"]


def test_a_judge_that_sees_the_brief_picks_the_draft() -> None:
    judge = Judge()
    draft = drafting(judge=judge).run()
    assert [prompt for prompt, _ in judge.read] == ["Bees in cities"] * 2
    for part, (_, answers) in zip(draft.parts, judge.read, strict=True):
        assert part.text in answers
        assert len(set(answers)) == 3


def test_drafts_of_one_section_do_not_forbid_each_other_their_words() -> None:
    """What a draft that was thrown away said may be said; what stands may not come again."""

    line = "Bees nest in the old walls of this city of brick."
    draft = drafting(script=lambda _request: line).run()
    assert [part.text for part in draft.parts] == [line, ""]


def test_one_draft_has_no_scores() -> None:
    made = drafting(best_of=1)
    made.run()
    assert made.scores == []


def test_a_text_in_one_piece_is_chosen_too() -> None:
    manner = Manner(best_of=2, review=False)
    made = Drafting(load_form("copy"), BRIEF, Scripted(endless()), manner=manner)
    draft = made.run()
    assert [row["section"] for row in made.scores] == ["Bees in cities"] * 2
    assert abs(draft.length - 400) <= 40
