"""A year of real trade, to the cent: 530,099 sold lines and 9,288 cancellations of a shop that sold to 38 countries.

The data (UCI "Online Retail", D. Chen, CC BY 4.0) lies beside the project, not in it; without it all this is skipped.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.desk import Desk, new_desk

DATA = Path(__file__).resolve().parents[3] / "shared" / "realdata" / "online_retail"
pytestmark = [
    pytest.mark.skipif(not DATA.is_dir(), reason="the real data of ../shared/realdata/online_retail is not there"),
    pytest.mark.timeout(600),
]

POLICIES = """\
version  = 1
currency = "GBP"
timezone = "UTC"

[terms]
window       = "30 days"
approval     = "auto"
unknown_lead = "reject"
clawback     = "0%"
post_to      = "requested"
"""


@pytest.fixture(scope="module")
def expected() -> Any:
    return json.loads((DATA / "expected_30_days.json").read_text(encoding="utf-8"))["returns.csv"]


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Any]:
    """The ledger and the returns imported, and what the import of the returns printed."""
    desk = new_desk(tmp_path_factory.mktemp("real-trade") / "ws", POLICIES)
    with gzip.open(DATA / "ledger.csv.gz") as packed, (desk.root / "ledger.csv").open("wb") as ledger:
        shutil.copyfileobj(packed, ledger)
    sales = desk.read_json("ledger", "import", "ledger.csv")
    assert (sales["rows"], sales["inserted"], sales["problems"]) == (530_099, 530_099, [])
    (desk.root / "ledger.csv").unlink()
    ran = desk.run("import", DATA / "returns.csv", "--json")
    assert ran.code == 0
    return desk, ran.json


def digest(desk: Desk) -> str:
    return hashlib.sha256(desk.store.read_bytes()).hexdigest()


def test_every_row_ends_as_it_must(trade: tuple[Desk, Any], expected: Any) -> None:
    _, result = trade

    assert (result["rows"], result["approved"], result["rejected"]) == (9_288, 5_805, 3_483)
    assert (result["review"], result["unreadable"], result["skipped"]) == (0, 0, {})
    assert result["findings"] == {
        "unknown_lead": expected["unknown_lead"],
        "already_returned": expected["duplicate"],
        "too_late": expected["out_of_window"],
    }
    assert result["findings"] == {"unknown_lead": 1_689, "already_returned": 273, "too_late": 1_521}
    assert result["credits"] == [{"currency": "GBP", "amount": "524459.79", "count": 5_805}]
    assert [each["amount"] for each in result["clawbacks"]] == ["0.00"]


def as_expected(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the ROI report in the words of the expectation."""
    return {
        "leads": row["sold"],
        "returned_leads": row["returned"],
        "gross_revenue": row["revenue"],
        "credits": row["credits"],
        "net_revenue": row["net_revenue"],
        "cost": row["payout"],
        "profit_after": row["profit"],
        "roi_before": row["roi_before"],
        "roi_after": row["roi"],
    }


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of an expectation that the report has too."""
    left_out = ("profit_before", "cost_of_returned_leads", "roi_after_if_suppliers_are_not_paid_for_returned_leads")
    return {name: value for name, value in values.items() if name not in left_out}


@pytest.mark.parametrize(
    ("by", "key"), [("buyer", "by_buyer"), ("campaign", "by_campaign"), ("month", "by_month_sold")]
)
def test_every_figure_of_each_group_is_right_to_the_cent(
    trade: tuple[Desk, Any], expected: Any, by: str, key: str
) -> None:
    desk, _ = trade

    rows = {row[by]: as_expected(row) for row in desk.read_json("report", "roi", "--by", by)["rows"]}

    assert rows == {name: told(values) for name, values in expected[key].items()}


@pytest.mark.parametrize("basis", ["sale", "posting"])
def test_the_true_roi_is_told_on_both_bases(trade: tuple[Desk, Any], expected: Any, basis: str) -> None:
    desk, _ = trade

    report = desk.read_json("report", "roi", "--by", "month", "--basis", basis)

    (total,) = report["totals"]
    assert as_expected(total) == told(expected["totals"])
    assert (total["roi_before"], total["roi"]) == ("0.666648", "0.584617")
    assert sum(Decimal(row["credits"]) for row in report["rows"]) == Decimal("524459.79")


def test_credits_are_billed_to_each_buyer_in_the_month_of_his_request(trade: tuple[Desk, Any], expected: Any) -> None:
    desk, _ = trade
    wanted = expected["credits_by_buyer_and_month_of_return"]

    rows = desk.read_json("report", "roi", "--by", "buyer,month", "--basis", "posting")["rows"]

    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["returned"]:
            found.setdefault(row["buyer"], {})[row["month"]] = {"leads": row["returned"], "credit": row["credits"]}
    assert found == wanted


def test_the_billing_of_every_month_says_the_same(trade: tuple[Desk, Any], expected: Any) -> None:
    desk, _ = trade
    wanted = expected["credits_by_buyer_and_month_of_return"]
    months = sorted({month for of_buyer in wanted.values() for month in of_buyer})
    assert (months[0], months[-1]) == ("2010-12", "2011-12")

    for month in months:
        report = desk.read_json("report", "adjustments", "--period", month)
        billed = {row["name"]: row["net"] for row in report["rows"]}
        assert billed == {name: of[month]["credit"] for name, of in wanted.items() if month in of}


def test_the_detail_of_a_month_adds_up_to_it(trade: tuple[Desk, Any]) -> None:
    desk, _ = trade

    lines = desk.read_json("report", "adjustments", "--period", "2011-11", "--detail")["rows"]
    report = desk.read_json("report", "adjustments", "--period", "2011-11")

    sums: Counter[str] = Counter()
    for line in lines:
        sums[line["name"]] += int(Decimal(line["amount"]) * 100)
    assert {row["name"]: int(Decimal(row["net"]) * 100) for row in report["rows"]} == sums


def test_ids_that_differ_only_by_case_are_told_apart(trade: tuple[Desk, Any]) -> None:
    desk, _ = trade
    alike = desk.query(
        "SELECT count(*), count(DISTINCT lead_id) FROM sales WHERE lead_key IN "
        "(SELECT lead_key FROM sales GROUP BY lead_key HAVING count(*) > 1)"
    )
    assert alike[0][0] == alike[0][1] > 0

    assert desk.query("SELECT count(*) FROM decisions WHERE leading = 'ambiguous_match'") == [(0,)]


# ---- What comes after, in this order -----------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(trade: tuple[Desk, Any]) -> None:
    desk, result = trade
    before = digest(desk)

    ran = desk.run("import", DATA / "returns.csv", "--json")

    assert ran.code == 0
    assert ran.json == {**result, "status": "already_imported"}
    assert digest(desk) == before


def test_rows_re_saved_as_a_workbook_with_other_headings_earn_no_new_credit(trade: tuple[Desk, Any]) -> None:
    import csv
    from datetime import datetime

    import openpyxl

    desk, _ = trade
    before = desk.read_json("report", "roi")["totals"]
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Cancellations")
    sheet.append(["Order ID", "Client", "Return date", "Disposition"])
    with (DATA / "returns.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            if number == 3_000:
                break
            sheet.append([row["lead_id"], row["buyer"], datetime.fromisoformat(row["returned_at"]), row["reason"]])
    book.save(desk.root / "again.xlsx")

    ran = desk.run("import", "again.xlsx", "--json")

    assert ran.code == 0, ran.err
    assert (ran.json["status"], ran.json["rows"], ran.json["approved"]) == ("recorded", 3_000, 0)
    assert ran.json["credits"] == []
    assert ran.json["rejected"] == 3_000
    assert desk.read_json("report", "roi")["totals"] == before


def test_the_store_proves_itself(trade: tuple[Desk, Any]) -> None:
    trade[0].check()
