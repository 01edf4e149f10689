"""What is a return, a problem, a total, a note or another table: nothing with a value of its own is ever left out."""

from __future__ import annotations

import pytest

from tests.readers.typed_rows import ReadReturns, returns_of

HEAD = "Lead ID,Name,Reason,Price\n"
ROWS = "L-1,Ann,dup,20\nL-2,Bob,dup,40\n"


def read(content: str, **said: object) -> ReadReturns:
    return returns_of(content, region="US", **said)


@pytest.mark.parametrize("gap", ["", "\n"])
@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("Credit requested,$60.00,,", "total"),
        ("Credit requested,,,60", "total"),
        ("Submitted by,Ann Smith,,", "note"),
        ("Submitted by,,Ann Smith,", "note"),
        ("Date: ,,2026-10-05,", "note"),
        ("Generated: 2026-10-05,,,", "note"),
        ("Report generated on 5 October 2026 at 10:00,,,", "note"),
        ("2,,,60", "total"),
        ("October 2026,,,", "note"),
        ("Q4 2026,,,", "note"),
        ("Thank you!,,,", "note"),
        ("Reviewed by: Ann,,,", "note"),
    ],
)
def test_a_footer_is_left_out_and_told(row: str, kind: str, gap: str) -> None:
    found = read(HEAD + ROWS + gap + row + "\n")
    assert (found.lead_ids, found.codes, found.file.skipped) == (["L-1", "L-2"], {}, {kind: 1})
    assert f"skipped_{kind}" in found.note_codes


@pytest.mark.parametrize(
    ("row", "lead_ids"),
    [
        ("aZbQwErT,,,", ["aZbQwErT"]),
        ("aZbQwErT,Phone,Email,", ["aZbQwErT"]),
        ("aZbQwErT,Phone,Reason,", ["aZbQwErT"]),
        ("SUM 1001,Cy,dup,5", ["SUM 1001"]),
        ("Total,Cy,wrong number,5", ["Total"]),
        ("Total Roofing Inc,4155550102,disconnected,", ["Total Roofing Inc"]),
        ("3,,,60", ["3"]),
        ("2,,,61", ["2"]),
        ("2,,dup,60", ["2"]),
        ("1001,,,", ["1001"]),
        ("smith,,,", ["smith"]),
    ],
)
def test_a_row_with_an_identifier_of_its_own_is_a_return(row: str, lead_ids: list[str]) -> None:
    for content in (f"{HEAD}{ROWS}{row}\n", f"{HEAD}{ROWS}\n{row}\nL-9,x,dup,1\n", f"{HEAD}{ROWS}{row}\nL-9,x,dup,1\n"):
        found = read(content)
        assert [each for each in found.lead_ids if each not in ("L-1", "L-2", "L-9")] == lead_ids
        assert (found.codes, found.file.skipped) == ({}, {})


@pytest.mark.parametrize(
    "row",
    [
        ",Total Solar,wrong person,",
        ",Total,dup,",
        ",Total,called twice; no answer,20",
        ",jane@x.example,,",
        ",End,dup,",
        ",May,wrong number,",
        ",Jane Roe,Total,60",
    ],
)
def test_a_row_with_a_value_of_its_own_but_no_identifier_is_a_problem(row: str) -> None:
    found = read(f"{HEAD}{ROWS}{row}\n")
    assert (found.lead_ids, found.codes, found.file.skipped) == (["L-1", "L-2"], {4: "no_identifier"}, {})


def test_identifiers_that_begin_with_the_word_total_are_returns_from_the_first_row_on() -> None:
    for reason in ("dup", ""):
        content = f"Lead ID,Reason\nSUM 1000,{reason}\nSUM 1001,{reason}\nSUM 1002,{reason}\n"
        assert read(content).lead_ids == ["SUM 1000", "SUM 1001", "SUM 1002"]


def test_a_phone_or_an_address_beside_the_word_total_is_no_total() -> None:
    content = "Company,Phone,Email,Reason\nAcme,4155550101,,dup\nTotal,4155550102,,\nTotal,,a@x.example,\nTotal,2,,\n"
    found = read(content)
    assert [row.phone or row.email for row in found.returns] == ["+14155550101", "+14155550102", "a@x.example"]
    assert found.file.skipped == {"total": 1}


def test_a_row_of_values_that_are_headings_is_no_other_table() -> None:
    content = (
        "Lead ID,Email,Contact,Reason\nL-1,a@x.example,b,dup\n\n,jane@x.example,Phone,dup\nL-2,b@x.example,y,dup\n"
    )
    found = read(content)
    assert [row.email for row in found.returns] == ["a@x.example", "jane@x.example", "b@x.example"]
    label = read("Lead ID,Campaign,Reason\nL-1,Solar,dup\n\nCampaign:,Roofing,\nL-2,Roofing,dup\n")
    assert (label.lead_ids, label.file.skipped) == (["L-1", "L-2"], {"note": 1})


@pytest.mark.parametrize(
    "table",
    [
        "Lead ID,Phone,Reason,Name\nL-8,4155550101,dup,x\n",
        "Agent,Lead ID,Reason,\nAnn,L-8,dup,\n",
        "Date,Lead ID,Reason,\n2026-10-01,L-8,dup,\n",
        "Reason,Count,,\nDisconnected,5,,\n",
    ],
)
def test_headings_with_rows_that_fit_begin_another_table(table: str) -> None:
    found = read(HEAD + ROWS + "\n" + table)
    assert (found.lead_ids, found.codes) == (["L-1", "L-2"], {})
    assert (found.file.skipped, "next_table" in found.note_codes) == ({"other_table": 2}, True)


def test_one_column_with_a_count_below_the_word_total() -> None:
    found = read("Lead ID\n1001\n1002\nTotal\n2\n", default_reason="dup")
    assert (found.lead_ids, found.file.skipped) == (["1001", "1002"], {"total": 2})


def test_a_count_is_known_wherever_the_last_block_of_rows_ends() -> None:
    for rows in (1, 199, 200, 201, 399, 400, 1_999, 2_000, 2_001, 4_000, 5_001):
        content = "Lead ID,Price\n" + "".join(f"L-{number},2\n" for number in range(rows)) + f"{rows},{2 * rows}\n"
        found = read(content, size=200)
        assert (len(found.lead_ids), found.file.rows, found.file.skipped) == (rows, rows, {"total": 1})
        assert found.lead_ids[-1] == f"L-{rows - 1}"


DATED = "Lead ID,Return Date,Reason\n"


@pytest.mark.parametrize(
    ("records", "row"),
    [
        ("1001,2026-10-05,disc\n", "1002\t2026-10-05\tdup"),
        ("1001,2026-10-05,disc\n", "1002\t2026-10-05\tdup,,"),
        ("1001,2026-10-05,disc\n", "1002;2026-10-05;dup,,"),
        ("1001,2026-10-05,disc\n", "1002|2026-10-05|dup,,"),
        ("1001,2026-10-05,disc\n", "1002 2026-10-05 dup"),
        ("1001,2026-10-05,disc\n", "Lead 1002 was wrong number,,"),
        ("1001,2026-10-05,disc\n", "Lead #1002: wrong number,,"),
        ("L1,2026-10-05,disc\n", "L2 2026-10-05 dup,,"),
        ("L1,2026-10-05,disc\n", "L2 wrong number,,"),
        ("L1,2026-10-05,disc\n", ",Please credit L2 too,"),
        ("a1b2c3d4,2026-10-05,disc\n09fe12ab,2026-10-05,disc\n", "77aa00bb 2026-10-05 dup,,"),
    ],
)
def test_a_whole_row_in_one_cell_or_words_that_name_a_lead_are_a_problem(records: str, row: str) -> None:
    further = "".join(line.replace("1", "3", 1) + "\n" for line in records.splitlines())
    for content in (f"{records}{row}\n{further}", f"{records}{further}{row}\n", f"{row}\n{records}{further}"):
        found = read(DATED + content)
        at = (DATED + content).split("\n").index(row) + 1
        assert (set(found.codes), found.file.skipped) == ({at}, {})
        assert found.codes[at] in ("missing_cells", "no_identifier")
        assert len(found.returns) == records.count("\n") * 2


@pytest.mark.parametrize("delimiter", ["\t", ";", "|", " "])
@pytest.mark.parametrize("lead_id", ["1", "L-1", "LEAD"])
def test_rows_parted_otherwise_than_their_header_are_no_identifiers(delimiter: str, lead_id: str) -> None:
    rows = [delimiter.join((f"{lead_id}{number}", "2026-10-05", "dup")) for number in range(20)]
    assert set(read(DATED + "\n".join(rows)).codes.values()) == {"missing_cells"}
    good = "".join(f"{lead_id}9{number},2026-10-05,dup\n" for number in range(5))
    found = read(DATED + good + "\n".join(rows) + "\n")
    assert (len(found.lead_ids), len(found.codes), found.file.skipped) == (5, 20, {})


@pytest.mark.parametrize(
    "note", ["Returns for October 2026", "See invoice INV-2210 for more", "Report generated on 5 October 2026 at 10:00"]
)
@pytest.mark.parametrize("ids", [("1001", "1002"), ("L-1", "L-2"), ("AB12CD", "AB13CD")])
def test_a_note_with_other_figures_than_the_identifiers_stays_a_note(note: str, ids: tuple[str, str]) -> None:
    found = read(DATED + "".join(f"{lead_id},2026-10-05,dup\n" for lead_id in ids) + f"{note},,\n")
    assert (found.lead_ids, found.codes, found.file.skipped) == (list(ids), {}, {"note": 1})


def test_identifiers_that_hold_such_signs_are_returns() -> None:
    content = "Lead ID,Return Date,Reason\nA|1,2026-10-05,dup\nA|2,2026-10-05,dup\nA|3,,\n"
    assert read(content).lead_ids == ["A|1", "A|2", "A|3"]


@pytest.mark.parametrize(
    "content",
    [
        (
            "Lead ID,Return Date,Reason,Price\n1001,2026-10-05,disc,20\n1002,2026-10-05,disc,20\n2,,disc Count,\n"
            "1003,2026-10-05,dup,20\n1,,dup Count,\n3,,Grand Count,\n"
        ),
        "Reason,Lead ID\ndisc,1001\ndisc,1002\ndisc Count,2\ndup,1003\ndup Count,1\nGrand Count,3\n",
        (
            "Campaign,Lead ID,Reason\nSolar,1001,disc\nSolar,1002,disc\nSolar Count,2,\nRoof,1003,dup\nRoof Count,1,\n"
            "Grand Count,3,\n"
        ),
        (
            "Lead ID,Campaign,Reason\n1001,Solar,disc\n1002,Solar,disc\n2,Solar Count,\n1003,Roof,dup\n1,Roof Count,\n"
            "3,Grand Count,\n"
        ),
        (
            "Lead ID,Reason,Price\n1001,disc,20\n1002,disc,20\n,disc Total,40.00\n1003,dup,20\n,dup Total,20.00\n"
            ",Grand Total,60.00\n"
        ),
    ],
)
def test_the_subtotals_of_a_spreadsheet_are_no_leads(content: str) -> None:
    found = read(content)
    assert (found.lead_ids, found.codes, found.file.skipped) == (["1001", "1002", "1003"], {}, {"total": 3})


@pytest.mark.parametrize(
    "row",
    [
        "2,Head Count,,,",
        "2,wrong number,,,",
        "2,disc Count,a@x.example,,",
        "2,disc Count,,4155550102,",
        "2,disc Count,,,2026-10-05",
        "2026001,disc Count,,,",
        "L-2,disc Count,,,",
    ],
)
def test_a_row_with_more_than_the_count_of_a_group_is_a_return(row: str) -> None:
    head = "Lead ID,Reason,Email,Phone,Return Date\n1001,disc,,,2026-10-05\n"
    found = read(f"{head}{row}\n1003,disc,,,2026-10-05\n")
    assert (found.lead_ids, found.file.skipped) == (["1001", row.split(",")[0], "1003"], {})


def test_the_total_of_the_returns_may_stand_under_any_heading() -> None:
    for row in ("Total returns:,,20,", "Total returns:,,,20", "Total returns:,20,,"):
        found = read(f"Lead ID,Return Date,Reason,Price\n1001,2026-10-05,disc,20\n{row}\n")
        assert (found.lead_ids, found.codes, found.file.skipped) == (["1001"], {}, {"total": 1})


@pytest.mark.parametrize("gap", ["", "\n"])
@pytest.mark.parametrize(
    ("foot", "notes"),
    [
        ("Regards,\nBob Smith,\nbob@acme.com,\n", 3),
        ("Thanks,\nBob Smith, Acme\n", 2),
        ("No. of returns,2\n", 1),
        ("Returns: 2,\n", 1),
        ("Return rate,12%\n", 1),
        ("Balance,$40\n", 1),
        ("Net,40\n", 1),
        ("Qty,2\nNet,40\n", 2),
    ],
)
def test_what_closes_a_letter_or_labels_a_figure_below_the_table_is_no_lead(foot: str, notes: int, gap: str) -> None:
    for ids in (("1001", "1002"), ("L-1", "L-2")):
        found = read(f"Lead ID,Reason\n{ids[0]},disc\n{ids[1]},dup\n{gap}{foot}")
        assert (found.lead_ids, found.codes, found.file.skipped) == ([*ids], {}, {"note": notes})
        assert "skipped_note" in found.note_codes


@pytest.mark.parametrize(
    ("foot", "lead_id"),
    [
        ("Thanks,\nBob Smith,Wrong Number\n", "Bob Smith"),
        ("Thanks,\nBob Smith,disc\n", "Bob Smith"),
        ("Thanks,\nL-3,\n", "L-3"),
        ("Balance,wrong number\n", "Balance"),
        ("Balance,40\nL-3,dup\n", "Balance"),
        ("Bob Smith,Acme\n", "Bob Smith"),
    ],
)
def test_a_reason_or_a_record_that_follows_keeps_a_row_at_the_foot(foot: str, lead_id: str) -> None:
    assert lead_id in read(f"Lead ID,Reason\nL-1,disc\nL-2,dup\n{foot}").lead_ids
