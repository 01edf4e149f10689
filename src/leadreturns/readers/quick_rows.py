"""Rows of xlsx, xls and xlsb sheets through python-calamine: fast, but it aborts the process on hostile files.

It loses error cells and number formats; those who call it patch them in. Runs in the child process only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from leadreturns.readers.book import SheetName
from leadreturns.readers.cells import NumberedRow
from leadreturns.readers.number_cells import plain_row


class QuickBook:
    """A workbook as calamine sees it."""

    def __init__(self, file: BinaryIO) -> None:
        from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

        file.seek(0)
        self._book = CalamineWorkbook.from_filelike(file)
        self.sheets = [
            SheetName(sheet.name, sheet.visible != SheetVisibleEnum.Visible)
            for sheet in self._book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        ]

    def rows(self, sheet_name: str) -> Iterator[NumberedRow]:
        """The rows from the first one of the sheet, each from column A on."""
        sheet = self._book.get_sheet_by_name(sheet_name)
        if sheet.start is None:
            return
        left = [None] * sheet.start[1]
        for number, values in enumerate(sheet.iter_rows(), 1):
            yield number, left + plain_row(values)
