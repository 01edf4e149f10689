"""What bears on a chunk of returns, read in a few set-based queries: candidate sales, earlier returns, caps used.

Keys go in as one sorted JSON array: a join against it is the fastest form measured, and sorted keys keep the look-ups
together on disk.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from leadreturns.core.decision import Gathered
from leadreturns.core.finding import APPROVED
from leadreturns.core.history import History, Prior
from leadreturns.core.identity import fold_id
from leadreturns.core.lead_return import LeadReturn
from leadreturns.core.matching import Candidates
from leadreturns.core.policy import PolicyBook
from leadreturns.core.sale import Sale
from leadreturns.store.names import Names
from leadreturns.store.usage import add_usage

SALE_COLUMNS = (
    "s.id, s.lead_id, s.buyer_id, s.sale_ref, s.supplier_id, s.campaign_id, s.currency, s.price_minor, "
    "s.payout_minor, s.sold_at, s.sold_kind, s.sold_month, s.delivered_at, s.delivered_kind"
)
_BY_LEAD = f"SELECT k.value, {SALE_COLUMNS} FROM json_each(?) AS k CROSS JOIN sales AS s ON s.lead_key = k.value"
_BY_REF = (
    f"SELECT k.value, {SALE_COLUMNS} FROM json_each(?) AS k CROSS JOIN sales AS s "
    "ON s.ref_key = k.value AND s.ref_key <> ''"
)
_BY_PHONE = (
    f"SELECT k.value, {SALE_COLUMNS} FROM json_each(?) AS k CROSS JOIN sale_contacts AS c "
    "ON c.phone = k.value AND c.phone <> '' JOIN sales AS s ON s.id = c.sale_id"
)
_BY_EMAIL = (
    f"SELECT k.value, {SALE_COLUMNS} FROM json_each(?) AS k CROSS JOIN sale_contacts AS c "
    "ON c.email = k.value AND c.email <> '' JOIN sales AS s ON s.id = c.sale_id"
)
_BY_ID = f"SELECT k.value, {SALE_COLUMNS} FROM json_each(?) AS k CROSS JOIN sales AS s ON s.id = k.value"
_SAME_PERSON = (
    f"SELECT me.id, {SALE_COLUMNS} FROM json_each(?) AS k CROSS JOIN sales AS me ON me.id = k.value "
    "CROSS JOIN sales AS s ON s.lead_key = me.lead_key AND s.buyer_id = me.buyer_id AND s.id <> me.id "
    f"UNION SELECT c.sale_id, {SALE_COLUMNS} FROM json_each(?1) AS k "
    "CROSS JOIN sale_contacts AS c ON c.sale_id = k.value "
    "CROSS JOIN sale_contacts AS o ON o.phone = c.phone AND o.phone <> '' AND o.sale_id <> c.sale_id "
    "CROSS JOIN sales AS s ON s.id = o.sale_id "
    f"UNION SELECT c.sale_id, {SALE_COLUMNS} FROM json_each(?1) AS k "
    "CROSS JOIN sale_contacts AS c ON c.sale_id = k.value "
    "CROSS JOIN sale_contacts AS o ON o.email = c.email AND o.email <> '' AND o.sale_id <> c.sale_id "
    "CROSS JOIN sales AS s ON s.id = o.sale_id"
)
_APPROVED = (
    "SELECT r.sale_id, r.id, r.batch_id, r.row, r.outcome FROM json_each(?) AS k "
    "CROSS JOIN returns AS r ON r.sale_id = k.value AND r.outcome = 'approved'"
)
_NOT_APPROVED = (
    "SELECT r.sale_id, r.id, r.batch_id, r.row, r.outcome FROM json_each(?) AS k "
    "CROSS JOIN returns AS r ON r.sale_id = k.value AND r.outcome <> 'approved' AND r.sale_id IS NOT NULL "
    "WHERE r.batch_id NOT IN (SELECT batch_id FROM batch_voids)"
)


def gather(
    connection: sqlite3.Connection,
    rows: Sequence[LeadReturn],
    book: PolicyBook,
    names: Names,
    history: History,
    *,
    leave_out: Sequence[int] = (),
) -> Gathered:
    """What the store knows that bears on `rows`; `history` carries the caps over from the chunk before.

    `leave_out` names recorded returns that are to be decided anew, as if they were not there yet.
    """
    candidates = candidates_of(connection, rows, names)
    sales = {sale.id: sale for found in _all_found(candidates) for sale in found}
    approved, newest = priors_of(connection, sales, frozenset(leave_out))
    usage = history.usage
    add_usage(connection, sales.values(), names, book, usage, leave_out=leave_out)
    same_person = same_person_of(connection, _claimed_duplicates(rows, candidates, book), names)
    return Gathered(candidates, History(approved, newest, usage), same_person)


def candidates_of(connection: sqlite3.Connection, rows: Sequence[LeadReturn], names: Names) -> Candidates:
    """The sales that carry the rows' identifiers: the first one of each row, and the next where that found nothing."""
    find = _finder(connection, names)
    by_ref = find(_BY_REF, {fold_id(row.sale_ref) for row in rows if row.sale_ref})
    lost = [row for row in rows if row.sale_ref and fold_id(row.sale_ref) not in by_ref]
    with_lead = [row for row in rows if not row.sale_ref and row.lead_id] + [row for row in lost if row.lead_id]
    by_lead = find(_BY_LEAD, {fold_id(row.lead_id) for row in with_lead})
    contacts = [row for row in rows if not row.sale_ref and not row.lead_id] + lost
    contacts += [row for row in with_lead if fold_id(row.lead_id) not in by_lead]
    by_phone = find(_BY_PHONE, {row.phone for row in contacts if row.phone})
    by_email = find(_BY_EMAIL, {row.email for row in contacts if row.email})
    return Candidates(by_ref, by_lead, by_phone, by_email)


def sales_by_id(connection: sqlite3.Connection, ids: Iterable[int], names: Names) -> dict[int, Sale]:
    """The sales of those ids."""
    found = _finder(connection, names)(_BY_ID, set(ids))
    return {key: sales[0] for key, sales in found.items()}


def _finder(connection: sqlite3.Connection, names: Names) -> Callable[[str, set[Any]], dict[Any, list[Sale]]]:
    buyers, suppliers, campaigns = names.buyers.names, names.suppliers.names, names.campaigns.names

    def find(query: str, keys: set[Any]) -> dict[Any, list[Sale]]:
        found: dict[Any, list[Sale]] = {}
        if not keys:
            return found
        for key, sale_id, lead, buyer, ref, supplier, campaign, *rest in connection.execute(query, (_array(keys),)):
            sale = Sale(sale_id, lead, buyers[buyer], ref, suppliers[supplier], campaigns[campaign], *rest)
            held = found.get(key)
            if held is None:
                found[key] = [sale]
            else:
                held.append(sale)
        return found

    return find


def _array(keys: Iterable[Any]) -> str:
    return json.dumps(sorted(keys))


def _all_found(candidates: Candidates) -> Iterable[Sequence[Sale]]:
    for found in (candidates.by_ref, candidates.by_lead, candidates.by_phone, candidates.by_email):
        yield from found.values()


def priors_of(
    connection: sqlite3.Connection, sale_ids: Iterable[int], leave_out: frozenset[int] = frozenset()
) -> tuple[dict[int, Prior], dict[int, Prior]]:
    """The standing approvals of sales, and their newest returns of any outcome, leaving out voided batches."""
    approved: dict[int, Prior] = {}
    newest: dict[int, tuple[int, Prior]] = {}
    if connection.execute("SELECT 1 FROM returns LIMIT 1").fetchone() is None:
        return {}, {}
    keys = _array(sale_ids)
    for query in (_APPROVED, _NOT_APPROVED):
        for sale_id, return_id, batch, row, outcome in connection.execute(query, (keys,)):
            if return_id in leave_out:
                continue
            prior = Prior(batch, row, outcome)
            if outcome == APPROVED:
                approved[sale_id] = prior
            if sale_id not in newest or newest[sale_id][0] < return_id:
                newest[sale_id] = (return_id, prior)
    return approved, {sale_id: prior for sale_id, (_, prior) in newest.items()}


def _claimed_duplicates(rows: Sequence[LeadReturn], candidates: Candidates, book: PolicyBook) -> set[int]:
    """The sales whose return claims that the buyer had the person already."""
    codes = {reason.code for reason in book.reasons.values() if reason.is_duplicate}
    if not codes:
        return set()
    wanted: set[int] = set()
    for row in rows:
        if book.reason_code(row.reason_text) in codes:
            for found, key in (
                (candidates.by_ref, fold_id(row.sale_ref)),
                (candidates.by_lead, fold_id(row.lead_id)),
                (candidates.by_phone, row.phone),
                (candidates.by_email, row.email),
            ):
                wanted.update(sale.id for sale in found.get(key, ()))
    return wanted


def same_person_of(connection: sqlite3.Connection, sale_ids: set[int], names: Names) -> dict[int, list[Sale]]:
    """For each sale the other ones of the same person: the same lead, phone or e-mail."""
    return _finder(connection, names)(_SAME_PERSON, sale_ids)
