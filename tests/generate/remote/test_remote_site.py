"""Addresses and keys: where a request goes, and which key goes with it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.errors import UsageProblem
from copydesk.generate.remote.site import Key, read_site, split_spec

SECRET = "sk-very-secret-0815"  # noqa: S105 - opens nothing


@pytest.mark.parametrize(
    ("spec", "model", "url"),
    [
        ("openai:qwen2.5@http://localhost:11434", "qwen2.5", "http://localhost:11434"),
        ("openai:Qwen/Qwen3-8B:latest@https://a.b/v1", "Qwen/Qwen3-8B:latest", "https://a.b/v1"),
        ("openai:me@home@http://h", "me@home", "http://h"),
        ("openai:a@http://x@http://h/v1", "a@http://x", "http://h/v1"),
        ("openai:@http://h:8000", "", "http://h:8000"),
    ],
)
def test_an_address_is_split_at_its_last_url(spec: str, model: str, url: str) -> None:
    assert split_spec(spec) == (model, url)


@pytest.mark.parametrize("spec", ["openai:", "openai:m", "openai:m@ftp://h", "m@http://h", ""])
def test_what_is_no_address_is_refused(spec: str) -> None:
    with pytest.raises(UsageProblem, match="openai:MODEL@URL"):
        split_spec(spec)


@pytest.mark.parametrize(
    ("url", "path", "root", "shown"),
    [
        ("http://localhost:8000", "/v1", "", "localhost:8000"),
        ("http://localhost:8000/v1/", "/v1", "", "localhost:8000"),
        ("https://h/v1/chat/completions", "/v1", "", "h"),
        ("https://h/proxy", "/proxy/v1", "/proxy", "h"),
        ("https://h/v1beta/openai", "/v1beta/openai", "/v1beta/openai", "h"),
        ("http://[::1]:80", "/v1", "", "[::1]"),
    ],
)
def test_the_api_is_found_with_or_without_v1(url: str, path: str, root: str, shown: str) -> None:
    site = read_site(url, {})
    assert (site.path, site.root, site.shown) == (path, root, shown)


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http://h:99999",
        "http://h:x",
        "http://h/v1?key=1",
        "http://h/#a",
        "http://h/a b",
        "http://h\r\nX: y",
        "http://h\n",
        "https://[::1",
    ],
)
def test_a_url_that_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(UsageProblem):
        read_site(url, {})


@given(st.text(max_size=30))
def test_any_text_is_an_address_or_a_usage_problem(text: str) -> None:
    for url in (text, f"http://{text}", f"https://h{text}"):
        with suppress(UsageProblem):
            assert read_site(url, {}).host


def test_a_password_in_the_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageProblem) as caught:
        read_site(f"https://me:{SECRET}@host/v1", {})
    assert SECRET not in f"{caught.value!r} {caught.value.message} {caught.value.hint}"
    assert "COPYDESK_API_KEY" in caught.value.hint


def header(url: str, **environment: str) -> str:
    return read_site(url, environment).key.headers().get("Authorization", "")


def test_a_hosts_own_key_goes_before_the_general_one() -> None:
    both = {"COPYDESK_API_KEY": "general", "COPYDESK_API_KEY_MY_LLM_COM": "own"}
    assert header("https://my-llm.com", **both) == "Bearer own"
    assert header("https://other.com", **both) == "Bearer general"


def test_an_empty_key_for_a_host_sends_none() -> None:
    nothing = {"COPYDESK_API_KEY": SECRET, "COPYDESK_API_KEY_H": ""}
    assert header("http://h:8000", **nothing) == ""


def test_the_key_for_openai_goes_to_openai_alone() -> None:
    key = {"OPENAI_API_KEY": SECRET}
    assert header("https://api.openai.com/v1", **key) == f"Bearer {SECRET}"
    for host in ("api.openai.com.evil.org", "openai.com", "localhost"):
        assert header(f"https://{host}", **key) == ""


def test_a_key_does_not_travel_unprotected() -> None:
    with pytest.raises(UsageProblem, match="unprotected") as caught:
        header("http://192.168.1.7:8000", COPYDESK_API_KEY=SECRET)
    assert SECRET not in f"{caught.value!r} {caught.value.hint}"
    assert "COPYDESK_API_KEY_192_168_1_7=" in caught.value.hint
    for host in ("localhost", "127.0.0.1", "[::1]"):
        assert header(f"http://{host}:8000", COPYDESK_API_KEY=SECRET)


@pytest.mark.parametrize("key", ["two words", "line\r\nX-Evil: 1", "schlüssel"])
def test_a_key_that_would_break_a_header_is_refused_unseen(key: str) -> None:
    with pytest.raises(UsageProblem, match="COPYDESK_API_KEY") as caught:
        header("https://h", COPYDESK_API_KEY=key)
    assert key not in f"{caught.value!r} {caught.value.hint}"


def test_a_key_shows_itself_to_nobody() -> None:
    site = read_site("https://h", {"COPYDESK_API_KEY": SECRET})
    assert SECRET not in f"{site!r} {site} {site.key!r} {site.key} {vars(site)}"
    assert Key().hide("text") == "text"
    assert site.key.hide(f"wrong key {SECRET}!") == "wrong key …!"
