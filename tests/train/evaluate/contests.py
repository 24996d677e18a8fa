"""A contest without models: everybody says what a function tells, and finds texts as likely."""

from collections.abc import Callable, Sequence

from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Sample
from copydesk.train.evaluate.likelihood import Answered, Likelihood
from copydesk.train.evaluate.voices import Ask, Said

HOUSE = (
    "We open the roof at eight, and the bees are out before us. Nobody here wears gloves any more. "
    "You will be stung twice a year; it is the price of honey, and we pay it gladly. Ask us how."
)
MACHINE = (
    "In today's fast-paced world, it is important to note that bees play a crucial role in the "
    "rich tapestry of urban environments. Moreover, they foster a vibrant sense of community."
)


def sample(number: int, text: str = HOUSE, language: str = "en") -> Sample:
    asked = "请写一篇关于屋顶的文章" if language == "zh" else "Write about roof"
    return Sample(
        prompt=(Message("user", f"{asked} {number}"),),
        completion=f"{text} {number}.",
        place=f"rows:{number}",
        language=language,
    )


class Voices:
    engine = "spoken by hand"
    together = 4

    def __init__(self, say: Callable[[str, Ask], str], context: int = 4096) -> None:
        self.say, self.context = say, context
        self.asked: list[tuple[str, Ask]] = []

    def count(self, prompt: Sequence[Message]) -> int:
        return sum(len(turn.content.split()) for turn in prompt)

    def answer(self, voice: str, asks: Sequence[Ask]) -> list[Said]:
        self.asked += [(voice, ask) for ask in asks]
        return [Said(self.say(voice, ask), ended=True) for ask in asks]

    def close(self) -> None:
        pass


def say(voice: str, ask: Ask) -> str:
    number = ask.prompt[-1].content.split()[-1]
    if voice in ("policy", "sft"):
        return f"We open roof {number} at eight, and the bees are out before us. Ask us how."
    return f"{MACHINE} {number}."


class Contest:
    names = ("policy", "base", "sft")

    def __init__(self, speak: Callable[[str, Ask], str] = say) -> None:
        self.spoken = Voices(speak)
        self.opened = 0

    def identity(self, name: str) -> str:
        return f"weights of {name}"

    def voice(self, name: str) -> str:
        return "" if name == "base" else name

    def voices(self) -> Voices:
        self.opened += 1
        return self.spoken

    def likelihoods(self, name: str, rows: Sequence[Answered], max_length: int) -> list[Likelihood]:
        each = {"policy": -2.0, "sft": -2.2, "base": -2.5}[name]
        return [Likelihood(each * len(row.text.split()), len(row.text.split())) for row in rows]

    def close(self) -> None:
        pass
