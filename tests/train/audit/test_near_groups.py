"""Near duplicates: what is found, what is not, and that it is found in linear time."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.train.audit.minhash import Sketcher, near_groups


def _text(seed: int, length: int = 120, alphabet: str = "") -> list[str]:
    rng = random.Random(seed)
    if alphabet:
        return [rng.choice(alphabet) for _ in range(length)]
    return [f"w{rng.randrange(2000)}" for _ in range(length)]


_HAN = "".join(chr(0x4E00 + at) for at in range(800))


@pytest.mark.parametrize(("joint", "alphabet"), [(" ", ""), ("", _HAN)])
def test_a_few_changed_words_are_found_and_other_texts_are_not(joint: str, alphabet: str) -> None:
    texts = [_text(seed, alphabet=alphabet) for seed in range(50)]
    changed = list(texts[7])
    for at in (10, 60):
        changed[at] = "x"
    said = [joint.join(text) for text in (*texts, changed)]
    assert near_groups(said) == [[7, 50]]


def test_similarity_is_estimated() -> None:
    """The share of equal numbers is near the Jaccard similarity of the runs of three words."""
    sketcher = Sketcher()
    errors = []
    for seed in range(40):
        one = _text(seed, 400)
        other = one[: 100 + 7 * seed] + _text(seed + 1000, 300 - 7 * seed)
        runs = [set(zip(t, t[1:], t[2:], strict=False)) for t in (one, other)]
        true = len(runs[0] & runs[1]) / len(runs[0] | runs[1])
        first, second = sketcher.sketch(" ".join(one)), sketcher.sketch(" ".join(other))
        assert first is not None
        assert second is not None
        errors.append(float((first == second).mean()) - true)
    assert abs(sum(errors) / len(errors)) < 0.02  # without bias
    assert max(map(abs, errors)) < 0.2  # 64 numbers: deviation of 0.06 at most


def test_nearly_all_that_are_much_alike_are_found() -> None:
    texts, pairs = [], 300
    for seed in range(pairs):
        one = _text(seed, 200)
        other = list(one)
        for at in random.Random(seed).sample(range(200), 4):  # a similarity of 0.89
            other[at] = "x"
        texts += [" ".join(one), " ".join(other)]
    found = near_groups(texts)
    assert len(found) >= 0.98 * pairs
    assert all(group[1] == group[0] + 1 and group[0] % 2 == 0 for group in found)


@settings(deadline=None)
@given(st.lists(st.sampled_from("abcdefg 好学习天向上"), min_size=8, max_size=40), st.randoms())
def test_case_and_punctuation_do_not_hide_a_copy(said: list[str], rng: random.Random) -> None:
    text = " ".join(said)
    marked = "".join(rng.choice([letter, letter.upper()]) for letter in text).replace(" ", " , ")
    groups = near_groups([text, marked])
    assert groups in ([], [[0, 1]])
    assert bool(groups) == (len(text.split()) >= 8)


def test_short_texts_are_never_copies() -> None:
    assert near_groups(["Yes.", "yes", "", "!!", "好的", "好的。"]) == []


def test_one_text_very_often_is_one_group() -> None:
    text = " ".join(_text(1))
    assert near_groups([text] * 5000) == [list(range(5000))]
