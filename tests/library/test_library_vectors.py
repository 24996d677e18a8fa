"""Vectors of pieces: kept, fused with the words, left out where there are none."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from copydesk.errors import ModelProblem
from copydesk.library.embed import Embedder, embedder
from copydesk.library.store import Library, open_library
from copydesk.library.vectors import fused

numpy = pytest.importorskip("numpy")  # comes with transformers, which embeddings need

MEANINGS = {"roof": 0, "slate": 0, "屋顶": 0, "bee": 1, "hive": 1}


class Meanings(Embedder):
    """Vectors by what a text is about: roofs, bees, or neither."""

    def __init__(self, name: str = "meanings") -> None:
        self.name = name
        self.asked: list[str] = []

    def vectors(self, texts: Sequence[str]) -> list[bytes]:
        self.asked += texts
        found = []
        for text in texts:
            vector = numpy.full(3, 0.01)
            for word, place in MEANINGS.items():
                vector[place] += word in text.lower()
            found.append((vector / numpy.linalg.norm(vector)).astype(numpy.float16).tobytes())
        return found


def with_model(path: Path, model: Embedder | None) -> Library:
    library = open_library(path, embeddings="")
    library._model = model
    return library


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("a", "Slate is heavy."), ("b", "A hive is full."), ("c", "Rain fell.")):
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    return tmp_path


def test_what_means_the_same_is_found_without_a_word_in_common(folder: Path) -> None:
    with with_model(folder / "l.db", Meanings()) as library:
        for name in "abc":
            library.add(folder / f"{name}.md")
        assert library.search("屋顶")[0].entry.name == "a.md"
        assert library.search("bees")[0].entry.name == "b.md"
        assert library.search("rain")[0].entry.name == "c.md"  # the words still count
        assert {one.entry.name for one in library.search("bees")} == {"a.md", "b.md", "c.md"}
        entry = library.find("a.md")
        assert [one.entry for one in library.search("bees", entries=[entry])] == [entry]
    with open_library(folder / "l.db", embeddings="") as library:
        assert library.search("屋顶") == []


def test_documents_get_vectors_once_and_of_the_model_that_is_used(folder: Path) -> None:
    with open_library(folder / "l.db", embeddings="") as library:
        library.add(folder / "a.md")
    first = Meanings()
    with with_model(folder / "l.db", first) as library:
        assert library.search("roofs") == []  # it has none yet
        for _ in range(2):
            assert library.add(folder / "a.md").state == "unchanged"
        assert first.asked == ["Slate is heavy."]
        assert library.search("roofs")
    with with_model(folder / "l.db", Meanings("other")) as library:
        assert library.search("roofs") == []  # vectors of another model are of no use
        library.add(folder / "a.md")
        assert library.search("roofs")
        library.remove(library.find("a.md"))
        with library._reading() as connection:
            assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (0,)


def test_ranks_are_fused_and_the_words_keep_the_rest() -> None:
    scores = fused([1, 2, 3], [3, 4])
    assert sorted(scores, key=lambda key: -scores[key]) == [3, 1, 2, 4]
    assert fused([1], [1])[1] == pytest.approx(1.5 / 61)


def test_a_model_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    for named in ("no-such-package", str(tmp_path), "a b", "", "json"):
        with pytest.raises(ModelProblem, match="There is no model for embeddings"):
            embedder(named or " ")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "nothing"}), encoding="utf-8")
    with pytest.raises(ModelProblem, match="cannot be loaded"):
        embedder(str(tmp_path)).vectors(["text"])
    with pytest.raises(ModelProblem), open_library(tmp_path / "l.db", embeddings="no-such"):
        pass


def test_a_folder_of_sentence_transformers_is_run(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "roof", "slate", "bee"]
    (tmp_path / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    transformers.BertTokenizer(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    config = transformers.BertConfig(
        vocab_size=8, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=32,
    )  # fmt: skip
    torch.manual_seed(1)
    transformers.BertModel(config).save_pretrained(tmp_path)
    (tmp_path / "sentence_bert_config.json").write_text('{"max_seq_length": 16}', "utf-8")
    (tmp_path / "1_Pooling").mkdir()
    pooling = tmp_path / "1_Pooling" / "config.json"
    found = {}
    for first in (False, True):
        pooling.write_text(json.dumps({"pooling_mode_cls_token": first}), encoding="utf-8")
        texts = ["roof slate", "bee", "roof " * 100]
        vectors = embedder(str(tmp_path)).vectors(texts)
        rows = [numpy.frombuffer(vector, numpy.float16).astype(float) for vector in vectors]
        assert all(numpy.linalg.norm(row) == pytest.approx(1, abs=0.01) for row in rows)
        alone = embedder(str(tmp_path)).vectors(["bee"])[0]
        assert numpy.allclose(rows[1], numpy.frombuffer(alone, numpy.float16), atol=0.01)
        found[first] = rows[0]
    assert not numpy.allclose(found[True], found[False], atol=0.01)
