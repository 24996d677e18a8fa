"""What goes wrong between here and a server, in words, and whether trying again may help."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from copydesk.errors import ContextExceeded, GenerationFailed
from copydesk.generate.remote.site import Site

_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})
_SAID = 240  # characters of a server's own words that are passed on

Fields = Mapping[str, Any]


class HungUp(Exception):
    """The call was ended from this side."""


class Trouble(Exception):
    """A request that came to nothing.

    Attributes:
        what: what the server did, to follow "The server at HOST".
        hint: what to do about it.
        again: whether the same request may go better soon.
        after: seconds that the server asks to wait, None if it says nothing.
        status: of HTTP, 0 if no answer came.
        said: the server's own words, in one line.
        field: the field of the request that it objects to, "" if it names none.
        overrun: (prompt tokens, context) where the prompt was too long; the first is 0 if unknown.
        absent: no connection could be made.
    """

    def __init__(
        self,
        what: str,
        hint: str = "",
        *,
        again: bool = False,
        after: float | None = None,
        status: int = 0,
        said: str = "",
        field: str = "",
        overrun: tuple[int, int] | None = None,
        absent: bool = False,
    ) -> None:
        super().__init__(what)
        self.what, self.hint, self.again, self.after = what, hint, again, after
        self.status, self.said, self.field = status, said, field
        self.overrun, self.absent = overrun, absent

    def error(self, site: Site) -> GenerationFailed:
        """What a person is told."""
        if self.overrun and self.overrun[0] > self.overrun[1]:
            return ContextExceeded(*self.overrun)
        return GenerationFailed(
            f"The server at {site.shown} {site.key.hide(self.what)}.", self.hint
        )


class Broken(Trouble):
    """The connection broke off after text had come."""


@dataclass(frozen=True)
class Complaint:
    """An error object, of which every server has its own form."""

    said: str = ""
    code: str = ""
    field: str = ""
    overrun: tuple[int, int] | None = None


def refusal(status: int, after: str | None, body: bytes, site: Site, now: float) -> Trouble:
    """The trouble that an HTTP status other than 200 means.

    Args:
        after: the Retry-After header.
        now: seconds since the epoch, to subtract from a date.
    """
    complaint = complained(parsed(body))
    what, hint = _words(status, complaint, is_page(body), site)
    spent = complaint.code in {"insufficient_quota", "billing_hard_limit_reached"}
    return Trouble(
        what,
        hint,
        again=status in _AGAIN and not spent,
        after=_seconds(after, now),
        status=status,
        said=complaint.said,
        field=complaint.field,
        overrun=complaint.overrun,
    )


def in_stream(error: Any) -> Trouble:
    """The trouble that an error object in the middle of a stream means."""
    complaint = complained({"error": error})
    status = int(complaint.code) if re.fullmatch(r"[45]\d\d", complaint.code) else 0
    return Trouble(
        f"broke off with an error: {complaint.said or 'it does not say which'}".rstrip("."),
        again=status in _AGAIN or "overload" in (complaint.code + complaint.said).lower(),
        status=status,
        said=complaint.said,
        overrun=complaint.overrun,
    )


def parsed(body: bytes | str) -> Any:
    """JSON, or None if it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def complained(answer: Any) -> Complaint:
    """Read `{"error": {"message": …}}`, `{"error": "…"}`, `{"message": …}` or `{"detail": …}`."""
    fields = answer if isinstance(answer, dict) else {}
    error = fields.get("error", fields)
    if isinstance(error, str):
        error = {"message": error}
    if not isinstance(error, dict):
        return Complaint()
    said = error.get("message", error.get("detail", error.get("error", "")))
    said = one_line(said if isinstance(said, str) else json.dumps(said))
    code, field = error.get("code") or error.get("type") or "", error.get("param") or ""
    return Complaint(said, str(code)[:80], str(field)[:80], _overrun(error, said))


def one_line(text: str) -> str:
    """A server's words: printable, in one line, not too many."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _SAID else f"{line[:_SAID]}…"


def is_page(body: bytes) -> bool:
    """Whether this is HTML."""
    head = body[:512].lstrip().lower()
    return head.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<?xml"))


_CONTEXT = re.compile(
    r"(?:maximum context length|max_model_len|context (?:size|window))\D{0,20}(\d+)"
)
_PROMPT = re.compile(r"(\d+) (?:input tokens|in the (?:messages|prompt|input)|prompt tokens)")
_ASKED = re.compile(r"(?:requested|resulted in|request has|request \() ?(?:about )?(\d+)")


def _overrun(error: Fields, said: str) -> tuple[int, int] | None:
    """Prompt tokens and context out of the fields of llama.cpp, or the words of others."""
    prompt, context = error.get("n_prompt_tokens"), error.get("n_ctx")
    if isinstance(prompt, int) and isinstance(context, int):
        return prompt, context
    words = said.lower().replace(",", "")
    if found := _CONTEXT.search(words):
        asked = _PROMPT.search(words) or _ASKED.search(words)
        return int(asked[1]) if asked else 0, int(found[1])
    return None


def _seconds(after: str | None, now: float) -> float | None:
    """Retry-After is a number of seconds or a date."""
    if after is None:
        return None
    if re.fullmatch(r"\s*\d{1,9}(\.\d{1,9})?\s*", after):
        return float(after)
    try:
        return max(0.0, parsedate_to_datetime(after).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def _words(status: int, complaint: Complaint, page: bool, site: Site) -> tuple[str, str]:
    said = f": {complaint.said.rstrip('.')}" if complaint.said else ""
    if status in {401, 403}:
        if site.key:
            return (
                f"refuses the key in {site.key.variable} (HTTP {status}){said}",
                "check that the key is whole, not expired, and meant for this server",
            )
        return (
            f"wants a key (HTTP {status})",
            f"put it into the environment variable {site.variable} or COPYDESK_API_KEY",
        )
    if 300 <= status < 400:
        return (
            f"sends the request on to another address (HTTP {status})",
            "it is not followed, for a key must not go elsewhere: give the address that it means",
        )
    if page:
        return (
            f"answered with a web page, not with JSON (HTTP {status})",
            "check the address: the API is often below /v1",
        )
    if status == 404:
        return f"does not know the model or the path (HTTP 404){said}", ""
    if status == 429:
        return f"has too much to do (HTTP 429){said}", "try later, or ask for less at a time"
    if status >= 500:
        return f"failed (HTTP {status}){said}", "look into the server's log, or try later"
    return f"refuses the request (HTTP {status}){said}", ""
