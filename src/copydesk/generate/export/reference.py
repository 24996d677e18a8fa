"""What transformers says: the greedy continuation of a prompt, in float32."""

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.errors import MissingTool, ModelProblem
from copydesk.generate.threads import choose_threads

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# What the libraries raise, over time, for a folder that they do not like.
_FAILURES = (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError)


class Reference:
    """A model in transformers, with an adapter or without."""

    def __init__(self, architecture: str, model: Path, adapter: Path | None = None) -> None:
        """Load it.

        Args:
            architecture: "llama" or "qwen2".
            model: a folder of transformers, or a GGUF file, which is dequantised.
            adapter: a folder of peft.

        Raises:
            MissingTool: transformers, or peft for an adapter, is not installed.
            ModelProblem: they do not load it.
        """
        self._threads = choose_threads()
        try:
            with _quiet():
                self._model: Any = _load(architecture, model, adapter)
                self._tokenizer: Any = _tokenizer(model)
        except ImportError as error:
            raise MissingTool(
                f"The check needs the package {error.name or 'transformers'}.",
                "pip install 'copydesk[torch]', or export with --no-check",
            ) from None
        except _FAILURES as error:
            reason = str(error).strip().partition("\n")[0][:200].rstrip(".")
            raise ModelProblem(
                f"transformers cannot load {adapter or model}: {reason}.",
                "save it again with save_pretrained, or export with --no-check",
            ) from None

    def tokens(self, text: str) -> list[int] | None:
        """The text's tokens, with what the tokenizer puts before it; None for a GGUF file."""
        if self._tokenizer is None:
            return None
        return [int(token) for token in self._tokenizer(text)["input_ids"]]

    def continuation(self, prompt: Sequence[int], count: int) -> Iterator["Floats"]:
        """Log-probabilities, in nats, of each next token; the likeliest goes on. It never ends."""
        import torch  # noqa: PLC0415 - loaded already

        read, cache = torch.tensor([list(prompt)]), None
        for _ in range(count):
            with torch.inference_mode(), _limited(self._threads):
                out = self._model(input_ids=read, past_key_values=cache, use_cache=True)
                spread = torch.log_softmax(out.logits[0, -1].float(), dim=-1)
            read, cache = spread.argmax().reshape(1, 1), out.past_key_values
            yield spread.numpy()


def _load(architecture: str, model: Path, adapter: Path | None) -> Any:
    import torch  # noqa: PLC0415 - gigabytes of library, only for the check
    from transformers import GgufConfig, LlamaForCausalLM, Qwen2ForCausalLM  # noqa: PLC0415

    kind: Any = {"llama": LlamaForCausalLM, "qwen2": Qwen2ForCausalLM}[architecture]
    options: dict[str, Any] = {"dtype": torch.float32, "local_files_only": True}
    if model.is_file():
        options |= {
            "gguf_file": model.name,
            "quantization_config": GgufConfig(dequantize=True),
        }
        loaded = kind.from_pretrained(model.parent, **options)
    else:
        loaded = kind.from_pretrained(model, use_safetensors=True, **options)
    if adapter is not None:
        from peft import PeftModel  # noqa: PLC0415

        loaded = PeftModel.from_pretrained(loaded, str(adapter))
    return loaded.eval()


def _tokenizer(model: Path) -> Any:
    """None for a GGUF file: transformers guesses what such a file does not say."""
    if model.is_file():
        return None
    from transformers import AutoTokenizer  # noqa: PLC0415

    return AutoTokenizer.from_pretrained(model, local_files_only=True, trust_remote_code=False)


@contextmanager
def _limited(threads: int) -> Iterator[None]:
    """No more threads than these: beside other work, more are slower by far."""
    import torch  # noqa: PLC0415

    before = torch.get_num_threads()
    torch.set_num_threads(min(before, threads))
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _quiet() -> Iterator[None]:
    """No bars and no advice of the libraries' own while they load."""
    from transformers.utils import logging as library  # noqa: PLC0415

    logging: Any = library  # not every release says what its functions take

    bars, level = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        # One of the bars and the warnings of peft obey no switch.
        with warnings.catch_warnings(), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
