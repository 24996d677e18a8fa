"""Anything that a server may say: text, a trouble, or nothing; and what is shown of it."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from copydesk.generate.protocol import Message, Request
from copydesk.generate.remote.site import read_site
from copydesk.generate.remote.trouble import Trouble, refusal
from copydesk.generate.remote.watch import Watch
from copydesk.generate.remote.wire import Cleaner, Delta, deltas

_ANY = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


def like(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects with some of these fields, or anything else."""
    return st.fixed_dictionaries({}, optional=fields) | _ANY


_CHOICE = like(
    delta=like(content=_ANY, refusal=_ANY), message=like(content=_ANY), finish_reason=_ANY
)
_EVENT = like(
    choices=st.lists(_CHOICE, max_size=2) | _ANY,
    usage=like(prompt_tokens=_ANY, prompt_tokens_details=like(cached_tokens=_ANY)),
    error=like(message=_ANY, code=_ANY, param=_ANY, n_prompt_tokens=_ANY, n_ctx=_ANY),
    model=_ANY,
    object=st.just("error") | _ANY,
)
_BODY = st.binary() | st.builds(lambda value: json.dumps(value).encode(), _EVENT)


class Said:
    """A call whose answer is already there."""

    def __init__(self, kind: str, *chunks: bytes) -> None:
        self._kind, self._chunks = kind, chunks

    def header(self, _name: str) -> str:
        return self._kind

    def chunks(self) -> Iterator[bytes]:
        return iter(self._chunks)


def heard(kind: str, *chunks: bytes) -> list[Delta] | Trouble:
    try:
        return list(deltas(Said(kind, *chunks)))  # type: ignore[arg-type]
    except Trouble as trouble:
        return trouble


@given(st.sampled_from(["text/event-stream", "application/json", ""]), st.lists(_BODY, max_size=3))
def test_whatever_is_said_is_text_or_a_trouble(kind: str, bodies: list[bytes]) -> None:
    for lines in (bodies, [b"data: " + body + b"\n\n" for body in bodies]):
        said = heard(kind, *lines)
        for delta in [] if isinstance(said, Trouble) else said:
            assert delta.text.encode("utf-8", "strict") is not None
            assert "\x00" not in delta.text + delta.model
            assert min(delta.prompt_tokens, delta.cached_tokens) >= 0


@given(st.integers(100, 599), st.text() | st.none(), _BODY)
def test_whatever_is_refused_is_one_sentence(status: int, after: str | None, body: bytes) -> None:
    site = read_site("https://host", {})
    trouble = refusal(status, after, body, site, 0.0)
    error = trouble.error(site)
    assert error.message.isprintable()
    assert error.message.endswith(".")
    assert trouble.after is None or trouble.after >= 0


@given(st.text(), st.lists(st.integers(0, 40)))
def test_any_split_of_a_text_is_cleaned_alike(text: str, cuts: list[int]) -> None:
    units = [chr(unit) for unit in memoryview(text.encode("utf-16-le")).cast("H")]
    edges = sorted({0, len(units), *(cut for cut in cuts if cut < len(units))})
    cleaner = Cleaner()
    parts = ["".join(units[a:b]) for a, b in pairwise(edges)]
    assert "".join(map(cleaner.feed, parts)) == Cleaner().feed(text)


@example([" 蜂", "蜜"], False)
@given(st.lists(st.text(st.sampled_from("蜂蜜花 。"), max_size=4)), st.booleans())
def test_nothing_from_a_banned_phrase_on_is_ever_shown(parts: list[str], whole: bool) -> None:
    request = Request((Message("user", "?"),), 9, bans=("蜂蜜",), guard_loops=False)
    watch = Watch(request, whole=whole)
    shown = ""
    for part in parts:
        shown += watch.hear(part)
        if watch.fault:
            break
    else:
        shown += watch.end()
    text = "".join(parts)
    before, banned, _ = text.partition("蜂蜜")
    if banned:
        assert watch.fault == "banned"
        assert shown + watch.give_up() == before.rstrip()
    else:
        assert shown == text


@given(st.text(st.sampled_from("ab \n"), max_size=12), st.data())
def test_after_a_break_the_same_text_goes_on_and_another_is_noticed(
    text: str, data: st.DataObject
) -> None:
    request = Request((Message("user", "?"),), 9, guard_loops=False)
    watch = Watch(request)
    at = data.draw(st.integers(0, len(text)))
    shown = watch.hear(text[:at])
    watch.back_to("")
    other = data.draw(st.sampled_from([text, "b" + text[1:], text[: at // 2]]))
    for character in other:
        if not watch.fault:
            shown += watch.hear(character)
    shown += "" if watch.fault else watch.end()
    if watch.fault:
        assert not other.startswith(watch.shown)
    else:
        assert shown == other


def test_after_going_back_the_new_text_is_watched_from_there() -> None:
    loop = "They love the flowers of the city park. " * 6
    watch = Watch(Request((Message("user", "?"),), 9, bans=("delve",)), whole=True)
    watch.hear("Bees are small, and many of them live in the walls of houses")
    for said in (" and delve.", "We delve."):
        watch.hear(said)
        assert watch.fault == "banned"
        watch.back_to("")
    ends = []
    for _ in range(2):
        for character in loop:
            watch.hear(character)
            if watch.fault:
                break
        assert watch.fault == "loop"
        ends.append((len(watch.text), watch.good()))
        watch.back_to("")
    assert ends[0] == ends[1]
