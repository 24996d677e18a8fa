"""A plan as a file that an editor can change: YAML out and in, faults named by line and field."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from copydesk.brief import Brief, Language, clean_text
from copydesk.errors import UsageProblem
from copydesk.writer.plan import Plan, Section

_LARGEST = 1_000_000  # bytes; a plan of a thousand sections is smaller
_HEADER = """\
# The plan of a text. Change what you like: titles, points, the order of the sections, their words
# (their share of the whole; 0 shares alike). "beats" are a section's steps, a sentence each; leave
# them out to have them made. Then: copydesk write {form} --from-plan THIS_FILE
"""

Line = Annotated[str, Field(min_length=1, max_length=2000)]


class _SectionModel(BaseModel):
    model_config = ConfigDict(extra="forbid")

    heading: Line
    point: Line
    words: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    beats: Annotated[list[Line], Field(max_length=40)] = []


class _BriefModel(BaseModel):
    model_config = ConfigDict(extra="forbid")

    topic: Annotated[str, Field(min_length=1)]
    language: Language = "en"
    audience: str = ""
    purpose: str = ""
    length: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    style: str = ""
    sources: list[str] = []
    details: dict[str, str] = {}


class _PlanModel(BaseModel):
    model_config = ConfigDict(extra="forbid")

    form: str
    brief: _BriefModel
    title: Line
    sections: Annotated[list[_SectionModel], Field(min_length=1, max_length=1000)]

    @field_validator("sections")
    @classmethod
    def _no_heading_twice(cls, sections: list[_SectionModel]) -> list[_SectionModel]:
        headings = [section.heading.casefold().strip() for section in sections]
        for number, heading in enumerate(headings):
            if heading in headings[:number]:
                raise ValueError(f"the heading {sections[number].heading!r} stands there twice")
        return sections


def plan_to_json(plan: Plan) -> str:
    """The plan as one line of JSON."""
    return TypeAdapter(Plan).dump_json(plan).decode()


def plan_from_json(text: str) -> Plan:
    """A plan that `plan_to_json` wrote."""
    return TypeAdapter(Plan).validate_python(json.loads(text))


def plan_to_yaml(plan: Plan, brief: Brief, form: str) -> str:
    """The plan and its brief as YAML, with a word on how to edit it."""
    wanted = {key: value for key, value in asdict(brief).items() if value and key != "text"}
    wanted["sources"] = list(brief.sources)
    if not brief.sources:
        del wanted["sources"]
    sections = [
        {key: value for key, value in _section(section).items() if value}
        for section in plan.sections
    ]
    record = {"form": form, "brief": wanted, "title": plan.title, "sections": sections}
    text = yaml.safe_dump(record, allow_unicode=True, sort_keys=False, width=96)
    return _HEADER.format(form=form) + text


def _section(section: Section) -> dict[str, Any]:
    return {**asdict(section), "beats": list(section.beats)}


def read_plan(path: Path) -> tuple[str, Brief, Plan]:
    """Form, brief and plan out of a file that an editor may have changed.

    Raises:
        UsageProblem: it is no plan; line and field are named.
    """
    source = _read(path)
    try:
        node = yaml.compose(source, Loader=yaml.SafeLoader)
        if _has_alias(source):
            raise UsageProblem(f"{path} uses YAML aliases, which a plan does not need.", _HINT)
        record = yaml.safe_load(source)
    except yaml.YAMLError as error:
        raise _not_yaml(path, error) from None
    except (RecursionError, ValueError):
        # Nested without end, or a date that no calendar has.
        raise UsageProblem(f"{path} cannot be read as a plan.", _HINT) from None
    if not isinstance(record, dict):
        raise UsageProblem(f"{path} holds no plan.", _HINT)
    try:
        model = _PlanModel.model_validate(record)
    except ValidationError as error:
        raise _not_right(path, node, error) from None
    brief = Brief(
        **{**model.brief.model_dump(exclude={"sources", "topic"}), "details": model.brief.details},
        topic=clean_text(model.brief.topic),
        sources=tuple(model.brief.sources),
    )
    sections = tuple(
        Section(
            clean_text(s.heading), clean_text(s.point), s.words, tuple(map(clean_text, s.beats))
        )
        for s in model.sections
    )
    return model.form, brief, Plan(clean_text(model.title), sections)


_HINT = 'write one with: copydesk write article "…" --plan -o plan.yaml'


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise UsageProblem(f"{path} is too large for a plan.", _HINT)
        return content.decode("utf-8-sig")
    except OSError as error:
        raise UsageProblem(f"The plan {path} cannot be read: {error.strerror}.", _HINT) from None
    except UnicodeDecodeError:
        raise UsageProblem(f"The plan {path} is not text in UTF-8.", "save it as UTF-8") from None


def _has_alias(source: str) -> bool:
    """A plan needs no aliases, and a few lines of them can stand for gigabytes."""
    return any(isinstance(token, yaml.AliasToken) for token in yaml.scan(source))


def _not_yaml(path: Path, error: yaml.YAMLError) -> UsageProblem:
    mark = getattr(error, "problem_mark", None)
    place = f", line {mark.line + 1}" if mark else ""
    reason = getattr(error, "problem", None) or "it cannot be parsed"
    return UsageProblem(
        f"{path}{place} is not YAML: {reason}.", "put texts with a colon or # in quotes"
    )


def _not_right(path: Path, node: Any, error: ValidationError) -> UsageProblem:
    first = error.errors()[0]
    field = ".".join(str(p + 1) if isinstance(p, int) else p for p in first["loc"]) or "the plan"
    reason = re.sub(r"^Value error, ", "", first["msg"])
    line = _line(node, first["loc"])
    return UsageProblem(
        f"{path}, line {line}: {field}: {reason[:1].lower()}{reason[1:]}.",
        "the fields are form, brief, title, and sections with heading, point, words, beats",
    )


def _line(node: Any, place: tuple[int | str, ...]) -> int:
    """The line of a field, or of the nearest thing around it that is there."""
    line = node.start_mark.line
    for step in place:
        child = None
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            child = node.value[step] if step < len(node.value) else None
        elif isinstance(node, yaml.MappingNode):
            child = next((value for key, value in node.value if key.value == step), None)
            named = next((key for key, _ in node.value if key.value == step), None)
            line = named.start_mark.line if named else line
        if child is None:
            break
        node = child
        line = max(line, node.start_mark.line)
    return int(line) + 1
