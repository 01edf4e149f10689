"""The line that a month's return rate is held against, from the caps of the terms."""

from __future__ import annotations

from fractions import Fraction

import pytest

from leadreturns.core.cap_line import CapRoom, SoldInMonth, cap_rate, cap_rooms
from leadreturns.readers.policy_file import parse_policies

OCTOBER = 202610


def rooms(terms: str, *cells: SoldInMonth) -> dict[tuple[str, int], Fraction]:
    book = parse_policies(f'version = 1\ncurrency = "USD"\ntimezone = "UTC"\n\n{terms}')
    return {key: room.allowed for key, room in cap_rooms(cells, book).items()}


def sold(buyer: str = "acme", campaign: str = "solar", sold: int = 100, month: int = OCTOBER) -> SoldInMonth:
    return SoldInMonth(buyer, campaign, month, sold, 7)


def test_a_share_of_the_sales_adds_up_over_campaigns() -> None:
    terms = '[terms]\ncap = "15% of sales per month"\n[campaigns.roofing]\ncap = "5% of sales per month"\n'
    assert rooms(terms, sold(), sold(campaign="roofing", sold=40)) == {("acme", OCTOBER): Fraction(15 + 2)}


def test_a_number_of_returns_counts_once_for_the_buyer() -> None:
    terms = '[terms]\ncap = "20 returns per month"\n'
    assert rooms(terms, sold(), sold(campaign="roofing")) == {("acme", OCTOBER): Fraction(20)}


def test_a_number_of_returns_by_campaign_counts_for_each() -> None:
    terms = '[terms]\ncap = "20 returns per month"\ncap_scope = "buyer and campaign"\n'
    assert rooms(terms, sold(), sold(campaign="roofing")) == {("acme", OCTOBER): Fraction(40)}


def test_the_tightest_of_several_caps_counts() -> None:
    terms = '[terms]\ncap = ["15% of sales per month", "10 returns per month"]\n'
    assert rooms(terms, sold(), sold(buyer="zeta", sold=20)) == {
        ("acme", OCTOBER): Fraction(10),
        ("zeta", OCTOBER): Fraction(3),
    }


@pytest.mark.parametrize("cap", ['cap = "10% of revenue per month"', ""])
def test_without_a_cap_on_numbers_there_is_no_line(cap: str) -> None:
    assert rooms(f"[terms]\n{cap}\n", sold()) == {}


def test_a_cap_on_revenue_is_a_line_over_money() -> None:
    terms = '[terms]\ncap = ["15% of sales per month", "10% of revenue per month", "20 returns per month"]\n'
    book = parse_policies(f'version = 1\ncurrency = "USD"\ntimezone = "UTC"\n\n{terms}')
    money = [sold(sold=1_234_50), sold(campaign="roofing", sold=100_00)]
    assert cap_rooms(money, book, of_revenue=True) == {("acme", OCTOBER): CapRoom(1_334_50, 14, Fraction(133_45))}


def test_a_campaign_without_a_cap_leaves_the_buyer_without_a_line() -> None:
    terms = '[campaigns.solar]\ncap = "15% of sales per month"\n'
    assert rooms(terms, sold(), sold(campaign="roofing")) == {}
    assert rooms(terms, sold(), sold(campaign="roofing", sold=0)) == {("acme", OCTOBER): Fraction(15)}


def test_the_terms_of_the_end_of_the_month_count() -> None:
    terms = '[[contracts]]\nbuyer = "acme"\nreference = "IO-1"\nfrom = 2026-10-20\ncap = "5% of sales per month"\n'
    assert rooms(terms, sold(month=202609), sold(), sold(month=202612)) == {
        ("acme", OCTOBER): Fraction(5),
        ("acme", 202612): Fraction(5),
    }


def test_rates_of_several_buyers_are_weighed_by_their_sales() -> None:
    acme, zeta = CapRoom(100, 7, Fraction(15)), CapRoom(300, 9, Fraction(15))
    assert cap_rate([acme]) == "0.150000"
    assert cap_rate([acme, zeta]) == "0.075000"
    assert cap_rate([acme, None]) is None
    assert cap_rate([]) is None
