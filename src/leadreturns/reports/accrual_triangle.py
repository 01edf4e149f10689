"""The development triangle as tables, and everything about an estimate as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadreturns.core.accrual_result import Accrual, AgeRate, Estimate
from leadreturns.core.calendar import date_of
from leadreturns.core.money import format_ratio
from leadreturns.reports.accrual_report import LiabilityLike, ratio, status_of
from leadreturns.reports.period_report import reopened_json
from leadreturns.reports.table import Amount, Column, Row, Table

SHOWN_COHORTS = 12
"""The youngest days or weeks of sales that a screen has room for."""
_AGES_THAT_STAY = 8


def triangle_table(overall: Accrual, cohorts: int | None = SHOWN_COHORTS, name: str = "triangle") -> Table:
    """The youngest `cohorts` (None for all): sold, what share of it came back at each age, what is still to come.

    The total is the rate of all cohorts at that age, by which the recommended method calculates.
    """
    one = overall.frame.unit[:-1]
    start = 0 if cohorts is None else max(0, overall.credits.cohorts - cohorts)
    columns = (
        Column("sold_from", "Sold on" if one == "day" else "Sold in week of", "date", 0),
        Column("sold", "Sold", "money", 1),
        *(_age_column(age, one) for age in range(overall.credits.ages)),
        Column("credited", "Credited", "money", 2),
        Column("to_come", "To come", "money", 1),
    )
    to_come = {each.first_day: each.to_come_minor for each in overall.cohorts}
    return Table(
        name=name,
        title=f"Share of the value sold that came back, by {one} of sale and {one}s since ({overall.currency})",
        columns=columns,
        rows=[_cohort_row(overall, cohort, to_come) for cohort in range(start, overall.credits.cohorts)],
        totals=[(None, None, *(_rate(each) for each in overall.rates), None, None)],
        notes=["Total: all cohorts of the history together."] if start else [],
    )


def _age_column(age: int, unit: str) -> Column:
    title = f"{unit} {age}"
    return Column(f"age_{age}", title, "rate", 1 if age < _AGES_THAT_STAY else 3)


def _cohort_row(overall: Accrual, cohort: int, to_come: dict[int, int]) -> Row:
    first, _ = overall.frame.cohort_days(cohort)
    sold, returned = overall.credits.exposure[cohort], overall.credits.increments[cohort]
    shares = [format_ratio(credit, sold[age]) for age, credit in enumerate(returned)]
    shares += [None] * (overall.credits.ages - len(shares))
    ahead = Amount(to_come[first], overall.currency) if first in to_come else None
    money = (Amount(sum(returned), overall.currency), ahead)
    return (date_of(first).isoformat(), Amount(sold[0], overall.currency), *shares, *money)


def _rate(each: AgeRate) -> str | None:
    return format_ratio(each.credit_minor, each.sold_minor)


def credits_table(overall: Accrual) -> Table:
    """All cohorts with the credits themselves, age by age; the totals are what the rates are made of."""
    one, currency = overall.frame.unit[:-1], overall.currency
    rows = []
    for cohort, returned in enumerate(overall.credits.increments):
        first, last = overall.frame.cohort_days(cohort)
        sales, sold = overall.counts.exposure[cohort][0], overall.credits.exposure[cohort][0]
        cells = [Amount(credit, currency) for credit in returned]
        blank = [None] * (overall.credits.ages - len(cells))
        days = (date_of(first).isoformat(), date_of(last).isoformat())
        rows.append((*days, currency, sales, Amount(sold, currency), *cells, *blank))
    columns = (
        Column("sold_from", "Sold from", "date"),
        Column("sold_to", "Sold to", "date"),
        Column("currency", "Currency", "text"),
        Column("sales", "Sales", "count"),
        Column("sold", "Sold", "money"),
        *(Column(f"age_{age}", f"{one} {age}", "money") for age in range(overall.credits.ages)),
    )
    sums = [Amount(each.credit_minor, currency) for each in overall.rates]
    return Table(f"credits_{currency}", "Triangle", columns, rows, [(None, None, currency, None, None, *sums)])


def rates_table(overall: Accrual) -> Table:
    """By age: what was sold and had time to come back at it, what did, and the rate."""
    currency = overall.currency
    columns = (
        Column("age", f"Age, {overall.frame.unit}", "count"),
        Column("currency", "Currency", "text"),
        Column("sold", "Sold, was that old", "money"),
        Column("credit", "Credit", "money"),
        Column("rate", "Rate", "rate"),
        Column("sales", "Sales", "count"),
        Column("returns", "Returns", "count"),
    )
    rows = [
        (
            each.age,
            currency,
            Amount(each.sold_minor, currency),
            Amount(each.credit_minor, currency),
            _rate(each),
            each.sold_count,
            each.count,
        )
        for each in overall.rates
    ]
    return Table(f"rates_{currency}", "Rates by age", columns, rows)


def accrual_json(found: LiabilityLike, by: str, rows: dict[str, Any]) -> dict[str, Any]:
    """The object that `report accrual --json` prints; `rows` is the table of estimates as JSON."""
    overalls = [each.overall for each in found.accrued]
    return {
        "report": "accrual",
        "at": date_of(found.at_day),
        "by": by or None,
        "reopened": reopened_json(found.reopened),
        **rows,
        "methods": [
            _method_json(overall.currency, each, place == 0)
            for overall in overalls
            for place, each in enumerate(overall.estimates)
        ],
        "shortages": [
            {"currency": overall.currency, "code": status_of(overall), "reason": overall.shortage.reason}
            for overall in overalls
            if overall.shortage is not None
        ],
        "large": [_large_json(overall) for overall in overalls if overall.large.count],
        "triangle": [_triangle_json(overall) for overall in overalls],
        "waiting": [
            {
                "buyer": each.buyer or None,
                "currency": each.currency or None,
                "count": each.waiting,
                "credit": Amount(each.credit_minor, each.currency) if each.currency else None,
            }
            for each in found.waiting
        ],
    }


def _method_json(currency: str, each: Estimate, recommended: bool) -> dict[str, Any]:
    return {
        "currency": currency,
        "method": each.method,
        "recommended": recommended,
        "to_come": Amount(each.credit_minor, currency),
        "standard_error": Amount(each.error_minor, currency),
        "low": Amount(each.low_minor, currency),
        "high": Amount(each.high_minor, currency),
        "returns": each.count,
        "returns_low": each.count_low,
        "returns_high": each.count_high,
        "earlier": [
            {
                "at": date_of(then.at_day),
                "estimated": Amount(then.estimated_minor, currency),
                "came": Amount(then.came_minor, currency),
            }
            for then in each.hindsight
        ],
    }


def _large_json(overall: Accrual) -> dict[str, Any]:
    large, currency = overall.large, overall.currency
    return {
        "currency": currency,
        "count": large.count,
        "credit": Amount(large.credit_minor, currency),
        "sold": Amount(large.sold_minor, currency),
        "from": Amount(large.threshold_minor or 0, currency),
        "expected": ratio(large.expected_count),
        "loading": Amount(large.loading_minor, currency),
    }


def _triangle_json(overall: Accrual) -> dict[str, Any]:
    currency = overall.currency
    to_come = {each.first_day: each.to_come_minor for each in overall.cohorts}
    return {
        "currency": currency,
        "unit": overall.frame.unit,
        "window_days": overall.frame.window_days,
        "ages": overall.credits.ages,
        "outside_window": overall.outside_count,
        "cohorts": [
            {
                "from": date_of(first),
                "to": date_of(last),
                "sales": _amounts(overall.counts.exposure[cohort], ""),
                "sold": _amounts(overall.credits.exposure[cohort], currency),
                "returns": _amounts(overall.counts.increments[cohort], ""),
                "credits": _amounts(overall.credits.increments[cohort], currency),
                "to_come": Amount(to_come[first], currency) if first in to_come else None,
            }
            for cohort in range(overall.credits.cohorts)
            for first, last in [overall.frame.cohort_days(cohort)]
        ],
        "rates": [
            {
                "age": each.age,
                "sold": Amount(each.sold_minor, currency),
                "credit": Amount(each.credit_minor, currency),
                "rate": _rate(each),
                "sales": each.sold_count,
                "returns": each.count,
            }
            for each in overall.rates
        ],
    }


def _amounts(numbers: Sequence[int], currency: str) -> list[Any]:
    return [Amount(number, currency) if currency else number for number in numbers]
