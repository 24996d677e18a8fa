"""Zip files that are the same bytes whenever they are made."""

import zipfile
from collections.abc import Iterable
from io import BytesIO

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can say


def pack(members: Iterable[tuple[str, str]], *, stored: frozenset[str] = frozenset()) -> bytes:
    """A zip file of (name, text) in the order given; `stored` ones are not compressed."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", compresslevel=6) as archive:
        for name, text in members:
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, text.encode())
    return stream.getvalue()
