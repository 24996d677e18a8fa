"""Why there is no answer, and why a sentence was left out, in words."""

from collections.abc import Sequence

from copydesk.brief import Language
from copydesk.findings import Finding
from copydesk.reader.verify import Verdict

_SHOWN = 3  # words of the question that are named


def nothing_found(language: Language) -> str:
    """No passage has a word of the question."""
    if language == "zh":
        return "没有任何段落与这个问题的用词相同。"
    return "No passage has the words of the question."


def not_there(lost: Sequence[str], language: Language) -> str:
    """Something that the question turns on is in none of the documents."""
    if language == "zh":
        named = "、".join(f"“{text}”" for text in lost[:_SHOWN])
        return f"找到的文档中没有出现{named}。"
    named = ", ".join(f"“{text}”" for text in lost[:_SHOWN])
    return f"The documents that were found do not have {named}."


def not_stated(lost: Sequence[str], language: Language) -> str:
    """The nearest passages were read, and do not answer."""
    if language == "zh":
        more = f"，也没有出现{'、'.join(f'“{text}”' for text in lost[:_SHOWN])}" if lost else ""
        return f"最接近的段落没有写出答案{more}。"
    more = f", and have no {', '.join(f'“{text}”' for text in lost[:_SHOWN])}" if lost else ""
    return f"The nearest passages do not state it{more}."


def not_proved(language: Language) -> str:
    """What the model said is not what stands in the passages."""
    if language == "zh":
        return "得到的回答都无法用原文证实。"
    return "No answer could be proved by the words of a passage."


def cancelled(language: Language) -> str:
    """Somebody ended it before there was an answer."""
    return (
        "在得到回答之前被中断。" if language == "zh" else "It was ended before there was an answer."
    )


def dropped(text: str, verdict: Verdict) -> Finding:
    """A sentence that was left out."""
    why = {
        "number": f"“{verdict.about}” stands in no passage that it names",
        "name": f"“{verdict.about}” stands in no passage that it names",
        "quotation": "its passage is not on the page that it should be on",
        "nothing": "it only says the question again",
        "figure": "it has no number, which was asked for",
        "date": "it says no time, which was asked for",
        "place": f"its passage is not about {verdict.about}",
        "words": "its words are not those of its passages",
    }
    return Finding(
        code=f"dropped-{verdict.reason}",
        place="the answer",
        message=f"A sentence was left out: {why[verdict.reason]}.",
        measured=text,
        allowed="what its passages say",
        fix="ask for the parts one by one, or read the passages that were looked at",
    )


def left_out(addressed: Sequence[str]) -> tuple[Finding, ...]:
    """Sentences of documents that speak to whoever answers, in one finding; none for none."""
    if not addressed:
        return ()
    return (
        Finding(
            code="addressed",
            place="the passages",
            message="Sentences that give orders to whoever answers were not read: "
            f"{len(addressed)} in the passages that were looked at.",
            measured=addressed[0][:200],
            allowed="documents say what is so; they are not asked what to do",
            fix="ask about the instructions in the document to have them",
        ),
    )
