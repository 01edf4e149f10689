"""xls, xlsb, OpenDocument and SpreadsheetML 2003: the same table, with the same care for its cells."""

from __future__ import annotations

import struct
from datetime import date, datetime, time
from pathlib import Path

import pytest

from leadreturns.readers.cells import CellFault
from tests.readers.made_workbooks import binary_record, label_record, number_record, ods, wide_text, xls, xlsb
from tests.readers.opened_files import read, refusal

NOT_AVAILABLE = CellFault("error_cell", "#N/A")


def _xls(*more: tuple[int, bytes]) -> bytes:
    heading = [label_record(0, 0, "lead_id"), label_record(0, 1, "reason")]
    return xls([*heading, *more], formats=("00000", "yyyy-mm-dd"))


def test_xls_cells(tmp_path: Path) -> None:
    error = (0x205, struct.pack("<HHHBB", 1, 1, 0, 0x2A, 1))
    formula = (0x06, struct.pack("<HHHBBBBBBHHIH", 1, 2, 0, 2, 0, 0x07, 0, 0, 0, 0xFFFF, 0, 0, 0))
    table = read(tmp_path, _xls(number_record(1, 0, 123, 1), error, formula, number_record(2, 1, 46296, 2)), "r.xls")
    assert table.kind == "xls"
    assert table.rows == [
        ["lead_id", "reason", None],
        ["00123", NOT_AVAILABLE, CellFault("error_cell", "#DIV/0!")],
        [None, date(2026, 10, 1), None],
    ]


def test_xls_padded_numbers_in_one_record(tmp_path: Path) -> None:
    numbers = struct.pack("<HH", 1, 0) + struct.pack("<HIHI", 1, 5 << 2 | 2, 0, 6 << 2 | 2) + struct.pack("<H", 1)
    assert read(tmp_path, _xls((0xBD, numbers))).rows[1] == ["00005", 6]


def test_xls_hidden_rows_and_columns(tmp_path: Path) -> None:
    row = (0x208, struct.pack("<HHHHHHI", 1, 0, 2, 255, 0, 0, 0x20))
    column = (0x7D, struct.pack("<HHHHH", 1, 1, 2000, 0, 1))
    table = read(tmp_path, _xls(row, column, label_record(1, 0, "L1"), label_record(1, 1, "dup")))
    assert (table.hidden_rows, table.hidden_columns, table.codes) == ({2}, [1], ["hidden_rows", "hidden_columns"])


def test_xls_hidden_sheet(tmp_path: Path) -> None:
    assert refusal(tmp_path, xls([label_record(0, 0, "lead_id")], hidden=True)).code == "hidden_sheet"


def test_xls_with_a_password(tmp_path: Path) -> None:
    locked = xls([label_record(0, 0, "lead_id")], before=struct.pack("<HHHHH", 0x2F, 6, 0, 0x1234, 0x5678))
    assert refusal(tmp_path, locked).code == "encrypted"


def test_xlsb_cells(tmp_path: Path) -> None:
    cells = [
        (0, 0, 6, bytes(4) + wide_text("lead_id")),
        (0, 1, 6, bytes(4) + wide_text("reason")),
        (1, 0, 5, struct.pack("<Id", 1, 123.0)),
        (1, 1, 3, bytes(4) + b"\x2a"),
        (2, 0, 2, struct.pack("<II", 1, 7 << 2 | 2)),
        (2, 1, 5, struct.pack("<Id", 2, 46296.5)),
    ]
    hidden = binary_record(60, struct.pack("<IIIIH", 1, 1, 2000, 0, 1))
    table = read(tmp_path, xlsb(cells, formats=("00000", "yyyy-mm-dd hh:mm"), before_rows=hidden), "r.xlsb")
    assert table.kind == "xlsb"
    assert table.rows == [["lead_id", "reason"], ["00123", NOT_AVAILABLE], ["00007", datetime(2026, 10, 1, 12, 0)]]
    assert (table.hidden_columns, table.codes) == ([1], ["hidden_columns"])


def _table(rows: str, name: str = "Returns", more: str = "") -> str:
    return f'<table:table table:name="{name}"{more}>{rows}</table:table>'


def _text(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def _number(value: object, shown: str, more: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}"{more}><text:p>{shown}</text:p>'
        "</table:table-cell>"
    )


ODS_HEAD = f"<table:table-row>{_text('lead_id')}{_text('reason')}</table:table-row>"


@pytest.mark.parametrize(
    ("xml", "cell"),
    [
        (_text("a &amp; b"), "a & b"),
        (_text('one<text:s text:c="2"/>two<text:tab/><text:span>three</text:span>'), "one  two\tthree"),
        (_text("one</text:p><text:p>two"), "one\ntwo"),
        (_text("L1<office:annotation><text:p>a note</text:p></office:annotation>"), "L1"),
        (_number(123, "123"), 123),
        (_number(123, "00123"), "00123"),
        (_number("12.5", "12,50"), 12.5),
        (_number("12345678901234567890", "1,2E+19"), CellFault("damaged_id", "1.23456789012346e+19")),
        (_number(0, "#N/A", ' table:formula="of:=NA()" calcext:value-type="error"'), NOT_AVAILABLE),
        (_number(0, "#N/A", ' table:formula="of:=NA()"'), NOT_AVAILABLE),
        ('<table:table-cell table:formula="of:=A1*2"/>', CellFault("uncalculated_formula", "=A1*2")),
        ('<table:table-cell office:value-type="date" office:date-value="2026-10-01"/>', date(2026, 10, 1)),
        (
            '<table:table-cell office:value-type="date" office:date-value="2026-10-01T12:30:00.5"/>',
            datetime(2026, 10, 1, 12, 30, 0, 500_000),
        ),
        ('<table:table-cell office:value-type="time" office:time-value="PT09H30M00S"/>', time(9, 30)),
        ('<table:table-cell office:value-type="boolean" office:boolean-value="true"/>', True),
        ("<table:table-cell/>", None),
    ],
)
def test_ods_cells(tmp_path: Path, xml: str, cell: object) -> None:
    rows = f"{ODS_HEAD}<table:table-row>{_text('L1')}{xml}{_text('end')}</table:table-row>"
    assert read(tmp_path, ods(_table(rows)), "r.ods").rows[1] == ["L1", cell, "end"]


def test_ods_repeats_gaps_and_covered_cells(tmp_path: Path) -> None:
    twice = (
        f'<table:table-row table:number-rows-repeated="2">{_text("L1")}<table:covered-table-cell/></table:table-row>'
    )
    gap = (
        '<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row>"
    )
    wide = (
        '<table:table-row><table:table-cell table:number-columns-repeated="2"/>' + _text("far") + "</table:table-row>"
    )
    end = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    table = read(tmp_path, ods(_table(ODS_HEAD + twice + gap + wide + end)))
    assert table.numbers == [1, 2, 3, 4, 5, 6, 7]
    assert table.rows[2] == ["L1", None]
    assert table.rows[6] == [None, None, "far"]


def test_ods_hidden_parts(tmp_path: Path) -> None:
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{shown}"/>'
        "</style:style>"
        for name, shown in (("ta1", "true"), ("ta2", "false"))
    )
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    filtered = f'<table:table-row table:visibility="filter">{_text("L1")}{_text("dup")}</table:table-row>'
    tables = _table(ODS_HEAD, "Old", ' table:style-name="ta2"')
    tables += _table(columns + ODS_HEAD + filtered, "New", ' table:style-name="ta1"')
    table = read(tmp_path, ods(tables, styles))
    assert (table.sheet, table.hidden_rows, table.hidden_columns) == ("New", {2}, [1])
    assert read(tmp_path, ods(tables, styles), sheet="Old").numbers == [1]


def test_ods_of_endless_rows(tmp_path: Path) -> None:
    endless = f'<table:table-row table:number-rows-repeated="999999999">{_text("L1")}</table:table-row>'
    table = read(tmp_path, ods(_table(ODS_HEAD + endless.replace("999999999", "20000"))))
    assert len(table.rows) == 20_001


SPREADSHEET_XML = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel">
 <Styles><Style ss:ID="s1"><NumberFormat ss:Format="00000"/></Style></Styles>
 <Worksheet ss:Name="Old"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row></Table>
  <x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>
 <Worksheet ss:Name="Returns"><Table>
  <Column/><Column ss:Hidden="1"/>
  <Row ss:Index="2"><Cell><Data ss:Type="String">lead_id</Data></Cell>
   <Cell ss:Index="3"><Data ss:Type="String">reason</Data>
   <Comment><ss:Data>a note</ss:Data></Comment></Cell></Row>
  <Row ss:Hidden="1"><Cell ss:StyleID="s1"><Data ss:Type="Number">123</Data></Cell>
   <Cell ss:MergeAcross="1"><Data ss:Type="Error">#N/A</Data></Cell>
   <Cell><Data ss:Type="DateTime">2026-10-01T00:00:00.000</Data></Cell>
   <Cell><Data ss:Type="DateTime">1899-12-31T09:30:00.000</Data></Cell>
   <Cell><Data ss:Type="Boolean">1</Data></Cell><Cell ss:Formula="=RC[-1]*2"/>
   <Cell><Data ss:Type="Number">1.2E+19</Data></Cell><Cell><Data ss:Type="Number">12.50</Data></Cell></Row>
 </Table></Worksheet>
</Workbook>
"""


def test_spreadsheet_xml(tmp_path: Path) -> None:
    table = read(tmp_path, SPREADSHEET_XML, "returns.xls")
    assert (table.kind, table.sheet, table.numbers, table.hidden_rows) == ("xml", "Returns", [1, 2, 3], {3})
    assert table.rows[1][:3] == ["lead_id", None, "reason"]
    faults = [CellFault("uncalculated_formula", "=RC[-1]*2"), CellFault("damaged_id", "1.2e+19")]
    row = ["00123", NOT_AVAILABLE, None, date(2026, 10, 1), time(9, 30), True, *faults, 12.5]
    assert table.rows[2] == row
    assert table.codes == ["hidden_sheets", "hidden_rows", "hidden_columns"]


def test_spreadsheet_xml_in_another_encoding(tmp_path: Path) -> None:
    text = SPREADSHEET_XML.replace('"1.0"', '"1.0" encoding="windows-1252"').replace("reason", "Gründe")
    assert read(tmp_path, text.encode("cp1252")).rows[1][2] == "Gründe"


def test_spreadsheet_xml_that_is_cut_off(tmp_path: Path) -> None:
    assert refusal(tmp_path, SPREADSHEET_XML[:-60]).code == "damaged_workbook"


@pytest.mark.parametrize(
    ("value", "shown", "cell"),
    [
        ("12345678", "012-34-5678", "012-34-5678"),
        ("42", "L-0042", "L-0042"),
        ("421", "L-421", "L-421"),
        ("7000", "7000.00", 7000),
        ("1234567", "1,234,567", 1234567),
        ("42", "$0042", "$0042"),
        ("0.5", "0.50", 0.5),
        ("12", "USD 12.00", 12),
    ],
)
def test_ods_numbers_as_their_format_shows_them(tmp_path: Path, value: str, shown: str, cell: object) -> None:
    rows = f"<table:table-row>{_number(value, shown)}</table:table-row>"
    assert read(tmp_path, ods(_table(rows)), "r.ods").rows == [[cell]]


def test_a_flat_sheet_set_out_in_lines(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="{}"{}>\n   <text:p>{}</text:p>\n  </table:table-cell>\n'
    row = "<table:table-row>\n" + cell.format("float", ' office:value="7"', "007") + cell.format("string", "", "a")
    names = ' xmlns:{0}="urn:oasis:names:tc:opendocument:xmlns:{0}:1.0"'
    spaces = "".join(map(names.format, ("office", "table", "text")))
    mimetype = 'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"'
    flat = (
        f'<?xml version="1.0"?>\n<office:document{spaces} {mimetype}>\n'
        f'<office:body><office:spreadsheet><table:table table:name="R">\n{row}</table:table-row>\n'
        "</table:table></office:spreadsheet></office:body></office:document>"
    )
    table = read(tmp_path, flat, "r.fods")
    assert (table.kind, table.sheet, table.rows) == ("ods", "R", [["007", "a"]])
