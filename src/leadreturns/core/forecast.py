"""Each method's estimate of what is still to come, its likely range, and how it would have fared before.

The range takes the larger of two standard errors: the one that the method's model gives, and the one that its own
misses at earlier days give. The second sees what the models leave out: buyers who return in batches, and seasons.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from leadreturns.core.accrual_result import AccrualRules, Estimate, Hindsight
from leadreturns.core.chain_ladder import chain_ladder
from leadreturns.core.exposure import additive, cape_cod
from leadreturns.core.spread import half_up, likely_range
from leadreturns.core.triangle import Frame, Triangle

ADDITIVE, CAPE_COD, CHAIN_LADDER = "additive", "cape_cod", "chain_ladder"
METHODS = (ADDITIVE, CAPE_COD, CHAIN_LADDER)
"""The recommended one first; why is in `docs/accrual.md`."""
NAMES = {ADDITIVE: "additive", CAPE_COD: "Cape Cod", CHAIN_LADDER: "chain-ladder"}
"""As a reader knows them."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is still to come, in the units of the triangle, and its standard error of prediction."""

    to_come: Fraction
    error: float


@dataclass(frozen=True, slots=True)
class _Past:
    """An earlier forecast, how many units back, and what then came."""

    units_back: int
    forecast: Fraction
    came: int


def forecast(method: str, triangle: Triangle) -> Forecast | None:
    """What `method` says is still to come; None where it has no answer. Raises ValueError for an unknown method."""
    if method == ADDITIVE:
        result = additive(triangle)
        return Forecast(result.total, result.total_error)
    if method not in METHODS:
        raise ValueError(f"no method is called {method!r}")
    ladder = chain_ladder(triangle.increments)
    if ladder is None:
        return None
    if method == CHAIN_LADDER:
        return Forecast(ladder.total, ladder.total_error)
    cape = cape_cod(triangle, ladder.pattern())
    return None if cape is None else Forecast(cape.total, cape.total_error)


def estimate_by(method: str, credits: Triangle, counts: Triangle, frame: Frame, rules: AccrualRules) -> Estimate | None:
    """The estimate of `method` in minor units and in returns; None where it has no answer."""
    value, number = forecast(method, credits), forecast(method, counts)
    if value is None or number is None:
        return None
    past = _hindsight(method, credits, frame, rules)
    past_error = _error_of_misses(past, value.to_come, rules)
    count_error = _error_of_misses(_hindsight(method, counts, frame, rules), number.to_come, rules)
    low, high = likely_range(value.to_come, max(value.error, past_error or 0.0), rules.likelihood)
    count_low, count_high = likely_range(number.to_come, max(number.error, count_error or 0.0), rules.likelihood)
    return Estimate(
        method=method,
        credit_minor=half_up(value.to_come),
        error_minor=round(value.error),
        low_minor=low,
        high_minor=high,
        count=half_up(number.to_come),
        count_low=count_low,
        count_high=count_high,
        hindsight=tuple(
            Hindsight(frame.at_day - then.units_back * frame.unit_days, half_up(then.forecast), then.came)
            for then in past
        ),
        hindsight_error_minor=None if past_error is None else round(past_error),
    )


def _hindsight(method: str, triangle: Triangle, frame: Frame, rules: AccrualRules) -> list[_Past]:
    """The forecasts at earlier days, one window apart, that are fully known by now, each from what was known then."""
    step = frame.ages - 1
    result = []
    units_back = step
    while step and triangle.cohorts - units_back >= least_cohorts(frame, rules):
        then = forecast(method, triangle.as_of(units_back))
        if then is not None:
            result.append(_Past(units_back, then.to_come, triangle.came_after(units_back)))
        units_back += step
    return result


def least_cohorts(frame: Frame, rules: AccrualRules) -> int:
    """The number of cohorts that an estimate needs at least."""
    return max(-(-rules.min_days // frame.unit_days), rules.min_windows * frame.ages)


def _error_of_misses(past: Sequence[_Past], to_come: Fraction, rules: AccrualRules) -> float | None:
    """The standard error that earlier misses give, their variance growing with the amount as the models have it."""
    squares = [float((then.came - then.forecast) ** 2 / then.forecast) for then in past if then.forecast]
    if len(squares) < rules.min_hindsight:
        return None
    return math.sqrt(math.fsum(squares) / len(squares) * float(to_come))
