"""The refund liability shared out over buyers or campaigns: parts that add up to the whole, to the minor unit.

The age pattern is everybody's; the level is the group's own as far as its history is credible, and everybody's for
the rest. So a new buyer has a figure from the first day, and a large one the figure that its own returns support.

Source of the credibility: square-root rule of limited fluctuation with the full standard of 1,082 expected returns
(within 5 % of the true number with a likelihood of 90 %), L. H. Longley-Cook (1962), "An introduction to credibility
theory", Proceedings of the Casualty Actuarial Society 49, 194-221.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter

from leadreturns.core.accrual import DEFAULT_RULES, History, estimate_history, history_at
from leadreturns.core.accrual_result import Accrual, AccrualRules, Estimate
from leadreturns.core.exposure import additive, rates_by_age
from leadreturns.core.spread import allot, likely_range
from leadreturns.core.triangle import Columns, ReturnedItem, SoldCell, tally_by

FULL_CREDIBILITY_RETURNS = 1082
_CREDIBILITY_STEPS = 10_000
"""Credibility is rounded to a ten-thousandth, so that the shares stay exact fractions."""

_NAME_OF: dict[str, Callable[[SoldCell | ReturnedItem], str]] = {
    "buyer": attrgetter("buyer"),
    "campaign": attrgetter("campaign"),
}
GROUPINGS = tuple(_NAME_OF)


@dataclass(frozen=True, slots=True)
class GroupEstimate:
    """What is still to come from one group: its part of the whole, with the range of its own noise."""

    credit_minor: int
    error_minor: int
    low_minor: int
    high_minor: int
    count: int
    credibility: Fraction
    """0 to 1: how far the level is the group's own; the rest is everybody's."""
    level: Fraction
    """The return rate used, relative to everybody's: 2 is twice the common rate."""


@dataclass(frozen=True, slots=True)
class GroupAccrual:
    """One buyer or campaign; `estimate` is None when the history as a whole is too little."""

    name: str
    open_count: int
    """Sales whose window is open after the valuation day."""
    open_minor: int
    returned_count: int
    returned_minor: int
    estimate: GroupEstimate | None


@dataclass(frozen=True, slots=True)
class GroupedAccrual:
    """The whole, and its parts in the order of their names."""

    by: str
    overall: Accrual
    groups: tuple[GroupAccrual, ...]


@dataclass(frozen=True, slots=True)
class _Common:
    """Everybody's rates, in value and in number, and the noise around the first."""

    rates: tuple[Fraction, ...]
    count_rates: tuple[Fraction, ...]
    variances: tuple[float, ...]
    exposed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """What a group's sales and returns say about it, before the parts are made to add up to the whole."""

    credibility: Fraction
    level: Fraction
    to_come: Fraction
    count_to_come: Fraction
    error: float


def estimate_groups(
    sold: Iterable[SoldCell],
    returned: Iterable[ReturnedItem],
    at_day: int,
    window_days: int,
    rules: AccrualRules = DEFAULT_RULES,
    *,
    by: str,
) -> GroupedAccrual:
    """The estimate of `accrual.estimate`, and its parts by 'buyer' or 'campaign'.

    Raises ValueError for another `by`, and as `accrual.estimate` does.
    """
    if by not in _NAME_OF:
        raise ValueError(f"parts are by {' or '.join(GROUPINGS)}, not by {by!r}")
    history = history_at(sold, returned, at_day, window_days, rules)
    overall = estimate_history(history, rules)
    grids = tally_by(history.frame, history.sold, history.ordinary, _NAME_OF[by])
    values = [grid.credits().columns for grid in grids.values()]
    numbers = [grid.counts().columns for grid in grids.values()]
    estimates: Sequence[GroupEstimate | None] = [None] * len(grids)
    if overall.recommended is not None:
        common = _common(overall)
        parts = [_part(common, value, number) for value, number in zip(values, numbers, strict=True)]
        estimates = _shared_out(overall.recommended, parts, rules)
    open_sales = _open_sales(history, _NAME_OF[by])
    groups = tuple(
        GroupAccrual(name, *open_sales[name], sum(number.returned), sum(value.returned), result)
        for name, value, number, result in zip(grids, values, numbers, estimates, strict=True)
    )
    return GroupedAccrual(by, overall, groups)


def _open_sales(
    history: History, name_of: Callable[[SoldCell | ReturnedItem], str]
) -> defaultdict[str, tuple[int, int]]:
    """The number and the value of the sales whose window is open, by group."""
    result: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for cell in history.sold:
        if history.frame.is_open(cell):
            count, value = result[name_of(cell)]
            result[name_of(cell)] = (count + cell.count, value + cell.value_minor)
    return result


def _common(overall: Accrual) -> _Common:
    credits, counts = overall.credits, overall.counts
    everybody = additive(credits)
    return _Common(everybody.rates, rates_by_age(counts.columns), everybody.variances, credits.columns.exposed)


def _part(common: _Common, value: Columns, number: Columns) -> _Part:
    expected, expected_count = _times(common.rates, value.exposed), _times(common.count_rates, number.exposed)
    credibility = _credibility(expected_count)
    level = _blend(credibility, sum(value.returned), expected)
    count_level = _blend(credibility, sum(number.returned), expected_count)
    plain = _times(common.rates, value.ahead)
    noise = math.fsum(
        variance * ahead * (1 + ahead / exposed)
        for variance, ahead, exposed in zip(common.variances, value.ahead, common.exposed, strict=True)
        if exposed
    )
    past_noise = math.fsum(
        variance * exposed for variance, exposed in zip(common.variances, value.exposed, strict=True)
    )
    own_level = float(credibility * plain / expected) ** 2 * past_noise if expected else 0.0
    error = math.sqrt(float(level) * noise + own_level)
    count_to_come = count_level * _times(common.count_rates, number.ahead)
    return _Part(credibility, level, level * plain, count_to_come, error)


def _shared_out(whole: Estimate, parts: Sequence[_Part], rules: AccrualRules) -> list[GroupEstimate]:
    credits = allot(whole.credit_minor, [part.to_come for part in parts])
    counts = allot(whole.count, [part.count_to_come for part in parts])
    result = []
    for part, credit, count in zip(parts, credits, counts, strict=True):
        error = part.error * credit / float(part.to_come) if part.to_come else 0.0
        low, high = likely_range(Fraction(credit), error, rules.likelihood)
        result.append(GroupEstimate(credit, round(error), low, high, count, part.credibility, part.level))
    return result


def _times(rates: Sequence[Fraction], sold: Sequence[int]) -> Fraction:
    return sum((rate * amount for rate, amount in zip(rates, sold, strict=True)), Fraction(0))


def _credibility(expected_count: Fraction) -> Fraction:
    share = min(1.0, math.sqrt(float(expected_count) / FULL_CREDIBILITY_RETURNS))
    return Fraction(round(share * _CREDIBILITY_STEPS), _CREDIBILITY_STEPS)


def _blend(credibility: Fraction, returned: int, expected: Fraction) -> Fraction:
    """The group's own level as far as it is credible, and 1 for the rest."""
    own = Fraction(returned) / expected if expected else Fraction(1)
    return credibility * own + (1 - credibility)
