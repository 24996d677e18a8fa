"""Which script a text is written in, which is as much of its language as letters alone tell."""

import re
from collections import Counter
from collections.abc import Iterator

from copydesk.prose.scripts import HAN
from copydesk.train.audit.material import Hit, Material, many

_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(f"[{inside}]"))
    for name, inside in (
        ("kana", "\u3040-\u30ff\uff66-\uff9f"),
        ("zh", HAN),
        ("hangul", "\uac00-\ud7af\u1100-\u11ff"),
        ("cyrillic", "\u0400-\u04ff"),
        ("greek", "\u0370-\u03ff"),
        ("hebrew", "\u0590-\u05ff"),
        ("arabic", "\u0600-\u06ff\u0750-\u077f"),
        ("devanagari", "\u0900-\u097f"),
        ("thai", "\u0e00-\u0e7f"),
        ("latin", "A-Za-z\u00c0-\u024f"),
    )
)
_SAMPLE = 2000  # characters looked at: a text does not change its script after that
_WEIGHT = {"latin": 0.25}  # a word of four letters says as much as one character
_KANA = 0.1  # of Han and kana together, from which it is Japanese


def written_in(text: str) -> str:
    """The script that most of a text is in: "zh", "ja", "latin", "cyrillic" …; "" for none."""
    start = text[:_SAMPLE]
    if start.isascii():
        return "latin" if _SCRIPTS[-1][1].search(start) else ""
    counts = {
        name: len(pattern.findall(start)) * _WEIGHT.get(name, 1.0) for name, pattern in _SCRIPTS
    }
    east = counts["kana"] + counts["zh"]
    if counts["kana"] and counts.pop("kana") >= _KANA * east:
        counts["ja"] = east
        counts.pop("zh")
    most = max(counts, key=lambda name: counts[name])
    return most if counts[most] else ""


# Languages in other letters than Latin ones, as rows may name them.
_OTHER = {"zh", "ja", "ko", "ru", "uk", "bg", "sr", "el", "he", "ar", "fa", "hi", "th"}
_SHARE = 0.05  # of the rows, from which a second language is one


def languages(material: Material) -> Iterator[Hit]:
    """Which languages the rows are in, and answers in another script than their prompt."""
    spoken = _named([_spoken(material, at) for at in range(len(material.rows))])
    counts = Counter(language for language in spoken if language)
    total = counts.total()
    if not total:
        return
    for language, times in sorted(counts.items()):
        material.numbers[f"language.{language}"] = times / total
    common = [name for name, times in counts.most_common() if times >= _SHARE * total]
    if len(common) > 1:
        rarer = tuple(at for at, name in enumerate(spoken) if name in common[1:])
        told = ", ".join(f"{name} {counts[name] / total:.0%}" for name in common)
        yield Hit("languages", rarer, f"The rows are in several languages: {told}", told)
    crossed = tuple(at for at, name in enumerate(spoken) if name and _crosses(material, at))
    if crossed:
        said = f"The answer is in another script than the prompt in {many(len(crossed), 'row')}"
        measured = f"{len(crossed)} of {len(spoken)} rows"
        yield Hit("other-language", crossed, said, measured, count=len(crossed))


def _named(spoken: list[tuple[str, bool]]) -> list[str]:
    """Rows of which only the Latin letters are known, as what most others in them are said to be.

    Letters do not tell English from German. So that is no second language.
    """
    said = Counter(language for language, sure in spoken if sure and language not in _OTHER)
    latin = said.most_common(1)[0][0] if said else "latin"
    return [latin if language == "latin" else language for language, _ in spoken]


def _spoken(material: Material, at: int) -> tuple[str, bool]:
    """A row's language, and whether the row itself says so; else it is the script."""
    row = material.rows[at]
    texts = material.answers[at] or tuple(turn.content for turn in row.prompt)
    if row.language:
        return row.language, True
    return written_in(texts[0] if texts else ""), False


def _crosses(material: Material, at: int) -> bool:
    asked = written_in("\n".join(turn.content for turn in material.rows[at].prompt))
    answered = {written_in(text) for text in material.answers[at]} - {""}
    return bool(asked) and bool(answered) and asked not in answered
