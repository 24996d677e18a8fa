import pytest

from copydesk.slides.author.lines import bare


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Returns fell to 4.1 percent.", "Returns fell to 4.1 percent"),
        ("Physical security is locks, which includes", "Physical security is locks"),
        (
            "Switching to reusable plates can have many benefits for",
            "Switching to reusable plates can have many benefits",
        ),
        ("What we ask for", "What we ask for"),
        ("and so on...", "and so on..."),
        ("the", "the"),
        ("屋顶养活野蜂。", "屋顶养活野蜂"),
    ],
)
def test_a_line_ends_on_no_loose_word(said: str, shown: str) -> None:
    assert bare(said) == shown
