"""The values that a cell can have. Apart from `table`, so that the child that parses workbooks starts faster."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple


class CellFault(NamedTuple):
    """A cell that has no trustworthy value: an Excel error, a formula never calculated, a damaged number."""

    code: str
    """'error_cell', 'uncalculated_formula' or 'damaged_id'."""
    text: str
    """What stands in the cell, for example '#N/A'."""


Cell = str | int | float | bool | datetime | date | time | CellFault | None
NumberedRow = tuple[int, Sequence[Cell]]
"""The row number that a person sees, and the cells; rows of a text file may differ in length."""
MergedCells = tuple[int, int, int]
"""Cells of one column that are merged into one: their first and last row, and the column, counted from 0."""

MAX_CELL_CHARACTERS = 1_000_000
"""No cell of any kind of file may be longer."""
