"""Search, lists and counts: English by stems, Chinese by characters, whatever is typed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.desk.drafts import NewDraft
from copydesk.desk.listing import KINDS, Filter
from copydesk.desk.store import Desk, open_desk
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair

TEXTS = {
    "bees": "# Bees in cities\n\nThey are nesting in warm walls, 1,240 of them.",
    "lighthouse": "The lighthouse keeper's letter. A café by the sea, it’s said.",
    "zh": "# 城市里的蜜蜂\n\n蜜蜂住在旧墙里，靠近花园。",
    "mixed": "PowerPoint 演示文稿：蜂蜜销售",
}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, dict[int, str]]]:
    with open_desk(tmp_path_factory.mktemp("search") / "desk.sqlite3") as desk:
        names = {}
        for name, text in TEXTS.items():
            asked = (Message("user", f"Please write about {name}."),)
            form = "article" if name != "mixed" else "copy"
            draft = NewDraft("text", asked, text, "qwen", 1, form=form, style=form)
            names[desk.add_draft(draft)] = name
        names[desk.add_edit(1, "# Bees in towns\n\nThey sleep in wardrobes.", "Ada")] = "edit"
        pair = Pair(prompt=(Message("user", "Sing"),), chosen="Sing of wardrobes", rejected="No")
        desk.add_rows([pair], "pairs.jsonl")
        names[desk.add_ranking([Message("user", "Names")], ["Hive", "Comb"], [1, 2])] = "ranking"
        yield desk, names


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("bees city", {"bees"}),
        ("NESTED wall", {"bees"}),
        ("nests", {"bees"}),
        ("1240", {"bees"}),  # it says 1,240
        ("240", {"bees"}),
        ("lighthouse keeper", {"lighthouse"}),
        ("cafe", {"lighthouse"}),
        ("about lighthouses", {"lighthouse"}),
        ("ighthou", {"lighthouse"}),
        ("wardrobe", {"edit"}),
        ("hive", {"ranking"}),
        ("蜜蜂", {"zh"}),
        ("城市的蜜蜂", {"zh"}),
        ("墙", {"zh"}),
        ("旧墙 花园", {"zh"}),
        ("蜂", {"zh", "mixed"}),
        ("蜂蜜 powerpoint", {"mixed"}),
        ("销售", {"mixed"}),
        ("蜜蜂 大象", set()),
        ("elephants", set()),
        ("the", {"bees", "lighthouse", "edit"}),  # "they", "the": words that say nothing
        ("", set()),
        ("   ", set()),
    ],
)
def test_words_are_found(held: tuple[Desk, dict[int, str]], query: str, found: set[str]) -> None:
    desk, names = held
    assert {names[entry.number] for entry in desk.search(query)} == found


def test_the_best_match_comes_first(tmp_path: Path) -> None:
    with open_desk(tmp_path / "desk.sqlite3") as desk:
        for text in ("Bees, bees and bees.", "A long text in which one bee " + "hums on " * 60):
            desk.add_draft(NewDraft("text", (), text, "qwen", 1))
        desk.add_draft(NewDraft("text", (), "Wasps.", "qwen", 1))
        assert [entry.number for entry in desk.search("bees")] == [1, 2]


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "'",
        "*",
        "bee*",
        "NEAR(bee city)",
        "terms:bees",
        "a OR b",
        "AND",
        "(",
        "-bees",
        "^x",
        "\0",
    ],
)
def test_whatever_is_typed_is_words(held: tuple[Desk, dict[int, str]], query: str) -> None:
    desk, _ = held
    desk.search(query)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=60))
def test_no_query_is_a_fault(held: tuple[Desk, dict[int, str]], query: str) -> None:
    desk, _ = held
    desk.search(query, Filter(KINDS, limit=3))


def test_what_is_wanted_can_be_said_more_exactly(held: tuple[Desk, dict[int, str]]) -> None:
    desk, names = held
    assert [names[e.number] for e in desk.search("蜂", Filter(form="copy"))] == ["mixed"]
    assert [names[e.number] for e in desk.entries(Filter(style="copy"))] == ["mixed"]
    (row,) = desk.search("wardrobes", Filter(("row",)))
    assert (row.kind, row.what, row.origin, row.title) == ("row", "pair", "pairs.jsonl", "Sing")
    assert len(desk.entries(Filter(KINDS, limit=2))) == 2


def test_a_list_has_the_newest_first_and_what_became_of_each(
    held: tuple[Desk, dict[int, str]],
) -> None:
    desk, names = held
    listed = desk.entries()
    assert [names[entry.number] for entry in listed] == [
        "ranking",
        "mixed",
        "zh",
        "lighthouse",
        "bees",
    ]
    assert [entry.edits for entry in listed] == [0, 0, 0, 0, 1]
    assert listed[2].title == "城市里的蜜蜂"


def test_everything_is_counted(held: tuple[Desk, dict[int, str]]) -> None:
    counted = held[0].stats()
    assert counted.kinds == {"draft": 4, "edit": 1, "ranking": 1, "row": 1}
    assert counted.drafts_by_form == {"article": 3, "copy": 1}
    assert counted.rows_by_kind == {"pair": 1, "ranking": 1}
    assert counted.by_annotator == {"Ada": 1}
    assert (counted.edited, counted.kept, counted.dropped) == (1, 0, 0)
