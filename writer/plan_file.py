"""A plan as a file that an editor can change: YAML out and in, faults named by line and field."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from copydesk.brief import Brief, Language, clean_text
from copydesk.errors import UsageProblem
from copydesk.writer.plan import Plan, Section
from copydesk.writer.yaml_file import HINT, has_alias, not_right, not_yaml, read_text

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


class BriefModel(BaseModel):
    """The brief that a plan was made for, as it stands in the plan's file."""

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
    brief: BriefModel
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
    source = read_text(path)
    try:
        node = yaml.compose(source, Loader=yaml.SafeLoader)
        if has_alias(source):
            raise UsageProblem(f"{path} uses YAML aliases, which a plan does not need.", HINT)
        record = yaml.safe_load(source)
    except yaml.YAMLError as error:
        raise not_yaml(path, error) from None
    except (RecursionError, ValueError):
        # Nested without end, or a date that no calendar has.
        raise UsageProblem(f"{path} cannot be read as a plan.", HINT) from None
    if not isinstance(record, dict):
        raise UsageProblem(f"{path} holds no plan.", HINT)
    try:
        model = _PlanModel.model_validate(record)
    except ValidationError as error:
        raise not_right(path, node, error) from None
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
