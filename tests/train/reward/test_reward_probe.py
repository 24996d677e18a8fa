"""The head that is fitted first: its folds, and how strong a penalty they decide on."""

from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from tests.support.hf_folders import tiny_llama  # noqa: E402
from tests.support.training import asked, job, recipe  # noqa: E402
from tests.train.reward.test_reward_trained import rankings  # noqa: E402

from copydesk.preferences.rows import Ranking  # noqa: E402
from copydesk.train.base import load_scorer, load_tokenizer, prepare  # noqa: E402
from copydesk.train.recipes import load_recipe  # noqa: E402
from copydesk.train.reward import load_reward, train_reward  # noqa: E402
from copydesk.train.reward.folds import FOLDS, fold_of  # noqa: E402
from copydesk.train.reward.probe import PENALTIES, Fitted, chosen, fit_head  # noqa: E402
from copydesk.train.reward.ranker import Ranker  # noqa: E402
from copydesk.train.reward.rows import Collator, Groups  # noqa: E402


def ranking(request: int, *answers: str) -> Ranking:
    return Ranking(
        prompt=asked(request), completions=answers, ranks=tuple(range(1, len(answers) + 1))
    )


def test_rankings_of_one_request_share_a_fold() -> None:
    rows = [ranking(n % 20, f"a {n}", f"b {n}") for n in range(60)]
    found = fold_of(rows, seed=3)
    assert found is not None
    assert found[:20] == found[20:40] == found[40:]
    assert sorted(found[:20]) == sorted(list(range(FOLDS)) * 4)
    assert found == fold_of(rows, seed=3) != fold_of(rows, seed=4)


def test_of_one_request_shared_answers_decide() -> None:
    rows = [ranking(0, f"蜜蜂 {n // 2}", f"own {n}") for n in range(40)]
    found = fold_of(rows, seed=0)
    assert found is not None
    assert found[::2] == found[1::2]
    assert set(found) == set(range(FOLDS))
    assert fold_of([ranking(0, "the same", f"own {n}") for n in range(40)], seed=0) is None
    assert fold_of(rows[:8], seed=0) is None


def test_the_strongest_penalty_that_is_no_worse_is_taken() -> None:
    best = torch.tensor([1.0] * 95 + [0.0] * 5)
    slightly, clearly = best.clone(), best.clone()
    slightly[:1] = 0
    clearly[:12] = 0
    assert chosen(torch.stack([clearly, slightly, best], dim=1)) == 1
    assert chosen(torch.stack([best, best, slightly], dim=1)) == 0
    assert chosen(torch.stack([clearly, clearly, best], dim=1)) == 2


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("base"))


def fitted(base: Path, rows: list[Ranking], folds: list[int] | None) -> tuple[Fitted, Ranker]:
    wanted = recipe("reward", base, max_length=96)
    origin = prepare(str(base))
    tokenizer = load_tokenizer(origin)
    torch.manual_seed(0)
    ranker = Ranker(load_scorer(origin, wanted), wanted.reward, -1.0)
    groups = Groups(rows, tokenizer, 96)
    return fit_head(ranker, groups, Collator(tokenizer.pad_token_id), folds), ranker


def test_the_fit_is_where_the_penalised_loss_is_least(base: Path) -> None:
    """Checked by finite differences of the whole forward, adapters and all."""
    rows = rankings(40)
    found, ranker = fitted(base, rows, fold_of(rows, 0))
    assert found.penalty in PENALTIES
    assert found.accuracy is not None
    assert found.accuracy > 0.75
    collator = Collator(0)
    batch = collator(list(Groups(rows, load_tokenizer(prepare(str(base))), 96)))
    ranker.eval()
    states: list[torch.Tensor] = []
    ranker.head.register_forward_pre_hook(lambda _, given: states.append(given[0].detach()))
    ranker(**batch)["loss"].backward()
    scale = states[0].std(0)
    slope = ranker.head.weight.grad[0] / scale + 2 * found.penalty * (
        ranker.head.weight.detach()[0] * scale
    )
    assert float(slope.abs().max()) < 0.01


def test_few_rankings_and_ties_alone_get_the_usual_penalty(base: Path) -> None:
    few, _ = fitted(base, rankings(6), None)
    assert (few.penalty, few.accuracy) == (0.1, None)
    rows = [ranking(n, "one", "two") for n in range(20)]
    tied = [replace(row, ranks=(1, 1)) for row in rows]
    found, ranker = fitted(base, tied, fold_of(tied, 0))
    assert (found.penalty, found.accuracy) == (0.1, None)
    assert bool(ranker.head.weight.isfinite().all())


def test_the_quick_recipe_leaves_the_head_as_it_was_fitted(base: Path, tmp_path: Path) -> None:
    wanted = load_recipe("reward-quick", [f"model={base}", "max_length=96", "threads=1"])
    said: list[str] = []
    asked_for, heard = job(wanted, tmp_path, rankings(60), rankings(30, seed=1), say=said.append)
    outcome = train_reward(asked_for)
    assert outcome.steps == 1
    assert outcome.metrics["held_accuracy"] > 0.75
    assert any("The head is fitted first, with a penalty of" in sentence for sentence in said)
    assert load_reward(outcome.model).facts.depth == wanted.reward.depth
    assert len(heard.lines) == 2
