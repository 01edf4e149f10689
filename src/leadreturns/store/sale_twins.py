"""Sales that one file names twice, found after they went into the table without an index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from typing import Any

BUILT_LAST = (
    "SELECT type, name, sql FROM sqlite_schema WHERE (type = 'index' AND tbl_name IN ('sales', 'sale_contacts') "
    "OR name = 'sales_no_replace') AND sql IS NOT NULL ORDER BY type"
)
"""What an import into an empty ledger makes last, each as the schema says it: the indexes, then the guard that asks the
largest of them for every row."""

_TWINS = (
    "SELECT s.lead_id, s.buyer_id, s.sale_ref, s.id, s.supplier_id, s.campaign_id, s.currency, s.price_minor, "
    "s.payout_minor, s.sold_at, s.sold_kind, s.delivered_at, s.delivered_kind, s.sub_id, coalesce(c.phone, ''), "
    "coalesce(c.email, '') FROM (SELECT lead_id, buyer_id, sale_ref FROM sales "
    "GROUP BY lead_id, buyer_id, sale_ref HAVING count(*) > 1) AS t "
    "JOIN sales AS s USING (lead_id, buyer_id, sale_ref) LEFT JOIN sale_contacts AS c ON c.sale_id = s.id "
    "ORDER BY s.lead_id, s.buyer_id, s.sale_ref, s.id"
)


def twin_groups(connection: sqlite3.Connection) -> Iterator[tuple[str, list[tuple[int, tuple[Any, ...]]]]]:
    """For each sale that stands more than once its lead id, and the (id, values) of every one, oldest first."""
    found = connection.execute(_TWINS).fetchall()
    for key, group in groupby(found, key=lambda row: row[:3]):
        yield key[0], [(row[3], row[4:]) for row in group]
