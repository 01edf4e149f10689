"""Which sheet of a workbook is read, and what is said about the parts that it hides."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.made_workbooks import number_xml, row_xml, xlsx
from tests.readers.opened_files import read, refusal

RETURNS = row_xml(1, "lead_id", "reason") + row_xml(2, "L1", "dup")
COVER = row_xml(1, "Returns of October") + row_xml(2, "made by the desk")
OTHER = row_xml(1, "lead_id") + row_xml(2, "X9")


def test_the_only_sheet(tmp_path: Path) -> None:
    table = read(tmp_path, xlsx({"Tabelle1": RETURNS}))
    assert (table.sheet, table.notes) == ("Tabelle1", [])


def test_empty_sheets_do_not_count(tmp_path: Path) -> None:
    table = read(tmp_path, xlsx({"Sheet1": "", "Sheet2": RETURNS, "Sheet3": row_xml(1)}))
    assert (table.sheet, table.notes) == ("Sheet2", [])


def test_a_cover_sheet_is_passed_over_and_said(tmp_path: Path) -> None:
    table = read(tmp_path, xlsx({"Cover": COVER, "Data": RETURNS}))
    assert (table.sheet, table.codes) == ("Data", ["sheets_not_read"])
    assert table.notes[0].message == "returns.csv: sheet 'Data' was read; not read: 'Cover'."


def test_the_sheet_whose_headings_fit_better(tmp_path: Path) -> None:
    assert read(tmp_path, xlsx({"Lookup": OTHER, "Data": RETURNS})).sheet == "Data"


def test_two_sheets_that_fit_equally(tmp_path: Path) -> None:
    refused = refusal(tmp_path, xlsx({"Sep": RETURNS, "Cover": COVER, "Oct": RETURNS}))
    assert refused.code == "ambiguous_sheet"
    assert "'Sep', 'Oct'" in refused.message
    assert "Cover" not in refused.message
    assert refused.hint == 'Name one: --sheet "Sep".'


def test_two_sheets_that_both_do_not_fit(tmp_path: Path) -> None:
    assert refusal(tmp_path, xlsx({"One": COVER, "Two": COVER})).code == "ambiguous_sheet"


@pytest.mark.parametrize("name", ["Oct", "oct", " OCT "])
def test_the_option_chooses(tmp_path: Path, name: str) -> None:
    table = read(tmp_path, xlsx({"Sep": RETURNS, "Oct": OTHER}), sheet=name)
    assert (table.sheet, table.rows[1]) == ("Oct", ["X9"])


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    refused = refusal(tmp_path, xlsx({"Sep": RETURNS, "Oct": RETURNS}), sheet="Nov")
    assert refused.code == "missing_sheet"
    assert refused.hint == "Its sheets: 'Sep', 'Oct'."


def test_a_hidden_sheet_is_never_read_silently(tmp_path: Path) -> None:
    book = xlsx({"Old": RETURNS, "New": OTHER}, hidden=("Old",))
    table = read(tmp_path, book)
    assert (table.sheet, table.codes) == ("New", ["hidden_sheets"])
    assert "'Old'" in table.notes[0].message
    named = read(tmp_path, book, sheet="Old")
    assert (named.sheet, named.notes) == ("Old", [])


def test_only_hidden_sheets_hold_anything(tmp_path: Path) -> None:
    refused = refusal(tmp_path, xlsx({"Old": RETURNS, "New": ""}, hidden=("Old",)))
    assert refused.code == "hidden_sheet"
    assert "'Old'" in refused.message
    assert '--sheet "Old"' in refused.hint


def test_a_workbook_of_empty_sheets(tmp_path: Path) -> None:
    assert refusal(tmp_path, xlsx({"Sheet1": "", "Sheet2": ""})).code == "no_rows"


def test_a_sheet_with_letters_of_xml(tmp_path: Path) -> None:
    assert read(tmp_path, xlsx({"R&amp;D &lt;new&gt;": RETURNS})).sheet == "R&D <new>"


def test_hidden_rows_are_read_and_said(tmp_path: Path) -> None:
    rows = RETURNS + row_xml(3, "L2", "dup", attributes=' hidden="1"') + row_xml(4, "", attributes=' hidden="1"')
    table = read(tmp_path, xlsx({"Returns": rows}))
    assert table.hidden_rows == {3}
    assert table.rows[2] == ["L2", "dup"]
    assert [note.message for note in table.notes] == ["returns.csv: 1 hidden row holds data: row 3."]


def test_hidden_columns_are_read_and_said(tmp_path: Path) -> None:
    columns = '<cols><col min="2" max="2" hidden="1"/><col min="5" max="16384" hidden="1"/></cols>'
    table = read(tmp_path, xlsx({"Returns": f"{columns}<sheetData>{RETURNS}</sheetData>"}))
    assert table.hidden_columns[:2] == [1, 4]
    assert [note.message for note in table.notes] == ["returns.csv: hidden columns hold data: B."]


def test_rows_far_below_the_table_are_not_read_and_said(tmp_path: Path) -> None:
    table = read(tmp_path, xlsx({"Returns": RETURNS + row_xml(5000, "L2", "dup")}))
    assert (table.numbers, table.codes) == ([1, 2], ["rows_ignored"])
    assert "row 5000" in table.notes[0].message


def test_formatted_rows_without_a_value_are_no_rows(tmp_path: Path) -> None:
    table = read(tmp_path, xlsx({"Returns": RETURNS + row_xml(1_048_576, '<c s="0"/>')}))
    assert (table.numbers, table.notes) == ([1, 2], [])


def test_a_value_in_the_last_cell_of_the_sheet(tmp_path: Path) -> None:
    """The fast reader would ask for 512 GiB and abort the process."""
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    rows = row_xml(1, "lead_id", "reason") + row_xml(2, number_xml(7, 1), '<c t="e"><v>#N/A</v></c>')
    table = read(tmp_path, xlsx({"Returns": rows + far}, formats=("000",)))
    assert table.numbers == [1, 2]
    assert table.rows[1][0] == "007"
    assert str(table.rows[1][1]) == "CellFault(code='error_cell', text='#N/A')"
    assert table.codes == ["rows_ignored"]
