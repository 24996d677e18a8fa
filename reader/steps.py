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

PICKED = 3  # passages at the most
SENTENCES = 2
_YES_NO: dict[Language, tuple[str, str]] = {"en": ("yes", "no"), "zh": ("是", "否")}
_TEXT = {"en": 180, "zh": 90}  # characters of a sentence
# Everything but quotation marks of JSON, backslashes and control characters; a sentence begins
# with something that can be read.
_LINE = r"[^\"\\\p{C}\p{Zl}\p{Zp}]"
_SAMPLING = Sampling(temperature=0.1)


@dataclass(frozen=True)
class Drafted:
    """A sentence as the model wrote it, and the passages that it named."""

    text: str
    cited: tuple[Excerpt, ...]


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

    def pick(self) -> list[Excerpt]:
        """The passages that bear on the question, best first."""
        schema = shape.record(passages=shape.array(self._key(self.excerpts), 1, PICKED))
        return self._ask(
            self._render("pick.j2"), schema, lambda answer: self._named(answer["passages"])
        )

    def answer(self, picked: Sequence[Excerpt], hint: str = "") -> list[Drafted]:
        """Sentences that answer the question out of these passages; a hint is where to look."""
        keys = [one.key for one in picked]
        asked = self._render("answer.j2", keys=keys, hint=hint, most=SENTENCES)
        return self._ask(asked, self._sentences(picked), self._drafted)

    def again(
        self, picked: Sequence[Excerpt], failed: Sequence[tuple[str, str, str]]
    ) -> list[Drafted]:
        """Other sentences in place of those that failed: what they said, why, about what."""
        asked = self._render("again.j2", failed=failed, keys=[one.key for one in picked])
        return self._ask(asked, self._sentences(picked), self._drafted)

    def judge(self, quotation: str, head: str, *, yes_first: bool) -> bool:
        """Whether a quotation states the answer, asked apart from all that was said before."""
        yes, no = _YES_NO[self.language]
        words = (yes, no) if yes_first else (no, yes)
        asked = self._render("judge.j2", quotation=quotation, head=head, words=words)
        request = Request((Message("user", asked),), 1, sampling=_SAMPLING, seed=self.seed)
        answer: str = complete_object(
            self.generator,
            request,
            shape.record(answer=shape.choice(*words)),
            lambda answer: str(answer["answer"]),
            on_done=self.completions.append,
            cancel=self.cancel,
        )
        return answer == yes

    def _named(self, keys: Sequence[str]) -> list[Excerpt]:
        """The passages with these keys, each once.

        Raises:
            ValueError: there is none of that name; a server ignored the schema.
        """
        known = {one.key: one for one in self.excerpts}
        unknown = [key for key in keys if key not in known]
        if unknown or not keys:
            raise ValueError(f"there is no passage {unknown}" if unknown else "no passage is named")
        return [known[key] for key in dict.fromkeys(keys)]

    def _drafted(self, answer: dict[str, Any]) -> list[Drafted]:
        found: list[Drafted] = []
        for one in answer["sentences"]:
            text = line_of(str(one["text"]))
            if text and text not in [other.text for other in found]:
                found.append(Drafted(text, tuple(self._named(one["passages"]))))
        if not found:
            raise ValueError("the answer has no sentence")
        return found

    def _sentences(self, picked: Sequence[Excerpt]) -> dict[str, Any]:
        line = {
            "type": "string",
            "pattern": rf"^[\p{{L}}\p{{N}}“‘(《$€£¥]{_LINE}*$",
            "minLength": 2,
            "maxLength": _TEXT[self.language],
        }
        one = shape.record(passages=shape.array(self._key(picked), 1, 2), text=line)
        return shape.record(sentences=shape.array(one, 1, SENTENCES))

    @staticmethod
    def _key(some: Sequence[Excerpt]) -> dict[str, Any]:
        return shape.choice(*(one.key for one in some))

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
