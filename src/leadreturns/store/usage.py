"""How much of the months at hand was sold and has come back, for caps and return rates."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from leadreturns.core.history import Usage, UsageKey
from leadreturns.core.identity import fold_name
from leadreturns.core.policy import PolicyBook
from leadreturns.core.sale import Sale
from leadreturns.store.names import Names

UsageByKey = dict[UsageKey, Usage]
Cells = Iterable[Sequence[Any]]

_SOLD = (
    "SELECT sold_month, buyer_id, campaign_id, currency, sum(sold), sum(revenue_minor), sum(returned), "
    "sum(credits_minor - debits_minor) FROM cube WHERE sold_month IN (SELECT value FROM json_each(?)) "
    "AND buyer_id IN (SELECT value FROM json_each(?)) GROUP BY sold_month, buyer_id, campaign_id, currency"
)
_REQUESTED = (
    "SELECT s.sold_month, s.buyer_id, s.campaign_id, s.currency, count(*), sum(r.credit_minor) FROM returns AS r "
    "CROSS JOIN sales AS s ON s.id = r.sale_id WHERE s.sold_month IN (SELECT value FROM json_each(?)) "
    "AND s.buyer_id IN (SELECT value FROM json_each(?)) AND r.batch_id NOT IN (SELECT batch_id FROM batch_voids) "
    "AND r.id NOT IN (SELECT value FROM json_each(?)) GROUP BY s.sold_month, s.buyer_id, s.campaign_id, s.currency"
)
_MONTHS = (
    "SELECT DISTINCT s.sold_month, s.buyer_id FROM returns AS r CROSS JOIN sales AS s ON s.id = r.sale_id "
    "WHERE r.id BETWEEN ? AND ?"
)
_RETURNED_BEFORE = (
    "SELECT s.sold_month, s.buyer_id, s.campaign_id, s.currency, count(*), sum(d.credit_minor), "
    "sum(d.outcome = 'approved'), sum(iif(d.outcome = 'approved', d.credit_minor, 0)) "
    "FROM (SELECT max(id) AS id FROM decisions WHERE id < ?1 GROUP BY return_id) AS n "
    "CROSS JOIN decisions AS d ON d.id = n.id CROSS JOIN returns AS r ON r.id = d.return_id "
    "CROSS JOIN sales AS s ON s.id = d.sale_id WHERE r.batch_id NOT IN (SELECT batch_id FROM batch_voids) "
    "GROUP BY s.sold_month, s.buyer_id, s.campaign_id, s.currency"
)


def add_past_usage(
    connection: sqlite3.Connection,
    spans: Iterable[tuple[int, int]],
    first_decision: int,
    names: Names,
    usage: UsageByKey,
) -> None:
    """Add the months of the sales of returns in `spans`: sold as the ledger is now, returned as it was then."""
    found = {month for span in spans for month in connection.execute(_MONTHS, span)}
    months = {(month, fold_name(names.buyers.names[buyer])) for month, buyer in found}
    wanted = _wanted(months, names)
    cells = [(*cell[:6], 0, 0) for cell in connection.execute(_SOLD, wanted)]
    add_sold(usage, cells, names, months)
    for cell in connection.execute(_RETURNED_BEFORE, (first_decision,)).fetchall():
        add_sold(usage, [(*cell[:4], 0, 0, *cell[6:])], names, months)
        add_requested(usage, [cell[:6]], names, months)


def add_usage(
    connection: sqlite3.Connection,
    sales: Iterable[Sale],
    names: Names,
    book: PolicyBook,
    usage: UsageByKey,
    *,
    leave_out: Sequence[int] = (),
) -> None:
    """Add the months of these sales to `usage`, where they are not yet known, if a term of `book` counts them.

    `leave_out` names returns in review or rejected that do not count as requested.
    """
    if not book.counts_usage:
        return
    months = {(month, fold_name(buyer)) for month, buyer in {(sale.sold_month, sale.buyer) for sale in sales}}
    new = {(month, buyer) for month, buyer in months if UsageKey(buyer, None, month) not in usage}
    if not new:
        return
    for month, buyer in new:
        usage[UsageKey(buyer, None, month)] = Usage()
    wanted = _wanted(new, names)
    add_sold(usage, connection.execute(_SOLD, wanted), names, new)
    if book.counts_requests:
        add_requested(usage, connection.execute(_REQUESTED, (*wanted, json.dumps(list(leave_out)))), names, new)


def _wanted(months: Collection[tuple[int, str]], names: Names) -> tuple[str, str]:
    """The months and the ids of every buyer whose name reads like one of these, as the queries take them."""
    buyers = {buyer for _, buyer in months}
    ids = [key for key, name in names.buyers.names.items() if fold_name(name) in buyers]
    return json.dumps(sorted({month for month, _ in months})), json.dumps(ids)


def add_sold(usage: UsageByKey, cells: Cells, names: Names, months: Collection[tuple[int, str]]) -> None:
    """Count cells of (month, buyer, campaign, currency; sold, revenue, approved, credit) of these (month, buyer)."""
    for month, buyer, campaign, currency, sold, revenue, approved, credit in cells:
        name = fold_name(names.buyers.names[buyer])
        if (month, name) in months:
            for held in _scopes(usage, (month, name), fold_name(names.campaigns.names[campaign])):
                held.sold += sold
                held.approved += approved
                held.revenue[currency] = held.revenue.get(currency, 0) + revenue
                held.approved_credit[currency] = held.approved_credit.get(currency, 0) + credit


def add_requested(usage: UsageByKey, cells: Cells, names: Names, months: Collection[tuple[int, str]]) -> None:
    """Count cells of (month, buyer, campaign, currency; requested, credit) of these (month, buyer)."""
    for month, buyer, campaign, currency, requested, credit in cells:
        name = fold_name(names.buyers.names[buyer])
        if (month, name) in months:
            for held in _scopes(usage, (month, name), fold_name(names.campaigns.names[campaign])):
                held.requested += requested
                held.requested_credit[currency] = held.requested_credit.get(currency, 0) + credit


def _scopes(usage: UsageByKey, of: tuple[int, str], campaign: str) -> list[Usage]:
    """The usage of the buyer's month, and that of the campaign in it."""
    month, buyer = of
    return [usage.setdefault(UsageKey(buyer, scope, month), Usage()) for scope in (None, campaign)]
