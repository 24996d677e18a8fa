"""The one family of errors a user can meet: what happened, then what to do about it.

CopydeskError                exit 1
├── UsageProblem             exit 2   the request itself cannot be carried out
│   ├── UnknownName                   a form, model or layout that does not exist
│   ├── OutputProblem                 the place to write to will not take the result
│   └── TemplateProblem               a prompt template or form file is broken
├── ModelProblem                      a model is absent, damaged or cannot be loaded
│   └── DownloadFailed                every source of a model was tried in vain
├── GenerationFailed                  the model answered, but not with what was asked
│   └── ContextExceeded               the prompt is longer than the model can read
├── DocumentProblem                   a file that was to be read is not what it claims to be
│   └── LockedDocument                it is encrypted, and no password or a wrong one was given
├── MissingTool                       a program outside Python is needed and not there
└── CheckFailed              exit 3   a check ran and found problems
"""

from collections.abc import Iterable
from difflib import get_close_matches


class CopydeskError(Exception):
    """What happened, in one sentence, with a hint on what to do next."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageProblem(CopydeskError):
    """The request cannot be carried out as it was made."""

    exit_code = 2


class UnknownName(UsageProblem):
    """A name that is not among those that exist; the hint lists them, nearest first."""

    def __init__(self, kind: str, name: str, known: Iterable[str], more: str = "") -> None:
        names = sorted(known)
        nearest = get_close_matches(name, names, n=1, cutoff=0.5)
        guess = f"did you mean {nearest[0]}? " if nearest else ""
        hint = f"{guess}there are: {', '.join(names)}"
        super().__init__(f"There is no {kind} named {name!r}.", f"{hint}; {more}" if more else hint)


class OutputProblem(UsageProblem):
    """The place to write to does not exist, cannot be written, or holds a file already."""


class TemplateProblem(UsageProblem):
    """A form or prompt template is broken; the message names file, line and variable."""


class ModelProblem(CopydeskError):
    """A model is absent, damaged, or cannot be loaded."""


class DownloadFailed(ModelProblem):
    """Every source of a model was tried and none gave the file."""


class GenerationFailed(CopydeskError):
    """The model answered, but not with what was asked for."""


class ContextExceeded(GenerationFailed):
    """The prompt holds more tokens than the model's context."""

    def __init__(self, prompt_tokens: int, context: int) -> None:
        over = prompt_tokens - context
        super().__init__(
            f"The request is {prompt_tokens:,} tokens long, {over:,} more than the {context:,} "
            "that the model reads at a time.",
            "shorten the brief, or give a larger --context if the model allows it",
        )
        self.prompt_tokens = prompt_tokens
        self.context = context


class DocumentProblem(CopydeskError):
    """A file that was to be read is missing, damaged, or of another kind."""


class LockedDocument(DocumentProblem):
    """A file is encrypted, and was opened without its password or with a wrong one.

    `opens_here`: whether a password would open it; Office's own encryption is not ours to undo.
    """

    def __init__(self, message: str, hint: str = "", *, opens_here: bool = True) -> None:
        super().__init__(message, hint)
        self.opens_here = opens_here


class MissingTool(CopydeskError):
    """A program outside Python is needed and was not found."""


class CheckFailed(CopydeskError):
    """A check ran to its end and found problems."""

    exit_code = 3
