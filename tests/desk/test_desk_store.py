"""The desk: what is put on it comes back as it was, once, private, found, and gone when told."""

import math
import stat
import threading
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.desk.drafts import NewDraft
from copydesk.desk.listing import KINDS, Filter
from copydesk.desk.records import digest, record_of, row_of
from copydesk.desk.store import Desk, desk_file, open_desk
from copydesk.errors import UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Question, Ranking, Row, Sample, Verdict

ASKED = (Message("system", "Be brief."), Message("user", "Why do bees hum?"))
DRAFT = NewDraft(
    kind="text",
    prompt=ASKED,
    text="# Bees\n\nThey hum.\n",
    model="qwen",
    seed=7,
    form="article",
    style="plain",
    language="en",
    path="/work/bees.md",
    sha256=sha256(b"file").hexdigest(),
)


@pytest.fixture
def desk(tmp_path: Path) -> "Desk":
    return open_desk(tmp_path / "desk.sqlite3")


def test_a_draft_comes_back_as_it_was_without_blanks_around(desk: Desk) -> None:
    number = desk.add_draft(DRAFT)
    draft = desk.draft(number)
    assert draft.text == "# Bees\n\nThey hum."
    assert draft.title == "Bees"
    same = replace(DRAFT, text=draft.text, title="Bees")
    assert {key: vars(draft)[key] for key in vars(same)} == vars(same)
    assert desk.find_draft(Path("/elsewhere.md"), b"file") == draft
    assert desk.find_draft(Path("/work/bees.md"), b"changed") == draft
    assert desk.find_draft(Path("/elsewhere.md"), b"changed") is None


def test_what_two_drafts_at_one_path_have_in_common_is_the_newest(desk: Desk) -> None:
    desk.add_draft(DRAFT)
    second = desk.add_draft(replace(DRAFT, text="Other.", sha256=""))
    found = desk.find_draft(Path("/work/bees.md"), b"changed")
    assert found
    assert found.number == second


def test_a_draft_without_file_is_found_by_no_file(desk: Desk) -> None:
    desk.add_draft(replace(DRAFT, path="", sha256=""))
    assert desk.find_draft(Path(), b"") is None


@pytest.mark.parametrize("seed", [0, 2**63, 10**40])
def test_any_seed_is_kept(desk: Desk, seed: int) -> None:
    assert desk.draft(desk.add_draft(replace(DRAFT, seed=seed))).seed == seed


def test_half_a_surrogate_pair_and_a_null_do_no_harm(desk: Desk) -> None:
    number = desk.add_draft(replace(DRAFT, text="a\ud800b\0c", path="/x\udcff"))
    assert desk.draft(number).text == "a?b\0c"
    desk.add_edit(number, "edit \udfff")
    assert len(list(desk.rows())) == 1


def test_edits_verdicts_and_rankings_are_rows_for_training(desk: Desk) -> None:
    number = desk.add_draft(DRAFT)
    edit = desk.add_edit(number, "# Bees\n\nThey sing.\n", "Ada")
    verdict = desk.add_verdict(number, False, "Ben")
    ranking = desk.add_ranking(
        ASKED, ["a", "b", "c"], [1, 2, 2], annotator="Ada", sources=["x", "y", "z"], style="plain"
    )
    pair, judged, ranked = desk.rows(style="plain")
    assert pair == Pair(
        prompt=ASKED,
        chosen="# Bees\n\nThey sing.",
        rejected="# Bees\n\nThey hum.",
        annotator="Ada",
        place=f"desk edit {edit}",
        language="en",
    )
    assert judged == Verdict(
        prompt=ASKED,
        completion="# Bees\n\nThey hum.",
        keep=False,
        annotator="Ben",
        place=f"desk verdict {verdict}",
        language="en",
    )
    assert ranked == Ranking(
        prompt=ASKED,
        completions=("a", "b", "c"),
        ranks=(1, 2, 2),
        sources=("x", "y", "z"),
        annotator="Ada",
        place=f"desk ranking {ranking}",
    )
    assert list(desk.rows(style="other")) == []


def test_the_same_edit_by_the_same_person_is_kept_once(desk: Desk) -> None:
    number = desk.add_draft(DRAFT)
    first = desk.add_edit(number, "Sing.", "Ada")
    assert desk.add_edit(number, " Sing. \n", "Ada") == first
    assert desk.add_edit(number, "Sing.", "Ben") != first
    assert len(desk.edits(number)) == 2


def test_a_verdict_counts_until_the_same_person_says_otherwise(desk: Desk) -> None:
    number = desk.add_draft(DRAFT)
    desk.add_verdict(number, True)
    desk.add_verdict(number, True, "Ben")
    desk.add_verdict(number, False)
    desk.add_verdict(number, False)
    assert [(v.keep, v.annotator) for v in desk.verdicts(number)] == [(True, "Ben"), (False, "")]
    (entry,) = desk.entries()
    assert (entry.kept, entry.dropped) == (1, 1)


@pytest.mark.parametrize("edited", ["", " \n", "# Bees\n\nThey hum.\n\n"])
def test_an_edit_of_nothing_is_refused(desk: Desk, edited: str) -> None:
    number = desk.add_draft(DRAFT)
    with pytest.raises(UsageProblem):
        desk.add_edit(number, edited)


@pytest.mark.parametrize(
    ("answers", "ranks"), [(["a"], [1]), (["a", "b"], [1]), (["a", "b"], [0, 1]), ([], [])]
)
def test_what_is_no_ranking_is_refused(desk: Desk, answers: list[str], ranks: list[int]) -> None:
    with pytest.raises(UsageProblem, match="no ranking"):
        desk.add_ranking(ASKED, answers, ranks)


@pytest.mark.parametrize("number", [0, 99, -1, 10**30])
def test_a_number_that_nothing_has_is_a_sentence(desk: Desk, number: int) -> None:
    for ask in (desk.draft, desk.entry, desk.forget):
        with pytest.raises(UsageProblem, match="There is no"):
            ask(number)


ROWS: tuple[Row, ...] = (
    Question(prompt=ASKED),
    Sample(prompt=ASKED, completion="Because.", language="en"),
    Pair(prompt=ASKED, chosen="a", rejected="b", margin=0.0, tie=True, annotator="Ada"),
    Ranking(prompt=ASKED, completions=("a", "b"), ranks=(2, 1), scores=(0.5, 2.0)),
    Verdict(prompt=ASKED, completion="", keep=False),
)


def test_imported_rows_come_back_and_the_same_content_twice_is_one(desk: Desk) -> None:
    assert desk.add_rows(ROWS, "a.jsonl", style="plain") == 5
    elsewhere = [replace(row, place="b.jsonl:3", language="zh") for row in ROWS]
    assert desk.add_rows(elsewhere, "b.jsonl") == 0
    back = list(desk.rows())
    assert [replace(row, place="") for row in back] == list(ROWS)
    assert [row.place.rsplit(" ", 1)[0] for row in back] == [
        *["desk row"] * 3,
        "desk ranking",
        "desk row",
    ]
    held = desk.row(1)
    assert held
    assert held[1] == "a.jsonl"


def test_what_was_exported_from_the_desk_is_nothing_new_to_it(desk: Desk) -> None:
    number = desk.add_draft(DRAFT)
    desk.add_edit(number, "Sing.", "Ada")
    desk.add_verdict(number, True)
    desk.add_ranking(ASKED, ["a", "b"], [1, 2])
    assert desk.add_rows(list(desk.rows()), "exported.jsonl") == 0


def test_the_same_ranking_made_twice_here_counts_twice(desk: Desk) -> None:
    """An editor who ranks the same again says how much they agree with themselves."""
    for _ in range(2):
        desk.add_ranking(ASKED, ["a", "b"], [1, 2])
    assert len(list(desk.rows())) == 2


def test_more_rows_than_a_page_come_in_order(desk: Desk) -> None:
    rows = [Sample(prompt=ASKED, completion=f"{n}") for n in range(1001)]
    assert desk.add_rows(iter(rows), "many") == 1001
    assert [row.completion for row in desk.rows() if isinstance(row, Sample)] == [
        f"{n}" for n in range(1001)
    ]


def test_rows_may_be_added_while_they_are_read(desk: Desk) -> None:
    desk.add_rows([Sample(prompt=ASKED, completion=f"{n}") for n in range(300)], "a")
    for at, _ in enumerate(desk.rows()):
        if at == 10:
            desk.add_draft(DRAFT)
    assert at == 299


texts = st.text(max_size=30)
rows_of_any_kind = st.builds(
    Ranking,
    prompt=st.lists(st.builds(Message, st.just("user"), texts), max_size=3).map(tuple),
    completions=st.lists(texts, max_size=4).map(tuple),
    ranks=st.lists(st.integers(1, 9), max_size=4).map(tuple),
    scores=st.lists(st.floats(allow_nan=False), max_size=4).map(tuple),
    annotator=texts,
)


@given(rows_of_any_kind)
def test_a_row_and_its_record_are_the_same(row: Ranking) -> None:
    assert row_of(record_of(row), "") == row
    assert digest(row) == digest(replace(row, place="elsewhere", language="zh"))
    assert digest(row) != digest(replace(row, annotator=f"{row.annotator}x"))


def test_scores_that_are_no_numbers_are_kept(desk: Desk) -> None:
    desk.add_ranking(ASKED, ["a", "b"], [1, 2], scores=[math.nan, math.inf])
    (row,) = desk.rows()
    assert isinstance(row, Ranking)
    assert math.isnan(row.scores[0])
    assert row.scores[1] == math.inf


def test_a_run_is_kept_with_what_came_of_it(desk: Desk, tmp_path: Path) -> None:
    number = desk.add_run(tmp_path, "dpo", "smollm2", style="plain", facts={"win rate": 0.6})
    run = desk.run(number)
    assert run
    assert (run.folder, run.method, run.model) == (str(tmp_path), "dpo", "smollm2")
    assert run.facts == '{"win rate":0.6}'
    assert list(desk.rows()) == []
    assert [entry.what for entry in desk.entries()] == ["dpo"]


def test_numbers_are_never_given_twice(desk: Desk) -> None:
    first = desk.add_draft(DRAFT)
    desk.forget(first)
    assert desk.add_draft(DRAFT) > first


def test_what_is_forgotten_is_gone_from_the_files(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite3"
    with open_desk(path) as desk:
        kept = desk.add_draft(replace(DRAFT, text="Unhidden words."))
        number = desk.add_draft(replace(DRAFT, text="The xylophone secret of zanzibarland."))
        desk.add_edit(number, "The xylophone secret of quetzalcoatlia.", "Ada")
        desk.add_verdict(number, True)
        assert desk.forget(number) == 3
        assert [entry.number for entry in desk.entries(Filter(KINDS))] == [kept]
        assert desk.search("xylophone") == []
        for file in tmp_path.iterdir():
            content = file.read_bytes().lower()
            for word in (b"xylophone", b"zanzibarl", b"quetzalcoatl"):
                assert word not in content, (file, word)
        assert b"Unhidden words." in path.read_bytes()


def test_only_the_owner_can_read_any_of_its_files(tmp_path: Path) -> None:
    with open_desk(tmp_path / "desk.sqlite3") as desk:
        desk.add_draft(DRAFT)
        files = list(tmp_path.iterdir())
        assert len(files) == 3  # the file, its log, its index
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_it_lies_in_the_data_folder(tmp_path: Path) -> None:
    with open_desk() as desk:
        assert desk.path == desk_file() == tmp_path / ".home" / "data" / "desk.sqlite3"


def test_threads_of_one_process_each_open_their_own(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite3"

    def put() -> None:
        for _ in range(20):
            with open_desk(path) as desk:
                desk.add_draft(DRAFT)

    threads = [threading.Thread(target=put) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_desk(path) as desk:
        assert desk.stats().kinds == {"draft": 80}
