from pathlib import Path

import pytest
from tests.support.hf_folders import tiny_llama


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random model, in a folder that nobody changes."""
    return tiny_llama(tmp_path_factory.mktemp("base"))
