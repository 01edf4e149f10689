"""The ten contracts of samples/contracts, run as a person would: the commands that stand in each CONTRACT.md.

`expected.csv` was worked out by hand from the clauses. Its rows are those of returns.csv: the row number that a person
sees, the outcome, the leading finding (of an unreadable row: the problem), and what approval credits and claws back.
"""

from __future__ import annotations

import csv
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import leadreturns

CONTRACTS = Path(__file__).parents[2] / "samples" / "contracts"
FOLDERS = sorted(path.parent.name for path in CONTRACTS.glob("*/CONTRACT.md"))
SOURCE = Path(leadreturns.__file__).parents[1]

FINDINGS_IN_ORDER = [
    "unknown_lead",
    "not_this_buyer",
    "ambiguous_match",
    "already_returned",
    "already_requested",
    "not_returnable",
    "before_sale",
    "in_future",
    "backdated",
    "too_early",
    "too_late",
    "reason_unknown",
    "reason_not_allowed",
    "missing_evidence",
    "not_a_duplicate",
    "over_cap",
    "always_review",
    "auto_reject",
    "needs_approval",
]

Money = tuple[Decimal, Decimal]
"""Credits to the buyer, clawbacks from the supplier."""


@dataclass(frozen=True)
class Run:
    """What a contract's commands printed, and what they should have led to."""

    folder: Path
    expected: list[dict[str, str]]
    ledger: Mapping[str, Any]
    imported: Mapping[str, Any]
    returns: Mapping[int, Mapping[str, Any]]
    """By row of the file."""
    by_supplier: Mapping[str, Money]
    """As `report roi` says."""

    def rows(self, *outcomes: str) -> list[dict[str, str]]:
        return [row for row in self.expected if row["outcome"] in outcomes]


def leadreturns_command(workspace: Path, *arguments: str) -> Any:
    """The JSON that a command prints; exit 1 (rows that a person must mend) is an answer like 0."""
    path = os.pathsep.join(filter(None, [str(SOURCE), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        [sys.executable, "-m", "leadreturns", *arguments, "-C", str(workspace), "--json"],
        check=False,
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": path, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    told = f"leadreturns {shlex.join(arguments)}\n{done.stdout}\n{done.stderr}"
    assert done.returncode in (0, 1), told
    assert "Traceback" not in done.stderr, told
    return json.loads(done.stdout)


def commands_of(folder: Path) -> list[list[str]]:
    """The arguments of the `leadreturns` lines in CONTRACT.md."""
    lines = (folder / "CONTRACT.md").read_text(encoding="utf-8").splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("leadreturns ")]


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module", params=FOLDERS)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = CONTRACTS / request.param
    workspace = tmp_path_factory.mktemp(request.param)
    for name in ("policies.toml", "ledger.csv", "returns.csv"):
        shutil.copy(folder / name, workspace / name)
    ledger, imported = (leadreturns_command(workspace, *arguments) for arguments in commands_of(folder))
    listed = leadreturns_command(workspace, "returns", "list")["returns"]
    suppliers = leadreturns_command(workspace, "report", "roi", "--by", "supplier")["rows"]
    return Run(
        folder=folder,
        expected=read_csv(folder / "expected.csv"),
        ledger=ledger,
        imported=imported,
        returns={entry["row"]: entry for entry in listed},
        by_supplier={row["supplier"] or "": money(row["credits"], row["clawbacks"]) for row in suppliers},
    )


def money(credit: str, clawback: str) -> Money:
    return Decimal(credit), Decimal(clawback)


def leading(findings: Iterable[Mapping[str, Any]]) -> str:
    """The first finding of the worst severity in the interface's order, '' without findings."""
    found = list(findings)
    worst = "reject" if any(finding["severity"] == "reject" for finding in found) else "review"
    codes = [finding["code"] for finding in found if finding["severity"] == worst]
    return min(codes, key=FINDINGS_IN_ORDER.index, default="")


def total(rows: Iterable[Mapping[str, str]], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


def test_there_are_ten_contracts_and_each_names_its_source() -> None:
    assert len(FOLDERS) == 10
    for name in FOLDERS:
        assert "Source" in (CONTRACTS / name / "CONTRACT.md").read_text(encoding="utf-8")
        assert 8 <= len(read_csv(CONTRACTS / name / "expected.csv")) <= 20


def test_the_whole_ledger_is_read(run: Run) -> None:
    assert run.ledger["status"] == "recorded"
    assert run.ledger["inserted"] == run.ledger["rows"] > 0
    assert run.ledger["problems"] == []


def test_every_row_ends_as_the_contract_says(run: Run) -> None:
    found = {row: (entry["outcome"], leading(entry["findings"])) for row, entry in run.returns.items()}
    readable = run.rows("approved", "rejected", "review")
    assert found == {int(row["row"]): (row["outcome"], row["finding"]) for row in readable}


def test_unreadable_rows_are_listed_with_their_problem(run: Run) -> None:
    found = [(problem["row"], problem["code"]) for problem in run.imported["problems"]]
    assert found == [(int(row["row"]), row["finding"]) for row in run.rows("unreadable")]


def test_approved_rows_are_credited_to_the_cent(run: Run) -> None:
    approved = run.rows("approved")
    found = {row: entry["credit"] for row, entry in run.returns.items() if entry["outcome"] == "approved"}
    assert found == {int(row["row"]): row["credit"] for row in approved}


def test_the_batch_adds_up(run: Run) -> None:
    outcomes = Counter(row["outcome"] for row in run.expected)
    assert run.imported["rows"] == len(run.expected)
    assert {name: run.imported[name] for name in ("approved", "rejected", "review", "unreadable")} == {
        name: outcomes[name] for name in ("approved", "rejected", "review", "unreadable")
    }
    assert run.imported["findings"] == Counter(row["finding"] for row in run.rows("rejected", "review"))
    for side, column in (("credits", "credit"), ("clawbacks", "clawback")):
        found = sum((Decimal(entry["amount"]) for entry in run.imported[side]), Decimal(0))
        assert found == total(run.rows("approved"), column), side
    assert sum(entry["count"] for entry in run.imported["credits"]) == outcomes["approved"]


def test_each_supplier_gives_back_his_share(run: Run) -> None:
    assert run.by_supplier == money_by_supplier(run.folder)


def money_by_supplier(folder: Path) -> dict[str, Money]:
    """Credits and clawbacks of expected.csv, by the supplier that the ledger names for the sale."""
    sales = read_csv(folder / "ledger.csv")
    totals = {sale["supplier"]: money("0", "0") for sale in sales}
    for row, verdict in zip(read_csv(folder / "returns.csv"), read_csv(folder / "expected.csv"), strict=True):
        if verdict["outcome"] == "approved":
            name = supplier_of(row, sales)
            credits, clawbacks = totals[name]
            totals[name] = credits + Decimal(verdict["credit"]), clawbacks + Decimal(verdict["clawback"])
    return totals


def supplier_of(row: Mapping[str, str], sales: Iterable[Mapping[str, str]]) -> str:
    """All sales of a lead come from one supplier; the heading of the id differs from file to file."""
    named = row.get("lead_id") or row.get("lead id") or row.get("lead") or row.get("id") or ""
    (supplier,) = {sale["supplier"] for sale in sales if sale["lead_id"].lower() == named.lower()}
    return supplier
