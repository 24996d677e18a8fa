"""The steps that a model takes over some passages, one conversation with one beginning."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any, TypeVar

from copydesk.brief import Language
from copydesk.documents.passage import line_of
from copydesk.generate import schema as shape
from copydesk.generate.protocol import Completion, Generator, Message, Request, Sampling
from copydesk.generate.structured import complete_object
from copydesk.prompts import Prompts, templates_folder
from copydesk.reader.excerpts import Excerpt

T = TypeVar("T")

SEVERAL = 4  # answers at the most, where several are asked for
_YES_NO: dict[Language, tuple[str, str]] = {"en": ("yes", "no"), "zh": ("是", "否")}
_TEXT = {"en": 160, "zh": 80}  # characters of an answer
# Everything but quotation marks of JSON, backslashes and control characters; an answer begins
# with something that can be read.
_LINE = r"[^\"\\\p{C}\p{Zl}\p{Zp}]"
_SAMPLING = Sampling(temperature=0.1)


@dataclass(frozen=True)
class Drafted:
    """An answer as the model wrote it, and the passage that it named."""

    text: str
    cited: Excerpt


@dataclass
class Steps:
    """Asks a model one thing after the other; what it read once it need not read again.

    Attributes:
        completions: every answer so far.
    """

    generator: Generator
    question: str
    language: Language
    excerpts: Sequence[Excerpt]
    seed: int = 0
    cancel: Event | None = None
    completions: list[Completion] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._prompts = Prompts(templates_folder() / "reading")
        self._said: list[Message] = [Message("system", self._render("system.j2"))]
        self._open = self._render("passages.j2", excerpts=self.excerpts)

    def answer(self, *, cautious: bool, several: bool) -> list[Drafted]:
        """Answers out of the passages: one, or a few where several are asked for.

        Args:
            cautious: the model may say that it is not stated. It says so too often, so this is
                for questions that the documents probably do not answer.
        """
        asked = self._render("answer.j2", cautious=cautious, several=several)
        return self._ask(asked, self._schema(several=several), self._drafted)

    def again(self, failed: Sequence[tuple[str, str, str]], *, several: bool) -> list[Drafted]:
        """Other answers in place of those that failed: what they said, why, about what."""
        asked = self._render("again.j2", failed=failed)
        return self._ask(asked, self._schema(several=several), self._drafted)

    def judge(self, text: str, quotation: str, head: str) -> bool:
        """Whether a quotation bears an answer out, asked apart from all that was said before."""
        yes, no = _YES_NO[self.language]
        asked = self._render("judge.j2", answer=text, quotation=quotation, head=head)
        request = Request((Message("user", asked),), 1, sampling=_SAMPLING, seed=self.seed)
        answer: str = complete_object(
            self.generator,
            request,
            shape.record(right=shape.choice(yes, no)),
            lambda answer: str(answer["right"]),
            on_done=self.completions.append,
            cancel=self.cancel,
        )
        return answer == yes

    def _drafted(self, answer: dict[str, Any]) -> list[Drafted]:
        """The answers, each once.

        Raises:
            ValueError: there is none, or no passage of that name; a server ignored the schema.
        """
        said = answer["answer"]
        texts = [line_of(str(text)) for text in (said if isinstance(said, list) else [said])]
        cited = [one for one in self.excerpts if one.key == answer["passage"]]
        if not cited:
            raise ValueError(f"there is no passage {answer['passage']}")
        if not any(texts):
            raise ValueError("there is no answer")
        return [Drafted(text, cited[0]) for text in dict.fromkeys(texts) if text]

    def _schema(self, *, several: bool) -> dict[str, Any]:
        line = {
            "type": "string",
            "pattern": rf"^[\p{{L}}\p{{N}}“‘(《$€£¥]{_LINE}*$",
            "minLength": 1,
            "maxLength": _TEXT[self.language],
        }
        return shape.record(
            passage=shape.choice(*(one.key for one in self.excerpts)),
            answer=shape.array(line, 1, SEVERAL) if several else line,
        )

    def _render(self, name: str, **values: Any) -> str:
        return self._prompts.render(name, language=self.language, question=self.question, **values)

    def _ask(
        self,
        text: str,
        schema: Mapping[str, Any],
        accept: Callable[[dict[str, Any]], T],
    ) -> T:
        """Ask, and keep question and answer as the beginning of what is asked next."""
        opened = f"{self._open}\n\n{text}" if self._open else text
        messages = (*self._said, Message("user", opened))
        request = Request(messages, 1, sampling=_SAMPLING, seed=self.seed)
        heard: list[dict[str, Any]] = []

        def taken(answer: dict[str, Any]) -> T:
            got = accept(answer)
            heard.append(answer)
            return got

        got = complete_object(
            self.generator,
            request,
            schema,
            taken,
            on_done=self.completions.append,
            cancel=self.cancel,
        )
        answer = json.dumps(heard[-1], ensure_ascii=False, separators=(",", ":"))
        self._said = [*messages, Message("assistant", answer)]
        self._open = ""
        return got
