"""What an audit finds in rows made to be found, and what it leaves alone."""

from collections.abc import Sequence

import pytest

from copydesk.errors import UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Question, Ranking, Row, Sample, Verdict
from copydesk.train.audit import CODES, AuditReport, Gravity, audit, refuse, without_nonsense

EN = "The desk reads every text twice and cuts whatever is not needed, says the {} editor."
ZH = "第{}位编辑把每一篇文章读两遍，删去不需要的字。"


def asked(text: str) -> tuple[Message, ...]:
    return (Message("user", text),) if text else ()


def pair(prompt: str, chosen: str, rejected: str, **more: object) -> Pair:
    return Pair(prompt=asked(prompt), chosen=chosen, rejected=rejected, **more)  # type: ignore[arg-type]


def good(number: int) -> list[Row]:
    """Pairs with nothing wrong, in English and Chinese."""
    return [
        pair(f"Describe thing {at} 物{at}", f"{_word(at)} is good", f"{_word(at * 7 + 3)} is poor",
             place=f"good.jsonl:{at + 1}")
        for at in range(number)
    ]  # fmt: skip


def _word(number: int) -> str:
    return (
        " ".join(f"word{number * 31 + at}" for at in range(8)) + f"字{chr(0x4E00 + number % 5000)}"
    )


def looked(rows: Sequence[Row], **more: object) -> AuditReport:
    return audit(rows, baselines=False, **more)  # type: ignore[arg-type]


def codes(report: AuditReport) -> dict[str, int]:
    return {
        code: n for code, n in report.counts.items() if code not in {"few-prompts", "languages"}
    }


def test_good_rows_have_nothing_serious() -> None:
    report = looked(good(80))
    assert codes(report) == {}
    assert report.serious == report.refused == report.arguable == ()
    refuse(report)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (pair("p", "good", " \n"), "empty-answer"),
        (Sample(prompt=asked("p"), completion=""), "empty-answer"),
        (Verdict(prompt=asked("p"), completion="\u3000", keep=True), "empty-answer"),
        (Ranking(prompt=asked("p"), completions=("a", "", "c"), ranks=(1, 2, 3)), "empty-answer"),
        (pair("p", "same", "same "), "identical-answers"),
        (pair("写", "一样。", "一样。"), "identical-answers"),
        (
            Ranking(prompt=asked("p"), completions=("a", "b", "a"), ranks=(1, 2, 3)),
            "identical-answers",
        ),
        (
            Ranking(prompt=asked("p"), completions=("a", "b", "a"), ranks=(1, 2, 1)),
            "repeated-answer",
        ),
        (pair("p", "same", "same", tie=True), "repeated-answer"),
        (pair("p", "The end.", "the end"), "barely-different"),
        (pair("", "alone", "without"), "no-prompt"),
        (Question(prompt=asked("nothing yet")), "unanswered"),
        (pair("问题是什么", "answer in english", "another english one"), "other-language"),
    ],
)
def test_one_row_among_good_ones(row: Row, code: str) -> None:
    placed = type(row)(**{**vars(row), "place": "bad.jsonl:7"})
    report = looked([*good(60), placed])
    assert codes(report) == {code: 1}
    (finding,) = [each for each in report.findings if each.code == code]
    assert finding.place == "bad.jsonl:7"


def test_training_refuses_nonsense_and_names_the_rows() -> None:
    rows = [*good(60), pair("p", "same", "same", place="bad.jsonl:3")]
    rows.append(Sample(prompt=asked("q"), completion=" ", place="bad.jsonl:9"))
    report = looked(rows)
    for anyway in (False, True):
        with pytest.raises(UsageProblem, match="nonsense") as problem:
            refuse(report, anyway=anyway)
        assert "bad.jsonl:3" in problem.value.message
        assert "bad.jsonl:9" in problem.value.message
        assert problem.value.hint


def test_what_is_arguable_passes_when_insisted_on() -> None:
    rows = [*good(60), pair("p", "a", "b", place="x:1"), pair("p", "b", "a", place="x:2")]
    report = looked(rows)
    assert codes(report) == {"contradiction": 1}
    with pytest.raises(UsageProblem, match="x:1, x:2") as problem:
        refuse(report)
    assert "--anyway" in problem.value.hint
    refuse(report, anyway=True)


def test_one_prompt_is_arguable() -> None:
    report = looked([pair("Same!", f"good {at}", f"bad {at}") for at in range(12)])
    assert [each.code for each in report.arguable] == ["one-prompt"]
    same = looked([Question(prompt=asked("Write it")), Question(prompt=asked("write  IT."))])
    assert "one-prompt" in same.counts


def test_all_tied_is_nonsense_and_some_tied_is_not() -> None:
    tied: list[Row] = [
        Ranking(prompt=asked(f"p{at}"), completions=(f"a{at}", f"b{at}"), ranks=(1, 1))
        for at in range(60)
    ]
    assert [each.code for each in looked(tied).refused] == ["all-tied"]
    report = looked([*tied, *good(1)])
    assert report.refused == ()
    assert report.numbers["ties"] == 60
    assert report.numbers["comparisons"] == 61


def _verdicts(kept: int, dropped: int) -> list[Row]:
    return [
        Verdict(prompt=asked(f"p{at}"), completion=f"{_word(at)}", keep=at < kept)
        for at in range(kept + dropped)
    ]


def test_verdicts_of_one_class() -> None:
    assert [each.code for each in looked(_verdicts(60, 0)).refused] == ["one-class"]
    assert [each.code for each in looked(_verdicts(0, 60)).refused] == ["one-class"]
    assert codes(looked(_verdicts(58, 2))) == {"unbalanced": 1}
    assert codes(looked(_verdicts(40, 20))) == {}
    assert looked(_verdicts(40, 20)).numbers["dropped"] == 20
    assert looked([*_verdicts(60, 0), *good(5)]).refused == ()  # the pairs have both


def test_answers_both_kept_and_dropped() -> None:
    def both(first: str, second: str) -> AuditReport:
        verdicts = [
            Verdict(prompt=asked("p"), completion="a", keep=at == 0, annotator=who, place=f"v:{at}")
            for at, who in enumerate((first, second))
        ]
        return looked([*_verdicts(40, 20), *verdicts])

    assert codes(both("ann", "ben")) == {}
    report = both("", "")
    assert codes(report) == {"mixed-verdicts": 1}
    assert report.serious[0].place == "v:0, v:1"


def test_exact_duplicates_are_grouped() -> None:
    rows = good(60)
    rows += [
        type(rows[0])(**{**vars(rows[at]), "place": f"more:{number}"})
        for number, at in enumerate([0, 0, 1])
    ]
    report = looked(rows)
    assert codes(report) == {"duplicate": 3}
    assert [each.place for each in report.findings if each.code == "duplicate"] == [
        "good.jsonl:1, more:0, more:1",
        "good.jsonl:2, more:2",
    ]


def test_another_annotator_is_no_duplicate() -> None:
    rows = [
        pair(f"p{at}", f"{_word(at)} a", f"{_word(at + 900)} b", annotator=who)
        for at in range(60)
        for who in ("ann", "ben")
    ]
    assert codes(looked(rows)) == {}


@pytest.mark.parametrize("text", [EN, ZH])
def test_near_duplicates_in_both_languages(text: str) -> None:
    long = text.format("first") * 3
    rows: list[Row] = [
        *good(60),
        Sample(prompt=asked("one"), completion=long, place="n:1"),
        Sample(prompt=asked("two"), completion=f"{long} 又", place="n:2"),
    ]
    report = looked(rows)
    assert report.counts["near-duplicate"] == 1
    (finding,) = [each for each in report.findings if each.code == "near-duplicate"]
    assert finding.place == "n:1, n:2"


def test_comparisons_of_one_prompt_are_no_near_duplicates() -> None:
    long = EN.format("first") * 3
    rows = [*good(60), pair("p", f"{long} End.", long), pair("p", f"{long} Stop!", long)]
    assert "near-duplicate" not in looked(rows).counts


def test_contradictions_are_of_one_annotator() -> None:
    def both(first: str, second: str) -> AuditReport:
        return looked(
            [*good(60), pair("p", "a", "b", annotator=first), pair("p", "b", "a", annotator=second)]
        )

    assert codes(both("", "")) == codes(both("ann", "ann")) == {"contradiction": 1}
    assert codes(both("ann", "ben")) == {}


def test_a_contradiction_between_a_ranking_and_a_pair() -> None:
    ranking = Ranking(prompt=asked("p"), completions=("a", "b", "c"), ranks=(1, 2, 3), place="r:1")
    report = looked([*good(60), ranking, pair("p", "c", "a", place="r:2")])
    assert codes(report) == {"contradiction": 1}
    assert report.arguable[0].place == "r:1, r:2"


def test_a_cycle_names_its_rows() -> None:
    rows = [
        *good(60),
        *(
            pair("p", better, worse, place=f"c:{at}")
            for at, (better, worse) in enumerate(["ab", "bc", "cd", "da", "ax"])
        ),
    ]
    report = looked(rows)
    assert codes(report) == {"cycle": 1}
    (finding,) = report.serious
    assert finding.place == "c:0, c:1, c:2, c:3"
    refuse(report)


def test_a_chain_of_any_length_is_no_cycle_and_no_recursion() -> None:
    rows: list[Row] = [pair("p", f"a{at}", f"a{at + 1}") for at in range(3000)]
    report = looked([*good(1), *rows])
    assert "cycle" not in report.counts
    circle = looked([*good(1), *rows, pair("p", "a3000", "a0")])
    assert circle.counts["cycle"] == 1


def test_orders_of_different_prompts_never_contradict() -> None:
    rows = [*good(60), pair("p", "a", "b"), pair("q", "b", "a")]
    assert codes(looked(rows)) == {}


def test_leaks_between_what_is_learnt_and_tested() -> None:
    train = good(60)
    long = EN.format("first") * 2
    held = [
        pair("describe THING 3: 物3", "u v w", "x y z", place="held:1"),
        pair(f"{long} Why?", "k l m", "n o p", place="held:2"),
        pair("Another", train[5].chosen, "q r s", place="held:3"),  # type: ignore[union-attr]
        pair("Quite another", "t t t", "r r r", place="held:4"),
    ]
    train.append(pair(f"{long} Why not?", "d e f", "g h i", place="train:1"))
    report = looked(train, held=held)
    assert codes(report) == {"leak-prompt": 1, "leak-near-prompt": 1, "leak-answer": 1}
    places = {each.code: each.place for each in report.findings}
    assert places["leak-prompt"] == "good.jsonl:4, held:1"
    assert places["leak-near-prompt"] == "train:1, held:2"
    assert places["leak-answer"] == "good.jsonl:6, held:3"
    with pytest.raises(UsageProblem, match="held:1"):
        refuse(report, anyway=True)


def test_annotators_who_guess_are_found() -> None:
    rows: list[Row] = []
    for at in range(60):
        one, other = f"{_word(at)} a", f"{_word(at + 900)} b"
        rows.append(pair(f"p{at}", one, other, annotator="ann"))
        turned = (one, other) if at % 2 else (other, one)
        rows.append(pair(f"p{at}", *turned, annotator="ben"))
    report = looked(rows)
    assert codes(report) == {"disagreement": 1}
    assert report.numbers["agreement"] == pytest.approx(0.5)
    assert report.numbers["kappa.ann|ben"] == pytest.approx(0.0)
    assert report.numbers["human_ceiling"] == pytest.approx(0.5)


def test_few_prompts_is_only_a_note() -> None:
    report = looked(good(10))
    assert report.counts == {"few-prompts": 1}
    assert report.serious == ()
    refuse(report)


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(UsageProblem, match="no rows"):
        audit([])


def test_findings_come_gravest_first_and_not_without_end() -> None:
    rows: list[Row] = [pair("p", "a", "a", place=f"x:{at}") for at in range(1200)]
    report = looked([*rows, *good(60), pair("q", "c", "d"), pair("q", "d", "c")])
    gravities = [CODES[each.code].gravity for each in report.findings]
    assert gravities == sorted(gravities, reverse=True)
    assert report.counts["identical-answers"] == 1200
    assert len([each for each in report.findings if each.code == "identical-answers"]) == 1000
    assert report.findings[9].place == "x:9"
    assert report.findings[10].place == "x:10"


def test_every_code_says_what_to_do() -> None:
    for code, about in CODES.items():
        assert about.name, code
        assert about.fix, code
        assert isinstance(about.gravity, Gravity)


def test_the_report_is_json() -> None:
    import json  # noqa: PLC0415 - only here

    report = looked([*good(5), pair("p", "a", "a")])
    told = json.loads(json.dumps(report.as_json(), allow_nan=False))
    assert told["counts"]["identical-answers"] == 1
    assert told["findings"][0]["gravity"] == "nonsense"
    assert told["refused"] == 1
    assert told["numbers"]["pairs"] == 6


def test_rows_without_nonsense_are_taken_and_keep_their_order() -> None:
    rows = [
        pair("p", "same", "same"),
        *good(3),
        Sample(prompt=asked("p"), completion=""),
        pair("q", "c", "d"),
        pair("q", "d", "c"),
        type(good(1)[0])(**{**vars(good(1)[0]), "place": "zzz"}),
    ]
    left = without_nonsense(rows)
    assert list(left) == [*rows[1:4], *rows[5:7]]
    report = looked(left)
    assert report.refused == ()
    assert "contradiction" in report.counts
    assert without_nonsense([]) == ()


def test_latin_letters_are_no_second_language_beside_english() -> None:
    english = [
        Sample(prompt=asked(f"p{n}"), completion=f"Bees like roof {n}.", language="en")
        for n in range(5)
    ]
    unnamed = [Sample(prompt=asked(f"q{n}"), completion=f"Bees like street {n}.") for n in range(5)]
    report = looked([*english, *unnamed])
    assert "languages" not in report.counts
    assert report.numbers["language.en"] == 1
    chinese = [
        Sample(prompt=asked(f"物{n}"), completion=f"蜜蜂喜欢屋顶{n}。", language="zh")
        for n in range(5)
    ]
    report = looked([*unnamed, *chinese])
    assert report.numbers["language.latin"] == 0.5
    report = looked([*english, *unnamed, *chinese])
    assert report.numbers["language.en"] == pytest.approx(2 / 3)
    assert report.counts["languages"] == 1


def test_a_place_of_several_rows_is_named_once() -> None:
    rows = [
        Ranking(
            prompt=asked("p"),
            completions=("Good.", ""),
            ranks=(1, 2),
            annotator=name,
            place="a.jsonl:1",
        )
        for name in ("Ada", "Bo")
    ]
    report = looked([*rows, *good(3)])
    with pytest.raises(UsageProblem, match=r"2 × empty answers \(a\.jsonl:1\)"):
        refuse(report)
    few = next(each for each in report.findings if each.code == "few-prompts")
    assert few.place == "a.jsonl:1, good.jsonl:1, good.jsonl:2, good.jsonl:3"
