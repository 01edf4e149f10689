"""[[auto_approve]], [[always_review]], [[auto_reject]]: all lines of a block must fit, and any one block is enough."""

from __future__ import annotations

from typing import Any

import pytest

from leadreturns.core.explanation import reply_to_buyer, sentence
from leadreturns.core.history import History, Usage, UsageKey
from tests.core.terms_in_words import asked, codes, decided, decided_once, gathered, policies, sale

REASONS = "[reasons.disconnected]\n[reasons.fraud]\n"


def fits(lines: str, row: dict[str, Any] | None = None, sold: dict[str, Any] | None = None, terms: str = "") -> bool:
    """True when an [[auto_approve]] block of these lines approves the return."""
    book = policies(f"{REASONS}[terms]\nunknown_reason = 'accept'\n{terms}\n[[auto_approve]]\nname = 'b'\n{lines}\n")
    decision = decided_once(book, gathered([sale(**(sold or {}))], history(4, 20)), asked(**(row or {})))
    assert decision.decided_by == ("auto_approve:b" if decision.outcome == "approved" else "policy")
    return decision.outcome == "approved"


def history(approved: int, sold: int) -> History:
    return History(usage={UsageKey("acme", None, 202610): Usage(sold, approved=approved)})


@pytest.mark.parametrize(
    ("line", "price", "expected"),
    [
        ("price = 'up to 25.00'", 2500, True),
        ("price = 'up to 25.00'", 2501, False),
        ("price = 'from 25.00'", 2500, True),
        ("price = 'from 25.00'", 2499, False),
        ("price = 'up to 0'", 0, True),
    ],
)
def test_up_to_and_from_include_the_figure(line: str, price: int, expected: bool) -> None:
    assert fits(line, sold={"price": price}) is expected


def test_a_price_in_another_currency_fits_no_price() -> None:
    assert not fits("price = 'up to 25.00'", sold={"price": 100, "currency": "EUR"})
    assert not fits("price = 'from 25.00'", sold={"price": 9000, "currency": "EUR"})
    assert fits("campaigns = ['solar']", sold={"price": 100, "currency": "EUR"})


@pytest.mark.parametrize(
    ("line", "row", "expected"),
    [
        ("within = '72 hours'", {"requested": "2026-10-04 09:30:00"}, True),
        ("within = '72 hours'", {"requested": "2026-10-04 09:30:01"}, False),
        ("within = '72 hours'", {"requested": "2026-10-03"}, True),
        ("within = '72 hours'", {"requested": "2026-10-04"}, False),
        ("within = '3 days'", {"requested": "2026-10-04"}, True),
        ("within = '3 days'", {"requested": "2026-10-05"}, False),
        ("within = '1 business day'", {"requested": "2026-10-02"}, True),
    ],
)
def test_within_must_hold_for_every_instant_that_is_meant(line: str, row: dict[str, Any], expected: bool) -> None:
    assert fits(line, row, {"sold": "2026-10-01 09:30:00"}) is expected


def test_within_is_no_deadline_and_does_not_roll_forward() -> None:
    saturday = {"requested": "2026-10-05"}
    assert not fits("within = '2 days'", saturday, {"sold": "2026-10-01"}, "roll_forward = true")


def test_within_counts_from_where_the_window_counts_from() -> None:
    sold = {"sold": "2026-10-01 09:00", "delivered": "2026-10-02 09:00"}
    row = {"requested": "2026-10-03 09:00"}
    assert fits("within = '24 hours'", row, sold, "counted_from = 'delivered'")
    assert not fits("within = '24 hours'", row, sold)


@pytest.mark.parametrize(
    ("line", "row", "expected"),
    [
        ("reasons = ['fraud']", {"reason": "fraud"}, True),
        ("reasons = ['fraud']", {"reason": "disconnected"}, False),
        ("reasons = ['fraud']", {"reason": "no such thing"}, False),
        ("reasons = ['fraud']", {}, False),
        ("buyers = ['acme']", {}, True),
        ("buyers = ['ACME ']", {}, True),
        ("buyers = ['bolt']", {}, False),
        ("campaigns = ['roofing', 'solar']", {}, True),
        ("suppliers = ['leadco']", {}, True),
        ("suppliers = ['other']", {}, False),
        ("matched_by = ['lead_id']", {}, True),
        ("matched_by = ['sale_ref', 'phone']", {}, False),
        ("price = 'up to 60.00'\nreasons = ['fraud']", {"reason": "fraud"}, True),
        ("price = 'up to 40.00'\nreasons = ['fraud']", {"reason": "fraud"}, False),
    ],
)
def test_names_reasons_and_the_way_it_was_matched(line: str, row: dict[str, Any], expected: bool) -> None:
    assert fits(line, row) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return_rate = 'below 21%'", True),
        ("return_rate = 'below 20%'", False),
        ("return_rate = 'from 20%'", True),
        ("return_rate = 'above 20%'", False),
        ("return_rate = 'above 19.9%'", True),
    ],
)
def test_the_return_rate_is_what_was_approved_of_the_months_sales(line: str, expected: bool) -> None:
    """4 of 20 sales are a fifth."""
    assert fits(line) is expected


def test_the_return_rate_moves_down_the_file_and_is_kept_with_the_decision() -> None:
    book = policies("[[auto_approve]]\nname = 'good buyer'\nreturn_rate = 'below 10%'\n")
    sales = [sale(number) for number in (1, 2, 3)]
    rows = [asked(number + 1, lead=f"L{number}") for number in (1, 2, 3)]
    found = decided(book, gathered(sales, history(0, 20)), *rows)
    assert [each.outcome for each in found] == ["approved", "approved", "review"]
    assert [each.facts for each in found[:2]] == [
        {"return_rate": {"approved": 0, "of": 20, "month": "2026-10"}},
        {"return_rate": {"approved": 1, "of": 20, "month": "2026-10"}},
    ]


def test_a_return_rate_that_keeps_a_block_from_fitting_is_told_with_its_sums() -> None:
    """A block that something else keeps from fitting, too, is not named; nor is one that asks for no rate."""
    book = policies(
        "[[auto_approve]]\nname = 'good buyer'\nreturn_rate = 'below 10%'\n"
        "[[auto_approve]]\nname = 'low rate'\nreturn_rate = 'below 20%'\nprice = 'up to 60.00'\n"
        "[[auto_approve]]\nname = 'cheap'\nreturn_rate = 'below 10%'\nprice = 'up to 10.00'\n"
        "[[auto_approve]]\nname = 'cheaper'\nprice = 'up to 5.00'\n"
    )
    decision = decided_once(book, gathered([sale()], history(4, 20)), asked())
    assert codes(decision) == ["needs_approval"]
    sums = {"approved": 4, "of": 20, "month": "2026-10"}
    assert decision.findings[0].facts == {
        "return_rates": [
            {"block": "good buyer", "asked": "below 10%", **sums},
            {"block": "low rate", "asked": "below 20%", **sums},
        ]
    }
    assert sentence(decision.findings[0]) == (
        "nothing speaks against it, and no rule approves it by itself: "
        '"good buyer" asks for a return rate below 10%, and 4 of 20 sales of 2026-10 had come back; '
        '"low rate" asks for a return rate below 20%, and 4 of 20 sales of 2026-10 had come back.'
    )
    assert reply_to_buyer(decision.outcome, decision.findings) == "Under review."


def test_a_month_without_sales_has_no_rate() -> None:
    book = policies("[[auto_approve]]\nname = 'b'\nreturn_rate = 'below 100%'\n")
    decision = decided_once(book, gathered([sale()], history(0, 0)), asked())
    assert decision.outcome == "review"
    assert sentence(decision.findings[0]).endswith("below 100%, and no sales of 2026-10 are known.")


def test_the_first_block_that_fits_signs_the_decision() -> None:
    book = policies(
        "[[auto_approve]]\nname = 'cheap'\nprice = 'up to 10.00'\n"
        "[[auto_approve]]\nname = 'solar'\ncampaigns = ['solar']\n"
        "[[auto_approve]]\nname = 'acme'\nbuyers = ['acme']\n"
    )
    assert decided_once(book, gathered([sale()]), asked()).decided_by == "auto_approve:solar"


def test_no_block_approves_what_a_rule_found_something_against() -> None:
    book = policies("[terms]\nwindow = '1 day'\nlate = 'review'\n[[auto_approve]]\nname = 'all'\nbuyers = ['acme']\n")
    decision = decided_once(book, gathered([sale()]), asked())
    assert (decision.outcome, codes(decision), decision.decided_by) == ("review", ["too_late"], "policy")


def test_a_block_that_always_reviews_or_rejects_beats_approval() -> None:
    text = "[terms]\napproval = 'auto'\n[[always_review]]\nname = 'dear'\nprice = 'from 50.00'\n"
    decision = decided_once(policies(text), gathered([sale()]), asked())
    assert (decision.outcome, codes(decision)) == ("review", ["always_review"])
    assert decision.findings[0].facts == {"block": "dear"}
    both = policies(text + "[[auto_reject]]\nname = 'aged'\nsuppliers = ['leadco']\n")
    decision = decided_once(both, gathered([sale()]), asked())
    assert (decision.outcome, decision.leading) == ("rejected", "auto_reject")
    assert codes(decision) == ["always_review", "auto_reject"]
