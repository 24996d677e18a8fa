"""Reads `openai:MODEL@URL`, and finds the key that is meant for that server and no other.

A key comes out of the environment alone. It is shown to nobody: not in messages, not in a `repr`,
and not sent where anybody on the way could read it.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from copydesk.errors import UsageProblem

SCHEME = "openai:"
_FORM = "an address is openai:MODEL@URL, such as openai:qwen2.5@http://localhost:11434"
_PORTS = {"http": 80, "https": 443}
_OPENAI = "api.openai.com"


class Key:
    """A secret that only its server is told."""

    __slots__ = ("_value", "variable")

    def __init__(self, value: str = "", variable: str = "") -> None:
        self._value = value
        self.variable = variable

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"Key({self.variable or 'none'})"

    def headers(self) -> dict[str, str]:
        """The header that carries it."""
        return {"Authorization": f"Bearer {self._value}"} if self._value else {}

    def hide(self, text: str) -> str:
        """A server's words without the key, should it have repeated it."""
        return text.replace(self._value, "…") if self._value else text


@dataclass(frozen=True)
class Site:
    """Where a server is.

    Attributes:
        path: the folder of the API, such as "/v1".
        root: the folder above it, where servers say what they are.
        variable: the environment variable for a key of this server alone.
    """

    scheme: str
    host: str
    port: int
    path: str
    root: str
    variable: str
    key: Key = field(default_factory=Key)

    @property
    def shown(self) -> str:
        """Host and port, as a person reads them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def split_spec(spec: str) -> tuple[str, str]:
    """Model and URL out of `openai:MODEL@URL`; the model may be empty, and may hold @, / and :.

    Raises:
        UsageProblem: it is not of that form.
    """
    found = re.fullmatch(r"openai:(.*)@(https?://.+)", spec.strip(), re.IGNORECASE | re.DOTALL)
    if found is None:
        raise UsageProblem("The address of the server is not openai:MODEL@URL.", _FORM)
    return found[1].strip(), found[2]


def read_site(url: str, environment: Mapping[str, str] = os.environ) -> Site:
    """Take a URL apart and find the key for it.

    Raises:
        UsageProblem: it is no address of a server, holds a password, or its key would travel
            unprotected.
    """
    # The URL is not repeated in messages: it may hold a password.
    if not re.fullmatch(r"https?://[!-~]+", url, re.IGNORECASE):
        raise UsageProblem("The address of the server is not a web address.", _FORM)
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise UsageProblem("The address of the server is not a web address.", _FORM) from None
    if "@" in parts.netloc:
        raise UsageProblem(
            "The address of the server holds a user name or password.",
            "take it out, and put the key into the environment variable COPYDESK_API_KEY",
        )
    if not host or parts.query or parts.fragment:
        raise UsageProblem("The address of the server is not a plain web address.", _FORM)
    path, root = _folders(parts.path)
    variable = "COPYDESK_API_KEY_" + re.sub(r"[^A-Z0-9]+", "_", host.upper()).strip("_")
    key = _find_key(host, variable, environment)
    if key and parts.scheme == "http" and not _is_loopback(host):
        raise UsageProblem(
            f"The key in {key.variable} would travel to {host} unprotected, for all to read.",
            f"give the address with https, or set {variable}= (empty) to send no key there",
        )
    return Site(parts.scheme, host, port, path, root, variable, key)


def _folders(path: str) -> tuple[str, str]:
    """The API's folder and the server's: /v1 is put on unless the path names a version."""
    path = path.rstrip("/").removesuffix("/chat/completions")
    if not re.search(r"/v\d", path):
        path += "/v1"
    return path, path.removesuffix("/v1")


def _find_key(host: str, variable: str, environment: Mapping[str, str]) -> Key:
    names = [variable, "COPYDESK_API_KEY", *(["OPENAI_API_KEY"] if host == _OPENAI else [])]
    for name in names:
        if name in environment:
            value = environment[name].strip()
            if not re.fullmatch(r"[!-~]*", value):
                raise UsageProblem(
                    f"The key in {name} holds characters that no key has.",
                    "copy it again: letters, digits and signs, without spaces",
                )
            return Key(value, name)
    return Key()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
