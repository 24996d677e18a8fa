"""Policies beside their base: who is asked what, who wins, what is kept, what falls short."""

import json
import math
from pathlib import Path

import pytest
from tests.train.evaluate.contests import HOUSE, MACHINE, Contest, sample

from copydesk.errors import UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Question
from copydesk.train.evaluate.compare import outcome
from copydesk.train.evaluate.page import page
from copydesk.train.evaluate.parts import part_rows
from copydesk.train.evaluate.policies import Settings, evaluate_policy
from copydesk.train.evaluate.report import PolicyReport
from copydesk.train.evaluate.texts import pool
from copydesk.train.evaluate.voices import Ask

TRAIN = [sample(number) for number in range(100, 130)]
HELD = [sample(number) for number in range(40)]
FEW = Settings(prompts=10, examples=2)


def test_style_says_whether_its_texts_were_held_out(tmp_path: Path) -> None:
    for held, origin in (
        (HELD, "20 held-out texts of the house"),
        (HELD[:4], "30 training texts of the house, for too few were held out"),
    ):
        report = evaluate_policy(
            Contest(),
            held,
            TRAIN,
            tmp_path / str(len(held)),
            title="house",
            base="tiny",
            settings=Settings(prompts=4, examples=2),
            judges=("style",),
        )
        assert report.judges == {"style": f"the distance in style from {origin}"}


class Longer:
    name = "longer"
    about = "likes what is long"

    def score(self, prompt, answers):
        return [float(len(answer)) for answer in answers]


def evaluated(keep: Path, contest: Contest | None = None, **more) -> PolicyReport:
    settings = more.pop("settings", FEW)
    return evaluate_policy(
        contest or Contest(),
        HELD,
        TRAIN,
        keep,
        title="house",
        base="tiny",
        settings=settings,
        **more,
    )


def test_all_are_asked_the_same_with_the_same_seeds(tmp_path: Path) -> None:
    contest = Contest()
    evaluated(tmp_path, contest)
    by_voice: dict[str, list[Ask]] = {}
    for voice, ask in contest.spoken.asked:
        by_voice.setdefault(voice, []).append(ask)
    own = by_voice["policy"]
    base, few_shot = by_voice[""][:10], by_voice[""][10:]
    assert own == base == by_voice["sft"]
    assert [ask.seed for ask in few_shot] == [ask.seed for ask in own]
    assert all(len(ask.prompt) == 5 for ask in few_shot)
    assert [ask.prompt[-1] for ask in few_shot] == [ask.prompt[-1] for ask in own]
    shown = {turn.content for ask in few_shot for turn in ask.prompt if turn.role == "assistant"}
    assert shown <= {row.completion for row in TRAIN}


def test_the_two_halves_share_no_prompt() -> None:
    parts = part_rows(HELD, 100)
    asked = {row.prompt for row in parts.asked}
    assert asked.isdisjoint({row.prompt for row in parts.reference})
    assert len(asked) == len(parts.reference) == 20
    assert {row.place for row in parts.asked} == {
        row.place for row in part_rows(list(reversed(HELD)), 100).asked
    }


def test_nearer_style_wins_and_numbers_add_up(tmp_path: Path) -> None:
    report = evaluated(tmp_path)
    assert report.judge == "style"
    win = report.win("base")
    assert win is not None
    assert win.rate.value == 1.0
    assert report.win("sft").rate.value == 0.5
    change = report.measure("policy", "perplexity_change")
    assert change.value == pytest.approx(math.exp(-0.5) - 1)
    assert change.low <= change.value <= change.high
    words = len(
        [
            "We",
            "open",
            "roof",
            "1",
            "at",
            "eight,",
            "and",
            "the",
            "bees",
            "are",
            "out",
            "before",
            "us.",
            "Ask",
            "us",
            "how.",
        ]
    )
    assert report.measure("policy", "kl").value == pytest.approx(0.5 * words)
    assert report.measure("policy", "machine_phrases").value == 0
    assert report.measure("base", "machine_phrases").value > 10
    assert report.measure("house", "style_distance") is not None
    assert report.measure("policy", "overlap").value == 9


def test_what_falls_short_is_said(tmp_path: Path) -> None:
    parrot = Contest(lambda voice, ask: HOUSE if voice == "policy" else MACHINE)
    report = evaluated(tmp_path, parrot, judges=[Longer()])
    said = " ".join(report.short)
    assert "learnt by heart" in said
    assert "asked only 10 prompts" in said
    loser = Contest(lambda voice, ask: MACHINE if voice == "policy" else "We are out at eight.")
    said = " ".join(evaluated(tmp_path / "b", loser).short)
    assert "need not be more than half" in said
    assert "lie no nearer to the house's style" in said
    assert "uses more machine phrases" in said


def test_answers_are_kept_and_only_missing_ones_are_asked(tmp_path: Path) -> None:
    first = evaluated(tmp_path)
    again = Contest(lambda voice, ask: pytest.fail("asked again"))
    assert evaluated(tmp_path, again).as_json() == first.as_json()
    path = tmp_path / "answers" / "policy.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:7], lines[7][:20]]), encoding="utf-8")  # a kill
    resumed = Contest()
    assert evaluated(tmp_path, resumed).as_json() == first.as_json()
    assert len(resumed.spoken.asked) == 3
    assert evaluated(tmp_path, again).as_json() == first.as_json()


def test_other_weights_answer_anew(tmp_path: Path) -> None:
    evaluated(tmp_path)
    contest = Contest()
    contest.identity = lambda name: f"others of {name}"  # type: ignore[method-assign]
    evaluated(tmp_path, contest)
    assert len(contest.spoken.asked) == 40


def test_length_is_taken_out(tmp_path: Path) -> None:
    def speak(voice: str, ask: Ask) -> str:
        longer = (voice == "policy") == (ask.seed % 2 == 0)
        return " ".join([HOUSE] * (2 if longer else 1))

    report = evaluated(
        tmp_path, Contest(speak), judges=[Longer()], settings=Settings(prompts=20, examples=0)
    )
    win = report.win("base")
    assert win.controlled.weight > 0
    assert win.controlled.low < 0.5 < win.controlled.high


def test_chinese_counts_characters(tmp_path: Path) -> None:
    text = "我们八点开门，蜜蜂比我们还早。这里没有人再戴手套。你一年会被蜇两次，这是蜂蜜的代价。"
    held = [sample(number, text, "zh") for number in range(30)]
    train = [sample(number, text, "zh") for number in range(100, 120)]
    contest = Contest(
        lambda voice, ask: "我们八点开门，蜜蜂早已出门。" if voice else "众所周知，蜜蜂很重要。"
    )
    report = evaluate_policy(contest, held, train, tmp_path, settings=FEW)
    assert report.language == "zh"
    assert report.measure("policy", "length").value == len("我们八点开门蜜蜂早已出门")
    assert '<main lang="zh">' in page(report)


def test_nothing_to_ask(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="No row was held out"):
        evaluate_policy(Contest(), [Question(prompt=())], TRAIN, tmp_path)


def test_prompts_alone_are_asked_too(tmp_path: Path) -> None:
    asked = [Question(prompt=row.prompt, place=row.place) for row in HELD]
    report = evaluate_policy(Contest(), asked, TRAIN, tmp_path, settings=FEW)
    assert report.measure("policy", "perplexity") is None
    assert report.measure("house", "length") is None
    assert "training texts of the house" in " ".join(report.notes)


def test_no_texts_at_all_still_measures(tmp_path: Path) -> None:
    asked = [Question(prompt=row.prompt, place=row.place) for row in HELD[:3]]
    report = evaluate_policy(Contest(), asked, (), tmp_path, settings=FEW)
    assert report.wins == ()
    assert report.measure("policy", "length") is not None
    assert page(report)


def test_style_cannot_judge_without_texts(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="Too few texts"):
        evaluate_policy(Contest(), HELD[:2], (), tmp_path, judges=["style"], settings=FEW)


def test_too_few_comparisons_for_a_judge(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="takes 40"):
        evaluated(tmp_path, judges=["pairs"])


def test_json_has_no_nan(tmp_path: Path) -> None:
    class Broken(Longer):
        name = "broken"

        def score(self, prompt, answers):
            return [math.nan for _ in answers]

    report = evaluated(tmp_path, judges=[Broken()])
    content = json.loads(json.dumps(report.as_json(), allow_nan=False))
    assert content["table"][0]["measure"] == "perplexity of held-out texts"
    told = {row["measure"]: row for row in content["told"]}
    assert [*told] == [row["measure"] for row in content["table"]]
    assert told["share without an end"]["policy"].endswith(" %")
    assert told["share without an end"]["house"] == ""
    assert content["wins"][0]["shown"].startswith("50 %")


def test_pairs_count_by_what_was_preferred() -> None:
    prompt = (Message("user", "Write"),)
    pair = Pair(prompt=prompt, chosen="good", rejected="bad")
    parts = part_rows([pair], 5)
    assert parts.asked[0].text == "good"


def test_outcomes_of_numbers_that_are_none() -> None:
    assert outcome(math.nan, 1.0) == 0.0
    assert outcome(1.0, math.nan) == 1.0
    assert outcome(math.nan, math.nan) == 0.5
    assert outcome(2.0, 2.0) == 0.5


def test_short_texts_are_measured_together() -> None:
    texts = ["one two three four five"] * 300
    pooled = pool(texts, "en")
    assert [len(text.split()) for text in pooled] == [400, 400, 400, 300]
    assert len(pool(texts[:90], "en")) == 1
    assert pool(["word " * 900, "word " * 500], "en") == ["word " * 900, "word " * 500]
    assert pool([], "en") == []
