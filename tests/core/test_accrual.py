"""The refund liability at a day: what it looks at, what it says, and when it says that it cannot say."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadreturns.core.accrual import estimate, history_at
from leadreturns.core.accrual_groups import estimate_groups
from leadreturns.core.accrual_result import AccrualRules
from leadreturns.core.forecast import ADDITIVE, CAPE_COD, CHAIN_LADDER, forecast
from leadreturns.core.triangle import ReturnedItem, SoldCell

DAYS = 150
AT = 100
STEADY = {0: 4, 3: 3, 8: 2, 10: 1}
"""Returns by age, the same for every day of sales."""


def steady_sales(buyer: str = "acme", window_days: int | None = None) -> list[SoldCell]:
    return [SoldCell(day, 200, 400_000, buyer, "solar", "USD", window_days) for day in range(DAYS)]


def steady_returns(buyer: str = "acme", ages: dict[int, int] = STEADY, credit: int = 2_000) -> list[ReturnedItem]:
    return [
        ReturnedItem(day, day + age, credit, buyer, "solar", "USD")
        for day in range(DAYS)
        for age, count in ages.items()
        for _ in range(count)
    ]


def bumpy_returns() -> list[ReturnedItem]:
    """Returns whose number and credit swing from day to day, the same in every run."""
    return [
        ReturnedItem(day, day + age, 1_000 + 370 * ((day * 7 + age) % 11), "acme", "solar", "USD")
        for day in range(DAYS)
        for age in range(11)
        for _ in range((day * 5 + age * 3) % 4)
    ]


def came(returned: list[ReturnedItem], at_day: int = AT) -> tuple[int, int]:
    later = [item for item in returned if item.sale_day <= at_day < item.requested_day]
    return len(later), sum(item.value_minor for item in later)


@pytest.mark.parametrize(("window_days", "ages", "unit"), [(10, STEADY, "days"), (30, {0: 5, 9: 2, 30: 1}, "weeks")])
def test_steady_returns_are_foretold_exactly(window_days: int, ages: dict[int, int], unit: str) -> None:
    returned = steady_returns(ages=ages)
    result = estimate(steady_sales(), returned, 140, window_days)
    assert result.frame.unit == unit
    assert result.recommended is not None
    assert result.recommended.method == ADDITIVE
    assert [one.method for one in result.estimates] == [ADDITIVE, CAPE_COD, CHAIN_LADDER]
    for one in result.estimates:
        assert (one.count, one.credit_minor) == came(returned, 140)
    assert (result.recommended.low_minor, result.recommended.high_minor) == (came(returned, 140)[1],) * 2
    assert result.recommended.hindsight
    assert all(then.estimated_minor == then.came_minor for then in result.recommended.hindsight)


def test_what_it_rests_on_is_reported() -> None:
    result = estimate(steady_sales(), steady_returns(), AT, 10)
    assert (result.open_count, result.open_minor) == (10 * 200, 10 * 400_000)
    assert result.currency == "USD"
    assert result.returned_count == sum(item.requested_day <= AT for item in steady_returns())
    assert [(rate.age, rate.count, rate.sold_count) for rate in result.rates[:2]] == [(0, 404, 20_200), (1, 0, 20_000)]
    assert sum(row.to_come_minor for row in result.cohorts) == came(steady_returns())[1]
    youngest = result.cohorts[-1]
    assert (youngest.first_day, youngest.last_day, youngest.sold_minor) == (AT, AT, 400_000)
    assert (youngest.credited_minor, youngest.ultimate_minor) == (8_000, 20_000)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, DAYS), st.integers(AT + 1, DAYS + 40), st.integers(1, 10**7)), max_size=30))
def test_nothing_after_the_day_is_looked_at(later: list[tuple[int, int, int]]) -> None:
    known = [item for item in bumpy_returns() if item.requested_day <= AT]
    extra = [ReturnedItem(sale, requested, credit, currency="EUR") for sale, requested, credit in later]
    sold = [cell for cell in steady_sales() if cell.sale_day <= AT]
    assert estimate(steady_sales(), known + extra, AT, 10) == estimate(sold, known, AT, 10)


def test_the_order_of_the_rows_does_not_matter() -> None:
    sold, returned = steady_sales(), bumpy_returns()
    assert estimate(sold, returned, AT, 10) == estimate(sold[::-1], returned[::-1], AT, 10)


def test_bumpy_returns_come_with_a_range_and_an_error() -> None:
    returned = bumpy_returns()
    best = estimate(steady_sales(), returned, AT, 10).recommended
    assert best is not None
    assert 0 < best.low_minor < best.credit_minor < best.high_minor
    assert best.error_minor > 0
    assert best.low_minor <= came(returned)[1] <= best.high_minor
    assert best.count_low <= came(returned)[0] <= best.count_high


def test_past_misses_widen_the_range() -> None:
    bursts = [
        ReturnedItem(day, day + 5, 2_000, "acme", "solar", "USD")
        for day in range(DAYS)
        for _ in range(9 if day % 40 < 20 else 1)
    ]
    best = estimate(steady_sales(), bursts, AT, 10).recommended
    assert best is not None
    assert len(best.hindsight) == 6
    assert best.hindsight_error_minor is not None
    assert best.hindsight_error_minor > best.error_minor
    narrow = estimate(steady_sales(), bursts, AT, 10, AccrualRules(min_hindsight=7)).recommended
    assert narrow is not None
    assert narrow.hindsight_error_minor is None
    assert narrow.high_minor < best.high_minor


@pytest.mark.parametrize("sale_day", [50, AT - 5], ids=["long over", "window open"])
@pytest.mark.parametrize("credited", [7_718_360, 3_859_180], ids=["in full", "half of it"])
def test_one_huge_return_changes_nothing_but_what_is_said_of_it(sale_day: int, credited: int) -> None:
    """Its sale goes with it, whatever share was credited: no second return can come."""
    sale = SoldCell(sale_day, 1, 7_718_360, "acme", "solar", "USD", 8)
    huge = ReturnedItem(
        sale_day, sale_day, credited, "acme", "solar", "USD", sold_minor=sale.value_minor, window_days=8
    )
    without = estimate(steady_sales(), bumpy_returns(), AT, 10)
    result = estimate([*steady_sales(), sale], [*bumpy_returns(), huge], AT, 10)
    assert result.estimates == without.estimates
    assert (result.credits, result.counts, result.cohorts) == (without.credits, without.counts, without.cohorts)
    assert (result.open_count, result.open_minor) == (without.open_count, without.open_minor)
    assert result.large.sold_minor == 7_718_360
    assert (result.large.count, result.large.credit_minor) == (1, credited)
    assert result.recommended is not None
    chance = Fraction(result.recommended.count, without.returned_count)
    assert result.large.expected_count == chance
    assert result.large.loading_minor == round(chance * credited)


def test_the_sale_of_a_huge_return_leaves_its_part_too() -> None:
    sale = SoldCell(AT - 2, 1, 7_718_360, "globex", "solar", "USD")
    huge = ReturnedItem(AT - 2, AT, 7_718_360, "globex", "solar", "USD")
    sold, returned = steady_sales() + steady_sales("globex"), bumpy_returns() + steady_returns("globex", {2: 1})
    without = estimate_groups(sold, returned, AT, 10, by="buyer")
    result = estimate_groups([*sold, sale], [*returned, huge], AT, 10, by="buyer")
    assert result.groups == without.groups


def test_a_huge_sale_that_has_not_come_back_stays_among_the_open_ones() -> None:
    sale = SoldCell(AT - 5, 1, 7_718_360, "acme", "solar", "USD")
    without = estimate(steady_sales(), bumpy_returns(), AT, 10)
    result = estimate([*steady_sales(), sale], bumpy_returns(), AT, 10)
    assert result.open_minor == without.open_minor + 7_718_360
    assert result.large.count == 0


def test_when_the_only_open_sale_came_back_as_a_huge_return_nothing_is_to_come() -> None:
    sold = [cell for cell in steady_sales() if cell.sale_day <= 80]
    sale = SoldCell(AT, 1, 7_718_360, "acme", "solar", "USD")
    huge = ReturnedItem(AT, AT, 7_718_360, "acme", "solar", "USD")
    result = estimate([*sold, sale], [*bumpy_returns(), huge], AT, 10)
    assert (result.open_count, result.open_minor, result.shortage) == (0, 0, None)
    assert result.recommended is not None
    assert result.recommended.credit_minor == 0


def test_returns_beyond_the_window_are_counted_apart() -> None:
    late = [ReturnedItem(20, 31, 2_000, currency="USD"), ReturnedItem(20, 60, 2_000, currency="USD", count=2)]
    result = estimate(steady_sales(), steady_returns() + late, AT, 10)
    assert result.outside_count == 3
    assert result.estimates == estimate(steady_sales(), steady_returns(), AT, 10).estimates


def test_sales_with_a_shorter_window_cannot_come_back_later() -> None:
    short = [SoldCell(day, 200, 400_000, "quick", "solar", "USD", 2) for day in range(DAYS)]
    returned = steady_returns() + steady_returns("quick", {1: 5})
    best = estimate(steady_sales() + short, returned, AT, 10).recommended
    assert best is not None
    assert (best.count, best.credit_minor) == came(returned)


def test_old_sales_are_forgotten() -> None:
    history = history_at(steady_sales(), steady_returns(), AT, 10, AccrualRules(history_days=40))
    assert history.frame.first_day == AT - 10 - 40 + 1


def test_the_history_starts_with_the_first_request() -> None:
    returned = [item for item in steady_returns() if item.requested_day >= 30]
    history = history_at(steady_sales(), returned, AT, 10)
    assert history.frame.first_day == 30
    best = estimate(steady_sales(), returned, AT, 10).recommended
    assert best is not None
    assert (best.count, best.credit_minor) == came(returned)


@pytest.mark.parametrize(
    ("sold", "returned", "at_day", "code", "says"),
    [
        (steady_sales(), steady_returns(), 20, "short_history", "covers 21 days of sales; an estimate needs 28"),
        (steady_sales(), steady_returns()[:290], AT, "few_returns", None),
        (steady_sales(), [], AT, "few_returns", "holds 0 returns inside the window; an estimate needs 30"),
        (
            [SoldCell(day, 200, 400_000, "acme", "solar", "USD", 10 if day == AT else 5) for day in range(DAYS)],
            steady_returns(),
            AT,
            "unseen_ages",
            "at an age of 6 days and more",
        ),
    ],
)
def test_not_enough_history_is_said(
    sold: list[SoldCell], returned: list[ReturnedItem], at_day: int, code: str, says: str | None
) -> None:
    rules = AccrualRules(min_returns=300) if says is None else AccrualRules()
    result = estimate(sold, returned, at_day, 10, rules)
    assert result.shortage is not None
    assert result.shortage.code == code
    assert (says or "an estimate needs 300") in result.shortage.reason
    assert result.recommended is None
    assert result.cohorts == ()
    assert result.open_count > 0


def test_no_open_sale_means_nothing_to_come() -> None:
    result = estimate(steady_sales(), steady_returns(), DAYS + 10, 10)
    assert result.open_count == 0
    assert result.shortage is None
    assert result.recommended is not None
    assert (result.recommended.credit_minor, result.recommended.high_minor, result.recommended.count) == (0, 0, 0)


def test_no_sales_at_all_is_nothing_to_come() -> None:
    result = estimate([], [], AT, 30)
    assert (result.open_minor, result.shortage) == (0, None)
    assert result.recommended is not None
    assert result.recommended.credit_minor == 0


def test_currencies_are_never_added() -> None:
    euros = [replace(cell, currency="EUR") for cell in steady_sales()]
    with pytest.raises(ValueError, match="EUR, USD"):
        estimate(steady_sales() + euros, [], AT, 10)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match="bornhuetter"):
        forecast("bornhuetter", estimate(steady_sales(), [], AT, 10).credits)


def test_parts_by_buyer_add_up_to_the_whole() -> None:
    sold = steady_sales() + steady_sales("globex") + [SoldCell(day, 3, 5_000, "tiny", "", "USD") for day in range(DAYS)]
    returned = bumpy_returns() + steady_returns("globex", {2: 1})
    result = estimate_groups(sold, returned, AT, 10, by="buyer")
    assert [group.name for group in result.groups] == ["acme", "globex", "tiny"]
    whole = result.overall.recommended
    parts = [group.estimate for group in result.groups if group.estimate is not None]
    assert whole is not None
    assert sum(part.credit_minor for part in parts) == whole.credit_minor
    assert sum(part.count for part in parts) == whole.count
    assert sum(group.open_minor for group in result.groups) == result.overall.open_minor
    assert sum(group.returned_minor for group in result.groups) == result.overall.returned_minor


def test_a_large_buyer_has_his_own_level_and_a_new_one_that_of_all() -> None:
    sold = [*steady_sales(), *steady_sales("quiet"), SoldCell(AT, 50, 100_000, "new", "solar", "USD")]
    result = estimate_groups(sold, steady_returns(ages={0: 8, 3: 6, 8: 4, 10: 2}), AT, 10, by="buyer")
    acme, new, quiet = (group.estimate for group in result.groups)
    assert acme is not None
    assert new is not None
    assert quiet is not None
    assert acme.credibility > Fraction(9, 10)
    assert quiet.credibility > Fraction(9, 10)
    assert quiet.credit_minor < acme.credit_minor / 10
    assert new.credibility < Fraction(1, 10)
    assert Fraction(9, 10) < new.level < Fraction(11, 10)
    assert new.credit_minor > 0


def test_parts_of_too_little_history_have_no_figures() -> None:
    result = estimate_groups(steady_sales(), steady_returns(), 20, 10, by="campaign")
    assert result.overall.shortage is not None
    assert [(group.name, group.estimate) for group in result.groups] == [("solar", None)]


def test_parts_by_anything_else_are_refused() -> None:
    with pytest.raises(ValueError, match="buyer or campaign"):
        estimate_groups([], [], AT, 10, by="supplier")
