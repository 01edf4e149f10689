"""A matched return with everything that a rule may ask about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from leadreturns.core.calendar import Span, date_of
from leadreturns.core.history import History
from leadreturns.core.lead_return import LeadReturn, TimeKind
from leadreturns.core.money import share_of
from leadreturns.core.policy import PolicyBook
from leadreturns.core.sale import Sale
from leadreturns.core.terms import Reason, Terms


@dataclass(slots=True)
class Case:
    """A return with its one sale and everything a rule may ask about it."""

    row: LeadReturn
    sale: Sale
    book: PolicyBook
    terms: Terms
    received: int
    """Epoch second of receipt; the last second of the day when only a day is known."""
    matched_by: tuple[str, ...]
    history: History
    earlier: Sequence[Sale] = ()
    """Other sales of the same person to the same buyer, where the reason claims a duplicate."""
    reason_code: str | None = field(init=False)
    reason: Reason | None = field(init=False)
    requested: Span = field(init=False)
    """Every instant the request may have been made at; the receipt when the file does not say."""
    credit_minor: int = field(init=False)
    cap_rooms: Sequence[Mapping[str, Any]] = field(init=False, default=())
    """What each cap of the terms allowed before this return, once the rule about caps has looked."""
    proof: Sale | None = field(init=False, default=None)
    """The earlier sale that proves a claimed duplicate, once the rule about duplicates has looked."""

    def __post_init__(self) -> None:
        row, book = self.row, self.book
        code = book.reason_code(row.reason_text)
        self.reason_code = code
        self.reason = book.reasons.get(code) if code else None
        if row.requested_at is None:
            self.requested = Span(self.received, self.received)
        else:
            self.requested = self.terms.clock.zone.span(row.requested_at, row.requested_kind)
        self.credit_minor = share_of(self.sale.price_minor, self.credit_share)

    @property
    def credit_share(self) -> Fraction:
        """The share of the price that an approval credits: the reason's, else the terms'."""
        if self.reason is not None and self.reason.credit is not None:
            return self.reason.credit
        return self.terms.credit

    @property
    def sold_first(self) -> int:
        """The first instant that the sale may have been made at."""
        return self.terms.clock.zone.first_of(self.sale.sold_at, self.sale.sold_kind)

    @property
    def counts_from_delivery(self) -> bool:
        """True when windows count from the delivery: the terms say so and the ledger has it."""
        return self.terms.counted_from == "delivered" and self.sale.delivered_at is not None

    @property
    def clock_start(self) -> tuple[int, int]:
        """The written time that windows count from."""
        sale = self.sale
        if sale.delivered_at is not None and self.terms.counted_from == "delivered":
            return sale.delivered_at, sale.delivered_kind
        return sale.sold_at, sale.sold_kind

    @property
    def clock_end(self) -> Span:
        """The instants that windows count to."""
        return self.requested if self.terms.counted_to == "requested" else Span(self.received, self.received)

    @property
    def deadline(self) -> int:
        """The last second inside the terms' window, which must not be 'none'."""
        return self.terms.clock.deadline(self.terms.window, *self.clock_start)

    def written(self, at: int, kind: int) -> str:
        """A written time as a person reads it on the clock of the terms."""
        if kind == TimeKind.DATE:
            return date_of(at // 86_400).isoformat()
        return self.local(self.terms.clock.zone.first_of(at, kind))

    def local(self, instant: int) -> str:
        """An instant on the clock of the terms, ISO 8601 with offset."""
        return self.terms.clock.zone.iso(instant)

    @property
    def requested_text(self) -> str:
        """The request time as the file wrote it, or the receipt."""
        at = self.row.requested_at
        if at is not None and self.row.requested_kind == TimeKind.DATE:
            return date_of(at // 86_400).isoformat()
        return self.local(self.requested.first)
