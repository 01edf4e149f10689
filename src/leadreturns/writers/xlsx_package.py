"""A workbook as a zip of XML parts, streamed sheet by sheet: constant memory, and the same bytes for the same input.

openpyxl took 13 times as long for a hundred thousand rows, turns texts into formulas and stamps the time into the file.
The parts are those of ECMA-376 part 1: workbook, worksheets, styles, and what ties them together.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import BinaryIO

from leadreturns.core.wording import column_letters
from leadreturns.writers.clean import clean_text
from leadreturns.writers.xlsx_styles import HEAD, MAIN, Styles, style_sheet

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_CHUNK_ROWS = 500
_SPEED_BEFORE_SIZE = 1
_MOST_SHEET_NAME = 31


@dataclass(frozen=True, slots=True)
class Sheet:
    """How one worksheet is set up; row numbers begin at 1, 0 means none."""

    name: str
    widths: Sequence[float]
    """Of the columns from A on, in characters."""
    header_row: int = 1
    """Stays visible when the sheet is scrolled, and stands on every printed page."""
    filtered_rows: int = 0
    """How many rows under the header the filter buttons govern."""
    columns: int = 0
    """How many columns they govern; 0 for no filter."""


class Workbook:
    """An xlsx file that is written to `stream` sheet by sheet. `names` are made fit for Excel and unique."""

    def __init__(self, stream: BinaryIO, names: Sequence[str]) -> None:
        self.styles = Styles()
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=_SPEED_BEFORE_SIZE)
        self.names = sheet_names(names)
        self._sheets: list[Sheet] = []
        self._part("[Content_Types].xml", _content_types(len(names)))
        self._part("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))

    def add_sheet(self, sheet: Sheet, rows: Iterable[str]) -> None:
        """Streams the `row` elements of the next sheet."""
        self._sheets.append(sheet)
        path = f"xl/worksheets/sheet{len(self._sheets)}.xml"
        with self._zip.open(_entry(path), "w") as part:
            part.write(_sheet_start(sheet, is_first=len(self._sheets) == 1).encode())
            chunk: list[str] = []
            for row in rows:
                chunk.append(row)
                if len(chunk) >= _CHUNK_ROWS:
                    part.write("".join(chunk).encode())
                    chunk.clear()
            chunk.append(_sheet_end(sheet))
            part.write("".join(chunk).encode())

    def close(self) -> None:
        """Writes what ties the sheets together; without it there is no workbook."""
        parts = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(self._sheets) + 1)]
        self._part("xl/_rels/workbook.xml.rels", _relations([*parts, ("styles", "styles.xml")]))
        self._part("xl/workbook.xml", _workbook(self.names, self._sheets))
        self._part("xl/styles.xml", style_sheet(list(self.styles.used)))
        self._zip.close()

    def _part(self, path: str, text: str) -> None:
        self._zip.writestr(_entry(path), text.encode())


def _entry(path: str) -> zipfile.ZipInfo:
    # A fixed date keeps the bytes equal from one run to the next.
    entry = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def sheet_names(names: Sequence[str]) -> list[str]:
    r"""Names that Excel takes: without []:*?/\, at most 31 characters, no two alike but for case."""
    taken: dict[str, None] = {}
    found = []
    for name in names:
        plain = clean_text(name).translate({ord(char): "-" for char in "[]:*?/\\"}).strip().strip("'") or "Sheet"
        candidate, number = _shortened(plain, ""), 1
        while candidate.casefold() in taken or candidate.casefold() == "history":
            number += 1
            candidate = _shortened(plain, f" ({number})")
        taken[candidate.casefold()] = None
        found.append(candidate)
    return found


def _shortened(name: str, ending: str) -> str:
    room = _MOST_SHEET_NAME - len(ending)
    units = name.encode("utf-16-le")[: room * 2]
    return units.decode("utf-16-le", "ignore").rstrip(" '") + ending


def _content_types(count: int) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPE}worksheet+xml"/>'
        for number in range(1, count + 1)
    )
    return (
        f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}sheet.main+xml"/>{sheets}'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}styles+xml"/></Types>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>'


def _sheet_start(sheet: Sheet, is_first: bool) -> str:
    frozen = ""
    if sheet.header_row:
        first = f"A{sheet.header_row + 1}"
        frozen = (
            f'<pane ySplit="{sheet.header_row}" topLeftCell="{first}" activePane="bottomLeft" state="frozen"/>'
            f'<selection pane="bottomLeft" activeCell="{first}" sqref="{first}"/>'
        )
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{width:.1f}" customWidth="1"/>'
        for number, width in enumerate(sheet.widths, 1)
    )
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView{" tabSelected=" + chr(34) + "1" + chr(34) if is_first else ""} workbookViewId="0">'
        f'{frozen}</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f"{f'<cols>{widths}</cols>' if widths else ''}<sheetData>"
    )


def _sheet_end(sheet: Sheet) -> str:
    area = _filter_area(sheet)
    filtered = f'<autoFilter ref="{escape(area)}"/>' if area else ""
    return (
        f"</sheetData>{filtered}"
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup orientation="landscape" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;L&amp;A&amp;RPage &amp;P of &amp;N</oddFooter></headerFooter></worksheet>"
    )


def _filter_area(sheet: Sheet) -> str:
    if not (sheet.columns and sheet.header_row):
        return ""
    last = sheet.header_row + sheet.filtered_rows
    return f"A{sheet.header_row}:{column_letters(sheet.columns - 1)}{last}"


def _workbook(names: Sequence[str], sheets: Sequence[Sheet]) -> str:
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(names, 1)
    )
    defined = "".join(
        _defined_names(at, name, sheet) for at, (name, sheet) in enumerate(zip(names, sheets, strict=True))
    )
    return (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{_RELATIONS}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{listed}</sheets>{f'<definedNames>{defined}</definedNames>' if defined else ''}</workbook>"
    )


def _defined_names(at: int, name: str, sheet: Sheet) -> str:
    """The rows repeated on every printed page, and the filter's range, which LibreOffice looks for here."""
    quoted = "'" + name.replace("'", "''") + "'"
    texts = ""
    area = _filter_area(sheet)
    if area:
        first, last = (
            f"${cell.rstrip('0123456789')}${cell.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}" for cell in area.split(":")
        )
        texts += (
            f'<definedName name="_xlnm._FilterDatabase" localSheetId="{at}" hidden="1">'
            f"{escape(f'{quoted}!{first}:{last}')}</definedName>"
        )
    if sheet.header_row:
        rows = f"{quoted}!${sheet.header_row}:${sheet.header_row}"
        texts += f'<definedName name="_xlnm.Print_Titles" localSheetId="{at}">{escape(rows)}</definedName>'
    return texts
