"""The way into the forms that change a text: translate, summarize, rewrite."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from copydesk.brief import LANGUAGES, Brief
from copydesk.errors import UsageProblem
from copydesk.findings import Finding
from copydesk.generate.protocol import Completion, Generator
from copydesk.prose.markdown import plain_inline
from copydesk.styles.style import Style
from copydesk.writer.form import Form
from copydesk.writer.store import Memory, Store
from copydesk.writer.transform.blocks import Blocks
from copydesk.writer.transform.glossary import Glossary
from copydesk.writer.transform.rewrite import Rewriter
from copydesk.writer.transform.speak import Voice
from copydesk.writer.transform.structure import Page, outline, take_apart
from copydesk.writer.transform.summarize import Summarizer
from copydesk.writer.transform.translate import Translator

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # no part of any text
_HIDDEN = re.compile(
    r"<(script|style|pre)\b.*?(?:</\1>|$)|<!--.*?(?:-->|$)|<[^<>]*>?", re.DOTALL | re.IGNORECASE
)
OnText = Callable[[str], None]


@dataclass(frozen=True)
class Transformed:
    """A text made of another.

    Attributes:
        title: the first heading of the first level; "" for none.
        markdown: the whole text, its headings included.
    """

    title: str
    markdown: str
    completions: tuple[Completion, ...]
    findings: tuple[Finding, ...]


@dataclass
class Transforming:
    """A text in the making: what is finished can be taken at any moment, even when interrupted.

    The text is `brief.text`, and `brief.topic` says what is wished; without a text the topic is it.

    Attributes:
        store: keeps what is finished; what it holds already is not made again.
        glossary: terms for a translation.
        bans: phrases that may not be written.
    """

    form: Form
    brief: Brief
    generator: Generator
    seed: int = 0
    on_text: OnText = lambda _text: None
    cancel: Event = field(default_factory=Event)
    store: Store = field(default_factory=Memory)
    glossary: Glossary | None = None
    style: Style | None = None
    bans: tuple[str, ...] = ()
    completions: list[Completion] = field(default_factory=list)
    _result: Callable[[], tuple[str, list[Finding]]] = lambda: ("", [])

    def run(self) -> Transformed:
        """Make the whole text.

        Raises:
            UsageProblem: there is no text, or it is in the language asked for already.
        """
        kind = self.form.settings.kind
        if kind == "summarize":
            self._summarize()
        elif kind == "rewrite":
            self._rewrite()
        else:
            self._translate()
        return self.draft()

    def draft(self) -> Transformed:
        """What there is so far."""
        markdown, findings = self._result()
        cut = [finding for completion in self.completions for finding in completion.findings]
        cut = [finding for finding in cut if finding.code == "prompt-cut"]
        return Transformed(_title(markdown), markdown, tuple(self.completions), (*findings, *cut))

    @property
    def _text(self) -> str:
        return _CONTROL.sub("", self.brief.text or self.brief.topic)

    @property
    def _wish(self) -> str:
        return self.brief.topic if self.brief.text else ""

    @property
    def _change(self) -> str:
        """How to rewrite: the wish, or what style and length alone ask for."""
        zh = self.brief.language == "zh"
        if self._wish:
            return self._wish
        if self.style:
            return "改成文风要求的样子" if zh else "bring it into the house style"
        if not self.brief.length:
            return ""
        return "内容不变，改变长短" if zh else "say the same at another length"

    @property
    def _guide(self) -> str:
        return self.style.guide if self.style else ""

    def _voice(self) -> Voice:
        heat = self.form.settings.temperature
        return Voice(self.generator, self.seed, heat, self.cancel, self.completions)

    def _translate(self) -> None:
        page = self._page()
        glossary = (self.glossary or Glossary({})).toward(self.brief.language)
        worker = Translator(
            page, self.form, self.brief, self._voice(), glossary, self._wish, self._guide
        )
        if all(worker.settled(unit) for unit in page.units):
            name = LANGUAGES[self.brief.language].removeprefix("Simplified ")
            other = "en" if self.brief.language == "zh" else "zh"
            raise UsageProblem(
                f"The text is in {name} already, as far as can be seen.",
                f"say which language it should be in: --language {other}",
            )
        blocks = Blocks(page, worker, self.store, self.on_text, self.cancel)
        self._result = lambda: (blocks.markdown, blocks.findings)
        blocks.run()
        blocks.findings += _html_kept(self._text)

    def _rewrite(self) -> None:
        if not self.brief.text:
            raise UsageProblem(
                "There is no text to rewrite.",
                'copydesk write rewrite "friendlier and shorter" --source draft.md',
            )
        if not self._change:
            raise UsageProblem(
                "Nothing says how the text should be rewritten.",
                'say it in quotes, such as "friendlier and shorter", or give --style or --words',
            )
        page = self._page()
        worker = Rewriter(page, self.form, self.brief, self._voice(), self._change, self._guide)
        blocks = Blocks(page, worker, self.store, self.on_text, self.cancel)
        self._result = lambda: (blocks.markdown, blocks.findings)
        blocks.run()
        whole = blocks.finished == len(page.units)
        finding = worker.length_finding(blocks.done) if whole else None
        blocks.findings += [finding] if finding else []

    def _summarize(self) -> None:
        worker = Summarizer(
            self._text,
            self.form,
            self.brief,
            self._voice(),
            self.store,
            self.on_text,
            self._wish,
            self._guide,
            self.bans,
        )
        self._result = lambda: (worker.markdown, worker.findings)
        worker.run()

    def _page(self) -> Page:
        page = take_apart(self._text)
        if not page.units:
            raise UsageProblem(
                f"There is no text to {self.form.name}: no words stand outside of code and HTML.",
                f"copydesk write {self.form.name} --source report.md",
            )
        return page


def transform(
    form: Form,
    brief: Brief,
    generator: Generator,
    *,
    seed: int = 0,
    on_text: OnText = lambda _text: None,
    cancel: Event | None = None,
    store: Store | None = None,
    glossary: Glossary | None = None,
    style: Style | None = None,
) -> Transformed:
    """Translate, summarize or rewrite `brief.text`, as the form's kind says.

    Raises:
        UsageProblem: there is no text, or it is in the language asked for already.
        GenerationFailed: the engine could not answer.
    """
    making = Transforming(
        form,
        brief,
        generator,
        seed,
        on_text,
        cancel or Event(),
        Memory() if store is None else store,
        glossary,
        style,
    )
    return making.run()


def _html_kept(markdown: str) -> list[Finding]:
    """One finding for the words inside blocks of HTML, which stay as they are."""
    blocks = [content for kind, _, content in outline(markdown) if kind == "html_block"]
    words = sum(len(re.findall(r"\w+", _HIDDEN.sub(" ", block))) for block in blocks)
    if not words:
        return []
    return [
        Finding(
            code="html-kept",
            place="blocks of HTML",
            message=f"{words} words inside HTML were not translated",
            measured=f"{words} words",
            fix="write them as Markdown, or translate them by hand",
        )
    ]


def _title(markdown: str) -> str:
    """The first heading of the first level."""
    page = take_apart(markdown)
    for unit in page.units:
        line = page.lines[unit.slots[0].line]
        if unit.kind == "heading" and line.lstrip().startswith("# "):
            return plain_inline(unit.text)
    return ""
