"""One table of returns, written in more than forty shapes, imported each time into the same store and voided again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desk import Desk, new_desk
from tests.readers.test_shapes import SHAPES

POLICIES = """\
version  = 1
currency = "USD"
timezone = "America/New_York"

[reasons.disconnected]
[reasons.duplicate]
aliases = ["dup"]
credit  = "50%"

[terms]
window   = "30 days"
approval = "auto"
clawback = "50%"

[buyers.acme]
region = "US"
"""
LEDGER = """\
Lead ID,Buyer,Supplier,Sold at,Price,Payout,Phone
1001,acme,leadco,2026-09-28,40.00,24.00,+14155552671
1002,Borealis Energy,leadco,2026-10-20,38.50,20.00,+14155552672
1003,acme,leadco,2026-10-20,41.00,22.00,
1004,acme,leadco,2026-10-20,42.00,22.00,+442079460958
1005,Crest & Co,leadco,2026-02-20,60.01,30.01,+14155552675
"""
OF_ONE_BATCH = ("id", "batch", "row", "decided_at")


@pytest.fixture(scope="module")
def shape_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = new_desk(tmp_path_factory.mktemp("shapes"), POLICIES)
    desk.ledger(LEDGER)
    return desk


def outcome(desk: Desk, content: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The figures of the import and every decision, without what tells one batch from another."""
    figures = desk.run("import", desk.file("returns.dat", content), "--json").ok().json
    batch = figures["batch"]
    decided = desk.read_json("returns", "list", "--batch", batch)["returns"]
    desk.run("batch", "void", batch, "--because", "the next shape", "--yes").ok()
    kept = {name: figures[name] for name in ("rows", "approved", "rejected", "review", "unreadable", "findings")}
    sums = {name: figures[name] for name in ("credits", "clawbacks", "problems")}
    rows = [{name: value for name, value in row.items() if name not in OF_ONE_BATCH} for row in decided]
    return kept | sums, sorted(rows, key=lambda row: str(row["lead_id"]))


def test_what_the_table_comes_to(shape_desk: Desk) -> None:
    figures, rows = outcome(shape_desk, SHAPES["csv"]())
    assert figures == {
        "rows": 5, "approved": 2, "rejected": 0, "review": 3, "unreadable": 0,
        "findings": {"reason_unknown": 2, "in_future": 1},
        "credits": [{"currency": "USD", "amount": "70.01", "count": 2}],
        "clawbacks": [{"currency": "USD", "amount": "27.01", "count": 2}],
        "problems": [],
    }  # fmt: skip
    assert [row["outcome"] for row in rows] == ["approved", "review", "review", "review", "approved"]


@pytest.fixture(scope="module")
def as_csv(shape_desk: Desk) -> object:
    return outcome(shape_desk, SHAPES["csv"]())


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_comes_to_the_same(shape_desk: Desk, as_csv: object, shape: str) -> None:
    assert outcome(shape_desk, SHAPES[shape]()) == as_csv


def test_the_store_proves_itself_afterwards(shape_desk: Desk) -> None:
    assert len(SHAPES) >= 40
    shape_desk.check()
