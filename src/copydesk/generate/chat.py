"""A conversation becomes the exact prompt text that the model was trained on.

The template comes out of the model file, so it is hostile data like any other: it runs in
Jinja2's sandbox. The messages are data too: a control token written inside one must not end the
turn that it stands in.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from copydesk.errors import ModelProblem
from copydesk.generate.protocol import Message

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

# What a template can raise: its own errors, the sandbox's, and those of the Python that it runs.
_BREAKS = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


def render_chat(
    messages: Sequence[Message],
    template: str = CHATML,
    *,
    bos_token: str = "",
    eos_token: str = "",
    control_tokens: Iterable[str] = (),
) -> str:
    """Render messages through a model's chat template, open for the assistant's answer.

    Raises:
        ModelProblem: the template is broken or refuses the conversation.
    """
    tokens = sorted(control_tokens, key=len, reverse=True)
    turns = [{"role": m.role, "content": defuse(m.content, tokens)} for m in messages]
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(raise_exception=_refuse, strftime_now=_now)
    try:
        return environment.from_string(template or CHATML).render(
            messages=turns, add_generation_prompt=True, bos_token=bos_token, eos_token=eos_token
        )
    except _BREAKS as error:
        raise ModelProblem(
            f"The chat template inside the model file does not work: {error}.",
            "choose another model: copydesk models list",
        ) from None


def defuse(text: str, control_tokens: Iterable[str]) -> str:
    """Break every control token that stands in `text`, so that it is read as plain characters."""
    for token in control_tokens:
        if len(token) > 1:
            text = text.replace(token, f"{token[0]} {token[1:]}")
    return text


def _refuse(message: str) -> Any:
    raise TemplateError(message)


def _now(pattern: str) -> str:
    return datetime.now(UTC).strftime(pattern)
