"""An adapter is added into its base's weights: what comes out needs neither adapter nor peft."""

# ruff: noqa: PLC0415 - torch, transformers and peft are imported where weights are merged

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from copydesk.errors import MissingTool, OutputProblem
from copydesk.generate.hf.loading import quietly, told
from copydesk.generate.hf.source import check_adapter
from copydesk.train.base.loading import cut_to
from copydesk.train.reward.facts import read_facts

_SAFE: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}


def merge(base: Path, adapter: Path, target: Path, *, classifier: bool) -> None:
    """Write base + adapter to `target`, as transformers reads it.

    The sum is computed in float32 and stored in what the base is stored in.

    Args:
        base: a folder of transformers.
        adapter: a folder of peft, LoRA.
        classifier: it is a reward model with one output, not a generator.

    Raises:
        ModelProblem: the two do not fit, or a sum is no number.
        OutputProblem: the disk is full.
        MissingTool: torch, transformers or peft is not installed.
    """
    check_adapter(adapter)
    for name in ("torch", "transformers", "peft"):
        if find_spec(name) is None:
            raise MissingTool(
                f"Merging needs {name}, which is not installed.", 'pip install "copydesk[train]"'
            )
    from safetensors import SafetensorError

    with quietly():
        model, tokenizer = _merged(base, adapter, classifier=classifier)
        try:
            model.save_pretrained(target, max_shard_size="4GB")
            tokenizer.save_pretrained(target)
        except (OSError, SafetensorError) as error:
            reason = getattr(error, "strerror", None) or " ".join(str(error).split())[:120]
            raise OutputProblem(
                f"The merged model could not be written: {reason}.",
                "make room there, or choose another place with -o; finished pieces are kept",
            ) from None


def _merged(base: Path, adapter: Path, *, classifier: bool) -> tuple[Any, Any]:
    """The sum, in the base's own kind of numbers, and the tokenizer."""
    import torch
    from peft import PeftModel
    from transformers import AutoConfig, AutoTokenizer

    with told(base), torch.inference_mode():
        config = AutoConfig.from_pretrained(base, **_SAFE)
        whole = _load(base, classifier=classifier)
        if classifier:
            cut_to(whole, read_facts(adapter).depth)
    stored = config.dtype if isinstance(config.dtype, torch.dtype) else torch.float32
    with told(adapter), torch.inference_mode():
        lora = PeftModel.from_pretrained(whole, str(adapter))
        merged = lora.merge_and_unload(safe_merge=True).to(stored)
        # What training saved beside the adapter may have a template of its own.
        files = ("tokenizer.json", "tokenizer_config.json")
        own = all((adapter / name).is_file() for name in files)
        return merged, AutoTokenizer.from_pretrained(adapter if own else base, **_SAFE)


def _load(base: Path, *, classifier: bool) -> Any:
    import torch
    from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

    options = {**_SAFE, "use_safetensors": True, "dtype": torch.float32}
    if classifier:
        return AutoModelForSequenceClassification.from_pretrained(base, num_labels=1, **options)
    return AutoModelForCausalLM.from_pretrained(base, **options)
