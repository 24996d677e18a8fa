"""The rules of a house style that can be checked without a model: what `style.toml` holds."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Person = Literal["first", "second", "third", "any"]
Tense = Literal["past", "present", "any"]
Spelling = Literal["us", "uk", "any"]
HeadingCase = Literal["sentence", "title", "any"]
Count = Annotated[int, Field(ge=0)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Table):
    """Words: `banned` never appear, `preferred` maps what is not said to what is."""

    banned: tuple[str, ...] = ()
    preferred: dict[str, str] = {}


class Sentences(_Table):
    """Lengths in words, or characters for Chinese; 0 sets no limit."""

    longest: Count = 0
    mean: Count = 0  # what the guide asks for; checked within a third


class Paragraphs(_Table):
    """Lengths in sentences; 0 sets no limit."""

    longest: Count = 0


class Voice(_Table):
    """Who speaks, when, in which spelling."""

    person: Person = "any"
    tense: Tense = "any"
    spelling: Spelling = "any"
    contractions: Literal["yes", "no", "any"] = "any"


class Headings(_Table):
    """How headings look."""

    case: HeadingCase = "any"
    final_period: bool = True  # allowed
    longest: Count = 0  # words, or characters for Chinese


class Marks(_Table):
    """Punctuation. `quotes`: curly or straight; `dash`: spaced, closed (em dashes), or none."""

    oxford_comma: Literal["yes", "no", "any"] = "any"
    quotes: Literal["curly", "straight", "any"] = "any"
    dash: Literal["spaced", "closed", "none", "any"] = "any"
    exclamations: Annotated[int, Field(ge=-1)] = -1  # most per 1,000 words; -1 sets no limit
    semicolons: bool = True  # allowed


class Numbers(_Table):
    """Numbers: up to `words_up_to` they are spelled out; thousands are grouped by commas."""

    words_up_to: Annotated[int, Field(ge=0, le=100)] = 0
    thousands_comma: bool = False
    percent: Literal["sign", "word", "any"] = "any"


class Chinese(_Table):
    """Chinese typography: full-width punctuation, a space between Han and Latin or none."""

    full_width: bool = False
    latin_spacing: Literal["space", "none", "any"] = "any"


class Pattern(_Table):
    """A rule of one's own: a regular expression, what to say, and how to mend it, if it can be."""

    pattern: str
    message: str
    replace: str | None = None
    code: str = "pattern"


class Rules(_Table):
    """All of `style.toml`. Whatever is left out is not checked."""

    summary: str
    language: Literal["en", "zh", "any"] = "any"
    words: Words = Words()
    sentences: Sentences = Sentences()
    paragraphs: Paragraphs = Paragraphs()
    voice: Voice = Voice()
    headings: Headings = Headings()
    marks: Marks = Marks()
    numbers: Numbers = Numbers()
    chinese: Chinese = Chinese()
    patterns: tuple[Pattern, ...] = ()
    adapter: str = ""  # a LoRA adapter that writes in this style, a path
