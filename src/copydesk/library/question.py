"""What a question asks for: terms that weigh more or less, and places that it names."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from copydesk.library.words import paired, plain, words

_LONGEST = 2_000  # characters of a question that are read
_ASKING = 0.2  # what a word weighs that only asks
_ALSO = 0.3  # what a word out of the conversation weighs
_ALIKE = 0.5  # what another word for the same weighs
_NAMED = 1.3  # what a name or number weighs
_TELLING = 1.0

# Sentences that say how to answer, not what is asked.
_HOW_TO_ANSWER = re.compile(
    r"\s*(?:please\s+)?(?:write|give|answer|list|provide|return|express|round|output|use|format|"
    r"for example|e\.?g)\b|\s*请?(?:用|以|按).{0,12}(?:格式|形式)",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"(?:\(\s*)?\b(?:for example|e\.g\.?|such as \[)[,:]?.*$|例如[：:，,].*$", re.I
)
_SENTENCES = re.compile(r"(?<=[.?!])\s+(?=[A-Z\"“\[])|(?<=[？！。])|(?<=[?!])(?=[\u3400-\u9fff])")
_ASKS = frozenset(
    words(
        "what which who whose when where why how many much please list name names give write "
        "answer tell find identify describe show shows shown according report document paper text "
        "page slide provided following question number total mention mentioned state stated "
        "explain compare compared difference"
    )
) | {
    *(
        "什么",
        "多少",
        "哪些",
        "哪个",
        "哪",
        "哪里",
        "几",
        "几个",
        "怎么",
        "怎样",
        "如何",
        "请",
        "请问",
    ),
    *("是否", "为什么", "谁", "何时", "文档", "报告", "本文", "文章", "文件", "该", "列出", "说明"),
    *("根据", "介绍", "分别", "中", "吗", "呢", "有"),
}
_NAMES = re.compile(r"(?<![.?!:]\s)(?<!^)\b[A-Z][\w.&-]*|\b\w*\d[\w.,-]*")

# Words that stand for one another in reports: what a question calls one, a document calls another.
_SAME = (
    (r"\bCEOs?\b", "chief executive officer"),
    (r"\bCFOs?\b", "chief financial officer"),
    (r"\b(?:US|USA)\b|\bU\.S\.", "united states"),
    (r"\bUK\b", "united kingdom"),
    (r"\bEU\b", "european union"),
    (r"\bQ1\b", "first quarter"),
    (r"\bQ2\b", "second quarter"),
    (r"\bQ3\b", "third quarter"),
    (r"\bQ4\b", "fourth quarter"),
    (r"\bFY ?\d", "fiscal year"),
    (r"(?i)\brevenues?\b|\btop[ -]?line\b", "revenue sales"),
    (r"(?i)\bsales\b", "revenue"),
    (r"(?i)\bprofits?\b", "income earnings"),
    (r"(?i)\bpercentages?\b|\bper ?cent\b", "percent percentage"),
    (r"(?i)\bauthors?\b", "by written"),
    (r"(?i)\bcountry|countries\b", "nation"),
    (r"营收", "营业收入 收入"),
    (r"利润", "净利润 盈利"),
    (r"同比", "增长 上年"),
)
_SAMES = tuple((re.compile(pattern), other) for pattern, other in _SAME)
_NUMERIC = re.compile(
    r"\bhow (?:many|much)\b|\bpercent|\bratio\b|\brates?\b|\btotal\b|\bgap\b|\bdifference\b|"
    r"highest|lowest|\bmost\b|\bleast\b|worst|\bbest\b|largest|smallest|growth|grew|increase|"
    r"decrease|decline|change|average|amount|多少|几|比例|率|总|增长|下降|最[高低大小多少]|百分|平均|金额",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\b(?:figure|fig|chart|graph|diagram|plot|map|图)s?\b|图", re.IGNORECASE)
_TABLE = re.compile(r"\btables?\b|表格|表\s*\d", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“”「『]([^\"“”「」『』]{3,80})[\"“”」』]")


@dataclass(frozen=True)
class Question:
    """A question taken apart.

    Attributes:
        text: it without what says how to answer.
        weights: what each of its terms weighs.
        order: its terms as they follow one another.
        quoted: what stands in quotation marks.
        numeric: whether numbers would answer it.
        figure, table: whether it is about one.
    """

    text: str
    weights: dict[str, float]
    order: tuple[str, ...]
    quoted: tuple[str, ...] = field(default=())
    numeric: bool = False
    figure: bool = False
    table: bool = False


def question_of(text: str, also: Sequence[str] = ()) -> Question:
    """A question taken apart.

    Args:
        also: words out of the conversation before, which weigh less.
    """
    text = plain(text[:_LONGEST])
    asked = _asked(text)
    order = words(asked)
    weights = {term: _ASKING if term in _ASKS else _TELLING for term in order}
    for pair in paired(asked):
        weights.setdefault(pair, _TELLING)
    for name in _NAMES.findall(asked):
        for term in words(name):
            if weights.get(term) == _TELLING:
                weights[term] = _NAMED
    for pattern, other in _SAMES:
        if pattern.search(asked):
            _add(weights, words(other), _ALIKE)
    for said in also:
        _add(weights, [*words(said[:_LONGEST]), *paired(said[:_LONGEST])], _ALSO)
    return Question(
        text=asked,
        weights=weights,
        order=tuple(order),
        quoted=tuple(_QUOTED.findall(asked)),
        numeric=bool(_NUMERIC.search(asked)),
        figure=bool(_FIGURE.search(asked)),
        table=bool(_TABLE.search(asked)),
    )


def _asked(text: str) -> str:
    """The question without what says how to answer it; all of it if nothing else is there."""
    first, *more = _SENTENCES.split(text.strip())
    kept = [first, *(sentence for sentence in more if not _HOW_TO_ANSWER.match(sentence))]
    return _EXAMPLE.sub("", " ".join(kept)).strip() or text


def _add(weights: dict[str, float], terms: Iterable[str], weight: float) -> None:
    for term in terms:
        if term not in _ASKS:
            weights.setdefault(term, weight)
