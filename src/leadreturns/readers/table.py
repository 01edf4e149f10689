"""What every kind of file becomes first: numbered rows of cells, with what was noticed while opening it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
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


class Note(NamedTuple):
    """Something about a file that the operator should know and that stops nothing."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """What the operator, or the buyer's section of the policies, says about opening a file; blank means: find out."""

    sheet: str = ""
    encoding: str = ""
    buyer_encoding: str = ""
    """From policies.toml: tried when strict UTF-8 fails and the command line names none."""
    delimiter: str = ""
    password: str | None = None


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table of text or one worksheet. `rows` can be iterated again and again, always from the first row."""

    kind: str
    """'csv', 'xlsx', 'xls', 'xlsb', 'ods', 'html', 'xml' (SpreadsheetML 2003)."""
    rows: Callable[[], Iterator[NumberedRow]]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    notes: Sequence[Note] = field(default_factory=tuple)
