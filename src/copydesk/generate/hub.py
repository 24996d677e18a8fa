"""Fetches a repository of the model hub as a folder, into the hub's own cache."""

from pathlib import Path

from copydesk.errors import DownloadFailed, ModelProblem
from copydesk.generate.sources import is_set

# Weights in pickles run code when they are opened, so they are never fetched.
_WANTED = ("*.safetensors", "*.json", "*.jinja", "tokenizer*", "*.txt", "*.model")


def fetch_repository(repo: str) -> Path:
    """The folder of a repository, fetched first if it is not in the hub's cache.

    Raises:
        DownloadFailed: there is no such repository, or it cannot be reached.
        ModelProblem: the extra `torch` is not installed.
    """
    try:
        from huggingface_hub import snapshot_download  # noqa: PLC0415 - only where it is needed
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError  # noqa: PLC0415
    except ImportError:
        raise ModelProblem(
            f"{repo} is a model of transformers, which is not installed.",
            'pip install "copydesk[torch]"',
        ) from None
    offline = is_set("COPYDESK_OFFLINE") or is_set("HF_HUB_OFFLINE")
    try:
        folder = snapshot_download(repo, allow_patterns=list(_WANTED), local_files_only=offline)
    except LocalEntryNotFoundError:
        why = "nothing may be fetched" if offline else "the hub cannot be reached"
        raise DownloadFailed(f"The model {repo} is not here, and {why}.", _HINT) from None
    except (HfHubHTTPError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DownloadFailed(f"The model {repo} could not be fetched: {reason}.", _HINT) from None
    return Path(folder)


_HINT = "fetch it elsewhere and give the folder: --model PATH"
