"""What an export must say beside its figures: reopened months, drafts, accounts, taxes, and what cannot be written."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from tests.desk import DAY, NOON, Desk, new_desk
from tests.october import LEDGER, POLICIES, RATES, RETURNS, TAXED, october

FORMATS = ("xero", "quickbooks", "quickbooks-iif", "sage", "hledger", "beancount")
MARK = "2026-10 was closed 2026-11-02 07:00 America/New_York by"
AND = "and reopened 2026-11-03 07:00 America/New_York by"


def members(desk: Desk, name: str, *flags: str) -> dict[str, str]:
    """The files of an export by their names."""
    desk.run("export", name, "--period", "2026-10", *flags, "-o", "x.zip").ok()
    encoding = "windows-1252" if name in ("quickbooks-iif", "sage") else "utf-8"
    with zipfile.ZipFile(desk.root / "x.zip") as archive:
        return {each: archive.read(each).decode(encoding) for each in archive.namelist()}


# ---- reopened months ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reopened(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """October was closed, opened again a day later, and closed anew."""
    desk = october(tmp_path_factory.mktemp("reopened") / "w", noted=True)
    desk.now += DAY
    desk.run("period", "reopen", "2026-10", "--because", "acme sent a second\nfile").ok()
    desk.run("period", "close", "2026-10").ok()
    return desk


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_of_a_reopened_month_says_so(reopened: Desk, tmp_path: Path, name: str) -> None:
    ran = reopened.run("export", name, "--period", "2026-10", "-o", tmp_path / "x.zip").ok()
    assert f"warning: {MARK}" in ran.err and AND in ran.err
    told = reopened.read_json("export", name, "--period", "2026-10", "-o", tmp_path / "x.zip")
    assert [(each["period"], each["because"]) for each in told["reopened"]] == [("2026-10", "acme sent a second\nfile")]


@pytest.mark.parametrize("name", ["hledger", "beancount"])
def test_journals_say_it_in_a_comment(reopened: Desk, name: str) -> None:
    [text] = members(reopened, name).values()
    first, second = text.splitlines()[:2]
    assert first.startswith(f"; {MARK}") and AND in first and first.endswith("acme sent a second\\nfile")
    assert not second.startswith(";")


@pytest.mark.parametrize("words", [("adjustments",), ("adjustments", "--detail")])
def test_a_csv_report_of_a_reopened_month_says_so_on_stderr(reopened: Desk, words: tuple[str, ...]) -> None:
    ran = reopened.run("report", *words, "--period", "2026-10", "--format", "csv").ok()
    assert f"warning: {MARK}" in ran.err and AND in ran.err
    assert "reopened" not in ran.out
    written = reopened.run("report", *words, "--period", "2026-10", "-o", "report.csv", "--quiet").ok()
    assert AND in written.err


def test_roi_as_csv_says_it_too(reopened: Desk) -> None:
    for basis in ("posting", "sale"):
        ran = reopened.run("report", "roi", "--basis", basis, "--format", "csv").ok()
        assert MARK in ran.err
    assert reopened.run("report", "roi", "--to", "2026-09", "--format", "csv").ok().err == ""


def test_a_reconciliation_of_a_reopened_month_says_so(reopened: Desk) -> None:
    path = reopened.file("s.csv", "Lead ID,Amount,Currency\nL-1001,50.00,USD\nL-1002,41.25,USD\nL-1004,19.99,EUR\n")
    words = ("report", "reconcile", path, "--buyer", "acme", "--period", "2026-10")
    assert MARK in reopened.run(*words).ok().out
    assert MARK in reopened.run(*words, "--format", "csv").ok().err
    assert [each["period"] for each in reopened.read_json(*words)["reopened"]] == ["2026-10"]


def test_the_list_of_months_tells_it_by_the_same_clock(reopened: Desk) -> None:
    assert "reopened 2026-11-03 07:00 America/New_York by" in reopened.run("period", "list").ok().out


def test_reopening_names_the_exports_that_were_made_and_closing_says_that_it_was_open_again(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", noted=True)
    for name in ("xero", "hledger", "xero"):
        desk.run("export", name, "--period", "2026-10", "-o", "x.out").ok()
    desk.now += DAY
    told = desk.read_json("period", "reopen", "2026-10", "--because", "late", "--dry-run")
    assert told["exported"] == ["hledger", "xero"]
    ran = desk.run("period", "reopen", "2026-10", "--because", "late").ok()
    assert "exported before to hledger, xero: export it again once it is closed" in ran.err
    rehearsed = desk.read_json("period", "close", "2026-10", "--dry-run")
    assert [each["because"] for each in rehearsed["reopened"]] == ["late"]
    closed = desk.run("period", "close", "2026-10").ok()
    assert MARK in closed.out and AND in closed.out
    assert AND in desk.run("period", "close", "2026-10", "--format", "csv").ok().err


# ---- drafts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_a_draft_says_so_in_its_files_and_their_names(tmp_path: Path, name: str) -> None:
    desk = october(tmp_path / "w", closed=False)
    files = members(desk, name, "--draft")
    assert all(f"{name}-2026-10-draft" in each for each in files)
    assert all("DRAFT: " in text for text in files.values())
    ran = desk.run("export", name, "--period", "2026-10", "--draft", "-o", "y.zip").ok()
    assert "2026-10 is open: this is a draft, its figures may still move" in ran.err
    desk.run("period", "close", "2026-10").ok()
    assert not any("DRAFT" in text for text in members(desk, name, "--draft").values())


def test_a_draft_before_the_final_export_is_told_and_nothing_to_worry_about(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", closed=False)
    desk.run("export", "hledger", "--period", "2026-10", "--draft", "-o", "x").ok()
    again = desk.run("export", "hledger", "--period", "2026-10", "--draft", "-o", "x").ok()
    assert "first exported as a draft on 2026-11-02 07:00 America/New_York by" in again.err
    assert "the same bytes" in again.err
    desk.run("period", "close", "2026-10").ok()
    final = desk.run("export", "hledger", "--period", "2026-10", "-o", "x").ok()
    assert "first exported as a draft on 2026-11-02" in final.err
    assert "bytes" not in final.err and "warning" not in final.err


def test_the_transactions_of_a_draft_are_pending(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", closed=False)
    hledger = desk.run("export", "hledger", "--period", "2026-10", "--draft").ok().out
    beancount = desk.run("export", "beancount", "--period", "2026-10", "--draft").ok().out
    assert hledger.startswith("; DRAFT: 2026-10 is open") and "2026-10-31 ! (R2610-3)" in hledger
    assert beancount.startswith("; DRAFT: 2026-10 is open") and '2026-10-31 ! "' in beancount
    assert '2026-10-31 * "' not in beancount


def test_scripts_read_true_and_false(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", closed=False)
    desk.run("export", "hledger", "--period", "2026-10", "--draft").ok()
    desk.run("period", "close", "2026-10").ok()
    desk.run("export", "hledger", "--period", "2026-10").ok()
    listed = desk.read_json("export", "list")
    assert [row["draft"] for row in listed["rows"]] == [True, False]


# ---- accounts -------------------------------------------------------------------------------------------------------


def test_sage_refuses_accounts_that_it_would_cut(tmp_path: Path) -> None:
    policies = POLICIES.replace("ACME01", "HOMEWEST1").replace('"HOME"', '"HOMEWEST2"')
    desk = october(tmp_path / "w", policies, noted=True)

    refused = desk.run("export", "sage", "--period", "2026-10", "-o", "x.zip")

    assert refused.code == 3
    line = policies.splitlines().index("[buyers.acme]") + 1
    assert (
        '[buyers.acme] has the account "HOMEWEST1" of 9 characters where 8 fit: write account = "…" under '
        f"[buyers.acme] (line {line}) of policies.toml" in refused.err
    )
    assert '[buyers.homefirst] has the account "HOMEWEST2" of 9 characters' in refused.err
    assert not (desk.root / "x.zip").exists()


def test_sage_refuses_a_currency_whose_exchange_rate_nobody_says(tmp_path: Path) -> None:
    """A rate of 1 would book euros as dollars."""
    desk = october(tmp_path / "w", noted=True)
    desk.file("exports/sage.toml", '[exchange_rates]\nJPY = "156.3"\n')

    refused = desk.run("export", "sage", "--period", "2026-10", "-o", "x.zip")

    assert (refused.code, (desk.root / "x.zip").exists()) == (3, False)
    assert "no exchange rate is known for EUR, and 1 would be wrong" in refused.err
    assert 'write EUR = "…" under [exchange_rates] in exports/sage.toml of the workspace' in refused.err
    desk.file("exports/sage.toml", RATES)
    desk.run("export", "sage", "--period", "2026-10", "-o", "x.zip").ok()


def test_the_currency_of_the_workspace_has_the_rate_1_whatever_it_is(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", POLICIES.replace('"USD"', '"EUR"', 1), noted=True)
    refused = desk.run("export", "sage", "--period", "2026-10", "-o", "x.zip")
    assert "no exchange rate is known for USD" in refused.err
    desk.file("exports/sage.toml", '[exchange_rates]\nJPY = "156.3"\nUSD = "1.1634"\n')
    desk.run("export", "sage", "--period", "2026-10", "-o", "x.zip").ok()
    rates = {
        name[-7:-4]: {row[10] for row in csv.reader(text.splitlines())} for name, text in members(desk, "sage").items()
    }
    assert rates == {"EUR": {"1"}, "USD": {"1.1634"}, "JPY": {"156.3"}}


def test_a_rate_that_is_written_is_used_for_the_currency_of_the_workspace_too(tmp_path: Path) -> None:
    """Of a company whose books in Sage are in pounds."""
    desk = october(tmp_path / "w", noted=True)
    desk.file("exports/sage.toml", RATES + 'USD = "1.2951"\n')
    files = members(desk, "sage")
    assert {row[10] for row in csv.reader(files["sage-2026-10-USD.csv"].splitlines())} == {"1.2951"}


def test_xero_names_the_documents_with_negative_lines(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", noted=True)
    ran = desk.run("export", "xero", "--period", "2026-10", "-o", "x.csv").ok()
    negative = [line for line in (desk.root / "x.csv").read_text("utf-8").splitlines() if ",-33.35," in line]
    [number] = {line.split(",")[1] for line in negative}
    assert f"xero: lines below zero, for entries taken back, in {number}: a guide to Xero's import wants" in ran.err
    told = desk.read_json("export", "xero", "--period", "2026-10", "-o", "x.csv")
    assert told["below_zero"] == [number]
    desk.file("exports/xero.toml", 'negatives = ""\n')
    assert "below zero" not in desk.run("export", "xero", "--period", "2026-10", "-o", "x.csv").ok().err
    assert desk.read_json("export", "hledger", "--period", "2026-10", "-o", "x.journal")["below_zero"] == []


def test_sage_refuses_two_buyers_on_one_account(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", POLICIES.replace('"HOME"', '"Acme01"'), noted=True)

    refused = desk.run("export", "sage", "--period", "2026-10", "-o", "x.zip")

    assert refused.code == 3
    assert 'acme, homefirst would all be booked on the account "ACME01"' in refused.err
    assert "under [buyers.acme] (line" in refused.err and "under [buyers.homefirst] (line" in refused.err
    assert refused.err.count("would all be booked") == 1
    (desk.root / "exports").mkdir(exist_ok=True)
    desk.file("exports/sage.toml", "own_accounts = false\n" + RATES)
    shared = desk.run("export", "sage", "--period", "2026-10", "-o", "x.zip").ok()
    assert "booked on one account, ACME01: acme, homefirst" in shared.err


def test_a_buyer_and_a_supplier_may_have_the_same_reference(tmp_path: Path) -> None:
    """Sage keeps customers and suppliers in two ledgers."""
    desk = october(tmp_path / "w", POLICIES.replace('"LEADCO"', '"ACME01"'), noted=True)
    desk.run("export", "sage", "--period", "2026-10", "-o", "x.zip").ok()


def test_other_formats_say_that_an_account_is_shared(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", POLICIES.replace('account = "ACME01"\n', 'account = "homefirst"\n')
                   .replace('account = "HOME"\n', ""), noted=True)  # fmt: skip
    ran = desk.run("export", "xero", "--period", "2026-10", "-o", "x.csv").ok()
    assert "booked on one account, homefirst: acme, homefirst" in ran.err


def test_a_column_of_the_users_own_that_cuts_two_buyers_alike_is_refused(tmp_path: Path) -> None:
    policies = POLICIES.replace("ACME01", "HOMEWEST1").replace('"HOME"', '"HOMEWEST2"')
    desk = october(tmp_path / "w", policies, noted=True)
    (desk.root / "exports").mkdir(exist_ok=True)
    columns = 'Who = "{account:.8}"\nWhat = "{amount}"\n'
    desk.file("exports/xero.toml", f'[[tables]]\ndocuments = ["credit_note"]\n[tables.columns]\n{columns}')
    refused = desk.run("export", "xero", "--period", "2026-10", "-o", "x.csv")
    assert refused.code == 3
    assert 'acme, homefirst would all stand as "HOMEWEST" in the column Who' in refused.err
    desk.file("exports/xero.toml", (desk.root / "exports/xero.toml").read_text().replace(".8", ".9"))
    desk.run("export", "xero", "--period", "2026-10", "-o", "x.csv").ok()


@pytest.mark.parametrize("name", ["hledger", "beancount"])
def test_all_buyers_may_be_booked_on_one_account(tmp_path: Path, name: str) -> None:
    desk = october(tmp_path / "w", noted=True)
    (desk.root / "exports").mkdir(exist_ok=True)
    desk.file(f"exports/{name}.toml", '[values]\nreceivable = "Assets:Receivable"\n')
    text = desk.run("export", name, "--period", "2026-10").ok().out
    assert "Assets:Receivable  " in text and "Receivable:ACME01" not in text


# ---- taxes ----------------------------------------------------------------------------------------------------------


def tax_types(desk: Desk) -> set[str]:
    return {row["*TaxType"] for row in csv.DictReader(io.StringIO(members(desk, "xero")["xero-2026-10.csv"]))}


def test_xero_names_a_tax_rate_that_it_knows_and_warns_of_another(tmp_path: Path) -> None:
    known = october(tmp_path / "known", TAXED.replace("8.875%", "20%"), noted=True)
    ran = known.run("export", "xero", "--period", "2026-10", "-o", "x.csv").ok()
    assert tax_types(known) == {"20% (VAT on Income)"}
    assert "has no name for a tax" not in ran.err

    other = october(tmp_path / "other", TAXED.replace("8.875%", "19%"), noted=True)
    ran = other.run("export", "xero", "--period", "2026-10", "-o", "x.csv").ok()
    assert tax_types(other) == {"19%"}
    assert (
        'warning: xero has no name for a tax of 19%, "19%" stands in its place: write "19%" = "…" under [tax_names] in '
        "exports/xero.toml of the workspace" in ran.err
    )
    told = other.read_json("export", "xero", "--period", "2026-10", "-o", "x.csv")
    assert told["unnamed_taxes"] == ["19%"]

    (other.root / "exports").mkdir(exist_ok=True)
    other.file("exports/xero.toml", '[tax_names]\n"19%" = "USt. 19%"\n')
    ran = other.run("export", "xero", "--period", "2026-10", "-o", "x.csv").ok()
    assert tax_types(other) == {"USt. 19%"}
    assert "has no name for a tax" not in ran.err


def test_one_name_for_every_rate_needs_no_list(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", TAXED, noted=True)
    assert "has no name" not in desk.run("export", "quickbooks", "--period", "2026-10", "-o", "x.csv").ok().err
    (desk.root / "exports").mkdir(exist_ok=True)
    desk.file("exports/xero.toml", '[values]\ntaxed_code = "Sales Tax"\n')
    assert tax_types(desk) == {"Sales Tax"}


def test_without_tax_nothing_is_said_of_rates(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", noted=True)
    for name in ("xero", "sage"):
        assert "tax of" not in desk.run("export", name, "--period", "2026-10", "-o", "x.zip").ok().err


# ---- what cannot be written -----------------------------------------------------------------------------------------

DINARS = LEDGER.replace("L-1008,S-8,acme,2026-10-08,80.00,40.00,leadco,solar,USD",
                        "L-1008,S-8,acme,2026-10-08,12.345,0,,solar,KWD")  # fmt: skip


def october_with_dinars(folder: Path, *, others: bool = True) -> Desk:
    desk = new_desk(folder, POLICIES)
    desk.now = NOON - 17 * DAY
    desk.ledger(DINARS)
    row = "L-1008,acme,disconnected,2026-10-13\n"
    desk.returns(RETURNS + row if others else RETURNS.splitlines(keepends=True)[0] + row)
    desk.now = NOON
    desk.run("period", "close", "2026-10").ok()
    desk.run("credit-note", "issue", "--period", "2026-10").ok()
    return desk


def test_ubl_writes_what_it_can_and_names_what_it_cannot(tmp_path: Path) -> None:
    pytest.importorskip("facturx", reason="factur-x is not installed")
    desk = october_with_dinars(tmp_path / "w")
    [dinars] = [each["number"] for each in desk.read_json("credit-note", "list")["notes"] if each["currency"] == "KWD"]

    ran = desk.run("export", "ubl", "--period", "2026-10", "-o", "x.zip")

    assert ran.code == 1, ran.err
    assert (
        f"warning: {dinars} of acme, 12.345 KWD, is not in the files: KWD has 3 decimals, and EN 16931 allows amounts "
        "two (its rules BR-DEC)" in ran.err
    )
    with zipfile.ZipFile(desk.root / "x.zip") as archive:
        written = {name.removesuffix(".xml").partition("2026-10-")[2] for name in archive.namelist()}
    every = {each["number"] for each in desk.read_json("credit-note", "list")["notes"]}
    assert written == every - {dinars}
    told = desk.run("export", "ubl", "--period", "2026-10", "-o", "x.zip", "--json")
    assert told.code == 1
    assert [(each["number"], each["net"], each["kind"]) for each in told.json["unfit"]] == [
        (dinars, "12.345", "credit_note")
    ]
    assert "KWD" not in {each["currency"] for each in told.json["documents"]}


def test_nothing_that_ubl_can_hold_is_told_and_not_recorded(tmp_path: Path) -> None:
    pytest.importorskip("facturx", reason="factur-x is not installed")
    desk = october_with_dinars(tmp_path / "w", others=False)
    ran = desk.run("export", "ubl", "--period", "2026-10", "-o", "x.zip")
    assert ran.code == 1
    assert "nothing written: ubl can hold no document of 2026-10" in ran.err
    assert not (desk.root / "x.zip").exists()
    assert desk.query("SELECT count(*) FROM exports") == [(0,)]


# ---- open months ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("export", "xero"), ("credit-note", "issue")])
def test_the_refusal_of_an_open_month_names_the_month_to_close_first(tmp_path: Path, words: tuple[str, ...]) -> None:
    desk = october(tmp_path / "w", closed=False)
    desk.now += 31 * DAY
    later = desk.run(*words, "--period", "2026-11")
    assert later.code == 3
    assert "close 2026-10, which comes before 2026-11: leadreturns period close 2026-10" in later.err
    own = desk.run(*words, "--period", "2026-10")
    assert "hint: close it: leadreturns period close 2026-10" in own.err
    desk.run("period", "close", "2026-10").ok()
    desk.run("period", "close", "2026-11").ok()
    early = desk.run(*words, "--period", "2027-02")
    assert "hint: 2026-12 can be closed from 2027-01-01 on" in early.err
