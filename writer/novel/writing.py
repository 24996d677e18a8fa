"""A novel in the making: bible, ledger, then one chapter after the other, each kept when done."""

from dataclasses import dataclass, field, replace

from copydesk.brief import Language
from copydesk.errors import UsageProblem
from copydesk.findings import Finding
from copydesk.generate.protocol import Completion
from copydesk.prose.units import count
from copydesk.writer.check import length_finding
from copydesk.writer.context import make_context
from copydesk.writer.draft import Draft, Part
from copydesk.writer.maker import Making
from copydesk.writer.novel.book import check_book, extra_chapters, is_damaged
from copydesk.writer.novel.chapter import LEAST, ChapterWriter, Job, chapter_key
from copydesk.writer.novel.headings import heading
from copydesk.writer.novel.ledger import MOST_CHAPTERS, NovelPlan
from copydesk.writer.novel.planning import Planner
from copydesk.writer.novel.recent import Recent
from copydesk.writer.novel.state import State, by_the_ledger, state_from_json, state_to_json
from copydesk.writer.novel.usage import Usage
from copydesk.writer.pen import Pen
from copydesk.writer.plan import aim, share_out
from copydesk.writer.section import SectionWriter
from copydesk.writer.store import Memory, Store

_STRETCH = 2.0  # no chapter is asked to be longer than so many times its share


@dataclass
class NovelWriting(Making):
    """Everything finished lies in the store; in memory is what the next chapter needs.

    Attributes:
        chapters: how many; 0 leaves it to the form and the length.
        plan: a plan to follow, such as one that was edited; otherwise one is made.
        store: what it holds already is not written again, except where it is damaged.
        manner, documents, on_text, on_note, cancel: as in `Drafting`.
    """

    plan: NovelPlan | None = None
    store: Store = field(default_factory=Memory)
    chapters: int = 0
    completions: list[Completion] = field(default_factory=Usage)
    _written: int = 0
    _previous: str = ""
    _begun: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.chapters <= MOST_CHAPTERS:
            raise UsageProblem(
                f"A novel cannot have {self.chapters} chapters.",
                f"give --chapters from 1 to {MOST_CHAPTERS}",
            )
        language, manner = self.brief.language, self.manner
        recent = Recent(language)
        pen = Pen(
            self.generator,
            language,
            self.form.settings.temperature,
            recent,
            manner.all_bans(language, self.brief.topic),
            self.on_text,
            self.cancel,
            self.completions,
        )
        context = make_context(
            self.form, self.brief, kind=self.kind, style=manner.style, documents=self.documents
        )
        self._sections = SectionWriter(context, pen, manner, self.seed, self.on_note)
        self._writer = ChapterWriter(self._sections, recent, self.store, self._load, self.seed)

    @property
    def language(self) -> Language:
        """The language of the book."""
        return self.brief.language

    @property
    def scores(self) -> list[dict[str, object]]:
        """The table of scores, where several drafts of each scene were written."""
        return self._sections.scores

    @property
    def title(self) -> str:
        """The title of the book, once there is one."""
        return self.plan.title if self.plan else ""

    def run(self) -> Draft:
        """Plan what is not planned, write what is not written; returns the book."""
        plan = self.planned()
        self._tell_extra(plan)
        self.on_text(f"# {plan.title}\n\n")
        shown = (heading(e.number, e.title, self.language) for e in plan.chapters)
        self._written = sum(count(line, self.language) for line in (plan.title, *shown))
        state = State()
        for number in range(1, len(plan.chapters) + 1):
            if self.cancel.is_set():
                break
            following = self._chapter(plan, number, state)
            if following is None:
                break
            state = following
        draft = self.draft()
        whole = not self.cancel.is_set() and self._begun == len(plan.chapters)
        return replace(draft, findings=tuple(self._check(plan, draft))) if whole else draft

    def planned(self) -> NovelPlan:
        """Bible and ledger: kept from before, given, or made now."""
        planner = Planner(
            self._sections,
            self.store,
            self._kept_plan,
            length=self.form.length(self.brief),
            chapters=self.chapters or self._usual_chapters(),
            cancel=self.cancel,
        )
        self.plan = planner.plan(self.plan, exactly=self.chapters)
        return self.plan

    def draft(self) -> Draft:
        """What there is so far, the chapter in progress included."""
        parts = [part for part in map(self._part, range(1, self._size + 1)) if part]
        if unfinished := self._writer.unfinished.strip():
            parts.append(Part(self._heading(self._begun), unfinished))
        return self.so_far(self.title, parts)

    @property
    def _size(self) -> int:
        return len(self.plan.chapters) if self.plan else 0

    def _heading(self, number: int) -> str:
        title = self.plan.chapters[number - 1].title if self.plan and number else ""
        return heading(number, title, self.language)

    def _part(self, number: int) -> Part | None:
        text = self._load(chapter_key(number), note=False)
        return Part(self._heading(number), text) if text else None

    def _check(self, plan: NovelPlan, draft: Draft) -> list[Finding]:
        """Hold a finished book against its ledger, and each of its chapters against the rules."""
        found = check_book(plan.chapters, draft.parts, self._shares(plan), self.language)
        off = length_finding(draft.length, self.form.length(self.brief), self.language)
        found += [off] if off else []
        for part in draft.parts:
            of_part = self._sections.checker(part.text)
            found += [replace(f, place=f"{part.heading}, {f.place}") for f in of_part]
        return found

    def _chapter(self, plan: NovelPlan, number: int, state: State) -> State | None:
        """A chapter, and the state after it; None when it was interrupted."""
        entry, self._begun = plan.chapters[number - 1], number
        job = Job(plan, entry, state, self._budget(plan, number), self._previous)
        self.on_text(f"## {self._heading(number)}\n\n")
        known = state_from_json(self._load(f"{job.key}-state.json") or "")
        text = self._kept(job.key, known.words if known else 0)
        if text is None:
            text = self._writer.write(job)
            if text is None:
                return None
            self.store.put(job.key, text)
        known = known or self._state(job, text)
        self._writer.recent.end_chapter(text)
        self._written += count(text, self.language)
        self._previous = text
        return known

    def _state(self, job: Job, text: str) -> State:
        """The state after a chapter, kept. Nobody asks what follows the last one."""
        if job.last:
            words = count(text, self.language)
            state = by_the_ledger(job.state, job.entry, self.language, words)
        else:
            state = self._writer.state_after(job, text)
        self.store.put(f"{job.key}-state.json", state_to_json(state))
        return state

    def _kept(self, key: str, noted: int) -> str | None:
        """A chapter that is there and whole: shown, and known."""
        text = self._load(key)
        if text is None:
            return None
        if is_damaged(text, noted, self.language):
            self.on_note(f"{key} is damaged, and is written again")
            return None
        self.on_text(f"{text}\n\n")
        self._writer.recent.keep(text)
        return text

    def _load(self, key: str, *, note: bool = True) -> str | None:
        """A kept piece; one that cannot be read is as good as lost."""
        try:
            text = self.store.get(key)
        except UsageProblem as problem:
            text, reason = None, problem.message
        else:
            if text is None or "\0" not in text:
                return text
            text, reason = None, f"{key} is damaged."
        if note:
            self.on_note(f"{reason} It is written again")
        return text

    def _kept_plan(self, key: str) -> str | None:
        """A kept part of the plan; what an editor broke is told, not thrown away."""
        return self.store.get(key)

    def _tell_extra(self, plan: NovelPlan) -> None:
        for key in extra_chapters(self.store, len(plan.chapters)):
            self.on_note(f"{key} is in the run's folder but not in the ledger: it is left out")

    def _usual_chapters(self) -> int:
        """As many as the form has for its own length, in proportion."""
        settings = self.form.settings
        own = settings.length_zh if self.language == "zh" else settings.length
        wanted = self.form.length(self.brief) * (settings.chapters or 1) / own
        return max(1, min(MOST_CHAPTERS, round(wanted)))

    def _shares(self, plan: NovelPlan) -> list[int]:
        """How long each chapter should be, before any is written."""
        length = aim(self.form.length(self.brief), self.language)
        return share_out(length, [entry.words for entry in plan.chapters])

    def _budget(self, plan: NovelPlan, number: int) -> int:
        """This chapter's share of what is left, by what was really written so far."""
        left = max(aim(self.form.length(self.brief), self.language) - self._written, 0)
        share = share_out(left, [entry.words for entry in plan.chapters[number - 1 :]])[0]
        return max(LEAST, min(share, round(self._shares(plan)[number - 1] * _STRETCH)))
