"""A workspace with one October in its books: credits, a debit note, clawbacks, three currencies, reversals."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from leadreturns.core.money import format_minor
from tests.desk import DAY, NOON, Desk, new_desk

POLICIES = """\
version  = 1
currency = "USD"
timezone = "America/New_York"

[reasons.disconnected]
label = "Phone disconnected"
[reasons.duplicate]
label = "Already a customer; twice"

[terms]
window   = "60 days"
approval = "auto"
clawback = "50%"

[seller]
name    = "Northwind Leads LLC"
address = ["12 Harbor Road", "Portland, ME 04101"]
country = "US"
tax_id  = "US-98-7654321"
email   = "billing@northwind.example"

[buyers.acme]
name    = "Acme Solar Inc."
address = ["1 Sun Street", "Tucson, AZ 85701"]
country = "US"
email   = "ap@acme.example"
account = "ACME01"

[buyers."Bright & Söhne, Ltd."]
name    = "Bright & Söhne Ltd."
address = ["Hauptstraße 1", "10115 Berlin"]
country = "DE"
tax_id  = "DE123456789"
email   = "ap@bright.example"
account = "BRIGHT"

[buyers.homefirst]
name    = "Home First"
address = ["5 High Street", "Leeds"]
country = "GB"
email   = "ap@homefirst.example"
account = "HOME"

[suppliers.leadco]
account = "LEADCO"
[suppliers.clickforge]
account = "CLICK"
"""
TAXED = POLICIES.replace("US-98-7654321", "DE811111111") + '\n[tax]\nrate  = "8.875%"\nlabel = "Sales tax"\n'

RATES = """\
[exchange_rates]
EUR = "0.8595"
JPY = "156.3"
"""

LEDGER = """\
lead_id,sale_ref,buyer,sold_at,price,payout,supplier,campaign,currency
L-0901,,homefirst,2026-09-02,75.00,30.00,leadco,roofing,USD
L-1001,S-1,acme,2026-10-01,50.00,20.00,leadco,solar,USD
L-1002,S-2,acme,2026-10-02,41.25,20.55,clickforge,solar,USD
L-1003,S-3,acme,2026-10-03,33.35,10.00,leadco,solar,USD
L-1004,S-4,acme,2026-10-04,19.99,8.00,clickforge,solar,EUR
L-1005,S-5,"Bright & Söhne, Ltd.",2026-10-05,60.10,25.00,leadco,solar,USD
L-1006,S-6,"Bright & Söhne, Ltd.",2026-10-06,12.00,0,,insurance,USD
L-1007,S-7,homefirst,2026-10-07,9800,0,,insurance,JPY
L-1008,S-8,acme,2026-10-08,80.00,40.00,leadco,solar,USD
"""
RETURNS = """\
lead_id,buyer,reason,requested_at
L-1001,acme,disconnected,2026-10-10
L-1002,acme,duplicate,2026-10-10
L-1003,acme,disconnected,2026-10-11
L-1004,acme,disconnected,2026-10-11
L-1005,"Bright & Söhne, Ltd.",duplicate,2026-10-12
L-1006,"Bright & Söhne, Ltd.",disconnected,2026-10-12
L-1007,homefirst,disconnected,2026-10-13
"""
SEPTEMBER, OCTOBER = NOON - 47 * DAY, NOON - 17 * DAY
"""Noons in the middle of the month; `NOON` is on 2 November."""


def october(folder: Path, policies: str = POLICIES, *, closed: bool = True, noted: bool = False) -> Desk:
    """The workspace on 2 November. homefirst's return of September was taken back in October, L-1003 in its own month;
    `closed` closes both months, `noted` issues the notes too."""
    desk = new_desk(folder, policies)
    (folder / "exports").mkdir()
    desk.file("exports/sage.toml", RATES)
    desk.now = SEPTEMBER
    desk.ledger(LEDGER)
    desk.returns("lead_id,buyer,reason,requested_at\nL-0901,homefirst,disconnected,2026-09-10\n", name="september.csv")
    desk.now = OCTOBER
    desk.run("period", "close", "2026-09", "--yes").ok()
    desk.returns(RETURNS)
    taken_back = [each["id"] for each in desk.read_json("returns", "list")["returns"]
                  if each["lead_id"] in ("L-0901", "L-1003")]  # fmt: skip
    desk.run("review", "reverse", *taken_back, "--because", "the lead was reached").ok()
    desk.now = NOON
    if closed:
        desk.run("period", "close", "2026-10", "--yes").ok()
    if noted:
        desk.run("credit-note", "issue", "--period", "2026-10", "--yes").ok()
    return desk


def entries(desk: Desk, period: int = 202610) -> dict[str, dict[str, Any]]:
    """Every adjustment of the period by its id, as any program reads it from the store."""
    found = desk.query(
        "SELECT a.id, a.kind, iif(a.kind LIKE 'buyer%', b.name, p.name), a.currency, a.amount_minor, s.lead_id "
        "FROM adjustments AS a JOIN buyers AS b ON b.id = a.buyer_id JOIN suppliers AS p ON p.id = a.supplier_id "
        "JOIN sales AS s ON s.id = a.sale_id WHERE a.period = ? ORDER BY a.id",
        period,
    )
    return {
        str(key): {"kind": kind, "name": name, "currency": code, "minor": minor, "lead_id": lead,
                   "signed": minor if kind in ("buyer_credit", "supplier_clawback") else -minor}
        for key, kind, name, code, minor, lead in found
    }  # fmt: skip


def nets(desk: Desk, side: str = "") -> dict[tuple[str, str, str], str]:
    """(party, name, currency) → credits less debits, as `report adjustments` says."""
    rows = desk.read_json("report", "adjustments", "--period", "2026-10")["rows"]
    return {(row["party"], row["name"], row["currency"]): row["net"] for row in rows if side in ("", row["party"])}


def totals(amounts: Mapping[tuple[str, str, str], int]) -> dict[tuple[str, str, str], str]:
    """Minor units as the texts of `nets`."""
    return {key: format_minor(minor, key[2]) for key, minor in amounts.items()}
