"""What the cells of an xlsx sheet come to: nothing that a person sees in them is lost, nothing is made up."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from leadreturns.readers.cells import Cell, CellFault
from tests.readers.made_workbooks import number_xml, row_xml, xlsx
from tests.readers.opened_files import read, refusal

_DATES = ("yyyy-mm-dd hh:mm", "00000")


def _cell(folder: Path, xml: str) -> Cell:
    """The cell beside a heading, in a sheet whose styles 1 and 2 are a date and five digits."""
    book = xlsx({"Returns": row_xml(1, "lead_id", "reason") + row_xml(2, "L1", xml)}, formats=_DATES)
    return read(folder, book, "returns.xlsx").rows[1][1]


@pytest.mark.parametrize(
    ("xml", "cell"),
    [
        ("text", "text"),
        ("00123", "00123"),
        ('<c t="inlineStr"><is><t xml:space="preserve"> L1 </t></is></c>', " L1 "),
        ('<c t="str"><f>A1</f><v>calculated</v></c>', "calculated"),
        ('<c t="str"><f>""</f><v></v></c>', None),
        ('<c t="b"><v>1</v></c>', True),
        (number_xml("123"), 123),
        (number_xml("123.0"), 123),
        (number_xml("1.23E+2"), 123),
        (number_xml("4155552671"), 4155552671),
        (number_xml("999999999999999"), 999999999999999),
        (number_xml("12.5"), 12.5),
        (number_xml("-3"), -3),
        (number_xml("123", 2), "00123"),
        (number_xml("1234567", 2), "1234567"),
        (number_xml("12.5", 2), 12.5),
        (number_xml("46296", 1), date(2026, 10, 1)),
        (number_xml("46296.5", 1), datetime(2026, 10, 1, 12, 0)),
        (number_xml("1234567890123456"), CellFault("damaged_id", "1.23456789012346e+15")),
        (number_xml("1.2345678901234567E+19"), CellFault("damaged_id", "1.23456789012346e+19")),
        (number_xml("1234567890123456", 2), CellFault("damaged_id", "1.23456789012346e+15")),
        ('<c t="e"><v>#N/A</v></c>', CellFault("error_cell", "#N/A")),
        ('<c s="2" t="e"><v>#REF!</v></c>', CellFault("error_cell", "#REF!")),
        ('<c t="e"><f>NA()</f><v>#N/A</v></c>', CellFault("error_cell", "#N/A")),
        ("<c><f>A1&amp;B1</f></c>", CellFault("uncalculated_formula", "=A1&B1")),
        ("<c><f>A1&lt;2</f><v></v></c>", CellFault("uncalculated_formula", "=A1<2")),
        ("<c><f>A1*2</f><v/></c>", CellFault("uncalculated_formula", "=A1*2")),
        (
            "<c><f>IF(A1&lt;&gt;&#34;x&#34;,&#x27;a&#39;&amp;&quot;&amp;lt;&quot;)</f></c>",
            CellFault("uncalculated_formula", '=IF(A1<>"x",\'a\'&"&lt;")'),
        ),
        (f"<c><f>{'&amp;' * 300}</f></c>", CellFault("uncalculated_formula", "=" + "&" * 200)),
        ("<c><f>A1*2</f><v>7</v></c>", 7),
        ('<c s="2"><f>A1*2</f><v>7</v></c>', "00007"),
        ("<c/>", None),
        ('<c s="2"/>', None),
    ],
)
def test_a_cell(tmp_path: Path, xml: str, cell: Cell) -> None:
    found = _cell(tmp_path, xml)
    assert found == cell
    assert type(found) is type(cell)


@pytest.mark.parametrize(
    ("format_code", "shown"),
    [
        ("000000000", "000012345"),
        ("000\\-00\\-0000", "000-01-2345"),
        ('"L"000000', "L012345"),
        ("00000;-00000", "12345"),
        ("[$-409]000000", "012345"),
        ("0", 12345),
        ("0.00", 12345),
        ("#,##0", 12345),
        ("0%", 12345),
        ("0000E+00", 12345),
        ('"L-"0', "L-12345"),
        ("\\R\\#0", 12345),
        ('"AB"###', "AB12345"),
        ("#0000", "12345"),
        ('0" calls"', "12345 calls"),
        ('"$"0', 12345),
        ("#-0000", 12345),
        ("[&lt;=9999999]000-0000;(000) 000-0000", 12345),
    ],
)
def test_a_number_format_of_zeros_is_rebuilt(tmp_path: Path, format_code: str, shown: Cell) -> None:
    book = xlsx({"Returns": row_xml(1, number_xml(12345, 1))}, formats=(format_code,))
    assert read(tmp_path, book).rows == [[shown]]


def test_the_date_system_of_1904(tmp_path: Path) -> None:
    book = xlsx({"Returns": row_xml(1, number_xml("44834", 1))}, formats=("yyyy-mm-dd",))
    assert read(tmp_path, book).rows == [[date(2022, 9, 30)]]
    workbook = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.'
        'openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="1"/>'
        '<sheets><sheet name="Returns" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    of_1904 = xlsx(
        {"Returns": row_xml(1, number_xml("44834", 1))}, formats=("yyyy-mm-dd",), more={"xl/workbook.xml": workbook}
    )
    assert read(tmp_path, of_1904).rows == [[date(2026, 10, 1)]]


def test_rows_keep_their_numbers_and_columns_their_places(tmp_path: Path) -> None:
    book = xlsx({"Returns": row_xml(3, "", "lead_id", "reason") + row_xml(6, "", "L1")})
    table = read(tmp_path, book)
    assert table.numbers == [1, 2, 3, 4, 5, 6]
    assert table.rows[2] == [None, "lead_id", "reason"]
    assert table.rows[3] == []
    assert table.rows[5] == [None, "L1", None]


def test_cells_without_addresses(tmp_path: Path) -> None:
    rows = (
        '<row><c t="inlineStr"><is><t>lead_id</t></is></c><c t="inlineStr"><is><t>reason</t></is></c></row>'
        '<row><c s="1"><v>7</v></c><c t="e"><v>#N/A</v></c></row>'
    )
    table = read(tmp_path, xlsx({"Returns": rows}, formats=("000",)))
    assert table.rows == [["lead_id", "reason"], ["007", CellFault("error_cell", "#N/A")]]


def test_a_sheet_written_with_single_quotes_goes_to_the_careful_reader(tmp_path: Path) -> None:
    rows = "<row r='1'><c r='A1' t='inlineStr'><is><t>lead_id</t></is></c><c r='C1' t='e'><v>#N/A</v></c></row>"
    assert read(tmp_path, xlsx({"Returns": rows})).rows == [["lead_id", None, CellFault("error_cell", "#N/A")]]


def test_a_sheet_with_prefixes(tmp_path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'<x:worksheet xmlns:x="{main}"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>lead_id</x:t>'
        '</x:is></x:c><x:c r="B1" t="e"><x:v>#N/A</x:v></x:c><x:c r="C1"><x:f>A1</x:f></x:c></x:row></x:sheetData>'
        "</x:worksheet>"
    )
    table = read(tmp_path, xlsx({"Returns": ""}, more={"xl/worksheets/sheet1.xml": sheet}))
    faults = [CellFault("error_cell", "#N/A"), CellFault("uncalculated_formula", "=A1")]
    assert table.rows == [["lead_id", *faults]]


def test_merged_cells_have_their_value_in_the_first(tmp_path: Path) -> None:
    sheet = (
        f"<sheetData>{row_xml(1, 'Returns of October')}{row_xml(2, 'lead_id', 'reason')}</sheetData>"
        '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
    )
    assert read(tmp_path, xlsx({"Returns": sheet})).rows == [["Returns of October", None], ["lead_id", "reason"]]


def test_errors_and_padded_ids_in_many_rows(tmp_path: Path) -> None:
    rows = row_xml(1, "lead_id", "reason")
    for number in range(2, 20_002):
        rows += row_xml(number, number_xml(number, 1), '<c t="e"><v>#N/A</v></c>' if number % 1000 == 0 else "dup")
    table = read(tmp_path, xlsx({"Returns": rows}, formats=("000000",)))
    assert table.rows[-1] == ["020001", "dup"]
    assert [
        number for number, row in zip(table.numbers, table.rows, strict=True) if isinstance(row[1], CellFault)
    ] == list(range(1000, 20_001, 1000))


def test_a_part_that_only_begins_as_utf_16(tmp_path: Path) -> None:
    broken = xlsx({"R": row_xml(1, "L-1")}, more={"xl/worksheets/sheet1.xml": b"\xff\xfe<\0w\0\0\xd8"})  # type: ignore[dict-item]
    assert refusal(tmp_path, broken, "r.xlsx").code == "damaged_workbook"
