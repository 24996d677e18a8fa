"""A reward model as a judge: a sequence classifier with one output says how good an answer is."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from copydesk.errors import MissingTool, ModelProblem

_LONGEST = 2048  # tokens of prompt and answer together; what is longer is cut at its end


class RewardModel:
    """A folder of transformers with a classification head of one output, on the processor."""

    def __init__(self, folder: Path, tokenizer: Any, model: Any) -> None:
        self.name = folder.name
        self._tokenizer, self._model = tokenizer, model

    def score(self, prompt: str, answers: Sequence[str]) -> list[float]:
        """The model's raw output for each answer to the prompt; higher is better.

        Where the tokenizer has a chat template, prompt and answer are rendered as a conversation,
        which is how reward models are trained.
        """
        import torch  # noqa: PLC0415 - slow to import, and only judges need it

        numbers = []
        for answer in answers:
            encoded = self._tokenizer(
                self._rendered(prompt, answer),
                return_tensors="pt",
                truncation=True,
                max_length=_LONGEST,
            )
            encoded.pop("token_type_ids", None)
            with torch.inference_mode():
                numbers.append(float(self._model(**encoded).logits[0, 0]))
        return numbers

    def _rendered(self, prompt: str, answer: str) -> str:
        if not self._tokenizer.chat_template:
            return f"{prompt}\n\n{answer}"
        turns = [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
        return str(self._tokenizer.apply_chat_template(turns, tokenize=False))


def load_judge(path: str) -> RewardModel:
    """Load a reward model from its folder. No code of the folder is run, only safetensors are read.

    Raises:
        ModelProblem: there is no such folder, or what it holds is no reward model.
        MissingTool: transformers is not installed.
    """
    folder = Path(path).expanduser()
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
    return RewardModel(folder, tokenizer, model.eval())


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
        raise ModelProblem(f"{folder} holds no model: no config.json is there.", _HINT) from None
    known = heads if isinstance(heads, list) else []
    if not any(str(name).endswith("ForSequenceClassification") for name in known):
        raise ModelProblem(f"{folder} holds a model that is no classifier.", _HINT)
