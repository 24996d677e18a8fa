"""Numbers that prove themselves: cards, Chinese identity numbers, bank accounts."""

from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def is_card(digits: str) -> bool:
    """A card number by Luhn's formula (ISO/IEC 7812), of a length and issuer that there are."""
    if not 13 <= len(digits) <= 19 or digits[0] not in "23456" or len(set(digits)) < 2:
        return False
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_chinese_id(number: str) -> bool:
    """A citizen's identity number (GB 11643-1999): a birthday inside, ISO 7064 MOD 11-2 behind."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    if len(number) != 18 or not 1850 <= born.year <= 2100:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return number[17].upper() == _CHECK[total % 11]


def is_iban(account: str) -> bool:
    """An account number by ISO 13616: its letters as numbers, it leaves 1 when divided by 97."""
    if not 15 <= len(account) <= 34:
        return False
    turned = account[4:] + account[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1
