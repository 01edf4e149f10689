"""What scripts rely on (interface, section 6): the keys, the kinds of values, and sums that add up."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.desk import Desk, new_desk

POLICIES = """\
version  = 1
currency = "USD"
timezone = "America/New_York"

[reasons.disconnected]
aliases = ["disc"]
[reasons.duplicate]
credit = "50%"
[reasons.no_answer]
valid = false

[terms]
window   = "10 days"
approval = "auto"
duplicate_lookback = "30 days"

[[always_review]]
name  = "big tickets"
price = "from 100.00"

[suppliers.leadco]
clawback = "100%"
[suppliers.webreach]
clawback = "as credit"
"""
SALES = """\
lead_id,buyer,sold_at,price,payout,supplier,campaign,currency
L-1,acme,2026-09-28 10:00,50.00,30.00,leadco,solar,USD
L-2,acme,2026-10-05 10:00,40.00,24.00,leadco,solar,USD
L-3,acme,2026-10-05 10:00,120.00,60.00,webreach,roofing,USD
L-4,acme,2026-10-06 10:00,33.33,10.00,webreach,solar,EUR
L-5,acme,2026-10-06 10:00,25.00,0,,solar,USD
L-6,bolt,2026-10-06 10:00,10.00,4.00,leadco,solar,USD
L-7,acme,2026-10-06 10:00,7.01,3.01,webreach,solar,EUR
L-7,acme,2026-10-06 10:00,7.01,3.01,webreach,solar,EUR
"""
RETURNS = """\
Ref No,Lead Reference,Return Date,Why,Remark
1,L-1,2026-10-12,disc,
2,L-2,2026-10-09,disc,
3,L-3,2026-10-09,disc,
4,L-4,2026-10-09,disc,
5,L-5,2026-10-09,voicemail,
6,L-6,2026-10-09,disc,
7,L-2,2026-10-09,disc,again
8,L-9,2026-10-09,disc,
9,L-7,2026-02-31,disc,
,,,,
Total,,,,9
"""
MONEY = re.compile(r"-?\d+\.\d\d")
RATIO = re.compile(r"-?\d+\.\d{6}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = new_desk(tmp_path_factory.mktemp("shapes") / "ws", POLICIES)
    desk.file("ledger.csv", SALES)
    desk.file("acme.csv", RETURNS)
    return desk


@pytest.fixture(scope="module")
def sold(desk: Desk) -> Any:
    return desk.read_json("ledger", "import", "ledger.csv")


@pytest.fixture(scope="module")
def imported(desk: Desk, sold: Any) -> Any:
    ran = desk.run("import", "acme.csv", "--buyer", "acme", "--received", "2026-10-13", "--json")
    assert ran.code == 1
    return ran.json


def keys(row: Mapping[str, Any], *names: str) -> None:
    """The row has these keys; keys may be added, but the order of those stands."""
    assert [name for name in row if name in names] == list(names)


def total(rows: Iterable[Mapping[str, Any]], name: str, **where: str) -> Decimal:
    return sum(
        (Decimal(row[name]) for row in rows if all(row[key] == value for key, value in where.items())), Decimal(0)
    )


def test_ledger_import(desk: Desk, sold: Any) -> None:
    keys(sold, "status", "file", "sha256", "rows", "inserted", "updated", "unchanged", "unreadable", "problems")
    assert sold["status"] == "recorded"
    assert sold["file"] == "ledger.csv"
    assert sold["sha256"] == hashlib.sha256(SALES.encode()).hexdigest()
    assert (sold["rows"], sold["inserted"], sold["updated"], sold["unchanged"], sold["unreadable"]) == (8, 7, 0, 1, 0)
    assert sold["problems"] == []


def test_import(imported: Any) -> None:
    keys(
        imported, "status", "batch", "file", "sha256", "buyer", "rows", "approved", "rejected", "review", "unreadable",
        "skipped", "findings", "credits", "clawbacks", "problems",
    )  # fmt: skip
    assert (imported["status"], imported["batch"], imported["file"], imported["buyer"]) == (
        "recorded",
        1,
        "acme.csv",
        "acme",
    )
    assert imported["sha256"] == hashlib.sha256(RETURNS.encode()).hexdigest()
    assert imported["rows"] == 9
    assert imported["rows"] == sum(imported[name] for name in ("approved", "rejected", "review", "unreadable"))
    assert (imported["approved"], imported["rejected"], imported["review"], imported["unreadable"]) == (2, 4, 2, 1)
    assert imported["skipped"]["total"] == 1
    assert imported["findings"] == {
        "unknown_lead": 1,
        "not_this_buyer": 1,
        "already_returned": 1,
        "too_late": 1,
        "reason_unknown": 1,
        "always_review": 1,
    }
    assert imported["credits"] == [
        {"currency": "EUR", "amount": "33.33", "count": 1},
        {"currency": "USD", "amount": "40.00", "count": 1},
    ]
    assert imported["clawbacks"] == [
        {"currency": "EUR", "amount": "10.00", "count": 1},
        {"currency": "USD", "amount": "24.00", "count": 1},
    ]
    (problem,) = imported["problems"]
    keys(problem, "code", "row", "column", "value", "message")
    assert (problem["code"], problem["row"], problem["column"], problem["value"]) == (
        "bad_date",
        10,
        "Return Date",
        "2026-02-31",
    )


def test_import_seen_before_and_rehearsed(desk: Desk, imported: Any) -> None:
    again = desk.run("import", "acme.csv", "--buyer", "acme", "--json")
    assert again.code == 0
    assert again.json == {**imported, "status": "already_imported"}

    desk.file("more.csv", "lead_id,reason\nL-7,disc\n")
    rehearsed = desk.read_json("import", "more.csv", "--buyer", "acme", "--received", "2026-10-13", "--dry-run")
    assert rehearsed["status"] == "dry_run"
    assert (rehearsed["approved"], rehearsed["credits"][0]["amount"]) == (1, "7.01")
    assert len(desk.read_json("batch", "list")["rows"]) == 1


def test_returns_list(desk: Desk, imported: Any) -> None:
    listed = desk.read_json("returns", "list")
    assert set(listed) == {"returns"}
    rows = listed["returns"]
    assert len(rows) == imported["rows"] - imported["unreadable"]
    for row in rows:
        keys(
            row, "id", "batch", "row", "buyer", "lead_id", "reason", "outcome", "findings", "explanation", "credit",
            "currency", "decided_by", "decided_at", "void",
        )  # fmt: skip
        assert row["outcome"] in ("approved", "rejected", "review")
        assert row["decided_by"] == "policy"
        assert TIME.fullmatch(row["decided_at"])
        assert row["void"] is False
        for finding in row["findings"]:
            keys(finding, "code", "severity", "facts")
            assert finding["severity"] in ("reject", "review")
        assert row["explanation"].endswith((".", "]"))
    approved = [row for row in rows if row["outcome"] == "approved"]
    for each in imported["credits"]:
        assert total(approved, "credit", currency=each["currency"]) == Decimal(each["amount"])
    assert [row["row"] for row in rows] == [2, 3, 4, 5, 6, 7, 8, 9], "rows as the text editor shows them"
    late = next(row for row in rows if row["row"] == 2)
    assert late["explanation"] == (
        "Rejected: requested 2026-10-12, deadline was 2026-10-08 23:59 America/New_York "
        "(10 days from sale on 2026-09-28 10:00), 4 days late. [too_late]"
    )


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (("--outcome", "approved"), [3, 5]),
        (("--outcome", "review"), [4, 6]),
        (("--finding", "too_late"), [2]),
        (("--finding", "unknown_lead"), [9]),
        (("--reason", "disconnected", "--outcome", "rejected"), [2, 7, 8, 9]),
        (("--batch", "1", "--buyer", "ACME", "--outcome", "review"), [4, 6]),
        (("--buyer", "bolt"), []),
        (("--since", "2026-11-02"), [2, 3, 4, 5, 6, 7, 8, 9]),
        (("--since", "2026-11-03"), []),
    ],
)
def test_returns_list_filtered(desk: Desk, imported: Any, flags: tuple[str, ...], expected: list[int]) -> None:
    assert [row["row"] for row in desk.read_json("returns", "list", *flags)["returns"]] == expected


FIGURES = (
    "currency", "sold", "returned", "return_rate", "revenue", "credits", "net_revenue", "payout", "clawbacks",
    "net_payout", "profit", "roi", "roi_before", "pending",
)  # fmt: skip


@pytest.mark.parametrize("basis", ["sale", "posting"])
@pytest.mark.parametrize("by", ["buyer", "supplier", "campaign", "month", "currency", "buyer,supplier,month"])
def test_report_roi(desk: Desk, imported: Any, by: str, basis: str) -> None:
    report = desk.read_json("report", "roi", "--by", by, "--basis", basis)

    keys(report, "report", "by", "basis", "from", "to", "rows", "totals")
    assert (report["report"], report["by"], report["basis"]) == ("roi", by.split(","), basis)
    assert (report["from"], report["to"]) == ("2026-09", "2026-11" if basis == "posting" else "2026-10")
    for row in [*report["rows"], *report["totals"]]:
        keys(row, *FIGURES)
        adds_up(row)
    for row in report["rows"]:
        keys(row, *(name for name in by.split(",") if name != "currency"))
    for overall in report["totals"]:
        for name in ("revenue", "credits", "net_revenue", "payout", "clawbacks", "net_payout", "profit", "pending"):
            assert total(report["rows"], name, currency=overall["currency"]) == Decimal(overall[name])
    assert [
        (
            each["currency"],
            each["sold"],
            each["returned"],
            each["revenue"],
            each["credits"],
            each["clawbacks"],
            each["roi"],
        )
        for each in report["totals"]
    ] == [
        ("EUR", 2, 1, "40.34", "33.33", "10.00", "1.328904"),
        ("USD", 5, 1, "245.00", "40.00", "24.00", "1.180851"),
    ]
    assert [each["pending"] for each in report["totals"]] == ["0.00", "145.00"]


def adds_up(row: Mapping[str, Any]) -> None:
    """Profit and ROI follow from the sums beside them."""
    for name in ("revenue", "credits", "net_revenue", "payout", "clawbacks", "net_payout", "profit", "pending"):
        assert MONEY.fullmatch(row[name]), (name, row[name])
    for name in ("return_rate", "roi", "roi_before"):
        assert row[name] is None or RATIO.fullmatch(row[name])
    amount = {name: Decimal(row[name]) for name in FIGURES[4:11] + FIGURES[13:]}
    assert amount["net_revenue"] == amount["revenue"] - amount["credits"]
    assert amount["net_payout"] == amount["payout"] - amount["clawbacks"]
    assert amount["profit"] == amount["net_revenue"] - amount["net_payout"]
    assert (row["roi"] is None) == (amount["net_payout"] == 0)
    assert (row["roi_before"] is None) == (amount["payout"] == 0)
    assert (row["return_rate"] is None) == (row["sold"] == 0)
    if row["roi"] is not None:
        assert abs(Decimal(row["roi"]) - amount["profit"] / amount["net_payout"]) <= Decimal("0.0000005")
    if row["roi_before"] is not None:
        before = (amount["revenue"] - amount["payout"]) / amount["payout"]
        assert abs(Decimal(row["roi_before"]) - before) <= Decimal("0.0000005")


def test_months_of_roi_are_those_of_the_basis(desk: Desk, imported: Any) -> None:
    sale = desk.read_json("report", "roi", "--by", "month", "--from", "2026-10", "--to", "2026-10")
    assert (sale["from"], sale["to"]) == ("2026-10", "2026-10")
    assert {row["month"] for row in sale["rows"]} == {"2026-10"}

    posting = desk.read_json("report", "roi", "--by", "month", "--basis", "posting", "--from", "2026-11")
    assert [(row["month"], row["currency"], row["sold"], row["returned"], row["return_rate"], row["credits"])
            for row in posting["rows"]] == [
        ("2026-11", "EUR", 0, 1, None, "33.33"),
        ("2026-11", "USD", 0, 1, None, "40.00"),
    ]  # fmt: skip


def test_report_adjustments(desk: Desk, imported: Any) -> None:
    report = desk.read_json("report", "adjustments", "--period", "2026-11")

    keys(report, "report", "period", "status", "rows")
    assert (report["report"], report["period"], report["status"]) == ("adjustments", "2026-11", "open")
    for row in report["rows"]:
        keys(row, "party", "name", "currency", "credits", "debits", "net", "count")
        assert Decimal(row["credits"]) - Decimal(row["debits"]) == Decimal(row["net"])
    assert [(row["party"], row["name"], row["currency"], row["net"], row["count"]) for row in report["rows"]] == [
        ("buyer", "acme", "EUR", "33.33", 1),
        ("buyer", "acme", "USD", "40.00", 1),
        ("supplier", "leadco", "USD", "24.00", 1),
        ("supplier", "webreach", "EUR", "10.00", 1),
    ]
    detail = desk.read_json("report", "adjustments", "--period", "2026-11", "--detail")["rows"]
    for row in detail:
        assert {"return", "sale", "lead_id", "reason", "kind", "currency", "amount"} <= set(row)
    assert total(detail, "amount", party="supplier", currency="EUR") == Decimal("10.00")
    empty = desk.read_json("report", "adjustments", "--period", "2026-05")
    assert (empty["rows"], empty["status"]) == ([], "open")


@pytest.mark.parametrize("by", ["buyer", "supplier", "campaign", "reason", "month"])
def test_report_returns(desk: Desk, imported: Any, by: str) -> None:
    report = desk.read_json("report", "returns", "--by", by)

    for row in report["rows"]:
        keys(
            row, by, "currency", "requested", "approved", "rejected", "review", "return_rate", "credits", "clawbacks",
            "unrecovered",
        )  # fmt: skip
        assert row["requested"] == row["approved"] + row["rejected"] + row["review"]
    assert sum(row["requested"] for row in report["rows"]) == 8
    assert sum(row["approved"] for row in report["rows"]) == imported["approved"]
    priced = [row for row in report["rows"] if row["currency"]]
    assert total(priced, "credits", currency="USD") == Decimal("40.00")
    assert total(priced, "clawbacks", currency="USD") == Decimal("24.00")
    assert total(priced, "unrecovered", currency="USD") == Decimal("0.00")


def test_batches_and_single_returns(desk: Desk, imported: Any) -> None:
    (listed,) = desk.read_json("batch", "list")["rows"]
    assert {
        name: listed[name] for name in ("file", "buyer", "rows", "approved", "rejected", "review", "unreadable")
    } == {name: imported[name] for name in ("file", "buyer", "rows", "approved", "rejected", "review", "unreadable")}
    shown = desk.read_json("batch", "show", 1)
    assert {name: shown[name] for name in imported if name != "status"} == {
        name: value for name, value in imported.items() if name != "status"
    }
    assert shown["void"] is False
    one = desk.read_json("returns", "show", 1)
    assert one["id"] == 1
    assert [past["outcome"] for past in one["decisions"]] == ["rejected"]
    lead = desk.read_json("ledger", "show", "L-2")
    assert [entry["kind"] for entry in lead["sales"][0]["adjustments"]] == ["buyer_credit", "supplier_clawback"]


def test_json_goes_whole_to_stdout_and_talk_to_stderr(desk: Desk, imported: Any) -> None:
    for words in (("report", "roi"), ("returns", "list"), ("import", "acme.csv", "--buyer", "acme"), ("status",)):
        ran = desk.run(*words, "--json")
        assert ran.out.startswith("{")
        assert ran.out.endswith("}\n")
        assert ran.json
        assert "\x1b" not in ran.out + ran.err


@pytest.mark.parametrize("name", ["roi.json", "ROI.JSON"])
def test_a_file_named_json_holds_what_json_prints(desk: Desk, imported: Any, name: str, tmp_path: Path) -> None:
    printed = desk.run("report", "roi", "--json").out

    ran = desk.run("report", "roi", "-o", tmp_path / name).ok()

    assert (tmp_path / name).read_text(encoding="utf-8") == printed
    assert ran.out == ""
