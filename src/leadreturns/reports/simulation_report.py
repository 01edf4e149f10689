"""What other terms would have changed: by buyer and reason, and return by return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leadreturns.core.calendar import format_month
from leadreturns.core.comparison import BuyerRoi, Change, Comparison, Group, changed_roi
from leadreturns.core.explanation import explanation
from leadreturns.core.money import format_minor, grouped
from leadreturns.core.replay import Replayed
from leadreturns.core.roi import RoiFigures
from leadreturns.core.wording import counted
from leadreturns.reports.table import Amount, Column, Row, Table

Rois = Mapping[tuple[str, str], BuyerRoi]

_COLUMNS = (
    Column("buyer", "Buyer", "id", 0),
    Column("reason", "Reason", "id", 0),
    Column("currency", "Currency", "text", 2),
    Column("returns", "Returns", "count", 3),
    Column("changed", "Changed", "count", 0),
    Column("approved_before", "Approved before", "count", 6),
    Column("approved_after", "Approved after", "count", 6),
    Column("review_before", "Waiting before", "count", 6),
    Column("review_after", "Waiting after", "count", 5),
    Column("credit_before", "Credit before", "money", 4),
    Column("credit_after", "Credit after", "money", 4),
    Column("credit_change", "Credit change", "money", 0),
    Column("clawback_before", "Clawback before", "money", 5),
    Column("clawback_after", "Clawback after", "money", 4),
    Column("clawback_change", "Clawback change", "money", 2),
    Column("roi_before", "ROI before", "rate", 1),
    Column("roi_after", "ROI after", "rate", 1),
)


def simulation_table(comparison: Comparison, roi: Rois, months: tuple[int, int]) -> Table:
    """One row per buyer, reason and currency; totals per currency, never across."""
    changes = comparison.changes()
    totals: dict[str, Change] = {}
    for group, change in changes.items():
        totals[group.currency] = totals.get(group.currency, Change()).plus(change)
    return Table(
        name="simulation",
        title=f"Returns received {_span(months)}, under other terms",
        columns=_COLUMNS,
        rows=[_row(group, change, roi.get((group.buyer, group.currency))) for group, change in changes.items()],
        totals=[
            _row(Group("", "", currency), change, _total_roi(roi, currency, change), is_total=True)
            for currency, change in sorted(totals.items())
        ],
        notes=[*_move_notes(comparison), *_person_notes(comparison), *_roi_notes(comparison)],
        headline=_headline(comparison.total, totals),
    )


def _span(months: tuple[int, int]) -> str:
    first, last = months
    if not first and last == 999912:
        return "at any time"
    if first == last:
        return f"in {format_month(first)}"
    start = f"from {format_month(first)} " if first else ""
    return start + (f"to {format_month(last)}" if last != 999912 else "on")


def _headline(total: Change, totals: Mapping[str, Change]) -> str:
    if not total.returns:
        return "No returns were received then."
    if not total.changed:
        return f"All {total.returns:,} returns would stand as they do."
    told = [f"{total.changed:,} of {counted(total.returns, 'return')} would stand otherwise"]
    for currency, change in sorted(totals.items()):
        credit, clawback = change.credit_after - change.credit_before, change.clawback_after - change.clawback_before
        if credit or clawback:
            told.append(f"{_difference(credit, currency)} credited, {_difference(clawback, currency)} clawed back")
    return "; ".join(told) + "."


def _difference(minor: int, currency: str) -> str:
    if not minor:
        return "nothing more or less"
    return f"{grouped(format_minor(abs(minor), currency))} {currency} {'more' if minor > 0 else 'less'}"


def _row(group: Group, change: Change, roi: BuyerRoi | None, is_total: bool = False) -> Row:
    def money(minor: int) -> Amount:
        return Amount(minor, group.currency)

    return (
        None if is_total else group.buyer,
        None if is_total else group.reason or "(none known)",
        group.currency,
        *change[:6],
        *(money(minor) for minor in _with_change(change.credit_before, change.credit_after)),
        *(money(minor) for minor in _with_change(change.clawback_before, change.clawback_after)),
        roi.before.roi if roi else None,
        roi.after.roi if roi else None,
    )


def _with_change(before: int, after: int) -> tuple[int, int, int]:
    return before, after, after - before


def _total_roi(roi: Rois, currency: str, change: Change) -> BuyerRoi | None:
    """All buyers of a currency together."""
    before = RoiFigures()
    for (_, each), figures in roi.items():
        if each == currency:
            before = before.plus(figures.before)
    return BuyerRoi(before, changed_roi(before, change))


def _move_notes(comparison: Comparison) -> list[str]:
    told = [
        f"{_STANDS[before].capitalize()} now, {_STANDS[after]} under these terms: {count:,}."
        for (before, after), count in sorted(comparison.moves.items())
    ]
    others = comparison.total.changed - sum(comparison.moves.values())
    return [*told, f"Approved now and under these terms, with other money: {others:,}."] if others else told


_STANDS = {"approved": "approved", "rejected": "rejected", "review": "waiting for a person"}


def _person_notes(comparison: Comparison) -> list[str]:
    notes = []
    if comparison.stood:
        notes.append(f"Left as a person decided, since these terms ask a person too: {comparison.stood:,}.")
    if comparison.replaced:
        notes.append(f"Decided by a person so far, and otherwise by these terms: {comparison.replaced:,}.")
    return notes


def _roi_notes(comparison: Comparison) -> list[str]:
    months = sorted({month for each in comparison.months.values() for month in each})
    if not months:
        return []
    span = format_month(months[0]) if len(months) == 1 else f"{format_month(months[0])} to {format_month(months[-1])}"
    return [
        f"ROI is the buyer's, over all sales of the months whose sales came back ({span}).",
        "A rehearsal: nothing was decided anew and nothing was booked.",
    ]


_DETAIL = (
    Column("id", "Return", "number", 0),
    Column("batch", "Batch", "number", 3),
    Column("row", "Row", "number", 3),
    Column("buyer", "Buyer", "id", 2),
    Column("lead_id", "Lead", "id", 0),
    Column("reason", "Reason", "text", 4),
    Column("before", "Before", "text", 0),
    Column("after", "After", "text", 0),
    Column("currency", "Currency", "text", 5),
    Column("credit_before", "Credit before", "money", 0),
    Column("credit_after", "Credit after", "money", 0),
    Column("clawback_before", "Clawback before", "money", 5),
    Column("clawback_after", "Clawback after", "money", 5),
    Column("finding", "Finding", "text", 4),
    Column("explanation", "Why", "sentence", 1),
)


def changed_table(changed: Sequence[Replayed], months: tuple[int, int]) -> Table:
    """One row for every return that would stand otherwise, in the order of their recording."""
    return Table(
        name="simulation_detail",
        title=f"{counted(len(changed), 'return')} received {_span(months)} that would stand otherwise",
        columns=_DETAIL,
        rows=[_changed_row(each) for each in changed],
    )


def _changed_row(each: Replayed) -> Row:
    past, decision, before, after = each.past, each.decision, each.past.stands, each.stands
    sale = after.sale or before.sale
    currency = sale.currency if sale else None

    def money(minor: int) -> Amount | None:
        return Amount(minor, currency) if currency else None

    return (
        past.id,
        past.receipt.batch,
        past.row.row,
        sale.buyer if sale else past.row.buyer,
        sale.lead_id if sale else past.row.lead_id,
        decision.reason_code or past.row.reason_text,
        before.outcome,
        after.outcome,
        currency,
        money(before.credit_minor),
        money(after.credit_minor),
        money(before.clawback_minor),
        money(after.clawback_minor),
        decision.leading,
        explanation(after.outcome, decision.findings, after.person or decision.decided_by, after.because),
    )


def simulation_json(
    comparison: Comparison, table: dict[str, Any], digest: str, months: tuple[int, int]
) -> dict[str, Any]:
    """The object that `policy simulate --json` prints; `table` is the table as JSON."""
    total = comparison.total
    return {
        "report": "simulation",
        "policy": digest,
        "from": format_month(months[0]) if months[0] else None,
        "to": format_month(months[1]) if months[1] != 999912 else None,
        "returns": total.returns,
        "changed": total.changed,
        "moves": [
            {"before": before, "after": after, "count": count}
            for (before, after), count in sorted(comparison.moves.items())
        ],
        "persons": {"stand": comparison.stood, "replaced": comparison.replaced},
        **table,
    }
