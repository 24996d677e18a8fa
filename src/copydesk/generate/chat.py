"""A conversation becomes the exact prompt text that the model was trained on.

The template comes out of the model file, so it is hostile data like any other: it runs in
Jinja2's sandbox. The messages are data too: a control token written inside one must not end the
turn that it stands in. It is marked as plain text here, and the engines read it letter by letter.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from jinja2 import Template, TemplateError, nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from copydesk.errors import ModelProblem
from copydesk.generate.protocol import Message
from copydesk.prompts import TEMPLATE_FAULTS

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

_PRIVATE = 0xF0000  # supplementary private use: no text has a use for these, but some may hold them


@dataclass(frozen=True)
class Part:
    """A stretch of a prompt; in a `plain` one, control tokens are nothing but characters."""

    text: str
    plain: bool = False


def render_parts(
    messages: Sequence[Message],
    template: str = CHATML,
    *,
    bos_token: str = "",
    eos_token: str = "",
    control_tokens: Iterable[str] = (),
    ended: bool = False,
) -> list[Part]:
    """Render messages through a model's chat template, open for the assistant's answer.

    An `ended` conversation is not: its last turn is the assistant's, as reward models read it.

    Control tokens that stand inside a message come back as plain parts. Most prompts are one part.

    Raises:
        ModelProblem: the template is broken or refuses the conversation.
    """
    marks = _Marks(messages, control_tokens)
    turns = [{"role": m.role, "content": marks.put(m.content)} for m in messages]
    try:
        rendered = _compiled(template or CHATML).render(
            messages=turns,
            add_generation_prompt=not ended,
            bos_token=bos_token,
            eos_token=eos_token,
        )
    except TEMPLATE_FAULTS as error:
        raise ModelProblem(
            f"The chat template inside the model file does not work: {error}.",
            "choose another model: copydesk models list",
        ) from None
    return list(marks.take(rendered))


def render_chat(
    messages: Sequence[Message], template: str = CHATML, *, bos_token: str = "", eos_token: str = ""
) -> str:
    """The prompt as a person reads it; see `render_parts`."""
    parts = render_parts(messages, template, bos_token=bos_token, eos_token=eos_token)
    return "".join(part.text for part in parts)


@lru_cache(maxsize=8)
def _compiled(template: str) -> Template:
    """Compiling takes milliseconds, and training renders thousands of rows."""
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, _Generation]
    )
    environment.globals.update(raise_exception=_refuse, strftime_now=_now)
    return environment.from_string(template)


class _Marks:
    """Stands private characters in for control tokens while a template is rendered."""

    def __init__(self, messages: Sequence[Message], control_tokens: Iterable[str]) -> None:
        self._tokens = sorted({t for t in control_tokens if t}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, self._tokens)) or r"(?!)")
        taken = {c for m in messages for c in m.content if ord(c) >= _PRIVATE}
        free = (chr(code) for code in range(_PRIVATE, 0x10FFFF) if chr(code) not in taken)
        self._mark = {token: next(free) for token in self._tokens}

    def put(self, text: str) -> str:
        return self._pattern.sub(lambda found: self._mark[found[0]], text)

    def take(self, rendered: str) -> Iterator[Part]:
        token_of = {mark: token for token, mark in self._mark.items()}
        split = re.split(f"([{''.join(token_of)}])", rendered) if token_of else [rendered]
        for piece in split:
            if piece in token_of:
                yield Part(token_of[piece], plain=True)
            elif piece:
                yield Part(piece)


class _Generation(Extension):
    """`{% generation %}…{% endgeneration %}` marks for training what an assistant says."""

    tags = {"generation"}  # noqa: RUF012 - as the base class declares it

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """The marks say nothing here: what stands between them is rendered."""
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _refuse(message: str) -> Any:
    raise TemplateError(message)


def _now(pattern: str) -> str:
    return datetime.now(UTC).strftime(pattern)
