"""What lies on the desk, as objects: drafts, and what people made of them."""

from dataclasses import dataclass

from copydesk.generate.protocol import Message


@dataclass(frozen=True)
class NewDraft:
    """Something that a model wrote, to be put on the desk.

    Attributes:
        kind: "text", "deck" or "chat".
        prompt: what was asked for, as one request that the whole text answers.
        text: what was written; of a deck its outline as YAML.
        path: the file that it went to, absolute; "" for none.
        sha256: of that file's content, or of what went to a pipe; "" for none.
        title: what lists call it; its first line if not given.
    """

    kind: str
    prompt: tuple[Message, ...]
    text: str
    model: str
    seed: int
    form: str = ""
    style: str = ""
    language: str = ""
    path: str = ""
    sha256: str = ""
    title: str = ""


@dataclass(frozen=True)
class Draft(NewDraft):
    """A draft on the desk: its number, and when it was made (ISO 8601, UTC)."""

    number: int = 0
    made: str = ""


@dataclass(frozen=True)
class Edit:
    """What somebody made of a draft."""

    number: int
    draft: int
    text: str
    annotator: str
    made: str


@dataclass(frozen=True)
class Judgement:
    """Somebody's verdict on a draft."""

    number: int
    draft: int
    keep: bool
    annotator: str
    made: str


@dataclass(frozen=True)
class TrainingRun:
    """A model that was trained from here: where it lies, how it was made, what came of it."""

    number: int
    folder: str
    method: str
    model: str
    facts: str
    made: str
