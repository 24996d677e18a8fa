"""A follow-up ("and the year before?") becomes a question that stands alone."""

import re
from collections.abc import Callable, Sequence
from threading import Event

from copydesk.brief import Language, detect_language
from copydesk.documents.passage import line_of
from copydesk.errors import GenerationFailed
from copydesk.generate import schema as shape
from copydesk.generate.protocol import Completion, Generator, Message, Request, Sampling
from copydesk.generate.structured import complete_object
from copydesk.library.words import words
from copydesk.prompts import Prompts, templates_folder
from copydesk.reader.answer import Turn
from copydesk.reader.question import asked_for, core

_LONGEST = 200  # characters of a question that was made whole
_SHOWN = 240  # characters of the answer before that a model is shown
_NEW = 1  # words of a rewriting that stand nowhere before
_SAMPLING = Sampling(temperature=0.1)

_OPENS = re.compile(
    r"^(?:and|but|so|or|then|also|what about|how about|why|how so|what else|who else|"
    r"any(?:thing)? else|which ones?|really|in which|since when)\b|"
    r"^(?:那么?|还有|另外|而|为什么|为何|哪一个)|呢[？?]?$",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|"
    r"(?:this|that|these|those)(?= ?[?.,]|$| (?:one|year|number|amount|figure|person|group|case))|"
    r"the (?:same|former|latter|others?|first one|second one))\b|"
    r"它|他们|她们|他|她|这个|那个|这些|那些|其中|其|此|前者|后者|同样",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\b(?:the )?(?:year before|(?:previous|prior|preceding|last) year)\b|"
    r"\ba year (?:earlier|before)\b|[前上]一?年|去年",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:the )?(?:year after|(?:next|following) year|a year later)\b|[后下]一?年|第二年|次年",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_LEADS = re.compile(
    r"^(?:and|but|so|then|or|what about|how about|in|for|on|of|,|\s)+|"
    r"^(?:那么?|在|，|\s)+|[呢？?.\s]+$",
    re.IGNORECASE,
)

OnDone = Callable[[Completion], None]


def is_follow_up(question: str) -> bool:
    """Whether a question leans on what was said before it."""
    if _EARLIER.search(question) or _LATER.search(question):
        return not _YEAR.search(question)
    if _OPENS.search(question):
        return True
    return bool(_REFERS.search(question)) or not asked_for(question)


def whole(
    question: str,
    before: Sequence[Turn],
    generator: Generator,
    *,
    seed: int = 0,
    on_done: OnDone | None = None,
    cancel: Event | None = None,
) -> str:
    """The question, made to stand alone where it leans on the turn before.

    Years are worked out here, "and in 2019?" takes the place of the year before; what else a
    follow-up leaves out a model fills in, in words that were said. What it makes up is not taken:
    then the question before stands beside the follow-up.
    """
    if not before or not is_follow_up(question):
        return question
    last = before[-1]
    asked = core(last.answer.searched or last.question)
    if dated := _with_year(question, asked, last.answer.text):
        return dated
    try:
        return _rewritten(question, asked, last, generator, seed, on_done, cancel)
    except (GenerationFailed, ValueError):
        return beside(question, asked)


def beside(question: str, asked: str) -> str:
    """A follow-up with the question that it follows."""
    return (
        f"{question} ({asked})" if detect_language(question) == "en" else f"{question}（{asked}）"
    )


def _with_year(question: str, asked: str, answer: str) -> str:
    """The question before about another year, where that is all the follow-up says; "" else."""
    step = -1 if _EARLIER.search(question) else 1 if _LATER.search(question) else 0
    rest = _LATER.sub(" ", _EARLIER.sub(" ", question)) if step else question
    years = _YEAR.findall(rest)
    bare = re.sub(r"[年，。\s]", "", _LEADS.sub("", _YEAR.sub("", _LEADS.sub("", rest))))
    known = _YEAR.findall(asked) or _YEAR.findall(answer)
    if not known or (not step and (bare or len(years) != 1)):
        return ""
    new = str(int(known[-1]) + step) if step else years[0]
    if bare:
        return _about(question, new)
    if _YEAR.search(asked):
        return _YEAR.sub(new, asked)
    bare_asked = asked.rstrip(" ?？.。")
    return f"{new}年{bare_asked}？" if detect_language(asked) == "zh" else f"{bare_asked} in {new}?"


def _about(question: str, year: str) -> str:
    """A follow-up that says all but which year it means; "" where it leans on more."""
    if _OPENS.search(question) or _REFERS.search(_EARLIER.sub(" ", _LATER.sub(" ", question))):
        return ""
    said = f"{year}年" if detect_language(question) == "zh" else f"in {year}"
    return _LATER.sub(said, _EARLIER.sub(said, question))


def _rewritten(
    question: str,
    asked: str,
    last: Turn,
    generator: Generator,
    seed: int,
    on_done: OnDone | None,
    cancel: Event | None,
) -> str:
    language: Language = detect_language(question + asked)
    prompt = Prompts(templates_folder() / "reading").render(
        "follow.j2",
        language=language,
        before=asked,
        answer=_short(last.answer.text),
        question=question,
    )
    line = {
        "type": "string",
        "pattern": r"^[\p{L}\p{N}“‘《][^\"\\\p{C}\p{Zl}\p{Zp}]*$",
        "minLength": 2,
        "maxLength": _LONGEST if language == "en" else _LONGEST // 2,
    }
    said = set(words(f"{question} {asked} {last.answer.text}"))

    def accept(answer: dict[str, str]) -> str:
        text = line_of(str(answer["question"]))
        made = set(words(text))
        if len(made - said) > _NEW or _lost(question, text) or not made - set(words(question)):
            raise ValueError("the rewriting is another question")
        return text

    request = Request((Message("user", prompt),), 1, sampling=_SAMPLING, seed=seed)
    schema = shape.record(question=line)
    return complete_object(
        generator, request, schema, accept, attempts=1, on_done=on_done, cancel=cancel
    )


def _lost(question: str, text: str) -> bool:
    """Whether a rewriting lost something that the follow-up turns on."""
    kept = set(words(text))
    return any(not set(words(one.text)) <= kept for one in asked_for(question))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + " …"
