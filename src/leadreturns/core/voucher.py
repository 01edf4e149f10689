"""What the books hold of one party, currency and period: the adjustments put together as one document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from leadreturns.core.adjustment import BUYER_CREDIT, BUYER_DEBIT, SUPPLIER_CLAWBACK, SUPPLIER_CLAWBACK_REVERSED
from leadreturns.core.calendar import date_of, day_of, next_month
from leadreturns.core.money import share_of
from leadreturns.core.note_tax import rate_order
from leadreturns.core.policy import PolicyBook, section_named
from leadreturns.core.terms import Party

BUYER, SUPPLIER = "buyer", "supplier"

CREDIT_NOTE, DEBIT_NOTE = "credit_note", "debit_note"
"""To a buyer: we owe him, or he owes us because debits came to more than credits."""
CLAWBACK, CLAWBACK_REVERSED = "clawback", "clawback_reversed"
"""With a supplier: he owes us, or we owe him."""
VOUCHER_KINDS = (CREDIT_NOTE, DEBIT_NOTE, CLAWBACK, CLAWBACK_REVERSED)
ENTRY_KINDS = (BUYER_CREDIT, BUYER_DEBIT, SUPPLIER_CLAWBACK, SUPPLIER_CLAWBACK_REVERSED)

_FORWARD = {BUYER_CREDIT: 1, BUYER_DEBIT: -1, SUPPLIER_CLAWBACK: 1, SUPPLIER_CLAWBACK_REVERSED: -1}
_KIND_OF = {(BUYER, True): CREDIT_NOTE, (BUYER, False): DEBIT_NOTE,
            (SUPPLIER, True): CLAWBACK, (SUPPLIER, False): CLAWBACK_REVERSED}  # fmt: skip


class BookedLine(NamedTuple):
    """One adjustment with all that an accounting file may say of it."""

    id: int
    kind: str
    party: str
    """'buyer' or 'supplier'."""
    name: str
    currency: str
    amount_minor: int
    """Positive; the kind says who gains."""
    of_minor: int
    """The price or payout that it is a share of."""
    return_id: int
    sale_id: int
    lead_id: str
    sale_ref: str
    campaign: str
    sold_at: int
    sold_kind: int
    reason: str
    recorded_at: int


class Issued(NamedTuple):
    """What an issued note says beside its lines, as it was at its issue."""

    number: str
    day: int
    """Day number of its date."""
    tax_minor: int
    tax_rate: Fraction | None
    seller: Party
    party: Party


@dataclass(frozen=True, slots=True)
class Voucher:
    """One document for an accounting system. Its total is never negative: the kind says who owes."""

    kind: str
    """One of `VOUCHER_KINDS`."""
    number: str
    """Of the note, else one of our own."""
    issued: Issued | None
    """None where no note was issued for its entries."""
    day: int
    """Day number that it is booked on: the last one of the period."""
    period: int
    name: str
    """The party as the ledger writes him."""
    party: Party
    """What the policies say of him today."""
    currency: str
    lines: tuple[BookedLine, ...]
    tax_rate: Fraction | None
    tax_minor: int

    @property
    def side(self) -> str:
        """'buyer' or 'supplier'."""
        return BUYER if self.kind in (CREDIT_NOTE, DEBIT_NOTE) else SUPPLIER

    @property
    def net_minor(self) -> int:
        """The sum of its lines, tax left out."""
        return sum(self.amount_of(line) for line in self.lines)

    def amount_of(self, line: BookedLine) -> int:
        """What a line adds to the total: negative for an entry that goes the other way than the document."""
        forward = self.kind in (CREDIT_NOTE, CLAWBACK)
        return line.amount_minor * _FORWARD[line.kind] * (1 if forward else -1)


def vouchers_of(
    lines: Iterable[BookedLine],
    book: PolicyBook,
    period: int,
    issued: Mapping[int, Issued],
    rates: Mapping[int, Fraction | None] | None = None,
) -> list[Voucher]:
    """The documents of a period, buyers first, in the order of names, currencies and numbers; lines as booked.

    `issued` has the note for each adjustment that stands on one; a note is a document of its own, what stands on none
    is put together by party, currency and rate of tax. `rates` has the rate of those that carry another than today's.
    Each is booked on the last day of the period: entries may be decided before or after it. A number of our own is
    taken from the oldest entry, so that later ones leave it as it is.
    """
    groups: dict[tuple[str, str, str, str, Fraction | None], list[BookedLine]] = {}
    for line in lines:
        note = issued.get(line.id)
        rate = None if line.party != BUYER else note.tax_rate if note else (rates or {}).get(line.id, book.tax_rate)
        key = (line.party, line.name, line.currency, note.number if note else "", rate)
        groups.setdefault(key, []).append(line)
    ordered = sorted(groups, key=lambda key: (*key[:4], rate_order(key[4])))
    return [_voucher(tuple(groups[key]), book, period, issued.get(groups[key][0].id), key[4]) for key in ordered]


def _voucher(
    lines: tuple[BookedLine, ...], book: PolicyBook, period: int, issued: Issued | None, rate: Fraction | None
) -> Voucher:
    side, name, currency = lines[0].party, lines[0].name, lines[0].currency
    net = sum(line.amount_minor * _FORWARD[line.kind] for line in lines)
    return Voucher(
        kind=_KIND_OF[side, net >= 0],
        number=issued.number if issued else f"R{period % 10_000:04d}-{min(line.id for line in lines)}",
        issued=issued,
        day=last_day(period),
        period=period,
        name=name,
        party=party_of(book, side, name),
        currency=currency,
        lines=lines,
        tax_rate=rate,
        tax_minor=issued.tax_minor if issued else share_of(abs(net), rate) if rate else 0,
    )


def party_of(book: PolicyBook, side: str, name: str) -> Party:
    """What the policies say of a buyer or supplier; an empty `Party` where they say nothing."""
    sections = {key.partition(".")[2]: party for key, party in book.parties.items() if key.startswith(f"{side}s.")}
    return section_named(sections, name) or Party()


def first_day(period: int) -> int:
    """The day number of the first day of a month."""
    return day_of(date(period // 100, period % 100, 1))


def last_day(period: int) -> int:
    """The day number of the last day of a month."""
    return first_day(next_month(period)) - 1


def iso_day(day: int) -> str:
    """'2026-10-31'."""
    return date_of(day).isoformat()
