"""Puts the results of a batch on the desk as they are finished."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.cli.keeping import File, keep_draft

if TYPE_CHECKING:
    from copydesk.batch.jobs import Job
    from copydesk.batch.manifest import Record
    from copydesk.desk.drafts import NewDraft
    from copydesk.generate.protocol import Message


class Keeping:
    """Knows what each result was asked for; hears of each end."""

    def __init__(self, folder: Path, jobs: "Sequence[Job]") -> None:
        """`folder` is where the results lie."""
        self._folder = folder
        self._jobs = {job.id: job for job in jobs}
        self._failed = False

    def __call__(self, record: "Record") -> None:
        """Keep a result; a desk that cannot be written is told of once."""
        job = self._jobs.get(record.id)
        if job and not self._failed:
            self._failed = keep_draft(lambda: self._draft(job, record), quiet=True) is None

    def _draft(self, job: "Job", record: "Record") -> "NewDraft":
        from copydesk.desk.drafts import NewDraft

        prompt, form, style, language = _asked(job)
        file = File.of(self._folder / record.file, "")
        return NewDraft(
            kind="deck" if form == "deck" else "text",
            prompt=prompt,
            text=file.text,
            model=record.model,
            seed=record.seed,
            form=form,
            style=style,
            language=language,
            path=file.path,
            sha256=file.sha256,
        )


def _asked(job: "Job") -> "tuple[tuple[Message, ...], str, str, str]":
    """The request that the result answers; form, style and language."""
    from copydesk.batch.lines import DeckLine, GenerateLine, WriteLine
    from copydesk.brief import detect_language
    from copydesk.desk.asked import request_for_deck, request_for_text

    match job.line:
        case WriteLine() as line:
            wanted = line.text_wanted(0)
            style = wanted.manner.style
            brief, form = wanted.brief, wanted.form.name
            return request_for_text(brief, form), form, style.name if style else "", brief.language
        case DeckLine() as line:
            brief = line.wanted()
            return request_for_deck(brief, line.slides), "deck", line.style, brief.language
        case GenerateLine() as line:
            return line.request(0).messages, "generate", "", detect_language(line.prompt)
    raise AssertionError(f"no request for {type(job.line).__name__}")
