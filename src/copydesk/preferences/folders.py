"""Two folders of drafts and finals: a file of the same name in both is an edit."""

import re
from collections.abc import Iterator
from pathlib import Path

from copydesk.brief import detect_language
from copydesk.documents.whole import read_content, text_of
from copydesk.errors import DocumentProblem
from copydesk.findings import Finding
from copydesk.preferences.posts import request_for_title
from copydesk.preferences.rows import Pair

_BEFORE = ("drafts", "draft", "before", "original", "originals", "初稿", "草稿")
_AFTER = ("finals", "final", "edited", "after", "published", "定稿", "终稿")
_READ = frozenset(
    {
        ".md",
        ".markdown",
        ".txt",
        ".text",
        ".docx",
        ".odt",
        ".epub",
        ".pdf",
        ".html",
        ".htm",
        ".pptx",
    }
)
_MOST = 100_000  # files
_HEADING = re.compile(r"#{1,2}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)


def two_folders(path: Path) -> tuple[Path, Path] | None:
    """The folder of drafts and the one of finals inside a folder, if it has both."""
    below = {child.name.casefold(): child for child in _children(path) if child.is_dir()}
    found = [next((below[n] for n in names if n in below), None) for names in (_BEFORE, _AFTER)]
    return (found[0], found[1]) if found[0] and found[1] else None


def read_folders(drafts: Path, finals: Path) -> Iterator[Pair | Finding]:
    """A pair for each text that was changed: the final is preferred to the draft.

    Raises:
        DocumentProblem: a folder cannot be read.
    """
    before, after = _by_stem(drafts), _by_stem(finals)
    for stem, draft in before.items():
        final = after.get(stem)
        if final is None:
            yield _left(draft, f"there is no {stem!r} in {finals.name}")
            continue
        try:
            yield _pair(draft, final)
        except DocumentProblem as problem:
            yield _left(draft, f"{problem.message.rstrip('.')}")
    for stem, final in after.items():
        if stem not in before:
            yield _left(final, f"there is no {stem!r} in {drafts.name}")


def _left(path: Path, message: str) -> Finding:
    return Finding(code="row-file", place=f"{path.parent.name}/{path.name}", message=message)


def _pair(draft: Path, final: Path) -> Pair | Finding:
    before, after = (text_of(path, read_content(path)).strip() for path in (draft, final))
    if before == after:
        return _left(draft, "the edit changed nothing")
    heading = _HEADING.match(before.lstrip()) or _HEADING.match(after.lstrip())
    return Pair(
        prompt=request_for_title(heading[1] if heading else draft.stem, "", after),
        chosen=after,
        rejected=before,
        place=f"{draft.parent.name}/{draft.name}",
        language=detect_language(after),
    )


def _by_stem(folder: Path) -> dict[str, Path]:
    """The texts of a folder by their names without the ending; the first of two that share one."""
    files: dict[str, Path] = {}
    for path in _children(folder)[:_MOST]:
        if (
            path.suffix.lower() in _READ
            and not path.name.startswith((".", "~$"))
            and path.is_file()
        ):
            files.setdefault(path.stem, path)
    return files


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise DocumentProblem(
            f"The folder {folder} cannot be read: {error.strerror}.", "check its name"
        ) from None
