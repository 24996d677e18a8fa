"""Makes model folders as transformers writes them: tiny random ones, and SmolLM2 from its file.

Everything heavy is imported inside: a test file that names these helpers costs nothing to collect.
"""

# ruff: noqa: PLC0415 - torch and transformers are imported where a folder is made

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

CONTROL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
VOCABULARY = 384  # 256 bytes, three control tokens, and what was merged
ROWS = 400  # of the embedding: some more than there are tokens, as real models have
TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")

# The patterns by which Llama 3 and Qwen2 split text before merging, as their tokenizer.json says.
LLAMA3_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2_SPLIT = LLAMA3_SPLIT.replace(r"\p{N}{1,3}", r"\p{N}")
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] "
    "+ '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
_TEXT = (
    "The desk reads every text twice, and cuts what is not needed.",
    "A reader who is told the end first reads the rest for the reasons.",
    "编辑部把每一篇文章读两遍，删去不需要的字。",
    "def cut(text: str, words: int) -> str:\n    return ' '.join(text.split()[:words])\n",
    "1. bees 2. cities 3. roofs 2024 100% (and so on) it's we're they'll",
)


def tiny_llama(folder: Path, *, seed: int = 0, **config: Any) -> Path:
    """A random LlamaForCausalLM of two layers with grouped queries, decided in its choices."""
    from transformers import LlamaConfig, LlamaForCausalLM

    return _save(folder, LlamaForCausalLM, LlamaConfig(**_sizes() | config), LLAMA3_SPLIT, seed)


def tiny_qwen2(folder: Path, *, seed: int = 0, **config: Any) -> Path:
    """A random Qwen2ForCausalLM with tied embeddings and non-zero biases on q, k and v."""
    from transformers import Qwen2Config, Qwen2ForCausalLM

    settled = Qwen2Config(**_sizes() | {"tie_word_embeddings": True} | config)
    return _save(folder, Qwen2ForCausalLM, settled, QWEN2_SPLIT, seed)


def tiny_adapter(base: Path, folder: Path, *, seed: int = 1, **lora: Any) -> Path:
    """A LoRA on the model in `base`, its B weights random, so that it changes every answer."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(seed)
    settled = {"r": 4, "lora_alpha": 8, "target_modules": list(TARGETS), "task_type": "CAUSAL_LM"}
    model = get_peft_model(
        AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32),
        LoraConfig(**settled | lora),
    )
    for name, weight in model.named_parameters():
        if "lora_B" in name or "lora_embedding_B" in name:
            torch.nn.init.normal_(weight, std=0.3)
    model.save_pretrained(folder)
    return folder


def smollm2_folder(gguf: Path, folder: Path) -> Path:
    """SmolLM2, unpacked from its GGUF file into float16 safetensors (270 MB)."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    loaded = AutoModelForCausalLM.from_pretrained(
        gguf.parent, gguf_file=gguf.name, dtype=torch.float16
    )
    # A model that was read from a GGUF file refuses to be saved: a new one takes its weights.
    config = loaded.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    fresh = type(loaded)(config).to(torch.float16)
    fresh.load_state_dict(loaded.state_dict())
    fresh.tie_weights()
    fresh.save_pretrained(folder)
    AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(folder)
    _split_digits(folder / "tokenizer.json")
    return folder


def rewrite_json(path: Path, **changes: Any) -> None:
    """Change some keys of a JSON file; a key that becomes None is removed."""
    content = json.loads(path.read_text("utf-8")) | changes
    kept = {key: value for key, value in content.items() if value is not None}
    path.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")


def tiny_tokenizer(split: str) -> "PreTrainedTokenizerFast":
    """A byte-level BPE tokenizer of `VOCABULARY` tokens, trained on a handful of lines."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(split), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(CONTROL),
        initial_alphabet=alphabet,
        show_progress=False,
    )
    tokenizer.train_from_iterator(_TEXT * 4, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=CONTROL[0],
        eos_token=CONTROL[2],
        pad_token=CONTROL[0],
    )
    fast.chat_template = CHATML
    return fast


def _sizes() -> dict[str, Any]:
    return {
        "vocab_size": ROWS,
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 512,
        "tie_word_embeddings": False,
        "bos_token_id": 0,
        "eos_token_id": 2,
        "pad_token_id": 0,
    }


def _save(folder: Path, kind: Any, config: Any, split: str, seed: int) -> Path:
    import torch

    torch.manual_seed(seed)
    model = kind(config)
    for name, weight in model.named_parameters():
        # Spread wide, so that one token clearly beats the next and rounding decides nothing.
        if not name.endswith("norm.weight"):
            torch.nn.init.normal_(weight, std=0.3)
    model.save_pretrained(folder)
    tiny_tokenizer(split).save_pretrained(folder)
    return folder


def _split_digits(path: Path) -> None:
    """SmolLM2 splits numbers into digits; transformers forgets that of a GGUF file."""
    content = json.loads(path.read_text("utf-8"))
    bytes_ = {"add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    content["pre_tokenizer"] = {
        "type": "Sequence",
        "pretokenizers": [
            {"type": "Digits", "individual_digits": True},
            {"type": "ByteLevel", **bytes_},
        ],
    }
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
