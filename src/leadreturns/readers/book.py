"""What every kind of workbook offers to the child process that serves it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from leadreturns.readers.cells import NumberedRow


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
        self.notes: list[tuple[str, str]] = []
        """Code and message, which goes on after the file's name and a colon."""


class Book(Protocol):
    """A workbook whose sheets can be opened one by one."""

    sheets: list[SheetName]

    def open_sheet(self, index: int) -> OpenSheet:
        """The sheet at that place in `sheets`."""
        ...
