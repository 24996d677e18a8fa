"""How other programs run what was published: Ollama's Modelfile, vLLM's command line."""

import shlex
from pathlib import Path

from copydesk.errors import ModelProblem
from copydesk.generate.chat import render_chat
from copydesk.generate.protocol import Message

_MARKS = ("«system»", "«user»", "«assistant»")
_CHATML = (
    "{{- range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n"
    "{{ end }}<|im_start|>assistant\n"
)


def modelfile(
    weights: str, template: str, *, adapter: str = "", context: int = 0, other: str = ""
) -> str:
    """What `ollama create NAME -f Modelfile` reads.

    Args:
        weights: the GGUF file, relative to the Modelfile or absolute.
        template: the model's chat template, Jinja2.
        adapter: a GGUF adapter to load beside the weights; "" for none.
        context: tokens that it reads; 0: Ollama's own choice.
        other: lines that show another way, put in as comments.
    """
    lines = [f"FROM {weights}"]
    if adapter:
        lines.append(f"ADAPTER {adapter}")
    if system := default_system(template):
        lines.append(f'SYSTEM """{system}"""')
    if is_chatml(template):
        lines += [f'TEMPLATE """{_CHATML}"""', 'PARAMETER stop "<|im_end|>"']
    else:
        lines.append("# Ollama takes the chat template out of the GGUF file.")
    if context:
        lines.append(f"PARAMETER num_ctx {context}")
    lines += [f"# {line}" for line in other.splitlines()]
    return "\n".join(lines) + "\n"


def is_chatml(template: str) -> bool:
    """Whether turns are written as ChatML, by how three of them come out."""
    system, user, assistant = _MARKS
    said = _rendered(
        template,
        Message("system", system),
        Message("user", user),
        Message("assistant", assistant),
        Message("user", user),
    )
    expected = "".join(
        f"<|im_start|>{role}\n{text}<|im_end|>\n"
        for role, text in (
            ("system", system),
            ("user", user),
            ("assistant", assistant),
            ("user", user),
        )
    )
    return said == f"{expected}<|im_start|>assistant\n"


def default_system(template: str) -> str:
    """What a ChatML template puts as the system's turn when there is none; "" if nothing."""
    said = _rendered(template, Message("user", _MARKS[1]))
    start, end = "<|im_start|>system\n", "<|im_end|>\n"
    if not said.startswith(start) or end not in said:
        return ""
    return said[len(start) :].partition(end)[0].replace('"""', "'''")


def _rendered(template: str, *messages: Message) -> str:
    try:
        return render_chat(messages, template) if template else ""
    except ModelProblem:  # it refuses such turns: it is no ChatML then
        return ""


def vllm_command(folder: Path, name: str) -> str:
    """Serves the merged model; shell words are quoted."""
    return f"vllm serve {shlex.quote(str(folder))} --served-model-name {shlex.quote(name)}"


def vllm_lora_command(base: str, adapter: Path, name: str, rank: int) -> str:
    """Serves the base with the adapter beside it."""
    wanted = next((size for size in (8, 16, 32, 64, 128, 256, 320, 512) if size >= rank), 512)
    return (
        f"vllm serve {shlex.quote(base)} --enable-lora --max-lora-rank {wanted} "
        f"--lora-modules {shlex.quote(f'{name}={adapter}')}"
    )
