"""What every kind of file becomes first: numbered rows of cells, with what was noticed while opening it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from leadreturns.readers.cells import Cell, CellFault, MergedCells, NumberedRow

__all__ = ["Cell", "CellFault", "Fit", "MergedCells", "Note", "NumberedRow", "OpenOptions", "RawTable"]


class Note(NamedTuple):
    """Something about a file that the operator should know and that stops nothing."""

    code: str
    message: str


class Fit(NamedTuple):
    """How well the headings of a table are known; of two, the greater one fits better."""

    complete: bool
    """Every field that is needed has a column, and a row stands below."""
    lists_leads: bool
    """At least a lead has a column, and rows stand below."""
    known: int
    """How many fields the headings name."""


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
    """One table of text or one worksheet. `rows` can be iterated again and again, always from the first row.

    Iterating raises FileRefused when the file turns out, further down, to be one that cannot be read. What is
    noticed on the way is added to `notes` and `hidden_rows`; they are complete after the last row.
    """

    kind: str
    """'csv', 'xlsx', 'xls', 'xlsb', 'ods', 'html', 'xml' (SpreadsheetML 2003)."""
    rows: Callable[[], Iterator[NumberedRow]]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    other_sheets: Sequence[str] = ()
    """The names of the other visible sheets, as far as they hold anything."""
    notes: list[Note] = field(default_factory=list)
    hidden_rows: Collection[int] = frozenset()
    """Numbers of the rows that the sheet does not show (a filter is set, or they were hidden by hand)."""
    hidden_columns: Sequence[int] = ()
    """The columns that the sheet does not show, counted from 0."""
    merged: Sequence[MergedCells] = ()
    """The merged cells that reach over several rows, each there before its first row is."""

    @property
    def sheets(self) -> tuple[str, ...]:
        """The name of the sheet that is read and those of the others; none for a file without sheets."""
        return (self.sheet, *self.other_sheets) if self.sheet else ()
