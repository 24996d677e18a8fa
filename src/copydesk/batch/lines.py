"""What a line of a briefs file may say, command by command: the commands' own options."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from copydesk.brief import Brief, Language, make_brief
from copydesk.brief_file import is_brief_file, read_brief
from copydesk.errors import UsageProblem
from copydesk.generate.bans import Bans
from copydesk.generate.protocol import Message, Request, Sampling
from copydesk.generate.user_schema import tighten
from copydesk.slides.author.intake import Given, Taken, take
from copydesk.slides.author.skeleton import skeleton
from copydesk.styles.load import house_style
from copydesk.styles.style import Style
from copydesk.writer.form import load_form
from copydesk.writer.making import Wanted
from copydesk.writer.manner import Manner

MAX_TOKENS = 1024  # of an answer, where a line does not say
_PROSE, _JSON = 0.7, 0.5  # temperatures
_LARGEST_SEED = 2**63 - 1
_MOST = 2**31 - 1


class Line(BaseModel):
    """What every line may say. The texts are those of a stranger: they are cleaned at use."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    text_key: ClassVar[str] = "brief"

    id: str = ""
    seed: Annotated[int, Field(ge=0, le=_LARGEST_SEED)] | None = None
    format: str = ""

    @property
    def ending(self) -> str:
        """How the result's file ends, without the dot."""
        return self.format

    @property
    def command(self) -> str:
        """The name of the command whose line this is."""
        return next(name for name, kind in KINDS.items() if isinstance(self, kind))

    @property
    def text(self) -> str:
        """What the line is about, for its id."""
        return str(getattr(self, self.text_key))

    def check(self) -> None:
        """Refuse what can be refused without a model.

        Raises:
            UsageProblem: an unknown form, an empty brief, too few slides.
        """

    def house(self) -> Style | None:
        """The house style that it is written in."""
        return None


class _BriefLine(Line):
    brief: str
    language: Language | None = None
    audience: str = ""

    def wanted(self) -> Brief:
        """The brief that the command would make of the same words."""
        length = getattr(self, "words", None) or 0
        return make_brief(self.brief, language=self.language, audience=self.audience, length=length)


class WriteLine(_BriefLine):
    """A text, as `copydesk write` makes it."""

    form: str = "article"
    words: Annotated[int, Field(ge=20, le=200_000)] | None = None
    kind: str = ""
    style: str = ""
    format: Literal["md", "docx", "html", "txt", "epub"] = "md"

    def check(self) -> None:
        """See `Line.check`."""
        self.text_wanted(0).check()

    def text_wanted(self, seed: int) -> Wanted:
        """The text that `copydesk write` would make of the same words."""
        form, brief = load_form(self.form), self.wanted()
        length = brief.length or form.kind_length(form.find_kind(self.kind), brief.language)
        manner = Manner(self.house())
        return Wanted(form, replace(brief, length=length), seed, self.kind, manner)

    def house(self) -> Style | None:
        """See `Line.house`; a form may have a style of its own."""
        return house_style(self.style or load_form(self.form).settings.style)


class DeckLine(_BriefLine):
    """A deck, as `copydesk deck` makes it; `template` is a path or the name of one of ours."""

    slides: int = 12
    template: str = ""
    sources: list[str] = []
    pictures: str = ""
    style: str = ""
    allow_invented: bool = False
    format: Literal["pptx"] = "pptx"

    def check(self) -> None:
        """See `Line.check`."""
        skeleton(self.slides)
        self.taken()

    def wanted(self) -> Brief:
        """The brief that the command would make of the same words."""
        return self.taken().brief

    def house(self) -> Style | None:
        """See `Line.house`; the brief may be a file that names one."""
        named = is_brief_file(self.brief)
        return house_style(self.style or (read_brief(Path(self.brief)).style if named else ""))

    def taken(self) -> Taken:
        """Everything read that the deck is made from."""
        return take(
            Given(
                self.brief,
                self.language,
                self.audience,
                tuple(self.sources),
                Path(self.pictures) if self.pictures else None,
                self.style,
                self.allow_invented,
            )
        )


class GenerateLine(Line):
    """One answer to one prompt, as `copydesk generate` gives it; with a schema it is JSON."""

    text_key: ClassVar[str] = "prompt"

    prompt: str
    system: str = ""
    json_schema: dict[str, Any] | None = Field(None, alias="schema")
    max_tokens: Annotated[int, Field(ge=1, le=_MOST)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] = 0.9
    top_k: Annotated[int, Field(ge=0, le=_MOST)] = 40
    min_p: Annotated[float, Field(ge=0, le=1)] = 0.05
    dry: Annotated[float, Field(ge=0, le=10)] = 0.0
    ban: list[str] = []
    stop: list[Annotated[str, Field(min_length=1)]] = []
    format: Literal["txt", "md"] = "txt"

    @property
    def ending(self) -> str:
        """See `Line.ending`."""
        return self.format if self.json_schema is None else "json"

    def check(self) -> None:
        """See `Line.check`."""
        if not _typed(self.prompt):
            raise UsageProblem("The prompt is empty.")
        if self.json_schema is not None and (self.stop or self.dry):
            raise UsageProblem("stop and dry are for prose, and spoil JSON")
        self.request(0)

    def request(self, seed: int) -> Request:
        """What the model is asked; a schema is tightened."""
        Bans(tuple(self.ban))  # complains about empty ones
        schema = None if self.json_schema is None else tighten(self.json_schema)
        default = _PROSE if schema is None else _JSON
        temperature = default if self.temperature is None else self.temperature
        system = _typed(self.system)
        return Request(
            (
                *([Message("system", system)] if system else []),
                Message("user", _typed(self.prompt)),
            ),
            max_tokens=self.max_tokens or (MAX_TOKENS if schema is None else _MOST),
            schema=schema,
            sampling=Sampling(temperature, self.top_p, self.top_k, self.min_p, self.dry),
            seed=seed,
            stop=tuple(self.stop),
            bans=tuple(self.ban),
        )


KINDS: dict[str, type[Line]] = {"write": WriteLine, "deck": DeckLine, "generate": GenerateLine}


def keys(kind: type[Line]) -> list[str]:
    """What a command's line may say."""
    return [field.alias or name for name, field in kind.model_fields.items()]


def takes(kind: type[Line], key: str, value: Any) -> bool:
    """Whether a command's line may say this; of formats, each command has its own."""
    field = kind.model_fields.get(key)
    return field is not None and (key != "format" or value in get_args(field.annotation))


def _typed(said: str) -> str:
    """A prompt as `copydesk generate` takes it: UTF-8, without white space at its ends."""
    return said.encode("utf-8", "replace").decode("utf-8").strip()
