"""What is known of a text beside its words: what goes into a file's properties."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from copydesk.brief import Language
from copydesk.writer.draft import Draft
from copydesk.writer.export.letters import printable

_FICTION = frozenset({"story", "novel"})
_SUBJECT = 120  # characters of a brief that name what it is about


@dataclass(frozen=True)
class Sheet:
    """The title page of a text, so to speak.

    Attributes:
        title: also shown, unless the text begins with a heading of its own.
        author: "" where nobody is named.
        subject: what it is about, in a line.
        form: the name of the form that it was written in.
        book: whether it is a book: chapters begin on pages of their own, and there is a title page.
        created: when the text came about; the clock is never asked, so that the same text gives the
            same bytes.
    """

    title: str = ""
    language: Language = "en"
    author: str = ""
    subject: str = ""
    keywords: tuple[str, ...] = ()
    form: str = ""
    book: bool = False
    created: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("title", "author", "subject", "form"):
            object.__setattr__(self, name, one_line(getattr(self, name)))
        object.__setattr__(self, "keywords", tuple(one_line(word) for word in self.keywords))

    @property
    def tag(self) -> str:
        """The language as BCP 47 has it."""
        return "zh-CN" if self.language == "zh" else "en-US"

    @property
    def fiction(self) -> bool:
        """Whether paragraphs are indented, as in a novel, rather than set apart."""
        return self.book or self.form in _FICTION


def sheet_of(draft: Draft) -> Sheet:
    """What a draft says of itself; `author`, `keywords` and `date` come out of its brief file."""
    details = {key.lower(): value for key, value in draft.brief.details.items()}
    words = re.split(r"[,;，；、]", details.get("keywords", ""))
    return Sheet(
        title=draft.title if draft.title.strip() else one_line(draft.brief.topic)[:80],
        language=draft.brief.language,
        author=details.get("author", ""),
        subject=one_line(draft.brief.topic)[:_SUBJECT],
        keywords=tuple(word for word in words if word.strip()),
        form=draft.form,
        book=draft.form == "novel",
        created=_date(details.get("date", "")),
    )


def one_line(text: object) -> str:
    """Text without line breaks, and without what no file can hold."""
    return " ".join(printable(str(text)).split())


def _date(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text).strip())
    except ValueError:
        return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None
