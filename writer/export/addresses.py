"""Which addresses of links may live on in a file: web pages and mail, nothing that runs."""

import ipaddress
import re
from urllib.parse import urlsplit

_LONGEST = 2_000  # characters; Word refuses longer ones
_ALLOWED = re.compile(r"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+\Z")
_HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\Z"
)
_MAIL = re.compile(r"mailto:[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\Z")
_PHONE = re.compile(r"tel:\+?[0-9()-]+\Z")


def is_safe(address: str) -> bool:
    """Whether every reader takes the address, and following it does no harm.

    A relative address would point from a book into nowhere, so it is none either.
    """
    if len(address) > _LONGEST:
        return False
    if _MAIL.match(address) or _PHONE.match(address):
        return True
    if not _ALLOWED.match(address) or address.count("#") > 1:
        return False
    try:
        parts = urlsplit(address)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return False
    host = parts.hostname or ""
    return (
        parts.scheme in {"http", "https"}
        and "@" not in parts.netloc
        and not parts.netloc.endswith(":")
        and port_is_right
        and _is_host(host)
    )


def _is_host(host: str) -> bool:
    if not _HOST.match(host):
        return False
    last = host.rpartition(".")[2]
    try:
        if last.isdigit() or last.startswith("0x"):
            ipaddress.IPv4Address(host)
        host.encode("ascii").decode("idna")
    except (ValueError, UnicodeError):
        return False
    return True
