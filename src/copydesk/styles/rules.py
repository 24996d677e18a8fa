"""The rules of a house style that can be checked without a model: what `style.toml` holds."""

import re
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from copydesk.styles.patterns import compile_pattern

Person = Literal["first", "second", "third", "any"]
Tense = Literal["past", "present", "any"]
Spelling = Literal["us", "uk", "any"]
HeadingCase = Literal["sentence", "title", "any"]
Count = Annotated[int, Field(ge=0, le=1_000_000)]

# What no word of a style holds: line breaks, and the marks that Markdown is made of.
_NOT_IN_A_WORD = frozenset("\n\r\t`<>[]|\\\ufff9\ufffb\ufffc")


def _one_line(text: str) -> str:
    if _NOT_IN_A_WORD & set(text):
        raise ValueError("a word or phrase holds no line breaks, backticks, brackets or bars")
    return text


def _can_run(pattern: str) -> str:
    compile_pattern(pattern)
    return pattern


def _stays_in_line(replace: str) -> str:
    if "\n" in replace or "\\n" in replace or "\\r" in replace:
        raise ValueError("a replacement holds no line breaks")
    return replace


def _no_circle(preferred: dict[str, str]) -> dict[str, str]:
    """Refuse words that would be replaced in a circle: a by b, and b by a."""
    following = {key.lower(): value.lower() for key, value in preferred.items()}
    for first in list(following):
        seen, word = {first}, following.get(first, "")
        while word in following and word != following[word]:
            if word in seen:
                raise ValueError(f"{first!r} and {word!r} are replaced by each other in a circle")
            seen.add(word)
            word = following[word]
    return preferred


Phrase = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_one_line),
]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Table):
    """Words: `banned` never appear, `preferred` maps what is not said to what is.

    A banned word that ends in `*` stands for every word that begins so: `delv*`. Case makes no
    difference; a word is found as a whole word where a script has words. Longer quotations are
    left as they were said.
    """

    banned: Annotated[tuple[Phrase, ...], Field(max_length=5_000)] = ()
    preferred: Annotated[
        dict[Phrase, Phrase], Field(max_length=5_000), AfterValidator(_no_circle)
    ] = {}


class Sentences(_Table):
    """Lengths in words, or characters for Chinese; 0 sets no limit."""

    longest: Count = 0
    mean: Count = 0  # what the guide asks for; checked within a third


class Paragraphs(_Table):
    """Lengths in sentences; 0 sets no limit."""

    longest: Count = 0


class Voice(_Table):
    """Who speaks, when, in which spelling.

    `person`: `first` is a text in which somebody speaks of themselves, `second` one that speaks to
    the reader and has no "I", `third` one with neither.
    """

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
    """Punctuation. `quotes`: curly or straight.

    `dash`: `spaced` has a space on either side, `closed` is an em dash without, `none` uses none.
    """

    oxford_comma: Literal["yes", "no", "any"] = "any"
    quotes: Literal["curly", "straight", "any"] = "any"
    dash: Literal["spaced", "closed", "none", "any"] = "any"
    exclamations: Annotated[int, Field(ge=-1)] = -1  # most per 1,000 words; -1 sets no limit
    semicolons: bool = True  # allowed


class Numbers(_Table):
    """Numbers: up to `words_up_to` they are spelled out; thousands are grouped by commas.

    Commas are asked for from 10,000 on, since four digits may be a year. `percent` is the sign, or
    the word (`per cent` in British spelling).
    """

    words_up_to: Annotated[int, Field(ge=0, le=100)] = 0
    thousands_comma: bool = False
    percent: Literal["sign", "word", "any"] = "any"


class Chinese(_Table):
    """Chinese typography: full-width punctuation, a space between Han and Latin or none."""

    full_width: bool = False
    latin_spacing: Literal["space", "none", "any"] = "any"


class Pattern(_Table):
    """A rule of one's own: a regular expression, what to say, and how to mend it, if it can be.

    Patterns are matched line by line. `replace` may name groups: `\\1`.
    """

    pattern: Annotated[str, StringConstraints(min_length=1), AfterValidator(_can_run)]
    message: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    replace: (
        Annotated[str, StringConstraints(max_length=500), AfterValidator(_stays_in_line)] | None
    ) = None
    code: Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,60}$")] = "pattern"

    @model_validator(mode="after")
    def _replacement_fits(self) -> Self:
        try:
            compile_pattern(self.pattern).sub(self.replace or "", "")
        except (re.error, IndexError) as error:
            raise ValueError(f"replace does not fit the pattern: {error}") from None
        return self


class Rules(_Table):
    """All of `style.toml`. Whatever is left out is not checked."""

    summary: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    language: Literal["en", "zh", "any"] = "any"
    words: Words = Words()
    sentences: Sentences = Sentences()
    paragraphs: Paragraphs = Paragraphs()
    voice: Voice = Voice()
    headings: Headings = Headings()
    marks: Marks = Marks()
    numbers: Numbers = Numbers()
    chinese: Chinese = Chinese()
    patterns: Annotated[tuple[Pattern, ...], Field(max_length=1_000)] = ()
    adapter: str = ""  # a LoRA adapter that writes in this style, a path
    judge: str = ""  # a reward model that chooses between drafts in this style, a path
