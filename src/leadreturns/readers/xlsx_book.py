"""xlsx and xlsm workbooks: the sheets and styles that their parts name, and the rows of one sheet.

Rows come from the fast reader; from the careful one where a sheet is laid out so that the fast one would die of it.
What either loses is patched in from a look at the raw XML. Runs in the child process only.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from leadreturns.readers import markup
from leadreturns.readers.book import OpenSheet, SheetName, patched_rows
from leadreturns.readers.cells import NumberedRow
from leadreturns.readers.number_cells import padded_template
from leadreturns.readers.office_parts import OfficeParts
from leadreturns.readers.quick_rows import QuickBook
from leadreturns.readers.sheet_scan import CellCare, SheetScan, extent, is_sparse
from leadreturns.readers.zip_parts import damaged


class XlsxBook:
    """The workbook as a list of worksheets. Refused: `damaged_workbook`, `hostile_workbook`."""

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        self._office = OfficeParts(file, size, name)
        self._file = self._office.file
        self._paths, self.sheets = self._worksheets()
        if not self.sheets:
            raise damaged(name, "it names no worksheet")
        self._office.refuse_doctypes(set(self._paths))
        self._care = CellCare(self._padded_styles())
        self._quick: QuickBook | None = None

    def open_sheet(self, index: int) -> OpenSheet:
        """The rows of the sheet at that place in `sheets`."""
        path, stream = self._paths[index], self._office.zip.stream
        scan = SheetScan(stream(path), self._care)
        sheet = OpenSheet(hidden_rows=set(scan.hidden_rows), hidden_columns=scan.hidden_columns)
        sheet.merged = scan.merged
        is_careful = scan.is_odd
        if scan.may_be_sparse:
            last_row, last_column, values = extent(stream(path))
            is_careful = is_careful or is_sparse(last_row * last_column, values)
        sheet.rows = self._careful_rows(index) if is_careful else self._quick_rows(index)
        if scan.needs_patches:
            sheet.rows = patched_rows(sheet.rows, self._care.patches(stream(path)))
        return sheet

    def _quick_rows(self, index: int) -> Iterator[NumberedRow]:
        """Through the fast reader; through the careful one where the fast one cannot find its way about the parts."""
        from python_calamine import CalamineError

        try:
            self._quick = self._quick or QuickBook(self._file)
            rows = self._quick.rows(self.sheets[index].name)
            first = next(rows, None)
        except CalamineError:
            return self._careful_rows(index)
        return rows if first is None else chain((first,), rows)

    def _careful_rows(self, index: int) -> Iterator[NumberedRow]:
        from leadreturns.readers.careful_rows import careful_rows

        return careful_rows(self._file, self.sheets[index].name)

    def _worksheets(self) -> tuple[list[str], list[SheetName]]:
        targets = self._office.worksheets()
        paths, sheets = [], []
        for event, tag, attributes in markup.events(self._office.small(self._office.workbook)):
            path = targets.get(attributes.get("id", ""))
            if event == markup.START and tag == "sheet" and path:
                paths.append(path)
                sheets.append(SheetName(attributes.get("name", ""), attributes.get("state", "visible") != "visible"))
        return paths, sheets

    def _padded_styles(self) -> dict[int, str]:
        """Style number → template, for the styles whose number format shows leading zeros."""
        path = self._office.styles()
        templates: dict[str, str] = {}
        padded: dict[int, str] = {}
        style, is_cell_style = 0, False
        for event, tag, attributes in markup.events(self._office.small(path)) if path else ():
            if tag == "cellXfs":
                is_cell_style = event == markup.START
            elif event == markup.START and tag == "numFmt":
                templates[attributes.get("numFmtId", "")] = padded_template(attributes.get("formatCode", ""))
            elif event == markup.START and tag == "xf" and is_cell_style:
                if template := templates.get(attributes.get("numFmtId", "")):
                    padded[style] = template
                style += 1
        return padded
