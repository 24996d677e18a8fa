"""Recipes: found by name, read from hostile YAML, single fields set, written out whole."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from copydesk.config import config_folder
from copydesk.errors import UnknownName, UsageProblem
from copydesk.train.methods import METHODS
from copydesk.train.recipe import Ppo, Recipe
from copydesk.train.recipes import (
    about_recipe,
    check_recipe,
    differences,
    find_recipe,
    load_recipe,
    planned_steps,
    recipe_names,
    recipe_to_yaml,
    set_fields,
)


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_that_ships_is_one_and_says_what_it_is(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.method in METHODS
    assert about_recipe(find_recipe(name))
    assert len(find_recipe(name).read_text("utf-8").splitlines()) <= 40


def test_each_method_has_a_recipe_of_its_name_and_one_for_a_gpu() -> None:
    for method in METHODS:
        assert load_recipe(method).method == method
        gpu = load_recipe(f"{method}-gpu")
        assert (gpu.method, gpu.precision) == (method, "bfloat16")
    assert load_recipe("sft-qlora").adapter.quantized


def test_the_users_own_recipe_comes_first(tmp_path: Path) -> None:
    folder = config_folder() / "recipes"
    folder.mkdir(parents=True)
    (folder / "sft.yaml").write_text("method: sft\nschedule:\n  steps: 7\n", "utf-8")
    assert load_recipe("sft").schedule.steps == 7


def test_yaml_means_what_it_says(tmp_path: Path) -> None:
    text = (
        "method: sft\ndata: 编辑.jsonl\nfull: yes\nseed: 3\n"
        "schedule:\n  learning_rate: 1e-4\n  epochs: 2\nppo:\n  whiten: no\n"
    )
    recipe = load_recipe(written(tmp_path, text))
    assert recipe.data == ("编辑.jsonl",)
    assert recipe.full is True
    assert recipe.ppo.whiten is False
    assert (recipe.schedule.learning_rate, recipe.schedule.epochs) == (1e-4, 2.0)


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("method: sft\nschedule:\n  stesp: 3\n", "line 3: schedule.stesp: there is no such field",
         "did you mean schedule.steps?"),
        ("method: sft\nlearning_rate: 3\n", "line 2: learning_rate: there is no such field",
         "did you mean schedule.learning_rate?"),
        ("method: sft\n\nschedule:\n  steps: many\n", "line 4: schedule.steps: ",
         "Optimizer steps"),
        ("method: sft\nmethod: dpo\n", "line 2: method stands there twice", ""),
        ("method: zen\n", "line 1: method: ", ""),
        ("data: [a]\n", "method: it is missing", ""),
        ("schedule: 3\nmethod: sft\n", "line 1: schedule: ", ""),
        ("- a\n", "it holds no fields", ""),
        ("", "it holds no fields", ""),
        ("a: &x [1]\nb: *x\n", "aliases", ""),
        ("method: !!python/object:os.system x\n", "is no recipe", ""),
        ("method: sft\nschedule: {learning_rate: nan}\n", "schedule.learning_rate", ""),
        ("method: sft\nschedule: {steps: -1}\n", "schedule.steps", ""),
    ],
)  # fmt: skip
def test_faults_are_named_by_line_and_field(
    tmp_path: Path, text: str, said: str, hint: str
) -> None:
    with pytest.raises(UsageProblem) as problem:
        load_recipe(written(tmp_path, text))
    assert said in problem.value.message
    assert hint in problem.value.hint


def test_an_unknown_recipe_lists_what_there_is() -> None:
    with pytest.raises(UnknownName) as problem:
        load_recipe("stf")
    assert "did you mean sft?" in problem.value.hint
    with pytest.raises(UsageProblem, match=r"There is no recipe nowhere.yaml"):
        load_recipe("nowhere.yaml")


def test_fields_are_set_by_their_names() -> None:
    recipe = load_recipe(
        "sft", ["schedule.steps=20", "data=a.jsonl, desk:plain", "model=", "full=true"]
    )
    assert recipe.schedule.steps == 20
    assert recipe.data == ("a.jsonl", "desk:plain")
    assert recipe.full is True


@pytest.mark.parametrize(
    ("one", "said", "hint"),
    [
        ("schedule.stpes=3", "there is no such field", "did you mean schedule.steps?"),
        ("sheduel.steps=3", "there is no part 'sheduel'", "did you mean schedule?"),
        ("schedule=3", "is a part of a recipe", "schedule.epochs"),
        ("steps", "sets nothing", "--set schedule.steps=20"),
        ("=3", "sets nothing", ""),
        ("schedule.batch=0", "schedule.batch", "Rows at once"),
        ("seed.x=1", "there is no part 'seed'", ""),
    ],
)
def test_a_setting_that_is_none_is_refused(one: str, said: str, hint: str) -> None:
    with pytest.raises(UsageProblem) as problem:
        set_fields(load_recipe("sft"), [one])
    assert said in problem.value.message
    assert hint in problem.value.hint


@pytest.mark.parametrize("name", recipe_names())
def test_written_out_and_read_back_it_is_the_same(tmp_path: Path, name: str) -> None:
    recipe = load_recipe(name)
    assert load_recipe(written(tmp_path, recipe_to_yaml(recipe))) == recipe


@settings(deadline=None, max_examples=60)
@example(text="\x85", number=1.0, on=False)  # a line end that only Unicode knows
@given(text=st.text(max_size=60), number=st.floats(1e-9, 1e9), on=st.booleans())
def test_any_value_survives_the_file(
    tmp_path_factory: pytest.TempPathFactory, text: str, number: float, on: bool
) -> None:
    folder = tmp_path_factory.mktemp("recipe")
    recipe = Recipe(
        method="dpo", model=text, data=(text, "desk"), full=on, held_out=text
    ).model_copy(update={"schedule": Recipe(method="sft").schedule.model_copy(
        update={"learning_rate": number})})  # fmt: skip
    try:
        path = written(folder, recipe_to_yaml(recipe))
    except UnicodeEncodeError:
        return
    assert load_recipe(path) == recipe


@settings(deadline=None, max_examples=200)
@given(content=st.binary(max_size=200))
def test_rubbish_is_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "rubbish.yaml"
    path.write_bytes(content)
    with pytest.raises(UsageProblem):
        load_recipe(str(path))


def test_null_is_nothing_where_nothing_may_be(tmp_path: Path) -> None:
    nothing = [
        f"ppo.{name}" for name, field in Ppo.model_fields.items() if "None" in str(field.annotation)
    ]
    for name in nothing:
        recipe = load_recipe("ppo", [f"{name}=null"])
        assert getattr(recipe.ppo, name.partition(".")[2]) is None
        assert load_recipe(written(tmp_path, recipe_to_yaml(recipe))) == recipe


def test_what_excludes_one_another_is_refused(tmp_path: Path) -> None:
    for name, sets, said in (
        ("grpo", ["rollout.answers=1"], "rollout.answers is 1"),
        ("ppo", [], "needs a reward model"),
        ("sft", ["full=true", "adapter.quantized=true"], "adapter.quantized is for adapters"),
        ("sft", ["adapter.start=nowhere"], "adapter.start: there is no folder nowhere"),
        ("ppo", ["rollout.judge=nowhere"], "rollout.judge: there is no folder nowhere"),
    ):
        with pytest.raises(UsageProblem, match=said):
            check_recipe(load_recipe(name, sets))
    check_recipe(load_recipe("ppo", [f"rollout.judge={tmp_path}"]))


def test_steps_are_planned_from_rows() -> None:
    sft = load_recipe("sft", ["schedule.epochs=2", "schedule.batch=2", "schedule.accumulate=4"])
    assert planned_steps(sft, 20) == 6  # three in each of two epochs
    assert planned_steps(sft, 20, processes=2) == 4  # two and a half batches of four
    assert planned_steps(set_fields(sft, ["schedule.steps=9"]), 20) == 9
    assert planned_steps(load_recipe("ppo", ["schedule.steps=0", "rollout.prompts=8"]), 20) == 3


def test_differences_are_told_by_field() -> None:
    first = load_recipe("sft")
    second = set_fields(first, ["schedule.batch=7", "seed=4"])
    assert differences(first, second) == [("schedule.batch", 2, 7), ("seed", 0, 4)]


def test_no_recipe_that_ships_repeats_a_default_or_names_a_field_of_another_method() -> None:
    for name in recipe_names():
        given = yaml.safe_load(find_recipe(name).read_text("utf-8"))
        online = given["method"] in {"ppo", "grpo", "rloo"}
        assert ("rollout" in given) == online, name
        assert ("ppo" in given) == (given["method"] == "ppo"), name


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("adapter_config.json", {"task_type": "CAUSAL_LM"}),
        ("config.json", {"architectures": ["LlamaForCausalLM"]}),
    ],
)
def test_a_model_that_writes_is_no_judge(name: str, content: object, tmp_path: Path) -> None:
    (tmp_path / name).write_text(json.dumps(content))
    for field in ("rollout.judge", "ppo.stop_judge"):
        judges = {"rollout.judge": str(tmp_path.parent), field: str(tmp_path)}
        wanted = load_recipe("ppo", [f"{key}={value}" for key, value in judges.items()])
        with pytest.raises(UsageProblem, match=f"{field}: .* holds a model that writes"):
            check_recipe(wanted)
    (tmp_path / name).write_text(json.dumps({"architectures": ["LlamaForSequenceClassification"]}))
    check_recipe(load_recipe("ppo", [f"rollout.judge={tmp_path}"]))
