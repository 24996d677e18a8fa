"""A record becomes a row: its columns say which kind."""

from collections.abc import Callable, Iterator
from typing import Any

from copydesk.preferences import argilla
from copydesk.preferences.ranked import ANSWERS, gathered, rankings
from copydesk.preferences.record import BadRow, Notes, Record, first, flag, label, number
from copydesk.preferences.rows import Pair, Question, Row, Sample, Verdict
from copydesk.preferences.turns import Turns, answer, conversation, prompt_of, shared

_PROMPT = ("prompt", "instruction", "question", "query", "request", "brief", "context_lede")
_COMPLETION = ("completion", "output", "response", "answer")
_TALK = ("messages", "conversations", "conversation")
_DRAFT = ("draft", "original", "before")
_EDITED = ("edited", "final", "after")
_LABEL = ("label", "keep", "verdict")
_BY = ("annotator", "by", "editor")
# Of these columns, the first makes no sense without the second.
_TOGETHER = (
    (("chosen",), ("rejected",)),
    (("rejected",), ("chosen",)),
    (_EDITED, _DRAFT),
    (("ranks", "rankings"), ANSWERS),
)

Reader = Callable[[Record, str, Notes], Iterator[Row]]


def read_record(record: Any, place: str, notes: Notes, kind: str = "") -> Iterator[Row]:
    """The rows of one record.

    Args:
        kind: a key of `READERS`; "": what the columns say.

    Raises:
        BadRow: the record gives none.
    """
    if not isinstance(record, dict):
        raise BadRow("row-shape", "it is no JSON object", "one object a line")
    if not kind and argilla.is_record(record):
        kind = "argilla"
    elif kind != "argilla":
        record = gathered(record)
    return READERS[kind or kind_of(record)](record, place, notes)


def kind_of(record: Record) -> str:
    """What kind of row the columns make.

    Raises:
        BadRow: none.
    """
    has = _has(record)
    for one, other in _TOGETHER:
        if has(*one) and not has(*other):
            raise BadRow("row-shape", f"it has {_named(record, one)} and no {other[0]}")
    if has("chosen") and has("rejected"):
        return "pairs"
    if has(*_DRAFT) and has(*_EDITED):
        return "edits"
    if has(*ANSWERS):
        return "rankings"
    if has(*_COMPLETION):
        return "verdicts" if has(*_LABEL) else "samples"
    if has(*_TALK):
        return "verdicts" if has(*_LABEL) else "samples"
    if has(*_PROMPT):
        return "questions"
    if has("text"):
        return "samples"
    known = ", ".join(sorted(str(key)[:30] for key in record)[:8]) or "none"
    raise BadRow("row-shape", f"its columns make no row (it has: {known})", SHAPES)


SHAPES = (
    "a row has messages, or prompt and completion, or chosen and rejected, or completions and ranks"
)


def _named(record: Record, names: tuple[str, ...]) -> str:
    return next(name for name in names if record.get(name) is not None)


def _has(record: Record) -> Callable[..., bool]:
    return lambda *names: first(record, names) is not None


def _prompt(record: Record) -> Turns | None:
    """What is asked; None when the record has no column for it. Alpaca's `input` follows it."""
    asked = first(record, _PROMPT)
    if asked is None:
        return None
    more = record.get("input")
    if isinstance(asked, str) and isinstance(more, str) and more.strip():
        asked = f"{asked}\n\n{more}"
    return prompt_of(asked)


def _samples(record: Record, place: str, notes: Notes) -> Iterator[Row]:  # noqa: ARG001
    prompt, completion = _answered(record)
    if completion is None:
        yield Question(prompt=prompt, place=place, language=label(record.get("language")))
        return
    yield Sample(
        prompt=prompt, completion=completion, place=place, language=label(record.get("language"))
    )


def _answered(record: Record) -> tuple[Turns, str | None]:
    """A request and its answer; of a conversation, the last one. None: it ends in a request."""
    given = first(record, _COMPLETION)
    if given is not None:
        asked = _prompt(record)
        prompt = shared([given], ["completion"]) if asked is None else asked
        return prompt, answer(given, "completion", prompt)
    talk = first(record, _TALK)
    if talk is None and isinstance(record.get("text"), str):
        return _prompt(record) or (), answer(record["text"], "text")
    turns = conversation(talk, "messages")
    if not turns:
        raise BadRow("row-turns", "messages is empty")
    if turns[-1].role == "user":
        return turns, None
    prompt = prompt_of([vars(turn) for turn in turns[:-1]], "messages, up to the last answer,")
    return prompt, answer([vars(turns[-1])], "messages")


def _pairs(record: Record, place: str, notes: Notes) -> Iterator[Row]:  # noqa: ARG001
    chosen, rejected = record.get("chosen"), record.get("rejected")
    prompt = _prompt(record)
    if prompt is None:
        prompt = shared([chosen, rejected], ["chosen", "rejected"])
        if prompt and prompt[-1].role != "user":
            raise BadRow("row-turns", "what chosen and rejected share does not end with the user")
    margin, level = _margin(record)
    said = record.get("tie")
    yield Pair(
        prompt=prompt,
        place=place,
        language=label(record.get("language")),
        chosen=answer(chosen, "chosen", prompt),
        rejected=answer(rejected, "rejected", prompt),
        margin=margin,
        tie=level if said is None else flag(said, "tie"),
        annotator=label(first(record, _BY)),
    )


def _margin(record: Record) -> tuple[float | None, bool]:
    """By how much the chosen answer is better, and whether two scores say that it is not."""
    given = record.get("margin")
    if given is not None:
        return number(given, "margin"), False
    scores = [
        first(record, (f"{which}_score", f"score_{which}", f"{which}_rating", f"{which}-rating"))
        for which in ("chosen", "rejected")
    ]
    if any(score is None for score in scores):
        return None, False
    better, worse = (number(score, "a score") for score in scores)
    return (None, True) if better == worse else (better - worse, False)


def _edits(record: Record, place: str, notes: Notes) -> Iterator[Row]:  # noqa: ARG001
    prompt = _prompt(record) or ()
    edited = answer(first(record, _EDITED), "edited", prompt)
    draft = answer(first(record, _DRAFT), "draft", prompt)
    if edited.strip() == draft.strip():
        raise BadRow("row-unchanged", "the edit changed nothing")
    yield Pair(
        prompt=prompt,
        place=place,
        language=label(record.get("language")),
        chosen=edited,
        rejected=draft,
        annotator=label(first(record, _BY)),
    )


def _rankings(record: Record, place: str, notes: Notes) -> Iterator[Row]:
    return rankings(record, place, _prompt(record) or (), notes)


def _verdicts(record: Record, place: str, notes: Notes) -> Iterator[Row]:  # noqa: ARG001
    prompt, completion = _answered(record)
    if completion is None:
        raise BadRow("row-turns", "there is no answer to the verdict")
    yield Verdict(
        prompt=prompt,
        place=place,
        language=label(record.get("language")),
        completion=completion,
        keep=flag(first(record, _LABEL), "label"),
        annotator=label(first(record, _BY)),
    )


def _questions(record: Record, place: str, notes: Notes) -> Iterator[Row]:  # noqa: ARG001
    prompt = _prompt(record)
    if prompt is None and first(record, _TALK) is not None:
        turns = conversation(first(record, _TALK), "messages")
        prompt = turns[:-1] if turns and turns[-1].role == "assistant" else turns
    if not prompt or prompt[-1].role != "user":
        raise BadRow("row-prompt", "nothing is asked")
    yield Question(prompt=prompt, place=place, language=label(record.get("language")))


READERS: dict[str, Reader] = {
    "samples": _samples,
    "pairs": _pairs,
    "rankings": _rankings,
    "verdicts": _verdicts,
    "questions": _questions,
    "edits": _edits,
    "argilla": argilla.read_record,
}
