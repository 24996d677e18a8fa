"""Steady packages: the same parts always give the same bytes, whatever the clock says."""

import io
import re
import zipfile
from collections.abc import Iterable

_EPOCH = (1980, 1, 1, 0, 0, 0)
_DATES = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
_PACKED = (".png", ".jpg", ".jpeg", ".gif", ".xlsx", ".docx", ".mp4", ".m4a", ".mp3", ".wdp")


def pack(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """Zip named parts in the order given, every one dated 1980 (the zip format's zero).

    What is compressed already is stored as it is.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, _EPOCH)
            stored = name.lower().endswith(_PACKED)
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            package.writestr(entry, content)
    return stream.getvalue()


def steady(package: bytes) -> bytes:
    """Repack an Office file without its clock: zip dates, document dates, embedded workbooks."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return pack((name, steady_part(name, source.read(name))) for name in source.namelist())


def steady_part(name: str, content: bytes) -> bytes:
    """One part without its clock."""
    if name.endswith(".xlsx"):
        return steady(content)
    return _DATES.sub(b"", content) if name == "docProps/core.xml" else content
