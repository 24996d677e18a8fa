"""A conversation becomes token ids: the same for who speaks with a model and who trains it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from copydesk.generate.chat import Part, render_parts
from copydesk.generate.protocol import Message


@dataclass(frozen=True)
class Rendering:
    """What a tokenizer says of how conversations are written.

    Attributes:
        template: Jinja2 source; "" when there is none.
        bos_token, eos_token: the strings that begin and end a text; "" when there are none.
        control_tokens: strings that steer the model and are plain text inside a message.
    """

    template: str
    bos_token: str
    eos_token: str
    control_tokens: tuple[str, ...]

    def parts(self, messages: Sequence[Message], *, ended: bool = False) -> list[Part]:
        """The prompt, open for the assistant's answer or ended; see `chat.render_parts`."""
        return render_parts(
            messages,
            self.template,
            bos_token=self.bos_token,
            eos_token=self.eos_token,
            control_tokens=self.control_tokens,
            ended=ended,
        )


def rendering_of(tokenizer: Any) -> Rendering:
    """How this tokenizer writes conversations."""
    template = tokenizer.chat_template or ""
    if isinstance(template, dict):
        template = template.get("default", "")
    added = sorted(tokenizer.added_tokens_decoder.items())
    return Rendering(
        template=template,
        bos_token=tokenizer.bos_token or "",
        eos_token=tokenizer.eos_token or "",
        control_tokens=tuple(str(token.content) for _, token in added if token.special),
    )


def read_parts(tokenizer: Any, parts: Iterable[Part]) -> list[int]:
    """Part by part: a control token that stands in a message is read letter by letter."""
    ids: list[int] = []
    for part in parts:
        read = tokenizer(
            part.text,
            add_special_tokens=False,
            split_special_tokens=part.plain,
            return_attention_mask=False,
        )
        ids.extend(read["input_ids"])
    return ids
