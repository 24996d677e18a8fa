"""What is shown is final, what is banned never shows, and every attempt comes to an end."""

import random
from threading import Event

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.voices import FakeVoice

from copydesk.generate.bans import Bans
from copydesk.generate.protocol import Message, Request, Sampling
from copydesk.generate.steer import Steering, steer

WORDS = [
    "bee",
    " bee",
    "s",
    " city",
    " 蜜",
    "蜂",
    ".",
    "\n",
    " a",
    " the",
    "x",
    " ",
    "tap",
    "estry",
]


def anything(said: list[int], rng: random.Random) -> list[int]:
    return rng.sample(range(len(WORDS)), len(WORDS))


def spoken(voice: FakeVoice, request: Request, cancel: Event | None = None) -> tuple[str, Steering]:
    """All that was shown, and the sample."""
    steering = Steering(request)
    shown = "".join(steer(voice, [99, 98], steering, cancel=cancel))
    assert shown == steering.text
    return shown, steering


def ask(most: int = 40, **more: object) -> Request:
    return Request((Message("user", "x"),), most, **more)  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 10_000),
    st.lists(st.sampled_from(["bee", "bees", "the", "蜜蜂", "tapestry", "a bee", "x"]), max_size=4),
    st.lists(st.sampled_from([".", "city", "s\n"]), max_size=2),
)
@example(36, ["蜜蜂", "x"], [])  # what follows clears a beginning, and is then taken back
@example(36, ["bee", "the"], ["."])  # a banned word ends where a stop string begins
@example(44, ["bee", "the"], ["s\n"])  # the same of a stop string's beginning
def test_no_banned_phrase_ever_shows(seed: int, bans: list[str], stops: list[str]) -> None:
    request = ask(seed=seed, bans=tuple(bans), stop=tuple(stops))
    shown, steering = spoken(FakeVoice(WORDS, anything), request)
    assert Bans(bans).scan(shown, ended=True)[1] is None
    assert not [stop for stop in stops if stop in shown]
    assert len(steering.ids) <= 40
    assert steering.state == "done"
    assert steering.finish in ("stop", "length", "loop", "banned")


@given(st.integers(0, 1000), st.lists(st.sampled_from(["bee", "the"]), max_size=2))
def test_one_seed_gives_one_text(seed: int, bans: list[str]) -> None:
    request = ask(seed=seed, bans=tuple(bans))
    texts = {spoken(FakeVoice(WORDS, anything), request)[0] for _ in range(3)}
    assert len(texts) == 1


def test_a_rewind_reads_nothing_again_and_forbids_the_first_token_in_its_place() -> None:
    def likes_bees(said: list[int], rng: random.Random) -> list[int]:
        return [1, 3, 8, 10]  # " bee" first, then " city"

    voice = FakeVoice(WORDS, likes_bees)
    shown, steering = spoken(voice, ask(3, bans=("bee",), guard_loops=False))
    assert shown == " city city city"
    assert voice.takes[1].forbid == frozenset({1})
    assert voice.takes[1].ids == [99, 98]
    assert voice.takes[1].seed != voice.takes[0].seed
    assert steering.read_again <= len(voice.takes)


def test_a_voice_that_can_only_say_banned_things_gives_up() -> None:
    every = FakeVoice(
        [f" bee{i}" for i in range(500)], lambda said, rng: rng.sample(range(500), 500)
    )
    bans = tuple(f"bee{i}" for i in range(500))
    shown, steering = spoken(every, ask(bans=bans))
    assert shown == ""
    assert steering.finish == "banned"
    assert [finding.code for finding in steering.findings] == ["banned"]
    assert steering.findings[0].fix
    assert len(every.takes) < 100


def test_a_loop_is_left_with_another_seed_and_costly_repetition() -> None:
    loop = [1, 2, 9, 3, 6]  # " bees the city."

    def loops_unless_dry(said: list[int], rng: random.Random) -> list[int]:
        if voice.takes[-1].sampling.dry_multiplier > 0:
            return [10] if said[-1] != 10 else [8]
        return [loop[(len(said) - 2) % len(loop)]]

    voice = FakeVoice(WORDS, loops_unless_dry)
    shown, _ = spoken(voice, ask(60))
    assert shown.count(" bees the city.") == 1
    assert len(voice.takes) > 1
    assert voice.takes[-1].seed != voice.takes[0].seed


def test_a_loop_that_cannot_be_left_ends_with_a_finding() -> None:
    def ever(said: list[int], rng: random.Random) -> list[int]:
        return [3, 1, 9]

    voice = FakeVoice(WORDS, ever)
    shown, steering = spoken(voice, ask(400))
    assert steering.finish == "loop"
    assert steering.findings[0].code == "loop"
    assert len(shown) < 200
    assert len(voice.takes) <= 7


def test_the_guard_can_be_left_out() -> None:
    voice = FakeVoice(WORDS, lambda said, rng: [3])
    shown, steering = spoken(voice, ask(50, guard_loops=False))
    assert shown == " city" * 50
    assert (steering.finish, len(voice.takes)) == ("length", 1)


def test_where_a_grammar_only_knows_the_start_the_whole_answer_is_drawn_again() -> None:
    voice = FakeVoice(WORDS, anything)
    request = ask(12, bans=("bee", "the"), schema={"type": "string"}, seed=5)
    steering = Steering(request, whole=True)
    pieces = list(steer(voice, [99], steering))
    assert len(pieces) <= 1  # nothing is shown before its end
    assert all(take.ids == [99] for take in voice.takes)
    assert Bans(request.bans).scan(steering.text, ended=True)[1] is None


def test_cancelling_ends_it_with_what_was_said() -> None:
    cancel = Event()

    def stops(said: list[int], rng: random.Random) -> list[int]:
        if len(said) > 6:
            cancel.set()
        return [8, 9]

    shown, steering = spoken(FakeVoice(WORDS, stops), ask(50, bans=("tapestry",)), cancel)
    assert steering.finish == "cancelled"
    assert shown.startswith(" a a a")


def test_text_is_shown_before_its_end() -> None:
    voice = FakeVoice(WORDS, lambda said, rng: [8, 9] if len(said) % 2 else [3])
    steering = Steering(ask(20, bans=("tapestry",), guard_loops=False))
    pieces = list(steer(voice, [1], steering))
    assert len(pieces) > 10


def test_sampling_is_as_asked_until_something_goes_wrong() -> None:
    voice = FakeVoice(WORDS, anything)
    spoken(voice, ask(5, sampling=Sampling(temperature=0.3), seed=11))
    assert voice.takes[0].sampling == Sampling(temperature=0.3)
    assert voice.takes[0].seed == 11
