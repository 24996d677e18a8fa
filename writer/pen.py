"""Writes one piece of text to a length: goes on where it is short, ends it where it is long."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from copydesk.brief import Language
from copydesk.generate.protocol import (
    Completion,
    Generator,
    Message,
    Request,
    Sampling,
    complete,
)
from copydesk.prose.repetition import Seen
from copydesk.writer.clean import LeadFilter, clean_section
from copydesk.writer.intake import Intake

OnText = Callable[[str], None]

# Generous tokens per word or character, so that a draw ends where it wants to, not at a limit.
_TOKENS_PER_WORD = 2.2
_TOKENS_PER_CHARACTER = 1.6
_ROUNDS = 8  # times the model is asked to go on
_FRUITLESS = 4  # of them in a row that may bring next to nothing
_SEED_STEP = 7919
_DRY = 0.8
_HEAT_STEP = 0.2  # warmer after a fruitless round: a model that repeats itself is too sure
_HEAT_LIMIT = 1.3
# Shares of the aim. A middle piece may end a little early or late, for the next ones are measured
# by what is left; the last one has to hit.
_SHORT, _SHORT_LAST = 0.85, 0.94
_LONG, _LONG_LAST = 1.15, 1.05
# What is kept for the ending of a last piece that does not end by itself: a share, or some words.
_ENDING = 0.15
_LONGEST_ENDING = {"en": 45, "zh": 70}
_BEGINNINGS = 3  # first draws of a text of few words
_ENDED = 0.92  # of the length; an ending that leaves less is not worth it
_FEW = 250  # words or characters
_FAR = 0.75  # of the length, below which a first draw of few words is drawn again
_LEAST = 8  # fewer words than that are not worth another turn


@dataclass(frozen=True)
class Order:
    """One piece to write: the conversation that asks for it, its length, and where it stands.

    Attributes:
        words: how long, in words or characters.
        last: whether the text ends with it, so that it must end well and hit its length.
        go_on, close: user turns that ask for more, and for an ending, of so many words.
        echoes: headings that the model may repeat first; without any, headings are its own.
        once: whether one answer is all that is wanted, however short it is.
    """

    messages: tuple[Message, ...]
    words: int
    seed: int
    last: bool
    go_on: Callable[[int], str]
    close: Callable[[int], str]
    echoes: tuple[str, ...] = ()
    once: bool = False


@dataclass
class Pen:
    """A generator with a language, a temperature, and a memory of what was said before."""

    generator: Generator
    language: Language
    temperature: float
    seen: Seen
    bans: tuple[str, ...] = ()
    on_text: OnText = lambda _text: None
    cancel: Event = field(default_factory=Event)
    completions: list[Completion] = field(default_factory=list)
    verbatim: bool = False  # what the prompt says may be said again: facts out of sources
    _intake: Intake | None = None

    @property
    def unfinished(self) -> str:
        """The piece in progress, should it be interrupted."""
        return self._intake.text.strip() if self._intake else ""

    def write(self, order: Order) -> str:
        """Write the piece, within a few hundredths of its length where the model has enough to say.

        What is shown through `on_text` stands: a last piece is shown up to its last words only
        when its ending is known.
        """
        intake = self._intake = Intake(
            self.language,
            self.seen,
            aim=order.words,
            most=round(order.words * (_LONG_LAST if order.last else _LONG)),
            hold=self._hold(order),
            emit=self.on_text,
        )
        self._begin(order, intake)
        if not order.once:
            self._lengthen(order, intake)
        if order.last and intake.full and not self.cancel.is_set():
            self._end(order, intake)
        intake.release()
        self._intake = None
        return clean_section(intake.text, whole=True)

    def _body(self, order: Order) -> int:
        """Up to where a last piece is written before it is given an ending."""
        return order.words - min(round(order.words * _ENDING), _LONGEST_ENDING[self.language])

    def _hold(self, order: Order) -> int:
        """Up to where a piece is shown at once: a last one may lose its end, a short one all."""
        if _is_short(order):
            return 0
        return self._body(order) if order.last else order.words * 2

    def _begin(self, order: Order, intake: Intake) -> None:
        """The first draw; of a short text several, for a better one may still be had cheaply.

        A few sentences that are all a model has to say are gone on with badly.
        """
        longest: list[tuple[str, int]] = []
        for number in range(_BEGINNINGS if _is_short(order) else 1):
            self._draw(order, intake, order.messages, order.seed + number * _SEED_STEP)
            if intake.full or intake.length >= order.words * _FAR or self.cancel.is_set():
                return
            if _is_short(order):
                taken = intake.back_to(0)
                longest = max(longest, taken, key=lambda units: sum(size for _, size in units))
        intake.put_back(longest, most=order.words)

    def _end(self, order: Order, intake: Intake) -> None:
        """Have an ending written for a text that was broken off; where none comes, it stays."""
        taken = intake.back_to(self._body(order))
        length = intake.length
        asked = self._after(order, intake.text, order.close(max(order.words - length, _LEAST)))
        intake.reopen(most=order.words)
        self._draw(order, intake, asked, order.seed + (_BEGINNINGS + _ROUNDS + 1) * _SEED_STEP)
        if intake.length < order.words * _ENDED:
            intake.back_to(length)
            intake.put_back(taken, most=order.words)

    def _lengthen(self, order: Order, intake: Intake) -> None:
        """Ask for more until the piece is long enough, or the model has nothing more to say."""
        enough = order.words * (_SHORT_LAST if order.last else _SHORT)
        fruitless = 0
        for number in range(1, _ROUNDS + 1):
            missing = order.words - intake.length
            done = intake.full or intake.length >= enough or missing < _LEAST
            if done or fruitless == _FRUITLESS or self.cancel.is_set():
                return
            before = intake.length
            # A model that only repeats itself may find something else when it begins anew.
            anew = fruitless == _FRUITLESS // 2
            asked = self._after(order, "" if anew else intake.text, order.go_on(missing))
            intake.new_paragraph()
            seed = order.seed + (_BEGINNINGS + number) * _SEED_STEP
            self._draw(order, intake, asked, seed, heat=fruitless * _HEAT_STEP)
            fruitless = fruitless + 1 if intake.length - before < missing // 10 else 0

    def _after(self, order: Order, text: str, turn: str) -> tuple[Message, ...]:
        """The conversation with what was written so far as an answer, and another turn."""
        if not text.strip():
            return order.messages
        return (*order.messages, Message("assistant", text.strip()), Message("user", turn))

    def _draw(
        self,
        order: Order,
        intake: Intake,
        messages: tuple[Message, ...],
        seed: int,
        *,
        heat: float = 0.0,
    ) -> None:
        """One answer, taken in as it comes, broken off when the piece is long enough."""
        stop = Event()
        lead = LeadFilter(order.echoes, intake.feed)

        def hear(text: str) -> None:
            lead.feed(text)
            if intake.full or intake.stuck or self.cancel.is_set():
                stop.set()

        room = max(order.words - intake.length, _LEAST)
        per_word = _TOKENS_PER_CHARACTER if self.language == "zh" else _TOKENS_PER_WORD
        request = Request(
            messages,
            max_tokens=int(room * per_word) + 120,
            sampling=Sampling(
                temperature=max(self.temperature, min(self.temperature + heat, _HEAT_LIMIT)),
                dry_multiplier=0.0 if self.verbatim else _DRY,
            ),
            seed=seed,
            bans=self.bans,
            may_cut=True,
        )
        completion = complete(self.generator, request, on_text=hear, cancel=stop)[0]
        lead.close()
        intake.finish(whole=completion.finish == "stop")
        self.completions.append(completion)


def _is_short(order: Order) -> bool:
    """Whether the piece is the whole of a short text, or its end."""
    return order.last and order.words <= _FEW
