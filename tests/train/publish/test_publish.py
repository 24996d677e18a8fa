"""Publishing: every piece is there, says the same as the run's model, and nothing is lost."""

# ruff: noqa: PLC0415 - torch and transformers are imported where a model is made

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.hf_folders import rewrite_json, tiny_tokenizer

from copydesk.errors import ModelProblem, OutputProblem, UsageProblem
from copydesk.generate.engines import open_generator
from copydesk.generate.hf.judge import RewardModel, load_judge
from copydesk.generate.protocol import Message, Request, Sampling, complete
from copydesk.train.publish import publish, read_origin

GREEDY = Sampling(temperature=0.0, top_p=1.0, top_k=0, min_p=0.0)
ASKED = Request((Message("user", "Bees in cities"),), 12, sampling=GREEDY, guard_loops=False)


def said(model: Path, *adapters: Path) -> str:
    generator = open_generator(str(model), adapters=tuple(map(str, adapters)), context=512)
    try:
        # The engines show broken characters in two ways: what is whole must be the same.
        return complete(generator, ASKED)[0].text.replace("\ufffd", "")[:8]
    finally:
        generator.close()


@pytest.fixture(scope="module")
def published(made_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("out") / "house"
    publish(made_run, target, kind="f16")
    return target


def test_all_pieces_are_there(published: Path) -> None:
    names = {str(path.relative_to(published)) for path in published.rglob("*") if path.is_file()}
    assert {
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "adapter/adapter_config.json",
        "adapter/adapter_model.safetensors",
        "adapter.gguf",
        "house-f16.gguf",
        "Modelfile",
        "README.md",
        "publication.json",
    } <= names
    assert not list(published.parent.glob(".*"))


def test_every_form_says_what_the_run_says(
    made_run: Path, base_folder: Path, published: Path
) -> None:
    own = said(made_run / "model")
    assert own != said(base_folder)
    assert said(published) == own
    assert said(published / "house-f16.gguf") == own
    assert said(base_folder, published) == own  # finds the adapter in transformers' form
    assert said(published / "adapter") == own


def test_the_folder_is_an_adapter_of_llama_cpp_too(
    base_folder: Path, published: Path, tmp_path: Path
) -> None:
    from copydesk.generate.export import export_model

    file = export_model(base_folder, tmp_path / "base.gguf", check=False).path
    assert said(file, published) == said(published)
    assert said(file, published / "adapter.gguf") == said(published)


def test_card_tells_data_base_licence_and_misses(published: Path) -> None:
    card = (published / "README.md").read_text(encoding="utf-8")
    assert "license: apache-2.0" in card
    assert "ab" * 32 in card
    assert r"found: rows that are nearly the same (1,200), odd\|code (1)." in card
    assert "was not evaluated" in card
    assert "modified version of tiny" in card
    assert "vllm serve house --served-model-name house" in card
    assert "vllm serve BASE --enable-lora" in card, "vLLM knows none of the catalogue's names"
    assert "BASE is the base as vLLM reads it" in card
    modes = {path.name: path.stat().st_mode for path in published.glob("*.*")}
    assert modes["model.safetensors"] == modes["README.md"]
    facts = json.loads((published / "publication.json").read_text())
    assert {"model.safetensors", "adapter.gguf"} <= {file["path"] for file in facts["files"]}
    assert "tokens as in transformers" in facts["parity"]["house-f16.gguf"]


def test_modelfile_has_the_chat_template(published: Path) -> None:
    text = (published / "Modelfile").read_text(encoding="utf-8")
    assert text.startswith("FROM ./house-f16.gguf\n")
    assert "<|im_start|>{{ .Role }}" in text
    assert 'PARAMETER stop "<|im_end|>"' in text
    assert "# ADAPTER ./adapter.gguf" in text


def test_only_the_adapter(run: Path, tmp_path: Path) -> None:
    made = publish(run, tmp_path / "small", what=("adapter",))
    assert "config.json" not in made.files
    assert "ADAPTER ./adapter.gguf" in (tmp_path / "small" / "Modelfile").read_text()
    assert "--enable-lora --max-lora-rank 8" in (tmp_path / "small" / "README.md").read_text()


def test_what_is_there_is_replaced_only_by_force_and_only_if_published(
    run: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "diary.txt").write_text("dear diary")
    with pytest.raises(OutputProblem, match="no publication"):
        publish(run, mine, what=("adapter",), force=True)
    assert (mine / "diary.txt").is_file()
    target = tmp_path / "house"
    publish(run, target, what=("adapter",), check=False)
    with pytest.raises(OutputProblem, match="exists already"):
        publish(run, target, what=("adapter",))
    (target / "old").write_text("")
    publish(run, target, what=("adapter",), check=False, force=True)
    assert not (target / "old").exists()


def test_the_run_itself_is_not_overwritten(run: Path) -> None:
    with pytest.raises(OutputProblem, match="the run itself"):
        publish(run, run.parent, what=("adapter",), force=True)


def test_unfinished_and_absent_runs(run: Path, tmp_path: Path) -> None:
    (run / "model").rename(tmp_path / "elsewhere")
    with pytest.raises(ModelProblem, match="no finished model yet"):
        read_origin(run)
    with pytest.raises(ModelProblem, match="holds no model"):
        read_origin(tmp_path / "nowhere")


def test_a_base_that_is_gone(run: Path, tmp_path: Path) -> None:
    rewrite_json(run / "model" / "adapter_config.json", base_model_name_or_path="/nowhere")
    rewrite_json(run / "manifest.json", base={"name": "tiny"})
    with pytest.raises(ModelProblem, match="base of the adapter"):
        publish(run, tmp_path / "house")


def test_a_whole_model_has_no_adapter(base_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="there is no adapter"):
        publish(base_folder, tmp_path / "house", what=("adapter",))
    made = publish(base_folder, tmp_path / "house", what=("merged",))
    assert "model.safetensors" in made.files


def test_a_reward_run_becomes_a_judge(tmp_path: Path) -> None:
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import LlamaConfig, LlamaForSequenceClassification

    torch.manual_seed(0)
    sizes = {
        "vocab_size": 400,
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "pad_token_id": 0,
        "num_labels": 1,
    }
    base = tmp_path / "base"
    whole = LlamaForSequenceClassification(LlamaConfig(**sizes))
    whole.save_pretrained(base)
    tiny_tokenizer(".").save_pretrained(base)
    lora = get_peft_model(
        whole, LoraConfig(task_type="SEQ_CLS", target_modules=["q_proj"], modules_to_save=["score"])
    )
    for name, weight in lora.named_parameters():
        if "lora_B" in name or "modules_to_save" in name:
            torch.nn.init.normal_(weight, std=0.5)
    lora.save_pretrained(tmp_path / "run" / "model")
    rewrite_json(
        tmp_path / "run" / "model" / "adapter_config.json", base_model_name_or_path=str(base)
    )
    made = publish(tmp_path / "run", tmp_path / "judge")
    assert set(made.left_out) == {"gguf"}
    judge = load_judge(str(tmp_path / "judge"))
    first, second = judge.score("Bees", ["They fly.", "A longer answer about roofs and bees."])
    assert first != second
    unmerged = RewardModel(base, judge._tokenizer, lora.eval())
    assert unmerged.score("Bees", ["They fly."]) == pytest.approx([first], abs=1e-4)
    assert "reward model" in (tmp_path / "judge" / "README.md").read_text()


_KILLED = """
import os, signal, sys
from pathlib import Path
import copydesk.train.publish.make as make

true = make._Maker._gguf
def gguf(self, folder):
    true(self, folder)
    os.kill(os.getpid(), signal.SIGKILL)
make._Maker._gguf = gguf
make.publish(Path(sys.argv[1]), Path(sys.argv[2]), kind="f16", check=False)
"""


def test_killed_while_publishing_nothing_shows_and_finished_pieces_stay(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "house"
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(run), str(target)],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert not target.exists()

    def refuse(*_args: object, **_more: object) -> None:
        raise AssertionError("merged once more")

    monkeypatch.setattr("copydesk.train.publish.make.merge", refuse)
    made = publish(run, target, kind="f16", check=False)
    assert "house-f16.gguf" in made.files
    assert not list(tmp_path.glob(".house*"))


# A limit on the size of a file is what everybody may set.
_LIMITED = """
import resource, sys
from pathlib import Path
from copydesk.errors import OutputProblem
from copydesk.train.publish import publish
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    publish(Path(sys.argv[1]), Path(sys.argv[2]), kind="f16", check=False)
except OutputProblem as problem:
    print(problem.message)
    sys.exit(7)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no limits on files")
@pytest.mark.parametrize("room", [10_000, 100_000])
def test_a_disk_that_fills_up_leaves_nothing_half_done(
    run: Path, tmp_path: Path, room: int
) -> None:
    target = tmp_path / "house"
    stopped = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(run), str(target), str(room)],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert stopped.returncode == 7, stopped.stderr[-2000:]
    assert "could not be written" in stopped.stdout
    assert not target.exists()
    assert not list((tmp_path / ".house.publishing").glob(".*"))


def test_a_full_disk_is_told_beforehand(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 1000}))
    with pytest.raises(OutputProblem, match=r"needs 0\.\d\d GB"):
        publish(run, tmp_path / "house")
    assert not list(tmp_path.glob("*house*"))
