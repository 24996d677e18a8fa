"""Finds a house style by name or path and reads it: rules, guide, exemplars; trusts none of it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from copydesk.config import config_folder
from copydesk.errors import TemplateProblem, UnknownName
from copydesk.prompts import read_guide, templates_folder
from copydesk.styles.rules import Pattern, Rules
from copydesk.styles.style import Exemplar, Style

RULES_FILE = "style.toml"
GUIDE_FILE = "guide.md"
EXEMPLARS_FOLDER = "exemplars"
_LARGEST_RULES = 1_000_000  # bytes
_LARGEST_EXEMPLAR = 200_000  # bytes
_MOST_EXEMPLARS = 500
DEFAULTS = {"en": "plain", "zh": "通用"}


def styles_folder() -> Path:
    """Where the user's own styles are."""
    return config_folder() / "styles"


def is_style(folder: Path) -> bool:
    """Whether a folder is a style: it has rules or a guide."""
    return (folder / RULES_FILE).is_file() or (folder / GUIDE_FILE).is_file()


def style_names() -> list[str]:
    """The names of all styles, the user's own among them, alphabetically."""
    return sorted({folder.name for folder in _folders()})


def find_folder(name: str) -> Path:
    """The folder of a style: a name, the user's own first, or a path to a folder.

    Raises:
        UnknownName: no such style; the message lists what exists, nearest first.
        TemplateProblem: a path was given to a folder that holds no style.
    """
    for folder in _folders():
        if folder.name == name:
            return folder
    path = Path(name).expanduser()
    if ("/" in name or "\\" in name or name in {".", ".."}) and "\0" not in name:
        if not is_style(path):
            raise TemplateProblem(
                f"{path} is no style.", f"a style is a folder with a {RULES_FILE} or a {GUIDE_FILE}"
            )
        return path.resolve()
    own = f"or make your own: copydesk style new NAME (in {styles_folder()})"
    raise UnknownName("style", name, style_names(), own)


def house_style(name: str) -> Style | None:
    """The style that a setting names, by name or path; "" and "none" ask for none.

    Raises: as `load_style`.
    """
    return load_style(name) if name and name != "none" else None


def load_style(name: str) -> Style:
    """Read a style, by name or by the path of its folder.

    Raises:
        UnknownName: no such style.
        TemplateProblem: a file of it is broken; file, line and field are named.
    """
    folder = find_folder(name)
    guide = read_guide(folder) if (folder / GUIDE_FILE).exists() else ""
    if (folder / RULES_FILE).exists():
        rules = read_rules(folder / RULES_FILE)
    else:
        rules = Rules(summary=_first_line(guide))
    return Style(folder.name, folder, rules, guide, tuple(read_exemplars(folder)))


def read_rules(path: Path) -> Rules:
    """Read a `style.toml`.

    Raises:
        TemplateProblem: it is no TOML, or a field is unknown or holds what it cannot.
    """
    text = _read(path, _LARGEST_RULES)
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason = (
            str(error).rstrip(".") if isinstance(error, ValueError) else "it is nested too deep"
        )
        raise TemplateProblem(
            f"{path} is no TOML: {reason}.", "compare it with one that ships: copydesk style show"
        ) from None
    try:
        return Rules.model_validate(values)
    except ValidationError as error:
        raise _wrong_field(path, text, error) from None


def read_exemplars(folder: Path) -> Iterator[Exemplar]:
    """The texts in a style's `exemplars`, in the order of their names.

    Raises:
        TemplateProblem: one is no text, or too large, or there are too many.
    """
    below = folder / EXEMPLARS_FOLDER
    paths = sorted(p for p in below.glob("*.md") if p.is_file()) if below.is_dir() else []
    if len(paths) > _MOST_EXEMPLARS:
        raise TemplateProblem(
            f"{below} holds {len(paths):,} texts, more than {_MOST_EXEMPLARS}.", "keep the best"
        )
    for path in paths:
        text = _read(path, _LARGEST_EXEMPLAR).strip()
        titled = re.match(r"#[ \t]+(.+)\n*", text)
        title = titled[1].strip() if titled else path.stem
        body = text[titled.end() :].strip() if titled else text
        if body:
            yield Exemplar(title, body)


def default_style(language: str) -> str:
    """The name of the style that a language has when none was asked for."""
    return DEFAULTS.get(language, "plain")


def _folders() -> Iterator[Path]:
    for root in (styles_folder(), templates_folder() / "styles"):
        if root.is_dir():
            yield from sorted(folder for folder in root.iterdir() if is_style(folder))


def _read(path: Path, largest: int) -> str:
    """A text file, no larger than it may be."""
    try:
        with path.open("rb") as stream:
            content = stream.read(largest + 1)
        text = content.decode("utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise TemplateProblem(f"{path} cannot be read: {reason}.", "write it as UTF-8") from None
    if len(content) > largest:
        raise TemplateProblem(f"{path} is larger than {largest // 1000:,} kB.", "shorten it")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _wrong_field(path: Path, text: str, error: ValidationError) -> TemplateProblem:
    """The first of the fields that are wrong, with its line and what it may hold."""
    first = error.errors(include_url=False, include_context=False)[0]
    place = [part for part in first["loc"] if part != "[key]"]
    field = ".".join(str(p + 1 if isinstance(p, int) else p) for p in place) or RULES_FILE
    line = _line_of(text, place)
    reason = first["msg"].removeprefix("Value error, ").rstrip(".")
    if first["type"] == "extra_forbidden":
        reason = "there is no such field"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return TemplateProblem(
        f"{path}{f', line {line}' if line else ''}: {field}: {_lower(reason)}{more}.",
        _hint(place),
    )


def _hint(place: list[Any]) -> str:
    """What may stand where something wrong stood."""
    table: Any = Rules
    for part in place[:-1]:
        field = table.model_fields.get(part) if hasattr(table, "model_fields") else None
        table = Pattern if part == "patterns" else getattr(field, "annotation", None)
    known = getattr(table, "model_fields", None)
    if known and (not place or place[-1] not in known):
        return f"there are: {', '.join(known)}"
    return "docs/styles.md lists every field; copydesk style show plain shows a whole style"


def _line_of(text: str, place: list[Any]) -> int:
    """The line where a field is set; 0 if it cannot be said."""
    keys = [str(part) for part in place if not isinstance(part, int)]
    numbers = [part for part in place if isinstance(part, int)]
    table, key, seen = "", keys[-1] if keys else "", -1
    for number, line in enumerate(text.split("\n"), 1):
        header = re.match(r"\s*\[\[?\s*([\w.]+)\s*\]\]?\s*(#.*)?$", line)
        if header:
            table = header[1]
            seen += table == "patterns"
            if [table] == keys:
                return number
        elif re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line) and key:
            inside = table == ".".join(keys[:-1])
            if inside and (table != "patterns" or not numbers or seen == numbers[0]):
                return number
    return _line_of(text, keys[:-1]) if len(keys) > 1 else 0


def _first_line(guide: str) -> str:
    lines = (line.strip("# ").strip() for line in guide.splitlines())
    return next((line for line in lines if line), "A guide without rules.")[:200]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
