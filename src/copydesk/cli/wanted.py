"""What `copydesk write` was told, put together into the text that is wanted."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.brief import Brief, Language
from copydesk.cli.options import brief_from_stdin, house_style
from copydesk.errors import UsageProblem

if TYPE_CHECKING:
    from copydesk.cli.options import Engine
    from copydesk.documents.passage import Document
    from copydesk.styles.style import Style
    from copydesk.writer.form import Form
    from copydesk.writer.making import Wanted
    from copydesk.writer.manner import Judge
    from copydesk.writer.novel.ledger import NovelPlan
    from copydesk.writer.plan import Plan

LONGEST = 1_000_000


@dataclass(frozen=True)
class Told:
    """The options of `write` that say what the text is to be."""

    form: str
    brief: tuple[str, ...]
    language: Language | None
    audience: str
    words: int | None
    sources: tuple[Path, ...]
    style: str
    kind: str
    variants: int | None
    chapters: int | None
    best_of: int
    judge: str
    bans: tuple[str, ...]
    glossary: Path | None
    from_plan: Path | None
    guard: bool
    review: bool

    def wanted(self, seed: int, before: dict[str, Any] | None = None) -> "Wanted":
        """Everything read and checked, before a model is loaded.

        Args:
            before: what a run was asked for that is gone on with; its brief holds where none is
                given now.

        Raises:
            CopydeskError: something does not exist, cannot be read, or does not go together.
        """
        from copydesk.writer.form import load_form
        from copydesk.writer.making import TRANSFORMS, Wanted
        from copydesk.writer.manner import Manner

        plan, planned = None, None
        if self.from_plan:
            planned, brief_of_plan, plan = _read_plan(self.from_plan)
        form = load_form(self.form)
        if planned and planned != form.name:
            raise UsageProblem(
                f"{self.from_plan} is the plan of a text of the form {planned}, not {form.name}.",
                f"copydesk write {planned} --from-plan {self.from_plan}",
            )
        if self.brief or not (before or planned):
            brief = self._brief(form)
        else:
            brief = brief_of_plan if planned else _brief_before(before or {})
        brief = self._completed(brief)
        documents = self._documents(brief)
        if form.settings.kind in TRANSFORMS:
            brief, documents = self._with_text(brief, documents), ()
        length = brief.length or form.kind_length(form.find_kind(self.kind), brief.language)
        brief = replace(brief, length=length)
        style = self._style(form, brief)
        wanted = Wanted(
            form,
            replace(brief, style=style.name if style else ""),
            seed,
            self.kind,
            Manner(style, self.guard, self.bans, self.best_of, self._judge(style), self.review),
            documents,
            plan,
            self._glossary(),
            self.variants or 0,
            self.chapters or 0,
        )
        wanted.check()
        return wanted

    def _brief(self, form: "Form") -> Brief:
        from copydesk.brief import make_brief
        from copydesk.brief_file import is_brief_file, read_brief
        from copydesk.writer.making import TRANSFORMS

        if not self.brief:
            if form.settings.kind in TRANSFORMS and self.sources:
                return Brief("", self.language or "en")
            raise UsageProblem(
                "There is no brief.",
                f'say what to write: copydesk write {self.form} "Bees in cities"',
            )
        text = " ".join(self.brief)
        if text == "-":
            text = brief_from_stdin()
        elif is_brief_file(text):
            return read_brief(Path(text))
        return make_brief(text)

    def _completed(self, brief: Brief) -> Brief:
        """The brief with what the options say over it."""
        from copydesk.brief import clean_text

        return replace(
            brief,
            language=self.language or brief.language,
            audience=clean_text(self.audience) or brief.audience,
            length=self.words or brief.length,
            sources=(*map(str, self.sources), *brief.sources) if self.sources else brief.sources,
        )

    def _documents(self, brief: Brief) -> "tuple[Document, ...]":
        if not brief.sources:
            return ()
        from copydesk.documents.read import read_documents

        return read_documents(brief.sources)

    def _with_text(self, brief: Brief, documents: "tuple[Document, ...]") -> Brief:
        """For forms that change a text: the sources are the text. Markdown stays what it is."""
        if not documents:
            return brief
        texts = []
        for path, document in zip(brief.sources, documents, strict=True):
            if Path(path).suffix.lower() in (".md", ".markdown", ".txt"):
                from copydesk.documents.whole import read_content, text_of

                texts.append(text_of(Path(path), read_content(Path(path))))
            else:
                texts.append(document.text)
        text = "\n\n".join(texts)
        return replace(brief, text=text, language=self._target(text))

    def _target(self, text: str) -> Language:
        """The language of the result: what was said; a translation's is the other one."""
        from copydesk.brief import detect_language

        own = detect_language(text)
        if self.language:
            return self.language
        if self.form == "translate":
            return "en" if own == "zh" else "zh"
        return own

    def _style(self, form: "Form", brief: Brief) -> "Style | None":
        return house_style(self.style or brief.style or form.settings.style)

    def _judge(self, style: "Style | None") -> "Judge | None":
        """The one that was given; a style's own, where there is something to choose from."""
        judge = self.judge
        if not judge and style and style.rules.judge and self.best_of > 1:
            judge = str(style.folder / Path(style.rules.judge).expanduser())
        if not judge:
            return None
        if self.best_of == 1:
            raise UsageProblem("A judge has nothing to choose from.", "add --best-of 4")
        from copydesk.generate.hf.judge import load_judge

        return load_judge(judge)

    def _glossary(self) -> Any:
        if not self.glossary:
            return None
        from copydesk.writer.transform.glossary import read_glossary

        return read_glossary(self.glossary)


def _read_plan(path: Path) -> "tuple[str, Brief, Plan | NovelPlan]":
    """Form, brief and plan; a novel's plan has fields of its own."""
    from copydesk.writer.novel.files import is_novel_plan, read_novel_plan
    from copydesk.writer.plan_file import read_plan

    return read_novel_plan(path) if is_novel_plan(path) else read_plan(path)


def asked(wanted: "Wanted", engine: "Engine") -> dict[str, Any]:
    """What a run was asked for, as plain JSON: a run is gone on with only when it is the same."""
    manner = wanted.manner
    brief = asdict(wanted.brief)
    return {
        "form": wanted.form.name,
        "brief": {**brief, "sources": list(brief["sources"])},
        "sources": [document.sha256 for document in wanted.documents],
        "kind": wanted.kind,
        "chapters": wanted.chapters,
        "bans": list(manner.bans),
        "best_of": manner.best_of,
        "model": engine.model,
        "seed": wanted.seed,
    }


def _brief_before(before: dict[str, Any]) -> Brief:
    """The brief of a run that is gone on with.

    Raises:
        UsageProblem: the manifest holds none.
    """
    try:
        fields = dict(before["brief"])
        return Brief(**{**fields, "sources": tuple(fields.get("sources", ()))})
    except (KeyError, TypeError, ValueError):
        raise UsageProblem(
            "The run's manifest holds no brief.", "give the brief again, or begin anew with --force"
        ) from None
