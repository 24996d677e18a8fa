"""An adapter is added into its base's weights: what comes out needs neither adapter nor peft."""

# ruff: noqa: PLC0415 - torch, transformers and peft are imported where weights are merged

from pathlib import Path
from typing import Any

from copydesk.errors import MissingTool, ModelProblem
from copydesk.generate.export.reference import _quiet as quietly
from copydesk.generate.hf.source import check_adapter

_SAFE: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
_FAULTS = (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError)
_NEEDS = 'pip install "copydesk[train]"'


def merge(base: Path, adapter: Path, target: Path, *, classifier: bool) -> None:
    """Write base + adapter to `target`, as transformers reads it.

    The sum is computed in float32 and stored in what the base is stored in.

    Args:
        base: a folder of transformers.
        adapter: a folder of peft, LoRA.
        classifier: it is a reward model with one output, not a generator.

    Raises:
        ModelProblem: the two do not fit, or a sum is no number.
        MissingTool: torch, transformers or peft is not installed.
    """
    check_adapter(adapter)
    try:
        import torch
        from peft import PeftModel
        from transformers import AutoConfig, AutoTokenizer
    except ImportError as error:
        raise MissingTool(f"Merging needs {error.name}, which is not installed.", _NEEDS) from None
    try:
        with quietly(), torch.inference_mode():
            config = AutoConfig.from_pretrained(base, **_SAFE)
            stored = config.dtype if isinstance(config.dtype, torch.dtype) else torch.float32
            whole = _load(base, classifier=classifier)
            lora = PeftModel.from_pretrained(whole, str(adapter))
            merged = lora.merge_and_unload(safe_merge=True).to(stored)
            merged.save_pretrained(target, max_shard_size="4GB")
            _tokenizer_of(adapter, base, AutoTokenizer).save_pretrained(target)
    except _FAULTS as error:
        said = " ".join(str(error).split())[:300].rstrip(".")
        raise ModelProblem(
            f"The adapter {adapter} cannot be merged into {base}: {said}.",
            "was it trained on another model? give the run's folder as training left it",
        ) from None


def _load(base: Path, *, classifier: bool) -> Any:
    import torch
    from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

    options = {**_SAFE, "use_safetensors": True, "dtype": torch.float32}
    if classifier:
        return AutoModelForSequenceClassification.from_pretrained(base, num_labels=1, **options)
    return AutoModelForCausalLM.from_pretrained(base, **options)


def _tokenizer_of(adapter: Path, base: Path, kind: Any) -> Any:
    """The one that training saved beside the adapter, for it may have a template of its own."""
    own = (adapter / "tokenizer.json").is_file() and (adapter / "tokenizer_config.json").is_file()
    return kind.from_pretrained(adapter if own else base, **_SAFE)
