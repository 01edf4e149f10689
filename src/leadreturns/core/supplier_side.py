"""The second clock of a return: whether its supplier still takes the sale back, and what that is worth."""

from __future__ import annotations

from typing import NamedTuple

from leadreturns.core.case import Case
from leadreturns.core.clawback import clawback_of, supplier_window_open
from leadreturns.core.history import History
from leadreturns.core.lead_return import LeadReturn
from leadreturns.core.policy import PolicyBook
from leadreturns.core.sale import Sale


class SupplierSide(NamedTuple):
    """How a returned sale stands with its supplier; minor units."""

    still_open: bool
    """His window is open, and his terms give back some of what he was paid for such a return."""
    recoverable_minor: int
    """What his terms let through beyond what was clawed back already."""
    lost_minor: int
    """The rest of the payout: nobody gives it back any more."""


def supplier_side(sale: Sale, reason: str, clawed_back_minor: int, book: PolicyBook, instant: int) -> SupplierSide:
    """How a return of `sale`, passed on at `instant`, would stand under the supplier's terms of today.

    `reason` is the code, or a text that names one. Recoverable and lost add up to the payout less what was clawed back.
    """
    unrecovered = sale.payout_minor - clawed_back_minor
    terms = book.terms_of(sale)
    if not (sale.supplier and sale.payout_minor and supplier_window_open(sale, terms, book, instant)):
        return SupplierSide(False, 0, unrecovered)
    case = Case(LeadReturn(0, sale.buyer, reason_text=reason), sale, book, terms, instant, (), History())
    given_back = clawback_of(case)
    recoverable = max(given_back - clawed_back_minor, 0)
    return SupplierSide(given_back > 0, recoverable, unrecovered - recoverable)
