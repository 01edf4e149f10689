"""The XML of a worksheet looked through before it is parsed: what would kill the fast reader, and what it would lose.

The fast reader dies of a cell far from the others and shows Excel errors, formulas that were never calculated and
padded zeros as blanks or bare numbers. Patterns on the raw bytes find them at the speed of unpacking.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping

from leadreturns.readers.book import Patch
from leadreturns.readers.cells import CellFault, MergedCells
from leadreturns.readers.markup import DamagedMarkup, HostileMarkup

MAX_AREA = 30_000_000
"""Rows times columns that the fast reader may lay out in memory."""
_MAX_ROW_BYTES = 16 * 1024 * 1024
_SMALL_AREA = 2_000_000
_CELLS_PER_VALUE = 20
_LAST_COLUMN = 16_384
_P = rb"(?:[A-Za-z_][\w.-]*:)?"
_ROW_START = re.compile(rb"(?=<" + _P + rb"row\b)")
_ROW = re.compile(rb"<" + _P + rb'row\b(?:[^>]*?\sr="(\d{1,8})")?')
_PLAIN_ROW = re.compile(rb'<row r="(\d{1,8})"')
_HIDDEN_ROW = re.compile(rb"<" + _P + rb'row\b(?=[^>]*?\sr="(\d{1,8})")[^>]*?\shidden="(?:1|true)"')
_COLUMN = re.compile(rb"<" + _P + rb"col\b([^>]*)>")
_VALUE = re.compile(rb"<" + _P + rb"(?:v|is)\b[^>/]*>")
_WIDE_CELL = re.compile(rb' r="([A-Z]{2,3})\d')
_MERGED = re.compile(rb'[ :]ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_SINGLE_QUOTED = re.compile(rb"\s[rst]='")
_FORMULA = re.compile(rb"<" + _P + rb"f\b")
_NO_VALUE = rb"(?:<" + _P + rb"v\s*/>|<" + _P + rb"v\s*>\s*</" + _P + rb"v\s*>)?\s*</" + _P + rb"c\s*>"
_UNCALCULATED = re.compile(rb"(?:</" + _P + rb"f\s*>|<" + _P + rb"f\b[^>]*/>)\s*" + _NO_VALUE)
_CELL = re.compile(rb"<(" + _P + rb")c\b([^>]*?)(?:/>|>(.*?)</\1c\s*>)", re.DOTALL)
_CELL_END = re.compile(rb"</" + _P + rb"c\s*>|/>")
_CELL_FORMULA = re.compile(rb"<" + _P + rb"f\b[^>]*?(?:/>|>(.*?)</" + _P + rb"f\s*>)", re.DOTALL)
_CELL_VALUE = re.compile(rb"<" + _P + rb"v\b[^>/]*>(.*?)</" + _P + rb"v\s*>", re.DOTALL)
_ATTRIBUTE = re.compile(rb'\s([A-Za-z:]+)="([^"]*)"')
_SHOWN = 200

_CellXml = tuple[int, dict[bytes, bytes], bytes]


class SheetScan:
    """What the XML of a sheet says about its size, its hidden parts and the cells that need care."""

    def __init__(self, chunks: Iterable[bytes], care: CellCare) -> None:
        """Raises HostileMarkup for a document type or a row of more than 16 MiB, DamagedMarkup for a row twice."""
        self.last_row = 0
        self.width = 26
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[int] = []
        self.merged: list[MergedCells] = []
        self.needs_patches = False
        self.is_odd = False
        """It is written as no spreadsheet program writes, so that patterns on its bytes may miss something."""
        self._values = 0
        self._last_number: list[bytes] = []
        for block in row_blocks(chunks):
            self._look_at(block, care)

    @property
    def may_be_sparse(self) -> bool:
        """Whether the area from the first to the last cell may be beyond what its values explain."""
        return is_sparse(self.last_row * self.width, self._values)

    def _look_at(self, block: bytes, care: CellCare) -> None:
        if b"<!" in block:
            if b"<!DOCTYPE" in block or b"<!ENTITY" in block:
                raise HostileMarkup("it defines a document type or entities of its own")
            self.is_odd = True
        self.is_odd = self.is_odd or (b"='" in block and _SINGLE_QUOTED.search(block) is not None)
        rows = block.count(b"<row") or block.count(b":row ")
        last = max(block.rfind(b"<row "), block.rfind(b"<", 0, max(0, block.rfind(b":row "))))
        self.last_row = max(self.last_row + rows, _row_number(block[last:], 0) if last >= 0 else 0)
        self._refuse_twins(_PLAIN_ROW.findall(block))
        self._values += block.count(b"<v>") + block.count(b"<is>") or len(_VALUE.findall(block))
        if wide := set(_WIDE_CELL.findall(block)):
            self.width = max(self.width, *(column_index(letters) + 1 for letters in wide))
        if b"hidden=" in block:
            self.hidden_rows += map(int, _HIDDEN_ROW.findall(block))
            for column in _COLUMN.findall(block):
                self._add_column(_attributes(column))
        if b"mergeCell" in block:
            found = _MERGED.findall(block[block.index(b"mergeCell") :])
            self.merged += [
                (int(first), int(last), column_index(at)) for at, first, last in found if int(last) > int(first)
            ]
        self.needs_patches = self.needs_patches or care.wanted(block)

    def _refuse_twins(self, numbers: list[bytes]) -> None:
        """Two rows of one number hide one another: a fast reader shows the last of them only."""
        if (numbers and numbers[:1] == self._last_number) or len(set(numbers)) < len(numbers):
            raise DamagedMarkup("two of its rows have the same number")
        self._last_number = numbers[-1:] or self._last_number

    def _add_column(self, column: dict[bytes, bytes]) -> None:
        if column.get(b"hidden") in (b"1", b"true"):
            first, last = int(column.get(b"min", b"1")[:8]), int(column.get(b"max", b"1")[:8])
            self.hidden_columns += range(first - 1, min(last, _LAST_COLUMN))


class CellCare:
    """Finds the cells that the fast reader loses. `padded_styles`: style number → template of its number format."""

    def __init__(self, padded_styles: Mapping[int, str]) -> None:
        self._padded_styles = padded_styles
        self._marks = (b't="e"', *(b's="%d"' % style for style in padded_styles))
        marks = rb"\s(?:" + b"|".join(self._marks) + rb")"
        self._marked = re.compile(rb"<" + _P + rb"c(?=[^>]*" + marks + rb')(?=[^>]*\sr="[A-Z])([^>]*)>')
        self._unplaced = re.compile(rb"<" + _P + rb'c(?=\s)(?![^>]*\sr="[A-Z])[^>]*' + marks)

    def wanted(self, xml: bytes) -> bool:
        """Whether there may be any such cell."""
        return any(mark in xml for mark in self._marks) or _is_uncalculated(xml)

    def patches(self, chunks: Iterable[bytes]) -> Iterator[tuple[int, dict[int, Patch]]]:
        """The rows with such cells, in file order: row number, and column from 0 → patch."""
        number = 0
        for row in _rows(chunks):
            number = _row_number(row, number)
            if not self.wanted(row):
                continue
            cells = _cells(row) if _is_uncalculated(row) or self._unplaced.search(row) else self._marked_cells(row)
            found = {column: patch for column, cell, content in cells if (patch := self._patch(cell, content))}
            if found:
                yield number, found

    def _marked_cells(self, row: bytes) -> Iterator[_CellXml]:
        for found in self._marked.finditer(row):
            cell = _attributes(found[1])
            end = _CELL_END.search(row, found.end())
            content = row[found.end() : end.start()] if end and not found[1].endswith(b"/") else b""
            yield column_index(cell[b"r"].rstrip(b"0123456789")), cell, content

    def _patch(self, cell: dict[bytes, bytes], content: bytes) -> Patch | None:
        kind = cell.get(b"t", b"n")
        value = _CELL_VALUE.search(content)
        if kind == b"e":
            return CellFault("error_cell", _text(value[1]) if value else "#error")
        formula = _CELL_FORMULA.search(content)
        if formula and kind != b"str" and not (value and value[1].strip()):
            return CellFault("uncalculated_formula", "=" + _text(formula[1] or b""))
        return self._padded_styles.get(int(cell.get(b"s", b"0")[:6])) if kind == b"n" else None


def row_blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The XML of a sheet in blocks that each end with a whole row; the last one holds what follows the rows."""
    rest = b""
    for chunk in chunks:
        block = rest + chunk
        cut = max(block.rfind(b"</row>"), block.rfind(b":row>"))
        if cut < 0:
            rest = block
            if len(rest) > _MAX_ROW_BYTES:
                raise HostileMarkup(f"one of its rows has more than {_MAX_ROW_BYTES:,} bytes")
            continue
        end = block.index(b">", cut) + 1
        rest = block[end:]
        yield block[:end]
    if rest:
        yield rest


def is_sparse(area: int, values: int) -> bool:
    """Whether a reader that lays out the whole area would need far more memory than the values are worth."""
    return area > MAX_AREA or (area > _SMALL_AREA and area > values * _CELLS_PER_VALUE)


def extent(chunks: Iterable[bytes]) -> tuple[int, int, int]:
    """The last row and the last column with a value, from 1, and how many values there are: exact, and slow."""
    last_row = last_column = values = number = 0
    for row in _rows(chunks):
        number = _row_number(row, number)
        if not _VALUE.search(row):
            continue
        last_row = max(last_row, number)
        for column, _, content in _cells(row):
            if content and _VALUE.search(content):
                last_column = max(last_column, column + 1)
                values += 1
    return last_row, last_column, values


def _is_uncalculated(xml: bytes) -> bool:
    """Whether a formula has no value: such a cell has no mark of its own."""
    return (b"<f" in xml or b":f" in xml) and _FORMULA.search(xml) is not None and _UNCALCULATED.search(xml) is not None


def column_index(letters: bytes) -> int:
    """The column from 0 that letters name: A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _rows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for block in row_blocks(chunks):
        yield from (row for row in _ROW_START.split(block) if _ROW.match(row))


def _row_number(row: bytes, previous: int) -> int:
    found = _ROW.match(row)
    return int(found[1]) if found and found[1] else previous + 1


def _cells(row: bytes) -> Iterator[_CellXml]:
    column = -1
    for _, tag, content in _CELL.findall(row):
        cell = _attributes(b" " + tag)
        letters = cell.get(b"r", b"").rstrip(b"0123456789")
        column = column_index(letters) if 0 < len(letters) <= 3 else column + 1
        yield column, cell, content


def _attributes(tag: bytes) -> dict[bytes, bytes]:
    return dict(_ATTRIBUTE.findall(tag))


def _text(markup: bytes) -> str:
    """A formula or an error as a person sees it; a part of it if it is long."""
    text = html.unescape(markup[: 8 * _SHOWN].decode("utf-8", "ignore"))
    return text[:_SHOWN]
