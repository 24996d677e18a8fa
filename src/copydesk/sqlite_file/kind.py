"""What kind of file it is: how it is marked and called, and its tables version by version."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of SQLite file.

    Attributes:
        noun: what people call it: "desk".
        application: the number that marks such a file among all that SQLite may hold.
        migrations: the n-th makes a file of version n one of version n + 1.
        precious: whether it cannot be had again. A copy is kept before it is brought up to date,
            what was written is on the disk at once, and what was deleted is overwritten.
        again: how it is had again, for a hint; "" where it is precious.
    """

    noun: str
    application: int
    migrations: tuple[str, ...]
    precious: bool = True
    again: str = ""
