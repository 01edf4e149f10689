"""A matched return with everything that a rule may ask about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

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
    sold: Span = field(init=False)
    credit_minor: int = field(init=False)

    def __post_init__(self) -> None:
        row, terms = self.row, self.terms
        code = self.book.reason_code(row.reason_text)
        self.reason_code = code
        self.reason = self.book.reasons.get(code) if code else None
        zone = terms.clock.zone
        if row.requested_at is None:
            self.requested = Span(self.received, self.received)
        else:
            self.requested = zone.span(row.requested_at, row.requested_kind)
        self.sold = zone.span(self.sale.sold_at, self.sale.sold_kind)
        self.credit_minor = share_of(self.sale.price_minor, self.credit_share)

    @property
    def credit_share(self) -> Fraction:
        """The share of the price that an approval credits: the reason's, else the terms'."""
        if self.reason is not None and self.reason.credit is not None:
            return self.reason.credit
        return self.terms.credit

    @property
    def clock_start(self) -> tuple[int, int]:
        """The written time that windows count from."""
        sale = self.sale
        if self.terms.counted_from == "delivered" and sale.delivered_at is not None:
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
        return self.local(self.terms.clock.zone.span(at, kind).first)

    def local(self, instant: int) -> str:
        """An instant on the clock of the terms, ISO 8601 with offset."""
        return self.terms.clock.zone.local(instant).isoformat()

    @property
    def requested_text(self) -> str:
        """The request time as the file wrote it, or the receipt."""
        if self.row.requested_at is None:
            return self.local(self.received)
        return self.written(self.row.requested_at, self.row.requested_kind)
