"""A form: what kind of text to write, read from a folder that needs no programmer."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copydesk.brief import Brief, Language
from copydesk.errors import TemplateProblem, UnknownName, UsageProblem
from copydesk.prompts import Prompts, find_form, read_form

Kind = Literal["plan", "whole", "lines", "translate", "summarize", "rewrite", "novel"]
Length = Annotated[int, Field(ge=20, le=1_000_000)]


class FormSettings(BaseModel):
    """The contents of `form.toml`; lengths are words, or characters for Chinese.

    Attributes:
        kind: how the text comes about. `plan`: planned, then written section by section; `whole`:
            in one piece; `lines`: a list of short texts; the others work on a text, or on a book.
        whole_below, whole_below_zh: a planned form writes shorter texts in one piece.
        sections: fewest and most.
        headings: whether sections show theirs.
        variants: how many texts `--variants` stands for when it is not given.
        kinds: the kinds of this form and a line about each; the first is the default.
        lengths, lengths_zh: lengths of kinds that have one of their own.
        epub: whether the text is a book.
        chapters: how many chapters a book of the form's own length has.
        style: the style that is used when none is asked for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    summary: str
    summary_zh: str = ""
    length: Length
    length_zh: Length
    kind: Kind = "plan"
    whole_below: int = 300
    whole_below_zh: int = 500
    sections: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(le=40)]] = (1, 1)
    headings: bool = True
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.7
    variants: Annotated[int, Field(ge=1, le=50)] = 1
    kinds: dict[str, str] = {}
    lengths: dict[str, Length] = {}
    lengths_zh: dict[str, Length] = {}
    epub: bool = False
    chapters: Annotated[int, Field(ge=0, le=500)] = 0
    style: str = ""


class Form:
    """A form's settings and prompts; without a `plan.j2` the text is written in one piece."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self.settings = _settings(folder)
        self.prompts = Prompts(folder)

    def planned(self, brief: Brief) -> bool:
        """Whether this text is long enough to be planned."""
        zh = brief.language == "zh"
        floor = self.settings.whole_below_zh if zh else self.settings.whole_below
        wanted = self.settings.kind == "plan" and self.prompts.has("plan.j2")
        return wanted and self.length(brief) >= floor

    def length(self, brief: Brief) -> int:
        """How long the text should be, in the brief's own measure."""
        if brief.length:
            return brief.length
        return self.settings.length_zh if brief.language == "zh" else self.settings.length

    def kind_length(self, kind: str, language: Language) -> int:
        """The length of a kind that has one of its own, else 0."""
        lengths = self.settings.lengths_zh if language == "zh" else self.settings.lengths
        return lengths.get(kind, 0)

    def find_kind(self, name: str) -> str:
        """A kind of this form, the first one when none is asked for; "" where there are none.

        Raises:
            UnknownName: this form has no such kind.
        """
        kinds = self.settings.kinds
        if name and name not in kinds:
            if not kinds:
                raise UsageProblem(f"The form {self.name} has no kinds.", "leave --kind out")
            raise UnknownName(f"kind of {self.name}", name, kinds)
        return name or next(iter(kinds), "")


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
