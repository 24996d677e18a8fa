"""A text of any length in few words: read in stretches, noted in points, written to a length."""

import json
import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from copydesk.brief import Brief, detect_language
from copydesk.errors import GenerationFailed, UsageProblem
from copydesk.findings import Finding
from copydesk.generate import schema as shape
from copydesk.generate.protocol import Message, Request, Sampling
from copydesk.generate.structured import complete_object
from copydesk.prose.repetition import Seen
from copydesk.prose.units import count, sentences
from copydesk.writer.clean import tail
from copydesk.writer.form import Form
from copydesk.writer.pen import OnText, Order, Pen
from copydesk.writer.store import Store
from copydesk.writer.transform.figures import digits, mentioned
from copydesk.writer.transform.passages import Stretch, evenly, overlap, passages, stretches
from copydesk.writer.transform.piece import together
from copydesk.writer.transform.speak import Voice

_ROOM = {"en": 4500, "zh": 1600}  # characters that are read at a time, by the text's language
_ROOM_OF_CONTEXT = {"en": 1.6, "zh": 0.55}  # of them for each token of the context, at the most
_STRETCHES = 24  # minutes of reading, not days, however long the text is
_POINTS = (3, 5)
_PIECE = {"en": 260, "zh": 400}  # words, characters: a longer summary is written in pieces
_DRAWS = 3
_NEAR = 0.15  # of a point's words that the passage must share for it to be its own
_ALLOWED = 0.10
_LEAST = 8  # words: fewer missing ones are not worth another turn


@dataclass
class Summarizer:
    """Writes a summary; what stands of it can be taken at any moment.

    Attributes:
        text: Markdown.
        wish: what the reader asks for, such as "what it costs, in three sentences".
    """

    text: str
    form: Form
    brief: Brief
    voice: Voice
    store: Store
    on_text: OnText
    wish: str = ""
    guide: str = ""
    bans: tuple[str, ...] = ()
    pieces: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._spoken = detect_language(self.text[:100_000])
        self._texts = passages(self.text, self._spoken)
        self._known: set[str] = set()
        self._seen = Seen(self.brief.language)
        self._system = self._render("system.j2")

    @property
    def markdown(self) -> str:
        """The summary as far as it is written."""
        return "\n\n".join(self.pieces) + "\n" if self.pieces else ""

    def run(self) -> None:
        """Read, note, write.

        Raises:
            UsageProblem: the text is empty, or no longer than the summary should be.
        """
        self._check()
        facts, points = self._facts(self._texts)
        if facts and not self.voice.cancel.is_set():
            self._write(facts, points=points)
            self._measure()

    @property
    def _length(self) -> int:
        if self.brief.length:
            return self.brief.length
        usual = self.form.length(self.brief)
        return max(min(usual, self._words(3 * usual) // 3), 20)

    @property
    def _room(self) -> int:
        share = _ROOM_OF_CONTEXT[self._spoken] * self.voice.generator.context
        return max(400, min(_ROOM[self._spoken], int(share)))

    def _words(self, most: int) -> int:
        """Words of the text, counted no further than needed; in another language, unknown: most."""
        if self._spoken != self.brief.language:
            return most
        words = 0
        for text in self._texts:
            words += count(text, self._spoken)
            if words >= most:
                return most
        return words

    def _check(self) -> None:
        if not self._texts:
            raise UsageProblem(
                "There is no text to summarize.",
                "copydesk write summarize --source report.pdf",
            )
        words = self._words(self.brief.length + 1)
        if words <= self.brief.length:
            unit = "characters" if self.brief.language == "zh" else "words"
            raise UsageProblem(
                f"The text has {words:,} {unit}; no summary of {self.brief.length:,} can be made "
                "of it.",
                "ask for fewer --words",
            )

    # Reading

    def _facts(self, texts: Sequence[str]) -> tuple[list[str], bool]:
        """What the summary is written from: the text itself where it fits, else its key points."""
        read, chosen = stretches(texts, self._spoken, self._room, _STRETCHES)
        self._known = mentioned("\n".join(stretch.text for stretch in read))
        if chosen < len(texts):
            self._tell_sampled(len(texts), chosen)
        if len(read) == 1 and chosen == len(texts):
            return list(texts), False
        points: list[str] = []
        for number, stretch in enumerate(read):
            if self.voice.cancel.is_set():
                return [], True
            points += self._noted(number, stretch)
        room = _ROOM[self.brief.language] * max(1, -(-self._length // _PIECE[self.brief.language]))
        return evenly(list(dict.fromkeys(points)), self.brief.language, room), True

    def _tell_sampled(self, total: int, chosen: int) -> None:
        self.findings.append(
            Finding(
                code="sampled",
                place="the text",
                message=f"the text is long: {chosen:,} of its {total:,} passages were read, the "
                "ones that say most in each part of it",
                measured=f"{total:,} passages",
                allowed=f"{chosen:,}",
                fix="summarize its chapters one by one",
            )
        )

    def _noted(self, number: int, stretch: Stretch) -> list[str]:
        """The key points of a stretch, as they were noted before or now."""
        key = f"points-{number:03}"
        kept = _listed(self.store.get(key))
        if kept is None:
            kept = self._note(number, stretch)
            if not self.voice.cancel.is_set():
                self.store.put(key, json.dumps(kept, ensure_ascii=False))
        return kept

    def _note(self, number: int, stretch: Stretch) -> list[str]:
        fewest, most = (min(bound, len(stretch.passages)) for bound in _POINTS)
        asked = self._render("points.j2", passages=stretch.passages, fewest=fewest, most=most)
        request = Request(
            self._messages(asked),
            max_tokens=1,
            sampling=Sampling(temperature=self.voice.temperature),
            seed=self.voice.seed_at(number, 0),
        )
        try:
            return complete_object(
                self.voice.generator,
                request,
                self._schema(stretch, fewest, most),
                lambda answer: self._sound(answer, stretch),
                on_done=self.voice.completions.append,
                cancel=self.voice.cancel,
            )
        except GenerationFailed:
            return self._first_sentences(stretch, most)

    def _schema(self, stretch: Stretch, fewest: int, most: int) -> shape.Schema:
        zh = self.brief.language == "zh"
        numbers = [str(i) for i in range(1, len(stretch.passages) + 1)]
        point = shape.text(90 if zh else 240, shortest=6, language=self.brief.language)
        entry = shape.record(passage=shape.choice(*numbers), point=point)
        return shape.record(points=shape.array(entry, fewest, most))

    def _sound(self, answer: dict[str, Any], stretch: Stretch) -> list[str]:
        """The points that their passages bear out.

        Raises:
            ValueError: none is.
        """
        sound = [entry["point"] for entry in answer["points"] if self._borne_out(entry, stretch)]
        if not sound:
            raise ValueError("no point stands in its passage")
        return list(dict.fromkeys(sound))

    def _borne_out(self, entry: dict[str, str], stretch: Stretch) -> bool:
        """Whether every number of a point stands in its passage, and enough of its words."""
        passage = stretch.passages[int(entry["passage"]) - 1]
        if self._spoken == self.brief.language:
            near = overlap(entry["point"], passage, self._spoken) >= _NEAR
            if not near:  # a small model miscounts; the passage that it means will do
                passage = max(
                    stretch.passages, key=lambda p: overlap(entry["point"], p, self._spoken)
                )
                near = overlap(entry["point"], passage, self._spoken) >= 2 * _NEAR
            if not near:
                return False
        return digits(entry["point"]) <= mentioned(passage)

    def _first_sentences(self, stretch: Stretch, most: int) -> list[str]:
        """What a stretch says in its own words, where the model would not say it."""
        chosen = evenly(stretch.passages, self._spoken, self._room // 4)[:most]
        return [sentences(passage, self._spoken)[0] for passage in chosen]

    # Writing

    def _write(self, facts: Sequence[str], *, points: bool) -> None:
        language = self.brief.language
        parts = max(1, min(-(-self._length // _PIECE[language]), len(facts)))
        left = self._length
        for part in range(parts):
            words = max(left // (parts - part), 20)
            key = f"summary-{part:03}"
            piece = self.store.get(key)
            if piece is None:
                share = facts[len(facts) * part // parts : len(facts) * (part + 1) // parts]
                piece = self._piece(share, words, part, parts, points=points)
                if self.voice.cancel.is_set():
                    return
                self.store.put(key, piece)
            self._keep(piece)
            left -= count(piece, language)

    def _keep(self, piece: str) -> None:
        for sentence in sentences(piece, self.brief.language):
            self._seen.add(sentence)
        self.on_text(("\n\n" if self.pieces else "") + piece)
        self.pieces.append(piece)

    def _piece(
        self, facts: Sequence[str], words: int, part: int, parts: int, *, points: bool
    ) -> str:
        """A piece of a length without numbers of its own: sentences with such are left out."""
        previous = tail(self.pieces[-1], self.brief.language) if self.pieces else ""
        asked = self._render(
            "draft.j2",
            facts=facts,
            words=words,
            part=part + 1,
            parts=parts,
            points=points,
            previous=previous,
        )
        order = Order(
            self._messages(asked),
            words,
            self.voice.seed_at(part * 64 + 32, 0),
            part == parts - 1,
            lambda missing: self._render("continue.j2", words=missing),
            lambda missing: self._render("close.j2", words=missing),
        )
        text = first = ""
        for attempt in range(_DRAWS):
            missing = words - count(text, self.brief.language)
            if missing < max(words * _ALLOWED, _LEAST) or (attempt and self.voice.cancel.is_set()):
                break
            more = self._pen(attempt, text).write(self._more(order, text, missing, attempt))
            first = first or more
            text = together([text, self._sober(more)], self.brief.language)
        return text or first

    def _more(self, order: Order, text: str, missing: int, attempt: int) -> Order:
        """The order for what is missing after some text."""
        seed = (order.seed + attempt * 7919) % 2**31
        if not text:
            return replace(order, seed=seed)
        told = (Message("assistant", text), Message("user", order.go_on(missing)))
        return replace(order, seed=seed, words=missing, messages=(*order.messages, *told))

    def _pen(self, attempt: int, text: str) -> Pen:
        language = self.brief.language
        seen = deepcopy(self._seen)
        for sentence in sentences(text, language):
            seen.add(sentence)
        return Pen(
            self.voice.generator,
            language,
            self.voice.heat(attempt),
            seen,
            self.bans,
            cancel=self.voice.cancel,
            completions=self.voice.completions,
        )

    def _sober(self, text: str) -> str:
        """The text without the sentences that hold a number which what was read does not."""
        for sentence in sentences(text, self.brief.language):
            if digits(sentence) - self._known:
                text = text.replace(sentence, "", 1)
        text = re.sub(r"(?<=[a-z][.!?])(?=[A-Z][a-z ])", " ", text)
        return re.sub(r"(?<=\S) {2,}", " ", re.sub(r"\n{3,}", "\n\n", text)).strip()

    def _measure(self) -> None:
        """Findings on what was written: numbers that the text has not, and the length."""
        for number, piece in enumerate(self.pieces, 1):
            for sentence in sentences(piece, self.brief.language):
                if strange := sorted(digits(sentence) - self._known):
                    self.findings.append(
                        Finding(
                            code="number-invented",
                            place=f"paragraph {number}",
                            message=f"the numbers {', '.join(strange)} are not in the text: "
                            f"{sentence[:80]}",
                            measured=", ".join(strange),
                            fix="look it up in the text, or try another --seed",
                        )
                    )
        size = count(self.markdown, self.brief.language)
        if abs(size - self._length) > max(self._length * _ALLOWED, 5):
            self.findings.append(
                Finding(
                    code="length",
                    place="the summary",
                    message=f"it has {size} words; {self._length} were asked for",
                    measured=str(size),
                    allowed=str(self._length),
                    fix="try another --seed, or ask for fewer --words",
                )
            )

    def _messages(self, asked: str) -> tuple[Message, ...]:
        return (Message("system", self._system), Message("user", asked))

    def _render(self, name: str, **values: Any) -> str:
        return self.form.prompts.render(
            name, brief=self.brief, wish=self.wish, guide=self.guide, **values
        )


def _listed(kept: str | None) -> list[str] | None:
    """Points out of a store, or None where they are not there or not to be read."""
    try:
        listed = json.loads(kept or "")
    except ValueError:
        return None
    fine = isinstance(listed, list) and all(isinstance(point, str) for point in listed)
    return listed if fine else None
