"""`report reconcile`: a buyer's statement against our books."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leadreturns.cli import options
from leadreturns.cli.reading_options import FileFlags, reading_for
from leadreturns.cli.session import Session, command


class Deductions(StrEnum):
    """How a deducted amount is written."""

    positive = "positive"
    negative = "negative"


_EXAMPLES = (
    "leadreturns report reconcile acme_october.xlsx --buyer acme --period 2026-10\n\n"
    'leadreturns report reconcile acme.csv --buyer acme --period 2026-10 --map amount="Net" -o differences.xlsx'
)


def register(reports: typer.Typer) -> None:
    """Add the command to the group of reports."""
    command(reports, "reconcile", examples=_EXAMPLES)(reconcile)


def currency_option(text: str) -> str:
    """The ISO code of --currency, '' when it is left out; `UsageFault` for anything else."""
    from leadreturns.core.money import CURRENCIES
    from leadreturns.errors import UsageFault

    code = text.strip().upper()
    if code and code not in CURRENCIES:
        raise UsageFault("bad_currency", f"--currency {text} is no currency code", "write it like USD")
    return code


def reconcile(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The buyer's statement, CSV or Excel.")],
    *,
    buyer: options.Buyer = "",
    period: Annotated[str, typer.Option("--period", metavar="YYYY-MM", help="The month.", show_default=False)] = "",
    deductions: Annotated[
        Deductions | None,
        typer.Option("--deductions", help="How deducted amounts are written, where both signs occur."),
    ] = None,
    currency: Annotated[
        str,
        typer.Option(
            "--currency", metavar="CODE", help="Of the amounts, where the file names none.", show_default=False
        ),
    ] = "",
    sheet: options.Sheet = "",
    map_: options.Map = None,
    encoding: options.Encoding = "",
    delimiter: options.Delimiter = "",
    header_row: options.HeaderRow = None,
    password_file: options.PasswordFile = None,
) -> int | None:
    """Compare what a buyer deducted with what he was granted: matched, missing, differing, unknown."""
    from leadreturns.cli.times import month_option
    from leadreturns.core.calendar import format_month
    from leadreturns.errors import UsageFault
    from leadreturns.readers.file_copy import copy_file
    from leadreturns.readers.statement_file import read_statement
    from leadreturns.reports.import_result import problem_json
    from leadreturns.reports.period_report import reopened_json
    from leadreturns.workflows.known_names import known_buyer, known_buyers
    from leadreturns.workflows.reconcile import reconcile as compare_statement
    from leadreturns.writers.json_writer import table_json

    currency = currency_option(currency)
    month = month_option(period, "--period", 0)
    if not buyer or not month:
        missing = "--buyer" if not buyer else "--period"
        raise UsageFault("option_needed", f"{missing} is needed", "add --buyer NAME --period 2026-10")
    book, store = session.workspace.policies, session.store()
    buyer = known_buyer(buyer, known_buyers(store, book))
    flags = FileFlags(sheet, list(map_ or []), "", encoding, delimiter, header_row, password_file, buyer)
    flags.check()
    reading = reading_for(flags, book, (), flags.password())
    with session.talk.progress("comparing"), copy_file(session.input_file(file)) as copy:
        done = compare_statement(
            store,
            reading,
            book,
            month,
            lambda exact: read_statement(copy, exact),
            deductions=deductions.value if deductions else "",
            currency=currency,
        )
        about = {"file": copy.name, "sha256": copy.sha256}
    session.tell_notes(done.notes)
    value = {"report": "reconcile", "buyer": buyer, "period": format_month(month), "status": done.status, **about}
    problems = [problem_json(problem) for problem in done.problems]
    reopened = reopened_json(done.reopened)
    session.show(done.table, {**value, "reopened": reopened, **table_json(done.table), "problems": problems})
    session.tell_problems(done.problems)
    return 0 if done.agrees else 1
