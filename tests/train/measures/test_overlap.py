"""The longest verbatim overlap, against a search by brute force."""

from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.prose.units import words
from copydesk.train.evaluate.measures import Corpus, Overlap, longest_overlap

_CORPUS = [
    "The desk reads every text twice, and cuts what is not needed.",
    "编辑部把每一篇文章读两遍，删去不需要的字。",
    "A reader who is told the end first reads the rest for the reasons.",
]


def _brute(text: str, corpus: list[str]) -> int:
    said = [word.casefold() for word in words(text, "en")]
    known = [[word.casefold() for word in words(other, "en")] for other in corpus]
    best = 0
    for start in range(len(said)):
        for end in range(start + best + 1, len(said) + 1):
            run = said[start:end]
            if not any(
                run == other[at : at + len(run)] for other in known for at in range(len(other))
            ):
                break
            best = end - start
    return best


def test_finds_the_run_and_says_where() -> None:
    found = longest_overlap("He says the end first, reads the rest and leaves.", _CORPUS)
    assert found == Overlap(6, "the end first, reads the rest", 2)


def test_case_and_punctuation_between_words_do_not_hide_it() -> None:
    found = longest_overlap("EVERY TEXT: TWICE -- and cuts!", _CORPUS)
    assert (found.length, found.where) == (5, 0)


def test_chinese_counts_characters() -> None:
    found = longest_overlap("他把每一篇文章读完。", _CORPUS)
    assert found == Overlap(7, "把每一篇文章读", 1)


def test_a_run_never_spans_two_texts() -> None:
    assert longest_overlap("one two three four", ["zero one two", "three four five"]).length == 2


def test_a_text_of_the_corpus_is_found_whole() -> None:
    for at, text in enumerate(_CORPUS):
        found = longest_overlap(text, _CORPUS)
        assert (found.length, found.where) == (len(words(text, "en")), at)


def test_nothing_in_common() -> None:
    assert longest_overlap("完全不同", ["quite different"]) == Overlap(0, "", -1)
    assert longest_overlap("", _CORPUS).length == 0
    assert longest_overlap("a text", []).length == 0
    assert longest_overlap("a text", ["", "!!"]).length == 0


def test_a_corpus_serves_many_texts() -> None:
    corpus = Corpus(_CORPUS)
    asked = ["every text twice", "desk", "reads the rest for the reasons", "nothing here"]
    assert [corpus.longest_overlap(text).length for text in asked] == [3, 1, 6, 0]


_SAID = st.lists(st.sampled_from(["a", "b", "c", "好", "不"]), max_size=24).map(" ".join)


@settings(deadline=None)
@given(_SAID, st.lists(_SAID, max_size=4))
def test_agrees_with_brute_force(text: str, corpus: list[str]) -> None:
    found = longest_overlap(text, corpus)
    assert found.length == _brute(text, corpus)
    if found.length:
        assert found.text in text
        assert _brute(found.text, [corpus[found.where]]) == found.length
