"""Which sheet of a buyer's workbook is read: the only one that has all columns that are needed and rows below."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import openpyxl
import pytest

from leadreturns.core.terms import FileSettings
from leadreturns.errors import FileRefused
from leadreturns.readers.table import OpenOptions
from tests.readers.typed_rows import ReadReturns, returns_of

Rows = Sequence[Sequence[object]]
RETURNS: Rows = [["Lead ID", "Reason"], ["L1", "dup"], ["L2", "disc"]]
OTHERS: Mapping[str, Rows] = {
    "Codes": [["Code", "Reason"], ["D", "Duplicate"], ["X", "Disconnected"]],
    "Codes and IDs": [["Code", "Description", "ID"], ["D", "Duplicate", 1], ["X", "Disconnected", 2]],
    "Pivot": [["Reason", "Count"], ["dup", 1], ["disc", 1], ["Total", 2]],
    "Info": [["Buyer:", "acme", "Campaign:", "solar"], ["Email:", "ops@acme.example", "Phone:", "4155552671"]],
    "Cover": [["Returns of October"], ["Email", "ops@acme.example"], ["Phone", "415-555-2671"]],
    "Legend": [["Field", "Meaning"], ["Lead ID", "our number"], ["Reason", "see Codes"], ["Phone", "of the lead"]],
    "Template": [["Lead ID", "Reason", "Phone", "Email", "Comment", "Return Date"]],
    "Prepared": [["#", "Lead ID", "Reason", "Phone", "Email"], [1], [2], [3]],
    "Notes": [["Lead ID", "Reason", "Comment"], ["Please fill in one row for each lead"]],
    "Empty": [["Lead ID", "Reason", "Phone", "Comment"], ["Total", 0]],
    "Chart": [["Return Date", "Reason", "Campaign", "Comment", "Buyer"], ["2026-10-01", "dup", "solar", "", "acme"]],
}


def workbook(sheets: Mapping[str, Rows]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(sheets: Mapping[str, Rows], **said: object) -> ReadReturns:
    return returns_of(workbook(sheets), reason_required=True, **said)


def refusal(sheets: Mapping[str, Rows], **said: object) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        read(sheets, **said)
    return refused.value


@pytest.mark.parametrize("name", OTHERS)
def test_a_sheet_that_is_no_table_of_returns_never_competes(name: str) -> None:
    found = read({name: OTHERS[name], "Data": RETURNS})
    assert (found.file.sheet, found.lead_ids) == ("Data", ["L1", "L2"])
    assert found.note_codes == {"sheets_not_read"}
    assert read({"Data": RETURNS, name: OTHERS[name]}).file.sheet == "Data"


def test_all_of_them_at_once() -> None:
    found = read({**OTHERS, "Data": RETURNS})
    assert found.file.sheet == "Data"
    assert all(f"'{name}'" in found.file.notes[0].message for name in OTHERS)


def test_two_sheets_of_returns_are_asked_about_and_no_other_is_named() -> None:
    wider: Rows = [["Lead ID", "Reason", "Phone", "Comment"], ["L9", "dup", "", ""]]
    refused = refusal({**OTHERS, "Sep": RETURNS, "Oct": wider})
    assert refused.code == "ambiguous_sheet"
    assert refused.message == "returns.csv has several sheets with a table: 'Sep', 'Oct'."
    assert refused.hint == 'Name one: --sheet "Sep".'
    assert read({"Sep": RETURNS, "Oct": wider}, options=OpenOptions(sheet="Oct")).lead_ids == ["L9"]


def test_a_missing_column_names_the_sheet_that_was_read_and_the_others() -> None:
    refused = refusal(
        {"Cover": OTHERS["Cover"], "Data": [["Lead ID", "Grundx"], ["L1", "dup"]], "Pivot": OTHERS["Pivot"]}
    )
    assert refused.code == "missing_columns"
    assert refused.message.startswith("sheet 'Data': no column for reason")
    assert "if another sheet is meant ('Cover', 'Pivot'): --sheet \"Cover\"" in refused.hint
    named = refusal({"Data": RETURNS, "Pivot": OTHERS["Pivot"]}, options=OpenOptions(sheet="Pivot"))
    assert named.message.startswith("sheet 'Pivot': ")
    assert "('Data'): --sheet \"Data\"" in named.hint


def test_rows_without_an_identifier_are_not_passed_over() -> None:
    rows: Rows = [["Lead ID", "Reason"], ["", "dup"], ["", "disc"]]
    assert refusal({"Sep": RETURNS, "Oct": rows}).code == "ambiguous_sheet"


def test_the_settings_of_a_buyer_named_in_the_sheet_tell_the_right_one() -> None:
    settings = {"acme": FileSettings(columns={"reason": "Disp X"})}
    own: Rows = [["Buyer", "Lead ID", "Disp X"], ["acme", "L1", "dup"]]
    other: Rows = [["Buyer", "Lead ID", "Comment", "Campaign"], ["acme", "L7", "a", "b"]]
    found = read({"All": other, "Returns": own}, settings_by_buyer=settings, any_buyer=True)
    assert (found.file.sheet, found.lead_ids) == ("Returns", ["L1"])


def test_of_the_tables_of_a_page_the_first_that_has_all_is_read() -> None:
    def table(rows: Rows) -> str:
        return "<table>" + "".join(f"<tr><td>{'</td><td>'.join(map(str, row))}</td></tr>" for row in rows) + "</table>"

    wider: Rows = [["Lead ID", "Reason", "Phone"], ["X1", "dup", ""], ["X2", "dup", ""], ["X3", "dup", ""]]
    page = f"<html><body>{table(OTHERS['Codes'])}{table(RETURNS)}{table(wider)}</body></html>"
    found = returns_of(page, reason_required=True)
    assert found.lead_ids == ["L1", "L2"]
    assert found.note_codes == {"tables_not_read"}


def test_only_a_sheet_with_the_headings_that_somebody_named_competes() -> None:
    own: Rows = [["Kd", "Grund"], ["L9", "dup"]]
    mapping = {"lead_id": "Kd", "reason": "Grund"}
    assert read({"Data": RETURNS, "Own": own}, mapping=mapping).file.sheet == "Own"
    assert read({"Data": RETURNS, "Own": own}, settings={"columns": mapping}).file.sheet == "Own"
    marked: Rows = [["Lead ID", "Reason", "R"], ["L9", "dup", "x"]]
    assert read({"Data": RETURNS, "All": marked}, settings={"rows_where": {"R": ("x",)}}).lead_ids == ["L9"]


def test_a_sheet_without_rows_is_named_with_the_others() -> None:
    refused = refusal({"Template": OTHERS["Template"], "Codes": OTHERS["Codes"]})
    assert refused.code == "no_rows"
    assert refused.message.startswith("sheet 'Template': no data rows below the header in row 1")
    assert '--sheet "Codes"' in refused.hint


def test_a_sheet_of_leads_by_a_bare_id_is_still_asked_about() -> None:
    dated: Rows = [["ID", "Code", "Description", "Return Date"], ["L7", "D", "Duplicate", "2026-10-01"]]
    repeated: Rows = [["Code", "Description", "ID"], ["D", "Duplicate", "L7"], ["D", "Duplicate", "L8"]]
    plain: Rows = [["ID", "Reason"], ["L7", "dup"], ["L8", "disc"]]
    for other in (dated, repeated, plain):
        assert refusal({"Data": RETURNS, "Other": other}).code == "ambiguous_sheet"


def test_a_list_of_codes_that_stands_alone_is_read_as_it_says() -> None:
    assert read({"Codes": OTHERS["Codes and IDs"]}).lead_ids == ["1", "2"]
