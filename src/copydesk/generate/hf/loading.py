"""Loads weights and tokenizer into torch: no code out of the folder, no pickle, no network."""

import json
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, redirect_stderr
from dataclasses import dataclass
from importlib import import_module
from io import StringIO
from mmap import ACCESS_READ, mmap
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from copydesk.errors import ModelProblem
from copydesk.generate.hf.rendering import rendering_of
from copydesk.generate.hf.source import Source, check_adapter
from copydesk.generate.hf.spelling import Vocabulary

if TYPE_CHECKING:
    import torch

NEEDS = 'pip install "copydesk[torch]"'
_SAFE: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
_DIGITS_APART = {"smollm", "starcoder", "refact", "command-r"}  # ways of splitting, by llama.cpp


@dataclass(frozen=True)
class HfInfo:
    """What a model folder says.

    Attributes:
        architecture: transformers' name of the network, such as "LlamaForCausalLM".
        chat_template: Jinja2 source; "" when there is none.
        context_length: tokens that the model was trained to read; 0 when unknown.
        bos_token, eos_token: the strings that begin and end a text; "" when there are none.
        control_tokens: strings that steer the model and are plain text inside a message.
        parameters: weights in all tensors together.
        dtype, device: what it computes in, and where.
    """

    architecture: str
    chat_template: str
    context_length: int
    bos_token: str
    eos_token: str
    control_tokens: tuple[str, ...]
    parameters: int
    dtype: str
    device: str


@dataclass(frozen=True)
class Loaded:
    """A model in memory.

    Attributes:
        model: a `PreTrainedModel` or, with named adapters, a `PeftModel` around one.
        adapters: what peft calls each adapter, by the name that requests use.
    """

    model: Any
    tokenizer: Any
    vocabulary: Vocabulary
    info: HfInfo
    device: "torch.device"
    adapters: Mapping[str, str]


def load(
    source: Source, adapters: Mapping[str, Path], device: str = "", threads: int = 1
) -> Loaded:
    """Load a model.

    Args:
        source: where its parts lie.
        adapters: LoRA adapters by the names that requests will use; loaded beside one another.
        device: "cpu", "cuda", "cuda:1" …; empty: a GPU if there is one.
        threads: CPU threads that torch computes with, in the whole process.

    Raises:
        ModelProblem: something is missing, damaged, or of a kind that cannot be loaded.
    """
    _check_installed()
    import torch  # noqa: PLC0415 - only when a model is really used

    torch.set_num_threads(threads)
    where = _device(device)
    # The bar that is drawn while a GGUF file is unpacked has no switch.
    bar = redirect_stderr(StringIO()) if source.is_gguf else nullcontext()
    with bar, quietly(), told(source.weights):
        tokenizer = read_tokenizer(source)
        model = _model(source, _dtype(where, source), where)
    if source.adapter:
        with quietly(), told(source.adapter):
            # Merged, it costs nothing when the model speaks.
            model = _with_adapter(model, source.adapter, "own").merge_and_unload()
    names = {name: f"adapter_{at}" for at, name in enumerate(adapters)}
    for name, path in adapters.items():
        check_adapter(path)
        with quietly(), told(path):
            model = _with_adapter(model, path, names[name])
    model.eval()
    vocabulary = Vocabulary(tokenizer, ends_of(model, tokenizer))
    info = _info(model, tokenizer, vocabulary, where)
    return Loaded(model, tokenizer, vocabulary, info, torch.device(where), names)


def inner(model: Any) -> Any:
    """The network itself, without what peft wraps around it."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def _check_installed() -> None:
    try:
        import torch  # noqa: PLC0415 - 200 MB of library, only when a model is really used
        import transformers  # noqa: PLC0415 - as above
    except ImportError as error:
        raise ModelProblem(
            f"This model needs {error.name}, which is not installed.", NEEDS
        ) from None
    del torch, transformers


def _device(asked: str) -> str:
    import torch  # noqa: PLC0415 - as above

    if not asked:
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(0, device=asked)
    except (RuntimeError, AssertionError, NotImplementedError):
        there = ["cpu", *(f"cuda:{at}" for at in range(torch.cuda.device_count()))]
        raise ModelProblem(
            f"The device {asked!r} cannot be used.", f"there are: {', '.join(there)}"
        ) from None
    return asked


def _dtype(device: str, source: Source) -> Any:
    """What to compute in.

    A GPU gets bfloat16, or float16 where it is too old for that. A CPU computes in float32, unless
    it has instructions for bfloat16 and the weights are bfloat16 anyway: on such a CPU a product
    with one row took 9 ms instead of 16, with 256 rows 101 instead of 405, and half the memory.
    Without the instructions bfloat16 is emulated, and slower than float32.
    """
    import torch  # noqa: PLC0415 - as above

    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if device != "cpu":
        return torch.float16
    own = source.config.get("dtype", source.config.get("torch_dtype"))
    native = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)()
    return torch.bfloat16 if own == "bfloat16" and native else torch.float32


def _model(source: Source, dtype: Any, device: str) -> Any:
    from transformers import AutoModelForCausalLM  # noqa: PLC0415 - as above

    place = _place(source)
    if not source.is_gguf:
        place |= {"use_safetensors": True, "output_loading_info": True}
    found = AutoModelForCausalLM.from_pretrained(
        **place, **_SAFE, dtype=dtype, attn_implementation="sdpa"
    )
    model, report = found if isinstance(found, tuple) else (found, {})
    if missing := sorted(report.get("missing_keys", ())):
        raise ModelProblem(
            f"The weights in {source.weights} are not complete: {missing[0]} is missing"
            + (f", and {len(missing) - 1:,} more." if len(missing) > 1 else "."),
            "save or download the model again",
        )
    if getattr(model, "_is_stateful", False):
        raise ModelProblem(
            f"{source.weights} is a {type(model).__name__}, whose memory cannot be taken back.",
            "choose a model with attention in every layer",
        )
    return model.to(device)


def _place(source: Source) -> dict[str, Any]:
    if source.is_gguf:
        folder, name = source.weights.parent, source.weights.name
        return {"pretrained_model_name_or_path": str(folder), "gguf_file": name}
    return {"pretrained_model_name_or_path": str(source.weights)}


def read_tokenizer(source: Source) -> Any:
    """The tokenizer of a folder or GGUF file, as it is; inside `told` and `quietly`.

    Raises:
        ModelProblem: it is a slow one.
    """
    from transformers import AutoTokenizer  # noqa: PLC0415 - as above

    tokenizer = AutoTokenizer.from_pretrained(**_place(source), **_SAFE)
    if not getattr(tokenizer, "is_fast", False):
        raise ModelProblem(
            f"{source.weights} has no tokenizer.json.", "save its tokenizer as a fast one"
        )
    if source.is_gguf:
        _split_digits(tokenizer, source.weights)
    return tokenizer


def _split_digits(tokenizer: Any, path: Path) -> None:
    """Some models read numbers digit by digit; transformers forgets that of a GGUF file."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - as above

    if _splitting(path) not in _DIGITS_APART:
        return
    content = json.loads(tokenizer.backend_tokenizer.to_str())
    digits = {"type": "Digits", "individual_digits": True}
    bytes_ = {"add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    content["pre_tokenizer"] = {
        "type": "Sequence",
        "pretokenizers": [digits, {"type": "ByteLevel", **bytes_}],
    }
    fresh = Tokenizer.from_str(json.dumps(content))
    tokenizer.backend_tokenizer.pre_tokenizer = fresh.pre_tokenizer


def _splitting(path: Path) -> str:
    """What the header calls the way of splitting text: a key, its type, a length, a name."""
    key = b"tokenizer.ggml.pre"
    with path.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as header:
        at = header.find(key) + len(key) + 4
        size = int.from_bytes(header[at : at + 8], "little")
        return header[at + 8 : at + 8 + min(size, 64)].decode(errors="replace")


def _with_adapter(model: Any, folder: Path, name: str) -> Any:
    try:
        from peft import PeftModel  # noqa: PLC0415 - only when an adapter is used
    except ImportError:
        raise ModelProblem(
            f"The adapter {folder} needs peft, which is not installed.", NEEDS
        ) from None
    if isinstance(model, PeftModel):
        model.load_adapter(str(folder), name)
        return model
    return PeftModel.from_pretrained(model, str(folder), adapter_name=name)


def ends_of(model: Any, tokenizer: Any) -> set[int]:
    """Every token that the model or its tokenizer ends a text with."""
    settings = getattr(model, "generation_config", None), model.config
    named = [getattr(setting, "eos_token_id", None) for setting in settings]
    ends: set[int] = set()
    for numbers in (*named, tokenizer.eos_token_id):
        for number in numbers if isinstance(numbers, list) else [numbers]:
            if isinstance(number, int) and number >= 0:
                ends.add(number)
    return ends


def _info(model: Any, tokenizer: Any, vocabulary: Vocabulary, device: str) -> HfInfo:
    config = model.config.get_text_config()
    rendering = rendering_of(tokenizer)
    own = inner(model)
    return HfInfo(
        architecture=type(own).__name__,
        chat_template=rendering.template,
        context_length=int(getattr(config, "max_position_embeddings", 0) or 0),
        bos_token=rendering.bos_token,
        eos_token=rendering.eos_token,
        control_tokens=vocabulary.control_tokens,
        parameters=sum(weight.numel() for weight in own.parameters()),
        dtype=str(own.dtype).removeprefix("torch."),
        device=device,
    )


class told:  # noqa: N801 - used like a function
    """Turns whatever goes wrong while a path is loaded into one sentence.

    transformers, safetensors and tokenizers raise errors of dozens of kinds for damaged files, and
    the last one bare `Exception`s. A mistake of ours would look the same: the tests load whole
    models too.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not isinstance(error, Exception) or isinstance(error, ModelProblem):
            return
        said = " ".join(str(error).split())[:300].rstrip(".") or type(error).__name__
        hint = "save or download the model again"
        if isinstance(error, ImportError):
            hint = NEEDS
        elif "size mismatch" in said:  # of an adapter; a model's own sizes stand in its folder
            said, hint = "its matrices do not fit the model", "name the model it was trained on"
        elif "out of memory" in said or "allocate memory" in said:
            hint = "choose a smaller model, or --device cpu if the GPU is too small"
        raise ModelProblem(f"{self._path} cannot be loaded: {said}.", hint) from None


@contextmanager
def quietly() -> Iterator[None]:
    """Keep the progress bars and warnings of transformers to itself while a model is loaded."""
    logging: Any = import_module("transformers.utils.logging")
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
