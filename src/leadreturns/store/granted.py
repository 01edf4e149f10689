"""What one buyer was credited in a period, and how the leads stand that he was not credited for."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from leadreturns.core.identity import fold_id
from leadreturns.core.money import share_of
from leadreturns.core.reconciliation import Granted
from leadreturns.store.credit_notes import list_notes


def granted_credits(connection: sqlite3.Connection, buyer: str, period: int) -> list[Granted]:
    """The credits of a buyer's sales in a period, debits taken off, in the order of the sales; each with the tax that
    the standing notes add to it."""
    taxes = _taxes(connection, buyer, period)
    found = connection.execute(
        "SELECT s.id, s.lead_id, s.sale_ref, a.currency, "
        "sum(iif(a.kind = 'buyer_credit', a.amount_minor, -a.amount_minor)) FROM adjustments AS a "
        "JOIN sales AS s ON s.id = a.sale_id WHERE a.period = ? AND a.kind LIKE 'buyer%' "
        "AND a.buyer_id = (SELECT id FROM buyers WHERE name = ?) GROUP BY s.id, a.currency ORDER BY s.id",
        (period, buyer),
    )
    return [Granted(*row)._replace(tax_minor=taxes.get((row[0], row[3]), 0)) for row in found]


_NOTED = (
    "SELECT a.sale_id, a.currency, a.kind = 'buyer_credit', a.amount_minor FROM credit_notes AS n "
    "JOIN credit_note_lines AS l ON l.note_id = n.id JOIN adjustments AS a ON a.id = l.adjustment_id WHERE n.number = ?"
)


def _taxes(connection: sqlite3.Connection, buyer: str, period: int) -> dict[tuple[int, str], int]:
    """By sale and currency the tax on the lines of the buyer's standing notes, at the rates that they were issued with.

    Each line on its own is rounded, as who deducts line by line does; a note itself rounds the tax on their sum.
    """
    taxes: dict[tuple[int, str], int] = {}
    for note in list_notes(connection, period, "buyer", buyer, standing=True):
        rate = note.content.tax_rate
        if not rate:
            continue
        for sale, currency, is_credit, minor in connection.execute(_NOTED, (note.number,)):
            tax = share_of(minor, rate)
            taxes[sale, currency] = taxes.get((sale, currency), 0) + (tax if is_credit else -tax)
    return taxes


class LeadStanding(NamedTuple):
    """How one return of a lead that is not credited in the period stands, or that there is none."""

    sold_to_buyer: bool
    return_id: int | None
    outcome: str
    leading: str
    """The leading finding of its newest decision."""
    credited: tuple[tuple[int, int, str], ...]
    """(period, minor units, currency) of every entry on it, debits negative."""
    void_batch: int | None = None
    """The batch of the return, where that was taken back as a whole."""


_SALES = (
    "SELECT k.value, s.id, b.name FROM json_each(?) AS k CROSS JOIN sales AS s ON s.{column} = k.value "
    "JOIN buyers AS b ON b.id = s.buyer_id WHERE s.{column} <> ''"
)
_RETURNS_OF = (
    "SELECT r.sale_id, r.id, r.outcome, d.leading, v.batch_id FROM json_each(?1) AS k "
    "CROSS JOIN returns AS r ON r.sale_id = k.value "
    "JOIN decisions AS d ON d.id = (SELECT max(id) FROM decisions WHERE return_id = r.id) "
    "LEFT JOIN batch_voids AS v ON v.batch_id = r.batch_id "
)
# Either part has an index; asked for as one, every lead would read all returns.
_RETURNS = (
    f"{_RETURNS_OF} WHERE r.outcome = 'approved' "
    f"UNION ALL {_RETURNS_OF} WHERE r.outcome <> 'approved' AND r.sale_id IS NOT NULL"
)
_ENTRIES = (
    "SELECT a.return_id, a.period, iif(a.kind = 'buyer_credit', a.amount_minor, -a.amount_minor), a.currency "
    "FROM json_each(?) AS k CROSS JOIN adjustments AS a ON a.return_id = k.value "
    "WHERE a.kind LIKE 'buyer%' ORDER BY a.id"
)


def lead_standings(
    connection: sqlite3.Connection, buyer: str, identifiers: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], LeadStanding | None]:
    """For each (lead id, sale reference) how it stands with the buyer; None for one that the ledger has not.

    Of several returns the approved one counts, else one that waits, else the newest; those of a void batch come last.
    """
    wanted = list(identifiers)
    by_lead = _sales(connection, "lead_key", {fold_id(lead) for lead, _ in wanted if lead})
    by_ref = _sales(connection, "ref_key", {fold_id(ref) for _, ref in wanted if ref})
    found = {key: by_ref.get(fold_id(key[1]), []) if key[1] else by_lead.get(fold_id(key[0]), []) for key in wanted}
    own = {key: [sale for sale, name in sales if name == buyer] for key, sales in found.items()}
    returns = _telling_returns(connection, {sale for sales in own.values() for sale in sales})
    entries: dict[int, list[tuple[int, int, str]]] = {}
    for return_id, *entry in connection.execute(_ENTRIES, (_array(each.return_id for each in returns.values()),)):
        entries.setdefault(return_id, []).append((entry[0], entry[1], entry[2]))
    return {key: _standing(sales, own[key], returns, entries) for key, sales in found.items()}


def _standing(
    sales: list[tuple[int, str]],
    own: list[int],
    returns: dict[int, _Told],
    entries: dict[int, list[tuple[int, int, str]]],
) -> LeadStanding | None:
    if not sales:
        return None
    known = [returns[sale] for sale in own if sale in returns]
    if not known:
        return LeadStanding(bool(own), None, "", "", ())
    told = max(known, key=_weight)
    entered = tuple(entries.get(told.return_id, ()))
    return LeadStanding(True, told.return_id, told.outcome, told.leading, entered, told.void_batch)


def _sales(connection: sqlite3.Connection, column: str, keys: set[str]) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for key, sale, buyer in connection.execute(_SALES.format(column=column), (_array(keys),)):
        found.setdefault(key, []).append((sale, buyer))
    return found


class _Told(NamedTuple):
    """The return of a sale that tells how it stands."""

    return_id: int
    outcome: str
    leading: str
    void_batch: int | None


def _telling_returns(connection: sqlite3.Connection, sales: set[int]) -> dict[int, _Told]:
    found: dict[int, _Told] = {}
    for sale, *row in connection.execute(_RETURNS, (_array(sales),)):
        each = _Told(*row)
        found[sale] = max(found.get(sale, each), each, key=_weight)
    return found


def _weight(each: _Told) -> tuple[bool, int, int]:
    return each.void_batch is None, {"approved": 2, "review": 1}.get(each.outcome, 0), each.return_id


def _array(keys: Iterable[str] | Iterable[int]) -> str:
    return json.dumps(sorted(keys))
