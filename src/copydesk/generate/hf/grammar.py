"""Keeps an answer to its JSON schema: llguidance says which tokens may come next."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from copydesk.errors import GenerationFailed, ModelProblem

if TYPE_CHECKING:
    from torch import Tensor

_KEPT = 32  # compiled schemas; a deck has one per slide, and asks for some of them again


class Grammars:
    """Compiled schemas for one tokenizer.

    Args:
        tokenizer: a fast tokenizer of transformers.
        ends: ids of the tokens that end an answer.
    """

    def __init__(self, tokenizer: Any, ends: frozenset[int]) -> None:
        self._source, self._ends = tokenizer, sorted(ends)
        self._compiled: dict[str, Any] = {}

    def matcher(self, schema: Mapping[str, Any], answered: Sequence[int] = ()) -> "Matcher":
        """A matcher for an answer of which some tokens were said already.

        Raises:
            GenerationFailed: the schema does not compile, or the tokens do not keep to it.
            ModelProblem: llguidance is not installed.
        """
        text = json.dumps(schema)
        if text not in self._compiled:
            if len(self._compiled) >= _KEPT:
                self._compiled.clear()
            self._compiled[text] = self._compile(schema)
        matcher = Matcher(self._compiled[text].deep_copy())
        for number in answered:
            matcher.say(number)
        return matcher

    def _compile(self, schema: Mapping[str, Any]) -> Any:
        tokenizer = self._tokenizer
        from llguidance import LLMatcher  # noqa: PLC0415 - it was imported just now

        from copydesk.generate.schema import grammar  # noqa: PLC0415 - only with a schema

        compiled = LLMatcher(tokenizer, grammar(schema), log_level=0)
        if compiled.is_error():
            raise GenerationFailed(
                f"The grammar of a schema does not compile: {_brief(compiled.get_error())}.",
                "this is a fault of copydesk or of the form: please report it",
            )
        return compiled

    @cached_property
    def _tokenizer(self) -> Any:
        """The tokenizer as llguidance wants it; takes about a second to make."""
        try:
            from llguidance.hf import from_tokenizer  # noqa: PLC0415 - only with a schema
        except ImportError:
            raise ModelProblem(
                "Answers under a schema need llguidance, which is not installed.",
                'pip install "copydesk[torch]"',
            ) from None
        return from_tokenizer(self._source, eos_token=self._ends)


class Matcher:
    """Follows one answer through its grammar."""

    def __init__(self, matcher: Any) -> None:
        self._matcher = matcher

    @property
    def over(self) -> bool:
        """Whether the answer is whole and nothing can follow."""
        return bool(self._matcher.is_stopped())

    def say(self, number: int) -> None:
        """The next token.

        Raises:
            GenerationFailed: it is not one that the grammar allows.
        """
        if not self._matcher.consume_token(number):
            raise GenerationFailed(
                f"The grammar of a schema broke off: {_brief(self._matcher.get_error())}.",
                "this is a fault of copydesk or of the form: please report it",
            )

    def allowed(self) -> bytes:
        """One bit for each token that may come next, lowest bit first."""
        return bytes(self._matcher.compute_bitmask())


def allow(logits: "Tensor", masks: Sequence[bytes]) -> "Tensor":
    """The logits with what a grammar forbids at minus infinity.

    Args:
        logits: [rows, vocabulary].
        masks: a bit for each token and row; tokens beyond the bits are forbidden.
    """
    import torch  # noqa: PLC0415 - see the package: only when a model is really used

    rows = [torch.frombuffer(bytearray(mask), dtype=torch.uint8) for mask in masks]
    packed = torch.stack(rows).to(logits.device, non_blocking=True)
    places = torch.arange(8, dtype=torch.uint8, device=logits.device)
    bits = ((packed[..., None] >> places) & 1).bool().flatten(1)[:, : logits.shape[1]]
    missing = logits.shape[1] - bits.shape[1]
    bits = torch.nn.functional.pad(bits, (0, missing)) if missing else bits
    return logits.masked_fill(~bits, -torch.inf)


def _brief(error: str) -> str:
    return " ".join(error.split())[:200].rstrip(".")
