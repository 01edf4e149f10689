"""What every kind of workbook offers to the child process that serves it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from leadreturns.readers.cells import Cell, CellFault, MergedCells, NumberedRow
from leadreturns.readers.number_cells import padded_text

Patch = CellFault | str
"""What a fast reader lost of a cell: its fault, or the template of its zero-padded number format."""


class SheetName(NamedTuple):
    """A worksheet, by the name on its tab."""

    name: str
    hidden: bool


class OpenSheet:
    """One worksheet being read. What is noticed while its rows are drawn is added to the other fields."""

    def __init__(self, hidden_rows: set[int] | None = None, hidden_columns: Sequence[int] = ()) -> None:
        self.rows: Iterator[NumberedRow] = iter(())
        self.hidden_rows = hidden_rows if hidden_rows is not None else set()
        self.hidden_columns = list(hidden_columns)
        self.merged: list[MergedCells] = []
        """The merged cells of several rows; known when their first row is drawn."""
        self.notes: list[tuple[str, str]] = []
        """Code and message, which goes on after the file's name and a colon."""


class Book(Protocol):
    """A workbook whose sheets can be opened one by one."""

    sheets: list[SheetName]

    def open_sheet(self, index: int) -> OpenSheet:
        """The sheet at that place in `sheets`."""
        ...


def patched_rows(rows: Iterator[NumberedRow], patches: Iterator[tuple[int, dict[int, Patch]]]) -> Iterator[NumberedRow]:
    """The rows with their patches, both in order of row number; a patch beyond the last cell widens its row."""
    wanted, cells_of = next(patches, (0, {}))
    for number, cells in rows:
        while wanted and wanted < number:
            yield wanted, _patched([], cells_of)
            wanted, cells_of = next(patches, (0, {}))
        if wanted == number:
            cells = _patched(list(cells), cells_of)
            wanted, cells_of = next(patches, (0, {}))
        yield number, cells
    while wanted:
        yield wanted, _patched([], cells_of)
        wanted, cells_of = next(patches, (0, {}))


def _patched(row: list[Cell], patches: Mapping[int, Patch]) -> list[Cell]:
    row += [None] * (max(patches) + 1 - len(row))
    for column, patch in patches.items():
        value = padded_text(patch, row[column]) if isinstance(patch, str) else patch
        row[column] = row[column] if value is None else value
    return row
