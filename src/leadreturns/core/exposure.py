"""Estimates from the value sold: the additive method and Cape Cod, each with a standard error of prediction.

Both take the sales themselves as the measure of what can come back, so a cohort with no return yet, or with one huge
early return, is estimated as soundly as the others. Estimates are exact fractions of the totals by age; floats occur
in the standard errors only.

Sources. Additive, or incremental loss ratio, method: M. Merz and M. V. Wüthrich (2009), "Prediction error of the
multivariate additive loss reserving method for dependent lines of business", Variance 3(1), 131-151.
Cape Cod: H. Bühlmann (1983), "Estimation of IBNR reserves by the methods chain ladder, Cape Cod and complementary
loss ratio"; J. N. Stanard (1985), "A simulation test of prediction errors of loss reserve estimation techniques",
Proceedings of the Casualty Actuarial Society 72, 124-148.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from leadreturns.core.triangle import Columns, Triangle

_COHORTS_FOR_A_SPREAD = 2


@dataclass(frozen=True)
class Additive:
    """The additive estimate and what it rests on."""

    rates: tuple[Fraction, ...]
    """Returned per unit sold, at each age."""
    variances: tuple[float, ...]
    """The variance of what is returned at each age, per unit sold."""
    total: Fraction
    total_error: float


@dataclass(frozen=True)
class CapeCod:
    """The Cape Cod estimate and what it rests on."""

    rate: Fraction
    """Returned in the end per unit sold."""
    variance: float
    """The variance of what is returned, per unit of used-up sales."""
    total: Fraction
    total_error: float


def rates_by_age(columns: Columns) -> tuple[Fraction, ...]:
    """Returned per unit sold at each age; 0 at an age that no sale has lived through."""
    return tuple(
        Fraction(returned, exposed) if exposed else Fraction(0)
        for returned, exposed in zip(columns.returned, columns.exposed, strict=True)
    )


def unseen_ages(triangle: Triangle) -> list[int]:
    """The ages still to come that fewer than two cohorts have lived through: nothing can be said about them."""
    seen = [0] * triangle.ages
    for sold, row in zip(triangle.exposure, triangle.increments, strict=True):
        for age in range(len(row)):
            seen[age] += sold[age] > 0
    ahead = triangle.columns.ahead
    return [k for k in range(triangle.ages) if ahead[k] and seen[k] < _COHORTS_FOR_A_SPREAD]


def additive(triangle: Triangle) -> Additive:
    """At each age still to come, the value sold × the rate that earlier sales were returned at when they were as old.

    The model: what cohort i has returned at age k has mean m(k) × sold(i) and variance s²(k) × sold(i), and the
    figures are independent. The error holds the chance of what will come and the uncertainty of the rates.
    """
    columns = triangle.columns
    rates = rates_by_age(columns)
    variances = _variances_by_age(triangle, rates)
    total = sum((rate * ahead for rate, ahead in zip(rates, columns.ahead, strict=True)), Fraction(0))
    square = math.fsum(
        variance * ahead * (1 + ahead / exposed)
        for variance, ahead, exposed in zip(variances, columns.ahead, columns.exposed, strict=True)
        if exposed
    )
    return Additive(rates, variances, total, math.sqrt(square))


def _variances_by_age(triangle: Triangle, rates: Sequence[Fraction]) -> tuple[float, ...]:
    squares: list[list[float]] = [[] for _ in rates]
    means = [float(rate) for rate in rates]
    for sold, row in zip(triangle.exposure, triangle.increments, strict=True):
        for age, returned in enumerate(row):
            if sold[age]:
                squares[age].append((returned - means[age] * sold[age]) ** 2 / sold[age])
    return tuple(math.fsum(column) / (len(column) - 1) if len(column) > 1 else 0.0 for column in squares)


def cape_cod(triangle: Triangle, pattern: Sequence[Fraction]) -> CapeCod | None:
    """One return rate for all cohorts, from what each had time to return, × the time that the open sales have left.

    `pattern` is the share of the final amount at each age, adding up to 1, as whole cohorts show it. The rate is what
    was returned ÷ the used-up sales (sold × the share of the pattern lived through). The error takes the pattern as
    known, and the variance of what is returned as proportional to the used-up sales. None when no sale is used up.
    """
    pattern = _for_those_that_reach(triangle, pattern)
    columns = triangle.columns
    used = _weighed(columns.exposed, pattern)
    if not used:
        return None
    rate = Fraction(sum(columns.returned)) / used
    left = _weighed(columns.ahead, pattern)
    variance = _variance_of_rate(triangle, [float(share) for share in pattern], float(rate))
    square = variance * float(left) * (1 + float(left / used))
    return CapeCod(rate, variance, rate * left, math.sqrt(square))


def _for_those_that_reach(triangle: Triangle, pattern: Sequence[Fraction]) -> list[Fraction]:
    """The pattern for the part of a cohort that can be returned at each age, from that of whole cohorts."""
    reached = [sum(column) for column in zip(*triangle.exposure, strict=True)]
    return [
        share * Fraction(reached[0], part) if part else Fraction(0)
        for share, part in zip(pattern, reached, strict=True)
    ]


def _weighed(sold: Sequence[int], pattern: Sequence[Fraction]) -> Fraction:
    return sum((value * share for value, share in zip(sold, pattern, strict=True)), Fraction(0))


def _variance_of_rate(triangle: Triangle, pattern: Sequence[float], rate: float) -> float:
    squares = []
    for sold, row in zip(triangle.exposure, triangle.increments, strict=True):
        used = math.fsum(sold[age] * pattern[age] for age in range(len(row)))
        if used:
            squares.append((sum(row) - rate * used) ** 2 / used)
    return math.fsum(squares) / (len(squares) - 1) if len(squares) > 1 else 0.0
