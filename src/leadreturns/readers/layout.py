"""A table with its header found and its columns bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from leadreturns.readers.columns import Binding, Column
from leadreturns.readers.header_row import Header
from leadreturns.readers.headings import IDENTIFIERS, Headings
from leadreturns.readers.table import Cell, RawTable


@dataclass(frozen=True, slots=True)
class Layout:
    """What of a table's columns decides which of its rows are records."""

    table: RawTable
    header: Header
    headings: Headings
    binding: Binding
    returned: Callable[[Sequence[Cell]], bool] | None = None
    """Whether a row is marked as returned; None where every row is one."""
    identifiers: tuple[str, ...] = IDENTIFIERS
    """Fields of which a record has at least one, the strongest first."""
    needed: tuple[str, ...] = ()
    """Fields without whose cell a row that is cut short cannot be read."""

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return len(self.header.texts)

    @property
    def ids(self) -> list[Column]:
        """The columns of the identifiers."""
        return [self.binding.columns[name] for name in self.identifiers if name in self.binding.columns]
