"""A novel from a line of text to a book: whole, as long as asked, remembered in bounded space."""

import json
import re
from itertools import pairwise
from threading import Event

import pytest
from tests.support.novelist import Novelist, novelist
from tests.writer.novels import CHINESE, ENGLISH, novel

from copydesk.errors import UsageProblem
from copydesk.generate.protocol import Request
from copydesk.generate.scripted import Scripted
from copydesk.prose.repetition import repetitions
from copydesk.prose.units import count
from copydesk.writer.draft import Part
from copydesk.writer.novel.book import check_book, is_damaged
from copydesk.writer.novel.headings import chinese, heading
from copydesk.writer.novel.ledger import Entry
from copydesk.writer.novel.recent import Recent
from copydesk.writer.store import Memory


@pytest.mark.parametrize(("topic", "length"), [(ENGLISH, 6000), (CHINESE, 9000)])
def test_a_novel_has_every_chapter_and_the_length_that_was_asked_for(
    topic: str, length: int
) -> None:
    made = novel(topic=topic, chapters=7, length=length)
    draft = made.run()
    assert made.plan is not None
    shown = [heading(e.number, e.title, made.language) for e in made.plan.chapters]
    assert [part.heading for part in draft.parts] == shown
    assert len(set(shown)) == 7
    assert abs(draft.length - length) <= length * 0.05
    assert not [f for f in draft.findings if f.code.startswith("chapter")]
    assert not [f for f in repetitions(draft.markdown, made.language) if f.code != "opening"]
    first = "第一章 " if topic == CHINESE else "Chapter 1: "
    assert draft.parts[0].heading.startswith(first)


def test_what_streams_is_what_is_kept() -> None:
    heard: list[str] = []
    draft = novel(on_text=heard.append).run()
    assert "".join(heard).split() == draft.markdown.split()


@pytest.mark.parametrize(("topic", "length"), [(ENGLISH, 9000), (CHINESE, 12_000)])
def test_a_prompt_is_no_longer_at_chapter_thirty_than_at_chapter_six(
    topic: str, length: int
) -> None:
    sizes: dict[int, int] = {}

    def script(request: Request) -> str:
        said = request.messages[1].content
        found = re.search(r"^(?:Chapter |第 )(\d+)(?: of |  ?章（共)", said, re.MULTILINE)
        if found:
            number = int(found[1])
            size = sum(len(m.content.encode()) for m in request.messages[:2])
            sizes[number] = max(sizes.get(number, 0), size)
        return novelist(request)

    novel(topic=topic, chapters=30, length=length, generator=Scripted(script)).run()
    assert set(sizes) == set(range(1, 31))
    early, late = (max(sizes[n] for n in numbers) for numbers in (range(6, 18), range(18, 31)))
    assert late < early * 1.25
    assert max(sizes.values()) / (3 if topic == CHINESE else 4) < 3000  # tokens, at a wide guess


def test_a_chapter_is_told_who_is_there_what_happened_and_what_is_open() -> None:
    made = novel(generator=Scripted(novelist))
    made.run()
    assert isinstance(made.generator, Scripted)
    assert made.plan is not None
    entry = made.plan.chapters[3]
    state = json.loads(made.store.get("chapter-003-state.json") or "")
    asked = next(
        request.messages[1].content
        for request in made.generator.requests
        if f'Chapter 4 of 5, "{entry.title}"' in request.messages[1].content
        and request.schema is None
    )
    told = [entry.happens, entry.changes, *entry.who, *state["threads"], *state["recent"]]
    assert [line for line in told if line not in asked] == []
    before = (made.store.get("chapter-003") or "")[-60:]
    assert " ".join(before.split()) in asked


def test_memory_of_the_cast_lasts_and_threads_stay_few() -> None:
    made = novel(chapters=12, length=3000)
    made.run()
    states = [json.loads(made.store.get(f"chapter-{n:03}-state.json") or "") for n in range(1, 13)]
    for before, after in pairwise(states):
        assert set(before["cast"]) <= set(after["cast"])
        assert len(after["threads"]) <= 6
        assert len(after["recent"]) <= 4
    assert states[-1]["past"]


def test_a_state_that_no_answer_gives_is_taken_from_the_ledger() -> None:
    def script(request: Request) -> str:
        if request.schema and "happened" in request.schema["properties"]:
            return "not an object"
        return novelist(request)

    made = novel(generator=Scripted(script))
    assert len(made.run().parts) == 5
    assert made.plan is not None
    state = json.loads(made.store.get("chapter-002-state.json") or "")
    assert state["recent"] == [entry.happens for entry in made.plan.chapters[:2]]


def test_a_thousand_titles_alike_become_a_ledger_all_the_same() -> None:
    def script(request: Request) -> str:
        answer = novelist(request)
        if request.schema and "chapters" in request.schema["properties"]:
            ledger = json.loads(answer)
            for row in ledger["chapters"]:
                row["title"] = "Salt"
            return json.dumps(ledger)
        return answer

    plan = novel(chapters=20, generator=Scripted(script)).planned()
    assert [entry.number for entry in plan.chapters] == list(range(1, 21))
    assert len({entry.title for entry in plan.chapters}) == 20


def test_persons_with_the_same_name_become_one() -> None:
    def script(request: Request) -> str:
        answer = novelist(request)
        if request.schema and "cast" in request.schema["properties"] and "places" in answer:
            cast = json.loads(answer)
            for number, row in enumerate(cast["cast"]):
                row["name"] = "Anna Berg" if number else "Anna"
            return json.dumps(cast)
        return answer

    assert novel(generator=Scripted(script)).planned().bible.names == ("Anna",)


def test_interrupted_it_gives_what_there_is_and_goes_on_later() -> None:
    store, stop = Memory(), Event()
    heard: list[str] = []

    def hear(text: str) -> None:
        heard.append(text)
        if "## Chapter 3" in "".join(heard[-200:]) and len(text) > 20:
            stop.set()

    draft = novel(store, on_text=hear, cancel=stop).run()
    assert 2 <= len(draft.parts) <= 3
    assert draft.findings == ()
    assert draft.parts[-1].text
    whole = novel().run()
    assert novel(store).run().markdown == whole.markdown


def test_chapters_without_number_follow_the_length() -> None:
    assert len(novel(chapters=0, length=12_000).planned().chapters) == 4
    with pytest.raises(UsageProblem, match="501 chapters"):
        novel(chapters=501)


def test_words_in_the_ledger_are_a_chapters_share() -> None:
    made = novel(chapters=4, length=4000)
    plan = made.planned()
    from dataclasses import replace  # noqa: PLC0415 - here alone

    chapters = tuple(replace(e, words=300 if e.number == 2 else 100) for e in plan.chapters)
    draft = novel(plan=replace(plan, chapters=chapters), chapters=4, length=4000).run()
    sizes = [count(part.text, "en") for part in draft.parts]
    assert abs(sizes[1] - 2000) < 150
    assert all(abs(size - 666) < 120 for size in (sizes[0], *sizes[2:]))


def test_a_long_chapter_is_written_in_pieces_that_fit() -> None:
    generator = Novelist()
    draft = novel(chapters=1, length=9000, generator=generator).run()
    assert abs(draft.length - 9000) < 450
    assert generator.longest < 2600


def entry(number: int, title: str = "") -> Entry:
    return Entry(number, title or f"T{number}", ("Wen",), "there", "A walks.", "B knows.")


def test_a_book_is_held_against_its_ledger() -> None:
    ledger = [entry(1), entry(2), entry(3)]
    parts = [Part(heading(n, f"T{n}", "en"), f"word {n} " * 50) for n in (1, 2, 3)]
    budgets = [100, 100, 100]
    assert check_book(ledger, parts, budgets, "en") == []

    def codes(parts: list[Part]) -> list[str]:
        return [f.code for f in check_book(ledger, parts, budgets, "en")]

    assert codes(parts[:2]) == ["chapter-missing"]
    assert codes([*parts[:2], Part(parts[2].heading, parts[0].text)]) == ["chapter-twice"]
    assert codes([parts[1], parts[0], parts[2]]) == ["chapter-order"]
    assert codes([*parts, parts[2]]) == ["chapter-order"]
    assert codes([*parts[:2], Part(parts[2].heading, "short")]) == ["chapter-short"]
    assert codes([*parts[:2], Part(parts[2].heading, " ")]) == ["chapter-missing"]


def test_a_damaged_chapter_is_known() -> None:
    assert is_damaged(" \n", 0, "en")
    assert is_damaged("a word\0", 0, "en")
    assert is_damaged("one two three four", 10, "en")
    assert not is_damaged("one two three four", 5, "en")


def test_chinese_chapter_numbers() -> None:
    said = {1: "一", 10: "十", 12: "十二", 20: "二十", 100: "一百", 105: "一百零五"}
    said |= {110: "一百一十", 219: "二百一十九", 500: "五百", 1001: "一千零一"}
    assert {number: chinese(number) for number in said} == said


def test_the_memory_of_what_was_said_is_bounded() -> None:
    recent = Recent("en")
    opening = "The very first sentence of the book is about a lamp."
    for number in range(400):
        lines = (
            f"Sentence {number} of {line} says {number * line} and no more." for line in range(20)
        )
        recent.keep(f"{opening if not number else ''} {' '.join(lines)}")
        recent.end_chapter(opening if not number else f"Begin {number} with what nobody said.")
    assert recent.repeats("Sentence 399 of 19 says 7581 and no more.")
    assert not recent.repeats("Sentence 3 of 19 says 57 and no more.")
    assert recent.repeats(opening)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Chapter 2: Haas Arrives", "Haas Arrives"),
        ("Chapter Two. The Storm.", "The Storm"),
        ("第3章：许望川", "许望川"),
        ("第十章", "The quay 1"),
        ("Chapter and Verse", "Chapter and Verse"),
    ],
)
def test_a_title_has_no_number_before_it(said: str, title: str) -> None:
    def script(request: Request) -> str:
        answer = novelist(request)
        if request.schema and "chapters" in request.schema["properties"]:
            ledger = json.loads(answer)
            for number, row in enumerate(ledger["chapters"], 1):
                row["where"] = f"The quay {number}"
            ledger["chapters"][0]["title"] = said
            return json.dumps(ledger)
        return answer

    assert novel(generator=Scripted(script)).planned().chapters[0].title == title


def test_chapters_that_tell_the_same_are_asked_for_again() -> None:
    times: list[int] = []

    def script(request: Request) -> str:
        answer = novelist(request)
        if request.schema and "chapters" in request.schema["properties"] and not times:
            times.append(1)
            ledger = json.loads(answer)
            for row in ledger["chapters"]:
                row["happens"] = "Everybody looks for the keeper of the light in the town."
            return json.dumps(ledger)
        return answer

    plan = novel(chapters=12, generator=Scripted(script)).planned()
    assert len({entry.happens for entry in plan.chapters}) == 12
