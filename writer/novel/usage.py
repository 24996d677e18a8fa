"""What the requests of a book cost, added up: a list of hundreds of prompts would outgrow it."""

from dataclasses import replace

from copydesk.generate.protocol import Completion


class Usage(list[Completion]):
    """A list of completions that keeps one: the sum of all, and what was found on the way."""

    def append(self, completion: Completion) -> None:
        """Add an answer's cost; its text and prompt are let go."""
        if not self:
            super().append(replace(completion, text="", prompt=""))
            return
        total = self[0]
        self[0] = replace(
            completion,
            text="",
            prompt="",
            prompt_tokens=total.prompt_tokens + completion.prompt_tokens,
            cached_tokens=total.cached_tokens + completion.cached_tokens,
            completion_tokens=total.completion_tokens + completion.completion_tokens,
            prompt_seconds=total.prompt_seconds + completion.prompt_seconds,
            completion_seconds=total.completion_seconds + completion.completion_seconds,
            findings=(total.findings + completion.findings)[-_FINDINGS:],
        )


_FINDINGS = 100
