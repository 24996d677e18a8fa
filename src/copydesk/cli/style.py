"""`copydesk style`: house styles, and texts held against them."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from copydesk.brief import Language
from copydesk.cli.elsewhere import SpreadGroup
from copydesk.cli.report import printable
from copydesk.errors import CheckFailed, CopydeskError, DocumentProblem

if TYPE_CHECKING:
    from copydesk.findings import Finding
    from copydesk.styles.style import Style

_LARGEST = 64_000_000  # bytes
_DOCUMENTS = {".docx": "Word", ".doc": "Word", ".odt": "OpenDocument", ".pdf": "PDF",
              ".pptx": "PowerPoint", ".rtf": "RTF", ".epub": "EPUB"}  # fmt: skip


class StyleGroup(SpreadGroup):
    """The commands of this file, and those that learn and import."""

    elsewhere: ClassVar[Mapping[str, tuple[str, str]]] = {
        "learn": ("style_learn", "learn"),
        "import": ("style_learn", "import_style"),
    }


@click.group(cls=StyleGroup, short_help="House styles: list, make, learn, check, mend.")
def style() -> None:
    """House styles: rules that are checked, a guide for the model, and texts that show it.

    \b
    Examples:
      copydesk style list
      copydesk style new house --like plain
      copydesk style check draft.md --style house
      copydesk style check draft.md --fix
      copydesk style learn posts/ --name house
    """


@style.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_styles(as_json: bool) -> None:
    """List the styles, your own among them.

    \b
    Examples:
      copydesk style list
      copydesk style list --json
    """
    from copydesk.styles.load import style_names

    rows = [_row(name) for name in style_names()]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.echo(printable(f"{row['name']:12} {row['language']:4} {row['summary']}"))


def _row(name: str) -> dict[str, Any]:
    """What the list says of a style; one that is broken is listed with what is wrong."""
    from copydesk.styles.load import find_folder, load_style, styles_folder

    folder = find_folder(name)
    about = {"name": name, "own": folder.parent == styles_folder(), "path": str(folder)}
    try:
        loaded = load_style(name)
    except CopydeskError as error:
        return {**about, "language": "", "summary": f"broken: {error.message}", "exemplars": 0}
    rules = loaded.rules
    more = {"language": rules.language, "summary": rules.summary}
    return {**about, **more, "exemplars": len(loaded.exemplars)}


@style.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(name: str, as_json: bool) -> None:
    """Show a style: its rules, its guide and its exemplars. NAME may be the path of a folder.

    \b
    Examples:
      copydesk style show plain
      copydesk style show 通用 --json
    """
    from copydesk.styles.load import RULES_FILE, load_style

    loaded = load_style(name)
    if as_json:
        click.echo(json.dumps(_whole(loaded), indent=2, ensure_ascii=False))
        return
    click.echo(str(loaded.folder), err=True)
    rules = loaded.folder / RULES_FILE
    said = rules.read_text(encoding="utf-8-sig").strip() if rules.is_file() else ""
    exemplars = (f"# {text.title}\n\n{text.text}" for text in loaded.exemplars)
    click.echo(printable("\n\n".join(part for part in (said, loaded.guide, *exemplars) if part)))


def _whole(loaded: "Style") -> dict[str, Any]:
    return {
        "name": loaded.name,
        "path": str(loaded.folder),
        "rules": loaded.rules.model_dump(mode="json"),
        "guide": loaded.guide,
        "exemplars": [asdict(text) for text in loaded.exemplars],
    }


@style.command()
@click.argument("name")
@click.option("--like", default="plain", show_default=True, help="The style to begin from.")
def new(name: str, like: str) -> None:
    """Make a style of your own called NAME: a copy of another one, to be edited.

    Prints the folder. Edit style.toml and guide.md there, and put texts of yours in exemplars/.

    \b
    Examples:
      copydesk style new house
      copydesk style new 本社 --like 通用
    """
    from copydesk.styles.folder import target, write_style
    from copydesk.styles.load import EXEMPLARS_FOLDER, GUIDE_FILE, RULES_FILE, load_style

    folder = target(name)
    begun = load_style(like)
    paths = [begun.folder / RULES_FILE, begun.folder / GUIDE_FILE]
    paths += sorted((begun.folder / EXEMPLARS_FOLDER).glob("*.md"))
    files = {
        path.relative_to(begun.folder).as_posix(): path.read_text(encoding="utf-8-sig")
        for path in paths
        if path.is_file()
    }
    write_style(folder, files)
    click.echo(str(folder))


@style.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(allow_dash=True, path_type=Path),
)
@click.option(
    "--style",
    "name",
    default="",
    help="The style, or the path of its folder; if not given, the setting style, else plain for "
    "English and 通用 for Chinese.",
)
@click.option("--fix", "mend", is_flag=True, help="Mend what needs no judgement, in the file.")
@click.option("--rules-only", is_flag=True, help="Check the style alone, not repetition and such.")
@click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    help="Language of the text; read off it if not given.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(
    files: tuple[Path, ...],
    name: str,
    mend: bool,
    rules_only: bool,
    language: Language | None,
    as_json: bool,
) -> None:
    """Hold Markdown or plain text against a style ("-" reads it from standard input).

    Exits with 3 when something was found. With --fix, what is left is reported; a text from
    standard input is printed mended, and its findings go to standard error.

    \b
    Examples:
      copydesk style check draft.md --style plain
      copydesk style check posts/*.md --json
      copydesk style check draft.md --fix
      pbpaste | copydesk style check - --fix
    """
    texts = [(path, *_read(path)) for path in files]
    found: list[tuple[Path, Finding]] = []
    for path, text, mark in texts:
        spoken, chosen = _chosen(text, name, language)
        mended = _mended(chosen, path, text, mark, language) if mend else text
        found += [(path, f) for f in _findings(chosen, mended, spoken, language, rules_only)]
    piped = mend and any(_is_stdin(path) for path in files)
    _tell(found, files, as_json=as_json, to_stderr=piped)
    if found:
        where = str(files[0]) if len(files) == 1 else f"{len({p for p, _ in found})} files"
        hint = "the rest needs a person" if mend else "mend what a machine can: add --fix"
        count = "1 finding" if len(found) == 1 else f"{len(found):,} findings"
        raise CheckFailed(f"{count} in {where}.", hint)


def _read(path: Path) -> tuple[str, str]:
    """A text, and the mark that its first bytes are if it has one.

    Raises:
        DocumentProblem: it is a document of another kind, too large, or no UTF-8 text.
    """
    kind = _DOCUMENTS.get(path.suffix.lower())
    if kind:
        raise DocumentProblem(
            f"{path} is a {kind} document; styles are checked in Markdown and plain text.",
            "save it as text or Markdown first",
        )
    try:
        with sys.stdin.buffer if _is_stdin(path) else path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise DocumentProblem(
            f"{path} cannot be read: {error.strerror}.", "give the path of a text or Markdown file"
        ) from None
    if len(content) > _LARGEST:
        raise DocumentProblem(f"{path} is larger than {_LARGEST // 10**6} MB.", "split it")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise DocumentProblem(
            f"{path} is no text in UTF-8.", "save it as UTF-8: iconv -f gb18030 -t utf-8"
        )
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    return text.removeprefix(mark), mark


def _is_stdin(path: Path) -> bool:
    return str(path) == "-"


def _chosen(text: str, name: str, language: Language | None) -> tuple[Language, "Style"]:
    """The text's language, and the style asked for, set, or its language's own."""
    from copydesk.brief import detect_language
    from copydesk.config import load_settings
    from copydesk.styles.load import default_style, load_style

    spoken = language or detect_language(text[:20_000])
    chosen = name or load_settings().get("style")
    return spoken, load_style(
        chosen if isinstance(chosen, str) and chosen else default_style(spoken)
    )


def _mended(chosen: "Style", path: Path, text: str, mark: str, language: Language | None) -> str:
    """Mend a file in its place, and say what was done; standard input goes to standard output."""
    from copydesk.files import write_atomic
    from copydesk.styles.fix import fix_counted

    mended, counts = fix_counted(chosen, text, language)
    if _is_stdin(path):
        sys.stdout.buffer.write((mark + mended).encode("utf-8"))
        sys.stdout.buffer.flush()
    elif mended != text:
        write_atomic(path.resolve(), (mark + mended).encode("utf-8"))
    said = ", ".join(f"{count} {code}" for code, count in sorted(counts.items()))
    click.echo(f"{path}: mended {said}" if counts else f"{path}: nothing to mend", err=True)
    return mended


def _findings(
    chosen: "Style", text: str, spoken: Language, language: Language | None, rules_only: bool
) -> list["Finding"]:
    from copydesk.styles.check import check as check_style

    found = check_style(chosen, text, language)
    if not rules_only:
        from copydesk.prose.checks import check as check_prose

        found += check_prose(text, spoken)
    return found


def _tell(
    found: list[tuple[Path, "Finding"]],
    files: tuple[Path, ...],
    *,
    as_json: bool,
    to_stderr: bool,
) -> None:
    """The findings: JSON, or a line each."""
    if as_json:
        rows = [{"file": str(path), **asdict(finding)} for path, finding in found]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False), err=to_stderr)
        return
    for path, finding in found:
        where = finding.place if len(files) == 1 else f"{path}: {finding.place}"
        fix = f"; {finding.fix}" if finding.fix else ""
        line = f"{where}: {finding.message.rstrip('.')}{fix} [{finding.code}]"
        click.echo(printable(line), err=to_stderr)
    if not found:
        click.echo(f"{files[0] if len(files) == 1 else 'all files'}: nothing found", err=True)
