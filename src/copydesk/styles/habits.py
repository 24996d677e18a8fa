"""Habits of a text that can be counted: each is a choice between ways of writing the same thing."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from copydesk.brief import Language
from copydesk.prose.scripts import HAN
from copydesk.styles.spelling import respell

Counted = Counter[str]

_APOSTROPHES = str.maketrans("’‘", "''")
_CONTRACTED = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|could|would|should|has|have|had|ca|wo)n't"
    r"|(?:i'm|(?:you|we|they)'re|(?:it|that|there|what|here|let)'s"
    r"|(?:i|you|we|they|he|she|it)'ll|(?:i|you|we|they)'ve))\b",
    re.IGNORECASE,
)
_EXPANDED = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|could|would|should|has|have|had|can|will) ?not\b"
    r"|(?:i am|(?:you|we|they) are|(?:it|that|there|what|here) is|let us"
    r"|(?:i|you|we|they|he|she|it) will"
    r"|(?:i|you|we|they) have (?:been|had|done|made|seen|found|\w{3,}ed))\b(?!['?.,]))",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:I|we|us|our|ours|my|mine|me|ourselves|myself)\b", re.IGNORECASE)
_SECOND = re.compile(r"\b(?:you|your|yours|yourself|yourselves)\b", re.IGNORECASE)
_ITEM = r"[a-z][\w'-]*"
_SERIES = re.compile(rf"(?:^|\s)({_ITEM}), (?:{_ITEM}, ){{0,6}}{_ITEM}(,?) (?:and|or) {_ITEM}\b")
_NO_ITEMS_TEXT = (
    "example instance course however though too then so also well first second third now yes no "
    "here there therefore is are was were be that which who this it they we you i"
)
_SPELLED = "two|three|four|five|six|seven|eight|nine"
_NUMBER_WORD = re.compile(rf"\b(?:{_SPELLED})\b(?!-)", re.IGNORECASE)
_DIGIT = re.compile(
    r"(?<![\w.,$€£#/:%+=(–-])[2-9](?![\w/:%)–-]|[.,:]\d|\s?(?:%|percent|per cent|[ap]\.?m\b"
    r"|million|billion|trillion|[kKMG]B\b|km|cm|mm|kg|GHz|x\b))"
)
_LABEL = re.compile(
    r"\b(?:step|phase|part|page|chapter|section|figure|table|version|level|tier|day|week|year|"
    r"question|number|no|issue|sprint|title|round|appendix|item|option|python|january|february|"
    r"march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|"
    r"jul|aug|sept?|oct|nov|dec)\.? $",
    re.IGNORECASE,
)
_SMALL_WORDS = (
    "a an the and but or nor for so yet as at by in of on off per to up via with from into than "
    "vs is are be it its over"
)
_NO_ITEMS = frozenset(_NO_ITEMS_TEXT.split())
_TITLE_SMALL = frozenset(_SMALL_WORDS.split())
_WORDS = re.compile(r"[A-Za-z][\w'’-]*")


@dataclass(frozen=True)
class Habit:
    """How often each way was chosen.

    Attributes:
        counts: cases of each way.
        posts: how many texts have a case.
    """

    counts: Mapping[str, int]
    posts: int

    @property
    def cases(self) -> int:
        """All cases."""
        return sum(self.counts.values())

    @property
    def choice(self) -> str:
        """The way chosen most often; "" without a case."""
        return max(self.counts, key=lambda way: (self.counts[way], way), default="")

    @property
    def share(self) -> float:
        """The share of that way among all cases, 0 to 1."""
        return self.counts[self.choice] / self.cases if self.cases else 0.0


def gather(counted: Iterable[Counted]) -> Habit:
    """One habit out of what was counted in each text."""
    total: Counted = Counter()
    posts = 0
    for one in counted:
        total.update(one)
        posts += any(one.values())
    return Habit(dict(sorted((+total).items())), posts)


def contractions(text: str) -> Counted:
    """ "don't" (yes) against "do not" (no)."""
    text = text.translate(_APOSTROPHES)
    return Counter(yes=len(_CONTRACTED.findall(text)), no=len(_EXPANDED.findall(text)))


def person(text: str) -> Counted:
    """Who a whole text speaks as: one case a text. Quotations do not count."""
    own = re.sub(r"“[^“”]*”|\"[^\"]*\"", " ", text)
    words = max(1, len(own.split()))
    first, second = len(_FIRST.findall(own)), len(_SECOND.findall(own))
    if first * 500 >= words:
        return Counter(first=1)
    return Counter(second=1) if second * 500 >= words else Counter(third=1)


def narrator(text: str) -> Counted:
    """Who the text means by the first person: "we" or "I"."""
    single = len(re.findall(r"\b(?:I|me|my|mine|myself)\b", text))
    return Counter(we=len(re.findall(r"\b(?:we|us|our|ours)\b", text, re.IGNORECASE)), i=single)


def reader(text: str) -> Counted:
    """Whether the text speaks to its reader: one case a text."""
    return Counter(yes=1) if _SECOND.search(text) or re.search("[你您]", text) else Counter(no=1)


def spelling(text: str) -> Counted:
    """American against British spelling, in words written small that differ."""
    found: Counted = Counter()
    for word in re.findall(r"(?<![\w'’/.@-])[a-z]{4,}(?![\w@/])", text):
        found["uk"] += respell(word, "us") != word
        found["us"] += respell(word, "uk") != word
    return found


def oxford_comma(text: str) -> Counted:
    """ "a, b, and c" (yes) against "a, b and c" (no), in series of single words."""
    found: Counted = Counter()
    for series in _SERIES.finditer(text):
        items = re.findall(r"[a-z][\w'-]*", series[0])
        if not _NO_ITEMS & set(items):
            found["yes" if series[2] else "no"] += 1
    return found


def quotes(text: str) -> Counted:
    """Curly against straight quotation marks and apostrophes."""
    straight = len(re.findall(r"(?<!\d)[\"']", text))
    return Counter(curly=len(re.findall("[“”‘’]", text)), straight=straight)


def dashes(text: str) -> Counted:
    """Dashes with a space on either side against em dashes without."""
    spaced = len(re.findall(r"(?<=\S) (?:—|–|--) (?=\S)", text))
    return Counter(spaced=spaced, closed=len(re.findall(r"(?<=\w)—(?=\w)", text)))


def small_numbers(text: str) -> Counted:
    """Two to nine in words against digits; labels such as "step 2" and measures do not count."""
    digits = sum(
        not _LABEL.search(text, max(0, d.start() - 12), d.start()) for d in _DIGIT.finditer(text)
    )
    return Counter(word=len(_NUMBER_WORD.findall(text)), digit=digits)


def tens(text: str) -> Counted:
    """ "ten" against "10"."""
    digits = re.findall(r"(?<![\w.,$€£#/:%+=(–-])10(?![\w/:%)–-]|[.,:]\d|\s?(?:%|percent))", text)
    return Counter(word=len(re.findall(r"\b[Tt]en\b", text)), digit=len(digits))


def thousands(text: str) -> Counted:
    """ "12,000" against "12000", from five digits on."""
    commas = re.findall(r"(?<![\d,.])\d{2,3}(?:,\d{3})+(?![\d,])", text)
    return Counter(
        comma=len(commas), none=len(re.findall(r"(?<![\w,.#/-])\d{5,9}(?!\w|[,./-]\w)", text))
    )


def percent(text: str) -> Counted:
    """ "5%" against "5 percent"."""
    words = re.findall(r"\d ?per ?cent\b", text)
    return Counter(sign=len(re.findall(r"\d ?%", text)), word=len(words))


def heading_case(heading: str) -> Counted:
    """Whether a heading is set like a sentence or like a title; none where it cannot be said."""
    words = _WORDS.findall(heading)[1:]
    telling = [w for w in words if len(w) > 3 and w.lower() not in _TITLE_SMALL]
    if len(telling) < 2:
        return Counter()
    capitals = sum(word[0].isupper() for word in telling)
    if capitals == len(telling):
        return Counter(title=1)
    return Counter(sentence=1) if capitals * 2 <= len(telling) else Counter(mixed=1)


def full_width(text: str) -> Counted:
    """Full-width against half-width marks beside Han characters."""
    half = len(re.findall(rf"(?<=[{HAN}])[,.!?:;](?!\w)|(?<=[{HAN}])[,!?:;](?=[{HAN}])", text))
    return Counter(full=len(re.findall(rf"(?<=[{HAN}])[，。！？：；]", text)), half=half)


def latin_spacing(text: str) -> Counted:
    """A space where Han meets Latin letters or digits, or none."""
    space = re.findall(rf"[{HAN}] [A-Za-z0-9]|[A-Za-z0-9] [{HAN}]", text)
    none = re.findall(rf"[{HAN}](?=[A-Za-z0-9])|[A-Za-z0-9](?=[{HAN}])", text)
    return Counter(space=len(space), none=len(none))


def han_person(text: str) -> Counted:
    """Who a Chinese text speaks as: one case a text. Quotations do not count."""
    own = re.sub(r"“[^“”]*”|「[^「」]*」", "", text)
    size = max(1, len(re.findall(f"[{HAN}]", own)))
    first, second = own.count("我"), len(re.findall("[你您]", own))
    if first * 500 >= size:
        return Counter(first=1)
    return Counter(second=1) if second * 500 >= size else Counter(third=1)


HABITS: dict[Language, dict[str, Callable[[str], Counted]]] = {
    "en": {
        "contractions": contractions,
        "person": person,
        "narrator": narrator,
        "reader": reader,
        "spelling": spelling,
        "oxford_comma": oxford_comma,
        "quotes": quotes,
        "dash": dashes,
        "small_numbers": small_numbers,
        "tens": tens,
        "thousands": thousands,
        "percent": percent,
    },
    "zh": {
        "person": han_person,
        "reader": reader,
        "full_width": full_width,
        "latin_spacing": latin_spacing,
        "percent": percent,
    },
}
