"""The chain-ladder estimate with Mack's standard error: what came so far, multiplied by how cohorts grew before.

Source: T. Mack (1993), "Distribution-free calculation of the standard error of chain ladder reserve estimates",
ASTIN Bulletin 23(2), 213-225. Triangles may have more cohorts than ages: the older cohorts are then complete.
Estimates are exact fractions; floats occur in the standard errors only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

_ONE_RATIO, _TWO_COLUMNS = 1, 2


@dataclass(frozen=True)
class ChainLadder:
    """What is still to come for each cohort, oldest first, and for all, with standard errors of prediction."""

    factors: tuple[Fraction, ...]
    """From each age to the next, volume-weighted."""
    variances: tuple[float, ...]
    """Mack's sigma squared for each factor."""
    to_come: tuple[Fraction, ...]
    errors: tuple[float, ...]
    total: Fraction
    total_error: float

    def pattern(self) -> tuple[Fraction, ...]:
        """The share of the final amount that falls on each age; the shares add up to 1."""
        grown = list(accumulate(self.factors, lambda left, right: left * right, initial=Fraction(1)))
        whole = grown[-1]
        return tuple((now - before) / whole for before, now in zip([Fraction(0), *grown], grown, strict=False))


def chain_ladder(increments: Sequence[Sequence[int]]) -> ChainLadder | None:
    """The chain-ladder of a triangle of increments, oldest cohort first; None where it has no answer.

    It has none when some age was never seen to grow into the next, or only by cohorts that had nothing to grow from.
    """
    rows = [list(accumulate(row)) for row in increments]
    ages = max((len(row) for row in rows), default=0)
    pairs = [[(row[k], row[k + 1]) for row in rows if len(row) > k + 1] for k in range(ages - 1)]
    volumes = [sum(before for before, _ in column) for column in pairs]
    if not rows or not all(volumes):
        return None
    factors = [
        Fraction(sum(after for _, after in column), volume) for column, volume in zip(pairs, volumes, strict=True)
    ]
    variances = _variances(pairs, factors)
    projected = [_project(row, factors) for row in rows]
    to_come = [full[-1] - row[-1] for full, row in zip(projected, rows, strict=True)]
    spread = [variance / float(factor) ** 2 for variance, factor in zip(variances, factors, strict=True)]
    estimation = [share / volume for share, volume in zip(spread, volumes, strict=True)]
    errors = [_mean_square(full, len(row), spread, estimation) for full, row in zip(projected, rows, strict=True)]
    together = sum(errors) + _covariance(projected, [len(row) for row in rows], estimation)
    return ChainLadder(
        factors=tuple(factors),
        variances=tuple(variances),
        to_come=tuple(to_come),
        errors=tuple(math.sqrt(value) for value in errors),
        total=sum(to_come, Fraction(0)),
        total_error=math.sqrt(together),
    )


def _project(row: list[int], factors: list[Fraction]) -> list[Fraction]:
    full = [Fraction(value) for value in row]
    for factor in factors[len(row) - 1 :]:
        full.append(full[-1] * factor)
    return full


def _variances(pairs: list[list[tuple[int, int]]], factors: list[Fraction]) -> list[float]:
    """Mack's estimate for each age; where one ratio only is known, his extrapolation from the two ages before."""
    found: list[float] = []
    for column, factor in zip(pairs, factors, strict=True):
        ratio = float(factor)
        # A cohort that had nothing at an age has no ratio there: it says nothing about the spread of the ratios.
        squares = [(after - ratio * before) ** 2 / before for before, after in column if before]
        if len(squares) > _ONE_RATIO:
            found.append(math.fsum(squares) / (len(squares) - 1))
        elif len(found) >= _TWO_COLUMNS and found[-2]:
            found.append(min(found[-1] ** 2 / found[-2], found[-1], found[-2]))
        else:
            found.append(0.0)
    return found


def _mean_square(full: list[Fraction], lived: int, spread: list[float], estimation: list[float]) -> float:
    """The mean square error of one cohort's estimate: chance of the process, and error of the factors."""
    ultimate = float(full[-1])
    if not ultimate:
        return 0.0
    return ultimate**2 * math.fsum(
        (spread[k] / float(full[k]) if full[k] else 0.0) + estimation[k] for k in range(lived - 1, len(spread))
    )


def _covariance(full: list[list[Fraction]], lived: list[int], estimation: list[float]) -> float:
    """What the cohorts' errors have in common: they were all grown with the same factors."""
    ultimates = [float(row[-1]) for row in full]
    younger = list(accumulate(reversed(ultimates), initial=0.0))[-2::-1]
    return math.fsum(
        ultimate * later * 2 * math.fsum(estimation[count - 1 :])
        for ultimate, later, count in zip(ultimates, younger, lived, strict=True)
    )
