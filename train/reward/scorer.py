"""A trained reward model at work: many answers at once, and what it thinks of ties."""

# ruff: noqa: PLC0415 - torch and transformers are imported when a model is loaded

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from copydesk.errors import ModelProblem
from copydesk.generate.hf.judge import conversation, load_classifier
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Ranking
from copydesk.train.reward.facts import Facts, read_facts
from copydesk.train.reward.ties import TieModel

_TOGETHER = 4096  # tokens in one batch, padding counted
_HINT = "give the folder of a reward model: RUN/model, or RUN/adapter"


class RewardScorer:
    """A classifier of one output that scores answers in batches.

    Attributes:
        name: its folder.
        facts: what reward.json says; defaults for a model that others trained.
        tokenizer, model: as transformers loaded them.
    """

    def __init__(self, name: str, tokenizer: Any, model: Any, facts: Facts) -> None:
        self.name, self.tokenizer, self.model, self.facts = name, tokenizer, model, facts

    @property
    def ties(self) -> TieModel:
        """Its model of ties and the parameter."""
        return self.facts.tie_model

    def score(self, prompt: Sequence[Message], completions: Sequence[str]) -> list[float]:
        """The reward of each answer to one prompt; higher is better."""
        return self.score_many([(prompt, completions)])[0]

    def score_rankings(self, rankings: Sequence[Ranking]) -> list[list[float]]:
        """The rewards of all answers of each ranking."""
        return self.score_many([(ranking.prompt, ranking.completions) for ranking in rankings])

    def score_many(
        self, asked: Sequence[tuple[Sequence[Message], Sequence[str]]]
    ) -> list[list[float]]:
        """The rewards of the answers to each of many prompts, batched over all of them."""
        ids = [
            conversation(
                self.tokenizer, (*prompt, Message("assistant", answer)), self.facts.max_length
            ).ids
            for prompt, answers in asked
            for answer in answers
        ]
        flat = iter(rewards(self.model, ids, self.tokenizer.pad_token_id or 0))
        return [[next(flat) for _ in answers] for _, answers in asked]


def rewards(model: Any, ids: Sequence[list[int]], pad: int) -> list[float]:
    """The reward of each list of token ids, batched with others of its length; equal ones once."""
    import torch

    from copydesk.train.reward.ranker import score
    from copydesk.train.reward.rows import rounded

    distinct = list(dict.fromkeys(map(tuple, ids)))
    found: dict[tuple[int, ...], float] = {}
    device, narrow = next(model.parameters()).device, torch.bfloat16
    mixed = any(weight.dtype == narrow for weight in model.parameters())
    for batch in _batches([len(one) for one in distinct]):
        longest = rounded(max(len(distinct[place]) for place in batch))
        rows = torch.full((len(batch), longest), pad, dtype=torch.long)
        mask = torch.zeros_like(rows)
        for line, place in enumerate(batch):
            rows[line, : len(distinct[place])] = torch.tensor(distinct[place])
            mask[line, : len(distinct[place])] = 1
        # Frozen weights may be narrow and those of an adapter on them wide.
        with torch.inference_mode(), torch.autocast(device.type, narrow, enabled=mixed):
            scores = score(model, rows.to(device), mask.to(device)).tolist()
        for place, value in zip(batch, scores, strict=True):
            found[distinct[place]] = value
    return [found[tuple(one)] for one in ids]


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Places in batches of like length, each of at most `_TOGETHER` tokens with its padding."""
    batches: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batches and (len(batches[-1]) + 1) * lengths[batches[-1][0]] <= _TOGETHER:
            batches[-1].append(place)
        else:
            batches.append([place])
    return batches


def load(path: str | Path, *, precision: str = "auto") -> RewardScorer:
    """A reward model from its folder: a whole classifier, an adapter, or a run that holds one.

    No code of the folder is run, and only safetensors are read.

    Args:
        precision: "auto", "float32" or "bfloat16", as in recipes.

    Raises:
        ModelProblem: there is no such folder, or what it holds is no reward model.
        MissingTool: torch, transformers or peft are not installed.
    """
    from copydesk.train.base import dtype_of
    from copydesk.train.recipe import Recipe

    folder = Path(path).expanduser()
    if not (folder / "config.json").is_file() and (folder / "model" / "config.json").is_file():
        folder = folder / "model"
    facts = read_facts(folder)
    adapter = (folder / "adapter_config.json").is_file()
    tokenizer, model = _adapted(folder, facts) if adapter else load_classifier(folder)
    dtype = dtype_of(Recipe.model_validate({"method": "reward", "precision": precision}))
    return RewardScorer(folder.name, tokenizer, _ready(model, dtype), facts)


def _ready(model: Any, dtype: Any) -> Any:
    """On the GPU if there is one; the head in float32, where near rewards stay apart."""
    import torch

    model = model.to(dtype=dtype, device="cuda" if torch.cuda.is_available() else "cpu").eval()
    model.score.float()
    return model.requires_grad_(False)


def _adapted(folder: Path, facts: Facts) -> tuple[Any, Any]:
    """The tokenizer and classifier of an adapter's folder, its base loaded beneath."""
    from peft import PeftModel
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    from copydesk.generate.hf.loading import quietly, told
    from copydesk.generate.hf.source import check_adapter
    from copydesk.train.base.loading import cut_to

    base = _base_of(folder, check_adapter(folder))
    with quietly(), told(folder):
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModelForSequenceClassification.from_pretrained(
            base, num_labels=1, local_files_only=True, use_safetensors=True
        )
        cut_to(model, facts.depth)
        adapted = PeftModel.from_pretrained(model, str(folder))
        return tokenizer, adapted.merge_and_unload()


def _base_of(folder: Path, config: Mapping[str, Any]) -> Path:
    named = config.get("base_model_name_or_path")
    if isinstance(named, str) and 0 < len(named) < 1000 and "\0" not in named:
        for place in (Path(named), folder / named):
            if (place / "config.json").is_file():
                return place
    raise ModelProblem(f"The base {str(named)[:200]!r} of {folder} is not there.", _HINT)
