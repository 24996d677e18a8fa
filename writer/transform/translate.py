"""English into Chinese and back, unit by unit, with numbers, names and a glossary kept."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from copydesk.brief import Brief, Language
from copydesk.errors import GenerationFailed
from copydesk.generate import schema as shape
from copydesk.generate.protocol import Message, Request, Sampling
from copydesk.generate.structured import complete_object
from copydesk.writer.form import Form
from copydesk.writer.transform.figures import localized
from copydesk.writer.transform.glossary import Glossary
from copydesk.writer.transform.piece import Task, renewed
from copydesk.writer.transform.protect import bare, protected, shield
from copydesk.writer.transform.speak import Voice, cleaned
from copydesk.writer.transform.structure import Page, Unit
from copydesk.writer.transform.verify import Fault, marks, translation_faults

_LONGEST = {"en": 1200, "zh": 450}  # characters of the source at a time, by its language
_SHORT = {"en": 90, "zh": 40}  # units up to here are translated several at a time
_TOGETHER = 8
_MOST_TERMS = 24  # told at once, the longest first
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LINE = r'^[^"\\\p{Cc}]*$'


@dataclass
class Translator:
    """Translates the units of a page into the brief's language.

    Attributes:
        wish: what the client asks for beside the translation.
        guide: the house style's guide.
    """

    page: Page
    form: Form
    brief: Brief
    voice: Voice
    glossary: Glossary
    wish: str = ""
    guide: str = ""
    _system: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self._from: Language = "en" if self.brief.language == "zh" else "zh"
        self._system = self.form.prompts.render(
            "system.j2", brief=self.brief, wish=self.wish, guide=self.guide
        )

    def work(self, number: int, done: Mapping[int, str]) -> Mapping[int, str]:
        """The translation of a unit; short ones in a row come in one answer."""
        unit = self.page.units[number]
        if self.settled(unit):
            return {number: unit.text}
        group = self._group(number, done)
        made = self._at_once(group) if len(group) > 1 else {}
        if number not in made:
            made[number] = self._alone(number, done)
        return made

    def faults(self, number: int, text: str) -> list[Fault]:
        """What is wrong with a unit's translation."""
        unit = self.page.units[number]
        if self.settled(unit):
            return []
        return self._judged(unit.text, text)

    def _judged(self, source: str, target: str) -> list[Fault]:
        terms = self.glossary.inside(bare(source))
        return translation_faults(source, target, self.brief.language, terms)

    def settled(self, unit: Unit) -> bool:
        """Whether there is nothing to translate: code, names, or the language asked for already."""
        words = bare(unit.text)
        han, letters = len(_HAN.findall(words)), sum(map(str.isalpha, words))
        if self.brief.language == "en":
            return han == 0
        return letters == 0 or han * 2 >= letters

    def _alone(self, number: int, done: Mapping[int, str]) -> str:
        before = self._before(number, done)

        def prompt(attempt: int, text: str, kept: Sequence[str]) -> tuple[Message, ...]:
            terms = self.glossary.inside(text)
            if attempt:  # a term that was not used is put into the text itself
                text = _replaced(text, terms)
            asked = self._said(text, terms[:_MOST_TERMS], kept)
            context = before if attempt == 0 else ()
            return (Message("system", self._system), *context, Message("user", asked))

        task = Task(prompt, self._judged, self.brief.language, convert=True)
        shielded = shield(self.page.units[number].text)
        longest = self.voice.longest(self._from, _LONGEST[self._from])
        return renewed(self.voice, task, shielded, number, longest)

    def _said(self, text: str, terms: Sequence[tuple[str, str]], kept: Sequence[str] = ()) -> str:
        return self.form.prompts.render(
            "draft.j2", brief=self.brief, text=text, terms=terms, kept=kept
        )

    def _before(self, number: int, done: Mapping[int, str]) -> tuple[Message, ...]:
        """The unit before and its translation as a turn, so that words stay the same."""
        if number == 0 or number - 1 not in done:
            return ()
        unit, text = self.page.units[number - 1], done[number - 1]
        fits = len(unit.text) <= _LONGEST[self._from] // 2 and not protected(unit.text)
        if not fits or self.settled(unit) or self._judged(unit.text, text):
            return ()
        return (Message("user", self._said(unit.text, ())), Message("assistant", text))

    def _group(self, number: int, done: Mapping[int, str]) -> list[int]:
        """This unit and those after it that are short, alike and plain."""
        kind, group = self.page.units[number].kind, []
        for other in range(number, min(number + _TOGETHER, len(self.page.units))):
            unit = self.page.units[other]
            if unit.kind != kind or other in done or not self._is_line(unit):
                break
            if not self.settled(unit):
                group.append(other)
        return group

    def _is_line(self, unit: Unit) -> bool:
        text = unit.text
        plain = not protected(text) and not marks(text) and not set('"\\') & set(text)
        return unit.kind != "paragraph" and plain and len(text) <= _SHORT[self._from]

    def _at_once(self, group: Sequence[int]) -> dict[int, str]:
        """Translations of short units in one answer, under a schema; faulty ones are left out."""
        language = self.brief.language
        texts = [localized(self.page.units[n].text, language) for n in group]
        terms = self.glossary.inside("\n".join(texts))[:_MOST_TERMS]
        lines = json.dumps({str(i): t for i, t in enumerate(texts, 1)}, ensure_ascii=False)
        asked = self.form.prompts.render("lines.j2", brief=self.brief, lines=lines, terms=terms)
        request = Request(
            (Message("system", self._system), Message("user", asked)),
            max_tokens=1,
            sampling=Sampling(temperature=self.voice.temperature),
            seed=self.voice.seed_at(group[0] * 64, 0),
        )
        schema = shape.record(**{str(i): self._line(t) for i, t in enumerate(texts, 1)})
        try:
            answer = complete_object(
                self.voice.generator,
                request,
                schema,
                dict[str, Any],
                on_done=self.voice.completions.append,
                cancel=self.voice.cancel,
            )
        except GenerationFailed:
            return {}  # each will be translated alone
        return self._sound(group, [str(answer[key]) for key in schema["properties"]])

    def _sound(self, group: Sequence[int], answers: Sequence[str]) -> dict[int, str]:
        sound: dict[int, str] = {}
        for number, answer in zip(group, answers, strict=True):
            source = self.page.units[number].text
            text = cleaned(answer, source, self.brief.language)
            if not self._judged(source, text):
                sound[number] = text
        return sound

    def _line(self, text: str) -> shape.Schema:
        longest = max(12, len(text) + 4) if self.brief.language == "zh" else len(text) * 7 + 20
        return {"type": "string", "pattern": _LINE, "minLength": 1, "maxLength": longest}


def _replaced(text: str, terms: Sequence[tuple[str, str]]) -> str:
    for source, target in terms:
        text = re.sub(re.escape(source), target.replace("\\", r"\\"), text, flags=re.IGNORECASE)
    return text
