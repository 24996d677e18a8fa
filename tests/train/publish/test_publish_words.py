"""The card and the Modelfile: strangers' words cannot change what they say."""

import json
from pathlib import Path

import yaml
from tests.support.hf_folders import CHATML

from copydesk.train.publish.card import line, number, size
from copydesk.train.publish.make import publish
from copydesk.train.publish.serve import default_system, is_chatml, vllm_command

SMOLLM = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are helpful<|im_end|>\n' }}{% endif %}"
    "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def test_chatml_is_known_by_what_it_writes() -> None:
    assert is_chatml(CHATML)
    assert is_chatml(SMOLLM)
    assert not is_chatml("{% for m in messages %}[{{ m.role }}] {{ m.content }}{% endfor %}")
    assert not is_chatml("{{ raise_exception('no') }}")
    assert not is_chatml("")


def test_default_system_is_kept() -> None:
    assert default_system(SMOLLM) == "You are helpful"
    assert default_system(CHATML) == ""


def test_words_of_strangers_are_one_plain_line() -> None:
    assert line("a\n| b |\n# <script>`x`") == r"a \| b \| \# \<script\>\`x\`"
    assert len(line("x" * 10_000)) == 500
    assert size(98_362_432) == "98.4 MB"
    assert size(1_234) == "1.2 kB"
    assert number(0.12345) == "0.123"
    assert number(1200) == "1,200"


def test_shell_words_are_quoted() -> None:
    assert vllm_command(Path("a b"), "x;y") == "vllm serve 'a b' --served-model-name 'x;y'"


def test_the_card_survives_a_hostile_manifest(run: Path, tmp_path: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["base"]["name"] = "evil\n---\n# Injected\n{{ 7 * 7 }}"
    manifest["data"] = {"sha256": ["not", "text"], "x|y": {"a": 1}}
    manifest["steps"] = {"a": [1]}
    manifest["recipe"]["adapter"] = {"start": str(run / "model")}  # in a circle
    (run / "manifest.json").write_text(json.dumps(manifest))
    (run / "recipe.yaml").write_text("a: ```\n# heading\n```")
    (run / "evaluation").mkdir()
    (run / "evaluation" / "report.json").write_text('{"table": [1, {"measure": "x", "value": 2}]}')
    publish(run, tmp_path / "house", what=("adapter",), check=False)
    card = (tmp_path / "house" / "README.md").read_text(encoding="utf-8")
    front = yaml.safe_load(card.split("---\n")[1])
    assert front["license"] == "apache-2.0"
    assert "\n# Injected" not in card
    assert "49" not in card.split("## Files")[0]
    assert "| x | 2 |" in card


def test_no_folder_of_this_machine_is_told(run: Path, tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    (before / "model").mkdir()
    manifest = json.loads((run / "manifest.json").read_text())
    facts = {"data": {"sha256": "ef" * 32, "train": 7, "paths": [f"{tmp_path}/posts.jsonl"]}}
    (before / "manifest.json").write_text(json.dumps({"method": "sft", **facts}))
    manifest["recipe"]["adapter"] = {"start": str(before / "model")}
    (run / "manifest.json").write_text(json.dumps(manifest))
    recipe = f"data:\n- {tmp_path}/a b/rows.jsonl\nmodel: '{tmp_path}/base.gguf'\nheld_out: 0.1\n"
    (run / "recipe.yaml").write_text(recipe)
    publish(run, tmp_path / "house", what=("adapter",), check=False)
    card = (tmp_path / "house" / "README.md").read_text(encoding="utf-8")
    assert str(tmp_path) not in card
    assert str(tmp_path) not in (tmp_path / "house" / "publication.json").read_text()
    assert "model: 'base.gguf'" in card
    assert f"method sft, rows 7, files posts.jsonl, sha256 {'ef' * 32} (before that)" in card


def test_the_card_says_numbers_as_the_evaluation_does(run: Path, tmp_path: Path) -> None:
    (run / "evaluation").mkdir()
    report = {
        "table": [{"measure": "share without an end", "policy": 0.25}],
        "told": [{"measure": "share without an end", "policy": "25 %", "base": ""}],
    }
    (run / "evaluation" / "report.json").write_text(json.dumps(report))
    publish(run, tmp_path / "house", what=("adapter",), check=False)
    card = (tmp_path / "house" / "README.md").read_text(encoding="utf-8")
    assert "| share without an end | 25 % |  |" in card
