"""What a house is made from: one split for all stages, and a recipe for each."""

from pathlib import Path

import pytest
from tests.support.trained import editors_rows, rows_file

from copydesk.desk.store import open_desk
from copydesk.errors import DocumentProblem, UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Ranking, Sample
from copydesk.preferences.write import write_rows
from copydesk.train.data import load_data
from copydesk.train.data.keys import prompt_key
from copydesk.train.house.material import keep_material, kept_material, read_material
from copydesk.train.house.order import LAST, Order, check_sets, stage_recipe
from copydesk.train.recipe import Method
from copydesk.train.recipes import ONLINE


def test_no_prompt_that_is_held_out_is_learnt_by_any_stage(tmp_path: Path) -> None:
    material = read_material([str(rows_file(tmp_path))], 0.2)
    keep_material(tmp_path / "data", material)
    held = {prompt_key(row.prompt) for row in material.held}
    for method in ("sft", "reward", "ppo", "dpo", "kto"):
        recipe = stage_recipe(
            Order("plain"), method, data=tmp_path / "data" / "train.jsonl",
            held=tmp_path / "data" / "held.jsonl", before={},
        )  # fmt: skip
        data = load_data(recipe)
        assert data.train
        assert data.held
        assert not held & {prompt_key(row.prompt) for row in data.train}
        assert {prompt_key(row.prompt) for row in data.held} <= held


def test_each_kind_of_rows_has_some_held_out(tmp_path: Path) -> None:
    material = read_material([str(rows_file(tmp_path, 60))], 0.05)
    for kind in (Sample, Pair, Ranking):
        assert any(isinstance(row, kind) for row in material.held), kind
        assert any(isinstance(row, kind) for row in material.train), kind


def test_nothing_is_held_out_where_nothing_was_to_be(tmp_path: Path) -> None:
    material = read_material([str(rows_file(tmp_path))], 0.0)
    assert (len(material.train), material.held) == (30, ())


def test_rows_are_the_same_when_they_are_read_back(tmp_path: Path) -> None:
    material = read_material([str(rows_file(tmp_path))], 0.2)
    keep_material(tmp_path / "data", material)
    assert kept_material(tmp_path / "data").sha256 == material.sha256


def test_what_rows_cannot_teach_is_said(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    write_rows([row for row in editors_rows(60) if isinstance(row, Sample)], path)
    material = read_material([str(path)], 0.1)
    assert material.lacking("sft") == ""
    for method in ("reward", "dpo", "kto", "simpo"):
        assert material.lacking(method).startswith("there are no "), method


def test_rankings_in_which_all_tie_prefer_nothing(tmp_path: Path) -> None:
    prompt = editors_rows(1)[0].prompt
    ties = [Ranking(prompt=prompt, completions=(f"a{n}", f"b{n}"), ranks=(1, 1)) for n in range(9)]
    path = tmp_path / "ties.jsonl"
    write_rows(ties, path)
    assert "no rankings" in read_material([str(path)], 0.0).lacking("reward")


def test_one_row_is_one(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    write_rows(
        [Ranking(prompt=(Message("user", "Bees?"),), completions=("a", "b"), ranks=(1, 2))], path
    )
    assert read_material([str(path)], 0.0).lacking("reward").startswith("there is only 1 ranking ")


def test_no_rows_at_all(tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("")
    with pytest.raises(DocumentProblem):
        read_material([str(tmp_path / "none.jsonl")], 0.1)
    with pytest.raises(UsageProblem, match="nothing on the desk"):
        read_material(["desk:plain"], 0.1)


def test_rows_come_off_the_desk_by_style() -> None:
    rows = editors_rows(30)
    with open_desk() as desk:
        desk.add_rows(rows[:24], "editors.jsonl", style="plain")
        desk.add_rows(rows[24:], "others.jsonl", style="ornate")
    material = read_material(Order("plain").sources, 0.2)
    assert len(material.train) + len(material.held) == 24
    assert material.held


def test_the_stages_of_each_method() -> None:
    assert Order("plain").methods == ("sft", "reward", "ppo")
    assert Order("plain", method="dpo").methods == ("sft", "dpo")
    assert Order("plain", method="sft").methods == ("sft",)
    for method in LAST:
        assert ("reward" in Order("plain", method=method).methods) == (method in ONLINE)


def test_a_stage_goes_on_from_those_before_it(tmp_path: Path) -> None:
    before: dict[Method, Path] = {"sft": tmp_path / "a", "reward": tmp_path / "b"}
    data = tmp_path / "train.jsonl"
    recipe = stage_recipe(Order("plain"), "ppo", data=data, held=None, before=before)
    assert recipe.adapter.start == str(tmp_path / "a")
    assert recipe.rollout.judge == str(tmp_path / "b")
    assert recipe.held_out == "0"
    reward = stage_recipe(Order("plain"), "reward", data=data, held=None, before=before)
    assert reward.adapter.start == ""
    whole = stage_recipe(
        Order("plain", sets=("full=true",)), "ppo", data=data, held=None, before=before
    )
    assert (whole.model, whole.adapter.start) == (str(tmp_path / "a"), "")


def test_settings_reach_the_stages_that_they_are_for(tmp_path: Path) -> None:
    order = Order(
        "plain",
        sets=("sft.schedule.steps=9", "seed=4", "reward.ties=half", "reward.max_length=99",
              "ppo.epochs=3", "ppo.schedule.epochs=2"),
        seed=7,
    )  # fmt: skip
    check_sets(order)
    found = {
        method: stage_recipe(order, method, data=tmp_path, held=None, before={})
        for method in order.methods
    }
    assert [found[m].schedule.steps for m in ("sft", "reward", "ppo")] == [9, 0, 60]
    assert {recipe.reward.ties for recipe in found.values()} == {"half"}
    assert [found[m].max_length for m in ("sft", "reward", "ppo")] == [512, 99, 512]
    assert found["ppo"].ppo.epochs == 3
    assert found["ppo"].schedule.epochs == 2
    assert {recipe.seed for recipe in found.values()} == {7}


def test_a_setting_for_no_stage_is_refused() -> None:
    with pytest.raises(UsageProblem, match="there is no stage dpo here"):
        check_sets(Order("plain", sets=("dpo.schedule.steps=9",)))
    with pytest.raises(UsageProblem, match="there is no such field"):
        check_sets(Order("plain", sets=("sft.schedule.stpes=9",)))
