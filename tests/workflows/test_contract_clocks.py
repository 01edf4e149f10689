"""Contracts with a clock of their own: which sales are theirs, and on which clock the ledger's times are read."""

from __future__ import annotations

from pathlib import Path

from tests.desk import new_desk

TERMS = """\
version  = 1
currency = "USD"
timezone = "America/New_York"

[terms]
window       = "24 hours"
approval     = "auto"
counted_from = "delivered"

[[contracts]]
buyer     = "acme"
reference = "TOKYO"
from      = 2026-10-02
timezone  = "Asia/Tokyo"
"""
LEDGER = """\
lead_id,buyer,sold_at,delivered_at,price
BEFORE,acme,2026-10-01 23:30,2026-10-02 00:10,10.00
FIRST,acme,2026-10-02 00:30,,10.00
LATER,acme,2026-10-05 09:00,2026-10-05 10:00,10.00
"""
# On the clock that each of them was read on, an hour before and after its 24 hours are over.
RETURNS = """\
lead_id,requested_at,comment
BEFORE,2026-10-02T23:10:00-04:00,in time
FIRST,2026-10-03T00:29:00-04:00,in time
LATER,2026-10-06T09:00:00+09:00,in time
BEFORE,2026-10-03T01:10:00-04:00,too late
FIRST,2026-10-03T01:30:00-04:00,too late
LATER,2026-10-06T11:00:00+09:00,too late
"""


def test_a_sale_belongs_to_the_contract_of_the_day_that_the_ledger_writes(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "w", TERMS)
    desk.ledger(LEDGER)
    desk.returns(RETURNS, "--buyer", "acme", "--received", "2026-10-20")
    contracts, late = [], []
    for number in range(1, 7):
        found = desk.read_json("returns", "show", number)
        contracts += [step["facts"].get("contract") for step in found["steps"] if step["step"] == "contract"]
        late.append("too_late" in [finding["code"] for finding in found["findings"]])
    assert contracts == [None, "TOKYO", "TOKYO"] * 2
    assert late == [False] * 3 + [True] * 3
