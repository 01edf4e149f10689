"""Returns one by one with their sales, and how each stands with the supplier."""

from __future__ import annotations

import sqlite3

from leadreturns.core.calendar import date_of
from leadreturns.core.explanation import reply_to_buyer
from leadreturns.core.finding import APPROVED, IN_REVIEW, REJECTED
from leadreturns.core.policy import PolicyBook
from leadreturns.core.sale import Sale
from leadreturns.core.supplier_side import SupplierSide, supplier_side
from leadreturns.reports.return_reports import explained
from leadreturns.reports.return_sheets import ReturnLine
from leadreturns.store import figures
from leadreturns.store.gathering import sales_by_id
from leadreturns.store.names import load_names
from leadreturns.store.report_lines import day_of_time
from leadreturns.store.returns import ListedReturn, ReturnFilter, list_returns
from leadreturns.workflows.counting import Advance, counted


def read_return_lines(
    connection: sqlite3.Connection, book: PolicyBook, now: int, advance: Advance, *, waiting: bool = False
) -> list[ReturnLine]:
    """The returns of standing batches, oldest first, or those of them that wait."""
    found = list_returns(connection, ReturnFilter(outcome=IN_REVIEW if waiting else "", standing_only=True))
    sales = sales_by_id(
        connection, {each.sale_id for each in found if each.sale_id is not None}, load_names(connection)
    )
    queue = {each.return_id: each for each in figures.queue(connection)} if waiting else {}
    return [
        _line(each, sales.get(each.sale_id or 0), queue.get(each.id), book, now) for each in counted(found, advance)
    ]


def _line(
    each: ListedReturn, sale: Sale | None, waits: figures.Waiting | None, book: PolicyBook, now: int
) -> ReturnLine:
    """One return. Whether the supplier still takes it is told unless it was rejected; what he gives back, of approved
    ones, and in a list of the queue of what waits."""
    reason = book.reasons.get(each.reason)
    approved = each.outcome == APPROVED
    side = None if sale is None or each.outcome == REJECTED else _side(each, sale, waits, book, now)
    booked = side if approved or waits is not None else None
    return ReturnLine(
        id=each.id,
        batch=each.batch,
        row=each.row,
        buyer=each.buyer,
        lead_id=each.lead_id,
        sold_on=None if sale is None else _date(sale.sold_at, sale.sold_kind, book),
        requested_on=_date(each.requested_at, each.requested_kind, book),
        waiting_days=None if waits is None else (now - waits.imported_at) // 86_400,
        reason=(reason.label if reason else "") or each.reason or each.reason_text,
        outcome=each.outcome,
        finding=each.leading,
        currency=each.currency,
        price=sale.price_minor if sale is not None else 0,
        credit=each.credit_minor if approved else 0,
        pending=each.credit_minor if each.outcome == IN_REVIEW else 0,
        supplier=sale.supplier if sale is not None else "",
        payout=sale.payout_minor if sale is not None else 0,
        clawback=each.clawback_minor if approved else 0,
        still_open=None if side is None else side.still_open,
        recoverable=None if booked is None else booked.recoverable_minor,
        lost=None if booked is None else booked.lost_minor,
        why=explained(each),
        reply=reply_to_buyer(each.outcome, each.findings, reason.reply if reason else ""),
    )


def _side(each: ListedReturn, sale: Sale, waits: figures.Waiting | None, book: PolicyBook, now: int) -> SupplierSide:
    if waits is None:
        return supplier_side(sale, each.reason, each.clawback_minor, book, now)
    # What an approval would claw back, the receipt of the batch decides; whether he takes it today, today does.
    at_receipt = supplier_side(sale, each.reason, 0, book, waits.received_at)
    return at_receipt._replace(still_open=supplier_side(sale, each.reason, 0, book, now).still_open)


def _date(at: int, kind: int, book: PolicyBook) -> str:
    return date_of(day_of_time(at, kind, book.zone)).isoformat()
