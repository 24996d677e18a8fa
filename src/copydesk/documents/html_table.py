"""Tables of a page of HTML, cell after cell as they come."""

from dataclasses import dataclass, field

from copydesk.documents.grid import Cell, column_names, guessed_heads, lines, named, spread
from copydesk.documents.reading import Reading

_LONGEST_CELL = 2000  # characters; a table with longer ones is there for the layout


@dataclass
class Table:
    """A table that is open.

    Attributes:
        layout: it only says where texts stand, so that they are read as if there were no table.
        names: the heads of its columns, once some of its rows were added.
        cell: the tag of the cell that is open, and its attributes; "" for none.
    """

    rows: list[list[Cell]] = field(default_factory=list)
    layout: bool = False
    names: list[str] | None = None
    cell: str = ""
    across: int = 1
    down: int = 1

    def add_to(self, reading: Reading) -> None:
        """Rows that are complete become passages; those after them keep their heads."""
        rows, self.rows = self.rows, []
        cells = [cell for row in rows for cell in row]
        if any(len(cell.text) > _LONGEST_CELL for cell in cells):
            for cell in cells:
                reading.add(cell.text)
            return
        slots = spread(rows)
        if self.names is not None:
            told = [named(self.names, row) for row in slots]
        else:
            heads = _heads_of(rows)
            told = lines(slots, heads)
            self.names = column_names(slots[: guessed_heads(slots) if heads is None else heads])
        for line in told:
            reading.add(line, kind="row")


def _heads_of(rows: list[list[Cell]]) -> int | None:
    """How many rows of a table are heads; None where the page does not say."""
    count = 0
    for row in rows:
        filled = [cell for cell in row if cell.text]
        if not filled or not all(cell.head for cell in filled):
            break
        count += 1
    return count or (0 if any(cell.head for row in rows for cell in row) else None)
