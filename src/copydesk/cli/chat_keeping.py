"""Puts the answers of a chat on the desk, and what was made of them."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

from typing import TYPE_CHECKING

from copydesk.cli.keeping import keep_draft, opened_desk

if TYPE_CHECKING:
    from copydesk.desk.drafts import NewDraft
    from copydesk.generate.conversation import Turn


class Keeping:
    """Knows under which number each answer lies."""

    def __init__(self, style: str, *, kept: bool) -> None:
        """`kept` is what --keep says; with False nothing is put on the desk."""
        self._style = style
        self._kept = kept
        self._numbers: dict[Turn, int] = {}
        self._failed = False

    def answer(self, turn: "Turn") -> None:
        """Keep an answer; a desk that cannot be written is told of once."""
        if self._kept and not self._failed:
            number = keep_draft(lambda: self._draft(turn), quiet=True)
            self._numbers[turn] = number or 0
            self._failed = number is None

    def edit(self, turn: "Turn") -> str:
        """Keep what was made of an answer; what there is to say of it.

        Raises:
            CopydeskError: the desk cannot be written.
        """
        from dataclasses import replace

        if not self._kept:
            return "; it is not kept"
        known = self._numbers.get(replace(turn, answer=turn.draft), 0)
        with opened_desk() as desk:
            number = known or desk.add_draft(self._draft(turn))
            edit = desk.add_edit(number, turn.answer)
        self._numbers[replace(turn, answer=turn.draft)] = number
        return f", and is kept on the desk as {edit}"

    def _draft(self, turn: "Turn") -> "NewDraft":
        from copydesk.brief import detect_language
        from copydesk.desk.drafts import NewDraft

        return NewDraft(
            kind="chat",
            prompt=turn.prompt,
            text=turn.draft,
            model=turn.model or "unknown",
            seed=turn.seed,
            form="chat",
            style=self._style,
            language=detect_language(turn.draft),
        )
