"""What was asked for, as one request that the whole text answers: as a person would put it."""

from copydesk.brief import LANGUAGES, Brief, Language, detect_language
from copydesk.generate.protocol import Message

_LONGEST_TITLE = 200


def request_for_text(brief: Brief, form: str) -> tuple[Message, ...]:
    """The request that a text of this form answers."""
    if brief.language == "zh":
        return _request([f"请写一篇文字（体裁：{form}）。"], brief)
    return _request([f"Write a text of the kind “{form}”."], brief)


def request_for_deck(brief: Brief, slides: int) -> tuple[Message, ...]:
    """The request that a deck answers, written as an outline in YAML."""
    if brief.language == "zh":
        return _request([f"请做一份{slides}页的演示文稿，以YAML写出。"], brief)
    return _request([f"Make a deck of {slides} slides, written as YAML."], brief)


def request_for_translation(text: str, language: Language) -> tuple[Message, ...]:
    """The request that a translation answers."""
    if language == "zh":
        return (Message("user", f"请把下面的内容译成中文。\n\n{text}"),)
    return (Message("user", f"Translate this into {LANGUAGES[language]}.\n\n{text}"),)


def request_for_title(text: str) -> tuple[Message, ...]:
    """All that can be asked of a text whose origin nobody knows: one with its title."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    title = " ".join(first.lstrip("#").split()).removeprefix("title: ")[:_LONGEST_TITLE]
    if detect_language(text) == "zh":
        return (Message("user", f"请写一篇题为《{title}》的文章。"),)
    return (Message("user", f"Write a text with the title “{title}”."),)


def _request(lines: list[str], brief: Brief) -> tuple[Message, ...]:
    if brief.topic:
        lines.append(brief.topic)
    if brief.language == "zh":
        lines += [f"读者：{brief.audience}"] if brief.audience else []
        lines += [f"目的：{brief.purpose}"] if brief.purpose else []
        lines += [f"篇幅：约{brief.length}字"] if brief.length else []
    else:
        lines += [f"For: {brief.audience}"] if brief.audience else []
        lines += [f"Purpose: {brief.purpose}"] if brief.purpose else []
        lines += [f"Length: about {brief.length} words"] if brief.length else []
    lines += ["", brief.text] if brief.text else []
    return (Message("user", "\n".join(lines)),)
