"""What an estimate of the refund liability consists of, and the choices it rests on.

Amounts are in minor units of one currency; days are day numbers. `accrual` makes these records.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from leadreturns.core.large_returns import LargeReturns
from leadreturns.core.triangle import Frame, Triangle


@dataclass(frozen=True, slots=True)
class AccrualRules:
    """The figures behind an estimate that are a choice."""

    likelihood: Fraction = Fraction(4, 5)
    """Of the outcome lying inside the range."""
    history_days: int = 364
    """Sales older than this many days plus the window are forgotten: terms and buyers change."""
    min_days: int = 28
    min_windows: int = 2
    """The history must be this many days and this many windows long …"""
    min_returns: int = 30
    """… and hold this many returns."""
    large_share: Fraction = Fraction(1, 20)
    large_multiple: int = 50
    """A single return is very large above this share of all smaller ones and this multiple of the median."""
    min_hindsight: int = 5
    """From this many earlier estimates on, the method's own misses may widen its range."""


SHORT_HISTORY = "short_history"
"""The code of a history too short to be laid out: the returns in it are not counted."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why there is not enough history for an estimate: a code for scripts, and the sentence that says it."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one method says is still to come, in minor units and in returns, each with its likely range."""

    method: str
    credit_minor: int
    error_minor: int
    """Mack's, or the method's own, standard error of prediction."""
    low_minor: int
    high_minor: int
    count: int
    count_low: int
    count_high: int
    hindsight: tuple[Hindsight, ...]
    """Earlier estimates and what then came, newest first; the periods they cover do not overlap."""
    hindsight_error_minor: int | None
    """The standard error that these misses would give; None while they are too few. The range uses the larger."""


@dataclass(frozen=True, slots=True)
class AgeRate:
    """What was sold and returned at one age, in ages counted from the cohort's own day or week."""

    age: int
    sold_minor: int
    credit_minor: int
    sold_count: int
    count: int


@dataclass(frozen=True, slots=True)
class CohortEstimate:
    """One day or week of sales whose window is open, by the recommended method."""

    first_day: int
    last_day: int
    sold_minor: int
    credited_minor: int
    to_come_minor: int

    @property
    def ultimate_minor(self) -> int:
        """What these sales will have been credited in the end."""
        return self.credited_minor + self.to_come_minor


@dataclass(frozen=True, slots=True)
class Hindsight:
    """An earlier estimate by the same method, and what then came."""

    at_day: int
    estimated_minor: int
    came_minor: int


@dataclass(frozen=True, slots=True)
class Accrual:
    """The estimate at the end of `at_day`: what it rests on, what each method says, and the one to book."""

    frame: Frame
    currency: str
    open_count: int
    """Sales whose window is open after `at_day`; those whose very large return stands apart are not among them."""
    open_minor: int
    returned_count: int
    """Returns in the history, neither the very large ones nor those beyond the window among them."""
    returned_minor: int
    outside_count: int
    """Returns asked for at an age beyond the window: no part of the pattern."""
    credits: Triangle
    counts: Triangle
    rates: tuple[AgeRate, ...]
    estimates: tuple[Estimate, ...]
    """The recommended one first; empty when there is not enough history."""
    cohorts: tuple[CohortEstimate, ...]
    large: LargeReturns
    shortage: Shortage | None

    @property
    def recommended(self) -> Estimate | None:
        """The estimate to book; None when there is not enough history."""
        return self.estimates[0] if self.estimates else None
