"""What an approval moves: the buyer's credit, the supplier's clawback, their rounding, and the month they go to."""

from __future__ import annotations

from typing import Any

import pytest

from leadreturns.core.adjustment import Adjustment, Postings, adjustments_of, reversal_of
from tests.core.terms_in_words import asked, decided_once, gathered, policies, sale, settled

AUTO = "[terms]\napproval = 'auto'\nwindow = '300 days'\n"
ZONE = policies("").zone


def moved(text: str, row: dict[str, Any] | None = None, received: str = "2026-10-10", **sold: Any) -> tuple[int, int]:
    """Credit and clawback in cents."""
    at = ZONE.day_end(settled(received, ZONE).at // 86_400)
    decision = decided_once(policies(text), gathered([sale(**sold)]), asked(**(row or {})), at)
    assert decision.outcome == "approved"
    return decision.credit_minor, decision.clawback_minor


@pytest.mark.parametrize(
    ("share", "price", "credit"),
    [
        ("100%", 5000, 5000),
        ("50%", 4999, 2500),
        ("50%", 1, 1),
        ("90%", 4525, 4073),
        ("33.333333%", 100, 33),
        ("12.5%", 4, 1),
        ("12.5%", 3, 0),
        ("0%", 5000, 0),
        ("100%", 0, 0),
    ],
)
def test_shares_round_half_up_to_whole_cents(share: str, price: int, credit: int) -> None:
    assert moved(f"{AUTO}credit = '{share}'\n", price=price) == (credit, 0)


def test_currencies_without_cents_and_with_three_digits() -> None:
    text = f"{AUTO}credit = '50%'\n"
    assert moved(text, price=501, currency="JPY") == (251, 0)
    assert moved(text, price=12_345, currency="KWD") == (6173, 0)


def test_a_reasons_credit_beats_that_of_the_terms() -> None:
    text = "[reasons.duplicate]\ncredit = '50%'\n[reasons.fraud]\n" + AUTO + "credit = '90%'\n"
    assert moved(text, {"reason": "duplicate"}) == (2500, 0)
    assert moved(text, {"reason": "fraud"}) == (4500, 0)


def test_a_rejected_return_tells_what_it_would_have_moved() -> None:
    book = policies("[terms]\nwindow = '1 day'\nclawback = '100%'\n")
    decision = decided_once(book, gathered([sale()]), asked())
    assert (decision.outcome, decision.credit_minor, decision.clawback_minor) == ("rejected", 5000, 3000)
    assert decided_once(book, gathered([]), asked()).credit_minor == 0


@pytest.mark.parametrize(
    ("supplier", "clawback"),
    [
        ("", 750),
        ("clawback = '100%'", 3000),
        ("clawback = '0%'", 0),
        ("clawback = 'as credit'", 1500),
        ("window = '30 days'", 750),
    ],
)
def test_the_suppliers_own_share_beats_that_of_the_terms(supplier: str, clawback: int) -> None:
    section = f"[suppliers.leadco]\n{supplier}\n" if supplier else ""
    assert moved(f"{AUTO}credit = '50%'\nclawback = '25%'\n{section}") == (2500, clawback)


def test_no_supplier_or_no_payout_gives_nothing_back() -> None:
    text = AUTO + "clawback = '100%'\n"
    assert moved(text, supplier="") == (5000, 0)
    assert moved(text, payout=0) == (5000, 0)


@pytest.mark.parametrize(
    ("window", "sold", "received", "clawback"),
    [
        ("30 days", "2026-10-01", "2026-10-31", 3000),
        ("30 days", "2026-10-01", "2026-11-01", 0),
        ("720 hours", "2026-10-01 12:00", "2026-10-30", 3000),
        ("720 hours", "2026-10-01 12:00", "2026-10-31", 0),
        ("5 business days", "2026-10-01", "2026-10-08", 3000),
        ("5 business days", "2026-10-01", "2026-10-09", 0),
    ],
)
def test_the_suppliers_clock_runs_from_the_sale_to_the_receipt(
    window: str, sold: str, received: str, clawback: int
) -> None:
    text = f"{AUTO}[suppliers.leadco]\nclawback = '100%'\nwindow = '{window}'\n"
    assert moved(text, {"requested": "2026-10-01"}, received, sold=sold) == (5000, clawback)


def test_the_suppliers_window_is_counted_in_whole_days_however_the_buyers_is() -> None:
    text = f"{AUTO}deadline = 'exact'\nroll_forward = true\n[suppliers.leadco]\nclawback = '100%'\nwindow = '9 days'\n"
    assert moved(text, received="2026-10-10", sold="2026-10-01 08:00") == (5000, 3000)
    assert moved(text, received="2026-10-11", sold="2026-10-01 08:00") == (5000, 0)


def test_only_the_reasons_that_the_supplier_takes_pass_through() -> None:
    text = (
        "[reasons.fraud]\n[reasons.duplicate]\n" + AUTO + "unknown_reason = 'accept'\n"
        "[suppliers.leadco]\nclawback = '100%'\nreasons = ['fraud']\n"
    )
    assert moved(text, {"reason": "fraud"}) == (5000, 3000)
    assert moved(text, {"reason": "duplicate"}) == (5000, 0)
    assert moved(text, {"reason": "who knows"}) == (5000, 0)


def test_a_suppliers_name_is_found_by_its_folded_form() -> None:
    assert moved(f"{AUTO}[suppliers.LeadCo]\nclawback = '100%'\n") == (5000, 3000)


# --- adjustments ------------------------------------------------------------------------------------------------------


def posted(term: str, row: dict[str, Any], postings: Postings) -> list[Adjustment]:
    book = policies(f"{AUTO}clawback = '50%'\npost_to = '{term}'\n")
    return adjustments_of(decided_once(book, gathered([sale(sold="2026-08-20")]), asked(**row)), book, postings)


def test_an_approval_posts_a_credit_and_a_clawback() -> None:
    assert posted("decided", {}, Postings(202611, 0)) == [
        Adjustment("buyer_credit", 5000, 5000, "USD", 202611),
        Adjustment("supplier_clawback", 1500, 3000, "USD", 202611),
    ]


def test_an_amount_of_nought_posts_nothing() -> None:
    book = policies(f"{AUTO}credit = '0%'\n")
    decision = decided_once(book, gathered([sale()]), asked())
    assert adjustments_of(decision, book, Postings(202611, 0)) == []


@pytest.mark.parametrize(
    ("term", "requested", "closed", "period"),
    [
        ("decided", "2026-09-30", 0, 202611),
        ("requested", "2026-09-30", 0, 202609),
        ("sold", "2026-09-30", 0, 202608),
        ("requested", "2026-10-01T03:59:59+00:00", 0, 202609),
        ("requested", "2026-10-01T04:00:00+00:00", 0, 202610),
        ("sold", "2026-09-30", 202608, 202609),
        ("sold", "2026-09-30", 202610, 202611),
        ("requested", "2026-12-31", 202612, 202701),
        ("decided", "2026-09-30", 202611, 202612),
    ],
)
def test_the_month_is_the_one_that_post_to_names_or_the_next_open_one(
    term: str, requested: str, closed: int, period: int
) -> None:
    entries = posted(term, {"requested": requested}, Postings(202611, closed))
    assert [entry.period for entry in entries] == [period, period]


def test_a_reversal_is_the_opposite_entry_in_the_month_of_its_own_decision() -> None:
    credit, clawback = posted("sold", {}, Postings(202611, 0))
    assert reversal_of(credit, Postings(202612, 202608)) == Adjustment("buyer_debit", 5000, 5000, "USD", 202612)
    assert reversal_of(clawback, Postings(202612, 202612)).period == 202701
    assert reversal_of(clawback, Postings(202612, 0)).kind == "supplier_clawback_reversed"
