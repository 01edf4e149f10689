"""From an estimate to figures that can be booked: rounding, likely ranges, and parts that add up to the whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from statistics import NormalDist


def half_up(value: Fraction) -> int:
    """The nearest whole number, halves rounded up."""
    return math.floor(value + Fraction(1, 2))


def likely_range(mean: Fraction, error: float, likelihood: Fraction) -> tuple[int, int]:
    """The whole numbers between which the outcome lies with `likelihood` (0 to 1), the same share on either side.

    From a lognormal distribution with the given mean and standard error: credit cannot be less than nothing, and
    comes in more often far above the mean than far below. Around a mean of 0 the range is 0 to a normal's upper end.
    """
    upper = NormalDist().inv_cdf((1 + float(likelihood)) / 2)
    if mean <= 0 or error <= 0:
        nearest = half_up(mean)
        return max(0, nearest), max(0, nearest + math.ceil(upper * error))
    width = math.sqrt(math.log1p((error / float(mean)) ** 2))
    middle = math.log(float(mean)) - width**2 / 2
    low, high = math.exp(middle - upper * width), math.exp(middle + upper * width)
    return math.floor(low), max(half_up(mean), math.ceil(high))


def allot(total: int, weights: Sequence[Fraction]) -> tuple[int, ...]:
    """`total` in whole parts proportional to `weights`, which add up to it exactly; the largest remainders round up.

    All parts are 0 when the weights are. Neither total nor weights may be negative.
    """
    whole = sum(weights, Fraction(0))
    if not whole:
        return (0,) * len(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [math.floor(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return tuple(parts)
