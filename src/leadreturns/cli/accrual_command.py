"""`report accrual`: what is still to come back at a month's end."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from leadreturns.cli.session import Session, command

if TYPE_CHECKING:
    from leadreturns.core.calendar import Zone


class Part(StrEnum):
    """What the estimate can be shared out over."""

    buyer = "buyer"
    campaign = "campaign"


_EXAMPLES = (
    "leadreturns report accrual --at 2026-10-31\n\n"
    "leadreturns report accrual --at 2026-10-31 --by buyer -o accrual.xlsx\n\n"
    "leadreturns report accrual --json"
)


def register(reports: typer.Typer) -> None:
    """Add the command to the group of reports."""
    command(reports, "accrual", examples=_EXAMPLES)(accrual)


def accrual(
    session: Session,
    at: Annotated[
        str,
        typer.Option(
            "--at", metavar="YYYY-MM-DD", help="The last day; left out, the last month's.", show_default=False
        ),
    ] = "",
    by: Annotated[Part | None, typer.Option("--by", help="Share it out as well.", show_default=False)] = None,
) -> int | None:
    """Estimate the refund liability: credit still to come for sales that can still be returned, by three methods."""
    from leadreturns.core.calendar import date_of
    from leadreturns.reports.accrual_page import accrual_file
    from leadreturns.reports.accrual_report import accrual_table, methods_table
    from leadreturns.reports.accrual_triangle import accrual_json, triangle_table
    from leadreturns.workflows.accrue import accrue, sales_to_read
    from leadreturns.writers.json_writer import table_json

    part = by.value if by else ""
    book = session.workspace.policies
    day, today = _day(at, book.zone, session.now), book.zone.day(session.now)
    store = session.store()
    with session.talk.progress("reading sales", sales_to_read(store)) as advance:
        found = accrue(store, book, day, part, advance)
    table = accrual_table(found, part)
    details = [triangle_table(each.overall) for each in found.accrued if each.overall.estimates]
    if details:
        details.insert(0, methods_table(found))
    value = accrual_json(found, part, table_json(table)) if session.wants_json else {}
    session.show(table, value, details, accrual_file(found, table))
    if day == today:
        session.talk.warn(f"{date_of(day)} is not over: what is sold or asked back on the rest of it is not in here")
    return None


def _day(text: str, zone: "Zone", now: int) -> int:
    """The day of --at, else the last one of the last month; `UsageFault` for no date, `Refused` for a later one."""
    from leadreturns.cli.times import parse_date
    from leadreturns.core.calendar import date_of
    from leadreturns.errors import Refused, UsageFault

    today = zone.day(now)
    if not text:
        return today - date_of(today).day
    day = parse_date(text)
    if day is None:
        raise UsageFault("bad_date", f"--at {text} is no date", "write it like 2026-10-31")
    if day > today:
        raise Refused("at_in_future", f"{text} is yet to come: nothing is known of it", "name today or an earlier day")
    return day
