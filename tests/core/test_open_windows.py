"""How long sales can be handed back in whole days, and clocks as a few offsets."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadreturns.core.calendar import Zone, date_of, day_of, iso_utc
from leadreturns.core.open_windows import day_offsets, longest_window_days, window_days
from leadreturns.core.policy import PolicyBook
from leadreturns.readers.policy_file import parse_policies

FIRST, LAST = day_of(date(2024, 1, 1)), day_of(date(2026, 12, 31))
ZONES = {
    name: (Zone(name), day_offsets(Zone(name), FIRST, LAST))
    for name in ("America/New_York", "Europe/London", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran", "UTC")
}
MONDAY = day_of(date(2026, 10, 5))


@given(st.sampled_from(sorted(ZONES)), st.integers(FIRST * 86_400, LAST * 86_400 + 86_399))
def test_a_few_offsets_read_the_clock_at_every_instant(name: str, instant: int) -> None:
    zone, offsets = ZONES[name]
    at = bisect_right([offset.start for offset in offsets], instant) - 1
    assert (instant + offsets[at].seconds) // 86_400 == zone.day(instant)


def test_the_clocks_of_new_york_change_twice_a_year() -> None:
    starts = [iso_utc(offset.start)[:16] for offset in ZONES["America/New_York"][1][1:]]
    assert starts == [
        "2024-03-10T07:00",
        "2024-11-03T06:00",
        "2025-03-09T07:00",
        "2025-11-02T06:00",
        "2026-03-08T07:00",
        "2026-11-01T06:00",
    ]


def book_with(terms: str, more: str = "") -> PolicyBook:
    return parse_policies(f'version = 1\ncurrency = "USD"\ntimezone = "America/New_York"\n\n[terms]\n{terms}\n\n{more}')


@pytest.mark.parametrize(
    ("terms", "sold", "days"),
    [
        ('window = "10 days"', MONDAY, 10),
        ('window = "10 days"\nfirst_day_counts = true', MONDAY, 9),
        ('window = "0 days"', MONDAY, 0),
        ('window = "72 hours"', MONDAY, 3),
        ('window = "5 business days"', MONDAY, 7),
        ('window = "5 business days"', day_of(date(2026, 10, 10)), 6),
        ('window = "until day 5 of next month"', day_of(date(2026, 10, 1)), 35),
        ('window = "until day 5 of next month"', day_of(date(2026, 10, 31)), 5),
        ('window = "5 days"\nroll_forward = true', MONDAY, 7),
        ('window = "none"', MONDAY, -1),
    ],
)
def test_the_largest_age_at_which_a_sale_can_come_back(terms: str, sold: int, days: int) -> None:
    book = book_with(terms)
    assert window_days(book.terms_for("acme", "solar", sold), sold) == days, date_of(sold)


def test_a_late_delivery_counts_only_where_the_terms_count_from_it() -> None:
    from_sale = book_with('window = "10 days"').terms_for("acme", "", MONDAY)
    from_delivery = book_with('window = "10 days"\ncounted_from = "delivered"').terms_for("acme", "", MONDAY)
    assert (window_days(from_sale, MONDAY, 2), window_days(from_delivery, MONDAY, 2)) == (10, 12)


@pytest.mark.parametrize(
    "more",
    [
        "",
        '[buyers.acme]\nwindow = "90 days"\n',
        '[campaigns.solar]\nwindow = "60 business days"\n',
        '[[contracts]]\nbuyer = "acme"\nreference = "IO-1"\nwindow = "until day 31 of next month"\n',
    ],
)
def test_no_window_is_longer_than_the_longest(more: str) -> None:
    book = book_with('window = "10 days"\nroll_forward = true', more)
    longest = longest_window_days(book)
    for day in range(MONDAY, MONDAY + 60):
        assert window_days(book.terms_for("acme", "solar", day), day) <= longest
