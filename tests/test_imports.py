"""Start-up is part of the interface: what a command loads is what its user waits for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.desk import Desk, command_line, new_desk, process_environment

HEAVY = {"pandas", "numpy", "openpyxl", "sqlite_utils", "python_calamine"}
LEDGER = "lead_id,buyer,sold_at,price,payout,supplier\nL-1,acme,2026-10-20,50.00,30.00,leadco\n"
RETURNS = "lead_id,return date\nL-1,2026-10-25\n"


def loaded_by(root: Path, *words: str) -> set[str]:
    """The modules that a command has loaded when it ends, its output being piped."""
    ran = subprocess.run(
        [command_line()[0], "-X", "importtime", "-m", "leadreturns", *words],
        cwd=root,
        env=process_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    timed = [line.rpartition("|")[2].strip() for line in ran.stderr.splitlines() if line.startswith("import time:")]
    assert "leadreturns.cli.app" in timed, ran.stderr
    return {name.partition(".")[0] for name in timed} | set(timed)


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = new_desk(tmp_path_factory.mktemp("imports") / "ws")
    desk.ledger(LEDGER)
    desk.file("returns.csv", RETURNS)
    return desk


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("--version",),
        ("import", "--help"),
        ("report", "roi", "--by"),
        ("no-such-command",),
        ("review", "list"),
        ("review", "list", "--json"),
        ("report", "roi"),
        ("report", "roi", "--by", "buyer,month", "--format", "csv"),
        ("report", "roi", "-o", "roi.json"),
        ("import", "returns.csv", "--buyer", "acme", "--dry-run"),
        ("import", "returns.csv", "--buyer", "acme"),
        ("ledger", "import", "ledger.csv"),
    ],
    ids=" ".join,
)
def test_a_piped_command_loads_neither_data_frames_nor_workbooks_nor_rich(sold: Desk, words: tuple[str, ...]) -> None:
    assert loaded_by(sold.root, *words) & {*HEAVY, "rich"} == set()


@pytest.mark.parametrize("words", [("--help",), ("report", "roi", "--by"), ("no-such-command",)], ids=" ".join)
def test_help_and_a_wrong_command_line_load_neither_the_store_nor_the_policies(
    sold: Desk, words: tuple[str, ...]
) -> None:
    loaded = loaded_by(sold.root, *words)

    assert not loaded & {"sqlite3", "pydantic", "tomllib", "zoneinfo"}
    assert not {
        name for name in loaded if name.startswith(("leadreturns.store", "leadreturns.core", "leadreturns.readers"))
    }
