"""What gives the better answer away without reading it: length, stock phrases, single words."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from math import sqrt

from copydesk.errors import MissingTool
from copydesk.preferences.rows import Pair, Ranking, Row
from copydesk.train.audit.baselines import (
    Choice,
    TfidfBradleyTerry,
    choices,
    length_only,
    machine_phrases,
    tfidf_cross_validated,
)
from copydesk.train.audit.material import Hit, Material, thinned

_ENOUGH = 30  # comparisons
_EXPLAINS = 0.65  # accuracy of length alone from which a model may learn nothing else
_GIVES_AWAY = 0.9  # accuracy of words alone
_WORDS = 3_000_000  # characters that the words' baseline reads, a sample of the comparisons
_PHRASES = 300_000  # those that the phrases' reads, which is slower


def tells(material: Material) -> Iterator[Hit]:
    """How well preferences are predicted by what needs no taste.

    Numbers: `decided` comparisons; `longer_wins`, and `baseline_length`, which bets on the side
    that wins more often; `baseline_phrases`; `baseline_words`, cross-validated by prompt; and
    where there are rows to test on, `baseline_words_held`, learnt from the others and tried on
    them. Phrases and words are of a sample when there is much to read.
    """
    compared = _choices(material.rows[: material.learnt])
    material.numbers["decided"] = len(compared)
    if not compared:
        return
    longer = length_only(compared)
    material.numbers |= {
        "longer_wins": longer,
        "baseline_length": max(longer, 1 - longer),
        "baseline_phrases": machine_phrases(_some(compared, _PHRASES)),
    }
    yield from _by_length(material, longer, len(compared))
    yield from _by_words(material, compared)


def _by_length(material: Material, longer: float, n: int) -> Iterator[Hit]:
    beside = 1.96 * sqrt(longer * (1 - longer) / n)
    if n < _ENOUGH or abs(longer - 0.5) <= max(_EXPLAINS - 0.5, beside):
        return
    code, which = ("longer-wins", "longer") if longer > 0.5 else ("shorter-wins", "shorter")
    share = max(longer, 1 - longer)
    said = f"The {which} answer wins {share:.0%} of the time: a model may learn length, not quality"
    yield Hit(code, _compared(material), said, f"{share:.2f}", f"{_EXPLAINS}")


def _by_words(material: Material, compared: Sequence[Choice]) -> Iterator[Hit]:
    sample = _some(compared, _WORDS)
    held = _some(_choices(material.rows[material.learnt :]), _WORDS)
    try:
        accuracy = tfidf_cross_validated(sample)
        if held and accuracy is not None:
            fitted = TfidfBradleyTerry().fit(sample)
            material.numbers["baseline_words_held"] = fitted.accuracy(held)
    except MissingTool as problem:
        yield Hit("no-baselines", (), problem.message.rstrip("."))
        return
    if accuracy is None:
        return
    material.numbers["baseline_words"] = accuracy
    if len(compared) >= _ENOUGH and accuracy >= _GIVES_AWAY:
        said = (
            f"Single words tell {accuracy:.0%} of the preferences on prompts not seen: the "
            "rejected answers may come from elsewhere"
        )
        yield Hit("told-by-words", _compared(material), said, f"{accuracy:.2f}", f"{_GIVES_AWAY}")


def _choices(rows: Iterable[Row]) -> Sequence[Choice]:
    return choices(thinned(row) for row in rows if isinstance(row, Pair | Ranking))


def _compared(material: Material) -> tuple[int, ...]:
    return tuple(at for at in range(material.learnt) if len(material.answers[at]) > 1)


def _some(compared: Sequence[Choice], characters: int) -> Sequence[Choice]:
    """Comparisons of about so many characters at most: always the same ones, one at least."""
    total = sum(len(each.chosen) + len(each.rejected) for each in compared)
    if total <= characters:
        return compared
    share = characters / total
    return [each for each in compared if _lot(each) < share] or [min(compared, key=_lot)]


def _lot(choice: Choice) -> float:
    said = f"{choice.chosen}\0{choice.rejected}".encode("utf-8", "surrogatepass")
    digest = blake2b(choice.group + said, digest_size=8, person=b"copydesk-sample").digest()
    return int.from_bytes(digest, "big") / 2**64
