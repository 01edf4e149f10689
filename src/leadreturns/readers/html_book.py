"""A web page with a table, which many programs save as `.xls`: texts as they stand in its cells, nothing converted.

Of several tables the one with most rows counts, the first of equals; tables inside its cells are not part of it.
Runs in the child process only.
"""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import BinaryIO

from leadreturns.errors import FileRefused
from leadreturns.readers.book import OpenSheet, SheetName
from leadreturns.readers.cells import MAX_CELL_CHARACTERS, Cell, MergedCells
from leadreturns.readers.markup import HostileMarkup
from leadreturns.readers.number_cells import plain_number

_CHUNK_CHARACTERS = 256 * 1024
_MAX_SPAN = 1_024
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_SILENT_TAGS = ("script", "style", "select", "template")
_LINE_TAGS = ("br", "p", "div", "li")
_MAX_DEPTH = 100

Attributes = list[tuple[str, str | None]]


class HtmlBook:
    """The page as a workbook with one sheet. Refused: `not_a_table`."""

    def __init__(self, file: BinaryIO, name: str, encoding: str, mark_bytes: int) -> None:
        file.seek(mark_bytes)
        page = _Page()
        text = io.TextIOWrapper(file, encoding=encoding, newline="")
        while chunk := text.read(_CHUNK_CHARACTERS):
            page.feed(chunk)
        text.detach()
        page.close()
        self._table = max(page.tables, key=lambda table: len(table.rows), default=_Table())
        # A table with one row is a logo or a menu; one with others inside it is the frame of the page.
        several = [table for table in page.tables if len(table.rows) > 1 and not table.has_inner]
        self._others = len(several) - 1 if self._table in several else 0
        self._is_open = any(table.is_open for table in page.tables)
        if not self._table.rows:
            raise FileRefused(
                "not_a_table",
                f"{name} is a web page without a table, not a workbook or a text table.",
                "Was it a log-in or error page that was saved? Download the file again.",
            )
        self.sheets = [SheetName("", hidden=False)]

    def open_sheet(self, index: int) -> OpenSheet:
        """The rows of the table; `index` is 0."""
        sheet = OpenSheet(hidden_rows=self._table.hidden_rows)
        sheet.merged = self._table.merged
        sheet.rows = iter(enumerate(self._table.rows, 1))
        if self._others:
            said = f"the page has {self._others + 1} tables with several rows; only the longest was read"
            sheet.notes.append(("tables_not_read", said))
        if self._is_open:
            sheet.notes.append(("truncated_file", "the table is never closed; the file was probably cut off"))
        return sheet


class _Table:
    """A table of the page, growing cell by cell."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self.hidden_rows: set[int] = set()
        self.merged: list[MergedCells] = []
        self.is_open = True
        self.has_inner = False
        self.cell: list[str] | None = None
        self.silent = 0
        self._in_row = False
        self._attributes: dict[str, str | None] = {}
        self._spans: dict[int, int] = {}

    def begin_row(self, attributes: Attributes) -> None:
        """A new row; the one before is over, whether it was closed or not."""
        self.end_row()
        self.rows.append([])
        self._in_row = True
        if attributes and _is_hidden(attributes):
            self.hidden_rows.add(len(self.rows))

    def begin_cell(self, attributes: Attributes) -> None:
        """A new cell; the one before is over, whether it was closed or not."""
        self.end_cell()
        if not self._in_row:
            self.begin_row([])
        self.cell, self._attributes = [], dict(attributes)

    def end_cell(self) -> None:
        """The cell's text stands in its row, with blanks for the further columns that it covers."""
        if self.cell is None:
            return
        text, self.cell, self.silent = "".join(self.cell), None, 0
        if len(text) > MAX_CELL_CHARACTERS:
            raise HostileMarkup("a cell is longer than any honest one")
        row = self.rows[-1]
        while self._spans.get(len(row), 0):
            self._spans[len(row)] -= 1
            row.append(None)
        first = len(row)
        row.append(_shown(text, self._attributes))
        if self._attributes:
            width, height = _span(self._attributes.get("colspan")), _span(self._attributes.get("rowspan"))
            row += [None] * (width - 1)
            if height > 1:
                self.merged.append((len(self.rows), len(self.rows) + height - 1, first))
                self._spans |= dict.fromkeys(range(first, first + width), height - 1)

    def end_row(self) -> None:
        """Cells of earlier rows that reach down past the row's end are one row shorter."""
        self.end_cell()
        if self._in_row and self._spans:
            for column in [column for column in self._spans if column >= len(self.rows[-1])]:
                self._spans[column] = max(0, self._spans[column] - 1)
        self._in_row = False


class _Page(HTMLParser):
    """All tables of a page, in the order in which they begin."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._open: list[_Table] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag == "table":
            if self._open:
                self._open[-1].has_inner = True
            self._open.append(_Table())
            self.tables.append(self._open[-1])
            if len(self._open) > _MAX_DEPTH:
                raise HostileMarkup("it nests tables beyond reason")
        if not self._open:
            return
        table = self._open[-1]
        if tag in ("td", "th"):
            table.begin_cell(attrs)
        elif tag == "tr":
            table.begin_row(attrs)
        elif tag in _SILENT_TAGS:
            table.silent += 1
        elif tag in _LINE_TAGS and table.cell:
            table.cell.append("\v")

    def handle_endtag(self, tag: str) -> None:
        if not self._open:
            return
        table = self._open[-1]
        if tag in ("td", "th"):
            table.end_cell()
        elif tag == "tr":
            table.end_row()
        elif tag in _SILENT_TAGS:
            table.silent = max(0, table.silent - 1)
        elif tag == "table":
            table.end_row()
            table.is_open = False
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1].cell is not None and not self._open[-1].silent:
            self._open[-1].cell.append(data)

    def close(self) -> None:
        """The page is over, whether its tags are closed or not."""
        super().close()
        for table in self._open:
            table.end_row()


def _shown(text: str, attributes: dict[str, str | None]) -> Cell:
    shown = "\n".join(_BLANKS.sub(" ", line).strip() for line in text.replace("\0", "").split("\v")).strip()
    exact = attributes.get("x:num")
    if exact and _SCIENTIFIC.fullmatch(shown):
        # Excel shows few digits of a long number; the exact one stands in its attribute.
        try:
            return plain_number(float(exact))
        except ValueError:
            return shown
    return shown or None


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _MAX_SPAN) if text and text.isdecimal() and len(text) < 9 else 1


def _is_hidden(attributes: Attributes) -> bool:
    return any(key == "hidden" or (key == "style" and _NOT_SHOWN.search(value or "")) for key, value in attributes)
