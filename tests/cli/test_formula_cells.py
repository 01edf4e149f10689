"""Every CSV file and every workbook that any command writes, of a store in which every text attacks a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.desk import DAY, NOON, TERMS, Desk, new_desk
from tests.writers.conftest import FORMULA_ATTACKS

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫")
ATTACKS = [
    f"{text} n{number}"
    for number, text in enumerate(dict.fromkeys(FORMULA_ATTACKS))
    if "\x00" not in text and any(map(str.isalnum, text))
]
NAMES = [text if text.isprintable() and text.strip(" '") == text else "=plain" for text in ATTACKS]
"""Those that may head a section of the policies."""
PARTY = 'name = "=2+5"\naddress = ["+41", "@x"]\ncountry = "DE"\nemail = "-1@b.example"\n'
OPEN = TERMS.replace("[terms]", '[terms]\nunknown_reason = "accept"').replace('"30 days"', '"90 days"')


def policies() -> str:
    """Terms under which an export has all that it asks for, in words that attack as well."""
    text = OPEN + '\n[seller]\nname = "=1+1"\naddress = ["@SUM(1)", "-2+3"]\ncountry = "US"\ntax_id = "+1"\n'
    text += 'email = "+1@a.example"\n'
    text += "\n[reasons.spent]\nlabel = \"=cmd|' /C calc'!A0\"\n"
    for number, name in enumerate(dict.fromkeys(NAMES)):
        text += f"\n[buyers.{json.dumps(name)}]\naccount = 'C{number:04d}'\n{PARTY}"
        text += f"\n[suppliers.{json.dumps(name)}]\naccount = 'V{number:04d}'\n{PARTY}"
    return text


def sheet(*columns: list[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerows(zip(*columns, strict=True))
    return stream.getvalue()


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """October booked and closed, the notes issued; a second batch waits."""
    desk = new_desk(tmp_path_factory.mktemp("attacked") / "w", policies())
    count, texts = len(ATTACKS), ATTACKS
    many = {"sold_at": "2026-10-01", "price": "10.00", "payout": "4.00"}
    columns = [["lead_id", *texts], ["sale_ref", *texts], ["buyer", *NAMES], ["supplier", *NAMES], ["campaign", *texts]]
    desk.now = NOON - 10 * DAY
    desk.ledger(sheet(*columns, *([name, *[value] * count] for name, value in many.items())), name="=1+1.csv")
    back = [["lead_id", *texts], ["buyer", *NAMES], ["reason", *texts], ["comment", *texts]]
    desk.returns(sheet(*back, ["requested_at", *["2026-10-05"] * count]), name="@SUM(1).csv")
    desk.now = NOON
    desk.run("period", "close", "2026-10", "--yes").ok()
    desk.run("credit-note", "issue", "--period", "2026-10", "--yes").ok()
    desk.run("credit-note", "issue", "--period", "2026-10", "--suppliers", "--yes").ok()
    desk.run("credit-note", "void", "CN-2026-0001", "--because", "=1+1", "--yes").ok()
    desk.run("review", "reverse", 2, 3, "--because", "@SUM(1)").ok()
    desk.policies(policies().replace('"auto"', '"review"'))
    desk.returns(sheet(*back, ["requested_at", *["2026-10-06"] * count]), name="=2.csv")
    assert desk.query("SELECT count(*) > 100 FROM adjustments") == [(1,)]
    return desk


def is_number(text: str) -> bool:
    try:
        Decimal(text.rstrip("%"))
    except ArithmeticError:
        return False
    return True


def formulas_of(path: Path) -> list[str]:
    """The cells that a spreadsheet would run."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return [str(cell.value) for each in book for row in each.rows for cell in row if cell.data_type == "f"]
    text = path.read_bytes().decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert len(cells) > 10, path
    return [cell for cell in cells if cell.strip(" \xa0").startswith(STARTS) and not is_number(cell)]


LISTS = (
    ("report", "roi", "--by", "buyer,supplier,campaign"),
    ("report", "adjustments", "--period", "2026-10"),
    ("report", "adjustments", "--period", "2026-10", "--detail"),
    ("report", "returns", "--by", "reason"),
    ("report", "returns", "--by", "supplier"),
    ("report", "exposure"),
    ("report", "accrual", "--at", "2026-10-31", "--by", "campaign"),
    ("returns", "list"),
    ("batch", "list"),
    ("ledger", "list"),
    ("period", "list"),
    ("credit-note", "list"),
    ("credit-note", "show", "CN-2026-0002"),
    ("credit-note", "show", "DN-2026-0001"),
    ("credit-note", "show", "SS-2026-0001"),
    ("policy", "simulate", "policies.toml"),
    ("policy", "simulate", "policies.toml", "--detail"),
    ("store", "info"),
)


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_lists_and_reports(attacked: Desk, tmp_path: Path, words: tuple[str, ...]) -> None:
    for suffix in ("csv", "xlsx"):
        path = tmp_path / f"x.{suffix}"
        attacked.run(*words, "-o", path).ok()
        assert formulas_of(path) == []


def test_answers_to_the_buyer(attacked: Desk, tmp_path: Path) -> None:
    for suffix in ("csv", "xlsx"):
        for batch in (1, 2):
            path = tmp_path / f"{batch}.{suffix}"
            attacked.run("batch", "respond", batch, "-o", path).ok()
            assert formulas_of(path) == []


def test_a_folder_of_notes(attacked: Desk, tmp_path: Path) -> None:
    for kind in ("csv", "xlsx"):
        attacked.run("credit-note", "issue", "--period", "2026-10", "--folder", tmp_path, "--as", kind, "--yes").ok()
        paths = list(tmp_path.glob(f"*.{kind}"))
        assert len(paths) > 40
        assert [cell for path in paths for cell in formulas_of(path)] == []


@pytest.mark.parametrize("name", ["xero", "quickbooks", "sage"])
def test_exports(attacked: Desk, tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.csv"
    attacked.run("export", name, "--period", "2026-10", "-o", path).ok()
    found = formulas_of(path) if name != "sage" else _formulas_of_sage(path)
    assert found == []


def _formulas_of_sage(path: Path) -> list[str]:
    cells = [cell for row in csv.reader(io.StringIO(path.read_bytes().decode("cp1252"))) for cell in row]
    assert len(cells) > 500
    return [cell for cell in cells if cell.strip().startswith(STARTS) and not is_number(cell)]


def test_a_reconciliation(attacked: Desk, tmp_path: Path) -> None:
    rows = [["lead_id", *ATTACKS], ["amount", *["10.00"] * len(ATTACKS)], ["comment", *ATTACKS]]
    statement = attacked.file("statement.csv", sheet(*rows))
    for suffix in ("csv", "xlsx"):
        path = tmp_path / f"x.{suffix}"
        words = ("--buyer", NAMES[0], "--period", "2026-10", "-o", path)
        assert attacked.run("report", "reconcile", statement, *words).code == 1
        assert formulas_of(path) == []


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed: apt install libreoffice-calc"
)
def test_a_real_spreadsheet_opens_each_and_runs_nothing(attacked: Desk, tmp_path: Path) -> None:
    for number, words in enumerate(LISTS):
        attacked.run(*words, "-o", tmp_path / f"{number}.csv").ok()
        attacked.run(*words, "-o", tmp_path / f"{number}-book.xlsx").ok()
    for batch, suffix in ((1, "csv"), (2, "xlsx")):
        attacked.run("batch", "respond", batch, "-o", tmp_path / f"answer-{batch}.{suffix}").ok()
    written = sorted(path for path in tmp_path.iterdir() if path.suffix in (".csv", ".xlsx"))
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out")]
    as_csv = "--infilter=CSV:44,34,76,1,,0,false,true,false"
    for suffix, options in ((".csv", [as_csv]), (".xlsx", [])):
        files = [str(path) for path in written if path.suffix == suffix]
        subprocess.run([*command, *options, *files], check=True, capture_output=True, timeout=110)
    for path in written:
        assert formulas_of(tmp_path / "out" / f"{path.stem}.xlsx") == []
