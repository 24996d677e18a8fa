"""Puts answers to questions about documents on the desk: the request is question and passages."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

from typing import TYPE_CHECKING

from copydesk.cli.cited import Names
from copydesk.cli.keeping import keep_draft

if TYPE_CHECKING:
    from copydesk.desk.drafts import NewDraft
    from copydesk.reader.answer import Answer


def keep_answer(answer: "Answer", names: Names, *, quiet: bool = False) -> bool:
    """Keep an answer as the draft of a chat; whether the desk could be written."""
    return keep_draft(lambda: _draft(answer, names), quiet=quiet) is not None


def _draft(answer: "Answer", names: Names) -> "NewDraft":
    from copydesk.desk.drafts import NewDraft
    from copydesk.generate.protocol import Message

    passages = [
        f"[{names.place(place, answer.language)}] {place.text}" for place in answer.considered
    ]
    asked = "\n\n".join([*passages, answer.question])
    return NewDraft(
        kind="chat",
        prompt=(Message("user", asked),),
        text=written(answer, names),
        model=answer.model or "unknown",
        seed=answer.seed,
        form="ask",
        language=answer.language,
        title=answer.question[:80],
    )


def written(answer: "Answer", names: Names) -> str:
    """The answer as it was shown, without the quotations."""
    lines = [f"{one.text} {names.bracket(one, answer.language)}" for one in answer.sentences]
    return "\n".join(lines) or answer.text
