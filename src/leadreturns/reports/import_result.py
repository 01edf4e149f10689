"""What an import came to, as a value, as JSON and in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadreturns.core.calendar import format_month
from leadreturns.core.finding import MEANINGS
from leadreturns.core.lead_return import Problem
from leadreturns.core.money import format_minor

MoneySum = tuple[str, int, int]
"""Currency, minor units, and the number of approved returns behind them."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The figures of a batch; one that was imported before carries what was first printed in `stored`."""

    status: str
    batch: int = 0
    file: str = ""
    sha256: str = ""
    buyer: str | None = None
    approved: int = 0
    rejected: int = 0
    review: int = 0
    unreadable: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    credits: tuple[MoneySum, ...] = ()
    clawbacks: tuple[MoneySum, ...] = ()
    problems: tuple[Problem, ...] = ()
    late: tuple[tuple[int, int], ...] = ()
    """Months with the number of adjustments for sales of closed months that were posted to them."""
    stored: Mapping[str, Any] | None = None

    @property
    def rows(self) -> int:
        """Law 1: every row of the file ends as exactly one of four."""
        return self.approved + self.rejected + self.review + self.unreadable


def result_json(result: ImportResult) -> dict[str, Any]:
    """The object that `import --json` prints (interface 6)."""
    if result.stored is not None:
        return {**result.stored, "status": result.status}
    return {
        "status": result.status,
        "batch": result.batch,
        "file": result.file,
        "sha256": result.sha256,
        "buyer": result.buyer,
        "rows": result.rows,
        "approved": result.approved,
        "rejected": result.rejected,
        "review": result.review,
        "unreadable": result.unreadable,
        "skipped": dict(result.skipped),
        "findings": {code: result.findings[code] for code in MEANINGS if code in result.findings},
        "credits": [_money(item) for item in result.credits],
        "clawbacks": [_money(item) for item in result.clawbacks],
        "problems": [problem_json(problem) for problem in result.problems],
        "late_adjustments": late_json(result.late),
    }


def late_json(late: Iterable[tuple[int, int]]) -> list[dict[str, Any]]:
    """Where adjustments for sales of closed months went, as JSON."""
    return [{"period": format_month(month), "count": count} for month, count in late]


def late_lines(late: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The same for a person, one sentence a month; takes what `late_json` gives."""
    for each in late:
        what = "1 adjustment for a sale" if each["count"] == 1 else f"{each['count']:,} adjustments for sales"
        yield f"{what} of closed months: posted to {each['period']}"


def _money(item: MoneySum) -> dict[str, Any]:
    currency, minor, count = item
    return {"currency": currency, "amount": format_minor(minor, currency), "count": count}


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem as JSON."""
    return {
        "code": problem.code,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "message": problem.message,
    }
