"""xls workbooks (Excel 95 to 2003): rows from the fast reader, patched with what a look at the records finds.

The records tell what the fast reader loses: error cells, zero-padded number formats, hidden rows and columns.
Layout: [MS-XLS], Excel Binary File Format. Runs in the child process only.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from leadreturns.readers.book import OpenSheet, Patch, patched_rows
from leadreturns.readers.cells import CellFault, MergedCells
from leadreturns.readers.number_cells import padded_template
from leadreturns.readers.ole_file import OleFile
from leadreturns.readers.quick_rows import QuickBook
from leadreturns.readers.zip_parts import damaged

_BOUND_SHEET, _FILE_PASS, _FORMAT, _XF, _EOF = 0x85, 0x2F, 0x41E, 0xE0, 0x0A
_ROW, _COLUMNS, _BOOL_ERROR, _FORMULA, _NUMBER, _RK, _MANY_RK, _MERGED = (
    0x208,
    0x7D,
    0x205,
    0x06,
    0x203,
    0x27E,
    0xBD,
    0xE5,
)
_OF_INTEREST = frozenset((_ROW, _COLUMNS, _BOOL_ERROR, _FORMULA, _NUMBER, _RK, _MANY_RK, _MERGED))
ERROR_TEXTS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""[MS-XLS] 2.5.10, BErr; the same bytes as in xlsb."""


class LockedXls(Exception):
    """The workbook needs a password."""


class XlsBook:
    """The workbook. Raises LockedXls; refused: `damaged_workbook`."""

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        ole = OleFile(file, size)
        self._is_95 = "Workbook" not in ole.names
        self._stream = ole.stream("Book" if self._is_95 else "Workbook")
        self._places: list[int] = []
        self._padded: dict[int, str] = {}
        self._read_globals()
        self._quick = QuickBook(file)
        self.sheets = self._quick.sheets
        if len(self._places) != len(self.sheets) or not self.sheets:
            raise damaged(name, "its list of sheets does not fit its sheets")

    def open_sheet(self, index: int) -> OpenSheet:
        """The rows of the sheet at that place in `sheets`."""
        sheet = OpenSheet()
        patches: dict[int, dict[int, Patch]] = {}
        for record, body in self._records(self._places[index]):
            if record == _ROW and len(body) >= 16 and body[12] & 0x20:
                sheet.hidden_rows.add(int.from_bytes(body[:2], "little") + 1)
            elif record == _COLUMNS and len(body) >= 10 and body[8] & 1:
                first, last = struct.unpack_from("<HH", body)
                sheet.hidden_columns += range(first, min(last, 255) + 1)
            elif record == _MERGED:
                sheet.merged += _merged_cells(body)
            else:
                for row, column, patch in self._patches(record, body):
                    patches.setdefault(row + 1, {})[column] = patch
        sheet.rows = patched_rows(self._quick.rows(self.sheets[index].name), iter(sorted(patches.items())))
        return sheet

    def _read_globals(self) -> None:
        templates: dict[int, str] = {}
        style = 0
        for record, body in self._records(0, all_kinds=True):
            if record == _FILE_PASS:
                raise LockedXls
            if record == _BOUND_SHEET and len(body) >= 6 and body[5] == 0:
                self._places.append(int.from_bytes(body[:4], "little"))
            elif record == _FORMAT:
                templates[int.from_bytes(body[:2], "little")] = padded_template(self._format_text(body))
            elif record == _XF:
                if template := templates.get(int.from_bytes(body[2:4], "little")):
                    self._padded[style] = template
                style += 1

    def _format_text(self, body: bytes) -> str:
        if self._is_95:
            return body[3:].decode("cp1252", "replace")
        return body[5:].decode("utf-16-le" if body[4:5] == b"\x01" else "latin-1", "replace")

    def _records(self, start: int, *, all_kinds: bool = False) -> Iterator[tuple[int, bytes]]:
        stream, at = self._stream, start
        while at + 4 <= len(stream):
            record, length = struct.unpack_from("<HH", stream, at)
            if record == _EOF:
                return
            if all_kinds or record in _OF_INTEREST:
                yield record, stream[at + 4 : at + 4 + length]
            at += 4 + length

    def _patches(self, record: int, body: bytes) -> Iterator[tuple[int, int, Patch]]:
        if len(body) < 8:
            return
        row, column, style = struct.unpack_from("<HHH", body)
        if record == _BOOL_ERROR:
            if body[7]:
                yield row, column, _error(body[6])
        elif record == _FORMULA and body[6] == 2 and body[12:14] == b"\xff\xff":
            yield row, column, _error(body[8])
        elif record == _MANY_RK:
            for place in range((len(body) - 6) // 6):
                template = self._padded.get(int.from_bytes(body[4 + place * 6 : 6 + place * 6], "little"))
                if template:
                    yield row, column + place, template
        elif record in (_NUMBER, _RK, _FORMULA) and (template := self._padded.get(style)):
            yield row, column, template


def _merged_cells(body: bytes) -> Iterator[MergedCells]:
    for first, last, column, _ in struct.iter_unpack("<4H", body[2 : 2 + (len(body) - 2) // 8 * 8]):
        if last > first:
            yield first + 1, last + 1, column


def _error(code: int) -> CellFault:
    return CellFault("error_cell", ERROR_TEXTS.get(code, "#error"))
