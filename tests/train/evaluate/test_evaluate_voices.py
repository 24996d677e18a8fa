"""The voices of a real contest: each is who it should be, and draws as it should."""

# ruff: noqa: PLC0415 - torch is imported where it is used

from pathlib import Path

import pytest
from tests.support.hf_folders import tiny_llama

from copydesk.errors import UsageProblem
from copydesk.generate.export import export_model
from copydesk.generate.protocol import Message, Sampling
from copydesk.train.base import encode, load_tokenizer
from copydesk.train.base.place import Base, look
from copydesk.train.evaluate.contest import LocalContest, Subject
from copydesk.train.evaluate.likelihood import Answered, likelihoods
from copydesk.train.evaluate.voices import Ask, LlamaVoices, TorchVoices

GREEDY = Sampling(temperature=0.0, top_p=1.0, top_k=0, min_p=0.0)
WARM = Sampling(temperature=1.5, top_p=1.0, top_k=0, min_p=0.0)


def ask(text: str, seed: int = 0, sampling: Sampling = GREEDY, tokens: int = 10) -> Ask:
    return Ask((Message("user", text),), tokens, seed, sampling)


@pytest.fixture(scope="module")
def voices(tiny_base: Base, adapters: dict[str, Path]) -> TorchVoices:
    return TorchVoices(tiny_base, adapters, precision="float32")


def greedy(base: Base, asked: Ask, adapter: Path | None = None) -> str:
    """The likeliest tokens one after the other, by transformers and peft alone."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(base.folder, dtype=torch.float32)
    if adapter:
        model = PeftModel.from_pretrained(model, str(adapter))
    tokenizer = load_tokenizer(base)
    ids = encode(tokenizer, asked.prompt, None, 512).ids
    for _ in range(asked.tokens):
        with torch.inference_mode():
            scores = model(torch.tensor([ids])).logits[0, -1, : len(tokenizer)]
        ids = [*ids, int(scores.argmax())]
    return str(tokenizer.decode(ids[-asked.tokens :], skip_special_tokens=True)).strip()


def test_each_voice_says_what_its_weights_say(
    voices: TorchVoices, tiny_base: Base, adapters: dict[str, Path]
) -> None:
    asked = ask("Bees on roofs")
    said = {name: voices.answer(name, [asked])[0].text for name in ("policy", "", "sft")}
    assert said == {name: voices.answer(name, [asked])[0].text for name in said}
    assert len(set(said.values())) == 3
    assert said[""] == greedy(tiny_base, asked)
    assert said["policy"] == greedy(tiny_base, asked, adapters["policy"])
    assert said["sft"] == greedy(tiny_base, asked, adapters["sft"])


def test_a_row_does_not_depend_on_its_batch(voices: TorchVoices) -> None:
    texts = ("Bees", 3), ("A much longer prompt about roofs", 4), ("x", 3)
    asks = [ask(text, seed, WARM) for text, seed in texts]
    together = voices.answer("policy", asks)
    assert [voices.answer("policy", [one])[0] for one in asks] == together
    other = voices.answer("policy", [ask("Bees", 5, WARM)])[0]
    assert other.text != together[0].text


def test_tokens_come_as_often_as_the_model_says(voices: TorchVoices) -> None:
    import torch

    prompt = (Message("user", "Bees"),)
    ids = encode(voices.tokenizer, prompt, None, 512).ids
    with torch.inference_mode(), voices.speaking("policy"):
        scores = voices.model("policy")(torch.tensor([ids])).logits[0, -1] / 8
        scores[len(voices.tokenizer) :] = float("-inf")
    likely = torch.softmax(scores, -1)
    best = int(likely.argmax())
    hot = Sampling(temperature=8.0, top_p=1.0, top_k=0, min_p=0.0)
    from copydesk.train.evaluate.sampler import Draw, speak

    with voices.speaking("policy"):
        draws = [Draw(ids, 1, seed, hot) for seed in range(400)]
        drawn = speak(voices.model("policy"), voices.tokenizer, draws)
    share = sum(row.ids[:1] == [best] for row in drawn) / 400
    expected = float(likely[best])
    assert share == pytest.approx(expected, abs=4 * (expected * (1 - expected) / 400) ** 0.5)


def test_an_answer_without_an_end_is_told(voices: TorchVoices) -> None:
    said = voices.answer("", [ask("Bees", tokens=2)])[0]
    assert not said.ended


def test_likelihoods_are_those_of_the_logits(voices: TorchVoices) -> None:
    import torch

    rows = [
        Answered((Message("user", "Bees"),), "They fly."),
        Answered((Message("user", "A longer question"),), "Yes, and roofs too.", ended=False),
    ]
    found = likelihoods(voices, "policy", rows, 512)
    for row, each in zip(rows, found, strict=True):
        whole = encode(voices.tokenizer, row.prompt, row.text, 512)
        ids = whole.ids if row.ended else whole.ids[:-1]
        with torch.inference_mode(), voices.speaking("policy"):
            logits = voices.model("policy")(torch.tensor([ids])).logits[0].float()
        spread = torch.log_softmax(logits, -1)
        expected = sum(
            float(spread[at - 1, ids[at]]) for at in range(whole.prompt_length, len(ids))
        )
        assert each.total == pytest.approx(expected, rel=1e-4)
        assert each.tokens == len(ids) - whole.prompt_length
    base = likelihoods(voices, "", rows, 512)
    assert base[0].total != found[0].total


def test_a_whole_model_has_weights_of_its_own(tiny_base: Base, tmp_path: Path) -> None:
    other = tiny_llama(tmp_path / "other", seed=7)
    contest = LocalContest(Subject("x", tiny_base, other), tmp_path / "scratch")
    asked = ask("Bees on roofs")
    own = contest.voices().answer(contest.voice("policy"), [asked])[0].text
    its = contest.voices().answer(contest.voice("base"), [asked])[0].text
    assert own == TorchVoices(look(other), {}).answer("", [asked])[0].text
    assert its == TorchVoices(tiny_base, {}).answer("", [asked])[0].text
    assert own != its
    rows = [Answered((Message("user", "Bees"),), "They fly.")]
    assert contest.likelihoods("policy", rows, 512) != contest.likelihoods("base", rows, 512)
    contest.close()


def test_llama_cpp_speaks_for_adapters_on_a_file(
    tiny_base: Base, adapters: dict[str, Path], tmp_path: Path
) -> None:
    file = export_model(tiny_base.folder, tmp_path / "base.gguf", check=False).path
    base = Base(**{**vars(tiny_base), "file": file})
    contest = LocalContest(
        Subject("x", base, adapters["policy"], adapters["sft"]), tmp_path / "scratch", "llama.cpp"
    )
    assert contest.names == ("policy", "base", "sft")
    assert isinstance(contest.voices(), LlamaVoices)
    asked = ask("Bees on roofs")
    plain = {}
    for name in contest.names:
        text = contest.voices().answer(contest.voice(name), [asked])[0].text
        plain[name] = text.replace("\ufffd", "")[:6]
    assert len(set(plain.values())) == 3
    torch_says = greedy(tiny_base, asked, adapters["policy"]).replace("\ufffd", "")
    assert torch_says.startswith(plain["policy"])
    rows = [Answered((Message("user", "Bees"),), "They fly.")]
    assert contest.likelihoods("policy", rows, 512)[0].tokens > 0
    contest.close()


def test_llama_cpp_is_refused_where_it_cannot_speak(
    tiny_base: Base, adapters: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(UsageProblem, match="no GGUF file"):
        LocalContest(Subject("x", tiny_base, adapters["policy"]), tmp_path, "llama.cpp")


def test_identity_changes_with_weights(
    tiny_base: Base, adapters: dict[str, Path], tmp_path: Path
) -> None:
    one = LocalContest(Subject("x", tiny_base, adapters["policy"]), tmp_path)
    other = LocalContest(Subject("x", tiny_base, adapters["sft"]), tmp_path)
    assert one.identity("policy") != other.identity("policy")
    assert one.identity("base") == other.identity("base")
    assert look(tiny_base.folder).sha256 in one.identity("base")
