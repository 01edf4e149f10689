"""xlsb workbooks: rows from the fast reader, patched with what a look at the records finds.

The records tell what the fast reader loses: error cells, zero-padded number formats, hidden rows and columns.
Layout: [MS-XLSB], Excel Binary File Format (.xlsb). Runs in the child process only.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from leadreturns.readers.book import OpenSheet, Patch, patched_rows
from leadreturns.readers.cells import CellFault
from leadreturns.readers.number_cells import padded_template
from leadreturns.readers.office_parts import OfficeParts
from leadreturns.readers.quick_rows import QuickBook
from leadreturns.readers.xls_book import ERROR_TEXTS
from leadreturns.readers.zip_parts import damaged

_MAX_SHEET_BYTES = 400_000_000
_ROW, _RK, _ERROR, _REAL, _FORMULA_NUMBER, _FORMULA_ERROR = 0, 2, 3, 5, 9, 11
_NUMBERS, _ERRORS = (_RK, _REAL, _FORMULA_NUMBER), (_ERROR, _FORMULA_ERROR)
_FORMAT, _STYLE, _COLUMNS, _SHEET, _MERGED, _CELL_STYLES, _END_CELL_STYLES = 44, 47, 60, 156, 176, 617, 618
_LAST_COLUMN = 16_384


class XlsbBook:
    """The workbook. Refused: `damaged_workbook`, `hostile_workbook`."""

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        self._office = OfficeParts(file, size, name)
        self._office.refuse_doctypes(set())
        self._paths = self._sheet_paths()
        self._padded = self._padded_styles()
        self._quick = QuickBook(self._office.file)
        self.sheets = self._quick.sheets
        if len(self._paths) != len(self.sheets) or not self.sheets:
            raise damaged(name, "its list of sheets does not fit its sheets")

    def open_sheet(self, index: int) -> OpenSheet:
        """The rows of the sheet at that place in `sheets`."""
        sheet = OpenSheet()
        patches: dict[int, dict[int, Patch]] = {}
        number = 0
        for kind, body in _records(self._office.zip.read(self._paths[index], _MAX_SHEET_BYTES)):
            if kind == _ROW and len(body) >= 12:
                number = int.from_bytes(body[:4], "little") + 1
                if body[11] & 0x10:
                    sheet.hidden_rows.add(number)
            elif kind == _COLUMNS and len(body) >= 18 and body[16] & 1:
                first, last = struct.unpack_from("<II", body)
                sheet.hidden_columns += range(first, min(last + 1, _LAST_COLUMN))
            elif kind == _MERGED and len(body) >= 16:
                first, last, column = struct.unpack_from("<3I", body)
                if last > first:
                    sheet.merged.append((first + 1, last + 1, column))
            elif kind in _ERRORS and len(body) >= 9:
                fault = CellFault("error_cell", ERROR_TEXTS.get(body[8], "#error"))
                patches.setdefault(number, {})[_column(body)] = fault
            elif kind in _NUMBERS and (template := self._padded.get(int.from_bytes(body[4:7], "little"))):
                patches.setdefault(number, {})[_column(body)] = template
        sheet.rows = patched_rows(self._quick.rows(self.sheets[index].name), iter(sorted(patches.items())))
        return sheet

    def _sheet_paths(self) -> list[str]:
        targets = self._office.worksheets()
        keys = (_text(body, 8) for kind, body in self._small_records(self._office.workbook) if kind == _SHEET)
        return [targets[key] for key in keys if key in targets]

    def _padded_styles(self) -> dict[int, str]:
        """Style number → template, for the styles whose number format shows leading zeros."""
        path = self._office.styles()
        templates: dict[int, str] = {}
        padded: dict[int, str] = {}
        style, is_cell_style = 0, False
        for kind, body in self._small_records(path) if path else ():
            if kind in (_CELL_STYLES, _END_CELL_STYLES):
                is_cell_style = kind == _CELL_STYLES
            elif kind == _FORMAT:
                templates[int.from_bytes(body[:2], "little")] = padded_template(_text(body, 2))
            elif kind == _STYLE and is_cell_style:
                if template := templates.get(int.from_bytes(body[2:4], "little")):
                    padded[style] = template
                style += 1
        return padded

    def _small_records(self, path: str) -> Iterator[tuple[int, bytes]]:
        return _records(b"".join(self._office.small(path)))


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and body of each record; both its kind and its length take 7 bits of a byte each."""
    at, end = 0, len(data)
    try:
        while at < end:
            kind = data[at]
            at += 1
            if kind & 0x80:
                kind = kind & 0x7F | (data[at] & 0x7F) << 7
                at += 1
            length = 0
            for shift in (0, 7, 14, 21):
                byte = data[at]
                at += 1
                length |= (byte & 0x7F) << shift
                if not byte & 0x80:
                    break
            yield kind, data[at : at + length]
            at += length
    except IndexError:
        return


def _column(body: bytes) -> int:
    return min(int.from_bytes(body[:4], "little"), _LAST_COLUMN - 1)


def _text(body: bytes, at: int) -> str:
    length: int = struct.unpack_from("<I", body, at)[0]
    return "" if length == 0xFFFFFFFF else body[at + 4 : at + 4 + 2 * length].decode("utf-16-le", "replace")
