"""A number by which a set of rows is known again."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256

from copydesk.preferences.rows import Row


def fingerprint(rows: Iterable[Row]) -> str:
    """The sha256, in hexadecimal, of what the rows say and in which order.

    Where they stood (`place`) does not count: a file that was moved is the same data.
    """
    digest = sha256()
    for row in rows:
        digest.update(_written(row))
    return digest.hexdigest()


def _written(row: Row) -> bytes:
    said = asdict(row)
    del said["place"]
    line = json.dumps([type(row).__name__, said], ensure_ascii=False, sort_keys=True)
    return line.encode("utf-8", "surrogatepass") + b"\n"
