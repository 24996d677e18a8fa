"""Conversations: what is read, what is left out, second thoughts; transcripts kept."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.errors import DocumentProblem, GenerationFailed, OutputProblem, UsageProblem
from copydesk.generate.conversation import Conversation
from copydesk.generate.protocol import Message, Request
from copydesk.generate.scripted import Script, Scripted
from copydesk.generate.transcript import read_transcript, transcript


def talk(
    script: Script, *, context: int = 4096, system: str = "", room: int = 20
) -> tuple[Conversation, Scripted]:
    generator = Scripted(script, context=context)
    return Conversation(generator, Request((), max_tokens=room, seed=5), system), generator


def said(pieces: Iterator[str]) -> str:
    return "".join(pieces)


def roles(messages: tuple[Message, ...]) -> str:
    return "".join(message.role[0] for message in messages)


def test_each_answer_is_asked_for_with_all_that_was_said() -> None:
    chat, generator = talk(["One two.", "Three."], system="Be kind.")
    assert said(chat.say("a")) == "One two."
    assert said(chat.say("b")) == "Three."
    assert generator.requests[1].messages == (
        Message("system", "Be kind."),
        Message("user", "a"),
        Message("assistant", "One two."),
        Message("user", "b"),
    )
    assert roles(chat.messages) == "suaua"


def test_one_seed_gives_one_conversation_and_every_answer_its_own() -> None:
    seeds = []
    for _ in range(2):
        chat, generator = talk(["1", "2", "3"])
        said(chat.say("a"))
        said(chat.retry())
        said(chat.say("b"))
        seeds.append([request.seed for request in generator.requests])
    assert seeds[0] == seeds[1]
    assert len(set(seeds[0])) == 3
    assert seeds[0][0] == 5


def test_retry_puts_another_answer_in_place_of_the_last() -> None:
    chat, generator = talk(["first", "second", "third"])
    said(chat.say("a"))
    said(chat.say("b"))
    assert said(chat.retry()) == "third"
    assert generator.requests[2].messages == generator.requests[1].messages
    assert [turn.answer for turn in chat.turns] == ["first", "third"]
    assert len(chat.completions) == 3


def test_a_retry_without_a_word_leaves_the_old_answer() -> None:
    chat, _ = talk(["first", " "])
    said(chat.say("a"))
    said(chat.retry())
    assert [turn.answer for turn in chat.turns] == ["first"]


def test_a_failed_answer_leaves_the_conversation_as_it_was() -> None:
    chat, _ = talk(["first"])
    said(chat.say("a"))
    before = list(chat.turns)
    for failing in (chat.say("b"), chat.retry()):
        with pytest.raises(GenerationFailed, match="no more answers"):
            said(failing)
        assert chat.turns == before


def test_a_stopped_answer_keeps_what_was_said() -> None:
    chat, _ = talk(["one two three four"])
    cancel = Event()
    for piece in chat.say("a", cancel):
        if "two" in piece:
            cancel.set()
    assert chat.turns[0].answer == "one two"
    assert chat.completions[0].finish == "cancelled"


def test_an_edit_replaces_the_answer_and_remembers_the_draft_and_the_prompt() -> None:
    chat, generator = talk(["draft", "next"], system="S")
    said(chat.say("a"))
    chat.edit("better\n")
    turn = chat.edit("best")
    assert (turn.answer, turn.draft) == ("best", "draft")
    assert turn.prompt == generator.requests[0].messages
    assert (turn.model, turn.seed) == ("scripted", 5)
    said(chat.say("b"))
    assert Message("assistant", "best") in generator.requests[1].messages
    with pytest.raises(UsageProblem, match="empty"):
        chat.edit(" \n")


def test_nothing_can_be_taken_back_before_something_was_said() -> None:
    chat, _ = talk([])
    for act in (chat.undo, lambda: said(chat.retry()), lambda: chat.edit("x")):
        with pytest.raises(UsageProblem, match="Nothing was said yet"):
            act()


def test_undo_and_clear_forget() -> None:
    chat, generator = talk(["1", "2", "3", "4"])
    for text in "abc":
        said(chat.say(text))
    assert chat.undo().asked == "c"
    chat.clear()
    said(chat.say("d"))
    assert generator.requests[3].messages == (Message("user", "d"),)


# The scripted generator counts words: each turn below takes ten, its answer's room is twenty.

TEN = "one two three four five six seven eight nine"


def test_the_oldest_turns_leave_and_the_system_prompt_stays() -> None:
    told: list[int] = []
    chat, generator = talk(lambda request: TEN, context=100, system="S")
    chat.on_left_out = told.append
    for turn in range(20):
        said(chat.say("a"))
        read = generator.requests[-1].messages
        assert generator.count(read) + 20 <= 100
        assert read[0] == Message("system", "S")
        assert roles(read[1:]) == "ua" * (len(read) // 2 - 1) + "u"
        assert len(read) >= min(2 * turn + 2, 10)
    assert told == sorted(set(told))
    assert told[-1] == chat.left_out
    assert 4 <= len(told) <= 12  # not at every turn: each time all is read anew
    assert len(chat.turns) == 20
    assert chat.tokens() < 100


def test_a_message_that_is_alone_too_long_is_refused_with_numbers_and_forgotten() -> None:
    chat, generator = talk(lambda request: TEN, context=100, system="S")
    said(chat.say("a"))
    with pytest.raises(GenerationFailed) as caught:
        said(chat.say("word " * 90))
    assert "91 tokens" in caught.value.message
    assert "100" in caught.value.message
    assert "20 are for the answer" in caught.value.message
    assert len(generator.requests) == 1
    assert chat.left_out == 0
    said(chat.say("b"))
    assert len(generator.requests[1].messages) == 4


def test_the_answer_never_takes_more_than_a_quarter_of_the_window() -> None:
    assert talk([], context=100, room=1000)[0].room == 25
    assert talk([], context=100, room=7)[0].room == 7


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("say"), st.integers(1, 130)),
            st.tuples(st.sampled_from(["undo", "retry", "clear"]), st.just(0)),
        ),
        max_size=25,
    ),
    st.integers(1, 30),
)
def test_what_is_read_always_fits_and_ends_in_the_message(
    acts: list[tuple[str, int]], words: int
) -> None:
    chat, generator = talk(lambda request: "word " * words + "end.", context=100, system="S")
    for act, length in acts:
        try:
            match act:
                case "say":
                    said(chat.say("ask " * length))
                case "retry":
                    said(chat.retry())
                case "undo":
                    chat.undo()
                case _:
                    chat.clear()
        except (GenerationFailed, UsageProblem):
            continue
        assert 0 <= chat.left_out <= len(chat.turns)
    for request in generator.requests:
        assert generator.count(request.messages) + 20 <= 100
        assert roles(request.messages) == "s" + "ua" * (len(request.messages) // 2 - 1) + "u"


# Transcripts.


@pytest.mark.parametrize("system", ["", "Be kind."])
def test_a_saved_conversation_goes_on(tmp_path: Path, system: str) -> None:
    chat, _ = talk(["Ja, 蜜蜂.", "Two"], system=system)
    said(chat.say("a\n## b"))
    said(chat.say("b"))
    path = tmp_path / "t.json"
    path.write_bytes(transcript(path, chat.messages, "m"))
    other, generator = talk(["Three"], system="Another.")
    other.resume(read_transcript(path))
    assert other.messages == chat.messages
    assert other.system == system
    said(other.say("c"))
    assert generator.requests[0].messages == (*chat.messages, Message("user", "c"))
    assert other.turns[1].prompt == chat.turns[1].prompt
    assert json.loads(path.read_text(encoding="utf-8"))["model"] == "m"


def test_markdown_names_who_speaks() -> None:
    chat, _ = talk(["Answer."], system="Kind.")
    said(chat.say("Question?"))
    text = transcript(Path("t.MD"), chat.messages, "tiny").decode()
    assert text == "## System prompt\n\nKind.\n\n## You\n\nQuestion?\n\n## tiny\n\nAnswer.\n"
    with pytest.raises(OutputProblem, match=r"as t\.pdf"):
        transcript(Path("t.pdf"), chat.messages, "tiny")


def messages(*roles: str, content: object = "x") -> str:
    return json.dumps({"messages": [{"role": role, "content": content} for role in roles]})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "JSON"),
        ("[]", "object"),
        ("[" * 100_000, "recursion"),
        ("{}", "messages"),
        (messages("user"), "take turns"),
        (messages("assistant", "user"), "take turns"),
        (messages("user", "assistant", "system"), "take turns"),
        (messages("user", "assistant", "user", "user"), "take turns"),
        (messages("tool", "assistant"), "messages.0.role"),
        (messages("user", "assistant", content=3), "messages.0.content"),
        (messages("user", "assistant", content=" "), "empty"),
    ],
)
def test_what_is_no_conversation_is_a_sentence(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DocumentProblem) as caught:
        read_transcript(path)
    assert reason in caught.value.message
    assert caught.value.hint
    with pytest.raises(DocumentProblem, match="cannot be read"):
        read_transcript(tmp_path / "away.json")
