"""A buyer's statement against our books as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from leadreturns.core.lead_return import Problem
from leadreturns.core.money import format_minor, grouped
from leadreturns.core.reconciliation import (
    CLASSES,
    DIFFERING,
    MATCHED,
    MISSING,
    UNKNOWN,
    ClassSum,
    Compared,
    class_sums,
)
from leadreturns.core.wording import counted
from leadreturns.reports.table import Amount, Column, Row, Table

_COLUMNS = (
    Column("class", "Class", "text", 0),
    Column("lead_id", "Lead", "id"),
    Column("sale_ref", "Sale ref", "text", 3),
    Column("currency", "Currency", "text", 1),
    Column("granted", "Granted", "money", 0),
    Column("deducted", "Deducted", "money", 0),
    Column("tax", "Tax", "money", 2),
    Column("difference", "Difference", "money", 0),
    Column("count", "Number", "count", 3),
    Column("statement_rows", "Rows of the statement", "text", 2),
    Column("note", "Note", "sentence", 1),
)
_MEANINGS = {
    MATCHED: "both sides agree, without the note's tax or with it",
    DIFFERING: "deducted and granted, not alike",
    MISSING: "granted, not deducted",
    UNKNOWN: "deducted, never granted in this period",
}
UNREADABLE = "unreadable"
"""The class of a row of the statement that could not be compared."""


class Statement(NamedTuple):
    """What was compared."""

    buyer: str
    period: str
    status: str
    """'open' or 'closed'."""


def reconcile_table(
    about: Statement, compared: Sequence[Compared], notes: Mapping[int, str], problems: Sequence[Problem] = ()
) -> Table:
    """A row for each lead, the differences first, and the totals of each class; `notes` by place in `compared`.

    Rows of the statement that could not be read come before all others: nobody knows what they deduct.
    """
    sums = sorted(class_sums(compared), key=lambda each: (CLASSES.index(each.kind), each.currency))
    shown = [] if about.status == "closed" else [f"{about.period} is open: its figures may still move"]
    return Table(
        name="reconcile",
        title=f"Statement of {about.buyer} against {about.period} ({about.status})",
        columns=_COLUMNS,
        rows=[*map(_unreadable, problems), *(_row(each, notes.get(at)) for at, each in enumerate(compared))],
        totals=[*([_unreadable_total(len(problems))] if problems else []), *(_total(each) for each in sums)],
        notes=[*shown, *_meanings(sums, bool(problems))],
        headline=_headline(about, sums) + _unread(len(problems)),
    )


def _meanings(sums: Sequence[ClassSum], unread: bool) -> list[str]:
    said = [f"{kind}: {_MEANINGS[kind]}" for kind in dict.fromkeys(each.kind for each in sums)]
    return [f"{UNREADABLE}: a row of the statement that is compared with nothing", *said] if unread else said


def _unread(number: int) -> str:
    return f" {counted(number, 'row')} of the statement could not be read." if number else ""


def _unreadable(problem: Problem) -> Row:
    row = str(problem.row) if problem.row else ""
    return (UNREADABLE, "", "", None, None, None, None, None, 1, row, f"{problem.message} [{problem.code}]")


def _unreadable_total(number: int) -> Row:
    return (UNREADABLE, None, None, None, None, None, None, None, number, None, None)


def _row(each: Compared, note: str | None) -> Row:
    repeated = f"deducted {len(each.rows)} times" if len(each.rows) > 1 and each.kind != MATCHED else ""
    return (
        each.kind,
        each.lead_id,
        each.sale_ref,
        each.currency,
        *_amounts(each, each.agreed_tax_minor),
        1,
        ", ".join(map(str, each.rows)),
        "; ".join(filter(None, (note or repeated, _tax_note(each)))),
    )


def _tax_note(each: Compared) -> str:
    """That the note's tax is in what was deducted; of a difference what would have agreed."""
    if each.with_tax:
        return "with tax"
    if each.kind != DIFFERING or not each.tax_minor:
        return ""
    net, gross = (format_minor(minor, each.currency) for minor in (each.granted_minor, _gross(each)))
    return f"neither {net} nor, with tax, {gross}"


def _gross(each: Compared) -> int:
    return each.granted_minor + each.tax_minor


def _total(each: ClassSum) -> Row:
    return (each.kind, None, None, each.currency, *_amounts(each, each.tax_minor), each.leads, None, None)


def _amounts(each: Compared | ClassSum, tax: int) -> tuple[Amount, ...]:
    """Granted, deducted, the tax rightly deducted along, and what neither of them explains."""
    rest = each.deducted_minor - each.granted_minor - tax
    return tuple(Amount(minor, each.currency) for minor in (each.granted_minor, each.deducted_minor, tax, rest))


def _headline(about: Statement, sums: Sequence[ClassSum]) -> str:
    if not sums:
        return f"Nothing was granted to {about.buyer} in {about.period}, and nothing deducted."
    parts = []
    for currency in sorted({each.currency for each in sums}):
        own = [each for each in sums if each.currency == currency]
        deducted = grouped(format_minor(sum(each.deducted_minor for each in own), currency))
        granted = grouped(format_minor(sum(each.granted_minor for each in own), currency))
        counted = ", ".join(f"{each.leads:,} {each.kind}" for each in own)
        tax = sum(each.tax_minor for each in own)
        also = f" and {grouped(format_minor(tax, currency))} of tax on it" if tax else ""
        parts.append(f"{about.buyer} deducted {deducted} {currency} where {granted} was granted{also}: {counted}")
    return "; ".join(parts) + "."
