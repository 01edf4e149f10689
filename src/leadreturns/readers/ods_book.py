"""OpenDocument spreadsheets, streamed: values, errors and padded zeros as the cells hold and show them.

Layout: OASIS Open Document Format 1.3, part 3, chapter 9. Runs in the child process only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, time
from functools import partial
from html import unescape
from typing import BinaryIO

from leadreturns.errors import FileRefused
from leadreturns.readers import markup
from leadreturns.readers.book import OpenSheet, SheetName
from leadreturns.readers.cells import Cell, CellFault, NumberedRow
from leadreturns.readers.number_cells import plain_cell, plain_number
from leadreturns.readers.zip_parts import ZipParts, damaged

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_MAX_MANIFEST_BYTES = 4 * 1024 * 1024
_CHUNK_BYTES = 1024 * 1024
_ERROR_TEXT = re.compile(r"#(?:N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!)|Err:\d{3}")
_DURATION = re.compile(r"PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S")
_NOT_OF_THE_CELL = frozenset(("annotation", "frame", "shapes", "custom-shape", "rect", "ellipse", "line", "g"))
_TAG_OF_TABLE = re.compile(rb"</?table:table(?=[\s>/])[^>]*>|<style:(?:style\s|table-properties\s)[^>]*>")
_ATTRIBUTE = re.compile(r"""\s[\w-]+:([\w-]+)=("[^"]*"|'[^']*')""")
_LINE_BREAKS = {"tab": "\t", "line-break": "\n"}


Content = Callable[[], Iterator[bytes]]
"""Gives the XML from its beginning."""


class OdsBook:
    """The spreadsheet. Refused: `damaged_workbook`, `hostile_workbook`, `encrypted`."""

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        self._content = self._opened(file, size, name)
        self.sheets = self._names()
        if not self.sheets:
            raise damaged(name, "it holds no sheet")

    def open_sheet(self, index: int) -> OpenSheet:
        """The rows of the sheet at that place in `sheets`."""
        sheet = OpenSheet()
        sheet.rows = _OdsRows(sheet).read(self._events_of(index))
        return sheet

    @staticmethod
    def _opened(file: BinaryIO, size: int, name: str) -> Content:
        parts = ZipParts(file, size, name)
        parts.check_sizes()
        if _CONTENT not in parts.parts:
            raise damaged(name, "its content is missing")
        if _MANIFEST in parts.parts and b"encryption-data" in parts.read(_MANIFEST, _MAX_MANIFEST_BYTES):
            raise FileRefused(
                "encrypted", f"{name} is a password protected spreadsheet.", "Ask for a file without a password."
            )
        return partial(parts.stream, _CONTENT)

    def _names(self) -> list[SheetName]:
        """The tables of the document, found by pattern: an event for every cell would take as long as reading them."""
        names: list[SheetName] = []
        hidden_styles: set[str] = set()
        style, rest, depth = "", b"", 0
        for chunk in self._content():
            block = rest + chunk
            end = block.rfind(b"<")
            rest = block[end:] if end >= 0 else block
            for tag in _TAG_OF_TABLE.findall(block[: max(end, 0)]):
                attributes = _tag_attributes(tag)
                if b"table-properties" in tag:
                    hidden_styles |= {style} if attributes.get("display") == "false" else set()
                elif b"style " in tag[:20]:
                    style = attributes.get("name", "")
                elif tag.startswith(b"</"):
                    depth -= 1
                else:
                    if not depth:
                        names.append(
                            SheetName(attributes.get("name", ""), attributes.get("style-name") in hidden_styles)
                        )
                    depth += not tag.endswith(b"/>")
        return names

    def _events_of(self, index: int) -> Iterator[markup.Event]:
        """The events from behind the start of that table on."""
        events = markup.events(self._content())
        depth = place = 0
        for event, tag, _ in events:
            if tag == "table" and event != markup.TEXT:
                if event == markup.START and not depth and place == index:
                    break
                depth += 1 if event == markup.START else -1
                place += depth == 0
        return events


class FlatOdsBook(OdsBook):
    """The spreadsheet as one file of XML, as LibreOffice saves it under .fods."""

    @staticmethod
    def _opened(file: BinaryIO, size: int, name: str) -> Content:
        return partial(_chunks, file)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(_CHUNK_BYTES):
        yield chunk


class _OdsRows:
    def __init__(self, sheet: OpenSheet) -> None:
        self._sheet = sheet
        self._row: list[Cell] = []
        self._blank_cells = 0

    def read(self, events: Iterator[markup.Event]) -> Iterator[NumberedRow]:
        """The rows that hold a value, each up to its last one, until the table ends."""
        number, repeat, columns, is_hidden, inner_tables = 0, 1, 0, False, 0
        for event, tag, attributes in events:
            if tag == "table" and event != markup.TEXT:
                inner_tables += 1 if event == markup.START else -1
                if inner_tables < 0:
                    return
            elif event == markup.START and tag == "table-column":
                columns = self._add_columns(columns, attributes)
            elif event == markup.START and tag == "table-row":
                repeat = _count(attributes, "number-rows-repeated")
                is_hidden = attributes.get("visibility", "visible") != "visible"
            elif event == markup.START and tag in ("table-cell", "covered-table-cell"):
                if (rows := _count(attributes, "number-rows-spanned")) > 1:
                    self._sheet.merged.append((number + 1, number + rows, len(self._row) + self._blank_cells))
                self._add_cell(attributes, _shown_text(events, tag))
            elif event == markup.END and tag == "table-row":
                row, self._row, self._blank_cells = self._row, [], 0
                for copy in range(number + 1, min(number + repeat, MAX_ROWS) + 1) if row else ():
                    if is_hidden:
                        self._sheet.hidden_rows.add(copy)
                    yield copy, list(row)
                number += repeat

    def _add_columns(self, columns: int, attributes: dict[str, str]) -> int:
        following = min(columns + _count(attributes, "number-columns-repeated"), MAX_COLUMNS)
        if attributes.get("visibility", "visible") != "visible":
            self._sheet.hidden_columns += range(columns, following)
        return following

    def _add_cell(self, attributes: dict[str, str], shown: str) -> None:
        repeat = _count(attributes, "number-columns-repeated")
        cell = _cell(attributes, shown)
        if cell is None:
            self._blank_cells += repeat
            return
        room = MAX_COLUMNS - len(self._row) - self._blank_cells
        if room > 0:
            self._row += [None] * self._blank_cells + [cell] * min(repeat, room)
        self._blank_cells = 0


def _shown_text(events: Iterator[markup.Event], cell_tag: str) -> str:
    """The text that the cell shows, paragraphs as lines, up to the end of the cell."""
    parts: list[str] = []
    skipped = paragraphs = inside = 0
    for event, tag, attributes in events:
        if event == markup.TEXT:
            # Between the paragraphs of a flat file stand the blanks that set out its lines.
            if not skipped and inside:
                parts.append(tag)
            continue
        is_start = event == markup.START
        if tag in _NOT_OF_THE_CELL or skipped:
            skipped += 1 if is_start else -1
        elif tag == cell_tag and not is_start:
            break
        elif tag == "p":
            inside += 1 if is_start else -1
            if is_start:
                parts.append("\n" if paragraphs else "")
                paragraphs += 1
        elif tag == "s" and is_start:
            parts.append(" " * min(_count(attributes, "c"), 1_000))
        elif tag in _LINE_BREAKS and is_start:
            parts.append(_LINE_BREAKS[tag])
    return "".join(parts)


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return max(1, int(text[:9])) if text.isdecimal() else 1


def _cell(attributes: dict[str, str], shown: str) -> Cell:
    formula = attributes.get("formula", "")
    # The second value-type, of LibreOffice, overwrites the first when the prefixes are dropped: it alone says "error".
    kind = attributes.get("value-type", "")
    if kind == "error" or (formula and _ERROR_TEXT.fullmatch(shown)):
        return CellFault("error_cell", shown or "#error")
    if kind in ("float", "percentage", "currency"):
        return _number(attributes.get("value", ""), shown)
    if kind == "date":
        return _moment(attributes.get("date-value", ""), shown)
    if kind == "time":
        return _time_of_day(attributes.get("time-value", ""), shown)
    if kind == "boolean":
        return attributes.get("boolean-value") == "true"
    text = attributes.get("string-value", shown) if kind == "string" else shown
    if formula and not kind and not text:
        return CellFault("uncalculated_formula", formula.removeprefix("of:")[:200])
    return plain_cell(text)


def _number(value: str, shown: str) -> Cell:
    try:
        number = plain_number(float(value))
    except ValueError:
        return plain_cell(shown)
    if not 1 < len(shown) < 40 or not isinstance(number, int):
        return number
    # A format may show zeros before the digits, and letters and signs with them, as in 012-34-5678 and L-421.
    digits = "".join(filter(str.isdigit, shown)) if shown.isascii() else ""
    is_formatted = digits[:1] == "0" or shown[0].isalpha()
    return shown if is_formatted and int(digits or "-1") == number and not set(shown) & set(".,:%") else number


def _moment(value: str, shown: str) -> Cell:
    try:
        return plain_cell(datetime.fromisoformat(value[:26]))
    except ValueError:
        return plain_cell(shown or value)


def _time_of_day(value: str, shown: str) -> Cell:
    found = _DURATION.fullmatch(value)
    if not found or int(found[1]) > 23 or int(found[2]) > 59 or int(found[3]) > 59:
        return plain_cell(shown or value)
    return time(int(found[1]), int(found[2]), int(found[3]))


def _tag_attributes(tag: bytes) -> dict[str, str]:
    return {key: unescape(value[1:-1]) for key, value in _ATTRIBUTE.findall(tag.decode("utf-8", "replace"))}
