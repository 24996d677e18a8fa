"""Where the answers come from that `copydesk rank` shows: a model, a form, files, or the desk."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.cli.options import Engine, house_style
from copydesk.cli.speaking import Speaking
from copydesk.errors import GenerationFailed, UsageProblem

if TYPE_CHECKING:
    from copydesk.brief import Language
    from copydesk.desk.store import Desk
    from copydesk.generate.protocol import Generator, Message
    from copydesk.styles.style import Style
    from copydesk.writer.making import Wanted

_SEED_STEP = 15_485_863  # between texts of a form, whose sections use the seeds after theirs
_SIBLINGS = 300  # of the newest drafts, in which those of the same request are looked for
MOST = 12


@dataclass(frozen=True)
class Answer:
    """A text to rank, and where it came from.

    Attributes:
        origin: the model that wrote it, or the file that it stands in.
        draft: its number as a draft on the desk; 0 for none.
    """

    text: str
    origin: str
    seed: int | None = None
    draft: int = 0

    @property
    def source(self) -> str:
        """Where it came from in words."""
        return self.origin if self.seed is None else f"{self.origin}, seed {self.seed}"


@dataclass(frozen=True)
class Asked:
    """A request and its answers."""

    prompt: "tuple[Message, ...]"
    answers: tuple[Answer, ...]
    style: str = ""


@dataclass(frozen=True)
class Told:
    """What the options say of the answers that are to be written."""

    form: str
    style: str
    system: str
    language: "Language | None"
    words: int | None
    count: int
    speaking: Speaking
    engine: Engine

    def speaker(self) -> Engine:
        """The model; a style may have an adapter that writes in it, one given by hand goes first.

        Raises:
            UnknownName: there is no such style.
        """
        return self.engine.in_style(self.loaded_style())

    def loaded_style(self) -> "Style | None":
        """The style that was asked for, or the form's own.

        Raises:
            UnknownName: there is no such style, or no such form.
        """
        from copydesk.writer.form import load_form

        return house_style(self.style or (load_form(self.form).settings.style if self.form else ""))

    def style_name(self) -> str:
        """What the desk calls the style; "" for none."""
        style = self.loaded_style()
        return style.name if style else ""

    def check(self, briefs: list[str]) -> None:
        """Refuse what does not go together, before a model is loaded.

        Raises:
            UsageProblem: options for one way of asking with the other.
        """
        self.speaking.request((), 0)
        self.loaded_style()
        if self.form:
            said: dict[str, object] = {
                "--temperature": self.speaking.temperature,
                "--max-tokens": self.speaking.max_tokens,
                "--system": self.system or None,
            }
            if wrong := next((name for name, value in said.items() if value is not None), ""):
                raise UsageProblem(
                    f"A form says itself what {wrong} would.", "leave it out, or leave out --form"
                )
            for brief in briefs:
                self._wanted(brief, 0).check()
        elif self.words or self.language:
            raise UsageProblem("--words and --language need a form.", "add --form article")

    def prompt(self, brief: str) -> "tuple[Message, ...]":
        """The request as it is kept."""
        from copydesk.generate.protocol import Message

        if not self.form:
            first = (Message("system", self.system),) if self.system else ()
            return (*first, Message("user", brief))
        from copydesk.desk.asked import request_for_text

        return request_for_text(self._wanted(brief, 0).brief, self.form)

    def write(self, brief: str, generator: "Generator", seed: int) -> "Iterator[Answer]":
        """The answers, each as soon as it is there."""
        if self.form:
            yield from self._by_form(brief, generator, seed)
        else:
            yield from self._as_asked(brief, generator, seed)

    def _as_asked(self, brief: str, generator: "Generator", seed: int) -> "Iterator[Answer]":
        """The brief as it is, as `copydesk generate` gives it, under the style's guide."""
        from copydesk.generate.protocol import Message

        style = self.loaded_style()
        parts = (style.guide if style else "", self.system)
        system = "\n\n".join(part for part in parts if part)
        first = (Message("system", system),) if system else ()
        asked = self.speaking.request((*first, Message("user", brief)), seed)
        for piece in generator.stream(replace(asked, n=self.count)):
            if piece.end:
                end = piece.end
                yield Answer(end.text.strip(), end.model or generator.name, end.seed)

    def _by_form(self, brief: str, generator: "Generator", seed: int) -> "Iterator[Answer]":
        from copydesk.writer.lines import Lining
        from copydesk.writer.making import make

        wanted = self._wanted(brief, seed)
        if wanted.form.settings.kind == "lines":
            lining = make(replace(wanted, variants=self.count), generator)
            lining.run()
            lines = lining.lines if isinstance(lining, Lining) else []
            yield from (Answer(line, generator.name, seed) for line in lines)
            return
        for number in range(self.count):
            one = replace(wanted, seed=seed + number * _SEED_STEP)
            draft = make(one, generator).run()
            yield Answer(draft.markdown.strip(), generator.name, one.seed)

    def _wanted(self, brief: str, seed: int) -> "Wanted":
        from copydesk.brief import make_brief
        from copydesk.writer.form import load_form
        from copydesk.writer.making import TRANSFORMS, Wanted
        from copydesk.writer.manner import Manner

        form = load_form(self.form)
        if form.settings.kind in (*TRANSFORMS, "novel"):
            raise UsageProblem(
                f"Texts of the form {form.name} are not ranked from a brief.",
                "write them, then: copydesk rank --answers FILE --answers FILE",
            )
        made = make_brief(brief, language=self.language, length=self.words or 0)
        length = made.length or form.kind_length(form.find_kind(""), made.language)
        style = self.loaded_style()
        made = replace(made, length=length, style=style.name if style else "")
        return Wanted(form, made, seed, manner=Manner(style), variants=1)


def distinct(answers: list[Answer]) -> tuple[Answer, ...]:
    """Answers that differ and are not empty.

    Raises:
        GenerationFailed: fewer than two are left.
    """
    found: dict[str, Answer] = {}
    for answer in answers:
        if answer.text.strip():
            found.setdefault(answer.text.strip(), answer)
    if len(found) < 2:
        raise GenerationFailed(
            "There are no two different answers to rank.",
            "try another --seed, or a higher --temperature",
        )
    return tuple(found.values())


def from_files(paths: tuple[Path, ...]) -> tuple[Answer, ...]:
    """Texts that exist already.

    Raises:
        DocumentProblem: one cannot be read.
        UsageProblem: there are not two different ones, or too many.
    """
    from copydesk.documents.whole import read_content, text_of

    texts = {path: text_of(path, read_content(path)).strip() for path in paths}
    different = len(set(texts.values()))
    if different != len(paths) or not 2 <= len(paths) <= MOST:
        raise UsageProblem(
            f"Ranking takes between two and {MOST} different texts, and no file twice; "
            f"of {len(paths)} given {different} differ.",
            "copydesk rank BRIEF --answers one.md --answers other.md",
        )
    return tuple(Answer(text, path.name) for path, text in texts.items())


def from_desk(said: str, desk: "Desk") -> Asked:
    """Drafts by their numbers, `12-15,17`; one number stands for all of the same request.

    Raises:
        UsageProblem: there are no such drafts, fewer than two, or they answer different requests.
    """
    drafts = [desk.draft(number) for number in _numbers(said)]
    first = drafts[0]
    if len(drafts) == 1:
        from copydesk.desk.listing import Filter

        newest = desk.entries(Filter(kinds=("draft",), limit=_SIBLINGS))
        near = (desk.draft(entry.number) for entry in reversed(newest))
        drafts = [draft for draft in near if draft.prompt == first.prompt] or drafts
    if any(draft.prompt != first.prompt for draft in drafts):
        raise UsageProblem("These drafts answer different requests.", "rank those of one request")
    texts = {draft.text.strip(): draft for draft in drafts[-MOST:]}
    if len(texts) < 2:
        raise UsageProblem(
            f"Draft {first.number} is the only one of its request.",
            "name another: --again 12,15, or have some written: copydesk rank BRIEF",
        )
    answers = tuple(
        Answer(text, draft.model, draft.seed, draft.number) for text, draft in texts.items()
    )
    return Asked(first.prompt, answers, first.style)


def _numbers(said: str) -> list[int]:
    numbers: list[int] = []
    for part in said.replace(" ", ",").split(","):
        found = re.fullmatch(r"(\d{1,15})(?:-(\d{1,15}))?", part)
        if found is None:
            raise UsageProblem(f"{said!r} names no drafts.", "copydesk rank --again 12-15")
        first, last = int(found[1]), int(found[2] or found[1])
        if not 0 <= last - first < MOST:
            raise UsageProblem(f"{part} are not between two and {MOST} drafts.", "name fewer")
        numbers += range(first, last + 1)
    return list(dict.fromkeys(numbers))


def keep_as_drafts(told: Told, brief: str, desk: "Desk") -> Callable[[Answer], Answer]:
    """What keeps an answer on the desk as soon as it is there, and gives it its number."""
    from copydesk.brief import detect_language
    from copydesk.desk.drafts import NewDraft

    prompt, style = told.prompt(brief), told.style_name()

    def keep(answer: Answer) -> Answer:
        number = desk.add_draft(
            NewDraft(
                kind="text",
                prompt=prompt,
                text=answer.text,
                model=answer.origin,
                seed=answer.seed or 0,
                form=told.form,
                style=style,
                language=detect_language(answer.text),
            )
        )
        return replace(answer, draft=number)

    return keep
