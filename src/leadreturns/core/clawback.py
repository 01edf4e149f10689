"""What a supplier gives back of the payout when a buyer's return is approved."""

from __future__ import annotations

from fractions import Fraction

from leadreturns.core.calendar import NONE
from leadreturns.core.case import Case
from leadreturns.core.money import share_of
from leadreturns.core.policy import PolicyBook
from leadreturns.core.sale import Sale
from leadreturns.core.terms import AS_CREDIT, Terms


def clawback_of(case: Case) -> int:
    """What the supplier gives back, in minor units: 0 when his own terms do not let the return through."""
    sale = case.sale
    if not sale.payout_minor or not sale.supplier:
        return 0
    share = clawback_share(case)
    if not share or refusal_of_supplier(case):
        return 0
    return share_of(sale.payout_minor, share)


def clawback_share(case: Case) -> Fraction:
    """The share of the payout that the supplier's terms name, else those of the sale."""
    own = case.book.supplier_terms(case.sale.supplier).clawback
    share = case.terms.clawback if own is None else own
    if isinstance(share, str):
        return case.credit_share if share == AS_CREDIT else Fraction(0)
    return share


def refusal_of_supplier(case: Case) -> str:
    """The term of the supplier that lets this return not through, 'reasons' or 'window'; '' when none does."""
    supplier = case.book.supplier_terms(case.sale.supplier)
    if supplier.reasons is not None and case.reason_code not in supplier.reasons:
        return "reasons"
    return "" if supplier_window_open(case.sale, case.terms, case.book, case.received) else "window"


def supplier_window_open(sale: Sale, terms: Terms, book: PolicyBook, instant: int) -> bool:
    """True when the supplier still takes the sale back at `instant`.

    His window runs from the sale to the receipt of the batch, in whole days on the clock of the terms.
    """
    window = book.supplier_terms(sale.supplier).window
    if window is None:
        return True
    return window.unit != NONE and instant <= terms.plain_clock.deadline(window, sale.sold_at, sale.sold_kind)
