"""Where copydesk keeps things, and the settings a user wrote down once.

A flag wins over the environment (`COPYDESK_*`), which wins over `./copydesk.toml`, which wins
over `config.toml` in the user's configuration folder.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

import platformdirs

from copydesk.errors import UsageProblem

PROJECT_FILE = "copydesk.toml"


def _folder(kind: str, platform: str) -> Path:
    home = os.environ.get("COPYDESK_HOME")
    return Path(home).expanduser() / kind if home else Path(platform)


def cache_folder() -> Path:
    """The folder for what can be fetched again: model weights."""
    return _folder("cache", platformdirs.user_cache_dir("copydesk", appauthor=False))


def config_folder() -> Path:
    """The folder for what the user wrote: settings, forms of their own."""
    return _folder("config", platformdirs.user_config_dir("copydesk", appauthor=False))


def data_folder() -> Path:
    """The folder for what cannot be had again: what editors made of answers."""
    return _folder("data", platformdirs.user_data_dir("copydesk", appauthor=False))


def load_settings(project: Path | None = None) -> dict[str, Any]:
    """Read the user's settings, then the project's over them.

    Raises:
        UsageProblem: a settings file is not valid TOML; file and line are named.
    """
    settings: dict[str, Any] = {}
    for path in (config_folder() / "config.toml", (project or Path.cwd()) / PROJECT_FILE):
        settings = _merge(settings, _read(path))
    return settings


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageProblem(
            f"The settings in {path} cannot be read: {reason}.",
            'settings are lines of TOML: model = "smollm2-135m-instruct"',
        ) from None


def _merge(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Lay one table over another, table by table."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            merged[key] = _merge(below, value)
        else:
            merged[key] = value
    return merged
