"""A store in which everything has happened that fills a table, made once; every test gets a copy of its file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.desk import DAY, Desk, new_desk

POLICIES = """\
version  = 1
currency = "USD"
timezone = "UTC"

[seller]
name    = "Example Leads LLC"
address = ["1 Main Street", "Albany NY 12207"]
country = "US"

[terms]
window   = "60 days"
approval = "auto"
clawback = "50%"
unknown_lead = "review"

[buyers.acme]
name    = "Acme Home Services"
address = ["2 Side Street", "Boston MA 02108"]
country = "US"

[buyers.bolt]
approval = "review"
"""
HEAD = "lead_id,buyer,sold_at,price,payout,supplier,campaign,email\n"
LEDGER = (
    HEAD
    + "".join(
        f"L-{number:04},acme,2026-10-{number:02},{40 + number}.50,20.25,leadco,solar,a{number}@example.com\n"
        for number in range(1, 11)
    )
    + "".join(f"B-{number:04},bolt,2026-10-{number:02},30.00,12.00,webreach,roofing,\n" for number in range(1, 6))
)
IN_NOVEMBER = 1_793_620_800  # noon of 2 November, UTC


@pytest.fixture(scope="session")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Sales changed and taken back; batches decided, one with problems, one void; a month closed, billed, exported."""
    desk = new_desk(tmp_path_factory.mktemp("lived-in") / "ws", POLICIES)
    desk.now = IN_NOVEMBER - 10 * DAY
    desk.ledger(LEDGER)
    desk.ledger(HEAD + "L-0010,acme,2026-10-10,55.00,20.25,leadco,solar,a10@example.com\n", name="second.csv")
    desk.ledger(HEAD + "X-1,acme,2026-10-10,5.00,2.00,leadco,solar,\n", name="wrong.csv")
    desk.run("ledger", "void", 3, "--yes").ok()
    asked = (
        "lead_id,return date,comment\nL-0001,2026-10-20,rang\nL-0002,2026-10-20,\nL-0003,2026-02-31,\nL-9,2026-10-20,\n"
    )
    assert desk.returns(asked, "--buyer", "acme", name="acme.csv")["approved"] == 2
    desk.returns("lead_id\nB-0001\nB-0002\nB-0003\n", "--buyer", "bolt", name="bolt.csv")
    desk.returns("lead_id\nL-0004\nL-0005\n", "--buyer", "acme", name="wrong_file.csv")
    desk.run("batch", "void", 3, "--because", "wrong file", "--yes").ok()
    desk.run("review", "approve", 4).ok()
    desk.run("review", "reject", 5, "--because", "works").ok()
    desk.run("review", "reverse", 1, "--because", "the lead answered").ok()
    desk.now = IN_NOVEMBER
    desk.run("period", "close", "2026-10", "--carry").ok()
    desk.run("credit-note", "issue", "--period", "2026-10").ok()
    note = desk.query("SELECT number FROM credit_notes ORDER BY id LIMIT 1")[0][0]
    desk.run("credit-note", "void", note, "--because", "wrong address").ok()
    desk.run("export", "hledger", "--period", "2026-10", "-o", desk.root / "october.journal").ok()
    desk.check()
    return desk


@pytest.fixture
def copied(lived_in: Desk, tmp_path: Path) -> Desk:
    """A workspace of one's own with that store."""
    root = tmp_path / "ws"
    root.mkdir()
    for name in ("policies.toml", "leadreturns.db"):
        shutil.copy(lived_in.root / name, root / name)
    return Desk(root, now=lived_in.now + DAY)
