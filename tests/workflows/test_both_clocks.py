"""The buyer's clock and the supplier's: what of an approved, or waiting, return could still be passed on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.desk import DAY, TERMS, Desk

HEAD = "lead_id,buyer,sold_at,price,payout,supplier\n"
SALES = HEAD + (
    "L-1,acme,2026-10-20 09:00:00,50.00,30.00,leadco\n"
    "L-2,acme,2026-09-20 09:00:00,40.00,20.00,leadco\n"
    "L-3,acme,2026-10-20 09:00:00,40.00,25.00,asis\n"
    "L-4,acme,2026-10-20 09:00:00,40.00,11.00,\n"
    "L-5,zeta,2026-10-20 09:00:00,40.00,0.00,leadco\n"
)
RETURNS = "lead_id,buyer\nL-1,acme\nL-3,acme\nL-4,acme\nL-5,zeta\n"
NO_CLAWBACK = TERMS.replace('clawback = "50%"', 'clawback = "0%"')
LATER_TERMS = (
    NO_CLAWBACK
    + """
[suppliers.leadco]
clawback = "80%"
window   = "20 days"
"""
)
SIDES = ("approved", "clawbacks", "unrecovered", "still_open", "recoverable", "lost")


def sides(desk: Desk, by: str = "supplier") -> dict[str, tuple[Any, ...]]:
    rows = desk.read_json("report", "returns", "--by", by)["rows"]
    return {row[by]: tuple(row[name] for name in SIDES) for row in rows if row["currency"]}


def test_what_was_clawed_back_in_time_is_neither_recoverable_nor_lost(desk: Desk) -> None:
    desk.policies(TERMS + '\n[suppliers.leadco]\nclawback = "80%"\nwindow = "20 days"\n')
    desk.ledger(SALES)
    desk.returns(RETURNS)

    assert sides(desk) == {
        "": (1, "0.00", "11.00", 0, "0.00", "11.00"),
        "asis": (1, "12.50", "12.50", 1, "0.00", "12.50"),
        "leadco": (2, "24.00", "6.00", 1, "0.00", "6.00"),
    }


def test_terms_agreed_later_make_payout_recoverable_until_the_window_ends(desk: Desk) -> None:
    desk.policies(NO_CLAWBACK).ledger(SALES)
    desk.returns(RETURNS)
    assert sides(desk)["leadco"] == (2, "0.00", "30.00", 0, "0.00", "30.00")

    desk.policies(LATER_TERMS)
    assert sides(desk)["leadco"] == (2, "0.00", "30.00", 1, "24.00", "6.00")

    desk.now += 7 * DAY
    assert sides(desk)["leadco"] == (2, "0.00", "30.00", 1, "24.00", "6.00"), "9 November is day 20"
    desk.now += DAY
    assert sides(desk)["leadco"] == (2, "0.00", "30.00", 0, "0.00", "30.00")


def test_a_reason_that_the_supplier_does_not_accept_is_lost_whatever_the_day(desk: Desk) -> None:
    reasons = '[reasons.dead]\n[reasons.fake]\naliases = ["invented"]\n'
    desk.policies(NO_CLAWBACK + reasons).ledger(SALES)
    desk.returns("lead_id,buyer,reason\nL-1,acme,invented\n")

    desk.policies(LATER_TERMS + 'reasons = ["dead"]\n' + reasons)
    assert sides(desk)["leadco"] == (1, "0.00", "30.00", 0, "0.00", "30.00")
    desk.policies(LATER_TERMS + 'reasons = ["dead", "fake"]\n' + reasons)
    assert sides(desk)["leadco"] == (1, "0.00", "30.00", 1, "24.00", "6.00")


@pytest.mark.parametrize("by", ["buyer", "supplier", "campaign", "reason", "month"])
def test_recoverable_and_lost_add_up_to_what_was_not_recovered(desk: Desk, by: str) -> None:
    desk.policies(NO_CLAWBACK).ledger(SALES)
    desk.returns(RETURNS)
    desk.policies(LATER_TERMS)

    report = desk.read_json("report", "returns", "--by", by)

    for row in [*report["rows"], *report["totals"]]:
        assert Decimal(row["recoverable"]) + Decimal(row["lost"]) == Decimal(row["unrecovered"]), row
    (total,) = report["totals"]
    assert (total["approved"], total["still_open"], total["recoverable"], total["lost"]) == (4, 1, "24.00", "42.00")


@pytest.mark.parametrize("by", ["buyer", "supplier", "campaign", "reason", "month"])
def test_the_total_is_the_same_whatever_the_groups_are(desk: Desk, by: str) -> None:
    """Of `reliable` nothing came back: its sales count in the rate of the total all the same."""
    desk.policies(TERMS)
    desk.ledger(SALES + "L-6,zeta,2026-08-20 09:00:00,40.00,8.00,reliable\nL-7,solo,2026-10-20,9.00,8.00,reliable\n")
    desk.returns(RETURNS)

    (total,) = desk.read_json("report", "returns", "--by", by)["totals"]

    assert (total["requested"], total["approved"], total["return_rate"]) == (4, 4, "0.571429")
    exposed = desk.read_json("report", "roi", "--by", "supplier")["totals"][0]
    assert total["return_rate"] == exposed["return_rate"]


def test_a_return_taken_back_counts_no_more(desk: Desk) -> None:
    desk.policies(NO_CLAWBACK).ledger(SALES)
    desk.returns(RETURNS)
    desk.policies(LATER_TERMS)
    desk.run("review", "reverse", "1", "--because", "by mistake").ok()

    assert sides(desk)["leadco"] == (1, "0.00", "0.00", 0, "0.00", "0.00")


def test_the_queue_tells_what_its_approval_would_get_back(desk: Desk) -> None:
    desk.policies(LATER_TERMS.replace('approval = "auto"', 'approval = "review"')).ledger(SALES)
    desk.returns("lead_id,buyer\nL-1,acme\nL-2,acme\nL-3,acme\nL-77,acme\n")

    (row,) = desk.read_json("report", "exposure")["rows"]

    # L-2 came too late for the buyer, L-77 is unknown; `asis` gives nothing back for L-3.
    assert row == {
        "buyer": "acme",
        "currency": "USD",
        "waiting": 2,
        "credit": "90.00",
        "oldest_days": 0,
        "still_open": 1,
        "supplier_window_closed": "0.00",
        "recoverable": "24.00",
        "lost": "31.00",
    }


def test_waiting_does_not_lose_what_came_in_time(desk: Desk) -> None:
    desk.policies(LATER_TERMS.replace('approval = "auto"', 'approval = "review"')).ledger(SALES)
    desk.returns("lead_id,buyer\nL-1,acme\n")
    desk.now += 10 * DAY

    (row,) = desk.read_json("report", "exposure")["rows"]
    assert (row["still_open"], row["supplier_window_closed"], row["recoverable"]) == (0, "50.00", "24.00")

    desk.run("review", "approve", "1").ok()
    assert sides(desk)["leadco"][1] == "24.00"


def test_exposure_says_how_the_approved_ones_stand(desk: Desk) -> None:
    desk.policies(NO_CLAWBACK).ledger(SALES)
    desk.returns(RETURNS)
    desk.policies(LATER_TERMS)

    said = desk.read_json("report", "exposure")
    printed = desk.run("report", "exposure").ok().out

    assert {row["supplier"]: row["recoverable"] for row in said["approved"]}["leadco"] == "24.00"
    assert (
        "Of 4 approved returns 1 is still within the supplier's window: 24.00 USD more can be passed on, "
        "42.00 USD of payout is lost." in printed
    )


def test_where_no_window_is_open_any_more_the_sentence_says_none(desk: Desk) -> None:
    desk.policies(NO_CLAWBACK).ledger(SALES)
    desk.returns("lead_id,buyer\nL-1,acme\n")
    desk.policies(LATER_TERMS)
    desk.now += 60 * DAY

    said = desk.run("report", "exposure").ok().out
    assert "Of 1 approved return none is still within the supplier's window: 0.00 USD more can be passed on" in said


def test_a_roi_of_nothing_paid_is_a_dash_in_rows_and_totals_alike(desk: Desk) -> None:
    desk.policies(TERMS).ledger("lead_id,buyer,sold_at,price,payout,supplier\nL-1,acme,2026-10-20,12.00,0,own\n")

    ran = desk.run("report", "roi", "--by", "supplier,buyer").ok()
    row, total = (line.split() for line in ran.out.splitlines() if line.startswith(("own", "Total")))
    assert row[-3:] == total[-3:] == ["-", "-", "0.00"]
    desk.run("report", "roi", "--by", "supplier,buyer,month", "--basis", "posting", "-o", "roi.html").ok()
    assert "ROI by supplier, buyer and month (months of posting)" in (desk.root / "roi.html").read_text("utf-8")
