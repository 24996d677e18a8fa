"""What is said twice is found, and what is not, is left alone."""

import random

from hypothesis import given
from hypothesis import strategies as st

from copydesk.prose.repetition import Seen, repetitions

SAID = "The river rose in March and took the lower bridge with it."


def codes(text: str, language: str = "en") -> list[str]:
    return [finding.code for finding in repetitions(text, language)]  # type: ignore[arg-type]


def test_a_text_that_says_everything_once_has_no_findings() -> None:
    text = f"# River\n\n{SAID} Nobody was hurt.\n\nThe town built a new one. It stands higher."
    assert codes(text) == []


def test_a_repeated_sentence_is_found_with_both_its_lines() -> None:
    findings = repetitions(f"{SAID} We ran.\n\nThen we slept. {SAID}", "en")
    assert [(f.code, f.place) for f in findings] == [("repeated-sentence", "line 3")]
    assert "line 1" in findings[0].message


def test_a_repeated_paragraph_is_one_finding_whatever_is_in_it() -> None:
    paragraph = f"{SAID} We stood on the hill and watched it go, and said nothing for a while."
    assert codes(f"{paragraph}\n\nThen rain.\n\n{paragraph}") == ["repeated-paragraph"]


def test_a_repeated_list_item_is_a_line() -> None:
    assert codes("- Write to the mayor today\n- Sleep well\n- write to the mayor **today**") == [
        "repeated-line"
    ]


def test_a_run_of_eight_words_is_a_cycle_and_of_seven_is_not() -> None:
    run = "one two three four five six seven eight"
    assert codes(f"First {run} then. Second {run} now.") == ["cycle"]
    seven = run.removesuffix(" eight")
    assert codes(f"First {seven} then. Second {seven} now.") == []


def test_a_cycle_is_told_once_and_whole() -> None:
    run = " ".join(f"word{n}" for n in range(20))
    (finding,) = repetitions(f"First {run} then. Second {run} now.", "en")
    assert finding.measured == "20 words"


def test_three_sentences_in_a_row_that_begin_alike_are_an_opening() -> None:
    assert codes("She was tall. She was old. She was kind.") == ["opening"]
    assert codes("She was tall. He ran off. She was old. He fell down. She was kind.") == []


def test_chinese_repeats_are_found_by_character() -> None:
    said = "河水在三月涨了起来，冲走了下游的那座老木桥。"
    assert codes(f"{said}没有人受伤。\n\n镇上的人都睡了。{said}", "zh") == ["repeated-sentence"]
    assert codes(f"昨天{said}\n\n听说{said}", "zh") == ["cycle"]
    assert codes(f"{said}镇上的人后来造了一座新桥。", "zh") == []


@given(st.text(alphabet="ab .\n-#我是。|`"))
def test_any_text_can_be_read(text: str) -> None:
    for language in ("en", "zh"):
        repetitions(text, language)  # type: ignore[arg-type]


def test_seen_knows_a_sentence_again_whatever_its_case_and_marks() -> None:
    seen = Seen("en")
    seen.add(SAID)
    assert seen.repeats(SAID.upper().replace(".", "!"))
    assert not seen.repeats("The town built a new bridge, and it stands higher.")


def test_seen_knows_a_sentence_that_is_mostly_old() -> None:
    seen = Seen("en")
    seen.add("On Monday the old men of the village walked down to the harbour to mend nets.")
    assert seen.repeats("The old men of the village walked down to the harbour to mend boats.")
    assert not seen.repeats(
        "Nobody knew that the old men of the village walked down alone that day."
    )


def test_a_short_sentence_may_come_again_but_not_at_once() -> None:
    seen = Seen("en")
    seen.add("Yes.")
    assert seen.repeats("Yes!")
    seen.add("I thought about the harbour and the nets.")
    assert not seen.repeats("Yes.")


def test_seen_reads_chinese_by_character() -> None:
    seen = Seen("zh")
    seen.add("河水在三月涨了起来，冲走了下游的那座老木桥。")
    assert seen.repeats("河水在三月涨了起来，冲走了下游的那座老石桥。")
    assert not seen.repeats("镇上的人后来造了一座新桥。")


def test_text_without_words_never_repeats() -> None:
    seen = Seen("en")
    seen.add("***")
    assert not seen.repeats("***")


def test_a_novel_of_new_sentences_loses_none_and_an_old_one_is_still_known() -> None:
    draw, seen = random.Random(7), Seen("en")
    lines = [" ".join(f"w{draw.randrange(5000)}" for _ in range(12)) + "." for _ in range(8400)]
    for line in lines:
        assert not seen.repeats(line)
        seen.add(line)
    assert all(seen.repeats(line) for line in lines[::700])
