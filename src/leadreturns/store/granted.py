"""What one buyer was credited in a period, and how the leads stand that he was not credited for."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from leadreturns.core.identity import fold_id
from leadreturns.core.reconciliation import Granted


def granted_credits(connection: sqlite3.Connection, buyer: str, period: int) -> list[Granted]:
    """The credits of a buyer's sales in a period, debits taken off, in the order of the sales."""
    found = connection.execute(
        "SELECT s.id, s.lead_id, s.sale_ref, a.currency, "
        "sum(iif(a.kind = 'buyer_credit', a.amount_minor, -a.amount_minor)) FROM adjustments AS a "
        "JOIN sales AS s ON s.id = a.sale_id WHERE a.period = ? AND a.kind LIKE 'buyer%' "
        "AND a.buyer_id = (SELECT id FROM buyers WHERE name = ?) GROUP BY s.id, a.currency ORDER BY s.id",
        (period, buyer),
    )
    return [Granted(*row) for row in found]


class LeadStanding(NamedTuple):
    """How one return of a lead that is not credited in the period stands, or that there is none."""

    sold_to_buyer: bool
    return_id: int | None
    outcome: str
    leading: str
    """The leading finding of its newest decision."""
    credited: tuple[tuple[int, int, str], ...]
    """(period, minor units, currency) of every entry on it, debits negative."""


_SALES = (
    "SELECT k.value, s.id, b.name FROM json_each(?) AS k CROSS JOIN sales AS s ON s.{column} = k.value "
    "JOIN buyers AS b ON b.id = s.buyer_id WHERE s.{column} <> ''"
)
_RETURNS = (
    "SELECT r.sale_id, r.id, r.outcome, d.leading FROM json_each(?) AS k "
    "CROSS JOIN returns AS r ON r.sale_id = k.value "
    "JOIN decisions AS d ON d.id = (SELECT max(id) FROM decisions WHERE return_id = r.id) "
    "WHERE r.batch_id NOT IN (SELECT batch_id FROM batch_voids) ORDER BY r.id"
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

    Of several returns the approved one counts, else one that waits, else the newest.
    """
    wanted = list(identifiers)
    by_lead = _sales(connection, "lead_key", {fold_id(lead) for lead, _ in wanted if lead})
    by_ref = _sales(connection, "ref_key", {fold_id(ref) for _, ref in wanted if ref})
    found = {key: by_ref.get(fold_id(key[1]), []) if key[1] else by_lead.get(fold_id(key[0]), []) for key in wanted}
    own = {key: [sale for sale, name in sales if name == buyer] for key, sales in found.items()}
    returns = _telling_returns(connection, {sale for sales in own.values() for sale in sales})
    entries: dict[int, list[tuple[int, int, str]]] = {}
    for return_id, *entry in connection.execute(_ENTRIES, (_array(each[0] for each in returns.values()),)):
        entries.setdefault(return_id, []).append((entry[0], entry[1], entry[2]))
    return {key: _standing(sales, own[key], returns, entries) for key, sales in found.items()}


def _standing(
    sales: list[tuple[int, str]],
    own: list[int],
    returns: dict[int, tuple[int, str, str]],
    entries: dict[int, list[tuple[int, int, str]]],
) -> LeadStanding | None:
    if not sales:
        return None
    known = [returns[sale] for sale in own if sale in returns]
    if not known:
        return LeadStanding(bool(own), None, "", "", ())
    return_id, outcome, leading = max(known, key=_weight)
    return LeadStanding(True, return_id, outcome, leading, tuple(entries.get(return_id, ())))


def _sales(connection: sqlite3.Connection, column: str, keys: set[str]) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for key, sale, buyer in connection.execute(_SALES.format(column=column), (_array(keys),)):
        found.setdefault(key, []).append((sale, buyer))
    return found


def _telling_returns(connection: sqlite3.Connection, sales: set[int]) -> dict[int, tuple[int, str, str]]:
    found: dict[int, tuple[int, str, str]] = {}
    for sale, *row in connection.execute(_RETURNS, (_array(sales),)):
        each = (row[0], row[1], row[2])
        found[sale] = max(found.get(sale, each), each, key=_weight)
    return found


def _weight(each: tuple[int, str, str]) -> tuple[int, int]:
    return_id, outcome, _ = each
    return {"approved": 2, "review": 1}.get(outcome, 0), return_id


def _array(keys: Iterable[str] | Iterable[int]) -> str:
    return json.dumps(sorted(keys))
