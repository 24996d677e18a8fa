"""Several samples in one batch: the texts of single runs, leaving rows, waves, lack of memory."""

# ruff: noqa: PLC0415 - torch and what needs it are imported where they are used

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.generate.hf.test_engine import GREEDY, HOT, answer, ask, heard, sayable

from copydesk.errors import GenerationFailed
from copydesk.generate.hf.engine import Transformers
from copydesk.generate.protocol import Request, complete


def alone(engine: Transformers, request: Request, n: int) -> list[str]:
    return [answer(engine, request.with_seed(request.seed + at)).text for at in range(n)]


@pytest.mark.parametrize("sampling", [GREEDY, HOT])
@pytest.mark.parametrize("n", [2, 4, 7])
def test_samples_are_the_texts_of_neighbouring_seeds(
    engine: Transformers, sampling: Any, n: int
) -> None:
    # Two of the tokens end an answer, so rows leave at different times.
    ends = complete(engine, ask(sampling=sampling, n=n, max_tokens=150))
    assert [end.text for end in ends] == alone(engine, ask(sampling=sampling, max_tokens=150), n)
    assert [end.seed for end in ends] == list(range(3, 3 + n))


def test_samples_come_interleaved_and_each_ends_once(engine: Transformers) -> None:
    pieces = list(engine.stream(ask(n=3, max_tokens=30)))
    first_end = next(at for at, piece in enumerate(pieces) if piece.end)
    assert {piece.index for piece in pieces[:first_end]} == {0, 1, 2}
    assert Counter(piece.index for piece in pieces if piece.end) == {0: 1, 1: 1, 2: 1}
    for index in range(3):
        own = [piece for piece in pieces if piece.index == index]
        assert own[-1].end is not None
        assert "".join(piece.text for piece in own) == own[-1].end.text


def test_the_prompt_is_read_once_for_all(llama: Path) -> None:
    engine = Transformers(llama, threads=1, batch=4)
    ends = complete(engine, ask(n=6))
    assert [end.prompt_tokens - end.cached_tokens for end in ends[:4]] == [
        ends[0].prompt_tokens,
        *(0, 0, 0),
    ]
    assert ends[4].cached_tokens == ends[4].prompt_tokens - 1  # the second wave


def test_a_row_that_goes_back_reads_one_token_again_and_the_others_go_on(
    engine: Transformers, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = alone(engine, ask(max_tokens=60, guard_loops=False), 3)
    phrase = sayable(free[1])
    request = ask(max_tokens=60, guard_loops=False, bans=(phrase,))
    single = [answer(engine, request.with_seed(seed)) for seed in (3, 4, 5)]
    read: list[int] = []
    voice = engine._ready()[0]
    whole = voice.read

    def counted(run: Any, ids: Any, cancel: Any = None) -> Any:
        read.append(len(ids))
        return whole(run, ids, cancel)

    monkeypatch.setattr(voice, "read", counted)
    ends = complete(engine, ask(max_tokens=60, guard_loops=False, bans=(phrase,), n=3))
    assert [end.text for end in ends] == [end.text for end in single]
    assert [heard(phrase, text) for text in (free[1], *(end.text for end in ends))] == [
        True,
        *(False, False, False),
    ]
    assert set(read) == {1}


def test_loops_are_left_row_by_row(looping: Path) -> None:
    engine = Transformers(looping, threads=1, batch=4)
    request = ask(sampling=GREEDY, max_tokens=200)
    assert [end.text for end in complete(engine, ask(sampling=GREEDY, max_tokens=200, n=3))] == (
        alone(engine, request, 3)
    )


class Small:
    """Stands in for a device on which no more than `rows` rows fit from step `after` on."""

    def __init__(self, engine: Transformers, rows: int, after: int = 0) -> None:
        self.model = engine._ready()[1].model
        self.whole, self.rows, self.after = self.model.forward, rows, after
        self.steps = 0
        self.seen: list[int] = []

    def forward(self, *, input_ids: Any, **settings: Any) -> Any:
        import torch

        self.steps += 1
        self.seen.append(len(input_ids))
        if len(input_ids) > self.rows and self.steps > self.after:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return self.whole(input_ids=input_ids, **settings)


@pytest.mark.parametrize("after", [0, 1, 2, 25])
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_too_little_memory_makes_the_batch_smaller_and_changes_no_text(
    llama: Path, monkeypatch: pytest.MonkeyPatch, rows: int, after: int
) -> None:
    engine = Transformers(llama, threads=1, batch=4)
    expected = alone(engine, ask(), 5)
    small = Small(engine, rows, after)
    monkeypatch.setattr(small.model, "forward", small.forward)
    pieces = list(engine.stream(ask(n=5)))
    ends = {piece.index: piece.end.text for piece in pieces if piece.end}
    assert [ends[at] for at in range(5)] == expected
    for at in range(5):
        assert "".join(piece.text for piece in pieces if piece.index == at) == expected[at]
    assert max(small.seen[small.after + 8 :]) <= 4


@pytest.mark.parametrize("n", [1, 4])
def test_memory_too_small_for_one_is_one_sentence_with_numbers(
    llama: Path, monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    engine = Transformers(llama, threads=1, batch=4)
    small = Small(engine, 0, after=2)
    with monkeypatch.context() as patch:
        patch.setattr(small.model, "forward", small.forward)
        with pytest.raises(GenerationFailed, match=r"too small.* \d+ tokens") as caught:
            complete(engine, ask(n=n))
    assert "--context" in caught.value.hint
    assert answer(engine, ask()).text  # and it goes on
