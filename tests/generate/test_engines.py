"""A name or a path becomes a generator; what cannot become one is said in a sentence."""

from pathlib import Path

import pytest

from copydesk.errors import ModelProblem, UnknownName
from copydesk.generate.engines import open_generator


def test_an_unknown_model_lists_what_exists() -> None:
    with pytest.raises(UnknownName) as caught:
        open_generator("smollm2-135m")
    assert "smollm2-135m-instruct" in caught.value.hint


@pytest.mark.model
def test_a_name_opens_the_model_that_is_here() -> None:
    generator = open_generator("smollm2-135m-instruct", context=512, threads=1)
    try:
        assert (generator.name, generator.context) == ("smollm2-135m-instruct", 512)
    finally:
        generator.close()


@pytest.mark.model
def test_the_context_is_no_longer_than_the_model_was_trained_for(small_model: Path) -> None:
    generator = open_generator(str(small_model), context=10**6, threads=1)
    try:
        assert generator.context == 8192
    finally:
        generator.close()


@pytest.mark.parametrize(
    "content", [b"", b"GGUF", b"<html>Not found</html>", b"GGUF" + b"\xff" * 99]
)
def test_a_damaged_file_is_a_problem_of_the_model(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelProblem) as caught:
        open_generator(str(path))
    assert str(path) in caught.value.message
    assert caught.value.hint


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises((ModelProblem, UnknownName)) as caught:
        open_generator(str(tmp_path / "away.gguf"))
    assert "away.gguf" in caught.value.message
    assert caught.value.hint
