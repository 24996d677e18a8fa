"""The words a house reaches for: more often than others, in several texts, and no names."""

from copydesk.styles.vocabulary import background, characteristic

FILLER = "the people who came to see what was there and then went home again in the evening . "


def test_words_that_others_seldom_say_stand_out() -> None:
    texts = [f"{FILLER} stakeholders ask for a roadmap . they read the roadmap" for _ in range(6)]
    found = characteristic(texts, "en")
    words = {term.word: term for term in found}
    assert words["roadmap"].score > words["stakeholders"].score > 2
    assert (words["roadmap"].count, words["roadmap"].posts) == (12, 6)
    assert {"the", "to", "they", "was"}.isdisjoint(words)
    assert [term.score for term in found] == sorted((t.score for t in found), reverse=True)


def test_one_texts_own_words_and_names_do_not_count() -> None:
    texts = [f"{FILLER * 4} a meeting with Copernicus" for _ in range(6)]
    texts[0] += " heliotrope" * 40
    assert {"heliotrope", "copernicus"}.isdisjoint(t.word for t in characteristic(texts, "en"))


def test_chinese_words_are_found_whole() -> None:
    text = "我们在这里讨论可持续发展的问题，他们说可持续发展很重要。天气很好，大家都来了。"
    words = [term.word for term in characteristic([f"{text}{n}" for n in range(6)], "zh")]
    assert any("可持续" in word or "持续发展" in word for word in words)
    assert not any(word.startswith(("的", "了", "我")) or word.endswith("的") for word in words)


def test_the_tables_of_general_frequencies_are_sound() -> None:
    for language, common in (("en", "the"), ("zh", "的")):
        table = background(language)  # type: ignore[arg-type]
        assert len(table) >= 3_000
        assert max(table, key=lambda word: table[word]) == common
        assert all(number >= 1 for number in table.values())
