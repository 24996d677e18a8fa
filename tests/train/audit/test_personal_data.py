"""Personal data found by form and checksum, in English and Chinese, and never shown whole."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Sample
from copydesk.train.audit import audit
from copydesk.train.audit.checksums import is_card, is_chinese_id, is_iban
from copydesk.train.audit.personal import personal


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("Write to mary.ann+desk@mail.newspaper.org, please.", "e-mail address", "m…@m….org"),
        ("请写信到wang@bianji.cn。", "e-mail address", "w…@b….cn"),
        ("ｗａｎｇ＠ｂｉａｎｊｉ．ｃｎ", "e-mail address", "w…@b….cn"),
        ("Call +44 20 7946 0958 now", "phone number", "+4…58"),
        ("Call (415) 271-3982.", "phone number", "(4…82"),
        ("Call 415-271-3982.", "phone number", "41…82"),
        ("手机13812345678，谢谢", "phone number", "13…78"),
        ("手机：138 1234 5678", "phone number", "13…78"),
        ("电话010-62345678", "phone number", "01…78"),
        ("card 4111 1111 1111 1111 exp", "card number", "41…11"),
        ("card 5500-0000-0000-0004", "card number", "55…04"),
        ("身份证11010519491231002X。", "identity number", "11…2X"),
        ("IBAN GB82 WEST 1234 5698 7654 32", "account number", "GB…32"),
        ("DE89370400440532013000", "account number", "DE…00"),
    ],
)
def test_found_and_masked(text: str, kind: str, shown: str) -> None:
    assert list(personal(text)) == [(kind, shown)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Nobody is at home.",
        "you@example.com or me@mail.example.org",
        "logo@2x.png and @mary on the web",
        "In 2019-2020 we sold 1,234,567,890 copies for 12.50.",
        "card 4111 1111 1111 1112",
        "身份证110105194912310021",
        "GB82 WEST 1234 5698 7654 33",
        "call 415-555-0123, as in films",
        "Version 10.11.12.13 of 2023-11-28",
        "https://social.example.net/status/585884382621229056",
        "0000 0000 0000 0000",
        "3.14159265358979323846",
        "一九九八年，一百二十三人",
    ],
)
def test_what_is_nobodys(text: str) -> None:
    assert list(personal(text)) == []


def test_one_thing_is_found_once() -> None:
    assert [kind for kind, _ in personal("11010519491231002X and 4111111111111111")] == [
        "identity number",
        "card number",
    ]


def test_an_audit_masks_what_it_shows() -> None:
    rows = [
        Sample(
            prompt=(Message("user", "about mary@newspaper.org"),),
            completion="Call 415-271-3982 or 4111 1111 1111 1111.",
            place="rows:4",
        ),
        Sample(prompt=(Message("user", "else"),), completion="nothing here"),
    ]
    report = audit(rows)
    (finding,) = report.serious
    assert (finding.code, finding.place) == ("personal-data", "rows:4")
    assert finding.message == "Card number 41…11, e-mail address m…@n….org, phone number 41…82"
    assert report.numbers["personal.phone number"] == 1


def _with_luhn(body: str) -> str:
    return next(body + digit for digit in "0123456789" if is_card(body + digit))


_BODY = st.text("0123456789", min_size=14, max_size=14).map(lambda rest: f"4{rest}")


@settings(deadline=None)
@given(_BODY.filter(lambda body: len(set(body)) > 3), st.integers(0, 15), st.integers(1, 9))
def test_any_wrong_digit_breaks_a_card(body: str, at: int, by: int) -> None:
    card = _with_luhn(body)
    wrong = f"{card[:at]}{(int(card[at]) + by) % 10}{card[at + 1 :]}"
    assert not is_card(wrong)


@settings(deadline=None)
@given(st.integers(0, 16), st.integers(1, 9))
def test_any_wrong_digit_breaks_an_identity_number(at: int, by: int) -> None:
    true = "11010519491231002X"
    assert is_chinese_id(true)
    assert is_chinese_id(true.lower())
    assert not is_chinese_id(f"{true[:at]}{(int(true[at]) + by) % 10}{true[at + 1 :]}")


@settings(deadline=None)
@given(st.integers(2, 21), st.integers(1, 9))
def test_any_wrong_digit_breaks_an_account(at: int, by: int) -> None:
    true = "DE89370400440532013000"
    assert is_iban(true)
    assert not is_iban(f"{true[:at]}{(int(true[at]) + by) % 10}{true[at + 1 :]}")


@settings(deadline=None)
@given(st.text(alphabet="0123456789 -+@.ab()X身＠", max_size=300))
def test_any_text_is_looked_through(text: str) -> None:
    for kind, shown in personal(text):
        assert kind
        assert "…" in shown
