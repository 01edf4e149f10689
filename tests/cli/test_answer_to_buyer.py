"""The answer that a buyer gets names no other buyer, whatever stands in his file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk import Desk, new_desk

LEDGER = """\
lead_id,buyer,supplier,campaign,sold_at,price,payout,phone
L1,acme,quietsource,solar,2026-10-01,50.00,20.00,14155550101
L2,rivalroofing,quietsource,solar,2026-10-01,61.25,31.25,14155550102
L3,rivalroofing,quietsource,solar,2026-10-01,61.25,31.25,14155550103
L3,acme,quietsource,solar,2026-10-02,50.00,20.00,14155550103
L4,acme,quietsource,solar,2026-10-02,50.00,20.00,14155550104
"""
ROWS = """\
lead_id,buyer,requested_at,reason,phone
L1,acme,2026-10-02,disc,
L2,acme,2026-10-02,disc,
L2,rivalroofin,2026-10-02,disc,
X9,acme,2026-10-02,duplicate,14155550102
L3,acme,2026-10-02,duplicate,
L3,acme,2026-10-03,disc,
,acme,2026-10-03,disc,14155550102
L4,acme,2026-10-30,disc,
L4,acme,soon,disc,
"""
TERMS = """\
version  = 1
currency = "USD"
timezone = "UTC"

[reasons.disconnected]
aliases = ["disc"]
[reasons.duplicate]

[terms]
window             = "10 days"
approval           = "auto"
duplicate_lookback = "30 days"
clawback           = "100%"

[[always_review]]
name  = "watch rivalroofing"
price = "from 60.00"
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = new_desk(tmp_path / "leads", TERMS)
    made.ledger(LEDGER)
    return made


@pytest.mark.parametrize("flags", [("--buyer", "acme"), ()], ids=["named", "by the rows"])
def test_the_answer_names_no_other_buyer_supplier_or_price(desk: Desk, flags: tuple[str, ...]) -> None:
    desk.file("acme.csv", ROWS)
    desk.run("import", "acme.csv", *flags, "--received", "2026-10-31", "--response", "answer.csv")
    told = (desk.root / "answer.csv").read_text(encoding="utf-8-sig")
    assert len(told.splitlines()) == len(ROWS.splitlines())
    for line, own in zip(told.splitlines(), ROWS.splitlines(), strict=True):
        ours = line.removeprefix(own)
        assert ours != line
        for secret in ("rival", "quietsource", "61.25", "31.25", "20.00", "watch"):
            assert secret not in ours, line


def test_returns_show_tells_the_operator_what_the_buyer_reads(desk: Desk) -> None:
    desk.returns(ROWS, "--buyer", "acme", "--received", "2026-10-31")
    shown = desk.run("returns", "show", 2).ok().out
    assert "buyer reads    We find no sale to you with this identifier." in shown
    assert desk.read_json("returns", "show", 2)["reply"] == "We find no sale to you with this identifier."
