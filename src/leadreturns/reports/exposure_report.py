"""What waits in the queue: the credit at risk, its age, and what suppliers would give back of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from leadreturns.core.money import money_text
from leadreturns.core.wording import counted
from leadreturns.reports.return_sums import GroupSum
from leadreturns.reports.table import Amount, Column, Row, Table


class Exposed(NamedTuple):
    """Credit that waits, of one buyer and currency; minor units."""

    buyer: str
    currency: str
    waiting: int = 0
    credit_minor: int = 0
    oldest_days: int = 0
    closed_minor: int = 0
    """The credit of those whose supplier takes them back no longer."""
    still_open: int = 0
    """Returns that the supplier takes back today."""
    recoverable_minor: int = 0
    """What suppliers give back if all are approved: their windows run to the receipt of the batch."""
    lost_minor: int = 0
    """The rest of the payout."""

    def plus(self, other: Exposed) -> Exposed:
        """Both together, under this one's names."""
        sums = [mine + theirs for mine, theirs in zip(self[2:], other[2:], strict=True)]
        return Exposed(*self[:2], *sums)._replace(oldest_days=max(self.oldest_days, other.oldest_days))


_COLUMNS = (
    Column("buyer", "Buyer", "id"),
    Column("currency", "Currency", "text", 0),
    Column("waiting", "Waiting", "count", 1),
    Column("credit", "Credit at risk", "money", 0),
    Column("oldest_days", "Oldest, days", "count", 1),
    Column("still_open", "Supplier takes today", "count", 2),
    Column("supplier_window_closed", "Credit past supplier window today", "money", 3),
    Column("recoverable", "Given back if approved", "money", 1),
    Column("lost", "Payout lost if approved", "money", 1),
)


_CLOCKS = (
    "Two clocks: what the supplier takes, and the credit past his window, are as of today; what he gives back, and "
    "what payout is lost, if the returns are approved are as of the receipt of their batches, for that is what an "
    "approval goes by however long they wait."
)


def exposure_table(exposed: Sequence[Exposed], approved: Sequence[GroupSum] = ()) -> Table:
    """Per buyer and currency the credit in the queue; `approved` adds a note on what was approved already."""
    totals: dict[str, Exposed] = {}
    for each in exposed:
        totals[each.currency] = totals.get(each.currency, Exposed("", each.currency)).plus(each)
    return Table(
        name="exposure",
        title="Credit waiting in the queue",
        columns=_COLUMNS,
        rows=[_row(each, each.buyer) for each in exposed],
        totals=[_row(totals[currency], None) for currency in sorted(totals)],
        notes=[*([_CLOCKS] if exposed else []), *_approved_notes(approved)],
    )


def _row(each: Exposed, buyer: str | None) -> Row:
    def money(minor: int) -> Amount | None:
        return Amount(minor, each.currency) if each.currency else None

    return (
        buyer,
        each.currency,
        each.waiting,
        money(each.credit_minor),
        each.oldest_days,
        each.still_open,
        money(each.closed_minor),
        money(each.recoverable_minor),
        money(each.lost_minor),
    )


def _approved_notes(approved: Sequence[GroupSum]) -> list[str]:
    """Per currency what of the payout of approved returns can still be passed on."""
    sums: dict[str, list[int]] = {}
    for each in approved:
        held = sums.setdefault(each.currency, [0, 0, 0, 0])
        for place, number in enumerate((each.approved, each.still_open, each.recoverable, each.lost)):
            held[place] += number
    notes = []
    for currency, (count, still_open, recoverable, lost) in sorted(sums.items()):
        if count:
            taken = f"{still_open:,} {'is' if still_open == 1 else 'are'}" if still_open else "none is"
            notes.append(
                f"Of {counted(count, 'approved return')} {taken} still within the supplier's window: "
                f"{_told(recoverable, currency)} more can be passed on, {_told(lost, currency)} of payout is lost."
            )
    return [*notes, "By supplier: leadreturns report returns --by supplier"] if notes else []


def _told(minor: int, currency: str) -> str:
    return money_text(minor, currency)
