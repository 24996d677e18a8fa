"""What is learnt becomes folders: a classifier that `--judge` takes, and the adapter alone."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any

import torch
from safetensors import SafetensorError

from copydesk.errors import ModelProblem, OutputProblem
from copydesk.files import swap_folder
from copydesk.generate.hf.judge import conversation
from copydesk.generate.hf.loading import quietly
from copydesk.generate.protocol import Message
from copydesk.train.base import Base, load_scorer
from copydesk.train.recipe import Recipe
from copydesk.train.reward.facts import Facts, write_facts
from copydesk.train.reward.ranker import Ranker
from copydesk.train.reward.rows import Groups
from copydesk.train.reward.scorer import load, rewards
from copydesk.train.reward.trainer import restore

_SMALL = 500_000_000  # parameters up to which the whole model is kept in float32
_MEASURED = 200  # answers whose rewards give mean and deviation
_COMPARED = 8  # of them, those that the trained model scores too
_FAR = 0.5  # by which a saved model may differ from the trained one: in deviations and in rewards


def write_folders(
    weights: Mapping[str, torch.Tensor],
    folder: Path,
    base: Base,
    recipe: Recipe,
    tokenizer: Any,
    facts: Facts,
) -> Path:
    """Write `folder/model` and, if there is an adapter, `folder/adapter`; returns the model.

    The base is loaded anew, unsharded and dense, so that it does not matter how it was trained.
    """
    small = base.parameters <= _SMALL
    dense = recipe.model_copy(
        update={
            "precision": "float32" if small else "bfloat16",
            "adapter": recipe.adapter.model_copy(update={"quantized": False}),
        }
    )
    ranker = Ranker(load_scorer(base, dense), recipe.reward, 0.0)
    restore(ranker, dict(weights))
    scorer = ranker.scorer
    if not recipe.full:
        with replaced(folder / "adapter") as place, quietly():
            scorer.save_pretrained(place)
            (place / "README.md").unlink(missing_ok=True)  # peft's empty form of a model card
            tokenizer.save_pretrained(place)
            write_facts(facts, place)
        scorer = scorer.merge_and_unload()
    scorer.config.pad_token_id = _pad(tokenizer)
    scorer.config.use_cache = True
    if not small:
        scorer = scorer.to(torch.bfloat16)
    with replaced(folder / "model") as place, quietly():
        scorer.save_pretrained(place)
        tokenizer.save_pretrained(place)
        write_facts(facts, place)
    return folder / "model"


def measure(model: Path, groups: Groups, facts: Facts, trained: Any = None) -> dict[str, float]:
    """Score some answers with the saved folder; their mean and deviation go into its facts.

    Args:
        trained: the classifier as it was trained, to compare with; None where it is sharded.

    Raises:
        ModelProblem: the rewards are so different that the folder holds another model.
    """
    scorer = load(model)
    pad = scorer.tokenizer.pad_token_id or 0
    ids = list(islice(chain.from_iterable(group.ids for group in groups), _MEASURED))
    saved = rewards(scorer.model, ids, pad)
    deviation = pstdev(saved) or 1.0
    off = 0.0
    if trained is not None:
        again = rewards(trained, ids[:_COMPARED], pad)
        off = max(abs(a - b) for a, b in zip(saved, again, strict=False))
    found = {"mean": fmean(saved), "deviation": deviation, "parity": off / deviation}
    for folder in (model, model.with_name("adapter")):
        if folder.is_dir():
            write_facts(facts.model_copy(update=found), folder)
    # Rounding alone can be many deviations of a model that has hardly learnt to tell answers apart.
    if not off <= max(_FAR, _FAR * deviation):
        raise ModelProblem(
            f"The saved model's rewards are up to {off:.2g} off those that were trained.",
            "the adapter beside it is whole; please report this with the name of the base",
        )
    return {f"reward_{name}": value for name, value in found.items()}


def _pad(tokenizer: Any) -> int | None:
    """A token that no conversation ends with.

    Where it is not told by a mask, transformers reads a reward at the last token that is not the
    padding's, and many tokenizers pad with the token that ends a turn.
    """
    turns = (Message("user", "a"), Message("assistant", "b"))
    last = conversation(tokenizer, turns, 10_000).ids[-1]
    special = [number for number, token in tokenizer.added_tokens_decoder.items() if token.special]
    free = [tokenizer.pad_token_id, *sorted(special)]
    return next((number for number in free if number is not None and number != last), None)


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """A fresh folder to fill, which takes the place of `folder` when it is filled, and only then.

    Raises:
        OutputProblem: the disk is full, or the place cannot be written to.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        fresh.chmod(0o755)
        try:
            yield fresh
            swap_folder(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except (OSError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())[:120]
        raise OutputProblem(
            f"{folder} could not be written: {reason}.",
            "make room there and give --resume, or choose another folder",
        ) from None
