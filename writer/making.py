"""What was asked for becomes the object that makes it, whatever the form's kind."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Protocol

from copydesk.brief import Brief
from copydesk.documents.passage import Document
from copydesk.errors import UsageProblem
from copydesk.generate.protocol import Completion, Generator
from copydesk.writer.draft import Draft, Part
from copydesk.writer.drafting import Drafting
from copydesk.writer.form import Form
from copydesk.writer.lines import Lining
from copydesk.writer.manner import Manner
from copydesk.writer.novel.files import novel_plan_to_yaml
from copydesk.writer.novel.ledger import NovelPlan
from copydesk.writer.novel.writing import NovelWriting
from copydesk.writer.pen import OnText
from copydesk.writer.plan import Plan
from copydesk.writer.plan_file import plan_to_yaml
from copydesk.writer.store import Memory, Store
from copydesk.writer.transform.glossary import Glossary
from copydesk.writer.transform.run import Transformed, Transforming
from copydesk.writer.variants import Varying

TRANSFORMS = ("translate", "summarize", "rewrite")


class Maker(Protocol):
    """A text in the making; `draft` gives what there is at any moment."""

    completions: list[Completion]

    def run(self) -> Draft:
        """Make all of it."""

    def draft(self) -> Draft:
        """What there is so far."""


@dataclass(frozen=True)
class Wanted:
    """A text as it was asked for.

    Attributes:
        variants: how many texts; 0 leaves it to the form.
        chapters: of a novel; 0 leaves it to the form.
    """

    form: Form
    brief: Brief
    seed: int
    kind: str = ""
    manner: Manner = field(default_factory=Manner)
    documents: tuple[Document, ...] = ()
    plan: Plan | NovelPlan | None = None
    glossary: Glossary | None = None
    variants: int = 0
    chapters: int = 0

    def check(self) -> None:
        """Refuse what does not go together, before a model is loaded.

        Raises:
            UsageProblem: with the option that does not fit.
        """
        kind, name = self.form.settings.kind, self.form.name
        self.form.find_kind(self.kind)
        if self.chapters and kind != "novel":
            raise UsageProblem(
                f"A text of the form {name} has no chapters.", "leave --chapters out"
            )
        if self.glossary and kind != "translate":
            raise UsageProblem(
                f"A glossary is for translations, not for {name}.", "leave --glossary out"
            )
        if self.variants > 1 and kind in (*TRANSFORMS, "novel"):
            raise UsageProblem(f"The form {name} has no variants.", "leave --variants out")
        if self.plan and (kind not in ("plan", "novel") or self.variants > 1):
            raise UsageProblem(
                f"A text of the form {name} does not follow a plan.", "leave --from-plan out"
            )
        if self.plan and isinstance(self.plan, NovelPlan) != (kind == "novel"):
            raise UsageProblem(
                f"The plan is not one of the form {name}.", "write a plan of this form with --plan"
            )


@dataclass(frozen=True)
class Hearers:
    """Who hears the text, and what else happens, while it is made; and what ends it."""

    on_text: OnText = lambda _text: None
    on_note: Callable[[str], None] = lambda _note: None
    cancel: Event = field(default_factory=Event)


def make(
    wanted: Wanted, generator: Generator, hearers: Hearers | None = None, store: Store | None = None
) -> Maker:
    """The maker for a form's kind; nothing is generated yet."""
    heard = hearers or Hearers()
    kept = Memory() if store is None else store
    kind = wanted.form.settings.kind
    count = wanted.variants or wanted.form.settings.variants
    if kind in TRANSFORMS:
        return _Transform(wanted, generator, heard, kept)
    if kind == "novel":
        return _novel(wanted, generator, heard, kept)
    if kind == "lines":
        return Lining(
            wanted.form,
            wanted.brief,
            generator,
            wanted.seed,
            heard.on_text,
            heard.on_note,
            heard.cancel,
            wanted.kind,
            wanted.manner,
            wanted=count,
        )
    if count > 1:
        return Varying(
            lambda seed: drafting(wanted, generator, heard, Memory(), seed),
            count,
            wanted.seed,
            heard.on_note,
        )
    return drafting(wanted, generator, heard, kept, wanted.seed)


def drafting(
    wanted: Wanted, generator: Generator, heard: Hearers, store: Store, seed: int
) -> Drafting:
    """One text of a form that is drafted."""
    return Drafting(
        wanted.form,
        wanted.brief,
        generator,
        seed=seed,
        on_text=heard.on_text,
        on_note=heard.on_note,
        cancel=heard.cancel,
        kind=wanted.kind,
        manner=wanted.manner,
        documents=wanted.documents,
        plan=wanted.plan if isinstance(wanted.plan, Plan) else None,
        store=store,
    )


def _novel(wanted: Wanted, generator: Generator, heard: Hearers, store: Store) -> NovelWriting:
    """A book, chapter by chapter."""
    return NovelWriting(
        wanted.form,
        wanted.brief,
        generator,
        seed=wanted.seed,
        on_text=heard.on_text,
        on_note=heard.on_note,
        cancel=heard.cancel,
        kind=wanted.kind,
        manner=wanted.manner,
        documents=wanted.documents,
        plan=wanted.plan if isinstance(wanted.plan, NovelPlan) else None,
        store=store,
        chapters=wanted.chapters,
    )


def plan_yaml(wanted: Wanted, generator: Generator, store: Store) -> str:
    """The plan alone, as YAML that an editor can change.

    Raises:
        UsageProblem: texts of this form are not planned.
    """
    kind = wanted.form.settings.kind
    if kind == "novel":
        book = _novel(wanted, generator, Hearers(), store)
        return novel_plan_to_yaml(book.planned(), wanted.brief, wanted.form.name)
    if kind != "plan" or not wanted.form.prompts.has("plan.j2"):
        raise UsageProblem(
            f"A text of the form {wanted.form.name} is written without a plan.", "leave --plan out"
        )
    drafted = drafting(wanted, generator, Hearers(), store, wanted.seed)
    return plan_to_yaml(drafted.planned(), wanted.brief, wanted.form.name)


class _Transform:
    """A transformed text as a draft."""

    def __init__(self, wanted: Wanted, generator: Generator, heard: Hearers, store: Store) -> None:
        self._wanted = wanted
        self._making = Transforming(
            wanted.form,
            wanted.brief,
            generator,
            wanted.seed,
            heard.on_text,
            heard.cancel,
            store,
            wanted.glossary,
            wanted.manner.style,
            wanted.manner.all_bans(wanted.brief.language, wanted.brief.text),
        )
        self.completions = self._making.completions

    def run(self) -> Draft:
        return self._draft(self._making.run())

    def draft(self) -> Draft:
        return self._draft(self._making.draft())

    def _draft(self, done: Transformed) -> Draft:
        """The text keeps its own headings, so the draft has no title beside them."""
        brief, form = self._wanted.brief, self._wanted.form.name
        model = self._making.generator.name
        part = (Part("", done.markdown.strip()),) if done.markdown.strip() else ()
        return Draft("", part, brief, form, model, self._wanted.seed, (), done.findings)
