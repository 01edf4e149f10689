"""Which row is the header: the first that names all that is needed and has rows below, whatever stands around it."""

from __future__ import annotations

import time

import pytest

from leadreturns.errors import FileRefused
from leadreturns.readers.header_row import fits
from leadreturns.readers.headings import LEDGER, RETURNS
from leadreturns.readers.table import RawTable
from tests.readers.typed_rows import reading, returns_of, sales_of

TABLE = "Lead ID,Reason\nL1,dup\nL2,disc\n"
WIDER = "Lead ID,Phone,Email,Reason,Comment\nX1,4155552671,,dup,\nX2,,,dup,\n"


def refusal(content: str, **said: object) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        returns_of(content, **said)
    return refused.value


@pytest.mark.parametrize(
    "below",
    [
        f"\n{WIDER}",
        f"\n\n\n{WIDER}",
        f"\nAccepted leads\n{WIDER}",
        f"Accepted leads\n\n{WIDER}",
        "Lead ID,Campaign\nX1,solar\n",
        "\nPhone,Email,Lead ID,Reason,Comment\n4155552671,,X1,dup,\n",
        "\nLead ID,Phone 1,Reason\nX1,4155552671,dup\n",
        "Total,2\n\n" + WIDER,
        "Email,Lead ID\na@b.example,X1\n",
    ],
)
def test_of_stacked_tables_the_first_is_read_and_the_next_is_told(below: str) -> None:
    read = returns_of(TABLE + below, reason_required=True)
    assert (read.lead_ids, read.codes) == (["L1", "L2"], {})
    assert "next_table" in read.note_codes
    next_row = next(at for at, line in enumerate((TABLE + below).splitlines(), 1) if at > 3 and "Lead ID" in line)
    assert f"row {next_row}: another table begins here" in "".join(note.message for note in read.file.notes)


@pytest.mark.parametrize(
    "head", ["Lead ID,Reason\n\n", "Lead ID,Reason\nTotal,0\n\n", "Lead ID,Reason\nNo returns so far,\n\n"]
)
def test_a_table_without_rows_is_passed_over(head: str) -> None:
    read = returns_of(head + WIDER, reason_required=True)
    assert read.lead_ids == ["X1", "X2"]
    assert "skipped_title" in read.note_codes


def test_values_that_are_names_of_columns_are_values() -> None:
    read = returns_of("Lead ID,Issue,Channel\nL1,a,b\nL2,Email,Phone\nL3,Reason,Comment\n")
    assert (read.file.header_row, read.lead_ids) == (1, ["L1", "L2", "L3"])
    read = returns_of("Lead ID,Reason,Comment\nL1,Email,Phone\nL2,Phone,Email\n", reason_required=True)
    assert [row.reason_text for row in read.returns] == ["Email", "Phone"]


@pytest.mark.parametrize(
    "letterhead",
    [
        "Buyer:,acme,Campaign:,solar\n",
        "Buyer:,acme,\nCampaign:,solar,\nEmail:,ops@acme.example,\n",
        "Email:,ops@acme.example,\n,,\n",
        "Email,ops@acme.example,Phone,415-555-2671\n",
        "Phone,(415) 555 2671,,\n",
        "Reference,ACME-2026-10\n\n",
        "Reference:,ACME-2026-10\nBuyer,acme\n\n",
        "Email: ops@acme.example,,\nReference: 77,,\n",
        "Lead,\n\n",
        "Campaign,solar\nBuyer,acme\n\n",
        "Acme Corp\nPhone,415-555-2671,Fax,415-555-2672\nReference,Our returns of October\n\n",
        "Contact,Bob,Phone,4155552671,Email,bob@acme.example\n\n",
        "Order ID,see below\nLead,all\n\n",
        "Order ID,(All)\nReason,(All)\n\n",
        "From:,2026-10-01,To:,2026-10-31\n",
        ",,,,Email:,ops@acme.example\n,,,,Phone:,415 555 2671\n",
        "1,2,3\n",
        "Email:,,\n",
    ],
)
def test_a_letterhead_is_no_header(letterhead: str) -> None:
    read = returns_of(letterhead + "Lead ID,Phone,Reason\nL1,4155552671,dup\nL2,,disc\n", region="US")
    assert (read.lead_ids, read.codes) == (["L1", "L2"], {})
    assert read.file.columns == {"Lead ID": "lead_id", "Phone": "phone", "Reason": "reason"}


@pytest.mark.parametrize(
    "header",
    ["Lead ID:,Reason:,Notes:,To:", "Lead ID:,Reason,Notes,x", "Lead ID:,Agent,Reason:,Stage", "Reason:,Lead ID:,x,"],
)
def test_headings_with_a_colon_are_headings(header: str) -> None:
    read = returns_of(f"{header}\nL1,a,b,c\nL2,a,b,c\n", reason_required=True)
    assert read.file.header_row == 1
    assert len(read.returns) == 2


@pytest.mark.parametrize("above", ["Reason,Count\ndup,1\ndisc,1\n\n", "Code,Label\nD,Duplicate\nX,Disconnected\n\n"])
def test_a_summary_above_is_no_table_of_leads(above: str) -> None:
    assert returns_of(above + TABLE, reason_required=True).lead_ids == ["L1", "L2"]


def test_a_table_of_leads_that_lacks_a_column_is_not_lost_for_a_later_one() -> None:
    refused = refusal(f"Lead ID,Grundx\nL8,a\nL9,b\n\n{TABLE}", reason_required=True)
    assert refused.code == "missing_columns"
    assert '"Lead ID", "Grundx"' in refused.message
    assert "--header-row" in refused.hint
    read = returns_of(f"Lead ID,Grundx\nL8,a\nL9,b\n\n{TABLE}", reason_required=True, header_row=5)
    assert read.lead_ids == ["L1", "L2"]


@pytest.mark.parametrize("reason_required", [True, False])
@pytest.mark.parametrize(
    "form",
    [
        "Lead ID:,L1\nReason:,dup\nDate:,2026-10-01\n",
        "Lead ID:,L1\nReason:,dup\n\nLead ID:,L2\nReason:,dup\n",
        "Lead ID,L1,L2,L3\nReason,dup,disc,dup\n",
        "Lead ID,L1\nReason,dup\n",
    ],
)
def test_headings_below_one_another_are_refused(form: str, reason_required: bool) -> None:
    refused = refusal(form, reason_required=reason_required)
    assert refused.code == "missing_columns"
    assert "stand one below the other (in rows 1 and 2 of column A)" in refused.message
    assert "side by side" in refused.hint


def test_a_group_above_the_headings_is_no_header_of_its_own() -> None:
    read = returns_of("Lead,,Return,\nLead ID,Phone,Reason,Date\nL1,4155552671,dup,2026-10-01\n", region="US")
    assert (read.file.header_row, read.lead_ids) == (2, ["L1"])
    read = returns_of("Lead,,Return,\nName,Lead ID,Reason,Note\nAnn,L1,dup,x\n")
    assert (read.file.header_row, read.lead_ids) == (2, ["L1"])


def test_the_row_that_holds_what_map_names_is_the_header() -> None:
    content = f"Kd,Grund\nL8,dup\nL9,dup\n\n{TABLE}"
    read = returns_of(content, mapping={"lead_id": "Kd", "reason": "Grund"}, reason_required=True)
    assert read.lead_ids == ["L8", "L9"]
    assert "next_table" in read.note_codes


def test_a_ledger_gains_too() -> None:
    summary = "Buyer,Price,Supplier,Campaign,Payout\nacme,10,x,solar,5\n\n"
    sales, problems, _ = sales_of(f"{summary}lead_id,buyer,sold,price\nL1,acme,2026-10-01,10\n")
    assert ([sale.lead_id for sale in sales], problems) == (["L1"], [])


def test_how_well_a_table_fits() -> None:
    def fit(*rows: list[str]) -> tuple[bool, int]:
        table = RawTable("csv", lambda: iter(list(enumerate(rows, 1))))
        found = fits(table, RETURNS, reading(), [("lead_id", "phone"), ("reason",)])
        return found.complete, found.known

    header = ["Lead ID", "Reason", ""]
    assert fit(header, ["L1", "dup", ""]) == (True, 2)
    assert fit(header, ["", "dup", ""]) == (True, 2)
    assert fit(header) == (False, 2)
    assert fit(header, ["", "", "1"], ["", "", "2"]) == (False, 2)
    assert fit(header, ["Total", "0", ""]) == (False, 2)
    assert fit(header, ["Fill in one row for each lead", "", ""]) == (False, 2)
    assert fit(["Reason", "Count"], ["dup", "3"]) == (False, 1)
    assert fit() == (False, 0)
    assert not fits(RawTable("csv", lambda: iter([])), LEDGER, reading()).complete


def test_a_summary_right_below_is_another_table() -> None:
    read = returns_of(f"{TABLE}Reason,Count\ndup,one\ndisc,one\n", reason_required=True)
    assert (read.lead_ids, read.file.skipped, read.note_codes) == (["L1", "L2"], {"other_table": 3}, {"next_table"})


def test_one_contact_above_a_table_of_leads_is_asked_about() -> None:
    content = f"Contact,Phone,Email\nBob,4155552671,bob@acme.example\n\n{TABLE}"
    refused = refusal(content, region="US")
    assert "row 4 has headings as well" in refused.message
    assert "--header-row 4" in refused.hint
    assert returns_of(content, header_row=4).lead_ids == ["L1", "L2"]
    assert returns_of(content, reason_required=True).lead_ids == ["L1", "L2"]


def test_the_row_that_holds_the_headings_of_the_settings_is_the_header() -> None:
    settings = {"columns": {"reason": "Disp X"}}
    content = "Lead ID,Reason\nL1,a\n\nLead ID,Disp X\nL8,dup\n"
    assert returns_of(content, settings=settings, reason_required=True).lead_ids == ["L8"]
    refused = refusal(f"{TABLE}\nLead ID,Disp X\nL8,dup\n", settings=settings, reason_required=True)
    assert refused.code == "unknown_heading"


def test_a_line_of_many_cells_is_looked_at_quickly() -> None:
    wide = "".join(f",column {at}" for at in range(3_000))
    started = time.process_time()
    assert returns_of(f"Lead ID{wide}\n" + f"L1{',' * 3_000}\n" * 50).lead_ids == ["L1"] * 50
    assert time.process_time() - started < 5
