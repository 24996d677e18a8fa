"""Tokenizers as GGUF vocabularies: llama.cpp splits text as the tokenizer does, and stops where."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.generate.export.conftest import Copy
from tests.support.hf_folders import CONTROL as CONTROL_TEXTS
from tests.support.hf_folders import LLAMA3_SPLIT, QWEN2_SPLIT, rewrite_json

from copydesk.generate.export import export_model
from copydesk.generate.export.candidate import Candidate
from copydesk.generate.export.folder import read_shape
from copydesk.generate.export.vocab import (
    CONTROL,
    NORMAL,
    UNUSED,
    USER_DEFINED,
    Vocabulary,
    read_vocabulary,
)

PLAIN = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
BYTES = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
DIGITS = {"type": "Digits", "individual_digits": True}


def split(regex: str, behaviour: str = "Isolated", *, invert: bool = False) -> dict[str, Any]:
    return {
        "type": "Split",
        "pattern": {"Regex": regex},
        "behavior": behaviour,
        "invert": invert,
    }


def sequence(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Sequence", "pretokenizers": list(steps)}


WAYS: dict[str, tuple[dict[str, Any], bool]] = {
    "llama-bpe": (sequence(split(LLAMA3_SPLIT), BYTES), True),
    "smaug-bpe": (sequence(split(LLAMA3_SPLIT), BYTES), False),
    "qwen2": (sequence(split(QWEN2_SPLIT, "Removed", invert=True), BYTES), False),
    "smollm": (sequence(DIGITS, PLAIN), False),
    "gpt-2": (PLAIN, False),
}


def changed(folder: Path, **changes: Any) -> Path:
    """The folder, with its tokenizer.json changed; `ignore_merges` belongs to its model."""
    path = folder / "tokenizer.json"
    content = json.loads(path.read_text("utf-8"))
    content["model"]["ignore_merges"] = changes.pop("ignore_merges", False)
    path.write_text(json.dumps(content | changes), "utf-8")
    return folder


def vocabulary(folder: Path) -> Vocabulary:
    return read_vocabulary(folder, read_shape(folder))


@pytest.fixture(params=WAYS)
def both(request: pytest.FixtureRequest, copied: Copy, tmp_path: Path) -> Iterator[Any]:
    """A tokenizer that splits in one of the ways, and llama.cpp with what was made of it."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - installed, or `folders` has said so

    way, whole_words = WAYS[request.param]
    folder = changed(copied("llama"), pre_tokenizer=way, ignore_merges=whole_words)
    assert vocabulary(folder).splitting == request.param
    export_model(folder, tmp_path / "house.gguf", check=False)
    candidate = Candidate(tmp_path / "house.gguf", context=64)
    yield Tokenizer.from_file(str(folder / "tokenizer.json")), candidate
    candidate.close()


def test_llama_cpp_splits_text_as_the_tokenizer_does(both: Any) -> None:
    tokenizer, candidate = both
    letters = st.sampled_from(
        "aehrst DTé'`-_.,!?\"()[]{}%$#/=+:;0123456789\n\t\r  蜜蜂在城市，。️🐝"
    )

    @settings(max_examples=200, deadline=None)
    @given(text=st.text(letters, min_size=1, max_size=30))
    @example("The desk reads every text twice.  It's 1234567 words!\n\n\tdef f(x):\n        pass")
    @example("编辑部把每一篇文章读两遍，删去2024年的1,000个字。")
    @example("<|im_start|>user\nHow's that?<|im_end|>")
    def same(text: str) -> None:
        assert candidate.tokens(text) == tokenizer.encode(text).ids

    same()


def test_rows_without_a_token_are_unused(folders: Path) -> None:
    found = vocabulary(folders / "llama")
    assert len(found.tokens) == len(found.types) == 400
    assert found.tokens[384:386] == ["[PAD384]", "[PAD385]"]
    assert found.types[:4] == [CONTROL, CONTROL, CONTROL, NORMAL]
    assert set(found.types[384:]) == {UNUSED}


def test_added_tokens_are_the_users_own_unless_special(copied: Copy) -> None:
    folder = copied("llama")
    content = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    added = {"id": 384, "content": "<tool>", "special": False}
    found = vocabulary(changed(folder, added_tokens=[*content["added_tokens"], added]))
    assert (found.tokens[384], found.types[384]) == ("<tool>", USER_DEFINED)


def test_the_tokenizer_says_what_is_special_before_the_model_does(copied: Copy) -> None:
    folder = copied("llama")
    rewrite_json(folder / "config.json", bos_token_id=7, eos_token_id=[8, 9], pad_token_id=None)
    rewrite_json(
        folder / "tokenizer_config.json",
        bos_token=None,
        eos_token={"content": "<|im_end|>"},
        unk_token=CONTROL_TEXTS[0],
    )
    rewrite_json(folder / "generation_config.json", eos_token_id=[2, 0, 1])
    assert vocabulary(folder).special_ids == {"bos": 7, "eos": 2, "pad": 0, "unk": 0, "eot": 0}


@pytest.mark.parametrize("said", [None, False])
def test_a_first_token_is_added_where_the_tokenizer_adds_one(
    copied: Copy, tmp_path: Path, said: bool | None
) -> None:
    first = {"SpecialToken": {"id": "<|endoftext|>", "type_id": 0}}
    template = {
        "type": "TemplateProcessing",
        "single": [first, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [],
        "special_tokens": {},
    }
    steps = {"type": "Sequence", "processors": [BYTES, template]}
    folder = changed(copied("llama"), post_processor=steps)
    rewrite_json(folder / "tokenizer_config.json", add_bos_token=said)
    found = vocabulary(folder)
    assert (found.add_bos, found.special_ids["bos"]) == (said is None, 0)
    export_model(folder, tmp_path / "house.gguf", check=False)
    candidate = Candidate(tmp_path / "house.gguf", context=64)
    assert (candidate.tokens("a")[0] == 0) == found.add_bos
    candidate.close()


def test_chat_templates_of_every_age(copied: Copy) -> None:
    folder = copied("llama")
    assert vocabulary(folder).chat_template.startswith("{% for message in messages %}")
    (folder / "chat_template.jinja").unlink()
    assert vocabulary(folder).chat_template == ""
    rewrite_json(folder / "tokenizer_config.json", chat_template="old")
    assert vocabulary(folder).chat_template == "old"
    several = [{"name": "tool_use", "template": "t"}, {"name": "default", "template": "d"}]
    rewrite_json(folder / "tokenizer_config.json", chat_template=several)
    assert vocabulary(folder).chat_template == "d"


def test_merges_of_older_files(copied: Copy) -> None:
    folder = copied("llama")
    new = vocabulary(folder).merges
    content = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    content["model"]["merges"] = [" ".join(pair) for pair in content["model"]["merges"]]
    assert vocabulary(changed(folder, model=content["model"])).merges == new
    assert len(new) > 100
