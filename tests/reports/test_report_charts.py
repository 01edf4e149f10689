"""Which charts a page gets, and what stands in them."""

from __future__ import annotations

from leadreturns.core.cap_line import SoldInMonth
from leadreturns.core.policy import PolicyBook
from leadreturns.core.roi import RoiFigures
from leadreturns.readers.policy_file import parse_policies
from leadreturns.reports.page import Bar, BarsByMonth, Pair
from leadreturns.reports.report_charts import margin_chart, ranked_chart, rate_charts
from leadreturns.reports.table import Amount


def book(terms: str = "") -> PolicyBook:
    return parse_policies(f'version = 1\ncurrency = "USD"\ntimezone = "UTC"\n\n{terms}')


def months(*cells: tuple[str, int, int, int]) -> list[SoldInMonth]:
    return [SoldInMonth(buyer, "solar", month, sold, returned) for buyer, month, sold, returned in cells]


def test_every_month_from_the_first_to_the_last_has_its_rate() -> None:
    cells = months(("acme", 202611, 50, 5), ("zeta", 202611, 50, 0), ("acme", 202702, 10, 1))
    (chart,) = rate_charts(cells, book(), {})
    assert isinstance(chart, BarsByMonth)
    assert chart.bars == [
        Bar("2026-09", None),
        Bar("2026-10", None),
        Bar("2026-11", "0.050000"),
        Bar("2026-12", None),
        Bar("2027-01", None),
        Bar("2027-02", "0.100000"),
    ]
    assert list(chart.caps) == []


def test_only_the_last_two_years_are_drawn() -> None:
    (chart,) = rate_charts(months(("acme", 202001, 10, 1), ("acme", 202612, 10, 2)), book(), {})
    assert isinstance(chart, BarsByMonth)
    assert [chart.bars[0].label, chart.bars[-1].label, len(chart.bars)] == ["2025-01", "2026-12", 24]


def test_a_cap_that_holds_for_all_is_a_line_over_all() -> None:
    cells = months(("acme", 202610, 100, 20), ("zeta", 202610, 100, 0))
    (chart,) = rate_charts(
        cells, book('[terms]\ncap = "15% of sales per month"\n[buyers.zeta]\ncap = "10 returns per month"\n'), {}
    )
    assert isinstance(chart, BarsByMonth)
    assert chart.caps[-1] == "0.125000"


def test_buyers_with_a_cap_of_their_own_have_charts_of_their_own_the_nearest_first() -> None:
    terms = "".join(f'[buyers.b{number}]\ncap = "10% of sales per month"\n' for number in range(6))
    cells = months(*((f"b{number}", 202610, 100, number) for number in range(6)), ("free", 202610, 100, 30))
    charts = rate_charts(cells, book(terms), {})
    assert [chart.title.partition(": ")[2] for chart in charts] == ["", "b5", "b4", "b3", "b2"]
    assert all(isinstance(chart, BarsByMonth) for chart in charts)
    assert [chart.caps[-1] for chart in charts[1:] if isinstance(chart, BarsByMonth)] == ["0.100000"] * 4


def test_a_cap_on_revenue_is_a_line_over_the_share_of_the_revenue_that_was_credited() -> None:
    terms = book('[terms]\ncap = "10% of revenue per month"\n')
    money = months(("acme", 202610, 500_00, 60_00), ("zeta", 202610, 1_500_00, 0), ("acme", 202611, 100_00, 5_00))

    returned, credited = rate_charts(months(("acme", 202610, 10, 2)), terms, {"USD": money})

    assert isinstance(returned, BarsByMonth) and isinstance(credited, BarsByMonth)
    assert list(returned.caps) == []
    assert credited.title == "Credits in percent of revenue, by month of sale"
    assert credited.bars[-2:] == [Bar("2026-10", "0.030000"), Bar("2026-11", "0.050000")]
    assert list(credited.caps)[-2:] == ["0.100000", "0.100000"]


def test_a_cap_on_revenue_of_one_buyer_is_drawn_for_him_and_for_each_currency() -> None:
    terms = book('[buyers.acme]\ncap = ["5% of revenue per month", "9 returns per month"]\n')
    money = {
        "EUR": months(("acme", 202610, 80_00, 8_00)),
        "USD": months(("acme", 202610, 500_00, 10_00), ("zeta", 202610, 900_00, 0)),
    }

    charts = rate_charts(months(("acme", 202610, 10, 2), ("zeta", 202610, 9, 0)), terms, money)

    assert [chart.title for chart in charts] == [
        "Return rate by month of sale",
        "Return rate by month of sale: acme",
        "Credits in percent of revenue, by month of sale (USD): acme",
        "Credits in percent of revenue, by month of sale (EUR)",
    ]
    usd, eur = charts[2:]
    assert isinstance(usd, BarsByMonth) and isinstance(eur, BarsByMonth)
    assert (usd.bars[-1].value, usd.caps[-1]) == ("0.020000", "0.050000")
    assert (eur.bars[-1].value, eur.caps[-1]) == ("0.100000", "0.050000")


def test_nothing_sold_is_an_empty_chart() -> None:
    (chart,) = rate_charts([], book(), {})
    assert isinstance(chart, BarsByMonth)
    assert list(chart.bars) == []


def test_small_sums_share_one_bar() -> None:
    sums = [(f"reason {number:02d}", "USD", 100 - number) for number in range(13)] + [("reason", "EUR", 5)]
    chart = ranked_chart("Credits", sums, "USD", "reason")
    assert chart is not None
    assert len(chart.bars) == 11
    assert chart.bars[-1] == Bar("3 other reasons", Amount(90 + 89 + 88, "USD"))
    euros = ranked_chart("Credits", sums, "EUR", "reason")
    assert euros is not None
    assert euros.bars == [Bar("reason", Amount(5, "EUR"))]
    assert ranked_chart("Credits", sums, "JPY", "reason") is None


def test_margins_before_and_after_of_those_whose_returns_cost_most() -> None:
    suppliers = [
        ("leadco", "USD", RoiFigures(10, 1, 1000, 100, 600, 60)),
        ("", "USD", RoiFigures(10, 5, 1000, 500, 600, 0)),
        ("gone", "USD", RoiFigures(10, 10, 1000, 1000, 600, 600)),
        ("euro", "EUR", RoiFigures(10, 1, 1000, 100, 600, 60)),
    ]
    chart = margin_chart(suppliers, "USD")
    assert chart is not None
    assert chart.pairs == [
        Pair("(no supplier)", "0.400000", "-0.100000"),
        Pair("gone", "0.400000", "0.000000"),
        Pair("leadco", "0.400000", "0.360000"),
    ]
    assert margin_chart(suppliers, "JPY") is None
