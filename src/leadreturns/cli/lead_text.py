"""Everything about a lead as a table for a person."""

from collections.abc import Callable, Mapping
from typing import Any

from leadreturns.reports.table import Column, Row, Table
from leadreturns.writers.json_writer import plain

_COLUMNS = (
    Column("what", "What", "id", 0),
    Column("when", "When", "text", 1),
    Column("who", "Who", "text", 0),
    Column("amount", "Amount", "text", 0),
    Column("told", "Told", "sentence", 1),
)


def lead_table(record: Mapping[str, Any], told: Callable[[str], str]) -> Table:
    """One line per sale, return, decision and entry, each under what it belongs to; `told` writes the times."""
    rows: list[Row] = []
    for sale in record["sales"]:
        rows.append(_sale_row(sale, told))
        for each in sale["returns"]:
            rows.append(
                (f"  return {each['id']}", "", "", "", f"batch {each['batch']}, row {each['row']}: {each['reason']}")
            )
            rows.extend(
                ("    decision", told(past["decided_at"]), past["decided_by"], "", _outcome(past))
                for past in each["decisions"]
            )
            rows[-1] = (*rows[-1][:4], each["explanation"])
        for entry in sale["adjustments"]:
            amount = f"{plain(entry['amount'])} {entry['currency']}"
            rows.append(("  entry", entry["period"], "", amount, f"{entry['kind']} of return {entry['return']}"))
    return Table(name="lead", title=f"Lead {record['lead_id']}", columns=_COLUMNS, rows=rows)


def _sale_row(sale: Mapping[str, Any], told: Callable[[str], str]) -> Row:
    payout = f"payout {plain(sale['payout'])} to {sale['supplier']}" if sale["supplier"] else "no supplier"
    more = ", ".join(text for text in (sale["campaign"], payout) if text)
    return (
        f"sale {sale['sale']}",
        told(sale["sold_at"]),
        sale["buyer"],
        f"{plain(sale['price'])} {sale['currency']}",
        more,
    )


def _outcome(past: Mapping[str, Any]) -> str:
    codes = ", ".join(finding["code"] for finding in past["findings"])
    return str(past["outcome"]) + (f" ({codes})" if codes else "") + (f": {past['because']}" if past["because"] else "")
