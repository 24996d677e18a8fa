"""Rows divided by prompt into those to learn from and those to test on, always in the same way."""

from collections.abc import Sequence
from hashlib import blake2b

from copydesk.preferences.rows import Row
from copydesk.train.data.keys import groups

_WHOLE = 2**64


def split(rows: Sequence[Row], share: float) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Hold out about `share` of the prompts, with all of their rows.

    Where a prompt goes is decided by itself alone: rows that are added later, or another kind of
    rows of the same prompts, move nothing. That makes the share inexact when there are few
    prompts. With two prompts or more neither side is empty, unless the share is 0.

    Args:
        rows: any rows, in any order; both results keep it.
        share: from 0 to below 1.

    Returns:
        The rows to learn from, and those held out.
    """
    keys = groups(rows)
    held = held_keys(frozenset(keys), share)
    return (
        tuple(row for row, key in zip(rows, keys, strict=True) if key not in held),
        tuple(row for row, key in zip(rows, keys, strict=True) if key in held),
    )


def held_keys(keys: frozenset[bytes], share: float) -> frozenset[bytes]:
    """Those of the groups that are held out."""
    if share <= 0 or len(keys) < 2:
        return frozenset()
    drawn = sorted((draw(key), key) for key in keys)
    held = [key for number, key in drawn if number < share]
    if not held:
        held = [drawn[0][1]]
    if len(held) == len(keys):
        held.remove(drawn[-1][1])
    return frozenset(held)


def draw(key: bytes) -> float:
    """A number from 0 to below 1 that is the key's for ever."""
    digest = blake2b(key, digest_size=8, person=b"copydesk-split").digest()
    return int.from_bytes(digest, "big") / _WHOLE
