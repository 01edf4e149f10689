"""Reports as workbooks and pages: they hold what the report says, tie out, and are fit to be handed on."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.desk import DAY, TERMS, Desk, new_desk
from tests.writers.conftest import CONTROL_ATTACKS, FORMULA_ATTACKS, MARKUP_ATTACKS

POLICIES = (
    TERMS.replace('approval = "auto"', 'approval = "auto"\ncap = "60% of sales per month"\nover_cap = "reject"')
    + """
[reasons.dead]
label   = "Number disconnected"
aliases = ["disc"]
[reasons.dupe]
label   = "Duplicate"
[[always_review]]
name  = "big tickets"
price = "from 100.00"
[suppliers.leadco]
clawback = "100%"
window   = "20 days"
"""
)
LEDGER = "lead_id,buyer,sold_at,price,payout,supplier,campaign\n" + "".join(
    f"L-{number},{'acme' if number % 3 else 'zeta'},2026-{9 + number // 2 % 2:02d}-{20 + number % 5} 23:30:00,"
    f"{'150.00' if number % 7 == 0 else '40.00'},20.50,{('leadco', 'asis', '')[number // 2 % 3]},solar\n"
    for number in range(30)
)
RETURNS = "lead_id,buyer,reason,requested_at\n" + "".join(
    f"L-{number},{'acme' if number % 3 else 'zeta'},{('disc', 'Duplicate')[number // 4 % 2]},"
    f"2026-{'09' if number % 8 == 0 else '10'}-2{5 + number % 3}\n"
    for number in range(0, 30, 2)
)


@pytest.fixture
def books(desk: Desk) -> Desk:
    """Thirty sales in two months; of fifteen returns some are approved, some too late, some wait, one was reversed."""
    desk.policies(POLICIES).ledger(LEDGER)
    desk.returns(RETURNS)
    approved = desk.read_json("returns", "list", "--outcome", "approved")["returns"]
    desk.run("review", "reverse", approved[0]["id"], "--because", "the number works").ok()
    return desk


def sheets(desk: Desk, *words: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every sheet of the workbook that a report is written to, by name."""
    desk.run("report", *words, "-o", "report.xlsx").ok()
    book = openpyxl.load_workbook(desk.root / "report.xlsx")
    return {sheet.title: [tuple(row) for row in sheet.values] for sheet in book}


def page(desk: Desk, *words: str) -> str:
    desk.run("report", *words, "-o", "report.html").ok()
    return (desk.root / "report.html").read_text(encoding="utf-8")


def column(rows: list[tuple[Any, ...]], heading: str) -> list[Any]:
    """The cells under a heading, the total last."""
    return [row[rows[0].index(heading)] for row in rows[1:]]


def money(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def total(rows: list[tuple[Any, ...]], heading: str) -> Decimal:
    """The total of a column; what stands in the rows above must add up to it."""
    *cells, last = column(rows, heading)
    assert sum((money(cell) for cell in cells if cell is not None), Decimal()) == money(last)
    return money(last)


# ---- Workbooks -------------------------------------------------------------------------------------------------------


def test_roi_has_a_summary_a_sheet_for_each_buyer_the_lines_and_where_they_come_from(books: Desk) -> None:
    said = books.read_json("report", "roi", "--by", "supplier")["totals"][0]

    found = sheets(books, "roi", "--by", "supplier")

    assert list(found) == ["Summary", "acme", "zeta", "Lines", "About"]
    assert total(found["Summary"], "Credits") == Decimal(said["credits"])
    assert total(found["Summary"], "Profit") == Decimal(said["profit"])
    assert total(found["Lines"], "Credit to buyer") == Decimal(said["credits"])
    assert total(found["Lines"], "Clawed back") == Decimal(said["clawbacks"])
    by_buyer = [total(found[name], "Revenue") for name in ("acme", "zeta")]
    assert sum(by_buyer) == Decimal(said["revenue"])
    assert {row[0] for row in found["acme"][1:-1]} == {"2026-09", "2026-10"}


def test_about_says_of_what_when_from_which_terms_and_by_which_command(books: Desk) -> None:
    about = dict(row[:2] for row in sheets(books, "roi", "--from", "2026-10")["About"])

    assert about["Months"] == "2026-10 to 2026-10, of the sale"
    assert about["Policies"] == books.query("SELECT digest FROM policies ORDER BY id DESC LIMIT 1")[0][0]
    assert about["Created"] == "2026-11-02T12:00:00+00:00"
    assert about["Workspace"] == "returns-2026"
    assert about["Command"].startswith("leadreturns")


def test_only_the_months_asked_for_are_in_any_sheet(books: Desk) -> None:
    found = sheets(books, "roi", "--basis", "sale", "--from", "2026-10", "--to", "2026-10")
    said = books.read_json("report", "roi", "--from", "2026-10", "--to", "2026-10")["totals"][0]

    assert {row[0] for row in found["acme"][1:-1]} == {"2026-10"}
    assert total(found["Lines"], "Credit to buyer") == Decimal(said["credits"])


def test_headings_stay_filters_are_there_and_money_is_a_number(books: Desk) -> None:
    sheets(books, "roi")
    book = openpyxl.load_workbook(books.root / "report.xlsx")

    for name in ("Summary", "acme", "zeta", "Lines"):
        sheet = book[name]
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:"), name
        assert int(sheet.auto_filter.ref.split(":")[1].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) == sheet.max_row - 1
    summary = book["Summary"]
    heading = [cell.value for cell in summary[1]]
    assert summary.cell(2, heading.index("Revenue") + 1).number_format.startswith("#,##0.00")
    assert summary.cell(2, heading.index("Rate") + 1).number_format.startswith("0.00%")
    assert summary.cell(summary.max_row, heading.index("Revenue") + 1).data_type == "n", "totals are values"
    assert all(cell.data_type != "f" for sheet in book for row in sheet.rows for cell in row)


def test_adjustments_tie_out_sheet_by_sheet(books: Desk) -> None:
    said = books.read_json("report", "adjustments", "--period", "2026-11")
    buyers = {row["name"]: Decimal(row["net"]) for row in said["rows"] if row["party"] == "buyer"}
    suppliers = sum(Decimal(row["net"]) for row in said["rows"] if row["party"] == "supplier")

    found = sheets(books, "adjustments", "--period", "2026-11")

    assert {name: total(found[name], "Credit to buyer") for name in buyers} == buyers
    assert total(found["Lines"], "Credit to buyer") == sum(buyers.values())
    assert total(found["Lines"], "Clawed back") == suppliers
    assert min(money(cell) for cell in column(found["Lines"], "Credit to buyer") if cell is not None) < 0, "a debit"
    about = dict(row[:2] for row in found["About"])
    assert (about["Period"], about["Status"]) == ("2026-11", "open")


def test_a_month_without_entries_is_a_workbook_too(books: Desk) -> None:
    found = sheets(books, "adjustments", "--period", "2026-08")
    assert list(found) == ["Summary", "Lines", "About"]
    assert len(found["Lines"]) == 1


def test_returns_tie_out_and_are_all_there(books: Desk) -> None:
    said = books.read_json("report", "returns", "--by", "buyer")["totals"]
    money_total = next(row for row in said if row["currency"])

    found = sheets(books, "returns", "--by", "buyer")

    assert len(found["Lines"]) == 1 + 15 + 1
    for heading, name in (
        ("Credit", "credits"),
        ("Clawed back", "clawbacks"),
        ("Still recoverable", "recoverable"),
        ("Lost payout", "lost"),
    ):
        assert total(found["Lines"], heading) == Decimal(money_total[name]), heading
    assert total(found["Lines"], "In review") == Decimal(books.read_json("report", "exposure")["totals"][0]["credit"])
    assert sum(total(found[name], "Credit") for name in ("acme", "zeta")) == Decimal(money_total["credits"])


def test_exposure_ties_out(books: Desk) -> None:
    said = books.read_json("report", "exposure")["totals"][0]

    found = sheets(books, "exposure")

    assert list(found)[:2] == ["Summary", "Approved by supplier"]
    assert len(found["Lines"]) == 1 + said["waiting"] + 1
    assert total(found["Lines"], "In review") == Decimal(said["credit"])
    assert total(found["Lines"], "Given back if approved") == Decimal(said["recoverable"])
    assert total(found["Lines"], "Payout lost if approved") == Decimal(said["lost"])


def test_what_waits_has_its_payout_and_its_supplier_and_what_was_rejected_asks_nobody(books: Desk) -> None:
    rows = sheets(books, "returns")["Lines"]
    at = {heading: rows[0].index(heading) for heading in rows[0]}
    payouts = dict(books.query("SELECT lead_id, payout_minor / 100.0 FROM sales"))
    ends: dict[str, set[tuple[Any, ...]]] = {}

    for row in rows[1:-1]:
        assert row[at["Payout"]] == payouts[row[at["Lead"]]], row
        told = tuple(row[at[name]] for name in ("Supplier still takes", "Still recoverable", "Lost payout"))
        ends.setdefault(row[at["Outcome"]], set()).add(told)
    assert ends["rejected"] == {(None, None, None)}
    assert {told[1:] for told in ends["review"]} == {(None, None)}
    assert {told[0] for told in ends["review"]} <= {"yes", "no"}
    assert None not in {cell for told in ends["approved"] for cell in told}
    taken = {row["id"]: row for row in books.read_json("returns", "list", "--outcome", "review")["returns"]}
    exposed = books.read_json("report", "exposure")["totals"][0]["still_open"]
    assert exposed == sum(row[at["Supplier still takes"]] == "yes" for row in rows[1:] if row[at["Return"]] in taken)


@pytest.mark.parametrize(
    "words",
    [("adjustments", "--period", "2026-11"), ("returns",), ("exposure",), ("roi",), ("roi", "--basis", "posting")],
    ids=" ".join,
)
def test_a_buyers_sheet_tells_him_nothing_of_suppliers_and_other_buyers(books: Desk, words: tuple[str, ...]) -> None:
    books.returns("lead_id,buyer,reason,requested_at\nL-3,acme,disc,2026-10-25\n", name="foreign.csv")

    found = sheets(books, *words)

    texts = " ".join(str(cell) for row in found["acme"] for cell in row if cell is not None)
    own = ("leadco", "asis", "zeta", "Supplier", "ayout", "lawback", "Profit", "ROI", "not_this_buyer")
    assert not [word for word in own if word in texts]
    if words[0] == "returns":
        assert "We find no sale to you with this identifier." in texts
        assert "the lead was sold to zeta" in " ".join(str(cell) for row in found["Lines"] for cell in row)


def test_days_are_those_of_the_workspace(desk: Desk) -> None:
    desk.policies(POLICIES.replace('"UTC"', '"America/New_York"')).ledger(LEDGER)
    desk.returns(RETURNS)
    found = sheets(desk, "adjustments", "--period", "2026-11")

    day = {row[0]: str(row[1])[:10] for row in desk.query("SELECT lead_id, datetime(sold_at, 'unixepoch') FROM sales")}
    shown = dict(zip(column(found["Lines"], "Lead"), column(found["Lines"], "Sold"), strict=True))
    shown.pop(None, None)
    assert len(shown) > 3
    for lead, moment in shown.items():
        assert str(moment)[:10] < day[lead], "23:30 in New York is the next day in UTC"


def test_a_page_or_workbook_needs_a_place(books: Desk) -> None:
    assert books.run("report", "roi", "--format", "xlsx").code == 2
    assert books.run("report", "roi", "--format", "html").code == 2


def test_sheets_of_buyers_that_excel_cannot_tell_apart_are_named_in_about(desk: Desk) -> None:
    names = [f"Northern Lights Home Improvement {city}" for city in ("Berlin", "Munich")] + ["Lines", "a/b", "about"]
    rows = [f"L-{number},{name},2026-10-20,10.00,4.00,leadco,solar\n" for number, name in enumerate(names)]
    desk.ledger("lead_id,buyer,sold_at,price,payout,supplier,campaign\n" + "".join(rows))
    back = "".join(f"L-{number},{name},2026-10-25\n" for number, name in enumerate(names))
    desk.returns("lead_id,buyer,requested_at\n" + back)

    found = sheets(desk, "adjustments", "--period", "2026-11")

    assert {"Summary", "Lines", "About", "Lines (buyer)", "about (buyer)", "a-b"} <= set(found)
    assert "Supplier" in found["Lines"][0], "the sheet of all, not a buyer's"
    about = dict(row[:2] for row in found["About"])
    for name in names[:2]:
        (sheet,) = [key for key, text in about.items() if text == f"full name: {name}"]
        assert len(sheet) <= 31
        (lead,) = {row[0] for row in desk.query("SELECT s.lead_id FROM sales AS s JOIN buyers AS b ON b.id = buyer_id "
                                                "WHERE b.name = ?", name)}  # fmt: skip
        assert column(found[sheet], "Lead")[0] == lead


# ---- Pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "headline"),
    [
        (("roi",), r"Of 30 leads sold from September 2026 to October 2026, \d+ came back \([\d.]+%\): ROI fell from"),
        (
            ("roi", "--basis", "posting"),
            r"30 leads were sold and \d+ returns posted from September 2026 to November 2026: ROI fell from",
        ),
        (
            ("adjustments", "--period", "2026-11"),
            r"In November 2026, which is open, buyers are credited [\d.,]+ USD and",
        ),
        (("adjustments", "--period", "2026-08"), r"Nothing was booked in August 2026, which is open\."),
        (("returns",), r"Of 15 returns asked for, \d+ were approved \([\d.]+%\), \d+ rejected, and \d+ wait"),
        (("exposure",), r"\d+ returns wait for a decision: [\d.,]+ USD of credit is at risk\."),
    ],
)
def test_the_first_sentence_says_it(books: Desk, words: tuple[str, ...], headline: str) -> None:
    assert re.search(f'class="headline">{headline}', page(books, *words))


def test_the_page_has_the_charts_that_finance_asks_for(books: Desk) -> None:
    text = page(books, "roi", "--by", "supplier")

    for said in (
        "Return rate by month of sale",
        "- - cap 60.00%",
        "Credits by reason",
        "Number disconnected",
        "Margin by supplier, before and after returns",
        '<button type="button">Supplier</button>',
        "Policies: ",
        "Created: 2026-11-02T12:00:00+00:00",
    ):
        assert said in text, said


def test_a_reopened_month_is_marked_on_the_page_and_in_the_workbook(books: Desk) -> None:
    books.now += 30 * DAY
    books.run("period", "close", "2026-11", "--carry").ok()
    assert "which is closed," in page(books, "adjustments", "--period", "2026-11")
    books.run("period", "reopen", "2026-11", "--because", "a batch was missing").ok()

    text = page(books, "adjustments", "--period", "2026-11")
    about = sheets(books, "adjustments", "--period", "2026-11")["About"]

    assert "which is reopened," in text
    assert "a batch was missing" in text
    assert ("Status", "reopened") in [row[:2] for row in about]
    assert any("a batch was missing" in str(row[1]) for row in about)

    books.run("period", "close", "2026-11", "--carry").ok()
    assert "closed again after it was reopened" in page(books, "adjustments", "--period", "2026-11")
    assert "a batch was missing" in page(books, "roi", "--basis", "posting")
    assert "a batch was missing" in str(sheets(books, "roi", "--basis", "posting")["About"])


@pytest.mark.parametrize(
    "words",
    [
        ("roi",),
        ("roi", "--from", "2026-10", "--to", "2026-10"),
        ("roi", "--by", "month,buyer", "--from", "2026-09", "--to", "2026-12"),
        ("accrual", "--at", "2026-10-31"),
        ("accrual", "--at", "2026-10-02", "--by", "buyer"),
    ],
)
def test_a_reopened_month_marks_reports_by_sale_and_the_accrual_too(books: Desk, words: tuple[str, ...]) -> None:
    books.run("period", "close", "2026-10", "--carry").ok()
    assert books.read_json("report", *words)["reopened"] == []
    books.run("period", "reopen", "2026-10", "--because", "a batch was missing").ok()

    (told,) = books.read_json("report", *words)["reopened"]
    assert (told["period"], told["because"]) == ("2026-10", "a batch was missing")
    said = re.compile("2026-10 was closed .* and reopened .*: a batch was missing")
    assert said.search(books.run("report", *words).ok().out)
    as_csv = books.run("report", *words, "--format", "csv").ok()
    assert said.search(as_csv.err)
    assert "missing" not in as_csv.out
    assert said.search(page(books, *words))
    assert any(said.search(str(row[1])) for row in sheets(books, *words)["About"])


def test_other_months_by_sale_carry_no_mark(books: Desk) -> None:
    books.run("period", "close", "2026-10", "--carry").ok()
    books.run("period", "reopen", "2026-10", "--because", "a batch was missing").ok()

    for words in (("roi", "--to", "2026-09"), ("roi", "--from", "2026-11"), ("accrual", "--at", "2026-09-30")):
        assert books.read_json("report", *words)["reopened"] == []
        assert "missing" not in books.run("report", *words).ok().out


@pytest.mark.parametrize("ending", ["pdf", "docx", "PDF", "tsv", "xls"])
@pytest.mark.parametrize("words", [("report", "roi"), ("report", "accrual"), ("returns", "list"), ("period", "list")])
def test_a_file_of_a_kind_that_nobody_writes_is_refused(books: Desk, words: tuple[str, ...], ending: str) -> None:
    ran = books.run(*words, "-o", f"october.{ending}")

    assert ran.code == 2
    assert f"-o october.{ending}: no table is written as .{ending.lower()}" in ran.err
    assert "known are csv, json, xlsx, html and txt" in ran.err
    assert not (books.root / f"october.{ending}").exists()


def test_any_name_will_do_where_the_format_is_said_and_a_plain_name_is_a_text(books: Desk) -> None:
    books.run("report", "roi", "-o", "roi.dat", "--format", "csv").ok()
    assert (books.root / "roi.dat").read_text("utf-8").startswith("buyer,currency,")
    for name in ("roi", "roi.txt"):
        books.run("report", "roi", "-o", name).ok()
        assert (books.root / name).read_text("utf-8").startswith("Buyer ")


def test_the_two_clocks_of_the_queue_are_named_in_every_format(books: Desk) -> None:
    told = "Two clocks: what the supplier takes, and the credit past his window, are as of today"
    assert told in books.run("report", "exposure").ok().out
    assert told in page(books, "exposure")
    found = sheets(books, "exposure")
    assert told in str(found["About"])
    lines = found["Lines"][0]
    assert {"Supplier takes today", "Given back if approved", "Payout lost if approved"} <= set(lines)


@pytest.fixture
def november(books: Desk) -> Desk:
    """The month in which all was decided, closed."""
    books.now += 30 * DAY
    books.run("period", "close", "2026-11", "--carry").ok()
    return books


CLOSED = (
    ("adjustments", "--period", "2026-11"),
    ("adjustments", "--period", "2026-11", "--detail"),
    ("adjustments", "--period", "2026-10"),
    ("roi", "--basis", "posting", "--to", "2026-11"),
    ("roi", "--basis", "posting", "--by", "supplier,month", "--from", "2026-11", "--to", "2026-11"),
)


def test_files_of_closed_months_stay_the_same_bytes_whatever_comes_later(november: Desk) -> None:
    """Later returns, decisions, sales and months, new words in policies.toml, another day, another name of the file."""

    def written(round_: str) -> list[bytes]:
        found = []
        for number, words in enumerate(CLOSED):
            for ending in ("html", "xlsx"):
                path = november.root / f"{round_}-{number}.{ending}"
                november.run("report", *words, "-o", path).ok()
                found.append(path.read_bytes())
        return found

    first = written("first")
    november.now += 40 * DAY
    november.policies(
        POLICIES.replace("Number disconnected", "Dead line")
        .replace('"60% of sales per month"', '"90% of sales per month"')
        .replace('"UTC"', '"America/New_York"')
    )
    november.ledger(
        LEDGER.replace("L-", "N-").replace("2026-09", "2026-12").replace("2026-10", "2026-12"), name="new.csv"
    )
    late = november.returns(RETURNS.replace("L-", "N-").replace("2026-09", "2026-12").replace("2026-10", "2026-12"))
    waiting = november.read_json("review", "list")["returns"]
    november.run("review", "approve", waiting[0]["id"]).ok()
    approved = november.read_json("returns", "list", "--outcome", "approved")["returns"]
    november.run("review", "reverse", approved[0]["id"], "--because", "a year later").ok()
    november.run("period", "close", "2026-12", "--carry").ok()

    assert late["approved"] > 3
    assert written("second") == first


def test_the_page_of_a_closed_month_has_no_picture_that_moves_and_says_so(november: Desk) -> None:
    text = page(november, "adjustments", "--period", "2026-11")

    for moving in ("Return rate by month of sale</h2>", "Margin by supplier", "Created", "Command"):
        assert moving not in text, moving
    for said in ("Credits of November 2026 by reason", "To buyers", "Number disconnected", "stays as it is"):
        assert said in text, said
    assert re.search(r"Closed: 2026-11, 2026-12-02 12:00 UTC by \w+, digest [0-9a-f]{12}\.", text)

    about = dict(row[:2] for row in sheets(november, "adjustments", "--period", "2026-11")["About"])
    assert about["Closed"].startswith("2026-11, 2026-12-02 12:00 UTC by ")
    assert not {"Created", "Command", "Policies"} & set(about)


def test_the_page_of_months_that_are_partly_open_keeps_its_pictures(november: Desk) -> None:
    text = page(november, "roi", "--basis", "posting", "--from", "2026-11", "--to", "2026-12")
    assert "Return rate by month of sale</h2>" in text
    assert "Created" in text
    waiting = november.read_json("review", "list")["returns"]
    november.run("review", "approve", waiting[0]["id"]).ok()
    open_month = page(november, "adjustments", "--period", "2026-12")
    assert "Of all sales up to 2026-12, as they stand today." in open_month


def test_an_empty_store_gives_pages_and_workbooks_that_say_so(desk: Desk) -> None:
    for words in (("roi",), ("adjustments",), ("returns",), ("exposure",), ("accrual",)):
        assert "headline" in page(desk, *words)
        assert "Summary" in sheets(desk, *words)


def test_several_currencies_are_told_apart(books: Desk) -> None:
    books.ledger(
        "lead_id,buyer,sold_at,price,payout,supplier,campaign,currency\n"
        "E-1,acme,2026-10-20,1000,500,leadco,solar,JPY\nE-2,acme,2026-10-20,1000,500,leadco,solar,JPY\n",
        name="yen.csv",
    )
    books.returns("lead_id,buyer,reason,requested_at\nE-1,acme,disc,2026-10-25\n", name="yen_returns.csv")

    text = page(books, "roi")
    found = sheets(books, "roi")

    assert re.search(r"ROI fell from [\d.]+% to [\d.]+% in USD; ROI stays 100\.00% in JPY\.", text)
    assert "Credits, USD" in text
    assert "Credits, JPY" in text
    assert "Credits by reason (JPY)" in text
    assert [row[1] for row in found["Summary"][-2:]] == ["JPY", "USD"]


MANY = "lead_id,buyer,sold_at,price,payout,supplier,campaign,currency\n" + "".join(
    f"{code}-{number},acme,2026-10-20,{price},1,leadco,solar,{code}\n"
    for code, price, count in (("JPY", 100_000, 1), ("KWD", "0.500", 3), ("EUR", 9, 4), ("CHF", 9, 5))
    for number in range(count)
)


@pytest.mark.parametrize(
    "words", [("roi",), ("adjustments", "--period", "2026-11"), ("returns",), ("roi", "--by", "supplier")], ids=" ".join
)
def test_a_page_names_the_currencies_that_only_its_table_has(desk: Desk, words: tuple[str, ...]) -> None:
    """Those with most lines have charts, not those of the smallest unit."""
    desk.ledger(MANY)
    desk.returns(
        "lead_id,buyer,requested_at\n"
        + "".join(f"{line.partition(',')[0]},acme,2026-10-25\n" for line in MANY.splitlines()[1:])
    )

    text = page(desk, *words)

    headline = re.search('class="headline">(.*?)</p>', text)
    assert headline and headline[1].endswith(
        " Key figures and charts show CHF, EUR and KWD; in the table alone: JPY."
    ), headline
    assert "Credits by reason (JPY)" not in text
    assert "100,000</td>" in text


def test_the_last_bar_of_many_counts_in_words(desk: Desk) -> None:
    rows = "".join(f"L-{number},b{number:02d},2026-10-20,10.00,4.00,s{number:02d},solar\n" for number in range(11))
    desk.ledger("lead_id,buyer,sold_at,price,payout,supplier,campaign\n" + rows)
    back = "".join(f"L-{number},b{number:02d},2026-10-25\n" for number in range(11))
    desk.returns("lead_id,buyer,requested_at\n" + back)

    assert "1 other buyer<" in page(desk, "adjustments", "--period", "2026-11")
    assert "1 other supplier<" in page(desk, "returns")
    assert "Of 1 approved return " not in desk.run("report", "exposure").out
    assert "Of 11 approved returns " in desk.run("report", "exposure").out


# ---- Every format ----------------------------------------------------------------------------------------------------


class Cells(HTMLParser):
    """The first table of a page: its heading, rows and totals as texts."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = self.over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr" and not self.over:
            self.rows.append([])
        if tag in ("td", "th") and not self.over:
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")
        self.over = self.over or tag == "table"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data


def figure(value: Any) -> Any:
    """A figure of any format as a number: '1,234.50', '12.30%', 0.123, '0.123000', None."""
    text = str(value if value is not None else "").replace(",", "").strip()
    if text in ("", "-"):
        return ""
    try:
        rate = text.endswith("%")
        return round(float(text.rstrip("%")) / (100 if rate else 1), 4)
    except ValueError:
        return text


EVERY = (
    ("roi", "--by", "supplier"),
    ("roi", "--by", "buyer,month", "--basis", "posting"),
    ("adjustments", "--period", "2026-11"),
    ("returns", "--by", "supplier"),
    ("returns", "--by", "reason"),
    ("exposure",),
    ("accrual", "--by", "buyer"),
)


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_format_shows_the_same_figures(books: Desk, words: tuple[str, ...]) -> None:
    books.ledger(MANY, name="many.csv")
    books.returns(
        "lead_id,buyer,reason,requested_at\nCHF-1,acme,disc,2026-10-25\nKWD-1,acme,disc,2026-10-25\n", name="m.csv"
    )
    said = books.read_json("report", *words)
    names = list(said["rows"][0]) if said["rows"] else []
    wanted = [[figure(row[name]) for name in names] for row in said["rows"]]
    totals = [[figure(row.get(name)) for name in names] for row in said["totals"]]
    assert wanted and names

    lines = list(csv.reader(io.StringIO(books.run("report", *words, "--format", "csv").out)))
    assert lines[0] == names
    assert [[figure(cell) for cell in row] for row in lines[1:]] == wanted

    sheet = sheets(books, *words)["Summary"]
    cells = [["" if cell in (None, "Total") else figure(cell) for cell in row] for row in sheet[1:]]
    assert cells == [*wanted, *totals]

    books.run("report", *words, "-o", "report.txt").ok()
    printed = (books.root / "report.txt").read_text("utf-8").splitlines()
    for row in [*said["rows"], *said["totals"]]:
        amounts = [text for name, text in row.items() if re.fullmatch(r"-?\d+\.\d\d", str(text)) and text != "0.00"]
        assert any(all(f"{float(text):,.2f}" in line for text in amounts) for line in printed), row

    parsed = Cells()
    parsed.feed(page(books, *words))
    titles = [str(title) for title in sheet[0]]
    kept = [parsed.rows[0].index(title) if title in parsed.rows[0] else None for title in titles]
    shown = [[figure(row[at]) if at is not None else None for at in kept] for row in parsed.rows[1:]]
    for found, row in zip(shown, [*wanted, *totals], strict=True):
        for text, value in zip(found, row, strict=True):
            assert text is None or text == value or (text, value) == ("Total", ""), (found, row)


# ---- Texts from outside ----------------------------------------------------------------------------------------------


class Parsed(HTMLParser):
    """The tags of a page, and how often each script stands in it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}


def _quoted(texts: list[str]) -> Iterator[str]:
    for text in texts:
        written = text.encode("utf-8", "ignore").decode().replace("\x00", "")
        yield '"' + written.replace('"', '""') + '"'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose buyers, suppliers, campaigns, leads and reasons are attacks on whoever shows them."""
    desk = new_desk(tmp_path_factory.mktemp("hostile") / "w", TERMS)
    texts = list(_quoted([*CONTROL_ATTACKS, *MARKUP_ATTACKS, *FORMULA_ATTACKS]))
    rows = [f"{text},{text},2026-10-20,50.00,20.00,{text},{text}\n" for text in texts]
    desk.ledger("lead_id,buyer,sold_at,price,payout,supplier,campaign\n" + "".join(rows))
    back = [f"{text},{text},{text},2026-10-25\n" for text in texts]
    desk.returns("lead_id,buyer,reason,requested_at\n" + "".join(back))
    desk.policies(TERMS.replace('"auto"', '"review"'))
    desk.returns(
        "lead_id,buyer,reason,requested_at\n" + "".join(back[:60]).replace("2026-10-25", "2026-10-26"), name="2.csv"
    )
    assert desk.read_json("report", "roi")["totals"][0]["returned"] > 80
    return desk.root


REPORTS = (
    ("roi", "--by", "supplier"),
    ("roi", "--by", "buyer,campaign"),
    ("adjustments", "--period", "2026-11"),
    ("adjustments", "--period", "2026-11", "--detail"),
    ("returns", "--by", "reason"),
    ("exposure",),
    ("accrual", "--by", "campaign"),
)


@pytest.mark.parametrize("words", REPORTS, ids=" ".join)
def test_no_text_becomes_a_formula_a_tag_or_a_command(hostile: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    desk = Desk(hostile)
    for name in ("report.xlsx", "report.html"):
        with contextlib.suppress(FileNotFoundError):
            (hostile / name).unlink()

    desk.run("report", *words, "-o", "report.xlsx").ok()
    book = openpyxl.load_workbook(hostile / "report.xlsx")
    assert [cell.coordinate for sheet in book for row in sheet.rows for cell in row if cell.data_type == "f"] == []

    desk.run("report", *words, "-o", "report.html").ok()
    parsed = Parsed()
    parsed.feed((hostile / "report.html").read_text(encoding="utf-8"))
    assert (parsed.tags.count("script"), parsed.tags.count("style")) == (1, 1)
    assert not {"img", "a", "b", "link", "iframe"} & set(parsed.tags)
    assert not {name for name in parsed.attributes if name.startswith("on") or name in ("href", "src")}

    printed = desk.run("report", *words).ok().out
    assert not re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]", printed)

    lines = desk.run("report", *words, "--format", "csv").ok().out
    starts = {cell[:1] for row in csv.reader(io.StringIO(lines, newline="")) for cell in row}
    assert not starts & set("=@\t\r\x00")
    assert desk.read_json("report", *words)["report"] == words[0]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_workbooks_and_sees_texts(hostile: Path, tmp_path: Path) -> None:
    desk = Desk(hostile)
    for number, words in enumerate((("roi",), ("returns",))):
        desk.run("report", *words, "-o", tmp_path / f"report{number}.xlsx").ok()
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    books = sorted(tmp_path.glob("report*.xlsx"))
    command = ["soffice", "--headless", profile, "--convert-to", "fods", "--outdir", str(tmp_path), *map(str, books)]
    subprocess.run(command, check=True, capture_output=True, timeout=110)

    for book in books:
        text = book.with_suffix(".fods").read_text(encoding="utf-8")
        assert "table:formula" not in text, book.name
        assert 'table:name="About"' in text
