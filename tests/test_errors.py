"""The family of errors: exit codes, one sentence, a hint that helps."""

import pytest

from copydesk import errors
from copydesk.errors import ContextExceeded, CopydeskError, UnknownName

CODES = {
    "CopydeskError": 1,
    "UsageProblem": 2,
    "OutputProblem": 2,
    "TemplateProblem": 2,
    "ModelProblem": 1,
    "DownloadFailed": 1,
    "GenerationFailed": 1,
    "DocumentProblem": 1,
    "MissingTool": 1,
    "CheckFailed": 3,
}


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_every_error_has_its_exit_code(name: str, code: int) -> None:
    error = getattr(errors, name)("It broke.", "mend it")
    assert isinstance(error, CopydeskError)
    assert (error.exit_code, error.message, error.hint, str(error)) == (
        code,
        "It broke.",
        "mend it",
        "It broke.",
    )


def test_an_unknown_name_lists_what_exists_nearest_first() -> None:
    error = UnknownName("form", "artikle", ["story", "copy", "article"], "or make your own")
    assert error.exit_code == 2
    assert error.message == "There is no form named 'artikle'."
    expected = "did you mean article? there are: article, copy, story; or make your own"
    assert error.hint == expected


def test_a_name_like_no_other_is_not_guessed_at() -> None:
    assert UnknownName("form", "zzz", ["story"]).hint == "there are: story"


def test_a_request_that_is_too_long_says_both_numbers() -> None:
    error = ContextExceeded(123_456, 4096)
    assert "123,456" in error.message
    assert "4,096" in error.message
    assert "--context" in error.hint
    assert (error.prompt_tokens, error.context, error.exit_code) == (123_456, 4096, 1)
