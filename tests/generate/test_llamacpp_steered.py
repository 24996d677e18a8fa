"""llama.cpp on the small model: several samples, rewinds that cost nothing, adapters, crowds."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.hf_folders import tiny_adapter, tiny_llama

from copydesk.errors import ContextExceeded, GenerationFailed, UnknownName
from copydesk.generate import steer
from copydesk.generate.bans import Bans
from copydesk.generate.export import export_model
from copydesk.generate.llamacpp.engine import LlamaCpp
from copydesk.generate.protocol import Completion, Message, Request, Sampling, complete

ASK = Request((Message("user", "Tell me about bees in the city."),), max_tokens=32, seed=3)


@pytest.fixture(scope="module")
def engine(small_model: Path) -> Iterator[LlamaCpp]:
    generator = LlamaCpp(small_model, context=1024, threads=1, parallel=4)
    yield generator
    generator.close()


def said(engine: LlamaCpp, **changes: object) -> Completion:
    return complete(engine, replace(ASK, **changes))[0]  # type: ignore[arg-type]


@pytest.mark.model
def test_samples_in_step_are_drawn_the_same_every_time(engine: LlamaCpp) -> None:
    runs = [[end.text for end in complete(engine, replace(ASK, n=4))] for _ in range(2)]
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 4


@pytest.mark.model
def test_samples_share_one_reading_of_the_prompt(engine: LlamaCpp) -> None:
    fresh = (Message("user", "Wasps build nests of paper. " * 8),)
    ends = complete(engine, Request(fresh, max_tokens=8, n=4))
    read = sum(end.prompt_tokens - end.cached_tokens for end in ends)
    assert read == ends[0].prompt_tokens - ends[0].cached_tokens
    assert ends[0].prompt_tokens > 50


@pytest.mark.model
def test_a_fresh_request_is_drawn_as_if_nothing_had_been_asked(
    engine: LlamaCpp, small_model: Path
) -> None:
    said(engine, messages=(Message("user", "Tell me about bees in the country and wasps."),))
    used = said(engine, fresh=True)
    assert used.cached_tokens == 0
    other = LlamaCpp(small_model, context=1024, threads=1, parallel=4)
    try:
        assert said(other).text == used.text
    finally:
        other.close()


@pytest.mark.model
def test_more_samples_than_slots_run_in_waves(engine: LlamaCpp) -> None:
    ends = complete(engine, replace(ASK, n=6, max_tokens=8))
    assert [end.seed for end in ends] == [3, 4, 5, 6, 7, 8]


@pytest.mark.model
@pytest.mark.parametrize("n", [1, 3])
def test_banned_phrases_never_appear(engine: LlamaCpp, n: int) -> None:
    plain = complete(engine, replace(ASK, n=n, max_tokens=60))
    words = {w.strip(".,") for end in plain for w in end.text.split() if len(w) > 4}
    bans = tuple(sorted(words)[:12])
    ends = complete(engine, replace(ASK, n=n, max_tokens=60, bans=bans))
    for end in ends:
        assert Bans(bans).scan(end.text, ended=True)[1] is None
        assert end.finish in ("length", "stop")
        assert len(end.text) > 40


@pytest.mark.model
def test_a_rewind_reads_next_to_nothing_again(
    engine: LlamaCpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples: list[steer.Steering] = []
    start = steer.Steering.__post_init__
    monkeypatch.setattr(
        steer.Steering, "__post_init__", lambda self: (samples.append(self), start(self))[1]
    )
    said(engine, bans=("bees", "the", "city", "are"), max_tokens=60)
    (sample,) = samples
    rewinds = sample._rewinds.total()
    assert rewinds >= 2
    # Each take reads the token before it again: once to draw the first token without the
    # forbidden ones, and once to go on from there.
    assert sample.read_again <= 2 * rewinds + 1


@pytest.mark.model
def test_a_chinese_phrase_is_banned_by_its_characters(engine: LlamaCpp) -> None:
    ask = Request((Message("user", "Say 蜜蜂 蜜蜂 蜜蜂."),), 24, sampling=Sampling(temperature=0))
    assert "蜂" not in complete(engine, replace(ask, bans=("蜂",)))[0].text


@pytest.mark.model
@pytest.mark.parametrize("seed", range(6))
def test_a_character_of_several_tokens_may_follow_a_ban(engine: LlamaCpp, seed: int) -> None:
    """The small model spells most Chinese in bytes: its first token alone says nothing."""
    ask = Request((Message("user", "Say 蜜蜂蜜蜂蜜蜂蜜蜂蜜蜂蜜蜂蜜蜂蜜蜂."),), 40, seed=seed)
    plain = complete(engine, ask)[0].text
    first = plain.strip()[:3]
    end = complete(engine, replace(ask, bans=(first,)))[0]
    assert first.casefold() not in end.text.casefold()
    assert end.finish == "stop" or end.completion_tokens >= 40


@pytest.mark.model
def test_everything_that_a_completion_comes_from_is_told(engine: LlamaCpp) -> None:
    end = said(engine)
    assert ASK.messages[0].content in end.prompt
    assert end.prompt.endswith("assistant\n")
    assert (end.seed, end.model) == (3, engine.name)
    assert len(end.model_hash) == 64
    assert end.engine.startswith("xllamacpp ")
    assert end.prompt_tokens == engine.count(ASK.messages)


@pytest.mark.model
def test_a_prompt_that_may_be_cut_is_and_a_finding_says_how_much(engine: LlamaCpp) -> None:
    long = (Message("system", "Be brief."), Message("user", f"FIRST {'bees ' * 3000} LAST"))
    with pytest.raises(ContextExceeded, match="more than the 1,024"):
        complete(engine, Request(long, 20))
    end = complete(engine, Request(long, 20, may_cut=True))[0]
    assert end.prompt_tokens <= 1024 - 20
    assert "FIRST" in end.prompt
    assert "LAST" in end.prompt
    assert [finding.code for finding in end.findings] == ["prompt-cut"]
    assert "tokens too long" in end.findings[0].message


@pytest.mark.model
def test_a_crowd_of_threads_is_answered_whatever_it_asks(engine: LlamaCpp) -> None:
    """Long and short, sampled and cancelled, more than there is room for: nobody waits for ever."""
    ends: dict[int, Completion | None] = {}

    def ask(number: int) -> None:
        words = (Message("user", f"{number} " + "bees and wasps " * (number * 17 % 60)),)
        request = Request(words, max_tokens=30 + number % 5 * 40, seed=number, n=1 + number % 3)
        if number % 4 == 0:
            pieces = engine.stream(request)
            next(pieces)
            pieces.close()  # type: ignore[attr-defined]
            ends[number] = None
        else:
            ends[number] = complete(engine, request)[0]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=240)
    assert sorted(ends) == list(range(16))
    assert all(end is None or end.text for end in ends.values())


@pytest.mark.model
def test_an_adapter_that_was_not_given_is_unknown(engine: LlamaCpp) -> None:
    with pytest.raises(UnknownName, match="house"):
        said(engine, adapter="house")


@pytest.fixture(scope="module")
def adapted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaCpp]:
    """A tiny model with two adapters, all from folders of transformers."""
    folder = tmp_path_factory.mktemp("adapted")
    base = tiny_llama(folder / "base")
    adapters = {}
    for number, name in enumerate(("house", "other")):
        tiny_adapter(base, folder / name, seed=number)
        adapters[name] = folder / f"{name}.gguf"
        export_model(folder / name, adapters[name], base=base, check=False)
    export_model(base, folder / "base.gguf", check=False)
    generator = LlamaCpp(
        folder / "base.gguf", context=256, threads=1, parallel=2, adapters=adapters
    )
    yield generator
    generator.close()


def test_each_request_chooses_its_adapter(adapted: LlamaCpp) -> None:
    ask = Request((Message("user", "Bees"),), 16, sampling=Sampling(temperature=0))
    names = ("", "house", "other")
    texts = [complete(adapted, replace(ask, adapter=name))[0].text for name in names]
    assert len(set(texts)) == 3
    again = [complete(adapted, replace(ask, adapter=name, n=2))[1].text for name in names]
    assert again == texts


def test_weights_that_are_not_numbers_are_told(tmp_path: Path) -> None:
    base = tiny_llama(tmp_path / "base")
    export_model(base, tmp_path / "base.gguf", check=False)
    content = bytearray((tmp_path / "base.gguf").read_bytes())
    content[-4096:] = b"\xff\x7f" * 2048  # NaN in F16
    (tmp_path / "nan.gguf").write_bytes(content)
    generator = LlamaCpp(tmp_path / "nan.gguf", context=256, threads=1)
    try:
        with pytest.raises(GenerationFailed, match="not a number"):
            complete(generator, Request((Message("user", "Bees"),), 16))
    finally:
        generator.close()
