"""`report reconcile` on the October books: what a buyer deducted against what he was granted."""

from __future__ import annotations

import contextlib
import csv
import html
import io
import re
import sqlite3
from pathlib import Path

import openpyxl
import pytest

from leadreturns.store import granted
from tests.desk import Desk
from tests.october import TAXED, october
from tests.writers.conftest import FORMULA_ATTACKS

WORDS = ("report", "reconcile")
ACME = ("--buyer", "acme", "--period", "2026-10")


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """October, closed; the tests add statements to its folder, nothing else."""
    return october(tmp_path_factory.mktemp("books") / "w")


def test_a_statement_that_agrees(books: Desk) -> None:
    text = "Lead ID,Amount,Currency\nL-1001,50.00,USD\nL-1002,41.25,USD\nL-1004,19.99,EUR\n"
    ran = books.run(*WORDS, books.file("agrees.csv", text), *ACME)
    assert ran.code == 0, ran.err
    assert "acme deducted 91.25 USD where 91.25 was granted: 2 matched" in ran.out


def test_every_class_with_its_totals_and_reasons(books: Desk) -> None:
    text = (
        "Lead ID,Amount,Currency,Note\nL-1001,50.00,USD,\nL-1002,41.00,USD,\nL-1003,33.35,USD,\n"
        "L-1008,80.00,USD,\nL-1005,60.10,USD,\nL-9999,5.00,USD,\nL-9999,5.00,USD,again\n"
    )
    ran = books.run(*WORDS, books.file("differs.csv", text), *ACME, "--json")
    assert ran.code == 1
    told = ran.json
    assert (told["report"], told["buyer"], told["period"], told["status"]) == (
        "reconcile", "acme", "2026-10", "closed",
    )  # fmt: skip
    found = {(row["class"], row["lead_id"]): row for row in told["rows"]}
    assert set(found) == {
        ("differing", "L-1002"), ("missing", "L-1004"), ("unknown", "L-1003"), ("unknown", "L-1008"),
        ("unknown", "L-1005"), ("unknown", "L-9999"), ("matched", "L-1001"),
    }  # fmt: skip
    notes = {lead: row["note"] for (kind, lead), row in found.items() if kind == "unknown"}
    assert notes["L-1003"].startswith("return 4 was credited and taken back (33.35 USD in 2026-10, -33.35 USD")
    assert notes["L-1008"] == "never returned"
    assert notes["L-1005"] == "never sold to him"
    assert notes["L-9999"] == "the ledger has no such lead; deducted 2 times"
    assert found["unknown", "L-9999"]["statement_rows"] == "7, 8"
    assert found["differing", "L-1002"]["difference"] == "-0.25"
    totals = {(row["class"], row["currency"]): (row["count"], row["difference"]) for row in told["totals"]}
    assert totals == {
        ("differing", "USD"): (1, "-0.25"),
        ("missing", "EUR"): (1, "-19.99"),
        ("unknown", "USD"): (4, "183.45"),
        ("matched", "USD"): (1, "0.00"),
    }


@pytest.fixture(scope="module")
def taxed(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """October with notes that charge 8.875 % of tax on what is credited."""
    return october(tmp_path_factory.mktemp("taxed") / "w", TAXED, noted=True)


def test_who_deducts_what_his_note_says_agrees(taxed: Desk) -> None:
    text = "Lead ID,Amount,Currency\nL-1001,54.44,USD\nL-1002,41.25,USD\nL-1004,21.76,EUR\n"
    ran = taxed.run(*WORDS, taxed.file("gross.csv", text), *ACME, "--json")
    assert ran.code == 0, ran.out
    rows = {row["lead_id"]: (row["class"], row["tax"], row["difference"], row["note"]) for row in ran.json["rows"]}
    assert rows == {
        "L-1001": ("matched", "4.44", "0.00", "with tax"),
        "L-1002": ("matched", "0.00", "0.00", ""),
        "L-1004": ("matched", "1.77", "0.00", "with tax"),
    }
    totals = {row["currency"]: (row["granted"], row["deducted"], row["tax"]) for row in ran.json["totals"]}
    assert totals == {"EUR": ("19.99", "21.76", "1.77"), "USD": ("91.25", "95.69", "4.44")}
    said = taxed.run(*WORDS, "gross.csv", *ACME).ok().out
    assert "acme deducted 95.69 USD where 91.25 was granted and 4.44 of tax on it: 2 matched" in said


def test_a_debit_note_agrees_with_its_tax_too(taxed: Desk) -> None:
    statement = taxed.file("debit.csv", "Lead ID,Amount\nL-0901,-81.66\n")
    ran = taxed.run(
        *WORDS, statement, "--buyer", "homefirst", "--period", "2026-10", "--currency", "USD",
        "--deductions", "positive", "--json",
    )  # fmt: skip
    (row,) = ran.ok().json["rows"]
    assert (row["class"], row["granted"], row["tax"], row["note"]) == ("matched", "-75.00", "-6.66", "with tax")


def test_a_difference_names_both_amounts(taxed: Desk) -> None:
    text = "Lead ID,Amount,Currency\nL-1001,59.50,USD\nL-1002,44.91,USD\nL-1002,44.91,USD\nL-1004,19.99,EUR\n"
    ran = taxed.run(*WORDS, taxed.file("another_rate.csv", text), *ACME, "--json")
    assert ran.code == 1
    notes = {row["lead_id"]: row["note"] for row in ran.json["rows"] if row["class"] == "differing"}
    assert notes == {
        "L-1001": "neither 50.00 nor, with tax, 54.44",
        "L-1002": "deducted 2 times; neither 41.25 nor, with tax, 44.91",
    }


def test_the_tax_is_that_of_the_note_that_stands(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", TAXED)
    statement = desk.file(
        "gross.csv", "Lead ID,Amount,Currency\nL-1001,54.44,USD\nL-1002,44.91,USD\nL-1004,21.76,EUR\n"
    )
    assert desk.run(*WORDS, statement, *ACME).code == 1, "no note says so yet"
    desk.run("credit-note", "issue", "--period", "2026-10", "--yes").ok()
    assert desk.run(*WORDS, statement, *ACME).code == 0
    desk.policies(TAXED.replace("8.875%", "5%"))
    assert desk.run(*WORDS, statement, *ACME).code == 0, "what is issued keeps its rate"
    for note in desk.read_json("credit-note", "list")["notes"]:
        desk.run("credit-note", "void", note["number"], "--because", "wrong", "--yes").ok()
    assert desk.run(*WORDS, statement, *ACME).code == 1


def test_another_month_and_the_queue_are_named(tmp_path: Path) -> None:
    desk = october(tmp_path / "w")
    text = (desk.root / "policies.toml").read_text("utf-8").replace('approval = "auto"', 'approval = "review"')
    desk.policies(text)
    desk.returns("lead_id,buyer,reason,requested_at\nL-1008,acme,disconnected,2026-10-20\n", name="late.csv")
    statement = desk.file("s.csv", "Lead ID,Amount\nL-1008,80.00\nL-1001,50\n")
    rows = desk.read_json(*WORDS, statement, "--buyer", "acme", "--period", "2026-11")["rows"]
    assert {row["lead_id"]: row["note"] for row in rows} == {
        "L-1008": "return 9 waits for review",
        "L-1001": "return 2 was credited (50.00 USD in 2026-10)",
    }


def test_a_rejected_return_is_named(tmp_path: Path) -> None:
    desk = october(tmp_path / "w")
    desk.returns("lead_id,buyer,reason,requested_at\nL-1008,acme,it rained,2026-10-20\n", name="late.csv")
    desk.run("review", "reject", 9, "--because", "no reason of ours").ok()
    desk.returns("lead_id,buyer,reason,requested_at\nL-1001,acme,disconnected,2026-10-30\n", name="again.csv")
    statement = desk.file("s.csv", "Lead ID,Amount\nL-1008,80.00\nL-1001,50\n")
    rows = desk.read_json(*WORDS, statement, "--buyer", "acme", "--period", "2026-11")["rows"]
    notes = {row["lead_id"]: row["note"] for row in rows}
    assert notes["L-1008"] == "return 9 was rejected (by a person)"
    assert notes["L-1001"] == "return 2 was credited (50.00 USD in 2026-10)", "not the second, rejected return"


def test_a_debit_must_come_back(books: Desk) -> None:
    statement = books.file("s.csv", "Lead ID,Amount,Currency\nL-0901,75.00,USD\nL-1007,9800,JPY\n")
    rows = books.read_json(*WORDS, statement, "--buyer", "homefirst", "--period", "2026-10")["rows"]
    assert [(row["class"], row["granted"], row["deducted"]) for row in rows] == [
        ("differing", "-75.00", "75.00"),
        ("matched", "9800", "9800"),
    ]


def test_negative_deductions_in_a_workbook_with_another_heading(books: Desk) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Bright & Söhne"], [], ["Ref #", "Less"], ["L-1005", -60.1], ["L-1006", -12], ["Total", -72.1]):
        sheet.append(row)
    book.save(books.root / "bright.xlsx")
    ran = books.run(
        *WORDS, "bright.xlsx", "--buyer", "bright & söhne, ltd.", "--period", "2026-10", "--map", "lead_id=Ref #",
        "--map", "amount=Less",
    )  # fmt: skip
    assert ran.code == 0, ran.err + ran.out
    assert "deducted 72.10 USD where 72.10 was granted: 2 matched" in ran.out


def test_both_signs_need_a_word(books: Desk) -> None:
    path = books.file("both.csv", "Lead ID,Amount,Currency\nL-1001,50.00,USD\nL-1002,-41.25,USD\nL-1004,19.99,EUR\n")
    refused = books.run(*WORDS, path, *ACME)
    assert refused.code == 3
    assert "--deductions positive" in refused.err
    ran = books.run(*WORDS, path, *ACME, "--deductions", "positive", "--json")
    assert ran.code == 1
    assert {row["lead_id"]: row["class"] for row in ran.json["rows"]}["L-1002"] == "differing"


def test_several_currencies_need_a_column(books: Desk) -> None:
    refused = books.run(*WORDS, books.file("bare.csv", "Lead ID,Amount\nL-1001,50.00\n"), *ACME)
    assert refused.code == 3
    assert "acme was credited in EUR and USD in 2026-10" in refused.err
    assert "--map currency=" in refused.err


def test_a_statement_of_one_currency_is_compared_with_what_was_granted_in_it(books: Desk) -> None:
    path = books.file("dollars.csv", "Lead #,Deduction Amt.\nL-1001,$50.00\nL-1002,$41.25\n")
    words = ("report", "reconcile", path, "--buyer", "acme", "--period", "2026-10")
    refused = books.run(*words)
    assert (refused.code, "--currency EUR" in refused.err) == (3, True)

    done = books.run(*words, "--currency", "usd", "--json").ok().json

    assert {(row["lead_id"], row["class"]) for row in done["rows"]} == {("L-1001", "matched"), ("L-1002", "matched")}
    assert books.run(*words, "--currency", "dollars").code == 2


def test_unreadable_rows_are_listed_and_count_as_a_difference(books: Desk) -> None:
    text = "Lead ID,Amount,Currency\nL-1001,50.00,USD\nL-1002,41.25,USD\nL-1004,19.99,EUR\nL-1005,soon,USD\n"
    ran = books.run(*WORDS, books.file("bad.csv", text), *ACME, "--json")
    assert ran.code == 1
    assert [(each["code"], each["row"]) for each in ran.json["problems"]] == [("bad_amount", 5)]


@pytest.mark.parametrize("ending", ["txt", "csv", "json", "xlsx", "html"])
def test_unreadable_rows_are_in_every_file_with_their_number_and_the_reason(
    books: Desk, tmp_path: Path, ending: str
) -> None:
    text = "Lead ID,Amount,Currency\nL-1001,50.00,USD\nL-1002,soon,USD\n,7.00,USD\nL-1004,19.99,EUR\n"
    path = tmp_path / f"found.{ending}"

    assert books.run(*WORDS, books.file("bad.csv", text), *ACME, "-o", path).code == 1

    if ending == "xlsx":
        book = openpyxl.load_workbook(path)
        rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
        said = "\n".join(" ".join(str(cell) for cell in row if cell is not None) for row in rows)
    else:
        said = (
            re.sub("<[^>]*>|\\s+", " ", html.unescape(path.read_text("utf-8"))).replace('\\"', '"').replace('""', '"')
        )
    assert re.search(r'unreadable\W.*\b3\b.*row 3, "Amount": "soon" is no amount. \[bad_amount\]', said, re.DOTALL)
    assert re.search(r'row 4: names no lead: "Lead ID" is blank. \[no_identifier\]', said)
    if ending not in ("csv", "json"):
        assert "2 rows of the statement could not be read." in said
    if ending == "json":
        total = next(row for row in books.read_json(*WORDS, "bad.csv", *ACME)["totals"] if row["class"] == "unreadable")
        assert (total["count"], total["granted"], total["deducted"]) == (2, None, None)


def test_a_credit_that_went_with_its_batch_was_not_never_returned(tmp_path: Path) -> None:
    desk = october(tmp_path / "w")
    desk.returns("lead_id,buyer,reason,requested_at\nL-1008,acme,disconnected,2026-10-20\n", name="late.csv")
    batch = desk.query("SELECT max(id) FROM batches")[0][0]
    desk.run("batch", "void", batch, "--because", "the wrong file", "--yes").ok()
    statement = desk.file("s.csv", "Lead ID,Amount\nL-1008,80.00\n")

    (row,) = desk.read_json(*WORDS, statement, "--buyer", "acme", "--period", "2026-11")["rows"]

    assert row["note"] == (
        f"return 9 was credited and taken back with batch {batch}, which was voided "
        "(80.00 USD in 2026-11, -80.00 USD in 2026-11)"
    )


def test_a_void_batch_without_credit_is_named_and_a_later_return_tells_more(tmp_path: Path) -> None:
    desk = october(tmp_path / "w")
    desk.returns("lead_id,buyer,reason,requested_at\nL-1008,acme,it rained,2026-10-20\n", name="late.csv")
    batch = desk.query("SELECT max(id) FROM batches")[0][0]
    desk.run("batch", "void", batch, "--because", "the wrong file", "--yes").ok()
    statement = desk.file("s.csv", "Lead ID,Amount\nL-1008,80.00\n")
    words = (*WORDS, statement, "--buyer", "acme", "--period", "2026-11")
    assert desk.read_json(*words)["rows"][0]["note"] == f"return 9 came in batch {batch}, which was voided"

    desk.returns("lead_id,buyer,reason,requested_at\nL-1008,acme,it rained,2026-10-20\n", name="again.csv")
    assert desk.read_json(*words)["rows"][0]["note"] == "return 10 waits for review"


def test_no_lead_of_a_statement_reads_all_returns(books: Desk) -> None:
    with contextlib.closing(sqlite3.connect(books.store)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {granted._RETURNS}", ("[1]",)).fetchall()
    assert not [step for *_, step in plan if step.startswith("SCAN r")]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--period", "2026-10"), 2),
        (("--buyer", "acme"), 2),
        (("--buyer", "acne", "--period", "2026-10"), 3),
        (("--buyer", "acme", "--period", "10/2026"), 2),
    ],
)
def test_slips_are_refused(books: Desk, words: tuple[str, ...], code: int) -> None:
    path = books.file("s.csv", "Lead ID,Amount\nL-1001,50.00\n")
    ran = books.run(*WORDS, path, *words)
    assert ran.code == code, ran.err


def test_it_changes_nothing(books: Desk) -> None:
    before = books.content()
    books.run(*WORDS, books.file("s.csv", "Lead ID,Amount,Currency\nL-1001,1.00,USD\n"), *ACME)
    assert books.content() == before


def test_no_cell_of_a_reconciliation_is_a_formula(books: Desk, tmp_path: Path) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["Lead ID", "Sale ref", "Amount", "Currency"])
    texts = [text for text in FORMULA_ATTACKS if any(map(str.isalnum, text)) and "\x00" not in text]
    writer.writerows([f"{text}{at}", text, "1.00", "USD"] for at, text in enumerate(texts))
    path = books.file("attack.csv", stream.getvalue())

    books.run(*WORDS, path, *ACME, "-o", tmp_path / "x.xlsx")
    books.run(*WORDS, path, *ACME, "-o", tmp_path / "x.csv")

    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert len(cells) > 500
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    text = (tmp_path / "x.csv").read_bytes().decode("utf-8")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    leads = [row[1] for row in rows[1:]]
    assert len(leads) > 60
    assert [lead for lead in leads if lead.lstrip()[:1] in ("=", "+", "-", "@")] == []
