"""Writes the four sample files, the same bytes on every run: `python samples/make_samples.py [DIRECTORY]`.

    ledger.csv               four months of sales to three buyers
    acme_2026-09.csv         the tidy return file: 16 to 30 September 2026
    brightpath_returns.xlsx  the workbook made for people: 17 to 31 August 2026
    homefirst_scrubs.csv     the messy export: 24 September to 7 October 2026

They are meant to be imported as received on the last day that each covers.
"""

from __future__ import annotations

import csv
import io
import os
import re
import sys
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from random import Random

from invented_trade import Drawer, Return, Sale, in_order, ledger

LEDGER_COLUMNS = (
    "lead_id",
    "buyer",
    "sold_at",
    "price",
    "payout",
    "supplier",
    "campaign",
    "currency",
    "email",
    "phone",
)
WRITTEN_AT = datetime(2026, 9, 1, 9, 0, 0)
"""What the workbook says about its own making."""
TITLE = "Brightpath Insurance Partners: lead returns"
SUBTITLE = "Second half of August 2026, prepared by the intake desk"
FOOTNOTE = "Please credit the leads above on our next statement. Questions go to the intake desk."
HEADINGS = ("Lead Reference", "Product", "Date Returned", "Disposition", "Remarks", "Amount Claimed")
ACCENTED = ("señora says wrong house", "café, no such resident", "voice mail in français", "tried twice – “no thanks”")
PHONE_SHAPES = ("({0}) {1}-{2}", "{0}.{1}.{2}", "{0}{1}{2}", "1-{0}-{1}-{2}", "+1 {0} {1} {2}", "{0}-{1}-{2}")


def csv_text(rows: Iterable[Sequence[str]], delimiter: str = ",", ending: str = "\n") -> str:
    """The rows as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=ending).writerows(rows)
    return out.getvalue()


def money(cents: int) -> str:
    """4525 → '45.25'."""
    return f"{cents // 100}.{cents % 100:02d}"


def ledger_file(sales: Sequence[Sale]) -> bytes:
    """All sales, one line each, times as a clock in the office shows them."""
    rows = [
        (
            sale.lead_id,
            sale.buyer,
            f"{sale.sold_at:%Y-%m-%d %H:%M:%S}",
            money(sale.price_cents),
            money(sale.payout_cents),
            sale.supplier,
            sale.campaign,
            "USD",
            *sale.person,
        )
        for sale in sales
    ]
    return csv_text([LEDGER_COLUMNS, *rows]).encode()


def acme_file(sales: Sequence[Sale]) -> bytes:
    """The tidy one: lead ids, ISO dates, a known heading for everything."""
    rng = Random("acme")
    drawer = Drawer(rng, sales, "acme", date(2026, 9, 16), date(2026, 9, 30))
    good = drawer.in_time(88) + drawer.duplicates(6)
    rows = good + drawer.late(20) + drawer.in_time(8, "not_interested") + drawer.in_time(6, "unheard_of")
    rows += drawer.in_time(4, "duplicate") + drawer.of_others(4) + drawer.of_nobody(5) + drawer.again(good[:6])
    # Three that somebody found in a drawer: dated long before the file was sent.
    drawer.first, drawer.last = date(2026, 9, 9), date(2026, 9, 14)
    rows += drawer.in_time(3)
    lines = [(entry.sale.lead_id, entry.on.isoformat(), entry.wording, entry.comment) for entry in in_order(rows)]
    lines[-1] = (lines[-1][0], "2026-09-31", *lines[-1][2:])
    return csv_text([("lead_id", "return date", "reason", "comment"), *lines]).encode()


def brightpath_file(sales: Sequence[Sale]) -> bytes:
    """The workbook made for people: titles, merged cells, real dates, a total and a footnote."""
    # With lxml installed openpyxl writes other bytes; the samples must not depend on what else is there.
    os.environ["OPENPYXL_LXML"] = "False"
    from openpyxl import Workbook

    rng = Random("brightpath")
    drawer = Drawer(rng, sales, "brightpath", date(2026, 8, 17), date(2026, 8, 31))
    good = drawer.quick(16) + drawer.in_time(28) + drawer.duplicates(3)
    rows = good + drawer.late(18) + drawer.in_time(6, "not_interested") + drawer.in_time(5, "unheard_of")
    rows += drawer.in_time(3, "duplicate") + drawer.of_others(3) + drawer.of_nobody(4) + drawer.again(good[:3])
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Returns"
    for line in ([TITLE], [SUBTITLE], [], ["From your delivery", None, "From our desk"], list(HEADINGS)):
        sheet.append(line)
    for merged in ("A1:F1", "A2:F2", "A4:B4", "C4:F4"):
        sheet.merge_cells(merged)
    for number, entry in enumerate(in_order(rows)):
        sheet.append(brightpath_cells(number, entry))
        sheet.cell(sheet.max_row, 3).number_format = "d mmm yyyy"
    claimed = sum(entry.sale.price_cents for entry in rows)
    sheet.append(["Total", None, None, f"{len(rows)} leads", None, claimed / 100])
    sheet.append([])
    sheet.append([FOOTNOTE])
    for column, width in zip("ABCDEF", (18, 12, 15, 26, 28, 16), strict=True):
        sheet.column_dimensions[column].width = width
    out = io.BytesIO()
    book.save(out)
    return frozen(out.getvalue())


def brightpath_cells(number: int, entry: Return) -> list[str | date | float | None]:
    """One row; now and then an id was typed in small letters or with a blank behind it."""
    lead_id = entry.sale.lead_id
    if number % 17 == 5:
        lead_id = lead_id.lower() + " "
    amount = entry.sale.price_cents / 100
    return [lead_id, entry.sale.campaign.title(), entry.on, entry.wording, entry.comment or None, amount]


def frozen(workbook: bytes) -> bytes:
    """The workbook with fixed times and uncompressed parts, so that no clock and no version of zlib shows."""
    out = io.BytesIO()
    stamp = f"{WRITTEN_AT:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, part)
            entry = zipfile.ZipInfo(name, WRITTEN_AT.timetuple()[:6])
            entry.create_system = 0
            target.writestr(entry, part)
    return out.getvalue()


def homefirst_file(sales: Sequence[Sale]) -> bytes:
    """The messy one: phones in every shape, month-first dates, semicolons, Windows-1252, the header twice."""
    rng = Random("homefirst")
    drawer = Drawer(rng, sales, "homefirst", date(2026, 9, 24), date(2026, 10, 7))
    good = drawer.quick(12) + drawer.in_time(16)
    twice = drawer.draw(3, ("duplicate",), lambda sale: sale.met_before, lambda sale: range(15))
    rows = good + twice + drawer.late(7) + drawer.in_time(4, "not_interested") + drawer.in_time(5, "unheard_of")
    rows += drawer.of_others(2) + drawer.of_nobody(3) + drawer.again(good[:2])
    header = ["Phone", "E-mail", "Scrub Date", "Why", "Notes"]
    lines = [header]
    for number, entry in enumerate(in_order(rows)):
        if number % 13 == 8:
            lines.append([""] * len(header) if number % 2 else [])
        if number == 27:
            lines.append(header)
        lines.append(homefirst_line(number, entry))
    lines.append(["", "", "10/7/2026", "Bad phone", "which one was this?"])
    return csv_text(lines, delimiter=";", ending="\r\n").encode("cp1252")


def homefirst_line(number: int, entry: Return) -> list[str]:
    """One row, by phone; every ninth by e-mail where there is one."""
    phone = PHONE_SHAPES[number % len(PHONE_SHAPES)].format(*entry.sale.person.phone.split()[1:])
    by_email = number % 9 == 4 and entry.sale.person.email
    note = ACCENTED[number // 6 % len(ACCENTED)] if number % 6 == 3 else entry.comment
    on = f"{entry.on.month}/{entry.on.day}/{entry.on.year}"
    return ["" if by_email else phone, entry.sale.person.email.upper() if by_email else "", on, entry.wording, note]


def write_all(folder: Path) -> None:
    """The four files in `folder`."""
    sales = ledger(Random("ledger"))
    (folder / "ledger.csv").write_bytes(ledger_file(sales))
    (folder / "acme_2026-09.csv").write_bytes(acme_file(sales))
    (folder / "brightpath_returns.xlsx").write_bytes(brightpath_file(sales))
    (folder / "homefirst_scrubs.csv").write_bytes(homefirst_file(sales))


if __name__ == "__main__":
    write_all(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
