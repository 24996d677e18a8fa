"""What a novel is made of before its chapters: premise, cast, places, acts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from copydesk.brief import Language
from copydesk.generate import schema as shape
from copydesk.generate.structured import complete_object
from copydesk.writer.plan import Ask

ACTS = 3
PERSONS = (3, 7)
_PLACES = (2, 5)
VIEWS: dict[Language, tuple[str, ...]] = {
    "en": ("first person", "close third person", "omniscient"),
    "zh": ("第一人称", "第三人称限知", "第三人称全知"),
}


@dataclass(frozen=True)
class Premise:
    """What the book is: title, one sentence on the story, where and when, tone, point of view."""

    title: str
    logline: str
    setting: str
    tone: str
    view: str


@dataclass(frozen=True)
class Person:
    """Somebody in the book."""

    name: str
    role: str
    want: str
    secret: str
    voice: str


@dataclass(frozen=True)
class Place:
    """Where things happen."""

    name: str
    detail: str


@dataclass(frozen=True)
class Act:
    """A third of the story, and the turn at its end."""

    happens: str
    turn: str


@dataclass(frozen=True)
class Bible:
    """All that the chapters are planned from; what is empty is still to be made."""

    premise: Premise
    cast: tuple[Person, ...] = ()
    places: tuple[Place, ...] = ()
    acts: tuple[Act, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the cast."""
        return tuple(person.name for person in self.cast)


def make_premise(ask: Ask, prompt: str) -> Premise:
    """Ask what the book is."""
    line = Lines(ask.language)
    schema = shape.record(
        title=line(60, 20, shortest=4 if ask.language == "en" else 2),
        logline=line(220, 80),
        setting=line(140, 50),
        tone=line(60, 20),
        view=shape.choice(*VIEWS[ask.language]),
    )

    def accept(answer: dict[str, Any]) -> Premise:
        premise = TypeAdapter(Premise).validate_python(answer)
        return replace(premise, title=premise.title.rstrip(".。"))

    return complete_object(ask.generator, ask.request(prompt), schema, accept, on_done=ask.hear)


def make_cast(ask: Ask, prompt: str, persons: int) -> tuple[tuple[Person, ...], tuple[Place, ...]]:
    """Ask for persons whose names cannot be mixed up, and for places."""
    line = Lines(ask.language)
    person = shape.record(
        name=_name(ask.language),
        role=line(50, 16),
        want=line(90, 32),
        secret=line(90, 32),
        voice=line(70, 24),
    )
    place = shape.record(name=line(40, 12, shortest=2), detail=line(100, 36))
    schema = shape.record(
        cast=shape.array(person, persons, persons), places=shape.array(place, *_PLACES)
    )

    def read(answer: dict[str, Any]) -> tuple[tuple[Person, ...], tuple[Place, ...]]:
        cast = TypeAdapter(tuple[Person, ...]).validate_python(answer["cast"])
        places = TypeAdapter(tuple[Place, ...]).validate_python(answer["places"])
        return cast, tuple({place.name.casefold(): place for place in places}.values())

    def accept(answer: dict[str, Any]) -> tuple[tuple[Person, ...], tuple[Place, ...]]:
        cast, places = read(answer)
        if clash := same_name([person.name for person in cast], ask.language):
            raise ValueError(f"two persons are called {clash}")
        if len({person.secret.casefold() for person in cast}) < len(cast):
            raise ValueError("two persons have the same secret")
        return cast, places

    def settle(answer: dict[str, Any]) -> tuple[tuple[Person, ...], tuple[Place, ...]]:
        cast, places = read(answer)
        kept: list[Person] = []
        for person in cast:
            if not same_name([*(p.name for p in kept), person.name], ask.language):
                kept.append(person)
        return tuple(kept), places

    return complete_object(
        ask.generator, ask.request(prompt), schema, accept, settle=settle, on_done=ask.hear
    )


def make_acts(ask: Ask, prompt: str) -> tuple[Act, ...]:
    """Ask for three acts that each do something else."""
    line = Lines(ask.language)
    act = shape.record(happens=line(260, 100), turn=line(140, 50))
    schema = shape.record(acts=shape.array(act, ACTS, ACTS))

    def read(answer: dict[str, Any]) -> tuple[Act, ...]:
        return TypeAdapter(tuple[Act, ...]).validate_python(answer["acts"])

    def accept(answer: dict[str, Any]) -> tuple[Act, ...]:
        acts = read(answer)
        if len({act.happens.casefold() for act in acts}) < len(acts):
            raise ValueError("two acts are the same")
        return acts

    return complete_object(
        ask.generator, ask.request(prompt), schema, accept, settle=read, on_done=ask.hear
    )


def person_count(chapters: int) -> int:
    """How many persons a book of so many chapters has room for."""
    fewest, most = PERSONS
    return max(fewest, min(most, 3 + chapters // 4))


def same_name(names: Sequence[str], language: Language) -> str:
    """The first name that can be taken for one before it, or "".

    Two persons may share a family name, but not what they are called by.
    """
    called: set[str] = set()
    for name in names:
        call = _called(name, language)
        if not call or call in called:
            return name
        called.add(call)
    return ""


def _called(name: str, language: Language) -> str:
    """What a person is called by: the given name."""
    name = name.casefold().strip()
    if language == "zh" and name.isascii() is False:
        return name[1:] if len(name) > 2 else name
    parts = [part for part in name.replace(".", " ").split() if part not in _TITLES]
    return parts[0] if parts else ""


_TITLES = {"mr", "mrs", "ms", "miss", "dr", "sir", "old", "young", "captain", "aunt", "uncle"}


# A story's lines begin with a letter and need fewer marks than a slide: with figures and colons
# allowed at the start, the smallest models write nothing but dates.
_START: dict[Language, str] = {"en": r"[\p{Lu}“]", "zh": r"[\p{Han}“《]"}
_REST: dict[Language, str] = {
    "en": r"[\p{Latin}\p{Nd} ,.;!?'’“”\-–—]",
    "zh": r"[\p{Han}\p{Latin}\p{Nd}，。、；！？《》…·“”—]",
}


class Lines:
    """Texts of a schema in one language: the longest in English, and in Chinese."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language

    def __call__(
        self, longest: int, longest_zh: int, *, shortest: int | None = None
    ) -> shape.Schema:
        """A line no longer than that, and no shorter than a seventh of it."""
        most = longest_zh if self._language == "zh" else longest
        least = max(2, most // 7) if shortest is None else shortest
        pattern = f"^{_START[self._language]}{_REST[self._language]}*$"
        line = shape.text(most, shortest=least, language=self._language)
        return {**line, "pattern": pattern}


def _name(language: Language) -> shape.Schema:
    """A name: letters of one script, no figures, no brackets."""
    if language == "zh":
        return {
            "type": "string",
            "pattern": r"^[\p{Han}][\p{Han}·]*$",
            "minLength": 2,
            "maxLength": 5,
        }
    pattern = r"^[\p{Lu}][\p{Latin} .'’\-]*$"
    return {"type": "string", "pattern": pattern, "minLength": 2, "maxLength": 24}
