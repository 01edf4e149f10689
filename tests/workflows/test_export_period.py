"""Exports as a bookkeeper makes them: of closed months, kept on record, told apart from the first one."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import sqlite3
import zipfile
from pathlib import Path

import pytest

from leadreturns.readers.export_format import format_names
from tests.desk import DAY, Desk, new_desk
from tests.october import POLICIES, nets, october

FORMATS = ("xero", "quickbooks", "quickbooks-iif", "sage", "hledger", "beancount", "ubl")
ONE_FILE = ("hledger", "beancount")


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """October, closed and noted; nothing in it is changed."""
    return october(tmp_path_factory.mktemp("books") / "w", noted=True)


def test_the_formats_that_come_with_us() -> None:
    assert sorted(FORMATS) == format_names(Path("/nowhere"))


@pytest.mark.parametrize("name", FORMATS)
def test_an_open_month_needs_draft(tmp_path: Path, name: str) -> None:
    if name == "ubl":
        pytest.importorskip("facturx", reason="factur-x is not installed")
    desk = october(tmp_path / "w", closed=False)

    refused = desk.run("export", name, "--period", "2026-10", "-o", "x.zip")

    assert refused.code == 3
    assert "2026-10 is open" in refused.err
    assert "--draft" in refused.err
    assert not (desk.root / "x.zip").exists()
    assert desk.query("SELECT count(*) FROM exports") == [(0,)]

    desk.run("export", name, "--period", "2026-10", "--draft", "-o", "x.zip").ok()
    assert desk.query("SELECT format, draft FROM exports") == [(name, 1)]
    desk.check()


def test_the_refusal_has_a_code_for_scripts(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", closed=False)
    refused = desk.run("export", "xero", "--period", "2026-10", "-o", "x.csv", "--json")
    assert refused.code == 3
    assert [each["code"] for each in refused.json["problems"]] == ["period_open"]


def test_a_second_export_says_when_the_first_was_made(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", noted=True)
    desk.run("export", "hledger", "--period", "2026-10", "-o", "first.journal").ok()
    desk.now += DAY

    second = desk.run("export", "hledger", "--period", "2026-10", "-o", "second.journal").ok()

    assert "first exported on 2026-11-02 07:00 America/New_York by" in second.err
    assert "the same bytes" in second.err
    assert (desk.root / "first.journal").read_bytes() == (desk.root / "second.journal").read_bytes()
    assert len(desk.query("SELECT id FROM exports")) == 2


def test_a_note_taken_back_after_it_was_exported_is_named(tmp_path: Path) -> None:
    """Its document stands in the accounting system, and the new file brings the same lines under another number."""
    desk = october(tmp_path / "w", noted=True)
    for name in ("xero", "hledger"):
        desk.run("export", name, "--period", "2026-10", "-o", f"{name}.out").ok()
    desk.now += DAY
    desk.run("credit-note", "void", "CN-2026-0003", "--because", "wrong address", "--yes").ok()
    desk.run("credit-note", "issue", "--period", "2026-10", "--yes").ok()

    second = desk.run("export", "xero", "--period", "2026-10", "-o", "second.csv").ok()

    assert (
        "CN-2026-0003, exported before, was taken back by DN-2026-0002: void it in the accounting system" in second.err
    )
    told = desk.run("export", "hledger", "--period", "2026-10", "-o", "second.journal", "--json").ok().json
    assert told["taken_back"] == [{"number": "CN-2026-0003", "by": "DN-2026-0002"}]
    first = desk.run("export", "beancount", "--period", "2026-10", "-o", "x.beancount", "--json").ok().json
    assert first["taken_back"] == []


def test_another_export_is_told_from_the_first(tmp_path: Path) -> None:
    desk = october(tmp_path / "w")
    desk.run("export", "hledger", "--period", "2026-10", "-o", "first.journal").ok()
    desk.run("credit-note", "issue", "--period", "2026-10", "--yes").ok()

    second = desk.read_json("export", "hledger", "--period", "2026-10", "-o", "second.journal")

    assert second["earlier"]["same_bytes"] is False
    assert second["earlier"]["at"] == "2026-11-02T12:00:00+00:00"
    ran = desk.run("export", "hledger", "--period", "2026-10", "-o", "third.journal").ok()
    assert "these bytes are not the same" in ran.err


def test_a_draft_is_not_the_first_export_of_the_closed_month(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", closed=False)
    desk.run("export", "sage", "--period", "2026-10", "--draft", "-o", "draft.csv").ok()
    desk.run("period", "close", "2026-10", "--yes").ok()
    desk.now += DAY
    desk.run("export", "sage", "--period", "2026-10", "-o", "final.csv").ok()
    desk.now += DAY

    third = desk.read_json("export", "sage", "--period", "2026-10", "--draft", "-o", "again.csv")

    assert third["draft"] is False, "the month is closed, so this is no draft"
    assert third["earlier"]["at"] == "2026-11-03T12:00:00+00:00"
    assert third["earlier"]["same_bytes"] is True


def test_the_record_names_the_bytes(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", noted=True)
    told = desk.read_json("export", "xero", "--period", "2026-10", "-o", "october.csv")

    main, invoices = (desk.root / "october.csv").read_bytes(), (desk.root / "october-invoices.csv").read_bytes()
    digests = {
        "xero-2026-10.csv": hashlib.sha256(main).hexdigest(),
        "xero-2026-10-invoices.csv": hashlib.sha256(invoices).hexdigest(),
    }
    whole = hashlib.sha256("".join(f"{each}  {name}\n" for name, each in digests.items()).encode()).hexdigest()
    assert told["files"] == [str(Path("october.csv")), str(Path("october-invoices.csv"))]
    assert told["sha256"] == whole
    [(sha256, files, entries, at)] = desk.query("SELECT sha256, files, entries, exported_at FROM exports")
    assert (sha256, json.loads(files), entries, at) == (whole, digests, 9, desk.now)


def test_a_single_file_has_its_own_digest(books: Desk, tmp_path: Path) -> None:
    for name in ONE_FILE:
        told = books.read_json("export", name, "--period", "2026-10", "-o", tmp_path / "x")
        assert told["sha256"] == hashlib.sha256((tmp_path / "x").read_bytes()).hexdigest()


def test_an_archive_holds_the_same_files(books: Desk, tmp_path: Path) -> None:
    loose = books.read_json("export", "quickbooks-iif", "--period", "2026-10", "-o", tmp_path / "x.iif")
    packed = books.read_json("export", "quickbooks-iif", "--period", "2026-10", "-o", tmp_path / "x.zip")

    assert packed["sha256"] == loose["sha256"]
    assert [Path(path).name for path in loose["files"]] == ["x-EUR.iif", "x-JPY.iif", "x-USD.iif"]
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert archive.namelist() == [f"quickbooks-iif-2026-10-{code}.iif" for code in ("EUR", "JPY", "USD")]
        assert archive.read("quickbooks-iif-2026-10-USD.iif") == (tmp_path / "x-USD.iif").read_bytes()


def test_the_same_archive_twice_is_the_same_bytes(books: Desk, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        books.run("export", "sage", "--period", "2026-10", "-o", tmp_path / name).ok()
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_records_are_only_ever_added(tmp_path: Path) -> None:
    desk = october(tmp_path / "w")
    desk.run("export", "beancount", "--period", "2026-10", "-o", "x.beancount").ok()
    for change in (
        "UPDATE exports SET draft = 1",
        "DELETE FROM exports",
        "INSERT OR REPLACE INTO exports SELECT * FROM exports",
    ):
        with (
            contextlib.closing(sqlite3.connect(desk.store)) as connection,
            pytest.raises(sqlite3.IntegrityError, match="only ever added"),
        ):
            connection.execute(change)


def test_a_rehearsal_keeps_nothing(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", noted=True)
    before = desk.content()
    told = desk.read_json("export", "xero", "--period", "2026-10", "-o", "x.csv", "--dry-run")
    assert told["status"] == "dry_run"
    assert desk.content() == before
    assert not (desk.root / "x.csv").exists()
    real = desk.read_json("export", "xero", "--period", "2026-10", "-o", "x.csv")
    assert real["sha256"] == told["sha256"]


def test_a_failed_write_leaves_no_record(tmp_path: Path) -> None:
    desk = october(tmp_path / "w")
    refused = desk.run("export", "xero", "--period", "2026-10", "-o", "no/such/folder/x.csv")
    assert refused.code == 3
    refused = desk.run("export", "xero", "--period", "2026-10", "-o", "leadreturns.db")
    assert refused.code == 3
    assert desk.query("SELECT count(*) FROM exports") == [(0,)]
    desk.check()


def test_a_month_without_adjustments(books: Desk, tmp_path: Path) -> None:
    ran = books.run("export", "xero", "--period", "2026-08", "-o", tmp_path / "x.csv").ok()
    assert "nothing to do" in ran.err
    assert not (tmp_path / "x.csv").exists()


def test_one_output_takes_one_file(books: Desk) -> None:
    ran = books.run("export", "hledger", "--period", "2026-10").ok()
    assert ran.out.startswith("commodity EUR")
    refused = books.run("export", "xero", "--period", "2026-10")
    assert refused.code == 2
    assert "-o" in refused.err
    assert refused.out == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("xerox", "--period", "2026-10"), "did you mean xero?"),
        (("../../etc/passwd", "--period", "2026-10"), "there is no export format"),
        (("xero",), "--period"),
        (("xero", "--period", "October"), "write it like 2026-10"),
    ],
)
def test_slips_are_told(books: Desk, words: tuple[str, ...], told: str) -> None:
    ran = books.run("export", *words, "-o", "x.csv")
    assert ran.code in (2, 3)
    assert told in ran.err


def test_the_exports_on_record_are_listed(tmp_path: Path) -> None:
    desk = october(tmp_path / "w")
    for name in ("hledger", "beancount"):
        desk.run("export", name, "--period", "2026-10", "-o", "x").ok()
    rows = desk.read_json("export", "list")["rows"]
    assert [(row["period"], row["format"], row["draft"], row["entries"]) for row in rows] == [
        ("2026-10", "hledger", False, 16),
        ("2026-10", "beancount", False, 16),
    ]
    assert desk.read_json("export", "list", "--period", "2026-09")["rows"] == []


def test_unverified_formats_say_so(books: Desk, tmp_path: Path) -> None:
    said = {
        name: f"warning: {name}: unverified"
        in books.run("export", name, "--period", "2026-10", "-o", tmp_path / "x.zip").ok().err
        for name in ("xero", "quickbooks", "quickbooks-iif", "sage", "hledger", "beancount")
    }
    assert said == {"xero": True, "quickbooks": True, "quickbooks-iif": True, "sage": True, "hledger": False,
                    "beancount": False}  # fmt: skip


def test_what_has_no_place_is_told_with_its_sum(books: Desk, tmp_path: Path) -> None:
    ran = books.run("export", "quickbooks", "--period", "2026-10", "-o", tmp_path / "x.csv").ok()
    assert "no place for 2 clawbacks from suppliers of 17.78 USD" in ran.err
    assert "no place for 1 clawback from a supplier of 4.00 EUR" in ran.err
    told = books.read_json("export", "quickbooks", "--period", "2026-10", "-o", tmp_path / "x.csv")
    left = {(each["kind"], each["currency"]): each["net"] for each in told["left_out"]}
    assert left == {("clawback", "EUR"): "4.00", ("clawback", "USD"): "17.78"}


def test_what_went_in_and_what_was_left_out_are_the_whole_period(books: Desk, tmp_path: Path) -> None:
    told = books.read_json("export", "xero", "--period", "2026-10", "-o", tmp_path / "x.csv")
    signs = {"credit_note": 1, "debit_note": -1, "clawback": 1, "clawback_reversed": -1}
    sums: dict[str, float] = {}
    for each in (*told["documents"], *told["left_out"]):
        sums[each["currency"]] = sums.get(each["currency"], 0) + signs[each["kind"]] * round(float(each["net"]) * 100)
    whole: dict[str, float] = {}
    for (_, _, currency), net in nets(books).items():
        whole[currency] = whole.get(currency, 0) + round(float(net) * 100)
    assert sums == whole


def test_missing_data_is_named_with_its_place(tmp_path: Path) -> None:
    policies = POLICIES.replace('account = "ACME01"\n', "").replace("[suppliers.leadco]\n", "[suppliers.other]\n")
    desk = october(tmp_path / "w", policies)
    line = policies.splitlines().index("[buyers.acme]") + 1

    refused = desk.run("export", "sage", "--period", "2026-10", "-o", "x.csv")

    assert refused.code == 3
    assert f'[buyers.acme] has no account: write account = "…" under [buyers.acme] (line {line})' in refused.err
    assert "[suppliers.leadco] has no account" in refused.err
    assert refused.err.count("[buyers.acme] has no") == 1, "two currencies, one line"
    told = desk.run("export", "sage", "--period", "2026-10", "-o", "x.csv", "--json").json
    assert told["problems"][0]["code"] == "missing_data"

    named = desk.run("export", "quickbooks", "--period", "2026-10", "-o", "x.csv").ok()
    assert "no account in policies.toml, the name stands for it: acme" in named.err


def test_a_workspace_changes_a_format(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", noted=True)
    (desk.root / "exports").mkdir(exist_ok=True)
    desk.file("exports/xero.toml", '[values]\nreturns = "4711"\n')

    ran = desk.run("export", "xero", "--period", "2026-10", "-o", "x.csv").ok()

    text = (desk.root / "x.csv").read_text("utf-8")
    assert ",4711,Tax Exempt," in text
    assert text.startswith("*ContactName,"), "what the file leaves out stays as it was"
    assert "changed by" in ran.err


def test_a_workspace_adds_a_format(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", noted=True)
    (desk.root / "exports").mkdir(exist_ok=True)
    desk.file(
        "exports/mine.toml",
        'title = "Ours"\nshape = "table"\nverified = "the controller, 2026-11"\nsuffix = ".csv"\ndelimiter = ";"\n'
        '[[tables]]\ndocuments = ["credit_note"]\n[tables.columns]\nNo = "{document}"\nLead = "{lead_id:.3}"\n'
        'Who = "{account}/{campaign}"\nWhat = "{amount}"\n',
    )

    ran = desk.run("export", "mine", "--period", "2026-10").ok()

    assert ran.out.splitlines()[:2] == ["No;Lead;Who;What", "CN-2026-0001;L-1;BRIGHT/solar;60.10"]
    assert "unverified" not in ran.err


def test_notes_give_the_documents_their_numbers(tmp_path: Path) -> None:
    desk = october(tmp_path / "w")
    ours = desk.run("export", "hledger", "--period", "2026-10").ok()
    assert "(R2610-3)" in ours.out
    assert "8 documents have a number of our own" in ours.err
    desk.run("credit-note", "issue", "--period", "2026-10", "--yes").ok()
    noted = desk.run("export", "hledger", "--period", "2026-10").ok()
    assert "(R2610-3)" not in noted.out
    assert {"(CN-2026-0003)", "(DN-2026-0001)"} <= {word for line in noted.out.splitlines() for word in line.split()}


def test_without_the_extra_ubl_is_refused_naming_it(books: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "facturx", None)
    refused = books.run("export", "ubl", "--period", "2026-10", "-o", "x.zip")
    assert refused.code == 3
    assert "leadreturns[einvoice]" in refused.err


def test_ubl_needs_issued_notes(tmp_path: Path) -> None:
    desk = october(tmp_path / "w")
    refused = desk.run("export", "ubl", "--period", "2026-10", "-o", "x.zip")
    assert refused.code == 3
    assert "leadreturns credit-note issue --period 2026-10" in refused.err


def test_an_empty_workspace_exports_nothing(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "w")
    ran = desk.run("export", "xero", "--period", "2026-10", "--draft", "-o", "x.csv").ok()
    assert "nothing to do" in ran.err
    assert not desk.store.exists()
    assert desk.read_json("export", "list")["rows"] == []


def test_the_main_file_is_there_even_without_credit_notes(tmp_path: Path) -> None:
    """A script that sends the main file on must not send invoices for credit notes."""
    desk = october(tmp_path / "w", noted=True)
    (desk.root / "exports").mkdir(exist_ok=True)
    text = (Path(__file__).parents[2] / "src/leadreturns/exports/xero.toml").read_text("utf-8")
    tables = text[text.index("\n[[tables]]") :].replace('["credit_note"]', '["clawback_reversed"]')
    desk.file("exports/xero.toml", tables)
    desk.run("export", "xero", "--period", "2026-10", "-o", "x.csv").ok()
    assert len(io.StringIO((desk.root / "x.csv").read_text("utf-8")).readlines()) == 1
    assert len(io.StringIO((desk.root / "x-invoices.csv").read_text("utf-8")).readlines()) == 2
