"""A novel's plan as files that an editor can change: YAML out and in, faults by line and field."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from copydesk.brief import Brief, clean_text
from copydesk.errors import UsageProblem
from copydesk.writer.novel.bible import ACTS, PERSONS, Bible
from copydesk.writer.novel.ledger import MOST_CHAPTERS, Entry, NovelPlan, ledger_faults
from copydesk.writer.plan_file import BriefModel
from copydesk.writer.yaml_file import has_alias, line_of, not_right, not_yaml, read_text

_HEADER = """\
# The plan of a novel. Change what you like: persons, acts, what a chapter tells, the order of the
# chapters (number them anew: 1, 2, 3 …), their words (their share of the whole; 0 shares alike).
# Then: copydesk write {form} --from-plan THIS_FILE
"""
_BIBLE_HEADER = "# What the novel is made of. Chapters that are still to be written follow it.\n"
_LEDGER_HEADER = "# The chapters. Those that are still to be written follow what stands here.\n"
_HINT = 'write one with: copydesk write novel "…" --plan -o plan.yaml'
_FIELDS = (
    "the fields are form, brief, bible with premise, cast, places, acts, and chapters with number, "
    "title, who, where, happens, changes, opens, closes, words"
)
_WIDTH = 96

Text = Annotated[str, Field(min_length=1, max_length=600)]
Short = Annotated[str, Field(min_length=1, max_length=120)]
M = TypeVar("M", bound=BaseModel)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _PremiseModel(_Model):
    title: Short
    logline: Text
    setting: Text
    tone: Short
    view: Short


class _PersonModel(_Model):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    role: Text
    want: Text
    secret: Text
    voice: Text


class _PlaceModel(_Model):
    name: Short
    detail: Text


class _ActModel(_Model):
    happens: Text
    turn: Text


class _BibleModel(_Model):
    premise: _PremiseModel
    cast: Annotated[list[_PersonModel], Field(max_length=3 * PERSONS[1])] = []
    places: Annotated[list[_PlaceModel], Field(max_length=40)] = []
    acts: Annotated[list[_ActModel], Field(max_length=ACTS)] = []

    @field_validator("cast")
    @classmethod
    def _no_name_twice(cls, cast: list[_PersonModel]) -> list[_PersonModel]:
        names = [person.name.casefold().strip() for person in cast]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise ValueError(f"the name {cast[number].name!r} stands there twice")
        return cast

    def bible(self) -> Bible:
        """As it is worked with."""
        return TypeAdapter(Bible).validate_python(_clean(self.model_dump()))


class _WholeBibleModel(_BibleModel):
    cast: Annotated[list[_PersonModel], Field(min_length=1, max_length=3 * PERSONS[1])]
    acts: Annotated[list[_ActModel], Field(min_length=ACTS, max_length=ACTS)]


class _ChapterModel(_Model):
    number: Annotated[int, Field(ge=1, le=MOST_CHAPTERS)]
    title: Short
    who: Annotated[list[Short], Field(min_length=1, max_length=PERSONS[1])]
    where: Text
    happens: Text
    changes: Text
    opens: Annotated[list[Text], Field(max_length=6)] = []
    closes: Annotated[list[Text], Field(max_length=6)] = []
    words: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class _LedgerModel(_Model):
    chapters: Annotated[list[_ChapterModel], Field(min_length=1, max_length=MOST_CHAPTERS)]

    @field_validator("chapters")
    @classmethod
    def _in_order(cls, chapters: list[_ChapterModel]) -> list[_ChapterModel]:
        if faults := ledger_faults(_entries(chapters)):
            raise ValueError(faults[0])
        return chapters


class _PlanModel(_LedgerModel):
    form: str
    kind: Literal["novel"] = "novel"
    brief: BriefModel
    bible: _WholeBibleModel


def novel_plan_to_yaml(plan: NovelPlan, brief: Brief, form: str) -> str:
    """Plan and brief as YAML, with a word on how to edit it."""
    wanted = {key: value for key, value in asdict(brief).items() if value and key != "text"}
    if brief.sources:
        wanted["sources"] = list(brief.sources)
    record = {
        "form": form,
        "kind": "novel",
        "brief": wanted,
        "bible": _plain(plan.bible),
        "chapters": [_row(entry) for entry in plan.chapters],
    }
    return _HEADER.format(form=form) + _dump(record)


def read_novel_plan(path: Path) -> tuple[str, Brief, NovelPlan]:
    """Form, brief and plan out of a file that an editor may have changed.

    Raises:
        UsageProblem: it is no plan of a novel; line and field are named.
    """
    model, node = _model(path, read_text(path), _PlanModel)
    bible, chapters = model.bible.bible(), _entries(model.chapters)
    _check_who(path, node, bible, chapters)
    brief = Brief(
        **{**model.brief.model_dump(), "sources": tuple(model.brief.sources)},
    )
    return model.form, brief, NovelPlan(bible, chapters)


def is_novel_plan(path: Path) -> bool:
    """Whether a plan file is that of a novel, so that the right reader may read it."""
    try:
        text = read_text(path)
    except UsageProblem:
        return False
    return "\nbible:" in text or text.startswith("bible:") or "\nkind: novel" in text


def bible_to_yaml(bible: Bible) -> str:
    """The bible as it lies in a run's folder."""
    return _BIBLE_HEADER + _dump(_plain(bible))


def bible_from_yaml(text: str) -> Bible:
    """A bible out of a run's folder, finished or not.

    Raises:
        UsageProblem: an editor has broken it; line and field are named.
    """
    return _model(Path("bible.yaml"), text, _BibleModel)[0].bible()


def ledger_to_yaml(chapters: Sequence[Entry]) -> str:
    """The chapters as they lie in a run's folder."""
    return _LEDGER_HEADER + _dump({"chapters": [_row(entry) for entry in chapters]})


def ledger_from_yaml(text: str, bible: Bible) -> tuple[Entry, ...]:
    """Chapters out of a run's folder, finished or not.

    Raises:
        UsageProblem: an editor has broken them; line and field are named.
    """
    path = Path("ledger.yaml")
    model, node = _model(path, text, _LedgerModel)
    chapters = _entries(model.chapters)
    _check_who(path, node, bible, chapters)
    return chapters


def _entries(chapters: Sequence[_ChapterModel]) -> tuple[Entry, ...]:
    rows = [_clean(chapter.model_dump()) for chapter in chapters]
    return TypeAdapter(tuple[Entry, ...]).validate_python(rows)


def _check_who(path: Path, node: Any, bible: Bible, chapters: Sequence[Entry]) -> None:
    """Whoever a chapter names has to be in the cast."""
    for at, entry in enumerate(chapters):
        for place, name in enumerate(entry.who):
            if name not in bible.names:
                line = line_of(node, ("chapters", at, "who", place))
                raise UsageProblem(
                    f"{path}, line {line}: chapters.{at + 1}.who: {name!r} is not in the cast.",
                    f"the cast is {', '.join(bible.names)}",
                )


def _model(path: Path, text: str, kind: type[M]) -> tuple[M, Any]:
    """The model that a YAML text holds, and the text's nodes, which know their lines."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        record = None if has_alias(text) else yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise not_yaml(path, error) from None
    except (RecursionError, ValueError):
        raise UsageProblem(f"{path} cannot be read as a plan.", _HINT) from None
    if not isinstance(record, dict):
        raise UsageProblem(f"{path} holds no plan.", _HINT)
    try:
        return kind.model_validate(record), node
    except ValidationError as error:
        problem = not_right(path, node, error)
        raise UsageProblem(problem.message, _FIELDS) from None


def _clean(value: Any) -> Any:
    """Texts without control characters, whatever they lie in."""
    clean: Callable[[Any], Any] = _clean
    if isinstance(value, str):
        return " ".join(clean_text(value).split())
    if isinstance(value, list):
        return [clean(item) for item in value]
    return {k: clean(v) for k, v in value.items()} if isinstance(value, dict) else value


def _plain(thing: Any) -> Any:
    """Dataclasses as what YAML knows."""
    return TypeAdapter(Any).dump_python(asdict(thing), mode="json")


def _row(entry: Entry) -> dict[str, Any]:
    """A chapter without what is empty."""
    return {key: value for key, value in _plain(entry).items() if value}


def _dump(record: Any) -> str:
    return yaml.safe_dump(record, allow_unicode=True, sort_keys=False, width=_WIDTH)
