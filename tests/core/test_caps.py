"""Caps: what they are measured on, whom they are counted for, how they round, and who gets the last places."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from leadreturns.core.history import History, Usage, UsageKey
from leadreturns.core.sale import Sale
from tests.core.terms_in_words import asked, decided, gathered, policies, sale

AUTO = "[terms]\napproval = 'auto'\n"


def month(sold: int, revenue: int = 0, approved: int = 0, requested: int = 0, credit: int = 0) -> Usage:
    return Usage(sold, {"USD": revenue}, approved, {"USD": credit}, requested, {"USD": credit})


def october(**scopes: Usage) -> History:
    """What October 2026 holds of acme; by campaign, 'all' for the whole buyer."""
    return History(
        usage={UsageKey("acme", None if name == "all" else name, 202610): each for name, each in scopes.items()}
    )


def outcomes(terms: str, sales: Sequence[Sale], history: History, lines: str = "") -> list[str]:
    """What becomes of one return of each sale, in order."""
    rows = [asked(number, lead=each.lead_id) for number, each in enumerate(sales, start=2)]
    found = decided(policies(f"{AUTO}{terms}\n{lines}"), gathered(sales, history), *rows)
    return [each.leading or each.outcome for each in found]


def sales_of(*prices: int, campaign: str = "solar") -> list[Sale]:
    return [sale(number, price=price, campaign=campaign) for number, price in enumerate(prices, start=1)]


@pytest.mark.parametrize(
    ("cap", "rounding", "sold", "places"),
    [
        ("2 returns per month", "down", 3, 2),
        ("0 returns per month", "down", 100, 0),
        ("15% of sales per month", "down", 13, 1),
        ("15% of sales per month", "up", 13, 2),
        ("15% of sales per month", "down", 20, 3),
        ("15% of sales per month", "up", 20, 3),
        ("15% of sales per month", "down", 6, 0),
        ("15% of sales per month", "up", 6, 1),
        ("12.5% of sales per month", "down", 16, 2),
        ("12.5% of sales per month", "up", 17, 3),
    ],
)
def test_the_last_places_go_by_the_order_of_the_file(cap: str, rounding: str, sold: int, places: int) -> None:
    found = outcomes(
        f"cap = '{cap}'\ncap_rounding = '{rounding}'",
        sales_of(*[5000] * 4),
        october(all=month(sold), solar=month(sold)),
    )
    assert found == ["approved"] * places + ["over_cap"] * (4 - places)


@pytest.mark.parametrize(
    ("rounding", "revenue", "found"),
    [
        # A tenth of 300.00 is 30.00: the dear one does not fit, the cheap one after it does, to the cent.
        ("down", 30_000, ["approved", "over_cap", "approved", "over_cap"]),
        # A tenth of 299.99 is 29.999.
        ("down", 29_999, ["approved", "over_cap", "over_cap", "approved"]),
        ("up", 29_999, ["approved", "over_cap", "approved", "over_cap"]),
    ],
)
def test_a_cap_on_revenue_counts_money(rounding: str, revenue: int, found: list[str]) -> None:
    history = october(all=month(9, revenue), solar=month(9, revenue))
    terms = f"cap = '10% of revenue per month'\ncap_rounding = '{rounding}'"
    assert outcomes(terms, sales_of(2000, 5000, 1000, 1), history) == found


def test_a_cap_on_revenue_is_counted_for_each_currency_by_itself() -> None:
    history = october(all=Usage(9, {"USD": 50_000, "EUR": 10_000}), solar=Usage(9))
    sales = [sale(1, price=4000), sale(2, price=2000, currency="EUR"), sale(3, price=1000, currency="EUR")]
    assert outcomes("cap = '10% of revenue per month'", sales, history) == ["approved", "over_cap", "approved"]


def test_a_cap_on_revenue_counts_the_credit_not_the_price() -> None:
    history = october(all=month(9, 10_000), solar=month(9, 10_000))
    terms = "cap = '10% of revenue per month'\ncredit = '50%'"
    assert outcomes(terms, sales_of(1000, 1000, 1000), history) == ["approved", "approved", "over_cap"]


def test_what_was_approved_before_counts_and_what_waits_or_was_rejected_does_not() -> None:
    history = october(all=month(100, approved=8, requested=30), solar=month(100, approved=8, requested=30))
    found = outcomes("cap = '10% of sales per month'", sales_of(*[5000] * 4), history)
    assert found == ["approved", "approved", "over_cap", "over_cap"]


def test_counted_by_request_every_return_takes_a_place_whatever_becomes_of_it() -> None:
    book = policies(AUTO + "window = '10 days'\ncap = '3 returns per month'\ncap_counts = 'requested'\n")
    history = october(all=month(100), solar=month(100))
    known = gathered(sales_of(*[5000] * 3), history)
    rows = [
        asked(2, "2026-12-01", lead="L1"),
        asked(3, lead="L2"),
        asked(4, lead="L2"),
        asked(5, lead="L3"),
    ]
    found = [each.leading or each.outcome for each in decided(book, known, *rows)]
    assert found == ["too_late", "approved", "already_returned", "over_cap"]
    assert history.usage[UsageKey("acme", None, 202610)].requested == 4


def test_counted_by_approval_only_an_approval_takes_a_place() -> None:
    book = policies(AUTO + "window = '10 days'\ncap = '2 returns per month'\n")
    known = gathered(sales_of(*[5000] * 3), october(all=month(100), solar=month(100)))
    rows = [asked(2, "2026-12-01", lead="L1"), asked(3, lead="L2"), asked(4, lead="L2"), asked(5, lead="L3")]
    found = [each.leading or each.outcome for each in decided(book, known, *rows)]
    assert found == ["too_late", "approved", "already_returned", "approved"]


def test_the_scope_is_the_buyer_or_each_of_his_campaigns() -> None:
    sales = [sale(1), sale(2, campaign="roofing"), sale(3), sale(4, campaign="roofing")]

    def history() -> History:
        return october(all=month(30), solar=month(15), roofing=month(15))

    whole = outcomes("cap = '10% of sales per month'", sales, history())
    assert whole == ["approved", "approved", "approved", "over_cap"]
    each = outcomes("cap = '10% of sales per month'\ncap_scope = 'buyer and campaign'", sales, history())
    assert each == ["approved", "approved", "over_cap", "over_cap"]


def test_a_return_counts_in_the_month_of_its_sale() -> None:
    history = october(all=month(10), solar=month(10))
    history.usage[UsageKey("acme", None, 202609)] = month(10)
    sales = [sale(1, "2026-09-30"), sale(2, "2026-10-01"), sale(3, "2026-09-29")]
    found = outcomes("cap = '10% of sales per month'\nwindow = '60 days'", sales, history)
    assert found == ["approved", "approved", "over_cap"]


def test_of_several_caps_each_must_have_room() -> None:
    terms = "cap = ['3 returns per month', '10% of revenue per month']"
    history = october(all=month(9, 100_000), solar=month(9, 100_000))
    assert outcomes(terms, sales_of(6000, 6000, 1000, 1000, 1000), history) == [
        "approved", "over_cap", "approved", "approved", "over_cap",
    ]  # fmt: skip


@pytest.mark.parametrize(("term", "outcome"), [("review", "review"), ("reject", "rejected")])
def test_over_the_cap_is_what_the_terms_say(term: str, outcome: str) -> None:
    book = policies(f"{AUTO}cap = '0 returns per month'\nover_cap = '{term}'\n")
    known = gathered([sale()], october(all=month(9)))
    assert decided(book, known, asked())[0].outcome == outcome


def test_the_sum_is_told_and_the_room_is_kept_with_every_decision() -> None:
    book = policies(AUTO + "cap = '10% of sales per month'\n")
    known = gathered(sales_of(5000, 5000), october(all=month(10, 50_000), solar=month(10)))
    first, second = decided(book, known, asked(2), asked(3, lead="L2"))
    told = {
        "cap": "10% of sales per month", "scope": "buyer", "month": "2026-10", "basis": "sales", "of": 10, "limit": 1,
        "this": 1,
    }  # fmt: skip
    assert first.facts == {"caps": [{**told, "used": 0}]}
    assert second.findings[0].facts == {**told, "used": 1}
    assert second.facts == {"caps": [{**told, "used": 1}]}


def test_terms_without_a_cap_keep_nothing_about_caps() -> None:
    assert decided(policies(AUTO), gathered([sale()]), asked())[0].facts == {}


def test_a_cap_in_a_contract_holds_for_its_sales_only() -> None:
    contract = "[[contracts]]\nbuyer = 'acme'\nreference = 'IO-1'\nfrom = 2026-10-10\ncap = '0 returns per month'\n"
    sales = [sale(1, "2026-10-09"), sale(2, "2026-10-10")]
    assert outcomes("", sales, october(all=month(10), solar=month(10)), contract) == ["before_sale", "before_sale"]
    rows = [asked(2, "2026-10-12", lead="L1"), asked(3, "2026-10-12", lead="L2")]
    known = gathered(sales, october(all=month(10), solar=month(10)))
    found = decided(policies(AUTO + contract), known, *rows)
    assert [each.leading for each in found] == ["", "over_cap"]
