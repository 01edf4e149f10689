"""A web page with a table, which many programs save as `.xls`: texts as they stand in its cells, nothing converted.

Of several tables the one whose headings fit counts, of equals the one with most rows; tables inside its cells are not
part of it. What a cell holds without showing it does not belong to its text.
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
_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+\.\d+")
_SILENT_TAGS = ("script", "style", "select", "template", "comment")
_NO_CONTENT = ("br", "img", "input", "hr", "wbr", "col", "meta", "link", "td", "th", "tr")
"""Elements without an end of their own, and those of the table, which say of whole cells and rows what is hidden."""
_ANCHOR_OF_NOTE = "msocomanchor"
_MAX_TABLES = 100
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
        filled = [table for table in page.tables if table.rows]
        longest = sorted(filled, key=lambda table: -len(table.rows))[:_MAX_TABLES]
        self._tables = [table for table in filled if any(table is each for each in longest)]
        # A table with one row is a logo or a menu; one with others inside it is the frame of the page.
        self._several = [table for table in page.tables if len(table.rows) > 1 and not table.has_inner]
        self._is_open = any(table.is_open for table in page.tables)
        if not self._tables:
            raise FileRefused(
                "not_a_table",
                f"{name} is a web page without a table, not a workbook or a text table.",
                "Was it a log-in or error page that was saved? Download the file again.",
            )
        self.sheets = [SheetName("", hidden=False)] * len(self._tables)

    def open_sheet(self, index: int) -> OpenSheet:
        """The rows of the table at that place, in the order of the page."""
        table = self._tables[index]
        sheet = OpenSheet(hidden_rows=table.hidden_rows)
        sheet.merged = table.merged
        sheet.rows = iter(enumerate(table.rows, 1))
        if table in self._several and len(self._several) > 1:
            place = f"table {self._several.index(table) + 1}"
            said = f"the page has {len(self._several)} tables with several rows; only {place} was read"
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
        self.unseen = ""
        """The element inside the cell that is not shown, '' outside of one."""
        self.unseen_depth = 0
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

    def look_at(self, tag: str, attributes: Attributes) -> None:
        """An element begins inside the cell, perhaps one that is not shown."""
        if self.unseen == tag:
            self.unseen_depth += 1
        elif not self.unseen and attributes and _is_hidden(attributes):
            self.unseen, self.unseen_depth = tag, 1

    def end_cell(self) -> None:
        """The cell's text stands in its row, with blanks for the further columns that it covers."""
        if self.cell is None:
            return
        text, self.cell, self.silent, self.unseen = "".join(self.cell), None, 0, ""
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
        elif tag == "tr" and not self._open:
            # Rows without a table around them: the page shows them as one.
            self._open.append(_Table())
            self._open[0].is_open = False
            self.tables.append(self._open[0])
        if not self._open:
            return
        table = self._open[-1]
        if tag in ("td", "th"):
            table.begin_cell(attrs)
        elif tag == "tr":
            table.begin_row(attrs)
        elif tag in _SILENT_TAGS:
            table.silent += 1
        elif tag in _LINE_TAGS and table.cell and not table.unseen:
            table.cell.append("\v")
        if table.cell is not None and tag not in _NO_CONTENT:
            table.look_at(tag, attrs)

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
        elif tag == table.unseen:
            table.unseen_depth -= 1
            table.unseen = tag if table.unseen_depth else ""
        elif tag == "table":
            table.end_row()
            table.is_open = False
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1].cell is not None and not (self._open[-1].silent or self._open[-1].unseen):
            self._open[-1].cell.append(data)

    def close(self) -> None:
        """The page is over, whether its tags are closed or not."""
        super().close()
        for table in self._open:
            table.end_row()


def _shown(text: str, attributes: dict[str, str | None]) -> Cell:
    shown = "\n".join(_BLANKS.sub(" ", line).strip() for line in text.replace("\0", "").split("\v")).strip()
    exact = attributes.get("x:num") or attributes.get("sdval")
    if exact and (_SCIENTIFIC.fullmatch(shown) or _GROUPED.fullmatch(shown)):
        # Excel and LibreOffice show few digits of a long number, or more than it has; an attribute has the exact one.
        try:
            number = plain_number(float(exact))
        except ValueError:
            return shown
        is_same = _SCIENTIFIC.fullmatch(shown) or number == float(shown.replace(",", ""))
        return number if is_same else shown
    return shown or None


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _MAX_SPAN) if text and text.isdecimal() and len(text) < 9 else 1


def _is_hidden(attributes: Attributes) -> bool:
    return any(
        key == "hidden"
        or (key == "style" and _NOT_SHOWN.search(value or ""))
        or (key == "class" and _ANCHOR_OF_NOTE in (value or ""))
        for key, value in attributes
    )
