"""How sales and returns are laid out by age, and what the exposure methods make of it."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadreturns.core.exposure import additive, cape_cod, rates_by_age, unseen_ages
from leadreturns.core.large_returns import large_returns, split_large
from leadreturns.core.spread import allot, half_up, likely_range
from leadreturns.core.triangle import ReturnedItem, SoldCell, Triangle, frame_of, tally, tally_by

SQUARE = Triangle(
    exposure=((1000, 1000, 1000), (2000, 2000, 2000), (1000, 1000, 1000), (3000, 3000, 3000)),
    increments=((50, 30, 10), (140, 40, 40), (60, 20), (90,)),
)


def test_short_windows_are_watched_by_day_and_long_ones_by_week() -> None:
    daily, weekly = frame_of(100, 14, 1), frame_of(100, 30, 1)
    assert (daily.unit, daily.ages, daily.cohorts, daily.first_day) == ("days", 15, 100, 1)
    assert (weekly.unit, weekly.ages, weekly.cohorts, weekly.first_day) == ("weeks", 6, 14, 3)
    assert weekly.cohort_days(13) == (94, 100)


def test_a_negative_window_is_refused() -> None:
    with pytest.raises(ValueError, match="less than no days"):
        frame_of(100, -1, 1)


def test_a_sale_late_in_its_week_reaches_one_column_more() -> None:
    frame = frame_of(100, 30, 1)
    assert [frame.ages_reached(day, 30) for day in range(94, 101)] == [5, 5, 5, 5, 5, 6, 6]
    assert frame.ages_reached(94, -1) == 0


def test_sales_and_returns_land_in_their_week_and_age() -> None:
    frame = frame_of(20, 30, 0)
    sold = [SoldCell(0, 2, 500), SoldCell(6, 1, 100), SoldCell(20, 1, 70), SoldCell(-1, 9, 9), SoldCell(21, 9, 9)]
    returned = [
        ReturnedItem(0, 0, 40),
        ReturnedItem(0, 13, 30, count=2),
        ReturnedItem(6, 4, 5),
        ReturnedItem(20, 21, 9),
        ReturnedItem(-1, 3, 9),
    ]
    grid = tally(frame, sold, returned)
    assert grid.credits().increments == ((45, 30, 0), (0, 0), (0,))
    assert grid.counts().increments == ((2, 2, 0), (0, 0), (0,))
    assert grid.credits().exposure[0] == (600, 600, 600, 600, 600, 100)
    assert grid.counts().exposure[2] == (1, 1, 1, 1, 1, 1)


def test_a_sale_counts_only_at_ages_inside_its_own_window() -> None:
    grid = tally(frame_of(9, 10, 0), [SoldCell(0, 1, 500, window_days=3), SoldCell(1, 1, 70, window_days=-1)], [])
    assert grid.credits().exposure[0] == (500,) * 4 + (0,) * 7
    assert grid.credits().exposure[1] == (0,) * 11


def test_groups_have_the_frame_of_the_whole() -> None:
    sold = [SoldCell(3, 1, 10, buyer="zeta"), SoldCell(4, 2, 30, buyer="acme")]
    returned = [ReturnedItem(3, 5, 10, buyer="zeta"), ReturnedItem(3, 5, 10, buyer="stranger")]
    grids = tally_by(frame_of(6, 5, 3), sold, returned, lambda row: row.buyer)
    assert list(grids) == ["acme", "zeta"]
    assert grids["zeta"].credits().columns.returned == (0, 0, 10, 0, 0, 0)
    assert grids["acme"].counts().exposure[1] == (2,) * 6


def test_an_earlier_triangle_forgets_what_came_later() -> None:
    then = SQUARE.as_of(1)
    assert then.increments == ((50, 30, 10), (140, 40), (60,))
    assert SQUARE.came_after(1) == 40 + 20


def test_columns_add_up_what_was_lived_through_and_what_lies_ahead() -> None:
    columns = SQUARE.columns
    assert columns.exposed == (7000, 4000, 3000)
    assert columns.ahead == (0, 3000, 4000)
    assert columns.returned == (340, 90, 50)
    assert SQUARE.ahead_of(2) == (0, 0, 1000)


def test_additive_estimate_by_hand() -> None:
    result = additive(SQUARE)
    assert result.rates == (Fraction(340, 7000), Fraction(90, 4000), Fraction(50, 3000))
    assert result.total == Fraction(90, 4000) * 3000 + Fraction(50, 3000) * 4000
    # Age 1: rates .03, .02, .02 around .0225; age 2: .01 and .02 around .0166…
    first = (1000 * 0.0075**2 + 2000 * 0.0025**2 + 1000 * 0.0025**2) / 2
    second = 1000 * (1 / 60 - 0.01) ** 2 + 2000 * (0.02 - 1 / 60) ** 2
    assert result.variances[1:] == pytest.approx((first, second))
    expected = math.sqrt(first * 3000 * (1 + 3000 / 4000) + second * 4000 * (1 + 4000 / 3000))
    assert result.total_error == pytest.approx(expected)


def test_cape_cod_estimate_by_hand() -> None:
    pattern = (Fraction(1, 2), Fraction(3, 10), Fraction(1, 5))
    result = cape_cod(SQUARE, pattern)
    assert result is not None
    used = 7000 / Fraction(2) + Fraction(3, 10) * 4000 + Fraction(1, 5) * 3000
    assert result.rate == Fraction(480) / used
    assert result.total == result.rate * (Fraction(3, 10) * 3000 + Fraction(1, 5) * 4000)
    assert result.total_error > 0


def test_cape_cod_on_the_additive_pattern_is_the_additive_estimate() -> None:
    rates = rates_by_age(SQUARE.columns)
    result = cape_cod(SQUARE, [rate / sum(rates) for rate in rates])
    assert result is not None
    assert result.total == additive(SQUARE).total


def test_cape_cod_has_no_answer_without_used_up_sales() -> None:
    assert cape_cod(Triangle(((0, 0),), ((0, 0),)), (Fraction(1, 2), Fraction(1, 2))) is None


def test_an_age_that_one_cohort_reached_is_unseen() -> None:
    assert unseen_ages(SQUARE) == []
    assert unseen_ages(SQUARE.as_of(1)) == [2]


def item(credit: int, count: int = 1) -> ReturnedItem:
    return ReturnedItem(0, 0, credit, count=count)


def test_one_huge_return_is_kept_apart() -> None:
    items = [item(2_000) for _ in range(40)] + [item(7_718_360)]
    ordinary, large = split_large(items, Fraction(1, 20), 50)
    assert (len(ordinary), large) == (40, [item(7_718_360)])
    said = large_returns(large, 40, Fraction(10))
    assert (said.threshold_minor, said.count, said.credit_minor) == (7_718_360, 1, 7_718_360)
    assert (said.expected_count, said.loading_minor) == (Fraction(1, 4), 1_929_590)


def test_two_huge_returns_do_not_hide_each_other() -> None:
    items = [item(1_000) for _ in range(100)] + [item(900_000), item(900_000)]
    assert len(split_large(items, Fraction(1, 20), 50)[1]) == 2


def test_few_returns_of_like_value_are_all_ordinary() -> None:
    assert split_large([item(3_000), item(9_000), item(4_000)], Fraction(1, 20), 50)[1] == []
    assert split_large([], Fraction(1, 20), 50) == ([], [])


def test_a_large_return_among_many_is_ordinary_when_it_moves_little() -> None:
    items = [item(1_000) for _ in range(2_000)] + [item(90_000)]
    assert split_large(items, Fraction(1, 20), 50)[1] == []


def test_rounding_is_half_up() -> None:
    assert [half_up(Fraction(value, 2)) for value in (1, 2, 3, 5)] == [1, 1, 2, 3]


def test_the_range_is_that_of_a_lognormal() -> None:
    low, high = likely_range(Fraction(100_000), 40_000, Fraction(4, 5))
    width = math.sqrt(math.log(1.16))
    assert low == math.floor(100_000 / math.sqrt(1.16) * math.exp(-1.2815515655446004 * width))
    assert high == math.ceil(100_000 / math.sqrt(1.16) * math.exp(1.2815515655446004 * width))


def test_the_range_without_error_is_the_estimate() -> None:
    assert likely_range(Fraction(7, 2), 0.0, Fraction(4, 5)) == (4, 4)
    assert likely_range(Fraction(0), 10.0, Fraction(4, 5)) == (0, 13)


@given(
    st.integers(0, 10**9),
    st.lists(st.fractions(0, 10**6, max_denominator=10**6), min_size=1, max_size=20),
)
def test_parts_add_up_to_the_whole(total: int, weights: list[Fraction]) -> None:
    parts = allot(total, weights)
    assert sum(parts) == (total if sum(weights) else 0)
    for part, weight in zip(parts, weights, strict=True):
        assert part == 0 if not weight else abs(part - total * weight / sum(weights)) < 1
