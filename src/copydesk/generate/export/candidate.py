"""What llama.cpp says: the next token after a row of tokens, from the file that was exported."""

from collections.abc import Sequence
from pathlib import Path

from copydesk.errors import GenerationFailed, ModelProblem
from copydesk.generate.llamacpp.server import Server, token_ids
from copydesk.generate.threads import choose_threads

_REPORT = "this is a fault of copydesk: please report it; --no-check exports all the same"


class Candidate:
    """A GGUF file, with an adapter or without, in a server of its own."""

    def __init__(self, model: Path, adapter: Path | None = None, *, context: int) -> None:
        """Load it.

        Raises:
            ModelProblem: llama.cpp does not load it.
        """
        adapters = (adapter,) if adapter else ()
        try:
            self._server: Server | None = Server(
                model, context=context, threads=choose_threads(), adapters=adapters
            )
        except ModelProblem:
            raise ModelProblem(
                f"llama.cpp cannot load what was exported from {model.name}.", _REPORT
            ) from None
        self._loras = [{"id": 0, "scale": 1.0}] if adapter else []

    def tokens(self, text: str) -> list[int]:
        """The text's tokens, with what the vocabulary puts before it."""
        body = {"content": text, "add_special": True, "parse_special": True}
        return token_ids(self._loaded.ask("/tokenize", body))

    def next(self, tokens: Sequence[int]) -> tuple[int, float | None]:
        """The likeliest next token, and the logarithm of its probability in nats.

        A token that ends within a character is told without its probability.

        Raises:
            GenerationFailed: llama.cpp gave no answer.
        """
        body = {
            "prompt": list(tokens),
            "n_predict": 1,
            "temperature": 0,
            "n_probs": 1,
            "return_tokens": True,
            "cache_prompt": True,
            "lora": self._loras,
        }
        answer = self._loaded.ask("/completion", body)
        try:
            likely = answer.get("completion_probabilities") or [{}]
            likelihood = likely[0].get("logprob")
            return token_ids(answer)[0], None if likelihood is None else float(likelihood)
        except (IndexError, KeyError, TypeError, ValueError, AttributeError):
            reason = str(answer)[:200]
            raise GenerationFailed(f"llama.cpp said no next token: {reason}.", _REPORT) from None

    def close(self) -> None:
        """Unload it."""
        if self._server is not None:
            self._server.close()
        self._server = None

    @property
    def _loaded(self) -> Server:
        if self._server is None:
            raise GenerationFailed("The exported model was closed already.", _REPORT)
        return self._server
