"""A return file from end to end: which rows are returns, which are left out, which cannot be read."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadreturns.core.lead_return import LeadReturn
from leadreturns.errors import FileRefused, LeadReturnsError
from leadreturns.readers.file_copy import copy_file
from leadreturns.readers.policy_names import rows_where
from leadreturns.readers.return_file import read_returns
from leadreturns.readers.table import OpenOptions
from leadreturns.readers.texts import trim
from tests.readers.made_workbooks import number_xml, row_xml, xlsx
from tests.readers.typed_rows import ReadReturns, reading, requested, returns_of

MESSY = Path(__file__).parents[2].parent / "shared" / "realdata" / "messy"


def refusal(content: str | bytes, **said: object) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        returns_of(content, **said)
    return refused.value


def test_a_plain_file() -> None:
    content = (
        "lead_id,buyer,Return Date,reason,comment,calls,phone,email,sale ref,sold,campaign,duplicate of\n"
        'L-1,ACME,2026-10-02 15:04,Disconnected," rang, twice ",2,(415) 555-2671,Jane@X.example,S-9,'
        "2026-10-01,solar,L-0\n"
    )
    read = returns_of(content, region="US", any_buyer=False)
    assert read.rows == [
        LeadReturn(
            row=2,
            buyer="acme",
            lead_id="L-1",
            sale_ref="S-9",
            phone="+14155552671",
            email="jane@x.example",
            reason_text="Disconnected",
            requested_at=1790953440,
            requested_kind=2,
            sold_at=1790812800,
            sold_kind=1,
            campaign="solar",
            comment="rang, twice",
            call_attempts=2,
            duplicate_of="L-0",
        )
    ]
    assert isinstance(read.rows[0], LeadReturn)
    assert (read.file.kind, read.file.encoding, read.file.delimiter, read.file.header_row) == ("csv", "utf-8", ",", 1)
    assert (read.file.rows, read.file.skipped, read.file.notes) == (1, {}, [])
    assert read.file.fields["reason"] == "reason"


def test_totals_notes_and_repeated_headers_are_left_out_and_told() -> None:
    content = (
        "Acme returns,,\n"
        ",,\n"
        "Lead ID,Reason,Price\n"
        "L-1,dup,10\n"
        "Lead ID,Reason,Price\n"
        "L-2,dup,12\n"
        "Subtotal October,,22\n"
        "-----,-----,-----\n"
        "L-3,dup,5\n"
        ",,\n"
        "Grand Total,,27\n"
        ",,27\n"
        "Prices in USD. Please credit by Friday.,,\n"
        "End,,\n"
    )
    read = returns_of(content)
    assert read.lead_ids == ["L-1", "L-2", "L-3"]
    assert not read.problems
    assert read.file.skipped == {"title": 1, "repeated_header": 1, "total": 3, "note": 3}
    notes = {note.code: note.message for note in read.file.notes}
    assert 'row 7: "Subtotal October" is a total' in notes["skipped_total"]
    assert "row 13" in notes["skipped_note"]


@pytest.mark.parametrize(
    "row",
    [
        "Total,,", "TOTAL:,,27", "Total 27,,", "Total: 27,,", "Totals,,", "Grand Total,,27", "Sub-total,,27",
        "Sum,,27", "Count,3,", "Total returns,,3", "Total for acme,,27", "Acme Total,,27", ",Total,27", ",,Total: 27",
        "Gesamt,,27", "Total (3),,27", "Number of rows: 2,,",
    ],
)  # fmt: skip
def test_a_total_is_no_return(row: str) -> None:
    read = returns_of(f"lead_id,reason,price\nL-1,dup,10\nL-2,dup,17\n{row}\n")
    assert (read.lead_ids, read.problems, read.file.skipped) == (["L-1", "L-2"], [], {"total": 1})


@pytest.mark.parametrize("lead_id", ["TOTAL-123", "Total123", "total-loss-7", "SUM9", "COUNT-1", "Subtotal-4"])
def test_an_id_that_only_sounds_like_a_total_is_a_return(lead_id: str) -> None:
    read = returns_of(f"lead_id,reason\nL-1,dup\n{lead_id},dup\n")
    assert read.lead_ids == ["L-1", lead_id]


def test_a_total_may_stand_before_the_column_of_identifiers() -> None:
    content = "Name,Lead ID,Reason\nJane,1001,dup\nTotal Recall,1002,dup\nSum,1003,dup\nTotal,3,\n"
    read = returns_of(content)
    assert read.lead_ids == ["1001", "1002", "1003"]
    assert read.file.skipped == {"total": 1}


def test_a_column_named_returned_that_holds_dates_is_told() -> None:
    read = returns_of("lead_id,Returned\nL-1,2026-10-01\nL-2,25/10/2026\n")
    assert {note.code: note.message for note in read.file.notes}["dates_not_read"].endswith(
        '--map requested_at="Returned"'
    )
    assert requested(
        returns_of("lead_id,Returned\nL-1,2026-10-01\n", mapping={"requested_at": "Returned"}).returns
    ) == ["2026-10-01"]


@pytest.mark.parametrize("reason", ["Total loss", "dup", "wrong number, called twice"])
def test_a_row_without_an_identifier_is_a_problem_wherever_it_stands(reason: str) -> None:
    row = f',"{reason}",,\n'
    content = f"lead_id,reason,price,name\n{row}L-1,dup,10,x\n{row}L-2,dup,12,y\n{row}"
    read = returns_of(content)
    assert read.lead_ids == ["L-1", "L-2"]
    assert read.codes == {2: "no_identifier", 4: "no_identifier", 6: "no_identifier"}
    assert read.file.skipped == {}
    assert read.file.rows == 5


def test_content_beside_a_forgotten_identifier_is_never_taken_for_a_note() -> None:
    content = "lead_id,name,age,city,price\nL-1,Jane,30,Rome,10\n,Joe,31,Oslo,12\n,,41,,\n,A-77,,,\n"
    assert returns_of(content).codes == {3: "no_identifier", 4: "no_identifier", 5: "no_identifier"}


def test_an_unlabelled_figure_is_a_total_only_if_it_adds_up() -> None:
    content = "lead_id,reason,price\nL-1,dup,10.50\nL-2,dup,1.50\n,,12.00\n"
    assert returns_of(content).file.skipped == {"total": 1}
    assert returns_of(content.replace("12.00", "13.00")).codes == {4: "no_identifier"}
    assert returns_of(content.replace("12.00", "2")).file.skipped == {"total": 1}
    assert returns_of(content + "L-3,dup,1\n").codes == {4: "no_identifier"}


def test_identifiers_that_are_words_are_returns() -> None:
    content = "lead_id,reason,comment\nalpha,dup,x\nbeta,dup,x\ngamma,,\ndelta,dup,\n"
    assert returns_of(content).lead_ids == ["alpha", "beta", "gamma", "delta"]
    content = "name,reason,comment\nJane Roe,dup,x\nJohn Doe,dup,x\nMary Ann Poe,,\nJim,dup,\n"
    assert len(returns_of(content, mapping={"lead_id": "name"}).lead_ids) == 4


def test_a_row_of_nothing_but_an_identifier_is_a_return() -> None:
    content = "lead_id,reason,comment,price\nL-1,dup,x,10\n1234,,,\nABC9,,,\n"
    assert returns_of(content).lead_ids == ["L-1", "1234", "ABC9"]


def test_labels_between_the_rows_are_left_out() -> None:
    content = "lead_id,reason,price\nL-1,dup,10\nPage 1 of 3,,\nL-2,dup,12\nWeek of October 12,,\nL-3,dup,9\n"
    read = returns_of(content)
    assert (read.lead_ids, read.file.skipped) == (["L-1", "L-2", "L-3"], {"note": 2})


def test_only_the_first_of_several_tables_is_read() -> None:
    summary = "\nSummary\nReason,Count\nDisconnected,5\nWrong number,2\n"
    read = returns_of("lead_id,reason,price\nL-1,dup,1\nL-2,dup,1\n" + summary)
    assert read.lead_ids == ["L-1", "L-2"]
    notes = {note.code: note.message for note in read.file.notes}
    assert "row 6" in notes["next_table"]
    assert read.file.skipped == {"note": 1, "other_table": 3}


def test_the_same_header_after_a_blank_row_begins_another_table() -> None:
    read = returns_of("lead_id,reason\nL-1,dup\n\nlead_id,reason\nL-2,dup\nL-3,dup\n")
    assert read.lead_ids == ["L-1"]
    assert "next_table" in read.note_codes
    assert read.file.skipped == {"other_table": 3}


def test_blank_rows_between_rows_are_nothing() -> None:
    read = returns_of("lead_id,reason\n\nL-1,dup\n,\n  , \nL-2,dup\n\n\n")
    assert [row.row for row in read.returns] == [3, 6]
    assert (read.file.skipped, read.file.rows) == ({}, 2)


def test_rows_with_too_many_or_too_few_cells() -> None:
    content = (
        "lead_id,reason,requested_at,comment\nL-1,dup,2026-10-01,bad, very bad\nL-2,dup\nL-3\nL-4,dup,2026-10-01,,,\n"
    )
    read = returns_of(content)
    assert read.codes == {2: "extra_cells", 4: "missing_cells"}
    assert "5 cells where 4 are expected" in read.problems[0].message
    assert read.lead_ids == ["L-2", "L-4"]
    notes = {note.code: note.message for note in read.file.notes}
    assert 'row 3: has 2 cells where 4 are expected; "requested_at", "comment" is missing' in notes["short_rows"]


def test_a_long_row_is_read_when_only_its_first_cell_is_used() -> None:
    read = returns_of("id,name,age\n1101,John\n1102,Julie,26,Potatoes\n", mapping={"lead_id": "id"})
    assert read.lead_ids == ["1101", "1102"]
    notes = {note.code: note.message for note in read.file.notes}
    assert "row 3: has 4 cells where 3 are expected" in notes["long_rows"]
    assert '"age" is missing' in notes["short_rows"]


def test_a_phone_or_an_address_alone_must_be_one() -> None:
    content = "phone,email,reason\n4155552671,,dup\n555,,dup\n,jane@x.example,dup\n,jane,dup\n555,jane@x.example,dup\n"
    read = returns_of(content, region="US")
    assert read.codes == {3: "bad_phone", 5: "bad_email"}
    assert [row.phone or row.email for row in read.returns] == ["+14155552671", "jane@x.example", "jane@x.example"]
    assert "unread_phone" in read.note_codes


def test_the_region_may_be_the_buyers() -> None:
    content = "buyer,phone\nacme,020 7946 0958\nCrest & Co,4155552671\n"
    read = returns_of(content, region="US", regions={"acme": "GB"})
    assert [row.phone for row in read.returns] == ["+442079460958", "+14155552671"]
    read = returns_of(content, region="US", settings={"region": "GB"})
    assert read.returns[0].phone == "+442079460958"


def test_rows_marked_as_returned() -> None:
    content = "lead_id,Returned?,reason\nL-1,Yes,dup\nL-2,no,\nL-3,,\nL-4,YES!,dup\n,no,\n,yes,dup\nTotal,2,\n"
    read = returns_of(content, settings={"rows_where": {"Returned?": ("yes", "y")}})
    assert read.lead_ids == ["L-1", "L-4"]
    assert read.codes == {7: "no_identifier"}
    assert read.file.skipped == {"not_returned": 3, "total": 1}


def test_a_blank_reason_may_mean_not_returned() -> None:
    content = "lead_id,Reason\nL-1,dup\nL-2,\nL-3, \nL-4,wrong\n"
    read = returns_of(content, settings={"rows_where": {"Reason": ("*",)}})
    assert (read.lead_ids, read.file.skipped) == (["L-1", "L-4"], {"not_returned": 2})


def test_many_blank_reasons_are_noted_with_the_setting() -> None:
    read = returns_of("lead_id,Reason\nL-1,dup\nL-2,\nL-3,\nL-4,\n")
    assert read.note_codes == {"blank_reasons"}
    assert 'rows_where = { "Reason" = ["*"] }' in read.file.notes[-1].message


def test_a_heading_of_rows_where_must_be_there() -> None:
    content = "lead_id,Reason\nL-1,dup\n"
    assert refusal(content, settings={"rows_where": {"Returned?": ("yes",)}}).code == "unknown_heading"
    content = "lead_id,R,R\nL-1,a,b\n"
    assert refusal(content, settings={"rows_where": {"R": ("yes",)}}).code == "ambiguous_columns"


def test_no_row_marked_as_returned() -> None:
    refused = refusal("lead_id,R\nL-1,no\n", settings={"rows_where": {"R": ("yes",)}})
    assert refused.code == "no_rows"
    assert "not marked as returned" in refused.message


@pytest.mark.parametrize(
    ("heading", "values", "setting"),
    [
        ("Returned?", ("yes", "no"), '"Returned?" = ["yes"]'),
        ("Returned", ("x", "", ""), '"Returned" = ["x"]'),
        ("Return Y/N", ("N", "N"), '"Return Y/N" = ["N"]'),
        ("Status", ("Returned", "Sold", "Returned"), '"Status" = ["Returned"]'),
    ],
)
def test_a_sheet_of_which_only_some_rows_are_returned_is_refused(
    heading: str, values: tuple[str, ...], setting: str
) -> None:
    rows = "".join(f"L-{at},{value}\n" for at, value in enumerate(values, 1))
    refused = refusal(f"lead_id,{heading}\n{rows}")
    assert refused.code == "some_rows_returned"
    assert f"rows_where = {{ {setting} }}" in refused.hint


@pytest.mark.parametrize(
    ("heading", "values"),
    [("Returned?", ("yes", "yes")), ("Status", ("open", "closed")), ("Returned", ("", "")), ("Status", ("Returned",))],
)
def test_a_status_that_tells_no_rows_apart_is_ignored(heading: str, values: tuple[str, ...]) -> None:
    rows = "".join(f"L-{at},{value}\n" for at, value in enumerate(values, 1))
    assert len(returns_of(f"lead_id,{heading}\n{rows}").returns) == len(values)


def test_a_column_of_marks_for_each_reason() -> None:
    content = "lead_id,Disconnected,Duplicate,Refi\nL-1,x,,\nL-2,,X,no\nL-3,,,\nL-4,1,yes,\nL-5,,,✓\n"
    columns = {"reason.disc": "Disconnected", "reason.dup": "Duplicate", "reason.refi": "Refi"}
    read = returns_of(content, settings={"columns": columns}, reason_required=True)
    assert [(row.lead_id, row.reason_text) for row in read.returns] == [
        ("L-1", "disc"),
        ("L-2", "dup"),
        ("L-5", "refi"),
    ]
    assert read.codes == {5: "several_reasons"}
    assert read.file.skipped == {"not_returned": 1}
    mapped = returns_of(content, mapping={"reason.dup": "Duplicate"})
    assert mapped.lead_ids == ["L-2", "L-4"]


def test_a_given_reason_fills_blanks() -> None:
    content = "lead_id,reason\nL-1,dup\nL-2,\n"
    assert [row.reason_text for row in returns_of(content, default_reason="disc").returns] == ["dup", "disc"]


def test_workbook_cells() -> None:
    sheet = row_xml(1, "Lead ID", "Reason", "Return Date", "Returned?")
    sheet += row_xml(2, number_xml(123), "dup", number_xml(46296, 1), "yes")
    sheet += row_xml(3, '<c t="e"><v>#N/A</v></c>', "dup", "", "yes")
    sheet += row_xml(4, number_xml("1234567890123456"), "dup", "", "yes")
    sheet += row_xml(5, "00045", number_xml(7), "", "yes")
    sheet += row_xml(6, "L-6", '<c t="e"><v>#REF!</v></c>', "", "yes")
    sheet += row_xml(7, "L-7", "dup", "", '<c t="e"><v>#DIV/0!</v></c>')
    sheet += row_xml(8, "L-8", "dup", "", "no")
    read = returns_of(
        xlsx({"Returns": sheet}, formats=["yyyy-mm-dd"]), settings={"rows_where": {"Returned?": ("yes",)}}
    )
    assert [(row.lead_id, row.reason_text) for row in read.returns] == [("123", "dup"), ("00045", "7")]
    assert requested(read.returns) == ["2026-10-01", ""]
    assert read.codes == {3: "error_cell", 4: "damaged_id", 6: "error_cell", 7: "error_cell"}
    messages = {problem.row: problem.message for problem in read.problems}
    assert "A3" in messages[3]
    assert "#N/A" in messages[3]
    assert "B6" in messages[6]
    assert "D7" in messages[7]
    assert read.file.skipped == {"not_returned": 1}


def test_error_cells_of_columns_that_are_not_read_do_not_matter() -> None:
    sheet = row_xml(1, "Lead ID", "Score") + row_xml(2, "L-1", '<c t="e"><v>#N/A</v></c>')
    assert returns_of(xlsx({"Returns": sheet})).lead_ids == ["L-1"]


def test_rows_come_in_chunks_and_again() -> None:
    content = "lead_id,reason\n" + "".join(f"L-{number},dup\n" for number in range(25_001)) + "Total,25001\n"
    small, large = returns_of(content, size=1_000), returns_of(content, size=100_000)
    assert small.rows == large.rows
    assert small.file.rows == 25_001
    assert small.file.skipped == {"total": 1}


def test_a_second_pass_counts_anew() -> None:
    from tests.readers.typed_rows import copy_of

    with copy_of("lead_id,reason\nL-1,\nL-2,\nL-3,\nL-4,\nTotal,\n") as copy:
        file = read_returns(copy, reading())
        first, notes = list(file.chunks()), file.notes
        assert list(file.chunks()) == first
        assert file.notes == notes
        assert file.skipped == {"total": 1}


# NUL is left out of cells, and what follows a Ctrl-Z at the end of an old text file.
CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\x1a"), max_size=12)
ROWS = st.lists(st.lists(CELL, min_size=1, max_size=5), max_size=8)


@settings(max_examples=200, deadline=None)
@given(ROWS)
def test_any_rows_are_read_counted_or_refused(rows: list[list[str]]) -> None:
    import csv
    import io

    out = io.StringIO()
    csv.writer(out).writerows([["lead_id", "reason", "Return Date"], *rows])
    try:
        read: ReadReturns = returns_of(out.getvalue().encode("utf-8", "surrogatepass"))
    except LeadReturnsError:
        return
    assert read.file.rows == len(read.rows)
    filled = sum(1 for row in rows if any(map(trim, row)))
    assert read.file.rows + sum(read.file.skipped.values()) == filled
    numbers = [row.row for row in read.rows]
    assert numbers == sorted(set(numbers))


def test_the_messy_files_of_other_projects_end_as_their_manifest_says() -> None:
    if not MESSY.is_dir():
        pytest.skip("the folder of messy files is not beside the repository")
    for entry in json.loads((MESSY / "manifest.json").read_text()):
        for heading in entry.get("columns", ["id"]):
            if heading:
                _check_messy(entry, heading)


_UNKNOWN = {"excel_dates_1904_epoch.xlsx", "excel_first_sheet_hidden.xlsx", "misnamed_xlsx_named_xls.xls"}
_RECORDS = {"excel_preamble_and_footer.xlsx": 10, "excel_preamble_and_footer.xls": 10}


def _check_messy(entry: dict[str, str], heading: str) -> None:
    name = entry["file"]
    said = reading(mapping={"lead_id": heading}, options=OpenOptions(sheet=entry.get("sheet", "")))
    try:
        with copy_file(MESSY / name) as copy:
            file = read_returns(copy, said)
            rows = [row for chunk in file.chunks() for row in chunk]
    except LeadReturnsError as fault:
        named = entry.get("refusal_should_name", "").replace("duplicate header", "duplicate").split()
        refused_well = all(word in fault.message.replace("incomplete or ", "") for word in named if word != "or")
        assert (entry["verdict"] == "refuse" and refused_well) or name in _UNKNOWN, (name, heading, fault.message)
        return
    assert entry["verdict"] != "refuse" or heading != "id", name
    assert len(rows) == _RECORDS.get(name, entry["rows_after_header_not_blank"]), (name, heading)
    assert len(rows) + sum(file.skipped.values()) - file.skipped.get("title", 0) == entry["rows_after_header_not_blank"]
    assert file.header_row == entry["header_row"]


def test_the_messy_dates_of_1904() -> None:
    if not MESSY.is_dir():
        pytest.skip("the folder of messy files is not beside the repository")
    with copy_file(MESSY / "excel_dates_1904_epoch.xlsx") as copy:
        said = reading(mapping={"lead_id": "2022-01-01"}, header_row=1)
        table = read_returns(copy, said).layout.table
        assert [cells[:2] for _, cells in table.rows()] == [
            [date(2022, 1, 1), date(2021, 12, 31)],
            [date(2022, 12, 31), date(2023, 1, 1)],
        ]


@pytest.mark.parametrize(
    ("heading", "values", "returned"),
    [
        ("Accepted?", ("No", "Yes"), '["No"]'),
        ("Accepted?", ("Accepted", "Rejected"), '["Rejected"]'),
        ("Valid", ("Valid", "Invalid"), '["Invalid"]'),
        ("Keep", ("Keep", "Return"), '["Return"]'),
        ("Billable", ("Sold", "Returned"), '["Returned"]'),
        ("Billable", ("billable", "Not billable"), '["Not billable"]'),
        ("Valid Lead", ("valid", "invalid", "duplicate"), '["valid", "invalid", "duplicate"]'),
        ("Returned?", ("\u2713", "\u2717"), '["\u2713", "\u2717"]'),
        ("Returned?", ("R", "N"), '["R", "N"]'),
        ("Returned", ("Sold", "Kept", "Credit"), '["Credit"]'),
        ("Payable", ("Yes", "No - duplicate"), '["Yes", "No - duplicate"]'),
        ("Valid", ("yes", "yes", "no"), '["no"]'),
        ("Valid (Y/N)", ("Y", "N"), '["N"]'),
        ("Billable", ("Y", ""), '[""]'),
        ("Action", ("Return", "Keep"), '["Return"]'),
        ("Lead Disposition", ("Sold", "Returned", "Sold"), '["Returned"]'),
        ("Disposition", ("Sold", "Returned"), '["Returned"]'),
        ("Credit Requested", ("Yes", "No"), '["Yes"]'),
        ("Return Requested", ("yes", ""), '["yes"]'),
        ("Refund requested", ("Y", "N"), '["Y"]'),
        ("Status", ("Credit", "No credit"), '["Credit"]'),
        ("Status", ("Returned", "Accepted"), '["Returned"]'),
        ("Status", ("Credit: yes", "Credit: no"), '["Credit: yes"]'),
        ("Status", ("Billable", "Not billable"), '["Not billable"]'),
        ("Status", ("Billed", "Unbilled"), '["Unbilled"]'),
        ("Status", ("Pay", "Do not pay"), '["Do not pay"]'),
        ("Status", ("Qualified", "Disqualified"), '["Disqualified"]'),
        ("Status", ("Eligible for credit", "Not eligible for credit"), '["Eligible for credit"]'),
        ("Status", ("Credit", ""), '["Credit"]'),
        ("Status", ("Approved", "Declined"), '["Approved", "Declined"]'),
        ("Status", ("Accepted", "Accepted"), '["Accepted"]'),
        ("Status", ("No credit", "No credit"), '["No credit"]'),
        ("Status", ("Credit / No credit", "Credit / No credit"), '["Credit / No credit"]'),
        ("Lead Status", ("OK", "Refund"), '["Refund"]'),
        ("Outcome", ("Charge back", "Keep"), '["Charge back"]'),
        ("Decision", ("Credit", "No credit"), '["Credit"]'),
        ("Credit?", ("Yes", "No"), '["Yes"]'),
        ("Credit Status", ("Credited", "Not credited"), '["Credited"]'),
    ],
)
def test_a_column_that_parts_returns_from_other_rows_is_asked_about(
    heading: str, values: tuple[str, ...], returned: str
) -> None:
    rows = "".join(f"L-{number},{value}\n" for number, value in enumerate(values))
    refused = refusal(f"lead_id,{heading}\n{rows}")
    assert refused.code == "some_rows_returned"
    assert heading in refused.message
    assert f'rows_where = {{ "{heading}" = {returned} }}' in refused.hint


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Valid", ("No", "no")),
        ("Action", ("Return", "Return")),
        ("Action", ("called", "keep", "no answer")),
        ("Return requested", ("Yes", "Yes")),
        ("Called back", ("yes", "no")),
        ("Phone status", ("valid", "invalid")),
        ("Score", ("good", "bad")),
        ("Refund requested", ("2026-10-01", "")),
        ("Status", ("Sold", "Sold")),
        ("Status", ("Valid", "Valid")),
        ("Status", ("New", "Contacted", "Closed")),
        ("Status", ("Connected", "Not connected")),
        ("Status", ("Disconnected", "Wrong number")),
        ("Status", ("Not interested", "No answer")),
        ("Status", ("Credited already", "Credit pending")),
        ("Credit", ("12.50", "USD 7.00")),
    ],
)
def test_a_column_that_parts_nothing_is_none(heading: str, values: tuple[str, ...]) -> None:
    rows = "".join(f"L-{number},{value}\n" for number, value in enumerate(values))
    assert len(returns_of(f"lead_id,{heading}\n{rows}").returns) == len(values)


def test_dates_under_a_heading_that_says_nothing_of_returns_are_told() -> None:
    read = returns_of("lead_id,Date,Date of birth,Amount\nL-1,2026-10-01,1990-01-02,5\nL-2,,1991-03-04,6\n")
    assert requested(read.returns) == ["", ""]
    notes = [note.message for note in read.file.notes if note.code == "dates_not_read"]
    assert notes == ['"Date" holds dates; if the rows were returned then: --map requested_at="Date"']
    dated = returns_of("lead_id,Date,Return Date\nL-1,2026-10-01,2026-10-02\n")
    assert dated.file.notes == []


def test_times_under_a_heading_that_names_utc() -> None:
    content = "lead_id,Returned at (UTC)\nL-1,2026-10-01 10:00\nL-2,2026-10-01\nL-3,2026-10-01 10:00+02:00\n"
    assert requested(returns_of(content).returns) == ["2026-10-01 10:00:00Z", "2026-10-01", "2026-10-01 08:00:00Z"]


def test_a_footer_below_a_narrow_table() -> None:
    read = returns_of("lead_id,reason\nL-1,dup\nL-2,dup\n\n(c) 2026 Acme. All rights reserved.\nConfidential\n")
    assert (read.lead_ids, read.codes, read.file.skipped) == (["L-1", "L-2"], {}, {"note": 2})
    words = returns_of("lead_id,reason\nSmith,dup\nJones,dup\nMiller\n")
    assert words.codes == {4: "missing_cells"} or words.lead_ids == ["Smith", "Jones", "Miller"]


def test_a_shortened_phone_is_called_shortened() -> None:
    read = returns_of("phone,reason\n1.41555E+10,dup\n4155552671,dup\n", region="US")
    assert (read.codes, [row.phone for row in read.returns]) == ({2: "damaged_id"}, ["+14155552671"])


def test_a_file_without_headings_is_told_so() -> None:
    refused = refusal("L-1,dup,2026-10-01\nL-2,dup,2026-10-02\n")
    assert refused.code == "missing_columns"
    assert "Ask for a table with a heading above each column, such as Lead ID, Reason, Return Date" in refused.hint


def test_rows_that_lack_reason_and_date_alike_are_asked_about() -> None:
    content = "lead_id,Reason,Return Date\nL-1,,\nL-2,dup,2026-10-01\nL-3,,\nL-4,dup,2026-10-02\n"
    refused = refusal(content)
    assert refused.code == "some_rows_returned"
    assert '"Reason" and "Return Date" are both blank in 2 rows and both filled in 2' in refused.message
    assert 'rows_where = { "Reason" = ["*"] }' in refused.hint
    assert returns_of(content, settings={"rows_where": {"Reason": ("*",)}}).lead_ids == ["L-2", "L-4"]
    assert len(returns_of(content, default_reason="dup").returns) == 4
    assert len(returns_of(content.replace("L-3,,", "L-3,dup,")).returns) == 4


def test_all_rows_are_returns_whatever_the_column_says() -> None:
    content = "lead_id,Valid\nL-1,Yes\nL-2,\nL-3,No\n"
    found = rows_where({"Valid": ["*", ""]})
    refused = refusal(content)
    assert 'if all rows are returns: rows_where = { "Valid" = ["*", ""] }' in refused.hint
    assert len(returns_of(content, settings={"rows_where": found}).rows) == 3


@pytest.mark.parametrize(
    "content",
    [
        "#,lead_id,Reason\n1,L-1,dup\n2,L-2,dup\n3,,\n4,,\n5,,\n",
        "No.,lead_id,Reason\n1,,\n2,L-1,dup\n3,,\n4,L-2,dup\n5,,\n",
        "Pos,lead_id,Reason\n1.,L-1,dup\n2.,L-2,dup\n3.,,\n",
        "Foo,lead_id,Reason\n7,L-1,dup\n8,L-2,dup\n9,,\n10,,\n",
        "lead_id,Reason,#\nL-1,dup,1\nL-2,dup,2\n,,3\n,,4\n",
    ],
)
def test_rows_that_hold_only_their_running_number_are_blank(content: str) -> None:
    read = returns_of(content)
    assert (read.lead_ids, read.codes, read.file.skipped) == (["L-1", "L-2"], {}, {})


def test_a_number_that_is_no_running_number_is_content() -> None:
    assert returns_of("Foo,lead_id,Reason\n7,L-1,dup\n2,L-2,dup\n,,dup\n17,,\n1,L-3,x\n").codes.keys() == {4, 5}
    with pytest.raises(FileRefused) as refused:
        returns_of("#,lead_id,Reason\n1,,\n2,,\n")
    assert refused.value.code == "no_rows"
