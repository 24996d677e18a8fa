"""A form: what kind of text to write, read from a folder that needs no programmer."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copydesk.brief import Brief
from copydesk.errors import TemplateProblem, UsageProblem
from copydesk.prompts import Prompts, find_form, read_form


class FormSettings(BaseModel):
    """The contents of `form.toml`; lengths are words, or characters for Chinese."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    summary: str
    length: Annotated[int, Field(ge=20, le=200_000)]
    length_zh: Annotated[int, Field(ge=20, le=200_000)]
    sections: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(le=40)]] = (1, 1)
    headings: bool = True
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.7


class Form:
    """A form's settings and prompts; without a `plan.j2` the text is written in one piece."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self.settings = _settings(folder)
        self.prompts = Prompts(folder)
        self.planned = self.prompts.has("plan.j2")

    def length(self, brief: Brief) -> int:
        """How long the text should be, in the brief's own measure."""
        if brief.length:
            return brief.length
        return self.settings.length_zh if brief.language == "zh" else self.settings.length


def load_form(name: str) -> Form:
    """Find a prose form by name.

    Raises:
        UnknownName: there is no such form.
        TemplateProblem: its `form.toml` is broken.
        UsageProblem: it is the form of a deck.
    """
    if name == "deck":
        raise UsageProblem("A deck is not written as prose.", 'copydesk deck "…" -o deck.pptx')
    return Form(find_form(name))


def _settings(folder: Path) -> FormSettings:
    try:
        return FormSettings.model_validate(read_form(folder))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise TemplateProblem(
            f"{folder / 'form.toml'} is not right: {place}: {first['msg'].lower()}.",
            "compare it with the forms that ship: copydesk forms",
        ) from None
