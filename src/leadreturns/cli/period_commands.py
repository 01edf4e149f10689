"""`period`: months closed for good."""

from typing import TYPE_CHECKING, Annotated

import typer

from leadreturns.cli import options
from leadreturns.cli.session import OUTCOME, Session, command
from leadreturns.core.wording import counted

if TYPE_CHECKING:
    from leadreturns.workflows.close_period import Closed

app = typer.Typer(name="period", help="Months: list, close, reopen.", no_args_is_help=True)
Month = Annotated[str, typer.Argument(metavar="YYYY-MM", help="The month.", show_default=False)]


@command(app, "list", examples="leadreturns period list\n\nleadreturns period list --json")
def list_(session: Session) -> int | None:
    """How the months stand, what was posted to each, and who closed or reopened it."""
    from leadreturns.reports.period_report import periods_json, periods_table
    from leadreturns.workflows.close_period import states

    current = session.workspace.policies.zone.month(session.now)
    with session.talk.progress("adding up months"):
        found = states(session.store(), current)
    session.show(periods_table(found, session.workspace.policies.zone), periods_json(found))
    return None


@command(
    app,
    "close",
    examples="leadreturns period close 2026-10\n\nleadreturns period close 2026-10 --dry-run\n\n"
    "leadreturns period close 2026-10 --carry",
)
def close(
    session: Session,
    month: Month,
    carry: Annotated[
        bool, typer.Option("--carry", help="Close although returns wait; their money goes to a later month.")
    ] = False,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
) -> int | None:
    """Close a month: nothing is posted to it any more, and its sums are frozen. In order, and only after its end."""
    from leadreturns.cli.times import month_option
    from leadreturns.core.calendar import format_month
    from leadreturns.workflows.close_period import close as close_month

    period = month_option(month, "the month", None)
    session.confirm(f"close {format_month(period)}?", yes=yes or dry_run)
    book = session.workspace.policies
    if not session.workspace.has_store:
        # What is refused must not leave a store behind; in a new workspace the months before the first sale may close.
        close_month(session.store(), book, period, session.act(dry_run=True), carry=carry)
    store = session.store(write=True, dry_run=dry_run)
    with session.talk.progress(f"closing {format_month(period)}"):
        done = close_month(store, book, period, session.act(dry_run=dry_run), carry=carry)
    _tell_closed(session, done, period)
    return None


def _tell_closed(session: Session, done: "Closed", period: int) -> None:
    from dataclasses import replace

    from leadreturns.core.calendar import format_month
    from leadreturns.reports.money_reports import adjustments_table
    from leadreturns.reports.period_report import carried_sentence, closed_json, reopened_json, reopened_notes
    from leadreturns.reports.table import told_time

    month, status, closing = format_month(period), done.status, done.closing
    marks = reopened_notes(done.reopened, session.zone)
    table = adjustments_table(month, "closed", closing.figures.sums)
    told = {**closed_json(status, closing), "period": month, "reopened": reopened_json(done.reopened)}
    session.show(replace(table, notes=[*table.notes, *marks], marks=marks), told)
    if status == "already_closed":
        closed = told_time(closing.closed_at, session.zone)
        own = "" if period == closing.period else f" together with {format_month(closing.period)}"
        session.talk.info(f"nothing to do: {month} was closed{own} {closed} by {closing.closed_by}")
        return
    if closing.figures.carried:
        session.talk.warn(carried_sentence(closing.figures.carried))
    kept = "would be closed (dry run: nothing kept)" if status == "dry_run" else "is closed"
    session.talk.info(
        f"{month} {kept}: {counted(closing.figures.entries, 'entry', 'entries')}, digest {closing.figures.digest[:12]}"
    )
    if status == "recorded" and closing.figures.entries:
        session.talk.info(f"next: leadreturns credit-note issue --period {month}")


@command(
    app,
    "reopen",
    examples="leadreturns period reopen 2026-10 --because 'the buyer of acme sent a second file'",
    prints=OUTCOME,
)
def reopen(
    session: Session,
    month: Month,
    because: options.Because,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
) -> int | None:
    """Open the last closed month again; every report of it says who did it and why."""
    from leadreturns.cli.times import month_option
    from leadreturns.core.calendar import format_month
    from leadreturns.errors import UsageFault
    from leadreturns.reports.period_report import reopened_json, reopened_notes
    from leadreturns.workflows.close_period import reopen as reopen_month
    from leadreturns.workflows.export_period import recorded_exports
    from leadreturns.workflows.issue_notes import all_notes

    period = month_option(month, "the month", None)
    if not because.strip():
        raise UsageFault("because_needed", "--because is empty", "say why; it stands on every report of the month")
    session.confirm(f"reopen {format_month(period)}?", yes=yes or dry_run)
    store = session.recorded(dry_run=dry_run)
    with session.talk.progress(f"reopening {format_month(period)}"):
        done = reopen_month(store, period, session.act(dry_run=dry_run), because=because.strip())
    notes = [note for note in all_notes(store, period, "", "") if note.status == "standing"]
    exported = sorted({each.format for each in recorded_exports(store, period) if not each.draft})
    if session.wants_json:
        status = "dry_run" if dry_run else "recorded"
        numbers = [note.number for note in notes]
        session.print_json({"status": status, **reopened_json([done])[0], "notes": numbers, "exported": exported})
        return None
    kept = " (dry run: nothing kept)" if dry_run else ""
    for line in reopened_notes([done], session.zone):
        session.write_line(line + kept)
    if notes:
        stay = counted(len(notes), "note of the month stays as it is", "notes of the month stay as they are")
        session.talk.warn(f"{stay}; new entries go onto further notes")
    if exported:
        session.talk.warn(f"exported before to {', '.join(exported)}: export it again once it is closed")
    return None
