"""The brief: what is wanted, in whatever room it will be made."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from copydesk.errors import UsageProblem

Language = Literal["en", "zh"]
LANGUAGES: dict[Language, str] = {"en": "English", "zh": "Simplified Chinese"}

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True)
class Brief:
    """What is wanted.

    Attributes:
        topic: what to write about, or the request itself.
        length: words, or characters for Chinese; 0 leaves it to the form.
        purpose: what the text is to bring about.
        text: a text to work on, for forms that change one (translate, summarize, rewrite).
        style: the name of a house style.
        sources: paths of documents that the facts come from.
        details: anything else a brief file says; forms may show it.
    """

    topic: str
    language: Language = "en"
    audience: str = ""
    length: int = 0
    purpose: str = ""
    text: str = ""
    style: str = ""
    sources: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def language_name(self) -> str:
        """The language's English name, as a prompt says it."""
        return LANGUAGES[self.language]


def make_brief(
    topic: str, *, language: Language | None = None, audience: str = "", length: int = 0
) -> Brief:
    """Clean a line of text into a brief; the language is read off the text when not given.

    Raises:
        UsageProblem: nothing is left to write about.
    """
    clean = clean_text(topic)
    if not re.search(r"\w", clean):
        raise UsageProblem(
            "The brief is empty.",
            'say what to write about: copydesk write article "Bees in cities"',
        )
    return Brief(clean, language or detect_language(clean), clean_text(audience), length)


def clean_text(text: str) -> str:
    """Drop control and invisible formatting characters, keep line breaks, trim the ends."""
    kept = (
        c
        for c in text.replace("\r\n", "\n").replace("\r", "\n")
        if c in "\n\t" or unicodedata.category(c)[0] != "C"
    )
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def detect_language(text: str) -> Language:
    """Chinese when at least a fifth of the letters are Han characters, else English."""
    letters = [c for c in text if c.isalpha()]
    return "zh" if letters and len(_HAN.findall(text)) * 5 >= len(letters) else "en"
