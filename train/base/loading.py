"""A base becomes a model that can be trained: an adapter on frozen weights, or all of them."""

# ruff: noqa: PLC0415 - torch and transformers are imported when a model is loaded

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from copydesk.errors import MissingTool, ModelProblem, UsageProblem
from copydesk.generate.hf.source import check_adapter
from copydesk.train.base.place import Base
from copydesk.train.base.settled import dtype_of
from copydesk.train.recipe import Recipe

_ALL = "all-linear"


def load_policy(base: Base, recipe: Recipe, *, trainable: bool = True) -> Any:
    """The model that answers, with its adapter named "default" if the recipe has one.

    Frozen weights are kept in what the recipe computes in; weights that are trained are float32
    always, for a step is often smaller than bfloat16 can add.

    Args:
        trainable: False for a reference: no fresh adapter, nothing wants gradients.

    Raises:
        ModelProblem: weights or adapter are damaged, or do not go together.
        UsageProblem: four bits were asked for without a GPU.
    """
    import torch

    full = recipe.full and trainable
    # A reference of full fine-tuning has the very numbers that the policy begins with.
    dtype = torch.float32 if recipe.full else dtype_of(recipe)
    model = _load("AutoModelForCausalLM", base, dtype, recipe)
    start = start_folder(recipe)
    if start and full:
        with _guard(start):
            model = _started(model, start, trainable=False).merge_and_unload()
    elif start:
        with _guard(start):
            model = _started(model, start, trainable=trainable)
    elif trainable and not full:
        model = _with_fresh_adapter(model, recipe, "CAUSAL_LM")
    if not trainable:
        model.requires_grad_(False)
    return model


def load_scorer(base: Base, recipe: Recipe) -> Any:
    """The base with a head of one output instead of words; the head is random, by torch's seed.

    Only the first `reward.depth` of its layers are kept, and of those only the last
    `reward.layers` are trained, if the recipe says so.

    Raises:
        ModelProblem: the weights are damaged, or no classifier of this kind is known.
        UsageProblem: four bits were asked for without a GPU.
    """
    import torch

    from copydesk.train.base.tokens import load_tokenizer

    dtype = torch.float32 if recipe.full else dtype_of(recipe)
    model = _load("AutoModelForSequenceClassification", base, dtype, recipe, num_labels=1)
    model.config.pad_token_id = load_tokenizer(base).pad_token_id
    cut_to(model, recipe.reward.depth)
    layers = int(model.config.get_text_config().num_hidden_layers)
    last = range(max(0, layers - recipe.reward.layers), layers) if recipe.reward.layers else None
    if recipe.full:
        if last is not None:
            _freeze_all_but(model, last)
        return model
    more: dict[str, Any] = {"modules_to_save": ["score"]}
    if last is not None:
        more["layers_to_transform"] = list(last)
        if recipe.adapter.targets == _ALL:  # peft wants names where only some layers are meant
            more["target_modules"] = _linear_names(model)
    scorer = _with_fresh_adapter(model, recipe, "SEQ_CLS", **more)
    scorer.get_base_model().score.float()  # it is trained; autocast lets it meet the others
    return scorer


def cut_to(model: Any, share: float) -> None:
    """Take away the last layers of a model, so that this share of them is left, one at least.

    What was inside becomes what comes out: the last norm follows the last layer that is left.

    Raises:
        UsageProblem: the model has no layers of the common kind.
    """
    if share >= 1:
        return
    trunk, config = getattr(model, model.base_model_prefix), model.config
    layers = getattr(trunk, "layers", None)
    if layers is None or len(layers) != getattr(config, "num_hidden_layers", None):
        raise UsageProblem(
            f"Layers of a {config.model_type} model cannot be cut away.", "--set reward.depth=1"
        )
    kept = max(1, round(share * len(layers)))
    trunk.layers = layers[:kept]
    config.num_hidden_layers = kept
    if getattr(config, "layer_types", None):
        config.layer_types = config.layer_types[:kept]


def start_folder(recipe: Recipe) -> Path | None:
    """The adapter to go on from; a run's folder means the model in it.

    Raises:
        ModelProblem: there is no adapter.
    """
    if not recipe.adapter.start:
        return None
    folder = Path(recipe.adapter.start).expanduser()
    if not (folder / "adapter_config.json").is_file() and (folder / "model").is_dir():
        folder = folder / "model"
    check_adapter(folder)
    return folder


def _load(kind: str, base: Base, dtype: Any, recipe: Recipe, **more: Any) -> Any:
    import transformers

    options: dict[str, Any] = {
        "dtype": dtype,
        "attn_implementation": "sdpa",
        "use_safetensors": True,
        "local_files_only": True,
        "trust_remote_code": False,
        "output_loading_info": True,
    }
    if recipe.adapter.quantized and not recipe.full:
        options["quantization_config"] = _four_bits(dtype)
    with _guard(base.folder):
        model, report = getattr(transformers, kind).from_pretrained(
            str(base.folder), **options, **more
        )
    missing = sorted(name for name in report["missing_keys"] if not name.startswith("score."))
    if missing:
        raise ModelProblem(
            f"The weights in {base.folder} are not complete: {missing[0]} is missing.",
            "save or download the model again",
        )
    return model


def _four_bits(dtype: Any) -> Any:
    import torch
    from transformers import BitsAndBytesConfig

    if not torch.cuda.is_available():
        raise UsageProblem(
            "adapter.quantized needs a GPU, and there is none.", "--set adapter.quantized=false"
        )
    if find_spec("bitsandbytes") is None:
        raise MissingTool("adapter.quantized needs bitsandbytes.", "pip install bitsandbytes")
    return BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
    )


def _with_fresh_adapter(model: Any, recipe: Recipe, task: str, **more: Any) -> Any:
    from peft import LoraConfig, get_peft_model

    wanted = recipe.adapter
    names = [name.strip() for name in wanted.targets.split(",") if name.strip()]
    config = LoraConfig(
        r=wanted.rank,
        lora_alpha=wanted.alpha,  # type: ignore[arg-type]  # peft divides it
        lora_dropout=wanted.dropout,
        task_type=task,
        **({"target_modules": _ALL if wanted.targets == _ALL else names} | more),
    )
    try:
        return get_peft_model(model, config)
    except ValueError as error:
        said = " ".join(str(error).split())[:200]
        raise UsageProblem(
            f"adapter.targets {wanted.targets!r} does not go with this model: {said}.",
            "--set adapter.targets=all-linear",
        ) from None


def _linear_names(model: Any) -> list[str]:
    """The last part of the name of every linear layer but the head."""
    import torch

    linear = (name for name, part in model.named_modules() if isinstance(part, torch.nn.Linear))
    return sorted({name.rpartition(".")[2] for name in linear} - {"score"})


def _started(model: Any, folder: Path, *, trainable: bool) -> Any:
    from peft import PeftModel

    return PeftModel.from_pretrained(model, str(folder), is_trainable=trainable)


def _freeze_all_but(model: Any, layers: range) -> None:
    model.requires_grad_(False)
    model.score.requires_grad_(True)
    for number in layers:
        model.base_model.layers[number].requires_grad_(True)


@contextmanager
def _guard(path: Path) -> Iterator[None]:
    """Quiet, and one sentence for whatever the libraries raise."""
    from copydesk.generate.hf.loading import quietly, told

    with told(path), quietly():
        yield
