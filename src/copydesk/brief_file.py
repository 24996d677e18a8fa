"""A brief as a file: YAML, or text whose first lines between two `---` are YAML."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from copydesk.brief import LANGUAGES, Brief, clean_text, make_brief
from copydesk.errors import UsageProblem

SUFFIXES = (".yaml", ".yml", ".md", ".markdown", ".txt")
_LARGEST = 4_000_000  # bytes; a model's context is far smaller
_FENCE = "---"
_HINT = 'a brief is text, or YAML such as: topic: "Bees in cities", language: en, words: 800'
_LONGEST = 1_000_000  # words


def is_brief_file(text: str) -> bool:
    """Whether what stands on the command line names a file rather than says what to write."""
    if "\n" in text or len(text) > 500 or not text.lower().endswith(SUFFIXES):
        return False
    return Path(text).is_file() or "/" in text


def read_brief(path: Path) -> Brief:
    """The brief in a file. Fields that no brief has become details, which forms may show.

    Paths of sources are taken from the file's own folder.

    Raises:
        UsageProblem: it cannot be read, or says something that no brief can; the field is named.
    """
    text = _read(path)
    fields: dict[str, Any] = {}
    if path.suffix.lower() in (".yaml", ".yml"):
        fields, text = _fields(text, path), ""
    elif text.startswith(f"{_FENCE}\n"):
        head, fence, rest = f"{text[len(_FENCE) + 1 :]}\n".partition(f"\n{_FENCE}\n")
        if fence:
            fields, text = _fields(head, path), rest
    return _brief(fields, text.strip(), path)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise UsageProblem(f"The brief {path} cannot be read: {error.strerror}.", _HINT) from None
    if len(content) > _LARGEST:
        raise UsageProblem(
            f"The brief {path} is larger than {_LARGEST // 1_000_000} MB.",
            "give long texts as --source",
        )
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise UsageProblem(f"The brief {path} is not text in UTF-8.", "save it as UTF-8") from None


def _fields(source: str, path: Path) -> dict[str, Any]:
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(source)):
            raise UsageProblem(f"{path} uses YAML aliases, which a brief does not need.", _HINT)
        fields = yaml.safe_load(source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}," if mark else ""
        reason = getattr(error, "problem", None) or "it cannot be parsed"
        raise UsageProblem(
            f"{path}{place} is not YAML: {reason}.",
            "put texts with a colon or # in quotes",
        ) from None
    except (RecursionError, ValueError):
        raise UsageProblem(f"{path} is not YAML that a brief can be read from.", _HINT) from None
    if fields is None:
        return {}
    if not isinstance(fields, dict):
        raise UsageProblem(f"{path} holds no fields.", _HINT)
    return {str(name).strip().lower(): value for name, value in fields.items()}


def _brief(fields: dict[str, Any], text: str, path: Path) -> Brief:
    topic = _line(fields.pop("topic", "") or fields.pop("title", ""), "topic", path)
    language = fields.pop("language", None)
    if language is not None and language not in list(LANGUAGES):
        raise UsageProblem(
            f"{path}: language: {language!r} is none that copydesk writes.",
            f"the languages are: {', '.join(LANGUAGES)}",
        )
    brief = make_brief(
        topic or text,
        language=language,
        audience=_line(fields.pop("audience", ""), "audience", path),
        length=_length(fields, path),
    )
    return replace(
        brief,
        purpose=_line(fields.pop("purpose", ""), "purpose", path),
        style=_line(fields.pop("style", ""), "style", path),
        text=clean_text(_line(fields.pop("text", ""), "text", path)),
        sources=tuple(_sources(fields, path)),
        details={
            **(
                {"Notes" if brief.language == "en" else "说明": clean_text(text)}
                if topic and text
                else {}
            ),
            **{name: clean_text(_shown(value)) for name, value in fields.items()},
        },
    )


def _line(value: object, field: str, path: Path) -> str:
    if isinstance(value, dict | list):
        raise UsageProblem(f"{path}: {field}: one text is wanted, not several.", _HINT)
    return "" if value is None else clean_text(str(value))


def _length(fields: dict[str, Any], path: Path) -> int:
    given = [fields.pop(name) for name in ("length", "words", "characters") if name in fields]
    if not given:
        return 0
    if len(set(map(str, given))) > 1:
        raise UsageProblem(f"{path} gives several lengths.", "leave one of length and words")
    value = given[0]
    if isinstance(value, bool) or not isinstance(value, int) or not 20 <= value <= _LONGEST:
        raise UsageProblem(
            f"{path}: words: {value!r} is no length.", f"a whole number from 20 to {_LONGEST:,}"
        )
    return value


def _sources(fields: dict[str, Any], path: Path) -> list[str]:
    value = fields.pop("sources", None) or fields.pop("source", None) or []
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UsageProblem(f"{path}: sources: a list of file names is wanted.", _HINT)
    return [str(path.parent / name) for name in names]


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    return "" if value is None else str(value)
