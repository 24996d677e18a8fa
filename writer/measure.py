"""How long a text is: words, or characters where words have no spaces between them."""

import re

from copydesk.brief import Language

_WORD = re.compile(r"\w+(?:[’'\-.]\w+)*")


def text_length(text: str, language: Language) -> int:
    """Words of running text; for Chinese all characters but white space."""
    if language == "zh":
        return len(re.sub(r"\s", "", text))
    return len(_WORD.findall(text))
