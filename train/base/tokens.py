"""Text becomes the tokens that generation would read and say, one for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from copydesk.errors import ModelProblem
from copydesk.generate.chat import CHATML, Part
from copydesk.generate.hf.rendering import Rendering, read_parts, rendering_of
from copydesk.generate.hf.spelling import ENDS
from copydesk.generate.protocol import Message
from copydesk.train.base.place import Base

_PADS = ("<|endoftext|>", "<|finetune_right_pad_id|>", "<pad>", "[PAD]", "<unk>")
_MARK = "copydesk"  # an answer that no template changes


@dataclass(frozen=True)
class Encoded:
    """A prompt and its answer as tokens.

    Attributes:
        ids: prompt, answer and end-of-turn token, at most `max_length` of them.
        prompt_length: how many of them are the prompt.
        cut: tokens that were left out at the end, the end-of-turn token counted.
    """

    ids: list[int]
    prompt_length: int
    cut: int

    @property
    def answer(self) -> list[int]:
        """The tokens after the prompt."""
        return self.ids[self.prompt_length :]


def load_tokenizer(base: Base) -> Any:
    """The base's tokenizer, with a pad token, an end and a chat template in any case.

    A base without a template gets ChatML, as it does when it speaks.

    Raises:
        ModelProblem: there is no fast tokenizer, or it knows no token that ends a text.
    """
    from transformers import AutoTokenizer  # noqa: PLC0415 - slow, and only for who trains

    from copydesk.generate.hf.loading import quietly, told  # noqa: PLC0415

    with quietly(), told(base.folder):
        tokenizer = AutoTokenizer.from_pretrained(
            base.folder, local_files_only=True, trust_remote_code=False
        )
    if not getattr(tokenizer, "is_fast", False):
        raise ModelProblem(
            f"{base.folder} has no tokenizer.json.", "save its tokenizer as a fast one"
        )
    words = tokenizer.get_vocab()
    if tokenizer.eos_token is None:
        tokenizer.eos_token = next((end for end in sorted(ENDS) if end in words), None)
    if tokenizer.eos_token is None:
        raise ModelProblem(
            f"The tokenizer in {base.folder} has no token that ends a text.",
            "set eos_token in its tokenizer_config.json",
        )
    if tokenizer.pad_token is None:
        tokenizer.pad_token = next((pad for pad in _PADS if pad in words), tokenizer.eos_token)
    rendering = rendering_of(tokenizer)
    tokenizer.chat_template = rendering.template or CHATML
    return tokenizer


def encode(
    tokenizer: Any, prompt: Sequence[Message], completion: str | None, max_length: int
) -> Encoded:
    """A conversation and its answer as the tokens that generation would read and say.

    The prompt is rendered up to where the answer begins. The answer is read on from there, by
    itself, as it is spoken: what stands in it is plain text, control tokens too. The token that
    ends a turn follows. Where all this is longer than `max_length`, the end goes.

    Args:
        tokenizer: of `load_tokenizer`.
        completion: the answer; None for the prompt alone.
        max_length: tokens of prompt and answer together.

    Raises:
        ModelProblem: the chat template is broken, or refuses the conversation.
    """
    rendering = rendering_of(tokenizer)
    ids = read_parts(tokenizer, rendering.parts(prompt))
    length = len(ids)
    if completion is not None:
        ids += read_parts(tokenizer, [Part(completion, plain=True)])
        ids.append(end_of_turn(tokenizer, rendering))
    cut = max(0, len(ids) - max_length)
    return Encoded(ids[:max_length], min(length, max_length), cut)


def end_of_turn(tokenizer: Any, rendering: Rendering | None = None) -> int:
    """The token that follows an answer in this tokenizer's chat template; else that ends a text."""
    rendering = rendering or rendering_of(tokenizer)
    known: dict[str, int] = tokenizer.__dict__.setdefault("_copydesk_ends", {})
    if rendering.template not in known:
        known[rendering.template] = _end_of_turn(tokenizer, rendering)
    return known[rendering.template]


def _end_of_turn(tokenizer: Any, rendering: Rendering) -> int:
    turns = [Message("user", _MARK), Message("assistant", _MARK), Message("user", _MARK)]
    try:
        text = "".join(part.text for part in rendering.parts(turns))
    except ModelProblem:  # a template may refuse this talk and take others
        return int(tokenizer.eos_token_id)
    after = text.split(_MARK)[2] if text.count(_MARK) == 3 else ""
    ends = ENDS | {rendering.eos_token}
    found = [token for token in rendering.control_tokens if token in ends and token in after]
    first = min(found, key=lambda token: (after.index(token), -len(token)), default="")
    return int(tokenizer.convert_tokens_to_ids(first) if first else tokenizer.eos_token_id)
