"""The benchmark's files are the same every time, and all who decide them come to the answer that was meant."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from benchmarks.generate import write_ledger, write_returns
from benchmarks.mix import HEADINGS, Mix
from benchmarks.shape import Shape, typed_phone
from benchmarks.sheet import write_workbook
from benchmarks.terms import CREDIT_PERCENT, NEVER_A_REASON, POLICIES, WINDOW_DAYS, credit_minor

ROOT = Path(__file__).resolve().parents[2]
SALES, RETURNS = 20_000, 3_000
DIMENSIONS = ("buyer", "supplier", "campaign", "month")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_ledger(Shape(SALES), folder)
    write_returns(Shape(SALES), RETURNS, folder, workbook=True)
    return folder


def test_equal_arguments_give_equal_files(data: Path, tmp_path: Path) -> None:
    write_ledger(Shape(SALES), tmp_path)
    write_returns(Shape(SALES), RETURNS, tmp_path, workbook=False)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "credited.csv",
        "earlier.csv",
        f"expected_{RETURNS}.json",
        "ledger.csv",
        "policies.toml",
        f"returns_{RETURNS}.csv",
    ]
    assert [(tmp_path / name).read_bytes() for name in names] == [(data / name).read_bytes() for name in names]


def test_another_seed_gives_other_sales_and_rows() -> None:
    one, other = Shape(SALES, seed=1), Shape(SALES, seed=2)
    assert one.sale(17) != other.sale(17)
    assert list(Mix(one, 20, 100).rows()) != list(Mix(other, 20, 100).rows())


def test_a_lead_is_sold_once_to_a_buyer_and_a_phone_tells_a_person(data: Path) -> None:
    sales = _rows(data / "ledger.csv")
    assert len({(sale["lead_id"], sale["buyer"]) for sale in sales}) == len(sales) == SALES
    resold = [index for index in range(9, SALES, 10) if sales[index]["lead_id"] == sales[index - 1]["lead_id"]]
    assert len(resold) == SALES // 10
    assert {sales[index]["payout"] for index in resold} == {"0.00"}
    again, before = sales[30], sales[10]
    assert again["lead_id"] != before["lead_id"]
    assert (again["buyer"], again["email"].lower()) == (before["buyer"], before["email"].lower())
    assert {sale["currency"] for sale in sales} == {"EUR", "USD"}
    assert len({sale["sold_at"][:7] for sale in sales}) == 15


def test_scattered_picks_give_every_sale_once() -> None:
    shape = Shape(1_000)
    assert sorted(shape.pick(number) for number in range(1_000)) == list(range(1_000))


def test_the_mix_is_what_it_says(data: Path) -> None:
    outcomes = _expected(data)["outcomes"]
    assert sum(outcomes.values()) == RETURNS
    assert outcomes["approved"] / RETURNS == pytest.approx(0.85, abs=0.02)
    assert min(outcomes["review"], outcomes["unreadable"]) > 0
    by_contact = [row for row in _rows(data / f"returns_{RETURNS}.csv") if not row["Lead ID"]]
    assert len(by_contact) / RETURNS == pytest.approx(0.05, abs=0.015)
    assert any(row["Phone"] and row["Email"] for row in by_contact)


def test_more_returns_than_sales_are_refused() -> None:
    with pytest.raises(ValueError, match="need a larger ledger than 100"):
        Mix(Shape(100), returns=99, earlier=2)


def test_the_terms_of_the_scripts_are_those_of_the_policies() -> None:
    policies = tomllib.loads(POLICIES)
    shares: dict[str, int] = {}
    never: list[str] = []
    for code, reason in policies["reasons"].items():
        texts = [code, *reason["aliases"]]
        if reason.get("valid", True):
            shares |= dict.fromkeys(texts, int(reason.get("credit", "100%").rstrip("%")))
        else:
            never += texts
    assert shares == CREDIT_PERCENT
    assert tuple(never) == NEVER_A_REASON
    assert policies["terms"]["window"] == f"{WINDOW_DAYS} days"


def test_half_a_cent_is_rounded_up() -> None:
    assert [credit_minor(price, 50) for price in (100, 101, 103)] == [50, 51, 52]


def test_a_typed_phone_keeps_its_digits() -> None:
    assert typed_phone("+12055550143") == "+1 (205) 555-0143"
    assert typed_phone("") == ""


def test_the_workbook_says_what_the_text_says(data: Path) -> None:
    sheet = CalamineWorkbook.from_path(data / f"returns_{RETURNS}.xlsx").get_sheet_by_name("Returns")
    cells = [[_text(cell) for cell in row] for row in sheet.to_python()]
    assert len(cells[0]) == len(HEADINGS)
    with (data / f"returns_{RETURNS}.csv").open(newline="") as lines:
        assert cells == list(csv.reader(lines))


def test_a_workbook_cell_is_escaped(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", [("Smith & <Sons>", date(2024, 2, 29), datetime(2024, 2, 29, 18, 0))])
    sheet = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_name("Returns")
    assert sheet.to_python() == [["Smith & <Sons>", date(2024, 2, 29), datetime(2024, 2, 29, 18, 0)]]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_pandas_decides_as_was_meant(data: Path, tmp_path: Path, suffix: str) -> None:
    assert _peer("peer_pandas", data, data / f"returns_{RETURNS}{suffix}", tmp_path) == _expected(data)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_duckdb_decides_as_was_meant(data: Path, tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("duckdb", reason="duckdb is a peer for benchmarks only, and is not installed here")
    assert _peer("peer_duckdb", data, data / f"returns_{RETURNS}{suffix}", tmp_path) == _expected(data)


def test_duckdb_decides_alike_from_its_own_store_and_keeps_the_decisions(data: Path, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is a peer for benchmarks only, and is not installed here")
    store = tmp_path / "ledger.duckdb"
    subprocess.run((sys.executable, "-m", "benchmarks.peer_duckdb", data, "--load", store), cwd=ROOT, check=True)
    file = data / f"returns_{RETURNS}.csv"
    assert _peer("peer_duckdb", data, file, tmp_path, "--store", str(store)) == _expected(data)
    with duckdb.connect(store) as kept:
        assert kept.execute("select count(*) from decision").fetchone() == (RETURNS,)


def test_the_peers_agree_on_every_row_and_report(data: Path, tmp_path: Path) -> None:
    pytest.importorskip("duckdb", reason="duckdb is a peer for benchmarks only, and is not installed here")
    file = data / f"returns_{RETURNS}.csv"
    for peer in ("peer_pandas", "peer_duckdb"):
        _peer(peer, data, file, tmp_path / peer)
    columns = ("row", "outcome", "finding", "credit")
    assert _columns(tmp_path / "peer_pandas/answer.csv", columns) == _columns(
        tmp_path / "peer_duckdb/answer.csv", columns
    )
    for dimension in DIMENSIONS:
        counted = (dimension, "currency", "sold", "revenue", "payout", "returned", "credits")
        name = f"roi_{dimension}.csv"
        assert _columns(tmp_path / "peer_pandas" / name, counted) == _columns(tmp_path / "peer_duckdb" / name, counted)


def _peer(module: str, data: Path, returns: Path, out: Path, *more: str) -> dict[str, Any]:
    command = [sys.executable, "-m", f"benchmarks.{module}", str(data), str(returns), str(out), *more]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _expected(data: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((data / f"expected_{RETURNS}.json").read_text())
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def _columns(path: Path, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    return sorted(tuple(row[column] for column in columns) for row in _rows(path))


def _text(value: object) -> str:
    if isinstance(value, datetime) and value.time() != datetime.min.time():
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value.strftime("%Y-%m-%d") if isinstance(value, date) else str(value or "")
