"""Groups of answers: nothing is lost between ranking and batch, and the order repeats itself."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from tests.support.hf_folders import LLAMA3_SPLIT, tiny_tokenizer  # noqa: E402

from copydesk.generate.protocol import Message  # noqa: E402
from copydesk.preferences.rows import Ranking  # noqa: E402
from copydesk.train.reward.rows import ByLength, Collator, Group, Groups, parted  # noqa: E402


def test_a_batch_holds_every_answer_where_it_says() -> None:
    groups = [Group(([5, 6], [7, 8, 9], [4]), (2, 1, 2)), Group(([3, 3, 3, 3], [9]), (1, 2))]
    batch = Collator(pad=0)(groups)
    assert batch["ranks"].tolist() == [[2, 1, 2], [1, 2, 0]]
    for line, (row, place) in enumerate(batch["where"].tolist()):
        size = int(batch["attention_mask"][line].sum())
        assert batch["input_ids"][line, :size].tolist() == groups[row].ids[place]
        assert batch["attention_mask"][line].tolist() == [1] * size + [0] * (16 - size)


def test_long_answers_are_cut_and_counted_in_both_languages() -> None:
    tokenizer = tiny_tokenizer(LLAMA3_SPLIT)
    rows = [
        Ranking(
            prompt=(Message("user", "Bees"),), completions=("short", "long " * 90), ranks=(1, 2)
        ),
        Ranking(prompt=(Message("user", "蜜蜂"),), completions=("短", "长" * 90), ranks=(0, 0)),
    ]
    groups = Groups(rows, tokenizer, 60)
    assert groups.cut == 2
    assert groups.lengths == [60, 60]
    assert groups.ties() == (1, 2)
    assert groups[1].ranks == (1, 1)  # whatever they began with: 0 stands for no answer
    end = groups[0].ids[0][-2:]
    assert all(ids[-2:] == end for group in groups for ids in group.ids)


@given(
    lengths=st.lists(st.integers(1, 500), min_size=1, max_size=300),
    batch=st.integers(1, 9),
    seed=st.integers(0, 2**31),
    epoch=st.integers(0, 50),
)
@settings(deadline=None)
def test_an_epoch_holds_each_group_once_and_can_be_told_again(
    lengths: list[int], batch: int, seed: int, epoch: int
) -> None:
    one, other = ByLength(lengths, batch, seed), ByLength(lengths, batch, seed)
    one.set_epoch(epoch)
    order = list(one)
    assert sorted(order) == list(range(len(lengths)))
    list(other)  # what went before does not matter
    other.set_epoch(epoch)
    assert list(other) == order


def test_batches_hold_answers_of_like_length() -> None:
    lengths = [(i * 37) % 400 + 1 for i in range(400)]
    order = list(ByLength(lengths, 8, 0))

    def padding(places: list[int]) -> int:
        cut = [places[at : at + 8] for at in range(0, len(places), 8)]
        return sum(
            max(lengths[i] for i in one) * len(one) - sum(lengths[i] for i in one) for one in cut
        )

    assert padding(order) < padding(list(range(400))) / 4
    assert list(ByLength(lengths, 8, 1)) != order


@given(size=st.integers(1, 30), most=st.integers(1, 10), seed=st.integers(0, 99))
@settings(deadline=None)
def test_a_long_row_is_split_and_nothing_is_lost(size: int, most: int, seed: int) -> None:
    group = Group(tuple([number] for number in range(size)), tuple(n % 4 + 1 for n in range(size)))
    parts = list(parted(group, most, Random(seed)))
    assert sorted(ids[0] for part in parts for ids in part.ids) == list(range(size))
    assert all(part.ranks == tuple(ids[0] % 4 + 1 for ids in part.ids) for part in parts)
    sizes = [len(part.ids) for part in parts]
    assert max(sizes) <= max(2, most) + (most < 3)
    assert min(sizes) > 1 or size == 1
    assert max(sizes) - min(sizes) <= 1
    assert [part.ids for part in parted(group, most, Random(seed))] == [p.ids for p in parts]
