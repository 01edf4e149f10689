"""A cell merged over several rows, as a person merges the one reason of five leads, in every kind of workbook."""

from __future__ import annotations

import struct

import pytest

from tests.readers.made_workbooks import binary_record, label_record, ods, row_xml, wide_text, xls, xlsb, xlsx
from tests.readers.typed_rows import returns_of

HEADER = ("Lead ID", "Reason", "Price")
TABLE = (("L-1", "dup", "10"), ("L-2", "", ""), ("L-3", "", ""), ("L-4", "bad phone", "7"))


def made_xlsx() -> bytes:
    rows = "".join(row_xml(number, *row) for number, row in enumerate((HEADER, *TABLE), 1))
    merged = '<mergeCells count="2"><mergeCell ref="B2:B4"/><mergeCell ref="C2:C4"/></mergeCells>'
    return xlsx({"Returns": f"<sheetData>{rows}</sheetData>{merged}"})


def made_xls() -> bytes:
    filled = [(at, place, text) for at, row in enumerate((HEADER, *TABLE)) for place, text in enumerate(row) if text]
    merged = (0xE5, struct.pack("<9H", 2, 1, 3, 1, 1, 1, 3, 2, 2))
    return xls([*(label_record(*cell) for cell in filled), merged])


def made_xlsb() -> bytes:
    filled = [(at, place, text) for at, row in enumerate((HEADER, *TABLE)) for place, text in enumerate(row) if text]
    merged = binary_record(177, struct.pack("<I", 1)) + binary_record(176, struct.pack("<4I", 1, 3, 1, 1))
    cells = [(at, place, 6, struct.pack("<I", 0) + wide_text(text)) for at, place, text in filled]
    return xlsb(cells, before_rows=merged)


def made_ods() -> bytes:
    table = ""
    for row in (HEADER, *TABLE):
        for place, text in enumerate(row):
            spanned = ' table:number-rows-spanned="3"' if place and row[0] == "L-1" else ""
            kind = "table-cell" if text else "covered-table-cell"
            table += f"<table:{kind}{spanned}>{f'<text:p>{text}</text:p>' if text else ''}</table:{kind}>"
        table += "</table:table-row><table:table-row>"
    return ods(f'<table:table table:name="R"><table:table-row>{table}</table:table-row></table:table>')


def made_xml() -> bytes:
    rows = ""
    for row in (HEADER, *TABLE):
        down = ' ss:MergeDown="2"' if row[0] == "L-1" else ""
        cells = (
            f'<Cell{down if place else ""}><Data ss:Type="String">{text}</Data></Cell>'
            for place, text in enumerate(row)
            if text
        )
        rows += f"<Row>{''.join(cells)}</Row>"
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    head = f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
    return f'{head}<Worksheet ss:Name="R"><Table>{rows}</Table></Worksheet></Workbook>'.encode()


def made_html() -> bytes:
    rows = ""
    for row in (HEADER, *TABLE):
        span = " rowspan=3" if row[0] == "L-1" else ""
        cells = (f"<td{span if place else ''}>{text}</td>" for place, text in enumerate(row) if text)
        rows += f"<tr>{''.join(cells)}</tr>"
    return f"<table>{rows}</table>".encode()


@pytest.mark.parametrize("made", [made_xlsx, made_xls, made_xlsb, made_ods, made_xml, made_html])
def test_a_merged_reason_is_that_of_each_lead(made: object) -> None:
    read = returns_of(made())  # type: ignore[operator]
    assert [(row.lead_id, row.reason_text) for row in read.returns] == [
        ("L-1", "dup"),
        ("L-2", "dup"),
        ("L-3", "dup"),
        ("L-4", "bad phone"),
    ]
    assert "merged_cells" in read.note_codes


def sheet(merged: str, *rows: tuple[str, ...]) -> bytes:
    xml = "".join(row_xml(number, *row) for number, row in enumerate(rows, 1))
    return xlsx({"R": f'<sheetData>{xml}</sheetData><mergeCells><mergeCell ref="{merged}"/></mergeCells>'})


def test_a_merged_heading_is_no_value() -> None:
    read = returns_of(sheet("B1:B2", ("", "Reason"), ("Lead ID", ""), ("L-1", "dup"), ("L-2", "")), header_row=2)
    assert [row.reason_text for row in read.returns] == ["", ""]


def test_a_merged_lead_is_one_lead() -> None:
    read = returns_of(sheet("A2:A3", ("Lead ID", "Reason"), ("L-1", "dup"), ("", "and more")))
    assert (read.lead_ids, read.codes) == (["L-1"], {3: "no_identifier"})


def test_blank_rows_within_a_merged_cell_stay_blank() -> None:
    read = returns_of(sheet("B2:B900", ("Lead ID", "Reason"), ("L-1", "dup"), ("", ""), ("L-2", ""), ("", "")))
    assert [(row.lead_id, row.reason_text) for row in read.returns] == [("L-1", "dup"), ("L-2", "dup")]
    assert read.codes == {}
