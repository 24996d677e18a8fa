"""What a tokenizer and a length leave of the rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Ranking, Row
from copydesk.train.audit.material import Hit, Material, many
from copydesk.train.base import Encoded, encode

_SOME = 0.05  # share of the answers that may lose their end before it is a problem
_TURN = 12  # tokens that a chat template may put around a turn, and more
_OPENING = 64  # tokens that it may put before the first: some templates begin with a system turn

Reader = Callable[[Sequence[Message], str | None], Encoded]


@dataclass
class _Cut:
    """Rows that lose something, and how much is lost."""

    answers: int = 0
    rows: list[int] = field(default_factory=list)
    most: int = 0
    prompts: list[int] = field(default_factory=list)


def truncation(tokenizer: Any, max_length: int) -> Callable[[Material], Iterator[Hit]]:
    """A check of what is left of each row at so many tokens, as training would read it."""

    def read(prompt: Sequence[Message], text: str | None) -> Encoded:
        return encode(tokenizer, prompt, text, max_length)

    def check(material: Material) -> Iterator[Hit]:
        cut = _Cut()
        total = 0
        for at, row in enumerate(material.rows):
            texts = material.answers[at]
            total += len(texts)
            if _fits(row, texts, max_length):
                continue
            yield from _looked_at(at, row, texts, read, cut)
        material.numbers |= {"cut": cut.answers, "most_tokens_cut": cut.most}
        yield from _summed(cut, total, max_length)

    return check


def _looked_at(at: int, row: Row, texts: tuple[str, ...], read: Reader, cut: _Cut) -> Iterator[Hit]:
    if not texts:
        if read(row.prompt, None).cut:
            cut.prompts.append(at)
        return
    read_texts = [read(row.prompt, text) for text in texts]
    shortened = [each for each in read_texts if each.cut]
    if not shortened:
        return
    cut.rows.append(at)
    cut.answers += len(shortened)
    cut.most = max(cut.most, *(each.cut for each in shortened))
    lost = sum(len(each.ids) <= each.prompt_length for each in shortened)
    if lost:
        of = f"{lost} of {len(texts)} answers" if len(texts) > 1 else "The answer"
        yield Hit("lost-when-cut", (at,), f"{of}: nothing is left, for the prompt fills the window")
    elif _same_when_cut(row, texts, read_texts):
        yield Hit("identical-when-cut", (at,), "An answer and a better one begin alike and are cut")


def _same_when_cut(row: Row, texts: tuple[str, ...], read_texts: list[Encoded]) -> bool:
    """Whether two answers of different rank, different before, are the same tokens now."""
    if isinstance(row, Pair):
        ranks: tuple[int, ...] = (1, 1) if row.tie else (1, 2)
    elif isinstance(row, Ranking):
        ranks = row.ranks
    else:
        return False
    seen: dict[tuple[int, ...], tuple[int, str]] = {}
    for each, rank, text in zip(read_texts, ranks, texts, strict=True):
        before, said = seen.setdefault(tuple(each.ids), (rank, text))
        if before != rank and said.strip() != text.strip():
            return True
    return False


def _summed(cut: _Cut, total: int, max_length: int) -> Iterator[Hit]:
    if cut.rows:
        code = "cut" if cut.answers > _SOME * total else "cut-few"
        said = (
            f"{cut.answers:,} of {total:,} answers lose their end, up to {cut.most:,} tokens: "
            "what was cut is not learnt, nor where to stop"
        )
        measured = f"{cut.answers} of {total} answers"
        yield Hit(code, tuple(cut.rows), said, measured, f"{max_length} tokens", cut.answers)
    if cut.prompts:
        said = f"{many(len(cut.prompts), 'prompt')} longer than {max_length:,} tokens"
        rows = tuple(cut.prompts)
        yield Hit("long-prompt", rows, said, "", f"{max_length} tokens", len(rows))


def _fits(row: Row, texts: tuple[str, ...], max_length: int) -> bool:
    """Whether it fits for certain: no token is shorter than a byte, templates apart."""
    around = _OPENING + _TURN * (len(row.prompt) + 1)
    asked = sum(map(_size, (turn.content for turn in row.prompt)))
    return around + asked + max(map(_size, texts), default=0) <= max_length


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
