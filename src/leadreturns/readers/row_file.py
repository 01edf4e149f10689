"""A file opened as a table of a known kind, and the pass over its rows that both kinds of file share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Generic, TypeVar

from leadreturns.core.lead_return import Problem
from leadreturns.errors import FileRefused
from leadreturns.readers.body import Body
from leadreturns.readers.clock_columns import clocks_not_read
from leadreturns.readers.columns import Column, bind
from leadreturns.readers.converter import Converter
from leadreturns.readers.date_column import DateReader
from leadreturns.readers.date_order import DateRules, OrderProof, heading_order
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.header_row import Required, find_header, fits
from leadreturns.readers.headings import Headings
from leadreturns.readers.layout import Layout
from leadreturns.readers.reading import Reading
from leadreturns.readers.refusals import on_sheet
from leadreturns.readers.remarks import Remarks
from leadreturns.readers.table import Cell, Note, RawTable
from leadreturns.readers.table_file import open_table

Row = TypeVar("Row")
CHUNK_ROWS = 5_000
_PEEKED_ROWS = 200
_BLOCK_ROWS = 2_000
"""Few enough that the cells of a block stay in the processor's cache while its columns are read."""


def open_layout(copy: FileCopy, reading: Reading, headings: Headings, required: Required) -> Layout:
    """The table in a file with its header found and its columns bound. Refused as `find_header` and `bind` say."""
    fit = partial(fits, headings=headings, reading=reading, required=required)
    return bound_layout(open_table(copy, reading.options, fit), reading, headings, required)


def bound_layout(table: RawTable, reading: Reading, headings: Headings, required: Required) -> Layout:
    """A table with its header found and its columns bound. Refused as `find_header` and `bind` say."""
    header = find_header(table, headings, reading, required)
    if header.fault is not None:
        raise on_sheet(header.fault, table.sheets)
    binding = bind(headings, header.texts, reading, required, table.sheets)
    binding.notes += clocks_not_read(header.texts, binding)
    return Layout(table, header, headings, binding)


class RowFile(ABC, Generic[Row]):
    """Typed rows of one file, and how the file was read.

    `skipped` and `rows` hold the counts of the last complete pass over `chunks`, blank rows left out of both; `notes`
    grows while rows are read.
    """

    def __init__(self, layout: Layout, reading: Reading) -> None:
        """Raises FileRefused `no_rows`, and what the first rows show to be ambiguous."""
        self.layout, self.reading = layout, reading
        self.kind, self.encoding = layout.table.kind, layout.table.encoding
        self.delimiter, self.sheet = layout.table.delimiter, layout.table.sheet
        self.header_row = layout.header.row
        self.columns = {column.heading: name for name, column in layout.binding.columns.items()}
        """Heading → field."""
        self.skipped: dict[str, int] = {}
        self.rows = 0
        self._remarks = Remarks()
        formats = tuple(reading.settings.date_formats)
        self.dates = {
            name: DateReader(
                column,
                DateRules(reading.date_order, reading.settings.date_order, formats, heading_order(column.heading)),
                partial(self.cells, [column]),
            )
            for name, column in layout.binding.columns.items()
            if name in ("requested_at", "sold_at", "delivered_at")
        }

    @property
    def fields(self) -> dict[str, str]:
        """Field → heading, as the buyer's `columns` in policies.toml have it."""
        return {name: column.heading for name, column in self.layout.binding.columns.items()}

    @property
    def date_proofs(self) -> dict[str, OrderProof]:
        """Heading → order of day and month and what proved it, of the date columns that needed one so far."""
        return {reader.column.heading: reader.proof for reader in self.dates.values() if reader.proof}

    @property
    def date_order(self) -> str:
        """The one order of all date columns that needed one; '' where none did or where they differ."""
        orders = {proof.order for proof in self.date_proofs.values()}
        return orders.pop() if len(orders) == 1 else ""

    @property
    def notes(self) -> list[Note]:
        """What the operator should know of the file, as far as it has been read."""
        found = [*self.layout.table.notes, *self.layout.binding.notes]
        found += [note for reader in self.dates.values() for note in reader.notes]
        return [*found, *self._remarks.notes()]

    def chunks(self, size: int = CHUNK_ROWS) -> Iterator[list[Row | Problem]]:
        """The rows in file order, at most about `size` in a list. May be called again, for another pass.

        Raises FileRefused for what only later rows show: dates or amounts that nothing makes unambiguous, or a fault of
        the file itself.
        """
        body = Body(self.layout)
        self._remarks, self.rows = body.remarks, 0
        convert = self._converter(body.remarks)
        chunk: list[Row | Problem] = []
        for block in body.blocks(min(size, _BLOCK_ROWS)):
            self.rows += len(block.numbers)
            chunk += convert(block)
            if len(chunk) >= size:
                yield chunk
                chunk = []
        if chunk:
            yield chunk
        self.skipped = {kind: count for kind, count in body.skipped.items() if kind != "blank"}

    def cells(self, columns: Sequence[Column]) -> Iterator[tuple[int, Cell]]:
        """Every cell of some columns with its row number, from the first record on."""
        for block in Body(self.layout).blocks(CHUNK_ROWS):
            for column in columns:
                yield from zip(block.numbers, map(itemgetter(column.place), block.rows), strict=True)

    def peek(self) -> None:
        """Reads the first rows, so that a file without any, or with unreadable ones, is refused before work begins."""
        body = Body(self.layout)
        block = next(body.blocks(_PEEKED_ROWS), None)
        if block is None:
            raise on_sheet(_no_rows(self.layout.header.row, body.skipped), self.layout.table.sheets)
        self._converter(Remarks())(block)

    @abstractmethod
    def _converter(self, remarks: Remarks) -> Converter[Row]: ...


def _no_rows(header_row: int, skipped: Mapping[str, int]) -> FileRefused:
    said = [f"{count:,} {_SKIPPED[kind]}" for kind, count in skipped.items() if kind in _SKIPPED]
    others = f" ({', '.join(said)})" if said else ""
    text = f"no data rows below the header in row {header_row}{others}."
    return FileRefused("no_rows", text, "Ask for the file again, or name the row of the header: --header-row N.")


_SKIPPED = {
    "not_returned": "rows are not marked as returned",
    "total": "totals",
    "note": "notes",
    "repeated_header": "repeated headers",
    "other_table": "rows of another table",
}
