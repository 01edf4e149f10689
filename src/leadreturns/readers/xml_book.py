"""SpreadsheetML 2003, the one-file XML workbook that many programs save as `.xls`, streamed.

Layout: XML Spreadsheet Reference, Office 2003. Runs in the child process only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import BinaryIO

from leadreturns.readers import markup
from leadreturns.readers.book import OpenSheet, SheetName
from leadreturns.readers.cells import Cell, CellFault, NumberedRow
from leadreturns.readers.number_cells import padded_template, padded_text, plain_cell, plain_number
from leadreturns.readers.zip_parts import damaged

_CHUNK_BYTES = 1024 * 1024
_MAX_INDEX = 1_048_576
_MAX_COLUMNS = 16_384
_FIRST_DAY = date(1899, 12, 31)
"""The day that cells with a time of day alone carry."""


class XmlBook:
    """The workbook. Refused: `damaged_workbook`; raises HostileMarkup, DamagedMarkup."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._templates: dict[str, str] = {}
        self.sheets = self._look_through()
        if not self.sheets:
            raise damaged(name, "it holds no worksheet")

    def open_sheet(self, index: int) -> OpenSheet:
        """The rows of the sheet at that place in `sheets`."""
        sheet = OpenSheet()
        sheet.rows = _XmlRows(sheet, self._templates).read(self._events_of(index))
        return sheet

    def _look_through(self) -> list[SheetName]:
        """The sheets, whose visibility stands behind their rows, and on the way the styles with padded zeros."""
        sheets: list[SheetName] = []
        name = style = ""
        in_visible = is_hidden = False
        for event, tag, attributes in markup.events(self._chunks()):
            if event == markup.TEXT:
                is_hidden = is_hidden or (in_visible and "Hidden" in tag)
            elif tag == "Visible":
                in_visible = event == markup.START
            elif tag == "Worksheet":
                if event == markup.START:
                    name, is_hidden = attributes.get("Name", ""), False
                else:
                    sheets.append(SheetName(name, is_hidden))
            elif event == markup.START and tag == "Style":
                style = attributes.get("ID", "")
            elif event == markup.START and tag == "NumberFormat":
                self._templates[style] = padded_template(attributes.get("Format", ""))
        return sheets

    def _events_of(self, index: int) -> Iterator[markup.Event]:
        place, is_in_table = -1, False
        for event in markup.events(self._chunks()):
            if event[1] == "Worksheet" and event[0] == markup.START:
                place += 1
            elif event[1] == "Table" and event[0] != markup.TEXT:
                is_in_table = event[0] == markup.START
            elif is_in_table and place == index:
                yield event
            elif place > index:
                return

    def _chunks(self) -> Iterator[bytes]:
        self._file.seek(0)
        while chunk := self._file.read(_CHUNK_BYTES):
            # Some programs begin with a blank line, which no declaration of XML may follow.
            yield chunk.lstrip() if self._file.tell() <= _CHUNK_BYTES else chunk


class _XmlRows:
    def __init__(self, sheet: OpenSheet, templates: dict[str, str]) -> None:
        self._sheet = sheet
        self._templates = templates

    def read(self, events: Iterator[markup.Event]) -> Iterator[NumberedRow]:
        """The rows that stand in the file."""
        number = column = columns = 0
        row: list[Cell] = []
        for event, tag, attributes in events:
            if event == markup.START and tag == "Column":
                columns = self._add_columns(columns, attributes)
            elif event == markup.START and tag == "Row":
                number = _place(attributes, "Index", number + 1)
                row, column = [], 0
                if attributes.get("Hidden") == "1":
                    self._sheet.hidden_rows.add(number)
            elif event == markup.START and tag == "Cell":
                column = min(_place(attributes, "Index", column + 1), _MAX_COLUMNS)
                row += [None] * (column - 1 - len(row))
                row.append(self._cell(attributes, *_data(events)))
                if (below := _place(attributes, "MergeDown", 0)) > 0:
                    self._sheet.merged.append((number, number + below, column - 1))
                column += _place(attributes, "MergeAcross", 0)
            elif event == markup.END and tag == "Row":
                yield number, row

    def _add_columns(self, columns: int, attributes: dict[str, str]) -> int:
        first = min(_place(attributes, "Index", columns + 1), _MAX_COLUMNS)
        last = min(first + _place(attributes, "Span", 0), _MAX_COLUMNS)
        if attributes.get("Hidden") == "1":
            self._sheet.hidden_columns += range(first - 1, last)
        return last

    def _cell(self, attributes: dict[str, str], kind: str, text: str) -> Cell:
        if kind == "Error":
            return CellFault("error_cell", text or "#error")
        if kind == "Number":
            template = self._templates.get(attributes.get("StyleID", ""), "")
            try:
                number = plain_number(float(text))
            except ValueError:
                return plain_cell(text)
            return (padded_text(template, number) if template else None) or number
        if kind == "DateTime":
            return _moment(text)
        if kind == "Boolean":
            return text.strip() == "1"
        if not kind and "Formula" in attributes:
            return CellFault("uncalculated_formula", attributes["Formula"][:200])
        return plain_cell(text)


def _data(events: Iterator[markup.Event]) -> tuple[str, str]:
    """The type and the text of a cell, up to its end; comments have texts of their own, which are not the cell's."""
    kind, parts = "", []
    is_data, in_comment = False, 0
    for event, tag, attributes in events:
        if event == markup.TEXT:
            if is_data and not in_comment:
                parts.append(tag)
        elif tag == "Comment":
            in_comment += 1 if event == markup.START else -1
        elif tag == "Data" and not in_comment:
            is_data = event == markup.START
            kind = attributes.get("Type", "String") if is_data else kind
        elif tag == "Cell" and event == markup.END:
            break
    return kind, "".join(parts)


def _place(attributes: dict[str, str], name: str, otherwise: int) -> int:
    text = attributes.get(name, "")
    return min(int(text[:9]), _MAX_INDEX) if text.isdecimal() else otherwise


def _moment(text: str) -> Cell:
    try:
        moment = datetime.fromisoformat(text.strip()[:23])
    except ValueError:
        return plain_cell(text)
    return moment.time() if moment.date() == _FIRST_DAY else plain_cell(moment)
