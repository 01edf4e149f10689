"""xlsx and xlsm workbooks: the sheets and styles that their parts name, and the rows of one sheet.

Rows come from the fast reader; from the careful one where a sheet is laid out so that the fast one would die of it.
What either loses is patched in from a look at the raw XML. Runs in the child process only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from leadreturns.readers import markup
from leadreturns.readers.book import OpenSheet, SheetName, patched_rows
from leadreturns.readers.cells import NumberedRow
from leadreturns.readers.number_cells import padded_template
from leadreturns.readers.quick_rows import QuickBook
from leadreturns.readers.sheet_scan import CellCare, SheetScan, extent, is_sparse
from leadreturns.readers.zip_parts import ZipParts, damaged

_MAX_SMALL_PART = 64 * 1024 * 1024
_DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_WORKSHEET_TYPE = "/worksheet"


class XlsxBook:
    """The workbook as a list of worksheets. Refused: `damaged_workbook`, `hostile_workbook`."""

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        self._file, self._name = file, name
        self._zip = ZipParts(file, size, name)
        self._zip.check_sizes()
        workbook = self._main_part()
        self._paths, self.sheets = self._worksheets(workbook)
        if not self.sheets:
            raise damaged(name, "it names no worksheet")
        self._refuse_doctypes()
        self._padded = self._padded_styles(workbook)
        self._quick: QuickBook | None = None

    def open_sheet(self, index: int) -> OpenSheet:
        """The rows of the sheet at that place in `sheets`."""
        path = self._paths[index]
        care = CellCare(self._padded)
        scan = SheetScan(self._zip.stream(path), care)
        sheet = OpenSheet(hidden_rows=set(scan.hidden_rows), hidden_columns=scan.hidden_columns)
        is_careful = scan.is_odd
        if scan.may_be_sparse:
            last_row, last_column, values = extent(self._zip.stream(path))
            is_careful = is_careful or is_sparse(last_row * last_column, values)
        sheet.rows = self._careful_rows(index) if is_careful else self._quick_rows(index)
        if scan.needs_patches:
            sheet.rows = patched_rows(sheet.rows, care.patches(self._zip.stream(path)))
        return sheet

    def _quick_rows(self, index: int) -> Iterator[NumberedRow]:
        self._quick = self._quick or QuickBook(self._file)
        return self._quick.rows(self.sheets[index].name)

    def _careful_rows(self, index: int) -> Iterator[NumberedRow]:
        from leadreturns.readers.careful_rows import careful_rows

        return careful_rows(self._file, self.sheets[index].name)

    def _main_part(self) -> str:
        for _, kind, target in self._relations("_rels/.rels", ""):
            if kind.endswith("/officeDocument"):
                return target
        raise damaged(self._name, "it does not say where its workbook is")

    def _worksheets(self, workbook: str) -> tuple[list[str], list[SheetName]]:
        folder, _, base = workbook.rpartition("/")
        relations = self._relations(f"{folder}/_rels/{base}.rels", folder)
        targets = {key: target for key, kind, target in relations if kind.endswith(_WORKSHEET_TYPE)}
        paths, sheets = [], []
        for event, tag, attributes in markup.events(self._part(workbook)):
            path = targets.get(attributes.get("id", ""), "")
            if event == markup.START and tag == "sheet" and path in self._zip.parts:
                paths.append(path)
                sheets.append(SheetName(attributes.get("name", ""), attributes.get("state", "visible") != "visible"))
        return paths, sheets

    def _relations(self, path: str, folder: str) -> list[tuple[str, str, str]]:
        """Key, kind and full path of what a part refers to."""
        found = []
        for event, tag, attributes in markup.events(self._part(path)):
            if event == markup.START and tag == "Relationship":
                target = attributes.get("Target", "").replace("\\", "/")
                full = target[1:] if target.startswith("/") else _joined(folder, target)
                found.append((attributes.get("Id", ""), attributes.get("Type", ""), full))
        return found

    def _part(self, path: str) -> Iterator[bytes]:
        if path not in self._zip.parts:
            raise damaged(self._name, f"its part {path[:80]!r} is missing")
        if self._zip.parts[path].size > _MAX_SMALL_PART:
            raise damaged(self._name, f"its part {path[:80]!r} is too large")
        return self._zip.stream(path)

    def _refuse_doctypes(self) -> None:
        """Worksheets are looked through when they are opened; every other part of XML here."""
        for path in self._zip.parts:
            if path in self._paths or not path.endswith((".xml", ".rels")):
                continue
            rest = b""
            for chunk in self._zip.stream(path):
                if _DOCTYPE.search(rest + chunk):
                    raise markup.HostileMarkup("it defines a document type or entities of its own")
                rest = chunk[-16:]

    def _padded_styles(self, workbook: str) -> dict[int, str]:
        """Style number → template, for the styles whose number format shows leading zeros."""
        path = workbook.rpartition("/")[0] + "/styles.xml"
        if path not in self._zip.parts:
            return {}
        templates: dict[str, str] = {}
        padded: dict[int, str] = {}
        style, is_cell_style = 0, False
        for event, tag, attributes in markup.events(self._part(path)):
            if tag == "cellXfs":
                is_cell_style = event == markup.START
            elif event == markup.START and tag == "numFmt":
                templates[attributes.get("numFmtId", "")] = padded_template(attributes.get("formatCode", ""))
            elif event == markup.START and tag == "xf" and is_cell_style:
                if template := templates.get(attributes.get("numFmtId", "")):
                    padded[style] = template
                style += 1
        return padded


def _joined(folder: str, target: str) -> str:
    steps = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)
