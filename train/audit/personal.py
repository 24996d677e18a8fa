"""Personal data: what a model learnt from it might tell to anybody. Found by form, shown masked.

Names and addresses have no form that could be checked; an audit is no promise that there are none.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from copydesk.train.audit.checksums import is_card, is_chinese_id, is_iban
from copydesk.train.audit.material import Hit, Material

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}"
    r"@((?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![A-Za-z0-9\-])"
)
_NOBODYS = re.compile(r"(?:^|\.)(?:example\.[a-z]+|example|test|invalid|localhost)$", re.IGNORECASE)
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")  # icon@2x.png
_DIGITS = re.compile(r"(?<![0-9A-Za-z.,])[0-9](?:[ \-]?[0-9]){11,18}(?![0-9A-Za-z])")
_CHINESE_ID = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_IBAN = re.compile(
    r"(?<![0-9A-Za-z])[A-Z]{2}[0-9]{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?(?![0-9A-Za-z])"
)
_PHONES = (
    re.compile(r"(?<![0-9A-Za-z+])\+[1-9](?:[ ().\-]{0,2}[0-9]){7,14}(?![0-9])"),
    re.compile(r"(?<![0-9A-Za-z.\-])(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[.\- ])[2-9][0-9]{2}[.\-]"
               r"[0-9]{4}(?![0-9A-Za-z\-])"),
    re.compile(r"(?<![0-9A-Za-z.\-])1[3-9][0-9](?:[ \-]?[0-9]{4}){2}(?![0-9A-Za-z])"),
    re.compile(r"(?<![0-9A-Za-z.\-])0[1-9][0-9]{1,2}[ \-][2-9][0-9]{6,7}(?![0-9A-Za-z\-])"),
)  # fmt: skip
_FICTION = re.compile(r"555[.\- ]?01[0-9]{2}$")  # numbers kept free for films
_ADDRESS = re.compile(r"\bhttps?://[^\s)\]>\"']+")  # of a page: its numbers are nobody's
_TELLING = re.compile(r"@|[0-9](?:[^0-9]{0,3}[0-9]){6}")  # nothing else can hold any of it


def personal_data(material: Material) -> Iterator[Hit]:
    """E-mail addresses, phone, card, account and Chinese identity numbers; a finding a row."""
    total: Counter[str] = Counter()
    for at, row in enumerate(material.rows):
        texts = (*(turn.content for turn in row.prompt), *material.answers[at])
        found = {(kind, shown) for text in texts for kind, shown in personal(text)}
        if found:
            kinds = Counter(kind for kind, _ in found)
            total += kinds
            shown = ", ".join(f"{kind} {masked}" for kind, masked in sorted(found)[:3])
            more = f" and {len(found) - 3} more" if len(found) > 3 else ""
            yield Hit("personal-data", (at,), shown[:1].upper() + shown[1:] + more)
    material.numbers |= {f"personal.{kind}": times for kind, times in sorted(total.items())}


def personal(text: str) -> Iterator[tuple[str, str]]:
    """The personal data in a text: what kind, and the thing itself masked."""
    if not _TELLING.search(text):
        if text.isascii() or not _TELLING.search(text := unicodedata.normalize("NFKC", text)):
            return
    elif not text.isascii():
        text = unicodedata.normalize("NFKC", text)  # digits and signs of full width
    for found in _EMAIL.finditer(text):
        if not _NOBODYS.search(found[1]) and not found[0].lower().endswith(_PICTURES):
            yield "e-mail address", _masked_email(found[0])
    taken: list[tuple[int, int]] = []
    for kind, start, end in _numbers(text):
        if all(end <= first or start >= last for first, last in taken):
            taken.append((start, end))
            yield kind, _masked(text[start:end])


def _numbers(text: str) -> Iterator[tuple[str, int, int]]:
    """The surer kinds first: what is a card is no phone."""
    text = _ADDRESS.sub(lambda found: " " * len(found[0]), text)
    for found in _CHINESE_ID.finditer(text):
        if is_chinese_id(found[0]):
            yield "identity number", found.start(), found.end()
    for found in _IBAN.finditer(text):
        if is_iban(found[0].replace(" ", "")):
            yield "account number", found.start(), found.end()
    for found in _DIGITS.finditer(text):
        if is_card(re.sub("[^0-9]", "", found[0])):
            yield "card number", found.start(), found.end()
    for pattern in _PHONES:
        for found in pattern.finditer(text):
            if not _FICTION.search(found[0]):
                yield "phone number", found.start(), found.end()


def _masked(said: str) -> str:
    return f"{said[:2]}…{said[-2:]}"


def _masked_email(said: str) -> str:
    name, _, host = said.rpartition("@")
    return f"{name[0]}…@{host[0]}…{host[host.rindex('.') :]}"
