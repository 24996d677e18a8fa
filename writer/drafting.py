"""A draft in the making: plan, then one section after the other."""

from dataclasses import dataclass, field, replace

from copydesk.generate.protocol import Completion
from copydesk.prose.repetition import Seen
from copydesk.prose.units import count
from copydesk.writer.clean import split_title
from copydesk.writer.context import Context, make_context
from copydesk.writer.draft import Draft, Part
from copydesk.writer.maker import Making
from copydesk.writer.pen import Pen
from copydesk.writer.plan import (
    Plan,
    aim,
    make_plan,
    section_count,
    share_out,
    with_budgets,
)
from copydesk.writer.plan_file import plan_from_json, plan_to_json
from copydesk.writer.section import Job, SectionWriter
from copydesk.writer.store import Memory, Store

_LEAST = 20  # words or characters: no section is asked to be shorter


@dataclass
class Drafting(Making):
    """What is finished can be taken at any moment, even when interrupted.

    Attributes:
        manner: style, bans, drafts to choose from, review.
        plan: a plan to follow, such as one that was edited; otherwise one is made.
        store: keeps what is finished; what it holds already is not written again.
        on_text: hears the text as it comes. on_note: hears what else happens, a line each.
    """

    plan: Plan | None = None
    store: Store = field(default_factory=Memory)
    title: str = ""
    parts: list[Part] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)
    _heading: str = ""

    def __post_init__(self) -> None:
        language = self.brief.language
        pen = Pen(
            self.generator,
            language,
            self.form.settings.temperature,
            Seen(language),
            self.manner.all_bans(language, self.brief.topic),
            self.on_text,
            self.cancel,
            self.completions,
            verbatim=bool(self.documents),
        )
        context: Context = make_context(
            self.form,
            self.brief,
            kind=self.kind,
            style=self.manner.style,
            documents=self.documents,
        )
        self._writer = SectionWriter(context, pen, self.manner, self.seed, self.on_note)

    @property
    def scores(self) -> list[dict[str, object]]:
        """The table of scores, where several drafts of each section were written."""
        return self._writer.scores

    def run(self) -> Draft:
        """Plan and write everything; returns the draft."""
        if self.plan or self.form.planned(self.brief):
            self._write_sections(self.planned())
        else:
            self._write_whole()
        draft = self.draft()
        return replace(
            draft,
            findings=tuple(
                self._writer.checker.whole(draft.markdown, self.form.length(self.brief))
            ),
        )

    def planned(self) -> Plan:
        """The plan with a budget for every section: kept from before, given, or made now."""
        kept = self.store.get("plan")
        if kept is not None:
            return plan_from_json(kept)
        length = aim(self.form.length(self.brief), self.brief.language)
        plan = with_budgets(
            self.plan or self._mended(self._make_plan()),
            length,
            self.brief.language,
            headings=self.form.settings.headings,
        )
        self.store.put("plan", plan_to_json(plan))
        return plan

    def draft(self) -> Draft:
        """What there is so far, the section in progress included."""
        parts = list(self.parts)
        if unfinished := self._writer.unfinished.strip():
            parts.append(Part(self._heading, unfinished))
        return self.so_far(self.title, parts)

    def _make_plan(self) -> Plan:
        length = self.form.length(self.brief)
        sections = section_count(length, self.brief.language, self.form.settings.sections)
        prompt = self._writer.context.render("plan.j2", length=length, sections=sections)
        return make_plan(self._writer.ask(self.seed), prompt, sections)

    def _mended(self, plan: Plan) -> Plan:
        """The plan with its title and headings as the style wants them."""
        mend = self._writer.checker.mend_heading
        sections = tuple(replace(s, heading=mend(s.heading)) for s in plan.sections)
        return replace(plan, title=mend(plan.title), sections=sections)

    def _write_sections(self, plan: Plan) -> None:
        self.title = plan.title
        self.on_text(f"# {plan.title}\n\n")
        for number, section in enumerate(plan.sections, 1):
            self._heading = section.heading if self.form.settings.headings else ""
            if self._heading:
                self.on_text(f"## {self._heading}\n\n")
            text = self._section(plan, number)
            if self.cancel.is_set():
                return
            self.parts.append(Part(self._heading, text))

    def _section(self, plan: Plan, number: int) -> str:
        key = f"section-{number:03}"
        kept = self.store.get(key)
        if kept is not None:
            self._writer.show(kept)
            return kept
        previous = self.parts[-1].text if self.parts else ""
        text = self._writer.write(Job(plan, number, self._budget(plan, number), previous))
        if not self.cancel.is_set():
            self.store.put(key, text)
        return text

    def _budget(self, plan: Plan, number: int) -> int:
        """This section's share of what is left, by what was really written so far."""
        language = self.brief.language
        shown = [s.heading for s in plan.sections] if self.form.settings.headings else []
        written = (plan.title, *shown, *(part.text for part in self.parts))
        left = aim(self.form.length(self.brief), language)
        left -= sum(count(text, language) for text in written)
        share = share_out(max(left, 0), [s.words for s in plan.sections[number - 1 :]])[0]
        return max(share, _LEAST)

    def _write_whole(self) -> None:
        kept = self.store.get("whole")
        if kept is None:
            length = aim(self.form.length(self.brief), self.brief.language)
            kept = self._writer.write_whole(length)
            if not self.cancel.is_set():
                self.store.put("whole", kept)
        else:
            self._writer.show(kept)
        if self.cancel.is_set():
            return
        self.title, body = split_title(kept)
        self.parts.append(Part("", body))
