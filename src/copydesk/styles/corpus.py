"""Posts to learn from: a folder of texts or a file of JSON lines, read without trusting any of it.

What cannot be read is skipped with a reason; the reader never stops for one bad file.
"""

import gzip
import json
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from copydesk.brief import Language, clean_text, detect_language
from copydesk.errors import DocumentProblem
from copydesk.hostile_yaml import read_yaml

MOST_FILES = 10_000
LARGEST_FILE = 2_000_000  # bytes; a post is far smaller
LARGEST_CORPUS = 200_000_000  # bytes of text
_SHORTEST = 50  # characters without which a text shows no style

_FRONT = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n+|\Z)")
_ENDINGS = {".md", ".markdown", ".txt"}
_LINES = (".jsonl", ".jsonl.gz", ".ndjson")


@dataclass(frozen=True)
class Post:
    """One text: Markdown without front matter and without its title as first heading.

    `excerpt` is what the post says of itself in a sentence or two, where it does.
    """

    title: str
    text: str
    place: str
    date: str = ""
    excerpt: str = ""

    @property
    def markdown(self) -> str:
        """The whole, its title as a heading of the first level."""
        return f"# {self.title}\n\n{self.text}\n"


@dataclass(frozen=True)
class Skipped:
    """A file or line that was not taken, and why."""

    place: str
    reason: str


@dataclass(frozen=True)
class Corpus:
    """What was read, and what was not."""

    posts: tuple[Post, ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def language(self) -> Language:
        """The language that most of the text is in."""
        chinese = sum(len(p.text) for p in self.posts if detect_language(p.text) == "zh")
        return "zh" if chinese * 2 > sum(len(p.text) for p in self.posts) else "en"

    def only(self, language: Language) -> "Corpus":
        """The posts in one language; the others count as skipped."""
        kept = tuple(p for p in self.posts if detect_language(p.text) == language)
        names = {"en": "English", "zh": "Chinese"}
        other = tuple(
            Skipped(p.place, f"is not {names[language]}")
            for p in self.posts
            if detect_language(p.text) != language
        )
        return Corpus(kept, self.skipped + other)


def read_corpus(path: Path) -> Corpus:
    """Read a folder of .md and .txt files, one such file, or JSON lines with `body` and `title`.

    The same text twice counts once. Hidden files are left alone; a folder that links to one of
    its parents is entered once.

    Raises:
        DocumentProblem: there is nothing at `path`, or nothing in it can be read.
    """
    if path.is_dir():
        found = _files(path)
    elif path.name.endswith(_LINES) and path.is_file():
        found = _lines(path)
    elif path.is_file():
        found = iter([_file(path, path.name)])
    else:
        raise DocumentProblem(
            f"There is no folder or file {path}.", "give a folder of .md or .txt files, or a .jsonl"
        )
    corpus = _gather(found)
    if not corpus.posts:
        raise DocumentProblem(f"{path} holds no text to learn from{_first(corpus)}.", _HINT)
    return corpus


_HINT = "put posts there as .md or .txt files in UTF-8, or as lines of JSON with a body"


def _first(corpus: Corpus) -> str:
    if not corpus.skipped:
        return ""
    one = corpus.skipped[0]
    return f": {len(corpus.skipped)} skipped, the first, {one.place}, {one.reason}"


def _gather(found: Iterator[Post | Skipped]) -> Corpus:
    """Take posts until the bound, each text once."""
    posts: list[Post] = []
    skipped: list[Skipped] = []
    seen: set[int] = set()
    room = LARGEST_CORPUS
    for item in found:
        kept = item if isinstance(item, Skipped) else _accepted(item, seen, room)
        if isinstance(kept, Post):
            posts.append(kept)
            room -= len(kept.text)
        else:
            skipped.append(kept)
    return Corpus(tuple(posts), tuple(skipped))


def _accepted(post: Post, seen: set[int], room: int) -> Post | Skipped:
    if len(post.text) < _SHORTEST:
        return Skipped(post.place, "is empty or too short")
    if len(post.text) > room:
        return Skipped(post.place, "is beyond the 200 MB that are read")
    key = hash(post.text)
    if key in seen:
        return Skipped(post.place, "says the same as another")
    seen.add(key)
    return post


def _files(root: Path) -> Iterator[Post | Skipped]:
    for number, path in enumerate(_walk(root)):
        place = str(path.relative_to(root))
        if number >= MOST_FILES:
            yield Skipped(place, f"is beyond the {MOST_FILES:,} files that are read")
        elif path.name.endswith(_LINES):
            yield from _lines(path)
        else:
            yield _file(path, place)


def _walk(root: Path) -> Iterator[Path]:
    """Files by name, folders that are links included, each folder once."""
    entered: set[tuple[int, int]] = set()
    for folder, names, files in os.walk(root, followlinks=True):
        try:
            here = Path(folder).stat()
        except OSError:
            names.clear()
            continue
        if (here.st_dev, here.st_ino) in entered:
            names.clear()
            continue
        entered.add((here.st_dev, here.st_ino))
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder) / name
            wanted = path.suffix.lower() in _ENDINGS or name.endswith(_LINES)
            if wanted and not name.startswith("."):
                yield path


def _file(path: Path, place: str) -> Post | Skipped:
    try:
        if not path.is_file():  # a pipe would be waited for
            return Skipped(place, "is no file")
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        return Skipped(place, f"cannot be read: {error.strerror}")
    if len(content) > LARGEST_FILE:
        return Skipped(place, f"is larger than {LARGEST_FILE // 1_000_000} MB")
    text = _decoded(content)
    if text is None:
        return Skipped(place, "is no UTF-8 text")
    about, body = _split(text)
    return Post(about["title"] or path.stem, body, place, about["date"], about["excerpt"])


def _decoded(content: bytes) -> str | None:
    """UTF-8, or UTF-16 that says so; None for anything else."""
    coding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(coding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else clean_text(text)


def _split(text: str) -> tuple[dict[str, str], str]:
    """What is said about a text, and the text: front matter goes, a first heading is the title."""
    about = _about({})
    front = _FRONT.match(text)
    if front:
        text = text[front.end() :].strip()
        about = _front_matter(front[1])
    heading = _HEADING.match(text)
    if heading:
        return {**about, "title": about["title"] or heading[1]}, text[heading.end() :].strip()
    return about, text


def _front_matter(text: str) -> dict[str, str]:
    try:
        fields = read_yaml(text)
    except DocumentProblem:  # the body is what counts
        fields = {}
    return _about(fields if isinstance(fields, dict) else {})


def _about(fields: dict[str, Any]) -> dict[str, str]:
    return {key: _line(fields.get(key)) for key in ("title", "date", "excerpt")}


def _line(value: object) -> str:
    line = " ".join(clean_text(value).split())[:600] if isinstance(value, str) else ""
    return line if re.search(r"\w", line) else ""


def _lines(path: Path) -> Iterator[Post | Skipped]:
    """A post for each line; what is decompressed stays within the bounds of a corpus."""
    room = LARGEST_CORPUS
    try:
        with _opened(path) as stream:
            for number in range(1, MOST_FILES + 1):
                line = stream.readline(LARGEST_FILE + 1)
                room -= len(line)
                if not line or room < 0:
                    break
                if len(line) > LARGEST_FILE:
                    yield Skipped(f"{path.name}:{number}", "is too long; what follows is not read")
                    return
                if line.strip():
                    yield _row(line, f"{path.name}:{number}")
            if line and (room < 0 or stream.read(1)):
                yield Skipped(f"{path.name}:{number + 1}", "and what follows is more than is read")
    except (OSError, EOFError, zlib.error) as error:  # a cut or damaged archive
        reason = (error.strerror if isinstance(error, OSError) else None) or "the archive is broken"
        yield Skipped(path.name, f"cannot be read on: {reason}")


def _opened(path: Path) -> IO[bytes]:
    if not path.is_file():
        raise OSError(0, "is no file")
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def _row(line: bytes, place: str) -> Post | Skipped:
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError):
        return Skipped(place, "is no JSON")
    if not isinstance(row, dict):
        return Skipped(place, "is no JSON object")
    body = next((row[key] for key in ("body", "text", "markdown") if row.get(key)), None)
    if not isinstance(body, str):
        return Skipped(place, "has no text under body")
    inside, text = _split(clean_text(body))
    about = {key: value or inside[key] for key, value in _about(row).items()}
    title = about["title"] or Path(_line(row.get("path")) or place).stem
    return Post(title, text, place, about["date"], about["excerpt"])
