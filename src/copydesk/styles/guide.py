"""Statistics → a page of instructions that a model can follow, without a figure it cannot use."""

from collections.abc import Iterator, Sequence

from copydesk.styles.exemplars import stem
from copydesk.styles.statistics import Statistics
from copydesk.styles.vocabulary import Term

_TENDENCY = 0.7  # of the cases: enough to tell a writer, too little for a rule
_FEW = 10  # cases
_MOST_TERMS = 30


def write_guide(measured: Statistics, terms: Sequence[Term]) -> str:
    """The guide, in the language of the corpus."""
    if measured.language == "zh":
        title, lines = "# 写法", list(_chinese(measured, terms))
    else:
        title, lines = "# How to write", list(_english(measured, terms))
    return "\n".join([title, "", *(f"- {line}" for line in lines)]) + "\n"


def _way(measured: Statistics, name: str) -> str:
    """What is mostly done, or "" where there is no tendency."""
    habit = measured.habits.get(name)
    clear = habit is not None and habit.cases >= _FEW and habit.share >= _TENDENCY
    return habit.choice if habit is not None and clear else ""


def _english(measured: Statistics, terms: Sequence[Term]) -> Iterator[str]:
    yield from _english_voice(measured)
    yield from _english_lengths(measured)
    yield from _english_headings(measured)
    yield from _english_marks(measured)
    if terms:
        said = ", ".join(_different(terms))
        yield f"Words that are at home here, where the subject calls for them: {said}."


def _different(terms: Sequence[Term]) -> list[str]:
    """The first words, without other forms of those before."""
    kept: dict[str, str] = {}
    for term in terms:
        kept.setdefault(stem(term.word), term.word)
    return list(kept.values())[:_MOST_TERMS]


def _english_voice(measured: Statistics) -> Iterator[str]:
    who = {"we": '"we"', "i": '"I"', "": '"we" or "I"'}[_way(measured, "narrator")]
    person, reader = _way(measured, "person"), _way(measured, "reader")
    if person == "first":
        to = ' and address the reader as "you"' if reader == "yes" else ""
        yield f"Speak as {who}{to}."
    elif person == "second":
        yield 'Speak to the reader as "you"; leave "I" out.'
    elif person == "third":
        yield 'Write in the third person: no "I", no "we", no "you".'
    contracted = _way(measured, "contractions")
    if contracted:
        sayings = {
            "yes": "Contract as in speech: don't, it's, we're.",
            "no": "Do not contract: do not, it is, we are.",
        }
        yield sayings[contracted]
    spelling = {"us": "American", "uk": "British"}.get(_way(measured, "spelling"))
    if spelling:
        yield f"Use {spelling} spelling."


def _english_lengths(measured: Statistics) -> Iterator[str]:
    lengths, paragraphs = measured.sentence_lengths, measured.paragraph_lengths
    if lengths.count >= _FEW:
        yield (
            f"Sentences have about {round(lengths.mean)} words. Vary them: some as short as "
            f"{round(lengths.p10)}, some as long as {round(lengths.p90)}, hardly any beyond "
            f"{round(lengths.p99)}."
        )
    if paragraphs.count >= _FEW:
        usual, most = round(paragraphs.p50), round(paragraphs.p90)
        yield (
            f"Paragraphs are short: {_sentences(usual)}, seldom more than {most}."
            if most <= 5
            else f"Paragraphs have about {_sentences(usual)}, some as many as {most}."
        )


def _sentences(count: int) -> str:
    return "one sentence" if count == 1 else f"{count} sentences"


def _english_headings(measured: Statistics) -> Iterator[str]:
    rate = measured.headings.p50
    if measured.headings.count >= 3 and rate < 0.5:
        yield "Most texts have no headings within them."
    elif rate:
        yield f"A heading stands over every {max(1, round(10 / rate)) * 100} words or so."
    case = {"sentence": "in sentence case", "title": "in title case"}.get(
        _way(measured, "heading_case")
    )
    if case and measured.heading_lengths.count >= _FEW:
        stop = " and without a full stop" if measured.final_periods <= 0.05 else ""
        words = max(2, round(measured.heading_lengths.p50))
        yield f"Headings are short, about {words} words, {case}{stop}."
    if measured.items.p50 >= 3:
        yield "Lists with bullets are welcome where there are several points."
    elif measured.items.p90 < 3:
        yield "Write in paragraphs; lists are rare."


_ENGLISH_WAYS = {
    ("oxford_comma", "yes"): 'Put a comma before the last "and" of a series: red, white, and blue.',
    ("oxford_comma", "no"): 'No comma before the last "and" of a series: red, white and blue.',
    ("quotes", "curly"): "Quotation marks and apostrophes are curly: “so”, it’s.",
    ("quotes", "straight"): 'Quotation marks and apostrophes are straight: "so", it\'s.',
    ("dash", "spaced"): "Dashes have a space on either side — like this — where they are used.",
    ("dash", "closed"): "Em dashes stand without spaces—like this—where they are used.",
    ("small_numbers", "word"): "Spell out numbers up to nine; figures from 10 on.",
    ("small_numbers", "digit"): "Write numbers in figures, small ones too.",
    ("thousands", "comma"): "Group thousands with commas: 12,000.",
    ("percent", "sign"): "Write 5%, not 5 percent.",
    ("percent", "word"): "Write 5 percent, not 5%.",
}


def _english_marks(measured: Statistics) -> Iterator[str]:
    for (name, way), saying in _ENGLISH_WAYS.items():
        if _way(measured, name) == way:
            yield saying
    if measured.posts < 3:
        return
    if measured.exclamations.p90 == 0:
        yield "No exclamation marks."
    elif measured.exclamations.p50 == 0:
        yield "Exclamation marks are rare: one in a text at most."
    if measured.semicolon_posts <= 0.2:
        yield "No semicolons; make two sentences."
    if measured.dash_posts <= 0.05:
        yield "No dashes; use commas or a new sentence."


_CHINESE_WAYS = {
    ("person", "first"): "用第一人称来写。",
    ("person", "second"): "直接对读者说话，不写“我”。",
    ("person", "third"): "用第三人称来写，不出现“我”和“你”。",
    ("full_width", "full"): "中文里用全角标点。",
    ("latin_spacing", "space"): "中文与英文字母、数字之间空一格。",
    ("latin_spacing", "none"): "中文与英文字母、数字之间不空格。",
    ("percent", "sign"): "百分数写成 5%。",
}


def _chinese(measured: Statistics, terms: Sequence[Term]) -> Iterator[str]:
    lengths, paragraphs = measured.sentence_lengths, measured.paragraph_lengths
    for (name, way), saying in _CHINESE_WAYS.items():
        if _way(measured, name) == way:
            yield saying
    if lengths.count >= _FEW:
        yield (
            f"句子平均约{round(lengths.mean)}字，长短相间：短的{round(lengths.p10)}字左右，"
            f"长的{round(lengths.p90)}字左右，很少超过{round(lengths.p99)}字。"
        )
    if paragraphs.count >= _FEW:
        yield f"一段通常{round(paragraphs.p50)}句，很少超过{round(paragraphs.p90)}句。"
    rate = measured.headings.p50
    if measured.headings.count >= 3 and rate < 0.5:
        yield "文中一般不用小标题。"
    elif rate:
        yield f"大约每{max(1, round(10 / rate)) * 100}字有一个小标题。"
    if measured.posts >= 3 and measured.exclamations.p90 == 0:
        yield "不用感叹号。"
    elif measured.posts >= 3 and measured.exclamations.p50 == 0:
        yield "少用感叹号。"
    if terms:
        yield f"题目需要时，常用这些词：{'、'.join(term.word for term in terms[:_MOST_TERMS])}。"
