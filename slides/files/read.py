"""A deck out of whatever holds one: YAML, JSON or Markdown, by its name or by how it begins."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import IO

from copydesk.errors import UsageProblem
from copydesk.findings import Finding
from copydesk.slides.deck import Deck
from copydesk.slides.files.data import SUFFIXES as DATA
from copydesk.slides.files.deck_file import LARGEST, deck_from_yaml
from copydesk.slides.files.markdown_deck import deck_from_markdown

YAML = (".yaml", ".yml", ".json")
MARKDOWN = (".md", ".markdown", ".qmd", ".txt")
_PAIR = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)  # JSON's way to write an emoji
_TABS = re.compile(r"^\t+", re.MULTILINE)
_SLIDES = re.compile(r'^\s*"?slides"?\s*:', re.MULTILINE)


def read_any(path: Path, on_finding: Callable[[Finding], None]) -> Deck:
    """The deck in a file.

    Raises:
        UsageProblem: it cannot be read, is of another kind, or is no deck; the line is named.
        DocumentProblem: data that it names cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix in DATA or suffix in (".pptx", ".pptm", ".potx", ".ppt"):
        raise UsageProblem(
            f"{path.name} is no deck in YAML or Markdown.",
            f"read it with: copydesk deck outline {path}"
            if suffix not in DATA
            else "name it in a deck: chart: {data: " + path.name + "}",
        )
    try:
        with path.open("rb") as stream:
            return _deck(stream.read(LARGEST + 1), path.name, path.parent, suffix, on_finding)
    except OSError as error:
        raise UsageProblem(
            f"The deck {path} cannot be read: {error.strerror}.", "give a .yaml or .md file"
        ) from None


def deck_from_stream(
    stream: IO[bytes], folder: Path, on_finding: Callable[[Finding], None]
) -> Deck:
    """The same from a stream, whose beginning says what it holds."""
    return _deck(stream.read(LARGEST + 1), "standard input", folder, "", on_finding)


def _as_yaml(text: str) -> str:
    """JSON with nothing in it that YAML reads otherwise: pairs of escapes, tabs before a line."""
    text = _PAIR.sub(lambda found: str(json.loads(f'"{found[0]}"')), text)
    return _TABS.sub(lambda found: " " * len(found[0]), text)


def _deck(
    content: bytes, name: str, folder: Path, suffix: str, tell: Callable[[Finding], None]
) -> Deck:
    if len(content) > LARGEST:
        raise UsageProblem(
            f"{name} is larger than {LARGEST // 1_000_000} MB.", "put data in files of their own"
        )
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise UsageProblem(f"{name} is not text in UTF-8.", "save it as UTF-8") from None
    if suffix == ".json":
        text = _as_yaml(text)
    if suffix in YAML or (suffix not in MARKDOWN and _SLIDES.search(text)):
        return deck_from_yaml(text, name, folder, tell)
    return deck_from_markdown(text, name, folder, tell)
