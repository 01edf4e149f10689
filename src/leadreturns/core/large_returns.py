"""Single returns so large that one of them would set the rate: kept out of the pattern, and reported beside it.

The sale goes with its return. The methods set the credits of some sales against the value of the same sales (the volume
of the portfolio in M. Merz and M. V. Wüthrich (2009), "Prediction error of the multivariate additive loss reserving
method for dependent lines of business", Variance 3(1), 131-151): what leaves one leaves the other. And as a sale is
returned once, whatever share of it was credited, nothing of that sale is still to come.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from statistics import median_low

from leadreturns.core.spread import half_up
from leadreturns.core.triangle import ReturnedItem, SoldCell


@dataclass(frozen=True, slots=True)
class LargeReturns:
    """The very large returns seen, and what a further one would mean. Nothing of it is part of the estimate."""

    threshold_minor: int | None
    """The smallest credit that was treated apart; None when there was none."""
    count: int
    credit_minor: int
    sold_minor: int
    """What their sales were sold for: no part of the sales that the estimate looks at."""
    expected_count: Fraction
    """How many of the returns still to come are very large, if they are as frequent as among those seen."""
    loading_minor: int
    """`expected_count` × the mean credit of those seen: the amount to add for who books expected values."""


NO_LARGE_RETURNS = LargeReturns(None, 0, 0, 0, Fraction(0), 0)


def split_large(
    items: Iterable[ReturnedItem], share: Fraction, multiple: int
) -> tuple[list[ReturnedItem], list[ReturnedItem]]:
    """The ordinary returns and the very large ones.

    From the largest down, a single return is very large when its credit is more than `share` of all the smaller ones
    together and more than `multiple` times the median credit. The first that is not ends the search.
    """
    ordered = sorted(items, key=_size)
    if not ordered:
        return [], []
    limit = multiple * median_low([_size(item) for item in ordered])
    rest = sum(item.value_minor for item in ordered)
    kept = len(ordered)
    for item in reversed(ordered):
        rest -= item.value_minor
        if item.count != 1 or item.value_minor <= limit or item.value_minor <= share * rest:
            break
        kept -= 1
    return ordered[:kept], ordered[kept:]


def sales_taken_out(large: Iterable[ReturnedItem]) -> list[SoldCell]:
    """Cells of less than nothing that take the sales of these returns out of those that they were counted in."""
    return [
        SoldCell(item.sale_day, -item.count, -_sold(item), item.buyer, item.campaign, item.currency, item.window_days)
        for item in large
    ]


def _sold(item: ReturnedItem) -> int:
    return item.value_minor if item.sold_minor is None else item.sold_minor


def _size(item: ReturnedItem) -> int:
    return item.value_minor // max(1, item.count)


def large_returns(large: list[ReturnedItem], ordinary_count: int, count_to_come: Fraction) -> LargeReturns:
    """What is said about the very large returns, given how many ordinary ones were seen and are still to come.

    Frequency × severity, at any age alike: a few returns cannot show an age pattern of their own.
    """
    if not large:
        return NO_LARGE_RETURNS
    credit = sum(item.value_minor for item in large)
    expected = len(large) * count_to_come / ordinary_count if ordinary_count else Fraction(0)
    loading = half_up(expected * credit / len(large))
    threshold, sold = min(item.value_minor for item in large), sum(map(_sold, large))
    return LargeReturns(threshold, len(large), credit, sold, expected, loading)
