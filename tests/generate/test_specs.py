"""What --model means, and that every kind of it opens the engine that it is for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.hf_folders import tiny_adapter, tiny_llama, tiny_qwen2

from copydesk.config import cache_folder
from copydesk.errors import CopydeskError, DownloadFailed, ModelProblem, UsageProblem
from copydesk.generate import schema as shape
from copydesk.generate.engines import open_generator
from copydesk.generate.export import export_model
from copydesk.generate.protocol import Completion, Generator, Message, Request, Sampling, complete
from copydesk.generate.remote.engine import Remote
from copydesk.generate.specs import read_spec

# Random models say bytes that are no characters; under a schema they say letters.
LETTERS = shape.record(said=shape.text(14, shortest=10))
ASK = Request((Message("user", "Bees?"),), 120, LETTERS, sampling=Sampling(temperature=0))


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ("", "gguf"),
        ("qwen2.5-coder-1.5b-instruct", "gguf"),
        ("./house.gguf", "gguf"),
        ("hf:owner/repo/file.gguf", "gguf"),
        ("hf:owner/repo", "hub"),
        ("owner/repo", "hub"),
        ("./owner/repo", "gguf"),
        ("openai:a/b:c@http://localhost:1/v1", "server"),
    ],
)
def test_the_kind_is_read_off_the_words(spec: str, kind: str) -> None:
    assert read_spec(spec).kind == kind


def test_a_folder_is_what_lies_in_it(tmp_path: Path) -> None:
    with pytest.raises(ModelProblem, match="holds no model"):
        read_spec(str(tmp_path))
    (tmp_path / "a.gguf").touch()
    assert read_spec(str(tmp_path)).value.endswith("a.gguf")
    (tmp_path / "b.gguf").touch()
    with pytest.raises(ModelProblem, match="2 GGUF files"):
        read_spec(str(tmp_path))
    (tmp_path / "adapter_config.json").touch()
    assert read_spec(str(tmp_path)).kind == "folder"


@pytest.mark.parametrize("spec", ["hf:", "hf:repo", "hf:a/b/c", "hf:../b", "openai:x", "openai:"])
def test_half_an_address_is_a_sentence(spec: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        open_generator(spec)
    assert caught.value.hint


def test_a_repository_that_is_not_here_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_OFFLINE", "1")
    with pytest.raises(DownloadFailed, match="nothing may be fetched") as caught:
        open_generator("nobody/nothing")
    assert "PATH" in caught.value.hint


@contextmanager
def opened(spec: Path, **more: object) -> Iterator[Generator]:
    generator = open_generator(str(spec), context=128, threads=1, **more)  # type: ignore[arg-type]
    try:
        yield generator
    finally:
        generator.close()


def answered(spec: Path, **more: object) -> Completion:
    with opened(spec, **more) as generator:
        return complete(generator, ASK)[0]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model and its adapter, as folders of transformers and as GGUF files."""
    folder = tmp_path_factory.mktemp("house")
    tiny_adapter(tiny_llama(folder / "base"), folder / "lora")
    export_model(folder / "base", folder / "base.gguf", check=False)
    export_model(folder / "lora", folder / "lora.gguf", base=folder / "base", check=False)
    return folder


def test_both_engines_say_the_same_with_the_same_weights(house: Path) -> None:
    here, there = answered(house / "base"), answered(house / "base.gguf")
    assert here.text == there.text
    assert here.prompt == there.prompt
    assert here.engine.startswith("transformers ")
    assert there.engine.startswith("xllamacpp ")


def test_an_adapter_changes_what_both_engines_say(house: Path) -> None:
    plain = answered(house / "base.gguf").text
    folder = answered(house / "base", adapters=[str(house / "lora")])
    file = answered(house / "base.gguf", adapters=[str(house / "lora.gguf")])
    alone = answered(house / "lora")  # an adapter's folder is a model too
    assert folder.text == file.text == alone.text != plain


def test_the_name_says_which_adapter_speaks(house: Path) -> None:
    with opened(house / "base.gguf", adapters=[str(house / "lora.gguf")]) as generator:
        assert generator.name == "base + lora"


@pytest.mark.parametrize(
    ("model", "adapter", "words"),
    [
        ("base.gguf", "away.gguf", "does not exist"),
        ("base.gguf", "base.gguf", "is no LoRA adapter"),
        ("base.gguf", "base", "holds no adapter"),
        ("base", "lora.gguf", "is a GGUF file, and the model is one of transformers"),
        ("base", "base", "holds no adapter"),
    ],
)
def test_an_adapter_of_the_wrong_kind_is_a_sentence(
    house: Path, model: str, adapter: str, words: str
) -> None:
    with pytest.raises(CopydeskError) as caught:
        answered(house / model, adapters=[str(house / adapter)])
    assert words in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.hint


def test_an_adapter_of_another_model_is_a_sentence(house: Path, tmp_path: Path) -> None:
    other = tiny_qwen2(tmp_path / "other")
    export_model(other, tmp_path / "other.gguf", check=False)
    with pytest.raises(ModelProblem, match="belongs to another model than other"):
        answered(tmp_path / "other.gguf", adapters=[str(house / "lora.gguf")])
    wider = tiny_llama(tmp_path / "wider", intermediate_size=192)
    export_model(wider, tmp_path / "wider.gguf", check=False)
    with pytest.raises(ModelProblem, match=r"wider.gguf: it does not fit blk\.0\.ffn_"):
        answered(tmp_path / "wider.gguf", adapters=[str(house / "lora.gguf")])
    with pytest.raises(ModelProblem, match="do not fit the base model") as caught:
        answered(tmp_path / "wider.gguf", adapters=[str(house / "lora")])
    assert caught.value.hint == f"it was trained on {house / 'base'}: --model {house / 'base'}"
    with pytest.raises(ModelProblem, match="do not fit the model"):
        answered(wider, adapters=[str(house / "lora")])


def test_a_folder_becomes_a_file_once(house: Path, tmp_path: Path) -> None:
    file = answered(house / "base.gguf", adapters=[str(house / "lora.gguf")])
    folder = answered(house / "base.gguf", adapters=[str(house / "lora")])
    assert folder.text == file.text
    (made,) = (cache_folder() / "adapters").glob("*.gguf")
    before = made.stat().st_mtime_ns
    assert answered(house / "base.gguf", adapters=[str(house / "lora")]).text == file.text
    assert made.stat().st_mtime_ns == before


def test_a_cache_that_cannot_be_written_is_a_sentence(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").touch()
    monkeypatch.setattr("copydesk.generate.fitting.cache_folder", lambda: tmp_path / "cache")
    with pytest.raises(ModelProblem, match="cannot be made a GGUF file in the cache") as caught:
        answered(house / "base.gguf", adapters=[str(house / "lora")])
    assert "models export" in caught.value.hint


def test_a_request_names_one_of_several_by_its_path(house: Path) -> None:
    lora = str(house / "lora")
    for base in (house / "base", house / "base.gguf"):
        with opened(base, also=[lora]) as generator:
            plain, other = (complete(generator, replace(ASK, adapter=a))[0] for a in ("", lora))
        assert plain.text == answered(base).text
        assert other.text == answered(base, adapters=[lora]).text != plain.text


def test_adapters_of_one_name_are_told_apart(house: Path, tmp_path: Path) -> None:
    """Every run calls its result `model`."""
    for run in ("one", "two"):
        tiny_adapter(house / "base", tmp_path / run / "model", seed=len(run) + ord(run[0]))
    paths = [str(tmp_path / run / "model") for run in ("one", "two")]
    with opened(house / "base", adapters=paths) as generator:
        assert generator.name == "base + one"
        both = complete(generator, ASK)[0]
    assert both.text == answered(house / "base", adapters=paths[:1]).text
    (tmp_path / "other").mkdir()
    (tmp_path / "one" / "model").rename(tmp_path / "other" / "one")
    (tmp_path / "two" / "model").rename(tmp_path / "two" / "one")
    alike = [str(tmp_path / "other" / "one"), str(tmp_path / "two" / "one")]
    assert answered(house / "base", adapters=alike).text == both.text


def test_a_server_takes_no_adapter(house: Path) -> None:
    with pytest.raises(UsageProblem, match="chooses its adapters"):
        open_generator("openai:m@http://127.0.0.1:9", adapters=[str(house / "lora.gguf")])


def test_a_server_is_given_the_time_that_was_asked_for() -> None:
    patient = open_generator("openai:m@http://127.0.0.1:9", timeout=300)
    usual = open_generator("openai:m@http://127.0.0.1:9")
    assert isinstance(patient, Remote)
    assert isinstance(usual, Remote)
    assert (patient.timeouts.first, usual.timeouts.first) == (300, 120)


def test_a_run_of_training_is_told_where_its_model_lies(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").touch()
    with pytest.raises(ModelProblem, match="holds no model") as caught:
        read_spec(str(tmp_path))
    assert caught.value.hint == f"give {tmp_path / 'model'}"
