"""What the writer of a chapter remembers of the chapters before it, in a space that never grows."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from pydantic import TypeAdapter, ValidationError

from copydesk.brief import Language
from copydesk.generate import schema as shape
from copydesk.generate.schema import Schema
from copydesk.writer.novel.ask import Object, first_of_each
from copydesk.writer.novel.bible import Lines
from copydesk.writer.novel.ledger import Entry

_RECENT = 4  # chapters told one by one; those before them are rolled up
_MOST_THREADS = 6
_PAST = {"en": 700, "zh": 260}  # characters
_LINE = {"en": 240, "zh": 90}


@dataclass(frozen=True)
class State:
    """The story after a chapter.

    Attributes:
        past: the story so far, rolled up, all but the last chapters.
        recent: the last chapters, a sentence each.
        cast: where each person stands.
        threads: what the reader waits for.
        words: how long the chapter was: one that lost half of that was damaged.
    """

    past: str = ""
    recent: tuple[str, ...] = ()
    cast: Mapping[str, str] = field(default_factory=dict)
    threads: tuple[str, ...] = ()
    words: int = 0

    @property
    def rolls(self) -> bool:
        """Whether the next chapter pushes the oldest of the recent ones into the past."""
        return len(self.recent) == _RECENT


def state_schema(state: State, entry: Entry, language: Language) -> Schema:
    """What is asked after a chapter; the past only when a chapter goes into it."""
    line = Lines(language)
    person = line(110, 40)
    properties = {"happened": line(_LINE["en"], _LINE["zh"])}
    if state.rolls:
        properties["past"] = line(_PAST["en"], _PAST["zh"])
    properties["cast"] = shape.record(**dict.fromkeys(entry.who, person))
    properties["threads"] = shape.array(line(100, 36), 0, _MOST_THREADS)
    return shape.record(**properties)


def after(state: State, answer: Object, words: int) -> State:
    """The state after a chapter, by what the model answered.

    Raises:
        ValueError: the answer is none.
    """
    recent = (*state.recent, str(answer["happened"]))
    past = str(answer["past"]) if state.rolls else state.past
    cast = TypeAdapter(dict[str, str]).validate_python(answer["cast"])
    threads = TypeAdapter(tuple[str, ...]).validate_python(answer["threads"])
    return State(
        past,
        recent[-_RECENT:],
        {**state.cast, **cast},
        first_of_each(threads)[:_MOST_THREADS],
        words,
    )


def by_the_ledger(state: State, entry: Entry, language: Language, words: int) -> State:
    """The state after a chapter as the ledger has it, where the model has nothing to say."""
    past = state.past
    if state.rolls:
        mark = "" if language == "zh" else " "
        past = f"{past}{mark}{state.recent[0]}".strip()[-_PAST[language] :]
    closed = {thread.casefold() for thread in entry.closes}
    open_still = [thread for thread in state.threads if thread.casefold() not in closed]
    threads = first_of_each((*open_still, *entry.opens))[-_MOST_THREADS:]
    recent = (*state.recent, entry.happens)[-_RECENT:]
    return replace(state, past=past, recent=recent, threads=threads, words=words)


def state_to_json(state: State) -> str:
    """The state as a line of JSON."""
    return json.dumps(asdict(state), ensure_ascii=False)


def state_from_json(text: str) -> State | None:
    """A state that `state_to_json` wrote; None where it is damaged."""
    try:
        return TypeAdapter(State).validate_python(json.loads(text))
    except (ValueError, ValidationError, RecursionError):
        return None
