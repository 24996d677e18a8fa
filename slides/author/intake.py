"""What a user names becomes a brief and its material: text, briefs, documents, data, pictures."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from copydesk.brief import Brief, Language, clean_text, detect_language, make_brief
from copydesk.brief_file import is_brief_file, read_brief
from copydesk.documents.passage import Document
from copydesk.documents.read import read_document, read_documents
from copydesk.errors import UsageProblem
from copydesk.findings import Finding
from copydesk.slides.author.material import Material, Picture, View
from copydesk.slides.author.sources import shortened
from copydesk.slides.author.views import views_of
from copydesk.slides.draw.pictures import read_picture
from copydesk.slides.files.data import SUFFIXES as DATA
from copydesk.slides.files.data import Table, read_table
from copydesk.styles.load import load_style

DOCUMENTS = (".pdf", ".docx", ".pptx", ".potx", ".ppsx", ".epub", ".odt", ".odp", ".html", ".htm")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp")
_MOST_PICTURES = 60
_GUIDE = 1500  # characters of a house style's guide
_LONG = {"en": 1500, "zh": 700}  # characters; a longer brief is a source as well
_FROM_DOCUMENT = {"en": "What “{}” says, in slides", "zh": "用演示文稿讲清《{}》的要点"}
_FROM_DATA = {
    "en": "What the figures in “{}” show: {}",
    "zh": "《{}》里的数据说明了什么：{}",
}


@dataclass(frozen=True)
class Given:
    """The options that say what a deck is made from.

    Attributes:
        text: a line, the name of a brief file, a document or a table of data.
        style: the name of a house style, whose guide is followed.
    """

    text: str
    language: Language | None = None
    audience: str = ""
    sources: tuple[str, ...] = ()
    pictures: Path | None = None
    style: str = ""
    invented: bool = False


@dataclass
class Taken:
    """The brief and the material, and what was left out of it."""

    brief: Brief
    material: Material
    findings: list[Finding] = field(default_factory=list)


def take(given: Given) -> Taken:
    """Read everything that a deck is to be made from, before a model is loaded.

    Raises:
        UsageProblem: the brief is empty or in a script that decks are not written in.
        CopydeskError: something does not exist or cannot be read.
    """
    brief, sources = _brief(given)
    paths = [*sources, *given.sources, *brief.sources]
    tables = [read_table(Path(path)) for path in paths if _is_data(path)]
    documents = list(read_documents(path for path in paths if not _is_data(path)))
    brief = _titled(brief, given, documents, tables)
    brief, title = _headed(brief)
    if len(brief.topic) > _LONG[brief.language]:
        documents.append(_as_document(brief))
    led = bool(sources and tables and not documents)
    taken = Taken(brief, Material(), [])
    views = _views(tables, brief.language, taken.findings)
    for document in documents:
        taken.findings += [_note(document.name, note) for note in document.notes]
    taken.material = Material(
        documents=tuple(documents),
        views=views,
        pictures=_pictures(given.pictures, taken.findings) if given.pictures else (),
        title=title,
        guide=_guide(given.style or brief.style),
        led=led,
        invented=given.invented,
    )
    return taken


def _brief(given: Given) -> tuple[Brief, list[str]]:
    """The brief, and the file that stands in its place as a source."""
    text = given.text
    if _is_file(text, (*DOCUMENTS, *DATA)):
        return Brief("", given.language or "en"), [text]
    if is_brief_file(text):
        brief = read_brief(Path(text))
        _check_script(brief.topic, given.language)
        language = given.language or brief.language
        audience = clean_text(given.audience) or brief.audience
        return replace(brief, language=language, audience=audience), []
    _check_script(text, given.language)
    return make_brief(text, language=given.language, audience=given.audience), []


def _is_file(text: str, suffixes: tuple[str, ...]) -> bool:
    """Whether what stands on the command line names a file of such a kind."""
    if "\n" in text or len(text) > 500 or not text.lower().endswith(suffixes):
        return False
    return Path(text).is_file() or "/" in text or " " not in text


def _is_data(path: str) -> bool:
    return path.lower().endswith(DATA)


def _check_script(text: str, language: Language | None) -> None:
    """Refuse a brief in a script that no deck is written in, unless a language was chosen.

    Raises:
        UsageProblem: most of its letters are neither Latin nor Han.
    """
    letters = [c for c in text[:4000] if c.isalpha()]
    if language or not letters:
        return
    names = [unicodedata.name(c, "?").split()[0] for c in letters]
    other = [name for name in names if name not in ("LATIN", "CJK", "FULLWIDTH")]
    if len(other) * 2 > len(letters):
        script = max(set(other), key=other.count).capitalize()
        raise UsageProblem(
            f"The brief is in {script} script, and decks are written in English and Chinese.",
            "say which with --language en or --language zh; the brief itself may stay as it is",
        )


def _titled(
    brief: Brief, given: Given, documents: Sequence[Document], tables: Sequence[Table]
) -> Brief:
    """A brief of its own for a document or data that stood in its place."""
    if brief.topic:
        return brief
    if documents:
        document = documents[0]
        language = given.language or detect_language(document.text[:4000])
        name = document.title or document.passages[0].section or _readable(document.name)
        topic = _FROM_DOCUMENT[language].format(name)
    else:
        table = tables[0]
        columns = [column.name for column in table.columns][:6]
        language = given.language or detect_language(" ".join([table.name, *columns]))
        topic = _FROM_DATA[language].format(_readable(table.name), ", ".join(columns))
    return make_brief(topic, language=language, audience=given.audience)


def _headed(brief: Brief) -> tuple[Brief, str]:
    """The brief without the marks of its headings, and its first one, which is the title."""
    found = re.match(r"#{1,2}[ \t]+(\S[^\n]{0,80})\n", brief.topic)
    plain = re.sub(r"^#{1,6}[ \t]+", "", brief.topic, flags=re.MULTILINE)
    return replace(brief, topic=plain), found[1].strip(" #") if found else ""


def _as_document(brief: Brief) -> Document:
    """A long brief as a source, so that each slide is shown what bears on it."""
    from copydesk.documents.passage import Passage  # noqa: PLC0415 - only long briefs need it

    parts = [part for part in re.split(r"\n+", brief.topic) if part.strip()]
    name = "任务说明" if brief.language == "zh" else "the brief"
    return Document(name, "", tuple(Passage(" ".join(part.split())) for part in parts))


def _views(
    tables: Iterable[Table], language: Language, findings: list[Finding]
) -> tuple[View, ...]:
    views: list[View] = []
    for table in tables:
        seen = views_of(table, language)
        views += seen.views
        findings += seen.findings
    return tuple(views)


def _pictures(folder: Path, findings: list[Finding]) -> tuple[Picture, ...]:
    """The pictures of a folder that can be shown, in the order of their names.

    Raises:
        UsageProblem: it is no folder, or holds none.
    """
    if not folder.is_dir():
        raise UsageProblem(f"{folder} is no folder of pictures.", "give a folder: --pictures DIR")
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in PICTURES and p.is_file())
    found: dict[str, Picture] = {}
    for file in files[:_MOST_PICTURES]:
        try:
            read_picture(file)
        except UsageProblem as problem:
            findings.append(Finding(code="picture", place=file.name, message=problem.message))
            continue
        name = _readable(file.name)
        found.setdefault(name, Picture(str(file), name))
    if not found:
        raise UsageProblem(
            f"{folder} holds no picture that can be shown.", "give PNG, JPEG, GIF or WebP files"
        )
    return tuple(found.values())


def _readable(name: str) -> str:
    """A file's name as a person would write it: old-town_bridge.jpg is “Old town bridge”."""
    stem = name.split(":", maxsplit=1)[0].rsplit(".", 1)[0]
    words = " ".join(re.sub(r"[-_.]+", " ", clean_text(stem)).split())
    return (words[:1].upper() + words[1:])[:60] or "Picture"


def _guide(style: str) -> str:
    """A style's guide; of a long one the beginning, for it is read with every slide."""
    return shortened(load_style(style).guide, _GUIDE) if style and style != "none" else ""


def _note(name: str, note: str) -> Finding:
    return Finding(code="source", place=name, message=note)


__all__ = ["Given", "Taken", "read_document", "take"]
