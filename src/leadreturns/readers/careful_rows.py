"""Rows of an xlsx sheet through openpyxl: twenty times slower, in constant memory however far its cells lie apart.

Runs in the child process only.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import BinaryIO

from leadreturns.readers.cells import CellFault, NumberedRow
from leadreturns.readers.number_cells import plain_cell


def careful_rows(file: BinaryIO, sheet_name: str) -> Iterator[NumberedRow]:
    """The rows that hold a value, each up to its last one."""
    # Neither is needed to read, and loading both takes longer than reading a small file.
    sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]
    sys.modules.setdefault("PIL", None)  # type: ignore[arg-type]
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("openpyxl runs without defusedxml")
    file.seek(0)
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    sheet = book[sheet_name]
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(), 1):
        row = [
            CellFault("error_cell", str(cell.value)) if cell.data_type == "e" else plain_cell(cell.value)
            for cell in cells
        ]
        while row and row[-1] is None:
            row.pop()
        if row:
            yield number, row
