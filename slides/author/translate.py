"""A finished deck into the other language: every text in its place, numbers kept, refitted."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from copydesk.brief import LANGUAGES, Brief, Language
from copydesk.errors import GenerationFailed
from copydesk.findings import Finding
from copydesk.generate import schema as shape
from copydesk.generate.protocol import Completion, Generator, Message, Request, Sampling
from copydesk.generate.structured import complete_object
from copydesk.prompts import Prompts
from copydesk.prose.numerals import numbers
from copydesk.slides.author.outline import deck_prompts
from copydesk.slides.author.refit import refitted
from copydesk.slides.author.translated import Texts
from copydesk.slides.package.opening import presentation_of

_TOGETHER = 6  # texts in one request
_ROOM = {"en": 700, "zh": 260}  # characters of them, by the language they are in
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LINE = r'^[^"\\\p{Cc}]*$'
_DRAWS = 2

OnTexts = Callable[[int, int], None]


@dataclass(frozen=True)
class Translated:
    """The deck in its new language, and what could not be done."""

    content: bytes
    findings: tuple[Finding, ...]
    texts: int


@dataclass
class Translator:
    """Translates decks into one language.

    Attributes:
        on_texts: hears how many texts of how many are done.
    """

    language: Language
    generator: Generator
    seed: int = 0
    on_texts: OnTexts | None = None
    on_done: Callable[[Completion], None] | None = None
    _findings: list[Finding] = field(default_factory=list, init=False)

    def translate(self, content: bytes, name: str = "The deck") -> Translated:
        """The deck with every text in the language, each shape's text made to fit again.

        Raises:
            DocumentProblem: the file is no presentation that can be read.
        """
        texts = Texts(presentation_of(content, name), name)
        wanted = [text for text in texts.found if self._wants(text)]
        done: dict[str, str] = {}
        for group in self._groups(wanted):
            done |= self._group(group)
            if self.on_texts:
                self.on_texts(len(done), len(wanted))
        made = refitted(texts.replaced(done, self.language), self.language)
        self._findings += made.findings
        return Translated(made.content, tuple(self._findings), len(wanted))

    def _wants(self, text: str) -> bool:
        """Whether a text is in another language than the one wanted."""
        han = len(_HAN.findall(text))
        letters = sum(map(str.isalpha, text))
        if self.language == "en":
            return han > 0
        latin = letters - han
        return latin > 3 and han * 3 < letters

    def _groups(self, texts: Sequence[str]) -> list[list[str]]:
        """Texts in a row that are translated together; a long one alone."""
        room = _ROOM["zh" if self.language == "en" else "en"]
        groups: list[list[str]] = []
        size = 0
        for text in texts:
            if not groups or len(groups[-1]) == _TOGETHER or size + len(text) > room:
                groups.append([])
                size = 0
            groups[-1].append(text)
            size += len(text)
        return groups

    def _group(self, group: Sequence[str]) -> dict[str, str]:
        """The translations of some texts; one that fails together is tried alone, then kept."""
        made = self._asked(group)
        for text in group:
            if text not in made and len(group) > 1:
                made |= self._asked([text])
            if text not in made:
                made[text] = text
                self._findings.append(_kept(text))
        return made

    def _asked(self, group: Sequence[str]) -> dict[str, str]:
        keys = {str(i): text for i, text in enumerate(group, 1)}
        prompt = self._prompts.render(
            "translate.j2",
            language=self.language,
            into=LANGUAGES[self.language],
            lines=json.dumps(keys, ensure_ascii=False),
        )
        system = self._prompts.render("system.j2", brief=Brief("", self.language), guide="")
        request = Request(
            (Message("system", system), Message("user", prompt)),
            max_tokens=1,
            sampling=Sampling(temperature=0.2),
            seed=self.seed,
        )
        schema = shape.record(**{key: self._line(text) for key, text in keys.items()})

        def accept(answer: dict[str, str]) -> dict[str, str]:
            sound = self._sound(keys, answer)
            if len(sound) < len(keys):
                raise ValueError("a number or a line was lost")
            return sound

        try:
            return complete_object(
                self.generator,
                request,
                schema,
                accept,
                settle=lambda answer: self._sound(keys, answer),
                attempts=_DRAWS,
                on_done=self.on_done,
            )
        except GenerationFailed:
            return {}

    def _sound(self, keys: dict[str, str], answer: dict[str, str]) -> dict[str, str]:
        """The translations that kept the numbers and are in the language."""
        return {
            text: answer[key].strip()
            for key, text in keys.items()
            if answer[key].strip()
            and not self._wants(answer[key])
            and _values(text) == _values(answer[key])
        }

    def _line(self, text: str) -> shape.Schema:
        """Room for a translation: Chinese needs half the characters, English three times."""
        longest = len(text) * 4 + 20 if self.language == "en" else max(8, len(text))
        return {"type": "string", "pattern": _LINE, "minLength": 1, "maxLength": longest}

    @cached_property
    def _prompts(self) -> Prompts:
        return deck_prompts()


def _values(text: str) -> set[str]:
    """The numbers written in digits: what is spelled may change its spelling."""
    return {n.key for n in numbers(text) if not n.spelled and re.search(r"\d", n.text)}


def _kept(text: str) -> Finding:
    return Finding(
        code="not-translated",
        place=f"“{text[:40]}{'…' if len(text) > 40 else ''}”",
        message="No translation kept its numbers, and the text stays as it was.",
        fix="translate it by hand, or with another --seed or a larger model",
    )
