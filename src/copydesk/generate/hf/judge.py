"""A reward model as a judge: a sequence classifier with one output says how good an answer is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.errors import MissingTool, ModelProblem
from copydesk.generate.hf.loading import quietly
from copydesk.generate.hf.rendering import read_parts, rendering_of
from copydesk.generate.protocol import Message

_LONGEST = 2048  # tokens of prompt and answer together; what is longer is cut at its end
_MARK = "copydesk"  # an answer that no template changes
_ASKED = 4  # the part of the window, one by this, that a request keeps when it is shortened
_MARGIN = 2  # tokens; where a text is cut, its last ones may be read otherwise


@dataclass(frozen=True)
class Conversation:
    """A prompt with its answer, as a reward model reads it.

    Attributes:
        cut: how many tokens were taken off the end of the answer.
    """

    ids: list[int]
    cut: int = 0


def conversation(tokenizer: Any, turns: Sequence[Message], longest: int) -> Conversation:
    """The token ids of a conversation that has ended, for judging and for training alike.

    Where the tokenizer has a chat template, they are what reward models are trained on. Where they
    are more than `longest`, the request is shortened first, to a quarter of that: answers are
    compared to the same one. Then the end of the answer goes, and what closes a turn stays: a
    reward is read there.
    """
    read = _read(tokenizer, turns, longest)
    if not read.cut:
        return read
    return _read(tokenizer, _asked_less(tokenizer, turns, read.cut, longest), longest)


def _asked_less(
    tokenizer: Any, turns: Sequence[Message], over: int, longest: int
) -> Sequence[Message]:
    """The longest turn before the answer without its end, so that the answer has room if it can."""
    if len(turns) < 2 or not tokenizer.is_fast:
        return turns
    place = max(range(len(turns) - 1), key=lambda number: len(turns[number].content))
    text = turns[place].content
    ends = tokenizer(
        text, add_special_tokens=False, split_special_tokens=True, return_offsets_mapping=True
    )["offset_mapping"]
    kept = max(longest // _ASKED, len(ends) - over - _MARGIN)
    if not 0 < kept < len(ends):
        return turns
    shorter = Message(turns[place].role, text[: ends[kept - 1][1]])
    return (*turns[:place], shorter, *turns[place + 1 :])


def _read(tokenizer: Any, turns: Sequence[Message], longest: int) -> Conversation:
    if not tokenizer.chat_template:
        # A control token that stands in a text is read letter by letter, here too.
        text = "\n\n".join(turn.content for turn in turns)
        ids = tokenizer(text, split_special_tokens=True)["input_ids"]
        return Conversation(ids[:longest], max(0, len(ids) - longest))
    rendering = rendering_of(tokenizer)
    ids = read_parts(tokenizer, rendering.parts(turns, ended=True))
    over = len(ids) - longest
    if over <= 0:
        return Conversation(ids)
    marked = rendering.parts((*turns[:-1], Message(turns[-1].role, _MARK)), ended=True)
    closing = tokenizer(
        "".join(part.text for part in marked).rpartition(_MARK)[2], add_special_tokens=False
    )["input_ids"]
    if not closing or ids[-len(closing) :] != closing or len(closing) >= longest:
        return Conversation(ids[:longest], over)
    return Conversation([*ids[: longest - len(closing)], *closing], over)


class RewardModel:
    """A folder of transformers with a classification head of one output, on the processor."""

    def __init__(self, folder: Path, tokenizer: Any, model: Any) -> None:
        self.name = folder.name
        self._tokenizer, self._model = tokenizer, model

    def score(self, prompt: str, answers: Sequence[str]) -> list[float]:
        """The model's raw output for each answer to the prompt; higher is better.

        Prompt and answer are read as a conversation, see `conversation`.
        """
        import torch  # noqa: PLC0415 - slow to import, and only judges need it

        numbers = []
        for answer in answers:
            turns = (Message("user", prompt), Message("assistant", answer))
            ids = torch.tensor([conversation(self._tokenizer, turns, _LONGEST).ids])
            with torch.inference_mode():
                output = self._model(ids, attention_mask=torch.ones_like(ids))
            numbers.append(float(output.logits[0, 0]))
        return numbers


def load_judge(path: str) -> RewardModel:
    """Load a reward model from its folder. No code of the folder is run, only safetensors are read.

    Raises:
        ModelProblem: there is no such folder, or what it holds is no reward model.
        MissingTool: transformers is not installed.
    """
    folder = Path(path).expanduser()
    return RewardModel(folder, *load_classifier(folder))


def load_classifier(folder: Path) -> tuple[Any, Any]:
    """The tokenizer and the model of a reward model's folder; raises as `load_judge` does."""
    _check(folder)
    try:
        from safetensors import SafetensorError  # noqa: PLC0415 - comes with transformers
        from transformers import (  # noqa: PLC0415 - slow to import, and only judges need it
            AutoModelForSequenceClassification,
            AutoTokenizer,
        )
    except ImportError:
        raise MissingTool(
            "A judge needs torch and transformers, which are not installed.",
            "pip install 'copydesk[torch]'",
        ) from None
    try:
        with quietly():
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            model, loaded = AutoModelForSequenceClassification.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, output_loading_info=True
            )
    except (*_FAULTS, SafetensorError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelProblem(f"The judge {folder} cannot be loaded: {reason}.", _HINT) from None
    if loaded["missing_keys"]:
        # transformers would fill them in at random.
        raise ModelProblem(
            f"The judge {folder} lacks weights, such as {min(loaded['missing_keys'])}.", _HINT
        )
    if model.config.num_labels != 1:
        raise ModelProblem(
            f"{folder} sorts into {model.config.num_labels} classes; a judge has one output.", _HINT
        )
    return tokenizer, model.eval()


_FAULTS = (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError, ImportError)
_HINT = "give the folder of a reward model: a sequence classifier with one output, in safetensors"


def _check(folder: Path) -> None:
    """Refuse what is plainly something else, before the slow imports."""
    if not folder.is_dir():
        raise ModelProblem(f"There is no folder {folder}.", _HINT)
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        heads = config.get("architectures") or []
    except (OSError, ValueError, AttributeError, RecursionError):
        below = folder / "model"  # a run of training holds what came of it there
        raise ModelProblem(
            f"{folder} holds no model: no config.json is there.",
            f"give {below}" if (below / "config.json").is_file() else _HINT,
        ) from None
    known = heads if isinstance(heads, list) else []
    if not any(str(name).endswith("ForSequenceClassification") for name in known):
        raise ModelProblem(f"{folder} holds a model that is no classifier.", _HINT)
