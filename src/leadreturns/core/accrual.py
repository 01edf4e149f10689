"""The refund liability at a day: how many returns, and how much credit, are still to come for sales already made.

Owns which history is looked at and when it is too little. Requests after the valuation day are never looked at.
`docs/accrual.md` says in plain words what is done here, and how it fared on a real history.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from leadreturns.core.accrual_result import (
    SHORT_HISTORY,
    Accrual,
    AccrualRules,
    AgeRate,
    CohortEstimate,
    Estimate,
    Shortage,
)
from leadreturns.core.exposure import rates_by_age, unseen_ages
from leadreturns.core.forecast import METHODS, estimate_by, least_cohorts
from leadreturns.core.large_returns import large_returns, sales_taken_out, split_large
from leadreturns.core.spread import allot
from leadreturns.core.triangle import Frame, ReturnedItem, SoldCell, Triangle, frame_of, tally
from leadreturns.core.wording import counted

DEFAULT_RULES = AccrualRules()


@dataclass(frozen=True, slots=True)
class History:
    """Sales and returns as they were known at the end of a day, laid out in a frame."""

    frame: Frame
    currency: str
    sold: list[SoldCell]
    """Without the sales of the very large returns: cells of less than nothing take them out."""
    ordinary: list[ReturnedItem]
    large: list[ReturnedItem]
    outside_count: int


def history_at(
    sold: Iterable[SoldCell],
    returned: Iterable[ReturnedItem],
    at_day: int,
    window_days: int,
    rules: AccrualRules = DEFAULT_RULES,
) -> History:
    """What an estimate at the end of `at_day` may look at: sales made and returns asked for until then.

    It starts with the first sale or the first request, whichever is later (before it, no return and no record of
    returns look alike), and at most `rules.history_days` and a window ago. Raises ValueError for several currencies,
    whose amounts cannot be added, and for a negative window.
    """
    cells = [cell for cell in sold if cell.sale_day <= at_day]
    known = [item for item in returned if item.requested_day <= at_day and item.sale_day <= at_day]
    currencies = {cell.currency for cell in cells} | {item.currency for item in known}
    currencies.discard("")
    if len(currencies) > 1:
        raise ValueError(f"an estimate is in one currency, not in {', '.join(sorted(currencies))}")
    start = min((cell.sale_day for cell in cells), default=at_day + 1)
    start = max(start, min((item.requested_day for item in known), default=start))
    frame = frame_of(at_day, window_days, max(start, at_day - window_days - rules.history_days + 1))
    known = [item for item in known if item.sale_day >= frame.first_day]
    inside = [item for item in known if item.requested_day - item.sale_day <= window_days]
    ordinary, large = split_large(inside, rules.large_share, rules.large_multiple)
    outside = sum(item.count for item in known) - sum(item.count for item in inside)
    cells += sales_taken_out(large)
    return History(frame, "".join(currencies), cells, ordinary, large, outside)


def estimate(
    sold: Iterable[SoldCell],
    returned: Iterable[ReturnedItem],
    at_day: int,
    window_days: int,
    rules: AccrualRules = DEFAULT_RULES,
) -> Accrual:
    """How many returns and how much credit are still to come after `at_day` for the sales made until then.

    `returned` are approved returns by the day they were asked for; a cell's own `window_days` beats the estimate's,
    up to it. Raises ValueError as `history_at` does.
    """
    return estimate_history(history_at(sold, returned, at_day, window_days, rules), rules)


def estimate_history(history: History, rules: AccrualRules = DEFAULT_RULES) -> Accrual:
    """The estimate from a history that is already laid out."""
    frame = history.frame
    grid = tally(frame, history.sold, history.ordinary)
    credits, counts = grid.credits(), grid.counts()
    still_open = [cell for cell in history.sold if frame.is_open(cell)]
    open_count = sum(cell.count for cell in still_open)
    shortage = _shortage(frame, counts, rules) if open_count else None
    estimates: tuple[Estimate, ...] = ()
    cohorts: tuple[CohortEstimate, ...] = ()
    large = large_returns(history.large, sum(counts.columns.returned), Fraction(0))
    if shortage is None:
        found = (estimate_by(method, credits, counts, frame, rules) for method in METHODS)
        estimates = tuple(result for result in found if result is not None)
        cohorts = _open_cohorts(frame, credits, estimates[0].credit_minor)
        large = large_returns(history.large, sum(counts.columns.returned), Fraction(estimates[0].count))
    return Accrual(
        frame=frame,
        currency=history.currency,
        open_count=open_count,
        open_minor=sum(cell.value_minor for cell in still_open),
        returned_count=sum(counts.columns.returned),
        returned_minor=sum(credits.columns.returned),
        outside_count=history.outside_count,
        credits=credits,
        counts=counts,
        rates=_rates(credits, counts),
        estimates=estimates,
        cohorts=cohorts,
        large=large,
        shortage=shortage,
    )


def _shortage(frame: Frame, counts: Triangle, rules: AccrualRules) -> Shortage | None:
    """Why nothing can be said about the open sales, or None."""
    days, needed = frame.cohorts * frame.unit_days, least_cohorts(frame, rules) * frame.unit_days
    if days < needed:
        reason = f"the history covers {counted(days, 'day')} of sales; an estimate needs {needed}"
        return Shortage(SHORT_HISTORY, reason)
    returns = sum(counts.columns.returned)
    if returns < rules.min_returns:
        reason = (
            f"the history holds {counted(returns, 'return')} inside the window; an estimate needs {rules.min_returns}"
        )
        return Shortage("few_returns", reason)
    unseen = unseen_ages(counts)
    if unseen:
        age = unseen[0] * frame.unit_days
        reason = f"open sales can still be returned at an age of {age} days and more, which earlier sales never reached"
        return Shortage("unseen_ages", reason)
    return None


def _rates(credits: Triangle, counts: Triangle) -> tuple[AgeRate, ...]:
    value, number = credits.columns, counts.columns
    return tuple(
        AgeRate(age, value.exposed[age], value.returned[age], number.exposed[age], number.returned[age])
        for age in range(credits.ages)
    )


def _open_cohorts(frame: Frame, credits: Triangle, to_come_minor: int) -> tuple[CohortEstimate, ...]:
    """The estimate shared out over the cohorts whose window is open, as the additive rates have it."""
    rates = rates_by_age(credits.columns)
    ahead = [credits.ahead_of(cohort) for cohort in range(credits.cohorts)]
    cohorts = [cohort for cohort, sold in enumerate(ahead) if any(sold)]
    weights = [sum((rate * sold for rate, sold in zip(rates, ahead[i], strict=True)), Fraction(0)) for i in cohorts]
    parts = allot(to_come_minor, weights)
    return tuple(
        CohortEstimate(*frame.cohort_days(i), credits.exposure[i][0], sum(credits.increments[i]), part)
        for i, part in zip(cohorts, parts, strict=True)
    )
