"""A byte-level BPE tokenizer of transformers as the vocabulary of a GGUF file.

GGUF has no room for a tokenizer's rules: it names one of the ways of splitting text that
llama.cpp was written with. So the rules are looked at, and those that it does not have are refused.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from copydesk.errors import ModelProblem
from copydesk.generate.export.folder import CONVERTER, Shape, unsupported
from copydesk.generate.json_file import read_object

NORMAL, CONTROL, USER_DEFINED, UNUSED = 1, 3, 4, 5

_LETTERS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"
_REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_LLAMA3 = _LETTERS + r"\p{N}{1,3}" + _REST
_QWEN2 = _LETTERS + r"\p{N}" + _REST
_BYTES, _GPT2_BYTES = ("ByteLevel", False), ("ByteLevel", True)

# How text is split, and whether whole words are looked up before merging -> llama.cpp's name.
_NAMES = {
    ((("Split", _LLAMA3), _BYTES), True): "llama-bpe",
    ((("Split", _LLAMA3), _BYTES), False): "smaug-bpe",
    ((("Split", _QWEN2), _BYTES), False): "qwen2",
    ((("Digits", True), _GPT2_BYTES), False): "smollm",
    ((_GPT2_BYTES,), False): "gpt-2",
}


@dataclass(frozen=True)
class Vocabulary:
    """What a GGUF file keeps of a tokenizer; one token and type for each row of the embedding."""

    tokens: list[str]
    types: list[int]
    merges: list[str]
    splitting: str
    special_ids: dict[str, int]
    add_bos: bool
    chat_template: str

    def write(self, writer: Any) -> None:
        """Put it into the header of a `gguf.GGUFWriter`."""
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(self.splitting)
        writer.add_token_list(self.tokens)
        writer.add_token_types(self.types)
        writer.add_token_merges(self.merges)
        for name, number in self.special_ids.items():
            getattr(writer, f"add_{name}_token_id")(number)
        writer.add_add_bos_token(self.add_bos)
        if self.chat_template:
            writer.add_chat_template(self.chat_template)


def read_vocabulary(folder: Path, shape: Shape) -> Vocabulary:
    """The vocabulary in a folder's tokenizer.json and tokenizer_config.json.

    Raises:
        ModelProblem: files are absent or damaged, or the tokenizer is not byte-level BPE of a kind
            that llama.cpp knows.
    """
    path = folder / "tokenizer.json"
    _check_present(folder)
    content, settings = read_object(path), _optional(folder / "tokenizer_config.json")
    model = content.get("model")
    if not isinstance(model, dict) or model.get("type") != "BPE" or model.get("byte_fallback"):
        raise unsupported(folder, "has a tokenizer that is not byte-level BPE")
    splitting = _splitting(folder, content, model)
    tokens, types = _tokens(path, content, model, shape.rows)
    numbers = {token: number for number, token in enumerate(tokens)}
    if len(numbers) != len(tokens):
        raise _damaged(path, "two of its tokens have the same text")
    first = _first_token(folder, content)
    special = _special_ids(folder, settings, numbers, shape)
    if first:
        special["bos"] = numbers.get(first, -1)
    if any(not 0 <= number < len(tokens) for number in special.values()):
        raise _damaged(path, "a special token is not among its tokens")
    add_bos = settings.get("add_bos_token")
    return Vocabulary(
        tokens=tokens,
        types=types,
        merges=_merges(path, model),
        splitting=splitting,
        special_ids=special,
        add_bos=("bos" in special and add_bos) if isinstance(add_bos, bool) else bool(first),
        chat_template=_chat_template(folder, settings),
    )


def _check_present(folder: Path) -> None:
    if (folder / "tokenizer.json").is_file():
        return
    if (folder / "tokenizer.model").is_file():
        raise unsupported(folder, "has a SentencePiece tokenizer (tokenizer.model)")
    raise ModelProblem(
        f"There is no tokenizer.json in {folder}.",
        "save the tokenizer there with transformers' save_pretrained",
    )


def _splitting(folder: Path, content: dict[str, Any], model: dict[str, Any]) -> str:
    """llama.cpp's name for the way in which this tokenizer splits text before it merges."""
    normalizer = content.get("normalizer") or {}
    # llama.cpp does not normalise. NFC changes no text that is typed on today's keyboards.
    if not isinstance(normalizer, dict) or normalizer.get("type", "NFC") != "NFC":
        raise unsupported(folder, "has a tokenizer that rewrites text before it splits it")
    steps = tuple(_step(step) for step in _parts(content.get("pre_tokenizer"), "pretokenizers"))
    name = _NAMES.get((steps, bool(model.get("ignore_merges"))))
    if name is None:
        raise unsupported(folder, "has a tokenizer that splits text in a way of its own")
    return name


def _step(step: dict[str, Any]) -> tuple[str, Any]:
    """One step in a form that can be compared; a setting that is not known is part of the name."""
    kind = str(step.get("type"))
    if kind == "ByteLevel" and not step.get("add_prefix_space"):
        return kind, bool(step.get("use_regex", True))
    if kind == "Digits":
        return kind, bool(step.get("individual_digits"))
    pattern = step.get("pattern")
    # "Isolated", and "Removed" of all that does not match, come to the same: these match it all.
    ways = (("Isolated", False), ("Removed", True))
    way = (step.get("behavior"), bool(step.get("invert")))
    if kind == "Split" and isinstance(pattern, dict) and way in ways:
        return kind, str(pattern.get("Regex"))
    return "unknown", kind


def _parts(value: Any, inner: str) -> list[dict[str, Any]]:
    """The members of a tokenizer's step: itself, or what its sequence holds."""
    if not isinstance(value, dict):
        return []
    members = value.get(inner) if value.get("type") == "Sequence" else [value]
    members = members if isinstance(members, list) else []
    return [member for member in members if isinstance(member, dict)]


def _tokens(
    path: Path, content: dict[str, Any], model: dict[str, Any], rows: int
) -> tuple[list[str], list[int]]:
    """Texts and types by number, filled up to the rows of the embedding."""
    vocabulary = model.get("vocab")
    if not isinstance(vocabulary, dict):
        raise _damaged(path, "it has no vocabulary")
    tokens: list[str | None] = [None] * rows
    types = [UNUSED] * rows
    for text, number in vocabulary.items():
        _place(path, tokens, types, text, number, NORMAL)
    for added in _parts({"type": "Sequence", "all": content.get("added_tokens")}, "all"):
        kind = CONTROL if added.get("special") else USER_DEFINED
        _place(path, tokens, types, added.get("content"), added.get("id"), kind)
    return [f"[PAD{i}]" if text is None else text for i, text in enumerate(tokens)], types


def _place(
    path: Path, tokens: list[str | None], types: list[int], text: Any, number: Any, kind: int
) -> None:
    if not _is_text(text) or not isinstance(number, int) or number < 0:
        raise _damaged(path, "one of its tokens has no text or no number")
    if number >= len(tokens):
        raise ModelProblem(
            f"{path} has a token {number:,}, and the model's embedding {len(tokens):,} rows.",
            "call resize_token_embeddings, and save the model again",
        )
    if tokens[number] not in (None, text):
        raise _damaged(path, f"two of its tokens have the number {number:,}")
    tokens[number], types[number] = text, kind


def _merges(path: Path, model: dict[str, Any]) -> list[str]:
    """Pairs with a space between; older files have them so, newer ones as lists."""
    merges = model.get("merges")
    if not isinstance(merges, list) or not merges:
        raise _damaged(path, "it has no merges")
    pairs = [merge.split(" ") if isinstance(merge, str) else merge for merge in merges]
    for pair in pairs:
        whole = isinstance(pair, list) and len(pair) == 2
        if not whole or not all(_is_text(part) and " " not in part for part in pair):
            raise _damaged(path, "one of its merges is not a pair of tokens")
    return [" ".join(pair) for pair in pairs]


def _first_token(folder: Path, content: dict[str, Any]) -> str:
    """The token that the tokenizer puts before every text; empty if none."""
    for step in _parts(content.get("post_processor"), "processors"):
        kind, template = step.get("type"), step.get("single")
        if kind == "ByteLevel":
            continue
        if kind != "TemplateProcessing" or not isinstance(template, list):
            raise unsupported(folder, "has a tokenizer that adds tokens in a way of its own")
        added = [part.get("SpecialToken") for part in template if isinstance(part, dict)]
        if len(added) > 2 or any(added[1:]):
            raise unsupported(folder, "has a tokenizer that adds tokens after the text")
        if added and isinstance(added[0], dict):
            return str(added[0].get("id"))
    return ""


def _special_ids(
    folder: Path, settings: dict[str, Any], numbers: dict[str, int], shape: Shape
) -> dict[str, int]:
    """By name: what the tokenizer calls so, else what config.json does.

    `eot` is a second token that ends an answer, where generation_config.json has several.
    """
    special = dict(shape.special_ids)
    for name in ("bos", "eos", "pad", "unk"):
        token = settings.get(f"{name}_token")
        text = token.get("content") if isinstance(token, dict) else token
        if isinstance(text, str) and text in numbers:
            special[name] = numbers[text]
    ends = _optional(folder / "generation_config.json").get("eos_token_id")
    for end in ends if isinstance(ends, list) else [ends]:
        if isinstance(end, int) and 0 <= end < len(numbers) and end != special.get("eos"):
            special.setdefault("eot" if "eos" in special else "eos", end)
    if "eos" not in special:
        raise ModelProblem(
            f"The tokenizer in {folder} names no token that ends an answer.",
            "set eos_token, and save the tokenizer again",
        )
    return special


def _chat_template(folder: Path, settings: dict[str, Any]) -> str:
    """chat_template.jinja goes before the one in tokenizer_config.json, as in transformers."""
    path = folder / "chat_template.jinja"
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        pass
    except (OSError, ValueError):
        raise _damaged(path, "it cannot be read as text") from None
    template = settings.get("chat_template")
    if isinstance(template, list):
        named = {item.get("name"): item for item in template if isinstance(item, dict)}
        template = named.get("default", {}).get("template")
    return template if _is_text(template) else ""


def _is_text(value: Any) -> TypeGuard[str]:
    """Whether this is text that can be written; JSON can spell halves of characters."""
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _optional(path: Path) -> dict[str, Any]:
    return read_object(path) if path.is_file() else {}


def _damaged(path: Path, why: str) -> ModelProblem:
    return ModelProblem(f"{path} cannot be used: {why}.", CONVERTER)
