"""One piece of a text made new: drawn, checked, drawn again, at last sentence by sentence."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from copydesk.brief import Language
from copydesk.generate.protocol import Message
from copydesk.writer.transform.figures import localized
from copydesk.writer.transform.protect import Shielded
from copydesk.writer.transform.speak import Voice, best, cleaned
from copydesk.writer.transform.stress import stressed
from copydesk.writer.transform.verify import Fault, marks

_ATTEMPTS = 3
_SENTENCE_END = re.compile(r"(?:[.!?…]+[\"'”’)\]*_]*(?=\s|⟦)|[。！？…]+[”’」』）*_]*)(?:⟦\d+⟧)*\s*")
_LOOSE_END = re.compile(r"(?<=[.!?…。！？\"'”’」』）)*_])((?:⟦\d+⟧)+)$")
_JOINT = re.compile(r"[,;，；、:：]\s*|\s+")
_LONGEST_SENTENCE = 400  # characters
_ABBREVIATION = re.compile(r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|vs|etc|e\.g|i\.e|No|Fig|p)|^\d+)\.\s*$")
_SPOKEN = re.compile(r"\d[\d,.:]*(?<![,.:])(?:\s?(?:million|billion|trillion|[万亿]))?|⟦\d+⟧")
_LOSSES = {"number-lost", "number-changed", "span-lost"}


@dataclass(frozen=True)
class Task:
    """How pieces are asked for and judged.

    Attributes:
        prompt: attempt, text and what to name as worth keeping → the messages.
        faults: source and target, as they stand in the file → what is wrong.
        language: of the new text.
        convert: whether the language changes, so that numbers with units and dates are put into
            the new one's own beforehand.
    """

    prompt: Callable[[int, str, Sequence[str]], tuple[Message, ...]]
    faults: Callable[[str, str], list[Fault]]
    language: Language
    convert: bool = False


def renewed(voice: Voice, task: Task, shielded: Shielded, place: int, longest: int) -> str:
    """The new text for a unit, its spans restored, in chunks of at most `longest` characters."""
    chunks = chunked(shielded.text, longest)
    texts = [
        _piece(voice, task, shielded.part(chunk), place * 64 + i) for i, chunk in enumerate(chunks)
    ]
    return shielded.lead + together(texts, task.language) + shielded.tail


def _piece(voice: Voice, task: Task, piece: Shielded, place: int) -> str:
    text, weight = _drawn(voice, task, piece, place)
    parts = chunked(piece.text, 1)
    if weight == 0 or len(parts) < 2 or voice.cancel.is_set():
        return text
    drawn = [_drawn(voice, task, piece.part(p), place + 16 + i) for i, p in enumerate(parts)]
    other = together([part for part, _ in drawn], task.language)
    faults = task.faults(piece.restore(piece.text), other)
    return other if sum(fault.weight for fault in faults) < weight else text


def _drawn(voice: Voice, task: Task, piece: Shielded, place: int) -> tuple[str, int]:
    """The best of a few draws of a piece, restored, and the weight of what is wrong with it."""
    loose = _LOOSE_END.search(piece.text)
    if loose:  # a footnote after the sentence: it goes there again, whatever the model does
        text, weight = _drawn(voice, task, piece.part(piece.text[: loose.start()]), place)
        return text + piece.restore(loose[1]), weight
    source = piece.restore(piece.text)
    shown = localized(piece.text, task.language) if task.convert else piece.text
    kept: list[str] = []

    def draw(attempt: int) -> str:
        messages = task.prompt(attempt, shown, kept)
        answer = voice.ask(messages, place=place, attempt=attempt)
        text = piece.restore(cleaned(answer, piece.text, task.language)).strip(" \\")
        return text if any(map(str.isalnum, text)) else source

    def weigh(text: str) -> int:
        faults = task.faults(source, text)
        if any(fault.code in _LOSSES for fault in faults):
            kept[:] = dict.fromkeys(_SPOKEN.findall(shown))
        return sum(fault.weight for fault in faults if fault.code != "markup")

    text, weight = best(draw, weigh, _ATTEMPTS, voice.cancel)
    if marks(text) == marks(source) or voice.cancel.is_set():
        return text, weight
    text = stressed(piece.text, text, lambda phrase: _phrase(voice, task, phrase, place))
    return text, sum(fault.weight for fault in task.faults(source, text))


def _phrase(voice: Voice, task: Task, phrase: str, place: int) -> str:
    """The new text for a few words, as they may stand in the new sentence."""
    if not task.convert:
        return phrase
    shown = localized(phrase, task.language)
    answer = voice.ask(task.prompt(1, shown, ()), place=place, attempt=_ATTEMPTS)
    return cleaned(answer, phrase, task.language).strip(" .。")


def chunked(text: str, longest: int) -> list[str]:
    """Whole sentences, as many together as fit; a longer one stands alone."""
    chunks: list[str] = []
    for sentence in _parts(text, max(longest, _LONGEST_SENTENCE)):
        marked = bool(chunks) and _LOOSE_END.search(chunks[-1].rstrip())
        if chunks and not marked and len(chunks[-1]) + len(sentence) <= longest:
            chunks[-1] += sentence
        else:
            chunks.append(sentence)
    return [chunk.strip() for chunk in chunks if chunk.strip()]


def _parts(text: str, longest: int) -> Iterator[str]:
    """Sentences; one that no model would take in whole is cut at a comma or space."""
    for sentence in _sentences(text):
        rest = sentence
        while len(rest) > longest:
            joints = [m.end() for m in _JOINT.finditer(rest, longest // 2, longest)]
            end = joints[-1] if joints else longest
            yield rest[:end]
            rest = rest[end:]
        yield rest


def _sentences(text: str) -> Iterator[str]:
    begin = 0
    for found in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text[begin : found.end()]):
            yield text[begin : found.end()]
            begin = found.end()
    yield text[begin:]


def together(texts: Sequence[str], language: Language) -> str:
    """Pieces in a row, with a space between them where the language has spaces."""
    return ("" if language == "zh" else " ").join(text for text in texts if text)
