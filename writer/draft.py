"""Plan → draft: one section after the other, streamed as it is written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from copydesk.brief import Brief
from copydesk.generate.protocol import Completion, Generator, Message, Request, Sampling, complete
from copydesk.writer.clean import LeadFilter, clean_section, split_title, tail
from copydesk.writer.form import Form
from copydesk.writer.measure import text_length
from copydesk.writer.plan import Plan, Section, make_plan

OnText = Callable[[str], None]

# Generous tokens per word or character, so that a section ends where it wants to, not at a limit.
_TOKENS_PER_WORD = 2.0
_TOKENS_PER_CHARACTER = 1.3


@dataclass(frozen=True)
class Part:
    """A finished section; the heading is empty where the form shows none."""

    heading: str
    text: str


@dataclass(frozen=True)
class Draft:
    """A text with where it came from: brief, form, model and seed."""

    title: str
    parts: tuple[Part, ...]
    brief: Brief
    form: str
    model: str
    seed: int

    @property
    def markdown(self) -> str:
        """The whole text as Markdown."""
        blocks = [f"# {self.title}"] if self.title else []
        for part in self.parts:
            blocks += [f"## {part.heading}"] if part.heading else []
            blocks += [part.text] if part.text else []
        return "\n\n".join(blocks) + "\n"

    @property
    def length(self) -> int:
        """Words, or characters for Chinese, of the running text."""
        return sum(text_length(part.text, self.brief.language) for part in self.parts)


@dataclass
class Drafting:
    """A draft in the making: what is finished can be taken at any moment, even when interrupted."""

    form: Form
    brief: Brief
    generator: Generator
    seed: int = 0
    on_text: OnText = lambda _text: None
    cancel: Event = field(default_factory=Event)
    title: str = ""
    parts: list[Part] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)
    _unfinished: str = ""
    _unfinished_heading: str = ""

    def run(self) -> Draft:
        """Plan and write everything; returns the draft."""
        if self.form.planned:
            self._write_sections(make_plan(self.form, self.brief, self.generator, seed=self.seed))
        else:
            self._write_whole()
        return self.draft()

    def draft(self) -> Draft:
        """What there is so far, the section in progress included."""
        parts = list(self.parts)
        if self._unfinished.strip():
            parts.append(Part(self._unfinished_heading, self._unfinished.strip()))
        return Draft(
            self.title, tuple(parts), self.brief, self.form.name, self.generator.name, self.seed
        )

    def _write_sections(self, plan: Plan) -> None:
        self.title = plan.title
        self.on_text(f"# {plan.title}\n\n")
        left = self.form.length(self.brief)
        for number, section in enumerate(plan.sections, 1):
            budget = max(left // (len(plan.sections) - number + 1), 30)
            heading = section.heading if self.form.settings.headings else ""
            if heading:
                self.on_text(f"## {heading}\n\n")
            prompt = self._section_prompt(plan, section, number, budget)
            text = self._speak(prompt, budget, heading, echo=(plan.title, section.heading))
            self.parts.append(Part(heading, text))
            left -= text_length(text, self.brief.language)

    def _section_prompt(self, plan: Plan, section: Section, number: int, words: int) -> str:
        previous = tail(self.parts[-1].text, self.brief.language) if self.parts else ""
        return self.form.prompts.render(
            "draft.j2",
            brief=self.brief,
            plan=plan,
            section=section,
            number=number,
            words=words,
            previous=previous,
        )

    def _write_whole(self) -> None:
        budget = self.form.length(self.brief)
        prompt = self.form.prompts.render("draft.j2", brief=self.brief, words=budget)
        text = self._speak(prompt, budget, "", echo=())
        self.title, body = split_title(text)
        self.parts.append(Part("", body))

    def _speak(self, prompt: str, budget: int, heading: str, *, echo: tuple[str, ...]) -> str:
        """Generate one section, streaming it without a heading that the model repeats."""
        lead = LeadFilter(echo, self._hear)
        self._unfinished_heading = heading
        completion = complete(
            self.generator, self._request(prompt, budget), on_text=lead.feed, cancel=self.cancel
        )[0]
        lead.close()
        self.completions.append(completion)
        self.on_text("\n\n")
        text = clean_section(self._unfinished, whole=completion.finish == "stop")
        self._unfinished = ""
        return text

    def _hear(self, text: str) -> None:
        self._unfinished += text
        self.on_text(text)

    def _request(self, prompt: str, budget: int) -> Request:
        zh = self.brief.language == "zh"
        tokens = int(budget * (_TOKENS_PER_CHARACTER if zh else _TOKENS_PER_WORD)) + 80
        system = self.form.prompts.render("system.j2", brief=self.brief)
        return Request(
            (Message("system", system), Message("user", prompt)),
            max_tokens=tokens,
            sampling=Sampling(temperature=self.form.settings.temperature, dry_multiplier=0.8),
            seed=self.seed + len(self.parts),
        )
