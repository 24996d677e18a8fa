"""How long sentences, paragraphs and headings are."""

from collections.abc import Iterator

from copydesk.prose.units import sentences, words
from copydesk.styles.hit import Hit
from copydesk.styles.rules import Rules
from copydesk.styles.source import Block, Source

_FEWEST = 5  # sentences that have a mean worth speaking of


def check_lengths(rules: Rules, source: Source) -> Iterator[Hit]:
    """Sentences and paragraphs that are too long, and a mean that is not the house's."""
    if not (rules.sentences.longest or rules.sentences.mean or rules.paragraphs.longest):
        return
    lengths: list[int] = []
    for block in source.of_kind("paragraph", "item"):
        said = list(placed_sentences(source, block))
        counts = [len(words(text, source.language)) for _, text in said]
        if block.kind == "paragraph":
            lengths += [count for count in counts if count]
        yield from _too_long(rules, source, said, counts)
        most = rules.paragraphs.longest
        if most and len(said) > most:
            yield Hit(
                start=said[0][0],
                end=said[0][0] + 1,
                code="paragraph-length",
                message=f"A paragraph has {len(said)} sentences.",
                measured=str(len(said)),
                allowed=str(most),
                advice="begin a new paragraph where a new thought begins",
            )
    yield from _mean(rules, source, lengths)


def check_headings_length(rules: Rules, source: Source) -> Iterator[Hit]:
    """Headings that are too long."""
    most = rules.headings.longest
    for block in source.of_kind("heading") if most else ():
        count = len(words(source.masked[block.start : block.end], source.language))
        if count > most:
            yield Hit(
                start=block.start,
                end=block.end,
                code="heading-length",
                message=f"A heading has {count} {unit(source)}.",
                measured=str(count),
                allowed=str(most),
                advice="shorten it",
            )


def placed_sentences(source: Source, block: Block) -> Iterator[tuple[int, str]]:
    """The sentences of a block and where each begins."""
    text, at = source.masked[block.start : block.end], 0
    for sentence in sentences(text, source.language):
        found = text.find(sentence, at)
        if found >= 0:
            at = found + len(sentence)
            lead = len(sentence) - len(sentence.lstrip("\ufffc\ufff9 \t\r\n"))
            yield block.start + found + min(lead, max(len(sentence) - 1, 0)), sentence


def unit(source: Source) -> str:
    """What a length is counted in."""
    return "characters" if source.language == "zh" else "words"


def _too_long(
    rules: Rules, source: Source, said: list[tuple[int, str]], counts: list[int]
) -> Iterator[Hit]:
    most = rules.sentences.longest
    for (at, _), count in zip(said, counts, strict=True):
        if most and count > most:
            yield Hit(
                start=at,
                end=at + 1,
                code="sentence-length",
                message=f"A sentence has {count} {unit(source)}.",
                measured=str(count),
                allowed=str(most),
                advice="make two of it, or cut",
            )


def _mean(rules: Rules, source: Source, lengths: list[int]) -> Iterator[Hit]:
    """The mean may be a third off: it is what the guide asks for, and no two texts are alike."""
    wanted = rules.sentences.mean
    if not wanted or len(lengths) < _FEWEST:
        return
    mean = sum(lengths) / len(lengths)
    if 2 * wanted <= 3 * mean <= 4 * wanted:
        return
    long = mean > wanted
    first = next(source.of_kind("paragraph"), None)
    yield Hit(
        start=first.start if first else 0,
        end=(first.start if first else 0) + 1,
        code="sentence-mean",
        message=f"Sentences have {mean:.1f} {unit(source)} on average.",
        measured=f"{mean:.1f}",
        allowed=f"about {wanted}",
        advice="make two of the longest ones" if long else "join short ones that belong together",
    )
