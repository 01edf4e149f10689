"""What the sheets of all report workbooks have in common: a summary first, then one sheet for each buyer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from leadreturns.reports.table import Row, Table

MOST_BUYERS = 200
MOST_LINES = 1_000_000
"""Just below what one sheet holds."""

_OURS = frozenset({"summary", "lines", "about", "approved by supplier"})
"""Sheets that a buyer of the same name must not push aside."""

Line = TypeVar("Line")


def summary_sheet(table: Table, notes: Iterable[str] = ()) -> Table:
    """The report's own table, without pictures, as the first sheet."""
    return replace(table, title="Summary", notes=[*table.notes, *notes])


def sheets_by_buyer(
    lines: Iterable[Line], buyer_of: Callable[[Line], str], sheet: Callable[[str, Sequence[Line]], Table]
) -> list[Table]:
    """One table for each buyer in the order of the names, at most `MOST_BUYERS`: those with the most lines."""
    held: dict[str, list[Line]] = {}
    for line in lines:
        held.setdefault(buyer_of(line), []).append(line)
    kept = sorted(held, key=lambda buyer: (-len(held[buyer]), buyer))[:MOST_BUYERS]
    return [_named(sheet(buyer, held[buyer])) for buyer in sorted(kept)]


def _named(table: Table) -> Table:
    return replace(table, title=f"{table.title} (buyer)") if table.title.casefold() in _OURS else table


def left_out(buyers: int, lines: int, command: str) -> list[str]:
    """What a workbook has no room for, and where it is."""
    notes = []
    if buyers > MOST_BUYERS:
        notes.append(f"{MOST_BUYERS} of {buyers:,} buyers have a sheet: those with the most lines.")
    if lines > MOST_LINES:
        notes.append(f"{lines:,} lines do not fit into a sheet: {command}")
    return notes


def with_columns(table: Table, names: Sequence[str]) -> Table:
    """The table with these of its columns, in this order."""
    places = [next(at for at, column in enumerate(table.columns) if column.name == name) for name in names]

    def cut(row: Row) -> Row:
        return tuple(row[place] for place in places)

    return replace(
        table,
        columns=[table.columns[place] for place in places],
        rows=[cut(row) for row in table.rows],
        totals=[cut(row) for row in table.totals],
    )
