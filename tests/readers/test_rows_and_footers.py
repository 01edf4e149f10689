"""Which rows below a header are returns: a row that asks for something is never left out, a footer never read."""

from __future__ import annotations

import pytest

from tests.readers.typed_rows import returns_of

PLAIN = "Lead ID,Reason,Channel\nL1,disconnected,web\nL2,wrong number,web\n"
AMOUNTS = "Lead ID,Reason,Amount\nL1,disc,30.00\nL2,disc,30.00\n"
EMAILS = "Lead ID,Email,Reason\nL1,a1@x.example,disc\nL2,b2@x.example,disc\n"
SUPPLIERS = "Lead ID,Reason,Supplier\nL1,disc,leadco\nL2,disc,leadco\n"
SERIALS = "Lead ID,Reason,Channel\nSUM 1001,disc,web\nSUM 1002,disc,web\n"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        # Values that are the names of columns, beside an identifier.
        (PLAIN + "aZbQwErT,Phone,Email\nL4,disc,web\n", ["L1", "L2", "aZbQwErT", "L4"]),
        (PLAIN + "\nL3,Phone,Email\n", ["L1", "L2", "L3"]),
        (EMAILS + "\n,jane@x.example,Phone\n", ["L1", "L2", "jane@x.example"]),
        # An identifier or an address that stands alone.
        (PLAIN + "aZbQwErT,,\n", ["L1", "L2", "aZbQwErT"]),
        (EMAILS + ",jane@x.example,\n", ["L1", "L2", "jane@x.example"]),
        # Names and identifiers that begin as totals do, with a reason or a number of their own.
        (PLAIN + "Total Solar,wrong person,\n", ["L1", "L2", "Total Solar"]),
        ("Lead ID,Phone,Reason\nL1,4155550101,disc\nTotal Roofing Inc,4155550102,disc\n", ["L1", "Total Roofing Inc"]),
        (SUPPLIERS + "L3,disc,Total\n", ["L1", "L2", "L3"]),
        (SERIALS + "SUM 1003,,\n", ["SUM 1001", "SUM 1002", "SUM 1003"]),
    ],
)
def test_a_row_that_asks_for_something_is_a_return(content: str, found: list[str]) -> None:
    read = returns_of(content, region="US")

    assert [row.lead_id or row.email for row in read.rows] == found
    assert read.file.skipped == {}


def test_a_reason_without_a_lead_is_a_problem_whatever_the_supplier_is_called() -> None:
    read = returns_of(SUPPLIERS + ",wrong number,Total\n")

    assert [(each.row, each.code) for each in read.problems] == [(4, "no_identifier")]
    assert read.file.skipped == {}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (AMOUNTS + "Credit requested,$60.00,\n", "total"),
        (AMOUNTS + "Credit requested,,$60.00\n", "total"),
        (AMOUNTS + "Total,n/a,60.00\n", "total"),
        # A sheet's own sum, without a word beside it: the number of leads and the sum of the amounts.
        (AMOUNTS + "2,,60.00\n", "total"),
        (PLAIN + "Submitted by,Ann Smith,\n", "note"),
        (PLAIN + "\nApproved by:,J. Doe,10/5/2026\n", "note"),
        (PLAIN + "\nDate:, ,2026-10-05\n", "note"),
        (PLAIN + "Date,2026-10-05,\n", "note"),
        (PLAIN + "Generated: 2026-10-05,,\n", "note"),
        (PLAIN + "October 2026,,\n", "note"),
        (PLAIN + "Confidential,,\n", "note"),
        (PLAIN.replace("L1", "October 2026,,\nL1"), "note"),
        # What follows such a label is read.
        (PLAIN.replace("L2", "Campaign:,Roofing,\nL2"), "note"),
        (PLAIN.replace("L2", "\nCampaign:,Roofing,\nL2"), "note"),
    ],
)
def test_labels_sums_and_signatures_are_left_out(content: str, kind: str) -> None:
    read = returns_of(content)

    assert read.lead_ids == ["L1", "L2"]
    assert read.file.skipped == {kind: 1}


@pytest.mark.parametrize("last", ["2,,61.00", "3,,60.00", "2,disc,60.00", "2,,", "2,,0"])
def test_a_number_that_sums_nothing_up_is_a_lead(last: str) -> None:
    assert returns_of(AMOUNTS + last + "\n").lead_ids == ["L1", "L2", "2" if last[0] == "2" else "3"]
