"""Each method on a tiny model: it learns what its rows say, and refuses what it cannot learn."""

from collections.abc import Sequence
from dataclasses import replace
from math import log
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file
from tests.support.hf_folders import tiny_adapter, tiny_llama
from tests.support.training import Heard, asked, job, pairs, recipe, samples, verdicts

from copydesk.errors import UnknownName, UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Question, Row
from copydesk.train import tune
from copydesk.train.job import Outcome
from copydesk.train.tune import pairs as tune_pairs
from copydesk.train.tune import questions
from copydesk.train.tune import verdicts as tune_verdicts

ROLLOUT = {"prompts": 2, "answers": 2, "tokens": 6, "beta": 0.1}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("methods") / "model")


def run(method: str, wanted: Any, folder: Path, rows: Sequence[Row]) -> tuple[Outcome, Heard]:
    this, heard = job(wanted, folder, rows, rows[:4])
    return getattr(tune, method)(this), heard


def test_our_dpo_takes_the_steps_of_trls_where_there_are_no_ties(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = recipe("dpo", model, preference={"sft": 0.0, "ties": "half"})
    _, theirs = run("dpo", wanted, tmp_path / "theirs", pairs())
    monkeypatch.setattr(tune_pairs, "model_of_ties", lambda _: "half")
    _, ours = run("dpo", wanted, tmp_path / "ours", pairs())
    for name in ("loss", "held_loss", "margin", "reward_chosen", "logp_rejected", "grad_norm"):
        assert ours.of(name) == pytest.approx(theirs.of(name), rel=1e-4, abs=1e-4), name
    assert theirs.of()[1] == pytest.approx(log(2), abs=1e-5)
    assert theirs.of()[4] < theirs.of()[1]


def test_ties_are_learnt_from_and_told_apart_from_wins(model: Path, tmp_path: Path) -> None:
    rows = pairs(8, tie_every=2)
    longer = {"steps": 12}
    _, heard = run("dpo", recipe("dpo", model, schedule=longer), tmp_path / "ties", rows)
    assert heard.of()[1] == pytest.approx(log(3), abs=1e-5)  # Davidson's ν is 1: thirds
    assert heard.of("held_accuracy")[12] == 1
    wins = [replace(row, tie=False) for row in rows]
    _, other = run("dpo", recipe("dpo", model, schedule=longer), tmp_path / "wins", wins)
    assert heard.of("held_margin")[12] < other.of("held_margin")[12]


@pytest.mark.parametrize("method", ["orpo", "simpo"])
def test_methods_without_a_reference_need_none(method: str, model: Path, tmp_path: Path) -> None:
    full = recipe(method, model, full=True, schedule={"learning_rate": 1e-3, "steps": 6})
    outcome, heard = run(method, full, tmp_path / "full", pairs(8, tie_every=4))
    assert heard.of()[6] < heard.of()[1]
    assert (outcome.model / "config.json").is_file()
    assert '"use_cache": false' not in (outcome.model / "config.json").read_text()
    assert heard.of("accuracy")


def test_an_adapter_is_gone_on_from_with_a_copy_of_it_as_the_reference(
    model: Path, tmp_path: Path
) -> None:
    start = tiny_adapter(model, tmp_path / "start")
    wanted = recipe("dpo", model, adapter={"start": str(start)})
    outcome, heard = run("dpo", wanted, tmp_path / "run", pairs())
    assert heard.of("margin")[1] == 0, "the reference is not where it began"
    before, after = (load_file(f / "adapter_model.safetensors") for f in (start, outcome.model))
    assert before.keys() == after.keys(), "the reference is no part of the result"
    assert any((before[name] != after[name]).any() for name in before)
    assert not (outcome.model / "ref").exists()


def test_verdicts_are_learnt_from(model: Path, tmp_path: Path) -> None:
    _, heard = run("kto", recipe("kto", model, schedule={"steps": 8}), tmp_path, verdicts())
    assert heard.of()[8] < heard.of()[1]
    assert heard.of("kl")
    assert heard.of("held_margin")[8] > 0


def test_each_answer_is_put_to_another_prompt_of_its_batch(model: Path) -> None:
    from copydesk.train.base import load_tokenizer, prepare  # noqa: PLC0415 - slow to import

    tokenizer = load_tokenizer(prepare(str(model)))
    rows = tune_verdicts.as_tokens(tokenizer, verdicts(7), 512, 3, seed=1)
    assert len(rows) == 6, "a batch of one would have nobody to borrow from"
    for start in (0, 3):
        batch = rows[start : start + 3]
        borrowed = [row["KL_completion_ids"] for row in batch]
        assert borrowed == [batch[at - 1]["completion_ids"] for at in range(3)]
    with pytest.raises(UsageProblem, match="is 1"):
        tune.kto(job(recipe("kto", model, schedule={"batch": 1}), Path(), verdicts())[0])
    with pytest.raises(UsageProblem, match="All 4 verdicts say kept"):
        tune_verdicts._weights([{"label": True}] * 4)
    assert tune_verdicts._weights([{"label": True}, *[{"label": False}] * 3]) == {
        "desirable_weight": 3.0,
        "undesirable_weight": 1.0,
    }


@pytest.mark.parametrize("method", ["grpo", "rloo"])
def test_online_methods_ask_the_judge_about_what_the_model_says(
    method: str, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard_of: list[tuple[tuple[Message, ...], list[str]]] = []

    def score(prompt: Sequence[Message], answers: Sequence[str]) -> list[float]:
        heard_of.append((tuple(prompt), list(answers)))
        return [float(len(answer)) for answer in answers]

    monkeypatch.setattr(questions, "_judge", lambda _: score)
    rows = [Question(prompt=asked(n)) for n in range(6)]
    _, heard = run(method, recipe(method, model, rollout=ROLLOUT), tmp_path, rows)
    assert {prompt for prompt, _ in heard_of} <= {row.prompt for row in rows}
    assert all(len(answers) == 2 for _, answers in heard_of)
    for name in ("reward", "kl", "length", "held_reward"):
        assert heard.of(name), name
    assert heard.of("kl")[1] == pytest.approx(0, abs=1e-6)


def test_rounds_are_split_into_batches_that_fit_and_prompts_that_leave_room_are_asked(
    model: Path,
) -> None:
    from copydesk.train.base import load_tokenizer, prepare  # noqa: PLC0415 - slow to import

    wanted = recipe("grpo", model, rollout={"prompts": 3, "answers": 4}, schedule={"batch": 5})
    assert questions.rounds(wanted)["per_device_train_batch_size"] == 4
    assert questions.rounds(wanted)["gradient_accumulation_steps"] == 3
    tokenizer = load_tokenizer(prepare(str(model)))
    short = recipe("grpo", model, rollout={"tokens": 40}, max_length=90)
    rows = [*samples(2), *samples(2), Question(prompt=(Message("user", "long " * 50),))]
    found = questions.as_prompts(tokenizer, rows, short)
    assert [turns["prompt"][0]["content"] for turns in found] == ["Write line 0.", "写第 1 行。"]


def test_what_cannot_be_learnt_is_refused_before_anything_is_loaded(
    model: Path, tmp_path: Path
) -> None:
    def refused(method: str, rows: Sequence[Row], **changes: Any) -> str:
        this, _ = job(recipe(method, model, **changes), tmp_path / "no", rows)
        with pytest.raises(UsageProblem) as error:
            getattr(tune, method)(this)
        return f"{error.value.message} {error.value.hint}"

    assert "rollout.answers is 1" in refused("grpo", samples())
    assert "needs a reward model" in refused("rloo", samples(), rollout=ROLLOUT)
    assert "none has an answer within 4 tokens" in refused("sft", samples(), max_length=4)
    ties = {"preference": {"loss": "ipo"}}
    assert "preference.ties=drop" in refused("dpo", pairs(4, tie_every=2), **ties)
    with pytest.raises(UnknownName):
        tune.dpo(job(recipe("dpo", model, preference={"loss": "no"}), tmp_path, pairs())[0])


def test_rows_that_are_left_out_are_told(model: Path, tmp_path: Path) -> None:
    told: list[str] = []
    rows = [*samples(4), replace(samples(1)[0], prompt=(Message("user", "long " * 200),))]
    this, _ = job(recipe("sft", model, max_length=64), tmp_path, rows, say=told.append)
    tune.sft(this)
    assert told == ["1 of 5 rows are left out: they lack an answer."]


def test_activations_that_are_computed_again_change_nothing(model: Path, tmp_path: Path) -> None:
    found = []
    for again in (False, True):
        wanted = recipe("sft", model, precision="bfloat16", checkpointing=again)
        this, heard = job(wanted, tmp_path / str(again), samples())
        tune.sft(this)
        found.append(heard.of())
    assert found[0] == found[1]
