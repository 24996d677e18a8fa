"""A reward model learnt from rankings with ties, from rows to a folder that a judge takes."""

# ruff: noqa: PLC0415 - torch and transformers are imported where a model is trained

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.support.hf_folders import tiny_llama, tiny_qwen2
from tests.support.trained import run_python
from tests.support.training import Heard, asked, job, recipe

from copydesk.errors import ModelProblem, OutputProblem, UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Ranking
from copydesk.train.job import Job, Outcome
from copydesk.train.recipe import Recipe
from copydesk.train.reward import load_reward, train_reward

STEPS = 24


def rankings(count: int, seed: int = 0) -> list[Ranking]:
    """Answers of two to four lines that are the better the more bees are in them, with ties."""
    dice = Random(seed)
    rows = []
    for number in range(count):
        bees = [dice.randint(0, 3) for _ in range(dice.randint(2, 4))]
        order = sorted(set(bees), reverse=True)
        texts = [
            f"{dice.randint(0, 99)} " + "蜜蜂! " * many + "rain " * dice.randint(0, 4)
            for many in bees
        ]
        rows.append(
            Ranking(
                prompt=asked(number),
                completions=tuple(texts),
                ranks=tuple(order.index(many) + 1 for many in bees),
            )
        )
    return rows


def wanted(base: Path, **changes: Any) -> Recipe:
    schedule = {"steps": STEPS, "accumulate": 2, "learning_rate": 3e-3} | changes.pop(
        "schedule", {}
    )
    return recipe("reward", base, max_length=96, schedule=schedule, **changes)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def trained(base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Heard]:
    folder = tmp_path_factory.mktemp("run")
    asked_for, heard = job(wanted(base), folder, rankings(60), rankings(30, seed=1))
    return train_reward(asked_for), heard


def test_it_learns_what_was_preferred(trained: tuple[Outcome, Heard]) -> None:
    outcome, heard = trained
    assert outcome.steps == STEPS
    assert not outcome.stopped
    assert outcome.metrics["held_accuracy"] > 0.85
    losses = list(heard.of("loss").values())
    assert sum(losses[-6:]) < sum(losses[:6]) * 0.8
    assert {
        "loss",
        "accuracy",
        "margin",
        "tie_rate",
        "tie_expected",
        "tie_parameter",
    } <= heard.lines[0][1].keys()


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_head_that_is_fitted_first_knows_before_anything_is_trained(
    base: Path, tmp_path: Path, precision: str
) -> None:
    held, schedule = rankings(30, seed=1), {"steps": 1, "learning_rate": 1e-7}
    said = {}
    for probe in (False, True):
        part = {"probe": probe}
        settings = wanted(base, schedule=schedule, reward=part, precision=precision)
        asked_for, _ = job(settings, tmp_path / str(probe), rankings(60), held)
        said[probe] = train_reward(asked_for).metrics["held_accuracy"]
    assert said[True] > max(0.75, said[False] + 0.1)


def test_the_folder_says_what_it_is(trained: tuple[Outcome, Heard]) -> None:
    outcome, _ = trained
    facts = json.loads((outcome.model / "reward.json").read_text("utf-8"))
    assert facts["ties"] == "davidson"
    assert facts["parameter"] == pytest.approx(outcome.metrics["held_tie_parameter"])
    assert facts["accuracy"] == outcome.metrics["held_accuracy"]
    assert set(facts["baselines"]) == {"length_only", "machine_phrases", "tfidf"}
    assert (facts["rows"], facts["held"]) == (60, 30)
    assert 0 < facts["pairs"] < sum(6 for _ in range(30))
    assert facts["deviation"] > 0
    assert facts["parity"] < 0.3


def test_the_folder_the_adapter_and_the_judge_agree(trained: tuple[Outcome, Heard]) -> None:
    from copydesk.generate.hf.judge import load_judge

    outcome, _ = trained
    row = rankings(1, seed=5)[0]
    whole = load_reward(outcome.model)
    scores = whole.score(row.prompt, row.completions)
    run = load_reward(outcome.model.parent)  # a run's folder means the model in it
    assert run.score(row.prompt, row.completions) == scores
    exact = load_reward_exact(outcome.model).score(row.prompt, row.completions)
    judge = load_judge(str(outcome.model)).score(row.prompt[0].content, row.completions)
    adapter = load_reward_exact(outcome.model.with_name("adapter"))
    assert judge == pytest.approx(exact, abs=1e-4)
    assert adapter.score(row.prompt, row.completions) == pytest.approx(exact, abs=1e-3)
    assert whole.ties.ties == "davidson"
    assert whole.ties.odds(0.0)[1] > 0


def test_plain_texts_are_read_so_by_whoever_scores(base: Path, tmp_path: Path) -> None:
    from copydesk.generate.hf.judge import load_judge

    settings = wanted(base, reward={"plain": True}, schedule={"steps": 2})
    outcome = train_reward(job(settings, tmp_path, rankings(12))[0])
    row = rankings(1, seed=5)[0]
    whole = load_reward_exact(outcome.model)
    assert whole.tokenizer.chat_template is None
    scores = whole.score(row.prompt, row.completions)
    judge = load_judge(str(outcome.model)).score(row.prompt[0].content, row.completions)
    assert judge == pytest.approx(scores, abs=1e-4)
    adapter = load_reward_exact(outcome.model.with_name("adapter"))
    assert adapter.score(row.prompt, row.completions) == pytest.approx(scores, abs=1e-3)
    turned = load_reward_exact(outcome.model)
    turned.tokenizer.chat_template = "{% for m in messages %}<{{ m.content }}>{% endfor %}"
    assert turned.score(row.prompt, row.completions) != pytest.approx(scores, abs=1e-4)


@pytest.mark.parametrize("make", [tiny_llama, tiny_qwen2])
def test_layers_that_are_cut_away_stay_away(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    from copydesk.generate.hf.judge import load_judge
    from copydesk.train.publish.merge import merge

    base = make(tmp_path / "base")
    settings = wanted(base, reward={"depth": 0.5, "probe": True}, schedule={"steps": 2})
    outcome = train_reward(job(settings, tmp_path / "run", rankings(12))[0])
    row = rankings(1, seed=5)[0]
    whole = load_reward_exact(outcome.model)
    assert len(whole.model.model.layers) == whole.model.config.num_hidden_layers == 1
    assert whole.facts.parity < 0.3
    scores = whole.score(row.prompt, row.completions)
    judge = load_judge(str(outcome.model)).score(row.prompt[0].content, row.completions)
    assert judge == pytest.approx(scores, abs=1e-4)
    adapter = load_reward_exact(outcome.model.with_name("adapter"))
    assert adapter.score(row.prompt, row.completions) == pytest.approx(scores, abs=1e-3)
    merge(base, outcome.model.with_name("adapter"), tmp_path / "merged", classifier=True)
    merged = load_reward_exact(tmp_path / "merged")
    assert merged.score(row.prompt, row.completions) == pytest.approx(scores, abs=1e-3)


def test_a_model_without_a_row_of_layers_is_not_cut() -> None:
    from types import SimpleNamespace

    from copydesk.train.base.loading import cut_to

    odd = SimpleNamespace(base_model_prefix="trunk", trunk=SimpleNamespace())
    odd.config = SimpleNamespace(model_type="odd")
    with pytest.raises(UsageProblem, match="odd"):
        cut_to(odd, 0.5)
    cut_to(odd, 1.0)


def load_reward_exact(folder: Path) -> Any:
    from copydesk.train.reward.scorer import load

    return load(folder, precision="float32")


def test_batches_do_not_change_a_reward(trained: tuple[Outcome, Heard]) -> None:
    scorer = load_reward_exact(trained[0].model)
    rows = rankings(12, seed=7)
    together = scorer.score_rankings(rows)
    for row, scores in zip(rows, together, strict=True):
        alone = [scorer.score(row.prompt, [answer])[0] for answer in row.completions]
        assert scores == pytest.approx(alone, abs=1e-4)
    assert scorer.score(rows[0].prompt, []) == []


@pytest.mark.parametrize("ties", ["rao_kupper", "half", "drop"])
def test_each_model_of_ties_trains_and_says_what_it_knows(
    base: Path, tmp_path: Path, ties: str
) -> None:
    settings = wanted(base, reward={"ties": ties}, schedule={"steps": 3})
    outcome = train_reward(job(settings, tmp_path, rankings(12))[0])
    scorer = load_reward(outcome.model)
    assert scorer.ties.ties == ties
    assert scorer.ties.knows_ties == (ties == "rao_kupper")
    assert (scorer.ties.parameter != 0) == (ties == "rao_kupper")
    assert scorer.facts.accuracy is None


@pytest.mark.parametrize(
    "way",
    [
        {"precision": "bfloat16", "checkpointing": True},  # narrow weights under a wide adapter
        {"full": True, "reward": {"layers": 1}},
    ],
)
def test_other_ways_of_training_come_to_an_end(
    base: Path, tmp_path: Path, way: dict[str, Any]
) -> None:
    settings = wanted(base, schedule={"steps": 3}, **way)
    outcome = train_reward(job(settings, tmp_path, rankings(12), rankings(4, seed=1))[0])
    assert load_reward(outcome.model).facts.parity < 0.3
    assert (tmp_path / "adapter").exists() != settings.full


def test_only_the_last_layers_learn_if_so_wished(base: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    settings = wanted(base, reward={"layers": 1}, schedule={"steps": 3, "save_every": 3})
    train_reward(job(settings, tmp_path, rankings(12))[0])
    learnt = load_file(tmp_path / "checkpoints" / "checkpoint-3" / "model.safetensors")
    layers = {name.split(".layers.")[1][0] for name in learnt if ".layers." in name}
    assert layers == {"1"}


def test_a_padding_token_that_ends_every_turn_is_no_trap(tmp_path: Path) -> None:
    """Where padding and end of turn are one, transformers would read rewards a token early."""
    from transformers import AutoTokenizer

    base = tiny_qwen2(tmp_path / "base")
    tokenizer = AutoTokenizer.from_pretrained(base)
    tokenizer.pad_token_id = tokenizer.convert_tokens_to_ids("<|im_end|>")
    tokenizer.chat_template = tokenizer.chat_template.replace("<|im_end|>' + '\\n'", "<|im_end|>'")
    tokenizer.save_pretrained(base)
    outcome = train_reward(
        job(wanted(base, schedule={"steps": 4}), tmp_path / "run", rankings(12))[0]
    )
    from copydesk.generate.hf.judge import load_judge

    row = rankings(1, seed=3)[0]
    ours = load_reward_exact(outcome.model).score(row.prompt, row.completions)
    theirs = load_judge(str(outcome.model)).score(row.prompt[0].content, row.completions)
    assert theirs == pytest.approx(ours, abs=1e-4)


def test_scores_of_many_sources_are_centred_before_they_are_ranked(
    base: Path, tmp_path: Path
) -> None:
    rows = [
        replace(row, scores=tuple(-float(r) for r in row.ranks), sources=("kind",) * len(row.ranks))
        for row in rankings(12)
    ]
    settings = wanted(base, reward={"centre_sources": True}, schedule={"steps": 1})
    outcome = train_reward(job(settings, tmp_path, rows)[0])
    assert load_reward(outcome.model).facts.sources.keys() == {"kind"}
    with pytest.raises(UsageProblem, match="no row has scores"):
        train_reward(job(settings, tmp_path / "other", rankings(4))[0])


def test_pairs_are_rankings_of_two_and_long_answers_are_told(base: Path, tmp_path: Path) -> None:
    said: list[str] = []
    rows = [
        Pair(prompt=asked(n), chosen="蜜蜂! " * 60, rejected="rain", tie=n == 2) for n in range(4)
    ]
    settings = wanted(base, schedule={"steps": 1})
    outcome = train_reward(job(settings, tmp_path, rows, say=said.append)[0])
    assert load_reward(outcome.model).facts.cut == 4
    assert any("4 answers do not fit into 96 tokens" in sentence for sentence in said)


def test_held_out_ties_alone_say_nothing_of_accuracy(base: Path, tmp_path: Path) -> None:
    tied = [replace(row, ranks=(1,) * len(row.ranks)) for row in rankings(4, seed=2)]
    alone = Ranking(prompt=asked(0), completions=("alone",), ranks=(1,))
    settings = wanted(base, schedule={"steps": 1})
    outcome = train_reward(job(settings, tmp_path, rankings(8), [*tied, alone])[0])
    facts = load_reward(outcome.model).facts
    assert (facts.accuracy, facts.pairs, facts.held) == (None, 0, 4)
    assert outcome.metrics["held_tie_rate"] == 1
    train_reward(job(settings, tmp_path / "none", rankings(8), [alone])[0])


def test_nothing_ranked_is_a_sentence(base: Path, tmp_path: Path) -> None:
    rows = [Ranking(prompt=asked(0), completions=("alone",), ranks=(1,))]
    with pytest.raises(UsageProblem, match="No row ranks two answers"):
        train_reward(job(wanted(base), tmp_path, rows)[0])


KILLED = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from tests.train.reward.test_reward_trained import eight_steps
from copydesk.train.reward import train_reward
asked, heard = eight_steps(Path(sys.argv[1]), Path(sys.argv[2]))
def log(step, numbers):
    if step == 5:
        os.kill(os.getpid(), signal.SIGKILL)
train_reward(replace(asked, log=log))
"""


def eight_steps(base: Path, folder: Path, *, resume: bool = False) -> tuple[Job, Heard]:
    settings = wanted(base, schedule={"steps": 8, "save_every": 2}, adapter={"dropout": 0.1})
    return job(settings, folder, rankings(12), resume=resume)


def test_a_killed_run_goes_on_where_it_was(base: Path, tmp_path: Path) -> None:
    killed = run_python(KILLED, str(base), str(tmp_path / "killed"))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    whole, expected = eight_steps(base, tmp_path / "whole")
    train_reward(whole)
    rest, found = eight_steps(base, tmp_path / "killed", resume=True)
    train_reward(rest)
    assert list(found.of()) == [5, 6, 7, 8]
    assert found.of() == {step: expected.of()[step] for step in found.of()}


def fill(folder: Path) -> None:
    from copydesk.train.reward.folder import replaced

    with replaced(folder) as place:
        (place / "half").touch()
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_a_sentence_and_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "old").touch()
    with pytest.raises(OutputProblem, match="No space left"):
        fill(tmp_path / "model")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert (tmp_path / "model" / "old").exists()


def test_a_checkpoint_of_another_recipe_is_refused(base: Path) -> None:
    import torch

    from copydesk.train.base import load_scorer, prepare
    from copydesk.train.reward.ranker import Ranker
    from copydesk.train.reward.trainer import learnt, restore

    settings = wanted(base)
    ranker = Ranker(load_scorer(prepare(str(base)), settings), settings.reward, 0.3)
    weights = learnt(ranker)
    restore(ranker, weights)
    with pytest.raises(ModelProblem, match="another recipe"):
        restore(ranker, weights | {"more": torch.zeros(1)})


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"parameter": "x"}', b'{"mean": NaN}', b'{"version": 9}', b"[" * 9999]
)
def test_a_damaged_reward_json_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    from copydesk.train.reward.facts import read_facts

    (tmp_path / "reward.json").write_bytes(content)
    with pytest.raises(ModelProblem, match=r"reward\.json"):
        read_facts(tmp_path)


def test_an_adapter_without_its_base_is_a_sentence(
    trained: tuple[Outcome, Heard], tmp_path: Path
) -> None:
    import shutil

    from tests.support.hf_folders import rewrite_json

    place = tmp_path / "adapter"
    shutil.copytree(trained[0].model.with_name("adapter"), place)
    rewrite_json(place / "adapter_config.json", base_model_name_or_path="/nowhere/at/all")
    with pytest.raises(ModelProblem, match="is not there"):
        load_reward(place)


def test_importing_the_room_loads_no_torch() -> None:
    code = "import sys, copydesk.train.reward; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_loss_on_pairs_is_trls(base: Path) -> None:
    """K = 2 without ties and with centring is what TRL's RewardTrainer computes."""
    import torch
    from datasets import Dataset
    from trl import RewardConfig, RewardTrainer

    from copydesk.train.base import load_scorer, load_tokenizer, prepare
    from copydesk.train.reward.ranker import Ranker
    from copydesk.train.reward.rows import Collator, Groups

    settings = wanted(base, reward={"ties": "drop", "centre": 0.01})
    origin = prepare(str(base))
    tokenizer, scorer = load_tokenizer(origin), load_scorer(origin, settings)
    rows = [
        Ranking(prompt=(Message("user", "Bees"),), completions=texts, ranks=(1, 2))
        for texts in (("One two.", "Three"), ("四五六", "七八九十。"))
    ]
    groups = Groups(rows, tokenizer, 96)
    batch = Collator(tokenizer.pad_token_id)(list(groups))
    ours = Ranker(scorer, settings.reward, 0.0)(**batch)["loss"]
    arguments = RewardConfig(
        output_dir="unused",
        use_cpu=True,
        bf16=False,
        report_to="none",
        center_rewards_coefficient=0.01,
    )
    table = Dataset.from_list(
        [{"chosen_ids": group.ids[0], "rejected_ids": group.ids[1]} for group in groups]
    )
    trainer = RewardTrainer(
        model=scorer, args=arguments, train_dataset=table, processing_class=tokenizer
    )
    inputs = trainer.data_collator(list(table))
    with torch.no_grad():
        theirs = trainer.compute_loss(scorer, inputs)
    assert float(ours.detach()) == pytest.approx(float(theirs), abs=1e-5)
